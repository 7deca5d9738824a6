"""The calendar of the repository and the facts it was entered from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from noveto.calendar import Calendar

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def cal() -> Calendar:
    """The calendar in records/calendar."""
    return Calendar.load(ROOT / "records" / "calendar")


@pytest.fixture(scope="session")
def facts() -> list[dict]:
    """The notices of 2018 to 2026 as facts, with dates as dates."""
    data = json.loads((ROOT / "tests" / "data" / "calendar-2018-2026.json").read_text())
    for notice in data["notices"]:
        for key in ("off", "work"):
            notice[key] = {date.fromisoformat(row["date"]): row["name"] for row in notice[key]}
    return data["notices"]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A folder with the shape of a ledger, holding a copy of the calendar."""
    folder = tmp_path / "records" / "calendar"
    folder.mkdir(parents=True)
    (tmp_path / "schema").mkdir()
    for path in (ROOT / "records" / "calendar").glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return tmp_path
