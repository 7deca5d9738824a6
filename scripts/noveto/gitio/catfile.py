"""Many objects out of one ``git cat-file --batch`` process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType

from noveto.gitio.process import GitError, start

_CHUNK_BYTES = 28_000
"""Requests written before answers are read: two chunks fit a 64 KiB pipe, so neither side can block for ever."""


class CatFile:
    """A running ``git cat-file --batch``; use as a context manager.

    ``read`` answers in the order of the request. Objects that do not exist come back as None.
    """

    def __init__(self, cwd: Path) -> None:
        self._process: subprocess.Popen[bytes] = start(
            ["cat-file", "--batch"], cwd, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> CatFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process = self._process
        if process.stdin:
            try:
                process.stdin.close()
            except OSError:
                process.kill()
        if process.stdout:
            process.stdout.close()
        process.wait()

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield (name, content) for each object name or ``rev:path``; content is None where there is none.

        Raises GitError when git stops answering.
        """
        todo = iter(names)
        ahead = _take(todo)
        self._ask(ahead)
        while ahead:
            current, ahead = ahead, _take(todo)
            self._ask(ahead)
            for name in current:
                yield name, self._answer()[1]

    def id_of(self, name: str) -> str:
        """Return the id of the object that a name stands for now (``refs/heads/main^{commit}``), "" for none.

        Raises GitError when git stops answering.
        """
        self._ask([name])
        return self._answer()[0]

    def _ask(self, names: list[str]) -> None:
        if not names:
            return
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - for the type checker: start() was given a pipe
        try:
            stdin.write(("\n".join(names) + "\n").encode())
            stdin.flush()
        except OSError as error:
            raise GitError("读取 Git 对象时 git 意外退出。") from error

    def _answer(self) -> tuple[str, bytes | None]:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - for the type checker: start() always makes a pipe
        head = stdout.readline()
        if not head:
            raise GitError("读取 Git 对象时 git 意外退出，仓库可能已损坏。请执行 git fsck 检查。")
        words = head.split()
        if words[-1] in (b"missing", b"ambiguous"):
            return "", None
        data = stdout.read(int(words[-1]) + 1)
        return words[0].decode(), data[:-1]


def _take(names: Iterator[str]) -> list[str]:
    """Return the next names, as many as may be asked for at once.

    A name of 200 characters or more (never an object id) travels alone, so that two chunks always fit the pipe.
    """
    chunk: list[str] = []
    size = 0
    for name in names:
        chunk.append(name)
        size += len(name.encode()) + 1
        if size > _CHUNK_BYTES - 4200:
            break
    return chunk


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lists of at most ``size`` items."""
    todo = iter(items)
    while chunk := list(islice(todo, size)):
        yield chunk
