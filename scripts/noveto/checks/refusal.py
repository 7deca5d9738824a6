"""Whether a 'no' went the way the notice asks for: approval first, filed, grounded (NV402-NV409, NV417)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from noveto.checks.common import Judged, Path, place
from noveto.findings import Finding, make
from noveto.records.build import flag
from noveto.records.model import Case, Entry

NEEDS_BASIS = {"R03": "不符合法定条件", "R04": "法规不明确或空白"}
"""Reasons that need a basis: which article is not met, or which one is silent."""


@dataclass(slots=True)
class _Approval:
    """How far a proposed refusal has come since the case was last answered or opened again."""

    proposed: bool = False
    approved_by: str = ""
    rejected: bool = False

    def read(self, entry: Entry) -> None:
        if entry.step == "veto_proposed":
            self.proposed, self.approved_by, self.rejected = True, "", False
        elif entry.step in ("unit_review", "escalation_result"):
            decision = entry.data.get("decision")
            if decision == "approve_refusal":
                self.approved_by, self.rejected = entry.step, False
            elif decision in ("veto_rejected", "do"):
                self.approved_by, self.rejected = "", decision == "veto_rejected"


def refusal_findings(record: Judged, case: Case, events: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the breaches around refusals. ``events`` is the effective log in order of time."""
    if case.reason not in NEEDS_BASIS and "grounds" not in case.head and not any(map(_concerns, events)):
        return
    approval, reason = _Approval(), case.reason
    based = bool((case.head.get("grounds") or {}).get("basis"))
    for entry in events:
        if entry.step == "veto_proposed":
            reason = str(entry.data["reason"]["main"])
            based = based or bool(entry.data["grounds"].get("basis"))
        elif entry.step in ("disputed", "reopened"):
            approval = _Approval()
        elif entry.step == "answered":
            if entry.data["result"] == "refused":
                yield from _refused(record, case, entry, approval, based or reason in NEEDS_BASIS)
            approval = _Approval()
        approval.read(entry)
    yield from _basis(record, case, events)


def _concerns(entry: Entry) -> bool:
    return entry.step == "veto_proposed" or (entry.step == "answered" and entry.data["result"] == "refused")


def _refused(record: Judged, case: Case, entry: Entry, approval: _Approval, based: bool) -> Iterator[Finding]:
    wrong: list[str] = []
    if approval.approved_by:
        if approval.approved_by == "escalation_result" and not approval.proposed:
            wrong.append("NV406")
    elif not case.matter.standardised:
        wrong.append("NV405")
    elif approval.rejected:
        wrong.append("NV404")
    else:
        wrong.append("NV402" if approval.proposed else "NV403")
    if not based:
        wrong.append("NV407")
    lacks = _licence_lacks(entry.data) if case.matter.licensing and case.kind == "application" else []
    if lacks:
        wrong.append("NV417")
    for code in wrong:
        yield make(code, **place(record, ("log", entry.n - 1, "result")), n=entry.n, missing="、".join(lacks))


def _licence_lacks(data: Mapping[str, Any]) -> list[str]:
    """What a refused licence must carry (行政许可法38): a dated written decision, and where to appeal, how long."""
    remedies, document = data.get("remedies") or {}, data.get("document") or {}
    asked = (
        (document, "number", "不予许可决定书的文号（document.number）"),
        (document, "date", "不予许可决定书的日期（document.date）"),
        (remedies, "body", "复议机关（remedies.body）"),
        (remedies, "days", "复议期限（remedies.days）"),
        (remedies, "court", "法院（remedies.court）"),
    )
    return [words for where, key, words in asked if not where.get(key)]


def _basis(record: Judged, case: Case, events: Sequence[Entry]) -> Iterator[Finding]:
    """R03 and R04 name a basis; a basis that was never published is none (优化营商环境条例64)."""
    given: list[tuple[Path, Mapping[str, Any]]] = []
    if case.head.get("grounds"):
        given.append((("grounds",), case.head["grounds"]))
    proposed = [entry for entry in events if entry.step == "veto_proposed"]
    given += [(("log", entry.n - 1, "grounds"), entry.data["grounds"]) for entry in proposed]
    for path, grounds in given:
        for index, basis in enumerate(grounds.get("basis") or ()):
            if "published" in basis and not flag(basis["published"]):
                at = place(record, (*path, "basis", index, "published"))
                yield make("NV409", **at, value=basis["title"])
    where: Path = ("reason", "main")
    reason = case.reason
    if proposed:  # the window's reason, refined by the last veto proposed
        reason, where = str(proposed[-1].data["reason"]["main"]), ("log", proposed[-1].n - 1, "reason", "main")
    if reason in NEEDS_BASIS and not any(grounds.get("basis") for _, grounds in given):
        yield make("NV408", **place(record, where), code_value=reason, words=NEEDS_BASIS[reason])
