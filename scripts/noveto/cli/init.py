"""``noveto init``: an empty ledger, ready for an office."""

from __future__ import annotations

from pathlib import Path

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings

_HELP = """建一个空台账：文件夹、登记册（以池州市的单位为例）、格式、期限规则、工作日历、给管理员的说明。

DIR 要是空文件夹，或者还没有。建好后马上可以 noveto check。默认同时建 Git 仓库并作第一次提交。

\b
例子：
  noveto init 台账
  noveto init /srv/ledger --no-git
"""


@click.command("init", cls=NovetoCommand, help=_HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--no-git", is_flag=True, help="不建 Git 仓库。")
@click.option("--author", metavar="NAME", help="第一次提交的姓名；不写用 Git 里设置的。")
@click.option("--email", metavar="MAIL", help="第一次提交的邮箱；不写用 Git 里设置的。")
@pass_settings
def command(settings: Settings, folder: Path, no_git: bool, author: str | None, email: str | None) -> None:
    """Write the files and make the first commit."""
    from noveto.errors import UserError
    from noveto.writing.skeleton import ledger_files, write_files

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"“{folder}”已经有东西了，没有动它。请写一个空文件夹，或还没有的文件夹。")
    files = ledger_files()
    write_files(folder, files)
    said = f"已建好空台账 {folder}：{len(files)} 个文件。"
    if not no_git:
        from noveto.gitio import commit, init

        repo = init(folder)
        name, mail = author or "", email or ""
        if not (author and email) and not _identity(repo):
            name, mail = name or "管理员", mail or "admin@localhost"
            settings.note("Git 里还没有设置姓名和邮箱，第一次提交用“管理员”。")
            settings.note("以后请先执行 git config user.name 和 git config user.email。")
        commit(repo, sorted(files), "建立台账", author=name, email=mail)
        said += "已作第一次提交。"
    readme = folder / "README.md"
    settings.write(f"{said}\n下一步：打开 {readme}，按里面的五件事改登记册；改完运行 noveto --root {folder} check。")


def _identity(repo: object) -> bool:
    from noveto.gitio import GitError, Repo

    assert isinstance(repo, Repo)  # noqa: S101 - for the type checker
    try:
        return bool(repo.git("config", "user.name").strip() and repo.git("config", "user.email").strip())
    except GitError:
        return False
