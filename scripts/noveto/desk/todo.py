"""我的待办: what one person has to do, and what others hold that she watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from noveto.clocks.people import people
from noveto.desk.complaints import Complained, complained, concerns
from noveto.desk.office import Office
from noveto.desk.people import Person
from noveto.desk.seen import Seen
from noveto.desk.watch import Reader, Typed, leavers, typed, unread
from noveto.site.casebuild import CaseBuilder
from noveto.site.views import CaseRow
from noveto.site.vocabulary import Vocabulary
from noveto.warnings.whereabouts import clerk_of

if TYPE_CHECKING:
    from noveto.clocks import CaseView

NEXT = {
    "registered": ("submitted", "提交研究"),
    "returned": ("submitted", "补充后再报"),
    "window_head": ("window_opinion", "签意见"),
    "unit_review": ("unit_review", "审批"),
    "to_do": ("answered", "答复申请人"),
    "to_refuse": ("answered", "答复申请人"),
    "to_answer": ("answered", "答复申请人"),
    "to_escalate": ("escalated", "提级"),
    "no_consensus": ("escalated", "提级"),
    "to_conclude": ("answered", "答复申请人"),
    "consulting": ("consult_answered", "回复征询"),
    "escalated": ("escalation_result", "写提级结果"),
    "suspended": ("resumed", "恢复计时"),
    "waiting_applicant": ("supplement_received", "收到补正"),
    "to_deliver": ("delivered", "送达登记表"),
    "reopened": ("answered", "答复申请人"),
    "answered": ("delivered", "送达登记表"),
}
"""For each stage the step that usually comes next, and the word on its button."""

_ASK_OTHERS = ("consulted", "征询")

_WATCHED = 60


@dataclass(frozen=True, slots=True)
class Duty:
    """One line: the case as a row, the step the button leads to (empty: only to look), its word."""

    row: CaseRow
    step: str = ""
    word: str = ""
    deputy: str = ""
    read: str = ""
    remind: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    """A person's home.

    ``unread`` is the centre's: handed over before today and not opened. ``leavers`` are staff of a head's unit who
    have left with so many open cases. ``nearby`` are those of her window, where she has nothing to do herself.
    """

    mine: Sequence[Duty]
    watched: Sequence[Duty]
    complaints: Sequence[Complained]
    unread: Sequence[Duty]
    typed: Sequence[Typed]
    leavers: Sequence[tuple[str, int]]
    nearby: Sequence[Duty]


def next_of(found: CaseView) -> tuple[str, str]:
    """Return the step that comes next by the notice and the word on its button, both empty where none does.

    What is merely registered goes up for study, across departments to those who have a say; that a no is proposed is
    for the clerk to decide (三（三）, 四（二）). A proposal that was sent back is proposed again.
    """
    code = found.stage.code
    if code == "registered" and found.track == "cross_department":
        return _ASK_OTHERS
    step, word = NEXT.get(code, ("", ""))
    if code == "returned" and _proposes(found):
        step = "veto_proposed"
    return step, word


def _proposes(found: CaseView) -> bool:
    """Whether the case's round holds a veto that was proposed."""
    return any(entry.step == "veto_proposed" for entry in found.line.events[found.line.rounds[-1].first :])


def builder_of(office: Office, today: date) -> CaseBuilder:
    """Return what tells rows of cases."""
    context = office.context
    vocabulary = Vocabulary(context.registry, context.schemas, today)
    return CaseBuilder(vocabulary, context.calendar, context.rules, today)


