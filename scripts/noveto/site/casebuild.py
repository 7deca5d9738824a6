"""From a case of the ledger to its page: clocks in words, the boxes of the form, the process, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto import words
from noveto.clocks import Arrivals, CaseView, Clock, view
from noveto.clocks import Holder as StageHolder
from noveto.clocks.people import people
from noveto.site import views
from noveto.site.counting import derivation_text
from noveto.site.moments import Teller, grounds_text, moment_time, show_value
from noveto.site.outcome import answered_entry, outcome_path, result_of
from noveto.site.vocabulary import CLOCKS, OWED, RULE_ANCHORS, Vocabulary
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.ledger import Record
    from noveto.records.model import Case, Entry
    from noveto.rules import Rules

_UP = "../../../"
_ENTRY_MODES = {"paper": "先记在纸上", "outage": "系统或网络停用", "migrated": "旧台账迁入"}


def case_path(case_id: str, raised: date | None = None) -> str:
    """Return where a case's page lies: cases/2026/10/<id>.html, by the day in its number."""
    stamp = case_id.rsplit("-", 2)[-2].lstrip("c")
    return f"cases/{stamp[:4]}/{stamp[4:6]}/{case_id}.html"


class CaseBuilder:
    """Turns records into views for one build."""

    def __init__(
        self,
        voc: Vocabulary,
        calendar: Calendar,
        rules: Rules,
        today: date,
        *,
        known: Mapping[str, str] | None = None,
        desk: bool = False,
    ) -> None:
        self.voc = voc
        self.calendar = calendar
        self.rules = rules
        self.today = today
        self.teller = Teller(voc)
        self.known = known or {}
        self.desk = desk
        self._told: dict[tuple[Any, ...], str] = {}

    # -- what is computed -----------------------------------------------------------------------------

    def compute(self, record: Record) -> CaseView:
        """Compute the case as of today; a case raised later is shown as it will be on its first day."""
        case = record.case
        return view(
            case,
            self.rules,
            self.calendar,
            max(self.today, case.raised.date()),
            arrivals=Arrivals(record.receipts, record.arrivals),
            role_of=self.voc.role_of,
        )

    # -- statuses -------------------------------------------------------------------------------------

    def status(self, found: CaseView) -> Said:
        """Return the one headline status of a case (screens.md, principle 3)."""
        head = found.headline
        if head is not None:
            return self.clock_status(head, found)
        if found.status == "answered" or found.stage.code == "answered":
            return self.result(found)
        if found.stage.code in ("withdrawn", "lapsed", "voided"):
            return words.idle(found.stage.words)
        if found.stage.code == "waiting_applicant":
            return words.idle(words.WAITING)
        return words.idle()

    def result(self, found: CaseView) -> Said:
        """Return the outcome in words."""
        result = result_of(found.case)
        path = outcome_path(found.case)
        return words.outcome(words.result_words(result, path), good=result in ("done", "redirected", "explained"))

    def clock_status(self, clock: Clock, found: CaseView) -> Said:
        """Return a clock's state in words."""
        if clock.clock == "review" and clock.open:
            return words.suspended(self.calendar, clock.due, self.today)
        return words.state(
            self.calendar,
            clock.state,
            due=clock.due,
            today=self.today,
            met_on=clock.met_on,
            days_late=clock.days_late,
            binding=clock.binding,
            review=_review(found),
            ended=clock.ended is not None,
            provisional=clock.provisional,
            waiting=clock.waits_for_papers,
        )

    # -- rows -----------------------------------------------------------------------------------------

    def row(self, found: CaseView, *, tags: tuple[str, ...] = ()) -> views.CaseRow:
        """Return the case as a row of a list."""
        case, head = found.case, found.headline
        due = head.due if head is not None and head.state != "suspended" and head.clock != "review" else None
        marks = tuple(
            self.clock_status(clock, found)
            for clock in found.clocks
            if not clock.binding and clock.open and clock.due is not None and clock.due <= self.today
        )
        return views.CaseRow(
            id=case.id,
            url=case_path(case.id),
            status=self.status(found),
            due=due,
            matter=case.matter.name,
            track=words.TRACKS.get(found.track, found.track),
            stage=self.stage(found),
            holders=self.holders(found),
            provisional=bool(head and head.provisional and due),
            marks=marks,
            tags=tags,
            unit=case.unit,
            hall=self.voc.hall_of(case.window),
            county=self.voc.county_of(case.unit),
            raised=case.raised.date(),
        )

    def holders(self, found: CaseView) -> tuple[views.Holder, ...]:
        """Who has the case; with a body outside the unit the first-asked unit is named too (首问负责).

        An answered case that still owes a delivery is in its clerk's hands.
        """
        stage = found.stage
        if _owes_delivery(found):
            found = replace(found, stage=replace(stage, holders=(StageHolder("staff", found.case.clerk),)))
        held = [
            views.Holder(one.unit, one.name, one.ext, one.note) for one in people(found, self.voc.registry, self.today)
        ]
        if held and any(item.kind == "body" for item in stage.holders):
            first = held[0]
            held[0] = first._replace(note=f"首问仍是{self.voc.unit_short(found.case.unit)}")
        return tuple(held)

    def stage(self, found: CaseView) -> str:
        """The stage in words; 待送达 while a delivery is owed."""
        return "待送达" if _owes_delivery(found) else found.stage.words

    # -- the page -------------------------------------------------------------------------------------

    def page(
        self,
        record: Record,
        *,
        similar: Sequence[views.Similar] | None = None,
        history: Sequence[str] = (),
        notes: Sequence[tuple[str, str]] = (),
    ) -> views.CaseView:
        """Return everything the case's page shows."""
        found = self.compute(record)
        case = found.case
        held = self.holders(found)
        return views.CaseView(
            id=case.id,
            matter=case.matter.name,
            status=self.status(found),
            lead=self.lead(found),
            holder="、".join(_holder_text(item) for item in held) if held else "已答复，没有人要动手",
            clocks=self.clock_lines(found),
            boxes=self.boxes(record, found),
            moments=self.moments(record, found),
            tags=self.tags(record, found),
            similar=tuple(similar) if similar is not None else None,
            similar_done=sum(1 for item in similar or () if item.outcome.level == "done"),
            history=tuple(history),
            guides=_guides(found),
            actions=self.actions(case.id, found),
            notes=tuple(notes),
            crumbs=(
                ("办件", f"{_UP}cases/open.html"),
                (self.voc.unit_short(case.unit), f"{_UP}units/{case.unit}.html"),
            ),
            hidden=case.sensitive,
        )

    def lead(self, found: CaseView) -> str:
        """The sentence beside the headline status."""
        head = found.headline
        if head is None:
            answered = answered_entry(found.case)
            if answered is not None:
                late = next((c for c in reversed(found.clocks) if c.clock == "reply"), None)
                when = words.sentence(answered.day, today=self.today)
                if late is not None and late.state == "met_late":
                    return f"{when} 答复，{self.clock_status(late, found).words}"
                return f"{when} 答复"
            return found.stage.words if found.stage.code != "waiting_applicant" else "补齐后重新起算"
        if head.clock == "review":
            waiting = next((c for c in found.clocks if c.clock == "reply" and c.state == "suspended"), None)
            left = f"，恢复后还剩 {_left(waiting, self.calendar)} 个工作日" if waiting is not None else ""
            return f"专家论证或专题研究期间不计时{left}"
        if head.due is None:
            return OWED[head.clock]
        until = words.promise(head.due, today=self.today)
        if head.due < self.today:
            until = f"本该 {until}"
        return f"{until}{OWED[head.clock]}" + ("（暂定）" if head.provisional else "")

    def actions(self, case_id: str, found: CaseView) -> tuple[tuple[str, str], ...]:
        """Buttons that lead to the desk; none where there is no desk."""
        if not self.desk:
            return ()
        steps = [] if found.status == "closed" else [("办下一步", f"/desk/case/{case_id}")]
        return (*steps, ("打印登记表", f"/desk/case/{case_id}/form"), ("更正", f"/desk/case/{case_id}/correct"))

    def clock_lines(self, found: CaseView) -> tuple[views.ClockLine, ...]:
        """Binding clocks first, internal marks below; the latest round of each on top of earlier ones."""
        order = sorted(found.clocks, key=lambda clock: (not clock.binding, clock.round))
        return tuple(self._clock_line(clock, found) for clock in order)

    def _clock_line(self, clock: Clock, found: CaseView) -> views.ClockLine:
        name = CLOCKS[clock.clock]
        if clock.clock in ("reply", "approval"):
            name += f"（{words.TRACKS.get(found.track, found.track)}）"
        if clock.of:
            name += f"（{self.voc.unit_short(clock.of)}）"
        if clock.round > 1:
            name += f" 第 {clock.round} 轮"
        notes = []
        if clock.due_calendar is not None and clock.due_calendar != clock.due:
            notes.append(f"自然日口径 {words.short(clock.due_calendar, today=self.today, weekday=False)}")
        if clock.clock == "filing" and clock.state == "met":
            notes.append("有回执")
        return views.ClockLine(
            name=name,
            limit=_limit_words(clock),
            due=clock.due if clock.state != "suspended" else None,
            status=self.clock_status(clock, found),
            cite=clock.cite,
            cite_url=f"{_UP}guide/time/rules.html#{RULE_ANCHORS[clock.clock]}",
            note="；".join(notes),
            bar=self._bar(clock),
            binding=clock.binding,
            provisional=clock.provisional,
            derivation=self.derivation(clock, found) if _worth_telling(clock, found) else "",
        )

    def _bar(self, clock: Clock) -> tuple[int, int] | None:
        """How far a running reply clock is, in working days; only where it fits on a line."""
        basis = clock.basis
        if clock.clock != "reply" or not clock.open or basis.days is None or basis.calendar_days or clock.due is None:
            return None
        left = self.calendar.workdays_between(self.today, clock.due)
        return (basis.days - left, basis.days) if self.today <= clock.due and left <= basis.days else None

    def derivation(self, clock: Clock, found: CaseView) -> str:
        """How the due date came about; texts of limits without pauses are kept, many cases share them."""
        key = (clock.basis, clock.due)
        text = self._told.get(key)
        if text is None:
            told = clock.derivation(self.calendar, found.rules.since)
            word = {"filing": "报批", "deliver": "答复", "licence_delivery": "答复"}.get(clock.clock, "登记")
            word = "这一轮开始" if clock.round > 1 and word == "登记" else word
            text = derivation_text(told, self.calendar, self.today, start_word=word)
            if len(self._told) < 50_000:
                self._told[key] = text
        return text

    # -- boxes of the form ----------------------------------------------------------------------------

    def boxes(self, record: Record, found: CaseView) -> tuple[views.Box, ...]:
        """The boxes of the annex in their order, with corrected values marked."""
        case = found.case
        changed = {item.field: item for item in record.effective.corrections}
        opinion = _last(found, "window_opinion")
        review = _last(found, "unit_review")
        raised_up = [entry for entry in case.log if entry.step in ("escalated", "escalation_result")]
        filed = next((entry for entry in case.log if entry.step == "veto_proposed"), None)

        def box(label: str, text: str, field: str = "", *, wide: bool = False) -> views.Box:
            found_change = changed.get(field)
            if found_change is None:
                return views.Box(label, text, wide)
            step = case_entry(record, found_change.n)
            when = moment_time(step[0], self.today.year)[:-6] if step else ""
            return views.Box(label, text, wide, show_value(found_change.was), f"更正 {when}，{found_change.why}")

        facts = "标为敏感，网站上不显示。首问单位在办件台可以看。" if case.sensitive else case.facts.strip()
        return (
            box("报备单位", self.voc.unit(case.unit)),
            box("日期", filed.day.isoformat() if filed else "没有报备"),
            box("承办窗口", self.voc.window(case.window), "window"),
            box("经办人", self.voc.person(case.clerk), "clerk"),
            box("被否定对象", _applicant(case, self.voc)),
            box("联系方式", case.applicant.contact or "—"),
            box("事项名称", case.matter.name, "matter.name"),
            box("受理日期", (case.accepted or case.raised).date().isoformat(), "accepted"),
            box("卡在哪里", self._reasons(case), "reason.main", wide=True),
            box("基本情况", facts, "facts", wide=True),
            box("理由及依据", self._grounds(case, filed), "grounds.text", wide=True),
            box("窗口负责人意见", self._opinion(opinion), wide=True),
            box("单位审核意见", self._opinion(review), wide=True),
            box("提级办理情况", self._raised(raised_up), wide=True),
            box("备注", self._remark(case, record), "remark", wide=True),
        )

    def _reasons(self, case: Case) -> str:
        main = self.voc.word("reason.main", case.reason)
        also = "、".join(self.voc.word("reason.main", code) for code in case.reasons_also)
        return f"{main}；{also}" if also else main

    def _grounds(self, case: Case, filed: Entry | None) -> str:
        if case.sensitive:
            return "标为敏感，网站上不显示。"
        given = filed.data.get("grounds") if filed is not None else case.head.get("grounds")
        return "\n".join(grounds_text(given)) or ("没有拟否决，不用填" if filed is None else "")

    def _opinion(self, entry: Entry | None) -> str:
        if entry is None:
            return ""
        told = self.teller.tell(entry, year=self.today.year)
        said = "；".join(told.said)
        what = told.what.partition("：")[2] or told.what
        return f"{what}{'。' + said if said else ''}　{self.voc.person(entry.by)} {entry.day.isoformat()}"

    def _raised(self, entries: Sequence[Entry]) -> str:
        if not entries:
            return "无"
        year = self.today.year
        return "；".join(
            f"{moment_time(entry.at, year)[:-6]} {self.teller.tell(entry, year=year).what}" for entry in entries
        )

    def _remark(self, case: Case, record: Record) -> str:
        parts = [f"编号 {case.id}"]
        if case.head.get("remark"):
            parts.append(str(case.head["remark"]).strip())
        if record.effective.corrections:
            parts.append(f"更正 {len(record.effective.corrections)} 处")
        return "；".join(parts)

    # -- process --------------------------------------------------------------------------------------

    def moments(self, record: Record, found: CaseView) -> tuple[views.Moment, ...]:
        """The process in order of time, struck steps struck through, and what it waits for at the end."""
        case = found.case
        year = self.today.year
        lines = [
            views.Moment(
                moment_time(case.raised, year), "登记", self.voc.full_person(case.clerk), tags=self._entry_tags(case)
            )
        ]
        if case.accepted is not None:
            lines.append(views.Moment(moment_time(case.accepted, year), "受理"))
            if case.accepted < case.raised:
                lines.reverse()
        for entry in sorted(case.log, key=lambda item: item.at):
            moment = self.teller.tell(entry, year=year, tags=self._late_tag(record, entry.n, entry.day))
            lines.append(_hide(moment) if case.sensitive else moment)
        lines += self._struck(record)
        if found.headline is not None or found.stage.holders:
            held = self.holders(found)
            if held:
                lines.append(
                    views.Moment("现在", f"{self.stage(found)}，等 {'、'.join(_who(item) for item in held)}", now=True)
                )
        return tuple(lines)

    def _struck(self, record: Record) -> list[views.Moment]:
        struck = record.effective.struck
        if not struck or record.value is None:
            return []
        from noveto.records.build import build_case

        whole = build_case(record.effective.value, frozenset())
        return [
            self.teller.tell(entry, year=self.today.year, struck=True, tags=("已划销",))
            for entry in whole.log
            if entry.n in struck
        ]

    def _entry_tags(self, case: Case) -> tuple[str, ...]:
        return (f"补录：{_ENTRY_MODES.get(case.entry_mode, case.entry_mode)}",) if case.entry_mode else ()

    def _late_tag(self, record: Record, n: int, day: date) -> tuple[str, ...]:
        arrived = record.arrivals[n - 1] if n <= len(record.arrivals) else None
        if arrived is None or arrived <= day:
            return ()
        late = self.calendar.workdays_between(day, arrived)
        return (f"晚 {late} 个工作日入库",) if late > 1 else ()

    def tags(self, record: Record, found: CaseView) -> tuple[str, ...]:
        """The grey tags beside the title."""
        case = found.case
        made: list[str] = [words.TRACKS.get(found.track, found.track)]
        if case.matter.licensing:
            made.append("行政许可")
        if case.entry_mode:
            made.append(f"补录 · {_ENTRY_MODES.get(case.entry_mode, case.entry_mode)}")
        steps = {entry.step for entry in case.log}
        if record.effective.corrections:
            made.append("已更正")
        if any(entry.data.get("recorded_by") for entry in case.log):
            made.append("代录")
        if "reclassified" in steps:
            made.append("已重新分类")
        if "reopened" in steps:
            made.append("重新办理")
        if "disputed" in steps:
            made.append("有异议")
        if any(entry.step == "note" and entry.data.get("kind") == "urged" for entry in case.log):
            made.append("督办")
        if any(clock.state == "unattested" for clock in found.clocks):
            made.append("无回执")
        if any(clock.state == "deemed_accepted" for clock in found.clocks):
            made.append("视为受理")
        return tuple(made)


