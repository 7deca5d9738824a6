"""In which order groups are told: units, windows, halls and counties as the registry lists them, not by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.records.registry import Registry
    from noveto.statistics.figures import Group

Rank = tuple[int, str]


def rank(registry: Registry, dimension: str) -> Callable[[str], Rank]:
    """Return the sort key of the values of a dimension.

    Ids that the registry does not know come after those it does, "" (none) last; of counties "" is the city and comes
    first. Codes and times stand by themselves.
    """
    listed: Mapping[str, Iterable[str]] = {
        "unit": registry.units,
        "window": registry.windows,
        "hall": registry.halls,
        "county": ("", *(unit.county for unit in registry.units.values())),
    }
    order = {key: at for at, key in enumerate(dict.fromkeys(listed.get(dimension, ())))}
    last = len(order)
    return lambda key: (order.get(key, last if key or not order else last + 1), key)


def in_order(groups: Iterable[Group], by: Sequence[str], registry: Registry) -> tuple[Group, ...]:
    """Return groups by the dimensions ``by`` in the order of the registry."""
    ranks = [rank(registry, name) for name in by]
    return tuple(sorted(groups, key=lambda group: [told(key) for told, key in zip(ranks, group.key, strict=True)]))
