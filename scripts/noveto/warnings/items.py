"""What is late, due or waiting on one day, unit by unit, one item a case: the digests are made of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from noveto.clocks import Arrivals, CaseView, Clock, compute_complaint, view
from noveto.ledger.record import Record
from noveto.records.model import Case, Complaint
from noveto.warnings.model import Basis, Mention
from noveto.warnings.texts import OWED, case_path, day
from noveto.warnings.whereabouts import heads_of, holders_of, urged, where, with_ext

Section = Literal["late", "today", "soon", "asked", "review", "mark"]
SECTIONS: tuple[Section, ...] = ("late", "today", "soon", "asked", "review", "mark")
"""In the order of the digest: 已超期, 今日到期, the next working day, 别的单位请我局回复, 中止待复核, 该催了."""

COMPLAINTS = {
    "cannot_get_done": "反映办不成事",
    "vetoed_without_procedure": "反映没走程序就否决",
    "buck_passing": "反映推诿扯皮",
    "attitude": "反映服务态度",
    "other": "反映其他问题",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a unit's digest.

    ``late`` counts working days past due (0 before), ``left`` working days to go; ``where`` is markdown;
    ``people`` are those to be mentioned where the section calls for it. ``binding`` is False for ◇ reminders.
    """

    unit: str
    section: Section
    id: str
    name: str
    clock: str
    round: int
    due: date
    late: int
    left: int
    where: str
    who: str
    path: str
    people: tuple[Mention, ...] = ()
    binding: bool = True
    provisional: bool = False
    nth: int = 0
    """Which working day after the registration the due day of a consultation is; 0 where nobody counts it."""

    @property
    def owed(self) -> str:
        """What is owed, in a few words."""
        return OWED[self.clock]

    def promise(self, today: date) -> str:
        """应 10月9日答复: by when it was owed."""
        verb = "答复" if self.clock == "reply" else self.owed
        return f"应 {day(self.due, today)}{verb}"


@dataclass(frozen=True, slots=True)
class Told:
    """Why a case is or is not announced to a unit, for ``--explain``."""

    id: str
    unit: str
    said: bool
    why: str


@dataclass(frozen=True, slots=True)
class Late:
    """A case with an overdue binding clock, for the ladder and the standing issues."""

    item: Item
    unit: str
    window: str
    category: str
    clerk: str


@dataclass(slots=True)
class Gathered:
    """Everything found on one day. ``open`` counts a unit's running cases."""

    items: list[Item]
    late: list[Late]
    told: list[Told]
    open: dict[str, int]


def as_of(case: Case, now: datetime) -> Case:
    """Return the case as it stood at ``now``: steps stated for later have not happened."""
    if all(entry.at <= now for entry in case.log):
        return case
    return replace(case, log=tuple(entry for entry in case.log if entry.at <= now))


def complaint_as_of(complaint: Complaint, now: datetime) -> Complaint:
    """Return the complaint as it stood at ``now``."""
    return replace(complaint, log=tuple(entry for entry in complaint.log if entry.at <= now))


def view_at(record: Record, basis: Basis, now: datetime) -> CaseView | None:
    """Compute a case as it stood at ``now``, None when it had not been registered yet."""
    case = record.case
    if case.raised > now:
        return None
    staff = basis.registry.staff
    return view(
        as_of(case, now), basis.rules, basis.calendar, now.date(),
        arrivals=Arrivals(record.receipts, record.arrivals),
        role_of=lambda key: staff[key].role if key in staff else "",
    )  # fmt: skip


def gather(records: Iterable[Record], basis: Basis, now: datetime) -> Gathered:
    """Find what the units have to be told on the day of ``now`` (China time), in the order of the digests."""
    found = Gathered([], [], [], {})
    for record in records:
        if record.kind == "complaint":
            if record.complaint.received <= now:
                _complaint(complaint_as_of(record.complaint, now), basis, now.date(), found)
        elif (seen := view_at(record, basis, now)) is not None:
            _case(seen, basis, now.date(), found)
    found.items.sort(key=lambda item: (SECTIONS.index(item.section), item.due, item.id))
    found.late.sort(key=lambda late: (late.item.due, late.item.id))
    return found


