"""Whatever the cases: parts add up, lists are as long as their numbers, order does not matter."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noveto.statistics import DIMENSIONS, INDICATORS, CaseFacts, Fraction, Places, Spread, collect
from noveto.statistics.facts import ClockFact, ComplaintFacts, FormFact, Outcome, VetoFact
from noveto.statistics.groups import months_back, previous_period
from noveto.statistics.maths import median, percentile, wilson

FIRST, LAST, TODAY = date(2025, 11, 1), date(2026, 2, 15), date(2026, 3, 1)
UNITS = ("rsj", "gaj", "wjw")
STATES = ("running", "due_today", "overdue", "met", "met_late", "suspended", "unattested", "not_applicable")
PLACES = Places({"rsj-w1": "a", "gaj-w1": "b"}, {"rsj": "", "gaj": "东至县", "wjw": "石台县"})

clocks = st.builds(
    lambda clock, number, of, state, other, used, answered: ClockFact(
        clock, number, of if clock == "consult" else "", state, other if clock == "reply" else state,
        used if state.startswith("met") else -1, 3,
        ("answered" if answered else "lapsed") if clock == "reply" and state.startswith("met") else "",
    ),
    st.sampled_from(["submit", "reply", "interim", "approval", "filing", "consult", "review"]),
    st.integers(1, 3), st.sampled_from(UNITS), st.sampled_from(STATES), st.sampled_from(STATES), st.integers(0, 30),
    st.booleans(),
)  # fmt: skip
rows = st.builds(
    CaseFacts,
    id=st.just(""),
    raised=st.integers(FIRST.toordinal() - 40, LAST.toordinal() + 20),
    unit=st.sampled_from(UNITS),
    window=st.sampled_from(["rsj-w1", "gaj-w1", "x-w1"]),
    track=st.sampled_from(["general", "special", "cross_department"]),
    reason=st.sampled_from(["R01", "R04", "R99"]),
    category=st.sampled_from(["tax", "other"]),
    matter=st.sampled_from(["m-1", "m-2"]),
    matter_name=st.just("事项"),
    voided=st.sampled_from([False, False, False, True]),
    migrated=st.booleans(),
    escalated=st.booleans(),
    gap=st.booleans(),
    cause=st.sampled_from(["", "data"]),
    called_back=st.sampled_from(["", "yes", "no"]),
    supplements=st.integers(0, 3),
    late=st.integers(0, 2),
    attested=st.integers(0, 2),
    entries=st.integers(0, 2),
    proxied=st.integers(0, 2),
    suspensions=st.lists(st.integers(-1, 20), max_size=2).map(tuple),
    unreached=st.sampled_from([(), (1,)]),
    outcomes=st.sampled_from([(), (Outcome(1, "done", "directly", 738000),), (Outcome(1, "refused", "", 738000),),
                              (Outcome(1, "refused", "", 738000), Outcome(2, "done", "escalation", 738001))]),
    vetoes=st.lists(st.builds(VetoFact, st.just(1), st.sampled_from(["", "approved", "rejected"]), st.booleans()),
                    max_size=1).map(tuple),
    forms=st.sampled_from([(), (FormFact(1, ()),), (FormFact(1, ("contact",)),)]),
    clocks=st.lists(clocks, max_size=4).map(tuple),
)  # fmt: skip
complaints = st.builds(
    ComplaintFacts, st.just(""), st.integers(FIRST.toordinal(), LAST.toordinal()), st.sampled_from(["", *UNITS]),
    st.sampled_from(["", "rsj-w1"]), st.sampled_from(["a", "b"]), st.just("other"),
    st.sampled_from(["", "upheld", "partly", "not_upheld"]), st.sampled_from(["", "yes"]), st.sampled_from(STATES),
)  # fmt: skip


def _named(items: list) -> list:  # type: ignore[type-arg]
    return [item._replace(id=f"{item.unit or 'x'}-{n:04}") for n, item in enumerate(items)]


ledgers = st.tuples(st.lists(rows, max_size=25).map(_named), st.lists(complaints, max_size=6).map(_named))
bys = st.permutations(list(DIMENSIONS)).flatmap(lambda names: st.integers(1, 3).map(lambda n: tuple(names[:n])))


@settings(max_examples=25)
@given(ledgers, bys)
def test_the_parts_of_every_grouping_add_up_to_the_whole(ledger: tuple, by: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    found = collect(*ledger, first=FIRST, last=LAST, today=TODAY, by=by, places=PLACES)
    plain = collect(*ledger, first=FIRST, last=LAST, today=TODAY)

    assert found.total == plain.total
    for item in INDICATORS:
        whole = found.total[item.key]
        parts = [group.figures[item.key] for group in found.groups]
        assert sorted(ref for part in parts for ref in part.refs) == sorted(whole.refs)
        assert sum(part.n for part in parts) == whole.n
        if isinstance(whole, Fraction):
            assert sum(part.numerator for part in parts if isinstance(part, Fraction)) == whole.numerator


@settings(max_examples=25)
@given(ledgers)
def test_lists_are_as_long_as_the_numbers_and_nothing_is_listed_twice(ledger: tuple) -> None:  # type: ignore[type-arg]
    found = collect(*ledger, first=FIRST, last=LAST, today=TODAY)
    for key, figure in found.total.items():
        if isinstance(figure, Fraction):
            assert len(figure.hits) == figure.numerator <= figure.denominator == len(figure.refs)
            assert not set(figure.hits) & set(figure.misses)
        elif isinstance(figure, Spread):
            assert len(figure.values) == figure.n
        assert len(figure.refs) == figure.n
        if key in ("I1", "I2", "I3", "I12", "I15", "I18", "I19", "I20", "I22", "X.other"):
            assert len(set(figure.refs)) == figure.n
    registered = set(found.total.count("I1").refs)
    assert registered == set(found.total.fraction("I3").refs)
    assert not registered & set(found.total.count("X.voided").refs)


@settings(max_examples=20)
@given(ledgers, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(ledger: tuple, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    cases, others = ledger
    mixed, rest = random.sample(cases, len(cases)), random.sample(others, len(others))

    assert collect(cases, others, first=FIRST, last=LAST, today=TODAY, by=("unit", "month"), places=PLACES) == collect(
        mixed, rest, first=FIRST, last=LAST, today=TODAY, by=("unit", "month"), places=PLACES
    )


@settings(max_examples=20)
@given(st.lists(rows, max_size=20).map(_named))
def test_periods_that_follow_each_other_add_up(cases: list[CaseFacts]) -> None:
    middle = date(2025, 12, 31)
    whole = collect(cases, first=FIRST, last=LAST, today=TODAY).total
    parts = [
        collect(cases, first=FIRST, last=middle, today=TODAY).total,
        collect(cases, first=date(2026, 1, 1), last=LAST, today=TODAY).total,
    ]
    for item in INDICATORS:
        if item.key != "I20":  # looks back from the end of its own period
            assert sum(part[item.key].n for part in parts) == whole[item.key].n


@given(rows)
def test_facts_survive_the_cache(case: CaseFacts) -> None:
    assert CaseFacts.of_plain(case.plain()) == case
    assert type(CaseFacts.of_plain(case.plain()).clocks) is tuple


@given(st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_lies_within_zero_and_one_and_contains_the_rate(pair: tuple[int, int]) -> None:
    hits, n = pair
    found = wilson(hits, n)
    if n == 0:
        assert found is None
        return
    assert found is not None
    low, high = found
    assert 0 <= low <= hits / n <= high <= 1
    mirrored = wilson(n - hits, n)
    assert mirrored is not None
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx(found, abs=1e-9)


def test_wilson_as_published() -> None:
    # Newcombe 1998, Statistics in Medicine 17: 81/263, 15/148, 0/20, 1/29 (method 3)
    for hits, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
                               (1, 29, 0.0061, 0.1718)):  # fmt: skip
        assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)
    with pytest.raises(ValueError, match="3 out of 2"):
        wilson(3, 2)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 100))
def test_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert all(sum(v <= smaller for v in values) * 100 < percent * len(values) for smaller in values if smaller < found)
    middle = median(values)
    assert middle is not None
    assert sum(v <= middle for v in values) * 2 >= len(values) <= sum(v >= middle for v in values) * 2


def test_periods_before() -> None:
    month = date.fromisoformat
    assert previous_period(month("2026-03-01"), month("2026-03-31")) == (month("2026-02-01"), month("2026-02-28"))
    assert previous_period(month("2026-01-01"), month("2026-03-31")) == (month("2025-10-01"), month("2025-12-31"))
    assert previous_period(month("2026-03-05"), month("2026-03-14")) == (month("2026-02-23"), month("2026-03-04"))
    assert months_back(month("2024-02-29"), 12) == month("2023-02-28")
