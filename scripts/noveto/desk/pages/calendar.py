"""工作日历: paste the State Council's notice, see what was understood and which due dates move, confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from noveto.calendar import Calendar, Notice
from noveto.calendar.adding import changed_days, complete, new_problems, runs, with_file
from noveto.calendar.files import CalendarFileError, notice_text
from noveto.calendar.notice import say
from noveto.calendar.sentences import Reading, read_notice_text
from noveto.checks.calendar import calendar_findings
from noveto.desk.fields import Control
from noveto.desk.pages.common import Wrong, accept, key_of, new_key, sent_before
from noveto.desk.web import Ctx
from noveto.errors import UserError
from noveto.history.changed import Basis, Shift, moved_due_dates
from noveto.site.vocabulary import CLOCKS

_MOST = 200
"""Moved due dates listed; the rest are counted."""


def page(ctx: Ctx) -> Response:
    """Show the box to paste into, and how far the calendar is known."""
    _right(ctx)
    return _show(ctx, {})


def write(ctx: Ctx) -> Response:
    """Show what was understood; with ``sure`` write it."""
    _right(ctx)
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    given = {name: [ctx.get(name)] for name in ("text", "issued", "paper", "exception")}
    folder = ctx.desk.office.calendar_files()
    errors: list[Wrong] = []
    try:
        known_off = {day: name for notice in folder.notices for day, name in notice.off.items()}
        reading = read_notice_text(ctx.get("text"), known_off=known_off)
        issued = date.fromisoformat(ctx.get("issued")) if ctx.get("issued") else None
        notice = complete(reading, folder, None, issued, None, ctx.get("paper").strip(), ctx.get("exception").strip())
    except UserError as error:
        return _show(ctx, given, errors=[Wrong("text", str(error))], status=422)
    except ValueError:
        return _show(ctx, given, errors=[Wrong("issued", "发文日期要写成 2026-11-04。")], status=422)
    text = notice_text(notice)
    if notice.file_name in {one.name for one in folder.files}:
        told = f"{notice.year} 年的通知已经录入了。调整通知的正文里要看得出“调整”或“延长”；录错了请找系统管理员改。"
        return _show(ctx, given, errors=[Wrong("text", told)], status=422)
    errors += [Wrong("text", problem) for problem in reading.problems]
    try:
        found = calendar_findings(new_problems(folder, notice.file_name, text))
    except CalendarFileError:
        errors = errors or [Wrong("text", "有一天看不出是哪个节日。请把通知全文贴进来，一句也不要少。")]
        return _show(ctx, given, errors=errors, status=422)
    errors += [Wrong("text", one.message + one.fix, one.code) for one in found if one.severity == "error"]
    if errors:
        return _show(ctx, given, errors=errors, status=422, reading=reading, notice=notice)
    before, after = Calendar.from_folder(folder), Calendar.from_folder(with_file(folder, notice.file_name, text))
    if not ctx.get("sure"):
        days = [(say(day), was, now) for day, was, now in changed_days(before, after, notice)]
        return _show(ctx, given, reading=reading, notice=notice, sure=True, days=days, moved=_moved(ctx, before, after),
                     advice=[one.message for one in found])  # fmt: skip
    payload = {"what": "notice", "path": f"records/calendar/{notice.file_name}", "text": text, "title": notice.title,
               "said": f"{notice.title}，录入好了。到期日从现在起按它算。"}  # fmt: skip
    return accept(ctx, key, f"工作日历·{notice.year}", payload)


# -- parts ---------------------------------------------------------------------------------------------


def _right(ctx: Ctx) -> None:
    if not ctx.desk.office.rights.may_set_up(ctx.person.id, ctx.desk.settings.today):
        raise PermissionError


def _moved(ctx: Ctx, before: Calendar, after: Calendar) -> list[Mapping[str, Any]]:
    """Return which due dates of open cases move."""
    desk = ctx.desk
    rules, today = desk.office.context.rules, desk.settings.today
    records = [record for record in desk.office.open_records() if record.kind == "case"]
    found = moved_due_dates(records, Basis(before, rules), Basis(after, rules), today)
    return [_line(ctx, one) for one in sorted(found, key=lambda one: (one.due_after or date.max, one.case))]


def _line(ctx: Ctx, one: Shift) -> Mapping[str, Any]:
    return {"case": one.case, "unit": one.unit, "clock": CLOCKS.get(one.clock, one.clock), "was": one.due_before,
            "now": one.due_after}  # fmt: skip


def _runs(notice: Notice, reading: Reading) -> list[tuple[str, str, str]]:
    """Return each holiday with its days off and its make-up workdays in words."""
    names = dict.fromkeys(sentence.holiday for sentence in reading.sentences)

    def told(days: Mapping[date, str], name: str) -> str:
        return "；".join(runs(sorted(day for day, held in days.items() if held == name)))

    return [(name, told(notice.off, name), told(notice.work, name)) for name in names]


def _show(
    ctx: Ctx, given: Mapping[str, Sequence[str]], *, errors: Sequence[Wrong] = (), status: int = 200,
    reading: Reading | None = None, notice: Notice | None = None, sure: bool = False,
    days: Sequence[tuple[str, str, str]] = (), moved: Sequence[Mapping[str, Any]] = (), advice: Sequence[str] = (),
) -> Response:  # fmt: skip
    wrong = {one.at: one.text for one in errors if one.at}

    def control(name: str, label: str, widget: str, told: str, *, required: bool = False) -> Control:
        return Control(name, label, widget, required, told, tuple(given.get(name, ())), error=wrong.get(name, ""))

    shown = [
        control("text", "通知正文", "area", "把通知全文贴进来，连标题和落款日期。", required=True),
        control("issued", "发文日期", "date", "正文末尾有落款就不用写。"),
        control("paper", "网址或文号", "text", "通知原文在哪里查得到。"),
        control("exception", "天数不相等的原因", "text", "放假与调休天数不相等时才写。"),
    ]
    return ctx.page(
        "calendar.html", status, title="工作日历", tab="registry", controls=shown, errors=errors,
        key=key_of(ctx) if status == 422 or sure else new_key(), sure=sure, notice=notice,
        runs=_runs(notice, reading) if notice is not None and reading is not None else (),
        unused=reading.unused if reading is not None else (), days=days, moved=moved[:_MOST], moved_all=len(moved),
        advice=advice, known=ctx.desk.office.context.calendar.known_through,
    )  # fmt: skip
