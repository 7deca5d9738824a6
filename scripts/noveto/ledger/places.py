"""Where files of a ledger lie: from path to kind, from record to path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

FOLDERS = ("records",)

RECORDS = ("case", "complaint", "improvement", "period", "review")
"""Kinds that are records with a log."""

REGISTRY = ("office", "units", "halls", "windows", "staff", "matters")

KINDS = (*RECORDS, *REGISTRY, "calendar", "local", "statutory", "stray")
"""Every kind of file under ``records/``; ``stray`` is a file that does not belong there."""

_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_PLACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("case", re.compile(rf"records/cases/{_ID}/[0-9]{{4}}-[0-9]{{2}}/({_ID})\.yml")),
    ("complaint", re.compile(rf"records/complaints/{_ID}/[0-9]{{4}}-[0-9]{{2}}/({_ID})\.yml")),
    ("improvement", re.compile(rf"records/improvements/[0-9]{{4}}/({_ID})\.yml")),
    ("period", re.compile(rf"records/periods/[0-9]{{4}}/({_ID})\.yml")),
    ("review", re.compile(rf"records/reviews/[0-9]{{4}}/({_ID})\.yml")),
)
_CALENDAR = re.compile(r"records/calendar/[0-9]{4}(?:-a[1-9][0-9]?)?\.yml")
_FIXED = {f"records/registry/{name}.yml": name for name in REGISTRY} | {
    "records/calendar/local.yml": "local",
    "records/calendar/statutory.yml": "statutory",
}
_IGNORED = re.compile(r"(?:.*/)?(?:\.git(?:keep|ignore|attributes)|README(?:\.[a-z-]+)?\.md)")

_CASE_ID = re.compile(rf"({_ID})-([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})-[0-9]{{2,4}}")
_COMPLAINT_ID = re.compile(rf"({_ID})-c([0-9]{{4}})([0-9]{{2}})[0-9]{{2}}-[0-9]{{2,4}}")
_IMPROVEMENT_ID = re.compile(r"gj-([0-9]{4})-[0-9]{3,4}")
_SPAN = r"([0-9]{4})(?:-(?:0[1-9]|1[0-2]|q[1-4]))?"
_PERIOD_ID = re.compile(rf"qj-{_SPAN}")
_REVIEW_ID = re.compile(rf"cc-{_SPAN}-[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def kind_of(path: str) -> str:
    """Return the kind of a file under ``records/`` by its path, "" for one that may lie there unread."""
    if path.startswith("records/cases/"):
        return "case" if _PLACES[0][1].fullmatch(path) else _other(path)
    if fixed := _FIXED.get(path):
        return fixed
    for kind, pattern in _PLACES[1:]:
        if pattern.fullmatch(path):
            return kind
    return "calendar" if _CALENDAR.fullmatch(path) else _other(path)


def _other(path: str) -> str:
    return "" if _IGNORED.fullmatch(path) else "stray"


def id_of(path: str) -> str:
    """Return the id a record's path stands for: its file name without the suffix."""
    return path.rpartition("/")[2].removesuffix(".yml")


def place_of(kind: str, value: Mapping[str, Any]) -> str:
    """Return the one path where a form-valid record belongs, from its id and its first written day.

    "?" when the id does not agree with the record's own unit (hall) and day, so that no place is right.
    """
    name = value["id"]
    if kind == "improvement":
        year = value["opened"][:4]
        return f"records/improvements/{year}/{name}.yml" if name.startswith(f"gj-{year}-") else "?"
    if kind == "period":
        return f"records/periods/{name[3:7]}/{name}.yml"
    if kind == "review":
        return f"records/reviews/{name[3:7]}/{name}.yml" if name.endswith(f"-{value['unit']}") else "?"
    if kind == "case":
        owner, day, folder, mark = value["unit"], value["raised"], "cases", ""
    else:
        owner, day, folder, mark = value["hall"], value["received"], "complaints", "c"
    if name.rpartition("-")[0] != f"{owner}-{mark}{day[:4]}{day[5:7]}{day[8:10]}":
        return "?"
    return f"records/{folder}/{owner}/{day[:7]}/{name}.yml"


def path_of(name: str) -> str:
    """Return the path an id points to, "" for text that is no id of a record."""
    if found := _COMPLAINT_ID.fullmatch(name):
        return f"records/complaints/{found[1]}/{found[2]}-{found[3]}/{name}.yml"
    if found := _IMPROVEMENT_ID.fullmatch(name):
        return f"records/improvements/{found[1]}/{name}.yml"
    if found := _PERIOD_ID.fullmatch(name):
        return f"records/periods/{found[1]}/{name}.yml"
    if found := _REVIEW_ID.fullmatch(name):
        return f"records/reviews/{found[1]}/{name}.yml"
    if found := _CASE_ID.fullmatch(name):
        return f"records/cases/{found[1]}/{found[2]}-{found[3]}/{name}.yml"
    return ""


def day_in(name: str) -> date | None:
    """Return the day that the id of a case names: when it was raised as first written; None for any other text."""
    found = _CASE_ID.fullmatch(name)
    try:
        return date(int(found[2]), int(found[3]), int(found[4])) if found else None
    except ValueError:
        return None


def owner_of(path: str) -> str:
    """Return the unit (for a complaint the hall) a record's path belongs to, "" where it names none."""
    parts = path.split("/")
    return parts[2] if len(parts) == 5 and parts[1] in ("cases", "complaints") else ""
