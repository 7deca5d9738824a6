"""The account of one reading: the slips told so far, and where in the value the reading stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noveto.findings import Finding, make
from noveto.source.positions import Places

_REPORTED = 50


def field_name(path: Sequence[str | int]) -> str:
    """Return a path as findings show it: dotted, list items counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


class EnoughError(Exception):
    """So many slips are told that more would not help."""


class Account:
    """What one reading of a text has found (``found``), and the open containers of what it builds (``frames``).

    ``bare_log`` says whether the text is a record, whose top-level ``log:`` may be empty.
    """

    def __init__(self, text: str, file: str, *, bare_log: bool) -> None:
        self.text = text
        self.file = file
        self.bare_log = bare_log
        self.found: list[Finding] = []
        self.frames: list[tuple[Any, str | None, bool]] = []  # of each: its parent, its key there, whether in flow
        self._told: set[tuple[str, int, int]] = set()
        self._lines: list[str] | None = None
        self._places: Places | None = None

    def say(self, code: str, mark: Any, /, **params: Any) -> None:
        """Note a slip at a mark of libyaml, once; raises EnoughError when the list is full."""
        place = (code, mark.line + 1, mark.column + 1)
        if place not in self._told:
            self._told.add(place)
            self.found.append(make(code, file=self.file, line=place[1], column=place[2], **params))
            if len(self.found) >= _REPORTED:
                raise EnoughError

    def first_line(self, path: Sequence[str | int]) -> int:
        """Return the line (from 1) of the first key at ``path``."""
        if self._places is None:
            self._places = Places(self.text)
        return self._places.find(path, key=True)[0]

    def line(self, number: int) -> str:
        """Return a line of the text by its number from 0, "" past the end."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number] if number < len(self._lines) else ""

    def path(self, node: Any, key: str | None) -> tuple[str | int, ...]:
        """Return the path of the value now read in ``node``; list items count from 0."""
        path: list[str | int] = []
        for parent, name, _ in self.frames[1:]:
            path.append(len(parent) - 1 if type(parent) is list else name or "?")
        if type(node) is list:
            path.append(len(node))
        elif key is not None:
            path.append(key)
        return tuple(path)

    def field(self, node: Any, key: str | None) -> str:
        """Return :meth:`path` as findings show it."""
        return field_name(self.path(node, key))
