"""指路: which window for a matter, whom to telephone, and one page a matter with what became of its cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from noveto import words
from noveto.site.data import SiteData
from noveto.site.facts import Facts
from noveto.site.listpages import Page, plain_list
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Slip, Table, TablePage


def matter_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield 找窗口, 导办台与电话, and one page a matter with what became of its cases."""
    by_matter: dict[str, list[Any]] = defaultdict(list)
    for row in data.rows:
        if row.matter_id:
            by_matter[row.matter_id].append(row)
    rows = []
    for key, matter in data.registry.matters.items():
        windows = [data.registry.windows[name] for name in matter.windows if name in data.registry.windows]
        first = windows[0] if windows else None
        unit = data.registry.units.get(matter.unit)
        phone = matter.phone or (first.phone if first else "") or (unit.phone if unit else "")
        hall = data.registry.halls.get(first.hall) if first else None
        rows.append(
            (
                Cell(matter.name, f"{key}.html#slip"),
                Cell(phone or "—", css="ph"),
                Cell("、".join(window.name for window in windows) or "—", small=hall.name if hall else ""),
                Cell(data.voc.unit_short(matter.unit), f"../units/{matter.unit}.html", css="d"),
                Cell(data.voc.word("matter.category", matter.category), css="d"),
                Cell("", small=matter.hours or (hall.hours if hall else "") or "—"),
            )
        )
        cases = by_matter.get(key, [])
        results = Counter(words.result_words(row.result, row.path) for row in cases if row.result)
        told = "，".join(f"{name} {number} 件" for name, number in results.most_common())
        slip = Slip(
            matter.name,
            data.voc.unit(matter.unit),
            "、".join(window.name for window in windows),
            "，".join(part for part in (hall.name, hall.address) if part) if hall else "",
            matter.hours or (hall.hours if hall else ""),
            phone,
            matter.guide,
            data.registry.public_phone("guide_desk", hall.id if hall else "", data.today),
        )
        lead = f"以前办过：{told}。" if told else ""
        body = partial(_matter, data, renderer, slip, lead, cases)
        yield Page(f"matters/{key}.html", "matter", matter.name, body, f"{lead} {data.key_of(cases)}")
    head = tuple((label, False) for label in ("事项", "电话", "窗口", "单位", "类别", "时间"))
    guide_phone = data.registry.office.guide_desk_phone or "综合导办台"
    page = TablePage(
        title="找窗口",
        lead="打两个字就出来：事项、单位、窗口、类别都可以。点事项，打印给来人带走的小条。",
        finder="事项、单位、窗口，例如：社保",
        finder_table="nv-matters",
        finder_none=(
            ("别说“不知道”：", ""),
            ("登记为咨询，交综合导办台找", "../cases/new.html"),
            (f" 或打 {guide_phone}。", ""),
        ),
        blocks=(Block("", Table(head, tuple(rows)), id="nv-matters"),),
        links=(("登记为咨询", "../cases/new.html"), ("导办台与电话", "phones.html")),
    )
    yield Page("matters/index.html", "matters", "找窗口", renderer.page("tables.html", root="../", p=page))
    yield _phones(data, renderer)


def _matter(data: SiteData, renderer: Renderer, slip: Slip, lead: str, cases: Sequence[Facts]) -> str:
    """Return the page of a matter: the slip for the visitor, what became of its cases, and they."""
    body = plain_list(data, renderer, slip.matter, cases, crumbs=(("指路", "index.html"),), root="../")
    told = f"<p>{renderer.text(lead)}</p>" if lead else ""
    return body.replace("</h1>", f"</h1>{renderer.page('slip.html', root='../', slip=slip)}{told}", 1)


def _phones(data: SiteData, renderer: Renderer) -> Page:
    office = data.registry.office
    bodies = [
        ("综合导办台", office.guide_desk_phone),
        (office.yingshangban.name or "市营商办", office.yingshangban.phone),
        ("管理员", office.help_phone),
    ]
    halls = tuple(
        (
            Cell(hall.name, f"../units/h/{key}.html"),
            Cell(hall.phone or "—"),
            Cell(hall.address or "—"),
            Cell(hall.hours or "—"),
        )
        for key, hall in data.registry.halls.items()
    )
    units = tuple(
        (
            Cell(unit.name, f"../units/{key}.html"),
            Cell(unit.phone or "—"),
            Cell("、".join(f"{w.name} {w.phone}" for w in data.registry.windows_of.get(key, ()) if w.phone) or "—"),
        )
        for key, unit in data.registry.units.items()
        if unit.ends is None or unit.ends >= data.today
    )
    page = TablePage(
        title="导办台与电话",
        lead="不知道找谁，先打综合导办台。",
        finder="单位或窗口，例如：公积金",
        finder_table="nv-phones",
        finder_none=((f"少写两个字试试，或打综合导办台 {office.guide_desk_phone}。", ""), ("找窗口", "index.html")),
        blocks=(
            Block(
                "先打这几个",
                Table(
                    (("谁", False), ("电话", False)),
                    tuple((Cell(name), Cell(phone, css="ph")) for name, phone in bodies if phone),
                ),
            ),
            Block("大厅", Table((("大厅", False), ("电话", False), ("地址", False), ("时间", False)), halls)),
            Block("单位", Table((("单位", False), ("电话", False), ("窗口", False)), units), id="nv-phones"),
        ),
    )
    return Page("matters/phones.html", "phones", "导办台与电话", renderer.page("tables.html", root="../", p=page))
