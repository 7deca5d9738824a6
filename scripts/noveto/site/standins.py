"""我的待办 and 登记新件 where there is no desk: choose your unit, and how to register a case."""

from __future__ import annotations

from collections.abc import Iterator

from noveto import words
from noveto.calendar import limit
from noveto.site.data import SiteData
from noveto.site.listpages import Page
from noveto.site.opencases import count_buckets
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Table, TablePage


def desk_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield the pages that stand in for the desk: choose your unit, and how to register a case."""
    rows = []
    for key, unit in data.registry.units.items():
        if unit.ends is not None and unit.ends < data.today:
            continue
        counts = count_buckets(data.open_of_unit.get(key, []))
        asked = len(data.asked_of_unit.get(key, []))
        rows.append(
            (
                Cell(unit.name, f"units/{key}.html"),
                Cell(str(counts["all"]), f"units/{key}.html#nv-rows"),
                Cell(str(counts["late"]), f"units/{key}/late.html", "late" if counts["late"] else ""),
                Cell(str(counts["today"]), f"units/{key}/today.html", "today" if counts["today"] else ""),
                Cell(str(asked), f"units/{key}.html#nv-asked"),
            )
        )
    head = (("单位", False), ("在办", True), ("已超期", True), ("今日到期", True), ("请我局回复", True))
    page = TablePage(
        title="我的待办",
        lead="点您的单位，这台电脑会记住；下次点“我的待办”直接到您单位。每个人自己的待办在办件台。",
        finder="单位，例如：人社",
        finder_table="nv-mine",
        finder_none=((f"少写两个字试试，或打管理员电话 {data.registry.office.help_phone}。", ""),),
        blocks=(Block("", Table(head, tuple(rows)), id="nv-mine"),),
    )
    yield Page("mine.html", "mine", "我的待办", renderer.page("tables.html", root="", p=page))
    limits = data.rules.for_day(data.today).limits
    promises = []
    for track, name in words.TRACKS.items():
        rule = limits[f"reply.{track}"]
        due = limit(data.calendar, data.today, rule.days, calendar_days=rule.calendar_days).due
        if due is not None:
            told = words.promise(due, today=data.today)
            promises.append((f"{name}事项", rule.days, told))
    body = renderer.page("new.html", root="../", promises=promises, desk_url="/desk/new" if data.desk else "")
    yield Page("cases/new.html", "new", "登记新件", body)
