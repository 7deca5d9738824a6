"""A desk that really listens, in a thread of the test's process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from tests.desk.deskclient import TODAY

from noveto.desk.app import create_app
from noveto.desk.settings import Settings


@contextmanager
def listening(bare: Path, state: Path, *, site: Path | None = None) -> Iterator[str]:
    """Serve a demonstration desk on a free port of this machine; yields its address."""
    settings = Settings(
        root=bare, state=state, sealed=state / "sealed.db", secret=b"x" * 40, demo=True, day=TODAY, site=site
    )
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = create_app(replace(settings, port=port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
