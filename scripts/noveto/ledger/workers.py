"""The work of a cold run, spread over processes: judging contents and running recipes on them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from noveto.calm import calm_child
from noveto.ledger.context import Context
from noveto.ledger.judge import Judged, judge, unpack
from noveto.ledger.reader import Reader
from noveto.ledger.recipe import Recipe, Result, unpack_begun, unpack_days
from noveto.ledger.record import Record

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext
    from multiprocessing.process import BaseProcess

POOL_FROM = 1500
"""Fewer contents than this are done in the own process: starting workers would cost more than it saves."""

CHUNK = 250


class Companion(Protocol):
    """Does something else with the records that recipes are run on, in the same process, while they are at hand."""

    def begin(self, paths: Sequence[str]) -> None:
        """Make ready for the records at these paths."""

    def see(self, record: Record, context: Context) -> bool:
        """Deal with one of them, or leave it; return whether it was dealt with."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to know. ``root``: read from this work tree; ``git``: read from this repository."""

    folder: Path
    root: Path | None
    git: Path | None
    format: str
    recipes: tuple[Recipe, ...] = ()
    receipts: bool = False
    context: Context | None = None
    """The configuration as loaded; only where the work is done in the own process."""
    arrivals: Callable[[Mapping[str, tuple[str, bytes]]], dict[str, str]] | None = None
    """Given Git id and stamps of some paths, their packed arrivals; only where the work is done in the own process."""
    companion: Callable[[], Companion] | None = None
    """Makes what sees the records whose recipes are run once their arrivals are known."""


class ToJudge(NamedTuple):
    """A content nobody has judged yet."""

    path: str
    oid: str
    kind: str


class ToDerive(NamedTuple):
    """A judged content for which some recipes have not been run: their places in the setup, each with the arrivals
    its result is kept under ("" for none), those without arrivals first."""

    path: str
    oid: str
    kind: str
    blob: int
    value: bytes | None
    wanted: tuple[tuple[int, str], ...]


class JudgedRow(NamedTuple):
    """What judging gave, and the recipes' results that do not wait for receipts: (recipe, salt, result)."""

    oid: str
    kind: str
    judged: Judged
    derived: list[tuple[int, str, Result | None]]


class DerivedRow(NamedTuple):
    """What recipes said of one content; ``path`` where the companion has dealt with the record, else ""."""

    path: str
    blob: int
    derived: tuple[tuple[int, str, Result | None], ...]


