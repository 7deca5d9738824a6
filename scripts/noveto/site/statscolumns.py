"""What the pages of the statistics have in common: columns, limits of lists, small charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from noveto.site import charts
from noveto.site.statslists import number
from noveto.statistics import BY_KEY, INDICATORS, Count, Figures
from noveto.statistics.catalogue import ATTRIBUTION, GUARDS
from noveto.statistics.labels import Labels
from noveto.statistics.model import Figure as AnyFigure
from noveto.statistics.periods import Period

COLUMNS = (
    ("I1", "登记"),
    ("I2", "提出否决"),
    ("I4", "改为办理"),
    ("I5", "办成"),
    ("I6", "按时提交研究"),
    ("I7", "按时答复"),
    ("I9", "自然日口径"),
    ("I10", "用时中位"),
    ("I22", "补录"),
)
"""Columns of the tables by unit; the small heading of 按时答复 counts working days."""

GROUP_LISTS = (*(key for key, _ in COLUMNS), "I8", "I11", "I12", "I14", "I15")
"""Lists of a unit's or county's page of a period."""

TOP = ("I1", "I2", "I4", "I7", "I15")
"""Figures on top of a period's page."""

OWN = 40
"""Lists longer than this get a page of their own, as do those of the columns and the top; the others share one."""

OTHERS = "others"
MOST = {"month": 1000, "quarter": 300, "year": 300}
"""The longest list that gets a page. A longer one is reached through the units or, of quarters and years, months."""


def numbers(figures: Figures, small: int) -> dict[str, str]:
    """Return the figures of the columns and of the top as they are read."""
    keys = dict.fromkeys((*TOP, *(key for key, _ in COLUMNS)))
    return {key: number(BY_KEY[key], figures[key], small) for key in keys}


def shown(figures: Figures, key: str) -> AnyFigure:
    """Return what a column shows: of late entries only those entered late."""
    return Count(figures.fraction(key).hits) if key == "I22" else figures[key]


def place(name: str, rows: int) -> str:
    """Return where a list of the whole stands: a page of its own, or a part of the page they share."""
    own = rows > OWN or name in (*TOP, *(key for key, _ in COLUMNS), "I22-hit", "late")
    return f"{name}.html" if own else f"{OTHERS}.html#{name}"


def reason_list(code: str) -> str:
    """Return the name of the list of a reason's cases."""
    return f"reason-{code}"


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return codes with their counts, most frequent first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def reason_counts(labels: Labels, counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return reasons in words with their counts, most frequent first."""
    return tuple((labels.of("reason", code), count) for code, count in ranked(counts))


def reason_bars(rows: Sequence[tuple[str, int]], title: str, urls: Sequence[str], shown: int = 8) -> str:
    """Return the bars of the most frequent reasons, the table of all with their lists behind them."""
    if not rows:
        return ""
    rest = sum(count for _, count in rows[shown:])
    head = [*rows[:shown], (f"其余 {len(rows) - shown} 类", rest)] if rest else list(rows)
    return charts.with_table(charts.bars(head, title=title, rest=rest > 0), ("卡在哪里", "件"), rows, urls=urls)


def trend(months: Sequence[tuple[Period, Figures]], title: str, *, year: bool = True) -> str:
    """Return registrations and vetoes by month as two lines with their table."""
    labels = [f"{of.first.year % 100}-{of.first.month:02d}" if year else f"{of.first.month} 月" for of, _ in months]
    made = [figures.count("I1").n for _, figures in months]
    vetoes = [figures.count("I2").n for _, figures in months]
    svg = charts.lines(labels, (("登记", made), ("提出否决", vetoes)), title=title)
    return charts.with_table(svg, ("月", "登记", "提出否决"), list(zip(labels, made, vetoes, strict=True)))


TERMS = (
    *((f"{item.name}（{item.key}）", item.formula + (f"（{item.cite}）" if item.cite else ""), f"t-{item.key}")
      for item in INDICATORS),
    ("算在哪一期", ATTRIBUTION, "t-period"),
    ("件数少的时候", GUARDS, "t-small"),
)  # fmt: skip
"""口径说明: name, formula with its article, anchor."""

MAIN_TERMS = frozenset(
    (*(f"t-{key}" for key in dict.fromkeys((*TOP, *(key for key, _ in COLUMNS)))), "t-period", "t-small")
)
"""Anchors of the terms that stand open; the others are folded away."""


def short_name(of: Period) -> str:
    """Return what a period is called beside others: 10 月, 2026 年 3 季度."""
    return {"month": f"{of.first.month} 月", "quarter": f"{of.first.year} 年 {of.key[-1]} 季度"}.get(of.kind, of.name)


def span_words(of: Period) -> str:
    """Return first and last day: 10 月 1 日至 31 日."""
    first, last = of.first, of.last
    tail = f"{last.day} 日" if of.kind == "month" else f"{last.month} 月 {last.day} 日"
    return f"{first.month} 月 {first.day} 日至 {tail}"
