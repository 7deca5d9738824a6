"""Statuses in words: how a clock stands, its shape and colour (screens.md section 5)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from noveto.words.days import Days, short

Kind = Literal["due", "mark", "review"]
"""What a date is: a binding due date, an internal mark (never counted as late), a review of a suspension."""

SHAPES = {"late": "▲", "today": "◆", "soon": "◷", "run": "○", "stop": "‖", "done": "✓", "mark": "◇", "void": "–"}


class Said(NamedTuple):
    """A status in words: the text, CSS classes for shape and colour, and the shape as a character.

    ``kind``, ``due`` and ``provisional`` let the browser say it anew for the reader's today; a ``due`` of
    None means the status does not change by itself.
    """

    words: str
    css: str
    char: str
    kind: Kind = "due"
    due: date | None = None
    provisional: bool = False

    @property
    def plain(self) -> str:
        """Shape and words, for messages and plain text."""
        return f"{self.char} {self.words}"

    @property
    def level(self) -> str:
        """One of late, today, soon, run, stop, done, void: the first class without its prefix."""
        return self.css.split()[0].removeprefix("st-")


PROVISIONAL = "（暂定）"
PROVISIONAL_HELP = "{year} 年放假通知未发布，按法定节日暂算，通知发布后自动更新"


def provisional_help(calendar_known_through: date) -> str:
    """The help text of 暂定: it names the year whose notice is missing."""
    return PROVISIONAL_HELP.format(year=calendar_known_through.year + 1)


# -- statuses that change with the day (screens.md section 5) ----------------------------------------------


def running(cal: Days, due: date, today: date, *, provisional: bool = False) -> Said:
    """Say how a binding clock that is due on ``due`` and not met stands on ``today``.

    Overdue by n counts working days after the due day up to and including today; 0 within a holiday.
    """
    if today > due:
        late = cal.workdays_between(due, today)
        if late == 0:
            return Said("已过到期日（假期中）", "st-late st-rest", "▲", "due", due, provisional)
        return Said(f"已超期 {late} 个工作日", "st-late", "▲", "due", due, provisional)
    if today == due:
        return Said("今日到期", "st-today", "◆", "due", due, provisional)
    left = cal.workdays_between(today, due)
    if left <= 1:
        return Said(f"剩 {left} 个工作日", "st-soon", "◷", "due", due, provisional)
    return Said(f"剩 {left} 个工作日", "st-run", "○", "due", due, provisional)


def mark(cal: Days, due: date, today: date) -> Said:
    """Say how an internal mark stands: a reminder in another word and shape, never 超期."""
    if today > due:
        late = cal.workdays_between(due, today)
        words = f"该催了，迟 {late} 个工作日" if late else "该催了（假期中）"
        return Said(words, "st-soon st-mark", "◇", "mark", due)
    if today == due:
        return Said("今天该催了", "st-soon st-mark", "◇", "mark", due)
    return Said(f"内控，还有 {cal.workdays_between(today, due)} 个工作日", "st-run st-mark", "◇", "mark", due)


WAITING = "等申请人，不计时"
MARK_WORDS = "该催了（内控，不计超期）"


def suspended(cal: Days, review: date | None, today: date) -> Said:
    """Say how a suspension stands by its review date (``None``: none was named, itself a breach)."""
    if review is None:
        return Said("中止，没有写复核日期", "st-late st-pause", "‖", "review")
    if today > review:
        late = cal.workdays_between(review, today)
        words = f"中止，复核已过 {late} 个工作日" if late else "中止，已过复核日（假期中）"
        return Said(words, "st-late st-pause", "‖", "review", review)
    if today == review:
        return Said("中止，今日复核", "st-today st-pause", "‖", "review", review)
    return Said(f"中止，{short(review, today=today, weekday=False)} 复核", "st-stop", "‖", "review", review)


# -- statuses that do not ------------------------------------------------------------------------------------


def met(day: date, today: date) -> Said:
    """Met in time on ``day``."""
    return Said(f"按时 {short(day, today=today, weekday=False)}", "st-done", "✓")


def met_late(days: int) -> Said:
    """Met, but ``days`` working days late (0: within a holiday after the due day)."""
    words = f"迟 {days} 个工作日办结" if days else "过了到期日才办结（假期中）"
    return Said(words, "st-late st-latedone", "▲")


def frozen_late(days: int) -> Said:
    """Never met; the case ended ``days`` working days after the due day."""
    words = f"没有办到，终止时已超期 {days} 个工作日" if days else "没有办到，终止时已过到期日"
    return Said(words, "st-late", "▲")


def deemed_accepted(limit: int = 5) -> Said:
    """A licence whose supplement notice came later than the limit (行政许可法32(4))."""
    return Said(f"视为受理（补正告知迟于 {limit} 个工作日）", "st-late st-rest", "▲")


def unattested() -> Said:
    """A filing in a ledger that keeps no receipts."""
    return Said("无回执，不能证明", "st-void", "–")


def not_applicable() -> Said:
    """A clock that an ending made pointless."""
    return Said("不适用", "st-void", "–")


def idle(words: str = "不计时") -> Said:
    """Nothing runs (waiting for the applicant, closed)."""
    return Said(words, "st-void", "–")


def answered(words: str = "已答复") -> Said:
    """Nothing is owed to the applicant any more."""
    return Said(words, "st-done", "✓")


def outcome(words: str, *, good: bool) -> Said:
    """A result in words: ✓ when the matter was done, – when it was not."""
    return Said(words, "st-done" if good else "st-void", "✓" if good else "–")


def state(
    cal: Days,
    name: str,
    *,
    due: date | None,
    today: date,
    met_on: date | None = None,
    days_late: int = 0,
    binding: bool = True,
    review: date | None = None,
    ended: bool = False,
    provisional: bool = False,
    waiting: bool = False,
) -> Said:
    """Say the state ``name`` of a clock (records.md section 5) in words.

    ``review`` is the review date of the suspension that stops the clock; ``waiting`` tells that it stands still
    because the applicant owes papers; ``ended`` tells that an ending froze an overdue clock. Raises ValueError
    for a state the contract does not know.
    """
    if name in ("running", "due_today") or (name == "overdue" and not ended):
        if due is None:
            return idle()
        return running(cal, due, today, provisional=provisional) if binding else mark(cal, due, today)
    if name == "overdue":
        return frozen_late(days_late) if binding else not_applicable()
    if name == "suspended":
        return idle(WAITING) if waiting else suspended(cal, review, today)
    if name == "met":
        return met(met_on, today) if met_on else answered("按时")
    if name == "met_late":
        if binding:
            return met_late(days_late)
        return Said(f"迟 {days_late} 个工作日（内控）", "st-void", "◇")
    if name == "deemed_accepted":
        return deemed_accepted()
    if name == "unattested":
        return unattested()
    if name == "not_applicable":
        return not_applicable()
    raise ValueError(f"unknown clock state {name!r}")
