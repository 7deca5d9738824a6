"""The clocks of the Administrative Licensing Law: notice of missing papers, decision, its extension."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from noveto.calendar import Pause, limit
from noveto.calendar.limits import DAY, merge_pauses
from noveto.clocks.builder import Builder, days_of
from noveto.clocks.model import WAITING, Basis, Clock
from noveto.clocks.timeline import ENDINGS
from noveto.rules import LimitRule


def licence_notice(build: Builder) -> Iterator[Clock]:
    """Ask for missing papers within 5 working days, else the application counts as accepted (许可法32(4))."""
    notice = build.line.first(("supplement_notice",), 0)
    if notice is None:
        return
    start = min(filter(None, (build.case.accepted, build.case.raised))).date()
    clock = build.limited("licence_notice", build.rules.limits["licence_notice"], start, 1, notice, None)
    yield clock._replace(state="deemed_accepted") if clock.state == "met_late" else clock


def licence_decision(build: Builder) -> Iterator[Clock]:
    """Decide a licence within 20 working days of acceptance, 10 more when approved (许可法42)."""
    accepted = build.case.accepted
    if accepted is None or accepted.date() > build.line.today:
        return
    start, rule = accepted.date(), build.rules.limits["licence_decision"]
    # The round it was accepted in: an ending before a later round must not stop what that round decides.
    rounds = [item for item in build.line.rounds[1:] if build.line.events[item.first - 1].at <= accepted]
    met, ended = build.outcome(
        lambda entry: entry.step == "answered", (rounds or build.line.rounds)[-1 if rounds else 0].first
    )
    stop = met if met is not None else ended
    days = _extended_days(build, start, stop)
    pauses = _decision_pauses(build, stop)
    found = days_of(build.calendar, start, days, pauses, rule.calendar_days)
    extended = found.due if days > rule.days else None
    basis = Basis(start, days, rule.calendar_days, pauses, extended=extended)
    yield build.clock("licence_decision", 1, start, found.due, build.day(met), build.day(ended), basis,
                      cite=rule.cite, provisional=found.provisional, stoppable=True)  # fmt: skip


def _extended_days(build: Builder, start: date, stop: int | None) -> int:
    """Return the days of the licence decision: the limit, or up to ten more by an approved extension made
    before the limit ended. They are counted up to its date, so that a later suspension moves that date."""
    rule, more = build.rules.limits["licence_decision"], build.rules.limits["licence_extension"]
    days = rule.days
    for position, entry in enumerate(build.line.events[:stop]):
        if entry.step != "extended" or not entry.data.get("approver"):
            continue
        due = limit(
            build.calendar, start, days, pauses=_decision_pauses(build, stop), calendar_days=rule.calendar_days
        ).due
        if due is not None and entry.day <= due:
            until = build.calendar.next_workday(date.fromisoformat(entry.data["until"]))
            told = (until - start).days if rule.calendar_days else build.calendar.workdays_between(start, until)
            told -= _paused_days(build, start, until, _decision_pauses(build, position), rule)
            days = max(days, min(told, rule.days + more.days))
    return days


def _paused_days(build: Builder, start: date, until: date, pauses: Sequence[Pause], rule: LimitRule) -> int:
    lost = 0
    for pause in merge_pauses(pauses):
        before, last = max(start, pause.start - DAY), min(until, pause.end or until)
        lost += max(0, (last - before).days) if rule.calendar_days else build.calendar.workdays_between(before, last)
    return lost


def _decision_pauses(build: Builder, stop: int | None) -> tuple[Pause, ...]:
    """Suspensions, and the days from a supplement notice to the day before its papers came."""
    waits = list(_waits(build, stop))
    return (*build.line.pauses_until(stop), *waits) if waits else build.line.pauses_until(stop)


def _waits(build: Builder, stop: int | None) -> Iterator[Pause]:
    opened: tuple[int, date] | None = None
    for position, entry in enumerate(build.line.events):
        if entry.step == "supplement_notice" and opened is None:
            opened = position, entry.day
        elif opened is not None and (entry.step == "supplement_received" or entry.step in ENDINGS):
            last = entry.day - DAY
            if last >= opened[1] and (stop is None or opened[0] < stop):
                yield Pause(opened[1], last, WAITING)
            opened = None
    if opened is not None and (stop is None or opened[0] < stop):
        yield Pause(opened[1], None, WAITING)
