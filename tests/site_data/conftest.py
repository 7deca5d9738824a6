"""A small site built once for the data files and the search pages, and a real browser for it."""

from __future__ import annotations

import functools
import threading
from datetime import date, datetime

import pytest

from noveto.site.serve import Handler, Server

TODAY = date(2026, 10, 10)


@pytest.fixture(scope="session")
def built(demo_folder, tmp_path_factory):
    from noveto.site.build import build_site

    out = tmp_path_factory.mktemp("site-data") / "out"
    build_site(demo_folder, out, today=TODAY, now=datetime(2026, 10, 10, 8, 30), jobs=1)
    return out


@pytest.fixture(scope="session")
def address(built):
    class Dated(Handler):
        def date_time_string(self, timestamp=None):
            return "Sat, 10 Oct 2026 01:00:00 GMT" if timestamp is None else super().date_time_string(timestamp)

    server = Server(("127.0.0.1", 0), functools.partial(Dated, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser):
    """A page that fails the test on any error in its console."""
    opened = browser.new_page(viewport={"width": 1366, "height": 620})
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    opened.close()
    assert wrong == []
