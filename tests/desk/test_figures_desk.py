"""Looking a month over at the desk: open, object, answer, freeze; draw a sample and read it, by two people."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.desk.deskclient import Browser, Office, ledger

from noveto.ledger import Ledger
from noveto.statistics.frozen import figures_of
from noveto.statistics.periods import period

MONTH = "/desk/case/qj-2026-09"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("figures")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("noveto.demo.generate.MOST", 0)  # a demonstration without periods of its own
        made = Office(ledger(folder / "bare"), folder / "state")
    yield made
    made.close()


def write(browser: Browser, page: str, **fields: str) -> str:
    """Fill a form in and send it; return the page that says what became of it."""
    shown = browser.get(page)
    assert shown.status_code == 200, shown.text
    hidden = dict(re.findall(r'name="(key|seen|by)" value="([^"]*)"', shown.text))
    answer = browser.post(page, {**hidden, **fields})
    assert answer.status_code == 303, answer.text
    browser.office.settle()
    return browser.get(answer.headers["location"]).text


def test_a_month_from_its_opening_to_frozen_figures(office: Office) -> None:
    analyst, head = office.browser("sjj-003"), office.browser("rsj-001")
    assert "2026 年 9 月" in analyst.get("/desk/figures").text
    assert "已入台账" in write(analyst, "/desk/figures", period="2026-09")

    home = head.get("/desk/").text
    assert f'href="{MONTH}/step/objection"' in home
    form = head.get(f"{MONTH}/step/objection").text
    assert 'name="unit"' not in form, "a unit speaks for itself only"
    assert "已入台账" in write(head, f"{MONTH}/step/objection", figure="I7", text="少算一件。")

    assert "1 条还没答复" in analyst.get("/desk/").text
    form = analyst.get(f"{MONTH}/step/objection_answered").text
    assert "第 1 步 人社局：少算一件。" in form
    told = write(analyst, f"{MONTH}/step/objection_answered", entry="1", finding="not_upheld", text="核对过，没有少。")
    assert "已入台账" in told
    page = analyst.get(MONTH).text
    assert "提异议的单位：" in page
    assert "成不成立：不成立" in page

    early = analyst.post(f"{MONTH}/step/frozen", analyst.key(f"{MONTH}/step/frozen"))
    assert early.status_code == 422, "a breach is asked about before it is written down"
    assert "都可以提异议" in early.text
    assert "已入台账" in write(analyst, f"{MONTH}/step/frozen", honest="1")
    with Ledger.open(office.bare, at="main") as main:
        frozen = main.record("qj-2026-09").period.frozen
        assert frozen is not None
        with Ledger.open(office.bare, at=frozen.data["commit"]) as then:
            made = figures_of(then, period("2026-09"), frozen.day.replace(day=frozen.day.day - 1))
    assert str(frozen.data["figures"]).strip() == made.strip()
    assert analyst.get(f"{MONTH}/step/frozen").status_code == 409, "figures freeze once"
    assert f"{MONTH}/step/objection" not in head.get("/desk/").text


def test_others_neither_open_nor_answer_nor_freeze(office: Office) -> None:
    clerk, head = office.browser("rsj-005"), office.browser("rsj-001")
    assert "已入台账" in write(office.browser("sjj-003"), "/desk/figures", period="2026-07")
    assert clerk.get("/desk/figures").status_code == 403
    assert clerk.post("/desk/figures", {"period": "2026-08"}).status_code == 403
    for browser, step in ((clerk, "objection_answered"), (head, "objection_answered"), (head, "frozen")):
        assert browser.get(f"/desk/case/qj-2026-07/step/{step}").status_code == 403
    assert "核对与抽查" not in clerk.get("/desk/").text
    assert office.browser("sjj-003").post("/desk/figures", {"period": "1999-01"}).status_code == 409


def test_a_sample_is_read_by_two_people(office: Office) -> None:
    assessor, analyst = office.browser("sjj-004"), office.browser("sjj-003")
    assert "已入台账" in write(analyst, "/desk/figures", period="2026-08")
    assert "已入台账" in write(analyst, "/desk/case/qj-2026-08/step/frozen", honest="1")
    assert "已入台账" in write(assessor, "/desk/figures", period="2026-08", size="2")
    drawn = [one for one in office.desk.office.figure_records() if one.id.startswith("cc-2026-08")]
    assert drawn
    name, case = drawn[0].id, drawn[0].review.cases[0]
    assert f"/desk/case/{name}/step/verdict" in assessor.get("/desk/").text
    assert "依据：" in assessor.get(f"/desk/case/{name}/step/verdict").text, "what is judged stands above the form"
    assert "已入台账" in write(assessor, f"/desk/case/{name}/step/verdict", case=case, verdict="sound", text="站得住。")
    assert case not in assessor.get(f"/desk/case/{name}/step/second_read").text.split("<form", 1)[1]
    second = analyst.get(f"/desk/case/{name}/step/second_read").text
    assert f'<option value="{case}" selected>' in second
    assert "已入台账" in write(
        analyst, f"/desk/case/{name}/step/second_read", case=case, verdict="unsound", text="条文废止了。"
    )
    assert "依据站不站得住：站不住" in analyst.get(f"/desk/case/{name}").text
    settle = analyst.get(f"/desk/case/{name}/step/settled").text
    assert 'name="by" value="sjj-002"' in settle or "（代录）" in settle, "the leader settles, an analyst may type it"
