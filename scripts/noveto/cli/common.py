"""What every command shares: global options, root and day, the JSON envelope, output, progress.

A command module looks like this (see ``main.py`` for the line to add to the table)::

    import click
    from noveto.cli.common import NovetoCommand, Settings, pass_settings

    @click.command("warn", cls=NovetoCommand, formats=("text", "json"), help="中文说明")
    @click.option("--dry-run", is_flag=True, help="只显示，不发送。")
    @pass_settings
    def command(settings: Settings, dry_run: bool) -> int | None:
        ledger = settings.root()            # Path; UserError when there is none
        ...
        settings.write(text)                # stdout or --output
        return 1 if findings else 0         # exit code; None is 0

Heavy imports go inside the function. ``settings.format`` is one of the command's ``formats`` (the first is
the default). Anything the user has to mend is raised as UserError with a Chinese sentence: exit code 2.
Unexpected exceptions end with exit code 2 and one line; set NOVETO_DEBUG=1 to see the traceback.
A group of commands is ``@click.group("site", cls=NovetoGroup)`` with ``@group.command("build", cls=NovetoCommand)``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from noveto.cli import chinese
from noveto.cli.settings import CHINA, Settings, find_root, is_ledger, parse_date, write_file
from noveto.errors import UserError

chinese.install()


class DateType(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A day written ``YYYY-MM-DD``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; a wrong value is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Show the shape in help texts."""
        return "YYYY-MM-DD"


DATE = DateType()


def envelope(
    command: str,
    today: date,
    *,
    known_through: date,
    calendar_digest: str,
    rules_digest: str | None,
    **rest: Any,
) -> dict[str, Any]:
    """Return the JSON object every command prints: who made it, for which day, by which calendar and rules.

    ``command`` is the command's name (``due``), ``rest`` what the command has to say; ``known_through`` is null
    for a calendar without any notice. Contract, section 7.
    """
    return {
        "noveto": f"{command}/1",
        "today": today.isoformat(),
        "calendar": {
            "known_through": None if known_through == date.min else known_through.isoformat(),
            "sha256": calendar_digest,
        },
        "rules": {"sha256": rules_digest},
        **rest,
    }


pass_settings = click.make_pass_decorator(Settings, ensure=True)


def _store(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep a global option's value when it was given, at whichever place; the later place wins."""
    settings = ctx.find_root().ensure_object(Settings)
    if value is not None and value is not False:
        setattr(settings, str(param.name), value)


def global_options(formats: tuple[str, ...]) -> list[click.Option]:
    """Build the global options; ``formats`` restricts and describes ``--format`` (empty: free)."""
    kind = click.Choice(formats) if formats else click.STRING
    suffix = f"，默认 {formats[0]}" if formats else ""
    ending = "；没有写 --format 的，按扩展名" if len(formats) > 1 else ""
    return [
        click.Option(
            ["--root", "root_option"],
            metavar="DIR",
            help="台账所在的文件夹；不写就从当前位置往上找。",
            expose_value=False,
            callback=_store,
        ),
        click.Option(
            ["--today", "today_option"],
            type=DATE,
            help="按这一天计算；不写用环境变量 NOVETO_TODAY，再不然用北京时间的今天。",
            expose_value=False,
            callback=_store,
        ),
        click.Option(
            ["--format", "format_option"],
            type=kind,
            metavar=None if formats else "FORMAT",
            help=f"输出格式{suffix}。",
            expose_value=False,
            callback=_store,
        ),
        click.Option(
            ["--output"],
            metavar="FILE",
            help=f"结果写进文件，不写到屏幕{ending}。",
            expose_value=False,
            callback=_store,
        ),
        click.Option(
            ["--quiet"], is_flag=True, default=None, help="不显示进度和提示。", expose_value=False, callback=_store
        ),
    ]


class _WithGlobals(click.Command):
    """Adds the global options, the Chinese headings and the check of ``--format``."""

    context_class = chinese.Context

    def __init__(self, *args: Any, formats: tuple[str, ...] = (), has_format: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        kwargs.setdefault("context_settings", {}).setdefault("help_option_names", ["-h", "--help"])
        super().__init__(*args, **kwargs)
        self.formats = formats
        taken = {option for param in self.params for option in param.opts}
        options = [option for option in global_options(formats) if not taken.intersection(option.opts)]
        self._globals = [option for option in options if has_format or option.name != "format_option"]
        self.params.extend(self._globals)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the command's own options first, the global ones after them."""
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                (common if param in self._globals else own).append(record)
        for title, rows in (("选项", own), ("通用选项", common)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class NovetoCommand(_WithGlobals):
    """A command with the global options. ``formats``: what ``--format`` accepts, the default first."""

    def __init__(self, *args: Any, formats: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, formats=formats, has_format=bool(formats), **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Check a ``--format`` written before the command's name, then run."""
        settings = ctx.find_root().ensure_object(Settings)
        chosen = settings.format_option
        if chosen is not None and chosen not in self.formats:
            allowed = "、".join(self.formats)
            hint = f"可以写：{allowed}。" if allowed else "这个命令不用写 --format。"
            raise click.BadParameter(f"“{chosen}”不在可选范围内，{hint}", ctx=ctx, param_hint="'--format'")
        settings.formats = self.formats
        return super().invoke(ctx)


class NovetoGroup(_WithGlobals, click.Group):
    """A group of commands with the global options."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "命令 [参数]…")
        super().__init__(*args, **kwargs)


__all__ = [
    "CHINA",
    "DATE",
    "DateType",
    "NovetoCommand",
    "NovetoGroup",
    "Settings",
    "UserError",
    "envelope",
    "find_root",
    "is_ledger",
    "parse_date",
    "pass_settings",
    "write_file",
]
