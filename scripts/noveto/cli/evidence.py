"""``noveto evidence``: one zip with all that a unit's figures and score rest on."""

from __future__ import annotations

import sys
from datetime import date

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, pass_settings
from noveto.cli.spans import chosen, span_options


@click.command(
    "evidence",
    cls=NovetoCommand,
    help="一个单位的评查材料包（zip）：得分和每一分扣在哪些件、指标和怎么算、全部的件（没有申请人）、抽查的种子和结论、异议和答复、"
    "版本和校验和。不用本系统也能打开。定稿的期用定稿的数。\n\n"
    "例：noveto evidence --unit rsj --year 2026；不写 --output 就存成“评查材料-rsj-2026.zip”。",
)
@span_options
@click.option("--unit", required=True, metavar="ID", help="哪个单位，例如 rsj。")
@pass_settings
def command(settings: Settings, month: str | None, quarter: str | None, year: str | None, unit: str) -> None:
    """Put the package together."""
    from noveto.ledger import Ledger
    from noveto.site.evidence import Evidence, package

    of = chosen(settings.today, month, quarter, year)
    if settings.output == "-" and sys.stdout.isatty():
        raise UserError("zip 文件不能显示在屏幕上。请加 --output 文件名.zip。")
    with Ledger.open(settings.root(), progress=settings.steps) as now:
        if unit not in now.registry.units:
            raise UserError(f"--unit 写的“{unit}”不在单位表里。请写单位编号，例如 rsj。")
        record = now.record(f"qj-{of.key.lower()}")
        frozen = record.period.frozen if record is not None else None
        commit = str(frozen.data.get("commit", "")) if frozen else ""
        if frozen is None or not commit:
            data = package(now, now, Evidence(unit, of, settings.today, False))
            settings.note(f"{of.name}还没有定稿，数还会变。")
        else:
            with Ledger.open(settings.root(), at=commit, progress=settings.steps) as then:
                data = package(then, now, Evidence(unit, of, date.fromisoformat(frozen.data["as_of"]), True))
    if settings.output is None:
        settings.output = f"评查材料-{unit}-{of.key}.zip"
    settings.write(data)
