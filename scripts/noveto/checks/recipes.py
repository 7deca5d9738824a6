"""The checks as recipes of the ledger: what a record's content decides is judged once and kept.

Units stand in kept messages as marks, so that a renamed unit does not have every record judged again;
``named`` puts the names in.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from noveto.checks import record_findings, reference_findings, text_findings, today_findings
from noveto.checks.further import further_findings
from noveto.checks.times import TIMED
from noveto.clocks import Arrivals, Clock, compute, compute_complaint, late_reclassifications
from noveto.clocks.recipe import last_named
from noveto.findings import Finding
from noveto.ledger.code import code_digest
from noveto.ledger.judge import judge, pack_findings, unpack_findings
from noveto.ledger.places import KINDS, RECORDS
from noveto.ledger.recipe import ALWAYS, Recipe
from noveto.ledger.record import Record
from noveto.records.model import begun

if TYPE_CHECKING:
    from noveto.ledger.context import Context

CODE = ("noveto.checks", "noveto.findings", "noveto.records", "noveto.schema", "noveto.source", "noveto.words",
        "noveto.clocks", "noveto.calendar", "noveto.rules")  # fmt: skip

PLACED = frozenset({"NV320", "NV321", "NV322", "NV323"})
"""Codes that depend on where a file lies: judged anew for the few files that lie wrong."""

_UNIT = re.compile("\x02([^\x03]*)\x03")


class Recipes(NamedTuple):
    """The four recipes of the checker; ``late`` is None while rules or calendar cannot be used."""

    text: Recipe
    record: Recipe | None
    references: Recipe
    late: Recipe | None


def recipes(context: Context, *, steps: bool = True, clocks: bool = True) -> Recipes:
    """Return the recipes for a ledger's configuration, without those whose rules cannot be used."""
    code = code_digest(*CODE)
    record = late = None
    if steps:
        record = Recipe("check.record", f"{code}-{context.steps.digest}", f"{__name__}:of_record", RECORDS)
    if clocks:
        key = f"{code}-{context.rules.digest}-{context.calendar.digest}"
        late = Recipe("check.late", key, f"{__name__}:of_day", RECORDS, arrivals="veto")
    return Recipes(
        Recipe("check.text", code, f"{__name__}:of_text", KINDS, broken=True),
        record,
        Recipe(
            "check.references", f"{code}-{context.registry_digest}", f"{__name__}:of_references", RECORDS, broken=True
        ),
        late,
    )


def of_text(record: Record, context: Context) -> tuple[bytes, bool, int] | None:
    """Judge the bytes of a file, whatever it is."""
    return _keep(text_findings(record.data, kind=record.kind, file=""))


def of_record(record: Record, context: Context) -> tuple[bytes, bool, int] | None:
    """Judge a record by itself, but for where it lies."""
    found = record_findings(record, context.steps, unit_name=_mark)
    return _keep([finding for finding in found if finding.code not in PLACED])


def of_references(record: Record, context: Context) -> tuple[bytes, bool, int] | None:
    """Judge a record's references to the registry, and note the records it names.

    A record whose form is broken is judged as far as it reads.
    """
    if not record.ok:
        told, _, loaded = judge(record.data, record.kind, context.schemas)
        known = unpack_findings(told.findings, "") if told.findings else []
        more = further_findings(record.kind, loaded, known, context.registry)
        return (marshal.dumps((pack_findings(more), [])), False, 0) if more else None
    named = _Named()
    found = reference_findings(record, context.registry, named)
    if not found and not named.keys:
        return None
    return marshal.dumps((pack_findings(found), named.keys)), False, 0


def of_day(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Judge a settled record's deadlines once and for ever; an open one is kept to be judged on every day.

    The payload is that of ``settled_findings`` or of ``open_record``.
    """
    last = last_named(record)
    clocks = clocks_on(record, context, last)
    if any(clock.open for clock in clocks):
        return _pack_open(record), True, ALWAYS
    found = findings_on(record, context, last, clocks)
    return pack_findings(found) if found else b"", False, last.toordinal()


def findings_on(record: Record, context: Context, today: date, clocks: list[Clock] | None = None) -> list[Finding]:
    """Return what depends on the day: times that have not come, deadlines missed."""
    if record.kind not in TIMED:
        return today_findings(record, (), today, unit_name=_mark)
    rules = context.rules.for_day(begun(record.typed).date())
    late: list[int] = []
    if record.kind == "case" and "reclassified" in [entry.step for entry in record.case.log]:
        late = late_reclassifications(record.case, rules, context.calendar, today)
    return today_findings(
        record,
        clocks_on(record, context, today) if clocks is None else clocks,
        today,
        reclassified_late=late,
        filing_warning=rules.tolerances["filing_warning"],
        unit_name=_mark,
    )


def clocks_on(record: Record, context: Context, today: date) -> list[Clock]:
    """Return a record's clocks on a day, under its own rules."""
    if record.kind == "case":
        case = record.case
        rules = context.rules.for_day(case.raised.date())
        return compute(case, rules, context.calendar, today, Arrivals(record.receipts, record.arrivals))
    if record.kind == "complaint":
        complaint = record.complaint
        rules = context.rules.for_day(complaint.received.date())
        return compute_complaint(complaint, rules, context.calendar, today)
    return []


def open_record(payload: bytes, path: str, blob: str, kind: str, read: Callable[[], bytes]) -> Record:
    """Return the record an open result was kept for."""
    value, days, receipts = marshal.loads(payload)  # noqa: S302 - written by this program, checksum verified
    known = tuple(date.fromordinal(day) if day else None for day in days)
    return Record(path, blob, kind, value, read=read, arrivals=known, receipts=receipts)


def references_of(payload: bytes, path: str) -> tuple[list[Finding], list[str]]:
    """Return the findings kept for a record's references, and the ids of the records it names."""
    packed, keys = marshal.loads(payload)  # noqa: S302 - written by this program, checksum verified
    return unpack_findings(packed, path), keys


def named(findings: list[Finding], unit_name: Callable[[str], str]) -> list[Finding]:
    """Put the names of units into kept findings."""

    def name(found: re.Match[str]) -> str:
        return unit_name(found[1])

    return [
        replace(finding, message=_UNIT.sub(name, finding.message), fix=_UNIT.sub(name, finding.fix))
        if "\x02" in finding.message or "\x02" in finding.fix
        else finding
        for finding in findings
    ]


def _mark(unit: str) -> str:
    return f"\x02{unit}\x03"


def _keep(found: list[Finding]) -> tuple[bytes, bool, int] | None:
    return (pack_findings(found), False, 0) if found else None


def _pack_open(record: Record) -> bytes:
    days = tuple(day.toordinal() if day else 0 for day in record.arrivals)
    return marshal.dumps((dict(record.value or {}), days, record.receipts))


class _Named:
    """Stands for the ids of the ledger: holds every id, and notes which were asked for."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __contains__(self, key: object) -> bool:
        self.keys.append(str(key))
        return True
