"""A new notice and the calendar it would join: completing what was read, what is wrong then, which days change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from noveto.calendar.files import CalendarFolder, read_file
from noveto.calendar.model import Calendar
from noveto.calendar.notice import Notice, say
from noveto.calendar.plausibility import Problem, check_folder
from noveto.calendar.sentences import Reading
from noveto.errors import UserError


def complete(
    reading: Reading,
    folder: CalendarFolder,
    amendment: int | None,
    issued: date | None,
    title: str | None,
    paper: str,
    exception: str,
) -> Notice:
    """Complete what was read by what else is known; raises UserError when something needed is missing.

    ``amendment`` None: the yearly notice (0), or the next number where the text amends a year already on record.
    """
    year, issued = reading.year, issued or reading.issued
    if not year:
        raise UserError(reading.problems[0])
    if issued is None:
        raise UserError("正文里没有找到发文日期。请连落款一起粘贴，或者另外写明发文日期。")
    if amendment is None:
        taken = {notice.amendment for notice in folder.notices if notice.year == year}
        amendment = next(n for n in range(1, 100) if n not in taken) if reading.amends and taken else 0
    kind = "调整" if amendment else ""
    if reading.extends and not exception:
        exception = "通知延长了假期，增加的休息日不调休。"
    title = title or reading.title or f"国务院办公厅关于{kind}{year}年部分节假日安排的通知"
    return Notice(year, amendment, title, issued, paper, reading.off, reading.work, exception)


def with_file(folder: CalendarFolder, name: str, text: str) -> CalendarFolder:
    """Return the folder with one more file. Raises CalendarFileError when its text is none."""
    return CalendarFolder((*folder.files, read_file(name, text.encode())))


def new_problems(folder: CalendarFolder, name: str, text: str) -> list[Problem]:
    """Return what the checks say about the calendar with the new file that they did not say without it."""
    before = {(p.code, p.file, p.line) for p in check_folder(folder)}
    return [p for p in check_folder(with_file(folder, name, text)) if (p.code, p.file, p.line) not in before]


def changed_days(before: Calendar, after: Calendar, notice: Notice) -> Iterator[tuple[date, str, str]]:
    """Yield the days that are working days in one calendar and not in the other: day, what it was, what it is."""
    day = date(notice.year - 1, 12, 1)
    while day.year <= notice.year:
        if before.is_workday(day) != after.is_workday(day):
            yield day, before.reason(day) or "工作日", after.reason(day) or "工作日"
        day += timedelta(days=1)


def runs(days: Sequence[date]) -> Iterator[str]:
    """Yield sorted days in words, days in a row as one run."""
    start = 0
    for i, day in enumerate(days):
        if i + 1 == len(days) or (days[i + 1] - day).days != 1:
            n = i + 1 - start
            yield say(day) if n == 1 else f"{say(days[start])}至 {say(day)}，共 {n} 天"
            start = i + 1
