"""What the schema cannot say of the rules files, as findings of the checker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from noveto.findings import Finding, make
from noveto.rules.model import RulesError, parse_rules
from noveto.rules.steps import KINDS, LATER, parse_steps

if TYPE_CHECKING:
    from noveto.schema import Marks, Schemas


def check_rules(
    kind: str, value: Mapping[str, Any], marks: Marks, file: str, schemas: Schemas | None = None
) -> list[Finding]:
    """Return what the schema cannot say of a rules file: names nothing defines, days out of order.

    ``kind`` is rules or steps; ``value`` must have passed the schema. ``schemas`` are the ledger's (by default
    those of the package): each step they know needs a rule, and no other step can have one.
    """

    def say(path: tuple[str | int, ...], why: object, *, key: bool = False) -> Finding:
        line, column = marks.position(path, key=key)
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        name = "步骤规则" if kind == "steps" else "期限与规则"
        return make("NV160", file=file, line=line, column=column, field=field, name=name, why=why)

    try:
        parse_steps(value) if kind == "steps" else parse_rules(value)
    except RulesError as error:
        return [say(error.path, error)]
    return list(_step_names(value, schemas, say)) if kind == "steps" else []


def _step_names(value: Mapping[str, Any], schemas: Schemas | None, say: Callable[..., Finding]) -> Iterator[Finding]:
    """Find rules of steps that no record can have, and steps of the schemas that no rule allows."""
    from noveto.schema import Schemas
    from noveto.schema.suggest import nearest

    known = schemas or Schemas.bundled()
    for kind in KINDS:
        if kind in LATER and not any(kind in entry for entry in value["entries"]):
            continue  # an older file follows the package's rules for it
        names = known.steps(kind)
        ruled: set[str] = set()
        unknown: set[str] = set()
        for index, entry in enumerate(value["entries"]):
            for step in entry.get(kind, {}).get("steps", {}):
                if step in names:
                    ruled.add(step)
                    continue
                meant = nearest(step, [(name, known.label(kind, f"log.{name}")) for name in names])
                unknown.add(meant or "")
                hint = f"您是不是要写 {meant}？" if meant else f"可以写的有：{'、'.join(names)}。"
                yield say(("entries", index, kind, "steps", step), f"没有“{step}”这一步，{hint}", key=True)
        missing = [name for name in names if name not in ruled and name not in unknown]
        if missing:
            words = "、".join(f"{name}（{known.label(kind, f'log.{name}')}）" for name in missing)
            yield say(("entries", 0, kind, "steps"), f"缺少这些步骤的规则：{words}，写了就会被当成顺序不对。", key=True)
