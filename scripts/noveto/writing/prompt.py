"""Asking for what is missing, field by field, with the schema's own words. Knows no terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from noveto.errors import UserError
from noveto.schema.fields import Field
from noveto.writing.fields import lacking, parse_settings

Ask = Callable[[str], str]
Say = Callable[[str], object]


def ask_for(value: dict[str, Any], fields: Sequence[Field], ask: Ask, say: Say, prefix: str = "") -> None:
    """Fill ``value`` with answers for every required field it lacks, in the schema's order, groups entered.

    ``ask`` puts a question and returns the answer, ``say`` tells what was wrong with it. An answer may be
    the number of a choice, its code or its title.
    """
    for field in fields:
        if field in lacking(value, fields):
            value[field.name] = {} if field.type == "group" else _answer(field, prefix, ask, say)
        inner = value.get(field.name)
        if field.type == "group" and isinstance(inner, dict):
            ask_for(inner, field.fields, ask, say, f"{prefix}{field.title} · ")


def _answer(field: Field, prefix: str, ask: Ask, say: Say) -> Any:
    question = f"{prefix}{field.title}"
    if field.options:
        say(f"{question}：")
        for number, (_, title, help_text) in enumerate(field.options, 1):
            say(f"  {number:>2}  {title}{f'　{help_text}' if help_text else ''}")
        question = "选第几个"
    elif field.type == "flag":
        question += "（是 / 否）"
    elif field.example:
        question += f"（例如 {field.example}）"
    while True:
        text = ask(question).strip()
        if field.options and text.isascii() and text.isdigit() and 1 <= int(text) <= len(field.options):
            text = field.options[int(text) - 1][0]
        try:
            return parse_settings([f"{field.name}={text}"], [field])[field.name]
        except UserError as error:
            say(str(error))
