"""Hand-over notices (screens.md 7.2): who has just been given something is told at once.

A notice is due while the matter still lies with the person it was given to; what has been dealt with in the
meantime is not announced any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from noveto.ledger.record import Record
from noveto.warnings.items import Told
from noveto.warnings.model import Basis, Message, writers
from noveto.warnings.teller import Handed, handed_by
from noveto.warnings.texts import case_path, coloured, link, safe

ACTS = {"approve": "去审批（约 1 分钟）", "consulted": "去回复（约 1 分钟）"}
"""What a link that opens the desk's form at once says."""


def handed(records: Iterable[Record], basis: Basis, now: datetime) -> tuple[list[Handed], list[Told]]:
    """Return what has been handed over and may be announced at ``now``, oldest first, and why the rest is not.

    Looked at is what was released on this working day or the one before (so that a run that failed is made up
    for), and what is still in the hands it was given to.
    """
    found: list[Handed] = []
    told: list[Told] = []
    for record in records:
        for item in handed_by(record, basis, now):
            if item.when > now:
                told.append(Told(item.id, item.unit, False, f"{item.title}：{item.when:%m-%d %H:%M} 才发"))
            elif item.when.date() < basis.calendar.previous_workday(now.date() - timedelta(days=1)):
                continue
            else:
                found.append(item)
                told.append(Told(item.id, item.unit, True, item.title))
    return sorted(found, key=lambda item: (item.when, item.key)), told


def combine(found: Iterable[Handed], basis: Basis, now: datetime) -> Iterator[Message]:
    """Yield one message for each person (or unit): several notices that are due together become one."""
    grouped: dict[tuple[str, str], list[Handed]] = {}
    for item in found:
        grouped.setdefault((item.unit, item.to.staff if item.to else ""), []).append(item)
    for (unit, _), items in grouped.items():
        yield _message(unit, items, basis, now)


def _message(unit: str, items: list[Handed], basis: Basis, now: datetime) -> Message:
    first = items[0]

    def write(most: int, width: int) -> str:
        if len(items) == 1:
            return "\n".join(_single(first, basis, width))
        lines = [f"**有 {len(items)} 件交到{'您' if first.to else '贵单位'}手里**"]
        for item in items[:most]:
            number = link(item.id, basis.address, case_path(item.id))
            lines += ["", f"**{item.title}**", f"{number} {safe(item.name, width)}"]
            lines += [line for line in item.lines if line.startswith("> ")][:1]
        if len(items) > most:
            lines += ["", f"其余 {len(items) - most} 件，请打开系统看。"]
        return "\n".join(lines)

    title = first.title if len(items) == 1 else f"有 {len(items)} 件交到您手里"
    return Message(
        first.key, "handover", unit, f"{title}：{safe(first.name, 24)}" if len(items) == 1 else title,
        *writers(write, len(items)),
        {
            "unit": unit,
            "to": first.to.staff if first.to else None,
            "items": [{"kind": item.kind, "case": item.id, "matter": item.name, "title": item.title} for item in items],
        },
        (first.to,) if first.to else (),
        tuple(item.key for item in items),
    )  # fmt: skip


def _single(item: Handed, basis: Basis, width: int) -> list[str]:
    lines = [
        f"**{item.title}**",
        f"事项：{safe(item.name, 2 * width)}",
        f"编号：{link(item.id, basis.address, case_path(item.id))}",
        *item.lines,
    ]
    if alike := item.alike():
        lines.append(alike)
    if basis.address:
        act = ACTS.get(item.kind, "") if basis.desk else ""
        path = f"desk/case/{item.id}/do" if act else case_path(item.id)
        lines.append(link(act or "打开这一件", basis.address, path))
    return lines + ([coloured(item.foot, "comment")] if item.foot else [])
