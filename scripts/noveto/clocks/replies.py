"""The clocks towards the applicant and the leader: submit, reply, interim, approval."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from noveto.calendar.limits import DAY
from noveto.clocks.builder import Builder, Span, days_of, last_day
from noveto.clocks.model import Basis, Clock
from noveto.clocks.timeline import ENDINGS, Suspension
from noveto.records.model import Entry

REPLY_MET = frozenset({"answered", "supplement_notice", "withdrawn", "lapsed"})
INTERIM_MET = REPLY_MET | {"interim_reply"}
SUBMIT_MET = frozenset({"submitted", "veto_proposed", "consulted", "answered", "supplement_notice"})
DECIDED = frozenset({"approve_refusal", "veto_rejected"})


def submit(build: Builder) -> Iterator[Clock]:
    """Up to the department's leader within 1 day (三(三)); not owed when answered on the spot."""
    first = build.line.rounds[0]
    if any(entry.step == "answered" and entry.day == first.start for entry in build.line.events):
        return
    met, ended = build.outcome(lambda entry: entry.step in SUBMIT_MET, first.first)
    yield build.limited("submit", build.rules.limits["submit"], first.start, 1, met, ended)


def reply(build: Builder, span: Span) -> Clock:
    """Answer the applicant in 3, 5 or 10 days by track (三(三), 四(二)); both readings for general matters."""
    start = span.round.start
    met, ended = build.outcome(lambda entry: entry.step in REPLY_MET, span.round.first)
    stop = met if met is not None else ended
    track, pauses = span.track(stop), build.line.pauses_until(stop)
    rule = build.rules.limits[f"reply.{track.track}"]
    due, provisional, floor = build.track_due("reply", start, track, pauses)
    other: date | None = None
    if track.track == "general":
        other = days_of(build.calendar, start, rule.days, pauses, calendar_days=True).due
        if other is not None and track.day is not None:
            other = max(other, track.day)
    basis = Basis(start, rule.days, rule.calendar_days, pauses, floor=floor)
    return build.clock("reply", span.round.number, start, due, build.day(met), build.day(ended), basis,
                       cite=rule.cite, provisional=provisional, stoppable=True, due_calendar=other,
                       calendar_reading=track.track == "general")  # fmt: skip


def interim(build: Builder, span: Span) -> Iterator[Clock]:
    """Give an interim reply on day 3 when the final one comes later (A3); once owed it stays owed."""
    item, rule = span.round, build.rules.limits["interim"]
    due = last_day(build.calendar, item.start, rule)
    replied = build.line.first(REPLY_MET | ENDINGS, item.first)
    special = any(
        track.track != "general" and (track.day is None or track.day <= due)
        for track in span.tracks
        if replied is None or track.position < replied
    )
    if special or any(_stood(build, found, item.start, due, replied) for found in build.line.suspensions):
        met, ended = build.outcome(lambda entry: entry.step in INTERIM_MET, item.first)
        yield build.limited("interim", rule, item.start, item.number, met, ended)


def _stood(build: Builder, found: Suspension, start: date, due: date, replied: int | None) -> bool:
    """Whether the case was suspended at the end of a day of the interim limit, before it was replied to.

    What was owed stays owed: a resumption dated back does not undo the days on which it was suspended.
    """
    last = min(due, build.line.today)
    if found.closed_by is not None:
        day_before = build.line.events[found.closed_by].day - DAY
        last = min(last, max(found.end or day_before, day_before))
    if replied is not None:
        if found.position > replied:
            return False
        last = min(last, build.line.events[replied].day)
    return found.begin <= last and last >= start


def approval(build: Builder, span: Span) -> Iterator[Clock]:
    """Decide on a proposed refusal within 3, 5 or 10 working days of the round's start (四(二), A4)."""
    item = span.round
    proposed = build.in_round("veto_proposed", item)
    if proposed is None:
        return
    met, ended = build.outcome(_decides, proposed + 1)
    stop = met if met is not None else ended
    track, pauses = span.track(stop), build.line.pauses_until(stop)
    rule = build.rules.limits[f"approval.{track.track}"]
    due, provisional, floor = build.track_due("approval", item.start, track, pauses)
    basis = Basis(item.start, rule.days, rule.calendar_days, pauses, floor=floor)
    yield build.clock("approval", item.number, item.start, due, build.day(met), build.day(ended), basis,
                      cite=rule.cite, provisional=provisional, stoppable=True)  # fmt: skip


def _decides(entry: Entry) -> bool:
    """Whether a step decides a proposed refusal: `return`, `raise` and guidance do not."""
    decision = entry.data.get("decision")
    if entry.step == "unit_review":
        return decision in DECIDED
    return entry.step == "escalation_result" and decision != "guidance"
