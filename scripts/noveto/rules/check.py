"""What the schema cannot say of the rules files, as findings of the checker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from noveto.findings import Finding, make
from noveto.rules.model import RulesError, parse_rules
from noveto.rules.steps import parse_steps

if TYPE_CHECKING:
    from noveto.schema import Marks


def check_rules(kind: str, value: Mapping[str, Any], marks: Marks, file: str) -> list[Finding]:
    """Return what the schema cannot say of a rules file: names nothing defines, days out of order.

    ``kind`` is rules or steps; ``value`` must have passed the schema.
    """
    try:
        parse_steps(value) if kind == "steps" else parse_rules(value)
    except RulesError as error:
        line, column = marks.position(error.path)
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in error.path)
        name = "步骤规则" if kind == "steps" else "期限与规则"
        return [make("NV160", file=file, line=line, column=column, field=field, name=name, why=error)]
    return []
