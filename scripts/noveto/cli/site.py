"""``noveto site``: build the internal site, or serve it on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from noveto.cli.common import NovetoCommand, NovetoGroup, Settings, UserError, pass_settings


@click.group("site", cls=NovetoGroup, help="生成或预览内部网站。")
def command() -> None:
    """Hold the two commands."""


def _out(settings: Settings, out: str | None) -> Path:
    """Return where the site goes; a folder that holds something else is refused."""
    from noveto.site.manifest import NAME

    given = out or settings.output
    folder = Path(given) if given else settings.root() / "site"
    if folder.is_dir() and not (folder / NAME).is_file() and any(folder.iterdir()):
        raise UserError(f"“{folder}”里已经有别的东西，不是上次生成的网站。请换一个空文件夹（--out）。")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"“{folder}”是一个文件，放不下网站。请换一个文件夹（--out）。")
    return folder


@command.command(
    "build",
    cls=NovetoCommand,
    help="把台账生成网站：首页、在办与超期、每一件、单位、规程、数据。\n\n"
    "只写变了的网页。生成的文件夹可以放到任何网页服务器，也可以直接从磁盘打开。",
)
@click.option("--out", metavar="DIR", help="放在哪里；不写就放在台账的 site 文件夹。")
@click.option("--full", is_flag=True, help="全部重写，不管变没变。")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="同时用几个进程；不写按处理器数。")
@pass_settings
def build(settings: Settings, out: str | None, full: bool, jobs: int | None) -> None:
    """Build and say what was done."""
    import time

    from noveto.site.build import build_site

    folder = _out(settings, out)
    began = time.monotonic()
    done = build_site(
        settings.root(),
        folder,
        today=settings.today,
        now=settings.now,
        progress=settings.steps,
        full=full,
        jobs=jobs or 0,
    )
    took = time.monotonic() - began
    settings.note(
        f"网站在 {folder}：办件 {done.cases} 件，其他网页 {done.pages} 个；"
        f"写了 {done.written} 个文件，删了 {done.removed} 个，用时 {took:.1f} 秒。"
    )
    if done.quarantined:
        settings.note(f"有 {done.quarantined} 个文件记录有误，没有计入：看网站“数据 › 数据质量”，或运行 noveto check。")


@command.command(
    "serve",
    cls=NovetoCommand,
    help="生成网站并在本机打开，供预览；台账变了，刷新网页就能看到。\n\n只有本机能打开。端口被占用时自动用下一个。",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。")
@click.option("--out", metavar="DIR", help="放在哪里；不写就放在台账的 site 文件夹。")
@pass_settings
def serve(settings: Settings, port: int, out: str | None) -> None:
    """Build, serve, and rebuild what changed until interrupted."""
    from noveto.site.serve import serve_site

    serve_site(settings, _out(settings, out), port)
