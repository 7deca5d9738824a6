"""The fast gate: yes or no for one value, some 100,000 times a second.

A log entry of the published schema is a chain of some forty ``if step is x then …``, which every validator
tries one after the other. The gate judges a log put together by step instead, each step by its own schema; a property
test holds both ways to the same verdict. ``jsonschema`` takes over where there is no wheel of jsonschema-rs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from noveto.schema.dates import Dates
from noveto.schema.tree import Node, Tree

Verdict = Callable[[object], bool]

_WORDS = frozenset({"title", "description", "examples", "default", "$comment"})
_CODE = frozenset({"const", "title", "description"})


class Gate:
    """Decides whether a value has the form its schema asks for, real dates included."""

    def __init__(self, tree: Tree) -> None:
        self._dates = Dates(tree)
        self._by_step = tree.regular and bool(tree.steps)
        self._verdict = compile_schema(_judging_by_step(tree) if self._by_step else tree.root)

    def __call__(self, value: object) -> bool:
        """Return whether ``value`` is valid. Never raises."""
        try:
            judged = _put_by_step(value) if self._by_step else value
            return judged is not None and self._verdict(judged) and self._dates.real(value)
        except (ValueError, OverflowError, RecursionError):
            return False  # text that is not Unicode, numbers beyond 64 bits: nothing a record may hold


def _put_by_step(value: object) -> object:
    """Return a record with its entries in lists by step, None where one of them has no step."""
    log = value.get("log") if isinstance(value, dict) else None
    if log is None:
        return value
    if not isinstance(log, list):
        return None
    entries: dict[str, list[object]] = {}
    for entry in log:
        name = entry.get("step") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            return None
        entries.setdefault(name, []).append(entry)
    return {**value, "log": entries}  # type: ignore[dict-item]


def _judging_by_step(tree: Tree) -> Node:
    """Return the schema of what ``_put_by_step`` makes of a record; ``regular`` says what a log's own node may hold."""
    log = tree.root["properties"]["log"]
    by_step: dict[str, Any] = {
        "type": ["object" if name == "array" else name for name in log["type"]],
        "minProperties": log.get("minItems", 0),
        "properties": {name: {"items": node} for name, node in tree.steps.items()},
        "additionalProperties": False,
    }
    return _with_needed({**tree.root, "properties": {**tree.root["properties"], "log": by_step}})


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
