"""The queue of accepted acts: on disk before anybody is told so, each key once, until main has the act.

An act is ``waiting``; ``working`` while a commit for it is being made (``base`` is main before it); then ``done``,
or ``conflict`` (somebody else wrote meanwhile) or ``refused`` (the checker's errors), which its author has to see.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noveto.desk.vaultfile import change, connect, prepare, refuse_git

_APPLICATION = 0x4E767131  # "Nvq1"
_TROUBLE = "没有收下：办件台的磁盘写不进去。请别关页面，稍后再交；一直不行请找管理员。"
_TABLES = """
CREATE TABLE IF NOT EXISTS acts (
  n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, staff TEXT NOT NULL, record TEXT NOT NULL,
  accepted TEXT NOT NULL, state TEXT NOT NULL, base TEXT NOT NULL, payload TEXT NOT NULL, result TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS acts_state ON acts (state);
CREATE INDEX IF NOT EXISTS acts_staff ON acts (staff, state);
"""
_COLUMNS = "n, key, staff, record, accepted, state, base, payload, result"


@dataclass(frozen=True, slots=True)
class Act:
    """One accepted act. ``payload`` is what is to be written, ``result`` what became of it."""

    n: int
    key: str
    staff: str
    record: str
    accepted: str
    state: str
    base: str
    payload: Mapping[str, Any]
    result: Mapping[str, Any]


class Queue:
    """The acts of one desk; threads and processes may share it, one worker empties it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Queue:
        """Open the queue in ``path``, making it where there is none. Raises UserError inside a Git repository."""
        refuse_git(path)
        prepare(path, _TABLES, _APPLICATION)
        return cls(path)

    def accept(self, key: str, staff: str, record: str, accepted: str, payload: Mapping[str, Any]) -> Act:
        """Keep an act; it is on disk when this returns. A key that is known already changes nothing.

        Raises UserError when the disk refuses, and PermissionError for a key that is another person's.
        """
        text = json.dumps(dict(payload), ensure_ascii=False)
        with change(self.path, _TROUBLE) as db:
            db.execute(
                "INSERT INTO acts (key, staff, record, accepted, state, base, payload, result)"
                " VALUES (?, ?, ?, ?, 'waiting', '', ?, '{}') ON CONFLICT (key) DO NOTHING",
                (key, staff, record, accepted, text),
            )
        act = self.get(key)
        if act is None or act.staff != staff:
            raise PermissionError(key)
        return act

    def get(self, key: str) -> Act | None:
        """Return an act by its key."""
        return next(iter(self._rows("key = ?", (key,))), None)

    def of(self, staff: str) -> Sequence[Act]:
        """Return a person's acts that are not in main yet, the oldest first."""
        return self._rows("staff = ? AND state <> 'done' AND state <> 'dropped'", (staff,))

    def waiting(self, limit: int = 40) -> Sequence[Act]:
        """Return the next acts to do, in the order in which they were accepted."""
        return self._rows(f"state = 'waiting' ORDER BY n LIMIT {limit:d}", ())

    def working(self) -> Sequence[Act]:
        """Return the acts a worker had begun: after a power cut main has to be asked for them."""
        return self._rows("state = 'working' ORDER BY n", ())

    def length(self) -> int:
        """Return how many acts are not in main yet."""
        with closing(connect(self.path)) as db:
            return int(db.execute("SELECT count(*) FROM acts WHERE state IN ('waiting','working')").fetchone()[0])

    def oldest(self) -> str:
        """Return when the oldest act that is not in main yet was accepted, "" when there is none."""
        with closing(connect(self.path)) as db:
            found = db.execute("SELECT min(accepted) FROM acts WHERE state IN ('waiting','working')").fetchone()[0]
            return str(found or "")

    def begin(self, acts: Sequence[Act], base: str) -> None:
        """Note that commits for these acts are being made onto ``base``."""
        with change(self.path, _TROUBLE) as db:
            db.executemany("UPDATE acts SET state = 'working', base = ? WHERE n = ?", [(base, act.n) for act in acts])

    def put_back(self, acts: Sequence[Act]) -> None:
        """Let acts wait again: main had moved."""
        with change(self.path, _TROUBLE) as db:
            db.executemany("UPDATE acts SET state = 'waiting' WHERE n = ?", [(act.n,) for act in acts])

    def settle(self, outcomes: Sequence[tuple[Act, str, Mapping[str, Any]]]) -> None:
        """Note what became of acts: (act, state, result); a result may name the record's final ``record``."""
        rows = [
            (state, json.dumps(dict(result), ensure_ascii=False), str(result.get("record") or act.record), act.n)
            for act, state, result in outcomes
        ]
        with change(self.path, _TROUBLE) as db:
            db.executemany("UPDATE acts SET state = ?, result = ?, record = ? WHERE n = ?", rows)

    def drop(self, key: str, staff: str) -> bool:
        """Give up an act that came back (conflict, refused); False for any other."""
        with change(self.path, _TROUBLE) as db:
            done = db.execute(
                "UPDATE acts SET state = 'dropped' WHERE key = ? AND staff = ? AND state IN ('conflict', 'refused')",
                (key, staff),
            ).rowcount
        return bool(done)

    def _rows(self, where: str, values: tuple[object, ...]) -> list[Act]:
        with closing(connect(self.path)) as db:
            rows: list[sqlite3.Row] = db.execute(f"SELECT {_COLUMNS} FROM acts WHERE {where}", values).fetchall()  # noqa: S608
        return [
            Act(row[0], row[1], row[2], row[3], row[4], row[5], row[6], json.loads(row[7]), json.loads(row[8]))
            for row in rows
        ]
