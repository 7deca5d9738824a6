"""What the tests of the warnings share: the demo ledger read once, and items made by hand."""

from datetime import date, datetime
from pathlib import Path

import pytest

from noveto.calendar import Calendar
from noveto.clocks.recipe import open_records
from noveto.ledger import Ledger
from noveto.warnings import Basis

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def calendar():
    return Calendar.load(ROOT / "records" / "calendar")


@pytest.fixture(scope="session")
def world(demo_folder):
    """Return the settings and the records of the demo ledger that mattered on 2026-09-01 or later."""
    with Ledger.open(demo_folder) as ledger:
        yield Basis.of(ledger), list(open_records(ledger, date(2026, 9, 1)))


@pytest.fixture(scope="session")
def morning():
    return datetime(2026, 10, 10, 8, 35)
