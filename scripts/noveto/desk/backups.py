"""Backups of the sealed register: copies taken while it is in use, put back whole, and when the last was taken."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from noveto.desk.vaultfile import SealedError, connect, prepare, refuse_git

APPLICATION = 0x4E765331  # "NvS1"

TABLES = """
CREATE TABLE IF NOT EXISTS backups (at TEXT PRIMARY KEY, entries INTEGER NOT NULL) STRICT;
"""


def copy(register: Path, target: Path) -> int:
    """Copy a register, in a consistent state while it is in use, to a new file; return its entries.

    Raises SealedError when the file exists, lies inside a Git repository or cannot be written.
    """
    refuse_git(target)
    if target.exists():
        raise SealedError(f"“{target}”已经有了，没有覆盖。请换一个文件名，例如带上日期。")
    prepare(target, "", APPLICATION)
    with closing(connect(register)) as here, closing(connect(target)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode = DELETE")
    return verify(target)


def put_back(register: Path, source: Path, tables: str) -> str:
    """Put a verified backup in a register's place; return the last day that was purged, "" for none.

    What is known of purges and backups stays known. Readers at work see the old or the new register, never a mixture.
    """
    with closing(connect(register)) as here:
        purged = here.execute("SELECT before, at, entries FROM purges").fetchall()
        taken = here.execute("SELECT at, entries FROM backups").fetchall()
        with closing(connect(source, read_only=True)) as there:
            there.backup(here)
        here.execute("PRAGMA journal_mode = WAL")
        here.executescript(tables)
        here.executemany("INSERT OR REPLACE INTO purges VALUES (?, ?, ?)", purged)
        here.executemany("INSERT OR REPLACE INTO backups VALUES (?, ?)", taken)
        return str(here.execute("SELECT max(before) FROM purges").fetchone()[0] or "")


def verify(path: Path) -> int:
    """Return how many entries a register or backup holds. Raises SealedError when it is damaged or none."""
    if not path.is_file():
        raise SealedError(f"没有“{path}”这个文件。请核对备份的位置。")
    try:
        with closing(connect(path, read_only=True)) as db:
            mine = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
            sound = mine and db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            if sound:
                return int(db.execute("SELECT count(*) FROM entries").fetchone()[0])
    except sqlite3.DatabaseError:
        sound = False
    raise SealedError(f"“{path}”不是密封册的备份，或者已经损坏，没有用它。请换一份备份。")


def last_taken(register: Path) -> str:
    """Return when the last backup of a register was taken, "" where none is known."""
    with closing(connect(register)) as db:
        return str(db.execute("SELECT max(at) FROM backups").fetchone()[0] or "")
