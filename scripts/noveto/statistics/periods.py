"""Months, quarters and years: the periods figures are made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from noveto.statistics.groups import time_key


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year: its key (2026-09, 2026-Q3, 2026), first and last day (both included)."""

    key: str
    first: date
    last: date

    @property
    def kind(self) -> str:
        """One of month, quarter, year."""
        return "year" if len(self.key) == 4 else "quarter" if "Q" in self.key else "month"

    @property
    def months(self) -> tuple[str, ...]:
        """Keys of the months in it."""
        count = {"month": 1, "quarter": 3, "year": 12}[self.kind]
        return tuple(f"{self.first.year:04d}-{self.first.month + step:02d}" for step in range(count))

    @property
    def name(self) -> str:
        """2026 年 9 月, 2026 年 3 季度, 2026 年."""
        year = f"{self.first.year} 年"
        return {"month": f"{year} {self.first.month} 月", "quarter": f"{year} {self.key[-1]} 季度", "year": year}[
            self.kind
        ]

    @property
    def before(self) -> Period:
        """The period of the same kind before this one."""
        return period(time_key((self.first - timedelta(days=1)).toordinal(), self.kind))


def period(key: str) -> Period:
    """Return the period of a key. Raises ValueError for anything else."""
    year = int(key[:4])
    if len(key) == 4:
        return Period(key, date(year, 1, 1), date(year, 12, 31))
    first, count = ((int(key[-1]) - 1) * 3 + 1, 3) if "Q" in key else (int(key[5:]), 1)
    following = year * 12 + first - 1 + count
    return Period(key, date(year, first, 1), date(following // 12, following % 12 + 1, 1) - timedelta(days=1))
