"""A desk on its own bare ledger, and browsers of people who sit at it; everything in this process, no network."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette
from starlette.responses import Response

from noveto.demo.generate import make
from noveto.demo.options import Options
from noveto.desk.app import create_app
from noveto.desk.session import COOKIE
from noveto.desk.settings import Settings
from noveto.gitio.process import run

TODAY = date(2026, 10, 10)
SITE = "http://desk.test"
_ADDRESSES = count(1)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${7*7}&lt;"


def ledger(folder: Path) -> Path:
    """Make a bare demo ledger of 60 cases."""
    folder.mkdir(parents=True)
    make(Options(cases=60, seed=5, today=TODAY, months=3), folder, bare=True, progress=lambda *_: None)
    return folder


class Office:
    """A running desk with its worker."""

    def __init__(self, bare: Path, state: Path, *, demo: bool = True, env: Mapping[str, str] | None = None) -> None:
        site = state / "site"
        site.mkdir(parents=True)
        (site / "index.html").write_text("<p>site</p>", "utf-8")
        (state / "secret.txt").write_text("not for anybody", "utf-8")
        self.bare = bare
        self.settings = Settings(
            root=bare, state=state, sealed=state / "sealed.db", secret=b"x" * 40, demo=demo, day=TODAY, site=site, base_url=SITE,
            env=env or {},
        )  # fmt: skip
        self.app: Starlette = create_app(self.settings)
        self.desk = self.app.state.desk
        self.desk.worker.start()

    def close(self) -> None:
        """Stop the worker."""
        self.desk.worker.stop()
        self.desk.main.close()

    def browser(self, staff: str = "", peer: str = "127.0.0.1") -> Browser:
        """Return a browser, signed in as ``staff``."""
        made = Browser(self, peer)
        if staff:
            made.sign_in(staff)
        return made

    def settle(self) -> None:
        """Wait until everything accepted is in main and seen by the pages."""
        until = time.monotonic() + 60
        while self.desk.queue.length() or self.desk.office.tip != self.desk.main.tip():
            assert time.monotonic() < until
            time.sleep(0.05)

    def session(self, staff: str) -> Browser:
        """Return a browser in which anybody of the staff list is signed in, without the demonstration's page."""
        answer = Response()
        self.app.state.sessions.start(answer, staff)
        made = self.browser()
        made.cookies.set(COOKIE, answer.headers["set-cookie"].split("=", 1)[1].split(";")[0])
        assert made.get("/desk/find").status_code == 200
        return made

    def commits(self) -> int:
        """Return how many commits main has."""
        return int(run(["rev-list", "--count", "main"], self.bare))


class Browser:
    """Cookies, forms and the token that a page gave."""

    def __init__(self, office: Office, peer: str) -> None:
        self.office = office
        self.transport = httpx.ASGITransport(office.app, raise_app_exceptions=False, client=(peer, 4000))
        self.cookies = httpx.Cookies()
        self.csrf = ""

    def moved(self) -> Browser:
        """Return the same browser at another address."""
        made = Browser(self.office, f"10.9.{next(_ADDRESSES) // 250}.{next(_ADDRESSES) % 250}")
        made.cookies, made.csrf = httpx.Cookies(self.cookies), self.csrf
        return made

    def send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        """Send one request; redirects are not followed."""

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=SITE, cookies=self.cookies) as client:
                answer = await client.request(method, path, **rest)
                self.cookies = client.cookies
                return answer

        # in a thread of its own: in the test's thread a browser's event loop may be running
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(lambda: asyncio.run(ask())).result()
        found = re.search(r'name="csrf" value="([^"]*)"', answer.text)
        if found:
            self.csrf = unescape(found[1])
        return answer

    def get(self, path: str, **rest: Any) -> httpx.Response:
        """Open a page."""
        return self.send("GET", path, **rest)

    def post(self, path: str, fields: Mapping[str, str | Sequence[str]], **rest: Any) -> httpx.Response:
        """Send a form with the token of the last page (a ``csrf`` among the fields wins)."""
        body = urlencode({"csrf": self.csrf} | dict(fields), doseq=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | rest.pop("headers", {})
        return self.send("POST", path, content=body, headers=headers, **rest)

    def sign_in(self, staff: str) -> None:
        """Sign in as one of the demonstration's people, and fetch a token."""
        self.get("/desk/sign-in")
        assert self.post("/desk/sign-in", {"staff": staff, "next": "/desk/new"}).status_code == 303
        assert self.get("/desk/find").status_code == 200
        assert self.csrf

    def key(self, path: str) -> dict[str, str]:
        """Open a form and return its hidden fields."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        return {
            n: unescape(v) for n, v in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        }


def new_case(**more: str) -> dict[str, str]:
    """Return a filled form of 登记新件 by rsj-005."""
    return {
        "way": "approval", "applicant.kind": "person", "applicant.name": "王小明", "applicant.contact": "13800001111",
        "raised": "2026-10-10T00:00", "matter.id": "m-0301", "facts": "断缴六个月，要求补缴，系统没有入口。",
        "reason.main": "R06", "grounds.text": "未查到", "to": "rsj-002", "sure": "1",
    } | more  # fmt: skip
