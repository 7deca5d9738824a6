"""What the checks share: the record they look at, places in its file, words for fields and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Protocol

from noveto.records.effective import Effective
from noveto.records.model import Entry, Typed

_AT = attrgetter("at")

Path = tuple[str | int, ...]
"""Keys and list positions (from 0) that lead to a value."""

Locate = Callable[[Path], tuple[int, int]]
"""Tells line and column (from 1; 0, 0 when unknown) of the value at a path."""


class Judged(Protocol):
    """One form-valid record as the checks need it (noveto.ledger.Record is one).

    ``kind`` is one of noveto.ledger.places.RECORDS, ``path`` the file to name, ``value`` the plain value as
    written, ``effective`` and ``typed`` what it says after corrections and strikes.
    """

    @property
    def kind(self) -> str:
        """Which kind of record."""

    @property
    def path(self) -> str:
        """The file to name."""

    @property
    def value(self) -> Mapping[str, Any] | None:
        """The plain value as written."""

    @property
    def effective(self) -> Effective:
        """The value after corrections and strikes."""

    @property
    def typed(self) -> Typed:
        """The effective record without its struck entries."""

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or key) at a path."""


def in_time(log: Sequence[Entry]) -> Sequence[Entry]:
    """Return a log in order of time; entries of the same time keep their order of entry."""
    return log if len(log) < 2 else sorted(log, key=_AT)


def dotted(path: Path) -> str:
    """Return the field name people read and a correction writes: ``log.2.to``, steps and items from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def nowhere(_: Path) -> tuple[int, int]:
    """Locate nothing: for records without a text."""
    return 0, 0


def written(record: Judged, path: Path) -> Path:
    """Return where the effective value at ``path`` was written: at its last correction, else at its own place."""
    found = record.effective
    if found.corrections:
        name = dotted(path)
        for correction in reversed(found.corrections):
            if name == correction.field or name.startswith(f"{correction.field}."):
                return ("log", correction.n - 1, "now")
    return path


def place(record: Judged, path: Path) -> dict[str, Any]:
    """Return file, line, column and field of the effective value at ``path``, for `make`.

    A value that is not there is shown at the thing it is missing from.
    """
    at = written(record, path)
    here: Any = record.value
    for depth, part in enumerate(at):
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            at = at[:depth]
            break
    line, column = record.position(at) if at else (0, 0)
    return {"file": record.path, "line": line, "column": column, "field": dotted(path)}


@lru_cache(maxsize=512)
def title(kind: str, field: str) -> str:
    """Return the Chinese title of a field (``log.suspended.review_by``), its name where the schema has none."""
    from noveto.schema import Schemas

    try:
        return Schemas.bundled().label(kind, field)
    except KeyError:
        return field.rsplit(".", 1)[-1]


def step_words(kind: str, n: int, step: str) -> str:
    """Name a step in a message: 第 2 步“拟否决报批”."""
    return f"第 {n} 步“{title(kind, f'log.{step}')}”"
