"""Figures: every number with the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, overload

from noveto.statistics.maths import median, percentile, wilson


class Ref(NamedTuple):
    """One counted thing: a record, and which of its rounds (of filing: vetoes) or which consulted unit."""

    id: str
    round: int = 1
    of: str = ""


Item = TypeVar("Item", bound=tuple[object, ...])


class Ordered(Sequence[Item]):
    """Things in order. They are sorted when first looked at: of most figures only their number is ever asked."""

    __slots__ = ("_items", "_sorted")

    def __init__(self, items: Iterable[Item]) -> None:
        self._items: list[Item] = list(items)
        self._sorted = len(self._items) < 2

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._in_order())

    @overload
    def __getitem__(self, at: int) -> Item: ...

    @overload
    def __getitem__(self, at: slice) -> list[Item]: ...

    def __getitem__(self, at: Any) -> Any:
        return self._in_order()[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _in_order(self) -> list[Item]:
        if not self._sorted:
            self._items.sort()
            self._sorted = True
        return self._items


def as_they_come(things: Sequence[Item]) -> Sequence[Item]:
    """Return the same things without sorting them."""
    return things._items if isinstance(things, Ordered) else things


@dataclass(frozen=True, slots=True)
class Count:
    """So many."""

    refs: Sequence[Ref] = ()

    @property
    def n(self) -> int:
        """How many."""
        return len(self.refs)


@dataclass(frozen=True, slots=True)
class Fraction:
    """``numerator`` out of ``denominator``; ``left_out`` are open and not yet due, or cannot be judged."""

    hits: Sequence[Ref] = ()
    misses: Sequence[Ref] = ()
    left_out: Sequence[Ref] = ()

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
    def refs(self) -> Sequence[Ref]:
        """All that were judged, in order."""
        return Ordered((*as_they_come(self.hits), *as_they_come(self.misses)))

    def rate(self, small: int) -> float | None:
        """Return the rate, None below ``small`` (facts only, no rate)."""
        return self.numerator / self.denominator if self.denominator and self.denominator >= small else None

    def interval(self, small: int) -> tuple[float, float] | None:
        """Return the Wilson 95 % interval, None below ``small``."""
        return wilson(self.numerator, self.denominator) if self.denominator >= small else None


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths in working days, one a thing; ``left_out`` are those that still run."""

    values: Sequence[tuple[Ref, int]] = ()
    left_out: Sequence[Ref] = ()

    @property
    def n(self) -> int:
        """How many lengths."""
        return len(self.values)

    @property
    def refs(self) -> Sequence[Ref]:
        """The things measured, in order."""
        return Ordered([ref for ref, _ in as_they_come(self.values)])

    @property
    def median(self) -> float | None:
        """The middle one (half a day for an even number), None for none."""
        return median([value for _, value in as_they_come(self.values)])

    @property
    def ninetieth(self) -> int | None:
        """The 90th percentile by nearest rank, None for none."""
        return percentile([value for _, value in as_they_come(self.values)], 90)


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
