"""libyaml behind one door: a stream of events, and its complaints in one shape."""

from __future__ import annotations

from typing import Any, NamedTuple

DEEPEST = 20
"""Most containers inside each other (records.md section 2)."""


class Trouble(NamedTuple):
    """Where and why libyaml could not read on. Lines and columns count from 1; 0 where there is no context."""

    problem: str
    line: int
    column: int
    context: str = ""
    context_line: int = 0
    context_column: int = 0


def open_events(text: str) -> Any:
    """Return a parser with ``get_event()`` over ``text``: libyaml's, or PyYAML's own where libyaml is missing."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import BaseLoader

        return BaseLoader(text)
    return CParser(text.encode())


def trouble_of(error: Exception) -> Trouble:
    """Return what a parser's exception says, in one shape."""
    mark = getattr(error, "problem_mark", None)
    around = getattr(error, "context_mark", None)
    return Trouble(
        problem=str(getattr(error, "problem", "") or error),
        line=mark.line + 1 if mark else 0,
        column=mark.column + 1 if mark else 0,
        context=str(getattr(error, "context", "") or ""),
        context_line=around.line + 1 if around else 0,
        context_column=around.column + 1 if around else 0,
    )
