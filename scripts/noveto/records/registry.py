"""The registry: units, halls, windows, staff, matters and the office, with the days on which they hold.

An id may stand in several dated entries (a renamed bureau keeps its history); ``on(day)`` picks the one that
held, and where none did, the nearest, so that an old case always has names to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from noveto.records.build import flag

FILES = ("office", "units", "halls", "windows", "staff", "matters")
"""The registry's files, without their suffix; also the kinds of their schemas."""


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


@dataclass(frozen=True, slots=True)
class Unit:
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


@dataclass(frozen=True, slots=True)
class Hall:
    """A government service hall."""

    id: str
    name: str
    county: str
    address: str
    hours: str
    phone: str
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a hall. ``kind``: unit, comprehensive, guide_desk or banbucheng."""

    id: str
    name: str
    hall: str
    unit: str
    kind: str
    phone: str
    begins: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Deputy:
    """Who stands in for somebody (B 岗), and when."""

    id: str
    begins: date | None
    ends: date | None

    def on(self, day: date) -> bool:
        """Return whether the deputy stands in on ``day``."""
        return _holds(self.begins, self.ends, day)


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class RegistryMatter:
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


@dataclass(frozen=True, slots=True)
class Body:
    """A body the notice names: its unit in the registry, the name to print, its telephone."""

    unit: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Office:
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


Item = TypeVar("Item", bound=Dated)


class Table(Generic[Item], Mapping[str, Item]):
    """One registry file by id. As a mapping it gives the newest entry of each id."""

    def __init__(self, items: tuple[Item, ...] = ()) -> None:
        self.items_in_order = items
        found: dict[str, tuple[Item, ...]] = {}
        for item in items:
            found[item.id] = (*found.get(item.id, ()), item)
        self._by_id = {
            key: tuple(sorted(held, key=lambda item: item.begins or date.min)) if len(held) > 1 else held
            for key, held in found.items()
        }

    def __getitem__(self, key: str) -> Item:
        return self._by_id[key][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def history(self, key: str) -> tuple[Item, ...]:
        """Return all dated entries of an id, oldest first; empty for an unknown one."""
        return self._by_id.get(key, ())

    def on(self, key: str, day: date) -> Item | None:
        """Return the entry of ``key`` that held on ``day``, else the nearest one; None for an unknown id."""
        held = self._by_id.get(key)
        if not held:
            return None
        for item in held:
            if _holds(item.begins, item.ends, day):
                return item
        past = [item for item in held if item.ends is not None and item.ends < day]
        return past[-1] if past else held[0]

    def valid(self, key: str, day: date) -> bool:
        """Return whether ``key`` is known and one of its entries held on ``day``."""
        return any(_holds(item.begins, item.ends, day) for item in self._by_id.get(key, ()))


@dataclass(frozen=True)
class Registry:
    """The whole registry.

    ``broken`` names the files that are missing or not form-valid: their tables are empty, and a reference
    into them must not be held against the record that makes it. ``digest`` changes with any content.
    """

    units: Table[Unit] = field(default_factory=Table)
    halls: Table[Hall] = field(default_factory=Table)
    windows: Table[Window] = field(default_factory=Table)
    staff: Table[Person] = field(default_factory=Table)
    matters: Table[RegistryMatter] = field(default_factory=Table)
    office: Office = Office()
    broken: frozenset[str] = frozenset()
    digest: str = ""

    @cached_property
    def by_email(self) -> Mapping[str, Person]:
        """Staff by the addresses they commit with, lower case."""
        return {mail.lower(): person for person in self.staff.items_in_order for mail in person.emails}

    @cached_property
    def by_account(self) -> Mapping[str, Person]:
        """Staff by login name."""
        return {person.account: person for person in self.staff.items_in_order if person.account}

    @cached_property
    def staff_of(self) -> Mapping[str, tuple[Person, ...]]:
        """Staff by unit, in the registry's order (newest entry of each person)."""
        found: dict[str, list[Person]] = {}
        for person in self.staff.values():
            found.setdefault(person.unit, []).append(person)
        return {unit: tuple(people) for unit, people in found.items()}

    @cached_property
    def windows_of(self) -> Mapping[str, tuple[Window, ...]]:
        """Windows by unit, in the registry's order."""
        found: dict[str, list[Window]] = {}
        for window in self.windows.values():
            found.setdefault(window.unit, []).append(window)
        return {unit: tuple(windows) for unit, windows in found.items()}

    def unit_name(self, key: str, day: date | None = None) -> str:
        """Return the unit's name (as it was on ``day``), the id itself where it is unknown."""
        unit = self.units.on(key, day) if day else self.units.get(key)
        return unit.name if unit else key

    def person_name(self, key: str) -> str:
        """Return the name of a member of staff, the id itself where it is unknown."""
        person = self.staff.get(key)
        return person.name if person else key


