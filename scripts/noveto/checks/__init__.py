"""Checks: pure functions from records to findings.

Four groups, by what they depend on, so that a ledger can keep what does not change:

- ``text_findings(data, kind, file)``: personal numbers anywhere in the bytes of a file; nothing else needed.
- ``record_findings(record, steps)``: one form-valid record by itself, whatever day it is.
- ``reference_findings(record, registry, ids)`` and ``registry_findings(files, registry)``: the registry.
- ``today_findings(record, clocks, today)``: what depends on the day: times that have not come, deadlines.

``record`` is a noveto.ledger.Record or anything like it (noveto.checks.common.Judged).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from noveto.checks.common import Judged, in_time
from noveto.checks.corrections import correction_findings
from noveto.checks.ids import id_findings
from noveto.checks.late import ClockLike, extension_findings, interim_findings, late_findings
from noveto.checks.names import name_findings
from noveto.checks.periods import period_findings
from noveto.checks.personal import text_findings
from noveto.checks.references import reference_findings
from noveto.checks.registry import registry_findings
from noveto.checks.slips import slip_findings
from noveto.checks.steps import late_reclassified, step_findings
from noveto.checks.times import future_findings, time_findings
from noveto.findings import Finding

if TYPE_CHECKING:
    from noveto.rules.steps import Steps

__all__ = [
    "ClockLike",
    "Judged",
    "record_findings",
    "reference_findings",
    "registry_findings",
    "text_findings",
    "today_findings",
]


def record_findings(record: Judged, steps: Steps | None, *, unit_name: Callable[[str], str] = str) -> list[Finding]:
    """Return the findings of one form-valid record that depend on nothing but it and the steps' rules.

    ``unit_name`` gives units their names in messages (by default their ids stand there).

    NV17x corrections, NV20x times, NV32x id, NV4xx steps, NV61x names; sorted by place. The text of the file
    (`text_findings`) and its form (source, schema) are judged apart.
    """
    events = in_time(record.typed.log)
    found = [
        *correction_findings(record),
        *name_findings(record.value or {}, file=record.path, locate=record.position),
        *id_findings(record),
        *time_findings(record),
        *step_findings(record, steps, unit_name, events),
        *slip_findings(record, unit_name, events),
        *period_findings(record),
    ]
    return sorted(found, key=_by_place) if len(found) > 1 else found


def today_findings(
    record: Judged,
    clocks: Sequence[ClockLike],
    today: date,
    *,
    now: datetime | None = None,
    reclassified_late: Collection[int] = (),
    filing_warning: int = 1,
    unit_name: Callable[[str], str] = str,
) -> list[Finding]:
    """Return the findings of one record that depend on the day: times to come, deadlines missed.

    ``clocks`` are those computed for ``today``; ``reclassified_late`` the entries `late_reclassifications`
    names; ``filing_warning`` the tolerance of that name in rules.yml.
    """
    found = [
        *future_findings(record, today, now),
        *late_findings(record, clocks, filing_warning=filing_warning, unit_name=unit_name),
        *late_reclassified(record, reclassified_late),
        *extension_findings(record, clocks),
        *interim_findings(record, clocks),
    ]
    return sorted(found, key=_by_place) if len(found) > 1 else found


def _by_place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.code
