"""A record's id: the same as its file name, and agreeing with its unit, its day and its folder (NV32x)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from noveto.checks.common import Judged, title
from noveto.findings import Finding, make

_OWNER = {"case": "unit", "complaint": "hall"}
_DAY = {"case": "raised", "complaint": "received", "improvement": "opened"}
_FOLDER = {"case": "cases", "complaint": "complaints", "improvement": "improvements", "period": "periods",
           "review": "reviews"}  # fmt: skip


def id_findings(record: Judged) -> Iterator[Finding]:
    """Yield what does not agree between a form-valid record's id, head and path.

    The head as written counts: an id is given once, by unit and day of raising as first written, and never
    derived again after a correction. Folders are judged only for paths under ``records/``, and where the id agrees with
    the head: one mistake is told once.
    """
    value = record.value or {}
    name, owner = value["id"], _OWNER.get(record.kind, "")
    folder, _, file = record.path.rpartition("/")
    stem = file.removesuffix(".yml")
    if stem and name != stem:
        yield _make("NV320", record, "id", value=name, file_name=stem)
    if record.kind not in _DAY:
        yield from _of_a_span(record, name, folder)
        return
    day = str(value[_DAY[record.kind]])[:10]
    holder = str(value.get(owner, "gj"))
    begins, number = _parts(record.kind, name)
    if owner and begins != holder:
        yield _make("NV321", record, "id", value=name, name=_named(record, owner), said=begins, holder=holder)
    wanted = day[:4] if record.kind == "improvement" else day.replace("-", "")
    if number != wanted:
        field = _DAY[record.kind]
        yield _make("NV322", record, "id", value=name, name=_named(record, field), said=number, wanted=wanted, day=day)
    right = _right_folder(record.kind, holder, day)
    agrees = number == wanted and (not owner or begins == holder)
    if agrees and folder.startswith("records/") and folder != right:
        yield _make("NV323", record, "id", folder=folder, right=right, value=name)


def _of_a_span(record: Judged, name: str, folder: str) -> Iterator[Finding]:
    """A period's or review's id names the span it is about, and of a review the unit; its folder is the year."""
    unit = str((record.value or {}).get("unit", ""))
    if unit and not name.endswith(f"-{unit}"):
        said = name.split("-", 2)[-1]
        yield _make("NV321", record, "id", value=name, name=_named(record, "unit"), said=said, holder=unit)
    right = f"records/{_FOLDER[record.kind]}/{name[3:7]}"
    if folder.startswith("records/") and folder != right:
        yield _make("NV323", record, "id", folder=folder, right=right, value=name)


def _parts(kind: str, name: str) -> tuple[str, str]:
    """Split an id (valid by its schema) into what stands before its date, and the date or year."""
    begins, day, _ = name.rsplit("-", 2)
    return begins, day.removeprefix("c") if kind == "complaint" else day


def _right_folder(kind: str, holder: str, day: str) -> str:
    below = day[:4] if kind == "improvement" else f"{holder}/{day[:7]}"
    return f"records/{_FOLDER[kind]}/{below}"


def _named(record: Judged, field: str) -> str:
    return f"“{title(record.kind, field)}”（{field}）"


def _make(code: str, record: Judged, field: str, **params: Any) -> Finding:
    line, column = record.position((field,))
    return make(code, file=record.path, line=line, column=column, field=field, **params)
