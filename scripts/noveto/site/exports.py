"""Data for others: masked JSON with its schema, CSV, one calendar of due days a unit, an Atom feed.

Everything lies under ``api/v1/``. Fields are only ever added; a change of meaning would be ``api/v2/``. No file holds
anything of an applicant.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from noveto import words
from noveto.site.data import OpenCase, SiteData
from noveto.site.views import CaseRow

DOWNLOADS = {
    "api/v1/open.csv": "在办的件：表格，可用电子表格打开",
    "api/v1/open.json": "在办的件：给程序用",
    "api/v1/open.schema.json": "上一个文件的格式说明（JSON Schema）",
    "api/v1/feed.xml": "新登记和今天超期、到期的件：订阅（Atom）",
    "api/v1/calendar.json": "工作日历：放假和调休上班，按国务院通知",
    "api/v1/rules.json": "各项期限的天数、单位和依据",
    "api/v1/changelog.txt": "这些文件改过什么",
}
"""What the page 下载与接口 lists; the calendars of the units are linked from their own pages."""

_CHANGES = """api/v1 的变化，新的在上面。只加栏目，不改意思；要改意思就另开 api/v2。

2026-11-22  第一版：open.json、open.csv、feed.xml、calendar.json、rules.json、ics/<单位>.ics。
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
    yield "api/v1/feed.xml", _feed(data).encode()
    for unit in data.registry.units:
        yield f"api/v1/ics/{unit}.ics", calendar(data, unit, data.open_of_unit.get(unit, [])).encode()


def _plain(row: CaseRow, data: SiteData) -> dict[str, Any]:
    holders = [" ".join(part for part in (who.org, who.name, who.ext) if part) for who in row.holders]
    return {
        "id": row.id,
        "status": row.status.words,
        "level": row.status.level,
        "due": row.due.isoformat() if row.due else None,
        "matter": row.matter,
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
        writer.writerow([_cell(row[key]) for key, _ in _COLUMNS])
    return ("\ufeff" + stream.getvalue()).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


# -- calendars -------------------------------------------------------------------------------------------------


def calendar(data: SiteData, unit: str, cases: Sequence[OpenCase]) -> str:
    """Return the due days of a unit's open cases as an iCalendar file; an event keeps its UID while it moves."""
    name = data.voc.unit_short(unit)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//noveto//due days//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_ical(name + ' 到期日')}",
        "X-PUBLISHED-TTL:PT1H",
    ]
    stamp = data.now.strftime("%Y%m%dT%H%M00")
    for case in cases:
        if case.due is not None:
            lines += _event(case, case.due, stamp)
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) + "\r\n" for line in lines)


def _event(case: OpenCase, due: date, stamp: str) -> list[str]:
    row = case.row
    held = "、".join(" ".join(part for part in (who.org, who.name, who.ext) if part) for who in row.holders)
    head = case.found.headline
    owed = head.clock if head is not None else "reply"
    told = f"{row.id}，{row.stage}，在 {held} 手里" + ("（到期日暂定）" if row.provisional else "")
    return [
        "BEGIN:VEVENT",
        f"UID:{row.id}-{owed}@noveto",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_ical(row.matter)}",
        f"DESCRIPTION:{_ical(told)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_ical(row.matter)}",
        "TRIGGER;RELATED=START:PT8H30M",
        "END:VALARM",
        "END:VEVENT",
    ]


def _ical(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Fold a line at 75 bytes, never inside a character (RFC 5545, 3.1)."""
    out: list[str] = []
    room, piece = 75, ""
    for char in line:
        size = len(char.encode())
        if room < size:
            out.append(piece)
            piece, room = "", 74
        piece += char
        room -= size
    out.append(piece)
    return "\r\n ".join(out)


# -- feed ------------------------------------------------------------------------------------------------------


def _feed(data: SiteData) -> str:
    """An Atom feed: what is late or due today, and what was registered in the last three days."""
    office = data.registry.office
    site = office.site_url.rstrip("/") or "urn:noveto"
    entries = []
    recent = data.today - timedelta(days=3)
    for case in data.open_cases:
        new = case.row.raised is not None and case.row.raised >= recent
        if case.bucket() not in ("late", "today") and not new:
            continue
        at = datetime.combine(case.due or data.today, datetime.min.time())
        entries.append(_entry(case.row, min(at, data.now), site))
    updated = data.now.isoformat(timespec="seconds") + "+08:00"
    name = escape(office.name or "窗口无否决权 · 办件台")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{name}</title>\n<id>{escape(site)}/api/v1/feed.xml</id>\n<updated>{updated}</updated>\n"
        + "".join(entries)
        + "</feed>\n"
    )


def _entry(row: CaseRow, at: datetime, site: str) -> str:
    title = escape(f"{row.status.plain} {row.matter}")
    held = "、".join(" ".join(part for part in (who.org, who.name, who.ext) if part) for who in row.holders)
    summary = escape(f"{row.track}，{row.stage}，在 {held} 手里")
    level = words.SHAPES.get(row.status.level, "")
    return (
        f"<entry><title>{title}</title><id>urn:noveto:{row.id}:{escape(row.status.level)}</id>"
        f"<updated>{at.isoformat(timespec='seconds')}+08:00</updated>"
        f'<link href="{escape(site)}/{row.url}"/><category term="{escape(level)}"/>'
        f"<summary>{summary}</summary></entry>\n"
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
