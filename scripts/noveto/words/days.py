"""Dates as people say them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

WEEKDAYS = "一二三四五六日"


class Days(Protocol):
    """What this module needs to know of a calendar."""

    def is_workday(self, day: date, /) -> bool:
        """Whether ``day`` is a working day."""
        ...

    def reason(self, day: date, /) -> str:
        """Why ``day`` is a rest day; empty on a working day."""
        ...

    def makeup(self, day: date, /) -> str:
        """Name of the holiday a make-up working day (调休) belongs to; empty on any other day."""
        ...

    def workdays_between(self, a: date, b: date, /) -> int:
        """Working days after ``a`` up to and including ``b``; 0 when ``b`` is not later."""
        ...


def weekday(day: date) -> str:
    """周一 … 周日."""
    return "周" + WEEKDAYS[day.weekday()]


def short(day: date, *, today: date, cal: Days | None = None, weekday: bool = True) -> str:
    """10-14 周三, for lists; a rest day that is worked: 10-10 周六班. The year only when it is not this one."""
    text = day.isoformat()
    if day.year == today.year:
        text = text[5:]
    if not weekday:
        return text
    worked = "班" if cal is not None and day.weekday() >= 5 and cal.is_workday(day) else ""
    return f"{text} 周{WEEKDAYS[day.weekday()]}{worked}"


def sentence(day: date, *, today: date | None = None) -> str:
    """10 月 14 日 周三, for sentences; with the year when ``today`` is given and lies in another one."""
    year = f"{day.year} 年 " if today is not None and day.year != today.year else ""
    return f"{year}{day.month} 月 {day.day} 日 {weekday(day)}"


def promise(day: date, *, today: date | None = None) -> str:
    """10 月 14 日 周三 下班前: what may be promised to the applicant."""
    return f"{sentence(day, today=today)} 下班前"


def paper(day: date) -> str:
    """2026年10月14日, as printed on forms: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def message(day: date, cal: Days | None = None) -> str:
    """10月12日（周一）, for messages; a make-up day: 10月10日（周六 调休上班）."""
    worked = " 调休上班" if cal is not None and day.weekday() >= 5 and cal.is_workday(day) else ""
    return f"{day.month}月{day.day}日（{weekday(day)}{worked}）"


def day_note(day: date, cal: Days) -> str:
    """What is special about a day: 国庆节调休，上班 · 国庆节放假 · 周末休息 · empty for an ordinary working day."""
    if cal.is_workday(day):
        name = cal.makeup(day) if day.weekday() >= 5 else ""
        if day.weekday() < 5:
            return ""
        return f"{name}调休，上班" if name and name != "调休" else "调休，上班"
    reason = cal.reason(day)
    return "周末休息" if reason == "周末" else f"{reason}放假"


def headline_day(day: date, cal: Days) -> str:
    """2026 年 10 月 10 日 周六（国庆节调休，上班）: the line under a page's title."""
    note = day_note(day, cal)
    return f"{day.year} 年 {day.month} 月 {day.day} 日 {weekday(day)}" + (f"（{note}）" if note else "")
