"""What is printed: the machine, one line a figure, and whether it reaches its target."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from bench.measure import Cost


class Report:
    """Writes lines as figures come in, and remembers which targets were missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def head(self, title: str) -> None:
        """Begin a section."""
        self._line(f"\n{title}")

    def cost(self, name: str, cost: Cost, *, wall: float | None = None, memory: float | None = None) -> None:
        """Print what something cost; ``wall`` (seconds) and ``memory`` (MB) are targets."""
        shown = f"用时 {cost.wall:7.2f} 秒   CPU {cost.cpu:7.2f} 秒"
        if cost.memory:
            shown += f"   内存 {cost.memory:5.0f} MB"
        goals = []
        if wall is not None:
            goals.append((f"≤ {wall:g} 秒", cost.wall <= wall))
        if memory is not None:
            goals.append((f"≤ {memory:g} MB", cost.memory <= memory))
        self._judged(name, shown, goals)

    def figure(self, name: str, value: str, goal: str = "", *, reached: bool = True) -> None:
        """Print a figure of another kind."""
        self._judged(name, value, [(goal, reached)] if goal else [])

    def _judged(self, name: str, shown: str, goals: list[tuple[str, bool]]) -> None:
        for goal, reached in goals:
            shown += f"   {'✓' if reached else '✗'} 目标 {goal}"
            if not reached:
                self.missed.append(f"{name}（目标 {goal}）")
        self._line(f"  {_pad(name, 40)}{shown}")

    def machine(self) -> None:
        """Print on what this ran."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
        load = f"，负载 {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        self._line(f"{_processor()}，可用 {cores} 核{load}；Python {platform.python_version()}，Git {git}")

    def end(self) -> int:
        """Say what was missed; return the exit code."""
        if self.missed:
            self._line("\n没有达到目标：\n" + "\n".join(f"  {name}" for name in self.missed))
            return 1
        self._line("\n都达到了目标。")
        return 0

    def _line(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _pad(text: str, width: int) -> str:
    taken = sum(2 if ord(char) > 0x2E7F else 1 for char in text)
    return text + " " * max(width - taken, 1)
