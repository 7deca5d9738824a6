"""``noveto due``: the contract's JSON, the table a clerk reads, csv."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli

ROOT = Path(__file__).parents[2]
EXAMPLES = json.loads((ROOT / "tests" / "data" / "worked-deadlines.json").read_text())["examples"]


def due(*args: str):
    result = CliRunner().invoke(cli, ["--root", str(ROOT), "--today", "2026-11-22", "due", *args])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_worked_examples_as_json(example):
    args = [example["start"], str(example["n"]), "--format", "json"]
    args += ["--calendar-days"] if example["unit"] == "calendar_roll" else []
    for first, last in example.get("pauses", []):
        args += ["--pause", f"{first}/{last or ''}"]
    told = json.loads(due(*args))
    assert told["start"] == example["start"]
    for key in ("due", "counted", "raw", "used", "remaining"):
        if key in example:
            assert told[key] == example[key]
    assert told["provisional"] is example.get("provisional", False)


def test_the_envelope():
    told = json.loads(due("2026-12-31", "5", "--format", "json"))
    assert told["noveto"] == "due/1"
    assert told["today"] == "2026-11-22"
    assert told["calendar"]["known_through"] == "2026-12-19"
    assert len(told["calendar"]["sha256"]) == len(told["rules"]["sha256"]) == 64
    assert set(told) >= {"start", "due", "counted", "skipped", "provisional", "assumptions"}
    assert set(told["skipped"][0]) == {"date", "why"}
    assert "2027" in told["assumptions"][0]


def test_the_table_explains_each_day():
    assert due("2026-09-23", "10") == (
        "期限：10 个工作日\n\n"
        "2026-09-23 周三                起算日，当天不计\n"
        "2026-09-24 周四                第 1 日\n"
        "2026-09-25 周五 至 09-27 周日  中秋节，不计\n"
        "2026-09-28 周一                第 2 日\n"
        "2026-09-29 周二                第 3 日\n"
        "2026-09-30 周三                第 4 日\n"
        "2026-10-01 周四 至 10-07 周三  国庆节，不计\n"
        "2026-10-08 周四                第 5 日\n"
        "2026-10-09 周五                第 6 日\n"
        "2026-10-10 周六                第 7 日（国庆节调休上班）\n"
        "2026-10-11 周日                周末，不计\n"
        "2026-10-12 周一                第 8 日\n"
        "2026-10-13 周二                第 9 日\n"
        "2026-10-14 周三                第 10 日，到期\n\n"
        "到期：2026-10-14 周三\n"
    )


def test_the_table_of_calendar_days_tells_the_roll():
    text = due("2025-12-03", "60", "--calendar-days")
    assert "2025-12-04 周四 至 2026-02-01 周日  第 1 日至第 60 日，最后一天是周末，顺延" in text
    assert "到期：2026-02-02 周一" in text


def test_the_table_of_an_open_pause():
    text = due("2025-11-03", "10", "--pause", "2025-11-05/")
    assert "中止期间没有到期日。已用 1 个工作日，还剩 9 个工作日。" in text
    assert "尚未恢复" in text


def test_the_table_marks_provisional_dates_and_says_what_is_left():
    text = due("2026-12-18", "3")
    assert "到期：2026-12-23 周三（暂定），今天是 2026-11-22，还剩 23 个工作日" in text
    assert "暂定的原因：2027 年放假通知还没有录入" in text


def test_due_today():
    assert "到期：2026-11-20 周五" in due("2026-11-17", "3")
    assert "今天到期" in due("2026-11-17", "3", "--today", "2026-11-20")


def test_no_days():
    text = due("2026-10-03", "0")
    assert "期限：当天" in text
    assert "2026-10-03 周六 至 10-07 周三  国庆节，不计" in text
    assert "2026-10-08 周四                到期" in text


def test_known_at():
    assert json.loads(due("2019-04-29", "3", "--known-at", "2019-03-21", "--format", "json"))["due"] == "2019-05-03"
    told = json.loads(due("2019-04-29", "3", "--known-at", "2019-03-22", "--format", "json"))
    assert (told["due"], told["known_at"]) == ("2019-05-06", "2019-03-22")
    assert "只按 2019-03-21 以前发布的放假通知计算" in due("2019-04-29", "3", "--known-at", "2019-03-21")
    early = json.loads(due("2026-03-02", "3", "--known-at", "2010-01-01", "--format", "json"))
    assert (early["calendar"]["known_through"], early["provisional"]) == (None, True)


def test_csv():
    rows = list(csv.DictReader(io.StringIO(due("2026-02-13", "2", "--format", "csv"))))
    assert rows[0] == {"date": "2026-02-14", "weekday": "周六", "number": "1", "why": "春节调休上班"}
    assert rows[1]["why"] == "春节"
    assert rows[-1] == {"date": "2026-02-24", "weekday": "周二", "number": "2", "why": ""}


def test_a_file_gets_the_format_it_ends_with(tmp_path):
    due("2026-02-13", "2", "--output", str(tmp_path / "期限.csv"))
    due("2026-02-13", "2", "--output", str(tmp_path / "期限.json"))
    due("2026-02-13", "2", "--output", str(tmp_path / "期限.txt"))
    due("2026-02-13", "2", "--format", "json", "--output", str(tmp_path / "另.csv"))
    assert (tmp_path / "期限.csv").read_text("utf-8-sig").startswith("date,weekday")
    assert json.loads((tmp_path / "期限.json").read_text("utf-8"))["due"] == "2026-02-24"
    assert (tmp_path / "期限.txt").read_text("utf-8").startswith("期限：2 个工作日")
    assert json.loads((tmp_path / "另.csv").read_text("utf-8"))["due"] == "2026-02-24"  # what was asked for


def test_outside_a_ledger_the_own_calendar_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["due", "2026-09-23", "10", "--format", "json"])
    assert json.loads(result.stdout)["due"] == "2026-10-14"


def test_a_broken_calendar_is_told_by_file_and_line(tmp_path):
    folder = tmp_path / "records" / "calendar"
    folder.mkdir(parents=True)
    (tmp_path / "schema").mkdir()
    (folder / "2026.yml").write_text("year: 2026\noff: [\n")
    result = CliRunner().invoke(cli, ["due", "2026-09-23", "10", "--root", str(tmp_path)])
    assert result.exit_code == 2
    assert "2026.yml 第 3 行" in result.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["2026-01-01", "3", "--pause", "2026-01-05"], "缺少斜线"),
        (["2026-01-01", "3", "--pause", "2026-01-05/2026-01-04"], "早于开始日"),
        (["2026-01-01", "3", "--pause", "/2026-01-04"], "不是日期"),
        (["2026-01-01", "3", "--known-at", "x"], "不是日期"),
        (["1900-01-01", "3"], "1950 年到 2199 年"),
        (["2026-01-01", "999999999999"], "1950 年到 2199 年"),
        (["9999-12-31", "999999999999", "--calendar-days"], "1950 年到 2199 年"),
        (["2026-01-01", "1.5"], "要写整数"),
    ],
)
def test_wrong_arguments(args, says):
    result = CliRunner().invoke(cli, ["due", *args])
    assert result.exit_code == 2
    assert says in result.stderr
