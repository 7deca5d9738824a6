"""Sign-in: the honest way against a provider from a package, and every hostile try we could think of."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from pytest_httpserver import HTTPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from tests.desk.provider import CLIENT, SECRET, FakeProvider

from noveto.desk.signin import OidcOptions, ProxyOptions, SignInError, oidc_from, proxy_from, routes
from noveto.desk.signin.routes import local_path

SITE = "http://127.0.0.1:8000"
ENV = {
    "NOVETO_OIDC_ISSUER": "https://git.example.cn",
    "NOVETO_OIDC_CLIENT_ID": CLIENT,
    "NOVETO_OIDC_CLIENT_SECRET": SECRET,
    "NOVETO_BASE_URL": "https://wfj.example.cn/",
}


def finish(request: Request, account: str, onward: str) -> Response:
    return PlainTextResponse(f"{account} {onward}")


def problem(request: Request, status: int, text: str) -> Response:
    return PlainTextResponse(text, status)


def desk(**ways: Any) -> Starlette:
    return Starlette(routes=routes(secret="s" * 32, finish=finish, problem=problem, **ways))


class Browser:
    """A browser that follows nothing by itself and keeps its cookies."""

    def __init__(self, app: Starlette, peer: str = "127.0.0.1") -> None:
        self._transport = httpx.ASGITransport(app, client=(peer, 40000))
        self.cookies = httpx.Cookies()

    def get(self, path: str, headers: Any = None) -> httpx.Response:
        import asyncio

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=SITE, cookies=self.cookies) as client:
                answer = await client.get(path, headers=headers)
                self.cookies = client.cookies
                return answer

        with ThreadPoolExecutor(1) as pool:  # in the test's own thread a browser's event loop may be running
            return pool.submit(lambda: asyncio.run(ask())).result()


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[FakeProvider]:
    with HTTPServer("127.0.0.1") as server:
        yield FakeProvider(server)


@pytest.fixture
def provider(shared_provider: FakeProvider) -> FakeProvider:
    """The fake provider, honest again."""
    fresh = shared_provider
    fresh.signer, fresh.algorithm, fresh.header, fresh.published = fresh.key, "RS256", {"kid": "one"}, [fresh.key]
    fresh.change_claims = fresh.change_document = fresh.change_token = lambda given: None
    fresh.userinfo = {"sub": "7", "preferred_username": "liumou"}
    return fresh


@pytest.fixture
def options(provider: FakeProvider) -> OidcOptions:
    return OidcOptions(provider.issuer, CLIENT, SECRET, SITE)


@pytest.fixture
def browser(options: OidcOptions) -> Browser:
    return Browser(desk(oidc=options))


def sign_in(browser: Browser, provider: FakeProvider, onward: str = "/desk/mine") -> httpx.Response:
    sent = browser.get(f"/desk/signin/start?next={onward}")
    assert sent.status_code == 303, sent.text
    code, state = provider.grant(sent.headers["location"])
    return browser.get(f"/desk/signin/callback?code={code}&state={state}")


def test_the_honest_way(browser: Browser, provider: FakeProvider) -> None:
    answer = sign_in(browser, provider)
    assert (answer.status_code, answer.text) == (200, "liumou /desk/mine")
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_of_a_sign_in_is_guarded(browser: Browser) -> None:
    told = browser.get("/desk/signin/start").headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    assert "Path=/desk/signin" in told
    assert "Max-Age=600" in told


def test_behind_tls_the_cookie_is_secure(options: OidcOptions) -> None:
    told = Browser(desk(oidc=replace(options, site_url="https://wfj.example.cn"))).get("/desk/signin/start")
    assert "Secure" in told.headers["set-cookie"]
    assert parse_qs(urlsplit(told.headers["location"]).query)["redirect_uri"] == [
        "https://wfj.example.cn/desk/signin/callback"
    ]


def test_the_request_names_everything_that_guards_it(browser: Browser) -> None:
    asked = parse_qs(urlsplit(browser.get("/desk/signin/start").headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid profile email"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in str(asked)


def test_the_same_answer_twice(browser: Browser, provider: FakeProvider) -> None:
    sent = browser.get("/desk/signin/start")
    kept = httpx.Cookies(browser.cookies)
    code, state = provider.grant(sent.headers["location"])
    assert browser.get(f"/desk/signin/callback?code={code}&state={state}").status_code == 200
    again = browser.get(f"/desk/signin/callback?code={code}&state={state}")
    assert again.status_code == 400
    assert "再点一次登录" in again.text
    browser.cookies = kept  # somebody kept the cookie, and has a fresh code
    provider.codes["fresh"] = ("nonce", "challenge")
    assert browser.get(f"/desk/signin/callback?code=fresh&state={state}").status_code == 400


@pytest.mark.parametrize("state", ["", "wrong", "wrong\u4e2d", "a" * 5000])
def test_a_state_of_ones_own_making(browser: Browser, provider: FakeProvider, state: str) -> None:
    code, _ = provider.grant(browser.get("/desk/signin/start").headers["location"])
    assert browser.get(f"/desk/signin/callback?code={code}&state={state}").status_code == 400


def test_somebody_elses_sign_in_cannot_be_finished_here(options: OidcOptions, provider: FakeProvider) -> None:
    """Sign-in CSRF: the attacker's code and state, opened in the victim's browser."""
    app = desk(oidc=options)
    attacker, victim = Browser(app), Browser(app)
    code, state = provider.grant(attacker.get("/desk/signin/start").headers["location"])
    assert victim.get(f"/desk/signin/callback?code={code}&state={state}").status_code == 400
    victim.get("/desk/signin/start")
    assert victim.get(f"/desk/signin/callback?code={code}&state={state}").status_code == 400


def test_a_stolen_code_is_worth_nothing_without_the_verifier(browser: Browser, provider: FakeProvider) -> None:
    stolen, _ = provider.grant(browser.get("/desk/signin/start").headers["location"])
    _, state = provider.grant(browser.get("/desk/signin/start").headers["location"])
    assert browser.get(f"/desk/signin/callback?code={stolen}&state={state}").status_code == 400


def test_a_cookie_of_ones_own_making(options: OidcOptions, provider: FakeProvider) -> None:
    from itsdangerous import URLSafeTimedSerializer

    browser = Browser(desk(oidc=options))
    forged = URLSafeTimedSerializer("guessed", salt="noveto sign-in 1").dumps(
        {"state": "s", "nonce": "n", "verifier": "v", "next": "/"}
    )
    for value in (forged, "", "a.b.c", "é"):
        answer = browser.get("/desk/signin/callback?code=x&state=s", {"cookie": f"noveto-signin={value}".encode()})
        assert answer.status_code == 400


def test_a_sign_in_grows_old(browser: Browser, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    code, state = provider.grant(browser.get("/desk/signin/start").headers["location"])
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 700)
    assert browser.get(f"/desk/signin/callback?code={code}&state={state}").status_code == 400


def test_refused_at_the_provider(browser: Browser, provider: FakeProvider) -> None:
    _, state = provider.grant(browser.get("/desk/signin/start").headers["location"])
    answer = browser.get(f"/desk/signin/callback?error=access_denied&error_description=<b>x&state={state}")
    assert answer.status_code == 400
    assert "没有同意" in answer.text
    assert "<b>" not in answer.text


def set_to(**values: Any) -> Any:
    def change(given: dict[str, Any]) -> None:
        for name, value in values.items():
            if value is None:
                given.pop(name, None)
            elif isinstance(value, timedelta):  # from the moment of the answer on: parameters know no clock
                given[name] = int(time.time() + value.total_seconds())
            else:
                given[name] = value

    return change


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": timedelta(hours=-1)},
        {"exp": None},
        {"exp": "soon"},
        {"iat": timedelta(hours=1)},
        {"iat": None},
        {"nbf": timedelta(hours=1)},
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"sub": None},
    ],
    ids=str,
)
def test_identity_tokens_that_do_not_fit(browser: Browser, provider: FakeProvider, claims: dict[str, Any]) -> None:
    provider.change_claims = set_to(**claims)
    answer = sign_in(browser, provider)
    assert answer.status_code == 400
    assert "没有登录成" in answer.text


def test_identity_tokens_with_a_bad_signature(browser: Browser, provider: FakeProvider) -> None:
    provider.algorithm = "none"
    assert sign_in(browser, provider).status_code == 400
    provider.algorithm, provider.signer = "HS256", OctKey.import_key(SECRET)
    assert sign_in(browser, provider).status_code == 400
    provider.algorithm, provider.signer = "RS256", RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(browser, provider).status_code == 400
    provider.header = {"kid": "unknown"}
    assert sign_in(browser, provider).status_code == 400


def test_the_public_key_is_not_taken_for_a_shared_secret(browser: Browser, provider: FakeProvider) -> None:
    provider.algorithm = "public key as secret"
    assert sign_in(browser, provider).status_code == 400


@pytest.mark.parametrize(
    "token", [{"id_token": None}, {"id_token": "a.b"}, {"id_token": 7}, {"access_token": None}], ids=str
)
def test_odd_answers_of_the_token_endpoint(browser: Browser, provider: FakeProvider, token: dict[str, Any]) -> None:
    provider.change_token = set_to(**token)
    provider.change_claims = set_to(preferred_username=None)
    assert sign_in(browser, provider).status_code == 400


def test_a_new_key_of_the_provider_is_fetched(browser: Browser, provider: FakeProvider) -> None:
    assert sign_in(browser, provider).status_code == 200
    new = RSAKey.generate_key(2048, {"kid": "two"})
    provider.published, provider.signer, provider.header = [provider.key, new], new, {"kid": "two"}
    assert sign_in(browser, provider).status_code == 200


def test_the_account_from_user_information_of_the_same_subject_only(browser: Browser, provider: FakeProvider) -> None:
    provider.change_claims = set_to(preferred_username=None)
    assert sign_in(browser, provider).text.startswith("liumou ")
    provider.userinfo = {"sub": "8", "preferred_username": "wangzhuren"}
    assert sign_in(browser, provider).status_code == 400
    provider.userinfo = {"sub": "7"}
    answer = sign_in(browser, provider)
    assert "NOVETO_OIDC_CLAIM" in answer.text


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"userinfo_endpoint": "http://evil.example/me"},
    ],
    ids=str,
)
def test_discovery_that_does_not_fit(options: OidcOptions, provider: FakeProvider, document: dict[str, Any]) -> None:
    provider.change_document = set_to(**document)
    answer = Browser(desk(oidc=options)).get("/desk/signin/start")
    assert answer.status_code == 502
    assert "管理员" in answer.text


def test_an_issuer_with_a_slash_at_its_end(options: OidcOptions, provider: FakeProvider) -> None:
    """As Gitea and Forgejo write theirs; the identity token must then name it exactly so."""
    provider.change_document = set_to(issuer=provider.issuer + "/")
    browser = Browser(desk(oidc=options))
    assert sign_in(browser, provider).status_code == 400
    provider.change_claims = set_to(iss=provider.issuer + "/")
    assert sign_in(browser, provider).status_code == 200


def test_an_answer_that_names_another_issuer(browser: Browser, provider: FakeProvider) -> None:
    code, state = provider.grant(browser.get("/desk/signin/start").headers["location"])
    answer = browser.get(f"/desk/signin/callback?code={code}&state={state}&iss=https://evil.example")
    assert answer.status_code == 400


def test_the_provider_is_away() -> None:
    answer = Browser(desk(oidc=OidcOptions("http://127.0.0.1:9", CLIENT, SECRET, SITE))).get("/desk/signin/start")
    assert answer.status_code == 502
    assert "没有回应" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%0a//evil", "javascript:alert(1)",
        "evil.example", "", "/\t/evil.example", "/a\r\nSet-Cookie: x=1", "http:evil", "/desk/signin/start", "///evil.example",
        "/" + "a" * 3000, "/ok\\..\\evil",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert local_path(address) in ("/desk/", "/%0a//evil")
    assert not urlsplit(local_path(address)).netloc


@pytest.mark.parametrize("address", ["/desk/", "/cases/open.html?unit=rsj#top", "/c/rsj-20261010-01/do"])
def test_places_on_this_site_are_kept(address: str) -> None:
    assert local_path(address) == address


def test_next_is_looked_at_on_the_way(browser: Browser, provider: FakeProvider) -> None:
    assert sign_in(browser, provider, "https://evil.example/").text == "liumou /desk/"


# -- the proxy's header -----------------------------------------------------------------------------------

PROXY = proxy_from({"NOVETO_PROXY_HEADER": "X-Remote-User", "NOVETO_PROXY_PEERS": "127.0.0.1, 10.1.0.0/28"})


def through(peer: str, headers: Any) -> httpx.Response:
    return Browser(desk(proxy=PROXY), peer).get("/desk/signin/proxy?next=/desk/mine", headers)


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.0.7", "::ffff:127.0.0.1"])
def test_the_proxy_is_believed(peer: str) -> None:
    assert through(peer, {"X-Remote-User": "liumou"}).text == "liumou /desk/mine"


@pytest.mark.parametrize("peer", ["10.1.0.16", "192.168.1.5", "::1", "testclient", ""])
def test_a_forged_header_is_not(peer: str) -> None:
    answer = through(peer, {"X-Remote-User": "wangzhuren", "X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 403
    assert "wangzhuren" not in answer.text


def test_headers_that_do_not_fit() -> None:
    assert through("127.0.0.1", {}).status_code == 403
    assert through("127.0.0.1", {"X-Remote-User": " "}).status_code == 403
    assert through("127.0.0.1", {"X-Remote_User": "wangzhuren"}).status_code == 403
    twice = [("X-Remote-User", "liumou"), ("X-Remote-User", "wangzhuren")]
    assert through("127.0.0.1", twice).status_code == 400
    for value in ("a b", "a,b", "<script>", "a" * 101, b"\xe5\x88\x98"):
        assert through("127.0.0.1", {"X-Remote-User": value}).status_code == 400


# -- settings ---------------------------------------------------------------------------------------------


def test_settings_from_the_environment() -> None:
    found = oidc_from(ENV)
    assert found is not None
    assert found.redirect_uri == "https://wfj.example.cn/desk/signin/callback"
    assert SECRET not in repr(found)
    assert oidc_from({}) is None
    assert proxy_from({}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"NOVETO_OIDC_ISSUER": "http://git.example.cn"},
        {"NOVETO_BASE_URL": "http://wfj.example.cn"},
        {"NOVETO_BASE_URL": ""},
        {"NOVETO_OIDC_CLIENT_SECRET": " "},
        {"NOVETO_OIDC_ISSUER": "https://[broken"},
    ],
    ids=str,
)
def test_settings_that_are_not_safe(wrong: dict[str, str]) -> None:
    with pytest.raises(SignInError, match="NOVETO_"):
        oidc_from(ENV | wrong)


@pytest.mark.parametrize("peers", ["", " , ", "0.0.0.0/0", "::/0", "proxy.example.cn", "10.1.0.1/8"])
def test_a_proxy_needs_its_address(peers: str) -> None:
    with pytest.raises(SignInError, match="NOVETO_PROXY_PEERS"):
        proxy_from({"NOVETO_PROXY_HEADER": "X-Remote-User", "NOVETO_PROXY_PEERS": peers})
    with pytest.raises(SignInError, match="X-Remote-User"):
        proxy_from({"NOVETO_PROXY_HEADER": "X Remote:", "NOVETO_PROXY_PEERS": "127.0.0.1"})


def test_an_ipv6_peer() -> None:
    options = proxy_from({"NOVETO_PROXY_HEADER": "X-User", "NOVETO_PROXY_PEERS": "::1"})
    assert isinstance(options, ProxyOptions)
    assert Browser(desk(proxy=options), "::1").get("/desk/signin/proxy", {"X-User": "a"}).text == "a /desk/"


# -- a provider from a package, as its authors wrote it ------------------------------------------------------


@pytest.fixture(scope="module")
def package_provider() -> Iterator[str]:
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import logging, oidc_provider_mock as m, sys, threading\n"
        "logging.getLogger('werkzeug').disabled = True\n"
        "u = m.User(sub='7', claims={'preferred_username': 'liumou'})\n"
        "with m.run_server_in_thread(user_claims=[u], require_nonce=True) as s:\n"
        "    print(s.server_port, flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    yield f"http://localhost:{int(process.stdout.readline())}"
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def test_against_a_provider_from_a_package(package_provider: str) -> None:
    browser = Browser(desk(oidc=OidcOptions(package_provider, CLIENT, SECRET, SITE)))

    def sign_in_as(sub: str) -> httpx.Response:
        address = browser.get("/desk/signin/start?next=/desk/mine").headers["location"]
        with httpx.Client(trust_env=False) as client:
            assert client.get(address).status_code == 200  # the page a person sees
            sent = client.post(address, data={"sub": sub} if sub else {"action": "deny"})
        assert sent.status_code == 302, sent.text
        back = sent.headers["location"]
        assert re.match(SITE + "/desk/signin/callback", back)
        return browser.get(back.removeprefix(SITE))

    assert sign_in_as("7").text == "liumou /desk/mine"
    assert "NOVETO_OIDC_CLAIM" in sign_in_as("stranger@example.cn").text
    assert urllib.request.urlopen(package_provider + "/jwks").status == 200  # noqa: S310 - on this machine
