"""``noveto stats``: the indicators of the monthly report, in total and by groups."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from noveto.cli.common import DATE, NovetoCommand, Settings, envelope, pass_settings
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.rules import Rules
    from noveto.statistics import Score, Statistics

ASSESSED = ("window", "unit", "county", "hall")


@click.command(
    "stats",
    cls=NovetoCommand,
    formats=("table", "json", "csv", "xlsx"),
    help="统计指标：登记、否决、办成、按时、报备、告知、反映、改进等。先看件数，再看比率。\n\n"
    "不写日期，统计上一个完整的月。可以按 unit（单位）、window（窗口）、hall（大厅）、county（县区）、track（类别）、"
    "reason（卡在哪里）、category（事项类别）、month、quarter、year 分组，几个用逗号隔开。\n\n"
    "每个数怎么算：noveto stats --terms。",
)
@click.option("--from", "first", type=DATE, help="从哪天登记的件算起。")
@click.option("--to", "last", type=DATE, help="算到哪天登记的件。")
@click.option("--by", default="", metavar="UNIT,MONTH,…", help="按什么分组，几个用逗号隔开。")
@click.option("--at", "rev", metavar="COMMIT", help="用台账的某个版本（提交号、标签）重算。")
@click.option("--rules", "rules_file", type=click.Path(exists=True, dir_okay=False), help="试算：改用这份规则文件。")
@click.option("--lists", is_flag=True, help="json 里每个数后面列出是哪些件。")
@click.option("--publish", is_flag=True, help="对外公开用：不足 5 件的格子不显示，也不列件。")
@click.option("--terms", is_flag=True, help="只看口径说明：每个数怎么算。")
@pass_settings
def command(
    settings: Settings,
    first: date | None,
    last: date | None,
    by: str,
    rev: str | None,
    rules_file: str | None,
    lists: bool,
    publish: bool,
    terms: bool,
) -> None:
    """Compute and print."""
    from noveto.ledger import Ledger
    from noveto.rules import Rules
    from noveto.statistics.gather import statistics
    from noveto.statistics.labels import Labels
    from noveto.statistics.lines import lines
    from noveto.statistics.order import in_order
    from noveto.statistics.publish import published

    if terms:
        settings.write(_terms())
        return
    if publish and lists:
        raise UserError("对外公开的数（--publish）不能带名单（--lists）。请去掉一个。")
    if settings.format == "xlsx" and settings.output in (None, "-") and sys.stdout.isatty():
        raise UserError("xlsx 要写进文件。请加 --output 文件名.xlsx。")
    start, end = _period(settings.today, first, last)
    wanted = tuple(name for name in by.replace("，", ",").replace(" ", "").split(",") if name)
    with Ledger.open(settings.root(), at=rev, progress=settings.steps) as ledger:
        chosen = Path(rules_file).resolve() if rules_file else None
        try:
            found = statistics(ledger, start, end, settings.today, by=wanted, rules_file=chosen)
        except ValueError as error:
            raise UserError(str(error)) from error
        found = replace(found, groups=in_order(found.groups, wanted, ledger.registry))
        rules = Rules.load(chosen) if chosen else ledger.rules
        labels = Labels(ledger.registry, ledger.schemas)
        shown = list(published(found) if publish else lines(found))
        scores = [] if publish else _scores(found, rules)
        if settings.format == "json":
            from noveto.statistics.asjson import as_json

            told = as_json(
                found, shown, scores, commit=ledger.version, edited=ledger.edited, lists=lists, publish=publish
            )
            known, digest = ledger.calendar.known_through, ledger.calendar.digest
            settings.write_json(
                envelope(
                    "stats", found.today, known_through=known, calendar_digest=digest, rules_digest=rules.digest, **told
                )
            )
        elif settings.format == "csv":
            from noveto.statistics.xlsx import table_rows

            settings.write_csv(*table_rows(found, shown, labels))
        elif settings.format == "xlsx":
            from noveto.statistics.xlsx import workbook

            title = f"窗口无否决权统计 {start} 至 {end}"
            settings.write(workbook(found, shown, labels, scores, lists=not publish, title=title))
        else:
            from noveto.cli.stats_table import as_table

            settings.write(as_table(found, shown, scores, labels, publish=publish))


def _period(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    from noveto.statistics import last_month

    if first is None and last is None:
        return last_month(today)
    start, end = first or date(1990, 1, 1), last or today
    if end < start:
        raise UserError(f"结束日期 {end} 早于开始日期 {start}。请核对 --from 和 --to。")
    return start, end


def _scores(found: Statistics, rules: Rules) -> Sequence[Score]:
    from noveto.statistics import assess

    if len(found.by) != 1 or found.by[0] not in ASSESSED:
        return ()
    named = [group for group in found.groups if group.key != ("",)]
    return assess(named, rules.for_day(found.last).assessment, found.small)


def _terms() -> str:
    from noveto.statistics.assessment import FORMULA
    from noveto.statistics.catalogue import ATTRIBUTION, GUARDS, INDICATORS

    parts = [f"{item.key} {item.name}（{item.unit}）\n  {item.formula}" + (f"（{item.cite}）" if item.cite else "")
             for item in INDICATORS]  # fmt: skip
    return "\n".join([*parts, "", f"算在哪一期：{ATTRIBUTION}", f"件数少时：{GUARDS}", f"评窗口：{FORMULA}"])
