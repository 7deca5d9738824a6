"""BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75) over the grams of short Chinese texts.

Two ways to the same score: one question is answered by scanning the texts (no index is built, a tenth of a second
for 20,000 cases); many questions share an index of each text's rarest pairs, which cuts the candidates.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from heapq import nlargest
from operator import neg
from typing import Any, NamedTuple

from noveto.similar.grams import grams, is_rare_kind, plain
from noveto.similar.shared import shared_words

K1 = 1.2
B = 0.75
KEPT_PAIRS = 32
"""How many of its rarest pairs a text is found by in the index."""

ASKED_PAIRS = 40
"""How many of its rarest pairs a question looks up there."""

CANDIDATES = 60
"""How many texts are scored exactly after the cut."""

FLOOR = 0.12
"""A hit must reach this part of the score that the question itself would have."""


class Hit(NamedTuple):
    """One similar text: its id, its score (higher is more alike, only comparable within one question), shared words."""

    id: str
    score: float
    shared: tuple[str, ...]


class Index:
    """A body of texts to search. Build it with ``Index.build``."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self.ids = ids
        self.texts = texts
        self.average = sum(map(len, texts)) / max(1, len(texts)) or 1.0

    @classmethod
    def build(cls, docs: Iterable[tuple[str, str]]) -> Index:
        """Take (id, text) pairs; texts are folded here. The order of the documents decides between equal scores."""
        ids: list[str] = []
        texts: list[str] = []
        for key, text in docs:
            ids.append(key)
            texts.append(plain(text))
        return cls(ids, texts)

    def pack(self) -> tuple[object, ...]:
        """Return everything the cut needs as plain values, for ``marshal``."""
        postings = {gram: found.tobytes() for gram, found in self._postings.items()}
        return list(self.ids), list(self.texts), dict(self._counts), postings

    @classmethod
    def unpack(cls, packed: tuple[Any, ...]) -> Index:
        """Return the index that ``pack`` was called on (on the same machine)."""
        ids, texts, counts, postings = packed
        index = cls(ids, texts)
        index.__dict__["_counts"] = Counter(counts)
        index.__dict__["_postings"] = {gram: array("I", found) for gram, found in postings.items()}
        return index

    def __len__(self) -> int:
        return len(self.ids)

    def query(
        self, text: str, top: int = 5, *, exclude: Collection[str] = (), cut: bool = False, floor: float = FLOOR
    ) -> list[Hit]:
        """Return the ``top`` texts most like ``text``, best first; none when too little is shared.

        ``exclude`` names ids to leave out. ``cut`` uses the index of rare pairs: for many questions in a row.
        """
        asked = plain(text)
        wanted = sorted(set(grams(asked)))
        if not wanted or not self.ids:
            return []
        chosen: Sequence[int]
        if cut:
            counts = self._counts
            chosen = self._candidates(wanted, exclude)
        else:
            counts = Counter({gram: sum(1 for text in self.texts if gram in text) for gram in wanted})
            chosen = range(len(self.ids))
        size = len(self.ids)
        weights = {gram: _weight(size, counts[gram]) for gram in wanted}
        known = [gram for gram in wanted if counts[gram]]
        scores = self._scores(known, weights, chosen)
        best = nlargest(top + len(exclude), zip(scores, (-at for at in chosen), strict=True))
        # what a text of average length that says exactly this would score, unseen grams included
        ceiling = sum(min(weight, _weight(size, 1)) for weight in weights.values())

        def weight(pair: str) -> float:
            return weights.get(pair, 0.0)

        found: list[Hit] = []
        for score, at in best:
            key = self.ids[-at]
            if score <= floor * ceiling or key in exclude or len(found) == top:
                continue
            found.append(Hit(key, round(score, 3), shared_words(asked, self.texts[-at], weight)))
        return [hit for hit in found if hit.shared]

    def _scores(self, wanted: Sequence[str], weights: dict[str, float], chosen: Iterable[int]) -> list[float]:
        pairs = [(gram, weights[gram]) for gram in wanted]
        found: list[float] = []
        for at in chosen:
            text = self.texts[at]
            norm = K1 * (1 - B + B * len(text) / self.average)
            score = 0.0
            for gram, weight in pairs:
                if gram in text:
                    n = text.count(gram)
                    score += weight * n * (K1 + 1) / (n + norm)
            found.append(score)
        return found

    # -- the cut --------------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> Counter[str]:
        """In how many texts each gram occurs."""
        counts: Counter[str] = Counter()
        for text in self.texts:
            counts.update(set(grams(text)))
        return counts

    @cached_property
    def _postings(self) -> dict[str, array[int]]:
        """The texts by each of their rarest pairs."""
        counts = self._counts
        found: dict[str, array[int]] = {}
        for at, text in enumerate(self.texts):
            for gram in _rarest(set(grams(text)), counts.__getitem__, KEPT_PAIRS):
                if gram in found:
                    found[gram].append(at)
                else:
                    found[gram] = array("I", (at,))
        return found

    def _candidates(self, wanted: Sequence[str], exclude: Collection[str]) -> list[int]:
        """Return the texts that share the most weight of rare pairs, in their order."""
        counts = self._counts
        size = len(self.ids)
        weights: dict[int, float] = {}
        known = weights.get
        for gram in _rarest([gram for gram in wanted if counts[gram]], counts.__getitem__, ASKED_PAIRS):
            weight = _weight(size, counts[gram])
            for at in self._postings.get(gram, ()):
                weights[at] = known(at, 0.0) + weight
        best = nlargest(CANDIDATES + len(exclude), zip(weights.values(), map(neg, weights), strict=True))
        return sorted(-at for _, at in best)


def _rarest(found: Collection[str], count: Callable[[str], int], top: int) -> list[str]:
    pairs = [gram for gram in found if is_rare_kind(gram)]
    return sorted(pairs, key=lambda gram: (count(gram), gram))[:top]


def _weight(size: int, count: int) -> float:
    return math.log(1 + (size - count + 0.5) / (count + 0.5))
