"""The outcome of a case and the path it took there, derived from its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.records.model import Case, Entry


def answered_entry(case: Case) -> Entry | None:
    """Return the last answer, None while there is none."""
    return next((entry for entry in reversed(case.log) if entry.step == "answered"), None)


def result_of(case: Case) -> str:
    """Return the code of the result: that of the last answer, else of another ending, "" while open."""
    answered = answered_entry(case)
    if answered is not None:
        return str(answered.data.get("result"))
    return next((e.step for e in reversed(case.log) if e.step in ("withdrawn", "lapsed", "voided")), "")


def outcome_path(case: Case) -> str:
    """Return how a case came to its result: the strongest help it needed.

    One of veto_rejected, escalation, coordination, supplement, directly.
    """
    steps = {entry.step for entry in case.log}
    decisions = {str(e.data.get("decision")) for e in case.log if e.step in ("unit_review", "escalation_result")}
    if "veto_rejected" in decisions:
        return "veto_rejected"
    if "escalated" in steps:
        return "escalation"
    if steps & {"consulted", "conferred"}:
        return "coordination"
    if "supplement_notice" in steps:
        return "supplement"
    return "directly"
