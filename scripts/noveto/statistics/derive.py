"""From records and their clocks to facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from noveto.records.build import flag
from noveto.statistics.facts import (
    CaseFacts,
    ClockFact,
    FormFact,
    Outcome,
    VetoFact,
)

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import CaseView, Clock, Timeline
    from noveto.records.model import Entry

COUNTED = frozenset({"submit", "reply", "interim", "approval", "filing", "consult", "review"})
"""The clocks the indicators ask for."""

REPLIES = frozenset({"answered", "supplement_notice", "withdrawn", "lapsed"})
ENDS = frozenset({"answered", "withdrawn", "lapsed"})
WRITTEN = frozenset({"sms", "post", "online"})
SETTLED = frozenset({"met", "met_late", "overdue"})


def case_facts(
    found: CaseView, calendar: Calendar, arrivals: Sequence[date | None] = (), written: Sequence[date] = ()
) -> CaseFacts:
    """Return the facts of a computed case.

    ``arrivals`` are the days its head and entries 1..k were received, ``written`` the days they state as first written
    (late entry is a witnessed figure: corrections do not change it); without ``written`` the effective days are used.
    """
    case, line = found.case, found.line
    steps = [entry.step for entry in line.events]
    vetoes = tuple(_vetoes(line))
    proposed = [entry for entry in line.events if entry.step == "veto_proposed"]
    causes = [str(e.data.get("root_cause", "")) for e in line.events if e.step == "classified"]
    cause = causes[-1] if causes else ""
    called = [entry for entry in line.events if entry.step == "called_back"]
    late, attested = _lateness(found, calendar, arrivals, written)
    reason = str(proposed[-1].data["reason"]["main"]) if proposed else case.reason
    matter, name = case.matter, case.unnamed(case.matter.name)
    return CaseFacts(
        id=case.id,
        raised=case.raised.toordinal(),
        unit=case.unit,
        window=case.window,
        track=found.track,
        reason=reason,
        category=matter.category,
        matter=matter.id or name,
        matter_name=name,
        voided="voided" in steps,
        migrated=case.entry_mode == "migrated",
        escalated="escalated" in steps,
        gap=reason == "R04" or cause == "law_gap",
        cause=cause,
        called_back=("yes" if flag(called[-1].data["satisfied"]) else "no") if called else "",
        supplements=steps.count("supplement_notice"),
        late=late,
        attested=attested,
        entries=len(line.events),
        proxied=sum(1 for entry in line.events if entry.data.get("recorded_by") not in (None, entry.by)),
        suspensions=tuple(_suspensions(line, calendar)),
        unreached=tuple(number for number, _ in unreached(found)),
        outcomes=tuple(_outcomes(line)),
        vetoes=vetoes,
        forms=tuple(_forms(found)),
        clocks=tuple(_clock(clock, line, calendar) for clock in found.clocks if clock.clock in COUNTED),
    )


def _clock(clock: Clock, line: Timeline, calendar: Calendar) -> ClockFact:
    met, how = clock.met_on, ""
    if clock.clock == "reply" and met is not None:
        entry = _answer(line, clock.round)
        met, how = (entry.day, entry.step) if entry is not None else (met, how)
    used = calendar.workdays_between(clock.start, met) if clock.start and met else -1
    return ClockFact(
        clock.clock, clock.round, clock.of, clock.state, clock.state_calendar or clock.state, used,
        clock.basis.days or 0, how,
    )  # fmt: skip


def _answer(line: Timeline, number: int) -> Entry | None:
    """What a round whose reply was met has to show: how it ended, else what met the reply.

    A notice of missing papers meets the reply and ends nothing: where the answer follows without any papers, the
    applicant has waited until then.
    """
    item = line.rounds[number - 1]
    position = line.first(REPLIES, item.first)
    ending = next((at for at in range(item.first, item.last) if line.events[at].step in ENDS), position)
    return line.events[ending] if ending is not None else None


def _rounds(line: Timeline) -> Iterator[tuple[int, int, int]]:
    """Yield number and range of positions of each round."""
    for item in line.rounds:
        yield item.number, item.first, item.last


def _outcomes(line: Timeline) -> Iterator[Outcome]:
    """The first ending of each round, as for its clocks (a second one is out of order): a reopened case keeps its
    first result and adds another."""
    for number, first, last in _rounds(line):
        for position in range(first, last):
            entry = line.events[position]
            if entry.step in ENDS:
                result = str(entry.data["result"]) if entry.step == "answered" else entry.step
                path = path_of(line.events[:position]) if result == "done" else ""
                yield Outcome(number, result, path, entry.day.toordinal())
                break


def path_of(events: Sequence[Entry]) -> str:
    """Return the strongest help a done case needed: veto_rejected, escalation, coordination, supplement, directly.

    (rule_changed is known only with the improvements: see noveto.statistics.figures.)
    """
    steps = {entry.step for entry in events}
    if "veto_proposed" in steps and any(_decision(entry) == "rejected" for entry in events):
        return "veto_rejected"
    if "escalated" in steps:
        return "escalation"
    if steps & {"consulted", "conferred"}:
        return "coordination"
    return "supplement" if "supplement_notice" in steps else "directly"


_DECIDED = {"approve_refusal": "approved", "veto_rejected": "rejected", "do": "rejected"}


def _vetoes(line: Timeline) -> Iterator[VetoFact]:
    """One a round that holds a veto_proposed; its decision is the last one before the next ending: asking again wipes
    out no answer.

    A decision that comes after the answer comes too late, as for the clock `approval`.
    """
    head = _based(line.case.head.get("grounds"))
    found: dict[int, tuple[str, bool]] = {}
    current = 0
    for position, entry in enumerate(line.events):
        if entry.step == "veto_proposed":
            current = line.round_at(position).number
            decision, based = found.get(current, ("", head))
            found[current] = (decision, based or _based(entry.data["grounds"]))
        elif entry.step in ENDS or entry.step in ("disputed", "reopened"):
            current = 0
        elif current and (said := _decision(entry)):
            found[current] = (said, found[current][1])
    for number, (decision, based) in found.items():
        yield VetoFact(number, decision, based)


def _decision(entry: Entry) -> str:
    """Whether a step turns a proposed refusal down (rejected), approves it, or leaves it open ("")."""
    said = str(entry.data.get("decision"))
    if entry.step not in ("unit_review", "escalation_result") or (entry.step == "unit_review" and said == "do"):
        return ""
    return _DECIDED.get(said, "")


def _based(grounds: object) -> bool:
    given = grounds.get("basis") if isinstance(grounds, dict) else None
    return bool(given) and all(flag(item.get("published", True)) for item in given or ())


def _forms(found: CaseView) -> Iterator[FormFact]:
    line = found.line
    over = {clock.round for clock in found.clocks if clock.clock == "deliver" and clock.state in SETTLED}
    checked = [entry for entry in line.events if entry.step == "filing_checked"]
    for number, first, last in _rounds(line):
        if number not in over:
            continue
        missing = [*_boxes(found, line.events[_asked(line, number) : last]), *_copies(line.events[first:last])]
        if checked and not flag(checked[-1].data["complete"]):
            missing.append("checked")
        yield FormFact(number, tuple(missing))


def _asked(line: Timeline, number: int) -> int:
    """Return from where on a round's form is filled: what was asked and decided holds when papers have come."""
    item = line.rounds[number - 1]
    while item.number > 1 and line.events[item.first - 1].step == "supplement_received":
        item = line.rounds[item.number - 2]
    return item.first


