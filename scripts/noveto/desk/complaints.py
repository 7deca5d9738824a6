"""投诉与反映 in a person's list: how long is left, in whose hands, what she does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from noveto import words
from noveto.clocks import complaint_status, compute_complaint, review_day
from noveto.desk.office import Office
from noveto.desk.people import Person
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.ledger import Record

_WORDS = {"assigned": "交办", "replied": "回复", "answered": "答复反映人", "called_back": "回访"}


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint as a line: ``step`` is what the person does next ("" when it lies with others)."""

    id: str
    facts: str
    status: Said
    due: date | None
    where: str
    step: str
    word: str


def concerns(record: Record, person: Person, office: Office) -> bool:
    """Return whether a complaint is on this person's list: the centre's, and whoever was asked to look into it."""
    centres = office.rights.centres("complaint", record.value or {})
    if person.unit in centres and person.role in ("clerk", "head", "leader", "supervisor"):
        return True
    log = record.complaint.log
    asked = log[-1].data.get("to") if log and log[-1].step == "assigned" else ""
    return asked in (person.unit, person.id)


def complained(record: Record, person: Person, office: Office, today: date) -> Complained | None:
    """Return a complaint as a line, None when it is closed."""
    found, context = record.complaint, office.context
    rules = context.rules.for_day(found.received.date())
    stage = complaint_status(found, rules, context.calendar, today)
    if stage == "closed":
        return None
    clocks = compute_complaint(found, rules, context.calendar, today)
    clock = next(iter(clocks), None)
    running = clock is not None and clock.open
    said = words.answered() if clock is None or not running else words.state(
        context.calendar, clock.state, due=clock.due, today=today, review=review_day(clocks)
    )  # fmt: skip
    asked = next((one for one in reversed(found.log) if one.step == "assigned"), None)
    open_ask = asked is not None and not any(one.step == "replied" and one.n > asked.n for one in found.log)
    to = str(asked.data.get("to", "")) if asked is not None else ""
    mine = person.unit in office.rights.centres("complaint", record.value or {})
    if stage == "answered":
        step, where = ("called_back" if mine else ""), "待回访"
    elif open_ask:
        unit = office.registry.units.get(to)
        name = unit.short if unit else office.registry.person_name(to)
        where = f"等 {name} 回复" + (f" {unit.phone}" if unit is not None and unit.phone else "")
        step = "replied" if to in (person.unit, person.id) else ""
    else:
        where = "待答复" if asked is not None else "待交办"
        step = ("answered" if asked is not None else "assigned") if mine else ""
    return Complained(found.id, found.facts, said, clock.due if clock is not None and running else None, where, step,
                      _WORDS.get(step, ""))  # fmt: skip
