"""What a desk depends on outside of itself: the certificate its address is served with, and its token at the forge.

Both are looked at from where the browsers and the desk stand, not in files; each now and then, in a thread, so that
no page waits long for an answer.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from noveto.errors import reason
from noveto.gitio import GitError, Repo
from noveto.site.signs import Sign

if TYPE_CHECKING:
    from noveto.desk.mainline import Mainline
    from noveto.desk.settings import Settings

log = logging.getLogger("noveto.desk")
_SOON = 30
"""Days before its end at which something has to be renewed."""
_PATIENCE = 3.0
"""Seconds a page waits for an answer."""
_KEPT, _KEPT_BAD = 600.0, 20.0
"""Seconds for which an answer is believed: when all is well, and when it is not."""
_CERTIFICATE, _TOKEN = "证书", "令牌"
_RENEW = "请换一张新的，放好以后 systemctl reload nginx，见“从空服务器到开张”第 5 步。"
_NO_TLS = "登录和填写的内容在网上看得见。请照“从空服务器到开张”第 5 步装证书，NOVETO_BASE_URL 写成 https:// 开头。"
_REPLACE = "在代码平台给办件台的账号做一个新令牌，照“从空服务器到开张”第 8 步填进去；没入台账的在排队，不会丢。"
_NO_ENTRY = (
    "Authentication failed", "could not read Username", "could not read Password", "Permission denied", "error: 403",
    "error: 401", "Access denied", "not authorized",
)  # fmt: skip
_SLOW = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": "20"}


class Outside:
    """Answers of the world outside, asked for in threads."""

    def __init__(self, settings: Settings, main: Mainline) -> None:
        self._asks = (
            _Ask(_CERTIFICATE, lambda: certificate(settings)),
            _Ask(_TOKEN, lambda: token(main, settings)),
        )

    def signs(self) -> Iterator[Sign]:
        """Yield the lines of certificate and token."""
        for ask in self._asks:
            ask.begin()
        for ask in self._asks:
            yield ask.answer()


class _Ask:
    """One question that is asked again when its answer has become old."""

    def __init__(self, what: str, look: Callable[[], Sign]) -> None:
        self._what, self._look = what, look
        self._unknown = Sign(what, False, "还没有问到", "过一会儿再看；一直这样的，请查网络通不通。")
        self._lock = threading.Lock()
        self._asked: Future[Sign] | None = None
        self._at = 0.0

    def begin(self) -> None:
        """Ask, unless the answer is known or on its way."""
        with self._lock:
            if self._asked is not None:
                if not self._asked.done():
                    return
                if time.monotonic() - self._at < (_KEPT if self._asked.result().well else _KEPT_BAD):
                    return
            self._asked, self._at = Future(), time.monotonic()
            threading.Thread(target=self._find, args=(self._asked,), daemon=True).start()

    def _find(self, answer: Future[Sign]) -> None:
        try:
            answer.set_result(self._look())
        except Exception:
            log.exception("%s was not looked at", self._what)
            answer.set_result(self._unknown)

    def answer(self) -> Sign:
        """Return the answer, or that there is none yet."""
        assert self._asked is not None  # noqa: S101 - begin comes first
        try:
            return self._asked.result(_PATIENCE)
        except TimeoutError:
            return self._unknown


def certificate(settings: Settings) -> Sign:
    """Say until when the certificate holds that browsers are shown at the desk's address."""
    address = urlsplit(settings.base_url)
    if address.scheme != "https" or not address.hostname:
        if settings.demo or not settings.base_url:
            return Sign(_CERTIFICATE, True, "不用，只在本机打开")
        return Sign(_CERTIFICATE, False, "没有用 https", _NO_TLS)
    host, port = address.hostname, address.port or 443
    try:
        ends = _served_until(host, port)
    except OSError as error:
        do = f"别人也许也打不开。请查 nginx 开着没有、证书放对没有（{reason(error).rstrip('。')}）。"
        return Sign(_CERTIFICATE, False, f"连不上 {host}:{port}", do)
    return _until(_CERTIFICATE, ends, settings.today, _RENEW)


def _served_until(host: str, port: int) -> date:
    """Return the last day of the certificate served at an address, whoever signed it. Raises OSError."""
    from cryptography.x509 import load_der_x509_certificate

    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # an office may have signed its own; only its last day is asked
    with (
        socket.create_connection((host, port), timeout=_PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as safe,
    ):
        shown = safe.getpeercert(binary_form=True)
    if not shown:
        raise OSError("没有出示证书")
    return load_der_x509_certificate(shown).not_valid_after_utc.date()


def token(main: Mainline, settings: Settings) -> Sign:
    """Say whether the forge lets the desk push, and until when its token holds where somebody has written that down."""
    if not main.remote:
        return Sign(_TOKEN, True, "不用，台账就在这台机器上")
    try:
        main.try_push(_SLOW)
    except GitError as error:
        if any(sign in error.stderr for sign in _NO_ENTRY):
            return Sign(_TOKEN, False, "代码平台不认", _REPLACE)
        return Sign(_TOKEN, False, "连不上代码平台，没有核对成", "请查代码平台和网络通不通；没入台账的在排队，不会丢。")
    ends = _written_end(main.repo)
    if ends is None:
        return Sign(_TOKEN, True, "能推送，没有写到期日", "令牌有期限的，把到期日写上，见“从空服务器到开张”第 8 步。")
    return _until(_TOKEN, ends, settings.today, _REPLACE)


def _written_end(repo: Repo) -> date | None:
    try:
        return datetime.strptime(repo.git("config", "--get", "noveto.tokenUntil").decode().strip(), "%Y-%m-%d").date()
    except (GitError, ValueError):
        return None


def _until(what: str, ends: date, today: date, do: str) -> Sign:
    left = (ends - today).days
    if left < 0:
        return Sign(what, False, f"{ends} 已经到期", do)
    if left <= _SOON:
        return Sign(what, False, f"{ends} 到期，还有 {left} 天" if left else "今天到期", do)
    return Sign(what, True, f"管到 {ends}")
