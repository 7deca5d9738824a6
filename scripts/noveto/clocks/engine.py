"""The clock table of records.md section 5, computed.

Pure: case, arrivals, rules, calendar and today in; clocks out. Limits, their units and citations come from
rules.yml; what starts, stops and meets a clock is stated here, one function a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from noveto.calendar import Calendar, Limit, Pause, limit
from noveto.calendar.limits import DAY, merge_pauses
from noveto.clocks.model import Basis, Clock
from noveto.clocks.timeline import ENDINGS, Round, Suspension, Timeline, pauses_of, suspensions_of, timeline
from noveto.records.model import Case, Complaint, Entry
from noveto.rules import LimitRule, RuleSet

REPLY_MET = frozenset({"answered", "supplement_notice", "withdrawn", "lapsed"})
INTERIM_MET = REPLY_MET | {"interim_reply"}
SUBMIT_MET = frozenset({"submitted", "veto_proposed", "consulted", "answered", "supplement_notice"})
DECIDED = frozenset({"approve_refusal", "veto_rejected"})


@dataclass(frozen=True, slots=True)
class Arrivals:
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


class _Track(NamedTuple):
    """A change of track inside a round that took effect, or the track it began with (``day`` None)."""

    track: str
    position: int
    day: date | None


class _Span(NamedTuple):
    """One round and the tracks that held in it."""

    round: Round
    tracks: tuple[_Track, ...]

    def track(self, before: int | None) -> _Track:
        """Return the last track that took effect before the event at position ``before``."""
        held = self.tracks[0]
        for item in self.tracks[1:]:
            if before is None or item.position < before:
                held = item
        return held


def compute(
    case: Case, rules: RuleSet, calendar: Calendar, today: date, arrivals: Arrivals = NO_RECEIPTS
) -> list[Clock]:
    """Return every clock that applies to ``case`` as it stands at the end of ``today``.

    ``case`` is the effective record; ``rules`` the set in force on the day it was raised. A case raised
    after ``today`` has no clocks yet.
    """
    if case.raised.date() > today:
        return []
    line = timeline(case, today)
    return list(_Engine(line, rules, calendar, arrivals).clocks())


def late_reclassifications(case: Case, rules: RuleSet, calendar: Calendar, today: date) -> list[int]:
    """Return the numbers of the `reclassified` entries that came after the old limit and have no effect."""
    if case.raised.date() > today:
        return []
    engine = _Engine(timeline(case, today), rules, calendar, NO_RECEIPTS)
    return [entry.n for entry in engine.late]


def effective_track(case: Case, rules: RuleSet, calendar: Calendar, today: date) -> str:
    """Return the track in force at the end of ``today``: late reclassifications have no effect."""
    if case.raised.date() > today:
        return case.track
    engine = _Engine(timeline(case, today), rules, calendar, NO_RECEIPTS)
    late = {entry.n for entry in engine.late}
    held = [e for e in engine.line.events if e.step == "reclassified" and e.n not in late]
    return str(held[-1].data["track"]) if held else case.track


def compute_complaint(complaint: Complaint, rules: RuleSet, calendar: Calendar, today: date) -> list[Clock]:
    """Return the one clock of a complaint: answered within 5 working days, complex ones within 10 (四(一)).

    A suspension stops it; withdrawn or voided ends it, as endings end the clocks of a case.
    """
    received = complaint.received.date()
    if received > today:
        return []
    rule = rules.limits["complaint_complex" if complaint.complex else "complaint"]
    events = sorted((entry for entry in complaint.log if entry.day <= today), key=lambda entry: entry.at)
    stop = next((entry for entry in events if entry.step in ENDINGS and entry.day >= received), None)
    until = events.index(stop) if stop is not None else len(events)
    held = [item for item in suspensions_of(events) if item.position < until]
    pauses = pauses_of(held, today if stop is None else stop.day)
    found = _limit(calendar, received, rule, pauses)
    met = stop.day if stop is not None and stop.step == "answered" else None
    ended = stop.day if stop is not None and met is None else None
    judged = _judge(calendar, today, found.due, met, ended, stopped=any(item.covers(today) for item in held))
    basis = Basis(received, rule.days, rule.calendar_days, pauses)
    return [
        Clock("complaint", 1, "", True, received, found.due, None, judged.state, None, met, ended, judged.left,
              judged.late, found.provisional, rule.cite, basis)
    ]  # fmt: skip


@lru_cache(maxsize=8192)
def _plain(calendar: Calendar, start: date, days: int, calendar_days: bool) -> Limit:
    """Remember limits without pauses: thousands of cases share a start and a length."""
    return limit(calendar, start, days, calendar_days=calendar_days)


def _days(calendar: Calendar, start: date, days: int, pauses: Sequence[Pause], calendar_days: bool) -> Limit:
    if pauses:
        return limit(calendar, start, days, pauses=pauses, calendar_days=calendar_days)
    return _plain(calendar, start, days, calendar_days)


def _limit(calendar: Calendar, start: date, rule: LimitRule, pauses: Sequence[Pause] = ()) -> Limit:
    return _days(calendar, start, rule.days, pauses, rule.calendar_days)


class _Judged(NamedTuple):
    state: str
    left: int | None
    late: int


def _judge(
    calendar: Calendar, today: date, due: date | None, met: date | None, ended: date | None, *, stopped: bool
) -> _Judged:
    """State, working days left (None when nothing runs) and working days late of one clock."""
    if met is not None:
        if due is None or met <= due:
            return _Judged("met", None, 0)
        return _Judged("met_late", None, calendar.workdays_between(due, met))
    if ended is not None:
        if due is None or ended <= due:
            return _Judged("not_applicable", None, 0)
        late = calendar.workdays_between(due, ended)
        return _Judged("overdue", -late, late)
    if due is None or (stopped and today < due):
        return _Judged("suspended", None, 0)
    if today > due:
        late = calendar.workdays_between(due, today)
        return _Judged("overdue", -late, late)
    return _Judged("due_today" if today == due else "running", calendar.workdays_between(today, due), 0)


class _Engine:
    """The clocks of one timeline."""

    def __init__(self, line: Timeline, rules: RuleSet, calendar: Calendar, arrivals: Arrivals) -> None:
        self.line = line
        self.case = line.case
        self.rules = rules
        self.calendar = calendar
        self.arrivals = arrivals
        self.late: list[Entry] = []
        self.steps = {entry.step for entry in line.events}
        self.spans = self._spans()

    def clocks(self) -> Iterator[Clock]:
        """Yield the clocks in the order of the contract's table."""
        yield from self._submit()
        for span in self.spans:
            yield self._reply(span)
            yield from self._interim(span)
            if "veto_proposed" in self.steps:
                yield from self._approval(span)
        if "veto_proposed" in self.steps:
            yield from self._filing()
        if "consulted" in self.steps:
            yield from self._consult()
        if "conferred" in self.steps:
            for span in self.spans:
                yield from self._escalate(span)
        if "answered" in self.steps:
            yield from self._after_answer()
        if self.line.suspensions:
            yield from self._review()
        if self.case.matter.licensing:
            yield from self._licence_notice()
            yield from self._licence_decision()

    # -- rounds and tracks ----------------------------------------------------------------------------

    def _spans(self) -> list[_Span]:
        """Find the tracks in force in each round (A5: only before the old limit ends)."""
        spans: list[_Span] = []
        held = str(self.case.track)
        events = self.line.events
        begin = 0
        for item in self.line.rounds:
            tracks = [_Track(held, -1, None)]
            for position in range(begin, item.last) if "reclassified" in self.steps else ():
                entry = events[position]
                if entry.step != "reclassified":
                    continue
                due, _, _ = self._track_due("reply", item.start, tracks[-1], self.line.pauses_until(position))
                if due is not None and entry.day > due:
                    self.late.append(entry)
                    continue
                change = _Track(str(entry.data["track"]), position, entry.day)
                held = change.track
                tracks.append(change)
            begin = item.last
            spans.append(_Span(item, tuple(tracks)))
        return spans

    def _track_due(
        self, clock: str, start: date, track: _Track, pauses: Sequence[Pause]
    ) -> tuple[date | None, bool, date | None]:
        """Return due date, whether it is provisional, and the day of reclassification where that ends it."""
        rule = self.rules.limits[f"{clock}.{track.track}"]
        found = _limit(self.calendar, start, rule, pauses)
        if found.due is not None and track.day is not None and found.due < track.day:
            return track.day, found.provisional, track.day
        return found.due, found.provisional, None

    # -- building -------------------------------------------------------------------------------------

    def _day(self, position: int | None) -> date | None:
        return None if position is None else self.line.events[position].day

    def _clock(
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
        stopped = stoppable and self.line.suspended
        judged = _judge(self.calendar, self.line.today, due, met, ended, stopped=stopped)
        other = (
            _judge(self.calendar, self.line.today, due_calendar, met, ended, stopped=stopped).state
            if calendar_reading
            else None
        )
        frozen = ended if met is None else None
        return Clock(name, number, of, binding, start, due, due_calendar, judged.state, other, met, frozen,
                     judged.left, judged.late, provisional, cite, basis)  # fmt: skip

    def _limited(
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
        found = _limit(self.calendar, start, rule, pauses)
        basis = Basis(start, rule.days, rule.calendar_days, pauses)
        return self._clock(name, number, start, found.due, self._day(met), self._day(ended), basis,
                           cite=rule.cite, provisional=found.provisional, stoppable=bool(pauses))  # fmt: skip

    def _named(
        self, name: str, number: int, start: date | None, named: date, met: int | None, ended: int | None, cite: str,
        *, of: str = "", binding: bool = True,
    ) -> Clock:  # fmt: skip
        """Build a clock whose last day was named by a person; a rest day rolls to the next working day."""
        due = self.calendar.next_workday(named)
        basis = Basis(named, None, named=named)
        return self._clock(name, number, start, due, self._day(met), self._day(ended), basis, cite=cite,
                           provisional=due > self.calendar.known_through, of=of, binding=binding)  # fmt: skip

    def _outcome(self, meets: Callable[[Entry], bool], start: int) -> tuple[int | None, int | None]:
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

    # -- the table ------------------------------------------------------------------------------------

    def _submit(self) -> Iterator[Clock]:
        """Up to the department's leader within 1 day (三(三)); not owed when answered on the spot."""
        first = self.line.rounds[0]
        if any(entry.step == "answered" and entry.day == first.start for entry in self.line.events):
            return
        met, ended = self._outcome(lambda entry: entry.step in SUBMIT_MET, first.first)
        yield self._limited("submit", self.rules.limits["submit"], first.start, 1, met, ended)

    def _reply(self, span: _Span) -> Clock:
        """Answer the applicant in 3, 5 or 10 days by track (三(三), 四(二)); both readings for general matters."""
        start = span.round.start
        met, ended = self._outcome(lambda entry: entry.step in REPLY_MET, span.round.first)
        stop = met if met is not None else ended
        track, pauses = span.track(stop), self.line.pauses_until(stop)
        rule = self.rules.limits[f"reply.{track.track}"]
        due, provisional, floor = self._track_due("reply", start, track, pauses)
        other: date | None = None
        if track.track == "general":
            other = _days(self.calendar, start, rule.days, pauses, calendar_days=True).due
            if other is not None and track.day is not None:
                other = max(other, track.day)
        basis = Basis(start, rule.days, rule.calendar_days, pauses, floor=floor)
        return self._clock("reply", span.round.number, start, due, self._day(met), self._day(ended), basis,
                           cite=rule.cite, provisional=provisional, stoppable=True, due_calendar=other,
                           calendar_reading=track.track == "general")  # fmt: skip

    def _interim(self, span: _Span) -> Iterator[Clock]:
        """Give an interim reply on day 3 when the final one comes later (A3); once owed it stays owed."""
        item, rule = span.round, self.rules.limits["interim"]
        due = _limit(self.calendar, item.start, rule).due
        assert due is not None  # noqa: S101 - without pauses a limit always ends
        replied = self.line.first(REPLY_MET | ENDINGS, item.first)
        special = any(
            track.track != "general" and (track.day is None or track.day <= due)
            for track in span.tracks
            if replied is None or track.position < replied
        )
        if special or any(self._stood(found, item.start, due, replied) for found in self.line.suspensions):
            met, ended = self._outcome(lambda entry: entry.step in INTERIM_MET, item.first)
            yield self._limited("interim", rule, item.start, item.number, met, ended)

    def _stood(self, found: Suspension, start: date, due: date, replied: int | None) -> bool:
        """Whether the case was suspended at the end of a day of the interim limit, before it was replied to.

        What was owed stays owed: a resumption dated back does not undo the days on which it was suspended.
        """
        last = min(due, self.line.today)
        if found.closed_by is not None:
            day_before = self.line.events[found.closed_by].day - DAY
            last = min(last, max(found.end or day_before, day_before))
        if replied is not None:
            if found.position > replied:
                return False
            last = min(last, self.line.events[replied].day)
        return found.begin <= last and last >= start

    def _approval(self, span: _Span) -> Iterator[Clock]:
        """Decide on a proposed refusal within 3, 5 or 10 working days of the round's start (四(二), A4)."""
        item = span.round
        proposed = self._in_round("veto_proposed", item)
        if proposed is None:
            return
        met, ended = self._outcome(_decides, proposed + 1)
        stop = met if met is not None else ended
        track, pauses = span.track(stop), self.line.pauses_until(stop)
        rule = self.rules.limits[f"approval.{track.track}"]
        due, provisional, floor = self._track_due("approval", item.start, track, pauses)
        basis = Basis(item.start, rule.days, rule.calendar_days, pauses, floor=floor)
        yield self._clock("approval", item.number, item.start, due, self._day(met), self._day(ended), basis,
                          cite=rule.cite, provisional=provisional, stoppable=True)  # fmt: skip

    def _in_round(self, step: str, item: Round) -> int | None:
        found = self.line.first((step,), item.first)
        return found if found is not None and found < item.last else None

    def _filing(self) -> Iterator[Clock]:
        """File with the bureau on the day approval is asked (四(三), A8): the receipt, or a paper filing."""
        if self.case.entry_mode == "migrated":
            return
        rule, number = self.rules.limits["filing"], 0
        for position, entry in enumerate(self.line.events):
            if entry.step != "veto_proposed":
                continue
            number += 1
            start = entry.day
            found = _limit(self.calendar, start, rule)
            arrived = self.arrivals.day(entry.n)
            days = [day for day in (arrived, self._day(self.line.first(("filed",), position + 1))) if day is not None]
            met = min((day for day in days if day <= self.line.today), default=None)
            clock = self._clock("filing", number, start, found.due, met, None,
                                Basis(start, rule.days, rule.calendar_days), cite=rule.cite,
                                provisional=found.provisional)  # fmt: skip
            yield clock if met is not None or self.arrivals.present else _unattested(clock)

    def _consult(self) -> Iterator[Clock]:
        """Internal mark: each consulted unit answers by the date asked for (A6); charged to that unit."""
        rule = self.rules.limits["consult"]
        for position, entry in enumerate(self.line.events):
            if entry.step != "consulted":
                continue
            named = entry.data.get("reply_by")
            last = (
                date.fromisoformat(named) if named else self.calendar.add_workdays(self.case.raised.date(), rule.days)
            )
            for unit in entry.data["units"]:
                met, ended = self._outcome(_answer_of(unit), position + 1)
                yield self._named("consult", self.line.round_at(position).number, entry.day, last, met, ended,
                                  rule.cite, of=unit, binding=False)  # fmt: skip

    def _escalate(self, span: _Span) -> Iterator[Clock]:
        """Internal mark: no consensus goes up by working day 7, or 1 after the conference if later (A6)."""
        item = span.round
        conferred = next(
            (
                position
                for position in range(item.first, item.last)
                if self.line.events[position].step == "conferred"
                and self.line.events[position].data["consensus"] is False
            ),
            None,
        )
        if conferred is None:
            return
        rule, after = self.rules.limits["escalate"], self.rules.limits["escalate_after_conferred"]
        raised, met_at = self.case.raised.date(), self.line.events[conferred].day
        plain = _limit(self.calendar, raised, rule)
        later = _limit(self.calendar, met_at, after)
        assert plain.due is not None  # noqa: S101 - without pauses a limit always ends
        assert later.due is not None  # noqa: S101
        longer = later.due > plain.due
        due = max(plain.due, later.due)
        basis = (
            Basis(met_at, after.days, after.calendar_days) if longer else Basis(raised, rule.days, rule.calendar_days)
        )
        met, ended = self._outcome(lambda entry: entry.step == "escalated", item.first)
        yield self._clock("escalate", item.number, raised, due, self._day(met), self._day(ended), basis,
                          cite=rule.cite, provisional=due > self.calendar.known_through, binding=False)  # fmt: skip

    def _after_answer(self) -> Iterator[Clock]:
        """Hand over the applicant's copy (附件) of an approved refusal; deliver a licence decision (许可法44)."""
        proposed = self.line.first(("veto_proposed",), 0)
        licensed = self.case.matter.licensing and self.case.accepted is not None
        for item in self.line.rounds:
            answered = self._in_round("answered", item)
            if answered is None:
                continue
            entry = self.line.events[answered]
            refused = entry.data["result"] == "refused" and proposed is not None and proposed < answered
            if not refused and not licensed:
                continue
            name = "deliver" if refused else "licence_delivery"
            met = next(
                (
                    p
                    for p in range(answered + 1, len(self.line.events))
                    if self.line.events[p].step == "delivered" and self.line.events[p].data["copy"] == "applicant"
                ),
                None,
            )
            yield self._limited(name, self.rules.limits[name], entry.day, item.number, met, None)

    def _review(self) -> Iterator[Clock]:
        """Look again at a suspension by the day promised (A7); an extension of that day opens the next clock."""
        rule = self.rules.limits["review"]
        for item in self.line.suspensions:
            if item.begin > self.line.today:
                continue
            number = self.line.round_at(item.position).number
            stop = item.closed_by if item.closed_by is not None else len(self.line.events)
            marks = [item.position, *(
                p for p in range(item.position + 1, stop) if self.line.events[p].step == "review_extended"
            )]  # fmt: skip
            for index, position in enumerate(marks):
                entry = self.line.events[position]
                named = entry.data.get("review_by")
                begun = item.begin if index == 0 else entry.day
                last = date.fromisoformat(named) if named else self.calendar.add_workdays(begun, rule.days)
                met = marks[index + 1] if index + 1 < len(marks) else None
                ended = None
                if met is None and item.closed_by is not None:
                    if self.line.events[item.closed_by].step == "resumed":
                        met = item.closed_by
                    else:
                        ended = item.closed_by
                yield self._named("review", number, None, last, met, ended, rule.cite)

    def _licence_notice(self) -> Iterator[Clock]:
        """Ask for missing papers within 5 working days, else the application counts as accepted (许可法32(4))."""
        notice = self.line.first(("supplement_notice",), 0)
        if notice is None:
            return
        start = min(filter(None, (self.case.accepted, self.case.raised))).date()
        clock = self._limited("licence_notice", self.rules.limits["licence_notice"], start, 1, notice, None)
        yield _deemed(clock) if clock.state == "met_late" else clock

    def _licence_decision(self) -> Iterator[Clock]:
        """Decide a licence within 20 working days of acceptance, 10 more when approved (许可法42)."""
        accepted = self.case.accepted
        if accepted is None or accepted.date() > self.line.today:
            return
        start, rule = accepted.date(), self.rules.limits["licence_decision"]
        # The round it was accepted in: an ending before a later round must not stop what that round decides.
        rounds = [item for item in self.line.rounds[1:] if self.line.events[item.first - 1].at <= accepted]
        met, ended = self._outcome(
            lambda entry: entry.step == "answered", (rounds or self.line.rounds)[-1 if rounds else 0].first
        )
        stop = met if met is not None else ended
        days = self._extended_days(start, stop)
        pauses = self._decision_pauses(stop)
        found = _days(self.calendar, start, days, pauses, rule.calendar_days)
        extended = found.due if days > rule.days else None
        basis = Basis(start, days, rule.calendar_days, pauses, extended=extended)
        yield self._clock("licence_decision", 1, start, found.due, self._day(met), self._day(ended), basis,
                          cite=rule.cite, provisional=found.provisional, stoppable=True)  # fmt: skip

    def _extended_days(self, start: date, stop: int | None) -> int:
        """Return the days of the licence decision: the limit, or up to ten more by an approved extension made
        before the limit ended. They are counted up to its date, so that a later suspension moves that date."""
        rule, more = self.rules.limits["licence_decision"], self.rules.limits["licence_extension"]
        days = rule.days
        for position, entry in enumerate(self.line.events[:stop]):
            if entry.step != "extended" or not entry.data.get("approver"):
                continue
            due = limit(
                self.calendar, start, days, pauses=self._decision_pauses(stop), calendar_days=rule.calendar_days
            ).due
            if due is not None and entry.day <= due:
                until = self.calendar.next_workday(date.fromisoformat(entry.data["until"]))
                told = (until - start).days if rule.calendar_days else self.calendar.workdays_between(start, until)
                told -= self._paused_days(start, until, self._decision_pauses(position), rule)
                days = max(days, min(told, rule.days + more.days))
        return days

    def _paused_days(self, start: date, until: date, pauses: Sequence[Pause], rule: LimitRule) -> int:
        lost = 0
        for pause in merge_pauses(pauses):
            before, last = max(start, pause.start - DAY), min(until, pause.end or until)
            lost += max(0, (last - before).days) if rule.calendar_days else self.calendar.workdays_between(before, last)
        return lost

    def _decision_pauses(self, stop: int | None) -> tuple[Pause, ...]:
        """Suspensions, and the days from a supplement notice to the day before its papers came."""
        waits = list(self._waits(stop))
        return (*self.line.pauses_until(stop), *waits) if waits else self.line.pauses_until(stop)

    def _waits(self, stop: int | None) -> Iterator[Pause]:
        opened: tuple[int, date] | None = None
        for position, entry in enumerate(self.line.events):
            if entry.step == "supplement_notice" and opened is None:
                opened = position, entry.day
            elif opened is not None and (entry.step == "supplement_received" or entry.step in ENDINGS):
                last = entry.day - DAY
                if last >= opened[1] and (stop is None or opened[0] < stop):
                    yield Pause(opened[1], last, "等待补正期间")
                opened = None
        if opened is not None and (stop is None or opened[0] < stop):
            yield Pause(opened[1], None, "等待补正期间")


def _decides(entry: Entry) -> bool:
    """Whether a step decides a proposed refusal: `return`, `raise` and guidance do not."""
    decision = entry.data.get("decision")
    if entry.step == "unit_review":
        return decision in DECIDED
    return entry.step == "escalation_result" and decision != "guidance"


def _answer_of(unit: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.step == "consult_answered" and entry.data["unit"] == unit


def _unattested(clock: Clock) -> Clock:
    return _with(clock, "unattested", clock.days_late)


def _deemed(clock: Clock) -> Clock:
    return _with(clock, "deemed_accepted", clock.days_late)


def _with(clock: Clock, state: str, late: int) -> Clock:
    return Clock(clock.clock, clock.round, clock.of, clock.binding, clock.start, clock.due, clock.due_calendar, state,
                 clock.state_calendar, clock.met_on, clock.ended, None, late if state != "unattested" else 0,
                 clock.provisional, clock.cite, clock.basis)  # fmt: skip
