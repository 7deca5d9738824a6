"""What other rules or another calendar would make of the same cases: moved due dates, changed states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from noveto.clocks import OPEN_STATES, Arrivals, Clock, compute

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.ledger.record import Record
    from noveto.records.model import Case
    from noveto.rules import Rules


@dataclass(frozen=True, slots=True)
class Basis:
    """A calendar and dated rules to compute by."""

    calendar: Calendar
    rules: Rules


@dataclass(frozen=True, slots=True)
class Shift:
    """One clock of one case under two bases; a side on which the clock does not exist has no due day and no state."""

    case: str
    unit: str
    window: str
    clock: str
    round: int
    of: str
    binding: bool
    due_before: date | None
    due_after: date | None
    state_before: str
    state_after: str


def moved_due_dates(records: Iterable[Record], before: Basis, after: Basis, today: date) -> Iterator[Shift]:
    """Yield the open clocks of cases whose due day differs between two bases (a calendar amendment, new rules).

    ``noveto deadlines --changed-since REV``: ``before`` comes from the ledger opened at REV, ``after`` from now.
    """
    for shift in _shifts(records, before, after, today):
        if shift.due_before != shift.due_after and OPEN_STATES & {shift.state_before, shift.state_after}:
            yield shift


def changed_states(records: Iterable[Record], before: Basis, after: Basis, today: date) -> Iterator[Shift]:
    """Yield the clocks whose state differs under draft rules (``--rules FILE``), over all history."""
    for shift in _shifts(records, before, after, today):
        if shift.state_before != shift.state_after:
            yield shift


def _shifts(records: Iterable[Record], before: Basis, after: Basis, today: date) -> Iterator[Shift]:
    for record in records:
        if record.kind != "case":
            continue
        case, arrivals = record.case, Arrivals(record.receipts, record.arrivals)
        one, other = _clocks(case, before, today, arrivals), _clocks(case, after, today, arrivals)
        for key in {**one, **other}:
            was, now = one.get(key), other.get(key)
            held = now or was
            if held is None:
                continue
            yield Shift(
                case.id, case.unit, case.window, held.clock, held.round, held.of, held.binding,
                was.due if was else None, now.due if now else None, was.state if was else "", now.state if now else "",
            )  # fmt: skip


def _clocks(case: Case, basis: Basis, today: date, arrivals: Arrivals) -> dict[tuple[str, int, str], Clock]:
    rules = basis.rules.for_day(case.raised.date())
    return {(one.clock, one.round, one.of): one for one in compute(case, rules, basis.calendar, today, arrivals)}
