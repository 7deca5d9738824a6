"""What the registry's files hold: one class a kind of entry, as it is written, with the days on which it holds."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Protocol


def holds(begins: date | None, ends: date | None, day: date) -> bool:
    """Whether a day lies within a first and a last day (None: open)."""
    return (begins is None or begins <= day) and (ends is None or day <= ends)


class Dated(Protocol):
    """What the entries of a table have in common: an id, and the first and last day they hold (None: open)."""

    @property
    def id(self) -> str:
        """The id, unchanging through renamings."""

    @property
    def begins(self) -> date | None:
        """First day."""

    @property
    def ends(self) -> date | None:
        """Last day."""


class Unit(NamedTuple):
    """A department, county body or park."""

    id: str
    name: str
    short: str
    level: str
    county: str
    parent: str
    successor: str
    channel: str
    deputies: tuple[str, ...]
    procedure: str
    phone: str
    begins: date | None
    ends: date | None


class Hall(NamedTuple):
    """A government service hall."""

    id: str
    name: str
    county: str
    address: str
    hours: str
    phone: str
    begins: date | None = None
    ends: date | None = None


class Window(NamedTuple):
    """A window of a hall. ``kind``: unit, comprehensive, guide_desk or banbucheng."""

    id: str
    name: str
    hall: str
    unit: str
    kind: str
    phone: str
    begins: date | None
    ends: date | None


class Deputy(NamedTuple):
    """Who stands in for somebody (B 岗), and when."""

    id: str
    begins: date | None
    ends: date | None

    def on(self, day: date) -> bool:
        """Return whether the deputy stands in on ``day``."""
        return holds(self.begins, self.ends, day)


class Person(NamedTuple):
    """A member of staff. ``role``: clerk, head, leader, supervisor, analyst or admin."""

    id: str
    name: str
    unit: str
    role: str
    windows: tuple[str, ...]
    account: str
    emails: tuple[str, ...]
    ext: str
    wecom: str
    home: str
    deputies: tuple[Deputy, ...]
    begins: date | None
    ends: date | None

    def deputies_on(self, day: date) -> tuple[str, ...]:
        """Return the ids of those who stand in for this person on ``day``."""
        return tuple(deputy.id for deputy in self.deputies if deputy.on(day))


class RegistryMatter(NamedTuple):
    """A matter (事项) of the catalogue used for showing the way."""

    id: str
    name: str
    category: str
    unit: str
    windows: tuple[str, ...]
    licensing: bool
    guide: str
    phone: str
    hours: str
    begins: date | None = None
    ends: date | None = None


class Body(NamedTuple):
    """A body the notice names: its unit in the registry, the name to print, its telephone."""

    unit: str = ""
    name: str = ""
    phone: str = ""


class Office(NamedTuple):
    """Whose ledger this is. Bodies that are not set have empty fields."""

    name: str = ""
    city: str = ""
    bureau: Body = Body()
    yingshangban: Body = Body()
    centre: Body = Body()
    guide_desk_phone: str = ""
    help_phone: str = ""
    site_url: str = ""
    links: str = "intranet"
    gateway_url: str = ""
