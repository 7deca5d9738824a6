"""数据质量 in Chromium: a file's path stands on one line, and on a phone within the page."""

from __future__ import annotations

import pytest
from tests.site.kinds import SIZES
from tests.site.test_site_browser import context

LINES = "[...document.querySelectorAll('table.nv th.f span')].map(e => e.getClientRects().length)"


@pytest.mark.parametrize("size", SIZES)
def test_paths_do_not_break(browser, site, size):
    made = context(browser, size)
    page = made.new_page()
    page.goto(f"file://{site.folder}/data/quality.html")
    lines = page.evaluate(LINES)
    assert lines
    if SIZES[size][0] >= 700:
        assert set(lines) == {1}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    made.close()
