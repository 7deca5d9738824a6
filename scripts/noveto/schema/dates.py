"""Days and times that exist: the part of the form that a pattern cannot say.

Runs on every record, so the fields to look at are listed once per schema.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from noveto.schema.tree import Node, Tree

DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"
FIRST_YEAR, LAST_YEAR = 1949, 2100
"""Years a record may name; limits are computed for 1990-2100, registries remember older bodies."""

Path = tuple[str, ...]
"""Keys from an object down to a date; ``*`` stands for every item of a list."""


Fields = tuple[tuple[str, ...], tuple[Path, ...]]
"""The dates of an object: keys that hold one themselves, and paths that lead deeper (rare)."""

_real_days: set[str] = set()  # days already found to exist: a ledger names the same few thousand again and again


class Dates:
    """The date and time fields of one schema."""

    def __init__(self, tree: Tree) -> None:
        self._head = _split(_paths(tree, tree.root, skip="log" if tree.steps else ""))
        self._steps = {name: _split(_paths(tree, node)) for name, node in tree.steps.items()}

    def real(self, value: object) -> bool:
        """Whether every date and time in ``value`` exists. ``value`` must have passed the patterns."""
        if not isinstance(value, dict):
            return True
        if not _object_real(value, *self._head):
            return False
        steps = self._steps
        if steps and (log := value.get("log")):
            for entry in log:
                if not _object_real(entry, *steps[entry["step"]]):
                    return False
        return True

    def unreal(self, value: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield path and text of each date or time of the right shape that does not exist."""
        if not isinstance(value, Mapping):
            return
        for path in _joined(self._head):
            yield from _unreal(value, path, ())
        log = value.get("log")
        for n, entry in enumerate(log if isinstance(log, list) else ()):
            step = entry.get("step") if isinstance(entry, Mapping) else None
            fields = self._steps.get(step) if isinstance(step, str) else None
            for path in _joined(fields) if fields else ():
                yield from _unreal(entry, path, ("log", n))


def _paths(tree: Tree, node: Node, skip: str = "") -> Iterator[Path]:
    for name, child in node.get("properties", {}).items():
        if name == skip:
            continue
        below = tree.resolve(child)
        if below.get("pattern") in (DATE_PATTERN, TIME_PATTERN):
            yield (name,)
        for path in _paths(tree, below):
            yield (name, *path)
        if "items" in below:
            for path in _paths(tree, tree.resolve(below["items"])):
                yield (name, "*", *path)


def _split(paths: Iterable[Path]) -> Fields:
    all_paths = tuple(paths)
    return tuple(path[0] for path in all_paths if len(path) == 1), tuple(path for path in all_paths if len(path) > 1)


def _joined(fields: Fields) -> Iterator[Path]:
    yield from ((key,) for key in fields[0])
    yield from fields[1]


def _object_real(value: Mapping[str, Any], keys: tuple[str, ...], deeper: tuple[Path, ...]) -> bool:
    for key in keys:
        text = value.get(key)
        if text is not None and not is_real(text):
            return False
    return not deeper or all(_all_real(value, path) for path in deeper)


def _all_real(value: Any, path: Path) -> bool:
    for at, key in enumerate(path):
        if key == "*":
            return all(_all_real(item, path[at + 1 :]) for item in value)
        value = value.get(key)
        if value is None:
            return True
    return is_real(value)


def _unreal(value: object, path: Path, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not path:
        if isinstance(value, str) and _shaped(value) and not is_real(value):
            yield at, value
    elif path[0] == "*":
        for n, item in enumerate(value if isinstance(value, list) else ()):
            yield from _unreal(item, path[1:], (*at, n))
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _unreal(value[path[0]], path[1:], (*at, path[0]))


def _shaped(text: str) -> bool:
    day, _, clock = text.partition("T")
    shape = "".join("0" if char in "0123456789" else char for char in day)
    return shape == "0000-00-00" and (not clock or (len(clock) == 5 and clock.isascii() and clock[2] == ":"))


def is_real(text: str) -> bool:
    """Whether a text of the shape YYYY-MM-DD or YYYY-MM-DDTHH:MM names a day and time that exist.

    The year must lie in 1949-2100 and the time in 00:00-23:59 (24:00 is 00:00 of the next day).
    """
    day = text[:10]
    if day not in _real_days:
        try:
            year = date.fromisoformat(day).year
        except ValueError:
            return False
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return False
        _real_days.add(day)
    return len(text) == 10 or (text[11:13] < "24" and text[14:16] < "60")


def why_unreal(text: str) -> tuple[str, str]:
    """Say in Chinese why a date or time of the right shape does not exist, and how to mend it."""
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"年份 {text[:4]} 不对，应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间", "请核对年份"
    if not 1 <= month <= 12:
        return f"没有 {month} 月", "月份是 01 到 12，请核对"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"{year} 年 {month} 月没有 {day} 日，最后一天是 {last} 日", "请核对是哪一天"
    if text[11:16] == "24:00":
        return "没有 24:00 这个写法", "半夜 12 点请写成第二天的 00:00"
    if text[11:13] >= "24":
        return f"没有 {text[11:13]} 点", "小时是 00 到 23，请核对"
    return f"没有 {text[14:16]} 分", "分钟是 00 到 59，请核对"
