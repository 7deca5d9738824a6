"""Values for the schema tests: valid records of every kind, with every step."""

from pathlib import Path

import pytest

from noveto.schema import Schemas
from noveto.source import load

VALID = Path(__file__).parent / "valid"


class Nowhere:
    """Marks for values that never were text."""

    def position(self, path, key=False):
        return (1, 1)


@pytest.fixture(scope="session")
def schemas():
    return Schemas.bundled()


@pytest.fixture(scope="session")
def nowhere():
    return Nowhere()


@pytest.fixture(scope="session")
def records():
    """(kind, value) of each valid record."""
    found = []
    for path in sorted(VALID.glob("*.yml")):
        loaded = load(path.read_bytes(), file=path.name)
        assert loaded.findings == []
        found.append((path.name.split("-")[0], loaded.value))
    return found


@pytest.fixture
def case(records):
    """A fresh copy of a small valid case."""
    import copy

    return copy.deepcopy(next(value for kind, value in records if kind == "case" and value["id"].startswith("rsj")))
