"""Steps against the notice: order, what each must carry, what must come before an answer (NV4xx, breaches).

A breach never keeps a record out: the register that refuses bad news gets false news. Which rule of the
notice is covered by which code stands in `noveto.checks.coverage`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from noveto.checks.common import Judged, in_time, place, step_words
from noveto.checks.order import orderly
from noveto.checks.refusal import refusal_findings
from noveto.findings import Finding, make
from noveto.records.build import flag
from noveto.records.model import Case, Entry
from noveto.rules.steps import OutOfOrder, Steps

_TRACKS = {"general": "一般事项", "special": "特殊事项", "cross_department": "跨部门事项"}


def step_findings(
    record: Judged, steps: Steps | None, unit_name: Callable[[str], str] = str, events: Sequence[Entry] | None = None
) -> Iterator[Finding]:
    """Yield the breaches of a form-valid record's steps; without ``steps`` their order is not judged.

    ``events`` is the effective log in order of time, where the caller has it already.
    """
    typed = record.typed
    if events is None:
        events = in_time(typed.log)
    if steps is not None and events and not orderly(events, steps, record.kind):
        for wrong in steps.violations(typed.log, record.kind, unit_name):
            yield _order(record, wrong)
    for entry in events:
        check = _CARRIES.get(entry.step)
        if check is not None:
            yield from check(record, entry)
    if isinstance(typed, Case):
        yield from refusal_findings(record, typed, events)
        yield from _case(record, typed, events, unit_name)


def _order(record: Judged, wrong: OutOfOrder) -> Finding:
    """Report a step out of order; a decision on a veto that is not there has a code of its own."""
    entry = next(entry for entry in record.typed.log if entry.n == wrong.n)
    words = step_words(record.kind, wrong.n, wrong.step)
    if record.kind == "case" and wrong.step == "unit_review":
        at = place(record, ("log", wrong.n - 1, "decision"))
        decision = entry.data.get("decision")
        if decision == "do" and "veto_pending" in wrong.state.flags:
            return make("NV419", **at, n=wrong.n)
        if decision in ("approve_refusal", "veto_rejected") and "veto_pending" not in wrong.state.flags:
            said = "同意否决" if decision == "approve_refusal" else "不同意否决·改为办理"
            return make("NV420", **at, n=wrong.n, value=said)
    return make("NV401", **place(record, ("log", wrong.n - 1, "step")), name=words, why=wrong.why)


# -- what a step must carry ------------------------------------------------------------------------------------


def _suspended(record: Judged, entry: Entry) -> Iterator[Finding]:
    lacks = [words for key, words in _SUSPENSION.items() if not entry.data.get(key)]
    if not flag(entry.data.get("applicant_told")):
        lacks.append("告知申请人（applicant_told: true）")
    if lacks:
        yield make("NV413", **place(record, ("log", entry.n - 1)), n=entry.n, missing="、".join(lacks))
    if "from" in entry.data and date.fromisoformat(entry.data["from"]) < entry.at.date():
        at = place(record, ("log", entry.n - 1, "from"))
        yield make("NV457", **at, n=entry.n, value=entry.data["from"], day=entry.at.date())


_SUSPENSION = {
    "approver": "批准人（approver）",
    "reason": "原因（reason）",
    "document": "文件（document）",
    "review_by": "复核日期（review_by）",
}


def _reclassified(record: Judged, entry: Entry) -> Iterator[Finding]:
    if not entry.data.get("approver"):
        track = _TRACKS.get(str(entry.data["track"]), "")
        yield make("NV414", **place(record, ("log", entry.n - 1)), n=entry.n, value=track)


def _extended(record: Judged, entry: Entry) -> Iterator[Finding]:
    lacks = [] if entry.data.get("approver") else ["批准人（approver）"]
    if not flag(entry.data.get("applicant_told")):
        lacks.append("告知申请人（applicant_told: true）")
    if lacks:
        yield make("NV416", **place(record, ("log", entry.n - 1)), n=entry.n, missing="、".join(lacks))


def _notice(record: Judged, entry: Entry) -> Iterator[Finding]:
    if not flag(entry.data.get("guide_given")):
        key = "guide_given" if "guide_given" in entry.data else "step"
        yield make("NV412", **place(record, ("log", entry.n - 1, key)), n=entry.n)


def _answered(record: Judged, entry: Entry) -> Iterator[Finding]:
    data, at = entry.data, ("log", entry.n - 1, "result")
    if data.get("result") == "redirected":
        lacks = _redirect_lacks(data.get("redirect") or {})
        if lacks:
            yield make("NV410", **place(record, at), n=entry.n, missing="、".join(lacks))
    if data.get("result") == "to_petition":
        lacks = [
            words
            for key, words in (("approver", "批准人（approver）"), ("document", "文件（document）"))
            if not data.get(key)
        ]
        if lacks:
            yield make("NV423", **place(record, at), n=entry.n, missing="、".join(lacks))


def _redirect_lacks(redirect: Mapping[str, Any]) -> list[str]:
    lacks = [words for key, words in (("unit", "哪个单位（unit）"), ("how", "怎么办（how）")) if not redirect.get(key)]
    if not redirect.get("window") and not redirect.get("phone"):
        lacks.append("哪个窗口（window）或者电话（phone）")
    return lacks


_CARRIES = {
    "suspended": _suspended,
    "reclassified": _reclassified,
    "extended": _extended,
    "supplement_notice": _notice,
    "answered": _answered,
}


# -- what must have come before --------------------------------------------------------------------------------


def _case(record: Judged, case: Case, events: Sequence[Entry], unit_name: Callable[[str], str]) -> Iterator[Finding]:
    """Walk the log once, keeping what an answer, a notice or a lapse depends on."""
    pending: dict[str, int] = {}
    notices: list[Entry] = []
    consulted, split, above, track = False, 0, "", case.track
    for entry in events:
        step, data = entry.step, entry.data
        if step == "consulted":
            consulted = consulted or any(unit != case.unit for unit in data["units"])
            pending |= dict.fromkeys(map(str, data["units"]), entry.n)
        elif step == "consult_answered":
            pending.pop(str(data["unit"]), None)
        elif step == "conferred":
            consulted, split = True, 0 if flag(data["consensus"]) else entry.n
        elif step == "escalated":
            consulted, split, above = True, 0, str(data["to"])
            pending.clear()
        elif step == "escalation_result":
            if above == "superior" and not data.get("document") and not data.get("documents"):
                yield make("NV425", **place(record, ("log", entry.n - 1, "decision")), n=entry.n)
        elif step in ("disputed", "reopened"):
            pending.clear()
            split = 0
        elif step == "reclassified":
            track = data["track"]
        elif step == "supplement_notice":
            if notices and data["cause"] not in ("not_cured", "changed"):
                at = place(record, ("log", entry.n - 1, "cause"))
                yield make("NV411", **at, n=entry.n, first=notices[0].at.date(), count=len(notices) + 1)
            notices.append(entry)
        elif step == "lapsed":
            if notices and entry.at.date() < date.fromisoformat(notices[-1].data["due_by"]):
                at = place(record, ("log", entry.n - 1, "at"))
                yield make("NV424", **at, n=entry.n, value=entry.at.date(), due=notices[-1].data["due_by"])
        elif step == "answered" and data["result"] != "to_petition":
            alone = track == "cross_department" and not consulted and data["result"] != "redirected"
            at = place(record, ("log", entry.n - 1, "result")) if pending or split or alone else {}
            if pending:
                yield make("NV418", **at, n=entry.n, units="、".join(map(unit_name, pending)))
            if split:
                yield make("NV422", **at, n=entry.n, split=split)
            if alone:
                yield make("NV421", **at, n=entry.n)


def late_reclassified(record: Judged, entries: Collection[int]) -> Iterator[Finding]:
    """Yield a breach for each reclassification that came after the old limit (A5): it has no effect."""
    for entry in record.typed.log:
        if entry.n in entries:
            at = place(record, ("log", entry.n - 1, "track"))
            yield make("NV415", **at, n=entry.n, value=_TRACKS.get(str(entry.data["track"]), ""))
