"""Times that cannot be (NV20x, errors) and times that are probably slips (NV22x, warnings).

What is late is no error and is told by the clocks (`noveto.checks.late`); a step typed after its day is 补录 and
needs no finding either.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from noveto.checks.common import Judged, Path, in_time, place, step_words, title
from noveto.clocks import ENDINGS
from noveto.findings import Finding, make
from noveto.records.model import Case, Entry, Improvement, Period, begun

EARLIEST = date(2015, 1, 1)
"""No record of the mechanism (a notice of 2022, with what was carried over) is older; an earlier year is a typo."""

ANCHORS = {"case": "raised", "complaint": "received", "improvement": "opened", "period": "opened", "review": "drawn"}
TIMED = ("case", "complaint")
"""Kinds that begin at a minute; the others begin with a day."""

_BEFORE_RAISED = frozenset(
    {"supplement_notice", "supplement_received", "note", "linked", "handed_over", "corrected", "struck", "redacted"}
)
"""Steps that may honestly lie before the day a case was raised: a supplement notice that is disputed later."""

_PROMISES: dict[str, tuple[str, ...]] = {
    "consulted": ("reply_by",),
    "interim_reply": ("new_date",),
    "supplement_notice": ("due_by",),
    "suspended": ("review_by",),
    "review_extended": ("review_by",),
    "extended": ("until",),
    "note": ("promised",),
}

_FAR: dict[tuple[str, str], tuple[int, str]] = {
    ("consulted", "reply_by"): (30, "跨部门的件连征询带答复一共 10 个工作日"),
    ("interim_reply", "new_date"): (60, "最长的期限（许可延期）也只有 30 个工作日"),
    ("supplement_notice", "due_by"): (183, "补正一般不超过半年"),
    ("suspended", "review_by"): (90, "中止一般 20 个工作日复核一次"),
    ("review_extended", "review_by"): (90, "中止一般 20 个工作日复核一次"),
    ("resumed", "from"): (30, "定了恢复，就从近日起接着计时"),
    ("note", "promised"): (30, "跨部门的件一共也只有 10 个工作日"),
}
"""How many days ahead a step may name a day before it looks like a slip, and why: the limits of the notice and the
licensing law in calendar days, long holidays included, and generous where neither sets one."""


def time_findings(record: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the times of a form-valid record, whatever day it is."""
    typed = record.typed
    anchor = ANCHORS[record.kind]
    start = begun(typed)
    if start.date() < EARLIEST:
        yield make("NV202", **place(record, (anchor,)), name=_name(record, anchor), value=start.date())
    for entry in typed.log:
        yield from _entry(record, entry, anchor, start)
    if isinstance(typed, Improvement) and typed.target_date < typed.opened:
        yield _early(record, ("target_date",), _name(record, "target_date"), typed.target_date, typed.opened)
    if isinstance(typed, Period):
        for key, day in (("objections_until", typed.objections_until), ("freeze_on", typed.freeze_on)):
            if day < typed.opened:
                yield _early(record, (key,), _name(record, key), day, typed.opened)
    yield from _resumed(record)


def future_findings(record: Judged, today: date, now: datetime | None = None) -> Iterator[Finding]:
    """Yield an NV201 error for each time that has not come yet.

    Days count, so that a clock that is some minutes off refuses nobody; with ``now`` (China time, naive)
    minutes count too.
    """
    typed = record.typed
    anchor = ANCHORS[record.kind]
    times: list[tuple[Path, datetime]] = [((anchor,), begun(typed))]
    if isinstance(typed, Case) and typed.accepted is not None:
        times.append((("accepted",), typed.accepted))
    times += [(("log", entry.n - 1, "at"), entry.at) for entry in typed.log]
    for path, at in times:
        if at.date() > today or (now is not None and at > now):
            name = _name(record, str(path[0])) if len(path) == 1 else _step_name(record, path)
            shown = at.date() if record.kind not in TIMED and len(path) == 1 else f"{at:%Y-%m-%dT%H:%M}"
            yield make(
                "NV201", **place(record, path), name=name, value=shown, today=f"{now:%Y-%m-%d %H:%M}" if now else today
            )


def _entry(record: Judged, entry: Entry, anchor: str, start: datetime) -> Iterator[Finding]:
    path: Path = ("log", entry.n - 1, "at")
    day = entry.at.date()
    if day < EARLIEST:
        yield make("NV202", **place(record, path), name=_step_name(record, path), value=day)
    elif entry.at < start and entry.step not in _BEFORE_RAISED:
        code = "NV203" if day < start.date() else "NV221"
        yield make(code, **place(record, path), name=_step_name(record, path), value=f"{entry.at:%Y-%m-%dT%H:%M}",
                   anchor=_name(record, anchor), begun=_shown(record, start))  # fmt: skip
    for key in _PROMISES.get(entry.step, ()):
        given = entry.data.get(key)
        if given is not None and date.fromisoformat(given) < day:
            yield _early(record, ("log", entry.n - 1, key), _field_name(record, entry, key), given, day)
    yield from _far(record, entry)


def _far(record: Judged, entry: Entry) -> Iterator[Finding]:
    """A day named so far ahead that its year or month is probably mistyped."""
    for (step, key), (most, why) in _FAR.items():
        if step != entry.step or key not in entry.data:
            continue
        ahead = (date.fromisoformat(entry.data[key]) - entry.at.date()).days
        if ahead > most:
            at = place(record, ("log", entry.n - 1, key))
            name = _field_name(record, entry, key)
            yield make("NV222", **at, name=name, value=entry.data[key], day=entry.at.date(), ahead=ahead, why=why)


def _early(record: Judged, path: Path, name: str, value: object, day: date) -> Finding:
    return make("NV205", **place(record, path), name=name, value=value, day=day)


def _resumed(record: Judged) -> Iterator[Finding]:
    """A suspension cannot end before the day it is said to begin.

    One entered late counts from the day it was written, and may well have ended before: true, and without effect.
    """
    log = record.typed.log
    if "resumed" not in [entry.step for entry in log]:
        return
    begun: date | None = None
    for entry in in_time(log):
        if entry.step == "suspended" and begun is None:
            begun = _day(entry.data, "from", entry.at.date())
        elif entry.step == "resumed" and begun is not None:
            until = _day(entry.data, "from", entry.at.date())
            if until < begun:
                yield make("NV204", **place(record, ("log", entry.n - 1, "from")), n=entry.n, value=until, begun=begun)
            begun = None
        elif entry.step in ENDINGS:
            begun = None


def _day(data: Any, key: str, otherwise: date) -> date:
    return date.fromisoformat(data[key]) if key in data else otherwise


def _name(record: Judged, field: str) -> str:
    return f"“{title(record.kind, field)}”（{field}）"


def _field_name(record: Judged, entry: Entry, key: str) -> str:
    called = title(record.kind, f"log.{entry.step}.{key}")
    return f"{step_words(record.kind, entry.n, entry.step)}的“{called}”（{key}）"


def _step_name(record: Judged, path: Path) -> str:
    n = int(path[1]) + 1
    step = next(entry.step for entry in record.typed.log if entry.n == n)
    return f"{step_words(record.kind, n, step)}的“时间”（at）"


def _shown(record: Judged, start: datetime) -> object:
    return f"{start:%Y-%m-%dT%H:%M}" if record.kind in TIMED else start.date()