# -- pieces ----------------------------------------------------------------------------------------------------


def _limit_words(clock: Clock) -> str:
    basis = clock.basis
    if basis.days is None:
        return "约定日期"
    unit = "自然日" if basis.calendar_days else "个工作日"
    if basis.days == 0:
        return "当天"
    return f"第 {basis.days} {unit}" if not clock.binding else f"{basis.days} {unit}"


def _worth_telling(clock: Clock, found: CaseView) -> bool:
    """The derivation is told for what runs, and for the reply of every round."""
    return clock.open or clock.clock == "reply"


def _owes_delivery(found: CaseView) -> bool:
    head = found.headline
    return found.stage.code == "answered" and head is not None and head.clock in ("deliver", "licence_delivery")


def _review(found: CaseView) -> date | None:
    reviews = [clock for clock in found.clocks if clock.clock == "review" and clock.open]
    return reviews[-1].due if reviews else None


def _left(clock: Clock, calendar: Calendar) -> int:
    from noveto.calendar import limit

    basis = clock.basis
    if basis.days is None:
        return 0
    return limit(calendar, basis.start, basis.days, basis.pauses, basis.calendar_days).remaining


def _last(found: CaseView, step: str) -> Entry | None:
    return next((entry for entry in reversed(found.case.log) if entry.step == step), None)


