"""季报年报: all periods in one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noveto.site import charts
from noveto.site.listpages import Page
from noveto.site.statscolumns import COLUMNS
from noveto.site.statshtml import table
from noveto.site.statslists import Lists
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.statistics.periods import Period

State = Mapping[str, Mapping[str, Any]]


def overview_page(
    lists: Lists, state: State, months: Sequence[Period], quarters: Sequence[Period], years: Sequence[Period]
) -> Page:
    """Return 季报年报: every year, quarter and month with its numbers."""
    blocks = (
        Block("年", _table(state, years), "点年看年报", anchor="years"),
        Block("季度", _table(state, quarters), "点季度看季报", anchor="quarters"),
        Block("月", _table(state, months), "更早的月在季报、年报里", anchor="months"),
        Block("近 24 个月", Table((), ()), "虚线是提出否决", chart=_lines(state, months), anchor="trend"),
        Block(
            "按时答复",
            Table((), ()),
            "实线是该答复的，虚线是其中按时的",
            chart=_replies(state, months),
            anchor="replied",
        ),
    )
    view = TablePage(
        title="季报年报",
        lead="按登记那天归期；还没到期又没有办结的不进比率。每个数怎么算，见各期最后的口径说明。",
        blocks=blocks,
    )
    body = lists.renderer.page("statsblocks.html", root="../", p=view, table=table)
    return Page("stats/periods.html", "periods", "季报年报", body)


def _table(state: State, periods: Sequence[Period]) -> Table:
    rows = []
    for of in reversed(periods):
        told = state[of.key]
        cells = [
            Cell(told["shown"][key] if key != "I22" else told["late"],
                 f"{of.key}/{'I22-hit' if key == 'I22' else key}.html" if key in told["linked"] else "")
            for key, _ in COLUMNS
        ]  # fmt: skip
        rows.append((Cell(of.name, f"{of.key}.html"), *cells))
    return Table((("期间", False), *((name, True) for _, name in COLUMNS)), tuple(rows))


def _lines(state: State, months: Sequence[Period]) -> str:
    return _chart(state, months, ("登记", "提出否决"), (0, 1), "近 24 个月登记和提出否决")


def _replies(state: State, months: Sequence[Period]) -> str:
    return _chart(state, months, ("该答复", "按时答复"), (3, 2), "近 24 个月该答复的和按时答复的")


def _chart(
    state: State, months: Sequence[Period], names: tuple[str, str], at: tuple[int, int], title: str
) -> str:  # fmt: skip
    labels = [f"{of.first.year % 100}-{of.first.month:02d}" for of in months]
    one, two = ([int(state[of.key]["chart"][place]) for of in months] for place in at)
    svg = charts.lines(labels, ((names[0], one), (names[1], two)), title=title)
    return charts.with_table(svg, ("月", *names), list(zip(labels, one, two, strict=True)))
