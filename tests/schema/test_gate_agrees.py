"""The fast gate says what the published schema says: held against jsonschema and jsonschema-rs on mutated records."""

import copy
import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noveto.ledger.places import RECORDS
from noveto.schema import gate as gate_module
from noveto.schema.dates import Dates
from noveto.schema.gate import Gate
from noveto.schema.reference import validator
from noveto.schema.tree import Tree

CHINESE = re.compile("[\u4e00-\u9fff]")
WORDS = [
    *("", " ", "一般", "general", "special", "R04", "true", "none", "scjgj", "scjgj-007", "scjgj-20260305-01"),
    *("2026-03-05", "2026-02-30", "2026-3-5", "2026-03-05\n", "２０２６-03-05", "2026-03-05T09:40", "2026-03-05T24:00"),
    *(
        "submitted",
        "note",
        "answered",
        "corrected",
        "anonymous",
        "0",
        "1",
        "007",
        "-1",
        "１",
        "a" * 300,
        "\ud800",
        "\x00",
    ),
]
VALUES = st.recursive(
    st.sampled_from(WORDS) | st.booleans() | st.none() | st.integers(-2, 10**30) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "kind", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def places(value, at=()):
    """List every path of a value, the root included."""
    found = [at]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*at, key))
    return found


def mutate(data, value):
    """Change one place of a value: replace, delete, rename, repeat or move it."""
    at = data.draw(st.sampled_from(places(value)[1:]))
    holder = value
    for part in at[:-1]:
        holder = holder[part]
    key = at[-1]
    act = data.draw(st.sampled_from(["replace", "replace", "delete", "rename", "repeat", "move"]))
    if act == "replace":
        holder[key] = data.draw(VALUES)
    elif act == "delete":
        del holder[key]
    elif act == "repeat" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif act == "move":
        value[str(key)] = holder.pop(key)
    elif isinstance(holder, dict):
        holder[data.draw(st.sampled_from(["kind", "to", "text", "reason", "stance", "from", "foo", "类别"]))] = (
            holder.pop(key)
        )


@pytest.fixture(scope="module")
def judges(schemas):
    """Three ways to the same verdict, by kind."""
    found = {}
    for kind in RECORDS:
        tree = Tree(kind, schemas.schema(kind))
        whole = jsonschema_rs.Draft202012Validator(dict(tree.root), validate_formats=False)
        found[kind] = (Gate(tree), whole, validator(tree.root), Dates(tree))
    return found


@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data())
def test_gate_agrees_with_both_validators_and_every_refusal_is_explained(judges, schemas, records, nowhere, data):
    kind, value = data.draw(st.sampled_from(records))
    value = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        if isinstance(value, dict) and len(value) > 1:
            mutate(data, value)
    gate, whole, reference, dates = judges[kind]

    by_reference = reference.is_valid(value)
    if "\ud800" not in repr(value) and "\\ud" not in repr(value):
        assert whole.is_valid(value) == by_reference
    verdict = by_reference and not list(dates.unreal(value))

    assert gate(value) == verdict
    found = schemas.check(kind, value, nowhere, "a.yml")
    assert bool(found) == (not verdict)
    for one in found:
        assert one.severity == "error"
        assert CHINESE.search(one.message)
        assert CHINESE.search(one.fix)


def test_valid_records_pass_all_ways(judges, records):
    for kind, value in records:
        gate, whole, reference, _ = judges[kind]

        assert gate(value)
        assert whole.is_valid(value)
        assert reference.is_valid(value)


@pytest.mark.parametrize("value", [None, True, 3, "text", [], {}, [[]], {"log": [None]}, {"log": [{"step": []}]}])
def test_gate_never_raises(judges, schemas, nowhere, value):
    for kind, (gate, *_) in judges.items():
        assert gate(value) is False
        assert schemas.check(kind, value, nowhere, "a.yml")


def test_without_a_wheel_the_verdicts_are_the_same(schemas, records, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jsonschema_rs", None)
    for kind, value in records:
        slow = Gate(Tree(kind, schemas.schema(kind)))
        wrong = {**value, "id": "nonsense"}

        assert gate_module.compile_schema(schemas.schema(kind)).__qualname__.startswith("_boolean")
        assert slow(value)
        assert not slow(wrong)
