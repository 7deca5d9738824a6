"""The quick reader for the plain subset of YAML that the tools write: most files, several times faster.

It reads line by line and gives up (returns None) at the first thing that is not plainly in the subset: block
mappings and lists, scalars on one line (plain, or quoted without escapes), ``|`` and ``|-`` blocks, mappings and
lists in braces on one line, whole-line comments. What it gives up on, wrong or merely unusual, is read by
:mod:`noveto.source.events`, which alone decides and explains. Where it answers, it answers what libyaml does:
a differential test over mutated records says so.
"""

from __future__ import annotations

import re
from typing import Any

_HEAD = re.compile(r"( *)(- )?([A-Za-z0-9_][A-Za-z0-9_.\-]{0,60})")
_BRACKETS = re.compile(r"([\[\]{}])")

# Begin no plain scalar here: blanks that look like spaces, and signs typed by mistake, which are explained.
_ODD_FIRST = frozenset("\u00a0\u3000\uff0c\uff1a“”‘’＂＇")
_NULLS = frozenset(("null", "Null", "NULL"))
_DEEPEST = 9  # of containers in blocks, and again in braces: together under the limit of 20

Place = tuple[int, str]
"""Column and key of a line; for a list item ``~column``. Compared with the place of the open container."""

# Heads and short values repeat from file to file; what was judged once is looked up (and shared in memory).
_heads: dict[str, Place] = {}
_names: set[str] = set()
_values: dict[str, Any] = {"true": True, "false": False}
_MOST_HEADS, _MOST_VALUES, _SHORT = 4_000, 20_000, 16
_NONE = -1_000_000  # the place of no container: a key waits for what belongs to it


def _head(head: str) -> Place | None:
    """Return the place and key that ``head``, the part of a line before its colon, stands for."""
    found = _HEAD.fullmatch(head)
    if found is None:
        return None
    if len(_heads) > _MOST_HEADS:
        _heads.clear()
    column = len(found[1])
    place = _heads[head] = (~column if found[2] else column, found[3])
    return place


def _name(key: str) -> bool:
    """Whether ``key`` may stand before a colon in braces; remembered in ``_names``."""
    place = _heads.get(key) or _head(key)
    if place is None or place != (0, key):
        return False
    if len(_names) > _MOST_HEADS:
        _names.clear()
    _names.add(key)
    return True


def _scalar(value: str) -> Any:
    """Return the scalar written as ``value``, None when it is not plainly one."""
    first = value[:1]
    if first.isalnum() or (first > "\x7f" and first not in _ODD_FIRST and not first.isspace()):
        if ": " in value or value[-1] in ": " or value in _NULLS:
            return None
    elif first in ('"', "'"):
        inner = value[1:-1]
        if len(value) < 3 or value[-1] != first or first in inner or "\\" in value or inner.isspace():
            return None
        return inner
    else:
        return None
    if len(value) < _SHORT:
        if len(_values) > _MOST_VALUES:
            _values.clear()
            _values.update(true=True, false=False)
        _values[value] = value
    return value


def _flow(text: str) -> Any:
    """Return the mapping or list written in braces or brackets on one line, None when it is not plainly one."""
    if "，" in text or "：" in text or "?" in text or text.count(",") != text.count(", "):
        return None
    inner = text[1:-1]
    if "{" in inner or "[" in inner or "}" in inner or "]" in inner:
        return _nested_flow(text)
    node: Any = {} if text[0] == "{" else []
    if text[-1] != ("}" if text[0] == "{" else "]"):
        return None
    return node if (_pairs if text[0] == "{" else _items)(inner.split(", "), node) else None


def _nested_flow(text: str) -> Any:
    parts = _BRACKETS.split(text)  # "", bracket, what follows it, bracket, what follows it, …
    stack: list[Any] = []
    node: Any = None
    key: str | None = None
    last = len(parts) - 2
    for n in range(1, last + 1, 2):
        bracket, rest = parts[n], parts[n + 1]
        if bracket in "{[":
            new: Any = {} if bracket == "{" else []
            if node is None:
                if n > 1:
                    return None
            elif type(node) is list:
                node.append(new)
            elif key is None:
                return None
            else:
                node[key] = new
            stack.append(node)
            node, key = new, None
            if len(stack) > _DEEPEST:
                return None
        else:
            if not node or key is not None or (type(node) is dict) is not (bracket == "}"):
                return None
            done, node = node, stack.pop()
            if node is None:
                return done if n == last and not rest else None
            if not rest:
                continue
            if rest[:2] != ", ":
                return None
            rest = rest[2:]
        if n == last:
            return None
        opens = parts[n + 2] in "{["
        if not rest:  # "[{", or "}, {" in a list
            if opens and type(node) is list:
                continue
            return None
        items = rest.split(", ")
        if type(node) is list:
            if (opens and items.pop()) or not _items(items, node):
                return None
        else:
            if opens:
                key, colon, empty = items.pop().partition(": ")
                if empty or not colon or not _name(key):
                    return None
            if not _pairs(items, node) or key in node:
                return None
    return None


