"""Where a case is and who has to act, in the words of a message."""

from __future__ import annotations

from datetime import date

from noveto.clocks import CaseView, Holder
from noveto.clocks.people import BODIES, people
from noveto.records.registry import Person
from noveto.warnings.model import Basis, Mention
from noveto.warnings.texts import day


def heads_of(basis: Basis, unit: str, window: str, today: date) -> tuple[Person, ...]:
    """Return the heads of a window: those whose window it is, else all heads of the unit."""
    heads = basis.of_role(unit, "head", today)
    return tuple(head for head in heads if window in head.windows) or heads


def holders_of(seen: CaseView, basis: Basis, today: date) -> tuple[str, tuple[Mention, ...]]:
    """Return who of the own unit has to act, in words and as mentions: the holder, else the clerk."""
    own = [
        held.staff
        for held in people(seen, basis.registry, today)
        if held.staff in basis.registry.staff and basis.registry.staff[held.staff].unit == seen.case.unit
    ]
    persons = [basis.registry.staff[staff] for staff in own]
    if not persons and (clerk := basis.present(clerk_of(seen), today)) is not None:
        persons = [clerk]
    words = "、".join(with_ext(person) for person in persons)
    return words or basis.unit_short(seen.case.unit, today), tuple(Mention.of(person) for person in persons)


def with_ext(person: Person) -> str:
    """Return a person as a message names her: 王主任（8001）."""
    return person.name + (f"（{person.ext}）" if person.ext else "")


def clerk_of(seen: CaseView) -> str:
    """Return the clerk in charge after hand-overs."""
    clerk = seen.case.clerk
    for entry in seen.line.events:
        if entry.step == "handed_over" and entry.data.get("from", clerk) == clerk:
            clerk = str(entry.data.get("to", clerk))
    return clerk


def where(seen: CaseView, basis: Basis) -> str:
    """Say in markdown where the case is: the stage, what has been decided, whose table it lies on."""
    stage = seen.stage
    if stage.code == "to_do":
        decided = next((e for e in reversed(seen.line.events) if e.step == "unit_review"), None)
        words = "改为办理" if decided is not None and decided.data.get("decision") == "veto_rejected" else "同意办理"
        return f"单位已定“{words}”，**还没答复申请人**"
    if stage.code == "to_refuse":
        return "单位已定“同意否决”，**还没答复申请人**"
    if stage.code in ("to_deliver", "answered"):
        return "已答复，**还没送达申请人**"
    if stage.code == "escalated" and stage.holders and stage.holders[0].kind == "body":
        return f"在 **{body_of(stage.holders[0], basis)}**，首问仍是我局"
    return f"在 **{stage.words}**" if stage.words else ""


def urged(seen: CaseView, today: date) -> str:
    """Say what was promised when the case was urged last (督办), until it is done."""
    for entry in reversed(seen.line.events):
        if entry.step == "note" and entry.data.get("kind") == "urged":
            promised = str(entry.data.get("promised", ""))
            return "已督办" + (f"、答应{day(date.fromisoformat(promised), today)}办好" if promised else "")
    return ""


def body_of(holder: Holder, basis: Basis) -> str:
    """Return the name of a body a case has been raised to."""
    named = basis.registry.office.yingshangban.name if holder.id == "yingshangban" else ""
    return named or BODIES.get(holder.id, holder.id)
