"""Bytes of a known content: from the work tree where the file still has it, else from Git."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from noveto.gitio import CatFile, NotFoundError, blob_id


class Reader:
    """Reads contents by path and Git id. ``root`` None: only from Git; ``git`` None: only from the work tree."""

    def __init__(self, root: Path | None, git: Path | None, format: str = "sha1") -> None:
        self.root = str(root) if root else None
        self.git = git
        self.format = format
        self._process: CatFile | None = None

    def read(self, path: str, oid: str) -> bytes:
        """Return the content ``oid`` of ``path``. Raises GitError when neither place has it."""
        return next(data for _, data in self.read_all([(path, oid)]))

    def read_all(self, wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, content) for each (path, oid), in order."""
        items = list(wanted)
        here = [self._from_tree(path, oid) for path, oid in items]
        missing = [oid for (_, oid), data in zip(items, here, strict=True) if data is None]
        from_git = self._from_git(missing) if missing else iter(())
        for (path, _), data in zip(items, here, strict=True):
            yield path, next(from_git) if data is None else data

    def _from_tree(self, path: str, oid: str) -> bytes | None:
        """Read the file, unless it is gone, is a link, or holds something else by now (or through a filter)."""
        if self.root is None:
            return None
        try:
            data = read_plain(on_disk(self.root, path))
        except OSError:
            return None
        return data if blob_id(data, self.format) == oid else None

    def _from_git(self, oids: list[str]) -> Iterator[bytes]:
        if self.git is None:
            raise NotFoundError("文件在读取期间被改动，请再运行一次。")
        if self._process is None:
            self._process = CatFile(self.git)
        for oid, data in self._process.read(oids):
            if data is None:
                raise NotFoundError(f"Git 对象不存在：{oid}。仓库可能不完整，请执行 git fsck 检查。")
            yield data

    def close(self) -> None:
        """End the git process, if one was started."""
        if self._process is not None:
            self._process.close()
            self._process = None


_BYTE = re.compile(rb"\\x([0-9a-f]{2})")
"""A byte of a path that is no UTF-8, as it is told (see BAD_BYTES)."""


def on_disk(root: str | Path, path: str) -> str:
    """Return the name to open a path of the ledger by; bytes that are no UTF-8 are put back."""
    name = f"{root}/{path}"
    if "\\x" in path and not os.path.lexists(name):
        name = os.fsdecode(_BYTE.sub(lambda found: bytes([int(found[1], 16)]), os.fsencode(name)))
    return name


def read_plain(name: str) -> bytes:
    """Read a plain file without following a link at its end. Raises OSError."""
    handle = os.open(name, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
    try:
        size = os.fstat(handle).st_size
        data = os.read(handle, size + 1)
        if len(data) == size:
            return data
        parts = [data]
        while part := os.read(handle, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(handle)
