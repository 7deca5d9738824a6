"""From facts to figures: one pass over the cases, groups and total from the same observations. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from noveto.statistics.catalogue import BY_KEY
from noveto.statistics.facts import CaseFacts, ComplaintFacts, HeldFacts, ImprovementFacts
from noveto.statistics.groups import TIMES, Places, Where, check_by, months_back
from noveto.statistics.lists import Effect, Gap, Repeat, Seen, Thing, effects, gaps, repeats
from noveto.statistics.model import Count, Figure, Figures, Fraction, Ref, Spread
from noveto.statistics.observe import HIT, Observation, of_case, of_complaint, of_improvement

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the values of the dimensions asked for, its figures, and how many of its records are quarantined
    (None where that cannot be told: a broken record has no window, track or reason)."""

    key: Key
    figures: Figures
    quarantined: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """All figures of a period.

    ``breakdowns`` count the cases of the total by reason, track, category, result, path, root cause and kind of
    complaint; ``held`` are the quarantined records. ``small`` is the least n of a rate, ``other_share`` whether
    reason R99 is used too often.
    """

    first: date
    last: date
    today: date
    by: tuple[str, ...]
    small: int
    total: Figures
    groups: tuple[Group, ...]
    held: tuple[HeldFacts, ...]
    breakdowns: Mapping[str, Mapping[str, tuple[Ref, ...]]]
    repeats: tuple[Repeat, ...]
    effects: tuple[Effect, ...]
    gaps: tuple[Gap, ...]
    other_share: bool

    def group(self, *key: str) -> Figures:
        """Return the figures of a group, empty ones for a group that has nothing."""
        return next((group.figures for group in self.groups if group.key == key), EMPTY)


Pair = tuple[Ref, int]


class _Slots:
    """What one group has seen of each figure: hits, misses, left out."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: dict[str, tuple[list[Pair], list[Pair], list[Pair]]] = {}

    def add(self, key: str, slot: int, ref: Ref, value: int) -> None:
        slots = self.seen.get(key)
        if slots is None:
            slots = self.seen[key] = ([], [], [])
        slots[slot].append((ref, value))

    def figure(self, key: str) -> Figure:
        """Build one figure; few of the many groups' figures are ever asked for."""
        kind, slots = BY_KEY[key].kind, self.seen.get(key)
        if slots is None:
            return _NOTHING[kind]
        hits, misses, left = (sorted(slot) for slot in slots)
        if kind == "spread":
            return Spread(tuple(hits), _refs(left))
        return Count(_refs(hits)) if kind == "count" else Fraction(_refs(hits), _refs(misses), _refs(left))

    def figures(self) -> Figures:
        return Figures(KEYS, self.figure)


KEYS = tuple(BY_KEY)
_NOTHING: Mapping[str, Figure] = {"count": Count(), "fraction": Fraction(), "spread": Spread()}


def _refs(pairs: Iterable[Pair]) -> tuple[Ref, ...]:
    return tuple([ref for ref, _ in pairs])


EMPTY = _Slots().figures()


def _merge(parts: Iterable[_Slots]) -> _Slots:
    whole = _Slots()
    for part in parts:
        for key, slots in part.seen.items():
            held = whole.seen.setdefault(key, ([], [], []))
            for into, given in zip(held, slots, strict=True):
                into += given
    return whole


