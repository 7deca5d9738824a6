"""One commit of the line as the server received it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400
_EIGHT_HOURS = 28_800


class Pushed(NamedTuple):
    """One commit of the line, with its receipt (None, "", "", "" without one).

    ``day`` is the ordinal of the day it was received, ``moment`` the time (ISO), both in China time.
    """

    seq: int
    id: str
    parent_ids: str
    author: str
    email: str
    time: int
    day: int | None
    moment: str
    pusher: str
    via: str

    @property
    def short(self) -> str:
        """The commit as people quote it."""
        return self.id[:10]

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of its parents, that on the line first."""
        return tuple(self.parent_ids.split())

    @property
    def merge(self) -> bool:
        """Whether it joins another branch into the line."""
        return " " in self.parent_ids

    @property
    def claimed(self) -> int:
        """The ordinal of the day (China time) on which it says it was made."""
        return _EPOCH + (self.time + _EIGHT_HOURS) // _DAY

    @property
    def received(self) -> datetime | None:
        """When the server received it (China time), None without a receipt."""
        return datetime.fromisoformat(self.moment) if self.moment else None


def day_of(commit: Pushed) -> date:
    """Return the day a commit counts for: that of its receipt, else its own claim in China time."""
    return date.fromordinal(commit.claimed if commit.day is None else commit.day)
