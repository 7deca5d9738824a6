"""The fast gate: yes or no for one value, some 100,000 times a second.

A log entry of the published schema is a chain of some forty ``if step is x then …``, which every validator
tries one after the other. The gate compiles one validator a step instead, and one for the head; a property
test holds both ways to the same verdict. ``jsonschema`` takes over where there is no wheel of jsonschema-rs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from noveto.schema.dates import Dates
from noveto.schema.tree import Node, Tree

Verdict = Callable[[object], bool]

_WORDS = frozenset({"title", "description", "examples", "default", "$comment"})
_CODE = frozenset({"const", "title", "description"})


class Gate:
    """Decides whether a value has the form its schema asks for, real dates included."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._dates = Dates(tree)
        self._steps: dict[str, Verdict] = {}
        self._split = tree.regular and bool(tree.steps)
        self._head = compile_schema(_without_entries(tree.root) if self._split else tree.root)

    def __call__(self, value: object) -> bool:
        """Return whether ``value`` is valid. Never raises."""
        try:
            return self._head(value) and (not self._split or self._log(value)) and self._dates.real(value)
        except (ValueError, OverflowError, RecursionError):
            return False  # text that is not Unicode, numbers beyond 64 bits: nothing a record may hold

    def _log(self, value: object) -> bool:
        entries = value.get("log") if isinstance(value, Mapping) else None
        if not entries:
            return True
        steps = self._steps
        for entry in entries:
            name = entry.get("step") if isinstance(entry, dict) else None
            verdict = steps.get(name) if isinstance(name, str) else None
            if verdict is None:
                if not isinstance(name, str) or (verdict := self._compile(name)) is None:
                    return False
                steps[name] = verdict
            if not verdict(entry):
                return False
        return True

    def _compile(self, name: str) -> Verdict | None:
        node = self._tree.steps.get(name)
        if node is None:
            return None
        return compile_schema(_with_needed({**node, "$defs": self._tree.root.get("$defs", {})}))


def _without_entries(root: Node) -> Node:
    log = {key: value for key, value in root["properties"]["log"].items() if key != "items"}
    return _with_needed({**root, "properties": {**root["properties"], "log": log}})


def _lean(node: Any) -> Any:
    """Return a schema that accepts the same values and is quicker to judge by: no words, codes as ``enum``.

    Of ``oneOf`` every branch has to be tried, be there fifty; a list of different constants says the same.
    """
    if type(node) is list:
        return [_lean(item) for item in node]
    if type(node) is not dict:
        return node
    lean = {
        key: value if key in ("const", "enum") else _lean(value)
        for key, value in node.items()
        if key not in _WORDS or type(value) is dict  # a dict: a field of that name under "properties"
    }
    codes = node.get("oneOf")
    if type(codes) is list and "enum" not in node and all(type(one) is dict and set(one) <= _CODE for one in codes):
        values = [one.get("const") for one in codes]
        if all(type(value) is str for value in values) and len(set(values)) == len(values) > 0:
            del lean["oneOf"]
            lean["enum"] = values
    return lean


def _with_needed(schema: Node) -> Node:
    """Return a schema without the definitions it never refers to: compiling those is most of the cost."""
    defs = schema.get("$defs", {})
    needed: dict[str, Any] = {}
    waiting: list[Any] = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        here = waiting.pop()
        if type(here) is list:
            waiting += here
        elif type(here) is dict:
            waiting += here.values()
            name = str(here.get("$ref", "")).removeprefix("#/$defs/")
            if name in defs and name not in needed:
                needed[name] = defs[name]
                waiting.append(defs[name])
    return {**schema, "$defs": needed}


def compile_schema(schema: Node) -> Verdict:
    """Return a function that tells whether a value is valid under ``schema`` (2020-12, formats are annotations)."""
    try:
        import jsonschema_rs
    except ImportError:  # no wheel for this machine: slower, the same verdicts
        from noveto.schema.reference import validator

        return _boolean(validator(schema))
    compiled: Any = jsonschema_rs.Draft202012Validator(_lean(dict(schema)), validate_formats=False)
    verdict: Verdict = compiled.is_valid
    return verdict


def _boolean(reference: Any) -> Verdict:
    def verdict(value: object) -> bool:
        return bool(reference.is_valid(value))

    return verdict
