"""Reading and judging the content of one file, once, into a form the cache can keep."""

from __future__ import annotations

import hashlib
import marshal
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from noveto.ledger.places import RECORDS, REGISTRY, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from noveto.findings import Finding
    from noveto.records.effective import Correction
    from noveto.schema import Schemas
    from noveto.source import Loaded

JUDGES = ("noveto.source", "noveto.schema", "noveto.findings", "noveto.records", "noveto.ledger")
"""The packages whose code decides what is cached for a file."""

_UNREAD = frozenset({"stray"})
_ITEM = b"\n- at:"
_STAMP = 8
"""Bytes kept of the Git id of an earlier version."""


class Judged(NamedTuple):
    """What there is to know of one content, apart from where it lies.

    ``value`` and ``findings`` are packed (see ``pack``), None where there are none; ``place`` is the path
    where the record belongs; ``veto`` says whether its log proposes a veto; ``stamps`` are the ids, cut to
    eight bytes, that the earlier versions of an append-only file would have: before its first entry, before
    its second…
    """

    ok: bool
    veto: bool
    id: str
    place: str
    findings: bytes | None
    value: bytes | None
    stamps: bytes


def judge(data: bytes, kind: str, schemas: Schemas, format: str = "sha1") -> tuple[Judged, Any, Loaded | None]:
    """Judge the form of ``data`` as a file of ``kind``: text, schema, and the record after its corrections.

    Returns also the plain value (None when not form-valid) and the loaded text. Never raises for any bytes.
    """
    if kind in _UNREAD:
        return Judged(True, False, "", "", None, None, b""), None, None
    from noveto.source import load

    record = kind in RECORDS
    loaded = load(data, file="", bare_log=record)
    findings = list(loaded.findings)
    value = loaded.value
    steps: set[str] = set()
    findings += _beyond(kind, loaded, schemas) if _broken(findings) else _form(kind, value, loaded, schemas)
    ok = isinstance(value, dict) and not _broken(findings)
    if ok and record:
        steps = {entry["step"] for entry in value["log"] or ()}
        if "corrected" in steps:
            findings += _after_corrections(kind, value, loaded, schemas)
            ok = not _broken(findings)
    named = ok and record
    judged = Judged(
        ok,
        named and "veto_proposed" in steps,
        value["id"] if named else "",
        place_of(kind, value) if named else "",
        pack([_row(found) for found in findings]) if findings else None,
        pack(value) if named or (ok and kind in REGISTRY) else None,
        stamps(data, format) if record else b"",
    )
    return judged, value if ok else None, loaded


def _form(kind: str, value: Any, loaded: Loaded, schemas: Schemas) -> list[Finding]:
    """Check the shape of what was read, and that a record can grow by appending."""
    found = schemas.check(kind, value, loaded, "")
    if kind not in RECORDS:
        return found
    from noveto.source import check_record_form

    strange = {finding.field for finding in found if finding.code in _UNKNOWN_KEY}  # of a step, at the margin
    growing = [finding for finding in check_record_form(loaded) if finding.field not in strange]
    if not growing:
        return found
    fields = {finding.field for finding in growing}
    return [*(finding for finding in found if finding.field not in fields), *growing]


def _beyond(kind: str, loaded: Loaded, schemas: Schemas) -> list[Finding]:
    """Check the shape of a file as it will be once the slips of its text are mended: one run tells every mistake.

    Nothing more is said of a line that has a slip.
    """
    mended = loaded.mended
    if mended is None:
        return []
    told = {finding.line for finding in loaded.findings}
    doubtful = _MISSING if mended.hides else frozenset()
    if any(finding.code == "NV112" for finding in loaded.findings):
        doubtful |= _DEPENDING
    return [
        found
        for found in _form(kind, mended.value, mended, schemas)
        if found.code not in doubtful and (found.line not in told or (found.code == "NV130" and "." not in found.field))
    ]


_DEPENDING = frozenset({"NV146", "NV147"})
"""Codes of what depends on another value: on which, where a key stands twice?"""
_MISSING = frozenset({"NV128", "NV130", "NV147"})
"""Codes of something that is not there."""


def _broken(findings: list[Finding]) -> bool:
    return bool(findings) and any(found.severity == "error" for found in findings)


