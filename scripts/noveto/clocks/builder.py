"""What every clock is built with: the timeline, the tracks of its rounds, limits, outcome and state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from noveto.calendar import Calendar, Limit, Pause, limit
from noveto.clocks.model import Basis, Clock
from noveto.clocks.timeline import ENDINGS, Round, Timeline
from noveto.records.model import Entry
from noveto.rules import LimitRule, RuleSet


class Arrivals(NamedTuple):
    """When the ledger received each log entry of a case.

    ``present`` says whether the ledger has any receipts at all; ``days[n-1]`` is the day the first version
    holding entry n was received, None while it has no receipt.
    """

    present: bool = False
    days: tuple[date | None, ...] = ()

    def day(self, n: int) -> date | None:
        """Return the day entry ``n`` (from 1) was received, None when there is no receipt."""
        return self.days[n - 1] if n <= len(self.days) else None


NO_RECEIPTS = Arrivals()


class Track(NamedTuple):
    """A change of track inside a round that took effect, or the track it began with (``day`` None)."""

    track: str
    position: int
    day: date | None


class Span(NamedTuple):
    """One round and the tracks that held in it."""

    round: Round
    tracks: tuple[Track, ...]

    def track(self, before: int | None) -> Track:
        """Return the last track that took effect before the event at position ``before``."""
        held = self.tracks[0]
        for item in self.tracks[1:]:
            if before is None or item.position < before:
                held = item
        return held


@lru_cache(maxsize=8192)
def _plain(calendar: Calendar, start: date, days: int, calendar_days: bool) -> Limit:
    """Remember limits without pauses: thousands of cases share a start and a length."""
    return limit(calendar, start, days, calendar_days=calendar_days)


def days_of(calendar: Calendar, start: date, days: int, pauses: Sequence[Pause], calendar_days: bool) -> Limit:
    """Count ``days`` from ``start``, leaving out the pauses."""
    if pauses:
        return limit(calendar, start, days, pauses=pauses, calendar_days=calendar_days)
    return _plain(calendar, start, days, calendar_days)


def limit_of(calendar: Calendar, start: date, rule: LimitRule, pauses: Sequence[Pause] = ()) -> Limit:
    """Apply a rule\'s limit from ``start``, leaving out the pauses."""
    return days_of(calendar, start, rule.days, pauses, rule.calendar_days)


def last_day(calendar: Calendar, start: date, rule: LimitRule) -> date:
    """Return the due day of a limit that nothing pauses."""
    due = limit_of(calendar, start, rule).due
    assert due is not None  # noqa: S101 - without pauses a limit always ends
    return due


class Judged(NamedTuple):
    """A clock's state, working days left (None: nothing runs), working days late."""

    state: str
    left: int | None
    late: int


def judge(
    calendar: Calendar, today: date, due: date | None, met: date | None, ended: date | None, *, stopped: bool
) -> Judged:
    """State, working days left (None when nothing runs) and working days late of one clock."""
    if met is not None:
        if due is None or met <= due:
            return Judged("met", None, 0)
        return Judged("met_late", None, calendar.workdays_between(due, met))
    if ended is not None:
        if due is None or ended <= due:
            return Judged("not_applicable", None, 0)
        late = calendar.workdays_between(due, ended)
        return Judged("overdue", -late, late)
    if due is None or (stopped and today < due):
        return Judged("suspended", None, 0)
    if today > due:
        late = calendar.workdays_between(due, today)
        return Judged("overdue", -late, late)
    return Judged("due_today" if today == due else "running", calendar.workdays_between(today, due), 0)


