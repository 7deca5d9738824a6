"""The table of hostile tries: every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = (
    (ROOT / "docs" / "threat-model.md").read_text("utf-8").partition("## Tries and results")[2].partition("\n## ")[0]
)
ROWS = [row for row in TABLE.splitlines() if row.startswith("| ") and not row.startswith("| try")]


def names_in(file: Path) -> set[str]:
    return set(re.findall(r"def (test_\w+)", file.read_text("utf-8")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:50])
def test_every_try_has_its_test(row: str) -> None:
    file = ROOT / "tests" / "desk" / "test_hostile.py"
    named = re.findall(r"`(tests/[\w/]+\.py)?(?:::)?(test_\w+)?`", row.split("|")[3])
    assert named
    for path, test in named:
        file = ROOT / path if path else file
        assert file.is_file(), path
        assert not test or test in names_in(file), test
