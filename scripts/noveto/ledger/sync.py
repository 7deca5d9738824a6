"""Bringing the cache up to a view: judge what is new, note where it lies, run the recipes that are missing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from noveto.gitio import GitError
from noveto.ledger.judge import seal
from noveto.ledger.line import Line
from noveto.ledger.places import RECORDS
from noveto.ledger.receipts import arrivals, arrivals_of
from noveto.ledger.recipe import ALWAYS, Recipe, Result, pack_days
from noveto.ledger.store import Store, transaction
from noveto.ledger.view import GONE, File, View
from noveto.ledger.workers import JudgedRow, Setup, ToDerive, ToJudge, pooled, run_derive, run_judge

BATCH = 4000
"""Rows written in one transaction of a cold run."""

SPARE = 10_000
"""Contents kept beyond twice what is shown before those nothing shows are dropped."""

UNKNOWN = "?"
"""Arrivals of an entry that nobody has worked out yet."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done (Chinese), how much is done, and how much there is."""

Kept = tuple[str, str, str, bytes, int]
"""A kept result: path, kind, id of the content, sealed payload, last day."""

# What makes an entry worth a second look: it lies where it should not, or its content has findings.
_ODD = (
    "(w.mode <> '100644' OR w.kind = 'stray' OR b.ok = 0 OR b.findings IS NOT NULL"
    " OR (b.place <> '' AND b.place <> w.path))"
)
_SALT = {"none": "''", "veto": "(CASE WHEN b.veto THEN e.arr ELSE '' END)", "all": "e.arr"}


@dataclass(frozen=True, slots=True)
class Synced:
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


def _arrivals(line: Line, path: str, oid: str, stamps: bytes) -> str:
    return pack_days(arrivals_of(line, path, (oid, stamps)))


