"""The clock table of records.md section 5, computed.

Pure: case, arrivals, rules, calendar and today in; clocks out. Limits, their units and citations come from
rules.yml; what starts, stops and meets a clock is stated in replies, marks and licence, one function a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from noveto.calendar import Calendar
from noveto.clocks.builder import NO_RECEIPTS, Arrivals, Builder, judge, limit_of
from noveto.clocks.licence import licence_decision, licence_notice
from noveto.clocks.marks import after_answer, consult, escalate, filing, review, reviews
from noveto.clocks.model import Basis, Clock
from noveto.clocks.replies import approval, interim, reply, submit
from noveto.clocks.timeline import ENDINGS, Suspension, Timeline, pauses_of, suspensions_of, timeline
from noveto.records.model import Case, Complaint, Entry
from noveto.rules import LimitRule, RuleSet


def compute(
    case: Case, rules: RuleSet, calendar: Calendar, today: date, arrivals: Arrivals = NO_RECEIPTS
) -> list[Clock]:
    """Return every clock that applies to ``case`` as it stands at the end of ``today``.

    ``case`` is the effective record; ``rules`` the set in force on the day it was raised. A case raised
    after ``today`` has no clocks yet.
    """
    if case.raised.date() > today:
        return []
    return clocks_of(timeline(case, today), rules, calendar, arrivals)


def clocks_of(line: Timeline, rules: RuleSet, calendar: Calendar, arrivals: Arrivals = NO_RECEIPTS) -> list[Clock]:
    """Return what ``compute`` does for a case whose timeline is known."""
    if line.case.raised.date() > line.today:
        return []
    return list(_clocks(Builder(line, rules, calendar, arrivals)))


def late_reclassifications(case: Case, rules: RuleSet, calendar: Calendar, today: date) -> list[int]:
    """Return the numbers of the `reclassified` entries that came after the old limit and have no effect."""
    if case.raised.date() > today:
        return []
    build = Builder(timeline(case, today), rules, calendar, NO_RECEIPTS)
    return [entry.n for entry in build.late]


def effective_track(case: Case, rules: RuleSet, calendar: Calendar, today: date) -> str:
    """Return the track in force at the end of ``today``: late reclassifications have no effect."""
    if case.raised.date() > today:
        return case.track
    build = Builder(timeline(case, today), rules, calendar, NO_RECEIPTS)
    late = {entry.n for entry in build.late}
    held = [e for e in build.line.events if e.step == "reclassified" and e.n not in late]
    return str(held[-1].data["track"]) if held else case.track


def compute_complaint(complaint: Complaint, rules: RuleSet, calendar: Calendar, today: date) -> list[Clock]:
    """Return a complaint's clock first: answered within 5 working days, complex ones within 10 (四(一)).

    A suspension stops it and has a clock of its own, the day to look at it again (A7); withdrawn or voided ends
    both, as endings end the clocks of a case.
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
    found = limit_of(calendar, received, rule, pauses)
    met = stop.day if stop is not None and stop.step == "answered" else None
    ended = stop.day if stop is not None and met is None else None
    judged = judge(calendar, today, found.due, met, ended, stopped=any(item.covers(today) for item in held))
    basis = Basis(received, rule.days, rule.calendar_days, pauses)
    return [
        Clock("complaint", 1, "", True, received, found.due, None, judged.state, None, met, ended, judged.left,
              judged.late, found.provisional, rule.cite, basis),
        *_complaint_reviews(events, held, rules.limits["review"], calendar, today),
    ]  # fmt: skip


def _complaint_reviews(
    events: Sequence[Entry], held: Sequence[Suspension], rule: LimitRule, calendar: Calendar, today: date
) -> Iterator[Clock]:
    for item in reviews(events, held, today, calendar, rule):
        due = calendar.next_workday(item.day)
        met = None if item.met is None else events[item.met].day
        ended = None if item.ended is None else events[item.ended].day
        judged = judge(calendar, today, due, met, ended, stopped=False)
        yield Clock("review", 1, "", True, None, due, None, judged.state, None, met, ended, judged.left, judged.late,
                    due > calendar.known_through, rule.cite, Basis(item.day, None, named=item.day))  # fmt: skip


def _clocks(build: Builder) -> Iterator[Clock]:
    """Yield the clocks in the order of the contract's table."""
    yield from submit(build)
    for span in build.spans:
        yield reply(build, span)
        yield from interim(build, span)
        if "veto_proposed" in build.steps:
            yield from approval(build, span)
    if "veto_proposed" in build.steps:
        yield from filing(build)
    if "consulted" in build.steps:
        yield from consult(build)
    if "conferred" in build.steps:
        for span in build.spans:
            yield from escalate(build, span)
    if "answered" in build.steps:
        yield from after_answer(build)
    if build.line.suspensions:
        yield from review(build)
    if build.case.matter.licensing:
        yield from licence_notice(build)
        yield from licence_decision(build)
