"""The site of a demonstration ledger, built once, and a real browser for it: Debian's Chromium, no network."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 30)


def make_demo(folder: Path, cases: int, seed: int = 7) -> Path:
    from noveto.demo.generate import make, prepare
    from noveto.demo.options import Options

    prepare(folder, reset=False)
    make(Options(cases=cases, seed=seed, today=TODAY), folder, bare=False, progress=lambda *_: None)
    return folder


@dataclass(frozen=True)
class Site:
    """A built site: its ledger, its folder, what the build said."""

    root: Path
    folder: Path
    summary: object

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def pages(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """The site of a demonstration of 2,000 cases, as the issue asks."""
    from noveto.site.build import build_site

    base = tmp_path_factory.mktemp("site")
    root = make_demo(base / "ledger", 2000)
    summary = build_site(root, base / "out", today=TODAY, now=NOW)
    return Site(root, base / "out", summary)


@pytest.fixture(scope="session")
def served(site):
    """The same site over http, with the server's date set to the sample day."""
    from noveto.site.serve import Handler, Server

    class Dated(Handler):
        day = "Mon, 23 Nov 2026 01:00:00 GMT"

        def __init__(self, *args, **kwargs):
            super().__init__(*args, directory=str(site.folder), **kwargs)

        def date_time_string(self, timestamp=None):
            return self.day if timestamp is None else super().date_time_string(timestamp)

    server = Server(("127.0.0.1", 0), Dated)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
