"""Many periods from one reading: the facts of every case, kept small, month by month.

``Book`` gives the same numbers as ``gather.statistics`` for any run of whole months. What the records of a month
contribute is worked out when one of them has changed and else kept; one short key says whether a period's facts have
changed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from noveto.ledger import Shelf, code_digest
from noveto.statistics.catalogue import BY_KEY
from noveto.statistics.collector import KEYS, Collector, Key
from noveto.statistics.facts import ComplaintFacts, ImprovementFacts
from noveto.statistics.figures import SETTINGS, Group, Statistics, finish
from noveto.statistics.gather import all_complaints, all_held, all_improvements, places, recipe, some_cases
from noveto.statistics.groups import Where, months_back, time_key
from noveto.statistics.lists import Effect, Gap, Repeat, Seen, Thing, effects, gaps, repeats
from noveto.statistics.model import Count, Figure, Figures, Fraction, Ref, Spread
from noveto.statistics.months import Head, heads_of, pack, unpack
from noveto.statistics.readings import audited

if TYPE_CHECKING:
    from noveto.ledger import Ledger

BASE = ("county", "unit", "window")
"""What every month is grouped by; coarser groups are put together from these."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year: its key (2026-09, 2026-Q3, 2026), first and last day (both included)."""

    key: str
    first: date
    last: date

    @property
    def kind(self) -> str:
        """One of month, quarter, year."""
        return "year" if len(self.key) == 4 else "quarter" if "Q" in self.key else "month"

    @property
    def months(self) -> tuple[str, ...]:
        """Keys of the months in it."""
        count = {"month": 1, "quarter": 3, "year": 12}[self.kind]
        return tuple(f"{self.first.year:04d}-{self.first.month + step:02d}" for step in range(count))

    @property
    def name(self) -> str:
        """2026 年 9 月, 2026 年 3 季度, 2026 年."""
        year = f"{self.first.year} 年"
        return {"month": f"{year} {self.first.month} 月", "quarter": f"{year} {self.key[-1]} 季度", "year": year}[
            self.kind
        ]

    @property
    def before(self) -> Period:
        """The period of the same kind before this one."""
        return period(time_key((self.first - timedelta(days=1)).toordinal(), self.kind))


