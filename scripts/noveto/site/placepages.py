"""Units, windows, halls, counties: whose cases they are, who works there, what others ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from noveto.site.countypages import counties, county_page, figures_plain, index_page
from noveto.site.data import SiteData
from noveto.site.listpages import CHIPS, Page, plain_list, replied_cell, row_list
from noveto.site.opencases import OpenCase, count_buckets, dues_text, in_bucket
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Figure, PlacePage, Table
from noveto.statistics import Fraction

if TYPE_CHECKING:
    from noveto.records.registry import Unit

ROLES = {
    "clerk": "窗口人员",
    "head": "窗口负责人",
    "leader": "单位领导",
    "supervisor": "中心督查",
    "analyst": "局里分析",
    "admin": "管理员",
}
LEVELS = {"city": "市直", "county": "县区", "park": "园区"}
WINDOW_KINDS = {"unit": "单位窗口", "comprehensive": "综合窗口", "guide_desk": "导办台", "banbucheng": "办不成事窗口"}


def place_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield 单位与窗口 and the page of every unit, window, hall and county, with the lists behind their numbers."""
    yield index_page(data, renderer)
    for key in data.registry.units:
        yield from _unit(data, renderer, key)
    for key in data.registry.windows:
        yield _window(data, renderer, key)
    for key in data.registry.halls:
        yield _hall(data, renderer, key)
    for county in counties(data):
        yield county_page(data, renderer, county)


def _figures(cases: Sequence[OpenCase], replied: Fraction | None, base: str, here: str) -> tuple[Figure, ...]:
    counts = count_buckets(cases)
    dues = dues_text(cases)
    on_time = replied_cell(replied, f"{base}/replied.html")
    return (
        Figure("在办", str(len(cases)), "点下面的行看件" if cases else "", here if cases else ""),
        *(
            Figure(
                name, str(counts[key]), note if counts[key] else "没有", f"{base}/{key}.html",
                key if counts[key] else "", dues, key, (note, "没有"),
            )
            for key, name, note in (("late", "已超期", "今天就要有说法"), ("today", "今日到期", "下班前须答复"))
        ),
        Figure("下一工作日到期", str(counts["next"]), "", f"{base}/next.html", "", dues, "next"),
        Figure("近 30 天按时答复", on_time.text, "近 30 天登记、该答复的", on_time.url),
    )  # fmt: skip


def _unit(data: SiteData, renderer: Renderer, key: str) -> Iterator[Page]:
    unit = data.registry.units[key]
    cases = data.open_of_unit.get(key, [])
    replied = data.replied.get(key)
    asked = tuple(case.row for case in data.asked_of_unit.get(key, []))
    page = PlacePage(
        name=unit.name,
        lead=_unit_lead(data, unit),
        figures=_figures(cases, replied, key, "#nv-rows"),
        cases=tuple(case.row for case in cases),
        empty=f"{unit.short}现在没有在办的件。",
        asked=asked,
        tags=(LEVELS.get(unit.level, unit.level),),
        blocks=tuple(_unit_blocks(data, unit)),
        links=(
            ("本单位全部的件", f"../cases/search.html?unit={key}"),
            ("本单位细则", "../guide/procedures.html" + (f"#{key}" if _current(unit, data) else "")),
            ("到期日历 .ics", f"../api/v1/ics/{key}.ics"),
        ),
        crumbs=(("办件", "../cases/open.html"), ("单位与窗口", "index.html")),
    )
    yield Page(f"units/{key}.html", "unit", unit.name, renderer.page("unit.html", root="../", u=page))
    crumbs = (("单位与窗口", "../index.html"), (unit.short, f"../{key}.html"))
    for chip, _, _, title in CHIPS[1:4]:
        rows = tuple(case.row for case in cases if in_bucket(case, chip))
        none, live = f"{unit.short}没有这样的件。", f"state={chip}&unit={key}"
        body = row_list(renderer, f"{unit.short}：{title}", rows, crumbs=crumbs, empty=none, live=live)
        yield Page(f"units/{key}/{chip}.html", "unit-list", f"{unit.short}：{title}", body)
    if replied:
        title = f"{unit.short}：近 30 天该答复的件"
        listed = data.rows_of(replied.refs)
        made = partial(plain_list, data, renderer, title, listed, crumbs=crumbs)
        yield Page(f"units/{key}/replied.html", "unit-list", title, made, data.key_of(listed))


def _current(unit: Unit, data: SiteData) -> bool:
    return unit.ends is None or unit.ends >= data.today


