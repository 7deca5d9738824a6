"""What figures can be grouped by, and periods."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

DIMENSIONS: Mapping[str, str] = {
    "unit": "单位",
    "window": "窗口",
    "hall": "大厅",
    "county": "县区",
    "track": "类别",
    "reason": "卡在哪里",
    "category": "事项类别",
    "month": "月",
    "quarter": "季度",
    "year": "年",
}
"""Names of the dimensions, with their titles."""

TIMES = frozenset({"month", "quarter", "year"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where windows and units belong: hall by window, county by unit ("" for city bodies), unit by window."""

    halls: Mapping[str, str] = field(default_factory=dict)
    counties: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """What a counted thing is grouped by; a complaint has no track, an improvement only a day."""

    day: int
    unit: str = ""
    window: str = ""
    hall: str = ""
    county: str = ""
    track: str = ""
    reason: str = ""
    category: str = ""

    def key(self, by: tuple[str, ...]) -> tuple[str, ...]:
        """Return the key of its group."""
        return tuple([time_key(self.day, name) if name in TIMES else str(getattr(self, name)) for name in by])


@lru_cache(maxsize=20_000)
def time_key(day: int, name: str) -> str:
    """Return 2026-09, 2026-Q3 or 2026 for the ordinal of a day ("" for 0)."""
    if not day:
        return ""
    found = date.fromordinal(day)
    if name == "month":
        return f"{found.year:04d}-{found.month:02d}"
    if name == "quarter":
        return f"{found.year:04d}-Q{(found.month + 2) // 3}"
    return f"{found.year:04d}"


def check_by(by: tuple[str, ...]) -> None:
    """Raise ValueError (Chinese) for an unknown or repeated dimension."""
    for name in by:
        if name not in DIMENSIONS:
            raise ValueError(f"不能按“{name}”分组。可以写：{'、'.join(DIMENSIONS)}，几个用逗号隔开。")
    if len(set(by)) != len(by):
        raise ValueError("同一个分组写了两次。")


def last_month(today: date) -> tuple[date, date]:
    """Return first and last day of the last complete month."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def previous_period(first: date, last: date) -> tuple[date, date]:
    """Return the period of the same kind before: whole months before whole months, else as many days."""
    end = first - timedelta(days=1)
    if first.day == 1 and last.day == months.monthrange(last.year, last.month)[1]:
        return months_back(end + timedelta(days=1), (last.year - first.year) * 12 + last.month - first.month + 1), end
    return end - (last - first), end


def months_back(day: date, count: int) -> date:
    """Return the same day ``count`` months earlier, at most the last day of that month."""
    number = day.year * 12 + day.month - 1 - count
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
