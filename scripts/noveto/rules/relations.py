"""Who stands in which relation to a record: the other half of the question who may write a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from noveto.rules.machine import State


class Bodies(NamedTuple):
    """Unit ids of the bodies named in office.yml; empty where a ledger names none."""

    bureau: str = ""
    centre: str = ""
    yingshangban: str = ""


def relations(
    unit: str,
    *,
    own: str,
    state: State,
    bodies: Bodies,
    writer: str = "",
    accused: Iterable[str] = (),
    owner: str = "",
    objector: str = "",
) -> frozenset[str]:
    """Return the relations staff of ``unit`` have to a record in ``state``.

    ``own`` is the case's unit (empty for complaints and improvements), ``writer`` the unit whose entry a
    correction changes, ``accused`` the units a complaint is about or was assigned to, ``owner`` the unit of an
    improvement's owner, ``objector`` the unit an objection to the figures names.
    """
    levels = state.remembered("escalated")
    found = {
        "own": unit == own,
        "consulted": unit in state.remembered("consulting"),
        "centre": unit == bodies.centre,
        "bureau": unit == bodies.bureau,
        "yingshangban": unit == bodies.yingshangban,
        "own_escalated": unit == own and bool(levels & {"unit_leadership", "superior"}),
        "yingshangban_escalated": unit == bodies.yingshangban and "yingshangban" in levels,
        "writer": unit == writer,
        "accused": unit in set(accused),
        "owner": unit == owner,
        "objector": unit == objector,
    }
    return frozenset(name for name, holds in found.items() if holds and unit)
