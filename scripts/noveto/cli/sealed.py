"""``noveto sealed``: look after the sealed register (full names and contacts outside Git)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from noveto.cli.common import DATE, NovetoCommand, NovetoGroup, Settings, pass_settings
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.desk.sealed import Sealed

_HELP = """管理密封册：仓库以外存放申请人全名和电话的文件。

位置由环境变量 NOVETO_SEALED 决定，不写在本用户的 ~/.local/state/noveto/sealed.db。要用办件台的系统账号运行。
密封册不能放在 Git 仓库里。办件台在用的时候也可以备份、清理、恢复。
"""

_WHY = {"print": "打印", "callback": "回访", "contact": "联系", "search": "找件"}
_WHAT = {"read": "查看", "refused": "没有给看", "search": "搜索"}


@click.group("sealed", cls=NovetoGroup, help=_HELP)
def command() -> None:
    """Group the commands."""


@command.command("purge", cls=NovetoCommand, help="删掉某一天以前写进去的全名和电话，删了就找不回来。")
@click.option(
    "--before", type=DATE, help="删这一天以前写入的（这一天不删）；不写，按台账规则里的密封册保存天数（sealed_days）。"
)
@click.option("--dry-run", is_flag=True, help="只数有多少条，不删。")
@pass_settings
def purge(settings: Settings, before: date | None, dry_run: bool) -> None:
    """Delete entries by date."""
    if before is None:
        before = _kept_since(settings)
    elif before > settings.today:
        raise UserError(f"--before 写的 {before} 还没有到。请写今天或更早的日期。")
    sealed = _open()
    if dry_run:
        settings.write(f"{before} 以前写入的有 {sealed.count(before)} 条，共 {sealed.count()} 条。没有删。")
        return
    done = sealed.purge(before)
    settings.write(
        f"已删掉 {before} 以前写入的 {done} 条，还有 {sealed.count()} 条。备份里的旧条目恢复时也会自动删掉。"
    )


def _kept_since(settings: Settings) -> date:
    """Return the first day whose entries are kept still, by the rules in force today."""
    from noveto.rules import Rules

    root = settings.find_root()
    if root is None:
        raise UserError("还缺 --before：删哪一天以前写入的。在台账目录里运行可以不写，按规则里的保存天数。")
    rules = Rules.load(root / "schema" / "rules.yml").for_day(settings.today)
    return settings.today - timedelta(days=rules.retention["sealed_days"])


@command.command("backup", cls=NovetoCommand, help="备份到一个新文件；办件台不用停。")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@pass_settings
def backup(settings: Settings, target: Path) -> None:
    """Copy the register."""
    done = _open().backup(target)
    settings.write(f"已备份 {done} 条到 {target}，核对无误。备份里有全名和电话，请放在只有管理员能读的地方。")


@command.command("restore", cls=NovetoCommand, help="用备份换掉现在的密封册；换之前先把现在的另存一份。")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@pass_settings
def restore(settings: Settings, source: Path) -> None:
    """Replace the register by a backup."""
    from noveto.desk.backups import copy, verify

    sealed = _open()
    verify(source)
    aside = ""
    if sealed.count():
        kept = sealed.path.with_name(f"{sealed.path.name}.before-{settings.now:%Y%m%d%H%M%S}")
        copy(sealed.path, kept)
        aside = f"原来的另存在 {kept}，确认无误后请删掉。"
    done = sealed.restore(source)
    settings.write(f"已恢复 {done} 条。{aside}备份以后登记的人查不到的，页面写“未找到”，请按纸质表补。")


@command.command("readings", cls=NovetoCommand, help="列出谁看过某个单位的全名和电话。")
@click.option("--unit", required=True, metavar="UNIT", help="单位编号，例如 rsj。")
@click.option("--from", "since", type=DATE, required=True, help="从哪一天。")
@click.option("--to", "until", type=DATE, required=True, help="到哪一天（含）。")
@pass_settings
def readings(settings: Settings, unit: str, since: date, until: date) -> None:
    """List the looks at a unit's entries."""
    lines = [
        f"{one.at:%Y-%m-%d %H:%M}  {one.by}（{one.unit}）  {_WHAT[one.what]}"
        f"  {_WHY.get(one.why, one.why)}{'  ' + one.case if one.case else ''}"
        + (f"  找到 {one.found} 条" if one.what == "search" else "")
        for one in _open().readings(unit, since, until)
    ]
    settings.write("\n".join([*lines, f"共 {len(lines)} 次。"]))


def _open() -> Sealed:
    from noveto.desk.sealed import Sealed
    from noveto.desk.vaultfile import SealedError, sealed_path

    path = sealed_path()
    if not path.parent.is_dir() and not path.exists():
        raise SealedError(
            f"没有密封册“{path}”。请用办件台的系统账号运行，或者用环境变量 NOVETO_SEALED 指明位置；"
            "新机器先建好这个文件夹。"
        )
    return Sealed.open(path)
