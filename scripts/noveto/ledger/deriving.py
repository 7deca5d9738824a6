"""Running recipes on the records of a view that have no result of theirs yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from noveto.ledger.kept import SALT, ResultRow, result_row
from noveto.ledger.recipe import Recipe
from noveto.ledger.store import transaction
from noveto.ledger.sync import BATCH, Sync
from noveto.ledger.workers import Companion, ToDerive, run_derive

_PAGE = 500


def derive(
    sync: Sync, recipes: Sequence[Recipe], *, receipts: bool, companion: Callable[[], Companion] | None = None
) -> list[str]:
    """Run recipes on every record of the view that has no result of theirs yet.

    Return the paths of those that the ``companion`` has dealt with.
    """
    ids = [sync.recipes.row(recipe) for recipe in recipes]
    snap, seq = sync.state.snap, sync.state.seq
    ready = dict(sync.db.execute("SELECT recipe, seq FROM ready WHERE snap = ?", (snap,)).fetchall())
    late = [number for number, row in enumerate(ids) if ready.get(row, 0) < seq]
    wanted: dict[str, list[int]] = {}
    for number in late:
        since = ready.get(ids[number], 0)
        shown = f"entry e JOIN blob b ON b.id = e.blob WHERE e.snap = {snap} AND e.seq > {since} AND"
        _add(sync, wanted, shown, number, recipes[number], ids[number], receipts=receipts)
    over: dict[str, list[int]] = {}
    for number in range(len(recipes)) if sync.edited else ():
        shown = "temp.over e JOIN blob b ON b.id = e.blob WHERE"
        _add(sync, over, shown, number, recipes[number], ids[number], receipts=receipts)
    dealt = _run(sync, recipes, ids, wanted, over, receipts=receipts, companion=companion)
    if late:
        with transaction(sync.db) as db:
            if sync.current():
                db.executemany(
                    "INSERT OR REPLACE INTO ready VALUES(?,?,?)", [(snap, ids[number], seq) for number in late]
                )
    return dealt


def derive_some(sync: Sync, recipes: Sequence[Recipe], paths: Iterable[str], *, receipts: bool) -> None:
    """Run recipes on some files of the view, left in ``temp.some``, that have no result of theirs yet."""
    db, ids = sync.db, [sync.recipes.row(recipe) for recipe in recipes]
    db.execute("CREATE TEMP TABLE IF NOT EXISTS some(path TEXT PRIMARY KEY) WITHOUT ROWID")
    with transaction(db):
        db.execute("DELETE FROM temp.some")
        db.executemany("INSERT OR IGNORE INTO temp.some VALUES(?)", ((path,) for path in paths))
    db.execute("ANALYZE temp.some")  # else SQLite takes it for large, and reads all others for a Bloom filter first
    joined = "CROSS JOIN blob b ON b.id = e.blob WHERE"
    shown = f"temp.some s CROSS JOIN entry e ON e.snap = {sync.state.snap} AND e.path = s.path {joined} {sync.not_over}"
    wanted: dict[str, list[int]] = {}
    over: dict[str, list[int]] = {}
    for number, (recipe, row) in enumerate(zip(recipes, ids, strict=True)):
        _add(sync, wanted, shown, number, recipe, row, receipts=receipts)
        if sync.edited:
            edited = f"temp.some s CROSS JOIN temp.over e ON e.path = s.path {joined}"
            _add(sync, over, edited, number, recipe, row, receipts=receipts)
    _run(sync, recipes, ids, wanted, over, receipts=receipts)


def _add(
    sync: Sync, wanted: dict[str, list[int]], shown: str, number: int, recipe: Recipe, row: int, *, receipts: bool
) -> None:
    """Note which paths lack a result of a recipe."""
    kinds = ",".join(f"'{kind}'" for kind in recipe.kinds)
    salt = SALT[recipe.arrivals if receipts else "none"]
    found = sync.db.execute(
        f"SELECT e.path FROM {shown} e.kind IN ({kinds}) AND {'1' if recipe.broken else 'b.ok'} AND NOT EXISTS "
        f"(SELECT 1 FROM derived d WHERE d.recipe = ? AND d.blob = e.blob AND d.salt = {salt})",
        (row,),
    )
    for (path,) in found:
        wanted.setdefault(path, []).append(number)


def _run(
    sync: Sync, recipes: Sequence[Recipe], ids: Sequence[int], wanted: dict[str, list[int]], over: dict[str, list[int]],
    *, receipts: bool, companion: Callable[[], Companion] | None = None,
) -> list[str]:  # fmt: skip
    """Run what is wanted of the entries, and of the edits over them; return what the companion dealt with."""
    total = len(wanted) + len(over)
    if not total:
        return []
    tasks = chain(
        _tasks(sync, recipes, wanted, "entry e", f"e.snap = {sync.state.snap} AND ", receipts=receipts),
        _tasks(sync, recipes, over, "temp.over e", "", receipts=receipts),
    )
    rows: list[ResultRow] = []
    dealt: list[str] = []
    done = 0
    setup = replace(sync.setup(recipes, total, receipts=receipts), companion=companion)
    for part in run_derive(setup, tasks, total, sync.jobs):
        dealt += [row.path for row in part if row.path]
        rows += [result_row(ids[at], row.blob, salt, result) for row in part for at, salt, result in row.derived]
        done += len(part)
        sync.progress("计算", done, total)
        if len(rows) >= BATCH:
            _keep(sync, rows)
            rows = []
    _keep(sync, rows)
    return dealt


def _tasks(
    sync: Sync, recipes: Sequence[Recipe], wanted: dict[str, list[int]], source: str, snap: str, *, receipts: bool
) -> Iterator[ToDerive]:
    """Yield one task a record: what is wanted of it, with what it is kept under."""
    salts = [recipe.arrivals if receipts else "none" for recipe in recipes]
    paths = sorted(wanted)
    for at in range(0, len(paths), _PAGE):
        some = paths[at : at + _PAGE]
        rows = sync.db.execute(
            f"SELECT e.path, b.oid, e.kind, e.blob, v.data, b.veto, e.arr FROM {source} JOIN blob b ON b.id = e.blob "
            f"LEFT JOIN value v ON v.blob = e.blob WHERE {snap}e.path IN ({','.join('?' * len(some))})",
            some,
        ).fetchall()
        for path, oid, kind, blob, value, veto, arr in rows:
            numbers = wanted[path]
            late = {number for number in numbers if salts[number] == "all" or (veto and salts[number] == "veto")}
            first = [(number, "") for number in numbers if number not in late]
            yield ToDerive(path, oid, kind, blob, value, (*first, *((number, arr) for number in sorted(late))))


def _keep(sync: Sync, rows: Sequence[ResultRow]) -> None:
    with transaction(sync.db) as db:
        db.executemany("INSERT OR REPLACE INTO derived VALUES(?,?,?,?,?)", rows)
