"""A very few records with a form error, as they slip in past a missing hook: they stay quarantined."""

from __future__ import annotations

from collections.abc import Callable

from noveto.demo.life import Record
from noveto.writing.text import head_text


def quarantine_count(cases: int) -> int:
    """Return how many records of a demo of ``cases`` cases are broken: about one in a thousand, from 500 on."""
    return max(2, cases // 1000) if cases >= 500 else 0


def _full_width_colon(text: str) -> str:
    return text.replace("\nclerk: ", "\nclerk：", 1)


def _unknown_track(text: str) -> str:
    return text.replace("\ntrack: ", "\ntrack: urgent_", 1)


def _no_reason(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("reason:"))


def _twice(text: str) -> str:
    return text.replace("\nchannel: ", "\nchannel: window\nchannel: ", 1)


def _no_such_day(text: str) -> str:
    line = next(line for line in text.splitlines() if line.startswith("raised: "))
    return text.replace(line, f"{line[:13]}02-30T09:10", 1)


def _unknown_clerk(text: str) -> str:
    return text.replace("\nclerk: ", "\nclerk: x", 1)


_WAYS: tuple[Callable[[str], str], ...] = (
    _full_width_colon,
    _unknown_track,
    _no_reason,
    _twice,
    _no_such_day,
    _unknown_clerk,
)


def broken_text(record: Record, number: int) -> str:
    """Return the record's head with the ``number``-th kind of slip (they repeat)."""
    return _WAYS[number % len(_WAYS)](head_text(record.kind, record.head))
