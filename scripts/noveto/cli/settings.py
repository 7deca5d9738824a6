"""The global options of one run, and what follows from them: root, day, format, output, progress."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click

from noveto.errors import UserError, reason

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

        Raises UserError when ``--root`` was given and is no ledger, and when the current folder is no more.
        """
        if self.root_option is None:
            try:
                return find_root(Path.cwd())
            except FileNotFoundError:
                raise UserError("现在所在的文件夹已经被删掉了。请先 cd 到别的文件夹，再运行。") from None
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
        """The chosen output format: one of the command's; the one that ``--output`` ends with, else the first."""
        if self.format_option is not None:
            return self.format_option
        ending = Path(self.output or "").suffix.lower().removeprefix(".")
        if ending in self.formats:
            return ending
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

    def write_chunks(self, chunks: Iterable[str]) -> None:
        """Write a long result piece by piece; a file of ``--output`` appears only when it is whole.

        Raises UserError when the file cannot be written.
        """
        if self.output is None or self.output == "-":
            for chunk in chunks:
                self.clear_progress()
                sys.stdout.write(chunk)
            sys.stdout.flush()
            return
        write_file(Path(self.output), (_plain(chunk) for chunk in chunks))
        self.note(f"已写入 {self.output}")

    def steps(self, what: str, done: int, total: int) -> None:
        """Show progress as a bar: ``done`` of ``total`` (0: not known yet)."""
        share = f"{'█' * (20 * done // total):░<20} {done} / {total}" if total else str(done or "…")
        self.progress(f"{what} {share}")

    def write_json(self, value: Mapping[str, Any]) -> None:
        """Write a JSON document: UTF-8, Chinese unescaped, keys in the given order."""
        import json

        self.write(json.dumps(value, ensure_ascii=False, indent=2, default=_json_default))

    def write_csv(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Write a table as CSV that no spreadsheet executes; a file gets a byte order mark so that Excel reads it.

        A text cell that begins like a formula (= + - @, tab, carriage return) gets a leading apostrophe.
        """
        import csv
        import io

        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)
        mark = "" if self.output in (None, "-") else "\ufeff"
        self.write(mark + stream.getvalue())

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


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _encode(text: str) -> bytes:
    if text and not text.endswith("\n"):
        text += "\n"
    return _plain(text)


def _json_default(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value).__name__}")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@＝＋－＠\t\r" and text else text


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace a file atomically; raises UserError with the reason when that cannot be done.

    What is there and no plain file (a terminal, a pipe, /dev/null) is written to: replacing it would take it away
    from everybody else. A link stays one: the file it points at is replaced.
    """
    import tempfile

    chunks = [data] if isinstance(data, bytes) else data
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                stream.writelines(chunks)
            return
        path = path.resolve() if path.is_symlink() else path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(chunks)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"写不了文件“{path}”：{reason(error)}。请检查路径和权限。") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
