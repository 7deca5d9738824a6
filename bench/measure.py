"""Running a command and saying what it cost: wall time, CPU of the whole process tree, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time, seconds of CPU (user and system, children included), peak memory in MB.

    Memory is the proportional set size of all processes together at its highest, so that pages shared by
    several are counted once; 0 where it was not watched.
    """

    wall: float
    cpu: float
    memory: float = 0.0


def run(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None, watch: bool = False,
    ok: Iterable[int] = (0,),
) -> Cost:  # fmt: skip
    """Run a command to its end and return its cost. Raises SystemExit when it fails."""
    before = _children()
    began = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env={**_environment(), **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    watcher = _Watcher(process.pid) if watch else None
    _, said = process.communicate()
    wall = time.monotonic() - began
    memory = watcher.stop() if watcher else 0.0
    if process.returncode not in tuple(ok):
        raise SystemExit(f"{' '.join(map(str, command))[:200]}\n{said.decode(errors='replace')[-2000:]}")
    return Cost(wall, _children() - before, memory)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        max(cost.memory for cost in costs),
    )


def repeat(times: int, task: Callable[[], Cost]) -> Cost:
    """Run a task several times and return the median cost."""
    return median([task() for _ in range(times)])


def _environment() -> dict[str, str]:
    """Return our environment, but for what keeps Python from using compiled code, as it does once installed."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _children() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watcher:
    """Adds up the memory of a process and its descendants ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """End, and return the peak in MB."""
        self._end.set()
        self._thread.join()
        return self._peak / 1024

    def _watch(self) -> None:
        while not self._end.wait(0.1):
            self._peak = max(self._peak, sum(_memory(pid) for pid in _family(self._pid)))


def _family(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        here = waiting.pop()
        found.append(here)
        try:
            for task in Path(f"/proc/{here}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _memory(pid: int) -> int:
    """Return the proportional set size of a process in KB."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
