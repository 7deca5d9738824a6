from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from noveto.calendar import Calendar
from noveto.clocks import NO_RECEIPTS, Arrivals, Clock, compute
from noveto.records.model import Applicant, Case, Entry, Matter
from noveto.rules import Rules, parse_rules

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar.load(TOP / "records" / "calendar")


@pytest.fixture(scope="session")
def rules() -> Rules:
    return parse_rules(yaml.load((TOP / "schema" / "rules.yml").read_bytes(), yaml.BaseLoader))


def _build(raised: str, *log: tuple[Any, ...], track: str = "general", licensing: bool = False,
               accepted: str | None = None, mode: str = "") -> Case:  # fmt: skip
    entries = tuple(
        Entry(n, datetime.fromisoformat(at if "T" in at else f"{at}T10:00"), "rsj-001", step, dict(*data))
        for n, (at, step, *data) in enumerate(log, 1)
    )
    return Case(
        id="rsj-20260305-01", unit="rsj", window="rsj-w03", clerk="rsj-001",
        raised=datetime.fromisoformat(raised if "T" in raised else f"{raised}T09:00"),
        accepted=datetime.fromisoformat(accepted if "T" in accepted else f"{accepted}T09:00") if accepted else None,
        track=track, track_reason="", kind="application", handling="guide", channel="window",  # type: ignore[arg-type]
        applicant=Applicant("enterprise", "某公司"), matter=Matter("事项", "other", licensing=licensing), reason="R04",
        reasons_also=(), facts="事实", sensitive=False, entry_mode=mode, entry_why="", log=entries, head={},
    )  # fmt: skip


@pytest.fixture
def build_case() -> Callable[..., Case]:
    """Build a case from its day of raising and ``(at, step, fields)`` entries."""
    return _build


@pytest.fixture
def run(calendar: Calendar, rules: Rules) -> Callable[..., dict[str, Clock]]:
    """Compute a case's clocks, keyed ``clock/round`` (``clock/round/unit`` for consults)."""

    def compute_all(
        raised: str, *log: tuple[Any, ...], today: str, arrivals: Arrivals = NO_RECEIPTS, **head: Any
    ) -> dict[str, Clock]:
        case = _build(raised, *log, **head)
        clocks = compute(case, rules.for_day(case.raised.date()), calendar, date.fromisoformat(today), arrivals)
        return {"/".join(filter(None, (c.clock, str(c.round), c.of))): c for c in clocks}

    return compute_all
