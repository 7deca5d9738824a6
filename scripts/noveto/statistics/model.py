"""Figures: every number with the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from noveto.statistics.maths import median, percentile, wilson


class Ref(NamedTuple):
    """One counted thing: a record, and which of its rounds (of filing: vetoes) or which consulted unit."""

    id: str
    round: int = 1
    of: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """So many."""

    refs: tuple[Ref, ...] = ()

    @property
    def n(self) -> int:
        """How many."""
        return len(self.refs)


@dataclass(frozen=True, slots=True)
class Fraction:
    """``numerator`` out of ``denominator``; ``left_out`` are open and not yet due, or cannot be judged."""

    hits: tuple[Ref, ...] = ()
    misses: tuple[Ref, ...] = ()
    left_out: tuple[Ref, ...] = ()

    @property
    def numerator(self) -> int:
        """How many hits."""
        return len(self.hits)

    @property
    def denominator(self) -> int:
        """How many were judged."""
        return len(self.hits) + len(self.misses)

    n = denominator

    @property
    def refs(self) -> tuple[Ref, ...]:
        """All that were judged, in order."""
        return tuple(sorted((*self.hits, *self.misses)))

    def rate(self, small: int) -> float | None:
        """Return the rate, None below ``small`` (facts only, no rate)."""
        return self.numerator / self.denominator if self.denominator and self.denominator >= small else None

    def interval(self, small: int) -> tuple[float, float] | None:
        """Return the Wilson 95 % interval, None below ``small``."""
        return wilson(self.numerator, self.denominator) if self.denominator >= small else None


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths in working days, one a thing; ``left_out`` are those that still run."""

    values: tuple[tuple[Ref, int], ...] = ()
    left_out: tuple[Ref, ...] = ()

    @property
    def n(self) -> int:
        """How many lengths."""
        return len(self.values)

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The things measured, in order."""
        return tuple(ref for ref, _ in self.values)

    @property
    def median(self) -> float | None:
        """The middle one (half a day for an even number), None for none."""
        return median([value for _, value in self.values])

    @property
    def ninetieth(self) -> int | None:
        """The 90th percentile by nearest rank, None for none."""
        return percentile([value for _, value in self.values], 90)


Figure = Count | Fraction | Spread
Kind = TypeVar("Kind", Count, Fraction, Spread)


class Figures(Mapping[str, Figure]):
    """All figures of one group by key (see noveto.statistics.catalogue); one that has nothing is empty, not absent.

    They are built when first asked for.
    """

    __slots__ = ("_build", "_built", "_keys")

    def __init__(self, keys: tuple[str, ...], build: Callable[[str], Figure]) -> None:
        self._keys = keys
        self._build = build
        self._built: dict[str, Figure] = {}

    def __getitem__(self, key: str) -> Figure:
        found = self._built.get(key)
        if found is None:
            found = self._built[key] = self._build(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def count(self, key: str) -> Count:
        """Return a count. Raises TypeError for another kind."""
        return self._typed(key, Count)

    def fraction(self, key: str) -> Fraction:
        """Return a fraction. Raises TypeError for another kind."""
        return self._typed(key, Fraction)

    def spread(self, key: str) -> Spread:
        """Return lengths. Raises TypeError for another kind."""
        return self._typed(key, Spread)

    def _typed(self, key: str, kind: type[Kind]) -> Kind:
        found = self[key]
        if not isinstance(found, kind):
            raise TypeError(f"{key} is no {kind.__name__}")
        return found
