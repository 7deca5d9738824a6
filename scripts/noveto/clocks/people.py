"""Whom to call: the holders of a case as people with a name and an extension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from noveto.clocks.stage import Holder
from noveto.clocks.view import CaseView
from noveto.records.registry import Registry, Unit

BODIES = {"yingshangban": "市营商办", "superior": "上级主管部门", "unit_leadership": "单位领导班子"}


@dataclass(frozen=True, slots=True)
class Held:
    """One holder in words: ``unit`` is the short name of the organisation, ``name`` the person's (empty for a
    unit or body), ``ext`` the office extension, ``staff`` the staff id (empty where nobody is named), ``note``
    what else to know (代岗 for a deputy)."""

    unit: str
    name: str = ""
    ext: str = ""
    staff: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """人社局 王主任 8001, as the lists say it."""
        return " ".join(part for part in (self.unit, self.name, self.ext, self.note) if part)


def people(view: CaseView, registry: Registry, today: date) -> tuple[Held, ...]:
    """Return who has the case in hand on ``today``, deputies in place of those who are away or have left."""
    return tuple(found for holder in view.stage.holders for found in _held(holder, view, registry, today))


def _held(holder: Holder, view: CaseView, registry: Registry, today: date) -> tuple[Held, ...]:
    if holder.kind == "none":
        return ()
    if holder.kind == "applicant":
        return (Held("申请人"),)
    if holder.kind == "staff":
        return (_person(holder.id, registry, today),)
    if holder.kind == "unit":
        unit = registry.units.on(holder.id, today)
        return (Held(unit.short if unit else holder.id, ext=unit.phone if unit else ""),)
    if holder.kind == "body":
        if holder.id == "yingshangban" and registry.office.yingshangban.name:
            body = registry.office.yingshangban
            return (Held(body.name, ext=body.phone),)
        return (Held(BODIES.get(holder.id, holder.id)),)
    return (_by_role(holder.id, view.case.unit, registry, today),)


def _by_role(role: str, unit: str, registry: Registry, today: date) -> Held:
    """Return the unit's leader or head; the unit itself where the registry names none."""
    for person in registry.staff_of.get(unit, ()):
        if person.role == role and registry.staff.valid(person.id, today):
            return _person(person.id, registry, today)
    found = registry.units.on(unit, today)
    return Held(_short(found, unit), ext=found.phone if found else "")


def _person(staff: str, registry: Registry, today: date) -> Held:
    person = registry.staff.get(staff)
    if person is None:
        return Held("", staff, staff=staff)
    note = ""
    dated = [deputy for deputy in person.deputies if deputy.begins is not None and deputy.on(today)]
    if dated or not registry.staff.valid(staff, today):
        stand_in = dated[0].id if dated else next(iter(person.deputies_on(today)), "")
        if stand_in in registry.staff:
            person, note = registry.staff[stand_in], "代岗"
    return Held(_short(registry.units.on(person.unit, today), person.unit), person.name, person.ext, person.id, note)


def _short(unit: Unit | None, name: str) -> str:
    return unit.short if unit else name
