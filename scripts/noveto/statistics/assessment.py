"""评窗口: a weighted score with every lost point traced to the cases that cost it. Pure.

The weights are those of rules.yml (notice 五(四)); inside a part its figures count alike. A figure that has nothing to
judge is left out and its weight shared by the others in its part; so is a part without figures, so that nobody
gains or loses by few vetoes, few registrations, no complaints or no sample. The basis of vetoes counts as audited
(抽查), not as written. Below the small number there is no score and no rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from noveto.statistics.collector import Key
from noveto.statistics.figures import Group
from noveto.statistics.model import Figures, Ref

PARTS: Mapping[str, tuple[str, ...]] = {
    "timeliness": ("I6", "I7", "I8"),
    "filing": ("I11", "I17"),
    "quality": ("I12", "X.audit"),
    "result": ("I4", "I5"),
    "complaints": ("I18",),
}
"""The parts of the assessment with their figures."""

TITLES = {"timeliness": "按时", "filing": "报备", "quality": "告知和依据", "result": "结果", "complaints": "反映"}

INVERTED = frozenset({"I18"})
"""Figures of which fewer hits are better."""

FORMULA = (
    "得分 = 100 ×（各部分权重 × 得分率）之和 ÷ 有数可算的各部分权重之和；部分的得分率 = 其中各项率的平均"
    "（反映按“不属实”的率）；没有数的项和部分不参加计算。登记不足 5 件的不打分、不排名，只列件。"
    "登记少、否决少不加分。"
)


@dataclass(frozen=True, slots=True)
class Lost:
    """Points lost by one figure of one part, and the things that cost them (each the same share)."""

    part: str
    figure: str
    points: float
    refs: Sequence[Ref]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its weight, points reached out of ``possible`` (both on the scale of 100 after sharing out)."""

    part: str
    weight: int
    reached: float
    possible: float


@dataclass(frozen=True, slots=True)
class Score:
    """One assessed group. ``score`` and ``rank`` are None below the small number or with nothing to judge."""

    key: Key
    registered: int
    score: float | None
    rank: int | None
    parts: tuple[Part, ...]
    lost: tuple[Lost, ...]


def assess(groups: Iterable[Group], weights: Mapping[str, int], small: int) -> tuple[Score, ...]:
    """Return the scores of ``groups`` in their order; ties share a rank. Points are not rounded.

    The score plus all lost points is 100.
    """
    scores = [_score(group.key, group.figures, weights, small) for group in groups]
    ranked = sorted((round(item.score, 6) for item in scores if item.score is not None), reverse=True)
    return tuple(
        item
        if item.score is None
        else Score(item.key, item.registered, item.score, ranked.index(round(item.score, 6)) + 1, item.parts, item.lost)
        for item in scores
    )


def _score(key: Key, figures: Figures, weights: Mapping[str, int], small: int) -> Score:
    registered = figures.count("I1").n
    judged = {part: [name for name in names if figures.fraction(name).denominator] for part, names in PARTS.items()}
    whole = sum(weights.get(part, 0) for part, names in judged.items() if names)
    if registered < small or not whole:
        return Score(key, registered, None, None, (), ())
    parts: list[Part] = []
    lost: list[Lost] = []
    for part, names in judged.items():
        weight = weights.get(part, 0)
        if not names or not weight:
            continue
        possible = 100 * weight / whole
        gone = 0.0
        for name in names:
            found = figures.fraction(name)
            bad = found.hits if name in INVERTED else found.misses
            points = possible / len(names) * len(bad) / found.denominator
            if bad:
                lost.append(Lost(part, name, points, bad))
            gone += points
        parts.append(Part(part, weight, possible - gone, possible))
    score = 100 - sum(item.points for item in lost)
    return Score(key, registered, score, None, tuple(parts), tuple(lost))
