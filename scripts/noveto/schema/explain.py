"""Every reason why a value does not have the form its schema asks for, as findings a clerk can act on."""

from __future__ import annotations

from collections.abc import Iterator

from noveto.findings import Finding, make
from noveto.schema.dates import Dates, why_unreal
from noveto.schema.keys import Loose, judge_keys, loose_entry
from noveto.schema.marks import Marks
from noveto.schema.places import Path, get, place
from noveto.schema.problems import Problems, collect
from noveto.schema.show import show
from noveto.schema.tree import Tree
from noveto.schema.values import judge_value

MOST = 100
"""Findings told of one file; whoever has more to mend starts with these."""


def explain(tree: Tree, dates: Dates, value: object, marks: Marks, file: str) -> list[Finding]:
    """Return every problem of ``value``, one finding for each mistake, in the order of the file.

    Only called for a value the gate refused, which gets at least one finding whatever happens.
    """
    problems = collect(tree, value)
    found = [
        *_keys(tree, problems, value, marks, file),
        *_values(tree, problems, value, marks, file),
        *_days(tree, dates, value, marks, file),
    ]
    found = sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.column, finding.code))
    if not found:
        line, column = marks.position(())
        why, hint = "和格式说明对不上", "把这个文件和样例比一比；看不出来的，请找管理员。"
        name = place(tree, (), value).name()
        found = [make("NV149", file=file, line=line, column=column, name=name, value="…", why=why, hint=hint)]
    return found[:MOST]


def _keys(tree: Tree, problems: Problems, value: object, marks: Marks, file: str) -> Iterator[Finding]:
    loose = loose_entry(tree, problems, value)
    for path, keys in problems.keys.items():
        here = place(tree, path, value)
        for code, key, params in judge_keys(here, keys, loose if path in ((), loose.path) else Loose()):
            known = key in (get(value, path) or {})  # type: ignore[operator]
            line, column = marks.position((*path, key), key=True) if known else _start(marks, path)
            field = place(tree, (*path, key), value).field
            yield make(code, file=file, line=line, column=column, field=field, **params)


def _start(marks: Marks, path: Path) -> tuple[int, int]:
    """Where an object starts: at its key, or at its dash in a list."""
    return marks.position(path, key=bool(path) and isinstance(path[-1], str))


def _values(tree: Tree, problems: Problems, value: object, marks: Marks, file: str) -> Iterator[Finding]:
    for path, wrong in problems.values.items():
        here = place(tree, path, value)
        code, below, params = judge_value(here, wrong, get(value, path))
        line, column = marks.position((*path, *below))
        yield make(code, file=file, line=line, column=column, field=place(tree, (*path, *below), value).field, **params)


def _days(tree: Tree, dates: Dates, value: object, marks: Marks, file: str) -> Iterator[Finding]:
    for path, text in dates.unreal(value):
        here = place(tree, path, value)
        line, column = marks.position(path)
        why, hint = why_unreal(text)
        yield make(
            "NV140",
            file=file,
            line=line,
            column=column,
            field=here.field,
            name=here.name(),
            value=show(text),
            why=why,
            hint=hint,
        )