class Builder:
    """Builds the clocks of one timeline; ``late`` holds the reclassifications that came after the old limit."""

    def __init__(self, line: Timeline, rules: RuleSet, calendar: Calendar, arrivals: Arrivals) -> None:
        self.line = line
        self.case = line.case
        self.rules = rules
        self.calendar = calendar
        self.arrivals = arrivals
        self.late: list[Entry] = []
        self.steps = {entry.step for entry in line.events}
        self.spans = self._spans()

    def _spans(self) -> list[Span]:
        """Find the tracks in force in each round (A5: only before the old limit ends)."""
        spans: list[Span] = []
        held = str(self.case.track)
        events = self.line.events
        begin = 0
        for item in self.line.rounds:
            tracks = [Track(held, -1, None)]
            for position in range(begin, item.last) if "reclassified" in self.steps else ():
                entry = events[position]
                if entry.step != "reclassified":
                    continue
                due, _, _ = self.track_due("reply", item.start, tracks[-1], self.line.pauses_until(position))
                if due is not None and entry.day > due:
                    self.late.append(entry)
                    continue
                change = Track(str(entry.data["track"]), position, entry.day)
                if change.track == held:
                    continue
                held = change.track
                tracks.append(change)
            begin = item.last
            spans.append(Span(item, tuple(tracks)))
        return spans

    def track_due(
        self, clock: str, start: date, track: Track, pauses: Sequence[Pause]
    ) -> tuple[date | None, bool, date | None]:
        """Return due date, whether it is provisional, and the day of reclassification where that ends it."""
        rule = self.rules.limits[f"{clock}.{track.track}"]
        found = limit_of(self.calendar, start, rule, pauses)
        if found.due is not None and track.day is not None and found.due < track.day:
            return track.day, found.provisional, track.day
        return found.due, found.provisional, None

    def day(self, position: int | None) -> date | None:
        """Return the day of the event at a position."""
        return None if position is None else self.line.events[position].day

    def clock(
        self,
        name: str,
        number: int,
        start: date | None,
        due: date | None,
        met: date | None,
        ended: date | None,
        basis: Basis,
        *,
        cite: str,
        provisional: bool,
        of: str = "",
        binding: bool = True,
        stoppable: bool = False,
        due_calendar: date | None = None,
        calendar_reading: bool = False,
    ) -> Clock:
        """Build a clock, judging its state; ``stoppable`` ones stand still while the case is suspended."""
        stopped = stoppable and self.line.suspended
        judged = judge(self.calendar, self.line.today, due, met, ended, stopped=stopped)
        other = (
            judge(self.calendar, self.line.today, due_calendar, met, ended, stopped=stopped).state
            if calendar_reading
            else None
        )
        frozen = ended if met is None else None
        return Clock(name, number, of, binding, start, due, due_calendar, judged.state, other, met, frozen,
                     judged.left, judged.late, provisional, cite, basis)  # fmt: skip

    def limited(
        self,
        name: str,
        rule: LimitRule,
        start: date,
        number: int,
        met: int | None,
        ended: int | None,
        pauses: tuple[Pause, ...] = (),
    ) -> Clock:
        """Build a clock whose limit is a plain count of days from ``start``."""
        found = limit_of(self.calendar, start, rule, pauses)
        basis = Basis(start, rule.days, rule.calendar_days, pauses)
        return self.clock(name, number, start, found.due, self.day(met), self.day(ended), basis,
                           cite=rule.cite, provisional=found.provisional, stoppable=bool(pauses))  # fmt: skip

    def named(
        self, name: str, number: int, start: date | None, named: date, met: int | None, ended: int | None, cite: str,
        *, of: str = "", binding: bool = True,
    ) -> Clock:  # fmt: skip
        """Build a clock whose last day was named by a person; a rest day rolls to the next working day."""
        due = self.calendar.next_workday(named)
        basis = Basis(named, None, named=named)
        return self.clock(name, number, start, due, self.day(met), self.day(ended), basis, cite=cite,
                           provisional=due > self.calendar.known_through, of=of, binding=binding)  # fmt: skip

    def outcome(self, meets: Callable[[Entry], bool], start: int) -> tuple[int | None, int | None]:
        """Return the positions of the event that met a clock and of the ending that froze it (one is None).

        From ``start`` on, whichever comes first decides: an event that meets the clock after an ending
        comes too late for it.
        """
        for position in range(start, len(self.line.events)):
            entry = self.line.events[position]
            if meets(entry):
                return position, None
            if entry.step in ENDINGS:
                return None, position
        return None, None

    def in_round(self, step: str, item: Round) -> int | None:
        """Return the position of the first ``step`` of a round."""
        found = self.line.first((step,), item.first)
        return found if found is not None and found < item.last else None
