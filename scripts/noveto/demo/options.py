"""What the user asks of a demo ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Options:
    """``cases`` files of cases in all, over ``months`` months that end on the morning of ``today``.

    The same options, registry, calendar and version give the same bytes and commit ids. ``commits`` is
    roughly how many commits a case may cost: one act, one commit while the ledger is small, and shared
    commits (the acts of one person on one day) above ``ONE_BY_ONE`` cases.
    """

    cases: int
    seed: int
    today: date
    months: int = 24

    ONE_BY_ONE = 4000

    @property
    def horizon(self) -> datetime:
        """The moment the history ends: nothing has been pushed later."""
        return datetime.combine(self.today, time(8, 30))

    @property
    def start(self) -> date:
        """The first day of the history."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 - self.months, 12)
        return date(year, month + 1, 1)

    @property
    def shared(self) -> bool:
        """Whether the acts of one person on one day share a commit."""
        return self.cases > self.ONE_BY_ONE
