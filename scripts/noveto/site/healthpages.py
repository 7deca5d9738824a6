"""数据: what is quarantined, what came late, how the system is doing, the registry, downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from noveto import words
from noveto.site.casebuild import case_path
from noveto.site.data import SiteData
from noveto.site.held import held
from noveto.site.listpages import Page, calendar_notes
from noveto.site.placepages import LEVELS, ROLES, WINDOW_KINDS
from noveto.site.render import Renderer
from noveto.site.signs import Sign, run_signs
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.ledger import Quarantined

_LATE_SHOWN = 200
_FINDINGS_SHOWN = 5
_path = attrgetter("path")


def health_pages(
    data: SiteData, renderer: Renderer, quarantined: Sequence[Quarantined], downloads: Mapping[str, str]
) -> Iterator[Page]:
    """Yield 数据质量, 运行状态, 登记册 and 下载与接口."""
    yield _quality(data, renderer, quarantined)
    yield _status(data, renderer, quarantined)
    yield _registry(data, renderer)
    yield _downloads(data, renderer, downloads)


def _quality(data: SiteData, renderer: Renderer, quarantined: Sequence[Quarantined]) -> Page:
    rows = []
    for told in chain.from_iterable(islice(group, _FINDINGS_SHOWN) for _, group in groupby(held(data.ledger), _path)):
        place = f"第 {told.line} 行" + (f"第 {told.column} 列" if told.column else "")
        rows.append(
            (
                Cell(told.path, css="f"),
                Cell(place if told.line else "整个文件", css="d"),
                Cell(told.message, small=told.fix),
                Cell(told.code, f"../guide/errors/index.html#{told.code.lower()}", css="d"),
            )
        )
    head = (("文件", False), ("在哪里", False), ("怎么错、怎么改", False), ("编号", False))
    by_unit = Counter(item.owner for item in quarantined)
    per_unit = tuple(
        (
            Cell(
                data.voc.unit(unit) or "不归哪个单位的", f"../units/{unit}.html" if unit in data.registry.units else ""
            ),
            Cell(str(number)),
        )
        for unit, number in by_unit.most_common()
    )
    late = [row for row in data.rows if row.entered_late > 1]
    late_rows = tuple(
        (
            Cell(row.id, f"../{case_path(row.id)}"),
            Cell(row.matter),
            Cell(data.voc.unit_short(row.unit), f"../units/{row.unit}.html"),
            Cell(str(row.entered_late)),
        )
        for row in late[:_LATE_SHOWN]
    )
    shown = f"，列最近 {_LATE_SHOWN} 件" if len(late) > _LATE_SHOWN else ""
    receipts = "" if data.ledger.receipts else "这份台账没有回执，补录看不出来。怎么开回执：规程 › 管理员。"
    page = TablePage(
        title="数据质量",
        lead=f"共 {len(data.rows)} 件办件计入数字，{len(quarantined)} 个文件记录有误、没有计入。",
        blocks=(
            Block(
                "记录有误，没有计入",
                Table(head, tuple(rows)),
                f"{len(quarantined)} 个文件",
                empty="没有。每个文件都读得懂，都计入了数字。",
                anchor="quarantine",
            ),
            *((Block("按单位", Table((("单位", False), ("文件", True)), per_unit)),) if per_unit else ()),
            Block(
                "补录：写明的时间过后才入台账",
                Table((("编号", False), ("事项", False), ("单位", False), ("晚几个工作日", True)), late_rows),
                f"晚一个工作日以上的 {len(late)} 件{shown}",
                text=receipts,
                empty="没有晚一个工作日以上入台账的。",
                anchor="late",
            ),
        ),
        links=(("出错了怎么办", "../guide/errors/index.html"),),
    )
    return Page("data/quality.html", "quality", "数据质量", renderer.page("tables.html", root="../", p=page))


def _status(data: SiteData, renderer: Renderer, quarantined: Sequence[Quarantined]) -> Page:
    rows = tuple((Cell(sign.what), Cell("", said=_said(sign)), Cell(sign.do)) for sign in _signs(data, quarantined))
    page = TablePage(
        title="运行状态",
        lead="全是 ✓ 就不用管；有 ▲ 的，照右边做。"
        + ("排队、备份、磁盘、证书、令牌这几行，登录办件台以后才有。" if data.desk else ""),
        blocks=(Block("", Table((("什么", False), ("现在", False), ("怎么办", False)), rows), id="nv-status"),),
        script="noveto-health.js" if data.desk else "",
        links=(("管理员手册", "../guide/admin.html"), ("数据质量", "quality.html")),
    )
    return Page("data/status.html", "status", "运行状态", renderer.page("tables.html", root="../", p=page))


def _said(sign: Sign) -> Said:
    return Said(sign.now, "st-done", "✓") if sign.well else Said(sign.now, "st-late st-rest", "▲")


def _signs(data: SiteData, quarantined: Sequence[Quarantined]) -> Iterator[Sign]:
    """Yield what a build knows of the system's health."""
    ledger, broken, known = data.ledger, data.registry.broken, data.calendar.known_through
    yield Sign("网站", True, f"{data.now:%m-%d %H:%M} 生成", "每次入台账后更新；旧了，页面顶上会说。")
    yield from run_signs(ledger.repo, ledger.root, data.calendar, data.today)
    if next(iter(calendar_notes(data)), None):
        mend = "国务院一般 11 月发。运行 noveto calendar add，粘贴通知正文。"
        yield Sign("放假通知", False, f"{known.year + 1} 年的还没录入", mend)
    else:
        yield Sign("放假通知", True, f"管到 {words.paper(known)}")
    if quarantined:
        yield Sign("记录有误", False, f"{len(quarantined)} 个文件", "看数据质量，照着改；改好自动回来。")
    else:
        yield Sign("记录有误", True, "没有")
    if ledger.receipts:
        yield Sign("回执", True, "有")
    else:
        yield Sign("回执", False, "没有", "报备是不是按时，不能证明。在仓库装上钩子 noveto hook post-receive。")
    if ledger.edited:
        yield Sign("没提交的改动", False, "有", "台账文件夹里有改了没提交的，网站按改过的显示。")
    else:
        yield Sign("没提交的改动", True, "没有")
    if broken:
        yield Sign("登记册", False, "有缺：" + "、".join(sorted(broken)), "运行 noveto check 看哪里不对。")
    else:
        yield Sign("登记册", True, "六个文件都在")
    last = _last_receipt(data)
    if last is not None:
        if data.calendar.workdays_between(last[0], data.today) <= 1:
            yield Sign("上次入台账", True, f"{last[1]} 收到")
        else:
            mend = "一个多工作日没有新的，问问办件台和仓库通不通。"
            yield Sign("上次入台账", False, f"{last[1]} 以后没有", mend)


