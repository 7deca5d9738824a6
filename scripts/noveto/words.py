"""Words for time: statuses and dates as people say them, one wording for site, desk, messages and paper.

Pure functions over days and a calendar; the browser's twin is ``docs/assets/noveto-time.js``, and both are
held to the same table of examples (tests/data/time-examples.json).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Kind = Literal["due", "mark", "review"]
"""What a date is: a binding due date, an internal mark (never counted as late), a review of a suspension."""

WEEKDAYS = "一二三四五六日"


class Days(Protocol):
    """What this module needs to know of a calendar."""

    def is_workday(self, day: date, /) -> bool:
        """Whether ``day`` is a working day."""
        ...

    def reason(self, day: date, /) -> str:
        """Why ``day`` is a rest day; empty on a working day."""
        ...

    def makeup(self, day: date, /) -> str:
        """Name of the holiday a make-up working day (调休) belongs to; empty on any other day."""
        ...

    def workdays_between(self, a: date, b: date, /) -> int:
        """Working days after ``a`` up to and including ``b``; 0 when ``b`` is not later."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
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


# -- dates as people say them ----------------------------------------------------------------------------------


def weekday(day: date) -> str:
    """周一 … 周日."""
    return "周" + WEEKDAYS[day.weekday()]


def short(day: date, *, today: date, cal: Days | None = None, weekday: bool = True) -> str:
    """10-14 周三, for lists; a rest day that is worked: 10-10 周六班. The year only when it is not this one."""
    text = day.isoformat()
    if day.year == today.year:
        text = text[5:]
    if not weekday:
        return text
    worked = "班" if cal is not None and day.weekday() >= 5 and cal.is_workday(day) else ""
    return f"{text} 周{WEEKDAYS[day.weekday()]}{worked}"


def sentence(day: date, *, today: date | None = None) -> str:
    """10 月 14 日 周三, for sentences; with the year when ``today`` is given and lies in another one."""
    year = f"{day.year} 年 " if today is not None and day.year != today.year else ""
    return f"{year}{day.month} 月 {day.day} 日 {weekday(day)}"


def promise(day: date, *, today: date | None = None) -> str:
    """10 月 14 日 周三 下班前: what may be promised to the applicant."""
    return f"{sentence(day, today=today)} 下班前"


def paper(day: date) -> str:
    """2026年10月14日, as printed on forms: no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def message(day: date, cal: Days | None = None) -> str:
    """10月12日（周一）, for messages; a make-up day: 10月10日（周六 调休上班）."""
    worked = " 调休上班" if cal is not None and day.weekday() >= 5 and cal.is_workday(day) else ""
    return f"{day.month}月{day.day}日（{weekday(day)}{worked}）"


def day_note(day: date, cal: Days) -> str:
    """What is special about a day: 国庆节调休，上班 · 国庆节放假 · 周末休息 · empty for an ordinary working day."""
    if cal.is_workday(day):
        name = cal.makeup(day) if day.weekday() >= 5 else ""
        if day.weekday() < 5:
            return ""
        return f"{name}调休，上班" if name and name != "调休" else "调休，上班"
    reason = cal.reason(day)
    return "周末休息" if reason == "周末" else f"{reason}放假"


def headline_day(day: date, cal: Days) -> str:
    """2026 年 10 月 10 日 周六（国庆节调休，上班）: the line under a page's title."""
    note = day_note(day, cal)
    return f"{day.year} 年 {day.month} 月 {day.day} 日 {weekday(day)}" + (f"（{note}）" if note else "")


# -- other fixed words (screens.md section 5) ------------------------------------------------------------------

SHAPES = {"late": "▲", "today": "◆", "soon": "◷", "run": "○", "stop": "‖", "done": "✓", "mark": "◇", "void": "–"}

TRACKS = {"general": "一般", "special": "特殊", "cross_department": "跨部门"}

DECISIONS = {
    "do": "同意办理",
    "approve_refusal": "同意否决",
    "veto_rejected": "不同意否决·改为办理",
    "return": "退回补充",
    "raise": "提级",
    "guidance": "给出意见",
}

STANCES = {"agree": "同意", "disagree": "不同意", "conditional": "有条件同意", "not_ours": "不归我们"}

RESULTS = {
    "done": "办成",
    "refused": "不能办（已批准）",
    "redirected": "已指路",
    "explained": "已说明",
    "withdrawn": "申请人撤回",
    "lapsed": "逾期未补",
    "to_petition": "转信访",
    "voided": "作废",
}

PATHS = {
    "directly": "直接办成",
    "supplement": "补正后办成",
    "coordination": "协调办成",
    "veto_rejected": "改为办理并办成",
    "escalation": "提级后办成",
    "rule_changed": "改规则后办成",
}


def result_words(result: str, path: str = "") -> str:
    """The outcome of a case in words: a done case is named by the path it took."""
    if result == "done":
        return PATHS.get(path, "办成") if path not in ("", "directly") else "办成"
    return RESULTS.get(result, result)
