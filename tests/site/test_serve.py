"""``noveto site serve``: many readers at once, kept connections, and a site that follows the ledger."""

from __future__ import annotations

import functools
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from noveto.site.serve import Handler, Server, open_server


def get(address, path):
    with closing(http.client.HTTPConnection(*address)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()


@pytest.fixture
def running(tmp_path):
    (tmp_path / "index.html").write_text("<p>首页", encoding="utf-8")
    (tmp_path / "404.html").write_text("<p>没有这一页", encoding="utf-8")
    (tmp_path / "big.json").write_bytes(b"0" * 8_000_000)
    (tmp_path / "folder").mkdir()
    server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_whole_hall_may_come_before_the_first_is_let_in(tmp_path):
    """Every connection is taken while none has been accepted yet: nobody is made to try again."""
    (tmp_path / "index.html").write_text("<p>首页", encoding="utf-8")
    server = open_server(tmp_path, 18800)
    address = server.server_address
    readers = [socket.create_connection(address, timeout=5) for _ in range(100)]
    for reader in readers:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for reader in readers:
            with reader, reader.makefile("rb") as answer:
                assert answer.read().endswith("<p>首页".encode())
    finally:
        server.shutdown()
        server.server_close()


def test_one_connection_serves_every_file(running):
    connection = http.client.HTTPConnection(*running.server_address)
    asked = {"/": (200, "<p>首页"), "/nothing": (404, "<p>没有这一页"), "/folder/": (404, "<p>没有这一页")}
    own = set()
    for path, expected in [*asked.items(), *asked.items()]:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.read().decode()) == expected, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        own.add(connection.sock.getsockname())
    assert len(own) == 1
    connection.request("HEAD", "/nothing")
    assert connection.getresponse().read() == b""
    connection.close()


def test_a_reader_who_leaves_is_no_error(running, capfd):
    for _ in range(3):
        reader = socket.create_connection(running.server_address)
        reader.sendall(b"GET /big.json HTTP/1.1\r\nHost: here\r\n\r\n")
        reader.recv(100)
        reader.close()
    assert get(running.server_address, "/") == "<p>首页"
    running.shutdown()
    time.sleep(0.2)
    assert capfd.readouterr() == ("", "")


def test_the_next_free_port_is_taken(tmp_path):
    first = open_server(tmp_path, 18900)
    second = open_server(tmp_path, first.server_address[1])
    with first, second:
        assert second.server_address[1] > first.server_address[1]


def test_the_site_follows_the_ledger(demo_folder, tmp_path):
    """The command builds, says where, and shows a changed record without being asked; readers keep reading."""
    root = tmp_path / "ledger"
    shutil.copytree(demo_folder, root)
    unit = root / "records" / "registry" / "units.yml"
    before = unit.read_text(encoding="utf-8")
    name = re.search(r"^  short: (.+)$", before, re.M)[1]
    command = [
        sys.executable,
        "-c",
        "from noveto.cli.main import main; main()",
        "--root",
        str(root),
        "site",
        "serve",
        "--port",
        "18950",
    ]
    command += ["--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "NOVETO_TODAY": "2026-10-10"},
    ) as process:
        try:
            said = ""
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", said)):
                line = process.stderr.readline()
                assert line, said
                said += line
            read = functools.partial(get, ("127.0.0.1", int(found[1])), "/units/sjj.html")
            assert name in read()
            unit.write_text(before.replace(f"  short: {name}\n", "  short: 改了名的局\n", 1), encoding="utf-8")
            deadline = time.monotonic() + 120
            with ThreadPoolExecutor(8) as readers:
                while not all(
                    "改了名的局" in text for text in [job.result() for job in [readers.submit(read) for _ in range(8)]]
                ):
                    assert time.monotonic() < deadline
                    time.sleep(0.2)
        finally:
            process.terminate()
