"""All schemas of a ledger: loading, checking values, and the words for fields and codes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.errors import UserError, reason
from noveto.findings import Finding, make
from noveto.resources import resource
from noveto.schema.dates import Dates
from noveto.schema.gate import Gate
from noveto.schema.marks import Marks
from noveto.schema.show import show
from noveto.schema.tree import Node, Tree, options, title

if TYPE_CHECKING:
    from noveto.schema.fields import Field

KINDS = (
    *("case", "complaint", "improvement", "period", "review"),
    *("office", "units", "halls", "windows", "staff", "matters"),
    *("calendar", "local", "statutory", "rules", "steps"),
)
"""Kinds of files a ledger holds; each has its schema ``<kind>.schema.json``."""

REGISTERS = frozenset({"units", "halls", "windows", "staff", "matters"})
_HISTORIES = frozenset({"units", "windows", "staff"})
"""Registers whose rows may be dated, so that one id has a history."""
_DATED = "；改过名、调过岗的同一个，请给前一条写停用日期（to）、后一条写启用日期（from），不要重叠"
_ENDING = ".schema.json"


class SchemaFileError(UserError):
    """A schema file that cannot be used; ``place`` is the line and column, counted from 1."""

    def __init__(self, problem: str, place: tuple[int, int] = (1, 1)) -> None:
        super().__init__(f"{problem}请用安装包里的同名文件换掉它。")
        self.place = place


class _Kind:
    """One schema with what is derived from it, each part made when first needed."""

    def __init__(self, kind: str, root: Node) -> None:
        self.tree = Tree(kind, root)

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.tree)

    @cached_property
    def dates(self) -> Dates:
        return Dates(self.tree)


class Schemas:
    """The schemas of one ledger.

    ``digest`` is the SHA-256 (hex) over names and bytes of all schema files: two ledgers with the same digest
    judge the form of every record alike.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take schema files by name (``case.schema.json``), as bytes; other names are passed over.

        Raises UserError for a file that is not JSON or not a schema object.
        """
        self._files = {name: files[name] for name in sorted(files) if name.endswith(_ENDING)}
        sums = (f"{name}\0{hashlib.sha256(data).hexdigest()}\n" for name, data in self._files.items())
        self.digest = hashlib.sha256("".join(sums).encode()).hexdigest()
        self._kinds: dict[str, _Kind] = {}

    @classmethod
    def load(cls, folder: Path) -> Schemas:
        """Read the schemas of a ledger's ``schema/`` folder; a kind it lacks is taken from the package.

        Raises UserError when the folder cannot be read.
        """
        try:
            own = {path.name: path.read_bytes() for path in folder.glob(f"*{_ENDING}")}
        except OSError as error:
            raise UserError(f"读不了格式说明目录 {folder}：{reason(error)}。请检查目录和权限。") from error
        return cls._with(own)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Schemas:
        """Take the schema files of a revision, by file name; a kind it lacks is taken from the package."""
        return cls._with({name: data for name, data in files.items() if name.endswith(_ENDING)})

    @classmethod
    def _with(cls, own: dict[str, bytes]) -> Schemas:
        """Return the schemas of the package with those of a ledger in their place; mostly they are the same."""
        files = _shipped() | own
        return _bundled() if files == _shipped() else cls(files)

    @classmethod
    def bundled(cls) -> Schemas:
        """Return the schemas that ship with the package."""
        return _bundled()

    def schema(self, kind: str) -> Node:
        """Return the JSON Schema of ``kind`` as parsed. Raises KeyError for an unknown kind."""
        return self._kind(kind).tree.root

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there are schemas of."""
        return tuple(name.removesuffix(_ENDING) for name in self._files)

    def files(self) -> Mapping[str, bytes]:
        """Return the schema files as they are, by name."""
        return self._files

    def is_valid(self, kind: str, value: object) -> bool:
        """Whether ``value`` has the form of ``kind``, real dates included. Fast, never raises for any value."""
        return self._kind(kind).gate(value)

    def check(self, kind: str, value: object, loaded: Marks, file: str) -> list[Finding]:
        """Return the findings about the form of one file; empty when it is right.

        ``value`` is what the loader read, ``loaded`` knows where each part stands, ``file`` is the path to
        name. Every finding is an error with line, column, the field's title, what is allowed and a mend.
        """
        known = self._kind(kind)
        found: list[Finding] = []
        if not known.gate(value):
            from noveto.schema.explain import explain

            found += explain(known.tree, known.dates, value, loaded, file)
        if kind in REGISTERS:
            found += _same_ids(kind, title(known.tree.root, kind), value, loaded, file)
        return found

    def label(self, kind: str, path: str = "") -> str:
        """Return the Chinese title of a field: ``track``, ``log.veto_proposed``, ``log.veto_proposed.reason.main``.

        Lists are entered without naming them (``documents.title``, ``units.level``); an empty path is the
        kind itself. Raises KeyError for a field the schema does not have.
        """
        return title(self._kind(kind).tree.find(path), path.rsplit(".", 1)[-1] or kind)

    def describe(self, kind: str, path: str = "") -> str:
        """Return the help text of a field. Raises KeyError for a field the schema does not have."""
        return str(self._kind(kind).tree.find(path).get("description", ""))

    def options(self, kind: str, path: str) -> list[tuple[str, str]]:
        """Return the codes a field allows with their Chinese titles, in order; empty when it is not a choice.

        The options of ``log.step`` are the steps. Raises KeyError for a field the schema does not have.
        """
        return options(self._kind(kind).tree.find(path))

    def word(self, kind: str, path: str, code: str) -> str:
        """Return the Chinese title of one code of a field, or the code itself when the field does not have it."""
        return dict(self.options(kind, path)).get(code, code)

    def is_free_text(self, kind: str, path: Sequence[str | int], value: Any) -> bool:
        """Whether what stands at ``path`` of a record's ``value`` is free text: no id, code, date, number or flag.

        The value of a correction is judged like the field it corrects.
        """
        from noveto.schema.fields import is_free_text

        tree = self._kind(kind).tree
        node = tree.along(path, value)[-1]
        if len(path) == 3 and path[0] == "log" and path[2] in ("was", "now"):
            entry = value["log"][path[1]]
            corrected = [int(part) - 1 if part.isdigit() else part for part in str(entry.get("field", "")).split(".")]
            node = tree.along(corrected, value)[-1]
        return is_free_text(node)

    def fields(self, kind: str, path: str = "") -> tuple[Field, ...]:
        """Return descriptors of the keys of an object in order: the head of a record, or the group at ``path``.

        Raises KeyError for a field the schema does not have.
        """
        from noveto.schema.fields import fields_of

        tree = self._kind(kind).tree
        return fields_of(tree, tree.inside(tree.find(path)))

    def step_fields(self, step: str, kind: str = "case") -> tuple[Field, ...]:
        """Return descriptors of the fields of one step, its own first, then the common ones; without ``step``.

        Raises KeyError for a step the kind does not have.
        """
        from noveto.schema.fields import fields_of

        tree = self._kind(kind).tree
        common = (tree.entry or {}).get("properties", {})
        found = [field for field in fields_of(tree, tree.steps[step]) if field.name != "step"]
        return tuple(sorted(found, key=lambda field: field.name in common and field.name not in ("at", "by")))

    def steps(self, kind: str = "case") -> tuple[str, ...]:
        """Return the names of the steps a record of ``kind`` may have; empty for kinds without a log."""
        return tuple(self._kind(kind).tree.steps)

    def _kind(self, kind: str) -> _Kind:
        if (known := self._kinds.get(kind)) is None:
            name = f"{kind}{_ENDING}"
            known = self._kinds[kind] = _Kind(kind, _parse(name, self._files[name]))
        return known


