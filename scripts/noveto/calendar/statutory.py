"""Statutory holidays on fixed dates, for days no notice is known for.

Source: 全国年节及纪念日放假办法, 1949-12-23, and its revisions of 1999-09-18, 2007-12-14, 2013-12-11 and
2024-11-10. The days that move (春节, 清明节, 端午节, 中秋节) come from ``records/calendar/statutory.yml``.
"""

from __future__ import annotations

from datetime import date

_NEW_YEAR, _LABOUR, _NATIONAL = "元旦", "劳动节", "国庆节"

# (issued, first year in force, {(month, day): name})
_LAWS: tuple[tuple[date, int, dict[tuple[int, int], str]], ...] = (
    (date(1949, 12, 23), 1950, {(1, 1): _NEW_YEAR, (5, 1): _LABOUR, (10, 1): _NATIONAL, (10, 2): _NATIONAL}),
    (
        date(1999, 9, 18),
        1999,
        {(1, 1): _NEW_YEAR} | {(5, d): _LABOUR for d in (1, 2, 3)} | {(10, d): _NATIONAL for d in (1, 2, 3)},
    ),
    (date(2007, 12, 14), 2008, {(1, 1): _NEW_YEAR, (5, 1): _LABOUR} | {(10, d): _NATIONAL for d in (1, 2, 3)}),
    (
        date(2024, 11, 10),
        2025,
        {(1, 1): _NEW_YEAR, (5, 1): _LABOUR, (5, 2): _LABOUR} | {(10, d): _NATIONAL for d in (1, 2, 3)},
    ),
)

MOVING = "春节、清明节、端午节、中秋节"


def fixed_days(year: int, known_at: date | None = None) -> dict[date, str]:
    """Return the statutory holidays of ``year`` that have a fixed date, by the law in force for that year.

    With ``known_at`` only laws issued by that day count. Empty before 1950.
    """
    for issued, first, days in reversed(_LAWS):
        if year >= first and (known_at is None or issued <= known_at):
            return {date(year, month, day): name for (month, day), name in days.items()}
    return {}


def statutory_count(year: int) -> int:
    """Return how many holidays the law grants in ``year``: 7 (1950), 10 (1999), 11 (2008), 13 (from 2025)."""
    return 13 if year >= 2025 else 11 if year >= 2008 else 10 if year >= 1999 else 7
