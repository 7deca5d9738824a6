"""A push through `git http-backend` behind a small web server, as the office's Git host would take it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.history.histories import CASE, History, step, usual
from tests.hooks.clerk import Clerk, install, receipts

DAY = "2026-03-10T09:00"


def serve(folder: Path) -> ThreadingHTTPServer:
    """Serve bare repositories by CGI; the user of the basic authentication is the pusher."""
    backend = subprocess.run(["git", "--exec-path"], capture_output=True, check=True).stdout.decode().strip()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(body)

        def answer(self, body: bytes) -> None:
            import base64

            user = base64.b64decode(self.headers.get("Authorization", "Basic Og==").split()[1]).decode().split(":")[0]
            if not user:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="ledger"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            env = {key: value for key, value in os.environ.items() if not key.startswith("GITEA")} | {
                "GIT_PROJECT_ROOT": str(folder), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)), "REMOTE_USER": user, "NOVETO_TODAY": "2026-03-10",
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }  # fmt: skip
            done = subprocess.run(
                [f"{backend}/git-http-backend"], input=body, env=env, capture_output=True, check=False
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
            status = next((value for name, value in fields if name == "Status"), "200 OK")
            self.send_response(int(status.split()[0]))
            for name, value in fields:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    made = usual(tmp_path / "first")
    bare = tmp_path / "host" / "ledger.git"
    bare.parent.mkdir()
    subprocess.run(["git", "clone", "-q", "--bare", str(made.folder), str(bare)], check=True)
    subprocess.run(["git", "config", "http.receivepack", "true"], cwd=bare, check=True)
    install(bare)
    server = serve(bare.parent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}/ledger.git"
    server.shutdown()
    server.server_close()
    thread.join()


def test_pushes_over_http_are_judged_by_the_signed_in_user(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", f"http://scjgj-007:x@{url}", str(folder)], check=True)
    clerk = Clerk(folder)
    assert isinstance(clerk, History)
    clerk.append(CASE, step("2026-03-10T08:50", "scjgj-007", "note", text="已电话说明"))
    made = clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push(f"http://rsj-005:x@{url}", "main", env={"GITEA_PUSHER_NAME": ""})
    assert not taken
    assert "没有收下这次推送" in said
    assert "NV518" in said
    taken, said = clerk.push(f"http://scjgj-007:x@{url}", "main", env={"GITEA_PUSHER_NAME": ""})
    assert taken, said
    rows = receipts(tmp_path / "host" / "ledger.git")
    assert [(row["commit"], row["pusher"]) for row in rows][-1] == (made, "scjgj-007")
