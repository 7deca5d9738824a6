"""What the first-parent line holds of a path."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """What a commit of the line made of a path: which commit (in order), how, and the content ("" deleted)."""

    seq: int
    status: str
    mode: str
    oid: str


class Version(NamedTuple):
    """One version of a path on the line: when it came (order of commits), how, and its content ("" deleted)."""

    seq: int
    commit: str
    status: str
    mode: str
    oid: str
    received: int | None
    """Ordinal of the day of the receipt, None without one."""


Received = tuple[str, int | None]
"""Content of a version ("" deleted), and the ordinal of the day of its receipt, None without one."""

Arrived = tuple[str, str, int | None]
"""Commit of a version, its content ("" deleted), and the ordinal of the day of its receipt, None without one."""