def _last_receipt(data: SiteData) -> tuple[date, str] | None:
    """Day and time of the newest receipt, None without receipts."""
    if not data.ledger.receipts:
        return None
    row = data.ledger.line.db.execute("SELECT max(received) FROM receipts").fetchone()
    if not row or not row[0]:
        return None
    at = datetime.fromisoformat(row[0])
    return at.date(), at.strftime("%m-%d %H:%M")


def _registry(data: SiteData, renderer: Renderer) -> Page:
    reg = data.registry

    def dated(item: object) -> str:
        begins, ends = getattr(item, "begins", None), getattr(item, "ends", None)
        if begins is None and ends is None:
            return "—"
        return f"{begins.isoformat() if begins else ''} 至 {ends.isoformat() if ends else '今'}"

    units = tuple(
        (Cell(key), Cell(unit.name, f"../units/{key}.html"), Cell(LEVELS.get(unit.level, unit.level)),
         Cell(unit.county or "—"), Cell(unit.phone or "—"), Cell(dated(unit)))
        for key in reg.units for unit in reg.units.history(key)
    )  # fmt: skip
    halls = tuple(
        (Cell(key), Cell(hall.name, f"../units/h/{key}.html"), Cell(hall.address or "—"), Cell(hall.phone or "—"))
        for key, hall in reg.halls.items()
    )
    windows = tuple(
        (Cell(key), Cell(window.name, f"../units/w/{key}.html"), Cell(data.voc.unit_short(window.unit)),
         Cell(WINDOW_KINDS.get(window.kind, window.kind)), Cell(window.phone or "—"), Cell(dated(window)))
        for key in reg.windows for window in reg.windows.history(key)
    )  # fmt: skip
    staff = tuple(
        (Cell(key), Cell(person.name), Cell(data.voc.unit_short(person.unit), f"../units/{person.unit}.html"),
         Cell(ROLES.get(person.role, person.role)), Cell(person.ext or "—"),
         Cell("、".join(data.voc.person(one.id) for one in person.deputies) or "—"), Cell(dated(person)))
        for key in reg.staff for person in reg.staff.history(key)
    )  # fmt: skip
    matters = tuple(
        (Cell(key), Cell(matter.name, f"../matters/{key}.html"), Cell(data.voc.unit_short(matter.unit)),
         Cell(data.voc.word("matter.category", matter.category)), Cell("是" if matter.licensing else "否"))
        for key, matter in reg.matters.items()
    )  # fmt: skip
    page = TablePage(
        title="登记册",
        lead="单位、大厅、窗口、人员、事项。要改请找本单位管理员，改了写上从哪天起。",
        blocks=(
            Block("单位", _table(_UNITS, units), f"{len(reg.units)} 个", anchor="units"),
            Block("大厅", _table(_HALLS, halls), f"{len(reg.halls)} 个", anchor="halls"),
            Block("窗口", _table(_WINDOWS, windows), f"{len(reg.windows)} 个", anchor="windows"),
            Block("人员", _table(_STAFF, staff), f"{len(reg.staff)} 人", anchor="staff"),
            Block("事项", _table(_MATTERS, matters), f"{len(reg.matters)} 项", anchor="matters"),
        ),
        links=(("单位", "#units"), ("大厅", "#halls"), ("窗口", "#windows"), ("人员", "#staff"), ("事项", "#matters")),
    )
    return Page("data/registry.html", "registry", "登记册", renderer.page("tables.html", root="../", p=page))


