"""Checks of the calendar files: each mistake a typist makes is found, at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from noveto.calendar import Calendar
from noveto.calendar.files import CalendarFileError, notice_text, read_file, read_folder
from noveto.calendar.plausibility import check_folder, check_next_year
from noveto.findings import CATALOGUE, make

FOLDER = Path(__file__).parents[2] / "records" / "calendar"


def check(folder: Path) -> list[tuple[str, str, int]]:
    problems = list(check_folder(read_folder(folder)))
    for one in problems:  # each can be told as a finding
        told = make(one.code, file=one.file, line=one.line, column=one.column, field=one.field, **one.params)
        assert "{" not in told.message + told.fix
    return [(p.code, p.file, p.line) for p in problems]


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def test_the_repository_calendar_is_plausible():
    assert check(FOLDER) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "codes"),
    [
        ("2026.yml", "2026-10-10, name", "2026-10-12, name", {"NV287", "NV289"}),
        ("2026.yml", "2026-09-20, name", "2026-09-19, name", set()),  # also a weekend day: nothing can tell
        ("2026.yml", "- {date: 2026-10-01, name: 国庆节}\n", "", {"NV288", "NV289"}),
        ("2026.yml", "- {date: 2026-10-07, name: 国庆节}\n", "", {"NV289"}),
        ("2026.yml", "- {date: 2026-05-09, name: 劳动节}\n", "", {"NV289"}),
        ("2026.yml", "2026-01-04, name", "2026-01-03, name", {"NV286"}),
        ("2026.yml", "2026-01-03, name", "2026-01-02, name", {"NV285"}),
        ("2026.yml", "2026-01-03, name", "2027-01-03, name", {"NV284"}),
        ("2026.yml", "2026-01-03, name", "2025-11-30, name", {"NV284"}),
        ("2026.yml", "year: 2026", "year: 2025", {"NV281", "NV282", "NV284"}),
        ("2026.yml", "关于2026年", "关于2025年", {"NV282"}),
        ("2026.yml", "issued: 2025-11-04", "issued: 2027-11-04", {"NV283"}),
        ("2019-a1.yml", "issued: 2019-03-22", "issued: 2018-12-06", {"NV291"}),
        ("2020-a1.yml", "issued: 2020-01-27", "issued: 2019-11-21", {"NV290", "NV291"}),
        ("2019-a1.yml", "amendment: 1", "amendment: 2", {"NV281"}),
        ("2020-a1.yml", "exception: 疫情防控期间延长假期，增加的休息日不调休。\n", "", {"NV289"}),
    ],
)
def test_a_mistyped_notice_is_found(ledger, file, old, new, codes):
    path = ledger / "records" / "calendar" / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    found = {code for code, _, _ in check(path.parent)}
    assert codes <= found
    assert bool(found) is bool(codes)


def test_findings_point_at_the_line(ledger):
    path = ledger / "records" / "calendar" / "2026.yml"
    path.write_text(path.read_text().replace("2026-10-10, name", "2026-10-12, name"))
    assert ("NV287", "2026.yml", line_of(path, "2026-10-12")) in check(path.parent)


def test_a_missing_year_in_between(ledger):
    (ledger / "records" / "calendar" / "2024.yml").unlink()
    assert ("NV292", "2024.yml", 0) in check(ledger / "records" / "calendar")


def test_an_amendment_needs_its_notice(ledger):
    (ledger / "records" / "calendar" / "2019.yml").unlink()
    assert "NV291" in {code for code, _, _ in check(ledger / "records" / "calendar")}


def test_a_weekday_may_be_named_as_worked_when_an_amendment_takes_a_rest_day_back(ledger):
    path = ledger / "records" / "calendar" / "2026-a1.yml"
    text = notice_text(read_file("2026.yml", (FOLDER / "2026.yml").read_bytes()).notice)
    head = text.split("off:")[0].replace("amendment: 0", "amendment: 1").replace("2025-11-04", "2026-03-01")
    path.write_text(head + "off: []\nwork:\n- {date: 2026-10-07, name: 国庆节}\n")
    codes = {code for code, file, _ in check(path.parent) if file == "2026-a1.yml"}
    assert codes == set()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("rest:\n- {date: 2026-07-20, name: 防汛, approver: zwzx-001}\nwork: []\n", "NV293"),
        ("rest:\n- {date: 2026-07-20, name: 防汛, basis: 市防指令第1号}\nwork: []\n", "NV293"),
        ("rest:\n- {date: 2026-07-19, name: 防汛, basis: b, approver: a}\nwork: []\n", "NV294"),
        ("rest: []\nwork:\n- {date: 2026-07-20, name: 集中办理, basis: b, approver: a}\n", "NV294"),
        ("rest:\n- {date: 2026-07-20, name: 防汛, basis: b, approver: a}\n" * 1
         + "- {date: 2026-07-20, name: 防汛, basis: b, approver: a}\nwork: []\n", "NV285"),
    ],
)  # fmt: skip
def test_local_days(ledger, row, code):
    (ledger / "records" / "calendar" / "local.yml").write_text(row)
    assert {c for c, file, _ in check(ledger / "records" / "calendar")} == {code}


def test_a_local_day_with_basis_and_approver_is_fine(ledger):
    row = "rest:\n- {date: 2026-07-20, name: 防汛, basis: 市防指令第1号, approver: zwzx-001}\nwork: []\n"
    (ledger / "records" / "calendar" / "local.yml").write_text(row)
    assert check(ledger / "records" / "calendar") == []


@pytest.mark.parametrize(
    ("today", "severity"),
    [
        ("2026-10-31", None),
        ("2026-11-01", "note"),
        ("2026-12-19", "note"),
        ("2026-12-20", "error"),
        ("2027-03-01", "error"),
    ],
)
def test_next_years_notice(cal, today, severity):
    found = [p.severity for p in check_next_year(cal, date.fromisoformat(today))]
    assert found == ([severity] if severity else [])


def test_a_calendar_without_notices_is_an_error():
    assert [p.severity for p in check_next_year(Calendar.from_notices([]), date(2026, 5, 1))] == ["error"]


def test_every_problem_has_a_message(ledger):
    folder = ledger / "records" / "calendar"
    path = folder / "2026.yml"
    path.write_text(path.read_text().replace("2026-10-10, name", "2026-10-12, name").replace("关于2026", "关于2020"))
    (folder / "2019.yml").unlink()
    for problem in check_folder(read_folder(folder)):
        finding = make(problem.code, file=problem.file, line=problem.line, **problem.params)
        assert "{" not in finding.message + finding.fix
        assert finding.severity == "error"
    assert {f"NV{n}" for n in range(280, 296)} <= CATALOGUE.keys()


# -- files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("2027.yml", "", 0, "空的"),
        ("2027.yml", "- a\n", 1, "名称: 值"),
        ("2027.yml", "year: [\n", 2, "YAML"),
        ("2027.yml", "year: 2027\nyear: 2027\n", 2, "写了两次"),
        ("2027.yml", "year: 2027\n", 0, "缺少“off”"),
        ("2027.yml", "year: 2027\nowner: x\n", 2, "没有“owner”"),
        ("2027.yml", "year: abc\namendment: 0\ntitle: t\nissued: 2026-11-01\noff: []\nwork: []\n", 1, "阿拉伯数字"),
        ("2027.yml", "year: 2027\namendment: 0\ntitle: t\nissued: 2026-13-01\noff: []\nwork: []\n", 4, "不是日期"),
        ("2027.yml", "year: 2027\namendment: 0\ntitle:\nissued: 2026-11-01\noff: []\nwork: []\n", 3, "不能为空"),
        ("2027.yml", "off: {}\nwork: []\n", 1, "列表"),
        ("2027.yml", "off:\n- 2027-01-01\nwork: []\n", 2, "名称: 值"),
        ("2027.yml", "off:\n- {date: 2027-01-01}\nwork: []\n", 2, "缺少“name”"),
        ("2027.yml", "off:\n- {date: 2027-1-1, name: 元旦}\nwork: []\n", 2, "不是日期"),
        ("2027.yml", "off:\n- {date: 1827-01-01, name: 元旦}\nwork: []\n", 2, "年份不对"),
        ("2027.yml", "off:\n- {date: 2027-01-01, name: 元旦, basis: x}\nwork: []\n", 2, "没有“basis”"),
        ("2027 (1).yml", "year: 2027\n", 0, "文件名不对"),
        ("2027-a0.yml", "year: 2027\n", 0, "文件名不对"),
        ("local.yml", "rest: []\n", 0, "缺少“work”"),
        ("statutory.yml", "days: []\nwork: []\n", 2, "没有“work”"),
    ],
)
def test_a_broken_file_is_told_with_its_line(name, text, line, says):
    with pytest.raises(CalendarFileError) as caught:
        read_file(name, text.encode())
    assert (caught.value.file, caught.value.line) == (name, line)
    assert says in str(caught.value)


def test_bytes_that_are_no_utf8_are_told():
    with pytest.raises(CalendarFileError, match="UTF-8"):
        read_file("2027.yml", "year: 二〇二七".encode("gbk"))


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CalendarFileError, match="读不了"):
        read_folder(tmp_path / "none")


def test_a_notice_written_is_the_notice_read(facts):
    for path in FOLDER.glob("20*.yml"):
        assert notice_text(read_file(path.name, path.read_bytes()).notice) == path.read_text()


def test_odd_titles_survive_writing():
    notice = read_file("2026.yml", (FOLDER / "2026.yml").read_bytes()).notice
    for title in ("- 2026年", "a: b", "x #y", "冒号：好", "“引号”", "2026年:", "真\\假", "[x]", "{y}", "true"):
        odd = type(notice)(notice.year, 0, title, notice.issued, "https://example.cn/a?b=c#d", {}, {}, "例外: 有")
        again = read_file("2026.yml", notice_text(odd).encode()).notice
        assert (again.title, again.paper, again.exception) == (title, odd.paper, odd.exception)
