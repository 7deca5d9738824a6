"""The registry's own cross references and days (NV33x); ids used twice are a matter of form (NV150)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from noveto.checks.common import Path, dotted
from noveto.checks.meant import hint
from noveto.checks.references import MISSING, TABLES
from noveto.findings import Finding, make
from noveto.records.registry import Registry


class RegistryFile(Protocol):
    """One form-valid file of the registry: its path, plain value, and where its parts stand."""

    @property
    def path(self) -> str:
        """The file to name."""

    @property
    def value(self) -> Mapping[str, Any] | None:
        """The plain value as written."""

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Line and column of the value (or key) at a path."""


_REFERENCES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "units": (("parent", "unit"), ("successor", "unit"), ("deputies", "staff")),
    "windows": (("hall", "hall"), ("unit", "unit")),
    "staff": (("unit", "unit"), ("windows", "window"), ("deputies", "staff")),
    "matters": (("unit", "unit"), ("windows", "window")),
}
_ROWS = {"units": "单位", "windows": "窗口", "staff": "人员", "matters": "事项"}
_TITLES = {
    "parent": "上级单位",
    "successor": "接续单位",
    "deputies": "代理人",
    "hall": "所在大厅",
    "unit": "单位",
    "windows": "窗口",
    "bureau": "数据资源管理局",
    "yingshangban": "市营商办",
    "centre": "政务服务中心",
}


def registry_findings(files: Mapping[str, RegistryFile], registry: Registry) -> Iterator[Finding]:
    """Yield the errors between the registry's files; ``files`` are the form-valid ones by name (units, …)."""
    for name, references in _REFERENCES.items():
        file = files.get(name)
        if file is None or file.value is None:
            continue
        for index, row in enumerate(file.value.get(name) or ()):
            at = (name, index)
            yield from _row(file, at, row, references, registry)
            yield from _days(file, at, row, name)
    units = files.get("units")
    if units is not None and units.value is not None:
        yield from _circles(units, units.value.get("units") or ())
    staff = files.get("staff")
    if staff is not None and staff.value is not None:
        yield from _shared_names(staff, staff.value.get("staff") or ())
    office = files.get("office")
    if office is not None and office.value is not None:
        for body in ("bureau", "yingshangban", "centre"):
            if body in office.value:
                yield from _known(office, (body, "unit"), "unit", office.value[body]["unit"], _TITLES[body], registry)


def _row(
    file: RegistryFile, at: Path, row: Mapping[str, Any], references: Sequence[tuple[str, str]], registry: Registry
) -> Iterator[Finding]:
    who = f"{_ROWS[str(at[0])]}“{row['name']}”（{row['id']}）的"
    for key, what in references:
        given = row.get(key)
        if given is None:
            continue
        for index, item in enumerate(given if isinstance(given, list) else [given]):
            path = (*at, key, index) if isinstance(given, list) else (*at, key)
            if isinstance(item, Mapping):  # a deputy with days
                yield from _days(file, path, item, "staff")
                path, item = (*path, "id"), item["id"]
            yield from _known(file, path, what, item, f"{who}“{_TITLES[key]}”", registry)


def _known(file: RegistryFile, path: Path, what: str, key: str, name: str, registry: Registry) -> Iterator[Finding]:
    table = getattr(registry, TABLES[what])
    if key in table or TABLES[what] in registry.broken:
        return
    line, column = file.position(path)
    yield make(MISSING[what], file=file.path, line=line, column=column, field=dotted(path), name=name, value=key,
               hint=hint(what, key, table))  # fmt: skip


def _days(file: RegistryFile, at: Path, row: Mapping[str, Any], name: str) -> Iterator[Finding]:
    begins, ends = row.get("from"), row.get("to")
    if begins and ends and ends < begins:
        line, column = file.position((*at, "to"))
        yield make("NV331", file=file.path, line=line, column=column, field=dotted((*at, "to")),
                   name=f"{_ROWS[name]}“{row.get('name', row['id'])}”", begins=begins, ends=ends)  # fmt: skip


def _circles(file: RegistryFile, rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Find units that are above, or succeed, themselves by a chain."""
    for key in ("parent", "successor"):
        next_of = {row["id"]: row.get(key) for row in rows}
        done: set[str] = set()
        for index, row in enumerate(rows):
            chain: list[str] = []
            here: str | None = row["id"]
            while here is not None and here not in done and here not in chain:
                chain.append(here)
                here = next_of.get(here)
            done.update(chain)
            if here in chain:
                circle = [*chain[chain.index(here) :], here]
                line, column = file.position(("units", index, key))
                yield make("NV332", file=file.path, line=line, column=column, field=dotted(("units", index, key)),
                           name=_TITLES[key], value=" → ".join(circle))  # fmt: skip


def _shared_names(file: RegistryFile, rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Find accounts and addresses that two persons have on the same days: who wrote a step could not be told."""
    held: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for index, row in enumerate(rows):
        named: list[tuple[Path, str, str]] = [(("account",), "登录账号", row["account"])] if "account" in row else []
        named += [(("emails", n), "邮箱", mail) for n, mail in enumerate(row.get("emails", ()))]
        for key, title, value in named:
            others = held.setdefault((title, value.lower()), [])
            other = next((one for one in others if one["id"] != row["id"] and _meet(one, row)), None)
            others.append(row)
            if other is not None:
                path = ("staff", index, *key)
                line, column = file.position(path)
                yield make("NV333", file=file.path, line=line, column=column, field=dotted(path), title=title,
                           value=value, name=f"“{row['name']}”（{row['id']}）",
                           other=f"“{other['name']}”（{other['id']}）")  # fmt: skip


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two dated rows hold on a common day."""
    return all(a.get("from", "") <= b.get("to", "9999") for a, b in ((one, other), (other, one)))
