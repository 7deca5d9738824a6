"""Building a new record's head, and the next free number.

The writer says how the matter will be handled (要报批, 要别的部门一起定, 缺材料, 指路); the codes that follow
from it and from the matter are filled in, and every one of them can be given instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from random import Random, SystemRandom
from typing import Any

from noveto.records.registry import Person, Registry, RegistryMatter

HEAD = (
    "id", "unit", "window", "clerk", "raised", "accepted", "entry", "handling", "kind", "channel", "applicant",
    "matter", "track", "track_reason", "reason", "facts", "grounds", "documents", "external", "related",
    "sensitive", "remark",
)  # fmt: skip
"""The keys of a case's head in the order in which they are written."""

_REF = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the four ways to handle a matter: its words, and the codes that follow from it."""

    title: str
    handling: str
    kind: str
    track: str
    reason: str


WAYS: Mapping[str, Way] = {
    "approval": Way("要报批", "guide", "application", "general", "R04"),
    "departments": Way("要别的部门一起定", "coordinate", "application", "cross_department", "R07"),
    "papers": Way("缺材料", "assist", "application", "general", "R01"),
    "redirect": Way("指路", "coordinate", "enquiry", "general", "R05"),
}
"""The four ways of screens.md 4.4."""


def next_id(existing: Iterable[str], unit: str, day: date) -> str:
    """Return the next free case id of ``unit`` on ``day``; ``existing`` holds ids (of any unit and day).

    Two to four digits, from 01. Git refuses a number that somebody else took meanwhile; then ask again.
    Raises ValueError when all 9999 numbers of the day are taken.
    """
    prefix = f"{unit}-{day:%Y%m%d}-"
    taken = [int(name[len(prefix) :]) for name in existing if name.startswith(prefix) and name[len(prefix) :].isdigit()]
    number = max(taken, default=0) + 1
    if number > 9999:
        raise ValueError(f"{unit} 在 {day} 的编号已经用完。")
    return f"{prefix}{number:02d}"


def case_path(name: str) -> str:
    """Return where a case of this id belongs, relative to the ledger: records/cases/<unit>/<yyyy-mm>/<id>.yml."""
    unit, day, _ = name.rsplit("-", 2)
    return f"records/cases/{unit}/{day[:4]}-{day[4:6]}/{name}.yml"


def new_ref(rng: Random | None = None) -> str:
    """Return a random key of the sealed register: eight characters that say nothing about the person."""
    return "".join((rng or SystemRandom()).choices(_REF, k=8))


def default_window(registry: Registry, clerk: Person, matter: RegistryMatter | None) -> str:
    """Return the clerk's window for the matter: one that does it, else her first; "" when she has none."""
    fitting = [window for window in clerk.windows if matter is None or window in matter.windows]
    return next(iter((*fitting, *clerk.windows)), "")


def build_head(
    registry: Registry,
    clerk: Person,
    raised: datetime,
    *,
    name: str,
    way: str = "approval",
    matter: RegistryMatter | None = None,
    fields: Mapping[str, Any] | None = None,
    ref: str = "",
) -> dict[str, Any]:
    """Return the head of a new case, keys in order.

    ``name`` is its id, ``raised`` the moment it could not be answered on the spot (China time, to the
    minute), ``way`` one of WAYS. ``fields`` holds what was typed, nested as in the record; it wins over
    everything derived. ``ref`` is the key of the sealed register, left out for anonymous applicants.
    Raises KeyError for an unknown way.
    """
    chosen = WAYS[way]
    derived: dict[str, Any] = {
        "id": name,
        "unit": clerk.unit,
        "window": default_window(registry, clerk, matter),
        "clerk": clerk.id,
        "raised": f"{raised:%Y-%m-%dT%H:%M}",
        "handling": chosen.handling,
        "kind": chosen.kind,
        "channel": "window",
        "applicant": {"kind": "person"},
        "track": chosen.track,
        "reason": {"main": chosen.reason},
    }
    if matter is not None:
        derived["matter"] = {
            "id": matter.id,
            "name": matter.name,
            "category": matter.category,
            "unit": matter.unit,
            "licensing": matter.licensing,
            "standardised": True,
        }
    head = merged(derived, fields or {})
    applicant = head["applicant"]
    if isinstance(applicant, dict) and applicant.get("kind") != "anonymous" and ref:
        applicant.setdefault("ref", ref)
    return {key: head[key] for key in (*HEAD, *(key for key in head if key not in HEAD)) if key in head}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``below`` with ``above`` laid over it, mappings key by key, everything else replaced."""
    result = deepcopy(dict(below))
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, Mapping)
        result[key] = merged(old, value) if both and isinstance(old, dict) else deepcopy(value)
    return result


def build_entry(
    step: str, by: str, at: datetime, fields: Mapping[str, Any], *, recorded_by: str = "", mode: str = ""
) -> dict[str, Any]:
    """Return one step as it is written: at, by, step, who typed it and how, then its own fields."""
    entry: dict[str, Any] = {"at": f"{at:%Y-%m-%dT%H:%M}", "by": by, "step": step}
    if recorded_by and recorded_by != by:
        entry["recorded_by"] = recorded_by
    if mode:
        entry["mode"] = mode
    return entry | dict(fields)
