"""Fields as forms and pages need them: names, titles, help, choices, conditions; all from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from noveto.schema.tree import TYPE, Node, Tree, options, title

Effect = Literal["required", "forbidden", "meant"]


class Condition(NamedTuple):
    """When a field is required, forbidden, or meant to be filled in: another field has one of ``values``.

    ``field`` is a sibling in the same object; an empty ``values`` means: when that field is absent.
    ``meant`` guides forms only, the schema lets the field stand in any case.
    """

    effect: Effect
    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record or step.

    ``type`` is one of text, paragraph, number, date, time, flag, choice, group, list, any, or the kind of
    thing an id names: unit, hall, window, staff, party (unit or person), matter, case, complaint,
    improvement, record. A group has ``fields``; a list has ``item``. ``options`` are (code, title, help).
    """

    name: str
    title: str
    description: str
    type: str
    required: bool
    options: tuple[tuple[str, str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    example: str = ""
    fields: tuple[Field, ...] = ()
    item: Field | None = None


_TYPES = {
    "line": "text",
    "number_text": "text",
    "text": "paragraph",
    "count": "number",
    "count_or_zero": "number",
    "flag": "flag",
    "date": "date",
    "time": "time",
    "email": "text",
    "url": "text",
}


def field_of(tree: Tree, name: str, node: Node, *, required: bool, conditions: tuple[Condition, ...] = ()) -> Field:
    """Describe the resolved ``node`` as a field."""
    kind = _type(node)
    return Field(
        name=name,
        title=title(node, name),
        description=str(node.get("description", "")),
        type=kind,
        required=required,
        options=tuple((str(o["const"]), o.get("title", ""), o.get("description", "")) for o in node.get("oneOf", ()))
        if kind == "choice"
        else (),
        conditions=conditions,
        example=str(next(iter(node.get("examples", ())), "")),
        fields=fields_of(tree, node) if kind == "group" else (),
        item=field_of(tree, name, tree.resolve(node["items"]), required=True) if kind == "list" else None,
    )


def fields_of(tree: Tree, node: Node) -> tuple[Field, ...]:
    """Describe the keys of an object in the order of the schema."""
    required = set(node.get("required", ()))
    when = _conditions(node)
    found: list[Field] = []
    for name, child in node.get("properties", {}).items():
        below = tree.resolve(child)
        conditions = list(when.get(name, ()))
        for sibling, values in below.get("x-when", {}).items():
            conditions.append(Condition("meant", sibling, tuple(values)))
        found.append(field_of(tree, name, below, required=name in required, conditions=tuple(conditions)))
    return tuple(found)


def is_free_text(node: Node) -> bool:
    """Whether a resolved node holds words of the writer's own: no code, id, date, number, flag or checksum."""
    shaped = node.get("pattern", r"\S") != r"\S"
    return bool(node) and not shaped and _type(node) in ("text", "paragraph")


def _type(node: Node) -> str:
    if options(node):
        return "choice"
    name = str(node.get(TYPE, ""))
    if name in _TYPES:
        return _TYPES[name]
    if name.endswith("_id"):
        return name.removesuffix("_id")
    kinds = node.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if "object" in kinds and "array" in kinds:
        return "any"
    if "string" in kinds and ("array" in kinds or "object" not in kinds):
        return "paragraph" if "array" in kinds else "text"
    return {"object": "group", "array": "list", "boolean": "flag", "integer": "number"}.get(kinds[0], "any")


def _conditions(node: Node) -> dict[str, list[Condition]]:
    """Read the ``if``/``then`` of an object: which keys depend on which sibling."""
    found: dict[str, list[Condition]] = {}
    branches = [*node.get("allOf", ()), *([node] if "if" in node else [])]
    for branch in branches:
        test, then = branch.get("if"), branch.get("then")
        if not isinstance(test, Mapping) or not isinstance(then, Mapping):
            continue
        sibling, values = _tested(test)
        if not sibling:
            continue
        for name in then.get("required", ()):
            found.setdefault(name, []).append(Condition("required", sibling, values))
        for name, child in then.get("properties", {}).items():
            if child is False:
                found.setdefault(name, []).append(Condition("forbidden", sibling, values))
    return found


def _tested(test: Node) -> tuple[str, tuple[Any, ...]]:
    absent = test.get("not", {}).get("required", ())
    if absent:
        return str(absent[0]), ()
    for sibling, check in test.get("properties", {}).items():
        if "const" in check:
            return sibling, (check["const"],)
        if "enum" in check:
            return sibling, tuple(check["enum"])
        if "pattern" in check:
            return sibling, (check["pattern"],)
    return "", ()
