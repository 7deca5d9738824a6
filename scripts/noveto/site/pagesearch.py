"""The words of the guides, the matters and the units for the one search box: search/pages.json."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noveto.site.data import SiteData

_MAIN = re.compile(r'<div id="nv-main" class="nv-guide">(.*?)<footer', re.DOTALL)
_PART = re.compile(r'<(h[1-4])[^>]*?id="([^"]*)"[^>]*>(.*?)</\1>', re.DOTALL)
_DROP = re.compile(r'<(script|style|svg)\b.*?</\1>|<a class="headerlink".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")
MOST = 2_000
"""Characters kept of one section."""


def pages_json(data: SiteData, frame: Path) -> bytes:
    """Return what the search box finds besides cases: sections of guides, matters with window and phone, units."""
    found: list[dict[str, str]] = []
    for path in sorted(frame.glob("guide/**/*.html")):
        found += _sections(path.read_text(encoding="utf-8"), path.relative_to(frame).as_posix())
    return json.dumps(
        {"guides": found, "matters": list(_matters(data)), "units": list(_units(data))},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _sections(page: str, url: str) -> Iterator[dict[str, str]]:
    """Cut a guide at its headings."""
    main = _MAIN.search(page)
    if main is None:
        return
    body = _DROP.sub("", main[1])
    heads = list(_PART.finditer(body))
    title = ""
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        name = _text(head[3])
        title = title or name
        text = _text(body[head.end() : after.start() if after else len(body)])
        anchor = "" if head[1] == "h1" else f"#{head[2]}"
        yield {"t": title, "h": name if name != title else "", "u": url + anchor, "x": text[:MOST]}


def _text(part: str) -> str:
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", part))).replace("¶", "").strip()


def _matters(data: SiteData) -> Iterator[dict[str, str]]:
    for key, matter in data.registry.matters.items():
        window = data.voc.window(matter.windows[0]) if matter.windows else ""
        where = "，".join(part for part in (data.voc.unit(matter.unit), window) if part)
        yield {"t": matter.name, "u": f"matters/{key}.html", "x": where, "p": matter.phone}


def _units(data: SiteData) -> Iterator[dict[str, str]]:
    for key, unit in data.registry.units.items():
        yield {"t": unit.name, "u": f"units/{key}.html", "x": data.voc.unit_short(key), "p": unit.phone}
