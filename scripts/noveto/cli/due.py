"""``noveto due START N``: one limit, explained day by day. Works without a ledger (contract, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import DATE, NovetoCommand, Settings, envelope, parse_date, pass_settings

if TYPE_CHECKING:
    from noveto.calendar import Calendar, Derivation, Pause

WEEKDAYS = "一二三四五六日"


class PauseType(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A closed range of days ``FROM/TO``; ``TO`` may be empty (still open)."""

    name = "pause"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Pause:
        """Return the pause; a wrong value is a usage error."""
        try:
            return _parse_pause(str(value))
        except ValueError as error:
            self.fail(f"{error}要写成 2026-03-06/2026-03-19（首尾两天都不计）；还没恢复的写成 2026-03-06/", param, ctx)


def _parse_pause(text: str) -> Pause:
    from noveto.calendar import Pause

    first, slash, last = text.partition("/")
    if not slash:
        raise ValueError(f"“{text}”缺少斜线。")
    pause = Pause(parse_date(first), parse_date(last) if last else None)
    if pause.end is not None and pause.end < pause.start:
        raise ValueError(f"“{text}”的结束日早于开始日。")
    return pause


@click.command(
    "due",
    cls=NovetoCommand,
    formats=("table", "json", "csv"),
    help="算一个期限：从 START（起算日，当天不计）起 N 个工作日到哪天，逐日说明。\n\n"
    "N 为 0 表示当天（当天休息的顺延到下一个工作日）。日历取自台账；不在台账里运行时用自带的日历。\n\n"
    "\b\n"
    "  例：\n"
    "  noveto due 2026-09-23 10\n"
    "  noveto due 2026-09-23 10 --pause 2026-09-28/2026-10-09\n"
    "  noveto due 2025-12-03 60 --calendar-days --format json",
)
@click.argument("start", type=DATE, metavar="START")
@click.argument("days", type=click.IntRange(min=0), metavar="N")
@click.option("--calendar-days", is_flag=True, help="按自然日算；最后一天是休息日的，顺延到下一个工作日。")
@click.option(
    "--pause",
    "pauses",
    type=PauseType(),
    multiple=True,
    metavar="FROM/TO",
    help="中止期间，首尾两天都不计；可以写多次；TO 空着表示还没恢复。",
)
@click.option("--known-at", type=DATE, help="只按这一天以前已经发布的放假通知算。")
@pass_settings
def command(
    settings: Settings, start: date, days: int, calendar_days: bool, pauses: tuple[Pause, ...], known_at: date | None
) -> None:
    """Compute one limit and print it."""
    from noveto.calendar import Calendar, derive
    from noveto.resources import resource

    root = settings.find_root()
    calendar = Calendar.load(root / "records" / "calendar" if root else resource("records/calendar"), known_at)
    derivation = derive(calendar, start, days, pauses, calendar_days)
    if settings.format == "json":
        settings.write_json(
            envelope(
                "due",
                settings.today,
                known_through=calendar.known_through,
                calendar_digest=calendar.digest,
                rules_digest=rules_digest(root / "schema" if root else resource("schema")),
                known_at=known_at.isoformat() if known_at else None,
                **derivation.as_dict(),
            )
        )
    elif settings.format == "csv":
        settings.write_csv(("date", "weekday", "number", "why"), _csv_rows(calendar, derivation))
    else:
        settings.write(table_text(calendar, derivation, settings.today))


def rules_digest(schema: Path) -> str | None:
    """Return the sha256 (hex) of the rules file, as ``Rules.digest`` does; None when there is none."""
    import hashlib

    rules = schema / "rules.yml"
    return hashlib.sha256(rules.read_bytes()).hexdigest() if rules.is_file() else None


def say(day: date) -> str:
    """Return ``2026-10-10 周六``."""
    return f"{day} 周{WEEKDAYS[day.weekday()]}"


def _csv_rows(calendar: Calendar, derivation: Derivation) -> Iterator[tuple[object, ...]]:
    numbers = {day: i for i, day in enumerate(derivation.counted, 1)}
    whys = dict(derivation.skipped)
    days = sorted({*numbers, *whys, *([derivation.due] if derivation.due else [])})
    for day in days:
        yield day, f"周{WEEKDAYS[day.weekday()]}", numbers.get(day), whys.get(day, _note(calendar, day))


def _note(calendar: Calendar, day: date) -> str:
    makeup = calendar.makeup(day)
    return f"{makeup}调休上班" if makeup else ""


def _runs(derivation: Derivation) -> Iterator[tuple[date, date, str, int, int]]:
    """Join neighbouring days that read alike: first, last, reason of skipping, first and last number."""
    numbers = {day: i for i, day in enumerate(derivation.counted, 1)}
    days = sorted([*((day, "") for day in derivation.counted), *derivation.skipped])
    run: tuple[date, date, str, int, int] | None = None
    for day, why in days:
        number = numbers.get(day, 0)
        alike = run is not None and run[2] == why and (day - run[1]).days == 1
        if run is not None and alike and (why or derivation.calendar_days):
            run = (run[0], day, why, run[3], number)
            continue
        if run is not None:
            yield run
        run = (day, day, why, number, number)
    if run is not None:
        yield run


def table_text(calendar: Calendar, derivation: Derivation, today: date) -> str:
    """Explain a limit for a reader: each day counted, each stretch skipped, the due day."""
    from noveto.cli.text import table

    unit = "自然日" if derivation.calendar_days else "工作日"
    length = f"{derivation.n} 个{unit}" if derivation.n else "当天"
    rows: list[tuple[str, str]] = [(say(derivation.start), "起算日，当天不计")] if derivation.n else []
    for first, last, why, number, to in _runs(derivation):
        end = say(last)[5:] if last.year == first.year else say(last)
        days = say(first) if first == last else f"{say(first)} 至 {end}"
        if why:
            rows.append((days, f"{why}，不计"))
            continue
        text = f"第 {number} 日" if number == to else f"第 {number} 日至第 {to} 日"
        makeup = _note(calendar, first) if first == last else ""
        text += f"（{makeup}）" if makeup else ""
        if last == derivation.due:
            text += "，到期"
        elif last == derivation.raw and derivation.due:
            text += f"，最后一天是{calendar.reason(last)}，顺延"
        rows.append((days, text))
    due = derivation.due
    if due is not None and (not derivation.counted or derivation.counted[-1] != due):
        makeup = _note(calendar, due)
        rows.append((say(due), "到期" + (f"（{makeup}）" if makeup else "")))
    return "\n".join(
        [f"期限：{length}", "", table(rows).rstrip("\n"), "", *_conclusion(calendar, derivation, today, unit)]
    )


def _conclusion(calendar: Calendar, derivation: Derivation, today: date, unit: str) -> Iterator[str]:
    due = derivation.due
    mark = "（暂定）" if derivation.provisional else ""
    if due is None:
        yield f"到期：中止期间没有到期日{mark}。已用 {derivation.used} 个{unit}，还剩 {derivation.remaining} 个{unit}。"
    else:
        left = ""
        if due == today:
            left = "，今天到期"
        elif due > today:
            left = f"，今天是 {today}，还剩 {calendar.workdays_between(today, due)} 个工作日"
        yield f"到期：{say(due)}{mark}{left}"
    if calendar.known_at is not None:
        yield f"只按 {calendar.known_at} 以前发布的放假通知计算。"
    for sentence in derivation.assumptions:
        yield f"暂定的原因：{sentence}"
