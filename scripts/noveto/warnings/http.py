"""A small HTTP client for robots and forges: no redirects, TLS verified, errors in Chinese.

A redirect is an answer like any other: followed, it would carry keys to wherever it points. The proxy of the
environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) is used, since many offices reach the services only through one; an
https connection is tunnelled, so the proxy sees neither path nor body.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from noveto.errors import UserError

TIMEOUT = 15.0
_MOST = 8_000_000


class HttpError(Exception):
    """No answer came. ``sent`` tells that the request may have been carried out all the same; ``retry`` that the
    same request may succeed later."""

    def __init__(self, why: str, *, sent: bool, retry: bool = True) -> None:
        super().__init__(why)
        self.sent = sent
        self.retry = retry


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    ca: str = "",
    timeout: float = TIMEOUT,
) -> Answer:
    """Make one request and return whatever the server answered, errors included.

    ``ca`` is a file of certificates trusted instead of the system's. Raises HttpError when no answer came; its
    text names host and port, never the path or query, which hold keys. Raises UserError for an address that is none.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    place = f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    proxy = _proxy(parts.scheme, host)
    connection = _connection(parts, proxy, ca, timeout)
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/?%:@!$&'()*+,;=~-._")
    sending = dict(headers or {})
    if proxy is not None:
        place += f"（经代理 {proxy.hostname}:{proxy.port or 80}）"
        if parts.scheme == "http":
            target = f"http://{parts.netloc}{target}"
            sending |= _proxy_login(proxy)
    sent = False
    try:
        connection.connect()
        sent = True
        connection.request(method, target, body=body or None, headers=sending)
        answer = connection.getresponse()
        data = answer.read(_MOST)
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, data)
    except ssl.SSLCertVerificationError as error:
        why = f"{place} 的证书不可信（{error.verify_message}）。内网证书请在 ca 里写本单位的根证书文件。"
        raise HttpError(why, sent=False, retry=False) from None
    except TimeoutError:
        raise HttpError(f"{place} 在 {timeout:g} 秒内没有回答", sent=sent) from None
    except ConnectionRefusedError:
        raise HttpError(f"{place} 拒绝连接，服务没有开或者端口不对", sent=False) from None
    except socket.gaierror:
        sought = host if proxy is None else proxy.hostname
        raise HttpError(f"找不到主机 {sought}，请核对地址和域名解析", sent=False) from None
    except (ConnectionError, http.client.HTTPException):
        raise HttpError(f"{place} 中途断开了连接", sent=sent) from None
    except ssl.SSLError as error:
        raise HttpError(f"{place} 的加密连接没有建成（{error.reason}）", sent=False, retry=False) from None
    except UnicodeError:
        raise UserError("密钥里有不能用的字符，请核对环境变量：密钥只有字母、数字和符号，没有汉字和换行。") from None
    except OSError as error:
        if "Tunnel connection failed" in str(error):
            raise HttpError(f"{place} 没有接通，请核对代理的设置", sent=False) from None
        raise HttpError(f"连不上 {place}：{error.strerror or error}", sent=sent) from None
    finally:
        connection.close()


def context_of(ca: str) -> ssl.SSLContext:
    """Return a TLS context that verifies; ``ca`` names a file of certificates. Raises UserError when it is unusable."""
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"证书文件 {ca} 不能用（{error}）。请写 PEM 格式的根证书文件。") from None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0:
            parts.hostname.encode("idna")
            return parts
    except ValueError:  # an impossible port, half an IPv6 address, a host name that is none
        parts = SplitResult("", "", "", "", "")
    shown = f"{parts.scheme}://{parts.hostname or ''}" if parts.scheme else "填写的地址"
    raise UserError(f"“{shown}”不是网址。请写 http:// 或 https:// 开头的地址。")


def retry_after(headers: Mapping[str, str], default: float, most: float = 120.0) -> float:
    """Return how many seconds a server asks to wait (Retry-After: seconds or a date), at most ``most``."""
    given = headers.get("retry-after", "").strip()
    if given.isdigit():
        return min(float(given), most)
    try:
        return min(max(parsedate_to_datetime(given).timestamp() - time.time(), 0.0), most)
    except ValueError:
        return default


def _proxy(scheme: str, host: str) -> SplitResult | None:
    """Return the proxy the environment names for a host, None for none; this machine is always reached directly."""
    given = getproxies().get(scheme, "")
    if not given or _loopback(host) or proxy_bypass(host):
        return None
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme != "http" or not parts.hostname:
        raise UserError(f"环境变量 {scheme.upper()}_PROXY 写的代理用不了，请写 http://主机:端口；不用代理的请去掉它。")
    return parts


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _proxy_login(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _connection(parts: SplitResult, proxy: SplitResult | None, ca: str, timeout: float) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", parts.port
    to, at = (host, port) if proxy is None else (proxy.hostname or "", proxy.port or 80)
    if parts.scheme == "http":
        return http.client.HTTPConnection(to, at, timeout=timeout)
    made = http.client.HTTPSConnection(to, at, timeout=timeout, context=context_of(ca))
    if proxy is not None:
        made.set_tunnel(host, port or 443, headers=_proxy_login(proxy))
    return made
