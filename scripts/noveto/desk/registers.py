"""Registers and calendar as acts: which rows become what, and what the checker says of the file then.

A change names the row as its author saw it and as it is to be: on a row that is no longer so it is a conflict,
whatever else of the file has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from noveto.calendar.adding import new_problems
from noveto.calendar.files import CalendarFileError, CalendarFolder
from noveto.checks.calendar import calendar_findings, unusable
from noveto.checks.registry import registry_findings
from noveto.findings import Finding
from noveto.records.registry import Registry, build_registry
from noveto.schema import Schemas
from noveto.source import Loaded, load
from noveto.source.rows import add_row, change_row

TABLES = ("staff", "windows", "matters")
"""The registers unit administrators keep; units, halls and the office's settings are set up with the ledger."""

Row = Mapping[str, Any]
Change = tuple[Row | None, Row]
"""A row as it was (None: a new one) and as it is to be."""


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """One form-valid file of the registry, as the checks take it."""

    path: str
    value: Mapping[str, Any]
    loaded: Loaded

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Return line and column of a part."""
        return self.loaded.position(path, key)


def rows_of(data: bytes, table: str) -> list[Row]:
    """Return the rows of a register. Raises ValueError when it does not read."""
    value = load(data, file="", bare_log=False).value
    if isinstance(value, dict) and isinstance(value.get(table), list):
        return list(value[table])
    raise ValueError("登记册这个文件读不懂，没有改。请管理员运行 noveto check，照提示改好。")


def change_registers(data: bytes, table: str, changes: Sequence[Sequence[Any]]) -> bytes | None:
    """Return the file after changes, None when a row is no longer as its author saw it. Raises ValueError."""
    for was, now in changes:
        rows = rows_of(data, table)
        if was is not None:
            if was not in rows:
                return None
            data = change_row(data, table, rows.index(was), now)
        else:
            near = [n for n, row in enumerate(rows) if row["id"] == now["id"]] or [
                n for n, row in enumerate(rows) if row.get("unit") == now.get("unit")
            ]
            data = add_row(data, table, now, after=near[-1] if near else None)
    return data


def changes_of(row: Row | None, typed: Row, *, since: date | None) -> list[Change]:
    """Return what is to be written so that ``row`` says what was ``typed``.

    With ``since`` it says so from that day on: the row ends on the day before and stays as history, a new one
    begins. A row that has not begun by then, and one without days (a matter), is simply changed.
    """
    if row is None:
        return [(None, typed)]
    begins, ends = row.get("from", ""), row.get("to", "")
    if since is None or since.isoformat() <= begins:
        return [(row, {**typed, **({"from": begins} if begins else {}), **({"to": ends} if ends else {})})]
    old = {**row, "to": min(ends or "9999", (since - timedelta(days=1)).isoformat())}
    tail = {"to": ends} if ends >= since.isoformat() else {}
    made = {**typed, "from": since.isoformat(), **tail}
    return [(row, old), (None, made)] if old != dict(row) else [(None, made)]


def keepers(data: bytes, today: date) -> int:
    """Return how many administrators a staff list has on ``today`` and from then on."""
    day = today.isoformat()
    return sum(
        row.get("role") == "admin" and str(row.get("to", "9999")) > day and str(row.get("from", "")) <= day
        for row in rows_of(data, "staff")
    )


def ended(row: Row, last: date) -> list[Change]:
    """Return what is to be written so that ``row`` holds for the last time on ``last``."""
    return [(row, {**row, "to": last.isoformat()})]


def file_errors(
    path: str, table: str, data: bytes, schemas: Schemas, registry: Registry, others: Mapping[str, bytes]
) -> list[Finding]:
    """Return the errors of a register's text, alone and beside the other registers.

    ``others`` are registers that change at the same time, by path.
    """
    loaded = load(data, file=path, bare_log=False)
    found = [one for one in loaded.findings if one.severity == "error"]
    found = found or schemas.check(table, loaded.value, loaded, path)
    if found:
        return found
    now = {table: loaded.value}
    for other in TABLES:
        text = others.get(f"records/registry/{other}.yml")
        if other != table and text is not None:
            now[other] = load(text, file="", bare_log=False).value
    made = build_registry(now)
    beside = replace(registry, **{name: getattr(made, name) for name in now})
    return list(registry_findings({table: RegisterFile(path, loaded.value, loaded)}, beside))


def new_notice(folder: CalendarFolder, name: str, text: str) -> list[Finding]:
    """Return the errors a calendar would have with one more notice that it has not without it."""
    try:
        found = calendar_findings(new_problems(folder, name, text))
    except CalendarFileError as error:
        return [unusable(error)]
    return [one for one in found if one.severity == "error"]