class Worker:
    """The functions of one worker process, or of the own process when there is little to do."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.context = setup.context or Context(setup.folder)
        self.reader = Reader(setup.root, setup.git, setup.format)
        self.functions = [recipe.load() for recipe in setup.recipes]
        self.companion = setup.companion() if setup.companion else None
        self._shared: dict[tuple[str, bool, bool], tuple[list[int], list[int]]] = {}

    def judge(self, tasks: list[ToJudge]) -> list[JudgedRow]:
        """Judge contents and run the recipes that need nothing else."""
        rows: list[JudgedRow] = []
        waiting: list[tuple[JudgedRow, Record, list[int]]] = []
        schemas = self.context.schemas
        contents = self.reader.read_all((task.path, task.oid) for task in tasks)
        for task, (_, data) in zip(tasks, contents, strict=True):
            judged, value, loaded = judge(data, task.kind, schemas, self.setup.format)
            record = Record(task.path, task.oid, task.kind, value, data=data, loaded=loaded)
            now, late = self._shares(task.kind, ok=judged.ok, veto=judged.veto)
            row = JudgedRow(task.oid, task.kind, judged, [(number, "", self._run(number, record)) for number in now])
            rows.append(row)
            if late:
                waiting.append((row, record, late))
        if waiting and self.setup.arrivals is not None:
            salts = self.setup.arrivals({record.path: (row.oid, row.judged.stamps) for row, record, _ in waiting})
            for row, record, late in waiting:
                salt = salts[record.path]
                record.arrivals, record.begun, record.receipts = unpack_days(salt), unpack_begun(salt), True
                row.derived.extend((number, salt, self._run(number, record)) for number in late)
        return rows

    def _shares(self, kind: str, *, ok: bool, veto: bool) -> tuple[list[int], list[int]]:
        """Return the recipes to run on a record just judged: at once, and when its arrivals are known."""
        found = self._shared.get((kind, ok, veto))
        if found is None:
            setup = self.setup
            numbers = [number for number, recipe in enumerate(setup.recipes) if applies(recipe, kind, ok=ok)]
            late = [number for number in numbers if setup.receipts and salted(setup.recipes[number], veto=veto)]
            found = self._shared[kind, ok, veto] = ([number for number in numbers if number not in late], late)
        return found

    def derive(self, tasks: list[ToDerive]) -> list[DerivedRow]:
        """Run recipes on contents judged before."""
        if self.companion:
            self.companion.begin([task.path for task in tasks])
        return [self._derive(task) for task in tasks]

    def _derive(self, task: ToDerive) -> DerivedRow:
        value = unpack(task.value) if task.value else None
        record = Record(task.path, task.oid, task.kind, value, read=self._reading(task.path, task.oid))
        derived = tuple(self._results(record, task.wanted))
        dealt = self.companion is not None and value is not None and self.companion.see(record, self.context)
        return DerivedRow(task.path if dealt else "", task.blob, derived)

    def _results(self, record: Record, wanted: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str, Result | None]]:
        for number, salt in wanted:
            if salt and not record.receipts:
                record.arrivals, record.begun, record.receipts = unpack_days(salt), unpack_begun(salt), True
            yield number, salt, self._run(number, record)

    def _reading(self, path: str, oid: str) -> Callable[[], bytes]:
        return lambda: self.reader.read(path, oid)

    def _run(self, number: int, record: Record) -> Result | None:
        self.context.params = self.setup.recipes[number].params
        return self.functions[number](record, self.context)

    def close(self) -> None:
        """End the git process."""
        self.reader.close()


def applies(recipe: Recipe, kind: str, *, ok: bool) -> bool:
    """Return whether a recipe is run on a file of ``kind``."""
    return kind in recipe.kinds and (ok or recipe.broken)


def salted(recipe: Recipe, *, veto: bool) -> bool:
    """Return whether the result for a record also depends on its arrivals."""
    return recipe.arrivals == "all" or (recipe.arrivals == "veto" and veto)


def run_judge(setup: Setup, tasks: Iterable[ToJudge], total: int, jobs: int) -> Iterator[list[JudgedRow]]:
    """Yield the judged rows of all tasks, in pieces."""
    yield from _run(setup, "judge", tasks, total, jobs)


def run_derive(setup: Setup, tasks: Iterable[ToDerive], total: int, jobs: int) -> Iterator[list[DerivedRow]]:
    """Yield the derived rows of all tasks, in pieces."""
    yield from _run(setup, "derive", tasks, total, jobs)


def pooled(total: int, jobs: int) -> bool:
    """Return whether that much is done by workers, not in the own process."""
    return jobs > 1 and total >= POOL_FROM and not _worker_ourselves()


def _worker_ourselves() -> bool:
    """Return whether this is a process that ends with another one: Python lets such a process start none."""
    from multiprocessing import current_process

    return bool(current_process().daemon)


def default_jobs() -> int:
    """Return how many workers to start: one a core we may use, at most four; a worker itself starts none."""
    if _worker_ourselves():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 4))


def _run(setup: Setup, what: str, tasks: Iterable[Any], total: int, jobs: int) -> Iterator[list[Any]]:
    chunks = _chunks(tasks)
    if not pooled(total, jobs):
        worker = Worker(setup)
        try:
            for chunk in chunks:
                yield getattr(worker, what)(chunk)
        finally:
            worker.close()
        return
    pool = process_context().Pool(jobs, _start, (setup,))
    try:
        waiting: deque[Any] = deque()
        for chunk in chunks:
            waiting.append(pool.apply_async(_work, (what, chunk)))
            if len(waiting) > 2 * jobs + 1:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()
        pool.close()
    finally:
        pool.terminate()
        pool.join()


def start_process(target: Callable[..., None], args: tuple[Any, ...]) -> BaseProcess:
    """Start a process of our own that ends with this one."""
    process = process_context().Process(target=target, args=args, daemon=True)
    process.start()
    return process


def process_context() -> ForkContext | SpawnContext:
    """Return how to start a process: forking is cheapest, and safe only while no other thread may hold a lock."""
    from multiprocessing.context import ForkContext, SpawnContext

    alone = threading.active_count() == 1 and sys.platform == "linux"
    return ForkContext() if alone else SpawnContext()


def _chunks(tasks: Iterable[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for task in tasks:
        chunk.append(task)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


_worker: Worker | None = None


def _start(setup: Setup) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calm_child()
    _worker = Worker(setup)


def _work(what: str, chunk: list[Any]) -> list[Any]:
    assert _worker is not None  # noqa: S101 - the pool's initializer made it
    rows: list[Any] = getattr(_worker, what)(chunk)
    return rows
