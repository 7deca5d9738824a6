"""From validation errors to problems: one for each thing the writer did wrong, before it is put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from noveto.schema.places import Path, get
from noveto.schema.reference import validator
from noveto.schema.show import show
from noveto.schema.tree import Node, Tree, options, title


@dataclass(slots=True)
class Keys:
    """What is wrong with the keys of one object. The texts say in Chinese under which condition."""

    missing: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    forbidden: dict[str, str] = field(default_factory=dict)


class Wrong(NamedTuple):
    """A value that breaks ``keyword`` of its schema; ``expected`` is the keyword's value."""

    path: Path
    keyword: str
    expected: Any
    node: Node


@dataclass(slots=True)
class Problems:
    """All problems of one value: keys by object, values by path."""

    keys: dict[Path, Keys] = field(default_factory=dict)
    values: dict[Path, Wrong] = field(default_factory=dict)


def collect(tree: Tree, value: object) -> Problems:
    """Find every problem of ``value`` under the schema of ``tree``."""
    found = Problems()
    for error in _leaves(validator(tree.root).iter_errors(value)):
        path: Path = tuple(error.absolute_path)
        if error.validator == "required":
            keys = found.keys.setdefault(path, Keys())
            condition = _condition(tree, error, path, value)
            for key in error.validator_value:
                if key not in error.instance and not keys.missing.get(key):
                    keys.missing[key] = condition
        elif error.validator == "additionalProperties" and error.validator_value is False:
            keys = found.keys.setdefault(path, Keys())
            keys.extra = [key for key in error.instance if key not in error.schema.get("properties", {})]
        elif error.validator is None:  # the schema `false`, which jsonschema reports without naming the key
            keys = found.keys.setdefault(path, Keys())
            given, (_, closed) = get(value, path), _walk(tree, error)
            for key in given if isinstance(given, Mapping) else ():
                if closed.get(key) is False:
                    keys.forbidden[key] = _condition(tree, error, path, value)
        else:
            found.values.setdefault(path, Wrong(path, error.validator, error.validator_value, error.schema))
    return found


def _leaves(errors: Iterable[Any]) -> Iterator[Any]:
    """Flatten alternatives: of ``anyOf`` and of a ``oneOf`` that is no list of codes, the branch that was meant."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context and not options(error.schema):
            yield from _meant(error)
        else:
            yield error


def _meant(error: Any) -> Iterator[Any]:
    branches: dict[int, list[Any]] = {}
    for below in error.context:
        branches.setdefault(below.schema_path[0], []).append(below)
    for errors in branches.values():
        if not any(below.validator == "type" and not below.path for below in errors):
            yield from _leaves(errors)
            return
    types = [branch.get("type", "string") for branch in error.validator_value if isinstance(branch, Mapping)]
    error.validator = "type"  # no alternative has this type: say which types there are
    error.validator_value = [name for given in types for name in ([given] if isinstance(given, str) else given)]
    yield error


def _condition(tree: Tree, error: Any, path: Path, value: object) -> str:
    """Say the innermost ``if`` that led to an error: “类别”写的是 special（特殊事项）; empty without one."""
    found, _ = _walk(tree, error)
    return _say(tree, found, path, value) if found else ""


def _walk(tree: Tree, error: Any) -> tuple[Node | None, Node]:
    """Follow an error through the schema: the innermost ``if`` on the way, and the node it ends at."""
    node: Any = tree.root
    found: Node | None = None
    for part in error.absolute_schema_path:
        if isinstance(node, Mapping):
            node = tree.resolve(node)
            if part == "then" and not _is_step(node["if"]):
                found = node["if"]
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    return found, node if isinstance(node, Mapping) else {}


def _is_step(condition: Node) -> bool:
    return "const" in condition.get("properties", {}).get("step", {})


def _say(tree: Tree, condition: Node, path: Path, value: object) -> str:
    fields = tree.along(path, value)[-1].get("properties", {})
    absent = [str(key) for key in condition.get("not", {}).get("required", ())]
    if absent:
        return f"没有写“{title(tree.resolve(fields.get(absent[0], {})), absent[0])}”（{absent[0]}）"
    said: list[str] = []
    for key in condition.get("properties", {}):
        node = tree.resolve(fields.get(key, {}))
        given = get(value, (*path, key))
        word = dict(options(node)).get(given) if isinstance(given, str) else None
        said.append(f"“{title(node, key)}”写的是 {show(given)}" + (f"（{word}）" if word else ""))
    return "，".join(said)
