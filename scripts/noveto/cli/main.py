"""The entry point: ``noveto COMMAND``; commands are imported only when they run.

**Adding a command.** Write ``noveto/cli/<module>.py`` with a click command called ``command`` (see
``common.py`` for the pattern) and make sure its line stands in ``COMMANDS`` below: name ->
(``"module:attribute"``, one short Chinese line for ``noveto --help``). A line whose module does not exist yet
is left out of the help and answered like an unknown command, so lines may come before modules.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import Any, NoReturn

import click

from noveto import __version__, calm
from noveto.cli import chinese
from noveto.cli.common import NovetoGroup
from noveto.errors import UserError, reason

COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("noveto.cli.new:command", "登记新件"),
    "step": ("noveto.cli.step:command", "给一件补记一步：报批、征询、答复、送达等"),
    "due": ("noveto.cli.due:command", "算一个期限，逐日说明"),
    "deadlines": ("noveto.cli.deadlines:command", "列出各件的期限：到哪天、还剩几天、在谁手里"),
    "check": ("noveto.cli.check:command", "检查台账：格式、引用、办理步骤、个人信息"),
    "audit": ("noveto.cli.audit:command", "核对历史：事后改动、补录、越权、改写"),
    "warn": ("noveto.cli.warn:command", "发送超期提醒，更新代码平台上的督办单"),
    "stats": ("noveto.cli.stats:command", "统计指标，可按单位、大厅、原因等分组"),
    "bulletin": ("noveto.cli.bulletin:command", "写一个月的通报初稿（Word 文件）"),
    "evidence": ("noveto.cli.evidence:command", "一个单位的评查材料包（zip）"),
    "similar": ("noveto.cli.similar:command", "按文字找类似的件"),
    "form": ("noveto.cli.form:command", "打印登记表、回执、一次性告知书、答复"),
    "site": ("noveto.cli.site:command", "生成或预览内部网站"),
    "desk": ("noveto.cli.desk:command", "启动网上办件台"),
    "calendar": ("noveto.cli.calendar_cmd:command", "检查或录入放假通知（工作日历）"),
    "redact": ("noveto.cli.redact:command", "经批准遮去误写的个人信息"),
    "sealed": ("noveto.cli.sealed:command", "管理密封册（仓库以外的联系方式）"),
    "hook": ("noveto.cli.hook:command", "代码仓库收到推送时的检查与回执"),
    "init": ("noveto.cli.init:command", "建一个空台账"),
    "demo": ("noveto.cli.demo:command", "生成演示台账"),
    "period": ("noveto.cli.period:command", "核对和定稿一个月的数，定稿的随时重算核对"),
    "sample": ("noveto.cli.sample:command", "随机抽查否决的件，种子公开，谁来抽都一样"),
}


class _ReaderGoneError(Exception):
    """The process reading our output has closed it."""


class Root(NovetoGroup):
    """The ``noveto`` group: lazy commands, Chinese errors, exit codes 0, 1 and 2 only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names whose module exists."""
        return [name for name, (target, _) in COMMANDS.items() if _exists(target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None when there is no such command."""
        if cmd_name not in COMMANDS or not _exists(COMMANDS[cmd_name][0]):
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        try:
            found = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            raise UserError(f"命令 {cmd_name} 缺少组件 {error.name}。请在安装目录运行 make setup 补齐。") from error
        assert isinstance(found, click.Command)  # noqa: S101 - a programming error of this project
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a slip of the finger, name the one that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            meant = get_close_matches(args[0], self.list_commands(ctx), 1)
            if meant and "Did you" not in error.message:
                raise click.UsageError(f"{error.message}您是不是要写 {meant[0]}？", ctx) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the table's short texts, importing none of them."""
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has gone away (head, less) is told apart from findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Run and exit: 0 clean, 1 findings, 2 usage, configuration or I/O. Never a traceback."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(2)
        except click.ClickException as error:
            chinese.show(error)
            sys.exit(2)
        except click.Abort:
            click.echo("已中断。", err=True)
            sys.exit(2)
        except UserError as error:
            click.echo(f"错误：{error}", err=True)
            sys.exit(2)
        except (BrokenPipeError, _ReaderGoneError):
            # Point stdout away so that closing it at exit stays quiet.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(2)
        except OSError as error:
            name = f"“{error.filename}”" if error.filename else ""
            click.echo(f"错误：读写{name}时出错：{reason(error)}。请检查路径、权限和磁盘空间。", err=True)
            sys.exit(2)
        except Exception as error:
            if os.environ.get("NOVETO_DEBUG"):
                raise
            click.echo(
                f"程序内部错误（{type(error).__name__}：{error}）。"
                "请把这一行和您输入的命令发给管理员；设置 NOVETO_DEBUG=1 再运行可看到详情。",
                err=True,
            )
            sys.exit(2)
        sys.exit(code if isinstance(code, int) else 0)


def _exists(target: str) -> bool:
    return importlib.util.find_spec(target.partition(":")[0]) is not None


@click.group(
    "noveto",
    cls=Root,
    help="窗口无否决权台账：一件一个文件，期限算到天，每一天都说得清。\n\n"
    "每个命令的用法：noveto 命令 --help。通用选项写在命令前后都可以。",
)
@click.version_option(__version__, prog_name="noveto")
def cli() -> None:
    """Hold the commands; does nothing by itself."""


def main() -> NoReturn:
    """Run the command line; the ``noveto`` script calls this. What is closed is written to nowhere."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123 - open as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    calm.calm()
    try:
        cli.main(prog_name="noveto")
    finally:
        calm.leave()


if __name__ == "__main__":
    main()
