"""Figures as flat lines, one a group and figure: what json, csv, xlsx and tables are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from noveto.statistics.catalogue import INDICATORS
from noveto.statistics.collector import Key
from noveto.statistics.figures import Statistics
from noveto.statistics.indicator import Indicator
from noveto.statistics.model import Count, Figure, Fraction, Spread

TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of one group; ``key`` () is the total.

    ``numerator`` is the count, the hits or the number of lengths; ``denominator`` None for anything but fractions.
    Rates are shares of 1 and None below the small number; lengths are working days. None also stands for what may not
    be shown, which ``hidden`` tells.
    """

    key: Key
    indicator: Indicator
    numerator: int | None
    denominator: int | None = None
    left_out: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    ninetieth: int | None = None
    quarantined: int | None = None
    hidden: bool = False

    def text(self) -> str:
        """Return the number as it is read: 46, 38 / 44, 2 日."""
        if self.hidden and self.numerator is None and self.denominator is None:
            return "少于 5 件，不公开"
        if self.indicator.kind == "count":
            return str(self.numerator)
        if self.indicator.kind == "fraction":
            return f"{'–' if self.numerator is None else self.numerator} / {self.denominator}"
        if self.median is None:
            return "–"
        return f"中位 {self.median:g} 日，九成 {self.ninetieth} 日内（{self.numerator} 次）"

    def share(self) -> str:
        """Return the rate with its interval in words, "" where there is none."""
        if self.rate is None or self.low is None or self.high is None:
            return ""
        return f"{percent(self.rate)}（可信范围 {percent(self.low)} 至 {percent(self.high)}）"

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        found: dict[str, Any] = {"key": self.indicator.key, "name": self.indicator.name, "kind": self.indicator.kind}
        if self.indicator.kind == "fraction":
            found |= {"numerator": self.numerator, "denominator": self.denominator, "left_out": self.left_out}
            found |= {"rate": rounded(self.rate), "low": rounded(self.low), "high": rounded(self.high)}
        else:
            found |= {"n": self.numerator}
        if self.indicator.kind == "spread":
            found |= {"left_out": self.left_out, "median": self.median, "ninetieth": self.ninetieth}
        if self.hidden:
            found["hidden"] = True
        return found


def percent(value: float) -> str:
    """Return 86 % (rounded half up; 100 % and 0 % only when exact)."""
    shown = int(value * 100 + 0.5)
    if shown in (0, 100) and value not in (0, 1):
        return f"{value * 100:.1f} %" if 0.0005 <= value < 0.9995 else ("不到 0.1 %" if value < 0.5 else "99.9 % 以上")
    return f"{shown} %"


def rounded(value: float | None) -> float | None:
    """Return a share to six digits: enough for anybody, and never as long as an identity number."""
    return None if value is None else round(value, 6)


def line(key: Key, indicator: Indicator, figure: Figure, small: int, quarantined: int | None) -> Line:
    """Return the line of one figure."""
    if isinstance(figure, Fraction):
        low, high = figure.interval(small) or (None, None)
        return Line(
            key, indicator, figure.numerator, figure.denominator, len(figure.left_out), figure.rate(small), low, high,
            quarantined=quarantined,
        )  # fmt: skip
    if isinstance(figure, Spread):
        return Line(
            key, indicator, figure.n, None, len(figure.left_out), median=figure.median, ninetieth=figure.ninetieth,
            quarantined=quarantined,
        )  # fmt: skip
    return Line(key, indicator, figure.n, quarantined=quarantined)


def lines(found: Statistics, *, filled: bool = False) -> Iterator[Line]:
    """Yield the lines of every group in order, then those of the total; with ``filled`` groups skip empty ones."""
    for group in found.groups:
        for indicator in INDICATORS:
            figure = group.figures[indicator.key]
            if not filled or figure.n or (not isinstance(figure, Count) and figure.left_out):
                yield line(group.key, indicator, figure, found.small, group.quarantined)
    for indicator in INDICATORS:
        yield line((), indicator, found.total[indicator.key], found.small, len(found.held))
