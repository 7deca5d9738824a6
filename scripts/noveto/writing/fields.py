"""Fields typed as ``key=value``: read by the schema into the plain value of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from noveto.errors import UserError
from noveto.schema.fields import Field
from noveto.source.dump import clean_text

_PARTS = re.compile(r"[,，、;；]\s*")


def parse_settings(settings: Iterable[str], fields: Sequence[Field]) -> dict[str, Any]:
    """Read ``key=value`` texts into a nested value; ``fields`` describe the keys (Schemas.fields, step_fields).

    Dots enter groups (``matter.name=…``). A list of texts is split at commas, or given item by item by
    naming the key several times; groups and lists of groups may be given in braces as in a record. A code
    may be given by its Chinese title. Raises UserError for an unknown key or a value that fits no code.
    """
    result: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key.strip():
            raise UserError(f"“{setting}”写得不对：要写成 栏目=内容，例如 to=rsj-002。")
        _put(result, key.strip().split("."), clean_text(text), fields, key.strip())
    return result


def _put(into: dict[str, Any], path: list[str], text: str, fields: Sequence[Field], name: str) -> None:
    field = next((field for field in fields if field.name == path[0]), None)
    if field is None:
        known = "、".join(f"{field.name}（{field.title}）" for field in fields)
        raise UserError(f"没有“{name}”这一栏。可以写：{known}。")
    if not text:
        raise UserError(f"“{field.title}”（{name}）是空的。没有内容就不要写这一栏。")
    if len(path) > 1:
        inner = into.setdefault(path[0], {})
        if field.type != "group" or not isinstance(inner, dict):
            raise UserError(f"“{field.title}”（{path[0]}）里没有下一层“{path[1]}”。")
        _put(inner, path[1:], text, field.fields, name)
        return
    value = _value(field, text)
    old = into.get(path[0])
    into[path[0]] = [*old, *value] if isinstance(old, list) and isinstance(value, list) else value


def _value(field: Field, text: str) -> Any:
    if field.type in ("group", "list") and text[:1] in "{[":
        return _braces(field, text)
    if field.type == "list" and field.item is not None:
        if field.item.type == "group":
            raise UserError(f"“{field.title}”是一项一项的，请写成 {field.name}=[{{…}}]，和记录里一样。")
        parts = [text] if field.item.type in ("text", "paragraph") else _PARTS.split(text)
        return [_scalar(field.item, part.strip()) for part in parts if part.strip()]
    if field.type == "group":
        inner = "、".join(f"{field.name}.{item.name}" for item in field.fields)
        raise UserError(f"“{field.title}”有几项，请分开写：{inner}。")
    return _scalar(field, text)


def _scalar(field: Field, text: str) -> Any:
    if field.type == "flag":
        value = {"true": True, "false": False, "是": True, "否": False}.get(text.lower())
        if value is None:
            raise UserError(f"“{field.title}”（{field.name}）写的是“{text}”，只能写 true（是）或 false（否）。")
        return value
    if field.type == "choice":
        codes = {code: code for code, *_ in field.options} | {title: code for code, title, _ in field.options}
        if text not in codes:
            allowed = "、".join(f"{code}（{title}）" for code, title, _ in field.options)
            raise UserError(f"“{field.title}”（{field.name}）写的是“{text}”，只能从这些里选：{allowed}。")
        return codes[text]
    if field.type == "any" and text in ("true", "false"):
        return text == "true"
    return text.replace("\\n", "\n") if field.type == "paragraph" else text


def _braces(field: Field, text: str) -> Any:
    from noveto.source import load

    loaded = load(f"value: {text}\n".encode(), file="")
    if loaded.value is None:
        wrong = loaded.findings[0].message if loaded.findings else ""
        raise UserError(f"“{field.title}”（{field.name}）的写法读不懂：{wrong}")
    return loaded.value["value"]


def lacking(value: Mapping[str, Any], fields: Sequence[Field]) -> list[Field]:
    """Return the fields that are required and not given, conditions on their neighbours included."""
    return [field for field in fields if field.name not in value and _needed(field, value)]


def _needed(field: Field, value: Mapping[str, Any]) -> bool:
    if field.required:
        return True
    for condition in field.conditions:
        if condition.effect != "required":
            continue
        there = condition.field in value
        if (there and value[condition.field] in condition.values) or (not there and not condition.values):
            return True
    return False
