"""Home, 在办与超期 and its parts: what is late, whose it is, and for every number the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from noveto import words
from noveto.site.data import SiteData
from noveto.site.facts import Facts
from noveto.site.opencases import OpenCase, count_buckets, dues_text, in_bucket
from noveto.site.render import Renderer
from noveto.site.views import CaseRow, Cell, Chip, Choice, Figure, Home, OpenList, UnitLine
from noveto.statistics import Fraction

CHIPS = (
    ("all", "全部", "", "在办与超期"),
    ("late", "已超期", "st-late", "已超期"),
    ("today", "今日到期", "st-today", "今日到期"),
    ("next", "下一工作日", "st-soon", "下一工作日到期"),
    ("mark", "该催了", "st-soon st-mark", "该催了（内控，不计超期）"),
    ("stop", "中止", "st-stop", "中止"),
    ("prov", "暂定", "", "到期日暂定"),
)

_EMPTY = {
    "all": "现在没有在办的件。",
    "late": "没有超期的件。",
    "today": "今天没有到期的件。",
    "next": "下一个工作日没有到期的件。",
    "mark": "没有该催的。",
    "stop": "没有中止的件。",
    "prov": "没有暂定的到期日。",
}


class Page(NamedTuple):
    """One page to write: where, in which shell, its title and body.

    A ``body`` that is made on demand has a ``key``, which stands for everything the body depends on besides
    calendar, rules, schemas, registry, code and the day.
    """

    path: str
    shell: str
    title: str
    body: str | Callable[[], str]
    key: str = ""


def home_page(data: SiteData, renderer: Renderer) -> Page:
    """Return the home page."""
    cases = data.open_cases
    counts = count_buckets(cases)
    urgent = [case for case in cases if case.due is not None][:5]
    total = counts["late"] + counts["today"]
    home = Home(
        figures=tuple(_figures(data, counts["late"], counts["today"])),
        urgent=tuple(case.row for case in urgent),
        urgent_total=total,
        open_total=len(cases),
        units=tuple(_unit_lines(data)),
        earliest=_earliest(urgent, data),
        dues=dues_text(cases),
        notes=tuple(calendar_notes(data)),
    )
    return Page("index.html", "home", "首页", renderer.page("home.html", root="", home=home))


def _earliest(urgent: Sequence[OpenCase], data: SiteData) -> str:
    if not urgent or urgent[0].due is None:
        return ""
    row = urgent[0].row
    day = words.short(urgent[0].due, today=data.today, cal=data.calendar)
    return f"{day}，{row.matter}（{data.voc.unit_short(row.unit)}）"


def calendar_notes(data: SiteData) -> Iterator[tuple[str, str]]:
    """From 1 November on: next year's notice is missing."""
    known = data.calendar.known_through
    if data.today >= date(known.year, 11, 1):
        yield (
            f"{known.month} 月 {known.day} 日以后的到期日是暂定的：{known.year + 1} 年放假通知还没录入。",
            "guide/admin.html#calendar",
        )


def _figures(data: SiteData, late: int, due_today: int) -> Iterator[Figure]:
    dues = dues_text(data.open_cases)
    worst = max((-(case.found.headline.days_left or 0) for case in data.open_cases if case.found.headline), default=0)
    note = f"昨日 {data.late_before}，最长 {worst} 个工作日" if late else f"昨日 {data.late_before}"
    yield Figure("已超期", str(late), note, "cases/open/late.html", "late" if late else "", dues, "late")
    notes = ("下班前须答复", "今天没有到期的")
    yield Figure("今日到期", str(due_today), notes[not due_today], "cases/open/today.html",
                 "today" if due_today else "", dues, "today", notes)  # fmt: skip
    month, before = data.two_months
    made = data.rows_of(before.count("I1").refs)
    same_time = sum(1 for row in made if row.day.day <= data.today.day)
    text = f"上月同期 {same_time}，全月 {len(made)}"
    yield Figure("本月登记", str(month.count("I1").n), text, "cases/lists/month.html")
    for key, name, file in (("I4", "不同意否决·改为办理", "decided"), ("I5", "办成", "ended")):
        now, then = month.fraction(key), before.fraction(key)
        last = f"上月 {_fraction(then.numerator, then.denominator)}"
        yield Figure(name, _fraction(now.numerator, now.denominator), last, f"cases/lists/{file}.html")


def _fraction(part: int, whole: int) -> str:
    return f"{part} / {whole}" if whole else "0"


def _unit_lines(data: SiteData) -> Iterator[UnitLine]:
    """Units with anything late or due first, in the registry's order, the rest folded."""
    lines = [line for unit in data.registry.units if (line := _unit_line(data, unit))]
    yield from sorted(lines, key=lambda line: line.quiet)


