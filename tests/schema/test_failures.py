"""Failures are found where and as ``jsonschema`` finds them: held against each other on mutated files of every kind."""

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.schema.test_gate_agrees import VALUES, mutate

from noveto.schema import KINDS
from noveto.schema.failures import _of_reference, failures
from noveto.schema.reference import validator
from noveto.schema.tree import Tree
from noveto.source import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files(records):
    """(kind, value) of valid files: records, registry, calendar, rules."""
    found = list(records)
    folders = ("schema", "records/registry", "records/calendar")
    for path in sorted(file for folder in folders for file in (ROOT / folder).glob("*.yml")):
        kind = path.stem if path.stem in KINDS else "calendar"
        found.append((kind, load(path.read_bytes(), file=path.name, bare_log=False).value))
    return found


def shape(found):
    """What is read of failures; jsonschema tells each missing key apart, all with the same place and keyword."""
    return list(dict.fromkeys((one.path, one.way, one.keyword, repr(one.expected), tuple(shape(one.below))) for one in found))  # fmt: skip


@settings(max_examples=600, derandomize=True, deadline=None)
@given(data=st.data())
def test_the_same_failures_as_jsonschema(schemas, files, data):
    kind, value = data.draw(st.sampled_from(files))
    value = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 4))):
        if isinstance(value, dict) and len(value) > 1:
            mutate(data, value)
    tree = Tree(kind, schemas.schema(kind))

    assert shape(failures(tree, value)) == shape(map(_of_reference, validator(tree.root).iter_errors(value)))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(value=VALUES)
def test_the_same_failures_for_any_value(schemas, value):
    for kind in KINDS:
        tree = Tree(kind, schemas.schema(kind))

        assert shape(failures(tree, value)) == shape(map(_of_reference, validator(tree.root).iter_errors(value)))


def test_a_keyword_of_a_widened_schema_is_left_to_jsonschema(schemas):
    root = copy.deepcopy(dict(schemas.schema("case")))
    root["properties"]["facts"] = {"type": "string", "maxLength": 3}

    found = {one.keyword for one in failures(Tree("case", root), {"facts": "abcd"})}

    assert found == {"maxLength", "required"}
