"""Commits made without a work tree: onto a tip, and main moved there only if nobody else moved it meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from noveto.gitio.process import GitError
from noveto.gitio.repo import Repo
from noveto.gitio.write import fast_import


@dataclass(frozen=True, slots=True)
class Written:
    """One commit to make: files by path, the message, who wrote it. ``moment`` is in seconds since 1970."""

    files: tuple[tuple[str, bytes], ...]
    message: str
    author: str
    email: str
    moment: int


def commit_onto(repo: Repo, base: str, commits: Sequence[Written], committer: tuple[str, str]) -> list[str]:
    """Make a chain of commits onto ``base`` ("" for none) and return their ids in order; no branch is touched.

    ``committer`` is name and address. Times carry +0800. Raises GitError.
    """
    ref = f"refs/noveto/{secrets.token_hex(8)}"
    with fast_import(repo) as running:
        out = running.stream
        for n, one in enumerate(commits):
            message = one.message.encode()
            out.write(f"commit {ref}\n".encode())
            out.write(f"author {_clean(one.author)} <{_clean(one.email)}> {one.moment} +0800\n".encode())
            out.write(f"committer {_clean(committer[0])} <{_clean(committer[1])}> {one.moment} +0800\n".encode())
            out.write(b"data %d\n%s\n" % (len(message), message))
            if n == 0 and base:
                out.write(f"from {base}\n".encode())
            for path, data in one.files:
                out.write(f"M 100644 inline {repo.prefix}{path}\ndata {len(data)}\n".encode() + data + b"\n")
    span = [ref, *([f"^{base}"] if base else []), "--"]
    found = repo.git("rev-list", "--reverse", "--first-parent", *span).decode().split()
    repo.git("update-ref", "-d", ref)
    return found


def move_ref(repo: Repo, ref: str, new: str, old: str) -> bool:
    """Move a branch from ``old`` ("" for a new one) to ``new``; False when it is no longer at ``old``."""
    try:
        repo.git("update-ref", ref, new, old or "0" * len(new))
    except GitError:
        if (repo.rev_parse(ref) or "") == old:
            raise
        return False
    return True


def _clean(text: str) -> str:
    """Return a name or address as Git takes it: no brackets, no line ends."""
    return "".join(letter for letter in text if letter not in "<>\r\n\0").strip() or "-"
