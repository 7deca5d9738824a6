"""A cache file: SQLite, keyed by content. Deleting or breaking it costs time, never a result."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

_KEEP_FILES = 3

DAMAGE = (sqlite3.DatabaseError, ValueError, TypeError)
"""What a damaged cache file raises: SQLite's own, and what its contents become when bytes of them were changed (a
text that is no UTF-8, a number that is none, nothing where something must be)."""


class Store:
    """One cache file, or a private temporary one where there is nowhere to keep it.

    A shared lock on a neighbouring file is held while the cache is open: whoever finds the cache broken may
    replace it only when alone, and otherwise works with a temporary one. The last to close it notes the file's time
    and size in the lock file; a file that was written to since is not believed, for SQLite does not notice a changed
    byte. ``believed`` turns that off for a file that holds what cannot be worked out again.
    """

    def __init__(self, folder: Path | None, name: str, tables: str, *, believed: bool = False) -> None:
        self.path = folder / f"{name}.sqlite" if folder else None
        self._tables = tables
        self._believed = believed
        self._lock: int | None = None
        self.db = self._open()

    @property
    def kept(self) -> bool:
        """Whether the cache outlives this process."""
        return self.path is not None

    def _open(self) -> sqlite3.Connection:
        if self.path is not None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._share()
                self._inspect(self.path)
                fresh = not self.path.exists()
                db = _connect(self.path, self._tables)
            except DAMAGE:
                if self._replace():
                    with contextlib.suppress(*DAMAGE, OSError):
                        return _connect(self.path, self._tables)
            except OSError:
                pass
            else:
                if fresh:
                    _sweep(self.path)
                return db
            self._release()
            self.path = None
        return _connect(None, self._tables)

    def rebuild(self) -> None:
        """Start over with an empty cache: the file is damaged. What others have open is left alone."""
        with contextlib.suppress(sqlite3.Error):
            self.db.close()
        if self.path is not None and not self._replace():
            self._release()
            self.path = None
        self.db = self._open()

    def alone(self) -> bool:
        """Return whether no other process has the cache open."""
        if self._lock is None:
            return True
        free = _flock(self._lock, exclusive=True)
        _flock(self._lock, exclusive=False)
        return free

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):
            self.db.close()
        self._note()
        self._release()

    # -- who may touch the file -----------------------------------------------------------------------

    def _share(self) -> None:
        if self.path is None or self._lock is not None:
            return
        self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        _flock(self._lock, exclusive=False)

    def _inspect(self, path: Path) -> None:
        """Delete the file if something else than this program wrote to it. Who comes later finds it inspected."""
        if self._lock is None or self._believed or not _flock(self._lock, exclusive=True):
            return
        if path.exists() and os.pread(self._lock, 100, 0) != _state(path):
            _delete(path)
        _flock(self._lock, exclusive=False)

    def _note(self) -> None:
        """Note how the file was left, unless another process has it open, which will."""
        if self._lock is None or self.path is None:
            return
        for wait in (0.0, 0.005):  # two that close at once must not both leave it to the other
            time.sleep(wait)
            if _flock(self._lock, exclusive=True):
                with contextlib.suppress(OSError):
                    state = _state(self.path)
                    os.ftruncate(self._lock, os.pwrite(self._lock, state, 0))
                return

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _replace(self) -> bool:
        """Delete the damaged file if nobody else has it open; return whether that was done."""
        if self.path is None or self._lock is None:
            return False
        try:
            if not _flock(self._lock, exclusive=True):
                return False
            _delete(self.path)
            _flock(self._lock, exclusive=False)
        except OSError:
            return False
        return True


def _state(path: Path) -> bytes:
    found = path.stat()
    return f"{found.st_mtime_ns} {found.st_size}".encode()


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _flock(handle: int, *, exclusive: bool) -> bool:
    try:
        import fcntl
    except ImportError:  # no such locks on this system: carry on as if alone
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
    except BlockingIOError:
        return False
    return True


def _connect(path: Path | None, tables: str) -> sqlite3.Connection:
    db = sqlite3.connect(path or "", timeout=60, isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        db.execute("PRAGMA busy_timeout=60000")
        if path is not None:
            db.execute("PRAGMA journal_mode=WAL")
        # A cache may lose its newest pages in a power cut; it must only never lie, and WAL sees to that.
        db.execute("PRAGMA synchronous=OFF" if path is None else "PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA cell_size_check=ON")
        db.execute("PRAGMA cache_size=-16000")
        db.execute("PRAGMA temp_store=MEMORY")
        if db.execute("PRAGMA user_version").fetchone()[0] != 1:
            with transaction(db):
                for statement in tables.split(";"):
                    db.execute(statement)
                db.execute("PRAGMA user_version=1")
    except BaseException:
        db.close()
        raise
    return db


def _sweep(path: Path) -> None:
    """Delete caches of older code or schemas, all but the newest few. Files another process holds stay."""
    old = sorted(
        path.parent.glob(f"{path.name.partition('-')[0]}-*.sqlite"), key=lambda file: file.stat().st_mtime, reverse=True
    )
    for file in old[_KEEP_FILES:]:
        with contextlib.suppress(OSError):
            lock = file.with_suffix(".lock")
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if _flock(handle, exclusive=True):
                    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm"), lock):
                        name.unlink(missing_ok=True)
            finally:
                os.close(handle)


@contextlib.contextmanager
def transaction(db: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Run the block in one transaction; an exception undoes it."""
    db.execute(f"BEGIN {kind}")
    try:
        yield db
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
