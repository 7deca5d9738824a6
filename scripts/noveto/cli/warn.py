"""``noveto warn``: digests, hand-over notices and the ladder on every channel, and the standing issues on the forge."""

from __future__ import annotations

import os
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.findings import Finding
    from noveto.ledger import Ledger

_HELP = """发送超期提醒，更新代码平台上的督办单。

每个单位每个工作日早上一份清单（08:30 以后）；报批、征询、督办等交到谁手里，马上告诉谁（工作日 08:00 到 18:00）；
超期没办的逐级往上报。发过的不再发，没发成的下次补发，可以放心重复运行。发到哪里，写在 records/registry/office.yml 的
warn 一节；密钥只从环境变量读。没有配置时打印在屏幕上。

\b
先看看会发什么：  noveto warn --dry-run
为什么发或不发：  noveto warn --explain
"""

_MORNING = time(8, 35)


@click.command("warn", cls=NovetoCommand, formats=("text", "json"), help=_HELP)
@click.option("--dry-run", is_flag=True, help="只显示要发的原文，不发送，也不记账。密钥用 *** 代替。")
@click.option("--explain", is_flag=True, help="逐件说明为什么提醒或不提醒，不发送。")
@click.option("--channel", "chosen", multiple=True, metavar="NAME", help="只用这个渠道，可以写多次；stdout 总是可用。")
@click.option("--now", "clock", metavar="HH:MM", help="按这个钟点；不写用现在，写了 --today 时是 08:35。")
@click.option("--state", "state_file", type=click.Path(path_type=Path), metavar="FILE", help="发送记录放在这个文件里。")
@click.option("--no-forge", is_flag=True, help="这次不更新督办单。")
@pass_settings
def command(
    settings: Settings,
    dry_run: bool,
    explain: bool,
    chosen: tuple[str, ...],
    clock: str | None,
    state_file: Path | None,
    no_forge: bool,
) -> int:
    """Plan, send, report; 1 when next year's notice is missing, 2 when something could not be sent."""
    from noveto.checks.run import hold_open
    from noveto.cli.warn_run import Run
    from noveto.ledger import Ledger
    from noveto.warnings import Basis, plan
    from noveto.warnings.config import read_settings
    from noveto.warnings.moved import calendar_before, moved_lines

    now = _now(settings, clock)
    with Ledger.open(settings.root(), progress=settings.steps) as ledger:
        day = now.date()
        records = hold_open(ledger, day)
        basis = Basis.of(ledger)
        office = ledger.file("records/registry/office.yml")
        if office is None:  # without it nobody knows where to send: silence would be worse than an error
            raise UserError("records/registry/office.yml 没有或者写得不对，不知道发到哪里。请先用 noveto check 改好。")
        wanted = read_settings(office.value)
        preview = (dry_run or explain) and clock is None
        before = calendar_before(ledger, now)
        extra = moved_lines(records, basis, before, now.date()) if before is not None else None
        made = plan(records, basis, now, extra=extra, anytime=preview)
        alarm = _alarm(ledger, settings, now)
        run = Run(settings, ledger, basis, wanted, made, now, chosen)
        if explain:
            run.explain()
        elif dry_run:
            run.show(forge=not no_forge)
        else:
            run.send(state_file, forge=not no_forge)
    return 2 if run.failed else int(any(found.severity == "error" for found in alarm))


def _now(settings: Settings, clock: str | None) -> datetime:
    if clock is None:
        given = settings.today_option is not None or os.environ.get("NOVETO_TODAY", "").strip()
        return datetime.combine(settings.today, _MORNING) if given else settings.now
    try:
        return datetime.combine(settings.today, datetime.strptime(clock, "%H:%M").time())
    except ValueError:
        raise UserError(f"“{clock}”不是钟点。要写成时:分，例如 08:35。") from None


def _alarm(ledger: Ledger, settings: Settings, now: datetime) -> list[Finding]:
    """Tell that next year's notice is missing: from 1 November a note, from 20 December an error."""
    from noveto.calendar.plausibility import check_next_year
    from noveto.findings import make

    found = [
        make(problem.code, file=f"records/calendar/{problem.file}", severity=problem.severity, **problem.params)
        for problem in check_next_year(ledger.calendar, now.date())
    ]
    for finding in found:
        settings.note(f"{'错误' if finding.severity == 'error' else '提示'}：{finding.message}{finding.fix}")
    return found
