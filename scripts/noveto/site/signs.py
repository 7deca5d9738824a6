"""Signs of 运行状态: one line each, what is well or not and what to do; those of the commands that run every day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.ledger.runs import last_run

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.gitio import Repo

NOTHING = "不用管。"
"""What to do where all is well."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of 运行状态: what, whether it is well, how it stands now, what to do."""

    what: str
    well: bool
    now: str
    do: str = NOTHING


_DAILY = (
    ("check", "检查", "逐条照着改：noveto check。"),
    ("audit", "查历史", "逐条核对，看是谁、什么时候改的：noveto audit。"),
    ("warn", "提醒", "看是哪个渠道没有发成，改好再运行一次 noveto warn，没发的会补发。"),
)
_UNKNOWN = "请设成每天自动运行 noveto {command}，见管理员手册“每天自动跑的”。在别的机器上运行的，这里看不到。"
_MISSED = "请看定时任务为什么没有做，先运行一次 noveto {command}。"


def run_signs(repo: Repo | None, root: Path, calendar: Calendar, today: date) -> Iterator[Sign]:
    """Yield when each daily command last ran on the ledger in ``root`` and how; a working day without it is a fault."""
    for command, name, mend in _DAILY:
        run = last_run(repo, root, command)
        if run is None:
            yield Sign(name, False, "没有运行过的记录", _UNKNOWN.format(command=command))
            continue
        at = run.at.strftime("%m-%d %H:%M")
        if calendar.workdays_between(run.at.date(), today) > 1:
            yield Sign(name, False, f"{at} 以后没有运行", _MISSED.format(command=command))
        else:
            yield Sign(name, run.well, f"{at} {run.said}", NOTHING if run.well else mend)