def _pairs(items: list[str], node: dict[str, Any]) -> bool:
    """Put ``key: value`` texts into ``node``; False when one is not plainly such."""
    names, values, count = _names, _values.get, len(node)
    for item in items:
        key, _, value = item.partition(": ")
        if key not in names and not _name(key):
            return False
        if (scalar := values(value)) is None and (scalar := _scalar(value)) is None:
            return False
        node[key] = scalar
    return len(node) == count + len(items)  # else a key came twice


def _items(items: list[str], node: list[Any]) -> bool:
    for value in items:
        if (scalar := _values.get(value)) is None and (scalar := _scalar(value)) is None:
            return False
        node.append(scalar)
    return True


def read(text: str) -> dict[str, Any] | None:
    """Return the mapping that ``text`` holds, or None when it is not plainly in the subset.

    ``text`` must be free of tabs, CR, controls and invisible line breaks (:data:`noveto.source.decode.ODD`).
    A bare ``log:`` at the end gives None for ``log``.
    """
    if " #" in text or " \n" in text or text[-1:] != "\n":
        return None
    heads, values = _heads.get, _values.get
    root: dict[str, Any] = {}
    node: Any = root  # the open container, at ``here``; its parents with theirs
    here = 0
    parents: list[tuple[int, Any]] = []
    waiting: str | None = None  # key of ``node`` that stood at ``column`` and waits for its container
    column = 0
    block: list[str] | None = None  # lines of the ``|`` block being read, each without its ``margin``
    margin = key = end = ""
    width = 0
    lines = text.split("\n")
    lines.pop()
    for line in lines:
        if block is not None:
            if not block:
                width = len(line) - len(line.lstrip(" "))
                if width <= here or width == len(line):
                    return None
                margin = line[:width]
                block.append(line[width:])
                continue
            if not line or line.startswith(margin):
                block.append(line[width:])
                continue
            node[key] = "\n".join(block).rstrip("\n") + end
            block = None
        head, colon, value = line.partition(": ")
        place = heads(head) if colon else None
        if place is None:
            if not line or line[0] == "#":
                continue
            if colon:
                place = _head(head)
            elif line[-1] == ":":
                head = line[:-1]
                place = heads(head) or _head(head)
            if place is None:
                value = line.lstrip(" ")
                if value[:2] != "- ":
                    return None
                place = (len(value) - len(line) - 1, "")
                value = value[2:]
        at, key = place
        if at != here:
            if waiting is not None:
                if (~at < column) if at < 0 else (at <= column):
                    return None
                new: Any = [] if at < 0 else {}
                parents.append((column, node))
                if len(parents) > _DEEPEST:
                    return None
                node[waiting] = new
                node, here, waiting = new, at, None
            else:
                while parents:
                    here, node = parents.pop()
                    if here == at:
                        break
                else:
                    return None
        if at < 0 and key:
            parents.append((at, node))
            new = {}
            node.append(new)
            node, here = new, 1 - at
        if not key:
            scalar = values(value)
            if scalar is None:
                scalar = _flow(value) if value[:1] in ("{", "[") else _scalar(value)
                if scalar is None or "：" in value:
                    return None
            node.append(scalar)
            continue
        if key in node:
            return None
        scalar = values(value)
        if scalar is None:
            if not value:
                if colon:
                    return None
                waiting, column, here = key, here, _NONE
                continue
            if value == "|" or value == "|-":
                block, end = [], "\n" if value == "|" else ""
                node[key] = ""
                continue
            scalar = _flow(value) if value[0] in "{[" else _scalar(value)
            if scalar is None:
                return None
        node[key] = scalar
    if block is not None:
        node[key] = "\n".join(block).rstrip("\n") + end
        if not block:
            return None
    if waiting is not None:
        if waiting != "log" or node is not root:
            return None
        root["log"] = None
    return root or None
