"""Corrections and strikes that cannot be applied (NV17x, errors of form: the register must stay readable)."""

from __future__ import annotations

from collections.abc import Iterator

from noveto.checks.common import Judged
from noveto.findings import Finding, make
from noveto.schema.show import show

_OWN_WAY = {
    "track": "类别用“改类”（reclassified）改",
    "id": "编号永远不变",
    "unit": "首问单位永远不变",
    "log": "过程一步一步加",
}


def correction_findings(record: Judged) -> Iterator[Finding]:
    """Yield what keeps a `corrected` or `struck` step of a form-valid record from being applied.

    ``was`` must be the value in force before the correction (left out where there was none); id, unit, track
    and a step's name and writer cannot be corrected; a correction or strike is itself not corrected but
    followed by another. That the corrected record still has the right form is judged with the schema.
    """
    log = (record.value or {}).get("log") or ()
    for problem in record.effective.problems:
        at = ("log", problem.n - 1)
        if problem.kind == "entry":
            which = f"只能划掉它前面的第 1 步到第 {problem.found} 步" if problem.found else "它前面还没有步骤"
            yield _make("NV173", record, (*at, "entry"), n=problem.n, value=problem.said, which=which)
        elif problem.kind == "was":
            key = "was" if "was" in log[problem.n - 1] else "field"
            yield _make("NV172", record, (*at, key), n=problem.n, name=problem.field, said=_said(problem.said),
                        found=_said(problem.found), hint=_hint(problem.found))  # fmt: skip
        elif problem.kind == "fixed":
            last = problem.field.rsplit(".", 1)[-1]
            why = _OWN_WAY.get(last, "记错的步骤用“划销”（struck）划掉，再记一步对的")
            yield _make("NV171", record, (*at, "field"), n=problem.n, name=problem.field, why=why)
        else:
            which = f"第几步从 1 数到 {problem.n - 1}" if problem.n > 1 else "不过它前面还没有步骤"
            yield _make("NV170", record, (*at, "field"), n=problem.n, name=problem.field, which=which)
    for index, entry in enumerate(log):
        parts = str(entry.get("field", "")).split(".") if entry["step"] == "corrected" else []
        if len(parts) > 1 and parts[0] == "log" and parts[1].isascii() and parts[1].isdigit():
            aim = int(parts[1])
            if 1 <= aim <= index and log[aim - 1]["step"] in ("corrected", "struck"):
                yield _make("NV175", record, ("log", index, "field"), n=index + 1, aim=aim)


def _said(value: object) -> str:
    return "没有写" if value is None else f"“{show(value)}”"


def _hint(found: object) -> str:
    if found is None:
        return "原来没有写这一项，把 was 这一行去掉。"
    return f"照抄成“{show(found)}”；别人刚更正过的，先看清楚再更正。"


def _make(code: str, record: Judged, path: tuple[str | int, ...], **params: object) -> Finding:
    line, column = record.position(path)
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return make(code, file=record.path, line=line, column=column, field=field, severity=None, **params)
