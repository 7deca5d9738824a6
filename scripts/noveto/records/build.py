"""From the plain value of a form-valid file to a frozen record.

The value has passed its schema: required fields are there and times are real. What may be absent gets the
empty value of its type. Values are shared with the record, not copied: treat them as read-only.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any

from noveto.records.model import Applicant, Case, Complaint, Entry, Improvement, Matter, Period, Review

_NOTHING: Mapping[str, Any] = {}
_NONE: frozenset[int] = frozenset()


def flag(value: object) -> bool:
    """Read a boolean as the schemas allow it: true, or the text ``true`` of a quoted scalar."""
    return value is True or value == "true"


def build_log(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> tuple[Entry, ...]:
    """Return the log in order of entry, numbered from 1, without the entries named in ``leave_out``."""
    moment = datetime.fromisoformat
    return tuple(
        [
            Entry(
                n,
                moment(item["at"]),
                item["by"],
                item["step"],
                _own(item),
            )
            for n, item in enumerate(value.get("log") or (), 1)
            if n not in leave_out
        ]
    )


def _own(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a step's own fields."""
    data = dict(item)
    del data["at"], data["by"], data["step"]
    return data


def build_case(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> Case:
    """Build a case; ``leave_out`` names struck entries (the others keep their numbers)."""
    applicant = value["applicant"]
    matter = value["matter"]
    entry = value.get("entry", _NOTHING)
    reason = value["reason"]
    accepted = value.get("accepted")
    return Case(
        id=value["id"],
        unit=value["unit"],
        window=value["window"],
        clerk=value["clerk"],
        raised=datetime.fromisoformat(value["raised"]),
        accepted=datetime.fromisoformat(accepted) if accepted else None,
        track=value["track"],
        track_reason=value.get("track_reason", ""),
        kind=value["kind"],
        handling=value["handling"],
        channel=value["channel"],
        applicant=Applicant(
            kind=applicant["kind"],
            name=applicant.get("name", ""),
            contact=str(applicant.get("contact", "")),
            ref=applicant.get("ref", ""),
            count=int(applicant.get("count", 1)),
        ),
        matter=Matter(
            name=matter["name"],
            category=matter["category"],
            id=matter.get("id", ""),
            unit=matter.get("unit", ""),
            licensing=flag(matter.get("licensing")),
            standardised=flag(matter.get("standardised", True)),
        ),
        reason=reason["main"],
        reasons_also=tuple(reason.get("also", ())),
        facts=value["facts"],
        sensitive=flag(value.get("sensitive")),
        entry_mode=entry.get("mode", ""),
        entry_why=entry.get("why", ""),
        log=build_log(value, leave_out),
        head=value,
    )


def build_complaint(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> Complaint:
    """Build a complaint."""
    return Complaint(
        id=value["id"],
        hall=value["hall"],
        received=datetime.fromisoformat(value["received"]),
        complex=flag(value["complex"]),
        channel=value["channel"],
        kind=value["kind"],
        facts=value["facts"],
        about=value["about"],
        log=build_log(value, leave_out),
        head=value,
    )


def build_improvement(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> Improvement:
    """Build an improvement."""
    return Improvement(
        id=value["id"],
        opened=date.fromisoformat(value["opened"]),
        cases=tuple(value["from"]),
        root_cause=value["root_cause"],
        owner=value["owner"],
        measure=value["measure"],
        target_date=date.fromisoformat(value["target_date"]),
        log=build_log(value, leave_out),
        head=value,
    )


def build_period(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> Period:
    """Build a period."""
    return Period(
        id=value["id"],
        opened=date.fromisoformat(value["opened"]),
        objections_until=date.fromisoformat(value["objections_until"]),
        freeze_on=date.fromisoformat(value["freeze_on"]),
        log=build_log(value, leave_out),
        head=value,
    )


def build_review(value: Mapping[str, Any], leave_out: Set[int] = _NONE) -> Review:
    """Build a review."""
    return Review(
        id=value["id"],
        unit=value["unit"],
        drawn=date.fromisoformat(value["drawn"]),
        drawn_by=value["drawn_by"],
        seed=value["seed"],
        size=int(value["size"]),
        pool=int(value["pool"]),
        commit=value.get("commit", ""),
        cases=tuple(value["cases"]),
        log=build_log(value, leave_out),
        head=value,
    )
