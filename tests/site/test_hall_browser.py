"""What the hall uses, in Chromium: the slip that the guide desk gives along, the list on the big screen."""

from __future__ import annotations

from tests.site.test_site_browser import context, watch


def test_the_guide_desk_finds_a_window_and_prints_the_slip_alone(browser, served, tmp_path):
    made = context(browser)
    page = made.new_page()
    errors, _ = watch(page, served)
    page.goto(f"{served}/matters/index.html")
    page.fill("#nv-finder input", "食品经营")
    row = page.locator("#nv-matters tbody tr:visible").first
    phone = row.locator(".ph").inner_text()
    row.locator("a").first.click()
    slip = page.locator("#slip")
    assert slip.locator(".nv-slip-phone").inner_text() == phone
    told = slip.inner_text()
    for label in ("您要办", "请到", "地方", "时间", "电话", "综合导办台"):
        assert label in told
    slip.get_by_role("button", name="打印小条").wait_for()
    assert page.locator("#nv-rows").is_visible()
    page.emulate_media(media="print")
    assert slip.is_visible()
    for hidden in ("#nv-rows", "h1", ".nv-crumbs", "#slip button", ".nv-foot", ".nv-nav"):
        assert not page.locator(hidden).first.is_visible(), hidden
    page.pdf(path=tmp_path / "slip.pdf", prefer_css_page_size=True)
    assert (tmp_path / "slip.pdf").read_bytes().count(b"/Type /Page\n") <= 1
    assert errors == []
    made.close()


SHOWN = "[...document.querySelectorAll('#nv-rows tbody tr')].filter(e => e.checkVisibility()).map(e => e.dataset.id)"
LISTED = "[...document.querySelectorAll('#nv-rows tbody tr')].filter(e => !e.hidden).map(e => e.dataset.id)"


def test_the_list_on_the_halls_screen_turns_its_pages_by_itself(browser, served):
    made = context(browser)
    page = made.new_page()
    errors, outside = watch(page, served)
    page.goto(f"{served}/cases/open.html")
    hall = page.locator("[name=hall] option").nth(1).get_attribute("value")
    page.select_option("[name=hall]", hall)
    name = page.locator("[name=hall] option:checked").inner_text()
    page.click('[data-act="screen"]')
    page.wait_for_selector(".nv-screen-line")
    listed = page.evaluate(LISTED)
    assert name in page.inner_text("h1")
    for hidden in (".nv-head", ".nv-nav", "#nv-filters", "#nv-chips", ".nv-foot"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.c-m')).fontSize)") > 19
    seen, pages = [], 0
    while len(seen) < len(listed):
        shown = page.evaluate(SHOWN)
        assert shown == listed[len(seen) : len(seen) + len(shown)] != []
        for part in ("#nv-rows", ".nv-screen-line"):  # all of it in the window, nothing under the line
            box = page.locator(part).bounding_box()
            assert box["y"] + box["height"] <= 621
        assert f"第 {len(seen) + 1}–{len(seen) + len(shown)} 件，共 {len(listed)} 件" in page.inner_text(
            ".nv-screen-line"
        )
        seen, pages = seen + shown, pages + 1
        page.clock.run_for(12_000)
    assert pages > 1
    assert page.evaluate(SHOWN) == listed[: len(page.evaluate(SHOWN))]  # and from the beginning again
    page.keyboard.press("Space")
    first = page.evaluate(SHOWN)
    page.clock.run_for(60_000)
    assert page.evaluate(SHOWN) == first
    assert "停在这一页" in page.inner_text(".nv-screen-line")
    page.keyboard.press("Escape")
    page.wait_for_selector(".nv-head", state="visible")
    assert f"hall={hall}" in page.url
    assert "screen" not in page.url
    assert (errors, outside) == ([], [])
    made.close()
