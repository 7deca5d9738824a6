"""The same text as noveto.writing.text, several times faster: lines that repeat are written once.

A demo of 100,000 cases writes some four million lines, most of them many times over. A test holds the two
writers together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from noveto.source.dump import dump_document, dump_item
from noveto.writing.text import DEPTH, SCHEMA_LINE, head_text

_ONCE = frozenset({"id", "applicant", "complainant", "facts", "raised", "received", "accepted", "opened"})
_AT = "2000-01-01T00:00"


@lru_cache(maxsize=1 << 16)
def _field(key: str, value: str | bool) -> str:
    return dump_item({"at": _AT, key: value}).partition("\n")[2]


@lru_cache(maxsize=1 << 14)
def _head_field(key: str, value: str | bool) -> str:
    return dump_document({key: value})


_groups: dict[tuple[str, str], str] = {}


def _group(key: str, value: object) -> str:
    """Return a head's line for a mapping or list; those that say the same are written once."""
    name = (key, repr(value))
    found = _groups.get(name)
    if found is None:
        if len(_groups) > 1 << 14:
            _groups.clear()
        found = _groups[name] = dump_document({key: value})
    return found


def quick_entry(entry: Mapping[str, Any]) -> str:
    """Return the text of a step; equals ``entry_text`` for steps that lead with at, by, step."""
    lines = [f"- at: {entry['at']}\n"]
    for key, value in entry.items():
        if isinstance(value, str | bool):
            if key != "at":
                lines.append(_field(key, value))
        else:
            lines.append(dump_item({"at": _AT, key: value}).partition("\n")[2])
    return "".join(lines)


def quick_head(kind: str, head: Mapping[str, Any]) -> str:
    """Return the text of a new record; equals ``head_text``."""
    if "log" in head:
        return head_text(kind, head)
    lines = [SCHEMA_LINE.format(path=DEPTH[kind], kind=kind)]
    for key, value in head.items():
        if key in _ONCE:
            text = value.rstrip("\n") + "\n" if key == "facts" else value
            lines.append(dump_document({key: text}))
        elif isinstance(value, str | bool):
            lines.append(_head_field(key, value))
        else:
            lines.append(_group(key, value))
    lines.append("log:\n")
    return "".join(lines)
