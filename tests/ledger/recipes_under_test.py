"""Recipes for the tests: importable by name, in workers too."""

from __future__ import annotations

from datetime import date
from typing import Any

from noveto.ledger import ALWAYS, Context, Record


def outline(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Say something that depends on everything a result may depend on."""
    case = record.case
    answered = [entry for entry in case.log if entry.step == "answered"]
    arrived = "".join("-" if day is None else "+" for day in record.arrivals[: len(case.log)])
    clerk = context.registry.person_name(case.clerk)
    until = answered[-1].day.toordinal() if answered else ALWAYS
    text = f"{case.id} {len(case.log)} {clerk} {context.params} {record.receipts} {arrived}"
    return text.encode(), not answered, until


def first_line(record: Record, context: Context) -> tuple[bytes, bool, int] | None:
    """Depends on the bytes, broken files included; nothing for some."""
    line = record.data.split(b"\n")[0]
    return (line, False, date(2026, 1, 1).toordinal()) if len(record.data) % 3 else None


def failing(record: Record, context: Context) -> Any:
    """Fail on every record."""
    raise RuntimeError(record.path)
