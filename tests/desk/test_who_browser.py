"""The corner of the site's header where a desk serves it: who is signed in, 换人 in one click, my duties counted."""

from datetime import datetime

import pytest
from tests.desk.deskclient import TODAY, ledger
from tests.desk.deskserver import listening

from noveto.gitio.process import run
from noveto.site.build import build_site


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("who")
    bare = ledger(folder / "ledger.git")
    run(["clone", "-q", str(bare), str(folder / "clone")], folder)
    return bare, folder / "clone"


def build(clone, out, *, hour=8, desk=True):
    return build_site(clone, out, today=TODAY, now=datetime(2026, 10, 10, hour, 30), desk=desk, jobs=1)


def open_page(browser, width, height, heard):
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.clock.install(time=datetime.fromisoformat("2026-10-10T09:30:00+08:00"))
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return page


@pytest.mark.parametrize(("width", "height"), [(1366, 620), (1093, 496), (390, 844)])
def test_the_header_says_who_is_there(browser, clone, tmp_path, width, height):
    bare, tree = clone
    build(tree, tmp_path / "site")
    heard = []
    with listening(bare, tmp_path / "state", site=tmp_path / "site") as address:
        page = open_page(browser, width, height, heard)
        page.goto(f"{address}/cases/open.html")
        page.click("#nv-who a:text-is('登录')")
        page.click('button[value="rsj-005"]')
        page.wait_for_url(f"{address}/cases/open.html")  # back where she was
        page.locator("#nv-who b:text-is('刘某')").wait_for()
        place = page.locator("#nv-who .nv-post")
        assert place.text_content() == " · 人社局 · 社保 3 号窗口"
        assert place.is_visible() is (width > 700)
        duties = page.inner_text(".nv-nav a[href$='mine.html']")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.goto(f"{address}/guide/clerk.html")  # guides have the same header
        page.locator("#nv-who b:text-is('刘某')").wait_for()
        page.click(".nv-nav a[href$='mine.html']")
        page.wait_for_url(f"{address}/desk/")
        rows = page.locator("h2:has-text('要我动手的')").inner_text()
        assert duties == f"我的待办 {rows.split()[-1]}"
        page.goto(f"{address}/index.html")
        page.click("#nv-who button:text-is('换人')")
        page.wait_for_url(lambda url: "/desk/sign-in" in url)
        page.goto(f"{address}/index.html")
        page.locator("#nv-who a:text-is('登录')").wait_for()
    assert [text for text in heard if "Clear-Site-Data" not in text] == []


def test_a_site_without_a_desk_asks_nobody(browser, clone, tmp_path):
    build(clone[1], tmp_path / "site", desk=False)
    heard, asked = [], []
    with listening(clone[0], tmp_path / "state", site=tmp_path / "site") as address:
        page = open_page(browser, 1366, 620, heard)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/index.html")
        page.wait_for_load_state("networkidle")
        assert page.inner_text("#nv-who") == ""
        assert not [url for url in asked if "/desk/" in url]
    assert heard == []


def test_an_unchanged_page_tells_the_time_of_the_last_build(browser, clone, tmp_path):
    out = tmp_path / "site"
    build(clone[1], out, hour=8)
    page = open_page(browser, 1366, 620, [])
    for hour, shown in ((8, "08:30"), (9, "09:30")):
        build(clone[1], out, hour=hour)
        # as if nothing of it had changed: what the page itself says is older
        text = (out / "cases/open.html").read_text("utf-8").replace("<span data-at>09:30", "<span data-at>08:30")
        (out / "cases/open.html").write_text(text, "utf-8")
        page.goto(f"file://{out}/cases/open.html")
        assert page.inner_text("[data-at]") == shown
    page.clock.set_fixed_time(datetime.fromisoformat("2026-10-11T09:30:00+08:00"))
    page.goto(f"file://{out}/index.html")
    assert page.inner_text("[data-at]") == "10-10 09:30"
    page.clock.set_fixed_time(datetime.fromisoformat("2027-01-04T09:30:00+08:00"))
    page.goto(f"file://{out}/index.html")
    assert page.inner_text("[data-at]") == "2026-10-10 09:30"
