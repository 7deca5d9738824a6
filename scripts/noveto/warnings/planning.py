"""Everything that is to be said at one moment, from the records alone: nothing is sent here, nothing remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from noveto.ledger.record import Record
from noveto.warnings.digest import Digest, digests
from noveto.warnings.handover import handed
from noveto.warnings.hours import DIGEST, in_hours
from noveto.warnings.items import Gathered, Late, Told, gather
from noveto.warnings.ladder import Rung, ladder
from noveto.warnings.model import Basis
from noveto.warnings.teller import Handed

MAKE_UP = time(9, 30)
"""From then on a run only makes up for the morning's: see ``_in_the_morning``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run has to say. ``quiet`` tells in Chinese why nothing may be sent now, "" when it may."""

    now: datetime
    quiet: str
    digests: tuple[Digest, ...]
    rungs: tuple[Rung, ...]
    handed: tuple[Handed, ...]
    late: tuple[Late, ...]
    told: tuple[Told, ...]


def plan(
    records: Iterable[Record],
    basis: Basis,
    now: datetime,
    *,
    extra: Mapping[str, Sequence[str]] | None = None,
    anytime: bool = False,
) -> Plan:
    """Work out what is to be said at ``now`` (China time): digests, ladder, hand-overs, overdue cases.

    On a rest day and outside 08:00-18:00 nothing is sent; digests and ladder wait until 08:30. ``extra`` are lines
    for units' digests; ``anytime`` looks past the hours (for a preview), never past a rest day.
    """
    held = list(records)
    found = gather(held, basis, now)
    passed, told = handed(held, basis, now)
    quiet = _quiet(basis, now, anytime)
    if quiet:
        return Plan(now, quiet, (), (), (), tuple(found.late), tuple(found.told))
    morning = anytime or in_hours(basis.calendar, now, DIGEST)
    first = _in_the_morning(held, basis, now) if morning and now.time() >= MAKE_UP else found
    lines = extra or {}
    units = {item.unit for item in first.items} | set(lines)
    late = {one.item.id for one in first.late}
    made = [
        replace(one, extra=tuple(lines.get(one.unit, ())))
        for one in digests(found.items, found.open, basis, now, also=lines)
        if one.unit in units
    ]
    return Plan(
        now, "",
        tuple(made) if morning else (),
        tuple(ladder((one for one in found.late if one.item.id in late), basis, now)) if morning else (),
        tuple(passed), tuple(found.late), (*found.told, *told),
    )  # fmt: skip


def _in_the_morning(records: Sequence[Record], basis: Basis, now: datetime) -> Gathered:
    """Return what was to be told when the digests went out.

    A later run makes up for a morning's that failed; what came in since then waits for the next morning.
    """
    return gather(records, basis, datetime.combine(now.date(), DIGEST))


def _quiet(basis: Basis, now: datetime, anytime: bool) -> str:
    calendar = basis.calendar
    today = now.date()
    if not calendar.is_workday(today):
        then = calendar.next_workday(today)
        return f"{today} 是{calendar.reason(today)}休息日，不发提醒；{then} 上班时一并发。"
    if not anytime and not in_hours(calendar, now):
        return f"现在 {now:%H:%M}，不在 08:00 到 18:00 之间，不发提醒；到时候再运行会补发。"
    return ""
