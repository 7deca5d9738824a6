"""An Atom feed of what is late or due today and of new vetoes, and one calendar of due days a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from noveto.site.data import SiteData
    from noveto.site.opencases import OpenCase

ATOM = "http://www.w3.org/2005/Atom"
NEW_DAYS = 7
_CHINA = timedelta(hours=8)


class _Entry(NamedTuple):
    key: str
    at: datetime
    title: str
    kind: str
    case: OpenCase


def feed(data: SiteData) -> bytes:
    """Return the Atom feed (RFC 4287). An entry's id and time come from the record, so nothing is news twice."""
    office = data.registry.office
    site = office.site_url.rstrip("/")
    root = ET.Element("feed", xmlns=ATOM)
    entries = sorted(_entries(data), key=lambda entry: (entry.at, entry.key), reverse=True)
    updated = entries[0].at if entries else datetime.combine(data.today, time())
    _add(root, "title", office.name or "窗口无否决权 · 办件台")
    _add(root, "id", f"{site}/api/v1/feed.xml" if site else "urn:noveto:feed")
    _add(root, "updated", _stamp(updated))
    author = ET.SubElement(root, "author")
    _add(author, "name", office.name or "办件台")
    for entry in entries:
        item = ET.SubElement(root, "entry")
        row = entry.case.row
        _add(item, "title", f"{entry.title}：{data.matter_of(row.id)}")
        _add(item, "id", f"urn:noveto:{entry.key}")
        _add(item, "updated", _stamp(entry.at))
        ET.SubElement(item, "link", href=f"{site}/{row.url}" if site else f"../../{row.url}")
        ET.SubElement(item, "category", term=entry.kind)
        _add(item, "summary", f"{row.id}，{row.track}，{row.stage}，在 {held_by(entry.case) or '—'} 手里")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _entries(data: SiteData) -> Iterator[_Entry]:
    since = data.today - timedelta(days=NEW_DAYS)
    for case in data.open_cases:
        row = case.row
        if case.bucket() in ("late", "today") and case.due is not None:
            title = "已超期" if case.due < data.today else "今日到期"
            day = case.due + timedelta(days=1) if case.due < data.today else case.due
            kind = "overdue" if case.due < data.today else "due"
            yield _Entry(f"{row.id}:{kind}:{case.due}", datetime.combine(day, time()), title, kind, case)
        for entry in case.found.case.log:
            if entry.step == "veto_proposed" and since <= entry.day <= data.today:
                yield _Entry(f"{row.id}:veto:{entry.n}", entry.at, "新拟否决", "veto", case)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = "".join(char for char in text if char >= " ")


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:00}+08:00"


def held_by(case: OpenCase) -> str:
    """Who has a case, in one line."""
    holders = case.row.holders
    return "、".join(" ".join(part for part in (who.org, who.name, who.ext) if part) for who in holders)


# -- calendars -------------------------------------------------------------------------------------------------


def calendar(data: SiteData, unit: str, cases: Sequence[OpenCase]) -> bytes:
    """Return the due days of a unit's open cases as an iCalendar file (RFC 5545).

    An event keeps its UID while its day moves. DTSTAMP is the time of the record's last act, in UTC: the file
    changes only when a case does.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//noveto//due days//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{ical_text(data.voc.unit_short(unit) + ' 到期日')}",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for case in cases:
        if case.due is not None:
            lines += _event(case, case.due, data.matter_of(case.row.id))
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines).encode()


def _event(case: OpenCase, due: date, matter: str) -> list[str]:
    row, found = case.row, case.found
    owed = found.headline.clock if found.headline is not None else "reply"
    last = max([found.case.raised, *(entry.at for entry in found.case.log)]) - _CHINA
    told = f"{row.id}，{row.stage}，在 {held_by(case) or '—'} 手里" + ("（到期日暂定）" if row.provisional else "")
    return [
        "BEGIN:VEVENT",
        f"UID:{row.id}-{owed}@noveto",
        f"DTSTAMP:{last:%Y%m%dT%H%M00}Z",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{ical_text(matter)}",
        f"DESCRIPTION:{ical_text(told)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{ical_text(matter)}",
        "TRIGGER;RELATED=START:PT8H30M",
        "END:VALARM",
        "END:VEVENT",
    ]


def ical_text(text: str) -> str:
    """Escape a text value (RFC 5545, 3.3.11)."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(char for char in text.replace("\n", "\\n") if char >= " ")


def fold(line: str) -> str:
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
