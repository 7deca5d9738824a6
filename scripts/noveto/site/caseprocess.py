"""The process of a case: a line for every step in order of time, and what it waits for at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from noveto.clocks import stand_ins
from noveto.site.caseviews import Moment
from noveto.site.moments import Teller
from noveto.site.phrases import moment_time
from noveto.statistics.derive import unreached

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import CaseView
    from noveto.ledger import Record

ENTRY_MODES = {"paper": "先记在纸上", "outage": "系统或网络停用", "migrated": "旧台账迁入"}
"""Why a case was recorded after the event."""


def case_process(teller: Teller, calendar: Calendar, record: Record, found: CaseView, year: int) -> Iterator[Moment]:
    """Yield the lines, struck steps struck through last. ``year`` is the reader's."""
    case = found.case
    tags: tuple[str, ...] = (f"补录：{ENTRY_MODES.get(case.entry_mode, case.entry_mode)}",) if case.entry_mode else ()
    tags += _late_tag(calendar, case.raised.date(), record.begun)
    begun = [Moment(moment_time(case.raised, year), "登记", teller.voc.full_person(case.clerk), tags=tags)]
    if case.accepted is not None:
        begun.append(Moment(moment_time(case.accepted, year), "受理"))
        if case.accepted < case.raised:
            begun.reverse()
    yield from begun
    stood = stand_ins(case, teller.voc.registry)
    vain = {n for _, n in unreached(found)}
    for entry in sorted(case.log, key=lambda item: item.at):
        came = record.arrivals[entry.n - 1] if entry.n <= len(record.arrivals) else None
        tags = _late_tag(calendar, entry.day, came)
        if entry.n in stood:
            tags += (f"代岗：替{teller.voc.person(stood[entry.n])}",)
        if entry.n in vain:
            tags += ("未接通",)
        yield teller.tell(entry, year=year, tags=tags, quiet=case.sensitive)
    yield from _struck(teller, record, year, quiet=case.sensitive)


def _struck(teller: Teller, record: Record, year: int, *, quiet: bool) -> Iterator[Moment]:
    struck = record.effective.struck
    if not struck or record.value is None:
        return
    from noveto.records.build import build_case

    for entry in build_case(record.effective.value, frozenset()).log:
        if entry.n in struck:
            yield teller.tell(entry, year=year, struck=True, tags=("已划销",), quiet=quiet)


def _late_tag(calendar: Calendar, day: date, arrived: date | None) -> tuple[str, ...]:
    if arrived is None or arrived <= day:
        return ()
    late = calendar.workdays_between(day, arrived)
    return (f"晚 {late} 个工作日入库",) if late > 1 else ()
