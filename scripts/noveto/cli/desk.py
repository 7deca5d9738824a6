"""``noveto desk``: the web desk, with the built site beside it."""

from __future__ import annotations

from pathlib import Path

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, pass_settings

_HELP = """启动网上办件台：登记、审批、征询回复、答复，每一步都提交进台账。网站和办件台在同一个网址。

\b
试用（演示登录，不用密码）：
  noveto desk --demo --root .demo/ledger
正式（先设好 NOVETO_SECRET、NOVETO_BASE_URL 和登录方式）：
  noveto desk --root /var/lib/noveto/ledger

台账是裸仓库的工作副本时，提交直接进裸仓库，再更新工作副本；上游在代码平台上时，用推送。
办件台的队列、草稿放在 NOVETO_STATE（默认用户的状态目录），密封册放在 NOVETO_SEALED，都不能在 Git 仓库里。
"""


@click.command("desk", cls=NovetoCommand, help=_HELP)
@click.option("--demo", is_flag=True, help="演示：可以用八位演示人员中的任何一位登录，不用密码。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址；正式使用放在反向代理后面。")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。")
@click.option("--state", type=click.Path(path_type=Path), help="队列和草稿放在哪里（要在 Git 仓库以外）。")
@click.option("--site", type=click.Path(path_type=Path), help="网站放在哪里；不写就放在状态文件夹的 site。")
@click.option("--no-site", is_flag=True, help="只要办件台，不生成网站。")
@pass_settings
def command(
    settings: Settings, demo: bool, host: str, port: int, state: Path | None, site: Path | None, no_site: bool
) -> None:
    """Start the server; returns when it is stopped."""
    import os

    from noveto.desk.mainline import made_at
    from noveto.desk.serve import serve
    from noveto.desk.settings import demo_state, read_settings

    root = settings.root()
    if demo and state is None:
        state = demo_state(root, made_at(root))
    if demo and host not in ("127.0.0.1", "::1", "localhost"):
        raise UserError("演示登录不用密码，只能在本机用。请去掉 --host，或者去掉 --demo 并设好登录方式。")
    fixed = settings.today if settings.today_option is not None or os.environ.get("NOVETO_TODAY") else None
    found = read_settings(root, demo=demo, host=host, port=port, state=state, day=fixed)
    target = None if no_site else (site or found.state / "site")
    serve(found, target, note=settings.note, progress=settings.steps)