def case_entry(record: Record, n: int) -> tuple[Any, str] | None:
    """Time and step of entry ``n`` (from 1) of a record's log."""
    from datetime import datetime

    log = (record.value or {}).get("log") or ()
    if not 1 <= n <= len(log):
        return None
    return datetime.fromisoformat(log[n - 1]["at"]), str(log[n - 1]["step"])


def _applicant(case: Case, voc: Vocabulary) -> str:
    kind = voc.word("applicant.kind", case.applicant.kind)
    several = f"，{case.applicant.count} 人" if case.applicant.count > 1 else ""
    if case.applicant.kind in ("person", "sole_trader") and case.applicant.name:
        return f"{case.applicant.name}（{kind}{several}）"
    return f"{kind}{several}（名称见登记表）" if case.applicant.kind != "anonymous" else kind


def _holder_text(who: views.Holder) -> str:
    ext = f"（{who.ext}）" if who.ext else ""
    note = f"，{who.note}" if who.note else ""
    return f"{_who(who)}{ext}{note}"


def _who(who: views.Holder) -> str:
    return " ".join(part for part in (who.org, who.name) if part)


def _hide(moment: views.Moment) -> views.Moment:
    return views.Moment(moment.at, moment.what, moment.who, (), moment.tags, moment.now, moment.struck)


def _guides(found: CaseView) -> tuple[tuple[str, str], ...]:
    base = f"{_UP}guide/"
    made = [("期限怎么算", f"{base}time/rules.html")]
    steps = {entry.step for entry in found.case.log}
    if found.track == "cross_department" or "consulted" in steps:
        made.append(("要别的部门一起定", f"{base}clerk.html#choose"))
    if "veto_proposed" in steps:
        made.append(("想说“不能办”怎么办", f"{base}clerk.html#veto"))
    if "supplement_notice" in steps:
        made.append(("一次说全", f"{base}clerk.html#supplement"))
    if "suspended" in steps:
        made.append(("中止和复核", f"{base}time/rules.html#suspension"))
    return tuple(made)
