"""``noveto demo``: a realistic ledger with history around a day."""

from __future__ import annotations

from pathlib import Path

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings

_HELP = """生成演示台账：几十个单位、两年历史，各种步骤、状态和差错都有。

DIR 要是空文件夹（或者还没有）。里面是一个完整的 Git 仓库：main 是台账，receipts 是回执；
历史到 --today 那天早上为止，最近两周有各个环节的在办件。同样的 --seed 每次生成的完全一样。

\b
例子：
  noveto demo /tmp/demo --cases 2000 --seed 7
  noveto demo 演示 --cases 300 --today 2026-10-10 --reset
  noveto --root /tmp/demo deadlines --today 2026-10-10
"""


@click.command("demo", cls=NovetoCommand, help=_HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--cases", type=click.IntRange(1, 5_000_000), default=600, show_default=True, help="办件多少件。")
@click.option("--seed", type=int, default=73, show_default=True, help="种子；相同的种子生成相同的台账。")
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True, help="历史往前多少个月。")
@click.option("--bare", is_flag=True, help="只要裸仓库，不取出文件。")
@click.option("--pair", is_flag=True, help="做两个：DIR/ledger.git（裸仓库）和它的工作副本 DIR/ledger。")
@click.option("--reset", is_flag=True, help="DIR 里是本命令做的演示台账时，删掉重做。")
@pass_settings
def command(
    settings: Settings, folder: Path, cases: int, seed: int, months: int, bare: bool, pair: bool, reset: bool
) -> None:
    """Make the ledger and say what was made."""
    from noveto.demo.generate import make, prepare
    from noveto.demo.options import Options
    from noveto.demo.pair import clone, prepare_pair

    options = Options(cases=cases, seed=seed, today=settings.today, months=months)
    target = prepare_pair(folder, reset=reset) if pair else folder
    prepare(target, reset=reset)
    width = 30

    def progress(done: int, total: int) -> None:
        filled = width * min(done, total) // max(total, 1)
        settings.progress(f"生成演示台账 [{'#' * filled}{'.' * (width - filled)}] {done} / {total} 件")

    made = make(options, target, bare=bare or pair, progress=progress)
    if pair:
        clone(target, folder / "ledger")
    settings.write(
        f"已生成 {folder}：办件 {made.cases} 件，投诉和改进 {made.others} 件，提交 {made.commits} 次，"
        f"历史从 {options.start} 到 {options.today} 早上。"
    )
    if made.broken:
        settings.note(f"其中 {made.broken} 件故意写错了格式，用来演示隔离；noveto check 会列出来。")
