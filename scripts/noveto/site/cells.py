"""Cells of tables for spreadsheets: nothing a clerk typed is ever executed."""

from __future__ import annotations


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell; one that a spreadsheet would take for a formula is marked as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    text = value if isinstance(value, str) else str(value)
    return f"'{text}" if text[:1] in _FORMULA else text


_FORMULA = frozenset("=+-@\t\r")
