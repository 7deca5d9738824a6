from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.statistics.smallcases import complaints, month

from noveto.statistics import collect
from noveto.statistics.publish import LEAST, published, suppress


def hidden(counts: list[int]) -> list[bool]:
    return suppress([[count] for count in counts], [sum(counts)])


def test_cells_under_five_are_hidden_zeros_are_not() -> None:
    assert hidden([0, 10, 20]) == [False, False, False, False]
    assert hidden([4, 3, 20]) == [True, True, False, False]


def test_a_single_hidden_cell_takes_the_smallest_neighbour_with_it() -> None:
    assert hidden([4, 10, 20]) == [True, True, False, False]
    assert hidden([0, 3, 20]) == [False, True, True, False]


def test_two_hidden_cells_that_sum_below_five_take_another() -> None:
    assert hidden([1, 1, 9, 20]) == [True, True, True, False, False]


def test_where_no_neighbour_is_left_the_total_is_hidden() -> None:
    assert hidden([3]) == [True, True]
    assert hidden([2, 2]) == [True, True, True]
    assert hidden([0, 0, 0]) == [False] * 4


cells = st.lists(st.integers(0, 12), min_size=1, max_size=7)


@settings(max_examples=300)
@given(cells)
def test_no_hidden_cell_follows_from_what_is_shown(counts: list[int]) -> None:
    flags = hidden(counts)
    for count, gone in zip(counts, flags, strict=False):
        assert gone or count == 0 or count >= LEAST
    secret = [count for count, gone in zip(counts, flags, strict=False) if gone]
    if secret and not flags[-1]:
        assert len(secret) >= 2
        assert sum(secret) >= LEAST
    assert hidden(counts[::-1])[-1] == flags[-1]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=6))
def test_hits_and_misses_of_a_fraction_are_hidden_together_and_cannot_be_subtracted(
    pairs: list[tuple[int, int]],
) -> None:
    total = [sum(hit for hit, _ in pairs), sum(miss for _, miss in pairs)]
    flags = suppress(pairs, total)
    secret = [pair for pair, gone in zip(pairs, flags, strict=False) if gone and any(pair)]
    for pair, gone in zip(pairs, flags, strict=False):
        assert gone or all(cell == 0 or cell >= LEAST for cell in pair)
    if secret and not flags[-1]:
        assert len(secret) >= 2
        assert all(not 0 < sum(column) < LEAST for column in zip(*secret, strict=True))


def test_published_figures_show_no_small_number_and_no_lists() -> None:
    found = collect(month(), complaints(), first=date(2026, 3, 1), last=date(2026, 3, 31), today=date(2026, 3, 31),
                    by=("unit",))  # fmt: skip
    lines = list(published(found))

    assert {line.key for line in lines} == {(), ("gaj",), ("rsj",), ("scjgj",), ("zrzy",)}
    for line in lines:
        shown = [value for value in (line.numerator, line.denominator) if value is not None]
        assert all(value == 0 or value >= LEAST for value in shown), line
        assert line.left_out is None
        if line.rate is not None:
            assert (line.denominator or 0) >= LEAST
    whole = next(line for line in lines if line.key == () and line.indicator.key == "I7")
    assert (whole.numerator, whole.denominator, whole.hidden) == (None, 15, True)  # 12 in time, 3 not
