"""What the browser searches: every case in columns, one file a year, and the words of the cases beside them.

``search/index.json`` names the years and their files; the names carry a key of the content, so that a browser may
keep them for ever. ``rows-…`` hold what a list shows (repeated values once, in ``of``), ``words-…`` the folded text
of matter, facts and grounds in the same order, newest registration first. Nothing of an applicant is in them.
"""

from __future__ import annotations

import hashlib
import io
import json
import marshal
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from noveto import words
from noveto.ledger import code_digest
from noveto.similar.grams import plain
from noveto.site.facts import Facts
from noveto.statistics.groups import time_key

if TYPE_CHECKING:
    from noveto.site.data import SiteData
    from noveto.site.views import CaseRow

FOLDER = "search"
EPOCH = 719_163
"""Ordinal of 1970-01-01: the browser counts days from there."""


class Shard(NamedTuple):
    """One file for the browser; ``content`` is None where the site already has it."""

    path: str
    key: str
    content: bytes | memoryview | None


def shards(data: SiteData, has: Callable[[str, str], bool]) -> Iterator[Shard]:
    """Yield the shards of every year, then the index. ``has(path, key)`` says whether a file need not be made."""
    opened = {case.row.id: case.row for case in data.open_cases}
    base = f"{code_digest('noveto.site.shards', 'noveto.similar', 'noveto.words')} {data.registry.digest}"
    last = data.today.toordinal()
    years: list[dict[str, object]] = []
    shown = [row for row in data.rows if row.raised <= last]
    for year, group in groupby(shown, key=lambda row: time_key(row.raised, "year")):
        rows = list(group)
        key = content_key(base, data.key_of(rows))
        words_key = content_key(base, marshal.dumps([(row.id, row.words) for row in rows], 2))
        names = f"{FOLDER}/rows-{year}-{key}.json", f"{FOLDER}/words-{year}-{words_key}.json"
        yield Shard(names[0], key, None if has(names[0], key) else _json(_rows(data, rows, opened)))
        yield Shard(names[1], words_key, None if has(names[1], words_key) else _words(data, rows))
        years.append({"year": int(year), "n": len(rows), "rows": names[0], "words": names[1]})
    yield _index(data, years, len(shown))


def _index(data: SiteData, years: Sequence[dict[str, object]], total: int) -> Shard:
    office = data.registry.office
    content = _json(
        {
            "v": 1,
            "total": total,
            "today": data.today.isoformat(),
            "years": years,
            "guide_desk": office.guide_desk_phone,
            "help": office.help_phone,
            "units": {key: data.voc.unit_short(key) for key in data.registry.units},
            "pages": f"{FOLDER}/pages.json",
        }
    )
    return Shard(f"{FOLDER}/index.json", content_key("", content), content)


def _rows(data: SiteData, rows: Sequence[Facts], opened: dict[str, CaseRow]) -> dict[str, object]:
    """Return one year in columns."""
    tables: dict[str, dict[Any, int]] = {
        name: {} for name in ("matter", "unit", "window", "track", "reason", "stage", "holder", "status", "result")
    }
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "raised", "due", "used", *tables)}
    reasons: dict[str, str] = {}
    windows: dict[str, str] = {}

    def put(name: str, value: object) -> None:
        table = tables[name]
        columns[name].append(table.setdefault(value, len(table)))

    for row in rows:
        live = row.id in opened
        here = opened[row.id] if live else data.fact_row(row)
        if row.reason not in reasons:
            reasons[row.reason] = data.voc.word("reason.main", row.reason)
        if row.window not in windows:
            windows[row.window] = data.voc.window(row.window)
        columns["id"].append(row.id)
        columns["raised"].append(row.raised - EPOCH)
        columns["due"].append(here.due.toordinal() - EPOCH if here.due else 0)
        columns["used"].append(row.used)
        put("matter", row.matter)
        put("unit", row.unit)
        put("window", windows[row.window])
        put("track", here.track)
        put("reason", reasons[row.reason])
        put("stage", here.stage)
        put("holder", "、".join(_holder(who) for who in here.holders))
        said = here.status
        moving = live and said.due is not None
        day = said.due.toordinal() - EPOCH if moving and said.due else 0
        put("status", (said.words, said.css, said.kind if moving else "", day, int(live)))
        put("result", words.result_words(row.result, row.path) if row.result else "")
    return {"n": len(rows), "of": {name: list(table) for name, table in tables.items()}, **columns}


def _holder(who: Any) -> str:
    return " ".join(part for part in (who.org, who.name, who.ext) if part)


_NAMED = re.compile("某[一-龥]{2,12}?(?:公司|合作社|委员会|学校|协会)")
"""Names of organisations told in the facts: they may be applicants elsewhere, so lists and search leave them out."""


def _words(data: SiteData, rows: Sequence[Facts]) -> memoryview:
    """Return the words of one year, written as they are read: a large one has a hundred megabytes, once."""
    made = io.BytesIO()
    made.write(b'{"n":%d,"words":[' % len(rows))
    for at, text in enumerate(data.texts(rows)):
        made.write(b"," if at else b"")
        made.write(_json(_NAMED.sub("某单位", plain(text.whole))))
    made.write(b"]}")
    return made.getbuffer()


def content_key(*parts: str | bytes) -> str:
    """Return a short key of what a file is made from."""
    found = hashlib.blake2b(digest_size=8)
    for part in parts:
        found.update(part.encode() if isinstance(part, str) else part)
        found.update(b"\0")
    return found.hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
