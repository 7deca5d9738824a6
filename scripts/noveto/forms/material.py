"""What every form is filled from: the record, the office's names, and the applicant's full name if it may be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.words import paper

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import CaseView
    from noveto.records.model import Case, Entry
    from noveto.records.registry import Registry
    from noveto.schema import Schemas

Contacts = Callable[[str, str], "tuple[str, str] | None"]
"""Reads the sealed register: key of the applicant and case id → full name and contact, None where there is none."""

PERSONS = ("person", "sole_trader")


@dataclass(frozen=True, slots=True)
class Material:
    """One case (effective) and what is needed to word it.

    ``found`` holds the case on the day of printing; ``corrections`` is the number of corrected fields;
    ``filed_on`` the day on which the ledger received the entry with a number (None: not known).
    """

    found: CaseView
    registry: Registry
    schemas: Schemas
    calendar: Calendar
    today: date
    corrections: int = 0
    arrivals: tuple[date | None, ...] = ()
    name: str = ""
    contact: str = ""
    masked: bool = False

    @property
    def case(self) -> Case:
        """The effective case."""
        return self.found.case

    @property
    def unit(self) -> str:
        """The unit's name as it was when the case was raised."""
        return self.registry.unit_name(self.case.unit, self.case.raised.date())

    def person(self, staff: str) -> str:
        """Return a member of staff by name."""
        return self.registry.person_name(staff)

    def unit_name(self, unit: str) -> str:
        """Return a unit's name on the day the case was raised."""
        return self.registry.unit_name(unit, self.case.raised.date())

    def window_name(self, window: str) -> str:
        """Return a window's name on the day the case was raised; the id where it is unknown."""
        found = self.registry.windows.on(window, self.case.raised.date())
        return found.name if found else window

    def window_phone(self) -> str:
        """Return the telephone of the case's window, else of its unit; "" where neither is known."""
        day = self.case.raised.date()
        window, unit = self.registry.windows.on(self.case.window, day), self.registry.units.on(self.case.unit, day)
        return (window.phone if window else "") or (unit.phone if unit else "")

    def complaint_phone(self) -> str:
        """Return the telephone of the 办不成事 window of the case's hall, else of the first one; "" without one."""
        day = self.case.raised.date()
        window = self.registry.windows.on(self.case.window, day)
        return self.registry.public_phone("banbucheng", window.hall if window else "", day)

    def word(self, field: str, code: str) -> str:
        """Return the title of a code."""
        return self.schemas.word("case", field, code)

    def last(self, *steps: str) -> Entry | None:
        """Return the last entry of one of ``steps`` by time; None without."""
        entries = sorted(self.case.log, key=lambda entry: entry.at)
        return next((entry for entry in reversed(entries) if entry.step in steps), None)

    @property
    def applicant(self) -> str:
        """The applicant's name: full from the sealed register, else as the ledger holds it."""
        who = self.case.applicant
        if who.kind == "anonymous":
            return "匿名"
        name = self.name or who.name
        return f"{name} 等 {who.count} 人" if who.count > 1 else name


def grounds_lines(grounds: Mapping[str, Any] | None) -> list[str]:
    """Return grounds as lines: the text, then each basis with its article."""
    if not grounds:
        return []
    lines = [str(grounds.get("text", "")).strip()]
    for item in grounds.get("basis", ()):
        title = str(item.get("title", "")).strip()
        title = title if title.startswith("《") else f"《{title}》"
        lines.append(f"{title}{item.get('article', '')}")
    return [line for line in lines if line]


def text_of(entry: Entry) -> str:
    """Return what was said with a step, without the line break at its end."""
    return str(entry.data.get("text", "")).strip()


def day_of(value: object) -> str:
    """Word a day of a record as paper does: 2026年10月10日."""
    return paper(date.fromisoformat(str(value))) if value else ""
