"""单位与窗口: the units by county with what is open there, and the page of each county."""

from __future__ import annotations

from collections.abc import Sequence

from noveto.site.data import SiteData
from noveto.site.listpages import Page, replied_cell
from noveto.site.opencases import OpenCase, count_buckets, dues_text
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Figure, PlacePage, Table, TablePage


def counties(data: SiteData) -> dict[str, list[str]]:
    """County codes with the ids of their units, in the registry's order; city bodies are left out."""
    found: dict[str, list[str]] = {}
    for key, unit in data.registry.units.items():
        if unit.county:
            found.setdefault(unit.county, []).append(key)
    return found


_COUNTY_CODES = {"贵池区": "341702", "东至县": "341721", "石台县": "341722", "青阳县": "341723"}


def county_file(county: str) -> str:
    """A county's file name: its administrative code, else its name in hexadecimal (paths are ASCII)."""
    return _COUNTY_CODES.get(county, county.encode().hex())


def figures_plain(cases: Sequence[OpenCase]) -> tuple[Figure, ...]:
    """Figures without pages of their own: the list stands below them."""
    counts = count_buckets(cases)
    dues = dues_text(cases)
    return (
        Figure("在办", str(len(cases)), "", "#nv-rows" if cases else ""),
        Figure("已超期", str(counts["late"]), "", "", "late" if counts["late"] else "", dues, "late"),
        Figure("今日到期", str(counts["today"]), "", "", "today" if counts["today"] else "", dues, "today"),
        Figure("下一工作日到期", str(counts["next"]), "", "", "", dues, "next"),
        Figure("中止", str(counts["stop"]), ""),
    )


def county_page(data: SiteData, renderer: Renderer, county: str) -> Page:
    """Return the page of a county: its units and their open cases."""
    units = counties(data)[county]
    cases = [case for case in data.open_cases if case.row.county == county]
    rows = tuple(_unit_cells(data, key, "../") for key in units)
    name = county
    page = PlacePage(
        name=name,
        lead=f"{len(units)} 个单位",
        figures=figures_plain(cases),
        cases=tuple(case.row for case in cases),
        empty=f"{name}现在没有在办的件。",
        blocks=(Block("单位", Table(_UNIT_HEAD, rows)),),
        crumbs=(("办件", "../../cases/open.html"), ("单位与窗口", "../index.html")),
    )
    return Page(
        f"units/c/{county_file(county)}.html", "unit-list", name, renderer.page("unit.html", root="../../", u=page)
    )


_UNIT_HEAD = (
    ("单位", False),
    ("在办", True),
    ("已超期", True),
    ("今日到期", True),
    ("近 30 天按时答复", True),
    ("电话", False),
)


def _unit_cells(data: SiteData, key: str, base: str) -> tuple[Cell, ...]:
    unit = data.registry.units[key]
    cases = data.open_of_unit.get(key, [])
    counts = count_buckets(cases)
    dues = dues_text(cases)
    replied = data.replied.get(key)
    return (
        Cell(unit.name, f"{base}{key}.html"),
        Cell(str(len(cases)), f"{base}{key}.html#nv-rows"),
        Cell(str(counts["late"]), f"{base}{key}/late.html", "late" if counts["late"] else "", dues, "late"),
        Cell(str(counts["today"]), f"{base}{key}/today.html", "today" if counts["today"] else "", dues, "today"),
        replied_cell(replied, f"{base}{key}/replied.html"),
        Cell(unit.phone or "—"),
    )


def index_page(data: SiteData, renderer: Renderer) -> Page:
    """Return 单位与窗口: units by county, and the halls."""
    blocks: list[Block] = []
    by_level: dict[str, list[str]] = {}
    for key, unit in data.registry.units.items():
        by_level.setdefault("" if unit.county else unit.level, []).append(key)
    city = by_level.get("city", []) + by_level.get("park", [])
    blocks.append(
        Block("市直单位", Table(_UNIT_HEAD, tuple(_unit_cells(data, key, "") for key in city)), id="nv-units")
    )
    for county, units in counties(data).items():
        table = Table(_UNIT_HEAD, tuple(_unit_cells(data, key, "") for key in units))
        blocks.append(Block(county, table, anchor=f"c-{county_file(county)}"))
    halls = tuple(
        (
            Cell(hall.name, f"h/{key}.html"),
            Cell(str(sum(1 for case in data.open_cases if case.row.hall == key)), f"h/{key}.html#nv-rows"),
            Cell(hall.address or "—"),
            Cell(hall.hours or "—"),
            Cell(hall.phone or "—"),
        )
        for key, hall in data.registry.halls.items()
    )
    head = (("大厅", False), ("在办", True), ("地址", False), ("时间", False), ("电话", False))
    blocks.append(Block("大厅", Table(head, halls), anchor="halls"))
    page = TablePage(
        title="单位与窗口",
        lead="，".join(
            (
                f"{len(data.registry.units)} 个单位",
                f"{len(data.registry.halls)} 个大厅",
                f"{len(data.registry.windows)} 个窗口",
            )
        ),
        blocks=tuple(blocks),
        links=tuple((county, f"c/{county_file(county)}.html") for county in counties(data)),
    )
    return Page("units/index.html", "units", "单位与窗口", renderer.page("tables.html", root="../", p=page))
