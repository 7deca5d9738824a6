"""What the records of each month contribute to figures: worked out when one of them has changed, and else kept."""

from __future__ import annotations

import hashlib
import marshal
from array import array
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from noveto.ledger import Shelf, code_digest
from noveto.statistics.collector import Collector, Pair, Slots
from noveto.statistics.facts import CaseFacts, ComplaintFacts, ImprovementFacts
from noveto.statistics.gather import all_complaints, all_improvements, places, recipe, some_cases
from noveto.statistics.groups import time_key
from noveto.statistics.model import Ref
from noveto.statistics.periods import Period, period
from noveto.statistics.readings import audited

if TYPE_CHECKING:
    from noveto.ledger import Ledger

BASE = ("county", "unit", "window")
"""What every month is grouped by; coarser groups are put together from these."""


class Head(NamedTuple):
    """What lists over many months need of a case."""

    raised: int
    id: str
    unit: str
    matter: str
    name: str
    reason: str
    gap: bool


class Stand(NamedTuple):
    """A case that is not held: where it is, and what stands for its content, its arrivals and its state today."""

    id: str
    path: str
    raised: int
    stand: str


Shown = tuple[str, str, str]
"""Id and path of a case, and what stands for everything it contributes."""


class Kept(NamedTuple):
    """What is kept of a month: its cases, their heads, what stands for these, what its records contribute."""

    cases: list[Shown]
    heads: list[tuple[Any, ...]]
    told: str
    packed: bytes


class Months:
    """The months of a ledger as of ``today``."""

    def __init__(self, ledger: Ledger, today: date, cases: Iterable[Stand], shelf: Shelf | None = None) -> None:
        """``cases`` are all of the ledger, ``shelf`` is where months are kept."""
        self.ledger = ledger
        self.today = today
        self.places = places(ledger)
        self.complaints = tuple(all_complaints(ledger, today, ledger.rules))
        self.improvements = tuple(all_improvements(ledger, today))
        self.audited = audited(ledger, today)
        self._shelf = shelf or Shelf(None)
        self._kept: dict[str, Kept] = {}
        self._recipe = recipe(ledger.context)
        self._base = self._told()
        self._cases = self._by_month(cases)

    @cached_property
    def digests(self) -> dict[str, str]:
        """What stands for everything a month's records contribute, by month; oldest first."""
        return {month: self._digest(month) for month in sorted(self._cases)}

    def _told(self) -> str:
        """Return what every month depends on besides its records."""
        registry = self.ledger.registry.digest
        done = [(item.cases, item.done) for item in self.improvements if item.done]
        code = code_digest("noveto.statistics")
        return short_key((code, self._recipe.key, registry, self.ledger.receipts, self.audited, done))

    def _key(self, month: str) -> str:
        return short_key((self._base, self.within(period(month))))

    def _digest(self, month: str) -> str:
        return short_key(self._key(month) + " ".join([text for case in self._cases[month] for text in case]))

    def _by_month(self, cases: Iterable[Stand]) -> dict[str, list[Shown]]:
        again = {found.path for found in self.ledger.live(self._recipe, self.today)}
        number, day = self.today.toordinal(), f".{self.today}"
        found: dict[str, list[Shown]] = defaultdict(list)
        for name, path, raised, stand in cases:
            if raised <= number:
                found[time_key(raised, "month")].append((name, path, stand + day if path in again else stand))
        return dict(found)

    def within(self, of: Period) -> tuple[list[ComplaintFacts], list[ImprovementFacts]]:
        """Return the complaints received and the improvements opened in a period."""
        first, last = of.first.toordinal(), of.last.toordinal()
        return (
            [item for item in self.complaints if first <= item.received <= last],
            [item for item in self.improvements if first <= item.opened <= last],
        )

    def kept(self, month: str) -> Kept:
        """Return what is kept of a month, worked out when it is not."""
        found = self._kept.get(month)
        if found is None:
            found = self._kept[month] = self._read(month)
        return found

    def _read(self, month: str) -> Kept:
        cases = self._cases.get(month, [])
        kept = self._shelf.get(f"month-{month}", self._key(month)) if cases else None
        before = Kept._make(kept) if kept else None
        if before and before.cases == cases:
            return before
        found = self._changed(month, cases, before) if before else self._work_out(month, cases)
        if cases:
            self._shelf.put(f"month-{month}", self._key(month), tuple(found))
        return found

    def _work_out(self, month: str, cases: list[Shown]) -> Kept:
        made = self.empty(period(month))
        for item in self.improvements:
            made.improvement(item)
        for complaint in self.complaints:
            made.complaint(complaint)
        return self._with(made, [], cases, cases)

    def _changed(self, month: str, cases: list[Shown], before: Kept) -> Kept:
        """Return what is kept of a month some of whose cases have changed since ``before``."""
        same = set(before.cases).intersection(cases)
        gone = {name for name, path, stand in before.cases if (name, path, stand) not in same}
        made = self.empty(period(month))
        for item in self.improvements:  # for what a case owes to them; what they contribute is packed
            made.improvement(item)
        made.slots.clear()
        unpack(before.packed, made)
        made.forget(gone)
        heads = [head for head in before.heads if head[1] not in gone]
        return self._with(made, heads, cases, [case for case in cases if case not in same])

    def _with(
        self, made: Collector, heads: list[tuple[Any, ...]], cases: list[Shown],
        added: list[Shown],
    ) -> Kept:  # fmt: skip
        """Add cases to a month."""
        facts = list(some_cases(self.ledger, self.today, [path for _, path, _ in added]))
        for case in facts:
            made.case(case)
        heads = sorted([*heads, *heads_of(facts)])
        return Kept(cases, heads, short_key(heads), pack(made))

    def collector(self, month: str) -> Collector:
        """Return what a month's records contribute, grouped by BASE."""
        made = self.empty(period(month))
        unpack(self.kept(month).packed, made)
        return made

    def empty(self, of: Period) -> Collector:
        """Return an empty collector of a period."""
        made = Collector(of.first, of.last, BASE, self.places)
        made.audited = self.audited
        return made

    def tidy(self) -> None:
        """Throw away what was kept of months that are no more."""
        self._shelf.keep_only({f"month-{month}" for month in self.digests})

    def drop(self, months: Iterable[str]) -> None:
        """Forget months that nobody is going to ask for again."""
        for month in months:
            self._kept.pop(month, None)


def short_key(value: object) -> str:
    """Return a short key of a plain value."""
    return hashlib.blake2b(repr(value).encode(), digest_size=12).hexdigest()


def heads_of(cases: Iterable[CaseFacts]) -> list[tuple[Any, ...]]:
    """Return the heads of cases as plain tuples, voided ones left out."""
    same: dict[str, str] = {}  # equal texts become one, so that they are packed and read once

    def one(text: str) -> str:
        return same.setdefault(text, text)

    return [
        (case.raised, case.id, one(case.unit), one(case.matter), one(case.matter_name), one(case.reason), case.gap)
        for case in cases
        if not case.voided
    ]


def pack(made: Collector) -> bytes:
    """Pack what a collector has seen. Every counted thing is written once, in order, and lists name its place."""
    seen = {id(pair): pair for group in made.slots.values() for three in group.seen.values() for slot in three
            for pair in slot}  # fmt: skip
    pairs = sorted(seen.values())
    places = {id(pair): at for at, pair in enumerate(pairs)}

    def listed(slot: list[Pair]) -> bytes:
        return array("I", sorted([places[id(pair)] for pair in slot])).tobytes()

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
    """Fill an empty collector with what was packed; its lists are in order, which makes them quick to sort together."""
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
