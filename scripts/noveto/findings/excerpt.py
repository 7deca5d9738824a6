"""Pieces of a file shown to the user: short, on one line, and never with a whole personal number."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"(?<![0-9-])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])"  # mobile, also in groups
    r"|(?<![0-9-])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9-])"  # landline
    r"|[0-9]{11,}[0-9Xx]?"  # identity, bank card and other long numbers
    r"|(?<![0-9-])[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?(?![0-9])"  # bank card in groups of four
)
_HALF_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def mask_numbers(text: str) -> str:
    """Return ``text`` with every number that may belong to a person starred but for its first three digits.

    The length does not change, so that columns of the original still hold.
    """
    half = text.translate(_HALF_DIGITS)
    masked = _NUMBER.sub(_star, half)
    return text if masked == half else masked


def _star(found: re.Match[str]) -> str:
    shown = 0
    out = []
    for char in found.group():
        if char.isdigit() or char in "Xx":
            shown += 1
            out.append(char if shown <= 3 else "*")
        else:
            out.append(char)
    return "".join(out)


def excerpt(text: str, limit: int = 40) -> str:
    """Return ``text`` on one line, masked, control characters made visible, cut after ``limit`` characters."""
    line = " ".join(mask_numbers(text[: limit * 20]).split())  # enough to show; lines may be very long
    line = "".join(char if char.isprintable() else "�" for char in line)
    return line if len(line) <= limit else line[:limit] + "…"
