"""The desk as a web application: the built site under /, the desk under /desk/, one process."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from noveto.desk.core import Desk, Landed
from noveto.desk.people import home_of, person_for
from noveto.desk.session import Sessions, sign_in
from noveto.desk.settings import Settings
from noveto.desk.signin import oidc_from, proxy_from
from noveto.desk.signin import routes as signin_routes
from noveto.desk.web import Ctx, Guard, endpoint
from noveto.resources import resource

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = logging.getLogger("noveto.desk")
HERE = Path(__file__).parent
_STRANGER = "人员表里没有这个账号，或者已经离岗。请找本单位管理员把账号写进人员表（staff.yml 的 account）。"
_BROKEN = "没有办成，不是您的问题。已经交上去的不会丢；请回我的待办看看，没有就再交一次。"


class Site(StaticFiles):
    """The built site: its own 404 page, nothing kept by the browser unasked."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve a file."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            page = Path(str(self.directory)) / "404.html"
            if error.status_code != 404 or not page.is_file():
                raise
            response = FileResponse(page, 404)
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_app(settings: Settings, *, landed: Landed = lambda _: None, start_worker: bool = True) -> Starlette:
    """Return the application. ``landed`` is told what each round of the worker brought to main.

    Raises UserError when ledger, state folder or sign-in cannot be used.
    """
    from noveto.desk.routes import routes as page_routes

    desk = Desk(settings, landed=landed)

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        import threading

        import anyio.to_thread

        anyio.to_thread.current_default_thread_limiter().total_tokens = 80
        if start_worker:
            desk.worker.start()
        threading.Thread(target=_warm, args=(desk,), daemon=True).start()
        try:
            yield
        finally:
            desk.worker.stop()

    def finish(request: Request, account: str, target: str) -> Response:
        person = person_for(desk.office.registry, account, settings.today)
        if person is None:
            return _problem(desk, request, 403, _STRANGER)
        home = home_of(person, target, desk.office.registry, site=settings.site is not None)
        response = RedirectResponse(home, 303)
        sign_in(request, response, person)
        return response

    oidc, proxy = oidc_from(settings.env), proxy_from(settings.env)
    routes: list[Any] = [
        *page_routes(),
        *signin_routes(
            secret=settings.secret,
            finish=finish,
            problem=lambda request, status, text: _problem(desk, request, status, text),
            oidc=oidc,
            proxy=proxy,
        ),
        Route("/desk/static/noveto.css", endpoint(_stylesheet, everybody=True)),
        Route("/desk/static/favicon.svg", endpoint(_icon, everybody=True)),
        Mount("/desk/static", StaticFiles(directory=HERE / "static")),
    ]
    if settings.site is not None:
        settings.site.mkdir(parents=True, exist_ok=True)
        routes.append(Route("/mine.html", lambda _: RedirectResponse("/desk/", 303)))
        routes.append(Mount("/", Site(directory=settings.site, html=True)))
    else:
        routes.append(Route("/", lambda _: RedirectResponse("/desk/", 303)))
    app = Starlette(routes=routes, lifespan=life, exception_handlers={Exception: _broken, HTTPException: _missing})
    app.state.desk = desk
    app.state.sessions = Sessions(settings)
    app.state.proxy = proxy
    app.state.ways = [
        *([("/desk/signin/start", oidc.label)] if oidc else []),
        *([("/desk/signin/proxy", "用单位门户的身份进入")] if proxy else []),
    ]
    app.add_middleware(_guard, desk=desk)
    return app


def _guard(app: ASGIApp, desk: Desk) -> Guard:
    def problem(_: int, title: str, text: str) -> bytes:
        return desk.render("problem.html", None, "", title=title, text=text, links=()).encode()

    own = urlsplit(desk.settings.base_url).hostname or ""  # the port may be the proxy's own
    return Guard(app, problem, frozenset({own} if own else {"localhost"} if desk.settings.demo else ()))


def _problem(desk: Desk, request: Request, status: int, text: str) -> Response:
    ctx = Ctx(request, desk, None, None)
    return ctx.problem(status, "没有登录成", text, ("/desk/sign-in", "再登录一次"))


async def _missing(request: Request, error: Exception) -> Response:
    desk: Desk = request.app.state.desk
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = {404: "没有这一页。请从我的待办进去，或者按编号找件。", 405: "这个网址不能这样打开。请从我的待办进去。"}
    told = text.get(status, "请求有问题，没有收。请回到上一页再试。")
    body = desk.render("problem.html", None, "", title="没有这一页" if status == 404 else "没有办成", text=told,
                       links=(("/desk/", "回我的待办"),))  # fmt: skip
    return HTMLResponse(body, status)


async def _broken(request: Request, error: Exception) -> Response:
    desk: Desk = request.app.state.desk
    log.error("%r failed", request.url.path, exc_info=error)
    body = desk.render("problem.html", None, "", title="程序出了错", text=_BROKEN,
                       links=(("/desk/", "回我的待办"),))  # fmt: skip
    return HTMLResponse(body, 500)


def _stylesheet(ctx: Ctx) -> Response:
    return FileResponse(resource("docs") / "assets" / "noveto.css", headers={"Cache-Control": "max-age=300"})


def _icon(ctx: Ctx) -> Response:
    return FileResponse(resource("docs") / "assets" / "favicon.svg", headers={"Cache-Control": "max-age=86400"})


def _warm(desk: Desk) -> None:
    try:
        desk.office.warm()
    except Exception:
        log.exception("similar cases are not shown")
