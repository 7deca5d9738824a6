"""What else is wrong with a record whose form is broken: names, id, times and references, as far as they read.

One run tells every mistake, so that nobody has to mend a file three times. Only what no mistake of form touches is
judged; steps and deadlines wait until the form is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from noveto.checks.ids import id_findings
from noveto.checks.names import name_findings
from noveto.checks.references import EXPIRED, reference_findings
from noveto.checks.times import time_findings
from noveto.findings import Finding
from noveto.ledger.places import RECORDS
from noveto.ledger.record import Record

if TYPE_CHECKING:
    from noveto.records.registry import Registry
    from noveto.source import Loaded

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What reading a record may raise whose form has not been judged right."""
_CHANGING = ("corrected", "struck")
_HEAD = frozenset({"id", "unit", "hall", "raised", "received", "opened", "drawn"})
"""What ids and times are compared with."""
_ANY_DAY = "2022-01-01T00:00"
_STAND_IN: dict[str, dict[str, Any]] = {
    "case": {
        "id": "", "unit": "", "window": "", "clerk": "", "raised": _ANY_DAY, "handling": "", "kind": "", "channel": "",
        "applicant": {"kind": ""}, "matter": {"name": "", "category": ""}, "track": "", "reason": {"main": ""},
        "facts": "",
    },
    "complaint": {
        "id": "", "hall": "", "received": _ANY_DAY, "complex": False, "channel": "", "about": {}, "kind": "",
        "facts": "",
    },
    "improvement": {
        "id": "", "opened": _ANY_DAY[:10], "from": [], "root_cause": "", "owner": "", "measure": "",
        "target_date": _ANY_DAY[:10],
    },
}  # fmt: skip
"""What stands for a field of the head that is missing or broken, so that the others can be judged."""
_MISSING = ("NV130", "NV147")
"""Codes of what is not there: told where it should be, which says nothing against that line."""
_OF_THE_FOLDER = ("NV320", "NV323")


def further_findings(
    kind: str, loaded: Loaded | None, told: Sequence[Finding], registry: Registry, path: str = ""
) -> list[Finding]:
    """Return what is wrong besides the errors of form ``told`` of a file; nothing of a line that has one of them.

    Where the file lies is not judged: its id may be among what is to be mended.
    """
    read = loaded if loaded is None or loaded.value is not None else loaded.mended
    if kind not in RECORDS or read is None or not isinstance(read.value, Mapping):
        return []
    errors = [finding for finding in told if finding.severity == "error"]
    lines = {finding.line for finding in errors if finding.code not in _MISSING}
    fields = {finding.field for finding in errors}
    value, spoilt = _readable(read, lines, fields)
    stands = _STAND_IN.get(kind, {})
    lost = {key for key in stands if key not in value or any(_within(field, {key}) for field in fields)}
    fields |= {f"log.{n}" for n in spoilt}
    record = Record(path, "", kind, {**value, **{key: stands[key] for key in lost}}, loaded=read)
    dated = fields.isdisjoint(_HEAD)

    def ask_names() -> list[Finding]:
        return list(name_findings(value, file=path, locate=record.position))

    def ask_times() -> list[Finding]:
        return _but(lost, [*_id(record), *time_findings(record)]) if dated else []

    def ask_references() -> list[Finding]:
        return _but(lost, _references(record, registry, dated=dated))

    found: list[Finding] = []
    for ask in (ask_names, ask_times, ask_references):
        try:
            found += ask()
        except _UNREADABLE:
            continue
    return [one for one in _but(fields, found) if one.line not in lines]


def _id(record: Record) -> list[Finding]:
    return [finding for finding in id_findings(record) if finding.code not in _OF_THE_FOLDER]


def _references(record: Record, registry: Registry, *, dated: bool) -> list[Finding]:
    """Judge references; whether they held on the day only where the day is known."""
    found = reference_findings(record, registry, None)
    return [finding for finding in found if dated or finding.code not in EXPIRED.values()]


def _readable(read: Loaded, lines: set[int], fields: set[str]) -> tuple[dict[str, Any], set[int]]:
    """Return the record with a note in the place of every step that has an error, and those steps' numbers."""
    value = dict(read.value)
    log = value.get("log")
    if not isinstance(log, list):
        return {**value, "log": None}, set()
    begins = [read.position(("log", n))[0] for n in range(len(log))]
    ends = [*begins[1:], (read.text or "").count("\n") + 2]
    spoilt = {
        n
        for n, (entry, begin, end) in enumerate(zip(log, begins, ends, strict=True), 1)
        if not isinstance(entry, dict) or not {"at", "by", "step"} <= entry.keys() or entry["step"] in _CHANGING
        or any(begin <= line < end for line in lines) or _within(f"log.{n}", fields)
    }  # fmt: skip
    note = {"at": value.get("raised") or value.get("received") or "", "by": value.get("clerk", ""), "step": "note"}
    return {**value, "log": [note if n in spoilt else entry for n, entry in enumerate(log, 1)]}, spoilt


def _but(fields: set[str], found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if not _within(finding.field, fields)]


def _within(field: str, fields: set[str]) -> bool:
    parts = field.split(".")
    return any(".".join(parts[: n + 1]) in fields for n in range(len(parts)))
