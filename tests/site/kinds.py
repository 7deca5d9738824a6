"""One page of every kind, and the widths the screens are designed for (screens.md section 4)."""

from __future__ import annotations

import re
from pathlib import Path

KINDS = {
    "home": "index.html",
    "mine": "mine.html?choose",
    "open": "cases/open.html",
    "part": "cases/open/late.html",
    "new": "cases/new.html",
    "units": "units/index.html",
    "unit": "units/rsj.html",
    "window": "units/w/scjgj-w03.html",
    "hall": "units/h/czdt.html",
    "search": "cases/search.html?q=%E6%96%AD%E7%BC%B4",
    "alike": "cases/similar.html?q=%E6%96%AD%E7%BC%B4%E8%A1%A5%E8%B4%B9",
    "complaints": "complaints/index.html",
    "matters": "matters/index.html",
    "matter": "matters/m-0123.html",
    "phones": "matters/phones.html",
    "month": "stats/month.html",
    "year": "stats/2026.html",
    "counties": "stats/2026-10/counties.html",
    "figure": "stats/2026-10/I7.html",
    "group": "stats/2026-10/rsj.html",
    "periods": "stats/periods.html",
    "windows": "stats/windows.html",
    "improvements": "stats/improvements.html",
    "sample": "stats/sample.html",
    "clerk": "guide/clerk.html",
    "paste": "guide/paste.html",
    "procedures": "guide/procedures.html",
    "rules": "guide/time/rules.html",
    "words": "guide/words.html",
    "blank": "guide/blank.html",
    "calculator": "guide/time/index.html",
    "calendar": "guide/time/calendar.html",
    "errors": "guide/errors/index.html",
    "quality": "data/quality.html",
    "status": "data/status.html",
    "registry": "data/registry.html",
    "downloads": "data/downloads.html",
}

SIZES = {"desk": (1366, 620), "laptop": (1093, 496), "phone": (390, 844)}

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CHROMIUM = "/usr/bin/chromium"


def all_kinds(folder: Path) -> dict[str, str]:
    """Add the pages whose names depend on the ledger: the most urgent case, a complaint, an improvement."""
    text = (folder / "cases/open.html").read_text(encoding="utf-8")
    case = re.search(r'<a class="q" href="\.\./(cases/20[^"]+)"', text)
    assert case is not None
    found = {"case": case[1]}
    for name, pattern in (("complaint", "complaints/20*/*/*.html"), ("improvement", "improvements/20*/*.html")):
        first = next(iter(sorted(folder.glob(pattern))), None)
        if first is not None:
            found[name] = first.relative_to(folder).as_posix()
    return KINDS | found
