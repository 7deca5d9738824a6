"""The pages of sign-in: to the provider and back, or through the proxy's header."""

from __future__ import annotations

import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from noveto.desk.signin.oidc import Pending, Provider
from noveto.desk.signin.options import OidcOptions, ProxyOptions, SignInError
from noveto.desk.signin.proxy import account_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

Finish = Callable[["Request", str, str], "Response | Awaitable[Response]"]
"""Given the request, the account's login name and a safe local path to go on to: sign in, or say who is missing."""

Problem = Callable[["Request", int, str], "Response | Awaitable[Response]"]
"""Given the request, a status and a Chinese sentence: the page that says it and whom to call."""

_COOKIE = "noveto-signin"
_PATH = "/desk/signin"
_LIFE = 600
_REMEMBERED = 5000
_STALE = "登录等得太久，或者这一页已经用过了。请再点一次登录。"

_log = logging.getLogger("noveto.desk.signin")


def routes(
    *,
    secret: str | bytes,
    finish: Finish,
    problem: Problem,
    oidc: OidcOptions | None = None,
    proxy: ProxyOptions | None = None,
    home: str = "/desk/",
) -> list[Route]:
    """Return the routes: ``/desk/signin/start`` and ``/callback`` for OpenID, ``/desk/signin/proxy`` for a header.

    ``secret`` is the desk's; it signs the cookie of a sign-in under way (ten minutes, usable once). All three
    take ``next``, a path on this site.
    """
    from starlette.routing import Route

    made: list[Route] = []
    if oidc is not None:
        way = _OpenId(oidc, secret, finish, problem, home)
        made += [Route(f"{_PATH}/start", way.start), Route(f"{_PATH}/callback", way.callback)]
    if proxy is not None:
        trusted = proxy

        async def through(request: Request) -> Response:
            try:
                account = account_in(request, trusted)
            except SignInError as error:
                _log.warning("proxy sign-in: %s", error.note)
                return await _awaited(problem(request, 400, str(error)))
            if not account:
                return await _awaited(problem(request, 403, "没有登录成：请从单位内网的网址进来，不要直接连办件台。"))
            return await _awaited(finish(request, account, local_path(request.query_params.get("next", ""), home)))

        made.append(Route(f"{_PATH}/proxy", through))
    return made


def local_path(address: str, home: str = "/desk/") -> str:
    """Return ``address`` when it is a path on this very site, else ``home``: nobody is sent elsewhere."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 2000:
        return home
    if "\\" in address or any(ord(sign) < 33 or ord(sign) == 127 for sign in address):
        return home
    try:
        parts = urlsplit(address)
    except ValueError:
        return home
    if parts.scheme or parts.netloc or parts.path.startswith(("//", _PATH)):
        return home
    return address


class _OpenId:
    def __init__(self, options: OidcOptions, secret: str | bytes, finish: Finish, problem: Problem, home: str) -> None:
        from itsdangerous import URLSafeTimedSerializer

        self._provider = Provider(options)
        self._signer = URLSafeTimedSerializer(secret, salt="noveto sign-in 1")
        self._secure = options.site_url.startswith("https://")
        self._finish = finish
        self._problem = problem
        self._home = home
        self._used: OrderedDict[str, float] = OrderedDict()

    async def start(self, request: Request) -> Response:
        from starlette.responses import RedirectResponse

        try:
            pending, address = await self._provider.begin(local_path(request.query_params.get("next", ""), self._home))
        except SignInError as error:
            return await self._told(request, 502, error)
        answer = RedirectResponse(address, 303)
        answer.set_cookie(
            _COOKIE, self._signer.dumps(asdict(pending)), max_age=_LIFE, path=_PATH, httponly=True, samesite="lax",
            secure=self._secure,
        )  # fmt: skip
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def callback(self, request: Request) -> Response:
        asked = request.query_params
        try:
            pending = self._pending(request.cookies.get(_COOKIE, ""), asked.get("state", ""))
            account = await self._provider.finish(pending, asked.get("code", ""), asked.get("iss", ""))
        except SignInError as error:
            answer = await self._told(request, 400, error)
        else:
            answer = await _awaited(self._finish(request, account, local_path(pending.next, self._home)))
        answer.delete_cookie(_COOKIE, path=_PATH, httponly=True, samesite="lax", secure=self._secure)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def _pending(self, cookie: str, state: str) -> Pending:
        """Return this browser's sign-in under way; each is taken once. Raises SignInError."""
        from itsdangerous import BadSignature

        try:
            held: Any = self._signer.loads(cookie, max_age=_LIFE)
            pending = Pending(**held)
        except (BadSignature, TypeError) as error:
            raise SignInError(_STALE, f"no sign-in under way: {error}") from error
        if not state or not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise SignInError(_STALE, "state of another sign-in")
        now = time.monotonic()
        while self._used and (len(self._used) > _REMEMBERED or next(iter(self._used.values())) < now - _LIFE):
            self._used.popitem(last=False)
        if pending.state in self._used:
            raise SignInError(_STALE, "sign-in used twice")
        self._used[pending.state] = now
        return pending

    async def _told(self, request: Request, status: int, error: SignInError) -> Response:
        _log.warning("sign-in: %s", error.note)
        return await _awaited(self._problem(request, status, str(error)))


async def _awaited(answer: Response | Awaitable[Response]) -> Response:
    import inspect

    return await answer if inspect.isawaitable(answer) else answer
