"""Bringing the cache up to a view: judge what is new, note where it lies."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple, Protocol

from noveto.gitio import GitError
from noveto.ledger.context import Context
from noveto.ledger.kept import RecipeRows, ResultRow, result_row
from noveto.ledger.line import Line
from noveto.ledger.receipts import Content, arrivals_among
from noveto.ledger.recipe import Recipe, pack_days
from noveto.ledger.store import Store, transaction
from noveto.ledger.view import GONE, File, View
from noveto.ledger.workers import JudgedRow, Setup, ToJudge, pooled, run_judge

BATCH = 4000
"""Rows written in one transaction of a cold run."""

SPARE = 10_000
"""Contents kept beyond twice what is shown before those nothing shows are dropped."""

UNKNOWN = "?"
"""Arrivals of an entry that nobody has worked out yet."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done (Chinese), how much is done, and how much there is."""

# What makes an entry worth a second look: it lies where it should not, or its content has findings.
_ODD = (
    "(w.mode <> '100644' OR w.kind = 'stray' OR b.ok = 0 OR b.findings IS NOT NULL"
    " OR (b.place <> '' AND b.place <> w.path))"
)


class Synced(NamedTuple):
    """The state of the cache a reader relies on: the snapshot's row, its tree and its sequence number."""

    snap: int
    tree: str
    seq: int


class History(Protocol):
    """Where the first-parent line and the receipts come from."""

    def start(self) -> None:
        """Begin to read them in a process of its own: a long job is about to start."""

    def line(self) -> Line | None:
        """Read them now; None when there are no receipts after all."""


def _arrivals(line: Line, contents: Mapping[str, Content]) -> dict[str, str]:
    return {path: pack_days(*came) for path, came in arrivals_among(line, contents)}


