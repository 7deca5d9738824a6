"""The first-parent line in one ``git log`` pass, streamed and parsed as bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from noveto.gitio.process import BAD_BYTES, failure, run, start

_SAID = 1 << 16
"""How many bytes of what git had to say are kept."""
_FORMAT = "--format=tformat:%x01%H%x00%P%x00%an%x00%ae%x00%ct%x00"


class Change(NamedTuple):
    """One path that a commit changed against its first parent.

    ``status`` is A (added), D (deleted), M (modified) or T (type changed, such as a file that became a
    link); ``old`` and ``new`` are blob ids, empty where there is none. ``mode`` is the new file mode
    (``100644`` a plain file, ``120000`` a symbolic link), empty when deleted.
    """

    path: str
    status: str
    old: str
    new: str
    mode: str


class Commit(NamedTuple):
    """One commit of the first-parent line. ``time`` is the committer's own claim, in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    time: int
    body: str
    changes: tuple[Change, ...]


RawChange = tuple[str, str, str, str, str]
"""path, status, old id, new id, new mode, as in Change."""


def first_parent_log(
    cwd: Path, tip: str, paths: Sequence[str], *, since: str | None = None, bodies: bool = False
) -> Iterator[Commit]:
    """Yield the commits of the first-parent line up to ``tip``, oldest first, that touch ``paths``.

    ``since`` leaves out that commit and everything it reaches. Merges are compared with their first
    parent; renames are a deletion and an addition. Without ``paths`` every commit comes, empty ones too.
    ``bodies`` also reads the full messages (for trailers). Raises GitError.
    """
    for head, changes in raw_log(cwd, tip, paths, since=since, bodies=bodies):
        yield _commit(head, changes)


def raw_log(
    cwd: Path, tip: str, paths: Sequence[str], *, since: str | None = None, bodies: bool = False
) -> Iterator[tuple[list[bytes], list[RawChange]]]:
    """Yield what first_parent_log does, unwrapped: for passes over hundreds of thousands of commits.

    The head of a commit is [id, parents, author, e-mail, time, body].
    """
    args = [
        "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-renames", "--no-abbrev",
        "--relative", "--no-color", "--no-show-signature", "--no-notes", "--reverse",
        _FORMAT + ("%B" if bodies else ""),
        tip, *([f"^{since}"] if since else []), "--", *paths,
    ]  # fmt: skip
    # What git has to say goes to a file: a pipe that nobody empties meanwhile would stop both when it is full.
    with tempfile.TemporaryFile() as said:
        process = start(args, cwd, stderr=said.fileno())
        assert process.stdout is not None  # noqa: S101 - for the type checker: start() always makes a pipe
        finished = False
        try:
            yield from parse_raw(process.stdout)
            finished = True
        finally:
            if not finished:
                process.kill()
            process.stdout.close()
            code = process.wait()
        said.seek(0)
        err = said.read(_SAID)
    if code != 0:
        raise failure(args, err, cwd)


def milestones(cwd: Path, tip: str, every: int) -> list[str]:
    """Return each ``every``-th commit of the first-parent line up to ``tip``, oldest first. Raises GitError."""
    out = run(["rev-list", "--first-parent", "--reverse", tip, "--"], cwd)
    width = out.find(b"\n") + 1
    return [out[at : at + width - 1].decode("ascii") for at in range(width * (every - 1), len(out), width * every)]


def parse_log(stream: IO[bytes], size: int = 1 << 20) -> Iterator[Commit]:
    """Parse the output of ``git log --raw -z`` in our format, read in pieces of ``size`` bytes."""
    for head, changes in parse_raw(stream, size):
        yield _commit(head, changes)


def parse_raw(stream: IO[bytes], size: int = 1 << 20) -> Iterator[tuple[list[bytes], list[RawChange]]]:
    """Parse like parse_log into plain lists."""
    tokens = _tokens(stream, size)
    token = next(tokens, None)
    while token is not None:
        head = [token[1:], *islice(tokens, 5)]
        changes: list[RawChange] = []
        token = next(tokens, None)
        while token is not None and token[:1] != b"\x01":
            if token[:2] == b"\n:" or token[:1] == b":":
                path = next(tokens, b"").decode("utf-8", BAD_BYTES)
                _, mode, old, new, status = token.decode("ascii").split(" ")
                if status == "M":
                    changes.append((path, status, old, new, mode))
                elif status == "A":
                    changes.append((path, status, "", new, mode))
                elif status == "D":
                    changes.append((path, status, old, "", ""))
                else:
                    changes.append((path, status, old, new, mode))
            token = next(tokens, None)
        yield head, changes


def _commit(head: list[bytes], changes: list[RawChange]) -> Commit:
    oid, parents, author, email, time, body = (part.decode("utf-8", "replace") for part in [*head, *[b""] * 6][:6])
    return Commit(
        oid, tuple(parents.split()), author, email, int(time or 0), body, tuple(Change(*change) for change in changes)
    )


def _tokens(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield what lies between NUL bytes."""
    rest = b""
    while block := stream.read(size):
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        yield from parts
    if rest.strip():
        yield rest
