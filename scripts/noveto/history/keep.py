"""What an audit found, kept by commit, so that the next one only looks at what came since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from noveto.findings import Finding
from noveto.ledger.judge import pack_findings, unpack_findings
from noveto.ledger.store import Store, transaction

_TABLES = """
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told(part TEXT NOT NULL, place TEXT NOT NULL, findings BLOB NOT NULL,
  PRIMARY KEY(part, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS breaks(old TEXT NOT NULL, tip TEXT NOT NULL, PRIMARY KEY(old, tip)) WITHOUT ROWID
"""
_LAYOUT = 1


class Kept:
    """The file of kept findings; ``folder`` None keeps nothing.

    Findings lie under a part (``path``, ``commit``, ``receipts``, ``fit``, ``lost``) and a place in it.
    Forgetting them costs a full audit and nothing else, but for what only memory can tell: tips of the line
    seen before that are no longer on it (breaks), and receipts that were there (lost).
    """

    def __init__(self, folder: Path | None, key: str) -> None:
        self.store = Store(folder, f"audit-{_LAYOUT}", _TABLES, believed=True)
        if self.get("key") != key:
            with transaction(self.store.db) as db:
                db.execute("DELETE FROM told WHERE part <> 'lost'")
                db.execute("DELETE FROM meta WHERE key NOT IN ('tip', 'seen')")
            self.set(key=key)

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def get(self, key: str) -> str:
        """Return a noted value, "" at first."""
        row = self.store.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set(self, **values: str) -> None:
        """Note values."""
        self.store.db.executemany("INSERT OR REPLACE INTO meta VALUES(?,?)", list(values.items()))

    def put(self, part: str, found: Iterable[tuple[str, list[Finding]]]) -> None:
        """Replace what is kept for places; nothing is kept for a place without findings."""
        with transaction(self.store.db) as db:
            held = db.execute("SELECT 1 FROM told WHERE part = ? LIMIT 1", (part,)).fetchone() is not None
            for place, findings in found:
                if findings:
                    packed = pack_findings(findings) + b"\0" + "\n".join(one.file for one in findings).encode()
                    db.execute("INSERT OR REPLACE INTO told VALUES(?,?,?)", (part, place, packed))
                elif held:
                    db.execute("DELETE FROM told WHERE part = ? AND place = ?", (part, place))

    def clear(self, part: str) -> None:
        """Forget a part."""
        self.store.db.execute("DELETE FROM told WHERE part = ?", (part,))

    def places(self, part: str) -> list[str]:
        """Return the places of a part that have findings."""
        return [row[0] for row in self.store.db.execute("SELECT place FROM told WHERE part = ?", (part,))]

    def findings(self) -> Iterator[tuple[str, str, Finding]]:
        """Yield everything kept: part, place, finding."""
        for part, place, packed in self.store.db.execute("SELECT part, place, findings FROM told ORDER BY part, place"):
            for finding in _unpack(packed):
                yield part, place, finding

    def part(self, part: str) -> list[Finding]:
        """Return what is kept of one part."""
        rows = self.store.db.execute("SELECT findings FROM told WHERE part = ? ORDER BY place", (part,))
        return [finding for (packed,) in rows for finding in _unpack(packed)]

    def note_break(self, old: str, tip: str) -> None:
        """Note that the tip of an earlier audit is no longer on the line."""
        self.store.db.execute("INSERT OR IGNORE INTO breaks VALUES(?,?)", (old, tip))

    def breaks(self) -> list[tuple[str, str]]:
        """Return the noted breaks: the tip lost, and the tip that was there instead."""
        return self.store.db.execute("SELECT old, tip FROM breaks ORDER BY old").fetchall()

    def heal(self, old: str) -> None:
        """Forget a break: the old tip is on the line again."""
        self.store.db.execute("DELETE FROM breaks WHERE old = ?", (old,))


def _unpack(packed: bytes) -> list[Finding]:
    body, _, files = packed.rpartition(b"\0")
    names = files.decode().split("\n")
    if names.count(names[0]) == len(names):
        return unpack_findings(body, names[0])
    return [replace(one, file=name) for one, name in zip(unpack_findings(body, ""), names, strict=True)]
