"""A small HTTP client for robots and forges: no redirects, no proxies, TLS verified, errors in Chinese."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

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
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"“{parts.scheme}://{parts.hostname or ''}”不是网址。请写 http:// 或 https:// 开头的地址。")
    place = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    connection = _connection(parts.scheme, parts.hostname, parts.port, ca, timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = False
    try:
        connection.connect()
        sent = True
        connection.request(method, target, body=body or None, headers=dict(headers or {}))
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
        raise HttpError(f"找不到主机 {parts.hostname}，请核对地址和域名解析", sent=False) from None
    except (ConnectionError, http.client.HTTPException):
        raise HttpError(f"{place} 中途断开了连接", sent=sent) from None
    except ssl.SSLError as error:
        raise HttpError(f"{place} 的加密连接没有建成（{error.reason}）", sent=False, retry=False) from None
    except OSError as error:
        raise HttpError(f"连不上 {place}：{error.strerror or error}", sent=sent) from None
    finally:
        connection.close()


def context_of(ca: str) -> ssl.SSLContext:
    """Return a TLS context that verifies; ``ca`` names a file of certificates. Raises UserError when it is unusable."""
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as error:
        raise UserError(f"证书文件 {ca} 不能用（{error}）。请写 PEM 格式的根证书文件。") from None


def _connection(scheme: str, host: str, port: int | None, ca: str, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=context_of(ca))
    return http.client.HTTPConnection(host, port, timeout=timeout)
