"""The registry out of the plain values of its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from noveto.records.build import flag
from noveto.records.registry.entries import Body, Deputy, Hall, Office, Person, RegistryMatter, Unit, Window
from noveto.records.registry.tables import Registry, Table

FILES = ("office", "units", "halls", "windows", "staff", "matters")
"""The registry's files, without their suffix; also the kinds of their schemas."""


def build_registry(values: Mapping[str, Mapping[str, Any] | None], digest: str = "") -> Registry:
    """Build the registry from the plain values of its files; None or absent: missing or broken."""
    given = {name: value for name, value in values.items() if value is not None}

    def rows(name: str) -> list[Mapping[str, Any]]:
        return list(given.get(name, {}).get(name) or ())

    return Registry(
        units=Table(tuple(_unit(row) for row in rows("units"))),
        halls=Table(tuple(_hall(row) for row in rows("halls"))),
        windows=Table(tuple(_window(row) for row in rows("windows"))),
        staff=Table(tuple(_person(row) for row in rows("staff"))),
        matters=Table(tuple(_matter(row) for row in rows("matters"))),
        office=_office(given.get("office", {})),
        broken=frozenset(name for name in FILES if name not in given),
        digest=digest,
    )


def _day(row: Mapping[str, Any], key: str) -> date | None:
    return date.fromisoformat(row[key]) if key in row else None


def _text(row: Mapping[str, Any], key: str, default: str = "") -> str:
    return str(row.get(key, default))


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        row["id"], row["name"], _text(row, "short", row["name"]), row["level"], _text(row, "county"),
        _text(row, "parent"), _text(row, "successor"), _text(row, "channel"), tuple(row.get("deputies", ())),
        _text(row, "procedure"), _text(row, "phone"), _day(row, "from"), _day(row, "to"),
    )  # fmt: skip


def _hall(row: Mapping[str, Any]) -> Hall:
    return Hall(row["id"], row["name"], _text(row, "county"), _text(row, "address"), _text(row, "hours"),
                _text(row, "phone"))  # fmt: skip


def _window(row: Mapping[str, Any]) -> Window:
    return Window(row["id"], row["name"], row["hall"], row["unit"], row["kind"], _text(row, "phone"),
                  _day(row, "from"), _day(row, "to"))  # fmt: skip


def _person(row: Mapping[str, Any]) -> Person:
    deputies = tuple(Deputy(item["id"], _day(item, "from"), _day(item, "to")) for item in row.get("deputies", ()))
    return Person(
        row["id"], row["name"], row["unit"], row["role"], tuple(row.get("windows", ())), _text(row, "account"),
        tuple(row.get("emails", ())), _text(row, "ext"), _text(row, "wecom"), _text(row, "home"), deputies,
        _day(row, "from"), _day(row, "to"),
    )  # fmt: skip


def _matter(row: Mapping[str, Any]) -> RegistryMatter:
    return RegistryMatter(
        row["id"], row["name"], row["category"], row["unit"], tuple(row.get("windows", ())),
        flag(row.get("licensing")), _text(row, "guide"), _text(row, "phone"), _text(row, "hours"),
    )  # fmt: skip


def _body(row: Mapping[str, Any]) -> Body:
    return Body(_text(row, "unit"), _text(row, "name"), _text(row, "ext"))


def _office(row: Mapping[str, Any]) -> Office:
    return Office(
        name=_text(row, "name"),
        city=_text(row, "city"),
        bureau=_body(row.get("bureau", {})),
        yingshangban=_body(row.get("yingshangban", {})),
        centre=_body(row.get("centre", {})),
        guide_desk_phone=_text(row.get("guide_desk", {}), "phone"),
        help_phone=_text(row.get("help", {}), "phone"),
        site_url=_text(row, "site_url"),
        links=_text(row, "links", "intranet"),
        gateway_url=_text(row, "gateway_url"),
    )
