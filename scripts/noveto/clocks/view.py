"""A case as everyone reads it on one day: status, clocks, stage, holder, most urgent clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from noveto.calendar import Calendar
from noveto.clocks.builder import NO_RECEIPTS, Arrivals
from noveto.clocks.engine import clocks_of, effective_track
from noveto.clocks.model import Clock
from noveto.clocks.stage import Stage, headline, stage, status
from noveto.clocks.timeline import Timeline, timeline
from noveto.records.model import Case
from noveto.rules import Rules, RuleSet


class CaseView(NamedTuple):
    """One case on one day; ``headline`` is its most urgent running binding clock, None when nothing runs."""

    case: Case
    rules: RuleSet
    line: Timeline
    status: str
    track: str
    stage: Stage
    clocks: tuple[Clock, ...]
    headline: Clock | None

    def as_dict(self, calendar: Calendar, *, open_only: bool = False) -> dict[str, Any]:
        """Return the entry of `noveto deadlines`: the clocks with their derivations."""
        since = self.rules.since
        return {
            "case": self.case.id,
            "unit": self.case.unit,
            "window": self.case.window,
            "track": self.track,
            "status": self.status,
            "clocks": [
                {**clock.as_dict(), "derivation": clock.derivation(calendar, since)}
                for clock in self.clocks
                if clock.open or not open_only
            ],
        }


def view(
    case: Case,
    rules: Rules,
    calendar: Calendar,
    today: date,
    *,
    arrivals: Arrivals = NO_RECEIPTS,
    role_of: Callable[[str], str] = lambda _: "",
) -> CaseView:
    """Compute everything the log says about ``case`` (the effective record) at the end of ``today``."""
    ruleset = rules.for_day(case.raised.date())
    line = timeline(case, today)
    return view_of_clocks(line, ruleset, calendar, clocks_of(line, ruleset, calendar, arrivals), role_of)


def view_of_clocks(
    line: Timeline, rules: RuleSet, calendar: Calendar, clocks: Iterable[Clock],
    role_of: Callable[[str], str] = lambda _: "",
) -> CaseView:  # fmt: skip
    """Return what ``view`` does for a case whose timeline and clocks are known."""
    known = tuple(clocks)
    return CaseView(
        case=line.case,
        rules=rules,
        line=line,
        status=status(line),
        track=_track(line.case, rules, calendar, line.today),
        stage=stage(line, role_of),
        clocks=known,
        headline=headline(known),
    )


def _track(case: Case, rules: RuleSet, calendar: Calendar, today: date) -> str:
    """Return the track in force: the last reclassification that took effect, else the one first written."""
    if not any(entry.step == "reclassified" for entry in case.log):
        return case.track
    return effective_track(case, rules, calendar, today)
