"""Limits: the examples worked out by hand, amendments, pauses, provisional dates."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from noveto.calendar import Calendar, CalendarRangeError, LocalDay, Pause, derive, limit

EXAMPLES = json.loads((Path(__file__).parents[1] / "data" / "worked-deadlines.json").read_text())


def pauses_of(example):
    return [Pause(date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in example.get("pauses", [])]


@pytest.mark.parametrize("example", EXAMPLES["examples"], ids=lambda e: e["id"])
def test_worked_example(cal, example):
    start, by_calendar = date.fromisoformat(example["start"]), example["unit"] == "calendar_roll"
    told = derive(cal, start, example["n"], pauses_of(example), by_calendar).as_dict()
    for key in ("due", "counted", "raw", "used", "remaining"):
        if key in example:
            assert told[key] == example[key], key
    assert told["provisional"] is example.get("provisional", False)
    assert bool(told["assumptions"]) is told["provisional"]
    quick = limit(cal, start, example["n"], pauses_of(example), by_calendar)
    assert (str(quick.due) if quick.due else None) == example["due"]


@pytest.mark.parametrize("example", EXAMPLES["status_examples"], ids=lambda e: f"{e['due']}-{e['as_of']}")
def test_worked_status(cal, example):
    due, as_of = date.fromisoformat(example["due"]), date.fromisoformat(example["as_of"])
    assert (as_of > due) is example["overdue"]
    assert cal.workdays_between(due, as_of) == example["overdue_workdays"]


@pytest.mark.parametrize(
    ("start", "n", "known_at", "due"),
    [
        ("2019-04-24", 5, "2019-03-21", "2019-05-02"),
        ("2019-04-24", 5, "2019-03-22", "2019-04-30"),  # 28 April became a working day
        ("2019-04-29", 3, "2019-03-21", "2019-05-03"),
        ("2019-04-29", 3, "2019-03-22", "2019-05-06"),  # 2 and 3 May became rest days, 5 May was worked
        ("2020-01-22", 3, "2020-01-26", "2020-02-01"),
        ("2020-01-22", 3, "2020-01-27", "2020-02-04"),
        ("2018-12-28", 2, "2018-12-05", "2019-01-02"),  # before the notice of 2019: Mon 31, then 1 January off
        ("2018-12-28", 2, "2018-12-06", "2019-01-02"),
    ],
)
def test_what_was_known_on_a_day(start, n, known_at, due):
    then = Calendar.load(Path(__file__).parents[2] / "records" / "calendar", date.fromisoformat(known_at))
    assert str(limit(then, date.fromisoformat(start), n).due) == due


def test_an_earlier_view_is_provisional_where_the_notice_was_not_out():
    folder = Path(__file__).parents[2] / "records" / "calendar"
    found = derive(Calendar.load(folder, date(2018, 12, 5)), date(2018, 12, 28), 2)
    assert found.provisional
    assert [d for d, _ in found.skipped] == [date(2018, 12, 29), date(2018, 12, 30), date(2019, 1, 1)]
    assert "2018-12-05" in found.assumptions[0]
    assert "2019 年" in found.assumptions[0]
    assert not derive(Calendar.load(folder, date(2018, 12, 6)), date(2018, 12, 28), 2).provisional


def test_no_notice_at_all_is_still_an_answer():
    found = derive(Calendar.from_notices([]), date(2026, 9, 30), 3)
    assert found.due == date(2026, 10, 7)  # 1 and 2 October by law, 3 and 4 a weekend
    assert found.provisional
    assert any("春节" in sentence for sentence in found.assumptions)


def test_reasons_of_skipped_days(cal):
    skipped = dict(derive(cal, date(2026, 9, 23), 10).skipped)
    assert skipped[date(2026, 9, 26)] == "中秋节"
    assert skipped[date(2026, 10, 1)] == "国庆节"
    assert skipped[date(2026, 10, 11)] == "周末"
    assert date(2026, 10, 10) not in skipped


def test_pause_names_its_own_reason_on_working_days_only(cal):
    pause = Pause(date(2025, 3, 6), date(2025, 3, 19), "论证期间")
    skipped = dict(derive(cal, date(2025, 3, 3), 10, [pause]).skipped)
    assert skipped[date(2025, 3, 7)] == "论证期间"
    assert skipped[date(2025, 3, 8)] == "周末"
    by_calendar = dict(derive(cal, date(2025, 3, 3), 10, [pause], calendar_days=True).skipped)
    assert by_calendar[date(2025, 3, 8)] == "论证期间"


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        (("2025-06-12", "2025-06-12"), "2025-06-13"),  # on the due day itself: one day remains
        (("2025-06-13", "2025-06-20"), "2025-06-12"),  # begun after the due day: no effect
        (("2025-06-01", "2025-06-09"), "2025-06-12"),  # over before the first counted day
        (("2025-06-01", "2025-06-10"), "2025-06-13"),
        (("2025-06-14", "2025-06-15"), "2025-06-12"),
        (("2025-06-11", "2025-06-11"), "2025-06-13"),
    ],
)
def test_where_a_pause_lies(cal, pause, due):
    given = [Pause(date.fromisoformat(pause[0]), date.fromisoformat(pause[1]))]
    assert str(limit(cal, date(2025, 6, 9), 3, given).due) == due


def test_a_pause_can_push_the_due_day_into_the_reach_of_the_next(cal):
    first, second = Pause(date(2025, 6, 12), date(2025, 6, 12)), Pause(date(2025, 6, 13), date(2025, 6, 17))
    assert limit(cal, date(2025, 6, 9), 3, [second]).due == date(2025, 6, 12)
    assert limit(cal, date(2025, 6, 9), 3, [second, first]).due == date(2025, 6, 18)


def test_overlapping_pauses_count_once(cal):
    pauses = [Pause(date(2025, 3, 6), date(2025, 3, 12)), Pause(date(2025, 3, 10), date(2025, 3, 19))]
    assert limit(cal, date(2025, 3, 3), 10, pauses).due == date(2025, 3, 31)


def test_open_pause_has_no_due_day(cal):
    found = derive(cal, date(2025, 11, 3), 10, [Pause(date(2025, 11, 5), None)])
    assert (found.due, found.used, found.remaining) == (None, 1, 9)
    assert found.skipped == ((date(2025, 11, 5), "中止期间（尚未恢复）"),)
    assert limit(cal, date(2025, 11, 3), 3, [Pause(date(2025, 11, 7), None)]).due == date(2025, 11, 6)
    assert limit(cal, date(2025, 11, 3), 3, [Pause(date(2025, 11, 6), None)]).remaining == 1


def test_the_roll_skips_paused_days_too(cal):
    # 60 calendar days end on Sunday 1 February 2026; the Monday it would roll to is paused
    pause = [Pause(date(2026, 2, 2), date(2026, 2, 3))]
    found = derive(cal, date(2025, 12, 3), 60, pause, calendar_days=True)
    assert (found.raw, found.due) == (date(2026, 2, 1), date(2026, 2, 4))
    assert limit(cal, date(2025, 12, 3), 60, pause, True).due == date(2026, 2, 4)


def test_calendar_days_inside_a_pause_are_not_counted(cal):
    pause = [Pause(date(2025, 12, 10), date(2025, 12, 19))]
    found = limit(cal, date(2025, 12, 3), 10, pause, True)
    assert found.due == date(2025, 12, 23)


def test_a_limit_of_no_days_is_the_same_day_rolled(cal):
    assert limit(cal, date(2026, 10, 9), 0).due == date(2026, 10, 9)
    assert limit(cal, date(2026, 10, 3), 0).due == date(2026, 10, 8)
    assert limit(cal, date(2026, 10, 3), 0, [Pause(date(2026, 10, 8), date(2026, 10, 9))]).due == date(2026, 10, 10)
    assert derive(cal, date(2026, 10, 3), 0).counted == ()


def test_provisional_from_20_december(cal):
    assert not limit(cal, date(2026, 12, 17), 1).provisional  # Friday the 18th
    assert limit(cal, date(2026, 12, 17), 2).provisional  # Monday the 21st
    assert limit(cal, date(2026, 12, 25), 0).provisional
    assert limit(cal, date(2017, 12, 18), 1).provisional  # the notice of 2017 is not there either
    told = derive(cal, date(2026, 12, 17), 2)
    assert told.assumptions[0].startswith("2027 年放假通知还没有录入，2026-12-20 起")
    assert len(told.assumptions) == 1  # the lunar days of 2027 play no part before 2027


def test_far_years_say_that_the_moving_holidays_are_unknown(cal):
    sentences = derive(cal, date(2030, 1, 2), 5).assumptions
    assert any("2030 年春节、清明节、端午节、中秋节" in s for s in sentences)
    assert not any("2027 年春节" in s for s in derive(cal, date(2026, 12, 31), 5).assumptions)


def test_a_local_rest_day_moves_the_limit(cal):
    flood = LocalDay(date(2026, 7, 20), "防汛停止办公", False, "市防指令第1号", "zwzx-001", date(2026, 7, 19))
    local = Calendar.from_notices(cal.notices, [flood], cal.statutory)
    found = derive(local, date(2026, 7, 17), 1)
    assert found.due == date(2026, 7, 21)
    assert (date(2026, 7, 20), "防汛停止办公") in found.skipped
    before = Calendar.from_notices(cal.notices, [flood], cal.statutory, known_at=date(2026, 7, 18))
    assert limit(before, date(2026, 7, 17), 1).due == date(2026, 7, 20)


def test_a_local_working_day_counts(cal):
    drill = LocalDay(date(2026, 7, 18), "集中办理", True, "x", "y")
    local = Calendar.from_notices(cal.notices, [drill], cal.statutory)
    assert limit(local, date(2026, 7, 17), 1).due == date(2026, 7, 18)
    assert local.makeup(date(2026, 7, 18)) == "集中办理"


def test_bounds(cal):
    with pytest.raises(ValueError, match="-1"):
        limit(cal, date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="-1"):
        derive(cal, date(2026, 1, 1), -1)
    for act in (limit, derive):
        with pytest.raises(CalendarRangeError):
            act(cal, date(2199, 12, 1), 60)
        with pytest.raises(CalendarRangeError):
            act(cal, date(9999, 12, 31), 1, calendar_days=True)