def _case(seen: CaseView, basis: Basis, today: date, found: Gathered) -> None:
    unit = seen.case.unit
    running = [clock for clock in seen.clocks if clock.open]
    if seen.status in ("open", "suspended") or (running and seen.status == "answered"):
        found.open[unit] = found.open.get(unit, 0) + 1
    if not running:
        return
    soon = seen.rules.ladder["due_soon"]
    binding = sorted(
        (clock for clock in running if clock.binding and clock.due is not None and clock.state != "suspended"),
        key=lambda clock: (clock.due or date.max, clock.clock == "review", clock.clock != "reply"),
    )
    chosen = [clock for clock in binding if section_of(clock, soon) is not None]
    told = f"{OWED[chosen[0].clock]}的日子是 {chosen[0].due}" if chosen else ""
    if chosen:
        first = next((clock for clock in chosen if clock.clock != "review"), chosen[0])
        section = section_of(first, soon)
        assert section is not None  # noqa: S101 - chosen by having one
        item = _own(seen, first, section, basis, today)
        found.items.append(item)
        found.told.append(Told(item.id, unit, True, f"{_reason(item)}：{told}"))
    late = [clock for clock in chosen if clock.state == "overdue" and (clock.days_left or 0) < 0]
    if late:
        case = seen.case
        worst = _own(seen, late[0], "review" if late[0].clock == "review" else "late", basis, today)
        found.late.append(Late(worst, unit, case.window, case.matter.category, case.clerk))
    if not chosen:
        found.told.append(Told(seen.case.id, unit, False, _quiet(seen, binding, soon)))
    for item in _asked(seen, running, soon, basis, today):
        found.items.append(item)
        found.told.append(Told(item.id, item.unit, True, f"{_reason(item)}：{item.due}"))
    if not chosen:
        found.items.extend(_marks(seen, running, basis, today))


def section_of(clock: Clock, soon: int) -> Section | None:
    """Return the section a running binding clock belongs to, None while it is not near.

    ``soon`` is the ladder's first step: how many working days before the due day the holder is told.
    """
    if clock.state == "suspended" or clock.days_left is None:
        return None
    if clock.days_left > soon:
        return None
    if clock.clock == "review":
        return "review"
    if clock.state == "overdue":
        return "late"
    return "today" if clock.state == "due_today" else "soon"


def _reason(item: Item) -> str:
    if item.section == "late":
        return f"已超期 {item.late} 个工作日"
    return {
        "today": "今日到期",
        "soon": f"还剩 {item.left} 个工作日",
        "asked": "别的单位在等回复",
        "review": "中止该复核了",
        "mark": "内控的日子到了",
    }[item.section]


def _quiet(seen: CaseView, binding: list[Clock], soon: int) -> str:
    if not binding:
        return "现在没有在走的期限（中止，或者等申请人补正）" if seen.status != "closed" else "只剩内控的日子"
    first = binding[0]
    return f"{OWED[first.clock]}还剩 {first.days_left} 个工作日（{first.due}），提前 {soon} 个工作日才提醒"


def _own(seen: CaseView, clock: Clock, section: Section, basis: Basis, today: date) -> Item:
    who, mentions = holders_of(seen, basis, today)
    if section == "late" and -(clock.days_left or 0) >= basis.rules.for_day(today).ladder["head"]:
        heads = tuple(Mention.of(person) for person in heads_of(basis, seen.case.unit, seen.case.window, today))
        mentions = tuple(dict.fromkeys(mentions + heads))
    place = "，".join(part for part in (where(seen, basis), urged(seen, today)) if part)
    return _item(
        seen.case.unit, section, seen, clock, where=place, who=who,
        people=mentions if section in ("late", "today") else (),
    )  # fmt: skip


def _item(
    unit: str, section: Section, seen: CaseView, clock: Clock, *, where: str, who: str, people: tuple[Mention, ...] = ()
) -> Item:
    assert clock.due is not None  # noqa: S101 - only clocks with a date reach a section
    left = clock.days_left or 0
    return Item(
        unit, section, seen.case.id, matter_of(seen.case), clock.clock, clock.round, clock.due, max(-left, 0),
        max(left, 0), where, who, case_path(seen.case.id), people, clock.binding, clock.provisional,
    )  # fmt: skip


