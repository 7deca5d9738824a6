"""Similar cases on case pages: found beforehand for what is open or has just ended, kept in the ledger's cache.

Compared are the cases that came to a result. In a large ledger these are the 30,000 that ended last before this
month began: so what was found stays valid for the month, and a build after a few changes asks a few questions.
All older ones are searched in the browser (查类案) and by ``noveto similar``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from noveto import words
from noveto.ledger import code_digest
from noveto.similar import Index
from noveto.site.casebuild import case_path
from noveto.site.caseviews import Similar

if TYPE_CHECKING:
    from noveto.site.data import SiteData
    from noveto.site.facts import Facts

SMALL = 5_000
"""Up to this number of cases everything that has ended is compared."""

COMPARED = 30_000
RECENT_DAYS = 30
MOST_PAGES = 2_000
GOOD = ("done", "redirected", "explained")
Found = list[tuple[str, tuple[str, ...]]]


def alike(data: SiteData) -> dict[str, tuple[Similar, ...]]:
    """Return the similar cases of every case they are precomputed for, by the case's path; at most five each."""
    targets = _targets(data)
    compared = _compared(data)
    found = _Finder(data, compared).find(targets)
    rows = {name: row for name, (_, _, row) in data.facts.items()}
    return {
        data.facts[key][0]: tuple(_view(data, rows[name], shared) for name, shared in hits if name in rows)
        for key, hits in found.items()
        if key in rows
    }


def _targets(data: SiteData) -> list[Facts]:
    """Cases that are open, or were raised or ended in the last month; the newest first."""
    since = (data.today - timedelta(days=RECENT_DAYS)).toordinal()
    opened = {case.found.case.id for case in data.open_cases}
    last = data.today.toordinal()
    wanted = [
        row
        for row in data.rows
        if row.raised <= last and (row.id in opened or row.raised >= since or row.ended >= since)
    ]
    wanted.sort(key=lambda row: (row.id not in opened, -max(row.raised, row.ended), row.id))
    return wanted[:MOST_PAGES]


def _compared(data: SiteData) -> list[Facts]:
    """Cases with a result, in the order of their ids."""
    small = len(data.rows) <= SMALL
    last = data.today.toordinal() if small else data.today.replace(day=1).toordinal() - 1
    ended = [row for row in data.rows if row.useful and row.ended <= last]
    if len(ended) > COMPARED:
        ended = sorted(ended, key=lambda row: (-row.ended, row.id))[:COMPARED]
    return sorted(ended)


class _Finder:
    """Asks the index, and remembers what it said as long as the compared texts are the same."""

    def __init__(self, data: SiteData, compared: Sequence[Facts]) -> None:
        self.data = data
        self.compared = compared
        self.kept = data.shelf("similar")
        self.key = _key(compared)

    def find(self, targets: Sequence[Facts]) -> dict[str, Found]:
        known: dict[str, Found] = self.kept.get("answers", self.key) or {}
        kept: dict[str, Found] = {}
        answers: dict[str, Found] = {}
        fresh = [row for row in targets if f"{row.id} {row.words}" not in known]
        if fresh:
            index = self._index()
            for row, text in zip(fresh, self.data.texts(fresh), strict=True):
                hits = index.query(text.whole, exclude=(row.id,), cut=True)
                known[f"{row.id} {row.words}"] = [(hit.id, hit.shared) for hit in hits]
        for row in targets:
            question = f"{row.id} {row.words}"
            kept[question] = answers[row.id] = known[question]
        if fresh or len(kept) < len(known):
            self.kept.put("answers", self.key, kept)
        return answers

    def _index(self) -> Index:
        packed = self.kept.get("index", self.key) if len(self.compared) > SMALL else None
        if packed is not None:
            return Index.unpack(packed)
        index = Index.build((text.id, text.whole) for text in self.data.texts(self.compared))
        if len(self.compared) > SMALL:
            self.kept.put("index", self.key, index.pack())
        return index


def _key(compared: Iterable[Facts]) -> str:
    texts = " ".join([f"{row.id} {row.words}" for row in compared])
    return hashlib.blake2b(f"{code_digest('noveto.similar')} {texts}".encode(), digest_size=20).hexdigest()


def _view(data: SiteData, row: Facts, shared: tuple[str, ...]) -> Similar:
    return Similar(
        row.id,
        case_path(row.id),
        words.outcome(words.result_words(row.result, row.path), good=row.result in GOOD),
        row.matter,
        data.voc.word("reason.main", row.reason),
        row.used if row.used >= 0 else None,
        tuple(shared),
    )


def alike_key(found: Mapping[str, tuple[Similar, ...]], path: str) -> str:
    """Return what of a page's key depends on its similar cases, "" where none were looked for."""
    hits = found.get(path)
    return "" if hits is None else hashlib.blake2b(repr(hits).encode(), digest_size=8).hexdigest()
