"""已读: who has opened a record since it was handed to her. A convenience of the desk, no part of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from noveto.desk.vaultfile import change, connect, prepare, refuse_git

_APPLICATION = 0x4E767331  # "Nvs1"
_TROUBLE = "没有记下已读。"
_TABLES = """
CREATE TABLE IF NOT EXISTS looks (
  record TEXT NOT NULL, n INTEGER NOT NULL, staff TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (record, n, staff)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (at TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One person's first look at a record when its log had ``n`` entries."""

    n: int
    staff: str
    at: datetime


class Seen:
    """The looks of one desk; safe to share between threads."""

    def __init__(self, path: Path, begun: datetime) -> None:
        self.path = path
        self.begun = begun

    @classmethod
    def open(cls, path: Path, now: datetime) -> Seen:
        """Open the looks in ``path``, making it where there is none: what was handed over earlier is not asked."""
        refuse_git(path)
        prepare(path, _TABLES, _APPLICATION)
        with change(path, _TROUBLE) as db:
            db.execute("INSERT INTO begun SELECT ? WHERE NOT EXISTS (SELECT 1 FROM begun)", (_stamp(now),))
            begun = str(db.execute("SELECT at FROM begun").fetchone()[0])
        return cls(path, datetime.fromisoformat(begun))

    def note(self, record: str, n: int, staff: str, now: datetime) -> None:
        """Note a look; only the first at each length of the log counts."""
        with closing(connect(self.path)) as db:
            if db.execute(
                "SELECT 1 FROM looks WHERE record = ? AND n = ? AND staff = ?", (record, n, staff)
            ).fetchone():
                return
        with change(self.path, _TROUBLE) as db:
            db.execute("INSERT OR IGNORE INTO looks VALUES (?, ?, ?, ?)", (record, n, staff, _stamp(now)))

    def of(self, records: Iterable[str]) -> Mapping[str, list[Look]]:
        """Return the looks at some records, the earliest first."""
        found: dict[str, list[Look]] = {}
        names = list(dict.fromkeys(records))
        with closing(connect(self.path)) as db:
            for start in range(0, len(names), 500):
                part = names[start : start + 500]
                marks = ",".join("?" * len(part))
                rows = db.execute(f"SELECT record, n, staff, at FROM looks WHERE record IN ({marks}) ORDER BY at", part)  # noqa: S608 - only question marks are put in
                for record, n, staff, at in rows:
                    found.setdefault(record, []).append(Look(n, staff, datetime.fromisoformat(at)))
        return found


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
