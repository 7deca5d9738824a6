"""What has been sent: one line a message and channel, kept in a file or on the ledger's branch ``warnings``."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from noveto.errors import UserError, reason
from noveto.gitio import GitError, Repo

BRANCH = "warnings"
_REF = f"refs/heads/{BRANCH}"
_REMOTE = f"refs/remotes/origin/{BRANCH}"
_TRIES = 20
_BOT = {
    "GIT_AUTHOR_NAME": "提醒", "GIT_AUTHOR_EMAIL": "warnings@localhost",
    "GIT_COMMITTER_NAME": "提醒", "GIT_COMMITTER_EMAIL": "warnings@localhost",
}  # fmt: skip


class Sent(Protocol):
    """Remembers keys by channel."""

    def when(self, channel: str, key: str) -> str:
        """Return when a key was sent on a channel (``YYYY-MM-DDTHH:MM``), "" when it was not."""

    def add(self, channel: str, keys: Iterable[str], now: datetime) -> None:
        """Remember that keys have been sent; they are safe when this returns."""


class Nothing:
    """Remembers nothing: for ``--dry-run`` and for a ledger without a place to write."""

    def when(self, channel: str, key: str) -> str:
        """Nothing has been sent."""
        return ""

    def add(self, channel: str, keys: Iterable[str], now: datetime) -> None:
        """Forget it."""


class FileState:
    """A file of JSON lines. Use as a context manager: it is locked meanwhile, so that two runs cannot both send."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[tuple[str, str], str] = {}
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> FileState:
        import fcntl

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self.path.open("a+b")
        except OSError as error:
            raise UserError(f"写不了发送记录 {self.path}：{reason(error)}。请用 --state 换一个地方。") from None
        fcntl.flock(self._stream, fcntl.LOCK_EX)
        self._stream.seek(0)
        data = self._stream.read()
        self._known = read_lines(data)
        if data and not data.endswith(b"\n"):  # a line that a crash cut short
            self._stream.write(b"\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def when(self, channel: str, key: str) -> str:
        """Return when it was sent."""
        return self._known.get((channel, key), "")

    def add(self, channel: str, keys: Iterable[str], now: datetime) -> None:
        """Append lines and wait until the disk has them."""
        import os

        if self._stream is None:
            raise RuntimeError("the state is not open")
        found = list(keys)
        self._stream.write(lines(channel, found, now))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._known.update({(channel, key): _stamp(now) for key in found})


class BranchState:
    """The orphan branch ``warnings``, one file a month, for runs on fresh clones (CI).

    Every ``add`` is a commit, pushed to ``origin`` where there is one, so that a run that is broken off has lost
    nothing. Two runs at once write one after the other; what both sent is what the schedule must avoid.
    """

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.remote = "origin" in repo.git("remote").decode().split()
        if self.remote:
            self._fetch()
        self._known = self._read()

    def when(self, channel: str, key: str) -> str:
        """Return when it was sent."""
        return self._known.get((channel, key), "")

    def add(self, channel: str, keys: Iterable[str], now: datetime) -> None:
        """Commit and push. Raises UserError when the branch cannot be written."""
        found = list(keys)
        for _ in range(_TRIES):
            tip = self.repo.rev_parse(_REF) or ""
            if self._commit(tip, lines(channel, found, now), now) and self._push():
                self._known.update({(channel, key): _stamp(now) for key in found})
                return
        raise UserError("发送记录写不进 warnings 分支，为免重复发送，这次到此为止。请检查推送权限后再运行。")

    def _fetch(self) -> None:
        """Take the remote's branch as ours; a local one that was never pushed is kept when the remote has none."""
        with contextlib.suppress(GitError):
            self.repo.git("fetch", "--quiet", "origin", f"+{_REF}:{_REMOTE}")
        if (theirs := self.repo.rev_parse(_REMOTE)) is not None:
            self.repo.git("update-ref", _REF, theirs)

    def _push(self) -> bool:
        if not self.remote:
            return True
        try:
            self.repo.git("push", "--quiet", "origin", f"{_REF}:{_REF}")
        except GitError:
            before = self.repo.rev_parse(_REF)
            self._fetch()
            if self.repo.rev_parse(_REF) == before:  # nobody was faster: we may not push
                raise UserError("发送记录推不上 warnings 分支，为免重复发送，这次到此为止。请给它推送权限。") from None
            return False
        return True

    def _read(self) -> dict[tuple[str, str], str]:
        tip = self.repo.rev_parse(_REF)
        if tip is None:
            return {}
        found: dict[tuple[str, str], str] = {}
        blobs = [entry.blob for entry in self.repo.ls_tree(tip) if entry.path.endswith(".jsonl")]
        for _, data in self.repo.cat_batch(blobs):
            found.update(read_lines(data))
        return found

    def _commit(self, tip: str, added: bytes, now: datetime) -> bool:
        files = {entry.path: entry.blob for entry in self.repo.ls_tree(tip)} if tip else {}
        name = f"{now:%Y-%m}.jsonl"
        before = next((data for _, data in self.repo.cat_batch([files[name]])), b"") if name in files else b""
        blob = self.repo.git("hash-object", "-w", "--stdin", input=before + added).decode().strip()
        listing = "".join(f"100644 blob {oid}\t{path}\n" for path, oid in sorted({**files, name: blob}.items()))
        tree = self.repo.git("mktree", "--missing", input=listing.encode()).decode().strip()
        parent = ["-p", tip] if tip else []
        commit = self.repo.git("commit-tree", tree, *parent, "-m", f"提醒 {now:%Y-%m-%d}", env=_BOT)
        try:
            self.repo.git("update-ref", _REF, commit.decode().strip(), tip or "0" * len(blob))
        except GitError:
            return False
        return True


def lines(channel: str, keys: Iterable[str], now: datetime) -> bytes:
    """Return the lines that say what was sent."""
    rows = [{"at": _stamp(now), "channel": channel, "key": key} for key in keys]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def read_lines(data: bytes) -> dict[tuple[str, str], str]:
    """Read what ``lines`` wrote; a line that is no such line is passed over."""
    return dict(_rows(data))


def _rows(data: bytes) -> Iterator[tuple[tuple[str, str], str]]:
    for line in data.splitlines():
        try:
            row = json.loads(line)
            yield (str(row["channel"]), str(row["key"])), str(row["at"])
        except (ValueError, KeyError, TypeError):
            continue


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="minutes")
