"""A folder of the cache in which whole answers lie: each with the key of all it rests on."""

from __future__ import annotations

import contextlib
import marshal
from pathlib import Path
from typing import Any
from zlib import crc32

_CHECKED = 4
"""Bytes of the checksum before everything else."""


class Shelf:
    """Plain values by name, each kept until another one is put in its place.

    What was kept under another key, or is damaged, is as good as nothing: it only has to be worked out again.
    ``folder`` None keeps nothing. A key must hold the digest of the code behind the value (see ``code_digest``).
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, name: str, key: str) -> Any:
        """Return what was kept under this key, None for nothing."""
        if self.folder is None:
            return None
        try:
            found = memoryview((self.folder / name).read_bytes())
        except OSError:
            return None
        head = _head(key)
        body, end = found[_CHECKED + len(head) :], found[_CHECKED:]
        if end[: len(head)] != head or crc32(end) != int.from_bytes(found[:_CHECKED], "little"):
            return None
        return marshal.loads(body)  # noqa: S302 - written by this program, checksum verified

    def put(self, name: str, key: str, value: Any) -> None:
        """Keep a value of plain types; where it cannot be written, it is not kept."""
        if self.folder is None:
            return
        head, body = _head(key), marshal.dumps(value)
        checksum = crc32(body, crc32(head)).to_bytes(_CHECKED, "little")
        made = self.folder / f".{name}"  # two at once may spoil it: the checksum tells
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with made.open("wb") as file:
                file.writelines((checksum, head, body))
            made.replace(self.folder / name)

    def keep_only(self, names: set[str]) -> None:
        """Throw away everything else."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in names and not path.name.startswith("."):
                    path.unlink(missing_ok=True)


def _head(key: str) -> bytes:
    return f"{key}\n".encode()
