"""Many periods read at once give the figures of each period read alone."""

from __future__ import annotations

import marshal
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noveto.ledger import Ledger, Shelf
from noveto.statistics import months
from noveto.statistics.book import Book
from noveto.statistics.gather import all_cases, some_cases, statistics
from noveto.statistics.gather import recipe as facts_recipe
from noveto.statistics.months import Months, Stand
from noveto.statistics.periods import Period, period

TODAY = date(2026, 10, 10)


@pytest.fixture(scope="module")
def ledger(demo_folder):
    with Ledger.open(demo_folder, cache=False) as opened:
        yield opened


def stands(ledger, extra=lambda path: ""):
    recipe = facts_recipe(ledger.context)
    found = [(one.path, one.blob, marshal.loads(one.payload)) for one in ledger.derived(recipe)]  # noqa: S302 - our own
    return [Stand(plain[0], path, plain[1], blob + extra(path)) for path, blob, (plain, _) in found]


def book_of(ledger, extra=lambda path: "", shelf=None):
    return Book(Months(ledger, TODAY, stands(ledger, extra), shelf))


@pytest.fixture(scope="module")
def book(ledger):
    return book_of(ledger)


@pytest.mark.parametrize(
    ("key", "first", "last", "months", "name"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), ("2026-02",), "2026 年 2 月"),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31), ("2025-12",), "2025 年 12 月"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), ("2026-07", "2026-08", "2026-09"), "2026 年 3 季度"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), tuple(f"2024-{n:02d}" for n in range(1, 13)), "2024 年"),
    ],
)
def test_periods(key, first, last, months, name):
    found = period(key)
    assert found == Period(key, first, last)
    assert (found.months, found.name) == (months, name)
    assert found.before.last.toordinal() == first.toordinal() - 1


@pytest.mark.parametrize("key", ["2026-09", "2026-10", "2026-Q3", "2026", "2021"])
def test_same_figures(ledger, book, key):
    of = period(key)
    many = book.statistics(of, [book.month(month) for month in of.months])
    for by in (("unit",), ("county",), ("window",), ("county", "unit")):
        one = statistics(ledger, of.first, of.last, TODAY, by=by)
        assert dict(many.total) == dict(one.total)
        groups = book.groups(many, *by)
        assert [(group.key, group.quarantined) for group in groups] == [
            (group.key, group.quarantined) for group in one.groups
        ]
        assert [dict(group.figures) for group in groups] == [dict(group.figures) for group in one.groups]
    assert (many.breakdowns, many.repeats, many.effects, many.gaps, many.held, many.other_share, many.small) == (
        one.breakdowns, one.repeats, one.effects, one.gaps, one.held, one.other_share, one.small
    )  # fmt: skip
    assert many.total.count("I1").n == len(book.between(of.first, of.last))
    assert book.gaps(of.first, of.last) == one.gaps
    assert dict(book.reasons(of.first, of.last)) == {
        code: len(refs) for code, refs in one.breakdowns.get("reason", {}).items()
    }


def test_cases_alone(ledger):
    """Facts of some cases, read without the others, are those of the whole."""
    paths = [path for path in ledger.paths() if path.startswith("records/cases/") and "2026" in path]
    wanted = {Path(path).stem for path in paths}
    assert list(some_cases(ledger, TODAY, paths)) == [case for case in all_cases(ledger, TODAY) if case.id in wanted]


def test_key_changes_with_its_months_only(ledger, book):
    other = book_of(ledger, lambda path: "!" if "202609" in path else "")
    assert book.key(period("2026-09")) != other.key(period("2026-09"))
    assert book.key(period("2026-Q3")) != other.key(period("2026-Q3"))
    assert book.key(period("2025-12")) == other.key(period("2025-12"))
    assert book_of(ledger).key(period("2026-09")) == book.key(period("2026-09"))


def told(book, of):
    found = book.statistics(of, [book.month(month) for month in of.months])
    groups = [(group.key, dict(group.figures)) for group in found.groups]
    return dict(found.total), groups, found.breakdowns, found.repeats, found.gaps, book.between(of.first, of.last)


def test_months_are_kept(ledger, book, tmp_path, monkeypatch):
    """What is read of a kept month is what was worked out; only cases that have changed are looked at again."""
    looked, read = [], months.some_cases
    monkeypatch.setattr(months, "some_cases", lambda *given: looked.extend(given[2]) or read(*given))
    shelf, every = Shelf(tmp_path), {one.path for one in stands(ledger) if one.raised <= TODAY.toordinal()}
    book_of(ledger, shelf=shelf)
    assert set(looked) == every
    looked.clear()
    kept = book_of(ledger, shelf=shelf)
    for key in ("2026-09", "2026"):
        assert told(kept, period(key)) == told(book, period(key))
    assert looked == []
    other = sorted(path for path in every if "202609" in path)[3]
    book_of(ledger, lambda path: "!" if path == other else "", shelf=shelf)
    assert looked == [other]


@settings(max_examples=25)
@given(st.data())
def test_a_month_counted_on_is_that_counted_anew(ledger, data):
    """Cases that came, went or changed since are put right in what was kept; nothing else of it is worked out again."""
    cases = [one for one in stands(ledger) if "-202609" in one.path]
    assert len(cases) > 20
    some = st.sets(st.sampled_from(cases), min_size=1)
    before, after, changed = data.draw(some), data.draw(some), data.draw(st.sets(st.sampled_from(cases), max_size=3))
    now = sorted(one._replace(stand=one.stand + "!") if one in changed else one for one in after)
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        Months(ledger, TODAY, sorted(before), shelf).kept("2026-09")
        counted_on, anew = Months(ledger, TODAY, now, shelf), Months(ledger, TODAY, now)
        with pytest.MonkeyPatch.context() as patch:
            patch.delattr(Months, "_work_out")
            kept = counted_on.kept("2026-09")
        assert kept.heads == anew.kept("2026-09").heads
        assert told(Book(counted_on), period("2026-09")) == told(Book(anew), period("2026-09"))


def test_a_damaged_month_is_worked_out_again(ledger, book, tmp_path):
    shelf = Shelf(tmp_path)
    book_of(ledger, shelf=shelf)
    file = tmp_path / "month-2026-09"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    again = book_of(ledger, shelf=shelf)
    assert told(again, period("2026-09")) == told(book, period("2026-09"))
    assert file.read_bytes() != bytes(data)
