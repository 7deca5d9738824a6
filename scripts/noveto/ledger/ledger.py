"""The ledger: a work tree or any revision, as records, with everything worked out at most once."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from noveto.errors import UserError
from noveto.ledger.code import code_digest
from noveto.ledger.context import Context
from noveto.ledger.judge import JUDGES, DamagedError, unpack, unpack_findings, unseal
from noveto.ledger.line import Line
from noveto.ledger.places import RECORDS, REGISTRY, id_of, path_of
from noveto.ledger.reader import Reader
from noveto.ledger.receipts import Arrivals, find_branch, update_receipts
from noveto.ledger.recipe import Derived, Recipe, unpack_days
from noveto.ledger.record import Quarantined, Record
from noveto.ledger.store import Store, transaction
from noveto.ledger.sync import UNKNOWN, Progress, Sync
from noveto.ledger.tables import LEDGER, LEDGER_LAYOUT
from noveto.ledger.view import View
from noveto.ledger.workers import default_jobs

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.findings import Finding
    from noveto.records.registry import Registry
    from noveto.rules import Rules, Steps
    from noveto.schema import Schemas

Answer = TypeVar("Answer")
PAGE = 500
_TRIES = 20
_MOVING = "台账一直在被别的程序切换版本，请稍后再试。"
_FOLDER = {"case": "records/cases/", "complaint": "records/complaints/", "improvement": "records/improvements/"}
_ALL = "records/"


class Ledger:
    """Open one with ``Ledger.open``; use as a context manager or call ``close``.

    Nothing is read until something is asked. Records come in path order, one page at a time; results of
    recipes come from the cache. One Ledger belongs to one thread at a time; any number of processes may
    work on the same ledger at once.
    """

    def __init__(self, view: View, cache: Path | None, *, jobs: int, progress: Progress | None) -> None:
        self.view = view
        self.root = view.root
        self.repo = view.repo
        self.jobs = jobs
        self.progress = progress
        self._cache = cache
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._store: Store | None = None
        self._sync: Sync | None = None
        self._derived: set[tuple[str, str]] = set()
        self._line: Line | None = None
        self._receipts: bool | None = None
        self._arrived = False
        self._reader: Reader | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        at: str | None = None,
        cache: bool = True,
        jobs: int | None = None,
        progress: Progress | None = None,
    ) -> Ledger:
        """Open the ledger in ``root``: its work tree, or with ``at`` any revision of its repository.

        ``cache=False`` keeps nothing. ``jobs`` is the number of worker processes of a cold run. Raises
        UserError when there is no such revision or Git refuses.
        """
        view = View.of_work_tree(root) if at is None else View.of_revision(root, at)
        return cls(view, _cache_folder(view) if cache else None, jobs=jobs or default_jobs(), progress=progress)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close files and processes. The ledger must not be used afterwards."""
        self.view.close()
        if self._store:
            self._store.close()
        if self._line:
            self._line.close()
        if self._reader:
            self._reader.close()
        if self._temporary:
            self._temporary.cleanup()

    # -- configuration --------------------------------------------------------------------------------

    @cached_property
    def context(self) -> Context:
        """Schemas, rules, steps, calendar and registry, loaded when first asked for."""
        return Context(self.folder, self._plain_registry)

    @cached_property
    def folder(self) -> Path:
        """A folder that holds the ledger's ``schema/``, ``records/calendar`` and ``records/registry``."""
        if not self.at_revision:
            return self.root
        assert self.repo is not None  # noqa: S101 - a revision has a repository
        parts = self.repo.resolve(
            *(
                self.repo.tree_name(self.view.commit, part)
                for part in ("schema", "records/calendar", "records/registry")
            )
        )
        name = hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
        if self._cache is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="noveto-")
            base = Path(self._temporary.name)
        else:
            base = self._cache / "folders"
        target = base / name
        if not target.is_dir():
            self._export(base, target)
        return target

    def _export(self, base: Path, target: Path) -> None:
        assert self.repo is not None  # noqa: S101 - only called for a revision
        entries = list(self.repo.ls_tree(self.view.commit, ["schema", "records/calendar", "records/registry"]))
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=base) as made:
            plain = [entry for entry in entries if entry.mode.startswith("100")]
            for entry, (_, data) in zip(plain, self.repo.cat_batch(entry.blob for entry in plain), strict=True):
                file = Path(made) / "x" / entry.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
            for part in ("schema", "records/calendar", "records/registry"):
                (Path(made) / "x" / part).mkdir(parents=True, exist_ok=True)
            try:
                (Path(made) / "x").rename(target)
            except OSError:
                if not target.is_dir():  # else another process was faster
                    raise

    @property
    def at_revision(self) -> bool:
        """Whether this is a revision, not the work tree."""
        return self.view.revision

    @property
    def schemas(self) -> Schemas:
        """The schemas."""
        return self.context.schemas

    @property
    def rules(self) -> Rules:
        """The dated rules. Raises UserError when rules.yml cannot be used."""
        return self.context.rules

    @property
    def steps(self) -> Steps:
        """The state machine of the steps."""
        return self.context.steps

    @property
    def calendar(self) -> Calendar:
        """The working calendar."""
        return self.context.calendar

    @property
    def registry(self) -> Registry:
        """The registry."""
        return self.context.registry

    @property
    def version(self) -> str:
        """The commit looked at, "" without one. Uncommitted edits may lie over it: see ``edited``."""
        return self.view.commit

    @property
    def edited(self) -> bool:
        """Whether the work tree differs from the commit."""
        return bool(self.view.edits())

    @property
    def digest(self) -> str:
        """A hash over all files under ``records/`` as shown, uncommitted edits included."""
        edits = [(file.path, file.mode, file.oid) for file in self.view.edits()]
        return hashlib.sha256(repr((self.view.tree, edits)).encode()).hexdigest()[:24]

    # -- records --------------------------------------------------------------------------------------

    def cases(self, *, arrivals: bool = False) -> Iterator[Record]:
        """Yield every form-valid case, in path order."""
        return self.records("case", arrivals=arrivals)

    def records(self, kind: str, *, arrivals: bool = False) -> Iterator[Record]:
        """Yield every form-valid file of ``kind``, in path order; with ``arrivals`` they know theirs."""
        receipts = arrivals and self.receipts
        if receipts:
            self._guard(self._arrive)
        columns = "e.path, b.oid, e.kind, v.data, e.arr"
        for row in self._pages(kind, columns, "b.ok"):
            path, oid, found, data, arr = row
            days = unpack_days(arr) if arr != UNKNOWN else ()
            yield Record(path, oid, found, _value(data, found), read=self._reading(path, oid), arrivals=days,
                         receipts=receipts)  # fmt: skip

    def record(self, name: str) -> Record | None:
        """Return the record with this id, None when there is none or it is not form-valid."""
        path = self.path(name)
        return self.file(path) if path else None

    def file(self, path: str) -> Record | None:
        """Return the form-valid file at ``path`` (relative to the ledger's folder), None when there is none."""
        row = self._entry(path, "e.path, b.oid, e.kind, v.data, e.arr, b.ok")
        if row is None or not row[5]:
            return None
        days = unpack_days(row[4]) if row[4] != UNKNOWN else ()
        return Record(path, row[1], row[2], _value(row[3], row[2]), read=self._reading(path, row[1]), arrivals=days)

    def path(self, name: str) -> str | None:
        """Return the path of the record with this id, quarantined ones included; None when there is none."""
        place = path_of(name)
        if place and self._entry(place, "e.path") is not None:
            return place
        for found in self.misplaced():
            if id_of(found) == name:
                return found
        return None

    def exists(self, name: str) -> bool:
        """Return whether a record with this id is there, be it quarantined."""
        return self.path(name) is not None

    def count(self, kind: str) -> int:
        """Return the number of form-valid files of a kind."""
        return int(sum(row[0] for row in self._query("count(*)", "b.ok AND e.kind = ?", (kind,))))

    @cached_property
    def quarantined(self) -> list[Quarantined]:
        """The records whose form is broken, in path order. (Reference and personal-data errors come from the
        checks.)"""
        found = [
            Quarantined(path, kind, tuple(unpack_findings(packed, path)))
            for path, kind, packed in self._query("e.path, e.kind, b.findings", "e.odd AND b.ok = 0")
            if kind in RECORDS
        ]
        return sorted(found, key=lambda item: item.path)

    def misplaced(self) -> list[str]:
        """Return the paths of files that do not lie where they belong (form-valid records only)."""
        return sorted(row[0] for row in self._query("e.path", "e.odd AND b.place <> '' AND b.place <> e.path"))

    def form_findings(self) -> Iterator[Finding]:
        """Yield the findings of form of every file: text, schema, and where and how it lies, in path order."""
        from noveto.ledger.lying import lying_findings

        rows = sorted(self._query("e.path, e.kind, e.mode, b.findings", "e.odd"))
        for path, kind, mode, packed in rows:
            yield from lying_findings(path, kind, mode)
            if packed is not None:
                yield from unpack_findings(packed, path)

    def source(self, path: str) -> bytes:
        """Return the bytes of a file of the ledger. Raises UserError when there is none."""
        row = self._entry(path, "b.oid")
        if row is None or row[0] is None:
            raise UserError(f"台账里没有文件 {path}。")
        return self._read(path, row[0])

    # -- derived --------------------------------------------------------------------------------------

    def prepare(self, *recipes: Recipe) -> None:
        """Work out recipes for every record. Naming several at once lets a cold run read every file once."""
        self._guard(lambda: self._prepare(recipes))

    def live(self, recipe: Recipe, today: date) -> Iterator[Derived]:
        """Yield the results that matter on ``today``: live ones, and settled ones until their last day."""
        return self._results(recipe, today.toordinal())

    def derived(self, recipe: Recipe) -> Iterator[Derived]:
        """Yield every result of a recipe, in path order."""
        return self._results(recipe, -1)

    def _results(self, recipe: Recipe, since: int) -> Iterator[Derived]:
        after = ""
        while True:
            page = self._guard(partial(self._ask_results, recipe, since, after))
            yield from (Derived(path, kind, oid, unseal(payload)) for path, kind, oid, payload in page)
            if since >= 0 or len(page) < PAGE:
                return
            after = page[-1][0]

    def _ask_results(self, recipe: Recipe, since: int, after: str) -> list[tuple[str, str, str, bytes]]:
        for _ in range(_TRIES):
            self._prepare([recipe])
            sync = self._synced()
            with transaction(sync.db, "DEFERRED"):
                if sync.current():
                    return sorted(sync.results(recipe, since, after, PAGE, receipts=self._for(recipe)))
            self._lost()
        raise UserError(_MOVING)

    def _for(self, recipe: Recipe) -> bool:
        return recipe.arrivals != "none" and self.receipts

    def _prepare(self, recipes: Sequence[Recipe]) -> None:
        if all((recipe.name, recipe.key) in self._derived for recipe in recipes):
            return
        receipts = any(self._for(recipe) for recipe in recipes)
        if self._sync is None:
            self._bring(recipes, receipts=receipts)
        sync = self._synced()
        if receipts:
            self._arrive()
        sync.derive(recipes, receipts=receipts)
        self._derived.update((recipe.name, recipe.key) for recipe in recipes)

    # -- arrivals -------------------------------------------------------------------------------------

    @cached_property
    def _receipts_tip(self) -> str | None:
        return find_branch(self.repo) if self.repo and self.view.commit else None

    @property
    def receipts(self) -> bool:
        """Whether the ledger has any receipts at all."""
        if self._receipts is None:
            tip = self._receipts_tip
            self._receipts = bool(tip) and update_receipts(self.line, tip)
        return self._receipts

    @property
    def line(self) -> Line:
        """The first-parent line behind this view, read up to its commit. Needs Git."""
        if self._line is None:
            if self.repo is None or not self.view.commit:
                raise UserError("这里没有 Git 历史（不是 Git 仓库，或者还没有提交）。")
            self._line = Line(self._cache, self.repo)
            self._line.update(self.view.commit)
        return self._line

    @cached_property
    def arrivals(self) -> Arrivals:
        """When each entry of each record arrived."""
        return Arrivals(self.receipts, self._arrivals_of)

    def _arrivals_of(self, path: str) -> tuple[date | None, ...]:
        if not self.receipts:
            return ()
        self._guard(self._arrive)
        row = self._entry(path, "e.arr")
        return unpack_days(row[0]) if row and row[0] != UNKNOWN else ()

    def _arrive(self) -> None:
        """Work out the arrivals of every record that has new versions or receipts."""
        if not self._arrived:
            self._synced().arrive(self.line)
            self._arrived = True

    # -- the cache ------------------------------------------------------------------------------------

    @property
    def store(self) -> Store:
        """The cache file."""
        if self._store is None:
            key = hashlib.sha256(f"{self.schemas.digest} {code_digest(*JUDGES)}".encode()).hexdigest()[:20]
            self._store = Store(self._cache, f"ledger-{LEDGER_LAYOUT}-{key}", LEDGER)
        return self._store

    def _bring(self, recipes: Sequence[Recipe], *, receipts: bool) -> None:
        slot = "work" if not self.at_revision else self._slot()
        sync = Sync(self.store, self.view, self.folder, slot, self.jobs, self.progress)
        sync.bring(recipes, receipts=receipts)
        self._sync = sync

    def _slot(self) -> str:
        """Return the snapshot a revision may use: one that shows it, else the one unused for longest."""
        rows = self.store.db.execute("SELECT slot, tree FROM snap WHERE slot LIKE 'at%' ORDER BY used").fetchall()
        for slot, tree in rows:
            if tree == self.view.tree:
                return str(slot)
        free = [f"at{number}" for number in range(3) if f"at{number}" not in {row[0] for row in rows}]
        return free[0] if free else str(rows[0][0])

    def _synced(self) -> Sync:
        if self._sync is None:
            self._bring((), receipts=False)
        assert self._sync is not None  # noqa: S101 - set by _bring
        return self._sync

    def _guard(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the cache; when it turns out damaged, build it anew and ask again."""
        try:
            return ask()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise UserError("另一个 noveto 正在长时间占用缓存，请稍后再试。") from error
            self._start_over()
        except (sqlite3.DatabaseError, DamagedError):
            self._start_over()
        return ask()

    def _start_over(self) -> None:
        self.store.rebuild()
        if self._line:
            self._line.close()
            self._line.store.rebuild()
            self._line = None
        self._receipts = None
        self._lost()

    def _current(self, ask: Callable[[], Answer]) -> Answer:
        """Ask within one read transaction in which the snapshot is ours; move it back if another process has
        moved it."""
        for _ in range(_TRIES):
            sync = self._synced()
            with transaction(sync.db, "DEFERRED"):
                if sync.current():
                    return ask()
            self._lost()
        raise UserError(_MOVING)

    def _lost(self) -> None:
        """Forget what was prepared: another process has moved the snapshot."""
        self._sync = None
        self._derived.clear()
        self._arrived = False

    def _query(self, columns: str, where: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return rows over the entries shown (e) with their contents (b)."""
        return self._guard(lambda: self._current(lambda: self._synced().rows(columns, where, values)))

    def _entry(self, path: str, columns: str) -> tuple[Any, ...] | None:
        rows = self._query(columns, "e.path = ?", (path,))
        return rows[0] if rows else None

    def _pages(self, kind: str, columns: str, where: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows of a kind in path order, a page at a time."""
        folder = _FOLDER.get(kind, _ALL)
        last, end = folder, folder[:-1] + "0"
        while True:
            page = self._query(
                columns, f"{where} AND e.kind = ? AND e.path > ? AND e.path < ? ORDER BY e.path LIMIT {PAGE}",
                (kind, last, end),
            )  # fmt: skip
            page = sorted(page)[:PAGE]
            if not page:
                return
            yield from page
            last = page[-1][0]

    def _plain_registry(self, name: str) -> Mapping[str, Any] | None:
        found = self.file(f"records/registry/{name}.yml")
        return found.value if found else None

    # -- bytes ----------------------------------------------------------------------------------------

    def _reading(self, path: str, oid: str) -> Callable[[], bytes]:
        return lambda: self._read(path, oid)

    def _read(self, path: str, oid: str) -> bytes:
        if self._reader is None:
            format = self.repo.object_format if self.repo else "sha1"
            self._reader = Reader(
                None if self.at_revision else self.root, self.repo.folder if self.repo else None, format
            )
        return self._reader.read(path, oid)


def _value(packed: bytes | None, kind: str) -> Mapping[str, Any] | None:
    """Return the plain value of a form-valid file; kinds without one have an empty value."""
    if packed is None:
        if kind in RECORDS or kind in REGISTRY:
            raise DamagedError
        return {}
    value: Mapping[str, Any] = unpack(packed)
    return value


def _cache_folder(view: View) -> Path | None:
    """Return where the cache lies: NOVETO_CACHE, else beside the repository's objects; None without Git."""
    given = os.environ.get("NOVETO_CACHE", "").strip()
    if given:
        return Path(given)
    return view.repo.common_dir / "noveto" if view.repo else None
