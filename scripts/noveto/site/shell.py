"""Shells: pages rendered once by the site engine, into which data pages are stamped."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from noveto.site.csp import with_policy

MARKS = ("TITLE", "BODY", "FOOT")
"""Placeholders a shell may hold, written @@NAME@@."""

_MARK = re.compile(rb"@@(TITLE|BODY|FOOT)@@")
_KEEP = re.compile(rb"(<(pre|textarea|script)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(rb"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Shell:
    """A page split at its placeholders: ``parts`` alternates text and placeholder names."""

    parts: tuple[bytes, ...]
    digest: str

    @classmethod
    def parse(cls, page: bytes) -> Shell:
        """Split a rendered page; white space between tags is dropped, the policy put in.

        Raises ValueError when the page has no @@BODY@@.
        """
        parts = tuple(_MARK.split(with_policy(squeeze(page))))
        if b"BODY" not in parts[1::2]:
            raise ValueError("the shell has no @@BODY@@")
        return cls(parts, hashlib.sha256(b"@@".join(parts)).hexdigest())

    def stamp(self, *, title: str, body: str, foot: str = "") -> bytes:
        """Return the page. All three are HTML already: values must have been escaped by the caller."""
        given = {b"TITLE": title.encode(), b"BODY": body.encode(), b"FOOT": foot.encode()}
        parts = self.parts
        return b"".join(given[part] if index % 2 else part for index, part in enumerate(parts))


def squeeze(page: bytes) -> bytes:
    """Drop indentation and empty lines outside of preformatted text and scripts."""
    pieces = _KEEP.split(page)
    # split() yields text, kept element, its tag name, text, …
    return b"".join(
        _SPACE.sub(b"\n", piece) if index % 3 == 0 else piece for index, piece in enumerate(pieces) if index % 3 != 2
    )
