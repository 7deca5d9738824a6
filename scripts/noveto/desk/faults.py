"""What is wrong with a record that main holds all the same: it is held back from every list and figure until mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from noveto.findings.catalogue import CATALOGUE

if TYPE_CHECKING:
    from noveto.findings import Finding
    from noveto.ledger import Context, Record
    from noveto.writing.validate import Ids

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """One error as everybody may read it: where, the title of its rule, its code and the page that says the mend."""

    place: str
    title: str
    code: str
    url: str


def errors_of(record: Record, context: Context, ids: Ids) -> tuple[Finding, ...]:
    """Return the errors for which a form-valid record is held back: what `hold_errors` says of it.

    Errors of the day (a time that has not come) hold nothing. Raises UserError when the steps cannot be used.
    """
    from noveto.checks import record_findings, reference_findings, text_findings

    found = [
        *text_findings(record.data, kind=record.kind, file=record.path),
        *record_findings(record, context.steps, unit_name=context.registry.unit_name),
        *reference_findings(record, context.registry, ids),
    ]
    return tuple(one for one in found if one.severity == "error")


def faults(findings: tuple[Finding, ...]) -> list[Fault]:
    """Return errors as lines. Messages may repeat what the file says of a person: only titles are told."""
    told = (
        Fault(
            f"第 {one.line} 行" if one.line else "整个文件",
            CATALOGUE[one.code].title,
            one.code,
            f"/guide/errors/index.html#{one.code.lower()}",
        )
        for one in sorted(findings, key=lambda one: (one.line, one.column, one.code))
    )
    return list(dict.fromkeys(told))[:_SHOWN]
