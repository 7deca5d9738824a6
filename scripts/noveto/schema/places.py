"""Naming the place of a value in words: 第 2 步“拟否决报批”的“卡在哪里”的“主要原因”（reason.main）."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from noveto.schema.show import show
from noveto.schema.tree import Node, Tree, title

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """One place in a value: its path and the schema nodes that lead to it."""

    tree: Tree
    path: Path
    nodes: Sequence[Node]
    value: object

    @property
    def node(self) -> Node:
        """The schema of this place, empty when the schema knows nothing of it."""
        return self.nodes[-1]

    @property
    def field(self) -> str:
        """Dotted path for findings; items count from 1, as in ``log.2.reason.main`` of a correction."""
        return ".".join(str(part + 1) if isinstance(part, int) else show(part) for part in self.path)

    @property
    def in_entry(self) -> bool:
        """Whether this is a log entry itself."""
        return len(self.path) == 2 and self.path[0] == "log" and bool(self.tree.steps)

    def name(self) -> str:
        """Say the place in Chinese, with its key behind: “类别”（track）."""
        if not self.path:
            return f"“{self.tree.root.get('title', '文件')}”"
        parts: list[str] = []
        key: list[str] = []
        for depth, part in enumerate(self.path):
            if isinstance(part, int):
                item = f"第 {part + 1} {self._unit(depth)}{self._called(depth)}"
                if depth == 1 and self._listed():
                    parts, key = [item], []
                elif parts:
                    parts[-1] += item
                else:
                    parts.append(item)
            else:
                listed = part in self.nodes[depth].get("properties", {})
                parts.append(f"“{title(self.nodes[depth + 1], part) if listed else show(part)}”")
                key.append(show(part))
        return "的".join(parts) + (f"（{'.'.join(key)}）" if key and isinstance(self.path[-1], str) else "")

    def _listed(self) -> bool:
        """Whether the file is one list (a log, a registry), whose items are named without the list's title."""
        return self.path[0] == "log" or self.path[0] == self.tree.kind or self.path[0] == "entries"

    def _unit(self, depth: int) -> str:
        if depth == 1 and self.path[0] == "log" and self.tree.steps:
            return "步"
        return "条" if depth == 1 and self._listed() else "项"

    def _called(self, depth: int) -> str:
        if depth != 1 or not self._listed():
            return ""
        item = _get(self.value, self.path[:2])
        if not isinstance(item, Mapping):
            return ""
        if self.path[0] == "log":
            node = self.tree.steps.get(str(item.get("step")))
            return f"“{node['title']}”" if node else ""
        called = item.get("id") or item.get("name") or item.get("from")
        return f"“{show(called)}”" if isinstance(called, str) else ""

    def inside(self) -> str:
        """Say the place as a container, before a sentence about one of its keys; empty for the whole file."""
        return f"{self.name()}里" if self.path else ""


def place(tree: Tree, path: Sequence[str | int], value: object) -> Place:
    """Return the place at ``path`` of ``value``."""
    return Place(tree, tuple(path), tree.along(path, value), value)


def _get(value: object, path: Sequence[str | int]) -> object:
    for part in path:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


def get(value: object, path: Sequence[str | int]) -> object:
    """Return the part of ``value`` at ``path``, or None when there is none."""
    return _get(value, path)
