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

import os
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click

from noveto.cli import chinese
from noveto.errors import UserError

chinese.install()

CHINA = timezone(timedelta(hours=8), "CST")
"""All times of the ledger are China time: UTC+8, no daylight saving."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text: str) -> date:
    """Read ``YYYY-MM-DD`` with ASCII digits; raises ValueError with a Chinese sentence otherwise."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"“{text}”不是日期。要写成年-月-日，例如 2026-03-05。")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在。请核对年、月、日。") from None


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


def is_ledger(folder: Path) -> bool:
    """Say whether a folder has the shape of a ledger: it holds both ``records/`` and ``schema/``."""
    return (folder / "records").is_dir() and (folder / "schema").is_dir()


def find_root(start: Path) -> Path | None:
    """Return the nearest folder from ``start`` upwards that is a ledger, or None."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if is_ledger(folder)), None)


class Settings:
    """The global options of one run, and what follows from them."""

    def __init__(self) -> None:
        self.root_option: str | None = None
        self.today_option: date | None = None
        self.format_option: str | None = None
        self.output: str | None = None
        self.quiet = False
        self.formats: tuple[str, ...] = ()
        self._progress_shown = False

    def find_root(self) -> Path | None:
        """Return the ledger's folder: the given one, else the nearest ancestor of the current one, else None.

        Raises UserError when ``--root`` was given and is no ledger.
        """
        if self.root_option is None:
            return find_root(Path.cwd())
        folder = Path(self.root_option)
        if not folder.is_dir():
            raise UserError(f"--root 写的“{self.root_option}”不是文件夹。请写台账所在的文件夹。")
        if not is_ledger(folder):
            raise UserError(f"“{self.root_option}”不是台账：里面要有 records 和 schema 两个文件夹。")
        return folder.resolve()

    def root(self) -> Path:
        """Return the ledger's folder; raises UserError when there is none."""
        folder = self.find_root()
        if folder is None:
            raise UserError(
                "当前位置不在台账里：找不到同时有 records 和 schema 的文件夹。请先进入台账目录，或用 --root 指明。"
            )
        return folder

    @property
    def now(self) -> datetime:
        """China time to the minute; with ``--today`` the clock time on that day."""
        now = datetime.now(CHINA).replace(tzinfo=None, second=0, microsecond=0)
        return datetime.combine(self.today, now.time())

    @property
    def today(self) -> date:
        """The day everything is judged by: ``--today``, else NOVETO_TODAY, else today in China."""
        if self.today_option is not None:
            return self.today_option
        given = os.environ.get("NOVETO_TODAY", "").strip()
        if given:
            try:
                return parse_date(given)
            except ValueError as error:
                raise UserError(f"环境变量 NOVETO_TODAY 写得不对：{error}") from None
        return datetime.now(CHINA).date()

    @property
    def format(self) -> str:
        """The chosen output format: one of the command's, the first by default."""
        if self.format_option is not None:
            return self.format_option
        return self.formats[0] if self.formats else "text"

    @property
    def color(self) -> bool:
        """Whether results may carry colour: a terminal, no NO_COLOR, no ``--output``."""
        return self.output is None and not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    def write(self, text: str | bytes) -> None:
        """Write the result to stdout, or to the file of ``--output`` in one stroke (never half a file).

        Text is UTF-8 and gets a newline at its end. Raises UserError when the file cannot be written.
        """
        data = text if isinstance(text, bytes) else _encode(text)
        self.clear_progress()
        if self.output is None or self.output == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return
        write_file(Path(self.output), data)
        self.note(f"已写入 {self.output}")

    def write_json(self, value: Mapping[str, Any]) -> None:
        """Write a JSON document: UTF-8, Chinese unescaped, keys in the given order."""
        import json

        self.write(json.dumps(value, ensure_ascii=False, indent=2, default=_json_default))

    def note(self, text: str) -> None:
        """Tell the user something on stderr (silent with ``--quiet``)."""
        if not self.quiet:
            self.clear_progress()
            click.echo(text, err=True)

    def progress(self, text: str) -> None:
        """Show progress on one line of stderr; nothing unless it is a terminal and not ``--quiet``."""
        if not self.quiet and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
            self._progress_shown = True

    def clear_progress(self) -> None:
        """Wipe the progress line, if there is one."""
        if self._progress_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._progress_shown = False


def _encode(text: str) -> bytes:
    if text and not text.endswith("\n"):
        text += "\n"
    return text.encode("utf-8", "backslashreplace")


def _json_default(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value).__name__}")


def write_file(path: Path, data: bytes) -> None:
    """Replace a file atomically; raises UserError with the reason when that cannot be done."""
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"写不了文件“{path}”：{error.strerror or error}。请检查路径和权限。") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


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

    ``command`` is the command's name (``due``), ``rest`` what the command has to say. Contract, section 7.
    """
    return {
        "noveto": f"{command}/1",
        "today": today.isoformat(),
        "calendar": {"known_through": known_through.isoformat(), "sha256": calendar_digest},
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
            ["--output"], metavar="FILE", help="结果写进文件，不写到屏幕。", expose_value=False, callback=_store
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
