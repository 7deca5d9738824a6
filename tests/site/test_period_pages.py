"""A month's page while its figures are looked over, when they are frozen, and after a correction; 抽查."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.cli.test_period_commands import BASIS, PERIOD, freeze, run, said
from tests.history.histories import CASE, History, head, step, usual

from noveto.site.build import build_site

TODAY = date(2026, 5, 6)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """March frozen, one objection answered, corrected since; April being looked over; one sample, read by two."""
    folder = tmp_path_factory.mktemp("periods")
    made = usual(folder / "ledger")
    made.git("config", "user.name", "x")
    made.git("config", "user.email", "x@y")
    for nn in ("01", "02"):
        path = f"records/cases/scjgj/2026-03/scjgj-20260310-{nn}.yml"
        proposed = step("2026-03-10T10:00", "scjgj-007", "veto_proposed", to="scjgj-002", reason="{main: R03}",
                        grounds=BASIS)  # fmt: skip
        made.write(path, head(raised="2026-03-10T09:40", nn=nn) + proposed)
    made.commit("scjgj-007", "2026-03-10T10:30")
    _open(made, "2026-03", "2026-04-08", "2026-04-01")
    made.step(PERIOD, step("2026-04-02T09:00", "scjgj-001", "objection", unit="scjgj", case="scjgj-20260305-01",
                           figure="I7", text="少算<b>一件</b>。"))  # fmt: skip
    made.step(
        PERIOD,
        step("2026-04-03T09:00", "sjj-003", "objection_answered", entry='"1"', finding="not_upheld", text="对的。"),
    )
    freeze(made)
    made.step(CASE, step("2026-04-13T09:00", "scjgj-007", "corrected", field="log.3.at", was="2026-03-06T09:30",
                         now="2026-03-12T09:30", why="看错日期", approver="scjgj-002"))  # fmt: skip
    said(run(made, "sample", "--month", "2026-03", "--write", "--by", "sjj-004", "--commit", today="2026-04-14"))
    review = "records/reviews/2026/cc-2026-03-scjgj.yml"
    for by, name, verdict in (("sjj-004", "verdict", "sound"), ("sjj-003", "second_read", "partly")):
        made.step(review, step("2026-04-15T09:00", by, name, case="scjgj-20260310-01", verdict=verdict, text="看过。"))
    _open(made, "2026-04", "2026-05-08", "2026-05-04")
    april = PERIOD.replace("2026-03", "2026-04")
    made.step(april, step("2026-05-05T09:00", "rsj-001", "objection", unit="rsj", text="登记数不对。"))
    build_site(made.folder, folder / "out", today=TODAY, now=datetime(2026, 5, 6, 8, 0), desk=True)
    return folder / "out"


def _open(made: History, month: str, until: str, today: str) -> None:
    said(run(made, "period", "open", "--month", month, "--by", "sjj-003", "--until", until, "--commit", today=today))


def text(pages: Path, name: str) -> str:
    return (pages / "stats" / name).read_text(encoding="utf-8")


def test_a_month_looked_over_says_until_when_to_object(pages: Path) -> None:
    page = text(pages, "2026-04.html")
    assert "核对中，05-09 定稿" in page
    assert "各单位可在 05-08 前提异议（已收 1 条，1 条还没答复）。" in page
    assert 'href="/desk/case/qj-2026-04/step/objection"' in page
    assert "还没答复" in page[page.index('id="objections"') :]


def test_a_frozen_month_keeps_its_numbers_and_lists_what_was_corrected(pages: Path) -> None:
    page = text(pages, "2026-03.html")
    assert re.search(r"已定稿 04-09，数据版本 [0-9a-f]{7}，数据截至 04-08；定稿后更正 1 条。", page)
    assert "登记的件，截至 04-08。还没到期、又没有办结的不进比率。" in page
    assert "1 / 4" in page, "one of four in time, as on the frozen day"
    corrected = page[page.index('id="corrections"') :]
    assert "按时答复 1 / 4 → 0 / 4" in corrected
    assert "重算和定稿" not in page
    assert "不成立。对的。" in page
    assert "少算&lt;b&gt;一件" in page


def test_numbers_of_a_frozen_month_open_lists_of_as_many_rows(pages: Path) -> None:
    assert text(pages, "2026-03/I1.html").count("<tr data-id=") == 4
    assert text(pages, "2026-03/I7.html").count("<tr data-id=") == 4


def test_the_bulletin_of_a_frozen_month_has_the_frozen_numbers(pages: Path) -> None:
    from docx import Document

    assert 'href="2026-03/2026-03.docx"' in text(pages, "2026-03.html")
    paper = Document(str(pages / "stats/2026-03/2026-03.docx"))
    told = "\n".join(one.text for one in paper.paragraphs)
    assert "已定稿，数据截至 2026-04-08" in told
    assert "按时答复 1 / 4" in told
    assert all("--at" in note.text for note in paper.comments)


def test_a_sample_shows_how_far_it_is_and_where_readers_differ(pages: Path) -> None:
    page = text(pages, "sample.html")
    row = re.search(r'<tr><th scope="row"><a href="sample/cc-2026-03-scjgj.html">.*?</tr>', page)
    assert row
    assert re.findall(r">(\d+)<", row[0]) == ["2", "2", "1", "1", "1"]
    detail = text(pages, "sample/cc-2026-03-scjgj.html")
    assert "等合议" in detail
    assert "还没评查" in detail
    assert "站得住：看过。" in detail
    assert 'href="/desk/case/cc-2026-03-scjgj"' in detail
