"""How the desk is doing: queue, backup of the sealed register, disk, certificate, token; what to do where it is not."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.gitio import GitError, Repo
from noveto.site.signs import Sign, run_signs

if TYPE_CHECKING:
    from noveto.desk.core import Desk

_LONG = 30
"""Minutes after which an act that is not in main yet is no longer under way but stuck (screens.md, section 6)."""
_LAG = 600
"""Seconds after which a commit must be shown."""
_LOW, _SHARE = 1 << 30, 0.05
"""Free bytes, and free part of a disk, below which somebody has to make room."""


def signs(desk: Desk) -> Iterator[Sign]:
    """Yield the lines that only a running desk knows, and those that have changed since the site was built."""
    settings = desk.settings
    yield from run_signs(Repo.discover(settings.root), settings.root, desk.office.context.calendar, settings.today)
    if desk.settings.site is not None and (site := _site(desk, desk.settings.site)) is not None:
        yield site
    yield _queue(desk)
    yield _backup(desk)
    yield _disk(desk)
    yield from desk.outside.signs()


def _site(desk: Desk, folder: Path) -> Sign | None:
    """Say that the site lags behind main, None while it does not."""
    try:
        script = (folder / "assets/noveto-built.js").read_text("utf-8")
        built = json.loads(script.partition("=")[2].rstrip(";\n"))
        tip = desk.main.tip()
        entered = int(desk.main.repo.git("show", "--no-patch", "--format=%ct", tip, "--"))
    except (OSError, ValueError, GitError):
        return None
    if not built or tip.startswith(built["version"]) or time.time() - entered < _LAG:
        return None
    at = str(built["at"]).replace("T", " ")[5:]
    do = "新入台账的还没有显示。请看办件台的日志；重启办件台会重新生成。"
    return Sign("网站", False, f"{at} 以后没有更新", do)


def _queue(desk: Desk) -> Sign:
    name, length = "办件台排队", desk.queue.length()
    oldest = desk.queue.oldest()
    if not length or not oldest:
        return Sign(name, True, "没有排队的")
    waited = int((desk.settings.now - datetime.fromisoformat(oldest)).total_seconds()) // 60
    if waited <= _LONG:
        return Sign(name, True, f"{length} 条正在入台账")
    trouble = f"原因：{desk.worker.trouble.rstrip('。')}。" if desk.worker.trouble else ""
    do = f"写的都没有丢，通了自动入台账。{trouble}请查仓库或者代码平台通不通。"
    return Sign(name, False, f"{length} 条没有入台账，最早的等了 {waited} 分钟", do)


def _backup(desk: Desk) -> Sign:
    name, taken = "密封册备份", desk.sealed.backed_up()
    if taken is None:
        return Sign(name, False, "没有备份过", "请设成每天夜里自动备份，见规程“从空服务器到开张”第 9 步。")
    at = taken.strftime("%m-%d %H:%M")
    if desk.office.context.calendar.workdays_between(taken.date(), desk.settings.today) <= 1:
        return Sign(name, True, f"{at} 备份")
    return Sign(name, False, f"{at} 以后没有", "请看每天的备份任务为什么没有做，先运行一次 noveto sealed backup。")


def _disk(desk: Desk) -> Sign:
    name, usage = "磁盘", shutil.disk_usage(desk.settings.state)
    free = f"{usage.free / (1 << 30):.1f} GB"
    if usage.free < _LOW or usage.free < usage.total * _SHARE:
        return Sign(name, False, f"只剩 {free}", "请删掉旧的备份和日志，或者加磁盘；满了办件台收不了件。")
    return Sign(name, True, f"还有 {free}")
