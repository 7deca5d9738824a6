"""The records that may not count: those whose form is broken, and those that the checks hold back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from noveto.ledger.answers import Answers
from noveto.ledger.judge import unpack_findings
from noveto.ledger.places import RECORDS, kind_of
from noveto.ledger.record import Quarantined

if TYPE_CHECKING:
    from noveto.findings import Finding


def quarantined(answers: Answers, held: Mapping[str, Sequence[Finding]]) -> list[Quarantined]:
    """Return them in path order; ``held`` are the errors for which records of sound form are held back, by path."""

    def build(row: tuple[Any, ...]) -> Quarantined:
        path, kind, packed = row
        return Quarantined(path, kind, (*unpack_findings(packed, path), *held.get(path, ())))

    broken = answers.build("e.path, e.kind, b.findings", "e.odd AND b.ok = 0", (), build)
    found = {item.path: item for item in broken if item.kind in RECORDS}
    for path, findings in held.items():
        found.setdefault(path, Quarantined(path, kind_of(path), tuple(findings)))
    return sorted(found.values(), key=lambda item: item.path)