class Sync:
    """One view brought into one cache file."""

    def __init__(self, store: Store, view: View, context: Context, jobs: int, progress: Progress | None) -> None:
        self.store = store
        self.view = view
        self.context = context
        self.slot = _slot(store.db, view)
        self.jobs = jobs
        self.progress: Progress = progress or (lambda what, done, total: None)
        self.state = Synced(0, "", 0)
        self.edited = False
        self._history: History | None = None
        self.recipes = RecipeRows(store.db)

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of the cache file."""
        return self.store.db

    # -- files ----------------------------------------------------------------------------------------

    def bring(self, recipes: Sequence[Recipe], *, receipts: bool, history: History | None = None) -> None:
        """Make the cache show the view; judge new contents, running ``recipes`` on them in the same pass.

        ``receipts`` says that results may depend on them; ``history`` is where to have them from.
        """
        self._history = history
        for name, columns in (
            ("want", "path TEXT PRIMARY KEY, kind TEXT, mode TEXT, oid TEXT"),
            ("over", "path TEXT PRIMARY KEY, kind TEXT, mode TEXT, blob INTEGER, arr TEXT, odd INTEGER"),
        ):
            self.db.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name}({columns}) WITHOUT ROWID")
            self.db.execute(f"DELETE FROM temp.{name}")
        while not self._at_tree(recipes, receipts=receipts):
            pass
        self._lay_edits(recipes, receipts=receipts)

    def current(self) -> bool:
        """Return whether the snapshot still is what this run relies on (another process may have moved it)."""
        row = self.db.execute("SELECT tree, seq FROM snap WHERE id = ?", (self.state.snap,)).fetchone()
        return row is not None and row[0] == self.state.tree and row[1] == self.state.seq

    def _at_tree(self, recipes: Sequence[Recipe], *, receipts: bool) -> bool:
        """Move the slot's snapshot to the view's tree; False when another process moved it meanwhile."""
        db = self.db
        known = db.execute("SELECT id, tree, seq FROM snap WHERE slot = ?", (self.slot,)).fetchone()
        if known and known[1] == self.view.tree:
            self.state = Synced(*known)
            return True
        db.execute("DELETE FROM temp.want")
        changes = self._changes(known[1]) if known else None
        if changes is None:
            self.progress("列出文件", 0, 0)
            db.execute("BEGIN")
            db.executemany("INSERT OR REPLACE INTO temp.want VALUES(?,?,?,?)", map(_row, self.view.tree_files()))
            db.execute("COMMIT")
        else:
            db.executemany("INSERT OR REPLACE INTO temp.want VALUES(?,?,?,?)", changes)
        self._judge(recipes, receipts=receipts)
        with transaction(db):
            now = db.execute("SELECT id, tree, seq FROM snap WHERE slot = ?", (self.slot,)).fetchone()
            if now != known:
                return False
            self._enter(known, whole=changes is None)
        if changes is None:
            db.execute("ANALYZE")
        self._collect()
        return True

    def _changes(self, since: str) -> list[tuple[str, str, str, str]] | None:
        """Return what differs from the tree ``since``; None when that cannot be told."""
        if not since or not self.view.tree:
            return None
        try:
            changes = list(self.view.tree_changes(since))
        except GitError:
            return None  # the earlier tree is no longer in the repository
        return [_row(file) if file else (path, "", GONE, "") for path, file in changes]

    def _enter(self, known: tuple[int, str, int] | None, *, whole: bool) -> None:
        db = self.db
        snap, seq = (known[0], known[2] + 1) if known else (0, 1)
        if not known:
            snap = (
                db.execute("INSERT INTO snap(slot, tree, seq, used) VALUES(?, '', 0, 0)", (self.slot,)).lastrowid or 0
            )
        if whole:
            db.execute("DELETE FROM entry WHERE snap = ?", (snap,))
            db.execute("DELETE FROM ready WHERE snap = ?", (snap,))
        else:
            db.execute("DELETE FROM entry WHERE snap = ? AND path IN (SELECT path FROM temp.want)", (snap,))
        db.execute(
            f"INSERT INTO entry(snap, path, kind, mode, blob, arr, odd, seq) "
            f"SELECT ?, w.path, w.kind, w.mode, b.id, ?, {_ODD} IS TRUE, ? "
            "FROM temp.want w LEFT JOIN blob b ON b.oid = w.oid AND b.kind = w.kind WHERE w.mode <> ?",
            (snap, UNKNOWN, seq, GONE),
        )
        db.execute("UPDATE snap SET tree = ?, seq = ?, used = ? WHERE id = ?", (self.view.tree, seq, time.time(), snap))
        self.state = Synced(snap, self.view.tree, seq)

    def _lay_edits(self, recipes: Sequence[Recipe], *, receipts: bool) -> None:
        """Lay the uncommitted files over the snapshot."""
        edits = self.view.edits()
        self.edited = bool(edits)
        if not edits:
            return
        db = self.db
        db.execute("DELETE FROM temp.want")
        db.executemany("INSERT OR REPLACE INTO temp.want VALUES(?,?,?,?)", map(_row, edits))
        self._judge(recipes, receipts=receipts)
        db.execute(
            f"INSERT INTO temp.over SELECT w.path, w.kind, w.mode, b.id, ?, {_ODD} IS TRUE "
            "FROM temp.want w LEFT JOIN blob b ON b.oid = w.oid AND b.kind = w.kind",
            (UNKNOWN,),
        )

    # -- contents -------------------------------------------------------------------------------------

    def _judge(self, recipes: Sequence[Recipe], *, receipts: bool) -> None:
        """Judge the contents of ``want`` that are not in the cache."""
        db = self.db
        missing = (
            "FROM temp.want w WHERE w.oid <> '' AND NOT EXISTS "
            "(SELECT 1 FROM blob b WHERE b.oid = w.oid AND b.kind = w.kind)"
        )
        total = db.execute(f"SELECT count(*) {missing}").fetchone()[0]
        if not total:
            return
        ids = [self.recipes.row(recipe) for recipe in recipes]
        setup = self.setup(recipes, total, receipts=receipts)
        if receipts and self._history:
            if pooled(total, self.jobs):
                self._history.start()
            elif line := self._history.line():
                setup = replace(setup, arrivals=partial(_arrivals, line))
        tasks = self._pages(missing)
        if self.view.laid_out is None and total > BATCH and self.view.repo:
            tasks = _in_pack_order(list(tasks), self.view.repo.pack_order)
        done = 0
        rows: list[JudgedRow] = []
        for part in run_judge(setup, tasks, total, self.jobs):
            rows += part
            done += len(part)
            self.progress("读取和核对", done, total)
            if len(rows) >= BATCH:
                self._keep(rows, ids)
                rows = []
        self._keep(rows, ids)

    def _pages(self, missing: str) -> Iterator[ToJudge]:
        """Yield the contents to judge, page by page, so that nothing is held while workers run."""
        last = ""
        while True:
            page = self.db.execute(
                f"SELECT w.path, w.oid, w.kind {missing} AND w.path > ? ORDER BY w.path LIMIT {BATCH}",
                (last,),
            ).fetchall()
            if not page:
                return
            last = page[-1][0]
            yield from (ToJudge(*row) for row in page)

    def _keep(self, rows: Iterable[JudgedRow], recipes: Sequence[int]) -> None:
        with transaction(self.db) as db:
            run = db.execute
            derived: list[ResultRow] = []
            values: list[tuple[int, bytes]] = []
            for oid, kind, judged, results in rows:
                made = run(
                    "INSERT OR IGNORE INTO blob(oid, kind, ok, veto, rid, place, findings, stamps) "
                    "VALUES(?,?,?,?,?,?,?,?)",
                    (oid, kind, judged.ok, judged.veto, judged.id, judged.place, judged.findings, judged.stamps),
                )
                if made.rowcount == 1:
                    blob = made.lastrowid or 0
                else:
                    blob = run("SELECT id FROM blob WHERE oid = ? AND kind = ?", (oid, kind)).fetchone()[0]
                if judged.value is not None:
                    values.append((blob, judged.value))
                derived += [result_row(recipes[number], blob, salt, result) for number, salt, result in results]
            db.executemany("INSERT OR REPLACE INTO value VALUES(?,?)", values)
            db.executemany("INSERT OR REPLACE INTO derived VALUES(?,?,?,?,?)", derived)

    def setup(self, recipes: Sequence[Recipe], total: int, *, receipts: bool) -> Setup:
        """Return what workers need to know that are given so many contents."""
        repo = self.view.repo
        return Setup(
            folder=self.context.folder,
            context=None if pooled(total, self.jobs) else self.context.apart(),
            root=self.view.laid_out,
            git=repo.folder if repo else None,
            format=repo.object_format if repo else "sha1",
            recipes=tuple(recipes),
            receipts=receipts,
        )

    @property
    def not_over(self) -> str:
        """The condition (SQL, with AND) that leaves out entries under an uncommitted edit."""
        return "NOT EXISTS (SELECT 1 FROM temp.over o WHERE o.path = e.path) AND " if self.edited else ""

    # -- housekeeping ---------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Drop contents no snapshot shows, once they are the greater part and nobody else is reading."""
        db = self.db
        held, shown = db.execute("SELECT (SELECT count(*) FROM blob), (SELECT count(*) FROM entry)").fetchone()
        if held < 2 * shown + SPARE or not self.store.alone():
            return
        with transaction(db):
            db.execute("DELETE FROM blob WHERE id NOT IN (SELECT blob FROM entry WHERE blob IS NOT NULL)")
            for table in ("value", "derived"):
                db.execute(f"DELETE FROM {table} WHERE blob NOT IN (SELECT id FROM blob)")


def _row(file: File) -> tuple[str, str, str, str]:
    return (file.path, file.kind, file.mode, file.oid)


def _in_pack_order(tasks: list[ToJudge], order: Callable[[set[str]], list[str]]) -> Iterator[ToJudge]:
    """Sort contents as they lie in the packs: reading them so is several times cheaper."""
    places = {oid: number for number, oid in enumerate(order({task.oid for task in tasks}))}
    return iter(sorted(tasks, key=lambda task: places[task.oid]))


def _slot(db: sqlite3.Connection, view: View) -> str:
    """Return the snapshot to use: that of HEAD, which moves on with it; for an older revision one that shows it,
    else the one unused for longest."""
    if view.newest:
        return "head"
    rows = db.execute("SELECT slot, tree FROM snap WHERE slot LIKE 'at%' ORDER BY used").fetchall()
    for slot, tree in rows:
        if tree == view.tree:
            return str(slot)
    used = {row[0] for row in rows}
    free = [name for name in ("at0", "at1", "at2") if name not in used]
    return free[0] if free else str(rows[0][0])
