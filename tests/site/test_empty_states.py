"""Where there is nothing to show, the page says what to do next (screens.md, section 6)."""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from noveto.site.build import build_site

ROOT = Path(__file__).resolve().parents[2]
CASE = """\
id: rsj-20260309-01
unit: rsj
window: rsj-w01
clerk: rsj-005
raised: 2026-03-09T09:40
handling: guide
kind: request
channel: window
applicant: {kind: person, name: 王**, contact: 138****1111, ref: k7f3q9x2}
matter: {name: 灵活就业人员补缴养老保险, category: social_security, unit: rsj, licensing: false, standardised: false}
track: general
reason: {main: R04}
facts: |
  断缴六个月，要求补缴，系统没有入口。
log:
- at: 2026-03-09T10:05
  by: rsj-005
  step: submitted
  to: rsj-002
"""


@pytest.fixture(scope="module")
def quiet(tmp_path_factory) -> Path:
    """The site of an office with one case that has time."""
    base = tmp_path_factory.mktemp("quiet")
    for part in ("records/registry", "records/calendar", "schema"):
        shutil.copytree(ROOT / part, base / "ledger" / part)
    path = base / "ledger/records/cases/rsj/2026-03/rsj-20260309-01.yml"
    path.parent.mkdir(parents=True)
    path.write_text(CASE, encoding="utf-8")
    build_site(base / "ledger", base / "out", today=date(2026, 3, 10), now=datetime(2026, 3, 10, 8, 30), jobs=1)
    return base / "out"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_nothing_late_names_the_earliest(quiet):
    home = (quiet / "index.html").read_text(encoding="utf-8")
    said = plain(home.split('class="nv-empty"', 1)[1].split("</p>", 1)[0])
    assert "没有超期的件。最早到期：03-12 周四，灵活就业人员补缴养老保险（人社局）。" in said
    assert 'href="cases/open.html"' in home


def test_rates_of_nothing_are_not_computed(quiet):
    month = plain((quiet / "stats/2026-03.html").read_text(encoding="utf-8"))
    assert re.search(r"2026 年 3 月没有可以算的件，不算比率：[^。]*跨部门提级[^。]*。", month)
    assert not re.search(r"(?<!\d)0 %", month)


def test_a_unit_without_its_procedure_has_the_common_one(quiet):
    page = (quiet / "guide/procedures.html").read_text(encoding="utf-8")
    row = next(row for row in page.split("<tr>") if "还没有报来本单位细则" in row)
    assert "还没有报来本单位细则（通知四（二））。先按全市通用流程办。" in plain(row)
    for anchor in ("default", "how"):
        assert f'href="#{anchor}"' in row
        assert f'id="{anchor}"' in page


def test_empty_lists_lead_on(quiet):
    for name in ("cases/open/late.html", "units/gjj.html", "complaints/index.html", "stats/improvements.html"):
        page = (quiet / name).read_text(encoding="utf-8")
        empty = re.findall(r'<p class="nv-empty"[^>]*>(.*?)</p>', page, re.DOTALL)
        assert empty, name
        assert all(re.search(r"<a |规程|[0-9]{4}", text) for text in empty if "没有" in text), (name, empty)


def test_the_missing_calendar_is_said_with_the_way_out(site):
    note = next(
        note for note in re.findall(r'<p class="nv-note">(.*?)</p>', site.read("index.html"), re.DOTALL)
        if "放假通知" in note
    )  # fmt: skip
    assert "12 月 19 日以后的到期日是暂定的：2027 年放假通知还没录入。" in plain(note)
    assert 'href="guide/admin.html#calendar"' in note
