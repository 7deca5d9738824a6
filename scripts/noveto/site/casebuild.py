"""From a case of the ledger to its page: clocks in words, the boxes of the form, the process, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from noveto import words
from noveto.clocks import Arrivals, CaseView, Clock, view
from noveto.clocks import Holder as StageHolder
from noveto.clocks.people import people
from noveto.site import caseviews, views
from noveto.site.caseboxes import case_boxes
from noveto.site.caseclocks import ClockTeller
from noveto.site.caseprocess import ENTRY_MODES, case_process
from noveto.site.complaintlinks import complaint_path
from noveto.site.moments import Teller
from noveto.site.outcome import answered_entry, outcome_path, result_of
from noveto.site.vocabulary import OWED, Vocabulary
from noveto.statistics.derive import unreached
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.ledger import Record
    from noveto.rules import Rules

_UP = "../../../"


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
        self.clocks = ClockTeller(voc, calendar, today)

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
            return self.clocks.status(head, found)
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

    # -- rows -----------------------------------------------------------------------------------------

    def row(self, found: CaseView, *, tags: tuple[str, ...] = ()) -> views.CaseRow:
        """Return the case as a row of a list."""
        case, head = found.case, found.headline
        due = head.due if head is not None and head.state != "suspended" and head.clock != "review" else None
        marks = [
            (clock.due <= self.today, self.clocks.status(clock, found))
            for clock in found.clocks
            if not clock.binding and clock.open and clock.due is not None
        ]
        return views.CaseRow(
            id=case.id,
            url=case_path(case.id),
            status=self.status(found),
            due=due,
            matter=case.unnamed(case.matter.name),
            track=words.TRACKS.get(found.track, found.track),
            stage=self.stage(found),
            holders=self.holders(found),
            provisional=bool(head and head.provisional and due),
            marks=tuple(said for due, said in marks if due),
            coming=tuple(said for due, said in marks if not due),
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
            found = found._replace(stage=stage._replace(holders=(StageHolder("staff", found.case.clerk),)))
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
        found: CaseView | None = None,
        *,
        similar: Sequence[caseviews.Similar] | None = None,
        history: Sequence[str] = (),
        complaints: Sequence[str] = (),
    ) -> caseviews.CaseView:
        """Return everything the case's page shows; ``found`` is what ``compute`` would say, where it is known."""
        found = found or self.compute(record)
        case = found.case
        held = self.holders(found)
        return caseviews.CaseView(
            id=case.id,
            matter=case.unnamed(case.matter.name),
            status=self.status(found),
            lead=self.lead(found),
            holder="、".join(_holder_text(item) for item in held) + self.asked(found) if held else _NOBODY,
            clocks=self.clocks.lines(found),
            boxes=self.boxes(record, found),
            moments=self.moments(record, found),
            tags=self.tags(record, found),
            similar=tuple(similar) if similar is not None else None,
            similar_done=sum(1 for item in similar or () if item.outcome.level == "done"),
            history=tuple(history),
            guides=(*_guides(found), *((f"投诉反映 {name}", _UP + complaint_path(name)) for name in complaints)),
            actions=caseviews.desk_actions(case.id) if self.desk else (),
            crumbs=(
                ("办件", f"{_UP}cases/open.html"),
                (self.voc.unit_short(case.unit), f"{_UP}units/{case.unit}.html"),
            ),
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
                    return f"{when} 答复，{self.clocks.status(late, found).words}"
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

    def boxes(self, record: Record, found: CaseView) -> tuple[caseviews.Box, ...]:
        """The boxes of the annex in their order."""
        return case_boxes(self.teller, record, found, self.today.year, desk=self.desk)

    def asked(self, found: CaseView) -> str:
        """Until when the consulted units that have the case are to answer; "" where none has."""
        if found.stage.code != "consulting":
            return ""
        days = {clock.of: clock.due for clock in found.clocks if clock.clock == "consult" and clock.open and clock.due}
        told = {unit: words.short(due, today=self.today, cal=self.calendar) for unit, due in days.items()}
        if len(set(told.values())) == 1:
            return f"，应 {next(iter(told.values()))} 回复"
        return "".join(f"；{self.voc.unit_short(unit)}应 {day} 回复" for unit, day in told.items())

    def moments(self, record: Record, found: CaseView) -> tuple[caseviews.Moment, ...]:
        """The process, and what the case waits for at the end."""
        lines = list(case_process(self.teller, self.calendar, record, found, self.today.year))
        held = self.holders(found)
        if held:
            waits = self.stage(found)
            if found.stage.code != "waiting_applicant":
                waits += f"，等 {'、'.join(_who(item) for item in held)}"
            lines.append(caseviews.Moment("现在", waits, now=True))
        return tuple(lines)

    def tags(self, record: Record, found: CaseView) -> tuple[str, ...]:
        """The grey tags beside the title."""
        case = found.case
        made: list[str] = [words.TRACKS.get(found.track, found.track)]
        if case.matter.licensing:
            made.append("行政许可")
        if case.entry_mode:
            made.append(f"补录 · {ENTRY_MODES.get(case.entry_mode, case.entry_mode)}")
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
        if any(unreached(found)):
            made.append("未接通")
        return tuple(made)


_NOBODY = "已答复，没有人要动手"


# -- pieces ----------------------------------------------------------------------------------------------------


def _owes_delivery(found: CaseView) -> bool:
    head = found.headline
    return found.stage.code == "answered" and head is not None and head.clock in ("deliver", "licence_delivery")


def _left(clock: Clock, calendar: Calendar) -> int:
    from noveto.calendar import limit

    basis = clock.basis
    if basis.days is None:
        return 0
    return limit(calendar, basis.start, basis.days, basis.pauses, basis.calendar_days).remaining


def _holder_text(who: views.Holder) -> str:
    ext = f"（{who.ext}）" if who.ext else ""
    note = f"，{who.note}" if who.note else ""
    return f"{_who(who)}{ext}{note}"


def _who(who: views.Holder) -> str:
    return " ".join(part for part in (who.org, who.name) if part)


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