def _unit_lead(data: SiteData, unit: Unit) -> str:
    parts = [f"电话 {unit.phone}" if unit.phone else "", f"快速请示：{unit.channel}" if unit.channel else ""]
    if unit.deputies:
        parts.append("B 岗：" + "、".join(data.voc.person(key) for key in unit.deputies))
    if unit.ends is not None:
        name = data.voc.unit(unit.successor) if unit.successor else ""
        parts.append(f"到 {unit.ends.isoformat()} 为止" + (f"，由{name}接替" if name else ""))
    return " · ".join(part for part in parts if part) or "登记册里还没有写电话"


def _unit_blocks(data: SiteData, unit: Unit) -> Iterator[Block]:
    windows = data.registry.windows_of.get(unit.id, ())
    if windows:
        rows = tuple(
            (
                Cell(window.name, f"w/{window.id}.html"),
                Cell(data.registry.halls[window.hall].name if window.hall in data.registry.halls else "—"),
                Cell(window.phone or "—"),
                Cell(WINDOW_KINDS.get(window.kind, window.kind)),
            )
            for window in windows
        )
        yield Block("窗口", Table((("窗口", False), ("大厅", False), ("电话", False), ("类型", False)), rows))
    people = [
        person for person in data.registry.staff_of.get(unit.id, ()) if data.registry.staff.valid(person.id, data.today)
    ]
    if people:
        staff = tuple(
            (
                Cell(person.name),
                Cell(ROLES.get(person.role, person.role)),
                Cell("、".join(data.voc.window(key) for key in person.windows) or "—"),
                Cell(person.ext or "—"),
                Cell("、".join(data.voc.person(item) for item in person.deputies_on(data.today)) or "—"),
            )
            for person in people
        )
        head = (("姓名", False), ("职责", False), ("窗口", False), ("内线", False), ("B 岗", False))
        yield Block("人员", Table(head, staff))


def _window(data: SiteData, renderer: Renderer, key: str) -> Page:
    window = data.registry.windows[key]
    cases = [case for case in data.open_cases if case.found.case.window == key]
    hall = data.registry.halls.get(window.hall)
    lead = " · ".join(
        part
        for part in (
            hall.name if hall else "",
            f"电话 {window.phone}" if window.phone else "",
            hall.hours if hall else "",
        )
        if part
    )
    matters = [matter for matter in data.registry.matters.values() if key in matter.windows]
    blocks = (
        Block(
            "办哪些事",
            Table(
                (("事项", False), ("类别", False)),
                tuple(
                    (Cell(matter.name, f"../../matters/{matter.id}.html"), Cell(_category(data, matter.category)))
                    for matter in matters
                ),
            ),
        ),
    )
    page = PlacePage(
        name=window.name,
        lead=lead or "登记册里还没有写电话",
        figures=figures_plain(cases),
        cases=tuple(case.row for case in cases),
        empty="本窗口现在没有在办的件。",
        tags=(WINDOW_KINDS.get(window.kind, window.kind),),
        blocks=blocks if matters else (),
        links=(("本窗口全部的件", f"../../cases/search.html?window={key}"),),
        crumbs=(("单位与窗口", "../index.html"), (data.voc.unit_short(window.unit), f"../{window.unit}.html")),
    )
    return Page(f"units/w/{key}.html", "unit-list", window.name, renderer.page("unit.html", root="../../", u=page))


def _category(data: SiteData, code: str) -> str:
    return data.voc.word("matter.category", code)


def _hall(data: SiteData, renderer: Renderer, key: str) -> Page:
    hall = data.registry.halls[key]
    cases = [case for case in data.open_cases if case.row.hall == key]
    windows = [window for window in data.registry.windows.values() if window.hall == key]
    rows = tuple(
        (
            Cell(window.name, f"../w/{window.id}.html"),
            Cell(data.voc.unit_short(window.unit), f"../{window.unit}.html"),
            Cell(window.phone or "—"),
        )
        for window in windows
    )
    lead = " · ".join(part for part in (hall.address, hall.hours, f"电话 {hall.phone}" if hall.phone else "") if part)
    page = PlacePage(
        name=hall.name,
        lead=lead or "登记册里还没有写地址",
        figures=figures_plain(cases),
        cases=tuple(case.row for case in cases),
        empty="本大厅现在没有在办的件。",
        blocks=(Block("窗口", Table((("窗口", False), ("单位", False), ("电话", False)), rows)),),
        links=(("在办与超期，只看本大厅", f"../../cases/open.html?hall={key}"),),
        crumbs=(("办件", "../../cases/open.html"), ("单位与窗口", "../index.html")),
    )
    return Page(f"units/h/{key}.html", "unit-list", hall.name, renderer.page("unit.html", root="../../", u=page))
