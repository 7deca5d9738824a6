"""What the hall uses, in Chromium: the slip that the guide desk gives along."""

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
    assert slip.get_by_role("button", name="打印小条").is_visible()
    assert page.locator("#nv-rows").is_visible()
    page.emulate_media(media="print")
    assert slip.is_visible()
    for hidden in ("#nv-rows", "h1", ".nv-crumbs", "#slip button", ".nv-foot", ".nv-nav"):
        assert not page.locator(hidden).first.is_visible(), hidden
    page.pdf(path=tmp_path / "slip.pdf", prefer_css_page_size=True)
    assert (tmp_path / "slip.pdf").read_bytes().count(b"/Type /Page\n") <= 1
    assert errors == []
    made.close()
