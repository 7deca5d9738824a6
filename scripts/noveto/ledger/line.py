"""The first-parent line of a ledger, read in one pass of ``git log`` and kept by commit.

``noveto audit`` and the arrivals read it; a second run only asks Git for the commits since.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from noveto.errors import UserError
from noveto.gitio import NotFoundError, Repo
from noveto.gitio.log import RawChange
from noveto.ledger.store import DAMAGE, Store, transaction
from noveto.ledger.tables import LINE, LINE_INDEXES, LINE_LAYOUT
from noveto.ledger.versions import Arrived, Change, Received, Version

FOLDERS = ("records/", "schema/")
_BATCH = 20_000
_NAME = f"line-{LINE_LAYOUT}"


_first = itemgetter(0)
_CHANGE = "p.path, c.seq, c.status, c.mode, c.oid"


class Line:
    """The cached first-parent line. Open it, ``update`` it to a tip, then ask; close it at the end.

    Like the ledger's cache it may be deleted or broken at any time and is then read again.
    """

    def __init__(self, folder: Path | None, repo: Repo) -> None:
        self.repo = repo
        self.store = Store(folder, _NAME, LINE)

    @staticmethod
    def place(folder: Path) -> Path:
        """Return the file in the cache ``folder`` that holds a line."""
        return folder / f"{_NAME}.sqlite"

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of the cache file."""
        return self.store.db

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    # -- reading Git ----------------------------------------------------------------------------------

    @property
    def tip(self) -> str:
        """The last commit read, "" at first."""
        row = self.db.execute("SELECT value FROM meta WHERE key = 'tip'").fetchone()
        return str(row[0]) if row else ""

    def update(self, tip: str) -> None:
        """Read the line up to ``tip`` (a commit id), only what is new where that is possible.

        A tip on the line already read changes nothing. Raises UserError for a shallow clone, whose dates
        and authors would be wrong, and GitError.
        """
        if self.repo.is_shallow:
            raise UserError(
                "这是浅克隆，历史不全，收到日期会算错。请先执行 git fetch --unshallow（或者重新完整克隆）。"
            )
        try:
            if self.seq_of(tip) is None:
                self._update(tip)
        except DAMAGE as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            self.store.rebuild()
            self._update(tip)

    def _update(self, tip: str) -> None:
        known = self.tip
        if known:
            try:
                if self._append(tip, known):
                    return
            except NotFoundError:
                pass  # the line was rewritten and what we knew is gone
        with transaction(self.db) as db:
            for table in ("commits", "paths", "changes", "meta"):
                db.execute(f"DELETE FROM {table}")
        self._read(self.repo.raw_log(tip), tip)

    def _append(self, tip: str, known: str) -> bool:
        """Read the commits since; False when they do not join the line that is known."""
        commits = self.repo.raw_log(tip, since=known)
        first = next(commits, None)
        parents = first[0][1].decode().split() if first else []
        seq = self.seq_of(parents[0]) if parents else None
        if first is None or seq is None:
            return False
        if parents[0] != known:
            self._cut(seq)
        self._read(chain([first], commits), tip)
        return True

    def end_at(self, tip: str) -> None:
        """Forget what lies after ``tip``, a commit of the line: main has been set back to it."""
        seq = self.seq_of(tip)
        if seq is None or self.tip == tip:
            return
        self._cut(seq)
        gen = self.db.execute("SELECT max(gen) FROM paths").fetchone()[0] or 0
        with transaction(self.db) as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES('tip', ?)", (tip,))
            db.execute("INSERT OR REPLACE INTO meta VALUES('gen', ?)", (str(gen),))

    def _cut(self, seq: int) -> None:
        """Forget what lies after ``seq``: another branch, or a rewritten line."""
        with transaction(self.db) as db:
            db.execute(
                "UPDATE paths SET gen = ? WHERE id IN (SELECT path FROM changes WHERE seq > ?)", (self._next_gen(), seq)
            )
            db.execute("DELETE FROM changes WHERE seq > ?", (seq,))
            db.execute("DELETE FROM commits WHERE seq > ?", (seq,))

    def _read(self, commits: Iterable[tuple[list[bytes], list[RawChange]]], tip: str) -> None:
        db = self.db
        gen = self._next_gen()
        with transaction(db):
            ids: dict[str, int] = dict(db.execute("SELECT path, id FROM paths")) if self._few() else {}
            first = not ids and db.execute("SELECT 1 FROM commits LIMIT 1").fetchone() is None
            for index in LINE_INDEXES if first else ():
                db.execute(f"DROP INDEX IF EXISTS {index}")
            seq = db.execute("SELECT coalesce(max(seq), 0) FROM commits").fetchone()[0]
            touched: set[int] = set()
            heads: list[tuple[int, str, str, str, str, int]] = []
            rows: list[tuple[int, int, str, str, str]] = []
            for (oid, parents, author, email, time, *_), changes in commits:
                seq += 1
                heads.append((
                    seq, oid.decode(), parents.decode(), author.decode("utf-8", "replace"),
                    email.decode("utf-8", "replace"), int(time or 0),
                ))  # fmt: skip
                for path, status, _, new, mode in changes:
                    if path.startswith(FOLDERS):
                        number = ids.get(path)
                        if number is None:
                            number = ids[path] = self._path_id(path, gen)
                        if not first:
                            touched.add(number)
                        rows.append((number, seq, status, mode, new))
                if len(rows) + len(heads) > _BATCH:
                    self._write(heads, rows)
                    heads, rows = [], []
            self._write(heads, rows)
            for index in LINE_INDEXES.values() if first else ():
                db.execute(index)
            db.executemany("UPDATE paths SET gen = ? WHERE id = ? AND gen <> ?", ((gen, n, gen) for n in touched))
            db.execute("INSERT OR REPLACE INTO meta VALUES('tip', ?)", (tip,))
            db.execute("INSERT OR REPLACE INTO meta VALUES('gen', ?)", (str(gen),))

    def _few(self) -> bool:
        """Return whether the paths are few enough to be held all at once while reading."""
        found = self.db.execute("SELECT count(*) FROM (SELECT 1 FROM paths LIMIT 5000)").fetchone()[0]
        return int(found) < 5000

    def _path_id(self, path: str, gen: int) -> int:
        made = self.db.execute("INSERT OR IGNORE INTO paths(path, gen) VALUES(?,?)", (path, gen))
        if made.rowcount == 1:
            return made.lastrowid or 0
        return int(self.db.execute("SELECT id FROM paths WHERE path = ?", (path,)).fetchone()[0])

    def _write(
        self, heads: list[tuple[int, str, str, str, str, int]], rows: list[tuple[int, int, str, str, str]]
    ) -> None:
        self.db.executemany("INSERT INTO commits VALUES(?,?,?,?,?,?)", heads)
        self.db.executemany("INSERT OR REPLACE INTO changes VALUES(?,?,?,?,?)", rows)

    def _next_gen(self) -> int:
        return max(self.gen + 1, time.time_ns())

    # -- asking ---------------------------------------------------------------------------------------

    @property
    def gen(self) -> int:
        """A number that grows whenever versions or receipts were added."""
        row = self.db.execute("SELECT value FROM meta WHERE key = 'gen'").fetchone()
        return int(row[0]) if row else 0

    @property
    def mended(self) -> str:
        """A mark that changes whenever a receipt was changed or lost, not when receipts were only added."""
        row = self.db.execute("SELECT value FROM meta WHERE key = 'mended'").fetchone()
        return str(row[0]) if row else ""

    def seq_of(self, commit: str) -> int | None:
        """Return the place of a commit on the line (from 1), None when it is not on it."""
        row = self.db.execute("SELECT seq FROM commits WHERE oid = ?", (commit,)).fetchone()
        return int(row[0]) if row else None

    def versions(self, path: str) -> list[Version]:
        """Return every version of ``path`` on the line, oldest first."""
        return [
            Version(*row)
            for row in self.db.execute(
                "SELECT c.seq, k.oid, c.status, c.mode, c.oid, r.day FROM paths p JOIN changes c ON c.path = p.id "
                "JOIN commits k ON k.seq = c.seq LEFT JOIN receipts r ON r.oid = k.oid WHERE p.path = ? ORDER BY c.seq",
                (path,),
            )
        ]

    def arrived(self, paths: Sequence[str], upto: str = "") -> dict[str, list[Arrived]]:
        """Return how several paths (a few hundred at most) came to be what they are, oldest version first; with
        ``upto`` (a commit of the line), what they were then. A line may reach further than the view it is asked for."""
        last = self.seq_of(upto) if upto else None
        rows = self.db.execute(
            "SELECT p.path, k.oid, c.oid, r.day FROM paths p JOIN changes c ON c.path = p.id "
            "JOIN commits k ON k.seq = c.seq LEFT JOIN receipts r ON r.oid = k.oid "
            f"WHERE p.path IN ({','.join('?' * len(paths))}) AND (? IS NULL OR c.seq <= ?) ORDER BY p.path, c.seq",
            [*paths, last, last],
        )
        found: dict[str, list[Arrived]] = {}
        for path, commit, oid, day in rows:
            found.setdefault(path, []).append((commit, oid, day))
        return found

    def changed(self, since: int, last: int) -> Iterator[tuple[str, list[Change]]]:
        """Yield (path, its changes up to the place ``last``, oldest first) in path order for every path whose versions
        or receipts changed after generation ``since``."""
        # Found first: few among many are not sought in path order.
        rows = self.db.execute(
            "WITH p AS MATERIALIZED (SELECT id, path FROM paths WHERE gen > ?) "
            f"SELECT {_CHANGE} FROM p CROSS JOIN changes c ON c.path = p.id WHERE c.seq <= ? ORDER BY p.path, c.seq",
            (since, last),
        )
        return _by_path(rows)

    def changed_within(self, after: str, upto: str, since: int, last: int) -> Iterator[tuple[str, list[Change]]]:
        """Yield what ``changed`` does of the paths behind ``after`` and up to ``upto``."""
        rows = self.db.execute(
            f"SELECT {_CHANGE} FROM paths p CROSS JOIN changes c ON c.path = p.id "
            "WHERE p.path > ? AND p.path <= ? AND p.gen > ? AND c.seq <= ? ORDER BY p.path, c.seq",
            (after, upto, since, last),
        )
        return _by_path(rows)

    def paths_since(self, since: int) -> int:
        """Return how many paths changed after generation ``since``."""
        return int(self.db.execute("SELECT count(*) FROM paths WHERE gen > ?", (since,)).fetchone()[0])

    def every(self, step: int) -> list[str]:
        """Return every ``step``-th path of all in path order."""
        rows = self.db.execute("SELECT path FROM paths ORDER BY path")
        return [path for (path,) in islice(rows, step, None, step)]

    def received(self, since: int) -> Iterator[tuple[str, list[Received]]]:
        """Yield (path, what came when) in path order for every path whose versions or receipts changed after
        generation ``since``."""
        # Few paths are new after an update: found first, they are not sought through all in path order.
        rows = self.db.execute(
            "WITH p AS MATERIALIZED (SELECT id, path FROM paths WHERE gen > ?) "
            "SELECT p.path, c.oid, r.day FROM p CROSS JOIN changes c ON c.path = p.id "
            "JOIN commits k ON k.seq = c.seq LEFT JOIN receipts r ON r.oid = k.oid ORDER BY p.path, c.seq",
            (since,),
        )
        for path, group in groupby(rows, _first):
            yield path, [row[1:] for row in group]


def _by_path(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, list[Change]]]:
    for path, group in groupby(rows, _first):
        yield path, [Change._make(row[1:]) for row in group]
