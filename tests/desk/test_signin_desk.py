"""Sign-in by OpenID on the whole desk: from a page somebody wanted to her session, and strangers stay outside."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pytest_httpserver import HTTPServer
from tests.desk.deskclient import SITE, Browser, Office, ledger
from tests.desk.provider import CLIENT, SECRET, FakeProvider

from noveto.desk.session import COOKIE


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with HTTPServer("127.0.0.1") as server:
        yield FakeProvider(server)


@pytest.fixture(scope="module")
def office(provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("openid")
    env = {
        "NOVETO_OIDC_ISSUER": provider.issuer, "NOVETO_OIDC_CLIENT_ID": CLIENT, "NOVETO_OIDC_CLIENT_SECRET": SECRET,
        "NOVETO_BASE_URL": "http://127.0.0.1:8000", "NOVETO_OIDC_LABEL": "用代码平台的账号登录",
    }  # fmt: skip
    made = Office(ledger(folder / "ledger.git"), folder / "state", demo=False, env=env)
    yield made
    made.close()


def sign_in(browser: Browser, provider: FakeProvider, account: str, onward: str = "/desk/find") -> httpx.Response:
    provider.change_claims = lambda claims: claims.update(preferred_username=account)
    sent = browser.get(f"/desk/signin/start?next={onward}")
    assert sent.status_code == 303
    code, state = provider.grant(sent.headers["location"])
    return browser.get(f"/desk/signin/callback?code={code}&state={state}")


def test_from_the_page_wanted_to_the_page(office: Office, provider: FakeProvider) -> None:
    browser = office.browser()
    asked = browser.get("/desk/find")
    assert asked.headers["location"] == "/desk/sign-in?next=/desk/find"
    page = browser.get(asked.headers["location"])
    assert "用代码平台的账号登录" in page.text
    assert "/desk/signin/start?next=/desk/find" in page.text
    done = sign_in(browser, provider, "rsj-005")
    assert (done.status_code, done.headers["location"]) == (303, "/desk/find")
    assert "刘某" in browser.get("/desk/find").text


@pytest.mark.parametrize(
    "account", ["nobody", "rsj-005 ", "RSJ-005", "rsj-005@wfj.example.cn", "<script>alert(1)</script>"]
)
def test_a_stranger_is_told_whom_to_call(office: Office, provider: FakeProvider, account: str) -> None:
    """An address or another spelling is no account: forges let people choose those themselves."""
    browser = office.browser()
    told = sign_in(browser, provider, account)
    assert told.status_code == 403
    assert "人员表" in told.text
    assert office.desk.office.registry.office.help_phone in told.text
    assert "<script>alert" not in told.text
    assert not browser.cookies.get(COOKIE)
    assert browser.get("/desk/").status_code == 303


def test_a_planted_session_does_not_survive_signing_in(office: Office, provider: FakeProvider) -> None:
    attacker, victim = office.browser(), office.browser()
    sign_in(attacker, provider, "zjj-005")
    planted = str(attacker.cookies.get(COOKIE))
    victim.cookies.set(COOKIE, planted, domain="desk.test")
    assert sign_in(victim, provider, "rsj-005").status_code == 303
    assert attacker.get("/desk/").status_code == 303
    fresh = [cookie.value for cookie in victim.cookies.jar if cookie.name == COOKIE and cookie.value != planted]
    assert fresh


def test_no_cache_keeps_the_answer(office: Office, provider: FakeProvider) -> None:
    done = sign_in(office.browser(), provider, "rsj-005")
    assert done.headers["cache-control"] == "no-store"
    assert SITE not in done.headers["location"]
