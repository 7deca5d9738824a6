"""How a wrong value is shown in a message: short, on one line, never a full number of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONG = 24
_PERSONAL = re.compile(
    r"(?<![0-9])1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])"  # mobile, also written in groups
    r"|(?<![0-9])0[0-9]{2,3}[- ][0-9]{7,8}(?![0-9])"  # landline
    r"|[0-9]{10,}[0-9Xx]?"  # identity, bank card and other long numbers
)


def mask(text: str) -> str:
    """Return ``text`` with numbers that may belong to a person shown as their first three digits and stars."""
    return _PERSONAL.sub(lambda found: found[0][:3] + "*" * 6, text.translate(_HALF))


_HALF = str.maketrans("０１２３４５６７８９", "0123456789")


def show(value: object) -> str:
    """Return ``value`` as it stands in a Chinese message, between the message's own quotation marks."""
    if value is None:
        return "（空）"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return shorten("{" + "，".join(f"{key}: …" for key in value) + "}")
    if isinstance(value, list):
        return shorten("[" + "，".join(show(item) for item in value) + "]")
    text = str(value)
    has_full_width = any("０" <= char <= "９" for char in text)
    masked = mask(text)
    return shorten(text if has_full_width and masked == text.translate(_HALF) else masked)


def shorten(text: str, limit: int = _LONG) -> str:
    """Return ``text`` on one line, cut after ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + "…"
