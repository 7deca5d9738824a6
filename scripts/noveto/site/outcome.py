"""The outcome of a case and the path it took there, derived from its steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from noveto import words
from noveto.clocks import OPENERS

if TYPE_CHECKING:
    from noveto.records.model import Case, Entry
    from noveto.words import Said


def answered_entry(case: Case) -> Entry | None:
    """Return the last answer that stands, None while there is none.

    In order of time; one given although the case was answered and not opened again is out of order and changes nothing.
    """
    found, closed = None, False
    for entry in sorted(case.log, key=lambda entry: entry.at):
        if entry.step == "answered" and not closed:
            found, closed = entry, True
        elif entry.step in OPENERS:
            closed = False
    return found


def result_of(case: Case) -> str:
    """Return the code of the result: that of the last answer, else of another ending, "" while open."""
    answered = answered_entry(case)
    if answered is not None:
        return str(answered.data.get("result"))
    ended = [e for e in case.log if e.step in ("withdrawn", "lapsed", "voided")]
    return max(ended, key=lambda entry: entry.at).step if ended else ""


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


@lru_cache(maxsize=1024)
def settled_words(result: str, path: str, late: int) -> tuple[Said, str]:
    """Return how a settled case stands, and its stage in words."""
    if not result:  # no clock runs and nobody has answered: papers are awaited
        return words.idle(words.WAITING), "等申请人补正"
    told = words.result_words(result, path)
    stage = words.RESULTS[result] if result in ("withdrawn", "lapsed", "voided") else told if late else "已答复"
    if late:
        return words.met_late(late), stage
    return words.outcome(told, good=result in ("done", "redirected", "explained")), stage