class _Collector:
    def __init__(self, first: date, last: date, by: Key, places: Places) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self.by = by
        self.places = places
        self.slots: dict[Key, _Slots] = {}
        self.things: defaultdict[Thing, list[Seen]] = defaultdict(list)
        self.names: dict[str, str] = {}
        self.in_period: list[tuple[Key, Ref]] = []
        self.broken_down: defaultdict[str, defaultdict[str, list[Ref]]] = defaultdict(lambda: defaultdict(list))
        self.gaps: list[tuple[str, str, str, str]] = []
        self.rule_changes: dict[str, int] = {}

    def put(self, where: Where, observations: Sequence[Observation]) -> Key:
        key = where.key(self.by)
        own = self._slots(key).add
        for name, slot, ref, value, to in observations:
            (self._slots(self._charged(where, to)).add if to else own)(name, slot, ref, value)
        return key

    def _charged(self, where: Where, unit: str) -> Key:
        """A consultation is charged to the consulted unit, which answers from no window of its own."""
        county = self.places.counties.get(unit, "")
        return Where(where.day, unit, "", "", county, where.track, where.reason, where.category).key(self.by)

    def _slots(self, key: Key) -> _Slots:
        found = self.slots.get(key)
        if found is None:
            found = self.slots[key] = _Slots()
        return found

    def case(self, case: CaseFacts) -> None:
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
        self.broken_down[name][code].append(ref)

    def complaint(self, item: ComplaintFacts) -> None:
        if self.first <= item.received <= self.last:
            county = self.places.counties.get(item.unit, "")
            self.put(Where(item.received, item.unit, item.window, item.hall, county), of_complaint(item))
            self.count("complaint", item.kind, Ref(item.id))
            self.count("finding", item.finding or "open", Ref(item.id))

    def improvement(self, item: ImprovementFacts) -> None:
        if item.done:
            for case in item.cases:
                self.rule_changes[case] = min(item.done, self.rule_changes.get(case, item.done))
        if self.first <= item.opened <= self.last:
            unit = item.owner if item.owner in self.places.counties else ""
            county = self.places.counties.get(unit, "")
            self.put(Where(item.opened, unit, county=county), of_improvement(item))

    def repeated(self, found: Iterable[Repeat]) -> None:
        again = {ref for item in found for ref in item.refs}
        for key, ref in self.in_period:
            if ref in again:
                self._slots(key).add("I20", HIT, ref, 0)


def collect(
    cases: Iterable[CaseFacts],
    complaints: Iterable[ComplaintFacts] = (),
    improvements: Iterable[ImprovementFacts] = (),
    held: Iterable[HeldFacts] = (),
    *,
    first: date,
    last: date,
    today: date,
    by: Sequence[str] = (),
    places: Places | None = None,
    settings: Mapping[str, int] | None = None,
) -> Statistics:
    """Return the statistics of the cases raised from ``first`` to ``last`` (both included) as of ``today``.

    ``cases`` may come in any order and should hold all that were raised in the ``repeat_months`` before ``last`` too
    (for repeats and effects); it is read once and not kept. ``settings`` are the indicators of rules.yml. Groups come
    sorted by key. Raises ValueError (Chinese) for an unknown dimension or a period that ends before it begins.
    """
    if last < first:
        raise ValueError("结束日期早于开始日期。")
    keys = tuple(by)
    check_by(keys)
    given = {"small_number": 5, "other_reason_percent": 10, "repeat_times": 3, "repeat_months": 12} | dict(
        settings or {}
    )
    collector = _Collector(first, last, keys, places or Places())
    items = tuple(improvements)
    for item in items:
        collector.improvement(item)
    for case in cases:
        if case.raised <= today.toordinal():
            collector.case(case)
    for complaint in complaints:
        collector.complaint(complaint)
    until = min(last, today)
    since = months_back(until, given["repeat_months"]).toordinal() + 1
    again = repeats(collector.things, collector.names, items, since=since, until=until.toordinal(),
                    first=first.toordinal(), times=given["repeat_times"])  # fmt: skip
    collector.repeated(again)
    kept = tuple(sorted(item for item in held if not item.day or first.toordinal() <= item.day <= last.toordinal()))
    total = _merge(collector.slots.values()).figures()
    other, small = total.fraction("X.other"), given["small_number"]
    return Statistics(
        first=first,
        last=last,
        today=today,
        by=keys,
        small=small,
        total=total,
        groups=_groups(collector, kept) if keys else (),
        held=kept,
        breakdowns={
            name: {code: tuple(sorted(refs)) for code, refs in sorted(found.items())}
            for name, found in sorted(collector.broken_down.items())
        },
        repeats=again,
        effects=effects(collector.things, items, today=today),
        gaps=gaps(collector.gaps),
        other_share=other.denominator >= small
        and other.numerator * 100 > given["other_reason_percent"] * other.denominator,
    )


def _groups(collector: _Collector, held: Sequence[HeldFacts]) -> tuple[Group, ...]:
    counts: dict[Key, int] | None = None
    if all(name in TIMES or name in ("unit", "county") for name in collector.by):
        counts = {}
        for item in held:
            county = collector.places.counties.get(item.unit, "")
            key = Where(item.day, item.unit, county=county).key(collector.by)
            counts[key] = counts.get(key, 0) + 1
            collector.slots.setdefault(key, _Slots())
    return tuple(
        Group(key, collector.slots[key].figures(), None if counts is None else counts.get(key, 0))
        for key in sorted(collector.slots)
    )
