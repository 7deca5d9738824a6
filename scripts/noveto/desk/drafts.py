"""Drafts of forms: kept on the server, encrypted, by account, for days that the rules name.

Nothing stays in a shared browser.

Text and title of a draft are sealed with AES-256-GCM under a key derived from the desk's secret; the account and
the draft's number are bound to the text, so that a row moved to another account cannot be opened.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from noveto.desk.vaultfile import SealedError, change, china_now, connect, prepare, refuse_git

MOST = 50
"""How many drafts one account may hold; the oldest goes first."""

LARGEST = 256 * 1024
"""How many bytes one draft may have."""

_APPLICATION = 0x4E766431  # "Nvd1"
_NUMBER = re.compile(r"[A-Za-z0-9_-]{10,40}")
_TROUBLE = "草稿没有存上。请别关页面，稍后再存；一直不行请找管理员。"
_TABLES = """
CREATE TABLE IF NOT EXISTS drafts (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, form TEXT NOT NULL, saved TEXT NOT NULL, box BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS drafts_account ON drafts (account, saved);
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form somebody has not finished. ``form`` is the page it belongs to, ``fields`` what was typed."""

    id: str
    form: str
    saved: datetime
    fields: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show nothing that was typed: representations end up in logs."""
        return f"Draft({self.id}, {self.form}, {self.saved:%Y-%m-%d %H:%M})"


class Drafts:
    """The drafts of all accounts; safe to share between threads and processes."""

    def __init__(self, path: Path, key: bytes, days: Callable[[], int], clock: Callable[[], datetime]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.path = path
        self._box = AESGCM(_derive(key))
        self._days, self._clock = days, clock

    @classmethod
    def open(
        cls, path: Path, key: bytes, *, days: Callable[[], int], clock: Callable[[], datetime] = china_now
    ) -> Drafts:
        """Open the drafts in the file ``path``, making it where there is none; ``key`` is the desk's secret.

        ``days`` is asked how many days a draft lives after it was last saved.

        Raises SealedError when the file lies inside a Git repository or cannot be used, and when the secret is
        shorter than 16 bytes. With another secret than before, old drafts are as if they were not there.
        """
        if len(key) < 16:
            raise SealedError("办件台的密钥太短。请把 NOVETO_SECRET 设成至少 32 个随机字符（openssl rand -hex 32）。")
        refuse_git(path)
        prepare(path, _TABLES, _APPLICATION)
        return cls(path, key, days, clock)

    def save(self, account: str, form: str, fields: Mapping[str, Any], *, draft: str = "") -> str:
        """Keep a draft and return its number; with ``draft`` given, that one of the same account is replaced.

        Raises SealedError when it is larger than LARGEST.
        """
        text = json.dumps({"form": form, "fields": dict(fields)}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if len(text) > LARGEST:
            raise SealedError("草稿太长，没有存。请删掉一些文字；长材料留在窗口档案里，这里只写要点。")
        now = self._clock()
        with change(self.path, _TROUBLE) as db:
            self._sweep(db, now)
            number = (
                draft if _NUMBER.fullmatch(draft) and self._owned(db, account, draft) else secrets.token_urlsafe(12)
            )
            nonce = secrets.token_bytes(12)
            box = nonce + self._box.encrypt(nonce, text, _bound(account, number))
            db.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)", (number, account, form, _stamp(now), box)
            )
            db.execute(
                "DELETE FROM drafts WHERE account = ?1 AND id NOT IN"
                " (SELECT id FROM drafts WHERE account = ?1 ORDER BY saved DESC, rowid DESC LIMIT ?2)",
                (account, MOST),
            )
        return number

    def load(self, account: str, draft: str) -> Draft | None:
        """Return a draft of this account; None when there is none, it is too old, or another account's."""
        with closing(connect(self.path)) as db:
            row = db.execute(
                "SELECT id, saved, box FROM drafts WHERE id = ? AND account = ? AND saved >= ?",
                (draft, account, self._oldest(self._clock())),
            ).fetchone()
        return self._opened(account, row) if row else None

    def list(self, account: str) -> Sequence[Draft]:
        """Return the drafts of an account, the newest first; what cannot be opened is left out."""
        with closing(connect(self.path)) as db:
            rows = db.execute(
                "SELECT id, saved, box FROM drafts WHERE account = ? AND saved >= ? ORDER BY saved DESC, rowid DESC",
                (account, self._oldest(self._clock())),
            ).fetchall()
        return [draft for row in rows if (draft := self._opened(account, row)) is not None]

    def drop(self, account: str, draft: str) -> bool:
        """Delete a draft of this account; False when there was none."""
        with change(self.path, _TROUBLE) as db:
            return bool(db.execute("DELETE FROM drafts WHERE id = ? AND account = ?", (draft, account)).rowcount)

    def sweep(self) -> int:
        """Delete what is too old, of every account, and return how many drafts that were."""
        with change(self.path, _TROUBLE) as db:
            return self._sweep(db, self._clock())

    def _sweep(self, db: sqlite3.Connection, now: datetime) -> int:
        return int(db.execute("DELETE FROM drafts WHERE saved < ?", (self._oldest(now),)).rowcount)

    def _oldest(self, now: datetime) -> str:
        return _stamp(now - timedelta(days=self._days()))

    def _owned(self, db: sqlite3.Connection, account: str, draft: str) -> bool:
        return db.execute("SELECT 1 FROM drafts WHERE id = ? AND account = ?", (draft, account)).fetchone() is not None

    def _opened(self, account: str, row: tuple[str, str, bytes]) -> Draft | None:
        from cryptography.exceptions import InvalidTag

        number, saved, box = row
        try:
            text = self._box.decrypt(box[:12], box[12:], _bound(account, number))
        except (InvalidTag, ValueError):
            return None
        held = json.loads(text.decode("utf-8", "surrogatepass"))
        return Draft(number, held["form"], datetime.fromisoformat(saved), held["fields"])


def _derive(secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"noveto drafts 1").derive(secret)


def _bound(account: str, number: str) -> bytes:
    return f"{len(account)}:{account}:{number}".encode("utf-8", "surrogatepass")


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
