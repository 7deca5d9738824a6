"""The one model of a finding, shared by checker, hook, desk, site and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "breach", "warning", "note"]

RANK: dict[str, int] = {"note": 0, "warning": 1, "breach": 2, "error": 3}
"""Order of severities: a finding fails a run when its rank reaches that of ``--fail-on``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about one place in one file.

    ``line`` and ``column`` count from 1; 0 means the place is not known (the finding concerns the whole
    file). ``message`` says what is wrong with the value and what is allowed, ``fix`` how to mend it, both
    in Chinese; ``doc`` is the path of the catalogue entry on the site.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    field: str
    message: str
    fix: str
    doc: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of the contract."""
        return {name: getattr(self, name) for name in self.__slots__}
