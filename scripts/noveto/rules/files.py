"""Reading a rules file: text, form, and a sentence with file, line and reason when it cannot be used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from noveto.errors import UserError, reason

Place = tuple[str | int, ...]


def read_rules(path: Path, kind: str) -> tuple[Mapping[str, Any], str, Callable[[Place], str]]:
    """Return the plain value of a rules file of ``kind``, its SHA-256, and a function that names a place in it.

    Raises UserError, with file, line and column of the first fault, when the file cannot be read or does not
    have the form its schema asks for.
    """
    from noveto.schema import Schemas
    from noveto.source import load

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"读不了规则文件 {path}：{reason(error)}。请检查文件在不在、能不能读。") from error
    loaded = load(data, file=str(path), bare_log=False)
    found = [one for one in loaded.findings if one.severity == "error"]
    if not found:
        found = Schemas.bundled().check(kind, loaded.value, loaded, str(path))
    if found:
        first = found[0]
        more = f"（另有 {len(found) - 1} 处，改好这一处再看）" if len(found) > 1 else ""
        where = f"{path} 第 {first.line} 行第 {first.column} 列"
        raise UserError(f"{where}：{first.message}{first.fix}（{first.code}）{more}")

    def at(place: Place) -> str:
        line, column = loaded.position(place)
        return f"第 {line} 行第 {column} 列"

    return loaded.value, hashlib.sha256(data).hexdigest(), at
