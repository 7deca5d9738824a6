"""One case from the counter to the applicant's copy, in Chromium: clerk, consulted unit, leader on a phone, clerk."""

import os
import re
from pathlib import Path

import pytest
from tests.desk.deskclient import TODAY, ledger
from tests.desk.deskserver import listening

from noveto.gitio.process import run

SIZES = {"desktop": (1366, 620), "zoomed": (1093, 496), "phone": (390, 844)}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    bare = ledger(folder / "ledger.git")
    with listening(bare, folder / "state") as address:
        yield address, bare


@pytest.fixture
def people(browser, served):
    address, _ = served
    opened = []
    heard = []

    def sit(staff, size, *, script=True):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", java_script_enabled=script
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(f"{address}/desk/sign-in")
        page.click(f'button[value="{staff}"]')
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    yield sit
    for context in opened:
        context.close()
    assert [text for text in heard if "Clear-Site-Data" not in text] == []


def shot(page, name):
    """Keep a picture where somebody asked for pictures."""
    if folder := os.environ.get("NOVETO_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


def send(page):
    page.click(".dk-bar .first")
    page.wait_for_url(re.compile("/desk/act/"))
    page.wait_for_selector("h1:has-text('已入台账')", timeout=20_000)


def seen_whole(page, selector):
    """Whether an element can be seen without scrolling."""
    box = page.locator(selector).first.bounding_box()
    size = page.viewport_size
    return box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size["width"] and (
        box["y"] + box["height"] <= size["height"]
    )  # fmt: skip


def test_a_cross_department_case_from_the_counter_to_the_applicants_copy(people, served):
    address, bare = served
    clerk = people("rsj-005", "desktop")
    clerk.goto(f"{address}/desk/new")
    clerk.check("input[name=way][value=departments]")
    clerk.fill('[name="applicant.name"]', "王小明")
    clerk.fill('[name="applicant.contact"]', "13800001111")
    clerk.select_option('[name="matter.id"]', "m-0301")
    clerk.fill("[name=facts]", "断缴六个月，要求补缴，两家口径不一。")
    clerk.select_option('[name="reason.main"]', "R07")
    clerk.check("[name=units][value=zjj]")
    clerk.fill("[name=question]", "以哪家的记录为准？")
    clerk.locator("[data-live-date]", has_text="10 月 23 日").wait_for()
    assert "几个部门" in clerk.inner_text("[data-live-say]")
    assert clerk.inner_text("[data-live-button]") == "登记并征询"
    shot(clerk, "new")
    send(clerk)
    number = re.search(r"rsj-20261010-\d+", clerk.inner_text("h1")).group()

    asked = people("zjj-005", "zoomed")
    asked.goto(f"{address}/desk/")
    asked.click(f'tr:has-text("{number}") .nv-btn')
    assert "以哪家的记录为准？" in asked.inner_text(".dk-facts")
    asked.check("[name=stance][value=agree]")
    asked.fill("[name=basis]", "以登记簿为准。")
    shot(asked, "consulted")
    send(asked)

    clerk.goto(f"{address}/desk/case/{number}/step/veto_proposed")
    clerk.fill('[name="grounds.text"]', "未查到补缴该时段的规定。")
    send(clerk)

    leader = people("rsj-002", "phone")
    leader.goto(f"{address}/desk/case/{number}/do")
    assert leader.inner_text("h1").startswith("请您审批")
    assert seen_whole(leader, "[name=decision][value=veto_rejected]")
    assert seen_whole(leader, ".dk-bar .first")
    assert leader.locator("[name=decision]:checked").count() == 0
    leader.check("[name=decision][value=veto_rejected]")
    leader.fill("[name=text]", "先核发，一个月内补。")
    shot(leader, "approve")
    send(leader)

    clerk.goto(f"{address}/desk/")
    clerk.click(f'tr:has-text("{number}") .nv-btn')
    assert "改为办理" in clerk.inner_text("main")
    clerk.check("[name=result][value=done]")
    clerk.fill("[name=text]", "已按局里意见补缴。")
    shot(clerk, "answer")
    send(clerk)
    clerk.goto(f"{address}/desk/case/{number}/form")
    form = clerk.request.get(f"{address}/desk/case/{number}/form?kind=register&as=pdf")
    assert form.headers["content-type"] == "application/pdf"
    assert form.body().startswith(b"%PDF")
    clerk.check("[name=applicant]")
    clerk.click("button:has-text('记下')")
    clerk.wait_for_url(re.compile("/desk/act/"))
    clerk.wait_for_selector("h1:has-text('已入台账')", timeout=20_000)

    text = run(["show", f"main:records/cases/rsj/2026-10/{number}.yml"], bare).decode()
    steps = [line.split()[-1] for line in text.splitlines() if line.startswith("  step:")]
    assert steps == ["consulted", "consult_answered", "veto_proposed", "unit_review", "answered", "delivered"]
    _agree(bare, number, len(steps))


def _agree(bare, number, count):
    """The checker finds no error, and every step has its receipt."""
    from noveto.checks.run import check_ledger
    from noveto.ledger import Ledger

    with Ledger.open(bare, at="main") as held:
        record = held.record(number)
        assert len(held.arrivals.of(record.path)) == count
        assert all(held.arrivals.of(record.path))
        errors = [
            one for one in check_ledger(held, TODAY).findings if number in one.file and one.severity == "error"
        ]  # fmt: skip
    assert errors == []


@pytest.mark.parametrize("size", SIZES)
def test_the_button_that_registers_is_seen_without_scrolling(people, served, size):
    page = people("rsj-005", size)
    page.goto(f"{served[0]}/desk/new")
    assert seen_whole(page, ".dk-bar .first")
    assert seen_whole(page, ".dk-me b")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{served[0]}/desk/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"todo-{size}")


