"""Which files of a work tree differ from its commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from noveto.gitio.process import BAD_BYTES, failure, start


class Status:
    """A running ``git status``: start it early, ask for its answer late."""

    def __init__(self, cwd: Path, prefix: str, paths: Sequence[str]) -> None:
        self._args = [
            "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all",
            "--", *paths,
        ]  # fmt: skip
        self._cwd = cwd
        self._prefix = prefix
        self._process = start(self._args, cwd)

    def result(self) -> set[str]:
        """Wait, and return the paths (relative to the folder asked about) that differ from HEAD.

        Staged, unstaged and untracked files alike. Raises GitError.
        """
        out, err = self._process.communicate()
        if self._process.returncode != 0:
            raise failure(self._args, err, self._cwd)
        cut = len(self._prefix)
        names = (item[3:].decode("utf-8", BAD_BYTES) for item in out.split(b"\0") if item)
        return {name[cut:] for name in names}

    @property
    def running(self) -> bool:
        """Whether git still looks."""
        return self._process.poll() is None

    def cancel(self) -> None:
        """Stop asking."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()
