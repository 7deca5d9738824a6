"""One page an improvement: what is changed, because of which cases, how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from noveto import words
from noveto.site.casebuild import case_path
from noveto.site.data import SiteData
from noveto.site.listpages import Page
from noveto.site.moments import Teller
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.ledger import Record
    from noveto.records.model import Improvement


def improvement_path(name: str) -> str:
    """Return where an improvement's page lies: improvements/2026/<id>.html."""
    return f"improvements/{name.split('-')[1]}/{name}.html"


def improvement_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield one page an improvement (the index is part of 问题与改进)."""
    for record in data.ledger.records("improvement"):
        improvement = record.improvement
        if improvement.opened <= data.today:
            yield Page(
                improvement_path(improvement.id), "improvement", improvement.id, _improvement(data, renderer, record)
            )


def improvement_state(improvement: Improvement, today: date, data: SiteData) -> Said:
    """How an improvement stands: done, running, or past its target date."""
    steps = [entry.step for entry in improvement.log]
    if "effect" in steps:
        return words.outcome("已见效果", good=True)
    if "done" in steps:
        return words.outcome("已改，看效果", good=True)
    if "voided" in steps:
        return words.idle("作废")
    return words.mark(data.calendar, improvement.target_date, today)


def _improvement(data: SiteData, renderer: Renderer, record: Record) -> str:
    improvement = record.improvement
    teller = Teller(data.voc, "improvement")
    year = data.today.year
    cases = tuple(
        (
            Cell("", said=data.fact_row(data.facts[name][2]).status) if name in data.facts else Cell("—"),
            Cell(name, f"../../{case_path(name)}" if name in data.facts else ""),
            Cell(data.facts[name][2].matter if name in data.facts else "不在台账里"),
        )
        for name in improvement.cases
    )
    lines = tuple(
        (
            Cell(moment.at),
            Cell(moment.what, small="；".join(moment.said)),
            Cell(moment.who),
        )
        for moment in (teller.tell(entry, year=year) for entry in improvement.log)
    )
    unit = data.registry.unit_of(improvement.owner)
    facts = (
        (Cell("状态"), Cell("", said=improvement_state(improvement, data.today, data))),
        (Cell("改什么"), Cell(improvement.measure)),
        (Cell("原因认定"), Cell(data.voc.word("root_cause", improvement.root_cause, "improvement"))),
        (
            Cell("谁负责"),
            Cell(data.registry.party_name(improvement.owner), f"../../units/{unit}.html" if unit else ""),
        ),
        (Cell("立项"), Cell(words.short(improvement.opened, today=data.today, cal=data.calendar))),
        (Cell("完成期限"), Cell(words.short(improvement.target_date, today=data.today, cal=data.calendar))),
    )
    page = TablePage(
        title=improvement.id,
        lead=improvement.measure,
        crumbs=(("统计", "../../stats/month.html"), ("问题与改进", "../../stats/improvements.html")),
        blocks=(
            Block("", Table((("项", False), ("内容", False)), facts)),
            Block("从哪些件来", Table((("结果", False), ("编号", False), ("事项", False)), cases), f"{len(cases)} 件"),
            Block("进展", Table((("时间", False), ("做了什么", False), ("谁", False)), lines), empty="还没有进展。"),
        ),
    )
    return renderer.page("tables.html", root="../../", p=page)
