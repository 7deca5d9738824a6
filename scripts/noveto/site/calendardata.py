"""The working calendar as the browser gets it: runs of rest days and make-up days, a few kilobytes."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from noveto.calendar import Calendar

FIRST = date(2005, 1, 1)
AHEAD = 8
"""Years published beyond the last known notice; those days are marked as not known."""


def calendar_data(cal: Calendar) -> dict[str, Any]:
    """Return the calendar as plain data: every rest day that is not a plain weekend, every worked weekend day.

    Days are exactly those of the engine, statutory holidays of unannounced years included, so the browser
    needs no rule of its own beyond Monday to Friday.
    """
    newest = max(cal.years, default=FIRST.year)
    rest: list[list[Any]] = []
    work: list[list[str]] = []
    day, last = FIRST, date(newest + AHEAD, 12, 31)
    while day <= last:
        why = cal.reason(day)
        if not why and day.weekday() >= 5:
            work.append([day.isoformat(), cal.makeup(day)])
        elif why and why != "周末":
            if rest and rest[-1][0] == why and date.fromisoformat(rest[-1][1]) + timedelta(days=rest[-1][2]) == day:
                rest[-1][2] += 1
            else:
                rest.append([why, day.isoformat(), 1])
        day += timedelta(days=1)
    return {
        "known_through": cal.known_through.isoformat(),
        "years": sorted(cal.years),
        "sha256": cal.digest,
        "rest": rest,
        "work": work,
    }


def calendar_script(cal: Calendar) -> str:
    """Return the calendar as a script, because a page opened from disk may not load JSON."""
    data = json.dumps(calendar_data(cal), ensure_ascii=False, separators=(",", ":"))
    return f"window.NOVETO_CALENDAR={data};\n"
