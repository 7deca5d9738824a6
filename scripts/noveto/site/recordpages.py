"""Complaints, improvements and the directory of matters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from noveto import words
from noveto.calendar import limit
from noveto.clocks import Clock, complaint_status, compute_complaint
from noveto.site import views
from noveto.site.casebuild import case_path
from noveto.site.casepage import case_body, without_name
from noveto.site.counting import derivation_text
from noveto.site.data import SiteData, count_buckets
from noveto.site.facts import Facts
from noveto.site.listpages import Page, plain_list
from noveto.site.moments import Teller, moment_time
from noveto.site.render import Renderer
from noveto.site.views import Block, Box, Cell, ClockLine, Moment, Table, TablePage
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.ledger import Record
    from noveto.records.model import Complaint, Improvement

_UP = "../../../"
_STATUS = {"open": "在办", "answered": "已答复，待回访", "closed": "已结束"}


def complaint_path(name: str) -> str:
    """Return where a complaint's page lies: complaints/2026/10/<id>.html."""
    stamp = name.rsplit("-", 2)[-2].lstrip("c")
    return f"complaints/{stamp[:4]}/{stamp[4:6]}/{name}.html"


def improvement_path(name: str) -> str:
    """Return where an improvement's page lies: improvements/2026/<id>.html."""
    return f"improvements/{name.split('-')[1]}/{name}.html"


# -- complaints ------------------------------------------------------------------------------------------------


