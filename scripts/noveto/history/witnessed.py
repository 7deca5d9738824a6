"""Clocks as the receipts witness them: each step on the day the server had it, not on the day it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from noveto.records.build import build_case
from noveto.records.effective import effective

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import Clock
    from noveto.ledger.record import Record
    from noveto.records.model import Case
    from noveto.rules import Rules


def witnessed_case(record: Record, arrivals: Sequence[date | None]) -> Case:
    """Return a case in which every step stands on the day of its receipt.

    Corrected times and strikes change nothing here: they would let a figure be mended after the fact. Steps without
    a receipt are left out, as if they had not been taken yet. The first day stays the stated one: registering late
    must not move a deadline.
    """
    raw = build_case(record.value or {})
    said = build_case(effective(record.value or {}).value)
    log = []
    for entry in raw.log:
        day = arrivals[entry.n - 1] if entry.n <= len(arrivals) else None
        if day is None:
            continue
        moment = entry.at
        if moment.date() != day:
            moment = datetime.combine(day, time()) + timedelta(minutes=min(entry.n, 1439))
        log.append(replace(entry, at=moment))
    return replace(said, raised=raw.raised, accepted=raw.accepted, log=tuple(log))


def witnessed_clocks(record: Record, rules: Rules, calendar: Calendar, today: date) -> list[Clock] | None:
    """Return the clocks of a case (read with ``arrivals=True``) by receipt days; None in a ledger without receipts.

    ``rules`` are the ledger's dated rules; the case keeps those of the day it was raised.
    """
    from noveto.clocks import Arrivals, compute

    if not record.receipts:
        return None
    case = witnessed_case(record, record.arrivals)
    days = tuple(record.arrivals[entry.n - 1] for entry in case.log)
    renumbered = replace(case, log=tuple(replace(entry, n=n) for n, entry in enumerate(case.log, 1)))
    return compute(renumbered, rules.for_day(case.raised.date()), calendar, today, Arrivals(True, days))
