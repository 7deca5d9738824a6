"""Deadlines missed, as breaches (NV23x) and reminders (NV24x): one code a clock.

The clocks are computed elsewhere (`noveto.clocks`); here their states become findings. A breach is dated to the
first day after the due day, whenever the check runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from noveto.checks.common import Judged, Path, in_time, place
from noveto.clocks import OPENERS
from noveto.findings import Finding, Severity, make
from noveto.records.model import Entry
from noveto.words import PROVISIONAL, promise, sentence


class ClockLike(Protocol):
    """What is read of a clock (noveto.clocks.Clock)."""

    @property
    def clock(self) -> str:
        """Its name in the clock table."""

    @property
    def round(self) -> int:
        """The round it belongs to (of filing: the order of the veto)."""

    @property
    def of(self) -> str:
        """The consulted unit."""

    @property
    def start(self) -> date | None:
        """The day it starts from."""

    @property
    def due(self) -> date | None:
        """Its last day."""

    @property
    def state(self) -> str:
        """Its state today."""

    @property
    def met_on(self) -> date | None:
        """The day it was met."""

    @property
    def ended(self) -> date | None:
        """The day an ending froze it."""

    @property
    def days_late(self) -> int:
        """Working days late."""

    @property
    def provisional(self) -> bool:
        """Whether the last day runs past the calendar that is known."""


CODES = {
    "submit": "NV231",
    "reply": "NV232",
    "interim": "NV233",
    "approval": "NV234",
    "filing": "NV235",
    "deliver": "NV236",
    "licence_notice": "NV237",
    "licence_decision": "NV238",
    "licence_delivery": "NV239",
    "complaint": "NV240",
    "review": "NV241",
    "consult": "NV242",
    "escalate": "NV243",
}
_MISSED = frozenset({"overdue", "met_late", "deemed_accepted"})


def late_findings(
    record: Judged,
    clocks: Sequence[ClockLike],
    *,
    filing_warning: int = 1,
    unit_name: Callable[[str], str] = str,
) -> Iterator[Finding]:
    """Yield a finding for every clock that was missed or is overdue on the day the clocks were computed for.

    ``filing_warning`` is the tolerance of A8: a filing that many working days late is a warning, later a
    breach. ``unit_name`` names the unit a consultation is charged to.
    """
    for clock in clocks:
        if clock.state not in _MISSED or clock.due is None:
            continue
        events = in_time(record.typed.log)
        found = make(
            CODES[clock.clock],
            **place(record, _anchor(clock, record, events)),
            severity=_severity(clock, filing_warning),
            # with its year: the sentence may be read years later
            due=promise(clock.due, today=date.min) + (PROVISIONAL if clock.provisional else ""),
            how=_how(clock, clock.due),
            since=(clock.due + timedelta(days=1)).isoformat(),
            unit=unit_name(clock.of) if clock.of else "",
        )
        settled = clock.met_on is not None or clock.ended is not None
        yield replace(found, fix=_SETTLED) if settled and clock.state != "deemed_accepted" else found


def extension_findings(record: Judged, clocks: Sequence[ClockLike]) -> Iterator[Finding]:
    """Yield a warning for each extension of a licence that names a later day than the limit reaches (许可法42)."""
    due = next((clock.due for clock in clocks if clock.clock == "licence_decision"), None)
    if due is None:
        return
    for entry in record.typed.log:
        if entry.step == "extended" and entry.data.get("approver") and entry.data["until"] > due.isoformat():
            at = place(record, ("log", entry.n - 1, "until"))
            yield make("NV464", **at, n=entry.n, until=entry.data["until"], due=due)


def interim_findings(record: Judged, clocks: Sequence[ClockLike]) -> Iterator[Finding]:
    """Yield a warning for an interim reply that promises a day behind the limit, while there is time to answer.

    A limit that is missed is told as that; how long a suspension lasts nobody knows.
    """
    reply = next((clock for clock in reversed(clocks) if clock.clock == "reply"), None)
    if reply is None or reply.start is None or reply.due is None or reply.state not in ("running", "due_today"):
        return
    for entry in in_time(record.typed.log):
        if entry.step == "suspended":
            return
        if entry.step == "interim_reply" and reply.start <= entry.at.date():
            promised = date.fromisoformat(entry.data["new_date"])
            if promised > reply.due:
                at = place(record, ("log", entry.n - 1, "new_date"))
                yield make("NV465", **at, n=entry.n, value=promised, due=reply.due)


_SETTLED = "不用再办，迟了的记录会留着。时间写错的，用“更正”（corrected）改，要有批准人。"
"""What to do about a deadline that was missed and is over."""


def _severity(clock: ClockLike, filing_warning: int) -> Severity | None:
    if clock.clock == "filing" and clock.days_late <= filing_warning:
        return "warning"
    if clock.clock == "review" and clock.state == "met_late":
        return "warning"
    return None


def _how(clock: ClockLike, due: date) -> str:
    """Say how it stands: done late, frozen by an ending, or still owed. 0 working days is within a holiday."""
    late = clock.days_late
    if clock.met_on is not None:
        done = sentence(clock.met_on, today=due)
        return f"{done} 才办，迟 {late} 个工作日" if late else f"{done} 才办，过了到期日（假期中）"
    if clock.ended is not None:
        ended = sentence(clock.ended, today=due)
        return f"没有办到，{ended} 终止时已超期 {late} 个工作日" if late else f"没有办到，{ended} 终止时已过到期日"
    return f"到今天还没有办，已超期 {late} 个工作日" if late else "到今天还没有办，已过到期日（假期中）"


def _anchor(clock: ClockLike, record: Judged, events: Sequence[Entry]) -> Path:
    """Return the field a clock starts from: there its finding is shown."""
    steps = _STARTS.get(clock.clock)
    found: list[Entry] = []
    if clock.clock in ("reply", "interim") and clock.round > 1:
        found = [entry for entry in events if entry.step in OPENERS and entry.at.date() == clock.start]
    elif clock.clock == "filing":
        found = [entry for entry in events if entry.step == "veto_proposed"][clock.round - 1 : clock.round]
    elif clock.clock == "approval":
        found = [entry for entry in events if entry.step == "veto_proposed" and _since(entry, clock)][:1]
    elif clock.clock == "review":
        found = [entry for entry in events if _review_by(entry) is not None and _review_by(entry) <= clock.due]  # type: ignore[operator]
    elif clock.clock == "escalate":
        found = [entry for entry in events if entry.step == "conferred" and entry.data.get("consensus") is False][:1]
    elif clock.clock == "consult":
        found = [
            e for e in events if e.step == "consulted" and clock.of in e.data["units"] and e.at.date() == clock.start
        ]
    elif steps is not None:
        found = [
            entry for entry in events if entry.step == steps and entry.at.date() == (clock.start or entry.at.date())
        ]
    if found:
        return ("log", found[-1].n - 1, "at")
    if record.kind == "complaint":
        return ("received",)
    accepted = clock.clock == "licence_decision" and "accepted" in (record.value or {})
    return ("accepted",) if accepted else ("raised",)


_STARTS = {"deliver": "answered", "licence_delivery": "answered"}


def _since(entry: Entry, clock: ClockLike) -> bool:
    return clock.start is None or entry.at.date() >= clock.start


def _review_by(entry: Entry) -> date | None:
    if entry.step not in ("suspended", "review_extended"):
        return None
    given = entry.data.get("review_by")
    return date.fromisoformat(given) if given else entry.at.date()
