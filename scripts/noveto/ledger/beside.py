"""Reading the history in a process of its own, beside the workers of a cold run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.errors import UserError
from noveto.gitio import Repo
from noveto.ledger.line import Line
from noveto.ledger.receipts import update_receipts
from noveto.ledger.store import DAMAGE
from noveto.ledger.view import View
from noveto.ledger.workers import start_process

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


class HistoryBeside:
    """Gives a Sync the first-parent line and the receipts, read now (``now``) or in a process beside the workers."""

    def __init__(self, view: View, cache: Path | None, now: Callable[[], Line | None]) -> None:
        self._view = view
        self._cache = cache
        self._now = now
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Read in a process of its own, unless there is nowhere to keep what is read.

        When that fails, whoever asks for the line later reads it and sees why.
        """
        repo, view = self._view.repo, self._view
        if self._cache is not None and repo is not None and not repo.is_shallow and self._process is None:
            self._process = start_process(_read_history, (repo, self._cache, view.commit, view.branch))

    def line(self) -> Line | None:
        """Read now; None when there are no receipts."""
        return self._now()

    def wait(self) -> None:
        """Wait until everything is read."""
        if self._process is not None:
            self._process.join()


def _read_history(repo: Repo, cache: Path, commit: str, branch: str | None) -> None:
    line = Line(cache, repo)
    try:
        line.update(commit)
        update_receipts(line, branch)
    except (UserError, *DAMAGE):
        pass  # told when the line is asked for
    finally:
        line.close()
