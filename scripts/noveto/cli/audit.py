"""``noveto audit``: whether the history of the ledger is what it says, against the receipts of the server."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import NovetoCommand, Settings, envelope, pass_settings
from noveto.cli.settings import CHINA

if TYPE_CHECKING:
    from noveto.history import Report
    from noveto.ledger import Ledger

_HELP = """核对台账的历史：有没有事后改动、删除、改编号、倒填时间、冒名、越权、改写历史、改动回执。

时间按服务器的回执（receipts 分支）核对；没有回执的台账照样核对文字、合并和权限，但标“未见证”，不判断时间。
第一次核对全部历史，以后只看新的提交。补录有原因的、经批准隐去个人信息的只列出来，不算问题。

\b
例子：
  noveto audit
  noveto audit --since v2026-09 --format json
"""


@click.command("audit", cls=NovetoCommand, formats=("text", "json", "github", "gitlab"), help=_HELP)
@click.option("--since", metavar="REV", help="只报这个版本以后的；它本身也必须还在主线上。")
@click.option("--at", "rev", metavar="REV", default="HEAD", show_default=True, help="核对到哪个版本为止。")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "breach", "warning", "note")),
    default="error",
    show_default=True,
    help="有这一级或更重的问题，退出码就是 1。",
)
@pass_settings
def command(settings: Settings, since: str | None, rev: str, fail_on: str) -> int:
    """Audit, print, and tell by the exit code."""
    from noveto.findings import RANK
    from noveto.history import audit
    from noveto.ledger import Ledger

    with Ledger.open(settings.root(), at=rev, progress=settings.steps) as ledger:
        clock = datetime.now(CHINA).replace(tzinfo=None)  # --today may lie in the past; what was received stays so
        latest = max(clock, datetime.combine(settings.today, time.max))
        report = audit(ledger, since=since or "", latest=latest)
        settings.clear_progress()
        settings.write(_render(settings, ledger, report))
        if since is None and rev == "HEAD":
            _note(settings, ledger, report)
    if not report.witnessed:
        fetch = "从服务器克隆来的，先运行 git fetch。"
        settings.note(f"未见证：这里没有回执（receipts 分支），没有判断时间，也看不出推送人。{fetch}")
    elif report.summary["unwitnessed"]:
        settings.note(f"有 {report.summary['unwitnessed']} 个提交没有回执，里面的步骤没有判断时间。")
    return 1 if any(RANK[one.severity] >= RANK[fail_on] for one in report.findings) else 0


def _note(settings: Settings, ledger: Ledger, report: Report) -> None:
    """Note for 运行状态 that the whole history was audited, unless as of some other day."""
    from noveto.ledger.runs import Run, note_run

    if settings.today_option is None:
        wrong = report.summary["errors"]
        said = f"查过 {report.summary['commits']} 个提交，{f'错误 {wrong} 处' if wrong else '没有错误'}"
        note_run(ledger.repo, ledger.root, "audit", Run(settings.now, not wrong, said))


def _render(settings: Settings, ledger: Ledger, report: Report) -> str:
    from noveto.findings.render import render

    if settings.format == "json":
        import json

        document: dict[str, Any] = {
            **envelope(
                "audit",
                settings.today,
                known_through=ledger.calendar.known_through if ledger.calendar else date.min,
                calendar_digest=ledger.calendar.digest,
                rules_digest=ledger.rules.digest,
            ),
            "commit": report.tip,
            "witnessed": report.witnessed,
            "findings": [one.as_dict() for one in report.findings],
            "summary": report.summary,
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    text = render(report.findings, settings.format, summary=None, sources=lambda _: None, color=settings.color)
    if settings.format != "text":
        return text
    counts = report.summary
    state = f"{counts['witnessed']} 个有回执" if report.witnessed else "未见证"
    return (
        f"{text}{chr(10) if text else ''}核对到 {report.tip[:10]}：{counts['commits']} 个提交（{state}），"
        f"{counts['records']} 件；错误 {counts['errors']}，违规 {counts['breaches']}，提醒 {counts['warnings']}，"
        f"补录 {counts['late_entries']}，隐去个人信息 {counts['redactions']}\n"
    )