def build_registry(values: Mapping[str, Mapping[str, Any] | None], digest: str = "") -> Registry:
    """Build the registry from the plain values of its files; None or absent: missing or broken."""
    given = {name: value for name, value in values.items() if value is not None}

    def rows(name: str) -> list[Mapping[str, Any]]:
        return list(given.get(name, {}).get(name) or ())

    return Registry(
        units=Table(tuple(_unit(row) for row in rows("units"))),
        halls=Table(tuple(_hall(row) for row in rows("halls"))),
        windows=Table(tuple(_window(row) for row in rows("windows"))),
        staff=Table(tuple(_person(row) for row in rows("staff"))),
        matters=Table(tuple(_matter(row) for row in rows("matters"))),
        office=_office(given.get("office", {})),
        broken=frozenset(name for name in FILES if name not in given),
        digest=digest,
    )


def _holds(begins: date | None, ends: date | None, day: date) -> bool:
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _day(row: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(row[key]) if key in row else None


def _text(row: Mapping[str, Any], key: str, default: str = "") -> str:
    return str(row.get(key, default))


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        row["id"], row["name"], _text(row, "short", row["name"]), row["level"], _text(row, "county"),
        _text(row, "parent"), _text(row, "successor"), _text(row, "channel"), tuple(row.get("deputies", ())),
        _text(row, "procedure"), _text(row, "phone"), _day(row, "from"), _day(row, "to"),
    )  # fmt: skip


def _hall(row: Mapping[str, Any]) -> Hall:
    return Hall(row["id"], row["name"], _text(row, "county"), _text(row, "address"), _text(row, "hours"),
                _text(row, "phone"))  # fmt: skip


def _window(row: Mapping[str, Any]) -> Window:
    return Window(row["id"], row["name"], row["hall"], row["unit"], row["kind"], _text(row, "phone"),
                  _day(row, "from"), _day(row, "to"))  # fmt: skip


def _person(row: Mapping[str, Any]) -> Person:
    deputies = tuple(Deputy(item["id"], _day(item, "from"), _day(item, "to")) for item in row.get("deputies", ()))
    return Person(
        row["id"], row["name"], row["unit"], row["role"], tuple(row.get("windows", ())), _text(row, "account"),
        tuple(row.get("emails", ())), _text(row, "ext"), _text(row, "wecom"), _text(row, "home"), deputies,
        _day(row, "from"), _day(row, "to"),
    )  # fmt: skip


def _matter(row: Mapping[str, Any]) -> RegistryMatter:
    return RegistryMatter(
        row["id"], row["name"], row["category"], row["unit"], tuple(row.get("windows", ())),
        flag(row.get("licensing")), _text(row, "guide"), _text(row, "phone"), _text(row, "hours"),
    )  # fmt: skip


def _body(row: Mapping[str, Any]) -> Body:
    return Body(_text(row, "unit"), _text(row, "name"), _text(row, "ext"))


def _office(row: Mapping[str, Any]) -> Office:
    return Office(
        name=_text(row, "name"),
        city=_text(row, "city"),
        bureau=_body(row.get("bureau", {})),
        yingshangban=_body(row.get("yingshangban", {})),
        centre=_body(row.get("centre", {})),
        guide_desk_phone=_text(row.get("guide_desk", {}), "phone"),
        help_phone=_text(row.get("help", {}), "phone"),
        site_url=_text(row, "site_url"),
        links=_text(row, "links", "intranet"),
        gateway_url=_text(row, "gateway_url"),
    )
