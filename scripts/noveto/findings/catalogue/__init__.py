"""The catalogue of codes: the single source for checker, documentation page and tests."""

from __future__ import annotations

from noveto.findings.catalogue import nv1, nv2, nv3, nv4, nv5, nv6, nv9
from noveto.findings.catalogue.rule import Rule
from noveto.findings.model import Finding, Severity

CATALOGUE: dict[str, Rule] = {rule.code: rule for group in (nv1, nv2, nv3, nv4, nv5, nv6, nv9) for rule in group.RULES}


def make(
    code: str,
    *,
    file: str = "",
    line: int = 0,
    column: int = 0,
    field: str = "",
    severity: Severity | None = None,
    **params: object,
) -> Finding:
    """Build the finding ``code`` with its message and mend filled in.

    ``severity`` overrides the catalogue's only where a rule itself grades its cases (filing one working
    day late is a warning, later a breach). Raises KeyError for an unknown code or a missing parameter.
    """
    rule = CATALOGUE[code]
    return Finding(
        code=code,
        severity=severity or rule.severity,
        file=file,
        line=line,
        column=column,
        field=field,
        message=rule.message.format(**params),
        fix=rule.fix.format(**params),
        doc=rule.doc,
    )


__all__ = ["CATALOGUE", "Rule", "make"]
