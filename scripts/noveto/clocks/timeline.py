"""The timeline of a case on one day: events in order of time, rounds, suspensions, endings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from noveto.calendar import Pause
from noveto.records.model import Case, Entry

ENDINGS = frozenset({"answered", "withdrawn", "lapsed", "voided"})
"""Steps that end suspensions and every clock but filing, deliver and licence_delivery."""

OPENERS = frozenset({"supplement_received", "reopened", "disputed"})
"""Steps that open a new round (reopened after disputed adds none)."""

PAUSE_WHY = {"study": "专业性研究期间", "expert": "专家论证期间"}


class Round(NamedTuple):
    """One round: ``number`` from 1, ``start`` its first day, ``first`` the position of the first event that may
    meet its clocks, ``last`` the position after its own events (where the next round begins)."""

    number: int
    start: date
    first: int
    last: int


class Suspension(NamedTuple):
    """One suspension: position of its step, first and last day not counted (``end`` None: still open).

    ``closed_by`` is the position of the step that ended it, None while open. A suspension resumed on the
    day it began has no days at all (``end`` before ``begin``).
    """

    position: int
    begin: date
    end: date | None
    why: str
    closed_by: int | None

    def covers(self, day: date) -> bool:
        """Whether the clock is stopped on ``day``."""
        return self.begin <= day and (self.end is None or day <= self.end)


class Timeline(NamedTuple):
    """Events up to ``today`` sorted by time, with the rounds and suspensions derived from them."""

    case: Case
    today: date
    events: tuple[Entry, ...]
    rounds: tuple[Round, ...]
    suspensions: tuple[Suspension, ...]
    pauses: tuple[Pause, ...]

    def first(self, steps: Iterable[str], start: int) -> int | None:
        """Return the position of the first event from ``start`` on whose step is among ``steps``."""
        for position in range(start, len(self.events)):
            if self.events[position].step in steps:
                return position
        return None

    def round_at(self, position: int) -> Round:
        """Return the round an event lies in (events before the case was raised belong to the first)."""
        for item in self.rounds:
            if position < item.last:
                return item
        return self.rounds[-1]

    def pauses_until(self, stop: int | None) -> tuple[Pause, ...]:
        """Return the pauses of a clock that the event at position ``stop`` met or ended (None: it still runs).

        A suspension that begins after a clock has stopped does not touch it any more.
        """
        if stop is None or not self.pauses:
            return self.pauses
        last = self.events[stop].day
        return pauses_of((s for s in self.suspensions if s.position < stop and s.begin <= last), last)

    @property
    def suspended(self) -> bool:
        """Whether the clock is stopped today."""
        return any(item.covers(self.today) for item in self.suspensions)


def timeline(case: Case, today: date) -> Timeline:
    """Order the effective log of ``case`` as it stood at the end of ``today``.

    Steps stated for a later day have not happened yet. Entries of the same time keep their order of entry.
    """
    events = sorted([entry for entry in case.log if entry.at.date() <= today], key=attrgetter("at"))
    suspensions = tuple(suspensions_of(events))
    pauses = pauses_of(suspensions, today)
    return Timeline(case, today, tuple(events), tuple(_rounds(case, events)), suspensions, pauses)


def pauses_of(suspensions: Iterable[Suspension], today: date) -> tuple[Pause, ...]:
    """Return the days the suspensions keep from counting; one that begins on a day to come stops nothing yet."""
    return tuple(
        [
            Pause(item.begin, item.end, item.why)
            for item in suspensions
            if item.begin <= today and (item.end is None or item.end >= item.begin)
        ]
    )


def _rounds(case: Case, events: Sequence[Entry]) -> list[Round]:
    raised = case.raised.date()
    first = next((position for position, entry in enumerate(events) if entry.at.date() >= raised), len(events))
    openings: list[tuple[date, int, int]] = [(raised, first, 0)]
    disputed = False
    for position, entry in enumerate(events):
        if entry.step in ENDINGS:
            disputed = False
        if entry.step not in OPENERS or entry.at < case.raised:
            continue
        if entry.step == "reopened" and disputed:
            continue
        disputed = entry.step == "disputed"
        openings.append((entry.at.date(), position + 1, position))
    ends = [opening[2] for opening in openings[1:]] + [len(events)]
    return [
        Round(number, start, first, end)
        for number, ((start, first, _), end) in enumerate(zip(openings, ends, strict=True), 1)
    ]


def suspensions_of(events: Sequence[Entry]) -> list[Suspension]:
    """Pair each suspension with what ended it; a second one while the first is open adds nothing.

    An ending also cuts short a suspension whose resumption was announced for a later day. One that was to begin after
    the ending never was.
    """
    found: list[Suspension] = []
    if "suspended" not in [entry.step for entry in events]:
        return found
    opened: tuple[int, date, str] | None = None
    for position, entry in enumerate(events):
        day = entry.at.date()
        if entry.step == "suspended" and opened is None:
            begin = max(_named(entry, "from", day), day)
            opened = (position, begin, PAUSE_WHY.get(str(entry.data.get("kind")), "中止期间"))
            continue
        if entry.step in ENDINGS:
            found = [item._replace(end=_earlier(item.end, day - timedelta(days=1))) for item in found]
        if opened is not None and (entry.step == "resumed" or entry.step in ENDINGS):
            last = (_named(entry, "from", day) if entry.step == "resumed" else day) - timedelta(days=1)
            found.append(Suspension(*opened[:2], last, opened[2], position))
            opened = None
    if opened is not None:
        found.append(Suspension(*opened[:2], None, opened[2], None))
    return [item for item in found if item.end is None or item.end >= item.begin - timedelta(days=1)]


def _earlier(end: date | None, day: date) -> date:
    return day if end is None else min(end, day)


def _named(entry: Entry, key: str, default: date) -> date:
    value = entry.data.get(key)
    return date.fromisoformat(value) if value else default
