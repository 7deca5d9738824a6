"""Who may write which step: steps.yml and the registry, judged for a person, a record and an entry.

One judgement for audit, hook and desk. A deputy (B 岗) acts with the role and unit of the person replaced; a unit
that has taken over another's work stands in its relations. Two relations are read kindly, because the order of
steps is judged elsewhere (NV401): who was ever consulted may answer, to whom a case was ever escalated may decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple

from noveto.records.registry import Registry
from noveto.rules import Steps
from noveto.rules.machine import RECORDERS, State
from noveto.rules.relations import Bodies, relations

Fault = Literal["", "unknown", "left", "foreign", "role", "typist"]
"""What is wrong with an entry's writer: nothing, not in the staff list, not in service that day, no relation to
the record that may write the step, the relation but not the role, a typist who may not type for the writer."""


BUREAU_ONLY = frozenset({"period", "review"})
"""Kinds of records only the bureau may file."""


class Capacity(NamedTuple):
    """In what a person acts: for which unit, in which role."""

    unit: str
    role: str


class Rights:
    """The rights that a registry and the rules of the steps give."""

    def __init__(self, registry: Registry, steps: Steps) -> None:
        self.registry = registry
        self.steps = steps
        office = registry.office
        self.bodies = Bodies(office.bureau.unit, office.centre.unit, office.yingshangban.unit)
        self._acting: dict[tuple[str, date], list[Capacity]] = {}

    @cached_property
    def _stands_for(self) -> Mapping[str, tuple[str, ...]]:
        """For whom a person stands in, whenever that may be."""
        found: dict[str, list[str]] = {}
        for person in self.registry.staff.items_in_order:
            for deputy in person.deputies:
                found.setdefault(deputy.id, []).append(person.id)
        return {key: tuple(dict.fromkeys(held)) for key, held in found.items()}

    @cached_property
    def _heirs(self) -> Mapping[str, frozenset[str]]:
        """For each unit, those that have taken over its work."""
        after = {unit.id: unit.successor for unit in self.registry.units.values() if unit.successor}
        found: dict[str, frozenset[str]] = {}
        for unit in after:
            held: list[str] = []
            here = unit
            while (here := after.get(here, "")) and here not in held and here != unit:
                held.append(here)
            found[unit] = frozenset(held)
        return found

    @cached_property
    def _centres(self) -> Mapping[str, frozenset[str]]:
        """For each county ("" the city), the units that run its halls: those behind the guide desk and 办不成事."""
        found: dict[str, set[str]] = {}
        for window in self.registry.windows.items_in_order:
            hall = self.registry.halls.get(window.hall)
            if hall is not None and window.kind in ("guide_desk", "banbucheng"):
                found.setdefault(hall.county, set()).add(window.unit)
        return {county: frozenset(units) for county, units in found.items()}

    def centres(self, kind: str, value: Mapping[str, Any]) -> frozenset[str]:
        """Return the units that are the service centre for a record: the city's, and that of its own county."""
        if kind == "complaint":
            hall = self.registry.halls.get(str(value.get("hall", "")))
            county = hall.county if hall is not None else ""
        else:
            unit = self.registry.units.get(str(value.get("unit", "")))
            county = unit.county if unit is not None else ""
        return self._centres.get(county, frozenset()) | ({self.bodies.centre} - {""})

    def capacities(self, person: str, day: date) -> list[Capacity]:
        """Return in what ``person`` may act on ``day``: the own post, and the posts stood in for. Empty: none."""
        found = self._acting.get((person, day))
        if found is None:
            found = self._acting[person, day] = self._capacities(person, day)
        return found

    def _capacities(self, person: str, day: date) -> list[Capacity]:
        staff = self.registry.staff
        found: list[Capacity] = []
        if staff.valid(person, day) and (own := staff.on(person, day)) is not None:
            found.append(Capacity(own.unit, own.role))
            for other in self._stands_for.get(person, ()):
                held = staff.on(other, day)
                if held is not None and staff.valid(other, day) and person in held.deputies_on(day):
                    found.append(Capacity(held.unit, held.role))
        return found

    def fault(self, kind: str, value: Mapping[str, Any], n: int) -> Fault:
        """Return what is wrong with the writer of entry ``n`` (from 1) of a form-valid record, "" for nothing."""
        entry = value["log"][n - 1]
        day = date.fromisoformat(entry["at"][:10])
        by = str(entry["by"])
        capacities = self.capacities(by, day)
        if not capacities:
            return "left" if by in self.registry.staff else "unknown"
        found = self._writer_fault(kind, value, n, capacities, day)
        return found or self._typist_fault(entry, kind, capacities, day)

    def _writer_fault(
        self, kind: str, value: Mapping[str, Any], n: int, capacities: list[Capacity], day: date
    ) -> Fault:
        entry = value["log"][n - 1]
        step = self.steps.machine(kind, day).steps.get(entry["step"])
        if step is None:
            return ""  # the schema and the order of steps speak of it
        if kind == "case":  # nearly always the own unit: spare the walk through the log
            roles = step.who.get("own", frozenset())
            if any(one.unit == value["unit"] and one.role in roles for one in capacities):
                return ""
        related = False
        for one in capacities:
            held = self._relations(kind, value, n, one.unit)
            if any(step.may((one.role,), relation) for relation in held):
                return ""
            related = related or bool(held & step.who.keys())
        return "role" if related else "foreign"

    def _typist_fault(self, entry: Mapping[str, Any], kind: str, writers: list[Capacity], day: date) -> Fault:
        typist = str(entry.get("recorded_by", entry["by"]))
        if typist == entry["by"]:
            return ""
        step = self.steps.machine(kind, day).steps.get(entry["step"])
        units = {one.unit for one in writers}
        fits = any(one.unit in units and one.role in RECORDERS for one in self.capacities(typist, day))
        return "" if fits and (step is None or step.recorder) else "typist"

    # -- relations ------------------------------------------------------------------------------------

    def _relations(self, kind: str, value: Mapping[str, Any], n: int, unit: str) -> frozenset[str]:
        """Return the relations of ``unit`` to a record when entry ``n`` was written."""
        state = self._state(kind, value, n)
        own = str(value["unit"]) if kind == "case" else ""
        found: set[str] = set()
        for name in self._as(unit):
            found |= relations(
                name,
                own=own,
                state=state,
                bodies=self.bodies,
                writer=self._corrected_unit(kind, value, n),
                accused=self._accused(kind, value, n),
                owner=self._unit_of(str(value.get("owner", ""))) if kind == "improvement" else "",
                objector=str(value["log"][n - 1].get("unit", "")) if kind == "period" else "",
            )
            if name in self.centres(kind, value):
                found.add("centre")
        return frozenset(found)

    def _as(self, unit: str) -> Iterator[str]:
        """Yield a unit and those whose work it has taken over."""
        yield unit
        for other, heirs in self._heirs.items():
            if unit in heirs:
                yield other

    def _state(self, kind: str, value: Mapping[str, Any], n: int) -> State:
        entry = value["log"][n - 1]
        machine = self.steps.machine(kind)
        consulted: set[str] = set()
        levels: set[str] = set()
        for k, before in enumerate(value["log"], 1):
            if k == n or before["at"] > entry["at"] or (before["at"] == entry["at"] and k > n):
                continue
            if before["step"] == "consulted":
                consulted.update(before.get("units", ()))
            elif before["step"] == "escalated":
                levels.add(str(before.get("to", "")))
        if entry["step"] == "consult_answered":
            consulted &= {
                str(entry.get("unit", ""))
            }  # who answers speaks for the unit named, not for another one asked
        return State(machine.start, {"consulting": frozenset(consulted), "escalated": frozenset(levels)})

    def _corrected_unit(self, kind: str, value: Mapping[str, Any], n: int) -> str:
        """Return the unit that wrote what entry ``n`` corrects, "" when it corrects nothing."""
        entry = value["log"][n - 1]
        if entry["step"] != "corrected":
            return ""
        parts = str(entry.get("field", "")).split(".")
        if parts[0] == "log" and len(parts) > 1 and parts[1].isascii() and parts[1].isdigit():
            at = int(parts[1])
            if 1 <= at < n:
                return self._unit_of(str(value["log"][at - 1]["by"]))
        if kind == "case":
            return str(value["unit"])
        if kind == "complaint":
            mine = self._unit_of(str(entry["by"]))
            return mine if mine in self.centres(kind, value) else ""
        return self._unit_of(str(value.get("owner", "")))

    def _accused(self, kind: str, value: Mapping[str, Any], n: int) -> set[str]:
        if kind != "complaint":
            return set()
        about = value.get("about") or {}
        found = {str(about.get("unit", ""))}
        window = self.registry.windows.get(str(about.get("window", "")))
        if window is not None:
            found.add(window.unit)
        found.update(str(item.get("to", "")) for item in value["log"][: n - 1] if item["step"] == "assigned")
        found.update(self._unit_of(name) for name in list(found))
        return found - {""}

    def _unit_of(self, name: str) -> str:
        """Return the unit of a member of staff, or the unit itself where ``name`` is one; else ""."""
        person = self.registry.staff.get(name)
        if person is not None:
            return person.unit
        return name if name in self.registry.units else ""

    # -- files other than records ---------------------------------------------------------------------

    def may_set_up(self, person: str, day: date) -> bool:
        """Return whether ``person`` may change schema, rules, registry and calendar: administrators only."""
        return any(one.role == "admin" for one in self.capacities(person, day))

    def kept_units(self, person: str, day: date) -> frozenset[str]:
        """Return the units whose windows, staff and matters ``person`` keeps at the desk.

        An administrator of the bureau (any, where no bureau is set) keeps all, one of another unit the own and those
        below it. A push is not asked this: there every administrator may change every file (``may_set_up``).
        """
        own = {one.unit for one in self.capacities(person, day) if one.role == "admin"}
        if own and (self.bodies.bureau in own or not self.bodies.bureau):
            return frozenset(self.registry.units)
        found = set(own)
        while more := {unit.id for unit in self.registry.units.values() if unit.parent in found} - found:
            found |= more
        return frozenset(found)

    def may_enter(self, was: Mapping[str, Any] | None, now: Mapping[str, Any], person: str, day: date) -> bool:
        """Return whether ``person`` may make a register's row into another at the desk.

        Who is an administrator is said by those who keep every unit: else a unit's own could make more of herself.
        """
        kept = self.kept_units(person, day)
        rows = [row for row in (was, now) if row is not None]
        powers = any(row.get("role") == "admin" for row in rows) and set(self.registry.units) - kept
        return not powers and all(row.get("unit") in kept for row in rows)

    def may_register(self, kind: str, value: Mapping[str, Any], person: str, day: date) -> bool:
        """Return whether ``person`` may file a new record: the own unit or the centre a case, the centre a complaint,
        the owner or the bureau an improvement, the bureau's analysts and leaders a period or a review, an administrator
        anything (records moved in from an older ledger)."""
        if kind in BUREAU_ONLY:
            posts = self.capacities(person, day)
            mine = any(one.unit == self.bodies.bureau and one.role in ("analyst", "leader") for one in posts)
            return mine or any(one.role == "admin" for one in posts)
        if kind == "case":
            units = {str(value["unit"]), *self._heirs.get(str(value["unit"]), ())} | self.centres(kind, value)
        elif kind == "complaint":
            units = set(self.centres(kind, value))
        else:
            units = {self._unit_of(str(value.get("owner", ""))), self.bodies.bureau}
        return any(one.unit in units or one.role == "admin" for one in self.capacities(person, day))

    def may_approve_redaction(self, kind: str, value: Mapping[str, Any], person: str, day: date) -> bool:
        """Return whether ``person`` may approve the removal of personal data from a record."""
        entry = {"at": f"{day.isoformat()}T23:59", "by": person, "step": "redacted"}
        grown = {**value, "log": [*(value.get("log") or ()), entry]}
        return self.fault(kind, grown, len(grown["log"])) == ""
