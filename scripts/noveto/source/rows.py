"""Changing one row of a list in a file (a register), the text of every other row and every comment kept byte for byte.

A key whose value stays keeps its line; a comment behind a changed value stays behind it. Rows are never deleted:
a register says until when somebody was there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from noveto.source.decode import BOM
from noveto.source.dump import dump_mapping
from noveto.source.loader import Loaded, load

if TYPE_CHECKING:
    from yaml.nodes import Node

_ODD = "这个文件的写法特别，程序改不了。请管理员用编辑器改，改完运行 noveto check。"

Row = Mapping[str, Any]


def change_row(data: bytes, table: str, index: int, row: Row) -> bytes:
    """Return the file with row ``index`` (from 0) of the list ``table`` saying what ``row`` says.

    Raises ValueError with a Chinese sentence when the file does not read, has no such row, or cannot be changed
    without touching another part of it.
    """
    text = _Text(data, table)
    if not 0 <= index < len(text.rows):
        raise ValueError("没有这一条，可能刚被别人改过。请刷新再看。")
    text.change(index, row)
    return text.checked([row if n == index else old for n, old in enumerate(text.rows)])


def add_row(data: bytes, table: str, row: Row, *, after: int | None = None) -> bytes:
    """Return the file with ``row`` added behind row ``after`` (from 0), at the end of the list without it.

    Raises ValueError like :func:`change_row`.
    """
    text = _Text(data, table)
    at = len(text.rows) - 1 if after is None else after
    text.add(at, row)
    return text.checked([*text.rows[: at + 1], row, *text.rows[at + 1 :]])


class _Text:
    """A file as lines, with the nodes of one of its lists."""

    def __init__(self, data: bytes, table: str) -> None:
        import yaml
        from yaml.nodes import MappingNode, SequenceNode

        before = load(data, file="")
        if not isinstance(before.value, dict) or not isinstance(before.value.get(table), list) or before.text is None:
            raise ValueError(_ODD)
        self.value: dict[str, Any] = before.value
        self.table = table
        self.rows: list[Row] = before.value[table]
        self.bom = BOM if data.startswith(BOM) else b""
        text = data.removeprefix(BOM).decode()
        self.end = "\r\n" if "\r\n" in text else "\n"
        self.lines = text.split("\n")  # a CR stays with its line
        root = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        assert isinstance(root, MappingNode)  # noqa: S101 - the loader has just read it as one
        self.list = next(value for key, value in root.value if key.value == table)
        assert isinstance(self.list, SequenceNode)  # noqa: S101 - as above
        if self.list.flow_style and self.rows:
            raise ValueError(_ODD)

    def checked(self, rows: Sequence[Row]) -> bytes:
        """Return the new bytes, once they read as the old file with ``rows`` in place of its list."""
        made = self.bom + "\n".join(self.lines).encode()
        after: Loaded = load(made, file="")
        if after.value != {**self.value, self.table: [dict(row) for row in rows]}:
            raise ValueError(_ODD)
        return made

    # -- lines ---------------------------------------------------------------------------------------

    def change(self, index: int, row: Row) -> None:
        node = self.list.value[index]
        first, last = self._span(index)
        old = self.rows[index]
        if node.flow_style:
            self._put(first, last, [f"{self.lines[first][: node.start_mark.column]}{{}}"])
            self._rewrite(first, first, row)
            return
        gone = [key for key in old if key not in row]
        pairs = {str(key.value): (key, value) for key, value in node.value}
        dash = {str(key.value) for key, _ in node.value if key.start_mark.line == first}
        if dash & {
            *gone,
            *(key for key in row if row[key] != old.get(key) and not _one_line(pairs.get(key), row[key])),
        }:
            self._rewrite(first, last, row)
            return
        indent = node.start_mark.column
        new = {key: value for key, value in row.items() if key not in old}
        if new:
            self._put(last + 1, last, self._told(new, indent))
        for key, (name, value) in reversed(list(pairs.items())):
            if key in gone:
                self._put(name.start_mark.line, self._until(index, key), [])
            elif row[key] != old[key]:
                self._value(index, key, name, value, row[key], indent)

    def add(self, at: int, row: Row) -> None:
        if not self.rows:
            line = self.list.start_mark.line
            head = self.lines[line][: self.list.start_mark.column].rstrip()
            self._put(line, line, [head + self._cr(), *self._item(row, 0)])
            return
        _, last = self._span(at)
        self._put(last + 1, last, self._item(row, self._dash(at)[1]))

    def _value(self, index: int, key: str, name: Node, value: Node, now: Any, indent: int) -> None:
        if _one_line((name, value), now):
            line = name.start_mark.line
            text = self.lines[line]
            told = dump_mapping({key: now}, "")[len(key) + 1 :].strip("\n").lstrip()
            self.lines[line] = text[: value.start_mark.column] + told + text[value.end_mark.column :]
        else:
            self._put(name.start_mark.line, self._until(index, key), self._told({key: now}, indent))

    def _rewrite(self, first: int, last: int, row: Row) -> None:
        """Write a row anew, at the dash where it stands."""
        dash = len(self.lines[first]) - len(self.lines[first].lstrip(" "))
        self._put(first, last, self._item(row, dash))

    def _item(self, row: Row, dash: int) -> list[str]:
        told = self._told(row, dash + 2)
        return [" " * dash + "- " + told[0].lstrip(" "), *told[1:]]

    def _told(self, mapping: Row, indent: int) -> list[str]:
        text = dump_mapping(mapping, " " * indent)
        return [line + self._cr() for line in text.split("\n")[:-1]]

    def _cr(self) -> str:
        return self.end[:-1]

    def _put(self, first: int, last: int, lines: list[str]) -> None:
        if first == len(self.lines) and self.lines[-1] != "":  # the file has no last line end
            self.lines[-1] += self._cr()
            lines = [*lines, ""]
        self.lines[first : last + 1] = lines

    def _dash(self, index: int) -> tuple[int, int]:
        """Return line and column of a row's dash."""
        line = int(self.list.value[index].start_mark.line)
        while not self.lines[line].lstrip(" ").startswith("-"):
            line -= 1
        return line, len(self.lines[line]) - len(self.lines[line].lstrip(" "))

    def _span(self, index: int) -> tuple[int, int]:
        """Return first and last line of a row, without blank lines and comments behind it."""
        line, column = self._dash(index)
        return line, self._trimmed(line, self._below(line, column))

    def _until(self, index: int, key: str) -> int:
        """Return the last line of the value of a row's key."""
        first = next(int(name.start_mark.line) for name, _ in self.list.value[index].value if name.value == key)
        return self._trimmed(first, self._below(first, int(self.list.value[index].start_mark.column)))

    def _below(self, line: int, column: int) -> int:
        """Return the last line that stands deeper than ``column``, list items at it included for a key's own list."""
        last = line
        for n in range(line + 1, len(self.lines)):
            text = self.lines[n].rstrip("\r")
            bare = text.lstrip(" ")
            deep = len(text) - len(bare)
            if (
                bare
                and not bare.startswith("#")
                and deep <= column
                and not (deep == column and self._inner(line, bare))
            ):
                break
            last = n
        return last

    def _inner(self, line: int, bare: str) -> bool:
        """Return whether a dash at the key's own column is an item of that key's list."""
        return bare.startswith("- ") and not self.lines[line].lstrip(" ").startswith("- ")

    def _trimmed(self, first: int, last: int) -> int:
        while last > first and (not self.lines[last].strip() or self.lines[last].lstrip(" ").startswith("#")):
            last -= 1
        return last


def _one_line(pair: tuple[Node, Node] | None, now: Any) -> bool:
    """Return whether a value stands beside its key on one line, and its successor can."""
    if pair is None:
        return True
    name, value = pair
    one = bool(name.start_mark.line == value.start_mark.line == value.end_mark.line)
    return one and dump_mapping({"x": now}, "").count("\n") == 1
