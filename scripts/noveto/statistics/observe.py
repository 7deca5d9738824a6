"""What one record contributes to each figure: key, slot, what is counted. Pure; one pass over any number of records."""

from __future__ import annotations

from collections.abc import Callable

from noveto.statistics.facts import CaseFacts, ClockFact, ComplaintFacts, ImprovementFacts
from noveto.statistics.model import Ref

HIT, MISS, LEFT = 0, 1, 2
"""Slots: counted (of a fraction: a hit), judged a miss, left out of the rate."""

_STATES = {"met": HIT, "met_late": MISS, "overdue": MISS, "deemed_accepted": MISS, "not_applicable": -1}
_CLOCKS = {"submit": "I6", "reply": "I7", "approval": "I8", "filing": "I11", "interim": "I13", "review": "I16.past"}


Observation = tuple[str, int, Ref, int, str]
"""One thing seen: for which figure, into which slot, what; a length for lengths, else 0; the unit a consultation is
charged to, "" for everything else. (A plain tuple: there are millions.)"""


def of_case(case: CaseFacts) -> list[Observation]:
    """Return what a case contributes. A voided one keeps its clocks and is otherwise only counted as voided."""
    seen: list[Observation] = []
    refs = {1: Ref(case.id)}

    def ref(number: int) -> Ref:
        found = refs.get(number)
        if found is None:
            found = refs[number] = Ref(case.id, number)
        return found

    _clocks(case, seen, ref)
    if case.voided:
        seen.append(("X.voided", HIT, refs[1], 0, ""))
        return seen
    one = refs[1]

    def add(key: str, slot: int, what: Ref = one, value: int = 0) -> None:
        seen.append((key, slot, what, value, ""))

    add("I1", HIT)
    add("I3", HIT if case.vetoes else MISS)
    if case.vetoes:
        add("I2", HIT)
    for veto in case.vetoes:
        add("I4", {"rejected": HIT, "approved": MISS}.get(veto.decision, LEFT), ref(veto.round))
        add("X.basis", HIT if veto.based else MISS, ref(veto.round))
    for outcome in case.outcomes:
        if outcome.result in ("done", "refused"):
            add("I5", HIT if outcome.result == "done" else MISS, ref(outcome.round))
    if case.supplements:
        add("I12", HIT if case.supplements == 1 else MISS)
    if case.track == "cross_department":
        add("I15", HIT if case.escalated else MISS)
    for number, length in enumerate(case.suspensions, 1):
        add("I16", HIT, ref(number))
        add("I16.days", HIT if length >= 0 else LEFT, ref(number), max(length, 0))
    for form in case.forms:
        add("I17", MISS if form.missing else HIT, ref(form.round))
    answered = any(outcome.result not in ("withdrawn", "lapsed") for outcome in case.outcomes)
    _call_back(seen, one, case.called_back, answered)
    if case.attested and not case.migrated:
        add("I22", HIT if case.late else MISS)
    elif case.entries and not case.migrated:
        add("I22", LEFT)
    add("X.other", HIT if case.reason == "R99" else MISS)
    add("X.proxy", HIT if case.proxied else MISS)
    if case.gap:
        add("X.gap", HIT)
    for number in case.unreached:
        add("X.unreached", HIT, ref(number))
    return seen


def _clocks(case: CaseFacts, seen: list[Observation], ref: Callable[[int], Ref]) -> None:
    times: dict[str, int] = {}
    for clock in case.clocks:
        name = clock.clock
        slot = _STATES.get(clock.state, LEFT)
        if name == "consult":
            _consult(case, clock, slot, seen, times)
            continue
        if slot >= 0:
            what = ref(clock.round)
            if name == "review":
                times[name] = times.get(name, 0) + 1
                what = ref(times[name])
            seen.append((_CLOCKS[name], slot, what, 0, ""))
        if name != "reply":
            continue
        what = ref(clock.round)
        other = _STATES.get(clock.calendar_state, LEFT)
        if other >= 0:
            seen.append(("I9", other, what, 0, ""))
        if case.voided:
            continue
        if clock.how == "answered":
            seen.append(("I10", HIT, what, clock.used, ""))
            seen.append((f"I10.{case.track}", HIT, what, clock.used, ""))
            seen.append(("N5", HIT if clock.used * 2 <= clock.limit else MISS, what, 0, ""))
        elif slot in (MISS, LEFT) and clock.used < 0:
            seen.append(("I10", LEFT, what, 0, ""))
            seen.append((f"I10.{case.track}", LEFT, what, 0, ""))


def _consult(case: CaseFacts, clock: ClockFact, slot: int, seen: list[Observation], times: dict[str, int]) -> None:
    if slot < 0:
        return
    times[clock.of] = times.get(clock.of, 0) + 1
    what = Ref(case.id, times[clock.of], clock.of)
    seen.append(("I14", slot, what, 0, clock.of))
    seen.append(("I14.days", HIT if clock.used >= 0 else LEFT, what, max(clock.used, 0), clock.of))


def _call_back(seen: list[Observation], ref: Ref, called: str, answered: bool) -> None:
    if called:
        seen.append(("I19", HIT if called == "yes" else MISS, ref, 0, ""))
    if answered:
        seen.append(("I19.reach", HIT if called else MISS, ref, 0, ""))


def of_complaint(item: ComplaintFacts) -> list[Observation]:
    """Return what a complaint contributes. A voided one keeps its clock and is otherwise not counted."""
    ref = Ref(item.id)
    seen: list[Observation] = []
    slot = _STATES.get(item.state, LEFT)
    if slot >= 0:
        seen.append(("I18.time", slot, ref, 0, ""))
    if item.voided:
        return seen
    finding = {"upheld": HIT, "partly": HIT, "not_upheld": MISS}.get(item.finding, LEFT)
    seen.append(("I18", finding, ref, 0, ""))
    _call_back(seen, ref, item.called_back, bool(item.finding))
    return seen


def of_improvement(item: ImprovementFacts) -> list[Observation]:
    """Return what an improvement contributes."""
    return [("I21", HIT if item.done else MISS, Ref(item.id), 0, "")]
