"""The offices of the demo: who works where, what comes to them, how punctual they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from noveto.calendar import Calendar
from noveto.demo.corpus import Corpus, read
from noveto.records.registry import Person, Registry, RegistryMatter, Window


@dataclass(frozen=True, slots=True)
class Choice:
    """A weighted choice, prepared once."""

    options: tuple[Any, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, pairs: Mapping[Any, float]) -> Choice:
        """Prepare a choice from option -> weight."""
        return cls(tuple(pairs), tuple(accumulate(pairs.values())))

    def pick(self, rng: Random) -> Any:
        """Pick one option."""
        return rng.choices(self.options, cum_weights=self.weights)[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit at work. ``on_time`` and ``by_hook`` are shares from 0 to 1; staff are ids."""

    unit: str
    weight: float
    on_time: float
    by_hook: float
    windows: tuple[Window, ...]
    clerks: Mapping[str, tuple[str, ...]]
    head: str
    leader: str
    matters: tuple[RegistryMatter, ...]

    def clerk(self, rng: Random, window: str) -> str:
        """Return one of the clerks of a window."""
        people = self.clerks[window]
        return people[int(rng.random() * len(people))]


class World:
    """Registry and calendar with the tables of world.yml, ready for picking."""

    def __init__(self, registry: Registry, calendar: Calendar) -> None:
        data = read("world.yml")
        self.registry = registry
        self.calendar = calendar
        self.corpus = Corpus.bundled()
        self.staff: dict[str, Person] = {p.id: p for p in registry.staff.values() if not (p.begins or p.ends)}
        self.by_unit: dict[str, list[Person]] = {}
        for person in self.staff.values():
            self.by_unit.setdefault(person.unit, []).append(person)
        self.matters = {m.id: m for m in registry.matters.values() if m.id in self.corpus.scenarios}
        self.places = {
            unit: place
            for unit, given in data["units"].items()
            if (place := self._place(unit, [float(x) for x in given], data["matters"].get(unit, (unit,))))
        }
        self.partners: dict[str, list[str]] = {
            category: [unit for unit in units if unit in self.places] for category, units in data["partners"].items()
        }
        self.basis: dict[str, list[tuple[str, str]]] = {
            category: [(title, article) for title, article in rows] for category, rows in data["basis"].items()
        }
        self.seasons = {
            category: {int(month): float(factor) for month, factor in months.items()}
            for category, months in data["seasons"].items()
        }
        self.paths = {
            code: Choice.of({path: float(weight) for path, weight in paths.items()})
            for code, paths in data["paths"].items()
        }
        self.causes: dict[str, list[str]] = data["causes"]
        self.handling: dict[str, str] = data["handling"]
        self._months: dict[int, tuple[Choice, dict[str, Choice]]] = {}
        office = registry.office
        self.analysts = self._ids(office.bureau.unit, "analyst")
        self.supervisors = self._ids(office.centre.unit, "supervisor")
        self.arbiters = self._ids(office.yingshangban.unit, "leader", "head")
        self.admins = self._ids(office.bureau.unit, "admin")
        self.halls = {window.id: window.hall for window in registry.windows.values()}
        self.reporting = {
            window.hall: (window, tuple(p.id for p in self.staff.values() if window.id in p.windows))
            for window in registry.windows.values()
            if window.kind == "banbucheng"
        }

    def _ids(self, unit: str, *roles: str) -> list[str]:
        return [person.id for person in self.by_unit.get(unit, ()) if person.role in roles]

    def _place(self, unit: str, given: Sequence[float], owners: Sequence[str]) -> Place | None:
        people = self.by_unit.get(unit, ())
        heads, leaders = self._ids(unit, "head"), self._ids(unit, "leader")
        windows = tuple(
            window
            for window in self.registry.windows_of.get(unit, ())
            if window.kind in ("unit", "comprehensive") and not window.ends
        )
        clerks = {
            window.id: tuple(p.id for p in people if p.role == "clerk" and window.id in p.windows) or tuple(heads[:1])
            for window in windows
        }
        matters = tuple(matter for matter in self.matters.values() if matter.unit in owners)
        if not (heads and leaders and windows and matters):
            return None
        weight, on_time, by_hook = given
        return Place(unit, weight, on_time / 100, by_hook / 100, windows, clerks, heads[0], leaders[0], matters)

    def pick(self, rng: Random, month: int) -> tuple[Place, RegistryMatter]:
        """Pick where a case of ``month`` comes up, and what it is about."""
        if month not in self._months:
            self._months[month] = self._month(month)
        units, matters = self._months[month]
        place: Place = self.places[units.pick(rng)]
        return place, matters[place.unit].pick(rng)

    def _month(self, month: int) -> tuple[Choice, dict[str, Choice]]:
        units: dict[str, float] = {}
        matters: dict[str, Choice] = {}
        for unit, place in self.places.items():
            weights = {
                matter: self.seasons.get(matter.category, {}).get(month, 1.0) / (1 + 0.35 * (number % 4))
                for number, matter in enumerate(place.matters)
            }
            matters[unit] = Choice.of(weights)
            plain = sum(1 / (1 + 0.35 * (number % 4)) for number in range(len(place.matters)))
            units[unit] = place.weight * sum(weights.values()) / plain
        return Choice.of(units), matters

    def window(self, rng: Random, place: Place, matter: RegistryMatter) -> str:
        """Return the window of ``place`` at which the matter comes up."""
        fitting = [window.id for window in place.windows if window.id in matter.windows]
        if not fitting:
            fitting = [window.id for window in place.windows]
        return fitting[int(rng.random() * len(fitting))]

    def others(self, rng: Random, place: Place, category: str, count: int) -> list[str]:
        """Return up to ``count`` other units that a matter of the category concerns."""
        units = [unit for unit in self.partners.get(category, ()) if unit != place.unit]
        rng.shuffle(units)
        return units[:count]

    def owner(self, place: Place, matter: RegistryMatter) -> str:
        """Return the unit whose matter it is: a county's own department for its own windows."""
        unit = self.registry.units.get(place.unit)
        if unit is not None and unit.level == "county" and unit.parent == matter.unit:
            return place.unit
        return matter.unit
