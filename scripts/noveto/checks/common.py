"""What the checks share: places in a file, dotted field names, words for steps."""

from __future__ import annotations

from collections.abc import Callable

Path = tuple[str | int, ...]
"""Keys and list positions (from 0) that lead to a value."""

Locate = Callable[[Path], tuple[int, int]]
"""Tells line and column (from 1; 0, 0 when unknown) of the value at a path."""


def dotted(path: Path) -> str:
    """Return the field name people read and a correction writes: ``log.2.to``, steps and items from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def nowhere(_: Path) -> tuple[int, int]:
    """Locate nothing: for records without a text."""
    return 0, 0
