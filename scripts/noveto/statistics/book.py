"""Many periods from one reading: what every month contributes, put together.

``Book`` gives the same numbers as ``gather.statistics`` for any run of whole months, and says with one short key
whether a period's facts have changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import chain

from noveto.statistics.catalogue import BY_KEY
from noveto.statistics.collector import KEYS, Collector, Key
from noveto.statistics.figures import SETTINGS, Group, Statistics, finish
from noveto.statistics.gather import all_held
from noveto.statistics.groups import Where, months_back, time_key
from noveto.statistics.lists import Effect, Gap, Repeat, Seen, Thing, effects, gaps, repeats
from noveto.statistics.model import Count, Figure, Figures, Fraction, Item, Ordered, Spread, as_they_come
from noveto.statistics.months import Head, Months, short_key
from noveto.statistics.periods import Period, period


class Book:
    """The facts of all records of a ledger as of ``today``."""

    def __init__(self, months: Months) -> None:
        """Read the heads of all months."""
        self._months = months
        self.today = months.today
        self.rules = months.ledger.rules
        self.complaints, self.improvements = months.complaints, months.improvements
        self.held = tuple(all_held(months.ledger))
        self.heads: list[Head] = []
        self.things: dict[Thing, list[Seen]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        self._told: dict[str, str] = {}
        for month in months.digests:
            kept = months.kept(month)
            self._told[month] = kept.told
            self.heads += map(Head._make, kept.heads)
        months.tidy()
        for head in self.heads:
            self.things[head.matter, head.reason].append((head.raised, head.id))
            if self.names.setdefault(head.matter, head.name) != head.name:
                self.names[head.matter] = self._renamed[head.matter] = head.name

    # -- periods --------------------------------------------------------------------------------------

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Keys of the months in which anything was registered, received or opened, in order."""
        days = {time_key(item.received, "month") for item in self.complaints}
        days |= {time_key(item.opened, "month") for item in self.improvements}
        return tuple(sorted(set(self._months.digests) | days))

    def periods(self, kind: str) -> tuple[Period, ...]:
        """Return the periods of a kind that hold anything, in order."""
        keys = {time_key(period(month).first.toordinal(), kind) for month in self.months}
        return tuple(period(key) for key in sorted(keys))

    def settings(self, last: date) -> Mapping[str, int]:
        """Return the indicators of rules.yml in force on the last day of a period."""
        return SETTINGS | dict(self.rules.for_day(last).indicators)

    def key(self, of: Period) -> str:
        """Return a short key of everything the statistics of a period are made from."""
        first, last = of.first.toordinal(), of.last.toordinal()
        since = time_key(self._looked_at(of.last)[0], "month")
        months = self._months
        return short_key(
            (
                [months.digests.get(month) for month in of.months],
                [told for month, told in self._told.items() if since <= month <= of.months[-1]],
                self._renamed,
                months.within(of),
                [(item.id, item.cases, item.done) for item in self.improvements],
                [item for item in self.held if not item.day or first <= item.day <= last],
                sorted(self.settings(of.last).items()),
                months.audited,
            )
        )

    # -- lists ----------------------------------------------------------------------------------------

    def repeats(self, of: Period) -> tuple[Repeat, ...]:
        """Return what came again and again in the months before the end of a period, once at least within it."""
        return self.repeats_between(of.first, of.last)

    def repeats_between(self, first: date, last: date) -> tuple[Repeat, ...]:
        """Return the repeats of any span of days."""
        since, until = self._looked_at(last)
        return repeats(self._near(first, last), self.names, self.improvements, since=since, until=until,
                       first=first.toordinal(), times=self.settings(last)["repeat_times"])  # fmt: skip

    def _looked_at(self, last: date) -> tuple[int, int]:
        """Return the first and last day of the months before ``last`` in which what comes again is looked for."""
        until = min(last, self.today)
        return months_back(until, self.settings(last)["repeat_months"]).toordinal() + 1, until.toordinal()

    def _near(self, first: date, last: date) -> Mapping[Thing, Sequence[Seen]]:
        """Return what may have come again and again: the cases of the months before ``last`` of each thing."""
        times = self.settings(last)["repeat_times"]
        since, until = self._looked_at(last)
        found: dict[Thing, Sequence[Seen]] = {}
        for thing, seen in self.things.items():
            if len(seen) >= times and seen[-1][0] >= first.toordinal():
                near = seen[bisect_left(seen, (since, "")) : bisect_right(seen, (until + 1, ""))]
                if len(near) >= times and near[-1][0] >= first.toordinal():
                    found[thing] = near
        return found

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Return what the improvements changed, as of today."""
        return effects(self.things, self.improvements, today=self.today)

    def between(self, first: date, last: date) -> list[Head]:
        """Return the heads of the cases raised from ``first`` to ``last``, voided ones left out."""
        since, until = first.toordinal(), last.toordinal() + 1
        return self.heads[bisect_left(self.heads, (since,)) : bisect_left(self.heads, (until,))]

    def reasons(self, first: date, last: date) -> Counter[str]:
        """Count the cases of a span of days by main reason."""
        return Counter(head.reason for head in self.between(first, last))

    def gaps(self, first: date, last: date) -> tuple[Gap, ...]:
        """Return 法规空白清单 of a span of days."""
        return gaps((head.matter, head.name, head.unit, head.id) for head in self.between(first, last) if head.gap)

    # -- figures --------------------------------------------------------------------------------------

    def month(self, key: str) -> Collector:
        """Return what one month contributes, grouped by BASE."""
        return self._months.collector(key)

    def statistics(self, of: Period, months: Sequence[Collector]) -> Statistics:
        """Put the months of a period together; groups are those of BASE."""
        whole = self._months.empty(of)
        for part in months:
            whole.add(part)
        return finish(whole, self.repeats(of), self.effects, self.held, today=self.today,
                      settings=self.settings(of.last))  # fmt: skip

    def grouped(self, found: Statistics, *by: str) -> Statistics:
        """Return the same statistics by coarser dimensions."""
        return replace(found, by=by, groups=self.groups(found, *by))

    def groups(self, found: Statistics, *by: str) -> tuple[Group, ...]:
        """Return the groups of coarser dimensions, as ``collect`` gives them: sorted, with what is quarantined."""
        places = [found.by.index(name) for name in by]
        parts: dict[Key, list[Figures]] = {}
        for group in found.groups:
            parts.setdefault(tuple(group.key[place] for place in places), []).append(group.figures)
        held: Counter[Key] | None = None
        if "window" not in by:
            counties = self._months.places.counties
            where = [Where(item.day, item.unit, county=counties.get(item.unit, "")) for item in found.held]
            held = Counter(item.key(by) for item in where)
            for key in held:
                parts.setdefault(key, [])
        return tuple(Group(key, merged(parts[key]), None if held is None else held[key]) for key in sorted(parts))


def merged(parts: Sequence[Figures]) -> Figures:
    """Return the figures of several groups together."""

    def build(key: str) -> Figure:
        found = [part[key] for part in parts]
        kind = BY_KEY[key].kind
        if kind == "count":
            return Count(_all(item.refs for item in found))
        left = _all(item.left_out for item in found if not isinstance(item, Count))
        if kind == "spread":
            return Spread(_all(item.values for item in found if isinstance(item, Spread)), left)
        fractions = [item for item in found if isinstance(item, Fraction)]
        return Fraction(_all(item.hits for item in fractions), _all(item.misses for item in fractions), left)

    return Figures(KEYS, build) if len(parts) != 1 else parts[0]


def _all(parts: Iterable[Sequence[Item]]) -> Sequence[Item]:
    return Ordered(chain.from_iterable(as_they_come(part) for part in parts))
