"""Removing personal data that should never have been written: the new text and the commit that says who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from noveto.errors import UserError
from noveto.history.redactions import beyond_redaction
from noveto.history.rights import Rights
from noveto.ledger.judge import judge
from noveto.ledger.places import kind_of
from noveto.schema import Schemas
from noveto.source import load
from noveto.source.append import append_text, normalise
from noveto.source.dump import dump_document


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without the personal data, and the field's value before, as read."""

    data: bytes
    before: str


def redact(
    data: bytes,
    path: str,
    fields: Sequence[tuple[str, str]],
    schemas: Schemas,
    *,
    note: str = "",
) -> Redacted:
    """Return a record's text in which each field (``facts``, ``applicant.name``, ``log.2.text``) has its new value.

    Only the lines of these fields change; ``note`` is the text of a step to append. Raises UserError when a field is
    not there, may not be redacted, or the result is not form-valid.
    """
    text = normalise(data)
    before: list[str] = []
    for name, value in fields:
        text, old = _replace(text, path, name, value, schemas)
        before.append(old)
    if note:
        try:
            text = append_text(text, note)
        except ValueError as error:
            raise UserError(str(error)) from None
    judged, _, _ = judge(text, kind_of(path), schemas)
    if not judged.ok:
        raise UserError("遮去以后格式不对了：请换一种写法，例如“某某”。")
    was, now = load(normalise(data), file=path).value, load(text, file=path).value
    assert isinstance(was, dict)  # noqa: S101 - form-valid
    assert isinstance(now, dict)  # noqa: S101 - form-valid
    if wrong := beyond_redaction(schemas, kind_of(path), was, now):
        raise UserError(f"不能这样遮：{wrong}。")
    return Redacted(text, "；".join(before))


def _replace(text: bytes, path: str, name: str, value: str, schemas: Schemas) -> tuple[bytes, str]:
    loaded = load(text, file=path)
    if not isinstance(loaded.value, dict):
        raise UserError("这一件的格式有错，先运行 noveto check 改好。")
    keys = _keys(name)
    here: Any = loaded.value
    for key in keys:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            raise UserError(f"这一件没有“{name}”这一栏。步骤的栏目写成 log.2.text（步骤从 1 数起）。") from None
    if isinstance(here, (dict, list)):
        raise UserError(f"“{name}”不是文字，请写到具体的一栏，例如 applicant.name。")
    if not isinstance(here, str) or not schemas.is_free_text(kind_of(path), keys, loaded.value):
        raise UserError(f"“{name}”不含个人信息，不能遮；写错了用更正（corrected）。")
    line, column = loaded.position(keys, key=True)
    lines = text.decode().split("\n")
    start, end = line - 1, _end(lines, line - 1, column - 1)
    if lines[start][: column - 1].strip():  # inside a flow mapping, not at the head of a line
        return _inline(text, lines, start, here, value, name), here
    pad = lines[start][: column - 1]
    new = [pad + one if one else one for one in _dumped(keys[-1], value).rstrip("\n").split("\n")]
    return "\n".join([*lines[:start], *new, *lines[end:]]).encode(), here


def _inline(text: bytes, lines: list[str], start: int, old: str, value: str, name: str) -> bytes:
    """Replace a value inside a flow mapping: ``applicant: {kind: person, name: 张某}``."""
    if lines[start].count(old) != 1:
        raise UserError(f"“{name}”所在的一行里同样的文字不止一处，没法只改一处。请联系管理员。")
    new = " ".join(value.split())
    if not new or set(new) & set(",[]{}:#&*!|>%@`'\"-?"):
        new = "'" + new.replace("'", "''") + "'"
    lines = [*lines[:start], lines[start].replace(old, new), *lines[start + 1 :]]
    return "\n".join(lines).encode()


def _end(lines: list[str], start: int, indent: int) -> int:
    """Return the line after a value that may run over several lines: those indented deeper than its key."""
    at = start + 1
    while at < len(lines) - 1 and (not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip(" ")) > indent):
        at += 1
    while at > start + 1 and not lines[at - 1].strip():
        at -= 1
    return at


def _dumped(key: object, value: object) -> str:
    """Write one field as a record holds it."""
    try:
        return dump_document({str(key): value})
    except ValueError as error:
        raise UserError(str(error)) from None


def _keys(name: str) -> list[str | int]:
    return [int(part) - 1 if part.isascii() and part.isdigit() and int(part) > 0 else part for part in name.split(".")]


def check_approver(rights: Rights, kind: str, value: dict[str, Any], approver: str, day: date) -> None:
    """Raise UserError unless ``approver`` may approve the removal of personal data from the record."""
    if not rights.may_approve_redaction(kind, value, approver, day):
        raise UserError(f"{approver} 没有批准的权限。要由单位领导、单位管理员或者市局管理员批准。")
