"""The schema of one kind as a tree that can be walked: by field path, or along the path of a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

Node = Mapping[str, Any]

TYPE = "x-type"
"""Key under which a resolved node remembers the name of the ``$defs`` entry its type came from."""


@dataclass(frozen=True)
class Tree:
    """One schema. Nodes handed out are resolved: ``$ref`` is followed, keywords beside it win."""

    kind: str
    root: Node
    _resolved: dict[int, Node] = field(default_factory=dict, repr=False)

    def resolve(self, node: Node | bool) -> Node:
        """Return ``node`` with its references merged in.

        Only references inside the file (``#/…``) occur in our schemas, so that editors work offline.
        """
        if isinstance(node, bool):
            return {}
        if "$ref" not in node:
            return node
        if (known := self._resolved.get(id(node))) is None:
            name: str = node["$ref"].rsplit("/", 1)[1]
            beside = {key: value for key, value in node.items() if key != "$ref"}
            known = {TYPE: name, **self.resolve(self.at(node["$ref"])), **beside}
            self._resolved[id(node)] = known
        return known

    def at(self, pointer: str) -> Node:
        """Return the node a reference such as ``#/$defs/date`` points to."""
        node: Any = self.root
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part]
        return cast(Node, node)

    @cached_property
    def entry(self) -> Node | None:
        """The schema of one log entry, or None for kinds without a log."""
        log = self.root.get("properties", {}).get("log")
        if log is None or "items" not in log:
            return None
        return self.resolve(log["items"])

    @cached_property
    def steps(self) -> Mapping[str, Node]:
        """The complete schema of an entry by step: common fields and the step's own in one node.

        Empty when the entry is not built as ``allOf`` of ``if step is x then fields of x``.
        """
        entry = self.entry
        if entry is None:
            return {}
        common = entry["properties"]
        found: dict[str, Node] = {}
        for branch in entry.get("allOf", ()):
            name = branch["if"]["properties"]["step"]["const"]
            own = self.resolve(branch["then"])
            mine = {key: common[key] if value is True else value for key, value in own["properties"].items()}
            required = [*entry.get("required", ()), *own.get("required", ())]
            found[name] = {"type": "object", **own, "properties": mine, "required": required}
        return found

    @cached_property
    def regular(self) -> bool:
        """Whether an entry is nothing but common fields and one branch a step, and the log nothing but a list of such,
        so that each step can be judged by itself."""
        entry = self.entry
        if entry is None:
            return False
        words = {"title", "description"}
        log = self.root["properties"]["log"]
        listed = set(log) <= {"type", "minItems", "items", *words} and log.get("minItems", 0) < 2
        listed = listed and isinstance(log.get("type"), list)
        known = {"type", "properties", "required", "allOf", TYPE, *words}
        branches = entry.get("allOf", ())
        return listed and set(entry) <= known and all(set(branch) == {"if", "then"} for branch in branches)

    def entry_node(self, value: object) -> Node:
        """The schema that applies to one log entry, by its step; the common one when the step is unknown."""
        name = value.get("step") if isinstance(value, Mapping) else None
        known = self.steps.get(name) if isinstance(name, str) else None
        return known or self.entry or {}

    def along(self, path: Sequence[str | int], value: object) -> list[Node]:
        """Return the nodes met from the root along the path of a value, as far as the schema knows it.

        The result has ``len(path) + 1`` nodes; unknown ones are empty mappings.
        """
        nodes: list[Node] = [self.root]
        here = value
        for depth, part in enumerate(path):
            here = _child(here, part)
            node = nodes[-1]
            if isinstance(part, int):
                below = self.entry_node(here) if depth == 1 and path[0] == "log" else node.get("items", {})
            else:
                below = node.get("properties", {}).get(part, node.get("additionalProperties", {}))
            nodes.append(self.resolve(below))
        return nodes

    def find(self, path: str) -> Node:
        """Return the node of a field path: ``track``, ``reason.main``, ``log.veto_proposed.reason.main``.

        Lists are entered without being named (``documents.title``); numbers in the path are passed over.
        Raises KeyError when the schema has no such field.
        """
        node: Node = self.root
        parts = [part for part in path.split(".") if part and not part.isdigit()]
        if parts[:1] == ["log"] and len(parts) > 1 and self.steps:
            if parts[1] in self.steps:
                node, parts = self.steps[parts[1]], parts[2:]
            elif self.entry is not None:
                node, parts = self.entry, parts[1:]
        for part in parts:
            node = self.inside(node).get("properties", {}).get(part)
            if node is None:
                raise KeyError(f"{self.kind}: {path}")
            node = self.resolve(node)
        return node

    def inside(self, node: Node) -> Node:
        """Return the object a list node holds (through nested lists), or the node itself."""
        while "properties" not in node and "items" in node:
            node = self.resolve(node["items"])
        return node

    def fields(self) -> Iterator[tuple[str, Node]]:
        """Yield every field outside the log with its path, depth first: ``id``, ``applicant``, ``applicant.kind`` …"""
        yield from self._below(self.root, "")

    def _below(self, node: Node, prefix: str) -> Iterator[tuple[str, Node]]:
        for name, child in self.inside(node).get("properties", {}).items():
            below = self.resolve(child)
            yield prefix + name, below
            if not (name == "log" and self.steps):
                yield from self._below(below, f"{prefix}{name}.")


def _child(value: object, part: str | int) -> object:
    if isinstance(part, int):
        return value[part] if isinstance(value, list) and part < len(value) else None
    return value.get(part) if isinstance(value, Mapping) else None


def options(node: Node) -> list[tuple[str, str]]:
    """Return the codes a node allows as (code, Chinese title); empty when it is not a choice."""
    return [(item["const"], item.get("title", item["const"])) for item in node.get("oneOf", ()) if "const" in item]


def title(node: Node, name: str) -> str:
    """Return the Chinese title of a node, else the key itself."""
    return str(node.get("title", name))
