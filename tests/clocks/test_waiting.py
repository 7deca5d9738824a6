"""A clock that stands still for papers is told apart from one that was suspended without a review date."""

from datetime import date

from noveto import words
from noveto.calendar import Calendar, Pause
from noveto.clocks.model import WAITING, Basis, Clock

DAY = date(2026, 11, 18)


def clock(*pauses: Pause, state: str = "suspended") -> Clock:
    return Clock(
        "licence_decision", 1, "", True, DAY, None, None, state, None, None, None, None, 0, False, "",
        Basis(DAY, 20, pauses=pauses),
    )  # fmt: skip


def said(found: Clock) -> str:
    cal = Calendar.from_notices(())
    return words.state(cal, found.state, due=found.due, today=DAY, waiting=found.waits_for_papers).plain


def test_waiting_for_papers_is_no_breach() -> None:
    assert "等申请人，不计时" in said(clock(Pause(DAY, None, WAITING)))


def test_a_suspension_without_a_review_date_is() -> None:
    assert "没有写复核日期" in said(clock(Pause(DAY, None, "听证期间")))
    assert "没有写复核日期" in said(clock(Pause(DAY, None, "听证期间"), Pause(DAY, None, WAITING)))


def test_papers_that_came_leave_nothing_to_wait_for() -> None:
    assert not clock(Pause(DAY, DAY, WAITING), state="running").waits_for_papers
