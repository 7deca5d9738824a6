"""What two readers make of a sample: whose verdict counts, and which are still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.records.model import Entry, Review


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one drawn case: the verdict, the second reading (by another person), what was settled."""

    case: str
    verdict: Entry | None = None
    second: Entry | None = None
    settled: Entry | None = None

    @property
    def state(self) -> str:
        """One of waiting (nobody has read it), read (once), differing, done."""
        if self.settled is not None:
            return "done"
        if self.verdict is None or self.second is None:
            return "read" if self.verdict is not None else "waiting"
        return "done" if self.verdict.data["verdict"] == self.second.data["verdict"] else "differing"

    @property
    def final(self) -> str:
        """The verdict that counts: sound, partly or unsound; "" while there is none."""
        if self.state != "done":
            return ""
        entry = self.settled or self.second
        return str(entry.data["verdict"]) if entry else ""


def readings(review: Review, today: date = date.max) -> tuple[Reading, ...]:
    """Return what was read of a sample by the end of ``today``, case by case in the order drawn.

    The last verdict counts; a second reading only after it and by another person.
    """
    first: dict[str, Entry] = {}
    second: dict[str, Entry] = {}
    settled: dict[str, Entry] = {}
    log = sorted((entry for entry in review.log if entry.day <= today), key=lambda entry: entry.at)
    if any(entry.step == "voided" for entry in log):
        return ()
    for entry in log:
        case = str(entry.data.get("case", ""))
        if entry.step == "verdict":
            first[case] = entry
            second.pop(case, None)
        elif entry.step == "second_read" and case in first and first[case].by != entry.by:
            second[case] = entry
        elif entry.step == "settled":
            settled[case] = entry
    return tuple(Reading(case, first.get(case), second.get(case), settled.get(case)) for case in review.cases)


def audited(ledger: Ledger, today: date) -> Mapping[str, str]:
    """Return for each drawn case what two readers made of it: sound, partly, unsound, "" for not yet."""
    found: dict[str, str] = {}
    for record in ledger.records("review"):
        if record.review.drawn <= today:
            for reading in readings(record.review, today):
                found[reading.case] = reading.final or found.get(reading.case, "")
    return found