def todo(office: Office, person: Person, today: date, seen: Seen) -> Todo:
    """Return what ``person`` has to do on ``today``, the most urgent first, and what she watches."""
    builder = builder_of(office, today)
    reader = Reader(office, seen)
    mine: list[tuple[CaseView, str]] = []
    watched: list[CaseView] = []
    for found in office.open_cases():
        held = holds(found, person, office, today)
        if held is not None:
            mine.append((found, held))
        elif _watches(found, person):
            watched.append(found)
    watched.sort(key=_urgency)
    lines = (
        complained(one, person, office, today) for one in office.open_complaints() if concerns(one, person, office)
    )
    complaints = sorted((one for one in lines if one is not None), key=lambda one: (one.due or date.max, one.id))
    return Todo(
        [
            Duty(builder.row(found), *next_of(found), deputy=deputy)
            for found, deputy in sorted(mine, key=lambda item: _urgency(item[0]))
        ],
        [
            Duty(builder.row(found), read=read, remind=_may_remind(found, person))
            for found, read in reader.told(watched[:_WATCHED], today)
        ],
        complaints,
        [Duty(builder.row(found)) for found in sorted(unread(office, person, today, reader), key=_urgency)[:_WATCHED]],
        typed(office, person, today),
        leavers(office, person, today),
        [] if mine else [Duty(builder.row(found)) for found in _nearby(office, person)],
    )


def _nearby(office: Office, person: Person) -> list[CaseView]:
    """Return the open cases of the person's windows, of her unit where she sits at none, the most urgent first."""
    found = [
        one
        for one in office.open_cases()
        if one.case.unit == person.unit and (not person.windows or one.case.window in person.windows)
    ]
    return sorted(found, key=_urgency)


def mine_count(office: Office, person: Person, today: date) -> int:
    """Return how many cases are in this person's own hands."""
    return sum(holds(found, person, office, today) is not None for found in office.open_cases())


def offers_reminder(found: CaseView, person: Person, office: Office, today: date) -> bool:
    """Return whether 提醒一次 is offered to a person about a case: she watches it while others have it in hand."""
    return _watches(found, person) and _may_remind(found, person) and holds(found, person, office, today) is None


def _may_remind(found: CaseView, person: Person) -> bool:
    """Return whether 提醒一次 is offered: to the own unit, where somebody who can be reminded has the case."""
    return found.case.unit == person.unit and any(one.kind not in ("applicant", "none") for one in found.stage.holders)


def cases_of(office: Office, staff: str) -> list[CaseView]:
    """Return the open cases that a member of staff has in hand or is the clerk of: what to hand over."""
    found = [one for one in office.open_cases() if one.status in ("open", "suspended") and clerk_of(one) == staff]
    return sorted(found, key=_urgency)


def holds(found: CaseView, person: Person, office: Office, today: date) -> str | None:
    """Return "" when the case is in this person's own hands, for whom she stands in, None when it is in others'."""
    registry = office.registry
    for holder in found.stage.holders:
        if holder.kind == "unit" and holder.id == person.unit and person.role in ("clerk", "head", "leader"):
            return ""
        if holder.kind == "role" and holder.id == person.role and found.case.unit == person.unit:
            return ""
        if holder.kind == "body":
            if holder.id == "yingshangban" and person.unit == registry.office.yingshangban.unit:
                return ""
            if holder.id == "superior" and person.unit == found.case.unit and person.role == "leader":
                return ""
        if holder.kind == "staff" and holder.id == person.id:
            return ""
        if holder.kind == "staff" and (away := registry.staff.get(holder.id)) is not None:
            gone = not registry.staff.valid(away.id, today)
            if gone and away.role == person.role != "clerk" and away.unit == person.unit:
                return "代岗"  # what lay on the table of a head or leader who has left is her successor's
    for one in people(found, registry, today):
        if one.staff == person.id:
            return one.note or ""
    if found.stage.code == "answered" and found.case.clerk == person.id and found.headline is not None:
        return ""
    return None


def _watches(found: CaseView, person: Person) -> bool:
    case = found.case
    if person.id in (case.clerk, clerk_of(found)):
        return True
    if case.unit != person.unit:
        return False
    if person.role == "head":
        return case.window in person.windows
    return person.role == "leader" and found.headline is not None and found.headline.state == "overdue"


def _urgency(found: CaseView) -> tuple[bool, date, str]:
    head = found.headline
    stopped = head is None or head.state == "suspended"
    return stopped, (head.due if head is not None and head.due else date.max), found.case.id
