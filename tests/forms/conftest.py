"""A press, and the material of one case."""

from __future__ import annotations

import pytest
from tests.forms.formcase import CASE, TODAY

from noveto.calendar import Calendar
from noveto.clocks import view
from noveto.forms import Material, Press
from noveto.records.build import build_case
from noveto.records.registry import build_registry
from noveto.resources import resource
from noveto.rules import Rules
from noveto.schema import Schemas


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()


@pytest.fixture(scope="session")
def given() -> Material:
    calendar, rules = Calendar.load(resource("records/calendar")), Rules.load(resource("schema/rules.yml"))
    registry = build_registry(
        {
            "units": {"units": [{"id": "rsj", "name": "人力资源和社会保障局", "level": "city", "phone": "0566-1000"}]},
            "staff": {"staff": [{"id": "rsj-005", "name": "刘某", "unit": "rsj", "role": "clerk"},
                                {"id": "rsj-002", "name": "王主任", "unit": "rsj", "role": "leader"}]},
            "windows": {"windows": [{"id": "rsj-w03", "name": "社保 3 号窗口", "hall": "h", "unit": "rsj", "kind": "unit"}]},
            "office": {"help": {"phone": "8100"}},
        }
    )  # fmt: skip
    found = view(build_case(CASE), rules, calendar, TODAY)
    return Material(found, registry, Schemas.bundled(), calendar, TODAY, masked=True)
