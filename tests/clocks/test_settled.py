"""A case that nothing can change by itself any more says the same on every later day: pages and figures rest on that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.clocks import clockcases

from noveto.calendar import Calendar
from noveto.clocks import Arrivals, CaseView, view
from noveto.clocks.recipe import is_open, last_view
from noveto.ledger import Record
from noveto.rules import Rules


def record_of(value: dict[str, Any], arrivals: list[date | None] | None) -> Record:
    return Record("", "", "case", value, arrivals=tuple(arrivals or ()), receipts=arrivals is not None)


def told(found: CaseView) -> tuple[Any, ...]:
    return found.status, found.stage.code, found.headline, found.clocks


def test_a_settled_case_stays_as_it_is(calendar: Calendar, rules: Rules) -> None:
    settled = 0
    for seed in range(600):
        value, arrivals, _ = clockcases.case(seed)
        record = record_of(value, arrivals)
        found, last = last_view(record, rules, calendar)
        if is_open(found.status, found.clocks):
            continue
        settled += 1
        known = Arrivals(record.receipts, record.arrivals)
        for later in (1, 3, 10, 45, 400):
            then = view(record.case, rules, calendar, last + timedelta(days=later), arrivals=known)
            assert told(then) == told(found), (seed, later)
    assert settled > 100


def test_a_suspension_that_begins_on_a_day_to_come_is_awaited(calendar: Calendar, rules: Rules) -> None:
    value, _, _ = clockcases.case(1)
    by = {"by": "rsj-001"}
    value["log"] = [
        {"at": f"{value['raised'][:10]}T21:00", **by, "step": "answered", "result": "done"},
        {"at": f"{value['raised'][:10]}T22:00", **by, "step": "suspended", "kind": "study", "from": "2031-03-03"},
    ]
    found, last = last_view(record_of(value, None), rules, calendar)
    assert last == date(2031, 3, 3)
    assert any(clock.clock == "review" and clock.open for clock in found.clocks)
