"""Noting in the cache when each log entry of a record was received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from noveto.ledger.line import Line
from noveto.ledger.places import RECORDS
from noveto.ledger.receipts import Content, arrivals, arrivals_among
from noveto.ledger.recipe import Recipe, pack_days
from noveto.ledger.store import transaction
from noveto.ledger.sync import Sync, Synced
from noveto.ledger.view import GONE

_PAGE = 500
_CONTENT = "SELECT e.path, b.oid, b.stamps FROM"
_CONTENTS = "CROSS JOIN blob b ON b.id = e.blob WHERE"


class Whose(NamedTuple):
    """Whose arrivals are asked for: a condition (SQL) on an entry e and its content b.

    ``mark`` is the row of ``ready`` that says up to which change of the snapshot they are known, None where they are
    asked for by path.
    """

    where: str
    mark: int | None = None
    values: tuple[str, ...] = ()


EVERY = Whose("1", mark=-1)
VETO = Whose("b.veto", mark=-2)
"""Records that propose a veto: the only ones whose clocks depend on receipts."""


def whose(recipes: Sequence[Recipe]) -> Whose:
    """Return whose arrivals recipes that depend on them ask for."""
    return EVERY if any(recipe.arrivals == "all" for recipe in recipes) else VETO


def at_paths(paths: Sequence[str]) -> Whose:
    """Ask for the records at these paths (a few hundred at most)."""
    return Whose(f"e.path IN ({','.join('?' * len(paths))})", values=tuple(paths))


def arrive(sync: Sync, line: Line, wanted: Whose) -> None:
    """Note when each log entry of the records wanted was received; changed ones have their recipes run again."""
    db = sync.db
    snap = sync.state.snap
    since = db.execute("SELECT gen FROM snap WHERE id = ?", (snap,)).fetchone()[0]
    gen = line.gen
    found: dict[str, str] = {}
    if gen > since > 0:
        found = {path: pack_days(*came) for path, came in arrivals(line, since, lambda path: _content(sync, path))}
    for some in _pages(_unknown(sync, wanted)):
        found.update((path, pack_days(*came)) for path, came in arrivals_among(line, some))
    if found or gen != since or wanted.mark is not None:
        _note(sync, found, gen, wanted)
    if sync.edited:
        edits = db.execute(f"{_CONTENT} temp.over e {_CONTENTS} e.arr = '?' AND e.mode <> ?", (GONE,)).fetchall()
        for some in _pages(edits):
            came_all = [(pack_days(*came), path) for path, came in arrivals_among(line, some)]
            db.executemany("UPDATE temp.over SET arr = ? WHERE path = ?", came_all)


def _note(sync: Sync, found: dict[str, str], gen: int, wanted: Whose) -> None:
    """Keep what was found."""
    db, snap = sync.db, sync.state.snap
    with transaction(db):
        if not sync.current():
            return  # another process moved the snapshot; the reader will notice and start again
        seq = sync.state.seq + 1
        changed = db.executemany(
            "UPDATE entry SET arr = ?2, seq = ?4 WHERE snap = ?3 AND path = ?1 AND arr <> ?2",
            [(path, days, snap, seq) for path, days in found.items()],
        ).rowcount
        if changed > 0:
            sync.state = Synced(snap, sync.state.tree, seq)
        db.execute("UPDATE snap SET gen = ?, seq = ? WHERE id = ?", (gen, sync.state.seq, snap))
        if wanted.mark is not None:
            db.execute("INSERT OR REPLACE INTO ready VALUES(?,?,?)", (snap, wanted.mark, sync.state.seq))


def _unknown(sync: Sync, wanted: Whose) -> list[tuple[str, str, bytes]]:
    """Return path, id and stamps of the contents wanted whose arrivals nobody has worked out.

    What was known before needs no look again: only what changed in the snapshot since then.
    """
    since = 0
    if wanted.mark is not None:
        mark = "SELECT coalesce(max(seq), 0) FROM ready WHERE snap = ? AND recipe = ?"
        since = sync.db.execute(mark, (sync.state.snap, wanted.mark)).fetchone()[0]
    return sync.db.execute(
        f"{_CONTENT} entry e {_CONTENTS} e.snap = ? AND e.seq > ? AND +e.arr = '?' AND +e.kind IN {RECORDS} "
        f"AND {wanted.where}",
        (sync.state.snap, since, *wanted.values),
    ).fetchall()


def _content(sync: Sync, path: str) -> Content | None:
    row: Content | None = sync.db.execute(
        f"SELECT b.oid, b.stamps FROM entry e {_CONTENTS} e.snap = ? AND e.path = ?", (sync.state.snap, path)
    ).fetchone()
    return row


def _pages(rows: Sequence[tuple[str, str, bytes]]) -> Iterator[dict[str, Content]]:
    for at in range(0, len(rows), _PAGE):
        yield {path: (oid, stamps) for path, oid, stamps in rows[at : at + _PAGE]}
