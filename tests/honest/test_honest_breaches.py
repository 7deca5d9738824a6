"""Honest records of bad news: accepted by the form, each marked with its breach and nothing worse.

`NOVETO_BLESS=1` writes the expected findings (`<name>.findings.txt`) anew. The head of a file says what it
shows, which codes it must give, the day of the check and, where filing matters, the days its steps arrived.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from tests.checks.bench import judge

from noveto.clocks import NO_RECEIPTS, Arrivals
from noveto.findings import Finding

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.yml"))


def said(text: str, key: str) -> str:
    found = re.search(rf"^# {key}: (.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def judged(path: Path) -> tuple[str, list[Finding]]:
    text = path.read_text("utf-8")
    days = tuple(date.fromisoformat(day) for day in said(text, "收到").split())
    arrivals = Arrivals(present=True, days=days) if days else NO_RECEIPTS
    today = date.fromisoformat(said(text, "检查日"))
    return text, judge(text, path.parent.name, today=today, arrivals=arrivals)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_breach_is_accepted_and_marked(path: Path) -> None:
    text, found = judged(path)
    told = "".join(
        f"{one.line}:{one.column} {one.code} {one.severity} {one.field}\n  {one.message}\n  {one.fix}\n"
        for one in found
    )
    golden = path.with_suffix(".findings.txt")
    if os.environ.get("NOVETO_BLESS"):
        golden.write_text(told, "utf-8")

    assert [one.code for one in found] == said(text, "违规").split()
    assert {one.severity for one in found} == {"breach"}
    assert golden.read_text("utf-8") == told
    for one in found:
        assert one.line > 1
        assert one.column > 0
        assert one.fix


def test_there_are_many_kinds() -> None:
    kinds = {code for path in FILES for code in said(path.read_text("utf-8"), "违规").split()}
    assert len(kinds) >= 34


def test_no_golden_is_left_over() -> None:
    assert {path.stem.removesuffix(".findings") for path in HERE.glob("*/*.txt")} == {path.stem for path in FILES}