def _parse(name: str, data: bytes) -> Node:
    try:
        root: Any = json.loads(data)
    except ValueError as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        where = f"第 {line} 行第 {column} 列起读不下去"
        raise SchemaFileError(f"格式说明 {name} 不是完好的 JSON，{where}。", (line, column)) from error
    if not isinstance(root, dict) or not isinstance(root.get("properties"), dict):
        raise SchemaFileError(f"格式说明 {name} 不是一份记录的 JSON Schema。")
    return root


@lru_cache(maxsize=1)
def _shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in resource("schema").glob(f"*{_ENDING}")}


@lru_cache(maxsize=1)
def _bundled() -> Schemas:
    return Schemas(_shipped())


def _same_ids(kind: str, name: str, value: object, marks: Marks, file: str) -> list[Finding]:
    """Find ids that a register uses twice for the same days; dated rows one after another are one id's history."""
    rows = value.get(kind) if isinstance(value, Mapping) else None
    found: list[Finding] = []
    held: dict[str, list[tuple[int, str, str]]] = {}
    for n, row in enumerate(rows if isinstance(rows, list) else ()):
        key = row.get("id") if isinstance(row, Mapping) else None
        if not isinstance(key, str):
            continue
        begins, ends = _days(row)
        before = held.setdefault(key, [])
        first = next((i for i, start, end in before if begins <= end and start <= ends), None)
        before.append((n, begins, ends))
        if first is None:
            continue
        line, column = marks.position((kind, n, "id"))
        params: dict[str, Any] = {"list": f"“{name}”", "first": first + 1, "second": n + 1, "value": show(key),
                                  "dated": _DATED if kind in _HISTORIES else ""}  # fmt: skip
        found.append(make("NV150", file=file, line=line, column=column, field=f"{kind}.{n + 1}.id", **params))
    return found


def _days(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first and last day of a row as text that can be compared; open ends reach beyond every day."""
    begins, ends = row.get("from"), row.get("to")
    return begins if isinstance(begins, str) else "", ends if isinstance(ends, str) else "9999"
