"""Running recipes on the records of a view that have no result of theirs yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noveto.ledger.kept import SALT, ResultRow, result_row
from noveto.ledger.recipe import Recipe
from noveto.ledger.store import transaction
from noveto.ledger.sync import BATCH, Sync
from noveto.ledger.workers import ToDerive, run_derive


def derive(sync: Sync, recipes: Sequence[Recipe], *, receipts: bool) -> None:
    """Run recipes on every record of the view that has no result of theirs yet."""
    ids = [sync.recipes.row(recipe) for recipe in recipes]
    snap, seq = sync.state.snap, sync.state.seq
    ready = dict(sync.db.execute("SELECT recipe, seq FROM ready WHERE snap = ?", (snap,)).fetchall())
    late = [number for number, row in enumerate(ids) if ready.get(row, 0) < seq]
    queries: list[tuple[int, str, tuple[object, ...]]] = []
    for number in late:
        since = ready.get(ids[number], 0)
        where = _missing(recipes[number], receipts=receipts)
        shown = f"e.snap = {snap} AND e.seq > {since}"
        queries.append((number, f"entry e JOIN blob b ON b.id = e.blob WHERE {shown} AND {where}", (ids[number],)))
    if sync.edited:
        queries += [
            (
                number,
                f"temp.over e JOIN blob b ON b.id = e.blob WHERE {_missing(recipe, receipts=receipts)}",
                (ids[number],),
            )
            for number, recipe in enumerate(recipes)
        ]
    total = sum(sync.db.execute(f"SELECT count(*) FROM {query}", values).fetchone()[0] for _, query, values in queries)
    if total:
        _run(sync, recipes, ids, queries, total, receipts=receipts)
    if late:
        with transaction(sync.db) as db:
            if sync.current():
                db.executemany(
                    "INSERT OR REPLACE INTO ready VALUES(?,?,?)", [(snap, ids[number], seq) for number in late]
                )


def _missing(recipe: Recipe, *, receipts: bool) -> str:
    kinds = ",".join(f"'{kind}'" for kind in recipe.kinds)
    salt = SALT[recipe.arrivals if receipts else "none"]
    return (
        f"e.kind IN ({kinds}) AND {'1' if recipe.broken else 'b.ok'} AND NOT EXISTS (SELECT 1 FROM derived d "
        f"WHERE d.recipe = ? AND d.blob = e.blob AND d.salt = {salt})"
    )


def _run(
    sync: Sync,
    recipes: Sequence[Recipe],
    ids: Sequence[int],
    queries: Sequence[tuple[int, str, tuple[object, ...]]],
    total: int,
    *,
    receipts: bool,
) -> None:
    rows: list[ResultRow] = []
    done = 0
    tasks = _tasks(sync, recipes, queries, receipts=receipts)
    for part in run_derive(sync.setup(recipes, receipts=receipts), tasks, total, sync.jobs):
        rows += [result_row(ids[row.recipe], row.blob, row.salt, row.result) for row in part]
        done += len(part)
        sync.progress("计算", done, total)
        if len(rows) >= BATCH:
            _keep(sync, rows)
            rows = []
    _keep(sync, rows)


def _tasks(
    sync: Sync, recipes: Sequence[Recipe], queries: Sequence[tuple[int, str, tuple[object, ...]]], *, receipts: bool
) -> Iterator[ToDerive]:
    for number, query, values in queries:
        salt = SALT[recipes[number].arrivals if receipts else "none"]
        paths = [row[0] for row in sync.db.execute(f"SELECT e.path FROM {query} ORDER BY e.path", values)]
        source = query.partition(" WHERE ")[0]
        snap = f"e.snap = {sync.state.snap} AND " if source.startswith("entry") else ""
        for at in range(0, len(paths), 500):
            some = paths[at : at + 500]
            marks = ",".join("?" * len(some))
            yield from (
                ToDerive(number, *row)
                for row in sync.db.execute(
                    f"SELECT e.path, b.oid, e.kind, e.blob, v.data, {salt} FROM {source} "
                    f"LEFT JOIN value v ON v.blob = e.blob WHERE {snap}e.path IN ({marks})",
                    some,
                ).fetchall()
            )


def _keep(sync: Sync, rows: Sequence[ResultRow]) -> None:
    with transaction(sync.db) as db:
        db.executemany("INSERT OR REPLACE INTO derived VALUES(?,?,?,?,?)", rows)
