"""Limits: from a start day and a number of days to the due day, with the derivation of each.

Rules: the start day is not counted (民法典 201). A limit in working days ends on its n-th working day. A limit in
calendar days that ends on a rest day ends on the next working day (民法典 203). A limit of 0 days ends on the
same day, moved to the next working day. Days inside a pause (both ends included, 行政许可法 45) are not
counted, and no limit ends on one; a pause begun after the due day changes nothing; under an open pause there
is no due day, only what was used and what remains.

``limit`` answers from prefix tables and is called for every clock of every case; ``derive`` lists the days one by
one for the reader. A property test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from noveto.calendar.model import Calendar
from noveto.calendar.notice import CalendarRangeError, notice_year
from noveto.calendar.statutory import MOVING

DAY = timedelta(days=1)
PAUSED = "中止期间"


class Pause(NamedTuple):
    """Days not counted, ``start`` to ``end``, both included; ``end`` None: still open. ``why`` is shown."""

    start: date
    end: date | None
    why: str = PAUSED


class Limit(NamedTuple):
    """The outcome of a limit; ``due`` is None under an open pause. ``used`` + ``remaining`` = its length."""

    start: date
    due: date | None
    used: int
    remaining: int
    provisional: bool


class Derivation(NamedTuple):
    """A limit with every day it counted and every day it skipped, in order.

    ``raw`` is the end in calendar days before it was moved off a rest day (calendar-day limits only).
    """

    start: date
    n: int
    calendar_days: bool
    due: date | None
    counted: tuple[date, ...]
    skipped: tuple[tuple[date, str], ...]
    used: int
    remaining: int
    provisional: bool
    assumptions: tuple[str, ...]
    raw: date | None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``noveto due`` (contract, section 7)."""
        value: dict[str, Any] = {
            "start": self.start.isoformat(),
            "n": self.n,
            "unit": "calendar_day" if self.calendar_days else "workday",
            "due": self.due.isoformat() if self.due else None,
            "counted": [day.isoformat() for day in self.counted],
            "skipped": [{"date": day.isoformat(), "why": why} for day, why in self.skipped],
            "used": self.used,
            "remaining": self.remaining,
            "provisional": self.provisional,
            "assumptions": list(self.assumptions),
        }
        if self.calendar_days:
            value["raw"] = self.raw.isoformat() if self.raw else None
        return value


def merge_pauses(pauses: Iterable[Pause]) -> list[Pause]:
    """Sort pauses and join those that overlap; a range that ends before it begins is dropped."""
    merged: list[Pause] = []
    for pause in sorted(
        (p for p in pauses if p.end is None or p.end >= p.start), key=lambda p: (p.start, p.end or date.max)
    ):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < pause.start):
            merged.append(pause)
        elif last.end is not None and (pause.end is None or pause.end > last.end):
            merged[-1] = Pause(last.start, pause.end, last.why)
    return merged


def limit(cal: Calendar, start: date, n: int, pauses: Sequence[Pause] = (), calendar_days: bool = False) -> Limit:
    """Return the due day of a limit of ``n`` days (0 or more) that starts on ``start``.

    Raises ValueError for a negative ``n``, CalendarRangeError when a day leaves 1950 to 2199.
    """
    if n < 0:
        raise ValueError(f"a limit cannot be {n} days long")
    if not pauses:
        due = _roll(cal, start, n) if calendar_days else cal.add_workdays(start, n)
        return Limit(start, due, n, 0, cal.passes_unknown(start, due))
    if calendar_days or n == 0:
        return _limit_calendar(cal, start, n, merge_pauses(pauses))
    return _limit_workdays(cal, start, n, merge_pauses(pauses))


def _roll(cal: Calendar, start: date, n: int) -> date:
    return cal.next_workday(_plus(start, n))