def complaint_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield 投诉与反映 and one page a complaint. Complainants are sealed: nothing of them is shown."""
    records = [record for record in data.ledger.records("complaint") if record.complaint.received.date() <= data.today]
    yield _complaint_index(data, renderer, records)
    for record in records:
        complaint = record.complaint
        view = _complaint_view(data, record)
        name = str(complaint.head.get("complainant", {}).get("name", ""))
        body = without_name(case_body(view, renderer), name)
        yield Page(complaint_path(complaint.id), "complaint", complaint.id, body)


def _complaint_clock(data: SiteData, complaint: Complaint) -> Clock | None:
    rules = data.rules.for_day(complaint.received.date())
    clocks = compute_complaint(complaint, rules, data.calendar, data.today)
    return clocks[0] if clocks else None


def _complaint_said(data: SiteData, complaint: Complaint, clock: Clock | None) -> Said:
    if clock is not None and clock.open:
        return words.state(data.calendar, clock.state, due=clock.due, today=data.today)
    answered = next((entry for entry in reversed(complaint.log) if entry.step == "answered"), None)
    if answered is not None:
        finding = data.voc.word("log.answered.finding", answered.data.get("finding"), "complaint")
        return words.answered(f"已答复：{finding}")
    return words.idle("已撤回" if any(entry.step == "withdrawn" for entry in complaint.log) else "已结束")


def _complaint_index(data: SiteData, renderer: Renderer, records: list[Record]) -> Page:
    rows: list[tuple[tuple[bool, date, str], tuple[Cell, ...]]] = []
    for record in records:
        complaint = record.complaint
        clock = _complaint_clock(data, complaint)
        said = _complaint_said(data, complaint, clock)
        running = clock is not None and clock.open
        due = clock.due if running and clock is not None else None
        about = complaint.about
        where = data.voc.window(str(about["window"])) if about.get("window") else ""
        cells = (
            Cell("", said=said),
            Cell(words.short(due, today=data.today, cal=data.calendar) if due else "—"),
            Cell(complaint.id, complaint_path(complaint.id).removeprefix("complaints/")),
            Cell(data.voc.word("kind", complaint.kind, "complaint")),
            Cell(where or data.voc.unit_short(str(about.get("unit", "—")))),
            Cell(words.short(complaint.received.date(), today=data.today, cal=data.calendar)),
        )
        order = (
            not running,
            due or date.fromordinal(date.max.toordinal() - complaint.received.toordinal()),
            complaint.id,
        )
        rows.append((order, cells))
    rows.sort(key=lambda row: row[0])
    head = tuple((label, False) for label in ("时限状态", "到期日", "编号", "反映什么", "反映哪里", "收到"))
    opened = sum(1 for order, _ in rows if not order[0])
    page = TablePage(
        title="投诉与反映",
        lead=f"“办不成事”反映窗口收到的。在办 {opened} 件，共 {len(rows)} 件。反映人的姓名和电话不在这里。",
        blocks=(
            Block(
                "",
                Table(head, tuple(cells for _, cells in rows)),
                empty="还没有收到反映。怎么登记：规程 › 政务服务中心与局里。",
            ),
        ),
        links=(("怎么办理", "../guide/centre.html#complaint"),),
    )
    return Page("complaints/index.html", "complaints", "投诉与反映", renderer.page("tables.html", root="../", p=page))


def _complaint_view(data: SiteData, record: Record) -> views.CaseView:
    complaint = record.complaint
    clock = _complaint_clock(data, complaint)
    said = _complaint_said(data, complaint, clock)
    teller = Teller(data.voc, "complaint")
    year = data.today.year
    rules = data.rules.for_day(complaint.received.date())
    status = complaint_status(complaint, rules, data.calendar, data.today)
    about = complaint.about
    hall = data.registry.halls.get(complaint.hall)
    facts = "标为敏感，网站上不显示。" if complaint.head.get("sensitive") is True else complaint.facts.strip()
    moments = [Moment(moment_time(complaint.received, year), "收到反映", hall.name if hall else complaint.hall)]
    moments += [teller.tell(entry, year=year) for entry in sorted(complaint.log, key=lambda entry: entry.at)]
    lines: tuple[ClockLine, ...] = ()
    lead = _STATUS.get(status, status)
    if clock is not None:
        told = clock.derivation(data.calendar, rules.since)
        lines = (
            ClockLine(
                "答复反映人",
                f"{clock.basis.days} 个工作日",
                clock.due,
                words.state(
                    data.calendar,
                    clock.state,
                    due=clock.due,
                    today=data.today,
                    met_on=clock.met_on,
                    days_late=clock.days_late,
                    ended=clock.ended is not None,
                ),
                clock.cite,
                f"{_UP}guide/time/rules.html#complaint",
                derivation=derivation_text(told, data.calendar, data.today, start_word="收到"),
            ),
        )
        if clock.open and clock.due is not None:
            lead = words.promise(clock.due, today=data.today) + "答复反映人"
    related = str(about.get("case", ""))
    return views.CaseView(
        id=complaint.id,
        matter=data.voc.word("kind", complaint.kind, "complaint"),
        status=said,
        lead=lead,
        holder=_complaint_holder(data, complaint, clock),
        clocks=lines,
        boxes=(
            Box("收到的大厅", hall.name if hall else complaint.hall),
            Box("收到时间", complaint.received.isoformat(" ", "minutes")),
            Box("渠道", data.voc.word("channel", complaint.channel, "complaint")),
            Box("复杂", "是" if complaint.complex else "否"),
            Box("反映的单位", data.voc.unit(str(about["unit"])) if about.get("unit") else "—"),
            Box("反映的窗口", data.voc.window(str(about["window"])) if about.get("window") else "—"),
            Box("相关办件", related or "没有", wide=True),
            Box("反映什么", facts, wide=True),
        ),
        moments=tuple(moments),
        tags=("复杂",) if complaint.complex else (),
        guides=(("“办不成事”怎么办理", f"{_UP}guide/centre.html#complaint"), *_case_link(data, related)),
        crumbs=(("办件", f"{_UP}cases/open.html"), ("投诉与反映", f"{_UP}complaints/index.html")),
        notes=(),
        plain=True,
    )


def _case_link(data: SiteData, name: str) -> tuple[tuple[str, str], ...]:
    return ((f"相关办件 {name}", _UP + case_path(name)),) if name in data.facts else ()


def _complaint_holder(data: SiteData, complaint: Complaint, clock: Clock | None) -> str:
    if clock is None or not clock.open:
        return "已答复，没有人要动手"
    assigned = next((entry for entry in reversed(complaint.log) if entry.step == "assigned"), None)
    replied = assigned is not None and any(
        entry.step == "replied" and entry.at >= assigned.at for entry in complaint.log
    )
    if assigned is not None and not replied:
        to = str(assigned.data.get("to", ""))
        unit = data.registry.units.get(to)
        return f"{data.voc.unit_short(to)}（{unit.phone}）" if unit and unit.phone else data.voc.unit_short(to)
    hall = data.registry.halls.get(complaint.hall)
    return f"{hall.name if hall else complaint.hall} “办不成事”反映窗口" + (
        f"（{hall.phone}）" if hall and hall.phone else ""
    )


# -- improvements ----------------------------------------------------------------------------------------------


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
    facts = (
        (Cell("状态"), Cell("", said=improvement_state(improvement, data.today, data))),
        (Cell("改什么"), Cell(improvement.measure)),
        (Cell("原因认定"), Cell(data.voc.word("root_cause", improvement.root_cause, "improvement"))),
        (Cell("谁负责"), Cell(data.voc.unit(improvement.owner), f"../../units/{improvement.owner}.html")),
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


# -- matters ---------------------------------------------------------------------------------------------------


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
                Cell(matter.name, f"{key}.html"),
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
        guide = f"办事指南：{matter.guide}。" if matter.guide else ""
        lead = f"{guide}归{data.voc.unit(matter.unit)}，电话 {phone or '见单位页'}。" + (
            f"以前办过：{told}。" if told else ""
        )
        body = partial(_matter, data, renderer, matter.name, lead, cases)
        yield Page(f"matters/{key}.html", "matter", matter.name, body, f"{lead} {data.key_of(cases)}")
    head = tuple((label, False) for label in ("事项", "电话", "窗口", "单位", "类别", "时间"))
    guide_phone = data.registry.office.guide_desk_phone or "综合导办台"
    page = TablePage(
        title="找窗口",
        lead="打两个字就出来：事项、单位、窗口、类别都可以。",
        finder="事项、单位、窗口，例如：社保",
        finder_table="nv-matters",
        finder_none=f"没找到。别说“不知道”：登记为咨询，交综合导办台找，或打 {guide_phone}。",
        blocks=(Block("", Table(head, tuple(rows)), id="nv-matters"),),
        links=(("登记为咨询", "../cases/new.html"), ("导办台与电话", "phones.html")),
    )
    yield Page("matters/index.html", "matters", "找窗口", renderer.page("tables.html", root="../", p=page))
    yield _phones(data, renderer)


def _matter(data: SiteData, renderer: Renderer, name: str, lead: str, cases: Sequence[Facts]) -> str:
    """Return the page of a matter: what to know, and its cases."""
    body = plain_list(data, renderer, name, cases, crumbs=(("指路", "index.html"),), root="../")
    return body.replace("</h1>", f"</h1><p>{renderer.text(lead)}</p>", 1)


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
        finder_none=f"没找到。打综合导办台 {office.guide_desk_phone or ''}。",
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


# -- 我的待办 and 登记新件 without a desk ----------------------------------------------------------------------


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
                Cell(str(counts["all"]), f"units/{key}.html"),
                Cell(str(counts["late"]), f"units/{key}/late.html", "late" if counts["late"] else ""),
                Cell(str(counts["today"]), f"units/{key}/today.html", "today" if counts["today"] else ""),
                Cell(str(asked), f"units/{key}.html"),
            )
        )
    head = (("单位", False), ("在办", True), ("已超期", True), ("今日到期", True), ("请我局回复", True))
    page = TablePage(
        title="我的待办",
        lead="点您的单位，这台电脑会记住；下次点“我的待办”直接到您单位。每个人自己的待办在办件台。",
        finder="单位，例如：人社",
        finder_table="nv-mine",
        finder_none="没有这个单位。少写两个字试试，或打管理员电话。",
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
