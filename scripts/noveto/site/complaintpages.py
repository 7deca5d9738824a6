"""投诉与反映: the list and one page a complaint. Complainants are sealed: nothing of them is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from noveto import words
from noveto.clocks import Clock, complaint_status, compute_complaint, review_day
from noveto.site import caseviews
from noveto.site.caseboxes import SEALED
from noveto.site.casebuild import case_path
from noveto.site.casepage import case_body, without_name
from noveto.site.caseviews import Box, ClockLine, Moment, desk_actions
from noveto.site.complaintlinks import complaint_path, related_cases
from noveto.site.counting import derivation_text
from noveto.site.data import SiteData
from noveto.site.listpages import Page
from noveto.site.moments import Teller
from noveto.site.phrases import moment_time
from noveto.site.render import Renderer
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.site.vocabulary import CLOCKS, RULE_ANCHORS
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.ledger import Record
    from noveto.records.model import Complaint

_UP = "../../../"
_STATUS = {"open": "在办", "answered": "已答复，待回访", "closed": "已结束"}


def complaint_pages(data: SiteData, renderer: Renderer) -> Iterator[Page]:
    """Yield 投诉与反映 and one page a complaint. Complainants are sealed: nothing of them is shown."""
    yield _complaint_index(data, renderer, data.complaints)
    for record in data.complaints:
        name = record.complaint.id
        known = [one for one in related_cases(record.complaint) if one in data.facts]
        body = partial(_complaint_body, data, renderer, record)
        yield Page(complaint_path(name), "complaint", name, body, f"{record.blob} {known}")


def _complaint_body(data: SiteData, renderer: Renderer, record: Record) -> str:
    name = str(record.complaint.head.get("complainant", {}).get("name", ""))
    return without_name(case_body(_complaint_view(data, record), renderer), name)


def _complaint_clocks(data: SiteData, complaint: Complaint) -> list[Clock]:
    """Return the complaint's own clock first, then the days to look at its suspensions again."""
    rules = data.rules.for_day(complaint.received.date())
    return compute_complaint(complaint, rules, data.calendar, data.today)


def _complaint_said(data: SiteData, complaint: Complaint, clocks: Sequence[Clock]) -> Said:
    if clocks and clocks[0].open:
        own = clocks[0]
        return words.state(data.calendar, own.state, due=own.due, today=data.today, review=review_day(clocks))
    answered = next((entry for entry in reversed(complaint.log) if entry.step == "answered"), None)
    if answered is not None:
        finding = data.voc.word("log.answered.finding", answered.data.get("finding"), "complaint")
        return words.answered(f"已答复：{finding}")
    return words.idle("已撤回" if any(entry.step == "withdrawn" for entry in complaint.log) else "已结束")


