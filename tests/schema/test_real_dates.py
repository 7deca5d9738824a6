"""Days and times that exist."""

import calendar
from datetime import date, timedelta

import pytest

from noveto.schema.dates import is_real, why_unreal


def test_every_day_of_a_leap_and_a_common_year_exists_and_no_other():
    for year in (2024, 2026, 2000, 1949, 2100):
        real = {(date(year, 1, 1) + timedelta(days=n)).isoformat() for n in range(366)}
        for month in range(15):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}"
                assert is_real(text) == (text in real), text


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("2026-03-05T00:00", True),
        ("2026-03-05T23:59", True),
        ("2026-03-05T24:00", False),
        ("2026-03-05T12:60", False),
        ("2026-03-05T99:99", False),
        ("1948-12-31", False),
        ("2101-01-01", False),
        ("0000-01-01", False),
        ("2026-00-10", False),
    ],
)
def test_times_and_years(text, real):
    assert is_real(text) is real
    assert real or all(why_unreal(text))


def test_the_reason_names_the_last_day_of_the_month():
    for month in range(1, 13):
        last = calendar.monthrange(2026, month)[1]
        why, _ = why_unreal(f"2026-{month:02}-{last + 1:02}")

        assert f"最后一天是 {last} 日" in why


def test_dates_deep_in_a_record_are_seen(schemas, records, nowhere):
    for kind, value in records:
        for n, entry in enumerate(value["log"] or ()):
            for path in _dates(entry):
                broken = _with(value, n, path)
                found = schemas.check(kind, broken, nowhere, "a.yml")

                assert [one.code for one in found] == ["NV140"], (kind, n, path)
                assert found[0].field == ".".join(["log", "1", *path])


def _dates(value, at=()):
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _dates(inner, (*at, key))
        elif isinstance(inner, str) and key not in ("was", "now") and len(inner) in (10, 16) and inner[4:5] == "-":
            yield (*at, key)


def _with(value, n, path):
    import copy

    changed = value | {"log": [copy.deepcopy(value["log"][n])]}
    holder = changed["log"][0]
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = holder[path[-1]][:8] + "32" + holder[path[-1]][10:]
    return changed
