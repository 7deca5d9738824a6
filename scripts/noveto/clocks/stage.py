"""Stage (环节), holder (在谁手里) and status: derived from the log, never stored (screens.md 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from noveto.calendar import Calendar
from noveto.clocks.builder import last_day
from noveto.clocks.model import Clock
from noveto.clocks.timeline import Timeline
from noveto.records.model import Complaint, Entry
from noveto.rules import RuleSet

HolderKind = Literal["staff", "role", "unit", "body", "applicant", "none"]


class Holder(NamedTuple):
    """Who has the case in hand.

    ``kind`` staff: ``id`` is a staff id; role: ``id`` is ``head`` or ``leader`` of the case's own unit; unit: a
    unit id; body: ``yingshangban``, ``superior`` or ``unit_leadership``; applicant and none carry no id.
    """

    kind: HolderKind
    id: str = ""


class Stage(NamedTuple):
    """The stage's code, its words, and who holds the case (several units while being consulted)."""

    code: str
    words: str
    holders: tuple[Holder, ...]
    answered: int = 0
    asked: int = 0


NOBODY = (Holder("none"),)


def status(line: Timeline) -> str:
    """Return open, suspended, answered (refused, not delivered yet) or closed."""
    ending = _ending(line)
    if ending is not None:
        if ending.step == "answered" and ending.data.get("result") == "refused":
            return "closed" if _delivered(line, ending) else "answered"
        return "closed"
    return "suspended" if line.suspended else "open"


def complaint_status(complaint: Complaint, rules: RuleSet, calendar: Calendar, today: date) -> str:
    """Return open, answered, or closed: called back, 10 working days gone since the answer, withdrawn or voided."""
    steps = [(entry.step, entry.day) for entry in complaint.log if entry.day <= today]
    if any(step in ("withdrawn", "voided") for step, _ in steps):
        return "closed"
    answered = min((day for step, day in steps if step == "answered"), default=None)
    if answered is None:
        return "open"
    if any(step == "called_back" and day >= answered for step, day in steps):
        return "closed"
    rule = rules.limits["complaint_call_back"]
    return "closed" if today > last_day(calendar, answered, rule) else "answered"


def headline(clocks: Sequence[Clock]) -> Clock | None:
    """Return the most urgent running binding clock: the one due first, stopped ones last."""
    running = [clock for clock in clocks if clock.binding and clock.open]
    return min(running, key=_urgency, default=None)


def review_day(clocks: Iterable[Clock]) -> date | None:
    """Return the day by which a suspension is to be looked at again, None while there is none to look at."""
    return next((clock.due for clock in clocks if clock.clock == "review" and clock.open), None)


def _urgency(clock: Clock) -> tuple[int, date, int]:
    return (clock.state == "suspended" and clock.clock != "review", clock.due or date.max, clock.clock != "reply")


def stage(line: Timeline, role_of: Callable[[str], str]) -> Stage:
    """Return stage and holder as the last relevant step leaves them.

    ``role_of`` tells a staff id's role (clerk, head, leader, …). Precedence: ended, answered, suspended,
    escalated, waiting for the applicant, open consults, last decision or submission.
    """
    return _Reader(line, role_of).stage()


def _ending(line: Timeline) -> Entry | None:
    """The step that ended the current round, None while it runs. A voided case stays voided."""
    for entry in line.events:
        if entry.step == "voided":
            return entry
    for entry in line.events[line.rounds[-1].first :]:
        if entry.step in ("answered", "withdrawn", "lapsed"):
            return entry
    return None


def _delivered(line: Timeline, ending: Entry) -> bool:
    after = line.events[line.events.index(ending) + 1 :]
    return any(entry.step == "delivered" and entry.data.get("copy") == "applicant" for entry in after)


