"""Findings as output: text for people, json for programs, github and gitlab for the forges."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

from noveto.findings.forges import github, gitlab
from noveto.findings.model import Finding

FORMATS = ("text", "json", "github", "gitlab")

Sources = Callable[[str], bytes | None]
"""Gives the bytes of a file named in a finding, or None."""


def render(
    findings: Iterable[Finding],
    fmt: str,
    *,
    summary: Mapping[str, int] | None = None,
    envelope: Mapping[str, Any] | None = None,
    sources: Sources | None = None,
    color: bool = False,
) -> str:
    """Return findings in one of ``FORMATS``, ending in a line end (empty text for nothing to say).

    ``summary`` holds the counts of :func:`summarise`; None leaves the closing line out. ``envelope`` holds the
    keys that every JSON answer begins with. ``sources`` gives the files whose lines are shown beside text
    findings; numbers that may belong to a person are starred there. ``color`` is for terminals (:func:`wants_color`).
    Raises KeyError for an unknown format.
    """
    found = list(findings)
    if fmt == "text":
        from noveto.findings.terminal import text

        return text(found, summary=summary, sources=sources, color=color)
    if fmt == "github":
        return github(found)
    if fmt == "gitlab":
        return gitlab(found)
    if fmt == "json":
        answer = {**(envelope or {}), "findings": [one.as_dict() for one in found], "summary": dict(summary or {})}
        return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    raise KeyError(fmt)


def summarise(findings: Iterable[Finding], *, files: int, quarantined: int | None = None) -> dict[str, int]:
    """Return the counts of the contract: files looked at, findings by severity, records kept out of the figures.

    Without ``quarantined`` every file with an error counts.
    """
    found = list(findings)
    if quarantined is None:
        quarantined = len({one.file for one in found if one.severity == "error"})
    return {
        "files": files,
        "errors": sum(one.severity == "error" for one in found),
        "breaches": sum(one.severity == "breach" for one in found),
        "warnings": sum(one.severity == "warning" for one in found),
        "notes": sum(one.severity == "note" for one in found),
        "quarantined": quarantined,
    }


def wants_color(stream: TextIO) -> bool:
    """Whether output to ``stream`` should be coloured: a terminal, and NO_COLOR not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")
