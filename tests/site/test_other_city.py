"""An office whose ids, names and owners look unlike those of the sample: hyphens, markup in its name, a person in charge."""

import json
import re
from datetime import date, datetime

import jsonschema
import pytest
from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.site.build import build_site

TODAY = date(2026, 10, 10)
CASE = """id: yd-scj-20261009-01
unit: yd-scj
window: yd-scj-w01
clerk: yd-scj-001
raised: 2026-10-09T09:40
handling: guide
kind: application
channel: window
applicant: {kind: anonymous}
matter: {name: 摆摊证%s, category: market_entry, unit: yd-scj, licensing: false, standardised: false}
track: general
reason: {main: R06}
facts: 系统里没有这一类。
log:
""" % ("A" * 200)
IMPROVEMENT = """id: gj-2026-001
opened: 2026-10-09
from: [yd-scj-20261009-01]
root_cause: system
owner: yd-scj-002
measure: 系统里加一类。
target_date: 2026-12-01
log:
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The ledger and its site."""
    base = tmp_path_factory.mktemp("city")
    ledger, out = base / "ledger", base / "site"
    assert CliRunner().invoke(cli, ["init", str(ledger), "--no-git"]).exit_code == 0
    registry = ledger / "records/registry"
    for name, line in (
        ("units", "- {id: yd-scj, name: 云东区市场监督管理局, short: 云东市监, level: county, county: 云东区}\n"),
        ("windows", "- {id: yd-scj-w01, name: 1 号窗口, hall: czdt, unit: yd-scj, kind: unit}\n"),
        ("staff", "- {id: yd-scj-001, name: 钱某, unit: yd-scj, role: clerk, windows: [yd-scj-w01]}\n"
                  "- {id: yd-scj-002, name: 孙主任, unit: yd-scj, role: leader}\n"),
    ):  # fmt: skip
        path = registry / f"{name}.yml"
        path.write_text(path.read_text("utf-8") + line, "utf-8")
    office = registry / "office.yml"
    office.write_text(re.sub("(?m)^name: .*", 'name: "台账 <b id=loud>甲</b>"', office.read_text("utf-8")), "utf-8")
    for path, text in (
        ("records/cases/yd-scj/2026-10/yd-scj-20261009-01.yml", CASE),
        ("records/improvements/2026/gj-2026-001.yml", IMPROVEMENT),
    ):
        (ledger / path).parent.mkdir(parents=True)
        (ledger / path).write_text(text, "utf-8")
    summary = build_site(ledger, out, today=TODAY, now=datetime(2026, 10, 10, 8, 30), jobs=1)
    assert summary.quarantined == 0
    return ledger, out


def test_an_id_with_hyphens_is_valid_by_the_published_schema(city):
    api = city[1] / "api/v1"
    month = json.loads((api / "cases/2026/10.json").read_text("utf-8"))
    jsonschema.validate(month, json.loads((api / "cases.schema.json").read_text("utf-8")))
    assert [case["id"] for case in month["cases"]] == ["yd-scj-20261009-01"]


def test_an_improvement_names_the_person_in_charge_and_counts_for_her_unit(city):
    ledger, out = city
    page = (out / "improvements/2026/gj-2026-001.html").read_text("utf-8")
    assert '<a href="../../units/yd-scj.html">云东区市场监督管理局 孙主任</a>' in page
    assert "云东市监 孙主任" in (out / "stats/improvements.html").read_text("utf-8")
    args = ["stats", "--root", str(ledger), "--today", str(TODAY), "--from", "2026-10-01", "--to", "2026-10-31"]
    told = CliRunner().invoke(cli, [*args, "--by", "unit", "--format", "json"], catch_exceptions=False)
    counted = {
        group["key"]["unit"]: line["denominator"]
        for group in json.loads(told.stdout)["groups"]
        for line in group["indicators"]
        if line["key"] == "I21" and line["denominator"]
    }
    assert counted == {"yd-scj": 1}


def test_markup_in_the_name_of_the_office_is_text(city):
    for page in city[1].rglob("*.html"):
        assert "<b id=loud>" not in re.sub("<title>.*?</title>", "", page.read_text("utf-8")), page


def test_no_link_leads_nowhere(city):
    for page in city[1].rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", link) and page.name != "404.html":
                assert (page.parent / link).resolve().is_file(), (page, link)


def test_a_long_word_does_not_make_a_page_wider_than_the_screen(city, browser):
    page = browser.new_page(viewport={"width": 1093, "height": 496})
    for path in ("cases/open.html", "stats/2026-10/others.html", "stats/2026-10/I1.html", "units/yd-scj.html"):
        page.goto(f"file://{city[1]}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    page.close()
