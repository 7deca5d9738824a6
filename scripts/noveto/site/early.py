"""Stamping the pages of cases long settled while their records are read for something else.

A first build reads, builds and computes every record for its facts. What the page of a case needs besides is only
known afterwards where something about it still moves: those, and the few that others point to, are stamped then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from noveto.clocks.recipe import last_view
from noveto.site.casebuild import case_path
from noveto.site.stamping import Job, Stamper

if TYPE_CHECKING:
    from datetime import date

    from noveto.ledger import Context, Record


@dataclass(frozen=True, slots=True)
class Early:
    """Makes the companion of one build. ``before``: nothing may have happened to a case on this day or later;
    ``held``: the paths of records that may not be shown."""

    job: Job
    before: date
    held: frozenset[str] = frozenset()

    def __call__(self) -> EarlyStamper:
        """Return it; called in the process that reads the records."""
        return EarlyStamper(self)


class EarlyStamper:
    """Stamps the settled cases among the records it sees (a companion: see noveto.ledger.workers)."""

    def __init__(self, early: Early) -> None:
        self.early = early
        self.stamper = Stamper(early.job)
        self._history: dict[str, tuple[str, ...]] = {}

    def begin(self, paths: Sequence[str]) -> None:
        """Ask for the history of these records at once."""
        self._history = self.stamper.history(paths)

    def see(self, record: Record, context: Context) -> bool:
        """Stamp the page of a case of which nothing is open, and tell whether that was done."""
        if record.kind != "case" or record.path in self.early.held:
            return False
        found, last = last_view(record, context.rules, context.calendar)
        if last >= self.early.before or any(clock.open for clock in found.clocks):
            return False
        page = self.stamper.page(record, self._history.get(record.path, ()), found)
        name = case_path(record.id)
        self.stamper.put(name, page, replace=(self.early.job.out / name).exists())
        return True