def _complaint_index(data: SiteData, renderer: Renderer, records: Sequence[Record]) -> Page:
    rows: list[tuple[tuple[bool, date, str], tuple[Cell, ...]]] = []
    for record in records:
        complaint = record.complaint
        clocks = _complaint_clocks(data, complaint)
        clock = clocks[0] if clocks else None
        said = _complaint_said(data, complaint, clocks)
        running = clock is not None and clock.open
        due = clock.due if running and clock is not None else None
        about = complaint.about
        where = data.voc.window(str(about["window"])) if about.get("window") else ""
        cells = (
            Cell("", said=said),
            Cell(words.short(due, today=data.today, cal=data.calendar) if due else "—"),
            Cell(complaint.id, complaint_path(complaint.id).removeprefix("complaints/")),
            Cell(data.voc.word("kind", complaint.kind, "complaint")),
            _holder_cell(_holder(data, complaint, clock)),
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
    head = tuple((label, False) for label in ("时限状态", "到期日", "编号", "反映什么", "在谁手里", "反映哪里", "收到"))
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


def _complaint_view(data: SiteData, record: Record) -> caseviews.CaseView:
    complaint = record.complaint
    clocks = _complaint_clocks(data, complaint)
    clock = clocks[0] if clocks else None
    said = _complaint_said(data, complaint, clocks)
    teller = Teller(data.voc, "complaint")
    year = data.today.year
    rules = data.rules.for_day(complaint.received.date())
    status = complaint_status(complaint, rules, data.calendar, data.today)
    about = complaint.about
    hall = data.registry.halls.get(complaint.hall)
    quiet = complaint.head.get("sensitive") is True
    facts = SEALED if quiet else complaint.facts.strip()
    moments = [Moment(moment_time(complaint.received, year), "收到反映", hall.name if hall else complaint.hall)]
    moments += [
        teller.tell(entry, year=year, quiet=quiet) for entry in sorted(complaint.log, key=lambda entry: entry.at)
    ]
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
                    review=review_day(clocks),
                ),
                clock.cite,
                f"{_UP}guide/time/rules.html#complaint",
                derivation=derivation_text(told, data.calendar, data.today, start_word="收到"),
            ),
            *(_review_line(data, one) for one in clocks[1:]),
        )
        if clock.open and clock.due is not None:
            lead = words.promise(clock.due, today=data.today) + "答复反映人"
    related = related_cases(complaint)
    held = _holder(data, complaint, clock)
    return caseviews.CaseView(
        id=complaint.id,
        matter=data.voc.word("kind", complaint.kind, "complaint"),
        status=said,
        lead=lead,
        holder=f"{held[0]}（{held[1]}）" if held[1] else held[0] or "已答复，没有人要动手",
        clocks=lines,
        boxes=(
            Box("收到的大厅", hall.name if hall else complaint.hall),
            Box("收到时间", complaint.received.isoformat(" ", "minutes")),
            Box("渠道", data.voc.word("channel", complaint.channel, "complaint")),
            Box("复杂", "是" if complaint.complex else "否"),
            Box("反映的单位", data.voc.unit(str(about["unit"])) if about.get("unit") else "—"),
            Box("反映的窗口", data.voc.window(str(about["window"])) if about.get("window") else "—"),
            Box("相关办件", "、".join(related) or "没有", wide=True),
            Box("反映什么", facts, wide=True),
        ),
        moments=tuple(moments),
        tags=("复杂",) if complaint.complex else (),
        guides=(("“办不成事”怎么办理", f"{_UP}guide/centre.html#complaint"), *_case_links(data, related)),
        actions=tuple(one for one in desk_actions(complaint.id) if one.may in ("step", "correct")) if data.desk else (),
        crumbs=(("办件", f"{_UP}cases/open.html"), ("投诉与反映", f"{_UP}complaints/index.html")),
        plain=True,
    )


def _review_line(data: SiteData, clock: Clock) -> ClockLine:
    said = words.suspended(data.calendar, clock.due, data.today) if clock.open else words.state(
        data.calendar, clock.state, due=clock.due, today=data.today, met_on=clock.met_on, days_late=clock.days_late,
        ended=clock.ended is not None,
    )  # fmt: skip
    anchor = RULE_ANCHORS[clock.clock]
    return ClockLine(
        CLOCKS[clock.clock], "约定日期", clock.due, said, clock.cite, f"{_UP}guide/time/rules.html#{anchor}"
    )


def _case_links(data: SiteData, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return ((f"相关办件 {name}", _UP + case_path(name)) for name in names if name in data.facts)


def _holder(data: SiteData, complaint: Complaint, clock: Clock | None) -> tuple[str, str]:
    """Who has to act, and the telephone; ("", "") when nobody has to."""
    if clock is None or not clock.open:
        return "", ""
    assigned = next((entry for entry in reversed(complaint.log) if entry.step == "assigned"), None)
    replied = assigned is not None and any(
        entry.step == "replied" and entry.at >= assigned.at for entry in complaint.log
    )
    if assigned is None or replied:
        hall = data.registry.halls.get(complaint.hall)
        return f"{hall.name if hall else complaint.hall} “办不成事”反映窗口", hall.phone if hall else ""
    to = str(assigned.data.get("to", ""))
    person, unit = data.registry.staff.get(to), data.registry.units.get(to)
    if person is not None:
        return data.voc.full_person(to), person.ext
    return data.voc.unit_short(to), unit.phone if unit else ""


def _holder_cell(held: tuple[str, str]) -> Cell:
    return Cell(held[0] or "—", small=held[1])
