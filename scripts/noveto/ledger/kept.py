"""How results of recipes are kept in the cache file: a row for each recipe, and one for each of its results."""

from __future__ import annotations

import sqlite3
import time

from noveto.ledger.judge import seal
from noveto.ledger.recipe import ALWAYS, Recipe, Result
from noveto.ledger.store import transaction

SALT = {"none": "''", "veto": "(CASE WHEN b.veto THEN e.arr ELSE '' END)", "all": "e.arr"}
"""What of the arrivals a result is kept under (SQL over an entry e and its content b), by the recipe's ``arrivals``."""

ResultRow = tuple[int, int, str, int, bytes | None]
"""A row of ``derived``: recipe, content, salt, last day, sealed payload."""


class RecipeRows:
    """The rows of recipes in one cache file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[tuple[str, str], int] = {}

    def row(self, recipe: Recipe) -> int:
        """Return the row of a recipe; results of its older keys are dropped, but for the last one."""
        known = self._known.get((recipe.name, recipe.key))
        if known is not None:
            return known
        db = self._db
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
        self._known[recipe.name, recipe.key] = int(row[0])
        return int(row[0])


def result_row(recipe: int, blob: int, salt: str, result: Result | None) -> ResultRow:
    """Return the row that keeps a result; one that says nothing is kept too, so that nobody asks again."""
    if result is None:
        return (recipe, blob, salt, 0, None)
    payload, live, until = result
    return (recipe, blob, salt, ALWAYS if live else until, seal(payload))
