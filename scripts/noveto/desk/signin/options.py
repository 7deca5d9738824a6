"""Settings of sign-in, read from the environment; secrets come from nowhere else."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from noveto.errors import UserError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TOKEN = re.compile(r"[A-Za-z0-9-]+")


class SignInError(UserError):
    """Sign-in did not come about; the message is a Chinese sentence for the page, the note is for the log."""

    def __init__(self, message: str, note: str = "") -> None:
        super().__init__(message)
        self.note = note or message


@dataclass(frozen=True, slots=True)
class OidcOptions:
    """An OpenID provider: ``issuer`` as its discovery document says (a slash at the end does not matter).

    ``claim`` is the one that holds the login name.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    site_url: str
    claim: str = "preferred_username"
    label: str = "用单位账号登录"

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back: to be entered there exactly so."""
        return f"{self.site_url}/desk/signin/callback"


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """A proxy that signs people in: the header it sets, and the only addresses it is believed from."""

    header: str
    peers: tuple[Network, ...]


def oidc_from(env: Mapping[str, str]) -> OidcOptions | None:
    """Read NOVETO_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _CLAIM, _LABEL and NOVETO_BASE_URL; None without issuer.

    Raises SignInError when something is missing, or an address is neither https nor on this machine.
    """
    issuer = env.get("NOVETO_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    needed = ("NOVETO_OIDC_CLIENT_ID", "NOVETO_OIDC_CLIENT_SECRET", "NOVETO_BASE_URL")
    missing = [name for name in needed if not env.get(name, "").strip()]
    if missing:
        raise SignInError(f"写了 NOVETO_OIDC_ISSUER，还要写 {'、'.join(missing)}。")
    site = env["NOVETO_BASE_URL"].strip().rstrip("/")
    for name, address in (("NOVETO_OIDC_ISSUER", issuer), ("NOVETO_BASE_URL", site)):
        if not safe_address(address):
            raise SignInError(f"{name} 写的“{address}”要以 https:// 开头（本机试用可以用 http://127.0.0.1）。")
    return OidcOptions(
        issuer,
        env["NOVETO_OIDC_CLIENT_ID"].strip(),
        env["NOVETO_OIDC_CLIENT_SECRET"].strip(),
        site,
        env.get("NOVETO_OIDC_CLAIM", "").strip() or "preferred_username",
        env.get("NOVETO_OIDC_LABEL", "").strip() or "用单位账号登录",
    )


def proxy_from(env: Mapping[str, str]) -> ProxyOptions | None:
    """Read NOVETO_PROXY_HEADER and NOVETO_PROXY_PEERS (addresses or networks, by commas); None without header.

    Raises SignInError when no peer is named: a header believed from anybody is no sign-in.
    """
    header = env.get("NOVETO_PROXY_HEADER", "").strip()
    if not header:
        return None
    if not _TOKEN.fullmatch(header):
        raise SignInError(f"NOVETO_PROXY_HEADER 写的“{header}”不是请求头的名字，例如 X-Remote-User。")
    peers: list[Network] = []
    for text in re.split(r"[,，\s]+", env.get("NOVETO_PROXY_PEERS", "").strip()):
        try:
            peers += [ipaddress.ip_network(text)] if text else []
        except ValueError:
            raise SignInError(f"NOVETO_PROXY_PEERS 里的“{text}”不是地址，例如 127.0.0.1 或 10.1.0.0/28。") from None
    if not peers:
        raise SignInError("写了 NOVETO_PROXY_HEADER，还要用 NOVETO_PROXY_PEERS 写明代理的地址，别处来的请求头不能信。")
    if any(peer.prefixlen == 0 for peer in peers):
        raise SignInError("NOVETO_PROXY_PEERS 不能写成任何地址都行（/0）。请只写代理自己的地址。")
    return ProxyOptions(header, tuple(peers))


def safe_address(address: str) -> bool:
    """Whether an address is https, or http on this very machine (trials, tests)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return False
    local = host in ("127.0.0.1", "::1", "localhost")
    return bool(host) and port != 0 and (parts.scheme == "https" or (parts.scheme == "http" and local))
