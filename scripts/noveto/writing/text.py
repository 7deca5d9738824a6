"""The canonical text of a record: what the terminal, the desk and the demo ledger write.

Heads are block mappings with brief values in braces on one line, as in the contract's example; sentences get
lines of their own; text that runs over several lines, and the facts always, is a literal block. That is the
plain subset which the loader reads fastest. Every scalar reads back as the same
string (facts with one line feed at their end). Nothing here is ever used to rewrite what somebody has
written: records only grow at their end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

SCHEMA_LINE = "# yaml-language-server: $schema={path}schema/{kind}.schema.json\n"
DEPTH = {"case": "../../../../", "complaint": "../../../../", "improvement": "../../../"}
"""The way from a record's folder to the root of the ledger, by kind."""

LITERAL = frozenset({"facts"})
"""Keys of a head whose text is always a literal block."""

# A plain scalar may not begin like YAML's own signs, nor hold what would end it or start a comment; what
# other tools would read as a number, a boolean or nothing is quoted, so that every reader sees text.
_NOT_PLAIN = re.compile(
    r"""^[\s\-?:,\[\]{}\#&*!|>'"%@`]   # an indicator, or a space, in front
      | :(?:\s|$)                       # a key's colon
      | \s\#                            # a comment
      | \s$                             # a space at the end
      | [^\x20-\ud7ff\ue000-\ufefe\uff00-\uffef\U00010000-\U0010ffff]  # control signs, byte order marks
      | ^(?=.*[0-9])[-+.0-9_eExXoO]*$             # a number, or something like it
      | ^(?:~|null|true|false|yes|no|on|off|y|n|\.nan|\.inf|---|\.\.\.|=|<<)$
      | ^(?:---|\.\.\.)\s
      | ^[\u00a0\u3000\u201c\u201d\u2018\u2019\uff0c\uff1a\uff02\uff07]  # signs typed by mistake
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"[，。；：？?\n]|.{40}|\A\s|\s\Z", re.DOTALL)
_IN_BRACES = re.compile(r"[,\[\]{}]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?\Z")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: object, *, braces: bool = False) -> str:
    """Return one scalar as YAML; ``braces``: it stands inside ``{}`` or ``[]``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if _DAY.match(text):
        return text
    if _NOT_PLAIN.search(text) or (braces and _IN_BRACES.search(text)):
        return '"' + "".join(_ESCAPES.get(char) or _visible(char) for char in text) + '"'
    return text


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20 or 0x7F <= code <= 0xA0 or code in (0x2028, 0x2029, 0xFEFF):
        return f"\\u{code:04X}"
    return char


def inline(value: object) -> str:
    """Return a value on one line: mappings in ``{}``, lists in ``[]``, everything else a scalar."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return scalar(value, braces=True)


def _brief(value: object) -> bool:
    """Whether a mapping or list reads well on one line: no sentences in it."""
    if isinstance(value, Mapping):
        return all(map(_brief, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_brief, value))
    return isinstance(value, bool) or _SENTENCE.search(str(value)) is None


def _block(value: object, indent: int) -> str:
    """Return a mapping or list as lines of their own, each with a line feed in front."""
    pad = "\n" + " " * indent
    if isinstance(value, Mapping):
        return "".join(f"{pad}{field(key, item, indent + 2)}" for key, item in value.items())
    lines = []
    for item in value if isinstance(value, (list, tuple)) else ():
        if isinstance(item, Mapping) and not _brief(item):
            lines.append(f"{pad}- {_block(item, indent + 2).lstrip()}")
        else:
            lines.append(f"{pad}- {inline(item) if isinstance(item, (Mapping, list, tuple)) else scalar(item)}")
    return "".join(lines)


def literal(text: str, indent: int) -> str:
    """Return ``text`` as a literal block (``|`` and its lines); spaces at the ends of lines are dropped."""
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    while len(lines) > 1 and not lines[0]:
        lines.pop(0)
    lines[0] = lines[0].lstrip()
    pad = " " * indent
    return "|\n" + "\n".join(pad + line if line else "" for line in lines)


def field(key: str, value: object, indent: int) -> str:
    """Return ``key: value`` for a block mapping; ``indent`` is the indentation of lines below the key."""
    if isinstance(value, str):
        if key in LITERAL or "\n" in value.strip("\n"):
            return f"{key}: {literal(value, indent)}"
        return f"{key}: {scalar(value.strip(chr(10)))}"
    if isinstance(value, Mapping):
        return f"{key}: {inline(value)}" if _brief(value) else f"{key}:{_block(value, indent)}"
    if isinstance(value, (list, tuple)):  # a list's items stand under its key
        return f"{key}: {inline(value)}" if _brief(value) else f"{key}:{_block(value, indent - 2)}"
    return f"{key}: {scalar(value)}"


def head_text(kind: str, head: Mapping[str, Any]) -> str:
    """Return a new record of ``kind`` (case, complaint, improvement) with an empty log; ends in a line feed.

    ``head`` is written in its own order; a key ``log`` in it is left out.
    """
    lines = [field(key, value, 2) for key, value in head.items() if key != "log"]
    return SCHEMA_LINE.format(path=DEPTH[kind], kind=kind) + "\n".join(lines) + "\nlog:\n"


def entry_text(entry: Mapping[str, Any]) -> str:
    """Return one step of a log as text to append, ending in a line feed. ``at``, ``by``, ``step`` lead."""
    lead = [f"- at: {entry['at']}", f"  by: {entry['by']}", f"  step: {entry['step']}"]
    rest = [f"  {field(key, value, 4)}" for key, value in entry.items() if key not in ("at", "by", "step")]
    return "\n".join((*lead, *rest)) + "\n"


def record_text(kind: str, value: Mapping[str, Any]) -> str:
    """Return a whole record, head and log."""
    return head_text(kind, value) + "".join(entry_text(entry) for entry in value.get("log") or ())