def _plus(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CalendarRangeError from None


def _limit_workdays(cal: Calendar, start: date, n: int, pauses: list[Pause]) -> Limit:
    stretch = 0  # working days lost to pauses so far
    due = cal.add_workdays(start, n)
    for pause in pauses:
        if pause.start > due:
            break
        before = max(start, pause.start - DAY)
        if pause.end is None:
            return _stopped(cal, start, n, before, cal.workdays_between(start, before) - stretch)
        stretch += cal.workdays_between(before, pause.end)
        due = cal.add_workdays(start, n + stretch)
    return Limit(start, due, n, 0, cal.passes_unknown(start, due))


def _limit_calendar(cal: Calendar, start: date, n: int, pauses: list[Pause]) -> Limit:
    raw = _plus(start, n)
    due = cal.next_workday(raw)
    for pause in pauses:
        if pause.start > due:
            break
        before = max(start, pause.start - DAY)
        if pause.end is None:
            return _stopped(cal, start, n, before, n - max(0, (raw - before).days))
        if n and pause.start <= raw:
            raw = _plus(raw, max(0, (pause.end - before).days))
        due = cal.next_workday(max(raw, pause.end + DAY) if pause.end >= due else max(raw, due))
    return Limit(start, due, n, 0, cal.passes_unknown(start, due))


def _stopped(cal: Calendar, start: date, n: int, last: date, used: int) -> Limit:
    used = min(n, max(0, used))
    return Limit(start, None, used, n - used, last > start and cal.passes_unknown(start, last))


def derive(cal: Calendar, start: date, n: int, pauses: Sequence[Pause] = (), calendar_days: bool = False) -> Derivation:
    """Walk through the days of a limit and note each; the due day equals that of ``limit``.

    Raises as ``limit`` does. ``skipped`` holds every day after the start that was passed over: rest days by
    their name, days inside a pause by the pause's (a working day, or any day when calendar days are counted).
    """
    if n < 0:
        raise ValueError(f"a limit cannot be {n} days long")
    counted: list[date] = []
    skipped: list[tuple[date, str]] = []
    effective = merge_pauses(pauses)
    raw = start if n == 0 else None
    due: date | None = None
    day = start if n == 0 else _plus(start, 1)
    while due is None:
        pause = next((p for p in effective if p.start <= day and (p.end is None or day <= p.end)), None)
        rest = cal.reason(day)
        if pause is not None and pause.end is None:
            skipped.append((day, f"{pause.why}（尚未恢复）"))
            break
        if pause is not None:
            skipped.append((day, rest if rest and not calendar_days else pause.why))
        elif len(counted) < n and (calendar_days or not rest):
            counted.append(day)
            if len(counted) == n:
                raw = day
                due = None if rest else day
        elif len(counted) == n and not rest:
            due = day
        else:
            skipped.append((day, rest))
        day = _plus(day, 1)
    last = due or max(start, skipped[-1][0] - DAY)
    provisional = (due is not None or last > start) and cal.passes_unknown(start, last)
    return Derivation(
        start=start,
        n=n,
        calendar_days=calendar_days,
        due=due,
        counted=tuple(counted),
        skipped=tuple(skipped),
        used=len(counted) if due is None else n,
        remaining=n - len(counted) if due is None else 0,
        provisional=provisional,
        assumptions=tuple(assumptions(cal, start, last)) if provisional else (),
        raw=raw if calendar_days else None,
    )


def assumptions(cal: Calendar, start: date, last: date) -> list[str]:
    """Say, year by year, what is not known about the days after ``start`` up to ``last``, and what is assumed."""
    sentences = []
    newest = max(cal.years, default=0)
    first = min(last, _plus(start, 1))
    for year in range(notice_year(first), notice_year(last) + 1):
        if year in cal.years:
            continue
        begin = max(first, date(year - 1, 12, 20))
        if cal.known_at is not None:
            head = f"到 {cal.known_at} 为止，{year} 年放假通知还没有发布"
        elif year > newest:
            head = f"{year} 年放假通知还没有录入"
        else:
            head = f"台账里没有 {year} 年的放假通知"
        tail = "，通知录入后自动更新" if year > newest else ""
        sentences.append(f"{head}，{begin} 起按周末和法定节日暂算，没有计入调休上班和补休{tail}。")
        if last.year >= year and not any(day.year == year and name == "春节" for day, name in cal.statutory.items()):
            sentences.append(f"{year} 年{MOVING}在哪几天也没有录入，暂按没有这几个节日计算。")
    return sentences
