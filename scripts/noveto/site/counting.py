"""How a due date came about, as one sentence a reader can follow with a finger on the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from noveto import words
from noveto.words import Days

_JOIN = " · "


def derivation_text(told: Mapping[str, Any], cal: Days, today: date, *, start_word: str = "登记") -> str:
    """Tell a derivation (the JSON of the contract) as one line.

    09-23 登记当日不计 · 09-24 第 1 日 · 09-25 至 27 中秋节不计 · … → 到期 10-14 周三. A date that was named by a person
    says so; an open pause says what was used.
    """
    start = date.fromisoformat(told["start"])
    parts: list[str] = []
    if told.get("named"):
        named = date.fromisoformat(told["named"])
        parts.append(f"约定 {words.short(named, today=today, cal=cal)}")
    elif told.get("counted") or told.get("due") != told["start"]:
        parts.append(f"{_day(start, today)} {start_word}当日不计")
    parts += _runs(told, cal, today)
    if told.get("extended_to"):
        parts.append("经批准延长")
    if told.get("reclassified_on"):
        parts.append("改类时已过，到改类那天为止")
    if told.get("due") is None:
        return _JOIN.join(parts) + f" → 中止中，已用 {told.get('used', 0)} 日，还剩 {told.get('remaining', 0)} 日"
    due = date.fromisoformat(told["due"])
    end = "（暂定）" if told.get("provisional") else ""
    text = _JOIN.join(parts) + f" → 到期 {words.short(due, today=today, cal=cal)}{end}"
    assumed = told.get("assumptions") or ()
    return text + ("。" + "".join(assumed) if assumed else "")


def _runs(told: Mapping[str, Any], cal: Days, today: date) -> list[str]:
    """Counted and skipped days in order, neighbours of one kind put together."""
    days: list[tuple[date, str, int]] = [
        (date.fromisoformat(day), "", number) for number, day in enumerate(told.get("counted", ()), 1)
    ]
    days += [(date.fromisoformat(item["date"]), item["why"], 0) for item in told.get("skipped", ())]
    days.sort()
    groups: list[list[tuple[date, str, int]]] = []
    for item in days:
        worked = _worked(item[0], cal) and not item[1]
        last = groups[-1][-1] if groups else None
        joins = (
            last is not None
            and last[1] == item[1]
            and (item[0] - last[0]).days == 1
            and not worked
            and not (_worked(last[0], cal) and not last[1])
        )
        if joins:
            groups[-1].append(item)
        else:
            groups.append([item])
    return [_group(group, cal, today) for group in groups]


def _group(group: Sequence[tuple[date, str, int]], cal: Days, today: date) -> str:
    first, why, number = group[0]
    last = group[-1][0]
    if why:
        span = _day(first, today) if len(group) == 1 else f"{_day(first, today)} 至 {_later(first, last, today)}"
        name = words.weekday(first) if why == "周末" and len(group) == 1 else why
        return f"{span} {name}不计"
    if len(group) == 1:
        if _worked(first, cal):
            return f"{_day(first, today)} {words.weekday(first)}（调休上班）第 {number} 日"
        return f"{_day(first, today)} 第 {number} 日"
    listed = "、".join([_day(first, today), *(_later(first, item[0], today) for item in group[1:])])
    numbers = "、".join(str(item[2]) for item in group)
    return f"{listed} 第 {numbers} 日"


def _worked(day: date, cal: Days) -> bool:
    return day.weekday() >= 5 and cal.is_workday(day)


def _day(day: date, today: date) -> str:
    return words.short(day, today=today, weekday=False)


def _later(first: date, day: date, today: date) -> str:
    """A later day of the same run: the month is left out where it is the same."""
    same = (day.year, day.month) == (first.year, first.month)
    return day.strftime("%d") if same else _day(day, today)
