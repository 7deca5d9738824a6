"""Judging one text before it is written: the checker's own verdict, as it will be given in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from noveto.findings import Finding

if TYPE_CHECKING:
    from noveto.clocks import CaseView
    from noveto.ledger import Context, Record


class Ids:
    """All ids of a ledger, asked one by one: a record's id says where its file must be."""

    def __init__(self, exists: Callable[[str], bool]) -> None:
        """``exists`` tells of a path relative to the ledger whether a file is there."""
        self._exists = exists

    def __contains__(self, name: object) -> bool:
        from noveto.ledger.places import path_of

        path = path_of(str(name))
        return bool(path) and self._exists(path)


def validate(
    data: bytes, path: str, context: Context, ids: Ids, today: date, *, now: datetime | None = None
) -> tuple[list[Finding], Record | None]:
    """Return what the checker says of a record's whole text, and the record when its form is right.

    ``path`` is relative to the ledger, ``today`` the day it is judged on; with ``now`` times later than now
    are refused too. Receipts are left aside: what is being written has none yet. Nothing is read but the
    registry, rules, steps and calendar of ``context``. Raises UserError when one of these cannot be used.
    """
    from noveto.checks import record_findings, reference_findings, text_findings, today_findings
    from noveto.checks.further import further_findings
    from noveto.clocks import NO_RECEIPTS, compute, compute_complaint, late_reclassifications
    from noveto.ledger import Record
    from noveto.ledger.judge import judge, unpack_findings
    from noveto.ledger.places import kind_of

    kind = kind_of(path)
    judged, value, loaded = judge(data, kind, context.schemas)
    found = [*text_findings(data, kind=kind, file=path)]
    if judged.findings is not None:
        found += unpack_findings(judged.findings, path)
    if not judged.ok:
        found += further_findings(kind, loaded, found, context.registry, path)
        return _in_order(found), None
    record = Record(path, "", kind, value, data=data, loaded=loaded)
    found += record_findings(record, context.steps, unit_name=context.registry.unit_name)
    found += reference_findings(record, context.registry, ids)
    late: tuple[int, ...] = ()
    clocks = []
    if kind == "case":
        rules = context.rules.for_day(record.case.raised.date())
        clocks = [c for c in compute(record.case, rules, context.calendar, today, NO_RECEIPTS) if c.clock != "filing"]
        late = tuple(late_reclassifications(record.case, rules, context.calendar, today))
    elif kind == "complaint":
        rules = context.rules.for_day(record.complaint.received.date())
        clocks = list(compute_complaint(record.complaint, rules, context.calendar, today))
    found += today_findings(
        record, clocks, today, now=now, reclassified_late=late, unit_name=context.registry.unit_name
    )
    return _in_order(found), record


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(set(findings), key=lambda finding: (finding.line, finding.column, finding.code))


def added(before: list[Finding], after: list[Finding]) -> list[Finding]:
    """Return the findings that were not there before, wherever in the file they stood."""
    known = {replace(finding, line=0, column=0) for finding in before}
    return [finding for finding in after if replace(finding, line=0, column=0) not in known]


def view_of(record: Record, context: Context, today: date) -> CaseView:
    """Return a case as it stands on ``today``: clocks, stage, most urgent clock."""
    from noveto.clocks import view

    def role_of(person: str) -> str:
        found = context.registry.staff.get(person)
        return found.role if found else ""

    return view(record.case, context.rules, context.calendar, today, role_of=role_of)
