"""Calendar files: reading ``records/calendar`` into notices, and writing a notice as text.

The form is checked here only as far as the calendar needs it (the JSON Schemas and ``noveto check`` say the
rest). A file that cannot be understood stops the run: with a wrong calendar every deadline would be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from noveto.calendar.nodes import BrokenYamlError, Node, read_nodes
from noveto.calendar.notice import FIRST_DAY, LAST_DAY, LocalDay, Notice
from noveto.errors import UserError, reason

NAME = re.compile(r"(?P<year>[0-9]{4})(?:-a(?P<amendment>[1-9][0-9]?))?\.yml")
LOCAL, STATUTORY = "local.yml", "statutory.yml"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEAD = "# yaml-language-server: $schema=../../schema/calendar.schema.json\n"


class CalendarFileError(UserError):
    """A calendar file that cannot be understood; knows the place, counted from 1 (0: the whole file)."""

    def __init__(self, file: str, line: int, column: int, problem: str) -> None:
        self.file, self.line, self.column, self.problem = file, line, column, problem
        where = f"{file} 第 {line} 行" if line else file
        super().__init__(f"工作日历 {where}：{problem}")


class Row(NamedTuple):
    """One dated line of a calendar file, with its place. ``kind``: off, work, rest or days."""

    kind: str
    day: date
    name: str
    line: int
    column: int
    basis: str = ""
    approver: str = ""
    issued: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CalendarFile:
    """One file as read: its notice (None for local and statutory days) and its rows in order.

    Read again with the same content it is the same object, not an equal one.
    """

    name: str
    rows: tuple[Row, ...]
    notice: Notice | None = None
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def place(self, key: str) -> tuple[int, int]:
        """Return line and column of a top-level value; (0, 0) when it is not there."""
        return self.places.get(key, (0, 0))


class CalendarFolder(NamedTuple):
    """All files of a calendar folder."""

    files: tuple[CalendarFile, ...]

    @property
    def notices(self) -> list[Notice]:
        """The notices, in file order."""
        return [f.notice for f in self.files if f.notice is not None]

    def rows(self, name: str) -> tuple[Row, ...]:
        """Return the rows of ``local.yml`` or ``statutory.yml`` (empty when the file is absent)."""
        return next((f.rows for f in self.files if f.name == name), ())

    @property
    def local(self) -> list[LocalDay]:
        """The local days."""
        return [LocalDay(r.day, r.name, r.kind == "work", r.basis, r.approver, r.issued) for r in self.rows(LOCAL)]

    @property
    def statutory(self) -> dict[date, str]:
        """The statutory days on record."""
        return {row.day: row.name for row in self.rows(STATUTORY)}


def read_folder(folder: Path) -> CalendarFolder:
    """Read every ``*.yml`` of a calendar folder. Raises CalendarFileError for the first one that is broken."""
    try:
        contents = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix in (".yml", ".yaml") and not path.name.startswith(".")
        }
    except OSError as error:
        raise CalendarFileError(
            str(folder), 0, 0, f"读不了这个文件夹（{reason(error)}）。里面应有 2026.yml 这样的放假通知文件。"
        ) from error
    return read_files(contents)


def read_files(contents: Mapping[str, bytes]) -> CalendarFolder:
    """Read calendar files given as name → bytes (a folder of any Git revision)."""
    return CalendarFolder(tuple(read_file(name, contents[name]) for name in sorted(contents)))


@lru_cache(maxsize=256)
def read_file(name: str, data: bytes) -> CalendarFile:
    """Read one calendar file; its name says what it is. Raises CalendarFileError."""
    if name in (LOCAL, STATUTORY):
        reader = _Reader(name, data, ("rest", "work") if name == LOCAL else ("days",))
        reader.only_keys(reader.lists)
        return CalendarFile(name, reader.rows(local=name == LOCAL), None, reader.places)
    if not NAME.fullmatch(name):
        raise CalendarFileError(
            name,
            0,
            0,
            "文件名不对。放假通知写成 2026.yml，调整通知写成 2026-a1.yml，此外只有 local.yml 和 statutory.yml。",
        )
    reader = _Reader(name, data, ("off", "work"))
    reader.only_keys(("year", "amendment", "title", "issued", "paper", "exception", "off", "work"))
    rows = reader.rows()
    notice = Notice(
        year=reader.number("year"),
        amendment=reader.number("amendment"),
        title=reader.text("title"),
        issued=reader.date(reader.text("issued"), *reader.places["issued"]),
        paper=reader.text("paper", optional=True),
        off={row.day: row.name for row in rows if row.kind == "off"},
        work={row.day: row.name for row in rows if row.kind == "work"},
        exception=reader.text("exception", optional=True),
    )
    return CalendarFile(name, rows, notice, reader.places)


class _Reader:
    """Reads one file's YAML nodes, so that every value knows its line."""

    def __init__(self, name: str, data: bytes, lists: tuple[str, ...]) -> None:
        self.name, self.lists = name, lists
        self.values: dict[str, Node] = {}
        self.places: dict[str, tuple[int, int]] = {}
        for key, value in self._pairs(self._root(data), "整个文件"):
            if key in self.values:
                self.fail(value, f"“{key}”写了两次，只能写一次。")
            self.values[key] = value
            self.places[key] = value.line, value.column

    def _root(self, data: bytes) -> Node:
        try:
            node = read_nodes(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise CalendarFileError(self.name, 0, 0, "不是 UTF-8 编码。请另存为 UTF-8。") from None
        except BrokenYamlError as error:
            problem = "YAML 写法不对。请对照其他年份的文件。"
            raise CalendarFileError(self.name, error.line, error.column, problem) from None
        if node is None:
            raise CalendarFileError(self.name, 0, 0, "文件是空的。请对照其他年份的文件补写。")
        return node

    def fail(self, node: Node, problem: str) -> NoReturn:
        raise CalendarFileError(self.name, node.line, node.column, problem)

    def _pairs(self, node: Node, what: str) -> tuple[tuple[str, Node], ...]:
        if not isinstance(node.value, tuple):
            self.fail(node, f"{what}要写成“名称: 值”的形式。")
        return node.value

    def only_keys(self, allowed: tuple[str, ...]) -> None:
        for key, node in self.values.items():
            if key not in allowed:
                self.fail(node, f"没有“{key}”这一栏。可以写：{'、'.join(allowed)}。")

    def scalar(self, node: Node, what: str) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            self.fail(node, f"“{what}”要写一个值，不能为空。")
        return node.value

    def text(self, key: str, *, optional: bool = False) -> str:
        if key not in self.values:
            if optional:
                return ""
            raise CalendarFileError(self.name, 0, 0, f"缺少“{key}”一栏。请对照其他年份的文件补写。")
        return self.scalar(self.values[key], key)

    def number(self, key: str) -> int:
        text = self.text(key)
        if not re.fullmatch(r"[0-9]{1,4}", text):
            self.fail(self.values[key], f"“{key}”要写阿拉伯数字，现在是“{text}”。")
        return int(text)

    def date(self, text: str, line: int, column: int) -> date:
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise CalendarFileError(self.name, line, column, f"“{text}”不是日期。要写成年-月-日，例如 2026-10-01。")
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CalendarFileError(self.name, line, column, f"日期 {text} 的年份不对。")
        return day

    def rows(self, *, local: bool = False) -> tuple[Row, ...]:
        found: list[Row] = []
        for kind in self.lists:
            if kind not in self.values:
                raise CalendarFileError(self.name, 0, 0, f"缺少“{kind}”一栏。没有日子就写 {kind}: []。")
            node = self.values[kind]
            if not isinstance(node.value, list):
                self.fail(node, f"“{kind}”要写成列表，一天一行；没有日子就写 {kind}: []。")
            found += [self._row(kind, item, local) for item in node.value]
        return tuple(found)

    def _row(self, kind: str, node: Node, local: bool) -> Row:
        pairs = self._pairs(node, "每一天")
        allowed = ("date", "name", "basis", "approver", "issued") if local else ("date", "name")
        for key, value in pairs:
            if key not in allowed:
                self.fail(value, f"没有“{key}”这一栏。可以写：{'、'.join(allowed)}。")
        values: dict[str, Node] = dict(pairs)
        for key in ("date", "name"):
            if key not in values:
                self.fail(node, f"这一天缺少“{key}”。要写成 {{date: 2026-10-01, name: 国庆节}}。")
        day = values["date"]
        extra: dict[str, Any] = {k: self.scalar(values[k], k) for k in ("basis", "approver") if k in values}
        if "issued" in values:
            issued = values["issued"]
            extra["issued"] = self.date(self.scalar(issued, "issued"), issued.line, issued.column)
        when = self.date(self.scalar(day, "date"), day.line, day.column)
        return Row(kind, when, self.scalar(values["name"], "name"), day.line, day.column, **extra)


def notice_text(notice: Notice) -> str:
    """Return a notice as the text of its file."""
    lines = [
        f"year: {notice.year}",
        f"amendment: {notice.amendment}",
        f"title: {_scalar(notice.title)}",
        f"issued: {notice.issued}",
    ]
    if notice.paper:
        lines.append(f"paper: {_scalar(notice.paper)}")
    if notice.exception:
        lines.append(f"exception: {_scalar(notice.exception)}")
    for key, days in (("off", notice.off), ("work", notice.work)):
        lines.append(f"{key}:" if days else f"{key}: []")
        lines += [f"- {{date: {day}, name: {_scalar(name)}}}" for day, name in sorted(days.items())]
    return _HEAD + "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Write a string plain where that is safe, else double-quoted (JSON strings are YAML)."""
    import json

    if re.fullmatch(r"[\w一-鿿][\w一-鿿、，。；：（）〔〕《》/.:%+-]*", text) and ": " not in text and text[-1] != ":":
        return text
    return json.dumps(text, ensure_ascii=False)