def period(key: str) -> Period:
    """Return the period of a key. Raises ValueError for anything else."""
    year = int(key[:4])
    if len(key) == 4:
        return Period(key, date(year, 1, 1), date(year, 12, 31))
    first, count = ((int(key[-1]) - 1) * 3 + 1, 3) if "Q" in key else (int(key[5:]), 1)
    following = year * 12 + first - 1 + count
    return Period(key, date(year, first, 1), date(following // 12, following % 12 + 1, 1) - timedelta(days=1))


class Book:
    """The facts of all records of a ledger as of ``today``."""

    def __init__(
        self, ledger: Ledger, today: date, cases: Iterable[tuple[str, int, str]], kept: Shelf | None = None
    ) -> None:
        """Read everything once, months from what was ``kept`` of them.

        ``cases`` are path, day raised and what stands for content, arrivals and state today, of all that are not held.
        """
        self.ledger = ledger
        self.today = today
        self.places = places(ledger)
        self.rules = ledger.rules
        self.complaints = tuple(all_complaints(ledger, today, ledger.rules))
        self.improvements = tuple(all_improvements(ledger, today))
        self.held = tuple(all_held(ledger))
        self.audited = audited(ledger, today)
        self._paths: dict[str, list[str]] = defaultdict(list)
        self._digests = self._month_digests(cases)
        self.heads: list[Head] = []
        self.things: dict[Thing, list[Seen]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self._packed: dict[str, bytes] = {}
        self._read(kept or Shelf(None))

    def _month_digests(self, cases: Iterable[tuple[str, int, str]]) -> dict[str, str]:
        """Return what stands for everything a month's cases contribute, by month."""
        made = recipe(self.ledger.context)
        again = {found.path for found in self.ledger.live(made, self.today)}
        number, day = self.today.toordinal(), f".{self.today}"
        shown: dict[str, list[str]] = defaultdict(list)
        for path, raised, stand in cases:
            if raised <= number:
                month = time_key(raised, "month")
                self._paths[month].append(path)
                shown[month].append(f"{path} {stand}{day if path in again else ''}")
        registry = self.ledger.registry.digest
        base = f"{code_digest('noveto.statistics')} {made.key} {registry} {self.ledger.receipts} {self.audited}"
        done = [(item.cases, item.done) for item in self.improvements if item.done]
        return {
            month: hashlib.blake2b(
                repr((base, done, self._within(period(month)), shown[month])).encode(), digest_size=12
            ).hexdigest()
            for month in self._paths
        }

    def _within(self, of: Period) -> tuple[list[ComplaintFacts], list[ImprovementFacts]]:
        """Return the complaints and improvements of a period."""
        first, last = of.first.toordinal(), of.last.toordinal()
        return (
            [item for item in self.complaints if first <= item.received <= last],
            [item for item in self.improvements if first <= item.opened <= last],
        )

    def _read(self, kept: Shelf) -> None:
        """Read what is kept of each month, or work it out."""
        for month in sorted(self._paths):
            name = f"month-{month}"
            found = kept.get(name, self._digests[month])
            if found is None:
                found = self._work_out(month)
                kept.put(name, self._digests[month], found)
            heads, self._packed[month] = found
            self.heads += map(Head._make, heads)
        kept.keep_only({f"month-{month}" for month in self._paths})
        for head in self.heads:
            self.things[head.matter, head.reason].append((head.raised, head.id))
            self.names[head.matter] = head.name

    def _work_out(self, month: str) -> tuple[list[tuple[Any, ...]], bytes]:
        """Return the heads of a month's cases, and what its records contribute."""
        made = self._collector(period(month))
        for item in self.improvements:
            made.improvement(item)
        cases = list(some_cases(self.ledger, self.today, self._paths.get(month, ())))
        for case in cases:
            made.case(case)
        for complaint in self.complaints:
            made.complaint(complaint)
        return heads_of(cases), pack(made)

    # -- periods --------------------------------------------------------------------------------------

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Keys of the months in which anything was registered, received or opened, in order."""
        days = {time_key(item.received, "month") for item in self.complaints}
        days |= {time_key(item.opened, "month") for item in self.improvements}
        return tuple(sorted(set(self._digests) | days))

    def periods(self, kind: str) -> tuple[Period, ...]:
        """Return the periods of a kind that hold anything, in order."""
        keys = {time_key(period(month).first.toordinal(), kind) for month in self.months}
        return tuple(period(key) for key in sorted(keys))

    def settings(self, last: date) -> Mapping[str, int]:
        """Return the indicators of rules.yml in force on the last day of a period."""
        return SETTINGS | dict(self.rules.for_day(last).indicators)

    def key(self, of: Period) -> str:
        """Return a short key of everything the statistics of a period are made from."""
        made = hashlib.blake2b(digest_size=12)
        for month in of.months:
            made.update(self._digests.get(month, "-").encode())
        first, last = of.first.toordinal(), of.last.toordinal()
        within = (
            *self._within(of),
            [item for item in self.improvements if item.done],
            [item for item in self.held if not item.day or first <= item.day <= last],
            sorted(self.settings(of.last).items()),
            self._opened_for,
            self.audited,
        )
        made.update(repr(within).encode())
        for (matter, reason), seen in self._near(of.first, of.last).items():
            made.update(f"{matter} {reason} {self.names.get(matter)} {len(seen)} ".encode())
            made.update(" ".join([name for _, name in seen]).encode())
        return made.hexdigest()

    @cached_property
    def _opened_for(self) -> str:
        """A digest of which improvements were opened for which cases."""
        cases = [(item.id, item.cases) for item in self.improvements]
        return hashlib.blake2b(repr(cases).encode(), digest_size=12).hexdigest()

    # -- lists ----------------------------------------------------------------------------------------

    def repeats(self, of: Period) -> tuple[Repeat, ...]:
        """Return what came again and again in the months before the end of a period, once at least within it."""
        return self.repeats_between(of.first, of.last)

    def repeats_between(self, first: date, last: date) -> tuple[Repeat, ...]:
        """Return the repeats of any span of days."""
        given = self.settings(last)
        until = min(last, self.today)
        since = months_back(until, given["repeat_months"]).toordinal() + 1
        return repeats(self._near(first, last), self.names, self.improvements, since=since, until=until.toordinal(),
                       first=first.toordinal(), times=given["repeat_times"])  # fmt: skip

    def _near(self, first: date, last: date) -> Mapping[Thing, Sequence[Seen]]:
        """Return what may have come again and again: the cases of the months before ``last`` of each thing."""
        given = self.settings(last)
        until = min(last, self.today)
        since = months_back(until, given["repeat_months"]).toordinal() + 1
        found: dict[Thing, Sequence[Seen]] = {}
        for thing, seen in self.things.items():
            if len(seen) >= given["repeat_times"] and seen[-1][0] >= first.toordinal():
                near = seen[bisect_left(seen, (since, "")) : bisect_right(seen, (until.toordinal() + 1, ""))]
                if len(near) >= given["repeat_times"] and near[-1][0] >= first.toordinal():
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
        made = self._collector(period(key))
        unpack(self._packed[key] if key in self._packed else self._work_out(key)[1], made)
        return made

    def _collector(self, of: Period) -> Collector:
        made = Collector(of.first, of.last, BASE, self.places)
        made.audited = self.audited
        return made

    def drop(self, months: Iterable[str]) -> None:
        """Forget the facts of months that nobody is going to ask for again."""
        for month in months:
            self._packed.pop(month, None)

    def statistics(self, of: Period, months: Sequence[Collector]) -> Statistics:
        """Put the months of a period together; groups are those of BASE."""
        whole = self._collector(of)
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
            counties = self.places.counties
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
            return Spread(tuple(sorted(v for item in found if isinstance(item, Spread) for v in item.values)), left)
        fractions = [item for item in found if isinstance(item, Fraction)]
        return Fraction(_all(item.hits for item in fractions), _all(item.misses for item in fractions), left)

    return Figures(KEYS, build) if len(parts) != 1 else parts[0]


def _all(refs: Iterable[tuple[Ref, ...]]) -> tuple[Ref, ...]:
    return tuple(sorted(chain.from_iterable(refs)))
