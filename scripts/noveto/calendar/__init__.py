"""Working days and limits: the calendar of State Council notices, and due days with their derivation."""

from noveto.calendar.limits import Derivation, Limit, Pause, derive, limit
from noveto.calendar.model import Calendar
from noveto.calendar.notice import CalendarRangeError, LocalDay, Notice

__all__ = ["Calendar", "CalendarRangeError", "Derivation", "Limit", "LocalDay", "Notice", "Pause", "derive", "limit"]
