"""``noveto calendar check`` and ``add`` as an administrator uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.calendar.files import read_file
from noveto.cli.main import cli

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "tests" / "data" / "notices"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    folder = tmp_path / "records" / "calendar"
    folder.mkdir(parents=True)
    (tmp_path / "schema").mkdir()
    for path in (ROOT / "records" / "calendar").glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return tmp_path


def run(ledger: Path, *args: str, text: str | bytes | None = None, today: str = "2026-10-10"):
    return CliRunner().invoke(cli, ["--root", str(ledger), "--today", today, "calendar", *args], input=text)


# -- check ---------------------------------------------------------------------------------------------------


def test_the_repository_calendar_passes():
    result = run(ROOT, "check")
    assert result.exit_code == 0
    assert result.stdout == "工作日历已知到 2026-12-19；检查了 13 个文件：差错 0，提醒 0，提示 0。\n"


@pytest.mark.parametrize(("today", "code", "word"), [("2026-11-01", 0, "提示 NV295"), ("2026-12-20", 1, "差错 NV295")])
def test_next_years_notice_is_asked_for(today, code, word):
    result = run(ROOT, "check", today=today)
    assert result.exit_code == code
    assert word in result.stdout
    assert "noveto calendar add" in result.stdout


def test_a_note_can_be_made_to_fail():
    assert run(ROOT, "check", "--fail-on", "note", today="2026-11-01").exit_code == 1
    assert run(ROOT, "check", "--fail-on", "warning", today="2026-11-01").exit_code == 0


def test_a_mistyped_day_fails_with_its_place(ledger):
    path = ledger / "records" / "calendar" / "2026.yml"
    path.write_text(path.read_text().replace("2026-10-10, name", "2026-10-12, name"))
    result = run(ledger, "check")
    assert result.exit_code == 1
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "2026-10-12" in text)
    assert f"records/calendar/2026.yml:{line}:10  差错 NV287" in result.stdout
    assert "2026-10-12（周一）写成调休上班，可它本来就是工作日。" in result.stdout
    told = json.loads(run(ledger, "check", "--format", "json").stdout)
    assert told["noveto"] == "calendar-check/1"
    assert {"code": "NV287", "line": line}.items() <= told["findings"][-1].items()
    assert told["summary"] == {"files": 13, "errors": 2, "breaches": 0, "warnings": 0, "notes": 0}


def test_a_broken_file_leaves_the_others_checked(ledger):
    folder = ledger / "records" / "calendar"
    (folder / "2021.yml").write_bytes("标题".encode("gbk"))
    path = folder / "2026.yml"
    path.write_text(path.read_text().replace("2026-10-10, name", "2026-10-12, name"))
    result = run(ledger, "check")
    assert result.exit_code == 1
    assert "records/calendar/2021.yml  差错 NV280" in result.stdout
    assert "NV287" in result.stdout
    assert "Traceback" not in result.output


def test_a_stray_file_is_told(ledger):
    (ledger / "records" / "calendar" / "2027 (1).yml").write_text("year: 2027\n")
    result = run(ledger, "check")
    assert result.exit_code == 1
    assert "文件名不对" in result.stdout


def test_a_ledger_without_calendar(tmp_path):
    (tmp_path / "records").mkdir()
    (tmp_path / "schema").mkdir()
    result = run(tmp_path, "check")
    assert result.exit_code == 2
    assert "records/calendar" in result.stderr


# -- add -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2026", "2024", "2019-a1", "2020-a1"])
def test_a_pasted_notice_becomes_its_file(ledger, name):
    folder = ledger / "records" / "calendar"
    entered = read_file(f"{name}.yml", (folder / f"{name}.yml").read_bytes()).notice
    (folder / f"{name}.yml").unlink()
    result = run(ledger, "add", str(TEXTS / f"{name}.txt"), "--paper", entered.paper)
    assert result.exit_code == 0, result.output
    written = read_file(f"{name}.yml", (folder / f"{name}.yml").read_bytes()).notice
    assert (written.off, written.work, written.issued) == (entered.off, entered.work, entered.issued)
    assert (written.title, written.paper, written.amendment) == (entered.title, entered.paper, entered.amendment)
    assert run(ledger, "check").exit_code == 0
    assert "已写入" in result.stderr


def test_the_review_lists_what_was_understood(ledger):
    (ledger / "records" / "calendar" / "2026.yml").unlink()
    text = run(ledger, "add", "--dry-run", text=(TEXTS / "2026.txt").read_text()).stdout
    assert "2026 年，年度通知，2025-11-04 发布" in text
    assert "  放假 2026-02-15（周日）至 2026-02-23（周一），共 9 天" in text
    assert "  上班 2026-02-28（周六）" in text
    assert "共放假 33 天（其中平日 19 天），调休上班 6 天。" in text
    assert "  2026-10-10  周末 → 工作日" in text
    assert "- {date: 2026-10-10, name: 国庆节}" in text
    assert not (ledger / "records" / "calendar" / "2026.yml").exists()


def test_sentences_not_used_are_shown(ledger):
    (ledger / "records" / "calendar" / "2024.yml").unlink()
    assert "除夕(2月9日)鼓励" in run(ledger, "add", str(TEXTS / "2024.txt")).stdout


def test_json(ledger):
    (ledger / "records" / "calendar" / "2026.yml").unlink()
    told = json.loads(run(ledger, "add", "--format", "json", "--dry-run", str(TEXTS / "2026.txt")).stdout)
    assert (told["year"], told["amendment"], told["issued"], told["written"]) == (2026, 0, "2025-11-04", False)
    assert told["work"][0] == {"date": "2026-01-04", "name": "元旦"}
    assert {"date": "2026-02-20", "before": "工作日", "after": "春节"} in told["changes"]
    assert told["problems"] == told["findings"] == []


def test_an_existing_file_is_never_overwritten(ledger):
    path = ledger / "records" / "calendar" / "2026.yml"
    before = path.read_bytes()
    result = run(ledger, "add", str(TEXTS / "2026.txt"))
    assert result.exit_code == 2
    assert "不覆盖" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("9月20日（周日）", "9月21日（周日）", "2026-09-21 是周一"),
        ("共9天", "共8天", "原文写共 8 天，按日期数是 9 天"),
        ("5月9日（周六）上班。", "", "NV289"),
        ("五、端午节：6月19日（周五）至21日（周日）放假，共3天。", "", "NV288"),
    ],
)
def test_a_notice_that_contradicts_itself_is_not_written(ledger, old, new, says):
    path = ledger / "records" / "calendar" / "2026.yml"
    path.unlink()
    text = (TEXTS / "2026.txt").read_text()
    assert text.count(old) == 1
    result = run(ledger, "add", text=text.replace(old, new))
    assert result.exit_code == 1
    assert says in result.stdout
    assert not path.exists()


def test_an_amendment_gets_the_next_number(ledger):
    text = "国务院办公厅关于调整2019年劳动节假期安排的通知\n5月1日至3日放假调休。4月28日、5月4日上班。\n2019年4月1日\n"
    assert run(ledger, "add", text=text).exit_code == 1  # 2 to 4 May stay off, so the days do not balance
    result = run(ledger, "add", "--exception", "试写的例外", text=text)
    assert result.exit_code == 0, result.output
    assert (ledger / "records" / "calendar" / "2019-a2.yml").exists()


def test_gbk_text_is_read(ledger):
    (ledger / "records" / "calendar" / "2026.yml").unlink()
    result = run(ledger, "add", text=(TEXTS / "2026.txt").read_text().encode("gb18030"))
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("你好", "看不出是哪一年"),
        ("2027年元旦：1月1日放假", "--issued"),
        (b"\xff\xff\xff", "编码"),
    ],
)
def test_text_that_is_not_enough(ledger, text, says):
    result = run(ledger, "add", text=text)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_that_is_not_there(ledger):
    assert "读不了" in run(ledger, "add", "nothing.txt").stderr


def test_options_complete_a_bare_text(ledger):
    (ledger / "records" / "calendar" / "2026.yml").unlink()
    body = "\n".join((TEXTS / "2026.txt").read_text().splitlines()[1:2])
    result = run(ledger, "add", "--year", "2026", "--issued", "2025-11-04", text=body)
    assert result.exit_code == 0, result.output
    title = read_file("2026.yml", (ledger / "records" / "calendar" / "2026.yml").read_bytes()).notice.title
    assert title == "国务院办公厅关于2026年部分节假日安排的通知"


def test_the_2027_notice_ends_the_provisional_dates(ledger):
    """An invented text, to see the day the real one comes: weekdays and balance are right."""
    text = (
        "关于2027年部分节假日安排的通知\n元旦：1月1日至3日放假，共3天。"
        "春节：2月5日至11日放假调休，共7天。1月31日（周日）上班。"
        "清明节：4月3日至5日放假，共3天。劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。"
        "端午节：6月9日放假。中秋节：9月15日放假。国庆节：10月1日至7日放假调休，共7天。"
        "9月26日（周日）、10月9日（周六）上班。\n2026年11月20日\n"
    )
    result = run(ledger, "add", text=text)
    assert result.exit_code == 0, result.output
    assert "2027-02-10  工作日 → 春节" in result.stdout
    assert run(ledger, "check", today="2026-12-20").exit_code == 0
    due = CliRunner().invoke(cli, ["due", "2026-12-31", "5", "--root", str(ledger), "--format", "json"])
    assert json.loads(due.stdout)["provisional"] is False
