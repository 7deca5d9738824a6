"""What the parts of the warnings hand to each other: the ledger's settings, a message, who is mentioned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.calendar import Calendar
from noveto.records.registry import Person, Registry
from noveto.rules import Rules
from noveto.warnings.alike import Alike
from noveto.warnings.texts import fit, unmarked

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.ledger.record import Record

MARKDOWN_LIMIT = 4096
"""Bytes a WeCom robot takes in one markdown message."""

TEXT_LIMIT = 2048
"""Bytes a WeCom robot takes in one text message; also the limit of every plain twin."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a warning is worked out with, besides the records."""

    registry: Registry
    rules: Rules
    calendar: Calendar
    reasons: Mapping[str, str] = field(default_factory=dict)
    alike: Callable[[Record], str] = field(default=lambda _: "", compare=False, repr=False)
    """What became of cases like one, in a line; "" where nothing is known."""
    desk: bool = False
    """Whether the address answers as a desk too, so that a link can open the form at once."""

    @classmethod
    def of(cls, ledger: Ledger, *, desk: bool = False) -> Basis:
        """Take it from an open ledger."""
        reasons = dict(ledger.schemas.options("case", "reason.main"))
        return cls(ledger.registry, ledger.rules, ledger.calendar, reasons, Alike(ledger), desk)

    def unit_name(self, unit: str, day: date) -> str:
        """Return the unit's full name as it was on ``day``."""
        return self.registry.unit_name(unit, day)

    def unit_short(self, unit: str, day: date) -> str:
        """Return the unit's short name as it was on ``day``."""
        found = self.registry.units.on(unit, day)
        return found.short if found else unit

    def unit_phone(self, unit: str, day: date) -> str:
        """Return whom to ring about a unit's cases: its own extension, else that of the help desk."""
        found = self.registry.units.on(unit, day)
        return (found.phone if found else "") or self.registry.office.help_phone

    def of_role(self, unit: str, role: str, day: date) -> tuple[Person, ...]:
        """Return a unit's people with a role who are in office on ``day``."""
        staff = self.registry.staff
        return tuple(
            person
            for person in self.registry.staff_of.get(unit, ())
            if person.role == role and staff.valid(person.id, day)
        )

    def present(self, staff: str, day: date) -> Person | None:
        """Return who acts for ``staff`` on ``day``: the person, or the deputy of one who is away or has left."""
        person = self.registry.staff.get(staff)
        if person is None:
            return None
        away = [deputy.id for deputy in person.deputies if deputy.begins is not None and deputy.on(day)]
        if not away and not self.registry.staff.valid(staff, day):
            away = list(person.deputies_on(day))
        return self.registry.staff.get(away[0], person) if away else person

    @property
    def address(self) -> str:
        """Where links lead, without a slash at the end; empty when messages carry no links."""
        office = self.registry.office
        chosen = {"none": "", "gateway": office.gateway_url}.get(office.links, office.site_url)
        return chosen.rstrip("/")


@dataclass(frozen=True, slots=True)
class Mention:
    """A member of staff a message is addressed to."""

    staff: str
    name: str
    wecom: str = ""
    emails: tuple[str, ...] = ()

    @classmethod
    def of(cls, person: Person) -> Mention:
        """Take it from the registry."""
        return cls(person.id, person.name, person.wecom, person.emails)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one unit.

    ``key`` names it for ever: what was sent under a key is never sent again on the same channel. ``kind`` is
    digest, handover or ladder. ``markdown`` and ``plain`` write the text into at most the given number of
    UTF-8 bytes, cutting between items, never inside a character; ``data`` is the same for programs.
    """

    key: str
    kind: str
    unit: str
    subject: str
    markdown: Callable[[int], str] = field(compare=False, repr=False)
    plain: Callable[[int], str] = field(compare=False, repr=False)
    data: Mapping[str, Any] = field(compare=False, repr=False)
    mentions: tuple[Mention, ...] = ()
    parts: tuple[str, ...] = ()
    """The keys of what the message says, where several were put into one; empty: ``key`` alone."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that are done with once the message has been sent."""
        return self.parts or (self.key,)


def writers(write: Callable[[int, int], str], most: int) -> tuple[Callable[[int], str], Callable[[int], str]]:
    """Return a message's ``markdown`` and ``plain`` from one ``write(items, characters of a name)``."""

    def markdown(limit: int = MARKDOWN_LIMIT) -> str:
        return fit(write, limit, most)

    def plain(limit: int = TEXT_LIMIT) -> str:
        return fit(lambda items, width: unmarked(write(items, width)), limit, most)

    return markdown, plain