class _Reader:
    """Reads the events once, keeping what each precedence level needs."""

    def __init__(self, line: Timeline, role_of: Callable[[str], str]) -> None:
        self.line = line
        self.role_of = role_of
        self.clerk = line.case.clerk
        self.base: tuple[str, str, Holder] = ("registered", "待报批", self._clerk())
        self.leader = Holder("role", "leader")
        self.escalated: str | None = None
        self.waiting = False
        self.handed_in = False
        self.asked: dict[str, str | None] = {}
        for entry in line.events:
            self._read(entry)

    def _clerk(self) -> Holder:
        return Holder("staff", self.clerk)

    def _read(self, entry: Entry) -> None:
        reader: Callable[[Any], None] | None = getattr(self, f"_on_{entry.step}", None)
        if reader is not None:
            reader(entry)

    def _person(self, staff: str) -> tuple[str, str, Holder]:
        if self.role_of(staff) == "head":
            return ("window_head", "负责人意见", Holder("staff", staff))
        self.leader = Holder("staff", staff)
        return ("unit_review", "单位审核", self.leader)

    def _on_submitted(self, entry: Entry) -> None:
        self.handed_in = True
        self.base = self._person(str(entry.data.get("to", "")))

    _on_veto_proposed = _on_submitted

    def _on_window_opinion(self, _: Entry) -> None:
        self.base = ("unit_review", "单位审核", self.leader)

    def _on_unit_review(self, entry: Entry) -> None:
        decision = entry.data.get("decision")
        words = {
            "do": ("to_do", "待办理并答复", self._clerk()),
            "approve_refusal": ("to_refuse", "待答复（同意否决）", self._clerk()),
            "veto_rejected": ("to_do", "待办理并答复（改为办理）", self._clerk()),
            "return": ("returned", "退回补充", self._clerk()),
            "raise": ("to_escalate", "待提级", self.leader),
        }
        self.base = words.get(str(decision), self.base)

    def _on_consulted(self, entry: Entry) -> None:
        self.handed_in = False
        for unit in entry.data.get("units", ()):
            self.asked[str(unit)] = None

    def _on_consult_answered(self, entry: Entry) -> None:
        unit = str(entry.data.get("unit", ""))
        if unit not in self.asked:
            return
        self.asked[unit] = str(entry.data.get("stance", ""))
        if None in self.asked.values() or self.handed_in:
            return  # still waiting, or somebody else has the case to decide since it was asked
        stances = {"agree" if stance == "conditional" else stance for stance in self.asked.values()}
        self.base = (
            ("no_consensus", "意见不一，待提级", self.leader)
            if len(stances) > 1
            else ("to_conclude", "待汇总", self._clerk())
        )

    def _on_supplement_notice(self, _: Entry) -> None:
        self.waiting = True

    def _on_supplement_received(self, _: Entry) -> None:
        self.waiting = False

    def _on_escalated(self, entry: Entry) -> None:
        self.escalated = str(entry.data.get("to", ""))

    def _on_escalation_result(self, _: Entry) -> None:
        self.escalated = None
        self.base = ("to_answer", "待答复", self._clerk())

    def _on_reopened(self, _: Entry) -> None:
        self.escalated, self.waiting, self.asked = None, False, {}
        self.base = ("reopened", "重新办理", self._clerk())

    _on_disputed = _on_reopened

    def _on_handed_over(self, entry: Entry) -> None:
        given, taken = str(entry.data.get("from", "")), str(entry.data.get("to", ""))
        if given in ("", self.clerk):
            given, self.clerk = self.clerk, taken
        code, words, holder = self.base
        if holder == Holder("staff", given):
            self.base = (code, words, Holder("staff", taken))
        if self.leader == Holder("staff", given):
            self.leader = Holder("staff", taken)

    def stage(self) -> Stage:
        """Apply the precedence."""
        ending = _ending(self.line)
        if ending is not None:
            return self._ended(ending)
        if self.line.suspended:
            running = [item for item in self.line.suspensions if item.closed_by is None] or self.line.suspensions
            expert = running[-1].why == "专家论证期间"
            return Stage("suspended", "专家论证（中止）" if expert else "专题研究（中止）", (self._clerk(),))
        if self.escalated is not None:
            holder = self.leader if self.escalated == "unit_leadership" else Holder("body", self.escalated)
            return Stage("escalated", "提级会商", (holder,))
        if self.waiting:
            return Stage("waiting_applicant", "等申请人补正", (Holder("applicant"),))
        pending = [unit for unit, stance in self.asked.items() if stance is None]
        if pending:
            done = len(self.asked) - len(pending)
            holders = tuple(Holder("unit", unit) for unit in pending)
            return Stage("consulting", f"征询中 {done}/{len(self.asked)} 已回", holders, done, len(self.asked))
        code, words, holder = self.base
        return Stage(code, words, (holder,))

    def _ended(self, ending: Entry) -> Stage:
        if ending.step == "answered":
            if ending.data.get("result") == "refused" and not _delivered(self.line, ending):
                return Stage("to_deliver", "待送达", (self._clerk(),))
            return Stage("answered", "已答复", NOBODY)
        words = {"withdrawn": "申请人撤回", "lapsed": "逾期未补", "voided": "作废"}
        return Stage(ending.step, words[ending.step], NOBODY)
