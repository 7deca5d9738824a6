"""The pass over the records that changed since the last audit; a long one is shared out among processes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.calm import calm_child
from noveto.findings import Finding
from noveto.history import facts
from noveto.history.keep import Kept
from noveto.history.past import Past
from noveto.history.recordjudge import EVERYWHERE, RecordJudge
from noveto.ledger import Ledger
from noveto.ledger.workers import process_context

if TYPE_CHECKING:
    from multiprocessing.pool import AsyncResult, Pool

_FEW = 2000
"""Changed paths up to which each is looked up by itself."""

_MANY = 5000
"""Changed paths from which processes of their own are worth starting."""

_SPANS = 6
"""Spans of paths a process judges, one after another: some have more to read than others."""

Found = list[tuple[str, list[Finding]]]


class RecordPass:
    """One pass: ``begin`` it, do what else there is to do, ``finish`` it.

    ``last`` is the place of the line up to which is looked.
    """

    def __init__(self, ledger: Ledger, past: Past, kept: Kept, last: int) -> None:
        self.ledger = ledger
        self.line = ledger.line
        self.past = past
        self.kept = kept
        self.last = last
        self.since = int(kept.get("gen") or 0)
        self.until = self.line.gen
        self._pool: Pool | None = None
        self._running: list[AsyncResult[Found]] = []

    def begin(self) -> None:
        """Start processes, if they are worth it: they read what others can read too, the kept files of the cache."""
        ledger, line = self.ledger, self.line
        shared = line.store.kept and ledger.answers.store.kept and ledger.at_revision
        if self.since == self.until or ledger.jobs < 2 or not shared:
            return
        if (count := line.paths_since(self.since)) < _MANY:
            return
        ledger.prepare(facts.recipe(ledger.context))
        args = (ledger.root, ledger.version, self.last)
        self._pool = process_context().Pool(ledger.jobs, _start, args)
        low, high = EVERYWHERE
        bounds = [low, *line.every(max(count // (_SPANS * ledger.jobs), 1)), high]
        self._running = [self._pool.apply_async(_judge, (self.since, *span)) for span in pairwise(bounds)]

    def finish(self) -> None:
        """Judge what no process judges, and keep what is found."""
        if self.since != self.until:
            self.kept.put("path", self._found())
            self.kept.set(gen=str(self.until))

    def _found(self) -> Iterator[tuple[str, list[Finding]]]:
        if self._pool is not None:
            for span in self._running:
                yield from span.get()
            self._pool.close()
            self._pool.join()
            return
        judge = RecordJudge(self.ledger, self.past, self.last)
        if self.line.paths_since(self.since) <= _FEW:
            yield from judge.few(self.since)
        else:
            self.past.load_commits()
            yield from judge.many(self.since, *EVERYWHERE)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()
            self._pool = None


_judging: RecordJudge | None = None


def _start(root: Path, version: str, last: int) -> None:
    global _judging
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calm_child()
    ledger = Ledger.open(root, at=version, jobs=1)
    past = Past(ledger)
    past.load_commits()
    _judging = RecordJudge(ledger, past, last)


def _judge(since: int, after: str, upto: str) -> Found:
    assert _judging is not None  # noqa: S101 - the pool's initializer made it
    return list(_judging.many(since, after, upto))
