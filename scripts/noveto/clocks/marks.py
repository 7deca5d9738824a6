"""Filing, hand-over and review, and the internal marks: consult and escalate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from noveto.calendar import Calendar
from noveto.clocks.builder import Builder, Span, last_day, limit_of
from noveto.clocks.model import Basis, Clock
from noveto.clocks.timeline import Suspension
from noveto.records.model import Entry
from noveto.rules import LimitRule


def filing(build: Builder) -> Iterator[Clock]:
    """File with the bureau on the day approval is asked (四(三), A8): the receipt, or a paper filing."""
    if build.case.entry_mode == "migrated":
        return
    rule, number = build.rules.limits["filing"], 0
    for position, entry in enumerate(build.line.events):
        if entry.step != "veto_proposed":
            continue
        number += 1
        start = entry.day
        found = limit_of(build.calendar, start, rule)
        arrived = build.arrivals.day(entry.n)
        days = [day for day in (arrived, build.day(build.line.first(("filed",), position + 1))) if day is not None]
        met = min((day for day in days if day <= build.line.today), default=None)
        clock = build.clock("filing", number, start, found.due, met, None,
                            Basis(start, rule.days, rule.calendar_days), cite=rule.cite,
                            provisional=found.provisional)  # fmt: skip
        yield (
            clock
            if met is not None or build.arrivals.present
            else clock._replace(state="unattested", days_left=None, days_late=0)
        )


def consult(build: Builder) -> Iterator[Clock]:
    """Internal mark: each consulted unit answers by the date asked for (A6); charged to that unit."""
    rule = build.rules.limits["consult"]
    for position, entry in enumerate(build.line.events):
        if entry.step != "consulted":
            continue
        named = entry.data.get("reply_by")
        last = date.fromisoformat(named) if named else last_day(build.calendar, build.case.raised.date(), rule)
        for unit in entry.data["units"]:
            met, ended = build.outcome(_answer_of(unit), position + 1)
            yield build.named("consult", build.line.round_at(position).number, entry.day, last, met, ended,
                              rule.cite, of=unit, binding=False)  # fmt: skip


def escalate(build: Builder, span: Span) -> Iterator[Clock]:
    """Internal mark: no consensus goes up by working day 7, or 1 after the conference if later (A6)."""
    item = span.round
    conferred = next(
        (
            position
            for position in range(item.first, item.last)
            if build.line.events[position].step == "conferred"
            and build.line.events[position].data["consensus"] is False
        ),
        None,
    )
    if conferred is None:
        return
    rule, after = build.rules.limits["escalate"], build.rules.limits["escalate_after_conferred"]
    raised, met_at = build.case.raised.date(), build.line.events[conferred].day
    plain = last_day(build.calendar, raised, rule)
    later = last_day(build.calendar, met_at, after)
    longer = later > plain
    due = max(plain, later)
    basis = Basis(met_at, after.days, after.calendar_days) if longer else Basis(raised, rule.days, rule.calendar_days)
    met, ended = build.outcome(lambda entry: entry.step == "escalated", item.first)
    yield build.clock("escalate", item.number, raised, due, build.day(met), build.day(ended), basis,
                      cite=rule.cite, provisional=due > build.calendar.known_through, binding=False)  # fmt: skip


def after_answer(build: Builder) -> Iterator[Clock]:
    """Hand over the applicant's copy (附件) of an approved refusal; deliver a licence decision (许可法44)."""
    proposed = build.line.first(("veto_proposed",), 0)
    licensed = build.case.matter.licensing and build.case.accepted is not None
    for item in build.line.rounds:
        answered = build.in_round("answered", item)
        if answered is None:
            continue
        entry = build.line.events[answered]
        refused = entry.data["result"] == "refused" and proposed is not None and proposed < answered
        if not refused and not licensed:
            continue
        name = "deliver" if refused else "licence_delivery"
        met = next(
            (
                p
                for p in range(answered + 1, len(build.line.events))
                if build.line.events[p].step == "delivered" and build.line.events[p].data["copy"] == "applicant"
            ),
            None,
        )
        yield build.limited(name, build.rules.limits[name], entry.day, item.number, met, None)


class Review(NamedTuple):
    """A day to look at a suspension again: the suspension's position, the day, and the positions of the event that
    met it and of the ending that froze it (both None while it is owed)."""

    position: int
    day: date
    met: int | None
    ended: int | None


def review(build: Builder) -> Iterator[Clock]:
    """Look again at a suspension by the day promised (A7); an extension of that day opens the next clock."""
    rule = build.rules.limits["review"]
    for item in reviews(build.line.events, build.line.suspensions, build.line.today, build.calendar, rule):
        number = build.line.round_at(item.position).number
        yield build.named("review", number, None, item.day, item.met, item.ended, rule.cite)


def reviews(
    events: Sequence[Entry], suspensions: Iterable[Suspension], today: date, calendar: Calendar, rule: LimitRule
) -> Iterator[Review]:
    """Yield the days to look again at each suspension begun by ``today``, of a case or a complaint."""
    for item in suspensions:
        if item.begin > today:
            continue
        stop = item.closed_by if item.closed_by is not None else len(events)
        marks = [item.position, *(p for p in range(item.position + 1, stop) if events[p].step == "review_extended")]
        for index, position in enumerate(marks):
            entry = events[position]
            named = entry.data.get("review_by")
            begun = item.begin if index == 0 else entry.day
            last = date.fromisoformat(named) if named else last_day(calendar, begun, rule)
            met = marks[index + 1] if index + 1 < len(marks) else None
            ended = None
            if met is None and item.closed_by is not None:
                if events[item.closed_by].step == "resumed":
                    met = item.closed_by
                else:
                    ended = item.closed_by
            yield Review(item.position, last, met, ended)


def _answer_of(unit: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.step == "consult_answered" and entry.data["unit"] == unit
