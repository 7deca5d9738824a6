"""From complaints, improvements and quarantined records to facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from noveto.records.build import flag
from noveto.statistics.facts import ComplaintFacts, HeldFacts, ImprovementFacts

if TYPE_CHECKING:
    from noveto.records.model import Complaint, Entry, Improvement


def complaint_facts(complaint: Complaint, state: str, today: date, unit_of_window: str = "") -> ComplaintFacts | None:
    """Return the facts of a complaint, None for one that was not yet received on ``today``.

    ``state`` is that of its clock; ``unit_of_window`` the unit of the window complained of, used where the
    complaint names no unit.
    """
    if complaint.received.date() > today:
        return None
    events = _by_time(complaint.log, today)
    answers = [entry for entry in events if entry.step == "answered"]
    called = [entry for entry in events if entry.step == "called_back"]
    case_unit = str(complaint.about.get("case", "")).rsplit("-", 2)[0]
    return ComplaintFacts(
        id=complaint.id,
        received=complaint.received.toordinal(),
        unit=str(complaint.about.get("unit", "")) or unit_of_window or case_unit,
        window=str(complaint.about.get("window", "")),
        hall=complaint.hall,
        kind=complaint.kind,
        finding=str(answers[0].data["finding"]) if answers else "",  # the first, as for its clock
        called_back=("yes" if flag(called[-1].data["satisfied"]) else "no") if called else "",
        state=state,
        voided=any(entry.step == "voided" for entry in events),
    )


def _by_time(log: Iterable[Entry], today: date) -> list[Entry]:
    """Return the steps taken by the end of ``today`` in order of time: one may have been entered late."""
    return sorted([entry for entry in log if entry.day <= today], key=attrgetter("at"))


def improvement_facts(item: Improvement, unit: str, today: date) -> ImprovementFacts | None:
    """Return the facts of an improvement, None for one that was voided or not yet opened on ``today``.

    ``unit`` is the owner itself or the unit the owner works for.
    """
    events = _by_time(item.log, today)
    if item.opened > today or any(entry.step == "voided" for entry in events):
        return None
    done = min((entry.day for entry in events if entry.step == "done"), default=None)
    effects = [entry for entry in events if entry.step == "effect"]
    return ImprovementFacts(
        id=item.id,
        opened=item.opened.toordinal(),
        done=done.toordinal() if done else 0,
        target=item.target_date.toordinal(),
        owner=item.owner,
        cause=item.root_cause,
        cases=item.cases,
        measure=item.measure,
        unit=unit,
        before=int(effects[-1].data["before"]) if effects else -1,
        after=int(effects[-1].data["after"]) if effects else -1,
    )


def held_facts(name: str, unit: str) -> HeldFacts:
    """Return the facts of a quarantined record, with the day its id names."""
    digits = name.rsplit("-", 2)[-2].lstrip("c") if name.count("-") >= 2 else ""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).toordinal() if len(digits) == 8 else 0
    except ValueError:
        day = 0
    return HeldFacts(name, unit, day)
