"""Canonical text of the plain subset, for everything that writes: heads of records, steps, registry files.

What is written here reads back as the same value, without a finding, and (but for rare texts) by the quick
reader. Other YAML tools see the same strings: what they would take for a number or a boolean is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from noveto.source.decode import ODD, char_name

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,60}")
_WIDTH = 120  # a mapping or list that fits in this many characters may stand on one line
_STEP = "  "

_ODD_FIRST = "\u00a0\u3000，：“”‘’„‟＂＇"
_NOT_IN_FLOW = frozenset(",[]{}?，：\"'")
_LIKE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]* *：")
_OTHER_TYPE = re.compile(
    r"[-+]?(?:0b[01_]+|0x[0-9a-f_]+|0o?[0-7_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[0-9][0-9_]*(?::[0-5]?[0-9])+)"
    r"|y|n|yes|no|on|off|true|false|null",
    re.IGNORECASE,
)
_CONTROLS_TO_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """Return typed or pasted text fit for a record.

    Line ends of every kind become LF, tabs spaces; invisible control characters, blanks at the ends of lines and
    empty lines around the text go. May return "".
    """
    text = _CONTROLS_TO_BREAKS.sub("\n", text).replace("\t", " ")
    return "\n".join(line.rstrip() for line in ODD.sub("", text).split("\n")).strip()


def dump_head(head: Mapping[str, object]) -> str:
    """Return the text of a new record without steps: its keys in their order, then a bare ``log:``.

    Values are str, bool, and mappings and sequences of them. Raises ValueError with a Chinese sentence for what
    a record cannot hold: an empty value, a control character, another type, a bad key.
    """
    if "log" in head:
        raise ValueError("开头部分里不能有 log：步骤用 dump_item 写，追加在后面。")
    return dump_document(head) + "log:\n"


def dump_item(entry: Mapping[str, object]) -> str:
    """Return the text of one step as it is appended to ``log:``, starting ``- at:`` in column 1.

    Raises ValueError like :func:`dump_head`, and when there is no ``at``.
    """
    at = entry.get("at")
    if not isinstance(at, str) or not re.fullmatch(r"[0-9T:+-]+", at):
        raise ValueError("每一步都要有时间 at，例如 2026-03-05T10:05。")
    rest = {key: value for key, value in entry.items() if key != "at"}
    return f"- at: {_inline(at, 'at')}\n" + "".join(_mapping(rest, _STEP))


def dump_document(document: Mapping[str, object]) -> str:
    """Return the text of a whole file (registry, calendar, a record's head). Raises ValueError like dump_head."""
    if not document:
        raise ValueError("没有内容，不能写成文件。")
    return "".join(_mapping(document, ""))


def dump_mapping(mapping: Mapping[str, object], indent: str) -> str:
    """Return the lines of keys that stand at ``indent``, as a row of a register has them. Raises ValueError."""
    return "".join(_mapping(mapping, indent))


def _mapping(mapping: Mapping[str, object], indent: str) -> list[str]:
    out = []
    for key, value in mapping.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ValueError(f"栏目名“{key}”不对：要用英文字母、数字和下划线。")
        out.append(f"{indent}{key}:{_value(value, indent, key)}")
    return out


def _value(value: object, indent: str, name: str) -> str:
    """Return what follows a key's colon or an item's dash, line end included."""
    if isinstance(value, str):
        return f" {_block(value, indent + _STEP) or _inline(value, name)}\n"
    if isinstance(value, bool):
        return " true\n" if value else " false\n"
    if isinstance(value, Mapping | Sequence):
        if not value:
            raise _refusal(value, name)
        short = _flow(value, name)
        if len(short) + len(indent) + len(name) <= _WIDTH and '"' not in short and "'" not in short:
            return f" {short}\n"
        if isinstance(value, Mapping):
            return "\n" + "".join(_mapping(value, indent + _STEP))
        return "\n" + "".join(_item(item, indent, name) for item in value)
    raise _refusal(value, name)


def _item(item: object, indent: str, name: str) -> str:
    if isinstance(item, Mapping) and item:
        short = _flow(item, name)
        if len(short) + len(indent) + 2 <= _WIDTH and '"' not in short and "'" not in short:
            return f"{indent}- {short}\n"
        lines = _mapping(item, indent + _STEP)
        return f"{indent}- {lines[0].lstrip(' ')}" + "".join(lines[1:])
    if isinstance(item, Sequence) and not isinstance(item, str) and item:
        return f"{indent}- {_flow(item, name)}\n"
    return f"{indent}-{_value(item, indent, name)}"


def _flow(value: object, name: str) -> str:
    """Return a value on one line, in braces or brackets where it is no scalar."""
    if isinstance(value, str):
        return _inline(value, name, flow=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping) and value:
        bad = next((key for key in value if not isinstance(key, str) or not _KEY.fullmatch(key)), None)
        if bad is not None:
            raise ValueError(f"栏目名“{bad}”不对：要用英文字母、数字和下划线。")
        return "{" + ", ".join(f"{key}: {_flow(item, key)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and value:
        return "[" + ", ".join(_flow(item, name) for item in value) + "]"
    raise _refusal(value, name)


def _refusal(value: object, name: str) -> ValueError:
    if isinstance(value, str | Mapping | Sequence):
        return ValueError(f"“{name}”是空的。没有内容，就不要写这一栏。")
    return ValueError(f"“{name}”的内容要写成文字，现在是 {type(value).__name__}。")


def _inline(text: str, name: str, *, flow: bool = False) -> str:
    """Return a scalar on one line: plain where that is safe everywhere, else in quotes."""
    if not text.strip():
        raise _refusal(text, name)
    odd = ODD.search(text)
    if odd is not None:
        raise ValueError(f"“{name}”里有看不见的字符（{char_name(odd.group())}），请删掉它。")
    if _is_plain(text) and not (flow and not _NOT_IN_FLOW.isdisjoint(text)):
        return text
    if "\n" not in text and "\t" not in text:
        if '"' not in text and "\\" not in text:
            return f'"{text}"'
        if "'" not in text and "\\" not in text:
            return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _is_plain(text: str) -> bool:
    first = text[0]
    return (
        (first.isalnum() or (first > "\x7f" and first not in _ODD_FIRST))
        and text == text.strip()
        and text[-1] != ":"
        and ": " not in text
        and " #" not in text
        and "\n" not in text
        and "\t" not in text
        and not _OTHER_TYPE.fullmatch(text)
        and not _LIKE_KEY.match(text)
    )


def _block(text: str, margin: str) -> str | None:
    """Return a ``|`` block without its last line end for a text of several lines, None where quotes are needed."""
    if "\n" not in text or text.endswith("\n\n") or "\t" in text or ODD.search(text) or not text.strip():
        return None
    kept = text.removesuffix("\n")
    lines = kept.split("\n")
    if not lines[-1].strip(" "):  # blanks before the last line end would be read, or not, by how the block ends
        return None
    first = next(line for line in lines if line.strip(" "))
    sign = "2" if lines[0] == "" or first.startswith(" ") or not lines[0].strip(" ") else ""
    chomp = "" if text.endswith("\n") else "-"
    return f"|{sign}{chomp}\n" + "\n".join(margin + line if line else "" for line in lines)
