"""Every day of 2018 to 2026 against two independent calendars, and what the calendar says about single days."""

from __future__ import annotations

import pickle
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from noveto.calendar import Calendar, CalendarRangeError
from noveto.calendar.statutory import fixed_days, statutory_count

DAYS = [date(2018, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2018, 1, 1)).days + 1)]


def test_every_day_agrees_with_chinesecalendar(cal):
    assert [d for d in DAYS if cal.is_workday(d) != chinese_calendar.is_workday(d)] == []


def test_every_day_agrees_with_holidays(cal):
    china = holidays.country_holidays("CN", years=range(2017, 2028))
    assert [d for d in DAYS if cal.is_workday(d) != china.is_working_day(d)] == []


def test_working_days_per_year(cal):
    counts = [cal.workdays_between(date(y - 1, 12, 31), date(y, 12, 31)) for y in range(2018, 2027)]
    assert counts == [250, 250, 249, 250, 249, 249, 251, 248, 248]


def test_the_files_hold_exactly_the_facts(cal, facts):
    entered = {(n.year, n.amendment): n for n in cal.notices}
    assert len(entered) == len(facts)
    for fact in facts:
        notice = entered[fact["year"], fact["amendment"]]
        assert (notice.title, str(notice.issued), notice.paper) == (fact["title"], fact["issued"], fact["paper"])
        assert (dict(notice.off), dict(notice.work)) == (fact["off"], fact["work"])


@pytest.mark.parametrize(
    ("day", "reason", "makeup"),
    [
        ("2026-10-10", "", "国庆节"),  # Saturday, worked
        ("2026-10-04", "国庆节", ""),  # Sunday inside the holiday
        ("2026-10-11", "周末", ""),
        ("2026-10-12", "", ""),
        ("2018-12-29", "", "元旦"),  # the notice of 2019 set the end of 2018
        ("2018-12-31", "元旦", ""),
        ("2020-02-01", "春节", ""),  # first a make-up day, then the holiday was extended over it
        ("2020-02-03", "", ""),  # a Monday named as worked is no make-up day
        ("2019-05-02", "劳动节", ""),
    ],
)
def test_reason_and_makeup(cal, day, reason, makeup):
    day = date.fromisoformat(day)
    assert (cal.reason(day), cal.makeup(day), cal.is_workday(day)) == (reason, makeup, not reason)


def test_known_through_is_19_december_of_the_newest_year(cal):
    assert cal.known_through == date(2026, 12, 19)
    assert cal.is_known(date(2026, 12, 19))
    assert not cal.is_known(date(2026, 12, 20))
    assert cal.is_known(date(2017, 12, 20))  # the notice of 2018 covers the end of 2017
    assert not cal.is_known(date(2017, 12, 19))


def test_unknown_years_have_weekends_and_statutory_days_only(cal):
    assert cal.reason(date(2027, 2, 5)) == "春节"  # the eve, from statutory.yml
    assert cal.reason(date(2027, 2, 9)) == ""
    assert cal.reason(date(2031, 5, 2)) == "劳动节"  # by law, no file needed
    assert cal.reason(date(2031, 10, 4)) == "周末"
    assert cal.reason(date(2016, 5, 2)) == ""  # 2 May became a holiday in 2025


def test_laws_on_fixed_days():
    assert sorted(fixed_days(2026)) == [
        date(2026, m, d) for m, d in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    ]
    assert date(2025, 5, 2) not in fixed_days(2025, known_at=date(2024, 11, 9))
    assert date(2005, 5, 3) in fixed_days(2005)
    assert fixed_days(1949) == {}
    assert [statutory_count(y) for y in (1980, 2007, 2008, 2024, 2025)] == [7, 10, 11, 11, 13]


def test_every_fact_about_statutory_days_is_off_in_its_year(cal):
    assert [d for d in cal.statutory if d <= cal.known_through and cal.is_workday(d)] == []
    for year in range(2018, 2027):
        in_year = [d for d in cal.statutory if d.year == year]
        coincide = year == 2020  # Mid-Autumn on National Day
        assert len(in_year) == statutory_count(year) - coincide


def test_days_out_of_range_are_refused_in_chinese(cal):
    for act in (
        lambda: cal.is_workday(date(1949, 12, 31)),
        lambda: cal.next_workday(date(2200, 1, 1)),
        lambda: cal.add_workdays(date(2199, 12, 30), 5),
        lambda: cal.previous_workday(date(1950, 1, 1)),
    ):
        with pytest.raises(CalendarRangeError, match="1950 年到 2199 年"):
            act()


def test_next_and_previous_workday(cal):
    assert cal.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)
    assert cal.next_workday(date(2026, 10, 10)) == date(2026, 10, 10)
    assert cal.previous_workday(date(2026, 10, 7)) == date(2026, 9, 30)
    assert cal.previous_workday(date(2026, 10, 10)) == date(2026, 10, 10)


def test_overdue_counts_working_days_after_the_due_day(cal):
    assert cal.workdays_between(date(2025, 7, 9), date(2025, 7, 9)) == 0
    assert cal.workdays_between(date(2025, 7, 9), date(2025, 7, 10)) == 1
    assert cal.workdays_between(date(2025, 9, 30), date(2025, 10, 5)) == 0
    assert cal.workdays_between(date(2025, 10, 5), date(2025, 9, 30)) == 0


def test_a_calendar_can_be_sent_to_another_process(cal):
    copy = pickle.loads(pickle.dumps(cal))  # noqa: S301 - our own bytes
    assert copy == cal
    assert copy.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)


def test_the_digest_tells_days_apart_and_nothing_else(cal):
    same = Calendar.from_notices(reversed(cal.notices), (), cal.statutory)
    other = Calendar.from_notices(cal.notices[:-1], (), cal.statutory)
    assert same.digest == cal.digest
    assert other.digest != cal.digest
    assert len(cal.digest) == 64
