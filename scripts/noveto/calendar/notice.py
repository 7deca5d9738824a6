"""What calendar data consists of: State Council notices and local days, and the years that can be computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from noveto.errors import UserError

FIRST_DAY = date(1950, 1, 1)
LAST_DAY = date(2199, 12, 31)


class CalendarRangeError(UserError, ValueError):
    """A day outside the years the calendar can compute with (1950 to 2199)."""

    def __init__(self) -> None:
        super().__init__(f"只能算 {FIRST_DAY.year} 年到 {LAST_DAY.year} 年之间的日期。请核对年份和天数。")


class Notice(NamedTuple):
    """One State Council notice: the days it names, each with the holiday's name.

    ``amendment`` is 0 for the yearly notice, 1, 2, … for later ones that change it. ``off`` are rest days,
    ``work`` make-up workdays (调休上班). ``exception`` states why days off and make-up days need not balance.
    """

    year: int
    amendment: int
    title: str
    issued: date
    paper: str = ""
    off: Mapping[date, str] = {}
    work: Mapping[date, str] = {}
    exception: str = ""

    @property
    def file_name(self) -> str:
        """Name of the notice's file: ``2020.yml``, ``2020-a1.yml``."""
        return f"{self.year}-a{self.amendment}.yml" if self.amendment else f"{self.year}.yml"


class LocalDay(NamedTuple):
    """A rest or working day decided locally; ``issued`` is the day it was decided, where recorded."""

    day: date
    name: str
    work: bool
    basis: str = ""
    approver: str = ""
    issued: date | None = None


def notice_year(day: date) -> int:
    """Return the year whose notice may name ``day``: its own, from 20 December on the next."""
    return day.year + 1 if day.month == 12 and day.day >= 20 else day.year


def say(day: date) -> str:
    """Return a day with its weekday: ``2026-10-10（周六）``."""
    return f"{day}（周{'一二三四五六日'[day.weekday()]}）"
