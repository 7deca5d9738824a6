"""Approved removals of personal data: what a commit declares of them, and whether that can be accepted.

One judgement for the audit, the hook and ``noveto redact``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from noveto.schema import Schemas

FROZEN = frozenset({"figures", "seed"})
"""Texts written by the program, and nobody's personal data: what a month was frozen at, what a sample was drawn by."""

_TRAILER = re.compile(r"^(Redacts|Old-Blob|Approver|Reason): *(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Redaction:
    """What the trailers of a commit say of one approved removal of personal data."""

    path: str
    old_blob: str
    approver: str
    reason: str

    def lacks(self) -> tuple[str, ...]:
        """Return the trailers that are missing."""
        held = (("Redacts", self.path), ("Old-Blob", self.old_blob), ("Approver", self.approver),
                ("Reason", self.reason))  # fmt: skip
        return tuple(name for name, value in held if not value)


def redactions(message: str) -> list[Redaction]:
    """Read the redactions a commit message declares; missing trailers stay empty."""
    found: list[dict[str, str]] = []
    for name, value in _TRAILER.findall(message):
        if name == "Redacts" or not found:
            found.append({})
        found[-1].setdefault(name, value.strip())
    return [
        Redaction(one.get("Redacts", ""), one.get("Old-Blob", ""), one.get("Approver", ""), one.get("Reason", ""))
        for one in found
    ]


def beyond_redaction(schemas: Schemas, kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return what a redaction changed that no removal of personal data may change (Chinese), "" for nothing.

    Only free text may be replaced or left out. Ids, days, codes, numbers and answers of yes and no hold no personal
    data, and what was decided hangs on them; steps stay in number and order, new ones may follow.
    """
    was, now = old.get("log") or [], new.get("log") or []
    if len(now) < len(was):
        return "少了步骤"
    kept = {**new, "log": now[: len(was)]}
    if not (path := _changed(schemas, kind, old, (), {**old, "log": was}, kept)):
        return ""
    step = f"第 {int(path[1]) + 1} 步的" if path[0] == "log" else ""
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in path[2 if step else 0 :])
    return f"改了{step}“{name}”，这一栏不含个人信息"


Path = tuple[str | int, ...]


def _changed(schemas: Schemas, kind: str, old: Mapping[str, Any], path: Path, one: Any, other: Any) -> Path:
    """Return where the first change below ``path`` stands that is none of a redaction's, () for nowhere."""
    if one == other:
        return ()
    pairs: list[tuple[str | int, Any, Any]] | None = None
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        pairs = [(key, one.get(key), other.get(key)) for key in dict.fromkeys((*one, *other))]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(n, one[n], other[n]) for n in range(len(one))]
    if pairs is not None:
        return next((found for key, a, b in pairs if (found := _changed(schemas, kind, old, (*path, key), a, b))), ())
    hidden = isinstance(one, str) and (other is None or isinstance(other, str))
    free = hidden and path[-1] not in FROZEN and schemas.is_free_text(kind, path, old)
    return () if free else path
