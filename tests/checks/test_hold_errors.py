"""A record with an error counts nowhere, whatever the error is; one of the day only is a matter of the day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.checks.run import hold_errors, hold_open
from noveto.cli.main import cli
from noveto.ledger import Ledger

ROOT = Path(__file__).resolve().parents[2]
NAME = "bdc-20211117-01"
CASE = f"records/cases/bdc/2021-11/{NAME}.yml"


@pytest.fixture
def ledger(tmp_path):
    for part in ("records", "schema"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


def change(root: Path, old: str, new: str) -> None:
    path = root / CASE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(root: Path, *args: str) -> dict:
    made = ["--root", str(root), "--today", "2026-10-10", "--format", "json"]
    result = CliRunner().invoke(cli, [*args, *made], catch_exceptions=False)
    return json.loads(result.stdout)


ERRORS = {
    "number in the text": ("facts: |", "facts: |\n  来电 13912345678。"),
    "unmasked name": ("name: 王**", "name: 王小明"),
    "unknown window": ("window: bdc-w02", "window: bdc-w99"),
    "unknown person": ("clerk: bdc-004", "clerk: bdc-999"),
    "other id": (f"id: {NAME}", "id: bdc-20211117-02"),
    "broken form": ("track: cross_department", "track: cross"),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_every_output_leaves_it_out_and_names_it(ledger, wrong):
    month = ("stats", "--from", "2021-11-01", "--to", "2021-11-30")
    like = ("similar", "来人三年里多次到大厅办房产证，证明本人就是登记的那个人")
    before = run(ledger, *month)
    assert before["total"]["indicators"][0]["n"] == 1
    assert run(ledger, *like)["cases"][0]["id"] == NAME
    change(ledger, *ERRORS[wrong])
    checked = run(ledger, "check")
    assert checked["summary"]["quarantined"] == 1
    after = run(ledger, *month)
    assert after["total"]["indicators"][0]["n"] == 0
    assert after["quarantined"] == [NAME]
    (row,) = [row for row in run(ledger, "deadlines", "--all")["cases"] if row["case"] == NAME]
    assert (row["status"], row["clocks"]) == ("quarantined", [])
    assert NAME not in [found["id"] for found in run(ledger, *like)["cases"]]


def test_asked_twice_it_says_the_same(ledger):
    change(ledger, *ERRORS["unknown window"])
    with Ledger.open(ledger) as opened:
        for _ in range(2):
            hold_errors(opened, date(2026, 10, 10))
            assert [item.id for item in opened.quarantined] == [NAME]
        assert [finding.code for finding in opened.quarantined[0].findings] == ["NV302"]
        opened.hold(())
        assert opened.quarantined == []
        assert opened.record(NAME) is not None


def test_what_has_not_come_yet_holds_nothing_back(ledger):
    """Seen from an earlier day every later step would be an error: the case is there all the same."""
    made = ["--root", str(ledger), "--today", "2021-11-18", "--format", "json"]
    rows = json.loads(CliRunner().invoke(cli, ["deadlines", "--all", *made]).stdout)["cases"]
    (row,) = [row for row in rows if row["case"] == NAME]
    assert row["status"] != "quarantined"


def test_the_open_ones_are_judged_alone_where_only_they_are_shown(ledger):
    path = ledger / "records/cases/bdc/2026-10/bdc-20261009-01.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (ledger / CASE).read_text(encoding="utf-8").split("\nlog:")[0] + "\nlog:\n"
    for old, new in ((NAME, path.stem), ("2021-11-17", "2026-10-09"), ("entry: ", "remark: "), ("remark: 示例\n", "")):
        text = text.replace(old, new)
    path.write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(("remark: {", "accepted:"))) + "\n"
    )
    (row,) = [row for row in run(ledger, "deadlines")["cases"] if row["case"] == path.stem]
    assert row["status"] == "open"
    path.write_text(path.read_text(encoding="utf-8").replace("clerk: bdc-004", "clerk: bdc-999"), encoding="utf-8")
    (row,) = [row for row in run(ledger, "deadlines")["cases"] if row["case"] == path.stem]
    assert (row["status"], row["clocks"]) == ("quarantined", [])


def test_what_is_kept_of_the_open_ones_follows_text_registry_and_place(ledger, tmp_path_factory, monkeypatch):
    """Judged once and kept: the next run tells a changed text, window or place all the same."""
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path_factory.mktemp("cache")))
    day = date(2021, 11, 18)
    path, windows = ledger / CASE, ledger / "records/registry/windows.yml"
    text, table = path.read_text(encoding="utf-8"), windows.read_text(encoding="utf-8")
    moved = path.with_name("bdc-20211117-09.yml")

    def held() -> tuple[list[str], bool]:
        with Ledger.open(ledger) as opened:
            shown = [record.id for record in hold_open(opened, day)]
            found = [finding.code for item in opened.quarantined if item.kind == "case" for finding in item.findings]
            return found, NAME in shown

    assert held() == ([], True)
    for wrong, code in (("number in the text", "NV601"), ("unknown window", "NV302")):
        change(ledger, *ERRORS[wrong])
        assert held() == held() == ([code], False)
        path.write_text(text, encoding="utf-8")
    windows.write_text(table.replace("bdc-w02", "bdc-w77"), encoding="utf-8")
    assert held() == (["NV302"], False)
    windows.write_text(table, encoding="utf-8")
    path.rename(moved)
    assert held() == (["NV320"], False)
    moved.rename(path)
    assert held() == ([], True)
