"""The built site in Chromium: requests, console, layout at each width, keyboard, accessibility, the reader's day."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from tests.site.kinds import SIZES, all_kinds

MORNING = "2026-11-23T09:00:00+08:00"


def context(browser, size="desk", day=MORNING, **options):
    width, height = SIZES[size]
    made = browser.new_context(
        viewport={"width": width, "height": height}, is_mobile=size == "phone", has_touch=size == "phone", **options
    )
    made.clock.install(time=datetime.fromisoformat(day))
    return made


@pytest.fixture(scope="module")
def kinds(site):
    return all_kinds(site.folder)


def watch(page, base=""):
    """Collect console errors and requests that leave the host."""
    errors, outside = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda request: (
            outside.append(request.url) if not request.url.startswith((base or "file:", "data:", "blob:")) else None
        ),
    )
    return errors, outside


LOOK = """() => ({
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  nav: document.querySelector('nav.nv-nav').getBoundingClientRect().bottom,
  tabs: [...document.querySelectorAll('nav.nv-nav a')].filter(e => e.checkVisibility()).map(e => e.textContent),
  small: [...document.querySelectorAll('#nv-main *')].filter(e => e.checkVisibility() && !e.children.length
    && e.textContent.trim() && !e.closest('svg') && parseFloat(getComputedStyle(e).fontSize) < 12.9)
    .map(e => e.tagName + '.' + e.className + ':' + e.textContent.trim().slice(0, 20)).slice(0, 5),
  heading: document.querySelector('h1').checkVisibility(),
})"""


@pytest.mark.parametrize("size", SIZES)
def test_pages_from_a_folder_at_each_width(browser, site, kinds, size):
    """Opened from disk: no console error, no request to a host, nothing runs out of the window, the navigation
    is there without a menu, no text under 13 px."""
    made = context(browser, size)
    page = made.new_page()
    errors, outside = watch(page)
    for path in kinds.values():
        page.goto(f"file://{site.folder}/{path}")
        look = page.evaluate(LOOK)
        assert (errors, outside) == ([], []), path
        assert look["over"] <= 0, path
        assert look["nav"] < 200, path
        assert look["tabs"] == ["首页", "我的待办", "办件", "指路", "统计", "规程", "数据"], path
        assert look["small"] == [], path
        assert look["heading"], path
    made.close()


def test_no_console_error_and_no_request_leaves_the_host(browser, served, kinds):
    made = context(browser)
    page = made.new_page()
    errors, outside = watch(page, served)
    for path in kinds.values():
        page.goto(f"{served}/{path}")
        assert (errors, outside) == ([], []), path
    page.wait_for_load_state("networkidle")
    assert (errors, outside) == ([], [])
    made.close()


def test_hit_areas_on_a_phone(browser, site, kinds):
    made = context(browser, "phone")
    page = made.new_page()
    for path in ("cases/open.html", kinds["case"]):
        page.goto(f"file://{site.folder}/{path}")
        sizes = page.evaluate(
            "[...document.querySelectorAll('.nv-nav a,.nv-sub a,.nv-btn,.nv-chips a')].filter(e => e.checkVisibility())"
            ".map(e => e.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 43.5, path
    made.close()


def test_two_facts_are_on_the_first_screen(browser, site):
    """At 620 px the home page shows what is late and whose it is without scrolling."""
    made = context(browser)
    page = made.new_page()
    page.goto(f"file://{site.folder}/index.html")
    for row in page.locator("#nv-urgent tbody tr:not([hidden])").all():
        box = row.bounding_box()
        assert box["y"] + box["height"] <= 620
        assert row.locator(".c-h").inner_text().strip()
    made.close()


def test_statuses_follow_the_readers_day(browser, site):
    """The same files read on another day: words, counts and the line under the title change, by the calendar."""
    from datetime import date

    from noveto import words
    from noveto.calendar import Calendar

    cal = Calendar.load(site.root / "records/calendar")
    notes = set()
    for day in (date(2026, 11, 24), date(2026, 11, 29), date(2026, 12, 4)):
        made = context(browser, day=f"{day}T10:00:00+08:00")
        page = made.new_page()
        page.goto(f"file://{site.folder}/cases/open.html")
        said = page.evaluate(
            "[...document.querySelectorAll('.c-s [data-due]')].map(e => [e.dataset.due, e.dataset.kind || 'due', e.textContent])"
        )
        assert said
        for due, kind, text in said:
            say = {"due": words.running, "review": words.suspended, "mark": words.mark}[kind]
            assert text == say(cal, date.fromisoformat(due), day).words
        late = sum(1 for due, kind, _ in said if kind == "due" and date.fromisoformat(due) < day)
        assert int(page.locator('#nv-chips a[data-key="late"] b').inner_text()) == late
        assert page.locator("#nv-day").inner_text() == words.headline_day(day, cal)
        page.goto(f"file://{site.folder}/index.html")
        assert int(page.locator(".nv-fig").first.locator("b").inner_text()) == late
        number, note = (page.locator(".nv-fig").nth(1).locator(part).inner_text() for part in ("b", "i"))
        notes.add((number != "0", note))
        made.close()
    assert notes == {(True, "下班前须答复"), (False, "今天没有到期的")}


def test_old_data_says_so(browser, site):
    made = context(browser, day="2026-11-26T10:00:00+08:00")
    page = made.new_page()
    page.goto(f"file://{site.folder}/index.html")
    note = page.locator("#nv-clock")
    assert note.is_visible()
    assert "这份数据是 11-23 08:30 的" in note.inner_text()
    assert "8100" in note.inner_text()
    made.close()


def test_wrong_clock_of_the_computer_is_said_and_not_used(browser, site, served):
    """From a folder the data's day stands in, over http the server's."""
    made = context(browser, day="2020-01-01T10:00:00+08:00")
    page = made.new_page()
    page.goto(f"file://{site.folder}/index.html")
    assert "这台电脑的日期是 2020-01-01，不对" in page.locator("#nv-clock").inner_text()
    assert "2026 年 11 月 23 日" in page.locator("#nv-day").inner_text()
    page.goto(f"{served}/index.html")
    page.wait_for_function("document.querySelector('#nv-clock').textContent.includes('服务器日期')")
    assert "按服务器日期 11-23 计算" in page.locator("#nv-clock").inner_text()
    made.close()


def test_right_clock_says_nothing(browser, served):
    made = context(browser)
    page = made.new_page()
    page.goto(f"{served}/index.html")
    page.wait_for_load_state("networkidle")
    assert page.locator("#nv-clock").is_hidden()
    made.close()


def test_filters_change_rows_counts_and_address(browser, served):
    made = context(browser)
    page = made.new_page()
    page.goto(f"{served}/cases/open.html")
    whole = page.locator("#nv-rows tbody tr:visible").count()
    unit = page.locator("select[name=unit] option").nth(1).get_attribute("value")
    page.select_option("select[name=unit]", unit)
    part = page.locator("#nv-rows tbody tr:visible").count()
    assert 0 < part < whole
    assert f"unit={unit}" in page.url
    assert page.locator("#nv-shown").inner_text() == str(part)
    page.locator('#nv-chips a[data-key="late"]').click()
    assert "state=late" in page.url
    address = page.url
    page.goto(address)
    late = page.locator("#nv-rows tbody tr:visible")
    assert late.count() == int(page.locator('#nv-chips a[data-key="late"] b').inner_text())
    with page.expect_download() as download:
        page.goto(f"{served}/cases/open.html")
        page.click("#nv-csv")
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == whole + 1
    made.close()


def test_paths_from_the_home_page(browser, served):
    """Screens 3.4: overdue of one unit in 1 click, the rule behind a due date in 3, a window for a matter in 1."""
    made = context(browser)
    page = made.new_page()
    page.goto(f"{served}/index.html")
    link = page.locator(".nv-units a:has(.st-late)").first
    number = int(link.inner_text())
    link.click()
    page.wait_for_url(lambda url: not url.endswith("/index.html"))
    page.locator(".nv-cases tbody tr").first.wait_for()
    assert page.locator(".nv-cases tbody tr").count() == number
    page.goto(f"{served}/index.html")
    page.locator("#nv-urgent a").first.click()
    page.locator("details.nv-why summary", has_text="怎么算出来的").first.click()
    assert "→ 到期" in page.locator("details.nv-why[open] p").first.inner_text()
    page.locator(".nv-clocks a").first.click()
    assert "guide/time/rules.html#" in page.url
    page.goto(f"{served}/index.html")
    page.locator("nav.nv-nav a", has_text="指路").click()
    page.keyboard.press("Tab")
    page.fill("#nv-finder input", "社保卡")
    row = page.locator("#nv-matters tbody tr:visible").first
    assert re.search(r"\d{7,}", row.locator(".ph").inner_text())
    page.fill("#nv-finder input", "摆摊证")
    said = page.locator("#nv-none").inner_text()
    assert said == "没找到“摆摊证”。别说“不知道”：登记为咨询，交综合导办台找 或打 8000。"
    assert page.locator("#nv-none a").get_attribute("href") == "../cases/new.html"
    made.close()


def test_a_page_that_is_not_there_names_the_number_and_looks_for_it(browser, served):
    made = context(browser)
    page = made.new_page()
    page.goto(f"{served}/cases/2026/11/rsj-20261120-99.html")
    assert page.locator("#nv-lost").inner_text() == "没有编号 rsj-20261120-99 的件。"
    page.click("#nv-lost-find")
    page.wait_for_selector("#nv-search-none:not([hidden])")
    assert "没有编号 rsj-20261120-99 的件。人社局" in page.locator("#nv-search-none").inner_text()
    page.goto(f"{served}/cases/2026/11/yd-scj-20261120-99.html")
    page.click("#nv-lost-find")
    page.wait_for_selector("#nv-search-none:not([hidden])")
    assert "没有编号 yd-scj-20261120-99 的件。" in page.locator("#nv-search-none").inner_text()
    page.goto(f"{served}/guide/nothing.html")
    assert page.locator("#nv-lost").is_hidden()
    assert "看在办的件" in page.locator("#nv-main").inner_text()
    made.close()


def test_mine_remembers_the_unit(browser, served):
    made = context(browser)
    page = made.new_page()
    page.goto(f"{served}/mine.html")
    page.locator('#nv-mine a[href$="units/rsj.html"]').first.click()
    page.goto(f"{served}/mine.html")
    page.wait_for_url("**/units/rsj.html?mine")
    page.locator("#nv-mine-line a").click()
    assert page.url.endswith("mine.html?choose")
    made.close()


def test_calculator_counts_day_by_day(browser, site):
    made = context(browser)
    page = made.new_page()
    page.goto(f"file://{site.folder}/guide/time/index.html?start=2026-09-23&n=10")
    assert "10 月 14 日 周三 下班前" in page.locator(".nv-due").inner_text()
    days = page.locator(".nv-days li").all_inner_texts()
    assert any("中秋节不算" in day for day in days)
    assert any("10-10 周六班" in day and "第 7 日" in day for day in days)
    page.fill("[name=from]", "2026-09-28")
    assert "中止期间没有到期日" in page.locator(".nv-due").inner_text()
    page.fill("[name=to]", "2026-09-29")
    assert "10 月 16 日" in page.locator(".nv-due").inner_text()
    made.close()


def test_pages_without_script(browser, site, kinds):
    """Script off: every fact stands, links lead on, nothing is a dead button."""
    made = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 620})
    page = made.new_page()
    page.goto(f"file://{site.folder}/index.html")
    assert page.locator("#nv-urgent tbody tr").first.inner_text()
    page.goto(f"file://{site.folder}/cases/open.html")
    assert page.locator("#nv-filters").is_hidden()
    assert page.locator('button[data-act="print"]').is_hidden()
    page.locator('#nv-chips a[data-key="late"]').click()
    assert page.url.endswith("cases/open/late.html")
    page.goto(f"file://{site.folder}/{kinds['case']}")
    assert page.locator(".nv-clocks").is_visible()
    made.close()


def test_status_is_told_by_word_and_shape_without_colour(browser, site):
    """In greyscale: each status has words and a shape of its own (a mask), not colour alone."""
    made = context(browser)
    page = made.new_page()
    page.goto(f"file://{site.folder}/guide/words.html")
    seen = page.evaluate(
        """() => [...document.querySelectorAll('.nv-legend .nv-st')].map(e => {
          const s = getComputedStyle(e, '::before');
          return [e.textContent, s.maskImage || s.webkitMaskImage];
        })"""
    )
    assert len(seen) >= 11
    assert all(text.strip() and mask.startswith("url(") for text, mask in seen)
    assert len({mask for _, mask in seen}) == len(seen)
    made.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_and_contrast(browser, served, kinds, scheme):
    from axe_playwright_python.sync_playwright import Axe

    made = context(browser, color_scheme=scheme, bypass_csp=True)
    page = made.new_page()
    dark = ("home", "open", "case", "unit", "month", "windows", "clerk", "calculator", "status")
    for name in kinds if scheme == "light" else dark:  # the dark palette changes colours only
        page.goto(f"{served}/{kinds[name]}")
        if scheme == "dark":
            page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
        found = Axe().run(page)
        serious = [
            (item["id"], [node["html"][:120] for node in item["nodes"][:3]])
            for item in found.response["violations"]
            if item["impact"] in ("serious", "critical")
        ]
        assert serious == [], (name, scheme)
    made.close()


def test_keyboard_reaches_the_text_first(browser, site):
    made = context(browser)
    page = made.new_page()
    page.goto(f"file://{site.folder}/index.html")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent.trim()")
    assert focused == "跳到正文"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    made.close()


def test_print_a4(browser, site, kinds, tmp_path):
    """Lists landscape, cases portrait, the head of a table on every page, no navigation."""
    made = context(browser)
    page = made.new_page()
    for path, size in (("cases/open.html", (842, 595)), (kinds["case"], (595, 842))):
        page.goto(f"file://{site.folder}/{path}")
        data = page.pdf(prefer_css_page_size=True)
        boxes = {tuple(round(float(part)) for part in box.split()[2:]) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", data)
                 for box in [box.decode()]}  # fmt: skip
        assert boxes, path
        assert all(abs(w - size[0]) <= 2 and abs(h - size[1]) <= 2 for w, h in boxes), (path, boxes)
    page.emulate_media(media="print")
    assert page.locator("nav.nv-nav").is_hidden()
    made.close()


def test_a_month_says_in_its_second_line_when_its_numbers_are_from(browser, site):
    """The page is not written again while its numbers stay: the browser says it, from the build."""
    made = context(browser)
    page = made.new_page()
    page.goto(f"file://{site.folder}/stats/month.html")
    lead = page.inner_text("#nv-main .nv-lead >> nth=0")
    assert re.search(r"登记的件，截至 \d\d-\d\d \d\d:\d\d。还没到期", lead)
    made.close()


@pytest.mark.parametrize("path", ["cases/open.html", "stats/month.html", "data/quality.html"])
def test_what_the_keyboard_comes_back_to_is_not_behind_the_header(browser, site, path):
    made = context(browser, "laptop")
    page = made.new_page()
    page.goto((site.folder / path).as_uri())
    hidden = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        name, bottom, head = page.evaluate(
            "(e => [e.closest('main') ? e.textContent : '', e.getBoundingClientRect().bottom,"
            " document.querySelector('.nv-head').getBoundingClientRect().bottom])(document.activeElement)"
        )
        hidden += [name] if name and bottom <= head else []
    assert hidden == []
    made.close()
