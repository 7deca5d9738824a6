"""Shells, policy, charts, flow charts, guides: the pure pieces of the site."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.site import charts, flow, guides
from noveto.site.csp import policy, script_hashes, with_policy
from noveto.site.manifest import digest
from noveto.site.shell import Shell, squeeze

ROOT = Path(__file__).resolve().parents[2]
HTML = b'<!doctype html><html><head><meta charset="utf-8">\n  <title>@@TITLE@@</title>\n</head>\n<body>\n   <main>@@BODY@@</main>@@FOOT@@</body></html>'


def test_policy_names_exactly_the_inline_scripts():
    page = b'<script>a()</script><script src="x.js"></script><script type="application/json">{}</script><script>a()</script>'
    digest_of = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert script_hashes(page) == [f"'sha256-{digest_of}'"]
    assert "unsafe" not in policy(page)
    assert "default-src 'none'" in policy(page)


def test_policy_comes_first_in_the_head():
    page = with_policy(HTML)
    assert page.index(b"Content-Security-Policy") < page.index(b"<title>")
    assert with_policy(b"no head") == b"no head"


def test_shell_stamps_and_its_digest_follows_the_frame():
    shell = Shell.parse(HTML)
    page = shell.stamp(title="事项 <&>", body="<p>正文</p>", foot="").decode()
    assert "<main><p>正文</p></main>" in page
    assert "@@" not in page
    assert Shell.parse(HTML.replace(b"<main>", b"<main id=x>")).digest != shell.digest
    with pytest.raises(ValueError, match="BODY"):
        Shell.parse(b"<html></html>")


def test_squeeze_keeps_preformatted_text_and_scripts():
    page = b"<p>\n   a\n</p>\n<pre>\n  keep\n    this\n</pre>\n<script>\n  x()\n</script>\n   <i>b</i>"
    got = squeeze(page)
    assert b"<pre>\n  keep\n    this\n</pre>" in got
    assert b"<script>\n  x()\n</script>" in got
    assert b"   a" not in got


@given(st.binary(max_size=200))
def test_squeeze_never_fails(page):
    assert isinstance(squeeze(page), bytes)
    assert len(digest(page)) == 20


# -- charts ----------------------------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", svg))  # noqa: S314 - our own output


@given(st.lists(st.tuples(NAMES, st.integers(0, 10_000)), min_size=1, max_size=20))
def test_charts_are_wellformed_escaped_and_within_their_box(rows):
    for svg in (charts.bars(rows, title="<b>&"), charts.pareto(rows, title='"x"')):
        if not svg:
            assert all(value == 0 for _, value in rows)
            continue
        root = parsed(svg)
        width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
        assert "style=" not in svg
        for shape in root.iter("rect"):
            assert 0 <= float(shape.attrib["x"]) <= width
            assert float(shape.attrib["x"]) + float(shape.attrib["width"]) <= width + 1
            assert 0 <= float(shape.attrib["y"]) + float(shape.attrib["height"]) <= height + 1


def test_bar_lengths_are_proportional_and_numbers_stand_at_the_end():
    svg = charts.bars([("甲", 10), ("乙", 5)], title="t")
    widths = [float(rect.attrib["width"]) for rect in parsed(svg).iter("rect")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert "甲：10 件" in svg


def test_pareto_sorts_and_ends_at_one_hundred_percent():
    svg = charts.pareto([("少", 1), ("多", 3)], title="t")
    assert svg.index("多：3 件") < svg.index("少：1 件，累计 100%")


def test_labels_under_many_columns_stand_apart_and_are_whole():
    names = [
        "跨部门职责不清、意见不一",
        "材料矛盾、循环证明",
        "非本窗口、本级职责",
        "法规不明确或空白",
        *["系统故障"] * 12,
    ]
    svg = parsed(charts.pareto([(name, 40 - at) for at, name in enumerate(names)], title="t", width=1060))
    labels: dict[float, list[str]] = {}
    for text in svg.iter("text"):
        if text.attrib.get("text-anchor") == "middle" and text.attrib["class"] == "soft":
            assert float(text.attrib["y"]) + 5 <= float(svg.attrib["height"])
            labels.setdefault(float(text.attrib["x"]), []).append(text.text or "")
    assert ["".join(rows) for rows in labels.values()] == names
    step = min(after - before for before, after in pairwise(sorted(labels)))
    assert max(len(row.rstrip("、")) for rows in labels.values() for row in rows) * 13 <= step - 12


def test_lines_leave_gaps_where_there_is_no_figure():
    svg = charts.lines(["1 月", "2 月", "3 月"], [("按时", [1.0, None, 3.0])], title="t")
    assert svg.count("<circle") == 2
    assert charts.lines([], [], title="t") == ""
    assert charts.lines(["1 月"], [("x", [None])], title="t") == ""


def test_sparkline_needs_two_points():
    assert charts.sparkline([1], title="t") == ""
    assert "nv-spark" in charts.sparkline([1, None, 3], title="t")


def test_table_behind_a_chart_is_escaped():
    html = charts.with_table("<svg/>", ["原因", "件"], [["<script>", 3]])
    assert "&lt;script&gt;" in html
    assert "看表格" in html


# -- flow charts and guides ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chart", flow.FLOWS, ids=lambda chart: chart.name)
def test_committed_flow_chart_is_the_generated_one(chart):
    path = ROOT / f"docs/snippets/flow-{chart.name}.html"
    assert path.read_text(encoding="utf-8") == flow.snippet(chart), "run `python -m noveto.site.flow`"
    parsed(flow.svg(chart))


@pytest.mark.parametrize("chart", flow.FLOWS, ids=lambda chart: chart.name)
def test_flow_chart_says_the_same_in_words(chart):
    told = "".join(flow.sentences(chart))
    for step in chart.steps:
        assert step.text.replace("\n", "") in told
        if step.branch:
            assert step.branch.text.replace("\n", "") in told


def test_samples_fill_every_template_of_the_catalogue():
    from noveto.findings.catalogue import CATALOGUE

    for rule in CATALOGUE.values():
        assert not re.search(r"\{[a-z_]+\}", guides.sample(rule.message)), rule.code
        assert not re.search(r"\{[a-z_]+\}", guides.sample(rule.fix)), rule.code
    told = guides.catalogue_page(CATALOGUE.values())
    assert "内容以“@”开头" in told
    assert "“：”后面要空一格" not in told


def test_marked_places_of_guides_are_all_known():
    for path in (ROOT / "docs/guide").rglob("*.md"):
        for match in guides.PLACE.finditer(path.read_text(encoding="utf-8")):
            assert match["name"] in ("catalogue", "calendar", "coverage"), path


def test_templates_need_nothing_that_a_second_engine_lacks():
    """Decision 0014: `page.meta` may be absent (404 page), there is no `page.file`; no plugin is asked for."""
    import jinja2
    import yaml

    theme = ROOT / "scripts/noveto/site/theme"
    blocks = ("site_meta", "config", "tabs", "site_nav", "content", "footer")
    base = "".join(f"{{% block {name} %}}{{% endblock %}}" for name in blocks)
    stubs = {"base.html": base, "partials/toc.html": "toc", "partials/javascripts/palette.html": ""}
    env = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(theme), jinja2.DictLoader(stubs)]), autoescape=True
    )
    env.filters["url"] = str
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert settings["plugins"] == []
    here = {"title": "在办与超期", "url": "cases/open.html", "active": False, "children": []}
    nav = SimpleNamespace(items=[{"title": "办件", "active": True, "children": [here]}])
    for page in (
        None,
        {"url": "404.html"},
        {"url": "x.html", "meta": {"data_page": "case", "tab": "办件"}, "content": "@@BODY@@"},
    ):
        given = {"page": page, "nav": nav, "config": settings, "base_url": "."}
        for name in ("main.html", "404.html"):
            assert 'href="cases/open.html"' in env.get_template(name).render(given)
        assert "找件" in env.get_template("partials/header.html").render(given)


def test_mkdocs_alone_builds_the_guides(tmp_path):
    """`mkdocs build`, without our command, gives the guides without a warning."""
    import os
    import subprocess
    import sys

    from noveto.site.frame import ENGINE_NOTICES

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "out")],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **ENGINE_NOTICES},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "当场能办的" in (tmp_path / "out/guide/clerk.html").read_text(encoding="utf-8")
