"""``noveto bulletin``: the draft of the month's bulletin as a Word document."""

from __future__ import annotations

import re
import sys
from datetime import date

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, pass_settings


@click.command(
    "bulletin",
    cls=NovetoCommand,
    help="写一个月的通报初稿（Word 文件，按公文的字号和边距）。每个数有批注，写明怎么算的、怎么核对。\n\n"
    "例：noveto bulletin --month 2026-09；不写月份就是上个月；不写 --output 就存成“通报初稿-2026-09.docx”。"
    "已经定稿的月用定稿的数。",
)
@click.option("--month", metavar="YYYY-MM", help="哪个月；不写是上个月。")
@click.option("--at", "rev", metavar="REV", help="按台账的某个版本（提交号、标签、分支）。")
@pass_settings
def command(settings: Settings, month: str | None, rev: str | None) -> None:
    """Compute and write."""
    from noveto.forms.bulletin import bulletin
    from noveto.ledger import Ledger
    from noveto.statistics import last_month
    from noveto.statistics.gather import statistics
    from noveto.statistics.labels import Labels
    from noveto.statistics.periods import period

    if month is None:
        first, last = last_month(settings.today)
    elif re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", month):
        span = period(month)
        first, last = span.first, span.last
    else:
        raise UserError(f"月份“{month}”写得不对，请写成 2026-09 这样。")
    if first > settings.today:
        raise UserError(f"{first:%Y-%m} 还没有到，没有可以通报的。")
    if settings.output == "-" and sys.stdout.isatty():
        raise UserError("Word 文件不能显示在屏幕上。请加 --output 文件名.docx。")
    today, frozen = settings.today, False
    if rev is None:
        with Ledger.open(settings.root()) as ledger:
            record = ledger.record(f"qj-{first:%Y-%m}")
            entry = record.period.frozen if record is not None else None
        if entry is not None and entry.data.get("commit"):
            rev, today, frozen = str(entry.data["commit"]), date.fromisoformat(entry.data["as_of"]), True
            settings.note(f"{first:%Y-%m} 已定稿，用定稿的数：数据版本 {rev[:10]}，截至 {today}。")
    with Ledger.open(settings.root(), at=rev, progress=settings.steps) as ledger:
        found = statistics(ledger, first, last, today, by=("unit",))
        data = bulletin(found, ledger, Labels(ledger.registry, ledger.schemas), frozen=frozen)
    if settings.output is None:
        settings.output = f"通报初稿-{date.strftime(first, '%Y-%m')}.docx"
    settings.write(data)
