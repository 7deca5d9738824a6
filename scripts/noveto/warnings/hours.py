"""When something may be sent: office hours on working days, by the ledger's own calendar."""

from __future__ import annotations

from datetime import date, datetime, time

from noveto.calendar import Calendar

OPENS = time(8, 0)
CLOSES = time(18, 0)
DIGEST = time(8, 30)
"""From then on the morning's digests are sent; the usual schedule runs at 08:35, off the half hour."""


def in_hours(calendar: Calendar, now: datetime, opens: time = OPENS) -> bool:
    """Return whether messages may go out at ``now`` (China time): a working day, from ``opens`` to 18:00."""
    return calendar.is_workday(now.date()) and opens <= now.time() < CLOSES


def release(calendar: Calendar, moment: datetime) -> datetime:
    """Return when a notice about an act of ``moment`` may be sent: at once, or when work begins."""
    if in_hours(calendar, moment):
        return moment
    day = moment.date()
    if calendar.is_workday(day) and moment.time() < OPENS:
        return datetime.combine(day, OPENS)
    return datetime.combine(calendar.next_workday(date.fromordinal(day.toordinal() + 1)), OPENS)
