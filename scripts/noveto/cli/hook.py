"""``noveto hook``: what the server runs when a push comes in, and how it is put there."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from noveto.cli.common import CHINA, NovetoCommand, NovetoGroup, Settings, pass_settings
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.gitio import Repo
    from noveto.history.pushes import Verdict

_HELP = """代码仓库收到推送时运行：pre-receive 检查推送，post-receive 写回执。

推送按主线现有版本的格式、规则和人员名册检查。格式、引用、个人信息有错，改了或删了已有内容，越权、冒名，
改写历史的，整个推送都不收；违规（晚了、程序不全）照收，只提醒。

\b
装到裸仓库（Gitea、Forgejo、GitLab 的仓库文件夹也一样）：
  noveto hook install /srv/git/ledger.git
办件台、回执机器人的账号名和默认的（desk、receipts）不同时：
  git -C /srv/git/ledger.git config noveto.desk 账号名
  git -C /srv/git/ledger.git config noveto.bot 账号名
"""

_MARK = "# noveto hook"
_SHOWN = 20


@click.group("hook", cls=NovetoGroup, help=_HELP)
def command() -> None:
    """Group the hooks."""


@command.command("pre-receive", cls=NovetoCommand, help="检查推送；由 Git 运行，标准输入是要改动的分支。")
@pass_settings
def pre_receive(settings: Settings) -> int:
    """Judge the push on standard input; exit code 1 keeps it out."""
    from noveto.history.push import check_push
    from noveto.history.pushes import read_updates, who_of
    from noveto.writing.validate import validate

    repo = _repo()
    verdict = check_push(repo, read_updates(sys.stdin.read()), who_of(repo, os.environ), validate, settings.today)
    text = _told(verdict)
    if text:
        click.echo(text, err=True)
    return 1 if verdict.refused else 0


@command.command("post-receive", cls=NovetoCommand, help="给主线上的新提交写回执；由 Git 运行，可以重复运行。")
@click.option(
    "--via", type=click.Choice(("hook", "ci", "desk")), default="hook", show_default=True, help="怎么收到的。"
)
@pass_settings
def post_receive(settings: Settings, via: str) -> int:
    """Write receipts for main."""
    from noveto.history.pushes import main_ref, read_updates, who_of
    from noveto.history.receiving import write_receipts

    repo = _repo()
    who = who_of(repo, os.environ)
    main = main_ref(repo)
    written = 0
    for update in read_updates("" if sys.stdin.isatty() else sys.stdin.read()):
        if update.ref == main and update.new:
            way = "desk" if who.account in who.desks else via
            written += write_receipts(repo, update.old, update.new, pusher=who.account, via=way, now=_now)
    if written:
        settings.note(f"已收到，{written} 个提交写了回执。")
    return 0


@command.command("install", cls=NovetoCommand, help="把两个钩子装进裸仓库（或代码平台上的仓库文件夹）。")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="已有别的钩子也换掉。")
@pass_settings
def install(settings: Settings, folder: Path, force: bool) -> None:
    """Write the two scripts."""
    from noveto.gitio import Repo

    repo = Repo.discover(folder) if folder.is_dir() else None
    if repo is None:
        raise UserError(f"“{folder}”不是 Git 仓库。请写裸仓库的文件夹，例如 /srv/git/ledger.git。")
    base = repo.common_dir
    for name in ("pre-receive", "post-receive"):
        target = _place(base, name)
        if target.exists() and _MARK not in target.read_text("utf-8", "replace") and not force:
            raise UserError(f"{target} 已经有别的钩子，没有动它。请先合并，或者加 --force 换掉。")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_script(name), "utf-8")
        target.chmod(0o755)
        settings.write(f"已装好 {target}")


def _place(base: Path, name: str) -> Path:
    """Return where a forge or plain Git looks for a hook."""
    if (base / "custom_hooks").is_dir():  # GitLab
        return base / "custom_hooks" / f"{name}.d" / "noveto"
    if (base / "hooks" / f"{name}.d").is_dir():  # Gitea, Forgejo
        return base / "hooks" / f"{name}.d" / "noveto"
    return base / "hooks" / name


def _script(name: str) -> str:
    """Return a hook. ``-I``: nothing in the repository's folder and no PYTHON… variable changes what is run."""
    python = shlex.quote(sys.executable)
    return f'#!/bin/sh\n{_MARK}\nexec {python} -I -c "from noveto.cli.main import main; main()" hook {name}\n'


def _repo() -> Repo:
    from noveto.gitio import Repo

    here = Path(os.environ.get("GIT_DIR", ".")).resolve()
    repo = Repo.discover(here)
    if repo is None:
        raise UserError("这里不是 Git 仓库。hook 由 Git 在仓库文件夹里运行，不用手工运行。")
    return repo


def _now() -> datetime:
    return datetime.now(CHINA).replace(tzinfo=None)


def _told(verdict: Verdict) -> str:
    """Return what the pusher reads: first what keeps the push out, else the notices."""
    from noveto.findings.render import render

    found = verdict.refused or verdict.noticed
    if not found:
        return ""
    shown = list(dict.fromkeys(found))[:_SHOWN]
    text = render(shown, "text", summary=None, sources=lambda path: None, color=False).rstrip("\n")
    more = f"\n……另有 {len(found) - _SHOWN} 条。" if len(found) > _SHOWN else ""
    if verdict.refused:
        return f"没有收下这次推送，要先改好下面 {len(set(found))} 处：\n\n{text}{more}\n"
    return f"已收下。其中 {len(set(found))} 处违规照记，请看一看：\n\n{text}{more}\n"
