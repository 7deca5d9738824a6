"""The account a trusted proxy names in a header."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from noveto.desk.signin.options import ProxyOptions, SignInError

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

_ACCOUNT = re.compile(r"[A-Za-z0-9._@-]{1,100}")


def account_in(request: HTTPConnection, options: ProxyOptions) -> str:
    """Return the account the proxy vouches for, "" where it names none.

    Only the address at the other end of the connection counts, never what X-Forwarded-For claims (the server must
    run without rewriting it). A header from any other address is as if it were not there. Raises SignInError when
    the proxy sends the header twice, or with anything but letters, digits and ``._@-``.
    """
    values = request.headers.getlist(options.header)
    if not values or request.client is None:
        return ""
    try:
        peer = ipaddress.ip_address(request.client.host)
    except ValueError:
        return ""
    if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    if not any(peer in network for network in options.peers):
        return ""
    if len(values) > 1:
        raise SignInError("没有登录成：代理送来了两个账号。请管理员检查代理的设置。", "proxy header given twice")
    account = values[0].strip()
    if not account:
        return ""
    if not _ACCOUNT.fullmatch(account):
        raise SignInError("没有登录成：代理送来的账号里有不认识的字符。请管理员检查代理的设置。", "odd proxy account")
    return account