def _asked(seen: CaseView, running: list[Clock], soon: int, basis: Basis, today: date) -> Iterator[Item]:
    """Yield what other units owe this case: answers to consultations, and 市营商办's decision."""
    asking = f"（{basis.unit_short(seen.case.unit, today)}来问）"
    phone = basis.unit_phone(seen.case.unit, today)
    for clock in running:
        if clock.clock != "consult" or clock.days_left is None or clock.due is None:
            continue
        if clock.days_left > soon:
            continue
        item = _item(clock.of, "asked", seen, clock, where="", who=_asked_whom(clock.of, phone, basis, today))
        nth = basis.calendar.workdays_between(seen.case.raised.date(), clock.due)
        yield replace(item, name=item.name + asking, nth=nth)
    body = basis.registry.office.yingshangban.unit
    if body and seen.stage.code == "escalated" and seen.stage.holders[0].id == "yingshangban":
        head = seen.headline
        if head is not None and head.due is not None and head.days_left is not None and head.days_left <= soon:
            item = _item(body, "asked", seen, head, where="提级待定", who=f"问 {phone}" if phone else "")
            yield replace(item, name=item.name + asking, binding=False)


def matter_of(case: Case) -> str:
    """Return the matter's name as a message may say it: an applicant's name that stands in it is left out."""
    return case.unnamed(case.matter.name)


def _asked_whom(unit: str, phone: str, basis: Basis, today: date) -> str:
    """Say who in a consulted unit sees to the answer, and where the asking unit can be rung."""
    heads = basis.of_role(unit, "head", today)[:1]
    return "，".join([*(with_ext(head) for head in heads), *([f"问 {phone}"] if phone else [])])


def _marks(seen: CaseView, running: list[Clock], basis: Basis, today: date) -> Iterator[Item]:
    for clock in running:
        if clock.clock == "escalate" and clock.days_left is not None and clock.days_left <= 0:
            who, _ = holders_of(seen, basis, today)
            yield _item(seen.case.unit, "mark", seen, clock, where=where(seen, basis), who=who)


def _complaint(complaint: Complaint, basis: Basis, today: date, found: Gathered) -> None:
    """Add a complaint: told to the centre, and to the unit it was given to. The complainant is never named."""
    rules = basis.rules.for_day(complaint.received.date())
    for clock in compute_complaint(complaint, rules, basis.calendar, today):
        if not clock.open or clock.due is None:
            continue
        centre = basis.registry.office.centre.unit
        hall = basis.registry.halls.get(complaint.hall)
        given = [str(entry.data.get("to", "")) for entry in complaint.log if entry.step == "assigned"]
        unit = unit_of_party(given[-1], basis) if given else ""
        section = section_of(clock, rules.ladder["due_soon"])
        if section is None:
            found.told.append(Told(complaint.id, centre, False, f"{OWED[clock.clock]}还剩 {clock.days_left} 个工作日"))
            continue
        left = clock.days_left or 0
        where = f"交办给 **{basis.unit_short(unit, today)}**" if unit else "**还没有交办**"
        owners = (centre,) if clock.clock == "review" else (centre, unit)  # the centre looks at it again
        for owner in dict.fromkeys(key for key in owners if key):
            item = Item(
                owner, section, complaint.id, COMPLAINTS.get(complaint.kind, "投诉与反映"), clock.clock, 1, clock.due,
                max(-left, 0), max(left, 0), where, hall.name if hall else "", case_path(complaint.id),
            )  # fmt: skip
            found.items.append(item)
            found.told.append(Told(complaint.id, owner, True, _reason(item)))


def unit_of_party(party: str, basis: Basis) -> str:
    """Return the unit a unit id or staff id stands for, "" for an unknown one."""
    if party in basis.registry.units:
        return party
    person = basis.registry.staff.get(party)
    return person.unit if person else ""
