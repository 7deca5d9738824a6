"""Terminal text with Chinese in it: display width, wrapping, aligned tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_NO_LINE_START = frozenset("，。、；：？！）》】」』”’…％%,.;:?!)]}")


@lru_cache(maxsize=8192)
def width(text: str) -> int:
    """Return the number of terminal columns ``text`` takes (a Chinese character takes two)."""
    if text.isascii():
        return len(text)
    total = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        total += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return total


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with spaces to ``columns`` terminal columns (never cut)."""
    return text + " " * max(0, columns - width(text))


def _pieces(text: str) -> list[str]:
    """Split into unbreakable pieces: words, spaces, single Chinese characters with their closing mark."""
    pieces: list[str] = []
    word = ""
    for char in text:
        if char == " ":
            pieces += [word, " "] if word else [" "]
            word = ""
        elif width(char) == 2:
            if word:
                pieces.append(word)
                word = ""
            if char in _NO_LINE_START and pieces and pieces[-1] != " ":
                pieces[-1] += char
            else:
                pieces.append(char)
        else:
            word += char
    return [*pieces, word] if word else pieces


def wrap(text: str, columns: int) -> list[str]:
    """Wrap one paragraph to ``columns`` terminal columns; a longer single word keeps its line."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width(line) + width(piece) > columns:
            lines.append(line.rstrip())
            line = ""
        if line or piece != " ":
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def table(rows: Iterable[Sequence[str]], *, gap: int = 2) -> str:
    """Align columns by display width; the last column is left ragged. Returns text ending in a newline."""
    body = [list(row) for row in rows]
    if not body:
        return ""
    columns = max(map(len, body))
    widths = [max((width(row[i]) for row in body if i < len(row)), default=0) for i in range(columns)]
    lines = (
        (" " * gap).join(pad(cell, widths[i]) if i < len(row) - 1 else cell for i, cell in enumerate(row)).rstrip()
        for row in body
    )
    return "\n".join(lines) + "\n"
