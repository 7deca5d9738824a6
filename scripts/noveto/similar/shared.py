"""Which words two texts share: the reason shown beside a similar case."""

from __future__ import annotations

import re
from collections.abc import Callable

_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}|[0-9a-z]{2,}")
_EDGE = "的了是在和与及或也就都把被让给对向到从又再还没不能可要会说来去个人有这那他她我您您们着过吗呢吧啊"


def shared_words(a: str, b: str, weight: Callable[[str], float], top: int = 4) -> tuple[str, ...]:
    """Return the longest substrings common to two folded texts, those with the rarest characters first.

    ``weight`` is the weight of a pair of characters. Particles at the edges are cut off, except where a phrase begins
    or ends with them (不动产登记); what without them is shorter than two characters, or part of a substring already
    named, is left out.
    """
    found: dict[str, float] = {}
    for run in _CHINESE.findall(a):
        at = 0
        while at < len(run) - 1:
            if run[at : at + 2] not in b:
                at += 1
                continue
            end = at + 2
            while end < len(run) and run[at : end + 1] in b:
                end += 1
            word = run[at:end]
            if len(word.strip(_EDGE)) >= 2:
                word = word.lstrip(_EDGE if at else "")
                word = word.rstrip(_EDGE if end < len(run) else "")
                found[word] = sum(weight(word[i : i + 2]) for i in range(len(word) - 1))
            at = end - 1
    kept: list[str] = []
    for word in sorted(found, key=lambda item: (-found[item], item)):
        if not any(word in other or other in word for other in kept):
            kept.append(word)
        if len(kept) == top:
            break
    return tuple(kept)