@pytest.mark.parametrize("width", [1366, 1280, 1200, 1093])
def test_who_comes_stands_on_one_row(people, served, width):
    page = people("rsj-005", "zoomed")
    page.set_viewport_size({"width": width, "height": 496})
    page.goto(f"{served[0]}/desk/new")
    boxes = [page.locator(f'.dk-who [name="{name}"]').bounding_box()
             for name in ("applicant.name", "applicant.contact", "applicant.kind", "raised")]  # fmt: skip
    assert len({round(box["y"]) for box in boxes}) == 1
    assert boxes[0]["width"] >= 140
    time = page.locator("[name=raised]")
    assert time.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", ["zoomed", "phone"])
def test_what_the_keyboard_comes_to_is_not_behind_the_bars(people, served, size):
    page = people("rsj-005", size)
    page.goto(f"{served[0]}/desk/new")
    top = page.locator(".dk-head").bounding_box()["height"]
    bottom = page.locator(".dk-bar").bounding_box()["y"]
    come = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, inside, upper, height = page.evaluate(
            "(e => [e.name || '', e.closest('.dk-left') !== null, e.getBoundingClientRect().y, e.offsetHeight])"
            "(document.activeElement)"
        )
        if inside:
            come.append(name)
            assert top <= upper <= bottom - min(height, 36), name
    assert {"applicant.name", "facts", "to"} <= set(come)


def test_without_script_a_case_is_registered_after_a_look(people, served):
    page = people("rsj-005", "desktop", script=False)
    page.goto(f"{served[0]}/desk/new")
    page.fill('[name="applicant.name"]', "李四方")
    page.select_option('[name="matter.id"]', "m-0301")
    page.fill("[name=facts]", "没有脚本也要能登记。")
    page.select_option('[name="reason.main"]', "R04")
    page.click(".dk-bar .first")
    assert "10 月 14 日 周三 下班前" in page.inner_text("main")
    page.click(".dk-bar .first")
    page.wait_for_selector("h1:has-text('已入台账')", timeout=20_000)


def test_nothing_of_the_applicant_stays_in_the_browser_after_a_change_of_person(people, served):
    page = people("rsj-005", "desktop")
    page.goto(f"{served[0]}/desk/new")
    page.fill('[name="applicant.name"]', "赵不留名")
    page.fill("[name=facts]", "不该留在浏览器里。")
    page.click("text=换人")
    page.wait_for_url(re.compile("sign-in"))
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "赵不留名" not in kept
    page.go_back()
    page.wait_for_load_state()
    assert "sign-in" in page.url or page.locator('[name="applicant.name"]').count() == 0 or (
        page.input_value('[name="applicant.name"]') == ""
    )  # fmt: skip


def test_nothing_of_the_former_person_stays_in_the_browser(people, served):
    address, _ = served
    page = people("rsj-005", "desktop")
    page.goto(f"{address}/desk/new")
    page.fill('[name="applicant.name"]', "欧阳小红")
    page.fill("[name=facts]", "别人看不到的半截话。")
    page.click("text=换人")
    page.wait_for_url(re.compile("/desk/sign-in"))
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "欧阳" not in kept
    page.click('button[value="rsj-001"]')
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert "半截话" not in page.content()
    page.go_back()
    page.wait_for_load_state()
    assert "欧阳" not in page.content()


def test_the_date_to_promise_is_there_before_a_word_is_typed_and_with_the_reason_after(people, served):
    address, _ = served
    page = people("rsj-005", "zoomed")
    page.goto(f"{address}/desk/new")
    assert "10 月 14 日 周三 下班前" in page.inner_text("[data-live-date]")
    page.check("input[name=way][value=departments]")
    page.wait_for_selector("[data-live-date]:has-text('10 月 23 日')")
    assert "几个部门一起定" in page.inner_text("[data-live-say]")
    page.fill("[name=facts]", "键盘一按就交。")
    page.keyboard.press("Escape")
    assert page.input_value("[name=facts]") == "键盘一按就交。"
    assert seen_whole(page, ".dk-bar .first")
