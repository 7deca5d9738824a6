"""A site read on a later day than it was built for: statuses, marks, numbers and the lists behind them are that day's."""

import functools
import threading
from datetime import date, datetime

import pytest

from noveto.site.build import build_site
from noveto.site.serve import Handler, Server

DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def later(site, tmp_path_factory):
    """The folder of the same ledger's site, built for a week later."""
    out = tmp_path_factory.mktemp("later") / "out"
    build_site(site.root, out, today=DAY, now=datetime(2026, 11, 30, 8, 30), jobs=1)
    return out


@pytest.fixture(scope="module")
def open_on_that_day(browser, site):
    """Opens pages of the old site and of another one as read on the later day."""

    class Dated(Handler):
        def date_time_string(self, timestamp=None):
            return "Mon, 30 Nov 2026 01:00:00 GMT" if timestamp is None else super().date_time_string(timestamp)

    servers, contexts = [], []

    def opened(path, folder=site.folder):
        server = Server(("127.0.0.1", 0), functools.partial(Dated, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        made = browser.new_context(viewport={"width": 1366, "height": 620})
        contexts.append(made)
        made.clock.install(time=datetime.fromisoformat("2026-11-30T09:00+08:00"))
        page = made.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/{path}")
        page.wait_for_function("window.Noveto && window.Noveto.today !== null")
        return page

    yield opened
    for made in contexts:
        made.close()
    for server in servers:
        server.shutdown()
        server.server_close()


ROWS = """() => [...document.querySelectorAll("#nv-rows tbody tr")].filter(row => !row.hidden).map(row =>
  [row.dataset.id, ...[...row.querySelectorAll(".nv-st")].filter(said => !said.hidden)
    .map(said => said.textContent + said.className)])"""


def test_statuses_and_marks_are_those_that_a_new_build_tells(open_on_that_day, later):
    old, new = open_on_that_day("cases/open.html"), open_on_that_day("cases/open.html", later)
    told = {name: said for name, *said in old.evaluate(ROWS)}
    for name, *said in new.evaluate(ROWS):
        assert told[name] == said, name
    chips = "() => [...document.querySelectorAll('#nv-chips a')].map(chip => chip.textContent)"
    assert old.evaluate(chips) == new.evaluate(chips)


def test_a_case_says_beside_its_status_what_a_new_build_says(open_on_that_day, later):
    told = """() => { const top = document.querySelector(".nv-top");
      return [top.className, top.firstElementChild.innerText.replace(/\\d{4} 年 /, ""),
        ...[...document.querySelectorAll(".nv-clocks td:nth-child(4)")].map(cell => cell.innerText.trim())]; }"""
    old, new = open_on_that_day("cases/open.html"), open_on_that_day("cases/open.html", later)
    pages = new.evaluate("() => [...document.querySelectorAll('#nv-rows tbody tr a')].map(a => a.getAttribute('href'))")
    pages = [path for path in dict.fromkeys(pages) if "/20" in f"/{path}"]
    seen = set()
    for path in pages[:6] + pages[-14:]:
        said = []
        for page in (old, new):
            page.goto(page.url.split("/cases/")[0] + "/cases/" + path)
            page.wait_for_function("window.Noveto && window.Noveto.today !== null")
            said.append(page.evaluate(told))
        assert said[0] == said[1], path
        seen |= {word for word in ("本该", "日 ■") if any(word in text for text in said[0])}
    assert seen == {"本该", "日 ■"}


def test_numbers_lead_to_lists_with_that_many_rows(open_on_that_day):
    home = open_on_that_day("index.html")
    links = home.evaluate("() => [...document.querySelectorAll('a')].filter(a => a.querySelector('[data-dues]') ||"
                          "a.dataset.dues !== undefined).map(a => [(a.querySelector('b') || a).textContent, a.href])")  # fmt: skip
    late = [link for link in links if link[0] != "0"]
    assert len(late) > 4
    for number, url in (*late[:6], *[link for link in links if link[0] == "0"][:2]):
        home.goto(url)
        home.wait_for_url("**/cases/open.html?*")
        home.wait_for_selector("#nv-filters:not([hidden])")
        assert len(home.evaluate(ROWS)) == int(number), url


def test_a_filter_of_which_nothing_is_open_shows_nothing(open_on_that_day):
    page = open_on_that_day("cases/open.html?unit=no-such-unit")
    page.wait_for_selector("#nv-none:not([hidden])")
    assert page.evaluate(ROWS) == []
