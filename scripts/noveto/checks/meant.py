"""What a reference that leads nowhere was probably meant to be: an entry of the registry, another record."""

from __future__ import annotations

import re
from collections.abc import Container
from difflib import get_close_matches
from functools import lru_cache
from operator import ne
from typing import Any

from noveto.records.registry import Table
from noveto.schema.suggest import nearest

WORDS = {"unit": "单位", "window": "窗口", "staff": "人员", "matter": "事项", "hall": "大厅"}


def hint(what: str, key: str, table: Table[Any]) -> str:
    """Say what was probably meant, else where to look."""
    names = [(item.id, item.name) for item in table.items_in_order]
    names += [(item.id, item.short) for item in table.items_in_order if getattr(item, "short", "")]
    near = _nearest(key, tuple(names))
    if near is not None and near != key:
        return f"您是不是要写 {near}（{table[near].name}）？"
    return f"到“数据 › 登记册”可以查到；是新增的{WORDS[what]}，请管理员先写进登记册。"


@lru_cache(maxsize=256)
def _nearest(key: str, choices: tuple[tuple[str, str], ...]) -> str | None:
    """Return the id meant: by its name, by the same number with other zeros (m-105), or by likeness."""
    if not key.isascii():
        named = {code for code, name in choices if name.endswith(key)}
        return named.pop() if len(named) == 1 else nearest(key, choices)
    codes = list(dict.fromkeys(code for code, _ in choices))
    numbered = [code for code in codes if _number(code) == _number(key)]
    if len(numbered) == 1:
        return numbered[0]
    slipped = [code for code in codes if len(code) == len(key) and sum(map(ne, code, key)) == 1]
    close = slipped if len(slipped) == 1 else get_close_matches(key, slipped or codes, 1, 0.7)
    return close[0] if close else None


def _number(code: str) -> tuple[str, int]:
    """Split an id into its letters and its last number: m-0105 → m, 105."""
    found = re.fullmatch(r"([a-z0-9-]*?[a-z-])-?([0-9]+)", code.lower())
    return (found[1].replace("-", ""), int(found[2])) if found else (code, -1)


def near_record(key: str, ids: Container[str]) -> str | None:
    """Return the record meant: try the slips that happen in numbers: one of the last digits, or a lost zero."""
    stem, _, number = key.rpartition("-")
    if not stem or not number.isdigit():
        return None
    tries = [f"{stem}-{int(number):0{width}d}" for width in (2, 3, 4)]
    tries += [f"{stem}-{n:02d}" for n in (1, 2, 3)]
    return next((item for item in tries if item != key and item in ids), None)
