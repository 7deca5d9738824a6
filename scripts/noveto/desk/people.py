"""Who sits at the desk: from an account or address of the sign-in to a member of staff, and whom she stands in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from noveto.records.registry import Person as Staff
from noveto.records.registry import Registry


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff, as staff.yml has her on the day.

    ``deputies_for`` are the staff ids she stands in for (B 岗) that day, ``deputies`` those who stand in for her.
    """

    id: str
    name: str
    unit: str
    role: str
    windows: tuple[str, ...] = ()
    account: str = ""
    email: str = ""
    ext: str = ""
    home: str = ""
    deputies_for: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()


_HOMES = {
    "home": "/",
    "open": "/cases/open.html",
    "wayfinding": "/matters/index.html",
    "month": "/stats/month.html",
    "assessment": "/stats/windows.html",
    "health": "/data/status.html",
}
"""Where ``home`` of the staff list leads; 我的待办 (投诉与反映 stands in it) for the rest."""


def home_of(person: Person, target: str, registry: Registry, *, site: bool) -> str:
    """Return where sign-in leads: to the page asked for, else to the person's own home (screens.md 3.2).

    在办与超期 opens with the hall of her windows chosen, or of her unit's, where it is one hall.
    """
    if not site or target != "/desk/":
        return target
    home = _HOMES.get(person.home, "/desk/")
    near = {one.hall for one in registry.windows.values() if one.id in person.windows or (
        not person.windows and one.unit == person.unit)}  # fmt: skip
    return f"{home}?hall={near.pop()}" if person.home == "open" and len(near) == 1 else home


def person_for(registry: Registry, account: str, today: date, *, email: str = "") -> Person | None:
    """Return who signs in with ``account`` (else with ``email``) on ``today``; None for a stranger or one who left.

    Accounts are compared as written, addresses in lower case. An empty account or address names nobody.
    """
    found: Staff | None = registry.by_account.get(account) if account else None
    if found is None and email:
        found = registry.by_email.get(email.lower())
    return staff_person(registry, found.id, today) if found is not None else None


def staff_person(registry: Registry, staff: str, today: date) -> Person | None:
    """Return the member of staff with this id; None for an unknown id and for those not in service on ``today``."""
    held = registry.staff.on(staff, today)
    if held is None or not registry.staff.valid(staff, today):
        return None
    stands_for = tuple(
        other.id
        for other in registry.staff.values()
        if registry.staff.valid(other.id, today) and staff in other.deputies_on(today)
    )
    return Person(
        id=held.id,
        name=held.name,
        unit=held.unit,
        role=held.role,
        windows=held.windows,
        account=held.account,
        email=held.emails[0] if held.emails else f"{held.id}@localhost",
        ext=held.ext,
        home=held.home,
        deputies_for=stands_for,
        deputies=held.deputies_on(today),
    )
