"""What every page of the desk goes through: who is there, how much she may send, what the browser is told."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from noveto.desk.people import Person
from noveto.desk.session import COOKIE, Session, Sessions, csrf_fits
from noveto.desk.signin import account_in
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.desk.core import Desk

log = logging.getLogger("noveto.desk")

LARGEST = 256 * 1024
"""Bytes one request may carry."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_BURST = 40.0
_PER_SECOND = 4.0
_KNOWN = 4000
_DRAINED = 16 * 1024 * 1024
_EXPIRED = "为防别人冒用，这张表没有收。请回到上一页，刷新后再交；写的可以先复制下来。"
_NO_RIGHT = "按人员表，这件事不由您办。要改权限请找本单位管理员。"
_NOT_HERE = "办件台不在这个网址。请用单位给的网址打开；不知道的，请问系统管理员。"
_TOO_LONG = "一次最多收 25 万字节。请删短；长材料留在窗口档案里，这里只写要点。"


@dataclass(slots=True)
class Ctx:
    """One request of a signed-in person (``person`` is None on the pages for everybody)."""

    request: Request
    desk: Desk
    session: Session | None
    maybe: Person | None
    form: FormData = field(default_factory=FormData)

    @property
    def person(self) -> Person:
        """The signed-in person; only asked on pages that need one."""
        if self.maybe is None:
            raise PermissionError
        return self.maybe

    def get(self, name: str) -> str:
        """Return a field of the form, "" when it is missing."""
        found = self.form.get(name, "")
        return found if isinstance(found, str) else ""

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Return a page of the desk."""
        return HTMLResponse(
            self.desk.render(template, self.maybe, self.session.csrf if self.session else "", **values), status
        )

    def problem(self, status: int, title: str, text: str, *links: tuple[str, str]) -> Response:
        """Return a page that says what is wrong, what to do next and whom to call."""
        return self.page("problem.html", status, title=title, text=text, links=links)


Handler = Callable[[Ctx], Response]


class StopError(Exception):
    """A page to show instead of going on."""

    def __init__(self, status: int, title: str, text: str, *links: tuple[str, str]) -> None:
        super().__init__(text)
        self.status = status
        self.title = title
        self.text = text
        self.links = links


def endpoint(handler: Handler, *, everybody: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler: sign-in, form, CSRF token, the errors of the desk as pages; it runs in a thread."""

    async def run(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        sessions: Sessions = request.app.state.sessions
        session = sessions.read(request.cookies.get(sessions.cookie, ""))
        person = None
        if session is not None:
            person = await run_in_threadpool(desk.person, session.staff)
            if person is not None and _another(request, person):
                person = None
        ctx = Ctx(request, desk, session, person)
        if person is None and not everybody:
            return _to_sign_in(request, locked=sessions.cookie in request.cookies)
        if request.method == "POST":
            ctx.form = await request.form(max_files=0, max_fields=600, max_part_size=LARGEST)
            token = ctx.get("csrf") or request.headers.get("x-csrf", "")
            if not _same_origin(request) or (session is not None and not csrf_fits(session, token)):
                return ctx.problem(403, "这一页过期了", _EXPIRED,
                                   ("/desk/", "回我的待办"))  # fmt: skip
        try:
            response = await run_in_threadpool(handler, ctx)
        except StopError as stop:
            response = ctx.problem(stop.status, stop.title, stop.text, *stop.links)
        except PermissionError:
            response = ctx.problem(403, "这一页您不能看", _NO_RIGHT, ("/desk/", "回我的待办"))
        except UserError as error:
            log.warning("%r: %s", request.url.path, error)
            response = ctx.problem(503, "办件台暂时办不了", str(error), ("/desk/", "回我的待办"))
        if session is not None and person is not None and "set-cookie" not in response.headers:
            sessions.renew(response, session)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return run


def _to_sign_in(request: Request, *, locked: bool) -> Response:
    if request.headers.get("accept", "").startswith("application/json"):
        return Response('{"locked": true}', 401, media_type="application/json")
    path = request.url.path if request.method == "GET" else request.headers.get("x-page", "/desk/")
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    target = f"/desk/sign-in?next={quote(path + query)}" + ("&locked=idle" if locked else "")
    return RedirectResponse(target, 303)


def _another(request: Request, person: Person) -> bool:
    """Return whether a trusted proxy names another account than the session's: somebody else sits there now."""
    proxy = request.app.state.proxy
    if proxy is None:
        return False
    try:
        return account_in(request, proxy) not in ("", person.account)
    except UserError:
        return True


def _same_origin(request: Request) -> bool:
    """Return whether a form comes from this very site, as far as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "")
    if not origin or origin == "null":
        return origin != "null"
    base = request.app.state.desk.settings.base_url
    hosts = {request.headers.get("host", ""), urlsplit(base).netloc} - {""}
    return urlsplit(origin).netloc in hosts


class Guard:
    """Around everything: size and rate limits, the headers that keep a browser careful."""

    def __init__(
        self, app: ASGIApp, problem: Callable[[int, str, str], bytes], hosts: frozenset[str] = frozenset()
    ) -> None:
        """``hosts`` are the names the desk answers to besides this machine's own; empty: any."""
        self.app = app
        self.problem = problem
        self.hosts = hosts
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        desk = scope["path"].startswith("/desk")
        if desk and self.hosts and not _named(headers.get(b"host", b"").decode("latin-1"), self.hosts):
            await _drain(receive)
            await self._refuse(421, "网址不对", _NOT_HERE, send)
            return

        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                out["X-Content-Type-Options"] = "nosniff"
                out["Referrer-Policy"] = "same-origin"
                out["X-Frame-Options"] = "DENY"
                out["Cross-Origin-Opener-Policy"] = "same-origin"
                if desk:
                    out["Content-Security-Policy"] = _POLICY
            await send(message)

        if scope["method"] == "POST":
            length = headers.get(b"content-length", b"")
            if length and (not length.isdigit() or int(length) > LARGEST):
                await _drain(receive)
                await self._refuse(413, "写得太长", _TOO_LONG, careful)
                return
            address, browser = _peer(scope, headers)
            if not (
                self._may(address, _BURST * 10, _PER_SECOND * 10)
                and (browser == address or self._may(browser, _BURST, _PER_SECOND))
            ):
                await _drain(receive)
                await self._refuse(429, "点得太快", "请等几秒再点一次。写的都还在。", careful)
                return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > LARGEST:
                    raise TooLongError
            return message

        try:
            await self.app(scope, counted, careful)
        except TooLongError:
            await self._refuse(413, "写得太长", _TOO_LONG, careful)

    def _may(self, who: str, burst: float, per_second: float) -> bool:
        """Take one from a bucket: that of an address (a whole hall may share one), or that of one browser."""
        now = time.monotonic()
        left, last = self._buckets.pop(who, (burst, now))
        left = min(burst, left + (now - last) * per_second)
        self._buckets[who] = (left - 1 if left >= 1 else left, now)
        while len(self._buckets) > _KNOWN:
            self._buckets.popitem(last=False)
        return left >= 1

    async def _refuse(self, status: int, title: str, text: str, send: Send) -> None:
        body = self.problem(status, title, text)
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _named(host: str, hosts: frozenset[str]) -> bool:
    """Return whether a request means this desk: a foreign name that was made to point here must not."""
    name = host.lower().rpartition(":")[0] if not host.endswith("]") and ":" in host else host.lower()
    return name.strip("[]") in hosts or name.strip("[]") in ("127.0.0.1", "localhost", "::1")


async def _drain(receive: Receive) -> None:
    """Read and forget what a browser is still sending, so that it gets to see the answer; not for ever."""
    seen = 0
    while seen < _DRAINED:
        message = await receive()
        seen += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


class TooLongError(Exception):
    """A request that says nothing of its length and goes on and on."""


def _peer(scope: Scope, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """Return whom to count: the address, and the browser by its session's cookie (without one: the address again)."""
    client = scope.get("client") or ("", 0)
    cookie = headers.get(b"cookie", b"").decode("latin-1")
    mine = next((part.strip() for part in cookie.split(";") if f"{COOKIE}=" in part), "")
    return str(client[0]), f"{client[0]} {mine[:60]}" if mine else str(client[0])
