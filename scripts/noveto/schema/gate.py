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


def _with_needed(schema: Node) -> Node:
    """Return a schema without the definitions it never refers to: compiling those is most of the cost."""
    defs = schema.get("$defs", {})
    needed: dict[str, Any] = {}
    waiting: list[Any] = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, Mapping):
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
    compiled: Any = jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=False)
    verdict: Verdict = compiled.is_valid
    return verdict


def _boolean(reference: Any) -> Verdict:
    def verdict(value: object) -> bool:
        return bool(reference.is_valid(value))

    return verdict
