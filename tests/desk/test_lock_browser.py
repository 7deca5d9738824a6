"""锁屏, in Chromium: a form left alone is locked, and what was typed is there again for who typed it and for nobody else."""

import re

import pytest
from tests.desk.deskclient import ledger
from tests.desk.deskserver import listening

NAME, FACTS = "欧阳半截", "写到一半的情况，还没有交。"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lock")
    with listening(ledger(folder / "ledger.git"), folder / "state") as found:
        yield found


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 620}, locale="zh-CN")
    made = context.new_page()
    made.clock.install()
    yield made
    context.close()


def sign_in(page, staff):
    page.click(f'button[value="{staff}"]')
    page.wait_for_url(lambda url: "sign-in" not in url)


def begin(page, address):
    page.goto(f"{address}/desk/sign-in")
    sign_in(page, "rsj-005")
    page.goto(f"{address}/desk/new")
    page.fill('[name="applicant.name"]', NAME)
    page.fill("[name=facts]", FACTS)
    page.check("input[name=way][value=departments]")


def leave_alone(page, minutes):
    """Let time pass in the page, a little at a time, as its timers and what they ask of the server need it."""
    for _ in range(minutes * 2):
        if "sign-in" in page.url:
            return
        page.clock.run_for(30_000)
        page.wait_for_timeout(20)


def test_a_form_left_alone_is_locked_and_its_text_is_back_after_sign_in(page, address):
    begin(page, address)
    leave_alone(page, 9)
    assert page.url.endswith("/desk/new")
    page.press("[name=facts]", "End")  # whoever touches a key is there
    leave_alone(page, 9)
    assert page.url.endswith("/desk/new")
    leave_alone(page, 2)
    page.wait_for_url(re.compile("/desk/sign-in"))
    told = page.inner_text("main")
    assert "10 分钟没动，为保护来人信息已锁屏。" in told
    assert "写的都存好了，登录后接着写。" in told
    assert FACTS not in page.content()
    assert NAME not in page.content()
    page.goto(f"{address}/desk/")
    assert "sign-in" in page.url  # the session is over, not only the page
    page.go_back()
    page.wait_for_selector('button[value="rsj-005"]')
    sign_in(page, "rsj-005")
    page.wait_for_selector("[name=facts]")
    assert page.input_value("[name=facts]") == FACTS
    assert page.input_value('[name="applicant.name"]') == NAME
    assert page.is_checked("input[name=way][value=departments]")


def test_who_signs_in_instead_sees_nothing_of_it(page, address):
    begin(page, address)
    leave_alone(page, 11)
    page.wait_for_url(re.compile("/desk/sign-in"))
    sign_in(page, "rsj-001")
    assert FACTS not in page.content()
    assert NAME not in page.content()
    kept = page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "半截" not in kept
    page.click("text=换人")
    page.wait_for_url(re.compile("/desk/sign-in"))
    sign_in(page, "rsj-005")
    page.goto(f"{address}/desk/")
    page.click("a:has-text('接着写')")  # the draft waits for whose it is
    assert page.input_value("[name=facts]") == FACTS
