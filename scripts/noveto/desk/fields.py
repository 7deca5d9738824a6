"""Forms from the schema: a field becomes controls of plain HTML, and what was typed becomes the record's value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from noveto.schema.fields import Field
from noveto.source.dump import clean_text

ROWS = 2
"""How many rows a list of groups offers at least; one more than filled, up to ten."""

_TYPED_FLAG = "：true 或 false。"
"""How the schema explains a flag to somebody who types it; on a form there are 是 and 否."""

_MOST = 10


class Form(Protocol):
    """What a browser sent: all values of a name, in order."""

    def getlist(self, key: Any) -> list[Any]:
        """Return all values of a name."""


Pairs = Mapping[str, Sequence[str]]
Choices = Mapping[str, Sequence[tuple[str, str]]]
"""For each kind of id (unit, staff, window, matter, party): what may be chosen, with its words."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form. ``widget`` is text, area, lines, radio, select, checks, date, time, yesno or group.

    ``when`` says when it matters: (name of another control, its values); ``options`` are (code, words, help).
    """

    name: str
    label: str
    widget: str
    required: bool
    help: str = ""
    values: tuple[str, ...] = ()
    options: tuple[tuple[str, str, str], ...] = ()
    when: tuple[str, str] = ("", "")
    error: str = ""
    inner: tuple[Control, ...] = field(default=())

    @property
    def value(self) -> str:
        """The only or first value."""
        return self.values[0] if self.values else ""


def controls(
    fields: Sequence[Field],
    given: Pairs,
    choices: Choices,
    errors: Mapping[str, str] | None = None,
    prefix: str = "",
    *,
    optional: bool = False,
) -> tuple[Control, ...]:
    """Return the controls of fields, filled with what is ``given`` (by dotted name); ``errors`` by dotted name.

    With ``optional`` no control must be filled: they belong to a group that may be left out as a whole.
    """
    wrong = errors or {}
    made = (_control(one, given, choices, wrong, f"{prefix}{one.name}", prefix) for one in fields)
    return tuple(replace(one, required=False) if optional else one for one in made)


def _control(one: Field, given: Pairs, choices: Choices, errors: Mapping[str, str], name: str, prefix: str) -> Control:
    when = next(
        ((f"{prefix}{c.field}", " ".join(str(v) for v in c.values)) for c in one.conditions
         if c.effect in ("meant", "required") and c.values and not str(c.values[0]).startswith("^")),
        ("", ""),
    )  # fmt: skip
    values = tuple(given.get(name, ()))
    widget, options = "text", tuple(one.options)
    inner: tuple[Control, ...] = ()
    if one.type == "choice":
        widget = "radio" if len(options) <= 6 else "select"
    elif one.type == "flag":
        widget = "yesno"
        one = replace(one, description=one.description.replace(_TYPED_FLAG, "。"))
    elif one.type == "paragraph":
        widget = "area"
    elif one.type in ("date", "time"):
        widget = one.type
    elif one.type in choices:
        widget, options = "select", tuple((code, words, "") for code, words in choices[one.type])
        one = replace(one, description="")  # the schema explains the id that a record holds; here names are chosen
    elif one.type == "group":
        widget, inner = "group", controls(one.fields, given, choices, errors, f"{name}.", optional=not one.required)
    elif one.type == "list" and one.item is not None:
        widget, options, inner = _list(one, one.item, given, choices, errors, name)
    return Control(name, one.title, widget, one.required, one.description, values, options, when,
                   errors.get(name, ""), inner)  # fmt: skip


def _list(
    one: Field, item: Field, given: Pairs, choices: Choices, errors: Mapping[str, str], name: str
) -> tuple[str, tuple[tuple[str, str, str], ...], tuple[Control, ...]]:
    if item.type == "choice":
        return "checks", tuple(item.options), ()
    if item.type in choices:
        return "checks", tuple((code, words, "") for code, words in choices[item.type]), ()
    if item.type != "group":
        return "lines", (), ()
    filled = {key[len(name) + 1 :].split(".")[0] for key in given if key.startswith(f"{name}.") and any(given[key])}
    count = min(max([ROWS, *(int(n) + 2 for n in filled if n.isdigit())]), _MOST)
    rows = tuple(
        Control(f"{name}.{n}", f"{one.title} {n + 1}", "group", required=False,
                inner=controls(item.fields, given, choices, errors, f"{name}.{n}.", optional=True))
        for n in range(count)
    )  # fmt: skip
    return "group", (), rows


def read(fields: Sequence[Field], form: Form, prefix: str = "") -> dict[str, Any]:
    """Return what was typed as the value of a record or step; empty controls are left out.

    A control that does not matter under what else was chosen (``meant``, ``forbidden``) is left out, too.
    """
    found: dict[str, Any] = {}
    for one in fields:
        value = _read(one, form, f"{prefix}{one.name}")
        if value not in (None, "", [], {}):
            found[one.name] = value
    return {one.name: found[one.name] for one in fields if one.name in found and _matters(one, found)}


def _matters(one: Field, found: Mapping[str, Any]) -> bool:
    meant = [c for c in one.conditions if c.effect == "meant"]
    if meant and not any(found.get(c.field) in c.values for c in meant):
        return False
    for condition in one.conditions:
        if condition.effect == "forbidden":
            there = condition.field in found
            if (there and found[condition.field] in condition.values) or (not there and not condition.values):
                return False
    return True


def _read(one: Field, form: Form, name: str) -> Any:
    if one.type == "group":
        return read(one.fields, form, f"{name}.")
    if one.type == "list" and one.item is not None:
        if one.item.type == "group":
            rows = [read(one.item.fields, form, f"{name}.{n}.") for n in range(_MOST)]
            return [row for row in rows if row and set(row) != {"published"}]
        texts = [clean_text(str(text)) for text in form.getlist(name)]
        if one.item.type in ("text", "paragraph"):
            texts = [line.strip() for text in texts for line in text.split("\n")]
        return [text for text in texts if text]
    text = clean_text(next((str(text) for text in form.getlist(name) if str(text).strip()), ""))
    if one.type == "flag":
        return {"true": True, "false": False}.get(text)
    if one.type == "paragraph":
        return text
    if one.type == "time":
        return text.replace("\n", " ").replace(" ", "T")[:16]
    return " ".join(text.split())


def pairs(value: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Return a record's value as what a form would hold: the way back from ``read``."""
    found: dict[str, list[str]] = {}
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, Mapping):
            found |= pairs(item, f"{name}.")
        elif isinstance(item, list):
            if item and isinstance(item[0], Mapping):
                for n, row in enumerate(item):
                    found |= pairs(row, f"{name}.{n}.")
            else:
                found[name] = [str(one) for one in item]
        else:
            found[name] = ["true" if item is True else "false" if item is False else str(item)]
    return found
