"""What the audit must know of a record's present content, worked out once per content and kept by the ledger."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

from noveto.history.rights import Fault, Rights
from noveto.ledger.code import code_digest
from noveto.ledger.places import RECORDS
from noveto.ledger.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from noveto.ledger import Context
    from noveto.ledger.record import Record

CODE = ("noveto.history", "noveto.rules", "noveto.records")


_RIGHTS: WeakKeyDictionary[Context, Rights] = WeakKeyDictionary()


class EntryFacts(NamedTuple):
    """One entry as written: its time, who decided and who typed it, the step, its reason for being late if it
    came with the head or later, and what is wrong with its writer under the present registry."""

    at: str
    by: str
    typist: str
    step: str
    late_first: str
    late: str
    fault: Fault


class Facts(NamedTuple):
    """A record: its first stated time ("" unknown), the reason for being late, whether it was reclassified, and
    whether it was moved in from an older ledger."""

    begun: str
    late: str
    reclassified: bool
    migrated: bool
    entries: tuple[EntryFacts, ...]


def recipe(context: Context) -> Recipe:
    """Return the recipe of the facts."""
    key = f"{code_digest(*CODE)}-{context.steps.digest}-{context.registry_digest}"
    return Recipe("audit.facts", key, f"{__name__}:of_record", RECORDS)


def of_record(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Work out the facts of a form-valid record."""
    return marshal.dumps(facts(record.kind, dict(record.value or {}), _rights(context))), False, 0


def unpack(payload: bytes) -> Facts:
    """Read kept facts."""
    return build(marshal.loads(payload))  # noqa: S302 - our own, checksum verified


def build(plain: tuple[Any, ...]) -> Facts:
    """Name the parts of plain tuples."""
    begun, late, reclassified, migrated, entries = plain
    return Facts(begun, late, reclassified, migrated, tuple(map(EntryFacts._make, entries)))


def facts(kind: str, value: dict[str, Any], rights: Rights) -> tuple[Any, ...]:
    """Return the facts of a record's plain value, as plain tuples."""
    log = value.get("log") or ()
    begun = value.get("raised") or value.get("received") or value.get("opened") or value.get("drawn") or ""
    entries = tuple(
        (
            entry["at"],
            str(entry["by"]),
            str(entry.get("recorded_by", entry["by"])),
            entry["step"],
            gives_reason(value, entry, first=True),
            gives_reason(value, entry, first=False),
            rights.fault(kind, value, n),
        )
        for n, entry in enumerate(log, 1)
    )
    changed = any(entry["step"] == "reclassified" for entry in log)
    migrated = (value.get("entry") or {}).get("mode") == "migrated"
    return str(begun), gives_reason(value, None, first=True), changed, migrated, entries


def _rights(context: Context) -> Rights:
    held = _RIGHTS.get(context)
    if held is None:
        held = _RIGHTS[context] = Rights(context.registry, context.steps)
    return held


def gives_reason(value: Mapping[str, Any], entry: Mapping[str, Any] | None, *, first: bool) -> str:
    """Return the reason a record gives for being written late, "" for none.

    ``entry.mode`` of the record (paper, outage, migrated) speaks for its head and, with ``first``, for the steps that
    came with it; a step's own ``mode`` (oral, meeting, collective) or ``recorded_by`` for that step.
    """
    whole = value.get("entry") or {}
    if (entry is None or first or whole.get("mode") == "migrated") and whole.get("mode"):
        said = _ENTRY_MODES.get(str(whole["mode"]), str(whole["mode"]))
        return f"{said}（{whole['why']}）" if whole.get("why") else said
    if entry is not None:
        mode = str(entry.get("mode", ""))
        if mode in _STEP_MODES:
            return _STEP_MODES[mode]
        if str(entry.get("recorded_by", entry["by"])) != str(entry["by"]):
            return "代录"
        if entry["step"] == "confirmed":
            return "补签"
    return ""


_ENTRY_MODES = {"paper": "纸质登记后补录", "outage": "系统停机后补录", "migrated": "旧台账迁入"}
_STEP_MODES = {"oral": "口头决定", "meeting": "会议决定", "collective": "集体研究"}
