"""代岗: which steps of a case somebody wrote in another's place, as the deputy (B 岗) the registry names."""

from __future__ import annotations

from collections.abc import Mapping

from noveto.records.model import Case, Entry
from noveto.records.registry import Registry

_CLERKS = frozenset(
    {"submitted", "veto_proposed", "interim_reply", "supplement_notice", "supplement_received", "lapsed", "answered",
     "delivered", "filed", "withdrawn", "disputed", "reopened"}
)  # fmt: skip
"""Steps that are the case's clerk's."""
_OF_ROLE = {
    "window_opinion": "head",
    "explained": "head",
    **dict.fromkeys(
        ("unit_review", "suspended", "review_extended", "resumed", "reclassified", "extended", "confirmed"), "leader"
    ),
}
"""Steps that are those of the head or of the unit's leader."""


def stand_ins(case: Case, registry: Registry) -> Mapping[int, str]:
    """Return for each step written by a deputy (by its number) the id of the person stood in for.

    A deputy who holds the post herself writes in her own name: the tag is for who could not, or need not, have
    written it otherwise. What is everybody's to write (a note, a link, a correction) is nobody's post.
    """
    found: dict[int, str] = {}
    clerk, asked = case.clerk, ""
    for entry in sorted(case.log, key=lambda one: one.at):
        if entry.step in _CLERKS:
            if entry.by != clerk and _deputises(entry, clerk, registry):
                found[entry.n] = clerk
            asked = str(entry.data.get("to", "")) or asked
        elif role := _OF_ROLE.get(entry.step):
            other = _of_role(entry, role, asked, case.unit, registry)
            if other:
                found[entry.n] = other
        elif entry.step == "handed_over" and entry.data.get("from", clerk) in ("", clerk):
            clerk = str(entry.data.get("to", clerk))
    return found


def _of_role(entry: Entry, role: str, asked: str, unit: str, registry: Registry) -> str:
    """Return the head or leader in whose place an entry was written, "" for nobody."""
    writer = registry.staff.on(entry.by, entry.day)
    if asked and asked != entry.by and _deputises(entry, asked, registry):
        person = registry.staff.on(asked, entry.day)
        if person is not None and person.role == role:
            return asked
    if writer is None or writer.role == role:
        return ""
    return next(
        (
            one.id
            for one in registry.staff_of.get(unit, ())
            if one.role == role and one.id != entry.by and _deputises(entry, one.id, registry)
        ),
        "",
    )


def _deputises(entry: Entry, other: str, registry: Registry) -> bool:
    """Whether the writer of an entry stood in for another on its day."""
    person = registry.staff.on(other, entry.day)
    return person is not None and entry.by in person.deputies_on(entry.day)
