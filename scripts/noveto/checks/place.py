"""Where in a record a place of its text lies, told from the text alone (the text may not even parse)."""

from __future__ import annotations

import re

_KEY = re.compile(r"( *)((?:- +)*)([A-Za-z_][A-Za-z0-9_]*) *:(?=[ \t\r\n]|$)")
_DASH = re.compile(r"( *)-(?=[ \r\n]|$)")
_TOKEN = re.compile(r"[{}\[\],]|([A-Za-z_][A-Za-z0-9_]*) *:(?=\s)")
_STEP = re.compile(r"^-(?= )", re.MULTILINE)
_FIELD = re.compile(r"^(?:- | {2})field: *[\"']?([a-z0-9_.]+)", re.MULTILINE)


def key_path(text: str, offset: int) -> tuple[str, ...]:
    """Return the keys that lead to ``offset``; of list items only the steps of ``log`` are numbered (from 1).

    A value of a correction (``now``, ``was``) is reported under the field that it corrects. Where the text is
    no record the path is what its indentation suggests; () where it suggests nothing.
    """
    start = text.rfind("\n", 0, offset) + 1
    path, limit = _on_line(text, start, offset)
    while start > 0 and limit > 0:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        key = _KEY.match(text, start, end)
        if key is not None and len(key[1]) + len(key[2]) < limit:
            path.insert(0, key[3])
            limit = len(key[1]) + len(key[2])
        dash = _DASH.match(text, start, end)
        if dash is not None and len(dash[1]) < limit:
            limit = len(dash[1]) + 1
    return _step(text, offset, tuple(path)) if path[:1] == ["log"] else tuple(path)


def key(text: str, offset: int) -> str:
    """Return the last of the keys that lead to ``offset``, "" where there is none."""
    own, _ = _on_line(text, text.rfind("\n", 0, offset) + 1, offset)
    return (own or list(key_path(text, offset)) or [""])[-1]


def _on_line(text: str, start: int, offset: int) -> tuple[list[str], int]:
    """Read the keys of the line itself (flow mappings too) and the column its parents must stay left of."""
    own, dash = _KEY.match(text, start, offset), _DASH.match(text, start, offset)
    if own is not None:
        begin, limit = own.end(), len(own[1]) + (1 if own[2] else 0)
    elif dash is not None:
        begin, limit = dash.end(), len(dash[1]) + 1
    else:
        line = text[start:offset]
        return [], len(line) - len(line.lstrip(" "))
    stack: list[str | None] = [own[3] if own else None]
    for token in _TOKEN.finditer(text, begin, offset):
        sign = token.group()
        if sign in "{[":
            stack.append(None)
        elif sign in "}]":
            if len(stack) > 1:
                stack.pop()
        elif sign == ",":
            stack[-1] = stack[-1] if len(stack) == 1 else None
        else:
            stack[-1] = token.group(1)
    return [key for key in stack if key], limit


def _step(text: str, offset: int, path: tuple[str, ...]) -> tuple[str, ...]:
    """Number the step of the log, and follow a correction to the field it corrects."""
    head = re.search(r"^log:", text, re.MULTILINE)
    begins = [found.start() for found in _STEP.finditer(text, head.end() if head else 0)]
    n = sum(begin <= offset for begin in begins)
    if path[1:2] in (("now",), ("was",)):
        item = text[begins[n - 1] : begins[n] if n < len(begins) else len(text)]
        field = _FIELD.search(item)
        if field is not None and re.search(r"^(?:- | {2})step: *corrected\s*$", item, re.MULTILINE):
            return tuple(field[1].split("."))
    return ("log", str(n), *path[1:])
