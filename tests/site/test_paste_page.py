"""The page of lines to paste: what stands on it is what the checker takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from noveto.ledger import Context, Ledger
from noveto.rules import Steps
from noveto.writing.validate import Ids, validate

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guide" / "paste.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
TEMPLATE = BLOCKS[0]
STEPS = {found[1]: block for block in BLOCKS[1:-1] if (found := re.search(r"  step: (\w+)", block))}
PATH = "records/cases/scjgj/2026-10/scjgj-20261010-01.yml"


@pytest.fixture(scope="module")
def context(demo_folder: Path) -> Iterator[Context]:
    with Ledger.open(demo_folder, cache=False) as ledger:
        yield ledger.context


def errors(context: Context, text: str) -> list[str]:
    found, record = validate(
        text.encode(), PATH, context, Ids(lambda path: True), date(2026, 10, 10), now=datetime(2026, 10, 10, 18, 0)
    )
    assert record is not None, found
    return [f"{one.code} {one.message}" for one in found if one.severity == "error"]


def test_the_template_is_a_case(context: Context) -> None:
    assert errors(context, TEMPLATE) == []


def test_every_step_stands_on_the_page(context: Context) -> None:
    known = Steps.load(ROOT / "schema" / "steps.yml").machine("case", date(2026, 10, 10)).steps
    assert set(STEPS) == set(known)


@pytest.mark.parametrize("step", STEPS)
def test_the_lines_are_taken(context: Context, step: str) -> None:
    first = STEPS["submitted"] if step == "struck" else ""
    text = TEMPLATE + first + STEPS[step]
    if step == "corrected":
        text = text.replace("name: 食品经营许可（新业态）, category", "name: 食品经营许可, category")
    assert errors(context, text) == []
