"""Data for others: masked JSON with its schema, CSV, one calendar of due days a unit, an Atom feed.

Everything lies under ``api/v1/``. Fields are only ever added; a change of meaning would be ``api/v2/``. No file holds
anything of an applicant.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from noveto.site.cells import safe_cell
from noveto.site.data import SiteData
from noveto.site.feeds import calendar, feed
from noveto.site.views import CaseRow

DOWNLOADS = {
    "api/v1/index.json": "目录：有哪些月份、年份、单位，各多少件",
    "api/v1/cases.schema.json": "每月的件（cases/年/月.json）的格式说明（JSON Schema）",
    "api/v1/unit.schema.json": "单位（units/编号.json）的格式说明",
    "api/v1/index.schema.json": "目录的格式说明",
    "api/v1/quarantined.json": "记录有误、没有计入的文件：哪一行、哪里不对",
    "api/v1/quarantined.schema.json": "上一个文件的格式说明",
    "api/v1/open.csv": "在办的件：表格，可用电子表格打开",
    "api/v1/open.json": "在办的件：给程序用",
    "api/v1/open.schema.json": "上一个文件的格式说明（JSON Schema）",
    "api/v1/feed.xml": "已超期、今日到期的件和七天内新拟否决的件：订阅（Atom）",
    "api/v1/calendar.json": "工作日历：放假和调休上班，按国务院通知",
    "api/v1/calendar.schema.json": "上一个文件的格式说明",
    "api/v1/rules.json": "各项期限的天数、单位和依据",
    "api/v1/rules.schema.json": "上一个文件的格式说明",
    "api/v1/changelog.txt": "这些文件改过什么",
}
"""What the page 下载与接口 lists; the calendars of the units are linked from their own pages."""


def downloads(data: SiteData) -> dict[str, str]:
    """Return path and title of every file that the page names: the fixed ones, and a table a year."""
    last = data.today.toordinal()
    years = Counter(row.day.year for row in data.rows if row.raised <= last)
    tables = {
        f"api/v1/cases/{year}.csv": f"{year} 年登记的 {years[year]} 件：表格" for year in sorted(years, reverse=True)
    }
    return tables | DOWNLOADS


_CHANGES = """api/v1 的变化，新的在上面。只加栏目，不改意思；要改意思就另开 api/v2。

2026-11-26  calendar.json、rules.json 加了 api 一栏，有了格式说明；entered_late 也看登记本身，迁移的老件不算；
            单位编号带横线的，办件编号也符合格式说明了。
2026-11-22  第一版：index.json、cases/<年>/<月>.json、cases/<年>.csv、units/<单位>.json、open.json、open.csv、
            quarantined.json、feed.xml、calendar.json、rules.json、ics/<单位>.ics，和各自的格式说明。
"""

_COLUMNS = (
    ("id", "编号"),
    ("status", "时限状态"),
    ("due", "到期日"),
    ("matter", "事项"),
    ("track", "类别"),
    ("stage", "环节"),
    ("holder", "在谁手里"),
    ("unit", "首问单位"),
    ("raised", "登记日"),
    ("provisional", "暂定"),
)


def export_files(data: SiteData) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every export."""
    rows = [_plain(case.row, data) for case in data.open_cases]
    yield "api/v1/open.csv", _csv(rows)
    yield "api/v1/open.json", _open_json(data, rows)
    yield "api/v1/open.schema.json", _json(_schema())
    yield "api/v1/changelog.txt", _CHANGES.encode()
    yield "api/v1/feed.xml", feed(data)
    for name, content in data.ledger.schemas.files().items():
        yield f"schema/{name}", content
    for unit in data.registry.units:
        yield f"api/v1/ics/{unit}.ics", calendar(data, unit, data.open_of_unit.get(unit, []))


def _plain(row: CaseRow, data: SiteData) -> dict[str, Any]:
    holders = [" ".join(part for part in (who.org, who.name, who.ext) if part) for who in row.holders]
    return {
        "id": row.id,
        "status": row.status.words,
        "level": row.status.level,
        "due": row.due.isoformat() if row.due else None,
        "matter": data.matter_of(row.id),
        "track": row.track,
        "stage": row.stage,
        "holder": "、".join(holders),
        "unit": data.voc.unit(row.unit),
        "unit_id": row.unit,
        "raised": row.raised.isoformat() if row.raised else None,
        "provisional": row.provisional,
        "page": row.url,
    }


def _open_json(data: SiteData, rows: Sequence[dict[str, Any]]) -> bytes:
    built = data.built
    return _json(
        {
            "api": 1,
            "at": built.at.isoformat(timespec="minutes"),
            "today": built.today.isoformat(),
            "version": built.version,
            "calendar": {"known_through": built.known_through.isoformat(), "sha256": data.calendar.digest},
            "rules": {"sha256": data.rules.digest},
            "cases": list(rows),
        }
    )


def _schema() -> dict[str, Any]:
    text = {"type": "string"}
    day = {"type": ["string", "null"], "format": "date"}
    fields: dict[str, Any] = {key: text | {"title": title} for key, title in _COLUMNS}
    fields |= {
        "due": day | {"title": "到期日"},
        "raised": day | {"title": "登记日"},
        "provisional": {"type": "boolean", "title": "暂定"},
        "level": text | {"enum": ["late", "today", "soon", "run", "stop", "void", "done"], "title": "状态的级别"},
        "unit_id": text | {"title": "首问单位编号"},
        "page": text | {"title": "网页，相对于网站首页"},
    }
    case = {"type": "object", "required": sorted(fields), "properties": fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "在办的件",
        "type": "object",
        "required": ["api", "at", "today", "version", "calendar", "rules", "cases"],
        "properties": {
            "api": {"const": 1},
            "at": text,
            "today": day,
            "version": text,
            "calendar": {"type": "object"},
            "rules": {"type": "object"},
            "cases": {"type": "array", "items": case},
        },
    }


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """A table that no spreadsheet executes: a cell that looks like a formula is marked as text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([title for _, title in _COLUMNS])
    for row in rows:
        writer.writerow([safe_cell(row[key]) for key, _ in _COLUMNS])
    return ("\ufeff" + stream.getvalue()).encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
