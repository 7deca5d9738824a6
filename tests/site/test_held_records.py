"""Quarantined records on the site: file, line and message, and nothing of what the file says of a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.site.conftest import TODAY

from noveto.checks.run import hold_errors
from noveto.ledger import Ledger
from noveto.site.held import held

ROOT = Path(__file__).resolve().parents[2]
CASE = "records/cases/bdc/2021-11/bdc-20211117-01.yml"
PERSON = "applicant: {kind: person, name: 王**}"


@pytest.fixture
def ledger(tmp_path):
    for part in ("records", "schema"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def told(root: Path, old: str, new: str):
    path = root / CASE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with Ledger.open(root) as opened:
        hold_errors(opened, TODAY)
        assert [item.path for item in opened.quarantined] == [CASE]
        assert opened.file(CASE) is None
        assert CASE not in [record.path for record in opened.cases()]
        return list(held(opened))


@pytest.mark.parametrize(
    "person",
    [
        "applicant: {kind: person, name: 王小明, contact: 138****1111}",
        "applicant: {kind: 王小明, name: 王**}",
        "applicant: {kind: person, name: [王小明]}",
        "applicant: {kind: person, name: 王**, 王小明: x}",
        "applicant: 王小明 13812345678",
        "applicant: {kind: person, name: 王**, contact: 13812345678}",
        "applicant: {kind: person, name: 王**, contact: wang@example.com}",
        "applicant: {kind: person, name: 王**, count: 王小明}",
        "applicant:\n  kind: person\n  name：王小明",
        "applicant:\n  kind: person\n  name:王小明",
        "applicant:\n  kind: person\n  name: “王小明”",
        "applicant:\nkind: person\nname：王小明",
        "applicant: {kind: person, name: 王小明, contact",
    ],
)
def test_nobody_is_named(ledger, person):
    found = told(ledger, PERSON, person)
    assert found
    for item in found:
        said = f"{item.message}{item.fix}"
        assert "王小明" not in said
        assert "13812345678" not in said
        assert "wang@" not in said
        assert item.message
        assert item.line > 0


def test_other_lines_keep_their_message(ledger):
    (item,) = told(ledger, "track: cross_department", "track: cross")
    assert (item.code, item.owner) == ("NV133", "bdc")
    assert "“cross”" in item.message
    assert item.fix


def test_text_of_the_file_is_not_given_back_as_a_mend(ledger):
    found = told(ledger, "remark: 示例", "remark：来人王小明")
    assert found
    assert not [item for item in found if "王小明" in item.message + item.fix]


def test_all_errors_of_one_file_are_told(ledger):
    """A broken form does not hide the number in the text."""
    path = ledger / CASE
    path.write_text(
        path.read_text(encoding="utf-8").replace("facts: |", "facts: |\n  来电13812345678", 1), encoding="utf-8"
    )
    found = told(ledger, "track: cross_department", "track: cross")
    assert {item.code for item in found} == {"NV133", "NV601"}