def _after_corrections(kind: str, value: Any, loaded: Loaded, schemas: Schemas) -> list[Finding]:
    """Check that the effective record satisfies the schema too (records.md section 4, `corrected`)."""
    from dataclasses import replace

    from noveto.records.effective import effective

    found = effective(value)
    if found.value is value:
        return []
    broken = schemas.check(kind, found.value, _Corrected(loaded, found.corrections), "")
    return [replace(one, fix=_NAMED_WRONG) if one.code in _UNKNOWN_KEY else one for one in broken]


_UNKNOWN_KEY = frozenset({"NV131", "NV132", "NV135"})
_NAMED_WRONG = "请核对“更正哪一项”（field）：要写已有的一项，如 matter.name、log.2.text；那一步还没有入台账的，直接改。"


class _Corrected:
    """Places of a record after its corrections: a corrected field stands where its correction says ``now``."""

    def __init__(self, loaded: Loaded, corrections: Iterable[Correction]) -> None:
        self._loaded = loaded
        self._moved: dict[tuple[str | int, ...], tuple[str | int, ...]] = {}
        for one in corrections:
            path = tuple(int(part) - 1 if part.isdigit() else part for part in one.field.split("."))
            self._moved[path] = ("log", one.n - 1, "now")

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Return line and column of the value (or of its key) at ``path`` of the corrected record."""
        for depth in range(len(path), 0, -1):
            now = self._moved.get(tuple(path[:depth]))
            if now is not None:
                return self._loaded.position((*now, *path[depth:]), key=key)
        return self._loaded.position(path, key=key)


def _row(found: Finding) -> tuple[str, str, int, int, str, str, str, str]:
    return (found.code, found.severity, found.line, found.column, found.field, found.message, found.fix, found.doc)


def unpack_findings(packed: bytes, path: str) -> list[Finding]:
    """Return the findings kept for a content, told of the file at ``path``."""
    from noveto.findings import Finding

    return [
        Finding(code, severity, path, line, column, field, message, fix, doc)
        for code, severity, line, column, field, message, fix, doc in unpack(packed)
    ]


def pack_findings(findings: list[Finding]) -> bytes:
    """Pack findings without their file."""
    return pack([_row(found) for found in findings])


class DamagedError(Exception):
    """What the cache holds is not what was put there."""


def pack(value: Any) -> bytes:
    """Pack plain values with a checksum. The cache's key holds the Python version, so marshal is safe to use."""
    return seal(marshal.dumps(value))


def seal(body: bytes) -> bytes:
    """Put a checksum before bytes."""
    return crc32(body).to_bytes(4, "little") + body


def unseal(sealed: bytes) -> bytes:
    """Return the bytes that were sealed. Raises DamagedError when they are others."""
    if len(sealed) < 4 or crc32(body := sealed[4:]) != int.from_bytes(sealed[:4], "little"):
        raise DamagedError
    return body


def unpack(packed: bytes) -> Any:
    """Return what was packed. Raises DamagedError when the bytes are not those that were packed."""
    return marshal.loads(unseal(packed))  # noqa: S302 - written by this program, checksum verified


def unpack_value(packed: bytes | None, kind: str) -> Mapping[str, Any]:
    """Return the plain value of a form-valid file; kinds without one have an empty value."""
    if packed is None:
        if kind in RECORDS or kind in REGISTRY:
            raise DamagedError
        return {}
    value: Mapping[str, Any] = unpack(packed)
    return value


def count_items(data: bytes) -> int:
    """Return how many log entries a version holds: lines that start with ``- at:``."""
    return data.count(_ITEM) + data.startswith(_ITEM[1:])


def stamps(data: bytes, format: str = "sha1") -> bytes:
    """Return the shortened Git ids of the prefixes of ``data`` that end before each log entry, in order.

    A file that was only ever appended to has its earlier versions among them, so the number of entries an
    earlier version held is known without reading it.
    """
    make = hashlib.sha256 if format == "sha256" else hashlib.sha1
    found = bytearray()
    at = data.find(_ITEM)
    view = memoryview(data)
    while at >= 0:
        name = make(b"blob %d\0" % (at + 1), usedforsecurity=False)
        name.update(view[: at + 1])
        found += name.digest()[:_STAMP]
        at = data.find(_ITEM, at + 1)
    return bytes(found)


def items_by_stamp(packed: bytes) -> dict[bytes, int]:
    """Return, for each earlier version's shortened id, how many log entries it holds."""
    return {packed[at : at + _STAMP]: at // _STAMP for at in range(0, len(packed), _STAMP)}


def stamp(oid: str) -> bytes:
    """Shorten a Git id like the stamps."""
    return bytes.fromhex(oid[: _STAMP * 2])
