"""The Content-Security-Policy of the site, delivered inside each page so that it also holds from a folder.

The theme's few inline scripts are allowed by their hashes, computed from what was actually built; nothing else
inline, and no other host.
"""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(rb"<script(?P<attrs>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(rb"<meta charset=[^>]*>", re.IGNORECASE)

_POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)


def script_hashes(page: bytes) -> list[str]:
    """Return the CSP sources of the inline scripts of ``page``, in order, each once.

    Data blocks (``type="application/json"``) are not executed and need none.
    """
    found: dict[str, None] = {}
    for match in _SCRIPT.finditer(page):
        attrs = match["attrs"]
        if b"src=" in attrs or b"json" in attrs:
            continue
        digest = base64.b64encode(hashlib.sha256(match["code"]).digest()).decode()
        found[f"'sha256-{digest}'"] = None
    return list(found)


def policy(page: bytes) -> str:
    """Return the policy for ``page``."""
    return _POLICY.format(hashes="".join(f" {item}" for item in script_hashes(page)))


def with_policy(page: bytes) -> bytes:
    """Insert the policy as the first thing after the character set; a page without one is returned as it is."""
    match = _CHARSET.search(page)
    if match is None:
        return page
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'.encode()
    return page[: match.end()] + meta + page[match.end() :]
