"""What records contribute to figures, group by group: kept as lists until a figure is asked for. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date

from noveto.statistics.catalogue import BY_KEY
from noveto.statistics.facts import CaseFacts, ComplaintFacts, ImprovementFacts
from noveto.statistics.groups import Places, Where
from noveto.statistics.lists import Repeat, Seen, Thing
from noveto.statistics.model import Count, Figure, Figures, Fraction, Ordered, Ref, Spread
from noveto.statistics.observe import HIT, LEFT, MISS, Observation, of_case, of_complaint, of_improvement

Key = tuple[str, ...]

Pair = tuple[Ref, int]


class Slots:
    """What one group has seen of each figure: hits, misses, left out."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: dict[str, tuple[list[Pair], list[Pair], list[Pair]]] = {}

    def add(self, key: str, slot: int, pair: Pair) -> None:
        """Put one thing into a slot of a figure."""
        slots = self.seen.get(key)
        if slots is None:
            slots = self.seen[key] = ([], [], [])
        slots[slot].append(pair)

    def take(self, other: Slots) -> None:
        """Add all that another group has seen."""
        for key, slots in other.seen.items():
            held = self.seen.setdefault(key, ([], [], []))
            for into, given in zip(held, slots, strict=True):
                into += given

    def forget(self, names: Set[str]) -> None:
        """Take out everything seen of some records."""
        left = (
            (key, tuple([pair for pair in slot if pair[0].id not in names] for slot in three))
            for key, three in self.seen.items()
        )
        self.seen = {key: (hits, misses, out) for key, (hits, misses, out) in left if hits or misses or out}

    def figure(self, key: str) -> Figure:
        """Build one figure; few of the many groups' figures are ever asked for."""
        kind, slots = BY_KEY[key].kind, self.seen.get(key)
        if slots is None:
            return _NOTHING[kind]
        hits, misses, left = slots
        if kind == "spread":
            return Spread(Ordered(hits), _refs(left))
        return Count(_refs(hits)) if kind == "count" else Fraction(_refs(hits), _refs(misses), _refs(left))

    def figures(self) -> Figures:
        """Return all figures, built when asked for."""
        return Figures(KEYS, self.figure)


KEYS = tuple(BY_KEY)
_NOTHING: Mapping[str, Figure] = {"count": Count(), "fraction": Fraction(), "spread": Spread()}


def _refs(pairs: Iterable[Pair]) -> Sequence[Ref]:
    return Ordered([ref for ref, _ in pairs])


EMPTY = Slots().figures()


def merge(parts: Iterable[Slots]) -> Slots:
    """Return what several groups have seen together."""
    whole = Slots()
    for part in parts:
        whole.take(part)
    return whole


