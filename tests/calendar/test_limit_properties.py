"""Properties of limits over random starts, lengths and pauses."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from noveto.calendar import Calendar, Pause, derive, limit

CAL = Calendar.load(Path(__file__).parents[2] / "records" / "calendar")

days = st.dates(date(2017, 6, 1), date(2028, 6, 30))
known_days = st.dates(date(2018, 1, 1), date(2026, 10, 31))
lengths = st.integers(0, 40)


@st.composite
def limits_with_pauses(draw):
    start = draw(days)
    n = draw(lengths)
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + timedelta(days=draw(st.integers(-10, 70)))
        last = draw(st.none() | st.integers(0, 25).map(lambda k, first=first: first + timedelta(days=k)))
        pauses.append(Pause(first, last))
    return start, n, pauses, draw(st.booleans())


def by_hand(start, n, pauses, by_calendar):
    """The rule read literally: walk day by day; None under an open pause."""
    day, left = start, n
    while True:
        paused = [p for p in pauses if p.start <= day and (p.end is None or day <= p.end)]
        if any(p.end is None for p in paused) and (n == 0 or day > start):
            return None
        if day > start and left and not paused and (by_calendar or CAL.is_workday(day)):
            left -= 1
        if left == 0 and (n == 0 or day > start) and not paused and CAL.is_workday(day):
            return day
        day += timedelta(days=1)


@given(limits_with_pauses())
def test_quick_and_told_limits_agree_with_the_rule(given_limit):
    quick, told = limit(CAL, *given_limit), derive(CAL, *given_limit)
    assert quick.due == told.due == by_hand(*given_limit)
    assert (quick.used, quick.remaining, quick.provisional) == (told.used, told.remaining, told.provisional)


@given(limits_with_pauses())
def test_a_derivation_accounts_for_every_day(given_limit):
    start, n, _, by_calendar = given_limit
    told = derive(CAL, *given_limit)
    assert told.used + told.remaining == n
    accounted = sorted([*told.counted, *(day for day, _ in told.skipped)])
    last = told.due or accounted[-1]
    rolled = [told.due] if told.due and told.due not in told.counted else []
    span = (last - start).days + (n == 0)
    assert [*accounted, *rolled] == [start + timedelta(days=i + (n > 0)) for i in range(span)]
    assert len(told.counted) == told.used
    if not by_calendar:
        assert all(CAL.is_workday(day) for day in told.counted)
    assert all(why for _, why in told.skipped)


@given(days, days, lengths, st.booleans())
def test_a_later_start_is_never_due_earlier(a, b, n, by_calendar):
    first, second = sorted((a, b))
    assert limit(CAL, first, n, (), by_calendar).due <= limit(CAL, second, n, (), by_calendar).due


@given(days, lengths, lengths, st.booleans())
def test_a_longer_limit_is_never_due_earlier(start, n, more, by_calendar):
    assert limit(CAL, start, n, (), by_calendar).due <= limit(CAL, start, n + more, (), by_calendar).due


@given(days, st.integers(1, 40), st.integers(1, 40))
def test_working_days_add_up(start, a, b):
    assert CAL.add_workdays(CAL.add_workdays(start, a), b) == CAL.add_workdays(start, a + b)


@given(days, st.integers(1, 40))
def test_a_limit_holds_exactly_its_working_days(start, n):
    due = limit(CAL, start, n).due
    assert CAL.is_workday(due)
    assert CAL.workdays_between(start, due) == n
    assert CAL.workdays_between(start, due - timedelta(days=1)) == n - 1


@given(days, st.integers(1, 20), st.integers(-5, 40), st.integers(0, 20))
def test_a_pause_adds_exactly_its_working_days_or_nothing(start, n, offset, length):
    first = start + timedelta(days=offset)
    pause = Pause(first, first + timedelta(days=length))
    plain, paused = limit(CAL, start, n).due, limit(CAL, start, n, [pause]).due
    if first > plain:
        assert paused == plain
    else:
        inside = CAL.workdays_between(max(start, first - timedelta(days=1)), pause.end)
        assert CAL.workdays_between(start, paused) == n + inside
    assert paused >= plain


@given(known_days, st.integers(0, 20))
def test_known_limits_are_not_provisional_and_later_ones_are(start, n):
    found = limit(CAL, start, n)
    assert found.provisional is (found.due > CAL.known_through)


@given(st.dates(date(2026, 12, 20), date(2150, 1, 1)), lengths, st.booleans())
def test_beyond_the_notices_every_limit_is_provisional_and_says_why(start, n, by_calendar):
    told = derive(CAL, start, n, (), by_calendar)
    assert told.provisional
    assert told.assumptions


@given(st.dates(date(1950, 1, 2), date(2199, 12, 1)))
def test_rest_days_always_have_a_reason(day):
    assert bool(CAL.reason(day)) is not CAL.is_workday(day)
    assert CAL.next_workday(day) >= day
    assert CAL.previous_workday(CAL.next_workday(day)) == CAL.next_workday(day)
