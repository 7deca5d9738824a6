"""Chinese for what click itself says: help headings, usage errors, wrong values.

Click looks its messages up with the ``gettext`` functions it imported under the names ``_`` and
``ngettext``. The locale of a server says nothing about the reader here, so instead of compiled catalogues
chosen by environment variables, these two names are replaced in click's modules. A message missing from the
table (a newer click) falls back to click's English; tests walk through the errors a user can cause.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import click
from click import formatting

from noveto.cli.text import pad, width, wrap

_MESSAGES: dict[str, str] = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "看用法：{command} {option}",
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本号。",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "Aborted!": "已中断。",
    "Missing command.": "没有写命令。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "No such option {name!r}.": "没有“{name}”这个选项。",
    "No such option: {name}": "没有“{name}”这个选项。",
    "Did you mean {possibility}?": "您是不是要写 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "您是不是要写其中一个：{possibilities}？",
    "(Possible options: {possibilities})": "您是不是要写其中一个：{possibilities}？",
    "Missing argument": "还缺参数",
    "Missing option": "还缺选项",
    "Missing parameter": "还缺参数",
    "Missing parameter: {param_name}": "还缺参数：{param_name}",
    "Missing {param_type}": "还缺 {param_type}",
    "Invalid value: {message}": "写法不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 写得不对：{message}",
    "Got unexpected extra argument ({args})": "多写了参数：{args}。如果其中有空格，请用引号括起来。",
    "Option {name!r} requires an argument.": "选项“{name}”后面要写一个值。",
    "Option {name!r} does not take a value.": "选项“{name}”后面不写值。",
    "Argument {name!r} takes {nargs} values.": "参数“{name}”要写 {nargs} 个值。",
    "Takes {nargs} values but 1 was given.": "要写 {nargs} 个值，实际写了 {len} 个。",
    "{len_type} values are required, but {len_value} was given.": "要写 {len_type} 个值，实际写了 {len_value} 个。",
    "Choose from:\n\t{choices}": "可以写：{choices}",
    "{value!r} is not {choice}.": "“{value}”不在可选范围内，只能写 {choice}。",
    "{value!r} is not a valid {number_type}.": "“{value}”这里不能用，要写整数，例如 3。",
    "{value} is not in the range {range}.": "{value} 超出范围，应满足 {range}。",
    "{value!r} is not a valid boolean.": "“{value}”不是 true 或 false。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "“{value}”不是 true 或 false。",
    "{name} {filename!r} does not exist.": "找不到{name}“{filename}”。请检查路径。",
    "{name} {filename!r} is a file.": "“{filename}”是文件，这里要写文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是文件夹，这里要写文件。",
    "{name} {filename!r} is not readable.": "读不了{name}“{filename}”。请检查权限。",
    "{name} {filename!r} is not writable.": "写不了{name}“{filename}”。请检查权限。",
    "{name} {filename!r} is not executable.": "{name}“{filename}”不能执行。",
    "Could not open file {filename!r}: {message}": "打不开文件“{filename}”：{message}",
    "unknown error": "原因不明",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "default: {default}": "默认 {default}",
    "env var: {var}": "环境变量 {var}",
    "required": "必填",
    "(dynamic)": "（自动）",
}


def _translate(message: str) -> str:
    return _MESSAGES.get(message, message)


def _translate_plural(singular: str, plural: str, n: int) -> str:
    if plural in _MESSAGES and n != 1:
        return _MESSAGES[plural]
    if singular in _MESSAGES:
        return _MESSAGES[singular]
    if singular == "{value!r} is not {choice}." or plural == "{value!r} is not one of {choices}.":
        return "“{value}”不在可选范围内，可以写：{choices}。"
    return singular if n == 1 else plural


_MESSAGES["{value!r} is not one of {choices}."] = "“{value}”不在可选范围内，可以写：{choices}。"


def install() -> None:
    """Make click speak Chinese (idempotent)."""
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types", "utils"):
        names = vars(sys.modules[f"click.{name}"])
        if "_" in names:
            names["_"] = _translate
        if "ngettext" in names:
            names["ngettext"] = _translate_plural


def show(error: click.ClickException) -> None:
    """Print a usage error to stderr: how the command is used, what is wrong."""
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        click.echo(f"{ctx.get_usage()}\n看用法：{ctx.command_path} --help\n", err=True)
    message = re.sub(r"'([^'\n]*)'", r"“\1”", error.format_message()).strip()
    message = re.sub(r"(?<=[^.])\.$", "", message).replace("”, “", "”、“").replace("。 ", "。")
    message = re.sub(r"应满足 (\d+)<=x<=(\d+)", r"要写 \1 到 \2 之间的整数", message)
    if isinstance(error, click.NoSuchOption) and re.fullmatch(r"-[0-9]+", error.option_name):
        message = f"“{error.option_name}”是负数，这里不能用"
    click.echo(f"错误：{message}" + ("" if message[-1:] in "。？！" else "。"), err=True)


def _glue(before: str, after: str) -> str:
    """Return what a line break stands for: nothing between Chinese characters and beside punctuation, else a space."""
    latin = before.isascii() or after.isascii()
    letters = all(char.isascii() or "一" <= char <= "鿿" for char in (before, after))
    return " " if before and after and latin and letters else ""


class Formatter(click.HelpFormatter):
    """Help pages measured in terminal columns and wrapped between Chinese characters."""

    def write_heading(self, heading: str) -> None:
        """Write a section heading with a Chinese colon."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        self.write(f"{prefix or _translate('Usage:')}{prog} {args}".rstrip() + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with the line ``\\b`` keeps its own line breaks."""
        indent = " " * self.current_indent
        blocks: list[str] = []
        for paragraph in text.split("\n\n"):
            lines = [line.strip() for line in paragraph.strip("\n").splitlines()]
            if lines and lines[0] == "\b":
                blocks.append("\n".join(indent + line.rstrip() for line in paragraph.strip("\n").splitlines()[1:]))
                continue
            joined = ""
            for line in lines:
                joined += _glue(joined[-1:], line[:1]) + line
            blocks.append("\n".join(indent + line for line in wrap(joined, self.width - self.current_indent)))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:  # type: ignore[override]
        """Write a two-column list of terms and explanations."""
        rows = list(rows)
        indent = " " * self.current_indent
        first = min(max((width(term) for term, _ in rows), default=0), col_max) + col_spacing
        for term, text in rows:
            lines = wrap(text, max(self.width - first - self.current_indent, 20)) if text else [""]
            if width(term) <= first - col_spacing:
                self.write((indent + pad(term, first) + lines.pop(0)).rstrip() + "\n")
            else:
                self.write(f"{indent}{term}\n")
            for line in lines:
                self.write(f"{indent}{'':>{first}}{line}\n")


class Context(click.Context):
    """Click's context with the formatter above."""

    formatter_class: type[formatting.HelpFormatter] = Formatter
