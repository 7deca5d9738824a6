"""Questions to a cache that shows its view: entries and contents, and the results of recipes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noveto.ledger.judge import unseal
from noveto.ledger.kept import SALT
from noveto.ledger.recipe import ALWAYS, Derived, Recipe
from noveto.ledger.sync import Sync

Kept = tuple[str, str, str, bytes, int]
"""A kept result: path, kind, id of the content, sealed payload, last day."""


def derived(row: Kept) -> Derived:
    """Return a kept result as it is told. Raises DamagedError when its bytes are not those that were kept."""
    path, kind, oid, payload, until = row
    return Derived(path, kind, oid, unseal(payload), until == ALWAYS)


def rows(sync: Sync, columns: str, where: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """Return rows over what the view shows: entries (e), their contents (b), packed values (v)."""
    value = "LEFT JOIN value v ON v.blob = e.blob " if "v." in columns else ""
    content = "LEFT JOIN blob b ON b.id = e.blob " if value or "b." in columns + where else ""
    joins = f"{content}{value}WHERE"
    found = sync.db.execute(
        f"SELECT {columns} FROM entry e {joins} e.snap = ? AND {sync.not_over}{where}",
        (sync.state.snap, *values),
    ).fetchall()
    if sync.edited:
        found += sync.db.execute(
            f"SELECT {columns} FROM temp.over e {joins} e.mode <> 'gone' AND {where}",
            tuple(values),
        ).fetchall()
    return found


def results(sync: Sync, recipe: Recipe, since: int, after: str, limit: int, *, receipts: bool) -> list[Kept]:
    """Return a recipe's results.

    With ``since`` (an ordinal) those live on that day, in any order; else the first ``limit`` of all after
    the path ``after``, in path order.
    """
    columns = "SELECT e.path, e.kind, b.oid, d.payload, d.until FROM"
    salt = SALT[recipe.arrivals] if receipts else "''"
    kept = f"d.payload IS NOT NULL AND d.salt = {salt}"
    number = sync.recipes.row(recipe)
    snap = sync.state.snap
    if since >= 0:
        found = sync.db.execute(
            f"{columns} derived d CROSS JOIN entry e ON e.snap = ? AND e.blob = d.blob "
            f"CROSS JOIN blob b ON b.id = d.blob WHERE {sync.not_over}d.recipe = ? AND d.until >= ? AND {kept}",
            (snap, number, since),
        ).fetchall()
        if sync.edited:
            found += sync.db.execute(
                f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
                f"AND d.blob = e.blob WHERE d.until >= ? AND {kept}",
                (number, since),
            ).fetchall()
        return found
    page = f"e.path > ? AND {kept} ORDER BY e.path LIMIT {limit}"
    found = sync.db.execute(
        f"{columns} entry e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
        f"AND d.blob = e.blob WHERE e.snap = ? AND {sync.not_over}{page}",
        (number, snap, after),
    ).fetchall()
    if sync.edited:
        found += sync.db.execute(
            f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? "
            f"AND d.blob = e.blob WHERE {page}",
            (number, after),
        ).fetchall()
    return sorted(found)[:limit]


def some(sync: Sync, recipe: Recipe, *, receipts: bool) -> list[Kept]:
    """Return what ``results`` does for the files in ``temp.some`` (see ``derive_some``), in any order."""
    columns = "SELECT e.path, e.kind, b.oid, d.payload, d.until FROM temp.some s CROSS JOIN"
    joins = "CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.recipe = ? AND d.blob = e.blob"
    told = f"d.payload IS NOT NULL AND d.salt = {SALT[recipe.arrivals if receipts else 'none']}"
    number = sync.recipes.row(recipe)
    found = sync.db.execute(
        f"{columns} entry e ON e.snap = ? AND e.path = s.path {joins} WHERE {sync.not_over}{told}",
        (sync.state.snap, number),
    ).fetchall()
    if sync.edited:
        found += sync.db.execute(
            f"{columns} temp.over e ON e.path = s.path {joins} WHERE {told}",
            (number,),
        ).fetchall()
    return found


def settled(sync: Sync, recipe: Recipe, before: int, *, receipts: bool) -> list[Kept]:
    """Return what ``results`` does for results that have a payload and whose last day lies before ``before``."""
    columns = "SELECT e.path, e.kind, b.oid, d.payload, d.until FROM"
    salt = SALT[recipe.arrivals if receipts else "none"]
    told = f"d.recipe = ? AND d.until < ? AND length(d.payload) > 4 AND d.salt = {salt}"
    number = sync.recipes.row(recipe)
    found = sync.db.execute(
        f"{columns} derived d CROSS JOIN entry e ON e.snap = ? AND e.blob = d.blob "
        f"CROSS JOIN blob b ON b.id = d.blob WHERE {sync.not_over}{told}",
        (sync.state.snap, number, before),
    ).fetchall()
    if sync.edited:
        found += sync.db.execute(
            f"{columns} temp.over e CROSS JOIN blob b ON b.id = e.blob CROSS JOIN derived d ON d.blob = e.blob "
            f"WHERE {told}",
            (number, before),
        ).fetchall()
    return found
