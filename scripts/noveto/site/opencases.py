"""Open cases as lists show them: how each stands today, counted and sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from noveto.site.views import CaseRow

if TYPE_CHECKING:
    from noveto.clocks import CaseView
    from noveto.ledger import Record


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case: its record, what was computed for today, and its row in lists."""

    record: Record
    found: CaseView
    row: CaseRow

    @property
    def due(self) -> date | None:
        """The due day that counts: that of the headline clock while it runs."""
        return self.row.due

    def bucket(self) -> str:
        """One of late, today, next, run, stop: what the case counts as today."""
        level = self.row.status.level
        if self.row.status.kind == "review" or level == "stop":
            return "stop"
        return {"late": "late", "today": "today", "soon": "next", "run": "run"}.get(level, "run")


def dues_text(cases: Iterable[OpenCase]) -> str:
    """Open due days with their counts, for the browser to count anew: 2026-10-08 2026-10-09*2."""
    counts = Counter(case.due for case in cases if case.due is not None)
    return " ".join(
        day.isoformat() + (f"*{number}" if number > 1 else "") for day, number in sorted(counts.items()) if day
    )


def count_buckets(cases: Sequence[OpenCase]) -> Counter[str]:
    """How many cases are late, due today, due on the next working day, stopped, to be urged, provisional."""
    counts: Counter[str] = Counter(case.bucket() for case in cases)
    counts["all"] = len(cases)
    counts["mark"] = sum(1 for case in cases if case.row.marks)
    counts["prov"] = sum(1 for case in cases if case.row.provisional)
    return counts


def in_bucket(case: OpenCase, key: str) -> bool:
    """Whether a case belongs into the list of a chip."""
    if key == "all":
        return True
    if key == "mark":
        return bool(case.row.marks)
    if key == "prov":
        return case.row.provisional
    return case.bucket() == key


def urgency(case: OpenCase) -> tuple[bool, date, str]:
    """The order of lists: what is due first, then by number; what has no due day at the end."""
    return (case.due is None, case.due or date.max, case.row.id)


def row_tags(record: Record) -> tuple[str, ...]:
    """Few grey labels in lists: what changes how a row is read."""
    made = []
    if record.case.entry_mode:
        made.append("补录")
    if any(entry.step == "note" and entry.data.get("kind") == "urged" for entry in record.case.log):
        made.append("督办")
    return tuple(made)
