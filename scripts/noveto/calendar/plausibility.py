"""Is an entered notice plausible? Checks of the calendar files that need no other source than the law.

A mistyped make-up day moves hundreds of deadlines by one day, so every finding here is an error unless it says
otherwise. The checks see places (file, line) and name catalogue codes NV280 to NV296; the command turns them
into findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from noveto.calendar.files import LOCAL, NAME, CalendarFile, CalendarFolder, Row
from noveto.calendar.model import Calendar
from noveto.calendar.notice import Notice, say
from noveto.calendar.statutory import fixed_days, statutory_count

_DAY = timedelta(days=1)


class Problem(NamedTuple):
    """One thing found: a catalogue code, its place and the values of its message."""

    code: str
    file: str
    line: int = 0
    column: int = 0
    field: str = ""
    severity: Literal["error", "warning", "note"] | None = None
    params: Mapping[str, Any] = {}


def check_folder(folder: CalendarFolder) -> Iterator[Problem]:
    """Check every file of the calendar, and the files against each other."""
    calendar = Calendar.from_folder(folder)
    notices = [file for file in folder.files if file.notice is not None]
    for file in notices:
        yield from check_notice(file, calendar)
    yield from _check_amendments(notices)
    yield from _check_contradictions(notices)
    for file in notices:
        if file.notice is not None and file.notice.amendment == 0:
            yield from _check_statutory(file, calendar)
            yield from _check_balance(file, calendar)
    for file in folder.files:
        if file.name == LOCAL:
            yield from _check_local(file, calendar)


def check_next_year(calendar: Calendar, today: date) -> Iterator[Problem]:
    """Report a missing notice of next year: a note from 1 November, an error from 20 December on."""
    if not calendar.years:
        yield Problem("NV295", "", severity="error", params={"year": today.year, "through": "（没有）", "from": today})
        return
    year = calendar.known_through.year + 1
    after = calendar.known_through + _DAY
    params = {"year": year, "through": calendar.known_through, "from": after}
    if today >= after:
        yield Problem("NV295", f"{year}.yml", severity="error", params=params)
    elif today >= date(year - 1, 11, 1):
        yield Problem("NV295", f"{year}.yml", severity="note", params=params)


def check_notice(file: CalendarFile, calendar: Calendar) -> Iterator[Problem]:
    """Check one notice: name, title, date of issue, and each of its days."""
    notice = file.notice
    if notice is None:
        return
    match = NAME.fullmatch(file.name)
    if match and (int(match["year"]), int(match["amendment"] or 0)) != (notice.year, notice.amendment):
        yield _at(file, "NV281", "year", name=file.name, right=notice.file_name)
    if f"{notice.year}年" not in notice.title.replace(" ", ""):
        yield _at(file, "NV282", "title", title=notice.title, year=notice.year)
    days = [row.day for row in file.rows]
    if not date(notice.year - 1, 1, 1) <= notice.issued <= max(days, default=date(notice.year, 12, 31)):
        yield _at(file, "NV283", "issued", issued=notice.issued, year=notice.year)
    seen: dict[date, Row] = {}
    for row in file.rows:
        if row.day.year != notice.year and (row.day.year, row.day.month) != (notice.year - 1, 12):
            yield _row(file, row, "NV284", day=say(row.day), year=notice.year, before=notice.year - 1)
        before = seen.setdefault(row.day, row)
        if before is not row:
            code = "NV285" if before.kind == row.kind else "NV286"
            yield _row(file, row, code, day=say(row.day), first=before.line)
        elif row.kind == "work" and row.day.weekday() < 5 and not _resumed(row.day, notice, calendar):
            yield _row(file, row, "NV287", day=say(row.day))


def _resumed(day: date, notice: Notice, calendar: Calendar) -> bool:
    """Say whether a weekday listed as working says that work begins again where another notice moved the end.

    Either an earlier notice had made the day a rest day, or one issued at another time extended the rest to
    the day before (2020: the extended Spring Festival ended on 2 February, 3 February was worked).
    """
    others = [other for other in calendar.notices if other is not notice and other.issued != notice.issued]
    earlier = any(day in other.off and other.issued < notice.issued for other in others)
    return earlier or any(day - _DAY in other.off and day - _DAY not in notice.off for other in others)


def _check_amendments(files: Iterable[CalendarFile]) -> Iterator[Problem]:
    listed = [(file, file.notice) for file in files if file.notice is not None]
    base = {notice.year: notice for _, notice in listed if notice.amendment == 0}
    for file, notice in listed:
        if notice.amendment and notice.year not in base:
            yield _at(file, "NV291", "amendment", year=notice.year, problem=f"没有 {notice.year}.yml")
        elif notice.amendment and notice.issued <= base[notice.year].issued:
            problem = f"发文日期 {notice.issued} 不晚于年度通知的 {base[notice.year].issued}"
            yield _at(file, "NV291", "issued", year=notice.year, problem=problem)
    for year in range(min(base, default=0), max(base, default=0)):
        if year not in base:
            yield Problem("NV292", f"{year}.yml", params={"year": year})


def _check_contradictions(files: Iterable[CalendarFile]) -> Iterator[Problem]:
    """Find days that two notices of the same date of issue name differently: no newest one decides."""
    named: dict[tuple[date, date], tuple[str, CalendarFile]] = {}
    for file in files:
        if file.notice is None:
            continue
        for row in file.rows:
            kind, other = named.setdefault((row.day, file.notice.issued), (row.kind, file))
            if other is not file and kind != row.kind:
                yield _row(file, row, "NV290", day=say(row.day), other=other.name, issued=file.notice.issued)


def _check_statutory(file: CalendarFile, calendar: Calendar) -> Iterator[Problem]:
    notice = file.notice
    if notice is None:
        return
    recorded = {day: name for day, name in calendar.statutory.items() if day.year == notice.year}
    named = {day for other in calendar.notices if other.year == notice.year for day in other.off}
    for day, name in sorted((fixed_days(notice.year) | recorded).items()):
        if calendar.is_workday(day) or day not in named:
            yield _at(file, "NV288", "off", day=say(day), name=name)


def _check_balance(file: CalendarFile, calendar: Calendar) -> Iterator[Problem]:
    """Weekdays off, less weekend days worked, are as many as the law grants holidays (办法 2 and 6).

    Counted over the days the year's notices name, as they are in force. A notice that departs from it says
    so under ``exception`` (2020: two days added without being worked).
    """
    notice = file.notice
    if notice is None:
        return
    same_year = [other for other in calendar.notices if other.year == notice.year]
    if any(other.exception for other in same_year):
        return
    named = {day for other in same_year for days in (other.off, other.work) for day in days}
    off = sum(1 for day in named if day.weekday() < 5 and not calendar.is_workday(day))
    work = sum(1 for day in named if day.weekday() >= 5 and calendar.is_workday(day))
    right = statutory_count(notice.year)
    if off - work != right:
        yield _at(file, "NV289", "work", off=off, work=work, right=right, should=max(0, off - right))


def _check_local(file: CalendarFile, calendar: Calendar) -> Iterator[Problem]:
    seen: dict[date, Row] = {}
    national = Calendar(calendar.notices, (), calendar.statutory)
    for row in file.rows:
        before = seen.setdefault(row.day, row)
        if before is not row:
            yield _row(file, row, "NV285" if before.kind == row.kind else "NV286", day=say(row.day), first=before.line)
        for key, title, value in (("basis", "依据", row.basis), ("approver", "批准人", row.approver)):
            if not value:
                yield _row(file, row, "NV293", field=key, day=say(row.day), title=title)
        if national.is_workday(row.day) == (row.kind == "work"):
            kind = "工作日" if row.kind == "work" else "休息日"
            yield _row(file, row, "NV294", day=say(row.day), kind=kind)


def _at(file: CalendarFile, code: str, key: str, **params: object) -> Problem:
    line, column = file.place(key)
    return Problem(code, file.name, line, column, key, None, params)


def _row(file: CalendarFile, row: Row, code: str, *, field: str = "", **params: object) -> Problem:
    return Problem(code, file.name, row.line, row.column, field or f"{row.kind}.date", None, params)
