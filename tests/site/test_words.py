"""Statuses and dates in words: the vocabulary of the screens, one state after the other."""

from __future__ import annotations

from datetime import date

import pytest
from tests.site.time_examples import calendar

from noveto import words

TODAY = date(2026, 10, 10)


@pytest.fixture(scope="module")
def cal():
    return calendar()


@pytest.mark.parametrize(
    ("name", "given", "text", "css", "char"),
    [
        ("overdue", {"due": date(2026, 9, 30)}, "已超期 3 个工作日", "st-late", "▲"),
        ("overdue", {"due": date(2026, 10, 9)}, "已超期 1 个工作日", "st-late", "▲"),
        ("due_today", {"due": TODAY}, "今日到期", "st-today", "◆"),
        ("running", {"due": date(2026, 10, 12)}, "剩 1 个工作日", "st-soon", "◷"),
        ("running", {"due": date(2026, 10, 14)}, "剩 3 个工作日", "st-run", "○"),
        ("suspended", {"due": None, "review": date(2026, 10, 16)}, "中止，10-16 复核", "st-stop", "‖"),
        ("suspended", {"due": None, "review": date(2026, 10, 8)}, "中止，复核已过 2 个工作日", "st-late st-pause", "‖"),
        ("met", {"due": None, "met_on": date(2026, 9, 29)}, "按时 09-29", "st-done", "✓"),
        ("met_late", {"due": None, "days_late": 2}, "迟 2 个工作日办结", "st-late st-latedone", "▲"),
        ("deemed_accepted", {"due": None}, "视为受理（补正告知迟于 5 个工作日）", "st-late st-rest", "▲"),
        ("not_applicable", {"due": None}, "不适用", "st-void", "–"),
        ("overdue", {"due": date(2026, 10, 8), "binding": False}, "该催了，迟 2 个工作日", "st-soon st-mark", "◇"),
    ],
)
def test_vocabulary(cal, name, given, text, css, char):
    said = words.state(cal, name, today=TODAY, **given)
    assert (said.words, said.css, said.char) == (text, css, char)


def test_internal_marks_are_never_called_overdue(cal):
    for due in (date(2026, 9, 1), date(2026, 10, 9), TODAY, date(2026, 10, 20)):
        assert "超期" not in words.mark(cal, due, TODAY).words


def test_unknown_state_is_refused(cal):
    with pytest.raises(ValueError, match="late-ish"):
        words.state(cal, "late-ish", due=None, today=TODAY)


def test_frozen_lateness_does_not_grow(cal):
    said = words.state(cal, "overdue", due=date(2026, 9, 1), today=TODAY, days_late=2, ended=True)
    assert said.words == "没有办到，终止时已超期 2 个工作日"
    assert said.due is None


def test_dates_as_people_say_them(cal):
    assert words.short(date(2026, 10, 14), today=TODAY, cal=cal) == "10-14 周三"
    assert words.short(TODAY, today=TODAY, cal=cal) == "10-10 周六班"
    assert words.short(date(2025, 12, 31), today=TODAY, cal=cal) == "2025-12-31 周三"
    assert words.promise(date(2026, 10, 14)) == "10 月 14 日 周三 下班前"
    assert words.paper(date(2026, 3, 5)) == "2026年3月5日"
    assert words.message(TODAY, cal) == "10月10日（周六 调休上班）"
    assert words.message(date(2026, 10, 12), cal) == "10月12日（周一）"
    assert words.headline_day(TODAY, cal) == "2026 年 10 月 10 日 周六（国庆节调休，上班）"
    assert words.day_note(date(2026, 10, 1), cal) == "国庆节放假"
    assert words.day_note(date(2026, 10, 11), cal) == "周末休息"


def test_provisional_names_the_missing_year():
    assert words.provisional_help(date(2026, 12, 19)).startswith("2027 年放假通知未发布")


def test_results_are_named_by_their_path():
    assert words.result_words("done", "coordination") == "协调办成"
    assert words.result_words("done", "directly") == "办成"
    assert words.result_words("refused") == "不能办（已批准）"
