"""Options that name a month, a quarter or a year, and staff of the bureau who write periods and samples."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.cli.writing import Desk
    from noveto.records.registry import Person
    from noveto.statistics.periods import Period

_SHAPES = {
    "month": (r"[0-9]{4}-(0[1-9]|1[0-2])", "2026-09"),
    "quarter": (r"[0-9]{4}-[qQ][1-4]", "2026-q3"),
    "year": (r"[0-9]{4}", "2026"),
}


def span_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--month``, ``--quarter`` and ``--year``."""
    for name, metavar, what in (("--year", "YYYY", "哪一年"), ("--quarter", "YYYY-qN", "哪个季度，例如 2026-q3"),
                                ("--month", "YYYY-MM", "哪个月；都不写是上个月")):  # fmt: skip
        command = click.option(name, metavar=metavar, help=f"{what}。")(command)
    return command


def chosen(today: date, month: str | None, quarter: str | None, year: str | None) -> Period:
    """Return the period asked for, the last complete month where none was. Raises UserError."""
    from noveto.statistics import last_month
    from noveto.statistics.periods import period

    given = {"month": month, "quarter": quarter, "year": year}
    asked = [(name, text) for name, text in given.items() if text is not None]
    if len(asked) > 1:
        raise UserError("--month、--quarter、--year 只写一个。")
    if not asked:
        return period(f"{last_month(today)[0]:%Y-%m}")
    name, text = asked[0]
    pattern, example = _SHAPES[name]
    if not re.fullmatch(pattern, text):
        raise UserError(f"--{name} 写的“{text}”不对，请写成 {example} 这样。")
    found = period(text.upper())
    if found.first > today:
        raise UserError(f"{found.name}还没有到。")
    return found


def bureau_person(desk: Desk, name: str | None) -> Person:
    """Return who writes it: one of the bureau's analysts or leaders. Raises UserError."""
    from noveto.history.rights import Rights

    person = desk.who(name, "--by", "谁办的（人员编号）")
    rights = Rights(desk.context.registry, desk.context.steps)
    if not rights.may_register("period", {}, person.id, desk.settings.today):
        raise UserError(f"{person.name}（{person.id}）不能办：定稿和抽查由市数据资源管理局的分析人员或领导办。")
    return person


def put(desk: Desk, path: str, data: bytes, person: Person, message: str, *, new: bool, commit: bool) -> str:
    """Judge a record, write it and, if asked to, commit it; return what was done. Raises RefusedError, UserError."""
    before = [] if new else desk.known(path)
    findings, _ = desk.judge(data, path, before)
    desk.write(path, data, new=new)
    desk.tell(findings, data)
    return f"已提交 {desk.commit(path, message, person)}" if commit else f"文件 {path}"
