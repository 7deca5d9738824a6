"""Noting in the cache when each log entry of each record was received."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from noveto.ledger.line import Line
from noveto.ledger.places import RECORDS
from noveto.ledger.receipts import arrivals, arrivals_of
from noveto.ledger.recipe import pack_days
from noveto.ledger.store import transaction
from noveto.ledger.sync import Sync, Synced
from noveto.ledger.view import GONE


def arrive(sync: Sync, line: Line) -> None:
    """Note when each log entry of each record was received; changed ones have their recipes run again."""
    db = sync.db
    snap = sync.state.snap
    since = db.execute("SELECT gen FROM snap WHERE id = ?", (snap,)).fetchone()[0]
    gen = line.gen
    found: dict[str, str] = {}
    if gen > since:
        contents = partial(_stamps, sync) if since else _all_stamps(sync)
        found = {path: pack_days(*came) for path, came in arrivals(line, since, contents)}
    rest = db.execute(f"SELECT path FROM entry WHERE snap = ? AND arr = '?' AND kind IN {RECORDS}", (snap,))
    for (path,) in rest.fetchall():
        if path not in found:
            now = _stamps(sync, path) if since else None
            found[path] = pack_days(*arrivals_of(line, path, now)) if now else pack_days(())
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
    if sync.edited:
        for (path,) in db.execute("SELECT path FROM temp.over WHERE mode <> ?", (GONE,)).fetchall():
            now = _stamps(sync, path, "temp.over e WHERE e.path = ?")
            days = pack_days(*arrivals_of(line, path, now)) if now else pack_days(())
            db.execute("UPDATE temp.over SET arr = ? WHERE path = ?", (days, path))


def _all_stamps(sync: Sync) -> Callable[[str], tuple[str, bytes] | None]:
    """Return what ``_stamps`` does for paths asked in order, by reading all of them once."""
    rows = sync.db.execute(
        "SELECT e.path, b.oid, b.stamps FROM entry e CROSS JOIN blob b ON b.id = e.blob WHERE e.snap = ? "
        f"AND e.kind IN {RECORDS} ORDER BY e.path",
        (sync.state.snap,),
    )
    here = next(rows, None)

    def stamps(path: str) -> tuple[str, bytes] | None:
        nonlocal here
        while here is not None and here[0] < path:
            here = next(rows, None)
        return (here[1], here[2]) if here is not None and here[0] == path else None

    return stamps


def _stamps(sync: Sync, path: str, where: str = "") -> tuple[str, bytes] | None:
    source, _, condition = (where or f"entry e WHERE e.snap = {sync.state.snap} AND e.path = ?").partition(" WHERE ")
    row: tuple[str, bytes] | None = sync.db.execute(
        f"SELECT b.oid, b.stamps FROM {source} JOIN blob b ON b.id = e.blob WHERE {condition}",
        (path,),
    ).fetchone()
    return row
