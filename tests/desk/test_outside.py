"""Certificate and token of a desk: what browsers and the forge say, told in 运行状态 before it is too late."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import trustme
from tests.desk.deskclient import ledger

from noveto.desk import outside
from noveto.desk.mainline import Mainline
from noveto.desk.outside import Outside, certificate, token
from noveto.desk.settings import Settings
from noveto.gitio import GitError, Repo
from noveto.gitio.process import run

TODAY = date(2026, 10, 10)


def settings(tmp_path, **changes):
    made = Settings(root=tmp_path, state=tmp_path, sealed=tmp_path / "s.db", secret=b"x" * 40, day=TODAY)
    return replace(made, **changes)


@contextmanager
def served(ends):
    """A server on this machine that shows a certificate which ends then, signed by nobody anyone knows."""
    leaf = trustme.CA().issue_cert("127.0.0.1", "localhost", not_after=ends)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def greet():
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain:
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    continue

    threading.Thread(target=greet, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.mark.parametrize(
    ("left", "well", "now"),
    [(200, True, "管到 2027-04-28"), (12, False, "2026-10-22 到期，还有 12 天"), (-1, False, "2026-10-09 已经到期")],
)
def test_the_certificate_that_is_served_is_told(tmp_path, left, well, now):
    ends = datetime(2026, 10, 10, 12, tzinfo=UTC) + timedelta(days=left)
    with served(ends) as address:
        sign = certificate(settings(tmp_path, base_url=address))
    assert (sign.what, sign.well, sign.now) == ("证书", well, now)
    assert ("nginx" in sign.do) is not well


def test_no_certificate_is_well_on_this_machine_only(tmp_path):
    assert certificate(settings(tmp_path)).well
    assert certificate(settings(tmp_path, demo=True, base_url="http://desk.test")).well
    open_to_all = certificate(settings(tmp_path, base_url="http://wfj.example.cn"))
    assert (open_to_all.well, open_to_all.now) == (False, "没有用 https")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = certificate(settings(tmp_path, base_url=f"https://127.0.0.1:{port}"))
    assert (away.well, away.now) == (False, f"连不上 127.0.0.1:{port}")


@pytest.fixture
def forge(tmp_path):
    """A clone whose main is that of a forge."""
    bare = ledger(tmp_path / "ledger.git")
    run(["clone", "-q", str(bare), str(tmp_path / "clone")], tmp_path)
    clone = Repo.discover(tmp_path / "clone")
    assert clone is not None
    made = Mainline(clone, "origin", tmp_path / "clone")
    yield made
    made.close()


def test_a_token_that_works_has_an_end_where_it_was_written_down(tmp_path, forge):
    of = settings(tmp_path)
    assert (token(forge, of).well, token(forge, of).now) == (True, "能推送，没有写到期日")
    forge.repo.git("config", "noveto.tokenUntil", "2026-10-20")
    assert (token(forge, of).well, token(forge, of).now) == (False, "2026-10-20 到期，还有 10 天")
    forge.repo.git("config", "noveto.tokenUntil", "2027-06-30")
    assert (token(forge, of).well, token(forge, of).now) == (True, "管到 2027-06-30")


def test_main_that_has_moved_on_is_no_fault_of_the_token(tmp_path, forge):
    run(["clone", "-q", str(tmp_path / "ledger.git"), str(tmp_path / "other")], tmp_path)
    other = tmp_path / "other"
    who = ["-c", "user.name=a", "-c", "user.email=a@b.cn"]
    run([*who, "commit", "-q", "--allow-empty", "-m", "x"], other)
    run(["push", "-q", "origin", "HEAD:main"], other)
    assert token(forge, settings(tmp_path)).well


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://x/'", "代码平台不认"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "代码平台不认"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "连不上代码平台，没有核对成"),
    ],
)
def test_a_token_that_does_not_work_is_told_from_a_forge_that_is_away(tmp_path, forge, monkeypatch, said, now):
    def refuse(_):
        raise GitError("git push 执行失败", stderr=said)

    monkeypatch.setattr(forge, "try_push", refuse)
    sign = token(forge, settings(tmp_path))
    assert (sign.well, sign.now) == (False, now)
    assert "不会丢" in sign.do


def test_a_page_does_not_wait_for_what_does_not_answer(tmp_path, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(outside, "_PATIENCE", 0.05)
    monkeypatch.setattr(outside, "certificate", lambda _: go.wait(20) and outside.Sign("证书", True, "管到 2027-01-01"))
    monkeypatch.setattr(outside, "token", lambda *_: 1 / 0)
    asked = Outside(settings(tmp_path), None)
    assert [(sign.what, sign.well, sign.now) for sign in asked.signs()] == [
        ("证书", False, "还没有问到"), ("令牌", False, "还没有问到"),
    ]  # fmt: skip
    go.set()
    until = time.monotonic() + 10
    while not (told := [sign for sign in asked.signs() if sign.well]):
        assert time.monotonic() < until
    assert told[0].now == "管到 2027-01-01"
