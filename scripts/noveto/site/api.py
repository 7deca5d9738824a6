"""The JSON interface: index, cases by month, units; masked, versioned, each file with a published schema.

Under ``api/v1/`` fields are only ever added. A month's file holds nothing of the build (no time, no version), so it
stays the same file as long as its cases do. Nothing of an applicant is in any of them; a case marked sensitive has
no words but its matter; a quarantined file is named with line and message only.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from noveto import words
from noveto.ledger import code_digest
from noveto.site.apischema import CASE, SCHEMAS
from noveto.site.casebuild import case_path
from noveto.site.cells import safe_cell
from noveto.site.held import held
from noveto.site.shards import Shard, content_key
from noveto.statistics.groups import time_key

if TYPE_CHECKING:
    from noveto.site.data import SiteData
    from noveto.site.facts import Facts

BASE = "api/v1"


def api_files(data: SiteData, has: Callable[[str, str], bool]) -> Iterator[Shard]:
    """Yield the files; ``has(path, key)`` says whether one need not be made again."""
    last = data.today.toordinal()
    rows = [row for row in data.rows if row.raised <= last]
    base = f"{code_digest('noveto.site.api', 'noveto.site.apischema', 'noveto.words')} {data.registry.digest}"
    months: list[dict[str, object]] = []
    keys: dict[str, str] = {}
    for month, group in groupby(rows, key=lambda row: time_key(row.raised, "month")):
        found = list(group)
        file = f"cases/{month.replace('-', '/')}.json"
        key = keys[month] = content_key(base, data.key_of(found))
        content = None
        if not has(f"{BASE}/{file}", key):
            cases = [dict(zip(CASE, _case(row), strict=True)) for row in found]
            content = _json({"api": 1, "month": month, "cases": cases})
        yield Shard(f"{BASE}/{file}", key, content)
        months.append({"month": month, "count": len(found), "file": file})
    years: list[dict[str, object]] = []
    for year, group in groupby(rows, key=lambda row: time_key(row.raised, "year")):
        found = list(group)
        file = f"cases/{year}.csv"
        key = content_key(*(keys[month] for month in keys if month.startswith(year)))
        yield Shard(f"{BASE}/{file}", key, None if has(f"{BASE}/{file}", key) else _table(data, found, keys))
        years.append({"year": int(year), "count": len(found), "file": file})
    yield from (_whole(f"{BASE}/units/{key}.json", _unit(data, key)) for key in data.registry.units)
    yield _whole(f"{BASE}/quarantined.json", _quarantined(data))
    yield from (_whole(f"{BASE}/{name}", schema) for name, schema in SCHEMAS.items())
    yield _whole(f"{BASE}/index.json", _index(data, months, years))


def _whole(path: str, value: object) -> Shard:
    content = _json(value)
    return Shard(path, content_key(content), content)


def _index(data: SiteData, months: Sequence[object], years: Sequence[object]) -> dict[str, object]:
    built = data.built
    return {
        "api": 1,
        "at": built.at.isoformat(timespec="minutes"),
        "today": built.today.isoformat(),
        "version": built.version,
        "calendar": {"known_through": built.known_through.isoformat(), "sha256": data.calendar.digest},
        "rules": {"sha256": data.rules.digest},
        "months": list(months),
        "years": list(years),
        "units": [{"id": key, "name": unit.name, "file": f"units/{key}.json"} for key, unit in
                  data.registry.units.items()],
        "open": "open.json",
        "quarantined": "quarantined.json",
        "schemas": list(SCHEMAS),
        "changelog": "changelog.txt",
    }  # fmt: skip


def _case(row: Facts) -> tuple[object, ...]:
    """Return one case as others may have it: the values of the keys of ``apischema.CASE``."""
    return (
        row.id,
        row.unit,
        row.window,
        _day(row.raised),
        row.matter,
        row.matter_id,
        row.category,
        row.track,
        row.reason,
        row.status,
        row.stage,
        row.result or None,
        row.path or None,
        words.result_words(row.result, row.path) if row.result else None,
        _day(row.ended),
        _day(row.due),
        row.late,
        None if row.on_time < 0 else bool(row.on_time),
        row.used if row.used >= 0 else None,
        row.vetoes,
        row.decided,
        row.rejected,
        row.entered_late,
        row.hidden,
        case_path(row.id),
    )


@lru_cache(maxsize=4096)
def _day(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def _unit(data: SiteData, key: str) -> dict[str, object]:
    unit = data.registry.units[key]
    windows = [
        {"id": name, "name": window.name} for name, window in data.registry.windows.items() if window.unit == key
    ]
    return {
        "api": 1,
        "id": key,
        "name": unit.name,
        "short": data.voc.unit_short(key),
        "level": unit.level,
        "county": unit.county or None,
        "phone": unit.phone or None,
        "windows": windows,
        "cases": len(data.rows_of_unit.get(key, ())),
        "open": [case.row.id for case in data.open_of_unit.get(key, ())],
        "calendar": f"ics/{key}.ics",
        "page": f"units/{key}.html",
    }


def _quarantined(data: SiteData) -> dict[str, object]:
    return {
        "api": 1,
        "files": [
            {
                "file": path,
                "findings": [{"line": told.line, "code": told.code, "message": told.message} for told in group],
            }
            for path, group in groupby(held(data.ledger), attrgetter("path"))
        ],
    }


_safe = lru_cache(maxsize=1 << 14)(safe_cell)
"""``safe_cell`` that remembers: most texts of a table come again and again."""


def _table(data: SiteData, rows: Sequence[Facts], keys: Mapping[str, str]) -> bytes:
    """Return cases as CSV, titles of the schema on top; no cell is ever executed by a spreadsheet.

    The lines of each month are kept under its key: of a year mostly one or two months have changed.
    """
    shelf = data.shelf("tables")
    parts = ["\ufeff".encode(), _lines([[field["title"] for field in CASE.values()]])]
    for month, group in groupby(rows, key=lambda row: time_key(row.raised, "month")):
        part = shelf.get(month, keys[month])
        if part is None:
            part = _lines([value if type(value) is int else _safe(value) for value in _case(row)] for row in group)
            shelf.put(month, keys[month], part)
        parts.append(part)
    return b"".join(parts)


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
