"""Running the desk: the server, and the site that follows the ledger act by act."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from noveto.desk.beside import Beside, BesideError
from noveto.desk.notices import Notices
from noveto.desk.ready import Ready
from noveto.desk.settings import Settings
from noveto.errors import UserError
from noveto.gitio import GitError

log = logging.getLogger("noveto.desk")
_PORTS_TRIED = 20
_LOOK_EVERY = 5.0
"""Seconds between two looks whether somebody else has pushed."""
_AGAIN = 30.0
"""Seconds before a build that failed is tried again."""

Note = Callable[[str], None]
Progress = Callable[[str, int, int], None]


def serve(settings: Settings, site: Path | None, *, note: Note, progress: Progress) -> None:
    """Build the site, listen, and serve until stopped. Raises UserError when no port is free."""
    import uvicorn

    from noveto.desk.app import create_app

    keeper = SiteKeeper(settings, site) if site is not None else None
    if keeper is not None:
        keeper.build(progress)
    listener = _listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    if port != settings.port:
        note(f"端口 {settings.port} 被占用，改用 {port}。")
    settings = replace(settings, port=port, site=site)
    told: list[Callable[[Sequence[Ready]], None]] = [keeper.landed] if keeper else []

    def landed(acts: Sequence[Ready]) -> None:
        for tell in told:
            tell(acts)

    app = create_app(settings, landed=landed)
    app.state.desk.worker.claim()  # before anybody is answered
    main = app.state.desk.main
    notices = Notices(settings, main) if settings.day is None else None
    if notices is not None:  # on a trial day nobody is told anything
        told.append(notices.landed)
        notices.start()
    if keeper is not None:
        keeper.start(main.update_clone)
    note(
        f"请在浏览器打开 http://{settings.host}:{port}/（按 Ctrl+C 结束），办件台在 http://{settings.host}:{port}/desk/"
    )
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, proxy_headers=False, server_header=False, timeout_keep_alive=20,
        h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        if notices is not None:
            notices.stop()
        if keeper is not None:
            keeper.stop()
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, candidate))
            found.listen(256)
        except OSError as error:
            found.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise UserError(f"不能在 {host}:{candidate} 上监听：{error.strerror}。") from error
        else:
            return found
    raise UserError(f"{port} 起的 {_PORTS_TRIED} 个端口都被占用。请用 --port 换一个。")


class SiteKeeper:
    """Keeps the built site up to date: the page of a changed case at once, lists and figures right after.

    Both happen in a child process, so that the desk goes on answering.
    """

    def __init__(self, settings: Settings, site: Path) -> None:
        self.settings = settings
        self.site = site
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._update: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="noveto-desk-site", daemon=True)
        self._builder = Beside(_build)

    def build(self, progress: Progress) -> None:
        """Build the whole site, before the first page is served."""
        from noveto.site.build import build_site

        build_site(self.settings.root, self.site, today=self.settings.today, now=self.settings.now,
                   progress=progress, desk=True)  # fmt: skip

    def start(self, update: Callable[[], None]) -> None:
        """Follow the ledger; ``update`` brings the work tree up to main."""
        self._update = update
        self._thread.start()

    def stop(self) -> None:
        """Stop following."""
        self._stop.set()
        self._wake.set()
        self._builder.stop()

    def landed(self, _: Sequence[Ready]) -> None:
        """Take note that acts have reached main."""
        self._wake.set()

    def _run(self) -> None:
        seen = ""
        while not self._stop.is_set():
            self._wake.wait(_LOOK_EVERY)
            self._wake.clear()
            try:
                self._update()
                now = self._state()
                if now != seen and not self._stop.is_set():
                    if self._rebuild():
                        seen = now
                    else:
                        self._stop.wait(_AGAIN)
            except (GitError, UserError, OSError) as error:
                log.warning("the site was not brought up to date: %s", error)
                time.sleep(1)

    def _state(self) -> str:
        from noveto.gitio import Repo

        repo = Repo.discover(self.settings.root)
        return f"{repo.rev_parse('HEAD') if repo else ''} {self.settings.today}"

    def _rebuild(self) -> bool:
        """Build in a process beside and say whether it could; pages that did not change stay as they are."""
        try:
            self._builder.ask(self.settings.root, self.site, self.settings.today, self.settings.now)
        except BesideError as error:
            if not self._stop.is_set():
                log.warning("the site was not built: %s", error)
            return False
        return True


def _build(root: Path, site: Path, today: date, now: datetime) -> None:
    from noveto.site.build import build_site

    build_site(root, site, today=today, now=now, desk=True, jobs=1)