_UNITS = ("编号", "名称", "级别", "县区", "电话", "起止")
_HALLS = ("编号", "名称", "地址", "电话")
_WINDOWS = ("编号", "名称", "单位", "类型", "电话", "起止")
_STAFF = ("编号", "姓名", "单位", "职责", "内线", "B 岗", "起止")
_MATTERS = ("编号", "名称", "单位", "类别", "行政许可")


def _table(labels: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Table:
    return Table(tuple((label, False) for label in labels), rows)


def _downloads(data: SiteData, renderer: Renderer, downloads: Mapping[str, str]) -> Page:
    rows = tuple((Cell(path, f"../{path}"), Cell(text)) for path, text in downloads.items())
    schemas = data.ledger.schemas
    forms = tuple(
        (Cell(f"schema/{kind}.schema.json", f"../schema/{kind}.schema.json"), Cell(schemas.label(kind)))
        for kind in schemas.kinds
    )
    line = f"# yaml-language-server: $schema={data.registry.office.site_url}/schema/case.schema.json"
    page = TablePage(
        title="下载与接口",
        lead="都不含申请人的姓名和电话。格式的版本写在路径里，以后只加栏目，不改意思。",
        blocks=(
            Block("", _table(("文件", "内容"), rows)),
            Block(
                "记录的格式说明，给编辑器用",
                _table(("文件", "说明什么"), forms),
                text=f"不在台账文件夹里写的，第一行写“{line}”，编辑器就会提示栏目和选项，标出写错的地方。",
                anchor="schema",
            ),
        ),
        links=(
            ("各单位的到期日历（.ics）在单位页上", "../units/index.html"),
            ("统计的表格（xlsx、csv）在月报、季报年报上", "../stats/month.html"),
        ),
    )
    return Page("data/downloads.html", "downloads", "下载与接口", renderer.page("tables.html", root="../", p=page))
