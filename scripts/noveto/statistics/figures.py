"""From facts to figures: one pass over the cases, groups and total from the same observations. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from noveto.statistics.collector import EMPTY, Collector, Key, Slots, merge
from noveto.statistics.facts import CaseFacts, ComplaintFacts, HeldFacts, ImprovementFacts
from noveto.statistics.groups import TIMES, Places, Where, check_by, months_back
from noveto.statistics.lists import Effect, Gap, Repeat, effects, gaps, repeats
from noveto.statistics.model import Figures, Ref


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


SETTINGS = {"small_number": 5, "other_reason_percent": 10, "repeat_times": 3, "repeat_months": 12}
"""Indicators of rules.yml where nothing else is given."""


def collect(
    cases: Iterable[CaseFacts],
    complaints: Iterable[ComplaintFacts] = (),
    improvements: Iterable[ImprovementFacts] = (),
    held: Iterable[HeldFacts] = (),
    *,
    first: date,
    last: date,
    today: date,
    audited: Mapping[str, str] | None = None,
    by: Sequence[str] = (),
    places: Places | None = None,
    settings: Mapping[str, int] | None = None,
) -> Statistics:
    """Return the statistics of the cases raised from ``first`` to ``last`` (both included) as of ``today``.

    ``cases`` may come in any order and should hold all that were raised in the ``repeat_months`` before ``last`` too
    (for repeats and effects); it is read once and not kept. ``audited`` are the verdicts on drawn cases, ``settings``
    the indicators of rules.yml. Groups come sorted by key. Raises ValueError (Chinese) for an unknown dimension or a
    period that ends before it begins.
    """
    if last < first:
        raise ValueError("结束日期早于开始日期。")
    keys = tuple(by)
    check_by(keys)
    given = SETTINGS | dict(settings or {})
    collector = Collector(first, last, keys, places or Places())
    collector.audited = audited or {}
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
    return finish(collector, again, effects(collector.things, items, today=today), held, today=today, settings=given)


def finish(
    collector: Collector,
    again: tuple[Repeat, ...],
    changed: tuple[Effect, ...],
    held: Iterable[HeldFacts],
    *,
    today: date,
    settings: Mapping[str, int],
) -> Statistics:
    """Return the statistics of what a collector has seen, with the repeats and effects found for its period."""
    collector.repeated(again)
    first, last, keys = collector.first, collector.last, collector.by
    kept = tuple(sorted(item for item in held if not item.day or first <= item.day <= last))
    total = merge(collector.slots.values()).figures()
    other, small = total.fraction("X.other"), settings["small_number"]
    return Statistics(
        first=date.fromordinal(first),
        last=date.fromordinal(last),
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
        effects=changed,
        gaps=gaps(collector.gaps),
        other_share=other.denominator >= small
        and other.numerator * 100 > settings["other_reason_percent"] * other.denominator,
    )


def _groups(collector: Collector, held: Sequence[HeldFacts]) -> tuple[Group, ...]:
    counts: dict[Key, int] | None = None
    if all(name in TIMES or name in ("unit", "county") for name in collector.by):
        counts = {}
        for item in held:
            county = collector.places.counties.get(item.unit, "")
            key = Where(item.day, item.unit, county=county).key(collector.by)
            counts[key] = counts.get(key, 0) + 1
            collector.slots.setdefault(key, Slots())
    return tuple(
        Group(key, collector.slots[key].figures(), None if counts is None else counts.get(key, 0))
        for key in sorted(collector.slots)
    )
