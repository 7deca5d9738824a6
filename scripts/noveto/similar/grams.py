"""Text as grams: single Chinese characters, pairs of neighbouring ones, and words of letters or digits.

docs/assets/noveto-similar.js is the twin of this module; a test runs both over the same texts.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_GAP = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[0-9a-z]+")


def plain(text: str) -> str:
    """Return ``text`` folded for comparison: full-width forms narrowed, lower case, every other sign a blank."""
    return _GAP.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def grams(text: str) -> list[str]:
    """Return the grams of a folded text in order, repeated ones as often as they occur."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found += run
            found += map("".join, pairwise(run))
    return found


def is_rare_kind(gram: str) -> bool:
    """Whether a gram may stand for a subject: a pair of characters or a word, not a single character."""
    return len(gram) > 1
