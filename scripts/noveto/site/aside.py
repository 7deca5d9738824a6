"""A part of a build done in a process of its own, beside the rest."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from noveto.calm import calm_child

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

Answer = TypeVar("Answer")
Progress = Callable[[str, int, int], None]
Work = Callable[[Progress], Answer]


class Aside(Generic[Answer]):
    """Does ``work`` in a forked process, which has all that was read so far; what it returns must be picklable.

    Where forking is not safe (another thread runs) or not wanted, and where that process failed, ``result`` does the
    work in this one.
    """

    def __init__(self, work: Work[Answer], *, fork: bool) -> None:
        self._work = work
        self._process: ForkProcess | None = None
        self._pipe: Connection | None = None
        if fork and threading.active_count() == 1 and sys.platform == "linux":
            from multiprocessing.context import ForkContext

            context = ForkContext()
            self._pipe, theirs = context.Pipe(duplex=False)
            self._process = context.Process(target=_run, args=(work, theirs), daemon=True)
            self._process.start()
            theirs.close()

    def __enter__(self) -> Aside[Answer]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def result(self, progress: Progress) -> Answer:
        """Return what the work returns. Raises what it raises."""
        if self._pipe is None:
            return self._work(progress)
        try:
            while (told := self._pipe.recv())[0] == "progress":
                progress(*told[1])
        except EOFError:
            return self._work(progress)
        answer: Answer = told[1]
        return answer


def _run(work: Work[Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calm_child()
    try:
        answer = work(lambda *told: pipe.send(("progress", told)))
    except Exception:  # done again by the parent, which then sees why
        return
    pipe.send(("done", answer))
