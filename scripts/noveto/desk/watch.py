"""What a person keeps an eye on: was it opened, what was typed in her name, who has left with open cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from noveto.clocks.people import people
from noveto.desk.office import Office
from noveto.desk.people import Person
from noveto.desk.seen import Look, Seen
from noveto.warnings.whereabouts import clerk_of

if TYPE_CHECKING:
    from noveto.clocks import CaseView

UNREAD = "还没打开"
_TYPED_DAYS = 30
_NEUTRAL = ("note", "corrected", "explained", "intervened", "interim_reply", "linked", "called_back", "classified",
            "filing_checked", "confirmed", "filed")  # fmt: skip
"""Steps that put a case into nobody's hands."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A step that somebody else typed in the person's name (代录), and that she has not spoken to yet."""

    id: str
    matter: str
    n: int
    step: str
    text: str
    who: str
    at: datetime


class Reader:
    """Says of cases whether those who have them in hand have opened them since."""

    def __init__(self, office: Office, seen: Seen) -> None:
        self.registry = office.registry
        self.seen = seen

    def told(self, cases: Sequence[CaseView], today: date) -> list[tuple[CaseView, str]]:
        """Return each case with 已读 and when, UNREAD, or "" where the desk cannot know."""
        looks = self.seen.of(found.case.id for found in cases)
        return [(found, self._told(found, looks.get(found.case.id, ()), today)) for found in cases]

    def _told(self, found: CaseView, looks: Sequence[Look], today: date) -> str:
        given = handed(found)
        holders = {held.staff for held in people(found, self.registry, today) if held.staff}
        units = {one.id for one in found.stage.holders if one.kind == "unit"}
        if given is None or given[1] < self.seen.begun or not holders | units:
            return ""
        for look in looks:
            person = self.registry.staff.get(look.staff)
            if look.n >= given[0] and person is not None and (look.staff in holders or person.unit in units):
                at = f"{look.at:%H:%M}" if look.at.date() == today else f"{look.at:%m-%d %H:%M}"
                return f"{person.name} {at} 已读"
        return UNREAD


def handed(found: CaseView) -> tuple[int, datetime] | None:
    """Return (number, time) of the step that put a case where it is; None before any step."""
    return next(((one.n, one.at) for one in reversed(found.line.events) if one.step not in _NEUTRAL), None)


def unread(office: Office, person: Person, today: date, reader: Reader) -> list[CaseView]:
    """Return for the centre's supervisors what was handed over before today and not even opened."""
    if person.role != "supervisor":
        return []
    centres = office.rights.centres
    cases = [
        found
        for found in office.open_cases()
        if (given := handed(found)) is not None
        and given[1].date() < today
        and person.unit in centres("case", found.case.head)
    ]
    return [found for found, read in reader.told(cases, today) if read == UNREAD]


def typed(office: Office, person: Person, today: date) -> list[Typed]:
    """Return what others typed in this person's name in the last weeks and she has neither signed nor denied."""
    found: list[Typed] = []
    for record in office.open_records():
        log = record.case.log if record.kind == "case" else ()
        own = [one.n for one in log if one.by == person.id and "recorded_by" not in one.data]
        for entry in log:
            by = str(entry.data.get("recorded_by", entry.by))
            old = (today - entry.at.date()).days > _TYPED_DAYS
            if entry.by == person.id != by and not old and not any(n > entry.n for n in own):
                step = office.context.steps.machine("case", today).steps.get(entry.step)
                title, text = step.title if step else entry.step, str(entry.data.get("text", ""))
                who = office.registry.person_name(by)
                found.append(Typed(record.case.id, record.case.matter.name, entry.n, title, text, who, entry.at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def leavers(office: Office, person: Person, today: date) -> list[tuple[str, int]]:
    """Return for a head who of her unit has left with open cases to the name, and how many."""
    counts: dict[str, int] = {}
    for found in office.open_cases() if person.role == "head" else ():
        clerk = clerk_of(found)
        own = found.case.unit == person.unit and found.status in ("open", "suspended")
        if own and clerk in office.registry.staff and not office.registry.staff.valid(clerk, today):
            counts[clerk] = counts.get(clerk, 0) + 1
    return sorted(counts.items())
