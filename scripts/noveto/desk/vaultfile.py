"""SQLite files that hold personal data: where they may lie, who may read them, how they are opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from noveto.errors import UserError, reason

_WAIT = 15.0


class SealedError(UserError):
    """The sealed register or the drafts cannot be used that way; the message says what to do."""


def state_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Return the user's state directory for this program (XDG: ``~/.local/state/noveto``)."""
    base = env.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "noveto"


def sealed_path(env: Mapping[str, str] = os.environ) -> Path:
    """Return where the sealed register lies: NOVETO_SEALED, else ``sealed.db`` in the user's state directory."""
    given = env.get("NOVETO_SEALED", "").strip()
    return Path(given).expanduser() if given else state_folder(env) / "sealed.db"


def refuse_git(path: Path) -> None:
    """Raise SealedError when ``path`` lies inside a Git work tree or a repository: Git cannot forget.

    Links are followed. Nothing but the file system is asked, so that a broken repository counts too.
    """
    place = Path(os.path.realpath(path))
    for folder in place.parents:
        bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
        if bare or (folder / ".git").exists():
            raise SealedError(
                f"“{path}”在 Git 仓库“{folder}”里面。全名和电话一旦进了 Git 就删不掉，不能放在这里。"
                "请换到仓库以外，例如 /var/lib/noveto/sealed.db（环境变量 NOVETO_SEALED）。"
            )


def prepare(path: Path, tables: str, application: int) -> None:
    """Make the file and its tables where they are missing, readable by their owner alone.

    Raises SealedError when the file is another program's or cannot be made or read.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made before SQLite opens it, so that it is never, even for a moment, readable by others; its WAL follows it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise SealedError(f"打不开“{path}”：{reason(error)}。请管理员检查路径和权限。") from error
    try:
        with closing(connect(path)) as db:
            held = db.execute("PRAGMA application_id").fetchone()[0]
            if held not in (0, application) or (not held and db.execute("SELECT 1 FROM sqlite_master").fetchone()):
                raise SealedError(f"“{path}”是别的程序的数据，没有动它。请换一个文件名。")
            db.execute("PRAGMA journal_mode = WAL")
            if not held:
                db.execute(f"PRAGMA application_id = {application:d}")
            db.executescript(tables)
    except sqlite3.Error as error:
        raise SealedError(f"“{path}”读不了（{error}），可能已经损坏。请管理员用备份恢复。") from error


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Return a connection that writes through to the disk and overwrites what it deletes.

    One connection serves one act; the caller closes it. Transactions are begun and ended by the caller.
    """
    # quote() keeps "?" and "#" in a path from being read as options.
    from urllib.parse import quote

    mode = "ro" if read_only else "rw"
    db = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False
    )
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    return db


@contextmanager
def change(path: Path, trouble: str) -> Iterator[sqlite3.Connection]:
    """Run a transaction that is on disk before the block is left; an exception inside undoes it.

    Raises SealedError with ``trouble`` (what was not done, what to do) when the database refuses.
    """
    try:
        with closing(connect(path)) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise SealedError(f"{trouble}（{error}）") from error


def china_now() -> datetime:
    """Return the time in China to the second."""
    return datetime.now(timezone(timedelta(hours=8))).replace(tzinfo=None, microsecond=0)