class Sync:
    """One view brought into one cache file. ``slot`` names the snapshot it may move."""

    def __init__(self, store: Store, view: View, folder: Path, slot: str, jobs: int, progress: Progress | None) -> None:
        self.store = store
        self.view = view
        self.folder = folder
        self.slot = slot
        self.jobs = jobs
        self.progress: Progress = progress or (lambda what, done, total: None)
        self.state = Synced(0, "", 0)
        self.edited = False
        self._history: History | None = None
        self._recipes: dict[tuple[str, str], int] = {}

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
        ids = [self.recipe_id(recipe) for recipe in recipes]
        setup = self.setup(recipes, receipts=receipts)
        if receipts and self._history:
            if pooled(total, self.jobs):
                self._history.start()
            elif line := self._history.line():
                setup = replace(setup, arrivals=partial(_arrivals, line))
        tasks = self._pages(missing)
        if self.view.revision and total > BATCH and self.view.repo:
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
            derived: list[tuple[int, int, str, int, bytes | None]] = []
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
                derived += [_derived(recipes[number], blob, salt, result) for number, salt, result in results]
            db.executemany("INSERT OR REPLACE INTO value VALUES(?,?)", values)
            db.executemany("INSERT OR REPLACE INTO derived VALUES(?,?,?,?,?)", derived)

    def setup(self, recipes: Sequence[Recipe], *, receipts: bool) -> Setup:
        """Return what workers need to know."""
        repo = self.view.repo
        return Setup(
            folder=self.folder,
            root=None if self.view.revision else self.view.root,
            git=repo.folder if repo else None,
            format=repo.object_format if repo else "sha1",
            recipes=tuple(recipes),
            receipts=receipts,
        )

    # -- recipes --------------------------------------------------------------------------------------

    def recipe_id(self, recipe: Recipe) -> int:
        """Return the row of a recipe; results of its older keys are dropped, but for the last one."""
        known = self._recipes.get((recipe.name, recipe.key))
        if known is not None:
            return known
        db = self.db
        row = db.execute("SELECT id FROM recipe WHERE name = ? AND key = ?", (recipe.name, recipe.key)).fetchone()
        if row is None:
            with transaction(db):
                db.execute(
                    "INSERT OR IGNORE INTO recipe(name, key, used) VALUES(?,?,?)",
                    (recipe.name, recipe.key, time.time()),
                )
                row = db.execute(
                    "SELECT id FROM recipe WHERE name = ? AND key = ?", (recipe.name, recipe.key)
                ).fetchone()
                old = db.execute(
                    "SELECT id FROM recipe WHERE name = ? ORDER BY used DESC, id DESC LIMIT -1 OFFSET 2", (recipe.name,)
                ).fetchall()
                for number in old:
                    for table in ("derived WHERE recipe", "ready WHERE recipe", "recipe WHERE id"):
                        db.execute(f"DELETE FROM {table} = ?", number)
        self._recipes[recipe.name, recipe.key] = int(row[0])
        return int(row[0])

    def derive(self, recipes: Sequence[Recipe], *, receipts: bool) -> None:
        """Run recipes on every record of the view that has no result of theirs yet."""
        ids = [self.recipe_id(recipe) for recipe in recipes]
        snap, seq = self.state.snap, self.state.seq
        ready = dict(self.db.execute("SELECT recipe, seq FROM ready WHERE snap = ?", (snap,)).fetchall())
        late = [number for number, row in enumerate(ids) if ready.get(row, 0) < seq]
        queries: list[tuple[int, str, tuple[object, ...]]] = []
        for number in late:
            since = ready.get(ids[number], 0)
            where = self._missing(recipes[number], receipts=receipts)
            shown = f"e.snap = {snap} AND e.seq > {since}"
            queries.append((number, f"entry e JOIN blob b ON b.id = e.blob WHERE {shown} AND {where}", (ids[number],)))
        if self.edited:
            queries += [
                (
                    number,
                    f"temp.over e JOIN blob b ON b.id = e.blob WHERE {self._missing(recipe, receipts=receipts)}",
                    (ids[number],),
                )
                for number, recipe in enumerate(recipes)
            ]
        total = sum(
            self.db.execute(f"SELECT count(*) FROM {query}", values).fetchone()[0] for _, query, values in queries
        )
        if total:
            self._derive(recipes, ids, queries, total, receipts=receipts)
        if late:
            with transaction(self.db) as db:
                if self.current():
                    db.executemany(
                        "INSERT OR REPLACE INTO ready VALUES(?,?,?)", [(snap, ids[number], seq) for number in late]
                    )

    def _missing(self, recipe: Recipe, *, receipts: bool) -> str:
        kinds = ",".join(f"'{kind}'" for kind in recipe.kinds)
        salt = _SALT[recipe.arrivals if receipts else "none"]
        return (
            f"e.kind IN ({kinds}) AND {'1' if recipe.broken else 'b.ok'} AND NOT EXISTS (SELECT 1 FROM derived d "
            f"WHERE d.recipe = ? AND d.blob = e.blob AND d.salt = {salt})"
        )

    def _derive(
        self,
        recipes: Sequence[Recipe],
        ids: Sequence[int],
        queries: Sequence[tuple[int, str, tuple[object, ...]]],
        total: int,
        *,
        receipts: bool,
    ) -> None:
        rows: list[tuple[int, int, str, int, bytes | None]] = []
        done = 0
        tasks = self._to_derive(recipes, queries, receipts=receipts)
        for part in run_derive(self.setup(recipes, receipts=receipts), tasks, total, self.jobs):
            rows += [_derived(ids[row.recipe], row.blob, row.salt, row.result) for row in part]
            done += len(part)
            self.progress("计算", done, total)
            if len(rows) >= BATCH:
                self._keep_derived(rows)
                rows = []
        self._keep_derived(rows)

    def _to_derive(
        self, recipes: Sequence[Recipe], queries: Sequence[tuple[int, str, tuple[object, ...]]], *, receipts: bool
    ) -> Iterator[ToDerive]:
        for number, query, values in queries:
            salt = _SALT[recipes[number].arrivals if receipts else "none"]
            paths = [row[0] for row in self.db.execute(f"SELECT e.path FROM {query} ORDER BY e.path", values)]
            source = query.partition(" WHERE ")[0]
            snap = f"e.snap = {self.state.snap} AND " if source.startswith("entry") else ""
            for at in range(0, len(paths), 500):
                some = paths[at : at + 500]
                marks = ",".join("?" * len(some))
                yield from (
                    ToDerive(number, *row)
                    for row in self.db.execute(
                        f"SELECT e.path, b.oid, e.kind, e.blob, v.data, {salt} FROM {source} "
                        f"LEFT JOIN value v ON v.blob = e.blob WHERE {snap}e.path IN ({marks})",
                        some,
                    ).fetchall()
                )

    def _keep_derived(self, rows: Sequence[tuple[int, int, str, int, bytes | None]]) -> None:
        with transaction(self.db) as db:
            db.executemany("INSERT OR REPLACE INTO derived VALUES(?,?,?,?,?)", rows)

    # -- arrivals -------------------------------------------------------------------------------------

    def arrive(self, line: Line) -> None:
        """Note when each log entry of each record was received; changed ones have their recipes run again."""
        db = self.db
        snap = self.state.snap
        since = db.execute("SELECT gen FROM snap WHERE id = ?", (snap,)).fetchone()[0]
        gen = line.gen
        found: dict[str, str] = {}
        if gen > since:
            contents = self._stamps if since else self._all_stamps()
            found = {path: pack_days(days) for path, days in arrivals(line, since, contents)}
        rest = db.execute(f"SELECT path FROM entry WHERE snap = ? AND arr = '?' AND kind IN {RECORDS}", (snap,))
        for (path,) in rest.fetchall():
            if path not in found:
                now = self._stamps(path) if since else None
                found[path] = pack_days(arrivals_of(line, path, now) if now else ())
        with transaction(db):
            if not self.current():
                return  # another process moved the snapshot; the reader will notice and start again
            seq = self.state.seq + 1
            changed = db.executemany(
                "UPDATE entry SET arr = ?2, seq = ?4 WHERE snap = ?3 AND path = ?1 AND arr <> ?2",
                [(path, days, snap, seq) for path, days in found.items()],
            ).rowcount
            if changed > 0:
                self.state = Synced(snap, self.state.tree, seq)
            db.execute("UPDATE snap SET gen = ?, seq = ? WHERE id = ?", (gen, self.state.seq, snap))
        if self.edited:
            for (path,) in db.execute("SELECT path FROM temp.over WHERE mode <> ?", (GONE,)).fetchall():
                now = self._stamps(path, "temp.over e WHERE e.path = ?")
                days = pack_days(arrivals_of(line, path, now) if now else ())
                db.execute("UPDATE temp.over SET arr = ? WHERE path = ?", (days, path))

    def _all_stamps(self) -> Callable[[str], tuple[str, bytes] | None]:
        """Return what ``_stamps`` does for paths asked in order, by reading all of them once."""
        rows = self.db.execute(
            "SELECT e.path, b.oid, b.stamps FROM entry e CROSS JOIN blob b ON b.id = e.blob WHERE e.snap = ? "
            f"AND e.kind IN {RECORDS} ORDER BY e.path",
            (self.state.snap,),
        )
        here = next(rows, None)

        def stamps(path: str) -> tuple[str, bytes] | None:
            nonlocal here
            while here is not None and here[0] < path:
                here = next(rows, None)
            return (here[1], here[2]) if here is not None and here[0] == path else None

        return stamps

    def _stamps(self, path: str, where: str = "") -> tuple[str, bytes] | None:
        source, _, condition = (where or f"entry e WHERE e.snap = {self.state.snap} AND e.path = ?").partition(
            " WHERE "
        )
        row: tuple[str, bytes] | None = self.db.execute(
            f"SELECT b.oid, b.stamps FROM {source} JOIN blob b ON b.id = e.blob WHERE {condition}",
            (path,),
        ).fetchone()
        return row

    # -- asking ---------------------------------------------------------------------------------------

    def rows(self, columns: str, where: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return rows over what the view shows: entries (e), their contents (b), packed values (v)."""
        value = "LEFT JOIN value v ON v.blob = e.blob " if "v." in columns else ""
        joins = f"LEFT JOIN blob b ON b.id = e.blob {value}WHERE"
        found = self.db.execute(
            f"SELECT {columns} FROM entry e {joins} e.snap = ? AND {self._not_over}{where}",
            (self.state.snap, *values),
        ).fetchall()
        if self.edited:
            found += self.db.execute(
                f"SELECT {columns} FROM temp.over e {joins} e.mode <> 'gone' AND {where}",
                tuple(values),
            ).fetchall()
        return found

    def results(self, recipe: Recipe, since: int, after: str, limit: int, *, receipts: bool) -> list[Kept]:
        """Return a recipe's results.

        With ``since`` (an ordinal) those live on that day, in any order; else the first ``limit`` of all after
        the path ``after``, in path order.
        """
        columns = "SELECT e.path, e.kind, b.oid, d.payload, d.until FROM"
        salt = _SALT[recipe.arrivals] if receipts else "''"
        kept = f"d.payload IS NOT NULL AND d.salt = {salt}"
        number = self.recipe_id(recipe)
        snap = self.state.snap
        if since >= 0:
            found = self.db.execute(
                f"{columns} derived d CROSS JOIN entry e ON e.snap = ? AND e.blob = d.blob "
                f"CROSS JOIN blob b ON b.id = d.blob WHERE {self._not_over}d.recipe = ? AND d.until >= ? AND {kept}",
                (snap, number, since),
            ).fetchall()
            if self.edited:
                found += self.db.execute(
                    f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
                    f"AND d.blob = e.blob WHERE d.until >= ? AND {kept}",
                    (number, since),
                ).fetchall()
            return found
        page = f"e.path > ? AND {kept} ORDER BY e.path LIMIT {limit}"
        found = self.db.execute(
            f"{columns} entry e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
            f"AND d.blob = e.blob WHERE e.snap = ? AND {self._not_over}{page}",
            (number, snap, after),
        ).fetchall()
        if self.edited:
            found += self.db.execute(
                f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
                f"AND d.blob = e.blob WHERE {page}",
                (number, after),
            ).fetchall()
        return sorted(found)[:limit]

    def settled(self, recipe: Recipe, before: int, *, receipts: bool) -> list[Kept]:
        """Return what ``results`` does for results that have a payload and whose last day lies before ``before``."""
        columns = "SELECT e.path, e.kind, b.oid, d.payload, d.until FROM"
        salt = _SALT[recipe.arrivals if receipts else "none"]
        told = f"d.recipe = ? AND d.until < ? AND length(d.payload) > 4 AND d.salt = {salt}"
        number = self.recipe_id(recipe)
        found = self.db.execute(
            f"{columns} derived d CROSS JOIN entry e ON e.snap = ? AND e.blob = d.blob "
            f"CROSS JOIN blob b ON b.id = d.blob WHERE {self._not_over}{told}",
            (self.state.snap, number, before),
        ).fetchall()
        if self.edited:
            found += self.db.execute(
                f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.blob = e.blob "
                f"WHERE {told}",
                (number, before),
            ).fetchall()
        return found

    @property
    def _not_over(self) -> str:
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


def _derived(recipe: int, blob: int, salt: str, result: Result | None) -> tuple[int, int, str, int, bytes | None]:
    if result is None:
        return (recipe, blob, salt, 0, None)
    payload, live, until = result
    return (recipe, blob, salt, ALWAYS if live else until, seal(payload))


def _in_pack_order(tasks: list[ToJudge], order: Callable[[set[str]], list[str]]) -> Iterator[ToJudge]:
    """Sort contents as they lie in the packs: reading them so is several times cheaper."""
    places = {oid: number for number, oid in enumerate(order({task.oid for task in tasks}))}
    return iter(sorted(tasks, key=lambda task: places[task.oid]))
