"""Answers from the cache: asked within one read transaction, and asked again when the cache was no good."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from noveto.errors import UserError
from noveto.ledger import asking
from noveto.ledger.arriving import EVERY, Whose, arrive, whose
from noveto.ledger.beside import HistoryBeside
from noveto.ledger.context import Context
from noveto.ledger.deriving import derive, derive_some
from noveto.ledger.judge import DamagedError
from noveto.ledger.line import Line
from noveto.ledger.receipts import update_receipts
from noveto.ledger.recipe import Derived, Recipe
from noveto.ledger.store import DAMAGE, Store, transaction
from noveto.ledger.sync import Progress, Sync
from noveto.ledger.tables import LEDGER, LEDGER_LAYOUT
from noveto.ledger.view import View
from noveto.ledger.workers import Companion

Answer = TypeVar("Answer")
Row = tuple[Any, ...]

PAGE = 500
_TRIES = 20
_MOVING = "台账一直在被别的程序切换版本，请稍后再试。"


class Answers:
    """Everything a ledger asks of its cache.

    ``cache`` is the folder of the cache files (None: keep nothing), ``key`` stands for the schemas and the
    code behind what is cached, ``context`` is the configuration. Another process may move the snapshot at
    any time, and any file may turn out damaged: every question is asked again until the answer is right.
    """

    def __init__(
        self, view: View, cache: Path | None, key: str, context: Context, jobs: int, progress: Progress | None
    ) -> None:
        self.view = view
        self.store = Store(cache, f"ledger-{LEDGER_LAYOUT}-{key}", LEDGER)
        self.cache = cache
        self._context = context
        self._jobs = jobs
        self._progress = progress
        self._sync: Sync | None = None
        self._line: Line | None = None
        self._receipts: bool | None = None
        self._ready: set[tuple[str, str]] = set()
        self._arrived: set[Whose] = set()

    def close(self) -> None:
        """Close the files."""
        self.store.close()
        if self._line:
            self._line.close()

    # -- questions ------------------------------------------------------------------------------------

    def rows(
        self, columns: str, where: str, values: Sequence[object] = (), *, arrivals: Whose | None = None
    ) -> list[Row]:
        """Return rows over the files shown: entries (e), their contents (b), packed values (v)."""
        return self.build(columns, where, values, lambda row: row, arrivals=arrivals)

    def build(
        self,
        columns: str,
        where: str,
        values: Sequence[object],
        convert: Callable[[Row], Answer],
        *,
        arrivals: Whose | None = None,
    ) -> list[Answer]:
        """Return rows converted; what ``convert`` finds damaged is read anew.

        ``arrivals`` says whose ``e.arr`` is asked for: it is worked out first, also when the cache was made anew.
        """

        def ask() -> list[Answer]:
            return self._current(
                lambda: [convert(row) for row in asking.rows(self._synced(), columns, where, values)], arrivals=arrivals
            )

        return self._guard(ask)

    def pages(
        self,
        folder: str,
        columns: str,
        where: str,
        values: Sequence[object],
        convert: Callable[[Row], Answer],
        *,
        after: str = "",
        arrivals: Whose | None = None,
    ) -> Iterator[Answer]:
        """Yield converted rows in path order, a page at a time; ``e.path`` must be the first column.

        ``after`` is a path to begin behind.
        """
        last = after or folder
        while True:
            page = self.build(
                columns,
                f"{where} AND e.path > ? AND e.path < ? ORDER BY e.path LIMIT {PAGE}",
                (*values, last, f"{folder[:-1]}0"),
                lambda row: (row[0], convert(row)),
                arrivals=arrivals,
            )
            page = sorted(page, key=lambda item: item[0])[:PAGE]
            if not page:
                return
            yield from (item for _, item in page)
            last = page[-1][0]

    def results(self, recipe: Recipe, since: int, after: str = "") -> Iterator[Derived]:
        """Yield the results of a recipe in path order: with ``since`` >= 0 those live on that day, else all of paths
        behind ``after``."""
        while True:
            page = self._guard(lambda: self._results(recipe, since, after))  # noqa: B023 - called at once
            yield from page
            if since >= 0 or len(page) < PAGE:
                return
            after = page[-1].path

    def _results(self, recipe: Recipe, since: int, after: str) -> list[Derived]:
        self._prepare((recipe,))
        receipts = self._depends(recipe)

        def ask() -> list[Derived]:
            found = asking.results(self._synced(), recipe, since, after, PAGE, receipts=receipts)
            return [asking.derived(row) for row in sorted(found)]

        return self._current(ask, (recipe,))

    def settled(self, recipe: Recipe, before: int) -> Iterator[Derived]:
        """Yield in path order the results whose last day lies before ``before`` and that have a payload."""
        yield from self._guard(lambda: self._settled(recipe, before))

    def _settled(self, recipe: Recipe, before: int) -> list[Derived]:
        self._prepare((recipe,))
        receipts = self._depends(recipe)

        def ask() -> list[Derived]:
            found = asking.settled(self._synced(), recipe, before, receipts=receipts)
            return [asking.derived(row) for row in sorted(found)]

        return self._current(ask, (recipe,))

    def some(self, recipes: Sequence[Recipe], paths: Sequence[str]) -> list[list[Derived]]:
        """Return what recipes say of some files, for each in path order; worked out for these files alone where it is
        not kept."""
        receipts = any(self._depends(recipe) for recipe in recipes)

        def work() -> None:
            if receipts:
                self._arrive(whose(recipes))
            derive_some(self._synced(), recipes, paths, receipts=receipts)

        def ask() -> list[list[Derived]]:
            sync = self._synced()
            return [
                [asking.derived(row) for row in sorted(asking.some(sync, recipe, receipts=receipts))]
                for recipe in recipes
            ]

        return self._guard(lambda: self._current(ask, work=work))

    def prepare(
        self, recipes: Sequence[Recipe], *, history: bool = False, companion: Callable[[], Companion] | None = None
    ) -> list[str]:
        """Work out recipes for every record; a cold run reads every file once for all of them.

        ``history`` says that the first-parent line is asked for next: a cold run reads it meanwhile. Return the paths
        of the records that the ``companion`` has dealt with.
        """
        return self._guard(lambda: self._prepare(recipes, history=history, companion=companion))

    @property
    def receipts(self) -> bool:
        """Whether the ledger has any receipts at all."""
        return self._guard(self._any_receipts)

    @property
    def line(self) -> Line:
        """The first-parent line up to the view's commit. Raises UserError without history."""
        return self._guard(self._read_line)

    # -- bringing the cache up ------------------------------------------------------------------------

    def _synced(self) -> Sync:
        if self._sync is None:
            self._bring((), receipts=False)
        assert self._sync is not None  # noqa: S101 - set by _bring
        return self._sync

    def _bring(self, recipes: Sequence[Recipe], *, receipts: bool) -> None:
        sync = Sync(self.store, self.view, self._context, self._jobs, self._progress)
        history = HistoryBeside(self.view, self.cache, self.received_line) if receipts else None
        try:
            sync.bring(recipes, receipts=receipts, history=history)
        finally:
            if history:
                history.wait()
        self._sync = sync

    def _prepare(
        self, recipes: Sequence[Recipe], *, history: bool = False, companion: Callable[[], Companion] | None = None
    ) -> list[str]:
        if all((recipe.name, recipe.key) in self._ready for recipe in recipes):
            return []
        if self._sync is None:
            waiting = self.view.branch is not None and (history or any(recipe.arrivals != "none" for recipe in recipes))
            self._bring(recipes, receipts=waiting)
        receipts = any(self._depends(recipe) for recipe in recipes)
        if receipts:
            self._arrive(whose(recipes))
        dealt = derive(self._synced(), recipes, receipts=receipts, companion=companion)
        self._ready.update((recipe.name, recipe.key) for recipe in recipes)
        return dealt

    def _depends(self, recipe: Recipe) -> bool:
        """Return whether a recipe's results are kept under arrivals. Asked after ``_prepare``, which reads the history
        beside the files."""
        return recipe.arrivals != "none" and self._any_receipts()

    def _any_receipts(self) -> bool:
        if self._receipts is None:
            self._receipts = self.view.branch is not None and update_receipts(self._read_line(), self.view.branch)
        return self._receipts

    def received_line(self) -> Line | None:
        """Return the line with its receipts, None when there are none. For use while an answer is worked out."""
        return self._read_line() if self._any_receipts() else None

    def _read_line(self) -> Line:
        if self._line is None:
            if self.view.repo is None or not self.view.commit:
                raise UserError("这里没有 Git 历史（不是 Git 仓库，或者还没有提交）。")
            self._line = Line(self.cache, self.view.repo)
            self._line.update(self.view.commit)
        return self._line

    def _arrive(self, wanted: Whose) -> None:
        if self._arrived.isdisjoint((wanted, EVERY)) and self._any_receipts():
            arrive(self._synced(), self._read_line(), wanted)
            self._arrived.add(wanted)

    # -- until the answer is right --------------------------------------------------------------------

    def _guard(self, ask: Callable[[], Answer]) -> Answer:
        """Ask; when the cache turns out damaged, build it anew and ask again."""
        try:
            return ask()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise UserError("另一个 noveto 正在长时间占用缓存，请稍后再试。") from error
        except (*DAMAGE, DamagedError):
            pass
        self.store.rebuild()
        if self._line:
            self._line.store.rebuild()
            self._line.close()
            self._line = None
        self._receipts = None
        self._lost()
        return ask()

    def _current(
        self, ask: Callable[[], Answer], recipes: Sequence[Recipe] = (), *, arrivals: Whose | None = None,
        work: Callable[[], None] | None = None,
    ) -> Answer:  # fmt: skip
        """Ask in one read transaction in which the snapshot is ours, with ``arrivals`` and ``recipes`` worked out and
        ``work`` done."""
        for _ in range(_TRIES):
            if arrivals:
                self._arrive(arrivals)
            if recipes:
                self._prepare(recipes)
            if work:
                work()
            sync = self._synced()
            with transaction(sync.db, "DEFERRED"):
                if sync.current():
                    return ask()
            self._lost()
        raise UserError(_MOVING)

    def _lost(self) -> None:
        """Forget what was prepared: the snapshot was moved by another process, or its file was no good."""
        self._sync = None
        self._ready.clear()
        self._arrived.clear()
