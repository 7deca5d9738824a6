"""The engine against the oracle: every clock of random cases, and the derivation of each."""

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clocks import clockcases, oracle

from noveto.calendar import Calendar
from noveto.clocks import NO_RECEIPTS, Arrivals, Clock, compute, compute_complaint
from noveto.records.build import build_case, build_complaint
from noveto.rules import Rules

DAY = timedelta(days=1)
FIELDS = (
    "start", "due", "due_calendar", "state", "state_calendar", "met_on", "days_left", "days_late", "provisional",
    "binding",
)  # fmt: skip


@pytest.fixture(scope="module")
def days() -> oracle.Days:
    return oracle.Days()


def engine(seed: int, calendar: Calendar, rules: Rules) -> tuple[list[Clock], date]:
    value, arrivals, today = clockcases.case(seed)
    case = build_case(value)
    known = NO_RECEIPTS if arrivals is None else Arrivals(True, tuple(arrivals))
    since = rules.for_day(case.raised.date())
    return compute(case, since, calendar, today, known), since.since


def told(clocks: list[Any]) -> dict[Any, list[Any]]:
    """Clocks by name, round and unit; several of one key in a fixed order."""
    grouped = defaultdict(list)
    for clock in clocks:
        one = clock if isinstance(clock, dict) else {f: getattr(clock, f) for f in ("clock", "round", "of", *FIELDS)}
        fields = {field: one[field] for field in FIELDS} | {"days_late": one["days_late"] or 0}
        grouped[one["clock"], one["round"], one["of"]].append(fields)
    return {key: sorted(found, key=lambda f: (str(f["due"]), str(f["met_on"]))) for key, found in grouped.items()}


def test_both_calendars_agree_on_every_day(calendar: Calendar, days: oracle.Days) -> None:
    day = date(2018, 1, 1)
    while day < date(2028, 1, 1):
        assert days.works(day) == calendar.is_workday(day), day
        day += DAY


def test_the_oracle_walks_the_worked_deadlines(days: oracle.Days) -> None:
    text = (Path(__file__).parent.parent / "data" / "worked-deadlines.json").read_text("utf-8")
    for item in json.loads(text)["examples"]:
        pauses = [[date.fromisoformat(day) if day else None for day in pause] for pause in item.get("pauses", [])]
        start, calendar_days = date.fromisoformat(item["start"]), item["unit"] == "calendar_roll"
        due = oracle.walk(days, start, item["n"], pauses, calendar_days)
        assert (due and due.isoformat()) == item["due"], item


@pytest.mark.parametrize("start", range(0, 1500, 250))
def test_every_clock_of_random_cases(calendar: Calendar, rules: Rules, days: oracle.Days, start: int) -> None:
    for seed in range(start, start + 250):
        value, arrivals, today = clockcases.case(seed)
        clocks, _ = engine(seed, calendar, rules)
        assert told(clocks) == told(oracle.compute(days, value, today, arrivals)), f"case {seed}: {value}"


def test_random_complaints(calendar: Calendar, rules: Rules, days: oracle.Days) -> None:
    for seed in range(1000):
        value, today = clockcases.complaint(seed)
        complaint = build_complaint(value)
        clocks = compute_complaint(complaint, rules.for_day(complaint.received.date()), calendar, today)
        assert told(clocks) == told(oracle.compute(days, value, today)), f"complaint {seed}: {value}"


def test_random_cases_reach_every_state(days: oracle.Days) -> None:
    seen = set()
    for seed in range(1000):
        value, arrivals, today = clockcases.case(seed)
        seen |= {(c["clock"], c["state"]) for c in oracle.compute(days, value, today, arrivals)}

    assert {state for _, state in seen} == {
        "running", "due_today", "overdue", "met", "met_late", "suspended", "deemed_accepted", "unattested",
        "not_applicable",
    }  # fmt: skip
    assert len(seen) > 55


def test_the_derivation_of_every_clock_tells_each_day(calendar: Calendar, rules: Rules, days: oracle.Days) -> None:
    for seed in range(1000):
        clocks, since = engine(seed, calendar, rules)
        for clock in clocks:
            derivation, basis = clock.derivation(calendar, since), clock.basis
            counted = [date.fromisoformat(day) for day in derivation["counted"]]
            skipped = [date.fromisoformat(item["date"]) for item in derivation["skipped"]]

            assert derivation["due"] == (clock.due.isoformat() if clock.due else None), (seed, clock)
            assert derivation["provisional"] == clock.provisional
            assert bool(derivation["assumptions"]) == clock.provisional
            assert all(item["why"] for item in derivation["skipped"])
            assert all(days.works(day) for day in counted)
            if basis.days is None:
                assert counted == []
            elif clock.due is not None:
                assert len(counted) == basis.days, (seed, clock)
                if basis.floor is None and basis.days:
                    assert sorted(counted + skipped) == [
                        date.fromordinal(n) for n in range(basis.start.toordinal() + 1, clock.due.toordinal() + 1)
                    ]
            else:
                assert len(counted) == derivation["used"] == basis.days - derivation["remaining"]
