from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statistics.smallcases import rules

from noveto.statistics import Count, Fraction, Group, Ref, assess
from noveto.statistics.assessment import PARTS
from noveto.statistics.figures import EMPTY
from noveto.statistics.model import Figure, Figures

WEIGHTS = rules().current.assessment


def refs(n: int, start: int = 0) -> tuple[Ref, ...]:
    return tuple(Ref(f"rsj-{start + number:04}") for number in range(n))


def group(name: str, registered: int, **pairs: tuple[int, int]) -> Group:
    """Figures by ``I7=(hits, n)``; ``X_audit`` stands for X.audit."""
    made: dict[str, Figure] = {"I1": Count(refs(registered))}
    for key, (hits, n) in pairs.items():
        made[key.replace("_", ".")] = Fraction(refs(hits), refs(n - hits, hits))
    whole = {**EMPTY, **made}
    return Group((name,), Figures(tuple(whole), whole.__getitem__), 0)


def test_a_score_with_every_part_worked_out_by_hand() -> None:
    (score,) = assess(
        [group("a", 10, I6=(10, 10), I7=(8, 10), I8=(1, 2), I11=(1, 2), I17=(1, 1), I12=(3, 4), X_audit=(2, 2),
               I4=(1, 2), I5=(6, 8), I18=(1, 4))],
        WEIGHTS, 5,
    )  # fmt: skip

    # 30·(1+0.8+0.5)/3 + 20·(0.5+1)/2 + 20·(0.75+1)/2 + 20·(0.5+0.75)/2 + 10·0.75
    assert score.score == pytest.approx(23 + 15 + 17.5 + 12.5 + 7.5)
    assert score.rank == 1
    assert {(lost.figure, round(lost.points, 4), len(lost.refs)) for lost in score.lost} == {
        ("I7", 2.0, 2), ("I8", 5.0, 1), ("I11", 5.0, 1), ("I12", 2.5, 1), ("I4", 5.0, 1), ("I5", 2.5, 2), ("I18", 2.5, 1),
    }  # fmt: skip
    (upheld,) = [lost for lost in score.lost if lost.figure == "I18"]
    assert upheld.refs == refs(1)


def test_few_registrations_get_no_score_and_no_rank() -> None:
    few, some = assess([group("few", 4, I7=(4, 4)), group("some", 5, I7=(1, 5))], WEIGHTS, 5)

    assert (few.score, few.rank, few.registered) == (None, None, 4)
    assert (round(some.score or 0, 6), some.rank) == (20, 1)


def test_no_vetoes_and_no_complaints_neither_gain_nor_lose() -> None:
    none, perfect = assess([group("none", 9, I7=(8, 10)), group("more", 90, I7=(80, 100))], WEIGHTS, 5)

    assert none.score == pytest.approx(perfect.score)
    assert none.rank == perfect.rank == 1
    assert [part.part for part in none.parts] == ["timeliness"]


def test_nothing_to_judge_is_no_score() -> None:
    (score,) = assess([group("a", 9)], WEIGHTS, 5)
    assert (score.score, score.rank, score.lost) == (None, None, ())


@given(
    st.dictionaries(
        st.sampled_from([name.replace(".", "_") for names in PARTS.values() for name in names]),
        st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        max_size=10,
    )
)
def test_score_and_lost_points_make_a_hundred(pairs: dict[str, tuple[int, int]]) -> None:
    (score,) = assess([group("a", 9, **pairs)], WEIGHTS, 5)
    if score.score is None:
        return
    assert 0 <= round(score.score, 9) <= 100
    assert score.score + sum(lost.points for lost in score.lost) == pytest.approx(100)
    assert sum(part.reached for part in score.parts) == pytest.approx(score.score)
    assert sum(part.possible for part in score.parts) == pytest.approx(100)


def test_ties_share_a_rank() -> None:
    one = group("a", 9, I7=(9, 10))
    scores = assess([one, replace(one, key=("b",)), group("c", 9, I7=(1, 10))], WEIGHTS, 5)
    assert [score.rank for score in scores] == [1, 1, 3]
