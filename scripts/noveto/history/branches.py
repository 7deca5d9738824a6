"""What commit objects themselves say of a merged branch: spares git processes for branches that were up to date."""

from __future__ import annotations

from collections.abc import Callable

Content = Callable[[str], bytes]
"""Gives the content of a Git object."""

STRAIGHT = 20
"""Commits up to which a branch is walked one by one."""


def tree_of(content: Content, commit: str) -> bytes:
    """Return the line of a commit that names its tree: two commits with the same one hold the same files."""
    return content(commit).partition(b"\n")[0]


def mails_after(content: Content, base: str, tip: str) -> set[str] | None:
    """Return the addresses of the authors of a short straight branch that grew on ``base``; None for any other."""
    found: set[str] = set()
    for _ in range(STRAIGHT):
        if tip == base:
            return found
        head = content(tip).partition(b"\n\n")[0].split(b"\n")
        parents = [line[7:].decode() for line in head if line.startswith(b"parent ")]
        author = next(line for line in head if line.startswith(b"author "))
        if len(parents) != 1:
            return None
        found.add(author.rpartition(b"> ")[0].rpartition(b"<")[2].decode("utf-8", "replace"))
        tip = parents[0]
    return None
