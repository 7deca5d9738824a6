"""季报年报 and 抽查: all periods in one page; a sample of vetoes anybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from noveto.site import charts
from noveto.site.listpages import Page
from noveto.site.statshtml import list_page, table
from noveto.site.statslists import Lists
from noveto.site.statspages import COLUMNS, MOST
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.statistics import Ref
from noveto.statistics.groups import time_key
from noveto.statistics.periods import Period, period

SAMPLE = 3
"""So many vetoes of each unit are drawn."""

State = Mapping[str, Mapping[str, Any]]


def overview_page(
    lists: Lists, state: State, months: Sequence[Period], quarters: Sequence[Period], years: Sequence[Period]
) -> Page:
    """Return 季报年报: every year, quarter and month with its numbers."""
    blocks = (
        Block("近 24 个月", Table((), ()), "虚线是提出否决", chart=_lines(state, months)),
        Block("按时答复", Table((), ()), "实线是该答复的，虚线是其中按时的", chart=_replies(state, months)),
        Block("年", _table(state, years), "点年看年报", anchor="years"),
        Block("季度", _table(state, quarters), "点季度看季报", anchor="quarters"),
        Block("月", _table(state, months), "更早的月在季报、年报里", anchor="months"),
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


# -- 抽查 ------------------------------------------------------------------------------------------------------


def sample_pages(lists: Lists, today: date) -> Iterator[Page]:
    """Yield 抽查: what can be done today, what cannot, and a sample of last quarter's vetoes."""
    of = period(time_key(today.toordinal(), "quarter")).before
    drawn = draw(lists, of)
    rows = []
    for unit, (pool, refs) in drawn.items():
        whole = Cell(str(pool), f"{of.key}/{unit}.html#I2" if pool <= MOST[of.kind] else "")
        rows.append((Cell(lists.data.voc.unit(unit)), whole, Cell(str(len(refs)), f"sample/cases.html#{unit}")))
    view = TablePage(
        title="抽查",
        lead="看“依据站不站得住”：每个单位抽几件提出过否决的，读一读依据和理由。",
        blocks=(
            Block("现在能做什么", Table((), ()), text=(
                f"下面是 {of.name}提出过否决的件，每个单位抽 {SAMPLE} 件（不够的全抽）。抽法：把“{of.key}”和编号"
                "连起来算 SHA-256，小的先抽。种子就是季度的名字，谁来抽都是这几件，事先也挑不了。"
            )),
            Block("现在还不能做什么", Table((), ()), text=(
                "评查的结论（站得住、站不住，为什么）、第二人复核和评查材料包，系统还没有地方登记，也没有算进评窗口的分。"
                "请先写在纸质评查表上；评窗口里“依据”一项，只看写没写已公布的依据，不看写得对不对。"
            )),
            Block(f"{of.name}抽到的件", Table((("单位", False), ("提出过否决", True), ("抽到", True)), tuple(rows)),
                  f"种子 {of.key}", anchor="drawn", empty=f"{of.name}没有提出过否决的件。"),
        ),
    )  # fmt: skip
    body = lists.renderer.page("statsblocks.html", root="../", p=view, table=table)
    yield Page("stats/sample.html", "sample", "抽查", body)
    if drawn:
        found = [
            lists.refs(unit, lists.data.voc.unit(unit), refs, f"从 {pool} 件里抽")
            for unit, (pool, refs) in drawn.items()
        ]
        crumbs = (("统计", "../month.html"), ("抽查", "../sample.html"))
        body = list_page(f"{of.name}抽到的件", found, crumbs=crumbs, lead=f"种子 {of.key}。点编号看依据和理由。")
        yield Page("stats/sample/cases.html", "period-list", f"{of.name}抽到的件", body)


def draw(lists: Lists, of: Period) -> dict[str, tuple[int, list[Ref]]]:
    """Return for each unit how many vetoes there were and which were drawn; the same on every machine."""
    pools: dict[str, list[str]] = {}
    for head in lists.book.between(of.first, of.last):
        found = lists.data.facts.get(head.id)
        if found is not None and found[2].vetoes:
            pools.setdefault(head.unit, []).append(head.id)
    order = [unit for unit in lists.data.registry.units if unit in pools]
    order += sorted(pools.keys() - set(order))
    return {unit: (len(pools[unit]), [Ref(name) for name in _drawn(of.key, pools[unit])]) for unit in order}


def _drawn(seed: str, names: Sequence[str]) -> list[str]:
    return sorted(sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:SAMPLE])
