"""The rules file: every value is named in the first entry, and none is without a reader."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from noveto.resources import resource
from noveto.rules import RulesError, parse_rules

CODE = Path(__file__).parents[2] / "scripts" / "noveto"


@pytest.fixture
def value():
    return yaml.load(resource("schema/rules.yml").read_bytes(), yaml.BaseLoader)


def test_a_first_entry_that_lacks_a_value_is_told(value):
    for section in ("tolerances", "ladder", "contact", "indicators", "retention", "assessment"):
        for key in value["entries"][0][section]:
            lacking = deepcopy(value)
            del lacking["entries"][0][section][key]
            with pytest.raises(RulesError, match=f"{section}[.]{key}|合计"):
                parse_rules(lacking)


def test_a_later_entry_changes_what_it_names(value):
    value["entries"].append({"from": "2027-01-01", "cite": "会议纪要", "retention": {"draft_days": "14"}})
    first, last = parse_rules(value).sets
    assert (first.retention["draft_days"], last.retention["draft_days"]) == (7, 14)
    assert last.retention["sealed_days"] == first.retention["sealed_days"]


def test_every_value_is_spoken_of_outside_the_rules(value):
    said = "\n".join(path.read_text("utf-8") for path in CODE.rglob("*.py") if path.parent.name != "rules")
    entry = value["entries"][0]
    names = {name for section in entry.values() if isinstance(section, dict) for name in section}
    assert not [name for name in sorted(names) if f'"{name}"' not in said]
