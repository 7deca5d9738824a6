"""Where and why a value breaks a JSON Schema: the errors of ``jsonschema``, without the time it takes to load.

Knows the keywords our schemas use. A ledger's schema that was widened with another one is left to ``jsonschema``; a
property test holds both to the same errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from noveto.schema.reference import pattern, validator
from noveto.schema.tree import Node, Tree

Way = tuple[str | int, ...]

_LEFT = frozenset(
    {"$dynamicRef", "contains", "dependentRequired", "dependentSchemas", "exclusiveMaximum", "exclusiveMinimum",
     "maxItems", "maxLength", "maxProperties", "maximum", "multipleOf", "patternProperties", "prefixItems",
     "unevaluatedItems", "unevaluatedProperties"}
)  # fmt: skip
"""Keywords that are left to ``jsonschema``."""


class Failure:
    """One error: where in the value, by which way through the schema, which keyword of which node.

    ``keyword`` is None for the schema ``false``, whose place is that of its holder, as in ``jsonschema``. ``below``
    holds what failed in the branches of an ``anyOf`` or ``oneOf``; their ways go on with the branch's number.
    """

    __slots__ = ("below", "expected", "instance", "keyword", "node", "path", "way")

    def __init__(
        self, path: Way, way: Way, keyword: str | None, expected: Any, instance: Any, node: Any,
        below: Sequence[Failure] = (),
    ) -> None:  # fmt: skip
        self.path = path
        self.way = way
        self.keyword = keyword
        self.expected = expected
        self.instance = instance
        self.node = node
        self.below = below


def failures(tree: Tree, value: object) -> Iterator[Failure]:
    """Yield every failure of ``value`` under the schema of ``tree``."""
    if _beyond(tree.root):
        return map(_of_reference, validator(tree.root).iter_errors(value))
    return _Walk(tree).failures(tree.root, value, (), ())


def _beyond(node: Any) -> bool:
    if isinstance(node, Mapping):
        abroad = not str(node.get("$ref", "#/")).startswith("#/")
        return abroad or not _LEFT.isdisjoint(node) or any(map(_beyond, node.values()))
    return isinstance(node, list) and any(map(_beyond, node))


def _of_reference(error: Any) -> Failure:
    return Failure(
        tuple(error.absolute_path), tuple(error.absolute_schema_path), error.validator, error.validator_value,
        error.instance, error.schema, [_of_reference(below) for below in error.context],
    )  # fmt: skip


class _Walk:
    """Goes through one value and its schema side by side."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def failures(self, node: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        """Yield the failures of ``value`` under ``node``, in the order of its keywords."""
        for keyword, expected in node.items() if isinstance(node, Mapping) else ():
            deeper = _DEEPER.get(keyword)
            if deeper is not None:
                yield from deeper(self, node, expected, value, path, way)
            elif (breaks := _BREAKS.get(keyword)) is not None and breaks(value, expected):
                yield Failure(path, (*way, keyword), keyword, expected, value, node)

    def _below(self, node: Any, value: Any, path: Way, way: Way, *, key: Way = (), step: Way = ()) -> Iterator[Failure]:
        """Yield the failures of what lies at ``key`` under the node at ``step``."""
        if node is False:
            yield Failure(path, way, None, None, value, node)
        else:
            yield from self.failures(node, value, path + key, way + step)

    def _valid(self, node: Any, value: Any) -> bool:
        return next(self._below(node, value, (), ()), None) is None

    def _ref(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        return self._below(self._tree.at(expected), value, path, way)

    def _properties(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        for key, below in expected.items() if isinstance(value, dict) else ():
            if key in value:
                yield from self._below(below, value[key], path, (*way, "properties"), key=(key,), step=(key,))

    def _others(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        others = [key for key in value if key not in node.get("properties", {})] if isinstance(value, dict) else []
        here = (*way, "additionalProperties")
        if expected is False and others:
            yield Failure(path, here, "additionalProperties", expected, value, node)
        elif isinstance(expected, Mapping):
            for key in others:
                yield from self._below(expected, value[key], path, here, key=(key,))

    def _names(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        for key in value if isinstance(value, dict) else ():
            yield from self._below(expected, key, path, (*way, "propertyNames"))

    def _items(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from self._below(expected, item, path, (*way, "items"), key=(index,))

    def _all_of(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        for index, below in enumerate(expected):
            yield from self._below(below, value, path, (*way, "allOf"), step=(index,))

    def _any_of(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        found = self._branches(expected, value, path, (*way, "anyOf"))
        if all(found):
            yield Failure(path, (*way, "anyOf"), "anyOf", expected, value, node, list(chain(*found)))

    def _one_of(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        found = self._branches(expected, value, path, (*way, "oneOf"))
        if found.count([]) != 1:
            below = list(chain(*found)) if all(found) else []
            yield Failure(path, (*way, "oneOf"), "oneOf", expected, value, node, below)

    def _branches(self, nodes: Any, value: Any, path: Way, way: Way) -> list[list[Failure]]:
        return [list(self._below(node, value, path, way, step=(index,))) for index, node in enumerate(nodes)]

    def _not(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        if self._valid(expected, value):
            yield Failure(path, (*way, "not"), "not", expected, value, node)

    def _if(self, node: Node, expected: Any, value: Any, path: Way, way: Way) -> Iterator[Failure]:
        branch = "then" if self._valid(expected, value) else "else"
        if branch in node:
            yield from self._below(node[branch], value, path, way, step=(branch,))


_DEEPER: Mapping[str, Callable[[_Walk, Node, Any, Any, Way, Way], Iterator[Failure]]] = {
    "$ref": _Walk._ref,
    "properties": _Walk._properties,
    "additionalProperties": _Walk._others,
    "propertyNames": _Walk._names,
    "items": _Walk._items,
    "allOf": _Walk._all_of,
    "anyOf": _Walk._any_of,
    "oneOf": _Walk._one_of,
    "not": _Walk._not,
    "if": _Walk._if,
}
"""Keywords that judge by schemas of their own."""


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return name == {True: "boolean", False: "boolean", None: "null"}[value]
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    types: dict[str, Any] = {"string": str, "object": dict, "array": list, "number": (int, float)}
    return name in types and isinstance(value, types[name])


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1 (in Python it is)."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _twice(value: list[Any]) -> bool:
    return any(_equal(one, other) for n, one in enumerate(value) for other in value[:n])


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_BREAKS: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": lambda value, names: not any(_is(value, name) for name in ([names] if isinstance(names, str) else names)),
    "const": lambda value, said: not _equal(value, said),
    "enum": lambda value, choice: not any(_equal(value, one) for one in choice),
    "required": lambda value, keys: isinstance(value, dict) and any(key not in value for key in keys),
    "pattern": lambda value, text: isinstance(value, str) and not pattern(text).search(value),
    "minLength": lambda value, least: isinstance(value, str) and len(value) < least,
    "minItems": lambda value, least: isinstance(value, list) and len(value) < least,
    "minProperties": lambda value, least: isinstance(value, dict) and len(value) < least,
    "minimum": lambda value, least: _number(value) and value < least,
    "uniqueItems": lambda value, wanted: wanted and isinstance(value, list) and _twice(value),
}
"""Whether a value breaks a keyword."""
