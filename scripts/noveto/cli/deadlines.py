"""``noveto deadlines``: every clock, its state, and how its date came about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, envelope, pass_settings
from noveto.cli.deadline_rows import Row, rows_of

if TYPE_CHECKING:
    from noveto.history.changed import Shift
    from noveto.ledger import Ledger
    from noveto.rules import Rules

STATES = (
    "running", "due_today", "overdue", "met", "met_late", "suspended", "deemed_accepted", "unattested",
    "not_applicable",
)  # fmt: skip
ENDED = ("met", "met_late", "deemed_accepted", "unattested", "not_applicable")


@click.command(
    "deadlines",
    cls=NovetoCommand,
    formats=("table", "json", "csv"),
    help="列出还在计时的件：还剩几天、到哪天、在谁手里。最急的在上面。\n\n"
    "默认只列没有办结的期限；--all 连办结的一起列。json 和 csv 里每个期限都带逐日的算法。",
)
@click.option("--all", "everything", is_flag=True, help="连已经办结的期限一起列。")
@click.option("--unit", help="只看一个单位（单位编号，例如 rsj）。")
@click.option(
    "--state", type=click.Choice(STATES), metavar="STATE",
    help="只看有这种状态期限的件，例如 overdue、due_today、running、suspended。",
)  # fmt: skip
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(exists=True, dir_okay=False),
    help="试算：改用这份规则文件，列出状态会变的件。",
)
@click.option(
    "--changed-since", "former", metavar="REV", help="列出到期日和这个版本相比有变的件（放假通知或规则改了）。"
)
@click.option("--at", "rev", metavar="REV", help="看台账的某个版本（提交号、标签、分支）。")
@pass_settings
def command(
    settings: Settings, everything: bool, unit: str | None, state: str | None, rules_file: str | None,
    former: str | None, rev: str | None,
) -> None:  # fmt: skip
    """Compute and print."""
    from noveto.checks.run import hold_errors
    from noveto.cli import shifts
    from noveto.ledger import Ledger

    if former and rules_file:
        raise click.UsageError("--changed-since 和 --rules 请分两次用。")

    today = settings.today
    everything = everything or state in ENDED  # a state that only ended clocks can be in
    with Ledger.open(settings.root(), at=rev, progress=settings.steps) as ledger:
        if unit is not None and unit not in ledger.registry.units:
            settings.note(f"登记册里没有单位“{unit}”，下面是空的。请核对单位编号。")

        def rows() -> Iterator[Row]:
            found = rows_of(ledger, rules_of(), today, everything=everything or rules_file is not None)
            return (
                row for row in found
                if (unit is None or row.unit == unit) and row.shown(everything=everything, state=state)
            )  # fmt: skip

        def rules_of() -> Rules:
            from noveto.rules import Rules

            return Rules.load(Path(rules_file)) if rules_file else ledger.rules

        if former:
            hold_errors(ledger, today)
            found = shifts.chosen(shifts.since(ledger, former, today), unit, state)
            _write_shifts(settings, ledger, found, today, former)
            return

        def say() -> str:
            if settings.format == "json":
                return "".join(_json(rows(), ledger, rules_of(), today, everything=everything))
            return _table(sorted(rows(), key=Row.urgency), ledger, today, state)

        if settings.format == "csv":
            ordered = sorted(rows(), key=Row.urgency)
            settings.write_csv(_COLUMNS, _csv(ordered, ledger, everything=everything))
        elif settings.format == "json" and (everything or rules_file):
            settings.write_chunks(_json(rows(), ledger, rules_of(), today, everything=everything))
        elif rules_file:
            hold_errors(ledger, today)
            found = shifts.chosen(shifts.under(ledger, rules_of(), today), unit, state)
            settings.write(shifts.told(found, "状态") + "\n按这份规则的完整清单：加 --format json")
        else:
            question = f"deadlines {settings.format} {today} {everything} {unit} {state}"
            settings.write(ledger.remember(question, say, lambda: _load(ledger)))


def _load(ledger: Ledger) -> None:
    """Load what an answer is worked out with."""
    from noveto.checks.run import hold_open  # noqa: F401 - imported for later
    from noveto.clocks.people import people  # noqa: F401

    with suppress(UserError):  # told when it is asked for
        ledger.rules, ledger.calendar  # noqa: B018


def _write_shifts(settings: Settings, ledger: Ledger, found: list[Shift], today: date, former: str) -> None:
    from noveto.cli import shifts

    rows = [shifts.plain(one) for one in found]
    if settings.format == "csv":
        settings.write_csv(shifts.COLUMNS, [[row[name] for name in shifts.COLUMNS] for row in rows])
    elif settings.format == "json":
        head = envelope(
            "deadlines",
            today,
            known_through=ledger.calendar.known_through,
            calendar_digest=ledger.calendar.digest,
            rules_digest=ledger.rules.digest,
            commit=ledger.version or None,
        )
        settings.write_json({**head, "changed_since": former, "changed": rows})
    else:
        settings.write(shifts.told(found, "到期日"))


def _json(rows: Iterator[Row], ledger: Ledger, rules: Rules, today: date, *, everything: bool) -> Iterator[str]:
    """Yield the document piece by piece, so that 100,000 cases need no memory."""
    head = envelope(
        "deadlines",
        today,
        known_through=ledger.calendar.known_through,
        calendar_digest=ledger.calendar.digest,
        rules_digest=rules.digest,
        commit=ledger.version or None,
    )
    yield json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}") + ',\n  "cases": ['
    between = "\n"
    for row in rows if everything else sorted(rows, key=Row.urgency):
        yield between + "    " + json.dumps(row.as_dict(ledger, everything=everything), ensure_ascii=False)
        between = ",\n"
    yield "\n  ]\n}\n"


_COLUMNS = (
    "case", "unit", "window", "track", "status", "clock", "round", "of", "binding", "start", "due", "due_calendar",
    "state", "state_calendar", "met_on", "days_left", "days_late", "provisional", "cite",
)  # fmt: skip


def _csv(rows: list[Row], ledger: Ledger, *, everything: bool) -> Iterator[list[object]]:
    for row in rows:
        head = row.as_dict(ledger, everything=everything)
        for clock in head["clocks"]:
            yield [_cell({**head, **clock}[name]) for name in _COLUMNS]


def _cell(value: object) -> object:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _table(rows: list[Row], ledger: Ledger, today: date, state: str | None) -> str:
    from noveto import words
    from noveto.cli.text import table

    lines = [["时限状态", "到期日", "编号", "事项", "类别 · 环节", "在谁手里"]]
    lines += [_line(row, ledger, today, state) for row in rows]
    day = words.headline_day(today, ledger.calendar)
    if not rows:
        return f"{day}\n没有符合条件的件。"
    return f"{day}\n\n{table(lines)}\n\n{_counted(rows)}每个日期怎么算的：noveto deadlines --format json"


def _counted(rows: list[Row]) -> str:
    """Say how many there are, apart where they are of several kinds: the site counts each by itself."""
    from noveto.ledger.places import path_of

    counts = {"办件": 0, "投诉与反映": 0, "记录有误": 0}
    for row in rows:
        kind = "投诉与反映" if path_of(row.name).startswith("records/complaints/") else "办件"
        counts["记录有误" if row.status == "quarantined" else kind] += 1
    parts = [f"{word} {n}" for word, n in counts.items() if n]
    return f"共 {len(rows)} 件{'：' + '，'.join(parts) if len(parts) > 1 else ''}。"


def _line(row: Row, ledger: Ledger, today: date, state: str | None) -> list[str]:
    from noveto import words
    from noveto.clocks import headline, review_day
    from noveto.clocks.people import people

    if row.status == "quarantined":
        return ["记录有误，未计入", "", row.name, "请运行 noveto check 看原因", "", ""]
    clocks = [one for one in row.clocks if state in (None, one.state)]
    clock = headline(clocks) or (clocks[0] if state and clocks else None)
    said = clock and words.state(
        ledger.calendar, clock.state, due=clock.due, today=today, met_on=clock.met_on, days_late=clock.days_late,
        binding=clock.binding, review=review_day(row.clocks), ended=clock.ended is not None,
        provisional=clock.provisional, waiting=clock.waits_for_papers,
    )  # fmt: skip
    status = said.plain if said else "✓ 已办结"
    due = words.short(clock.due, today=today, cal=ledger.calendar) if clock and clock.due else "不计时"
    if clock and clock.provisional:
        due += words.PROVISIONAL
    if row.view is None:
        return [status, due, row.name, "投诉与反映", "", ""]
    where = f"{words.TRACKS[row.view.track]} · {row.view.stage.words}"
    held = "、".join(one.words for one in people(row.view, ledger.registry, today)) or "—"
    return [status, due, row.name, row.view.case.matter.name, where, held]
