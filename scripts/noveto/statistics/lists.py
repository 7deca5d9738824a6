"""Lists behind the monthly report: repeats, effects of improvements, law gaps, breakdowns. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from noveto.statistics.facts import ImprovementFacts
from noveto.statistics.model import Ref

Thing = tuple[str, str]
"""What repeats: a matter (catalogue id or name) and a reason code."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """One matter with one reason, ``refs`` raised within the months looked at, all of them.

    ``improvements`` are the items opened because of one of these cases; none: 还没立项.
    """

    matter: str
    matter_name: str
    reason: str
    refs: tuple[Ref, ...]
    improvements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an improvement changed: cases of its matters and reasons before and after it was done.

    ``days`` is the length of each of the two spans (at most a year, as long as it has been done); ``stated_before``
    and ``stated_after`` are what somebody wrote, -1 for nothing. An item not done has no counts yet (None).
    """

    item: ImprovementFacts
    days: int
    before: tuple[Ref, ...] | None
    after: tuple[Ref, ...] | None

    @property
    def overdue(self) -> bool:
        """Whether it was done after its target; see ``late_on`` for one that is not done."""
        return bool(self.item.done) and self.item.done > self.item.target

    def late_on(self, today: date) -> bool:
        """Whether it is past its target on ``today`` without being done, or was done late."""
        return self.overdue or (not self.item.done and today.toordinal() > self.item.target)


@dataclass(frozen=True, slots=True)
class Gap:
    """One line of 法规空白清单: a matter about which the law is silent or unclear, with its cases in the period."""

    matter: str
    matter_name: str
    units: tuple[str, ...]
    refs: tuple[Ref, ...]


Seen = tuple[int, str]
"""Day raised and id of a case."""


def repeats(
    seen: Mapping[Thing, Sequence[Seen]],
    names: Mapping[str, str],
    improvements: Iterable[ImprovementFacts],
    *,
    since: int,
    until: int,
    first: int,
    times: int,
) -> tuple[Repeat, ...]:
    """Return what was raised ``times`` or more between days ``since`` and ``until``, at least once from ``first`` on.

    Most frequent first. ``seen`` holds all cases by matter and reason, voided ones left out.
    """
    by_case: dict[str, list[str]] = {}
    for item in improvements:
        for case in item.cases:
            by_case.setdefault(case, []).append(item.id)
    found = []
    for (matter, reason), cases in seen.items():
        within = sorted(case for case in cases if since <= case[0] <= until)
        if len(within) < times or within[-1][0] < first:
            continue
        opened = sorted({item for _, name in within for item in by_case.get(name, ())})
        refs = tuple(Ref(name) for _, name in within)
        found.append(Repeat(matter, names.get(matter, matter), reason, refs, tuple(opened)))
    return tuple(sorted(found, key=lambda item: (-len(item.refs), item.matter, item.reason)))


def effects(
    seen: Mapping[Thing, Sequence[Seen]], improvements: Iterable[ImprovementFacts], *, today: date, longest: int = 365
) -> tuple[Effect, ...]:
    """Return each improvement with the cases of its matters and reasons before and after it was done.

    The span after begins the day after it was done and runs to ``today``, at most ``longest`` days; the span before
    is exactly as long and ends on the day it was done, so that the two can be compared.
    """
    things: dict[str, Thing] = {name: thing for thing, cases in seen.items() for _, name in cases}
    found = []
    for item in sorted(improvements, key=lambda item: item.id):
        if not item.done:
            found.append(Effect(item, 0, None, None))
            continue
        days = min(longest, today.toordinal() - item.done)
        same = sorted(case for thing in {things[c] for c in item.cases if c in things} for case in seen[thing])
        before = tuple(Ref(name) for day, name in same if item.done - days < day <= item.done)
        after = tuple(Ref(name) for day, name in same if item.done < day <= item.done + days)
        found.append(Effect(item, days, before, after))
    return tuple(found)


def gaps(cases: Iterable[tuple[str, str, str, str]]) -> tuple[Gap, ...]:
    """Return 法规空白清单 from (matter, its name, unit, case id), most frequent first."""
    refs: dict[str, list[Ref]] = {}
    units: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for matter, name, unit, case in sorted(cases):
        refs.setdefault(matter, []).append(Ref(case))
        units.setdefault(matter, set()).add(unit)
        names[matter] = name
    found = [Gap(matter, names[matter], tuple(sorted(units[matter])), tuple(sorted(refs[matter]))) for matter in refs]
    return tuple(sorted(found, key=lambda gap: (-len(gap.refs), gap.matter)))
