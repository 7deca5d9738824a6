"""Heads of periods and samples, as terminal and desk write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from noveto.calendar import Calendar

DAYS = 5
"""Working days units have for their objections where nothing else is said."""


def period_head(
    key: str, opened: date, calendar: Calendar, *, until: date | None = None, freeze_on: date | None = None
) -> dict[str, Any]:
    """Return the head of the record of a period (2026-09, 2026-Q3, 2026) that is looked over from ``opened`` on."""
    last = until or calendar.add_workdays(opened, DAYS)
    return {
        "id": f"qj-{key.lower()}",
        "opened": opened.isoformat(),
        "objections_until": last.isoformat(),
        "freeze_on": (freeze_on or calendar.add_workdays(last, 1)).isoformat(),
    }


def review_head(
    key: str, unit: str, drawn: date, by: str, *, seed: str, size: int, pool: int, commit: str, cases: Sequence[str]
) -> dict[str, Any]:
    """Return the head of the record of a sample."""
    return {
        "id": f"cc-{key.lower()}-{unit}",
        "unit": unit,
        "drawn": drawn.isoformat(),
        "drawn_by": by,
        "seed": seed,
        "size": str(size),
        "pool": str(pool),
        **({"commit": commit} if commit else {}),
        "cases": list(cases),
    }
