"""Typed, frozen records: what the ledger holds once text, schema and references have been judged.

Times are naive ``datetime`` in China time (UTC+8, no daylight saving); days are ``date``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Track = Literal["general", "special", "cross_department"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a log, in order of entry.

    ``n`` counts from 1 in order of entry; ``data`` holds the step's own fields (everything but at, by and
    step) as plain values. ``by`` is a staff id.
    """

    n: int
    at: datetime
    by: str
    step: str
    data: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The day of ``at``."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant as far as the ledger may know: masked name and contact, key of the sealed register."""

    kind: str
    name: str = ""
    contact: str = ""
    ref: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Matter:
    """The matter applied for (事项), as copied into the case when it was registered."""

    name: str
    category: str
    id: str = ""
    unit: str = ""
    licensing: bool = False
    standardised: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One registered case (办件). ``head`` keeps the plain head as parsed, for fields without a rule."""

    id: str
    unit: str
    window: str
    clerk: str
    raised: datetime
    accepted: datetime | None
    track: Track
    track_reason: str
    kind: str
    handling: str
    channel: str
    applicant: Applicant
    matter: Matter
    reason: str
    reasons_also: tuple[str, ...]
    facts: str
    sensitive: bool
    entry_mode: str
    entry_why: str
    log: tuple[Entry, ...]
    head: Mapping[str, Any] = field(repr=False)

    def unnamed(self, text: str) -> str:
        """Return a text of this case as others may read it: 申请人 in the place of the applicant's full name.

        An enterprise's name is written in full; masked ones (王**) stay as they are.
        """
        name = self.applicant.name
        return text if "*" in name or len(name) < 2 else text.replace(name, "申请人")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One report to the 办不成事 window, or about a window that vetoed without procedure."""

    id: str
    hall: str
    received: datetime
    complex: bool
    channel: str
    kind: str
    facts: str
    about: Mapping[str, Any]
    log: tuple[Entry, ...]
    head: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Improvement:
    """What the bureau changes because of cases (改进项)."""

    id: str
    opened: date
    cases: tuple[str, ...]
    root_cause: str
    owner: str
    measure: str
    target_date: date
    log: tuple[Entry, ...]
    head: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Period:
    """How the figures of a month, quarter or year are looked over and frozen (核对期)."""

    id: str
    opened: date
    objections_until: date
    freeze_on: date
    log: tuple[Entry, ...]
    head: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """The period it is about, as the statistics name it: 2026-09, 2026-Q3, 2026."""
        return self.id.removeprefix("qj-").upper()

    @property
    def frozen(self) -> Entry | None:
        """The step that froze the figures; None while they are looked over."""
        return next((entry for entry in self.log if entry.step == "frozen"), None)

    @property
    def objections(self) -> tuple[tuple[Entry, Entry | None], ...]:
        """Each objection with the last answer to it."""
        answers = {str(entry.data["entry"]): entry for entry in self.log if entry.step == "objection_answered"}
        return tuple((entry, answers.get(str(entry.n))) for entry in self.log if entry.step == "objection")


@dataclass(frozen=True, slots=True)
class Review:
    """A random sample of a unit's cases, read by two people: whether the basis of a veto holds (抽查)."""

    id: str
    unit: str
    drawn: date
    drawn_by: str
    seed: str
    size: int
    pool: int
    commit: str
    cases: tuple[str, ...]
    log: tuple[Entry, ...]
    head: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> str:
        """The period the cases were raised in, as the statistics name it."""
        return self.id.removeprefix("cc-").removesuffix(f"-{self.unit}").upper()


Typed = Case | Complaint | Improvement | Period | Review
"""Any record with a log."""


def begun(record: Typed) -> datetime:
    """Return the moment a record begins: raised, received, else the start of the day it was opened or drawn."""
    if isinstance(record, Case):
        return record.raised
    if isinstance(record, Complaint):
        return record.received
    day = record.drawn if isinstance(record, Review) else record.opened
    return datetime.combine(day, datetime.min.time())
