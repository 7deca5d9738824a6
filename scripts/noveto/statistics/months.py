"""What the cases of one month contribute to figures, packed so that it can be kept and read again in a moment."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Iterable
from typing import Any, NamedTuple

from noveto.statistics.collector import Collector, Pair, Slots
from noveto.statistics.facts import CaseFacts
from noveto.statistics.model import Ref


class Head(NamedTuple):
    """What lists over many months need of a case."""

    raised: int
    id: str
    unit: str
    matter: str
    name: str
    reason: str
    gap: bool


def heads_of(cases: Iterable[CaseFacts]) -> list[tuple[Any, ...]]:
    """Return the heads of cases as plain tuples, by day and id, voided ones left out."""
    same: dict[str, str] = {}  # equal texts become one, so that they are packed and read once

    def one(text: str) -> str:
        return same.setdefault(text, text)

    return sorted(
        (case.raised, case.id, one(case.unit), one(case.matter), one(case.matter_name), one(case.reason), case.gap)
        for case in cases
        if not case.voided
    )


def pack(made: Collector) -> bytes:
    """Pack what a collector has seen. Every counted thing is written once, and lists name its place."""
    places: dict[int, int] = {}
    pairs: list[Pair] = []

    def listed(slot: list[Pair]) -> bytes:
        found = array("I")
        for pair in slot:
            at = places.get(id(pair))
            if at is None:
                at = places[id(pair)] = len(pairs)
                pairs.append(pair)
            found.append(at)
        return found.tobytes()

    slots = [
        (key, [(name, [listed(slot) for slot in three]) for name, three in group.seen.items()])
        for key, group in made.slots.items()
    ]
    things = [(*ref, value) for ref, value in pairs]
    counts = {
        name: {code: [tuple(ref) for ref in refs] for code, refs in codes.items()}
        for name, codes in made.broken_down.items()
    }
    inside = [(key, tuple(ref)) for key, ref in made.in_period]
    return marshal.dumps((things, slots, counts, inside, made.gaps))


def unpack(packed: bytes, into: Collector) -> None:
    """Fill an empty collector with what was packed."""
    things, slots, counts, inside, gaps = marshal.loads(packed)  # noqa: S302 - written by ``pack``
    pairs: list[Pair] = [(Ref(name, number, of), value) for name, number, of, value in things]

    def slot(listed: bytes) -> list[Pair]:
        found = array("I")
        found.frombytes(listed)
        return [pairs[at] for at in found]

    for key, seen in slots:
        group = into.slots[key] = Slots()
        group.seen = {name: (slot(hits), slot(misses), slot(left)) for name, (hits, misses, left) in seen}
    for name, codes in counts.items():
        for code, refs in codes.items():
            into.broken_down[name][code] = [Ref._make(ref) for ref in refs]
    into.in_period = [(key, Ref._make(ref)) for key, ref in inside]
    into.gaps = gaps
