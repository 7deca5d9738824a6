"""What ``noveto deadlines`` lists: cases, complaints and quarantined records with their clocks, a row each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from noveto.clocks import CaseView, Clock
    from noveto.ledger import Ledger, Record
    from noveto.rules import Rules


class Row:
    """One line of the answer: a case or complaint with its clocks, or a quarantined record without."""

    def __init__(
        self,
        name: str,
        unit: str,
        view: CaseView | None,
        clocks: tuple[Clock, ...],
        status: str,
        since: date = date.min,
    ) -> None:
        self.since = since  # from when the rules hold that a complaint is judged by
        self.name = name
        self.unit = unit
        self.view = view
        self.clocks = clocks
        self.status = status

    def shown(self, *, everything: bool, state: str | None) -> bool:
        """Whether the row is asked for: with an open clock (with ``everything`` any) in that state, if one is named."""
        if state is not None:
            return any(clock.state == state and (everything or clock.open) for clock in self.clocks)
        return everything or self.status == "quarantined" or any(clock.open for clock in self.clocks)

    def urgency(self) -> tuple[bool, bool, date, str]:
        """The order of lists: what is due first, then what waits, then what cannot be read."""
        running = [clock for clock in self.clocks if clock.open]
        binding = [clock for clock in running if clock.binding] or running
        due = min((clock.due for clock in binding if clock.due), default=date.max)
        return (self.status == "quarantined", not running, due, self.name)

    def as_dict(self, ledger: Ledger, *, everything: bool) -> dict[str, Any]:
        """Return the entry of the JSON document."""
        if self.view is not None:
            return self.view.as_dict(ledger.calendar, open_only=not everything)
        return {
            "case": self.name,
            "unit": self.unit,
            "window": "",
            "track": "",
            "status": self.status,
            "clocks": [
                {**clock.as_dict(), "derivation": clock.derivation(ledger.calendar, self.since)}
                for clock in self.clocks
                if everything or clock.open
            ],
        }


def rows_of(ledger: Ledger, rules: Rules, today: date, *, everything: bool) -> Iterator[Row]:
    """Yield the records whose form or references are broken, then the cases and complaints, all with ``everything``."""
    from noveto.checks.run import hold_errors, hold_open

    records: list[Record] = []
    if everything:
        hold_errors(ledger, today)
    else:
        records = hold_open(ledger, today)
    for held in ledger.quarantined:
        yield Row(held.id, held.owner, None, (), "quarantined")
    if everything:
        for kind in ("case", "complaint"):
            for record in ledger.records(kind, arrivals=True):
                yield from _row(record, ledger, rules, today)
    else:
        for record in records:
            yield from _row(record, ledger, rules, today)


def _row(record: Record, ledger: Ledger, rules: Rules, today: date) -> Iterator[Row]:
    from noveto.clocks import complaint_status, compute_complaint
    from noveto.clocks.recipe import view_of

    if record.kind == "complaint":
        complaint = record.complaint
        if complaint.received.date() <= today:
            ruleset = rules.for_day(complaint.received.date())
            clocks = tuple(compute_complaint(complaint, ruleset, ledger.calendar, today))
            status = complaint_status(complaint, ruleset, ledger.calendar, today)
            yield Row(complaint.id, complaint.hall, None, clocks, status, ruleset.since)
        return
    if record.case.raised.date() <= today:
        view = view_of(record, ledger, today, rules)
        yield Row(view.case.id, view.case.unit, view, view.clocks, view.status)
