"""``noveto check``: everything a ledger can be judged by, one finding a line, with how to mend it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, envelope, find_root, pass_settings

if TYPE_CHECKING:
    from noveto.checks.run import Outcome
    from noveto.ledger import Ledger

SEVERITIES = ("error", "breach", "warning", "note")


@click.command(
    "check",
    cls=NovetoCommand,
    formats=("text", "json", "github", "gitlab"),
    help="检查台账：格式、引用、个人信息、办理步骤、期限。一处一条，写明在哪一行、错在哪里、怎么改。\n\n"
    "写了文件或文件夹的，只报这些地方；--against 只报和某个版本相比改动过的文件，并核对“只追加、不改写”。",
)
@click.argument("paths", nargs=-1, metavar="[文件或文件夹]…")
@click.option("--against", metavar="REV", help="和这个版本（分支、标签、提交）分开以后改动的文件，例如 main。")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="有这一级或更重的问题，退出码就是 1。",
)
@pass_settings
def command(settings: Settings, paths: tuple[str, ...], against: str | None, fail_on: str) -> int:
    """Check, print, and tell by the exit code."""
    from noveto.checks.run import check_ledger
    from noveto.findings import RANK
    from noveto.ledger import Ledger

    root = _root(settings, paths)
    wanted = _wanted(root, paths)
    with Ledger.open(root, progress=settings.steps) as ledger:
        accepts = wanted
        extra = []
        if against is not None:
            from noveto.checks.against import Against

            change = Against(ledger, against)
            accepts = _both(change.accepts, wanted)
            extra = [finding for finding in change.findings() if wanted is None or wanted(finding.file)]
        outcome = check_ledger(ledger, settings.today, only=accepts, extra=extra)
        settings.clear_progress()
        settings.write(_render(settings, ledger, outcome))
        if wanted is None and against is None:
            _note(settings, ledger, outcome)
    return 1 if any(RANK[finding.severity] >= RANK[fail_on] for finding in outcome.findings) else 0


def _note(settings: Settings, ledger: Ledger, outcome: Outcome) -> None:
    """Note for 运行状态 that the whole ledger was checked, unless as of some other day."""
    from noveto.ledger.runs import Run, note_run

    if settings.today_option is None:
        counts = outcome.summary()
        wrong, broken = counts["errors"], counts["breaches"]
        said = f"查过，{f'错误 {wrong} 处' if wrong else '没有错误'}" + (f"，违规 {broken} 处" if broken else "")
        note_run(ledger.repo, ledger.root, "check", Run(settings.now, not wrong, said))


def _render(settings: Settings, ledger: Ledger, outcome: Outcome) -> str:
    from noveto.findings.render import render

    def source(path: str) -> bytes | None:
        try:
            return ledger.source(path) if path.startswith("records/") else (ledger.folder / path).read_bytes()
        except (UserError, OSError):
            return None

    head = _envelope(settings, ledger) if settings.format == "json" else {}
    summary = outcome.summary()
    return render(
        outcome.findings, settings.format, summary=summary, envelope=head, sources=source, color=settings.color
    )


def _envelope(settings: Settings, ledger: Ledger) -> dict[str, Any]:
    """Return the head of the JSON document; what of calendar and rules cannot be used stays empty."""
    known, calendar, rules = date.min, "", None
    try:
        known, calendar = ledger.calendar.known_through, ledger.calendar.digest
        rules = ledger.rules.digest
    except UserError:
        pass
    return envelope("check", settings.today, known_through=known, calendar_digest=calendar, rules_digest=rules)


def _root(settings: Settings, paths: tuple[str, ...]) -> Path:
    """Return the ledger: the one named or stood in, else the one the first path lies in."""
    if settings.root_option is None and settings.find_root() is None and paths:
        found = find_root(Path(paths[0]))
        if found is not None:
            return found
    return settings.root()


def _wanted(root: Path, paths: tuple[str, ...]) -> Callable[[str], bool] | None:
    """Return what tells whether a file of the ledger lies under one of the given paths; None for all."""
    if not paths:
        return None
    names: set[str] = set()
    for given in paths:
        full = next((path for path in (Path(given).absolute(), root / given) if os.path.lexists(path)), None)
        if full is None:
            raise UserError(f"没有“{given}”这个文件或文件夹。请核对路径。")
        folder = full.parent.resolve()
        try:
            name = (folder / full.name if full.name != ".." else full.resolve()).relative_to(root).as_posix()
        except ValueError:
            raise UserError(f"“{given}”不在台账 {root} 里，没法检查。") from None
        names.add("" if name == "." else name)
    if "" in names:
        return None
    folders = tuple(f"{name}/" for name in names)
    return lambda path: path in names or path.startswith(folders)


def _both(one: Callable[[str], bool], other: Callable[[str], bool] | None) -> Callable[[str], bool]:
    return one if other is None else lambda path: one(path) and other(path)
