"""Serving the site on this machine: plain files, rebuilt when the ledger or the day changed."""

from __future__ import annotations

import errno
import sys
import threading
import time
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from noveto.errors import UserError
from noveto.ledger import Ledger

_PORTS_TRIED = 20
_LOOK_EVERY = 2.0
"""Seconds between two looks at the ledger."""
_WAITING = 128
"""Connections that may wait for their turn; Python's 5 made readers who came together wait a second for a retry."""
_IDLE = 60
"""Seconds after which a connection nobody asks anything on is closed."""


class Run(Protocol):
    """What serving needs of the command's settings: where the ledger is, which day it is, how to speak."""

    @property
    def today(self) -> date:
        """The day everything is judged by; a new day is a reason to rebuild."""

    @property
    def now(self) -> datetime:
        """China time to the minute."""

    def root(self) -> Path:
        """Return the ledger's folder."""

    def note(self, text: str) -> None:
        """Tell the user something."""

    def steps(self, what: str, done: int, total: int) -> None:
        """Show how far the work is."""


class Handler(SimpleHTTPRequestHandler):
    """Serves files of one folder, never a listing, never anything that the browser may keep unasked.

    A connection is kept for the next file, so that a page takes few of them.
    """

    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    disable_nagle_algorithm = True
    extensions_map = {  # noqa: RUF012 - the base class's own mapping, extended
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".xml": "application/atom+xml; charset=utf-8",
    }

    def end_headers(self) -> None:
        """Add what keeps a browser careful."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("X-Frame-Options", "DENY")
        super().end_headers()

    def list_directory(self, path: Any) -> None:
        """Refuse to list a folder: the site's own page says what to do."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer 404 with the site's page."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal for what the user has to know."""


class Server(ThreadingHTTPServer):
    """Takes many readers at once, and one who leaves while a page is loading without a word."""

    request_queue_size = _WAITING

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a reader who went away; report anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def open_server(folder: Path, port: int) -> Server:
    """Listen on 127.0.0.1 on ``port`` or the next free one. Raises UserError when none of twenty is free."""
    handler = partial(Handler, directory=str(folder))
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        try:
            return Server(("127.0.0.1", candidate), handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise UserError(f"{port} 起的 {_PORTS_TRIED} 个端口都被占用。请用 --port 换一个。")


def serve_site(settings: Run, folder: Path, port: int) -> None:
    """Build, serve and rebuild until interrupted."""
    from noveto.site.build import build_site

    def build(*, first: bool) -> None:
        done = build_site(
            settings.root(), folder, today=settings.today, now=settings.now, progress=settings.steps, desk=False
        )
        if first or done.written or done.removed:
            settings.note(f"网站已更新：办件 {done.cases} 件，写了 {done.written} 个文件。")

    seen = _state(settings)
    build(first=True)
    server = open_server(folder, port)
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    if server.server_address[1] != port:
        settings.note(f"端口 {port} 被占用，改用 {server.server_address[1]}。")
    settings.note(f"请在浏览器打开 {address}（按 Ctrl+C 结束）")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        while True:
            time.sleep(_LOOK_EVERY)
            now = _state(settings)
            if now != seen:
                seen = now
                try:
                    build(first=False)
                except UserError as error:
                    settings.note(f"没有更新：{error}")
    except KeyboardInterrupt:
        settings.note("已停止。")
    finally:
        server.shutdown()
        server.server_close()


def _state(settings: Run) -> tuple[str, ...]:
    """What a site depends on: the ledger's files, its receipts, its configuration, the day."""
    try:
        with Ledger.open(settings.root()) as ledger:
            files = [
                *(ledger.root / "schema").glob("*"),
                *(ledger.root / "records" / "registry").glob("*"),
                *(ledger.root / "records" / "calendar").glob("*"),
            ]
            stamps = sorted(f"{path.name}{path.stat().st_mtime_ns}" for path in files)
            return (ledger.version, ledger.digest, ledger.view.branch or "", settings.today.isoformat(), *stamps)
    except (UserError, OSError):
        return ()
