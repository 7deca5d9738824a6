"""The corner of the site's header where a desk serves it: who is signed in, 换人 in one click, my duties counted."""

import re
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


ACTS = "[...document.querySelectorAll('.nv-acts > *, .nv-acts form > button')].filter(e => e.checkVisibility())"
SHOWN = f"{ACTS}.filter(e => e.tagName !== 'FORM').map(e => e.textContent)"


def acts_of(page, url, who=""):
    """The buttons a case's page shows, once the desk has answered."""
    with page.expect_response("**/desk/me*"):
        page.goto(url)
    if who:
        page.locator(f"#nv-who b:text-is('{who}')").wait_for()
    else:
        page.locator("#nv-who a:text-is('登录')").wait_for()
    return page.evaluate(SHOWN)


def sign_in(page, address, staff):
    page.goto(f"{address}/desk/sign-in")
    page.click(f'button[value="{staff}"]')
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_a_case_offers_what_the_reader_may_do_about_it(browser, clone, tmp_path):
    bare, tree = clone
    out = tmp_path / "site"
    build(tree, out)
    listed = (out / "cases/open.html").read_text("utf-8")
    found = dict(re.findall(r'data-id="((?:rsj|gaj)-\d+-\d+)".*?href="\.\./(cases/20[^"]+)"', listed))
    case = next(path for name, path in found.items() if name.startswith("rsj"))
    heard = []
    with listening(bare, tmp_path / "state", site=out) as address:
        page = open_page(browser, 1366, 620, heard)
        assert acts_of(page, f"{address}/{case}") == ["打印", "登录后办理"]
        page.click("text=登录后办理")  # also the way back of a clerk whose session has run out
        page.click('button[value="rsj-005"]')
        number = case.rpartition("/")[2].removesuffix(".html")
        page.wait_for_url(f"{address}/desk/case/{number}")
        own = acts_of(page, f"{address}/{case}", "刘某")
        assert (own[0], own[-2:]) == ("办下一步", ["打印登记表", "更正"])
        sign_in(page, address, "zjj-005")  # another unit's clerk only reads
        assert acts_of(page, f"{address}/{case}", "赵某") == ["打印"]
        page.goto(f"{address}/cases/open.html")
        page.locator("#nv-who b:text-is('赵某')").wait_for()
        assert page.locator(".nv-urge").count() == 0
        sign_in(page, address, "zwzx-003")
        assert acts_of(page, f"{address}/{case}", "周某")[:2] == ["办下一步", "督办"]
        page.goto(f"{address}/cases/open.html")
        rows = page.locator("#nv-rows tbody tr")
        page.locator(".nv-urge").first.wait_for()
        assert page.locator(".nv-urge").count() == rows.count()
        with page.expect_download() as download:
            page.click("#nv-csv")
        assert ',"督办' not in download.value.path().read_text("utf-8-sig").replace('督办"', "")
        page.locator(".nv-urge").first.click()
        page.wait_for_url("**/step/note?kind=urged")
        assert page.locator("h1").inner_text().startswith("督办")
        assert page.locator(".dk-bar button").first.inner_text() == "保存督办"
    assert [text for text in heard if "Clear-Site-Data" not in text] == []


def test_without_script_the_case_still_leads_to_the_desk(browser, clone, tmp_path):
    bare, tree = clone
    out = tmp_path / "site"
    build(tree, out)
    case = re.search(r'href="\.\./(cases/20[^"]+)"', (out / "cases/open.html").read_text("utf-8"))[1]
    with listening(bare, tmp_path / "state", site=out) as address:
        page = browser.new_context(java_script_enabled=False).new_page()
        sign_in(page, address, "rsj-005")
        page.goto(f"{address}/{case}")
        assert page.locator(".nv-acts a:visible").all_inner_texts() == ["登录后办理"]
        page.click(".nv-acts a:visible")
        assert "/desk/case/" in page.url


def test_from_a_folder_nothing_leads_to_a_desk(browser, clone, tmp_path):
    out = tmp_path / "site"
    build(clone[1], out)
    case = re.search(r'href="\.\./(cases/20[^"]+)"', (out / "cases/open.html").read_text("utf-8"))[1]
    page = open_page(browser, 390, 844, [])
    page.goto(f"file://{out}/{case}")
    assert page.evaluate(SHOWN) == ["打印"]
