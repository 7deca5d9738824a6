"""Writing a site so that nothing unchanged is written, nothing is left behind and no reader sees half a page."""

from __future__ import annotations

import hashlib
import os
from copy import copy
from pathlib import Path

NAME = ".noveto-site"
"""The manifest: one line a file, ``<key> <path>``, kept in the site's own folder."""


def digest(data: bytes) -> str:
    """A short key of a content."""
    return hashlib.blake2b(data, digest_size=10).hexdigest()


Part = tuple[dict[str, str], int, int]
"""What a part of a build has done: its files with their keys, how many were written, how many are pages."""


class Output:
    """The folder of one site. Use: ``fresh`` or ``put`` for every file, then ``finish``."""

    def __init__(self, folder: Path, *, full: bool = False) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / NAME).exists():
            (folder / NAME).touch()  # a build that is broken off leaves a folder the next one knows as its own
        self._there = _read(folder / NAME)
        self.before = {} if full else self._there
        self.after: dict[str, str] = {}
        self.written = 0
        self.removed = 0
        self._made: set[str] = set()

    def fresh(self, path: str, key: str) -> bool:
        """Say whether ``path`` already holds what ``key`` stands for; either way it belongs to the site."""
        self.after[path] = key
        return self.before.get(path) == key

    def keep(self, path: str) -> None:
        """Say that a file of the build before still holds what belongs there."""
        if path in self.before:
            self.after[path] = self.before[path]

    def put(self, path: str, data: bytes) -> None:
        """Write ``path`` unless it holds exactly this."""
        if not self.fresh(path, digest(data)):
            self.write(path, data)

    def write(self, path: str, data: bytes | memoryview) -> None:
        """Write a file; one that is already there is replaced in one stroke."""
        target = self.folder / path
        parent = os.path.dirname(path)  # noqa: PTH120 - a hundred thousand times, on plain strings
        if parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        write_file(str(target), data, replace=path in self.before or target.exists())
        self.written += 1

    def part(self) -> Output:
        """Return what writes some files of the same site, maybe in another process; see ``take``."""
        other = copy(self)
        other.after, other.written = {}, 0
        return other

    def take(self, part: Part) -> int:
        """Note what a part has written; return how many pages these are."""
        after, written, pages = part
        self.after.update(after)
        self.written += written
        return pages

    def finish(self) -> None:
        """Remove what no longer belongs to the site and store the manifest."""
        for path in self._there.keys() - self.after.keys():
            (self.folder / path).unlink(missing_ok=True)
            self.removed += 1
            self._prune((self.folder / path).parent)
        text = "".join(f"{key} {path}\n" for path, key in self.after.items())
        write_file(str(self.folder / NAME), text.encode(), replace=True)

    def _prune(self, folder: Path) -> None:
        """Remove folders that became empty."""
        while folder != self.folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def write_file(target: str, data: bytes | memoryview, *, replace: bool) -> None:
    """Write bytes; with ``replace`` through a temporary name, so that a reader sees the old or the new file."""
    name = f"{target}.part" if replace else target
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)
    if replace:
        os.replace(name, target)  # noqa: PTH105 - as above


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, _, name = line.partition(" ")
        if name and not name.startswith("/") and ".." not in name.split("/"):
            found[name] = key
    return found
