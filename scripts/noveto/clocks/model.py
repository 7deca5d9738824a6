"""Clocks: what is owed, by when, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from noveto.calendar import Calendar, Pause, derive

OPEN_STATES = frozenset({"running", "due_today", "overdue", "suspended"})
"""States that can still change by themselves or by an act (an `overdue` one that has ended is not open)."""

WAITING = "等待补正期间"
"""Why days are left out between a supplement notice and the papers (行政许可法 32(4), 42)."""


class Basis(NamedTuple):
    """How a due date came about, kept so that the derivation can be told on demand.

    ``days`` counted from ``start`` with ``pauses`` left out; ``days`` is None for a date that was named by
    a person (reply_by, review_by), which is rolled to a working day. ``floor`` is the day of a
    reclassification on which an already past shorter limit ends; ``extended`` an approved later date.
    """

    start: date
    days: int | None
    calendar_days: bool = False
    pauses: tuple[Pause, ...] = ()
    named: date | None = None
    floor: date | None = None
    extended: date | None = None


class Clock(NamedTuple):
    """One clock of one case on one day (records.md section 5).

    ``round`` counts the case's rounds from 1 (for `filing` the order of the veto); ``of`` is the consulted
    unit of a `consult` clock. ``days_left`` is in working days, negative when overdue, None when nothing is
    left to run; ``days_late`` is 0 unless overdue, met late or deemed accepted. ``ended`` is the day on
    which an ending froze the clock.
    """

    clock: str
    round: int
    of: str
    binding: bool
    start: date | None
    due: date | None
    due_calendar: date | None
    state: str
    state_calendar: str | None
    met_on: date | None
    ended: date | None
    days_left: int | None
    days_late: int
    provisional: bool
    cite: str
    basis: Basis

    @property
    def open(self) -> bool:
        """Whether the clock still runs (an overdue one that was frozen by an ending does not)."""
        return self.state in OPEN_STATES and self.ended is None

    @property
    def waits_for_papers(self) -> bool:
        """Whether the clock stands still because the applicant owes papers, not because it was suspended."""
        still = [pause.why for pause in self.basis.pauses if pause.end is None]
        return self.state == "suspended" and still == [WAITING]

    def derivation(self, calendar: Calendar, rules_since: date) -> dict[str, Any]:
        """Tell how the due date came about: start, each day counted, each day skipped with its reason.

        The object is that of `noveto due`, with the rule's citation and the versions it rests on.
        """
        basis = self.basis
        told: dict[str, Any]
        if basis.days is None:
            told = {
                "start": _iso(basis.start),
                "due": _iso(self.due),
                "counted": [],
                "skipped": _rolled(calendar, basis.named, self.due),
                "provisional": self.provisional,
                "assumptions": derive(calendar, basis.named, 0).as_dict()["assumptions"] if basis.named else [],
                "named": _iso(basis.named),
            }
        else:
            told = dict(
                derive(
                    calendar, basis.start, basis.days, pauses=basis.pauses, calendar_days=basis.calendar_days
                ).as_dict()
            )
        if basis.floor is not None:
            told |= {"due": _iso(self.due), "reclassified_on": _iso(basis.floor)}
        if basis.extended is not None:
            told |= {"due": _iso(self.due), "extended_to": _iso(basis.extended)}
        told["rule"] = {"cite": self.cite, "since": _iso(rules_since)}
        told["calendar"] = {"known_through": _iso(calendar.known_through)}
        return told

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of the contract, without its derivation."""
        return {
            "clock": self.clock,
            "round": self.round,
            "of": self.of or None,
            "binding": self.binding,
            "start": _iso(self.start),
            "due": _iso(self.due),
            "due_calendar": _iso(self.due_calendar),
            "state": self.state,
            "state_calendar": self.state_calendar,
            "met_on": _iso(self.met_on),
            "days_left": self.days_left,
            "days_late": self.days_late,
            "provisional": self.provisional,
            "cite": self.cite,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _rolled(calendar: Calendar, named: date | None, due: date | None) -> list[dict[str, str]]:
    if named is None or due is None or due <= named:
        return []
    days = (date.fromordinal(number) for number in range(named.toordinal(), due.toordinal()))
    return [{"date": day.isoformat(), "why": calendar.reason(day)} for day in days]
