"""What became of similar cases: one line under a request to approve, so that the decider knows before opening it."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.ledger.record import Record
    from noveto.similar import Index

COMPARED = 20_000
"""Compared are the cases that ended last; asking more would hold up a message that should go out at once."""

TOP = 5


class Alike:
    """Looks up similar cases of a ledger; nothing is read before the first question."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._index: Index | None = None
        self._known: dict[str, str] = {}

    def __call__(self, record: Record) -> str:
        """Return 类似 3 件，其中 2 件办成了, "" where there is none."""
        name = record.case.id
        if name not in self._known:
            self._known[name] = self._ask(record)
        return self._known[name]

    def _ask(self, record: Record) -> str:
        from noveto.similar.corpus import text_of

        hits = self._texts().query(text_of(record).whole, TOP, exclude=(record.case.id,))
        done = sum(self._done(hit.id) for hit in hits)
        return f"类似 {len(hits)} 件，其中 {done} 件办成了" if hits else ""

    def _texts(self) -> Index:
        from noveto.similar import Index
        from noveto.similar.corpus import texts

        if self._index is None:
            ended = (text for text in texts(self._ledger) if text.useful)
            held = nlargest(COMPARED, ended, key=lambda text: text.ended)
            self._index = Index.build((text.id, text.whole) for text in sorted(held))
        return self._index

    def _done(self, name: str) -> bool:
        record = self._ledger.record(name)
        answers = [entry for entry in record.case.log if entry.step == "answered"] if record is not None else []
        return bool(answers) and answers[-1].data.get("result") == "done"
