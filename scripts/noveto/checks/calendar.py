"""What is wrong with the working calendar as such: files that cannot be read, days that contradict themselves.

Only what the files say of themselves is judged here, whether the days are plausible is told by
``noveto calendar check``: a check of records must not fail because a notice is unusual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from noveto.calendar.files import CalendarFileError, read_folder
from noveto.calendar.plausibility import Problem, check_folder
from noveto.findings import Finding, make

FOLDER = "records/calendar"
_CONTRADICTIONS = frozenset({"NV281", "NV284", "NV285", "NV286", "NV287", "NV290"})


def unusable(error: Exception) -> Finding:
    """Return the finding for a calendar that could not be read, at its file and line where they are known."""
    name, line, column, problem = "", 0, 0, str(error)
    if isinstance(error, CalendarFileError):
        problem = error.problem
        if "/" not in error.file:
            name, line, column = f"/{error.file}", max(error.line, 1), max(error.column, 1)
    return make("NV906", file=f"{FOLDER}{name}", line=line, column=column, problem=f"工作日历用不了：{problem}",
                mend="改好工作日历，再检查一次；改好以前，期限没法算。")  # fmt: skip


def contradictions(folder: Path) -> Iterator[Finding]:
    """Yield where the notices under ``folder`` (``records/calendar``, readable) contradict themselves."""
    files = read_folder(folder)
    for one in check_folder(files):
        if one.code in _CONTRADICTIONS:
            yield make(one.code, file=f"{FOLDER}/{one.file}", line=one.line, column=one.column, field=one.field,
                       severity=one.severity, **one.params)  # fmt: skip


def calendar_findings(problems: Iterable[Problem]) -> list[Finding]:
    """Return problems of calendar files as findings, in the order of files and lines."""
    return [
        make(
            p.code,
            file=f"{FOLDER}/{p.file}" if p.file else FOLDER,
            line=p.line,
            column=p.column,
            field=p.field,
            severity=p.severity,
            **p.params,
        )
        for p in sorted(problems, key=lambda p: (p.file, p.line, p.code))
    ]