class Collector:
    """What the records of one period (days ``first`` to ``last``) have contributed, group by group."""

    def __init__(self, first: date, last: date, by: Key, places: Places) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self.by = by
        self.places = places
        self.slots: dict[Key, Slots] = {}
        self.things: defaultdict[Thing, list[Seen]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self.in_period: list[tuple[Key, Ref]] = []
        self.broken_down: defaultdict[str, defaultdict[str, list[Ref]]] = defaultdict(lambda: defaultdict(list))
        self.gaps: list[tuple[str, str, str, str]] = []
        self.rule_changes: dict[str, int] = {}
        self.audited: Mapping[str, str] = {}

    def put(self, where: Where, observations: Sequence[Observation]) -> Key:
        """Add what one record contributes, if anything; return the key of its group."""
        key = where.key(self.by)
        if not observations:
            return key
        own = self._slots(key).add
        pair: Pair = (Ref(""), 0)
        for name, slot, ref, value, to in observations:
            if pair[0] is not ref or pair[1] != value:  # mostly one pair stands for a case in all its figures
                pair = (ref, value)
            (self._slots(self._charged(where, to)).add if to else own)(name, slot, pair)
        return key

    def _charged(self, where: Where, unit: str) -> Key:
        """A consultation is charged to the consulted unit, which answers from no window of its own."""
        county = self.places.counties.get(unit, "")
        return Where(where.day, unit, "", "", county, where.track, where.reason, where.category).key(self.by)

    def _slots(self, key: Key) -> Slots:
        found = self.slots.get(key)
        if found is None:
            found = self.slots[key] = Slots()
        return found

    def case(self, case: CaseFacts) -> None:
        """Add one case: to the things that may repeat and, raised in the period, to the figures."""
        if not case.voided:
            thing = (case.matter, case.reason)
            self.things[thing].append((case.raised, case.id))
            self.names[case.matter] = case.matter_name
        if not self.first <= case.raised <= self.last:
            return
        places = self.places
        where = Where(
            case.raised, case.unit, case.window, places.halls.get(case.window, ""), places.counties.get(case.unit, ""),
            case.track, case.reason, case.category,
        )  # fmt: skip
        key = self.put(where, of_case(case))
        if case.voided:
            return
        ref = Ref(case.id)
        self.in_period.append((key, ref))
        verdict = self.audited.get(case.id)
        if verdict is not None:
            self._slots(key).add("X.audit", {"sound": HIT, "": LEFT}.get(verdict, MISS), (ref, 0))
        if case.gap:
            self.gaps.append((case.matter, case.matter_name, case.unit, case.id))
        for name, code in (("reason", case.reason), ("track", case.track), ("category", case.category)):
            self.count(name, code, ref)
        if case.cause:
            self.count("cause", case.cause, ref)
        for outcome in case.outcomes:
            what = Ref(case.id, outcome.round)
            self.count("result", outcome.result, what)
            if outcome.result == "done":
                changed = self.rule_changes.get(case.id)
                after = changed is not None and changed <= outcome.day
                self.count("path", "rule_changed" if after else outcome.path, what)

    def count(self, name: str, code: str, ref: Ref) -> None:
        """Add one to a breakdown."""
        self.broken_down[name][code].append(ref)

    def forget(self, names: Set[str]) -> None:
        """Take out everything that some cases have contributed to figures and counts."""
        for key, slots in list(self.slots.items()):
            slots.forget(names)
            if not slots.seen:
                del self.slots[key]
        self.in_period = [item for item in self.in_period if item[1].id not in names]
        self.gaps = [item for item in self.gaps if item[3] not in names]
        for counts in self.broken_down.values():
            for code, refs in list(counts.items()):
                counts[code] = [ref for ref in refs if ref.id not in names]
                if not counts[code]:
                    del counts[code]

    def complaint(self, item: ComplaintFacts) -> None:
        """Add a complaint received in the period."""
        if self.first <= item.received <= self.last:
            county = self.places.counties.get(item.unit, "")
            self.put(Where(item.received, item.unit, item.window, item.hall, county), of_complaint(item))
            if item.voided:
                return
            self.count("complaint", item.kind, Ref(item.id))
            self.count("finding", item.finding or "open", Ref(item.id))

    def improvement(self, item: ImprovementFacts) -> None:
        """Add an improvement opened in the period; all of them, and before the cases, so that paths can name them."""
        if item.done:
            for case in item.cases:
                self.rule_changes[case] = min(item.done, self.rule_changes.get(case, item.done))
        if self.first <= item.opened <= self.last:
            county = self.places.counties.get(item.unit, "")
            self.put(Where(item.opened, item.unit, county=county), of_improvement(item))

    def repeated(self, found: Iterable[Repeat]) -> None:
        """Add the cases of the period that are among the repeats found."""
        again = {ref for item in found for ref in item.refs}
        for key, ref in self.in_period:
            if ref in again:
                self._slots(key).add("I20", HIT, (ref, 0))

    def add(self, other: Collector) -> None:
        """Add what a collector of a part of the period has seen; repeats are found anew."""
        for key, slots in other.slots.items():
            self._slots(key).take(slots)
        self.in_period += other.in_period
        self.gaps += other.gaps
        for name, counts in other.broken_down.items():
            mine = self.broken_down[name]
            for code, refs in counts.items():
                mine[code] += refs