def _boxes(found: CaseView, events: Sequence[Entry]) -> Iterator[str]:
    """The boxes of the form that can be empty (附件); the others are required of every record.

    提级办理情况 may be empty without an escalation, 备注 always.
    """
    applicant = found.case.applicant
    if applicant.kind != "anonymous":
        if not applicant.name:
            yield "applicant"
        if not applicant.contact:
            yield "contact"
    steps = {entry.step for entry in events}
    if "window_opinion" not in steps:
        yield "window_opinion"
    if not any(
        (e.step == "unit_review" and e.data.get("decision") in _DECIDED) or e.step == "escalation_result"
        for e in events
    ):
        yield "unit_review"
    if "escalated" in steps and "escalation_result" not in steps:
        yield "escalation"


def _copies(events: Sequence[Entry]) -> Iterator[str]:
    given = {str(entry.data.get("copy")) for entry in events if entry.step == "delivered"}
    if any(entry.step == "filed" for entry in events):
        given.add("bureau")
    yield from (f"copy_{name}" for name in ("applicant", "bureau", "window") if name not in given)


def _suspensions(line: Timeline, calendar: Calendar) -> Iterator[int]:
    for item in line.suspensions:
        if item.closed_by is None or item.end is None:
            yield -1
        else:
            before = date.fromordinal(item.begin.toordinal() - 1)
            yield calendar.workdays_between(before, item.end)


def unreached(found: CaseView) -> Iterator[tuple[int, int]]:
    """Yield the rounds answered in writing after attempts on two days, the second at the latest on the due day
    (未接通), each with the number of the answer's entry."""
    line = found.line
    dues = {clock.round: clock.due for clock in found.clocks if clock.clock == "reply"}
    wanted = found.rules.contact["attempts"]
    for number, first, last in _rounds(line):
        days: list[date] = []
        for entry in line.events[first:last]:
            if entry.step == "note" and entry.data.get("kind") == "contact_attempt":
                days.append(entry.day)
            elif entry.step == "answered" and entry.data.get("how") in WRITTEN:
                due = dues.get(number)
                tried = sorted({day for day in days if due is None or day <= due})
                if len(tried) >= wanted:
                    yield number, entry.n
                    break


def _lateness(
    found: CaseView, calendar: Calendar, arrivals: Sequence[date | None], written: Sequence[date]
) -> tuple[int, int]:
    allowed = found.rules.tolerances["late_entry"]
    case = found.case
    stated = written or [case.raised.date(), *(entry.day for entry in sorted(case.log, key=lambda entry: entry.n))]
    pairs = [
        (said, came)
        for said, came in zip(stated, arrivals, strict=False)
        if came is not None and came <= found.line.today
    ]
    return sum(1 for said, came in pairs if calendar.workdays_between(said, came) > allowed), len(pairs)
