"""The YAML of a calendar file as nodes that know their places: lines as the tools write them, or what PyYAML reads."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_PAIR = re.compile(r"([a-z]+):(?: (\[\]|[^ ]+))?")
_ROW = re.compile(r"- \{date: ([0-9][0-9-]*), name: ([^\x00-/:-@\[-`{-\x9f]+)\}")


class Node(NamedTuple):
    """A text, a list of nodes, or pairs of name and node; line and column count from 1."""

    value: str | list[Node] | tuple[tuple[str, Node], ...]
    line: int
    column: int


class BrokenYamlError(Exception):
    """A text that is no YAML; the place counts from 1 (0: the whole text)."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line, self.column = line, column


def read_nodes(text: str) -> Node | None:
    """Return the root of a text, None for an empty one. Raises BrokenYamlError.

    Most calendar files are as the tools write them, and need not wait for PyYAML to be loaded.
    """
    return _plain(text) or _composed(text)


def _plain(text: str) -> Node | None:
    """Read pairs, and rows of a date and a name, one on each line; None where there is anything else."""
    pairs: list[tuple[str, Node]] = []
    rows: list[Node] | None = None  # of the list now read
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isprintable():
            return None
        if row := _ROW.fullmatch(line):
            if rows is None:
                return None
            day, name = (Node(row[part], number, row.start(part) + 1) for part in (1, 2))
            if not rows:
                pairs[-1] = (pairs[-1][0], Node(rows, number, 1))
            rows.append(Node((("date", day), ("name", name)), number, 3))
        elif pair := _PAIR.fullmatch(line):
            value = pair[2] or ""
            if rows == [] or not (value in ("", "[]") or (value[0].isalnum() and value[-1] != ":")):
                return None
            rows = None if value else []
            pairs.append((pair[1], Node([] if value == "[]" else value, number, pair.start(2) + 1)))
        elif line and line[0] != "#":
            return None
    return Node(tuple(pairs), pairs[0][1].line, 1) if pairs and rows != [] else None


def _composed(text: str) -> Node | None:
    import yaml

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        return _node(root, {}) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BrokenYamlError(*((mark.line + 1, mark.column + 1) if mark else (0, 0))) from None
    except (yaml.YAMLError, RecursionError):
        raise BrokenYamlError(0, 0) from None


def _node(node: Any, known: dict[int, Node]) -> Node:
    """Return a node of PyYAML's as ours; ``known`` holds those that may come again, by an alias."""
    from yaml.nodes import MappingNode, SequenceNode

    if id(node) not in known:
        value: Any = node.value
        if isinstance(node, MappingNode):
            value = tuple((str(key.value), _node(below, known)) for key, below in value)
        elif isinstance(node, SequenceNode):
            value = [_node(below, known) for below in value]
        known[id(node)] = Node(value, node.start_mark.line + 1, node.start_mark.column + 1)
    return known[id(node)]
