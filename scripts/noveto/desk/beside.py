"""A process beside the desk that does one kind of work when asked, and stays for the next time."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from noveto.errors import UserError
from noveto.gitio import GitError


class BesideError(Exception):
    """The work could not be done, or its process ended."""


class Beside:
    """Does ``work``, a function of a module, in a process of its own, started when first asked."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work
        self._child: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection

    def ask(self, *what: Any) -> Any:
        """Return what the work returns for these arguments. Raises BesideError."""
        if self._child is None or not self._child.is_alive():
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._child = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
            self._child.start()
            theirs.close()
        try:
            self._pipe.send(what)
            done, answer = self._pipe.recv()
        except (EOFError, OSError):
            raise BesideError("its process ended") from None
        if not done:
            raise BesideError(answer)
        return answer

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._child is not None:
            self._child.kill()
            self._child.join(5)


def _serve(pipe: Connection, work: Callable[..., Any]) -> None:
    """Work each time it is asked for; Ctrl+C is for the parent, and whoever waits for a page goes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(10)
    while True:
        try:
            what = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, work(*what)))
        except (UserError, GitError, OSError) as error:
            pipe.send((False, str(error)))
