"""Groups stand in the order of the registry; what it does not know comes after, what has none last."""

from pathlib import Path

from noveto.ledger import Ledger
from noveto.statistics import Group
from noveto.statistics.figures import EMPTY
from noveto.statistics.order import in_order, rank

TOP = Path(__file__).parents[2]


def test_units_windows_and_halls_as_listed():
    with Ledger.open(TOP) as ledger:
        registry = ledger.registry
    for dimension, listed in (("unit", registry.units), ("window", registry.windows), ("hall", registry.halls)):
        mixed = ["", "zz-gone", *sorted(listed)]
        assert sorted(mixed, key=rank(registry, dimension)) == [*listed, "zz-gone", ""]


def test_the_city_comes_before_its_counties():
    with Ledger.open(TOP) as ledger:
        registry = ledger.registry
    found = sorted(["石台县", "东至县", "", "贵池区"], key=rank(registry, "county"))
    assert found == ["", "贵池区", "东至县", "石台县"]


def test_codes_and_months_by_themselves():
    with Ledger.open(TOP) as ledger:
        registry = ledger.registry
    units = list(registry.units)[1::-1]
    groups = [Group((month, unit), EMPTY, 0) for month in ("2026-02", "2026-01") for unit in units]
    assert [group.key for group in in_order(groups, ("month", "unit"), registry)] == [
        (month, unit) for month in ("2026-01", "2026-02") for unit in reversed(units)
    ]
