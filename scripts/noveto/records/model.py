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
