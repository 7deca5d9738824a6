"""A text that was copied from a diff: every line begins with the sign of what was added."""

from __future__ import annotations

import re
from typing import NamedTuple

_ABOUT = re.compile(r"diff --git |index [0-9a-f]|new file mode|--- |\+\+\+ |@@ |\\ No newline")
"""Lines of a diff that are no line of the file."""
_KEY = re.compile(r"\+ ?[A-Za-z_][A-Za-z0-9_]* *[:：]")


class CopiedDiff(NamedTuple):
    """Where a copied diff begins, what stands before each of its lines, and the text without it, line for line."""

    line: int
    sign: str
    mended: str


def copied_diff(text: str) -> CopiedDiff | None:
    """Return how a text reads that is an added file as a diff shows it, None when it is none.

    A diff that holds other lines than added ones is a part of a file and is left to the reader's own findings.
    """
    lines = text.split("\n")
    added = [line for line in lines if line.strip() and not _ABOUT.match(line)]
    if len(added) < 2 or any(line[0] != "+" for line in added) or not any(map(_KEY.match, added)):
        return None
    sign = "+ " if all(line[1:2] in (" ", "") for line in added) else "+"
    plain = ["" if _ABOUT.match(line) else line[len(sign) :] for line in lines]
    return CopiedDiff(lines.index(added[0]) + 1, sign, "\n".join(plain))