def _unit_line(data: SiteData, unit: str) -> UnitLine | None:
    cases = data.open_of_unit.get(unit, [])
    replied = data.replied.get(unit)
    if not cases and replied is None:
        return None
    counts = count_buckets(cases)
    dues = dues_text(cases)
    base = f"units/{unit}"
    cells = (
        Cell(str(len(cases)), f"{base}.html#nv-rows"),
        Cell(str(counts["late"]), f"{base}/late.html", "late" if counts["late"] else "", dues, "late"),
        Cell(str(counts["today"]), f"{base}/today.html", "today" if counts["today"] else "", dues, "today"),
        Cell(str(counts["next"]), f"{base}/next.html", "", dues, "next"),
        replied_cell(replied, f"{base}/replied.html"),
    )
    return UnitLine(data.voc.unit(unit), f"{base}.html", cells, not (counts["late"] or counts["today"]))


def replied_cell(replied: Fraction | None, url: str) -> Cell:
    """Return 按时答复 of a unit with the list behind it."""
    return Cell(_fraction(replied.numerator, replied.denominator), url) if replied else Cell("—")


# -- lists -----------------------------------------------------------------------------------------------------


def open_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield 在办与超期, one page a chip, and the lists behind the figures of the home page."""
    cases = data.open_cases
    for key, _, _, title in CHIPS:
        whole = key == "all"
        rows = tuple(case.row for case in cases if in_bucket(case, key))
        path = "cases/open.html" if whole else f"cases/open/{key}.html"
        root = "../" if whole else "../../"
        found = OpenList(
            title=title,
            rows=rows,
            total=len(cases),
            chips=_chips(cases, key, root + "cases/"),
            choices=_choices(data, rows) if whole else (),
            empty=_EMPTY[key],
            csv="api/v1/open.csv" if whole else "",
            crumbs=() if whole else (("办件", "../open.html"), ("在办与超期", "../open.html")),
            live="" if whole else f"state={key}",
        )
        yield Page(path, "open" if whole else "open-part", title, renderer.page("open.html", root=root, list=found))
    month = data.two_months[0]
    lists = (
        ("month", "本月登记", data.rows_of(month.count("I1").refs)),
        ("decided", "本月登记、已定下同不同意否决的", data.rows_of(month.fraction("I4").refs)),
        ("ended", "本月登记、已有结果（办成和不能办）的", data.rows_of(month.fraction("I5").refs)),
    )
    for name, title, rows_found in lists:
        body = partial(plain_list, data, renderer, title, rows_found, crumbs=(("首页", "../../index.html"),))
        yield Page(f"cases/lists/{name}.html", "open-part", title, body, data.key_of(rows_found))


def plain_list(
    data: SiteData,
    renderer: Renderer,
    title: str,
    rows: Sequence[Facts],
    *,
    crumbs: tuple[tuple[str, str], ...],
    root: str = "../../",
) -> str:
    """Return a list of cases without filters, from their facts."""
    return row_list(renderer, title, tuple(data.fact_row(row) for row in rows), crumbs=crumbs, root=root)


def row_list(
    renderer: Renderer,
    title: str,
    rows: tuple[CaseRow, ...],
    *,
    crumbs: tuple[tuple[str, str], ...],
    root: str = "../../",
    empty: str = "没有这样的件。",
    live: str = "",
) -> str:
    """Return a list of cases without filters; ``live``: those that give it on another day, see OpenList."""
    found = OpenList(title=title, rows=rows, total=len(rows), chips=(), empty=empty, crumbs=crumbs, live=live)
    return renderer.page("open.html", root=root, list=found)


def _chips(cases: Sequence[OpenCase], on: str, base: str) -> tuple[Chip, ...]:
    counts = count_buckets(cases)
    return tuple(
        Chip(key, label, css, counts[key], f"{base}open.html" if key == "all" else f"{base}open/{key}.html", key == on)
        for key, label, css, _ in CHIPS
    )


def _choices(data: SiteData, rows: Sequence[CaseRow]) -> tuple[Choice, ...]:
    """Selects with the values that occur, in the registry's order."""
    units = {row.unit for row in rows}
    halls = {row.hall for row in rows if row.hall}
    stages = sorted({row.stage.partition(" ")[0] for row in rows})  # 征询中 0/1 已回 and 1/2 are both 征询中
    all_option = ("", "全部")
    return (
        Choice(
            "单位",
            "unit",
            (all_option, *((key, data.voc.unit_short(key)) for key in data.registry.units if key in units)),
        ),
        Choice(
            "大厅",
            "hall",
            (all_option, *((key, hall.name) for key, hall in data.registry.halls.items() if key in halls)),
        ),
        Choice("类别", "track", (all_option, *((name, name) for name in words.TRACKS.values()))),
        Choice("环节", "stage", (all_option, *((stage, stage) for stage in stages))),
    )
