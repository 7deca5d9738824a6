"""One file of the registry by id, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from noveto.records.registry.entries import Dated, Hall, Office, Person, RegistryMatter, Unit, Window, holds

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
            if holds(item.begins, item.ends, day):
                return item
        past = [item for item in held if item.ends is not None and item.ends < day]
        return past[-1] if past else held[0]

    def valid(self, key: str, day: date) -> bool:
        """Return whether ``key`` is known and one of its entries held on ``day``."""
        return any(holds(item.begins, item.ends, day) for item in self._by_id.get(key, ()))


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
    office: Office = field(default_factory=Office)
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

    def public_phone(self, kind: str, hall: str, day: date) -> str:
        """Return the telephone of the window of a kind (guide_desk, banbucheng) in a hall, else of the first such one.

        It is for those outside, whom the office's own extensions do not help; "" where none is known.
        """
        known = self.windows
        found = [one for one in known.values() if one.kind == kind and one.phone and known.valid(one.id, day)]
        return next((one.phone for one in sorted(found, key=lambda one: one.hall != hall)), "")

    def unit_name(self, key: str, day: date | None = None) -> str:
        """Return the unit's name (as it was on ``day``), the id itself where it is unknown."""
        unit = self.units.on(key, day) if day else self.units.get(key)
        return unit.name if unit else key

    def unit_of(self, party: str) -> str:
        """Return the unit that a unit's or a person's id belongs to, "" where it is unknown."""
        person = self.staff.get(party)
        return person.unit if person else party if party in self.units else ""

    def party_name(self, party: str) -> str:
        """Return the name of a unit or, with the unit's, of a member of staff; the id itself where it is unknown."""
        person = self.staff.get(party)
        return f"{self.unit_name(person.unit)} {person.name}" if person else self.unit_name(party)

    def person_name(self, key: str) -> str:
        """Return the name of a member of staff, the id itself where it is unknown."""
        person = self.staff.get(key)
        return person.name if person else key
