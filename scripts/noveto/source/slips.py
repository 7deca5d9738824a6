"""Slips that parse: what the events alone do not show, and what each odd event is called."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from noveto.findings.excerpt import excerpt
from noveto.source.account import Account, field_name
from noveto.source.decode import ODD, RETYPE, char_name

FREE_TEXT = frozenset({"text", "facts", "remark", "why", "reason", "track_reason", "question", "basis", "title"})
FREE_TEXT |= {"name", "items", "measure", "minutes", "proof", "guide", "promised", "missing", "was", "now"}
"""Keys whose values are prose: a `` #`` inside them is part of the sentence, not a comment."""

WIDE_SPACES = "\u3000\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
QUOTES = frozenset("“”‘’„‟＂＇")
_WRAPPED = re.compile("[“”‘’„‟＂＇]([^“”‘’„‟＂＇]*)[“”‘’„‟＂＇]", re.DOTALL)
_KEY_COLON = re.compile(r"[A-Za-z_][A-Za-z0-9_]* *：")
_KEY_GLUED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:(?=\S)")
_NEXT_KEY = re.compile(r"，\s*[A-Za-z_][A-Za-z0-9_]* *[:：]")
_IN_BRACKETS = re.compile(r"（[^（）]*）|《[^《》]*》|“[^“”]*”")
_CUT = re.compile(r"(\s+)#(.*)")
_HEADER = re.compile(r"[|>][0-9]?\+|[|>]\+[0-9]?")
_SHOWN = 60


def commented_lines(text: str) -> frozenset[int]:
    """Return the numbers (from 0) of the lines in which a ``#`` after a blank may start a comment."""
    if " #" not in text and "\t#" not in text:
        return frozenset()
    return frozenset(n for n, line in enumerate(text.split("\n")) if " #" in line or "\t#" in line)


def look_at(reader: Account, event: Any, node: Any, key: str | None, flow: bool) -> None:
    """Tell the slips of one scalar that is a value."""
    value, style = event.value, event.style
    if style == '"':
        odd = ODD.search(value)
        if odd is not None:
            name, field = char_name(odd.group()), reader.field(node, key)
            reader.say("NV123", event.start_mark, name=name, how=RETYPE, field=field)
    elif style in ("|", ">"):
        mark = event.start_mark
        sign = _HEADER.match(reader.line(mark.line), mark.column)
        if sign is not None:
            plain = sign.group().replace("+", "")
            reader.say("NV122", mark, sign=sign.group(), plain=plain, field=reader.field(node, key))
    elif not style:
        wrapped = _WRAPPED.fullmatch(value) if value[0] in QUOTES else None
        if wrapped is not None:
            sign = value[0] + "…" + value[-1]
            better = (f"{key}: " if key else "") + f'"{excerpt(wrapped[1])}"'
            reader.say("NV110", event.start_mark, sign=sign, suggestion=better, field=reader.field(node, key))
        if flow:
            _flow_signs(reader, event, node, key)
        elif "：" in value:
            _swallowed(reader, event, node, key)
        _cut_short(reader, event, node, key)


def _swallowed(reader: Account, event: Any, node: Any, key: str | None) -> None:
    """A line with a full-width colon that became a list item, or ran into the value above it."""
    mark = event.start_mark
    if type(node) is list and _KEY_COLON.match(event.value):
        wide_colon(reader, mark, event.value.index("："), reader.field(node, key))
    for number in range(mark.line + 1, event.end_mark.line + 1):
        line = reader.line(number)
        if _KEY_COLON.match(line.lstrip(" ")):
            reader.say("NV104", Mark(number, line.index("：")), suggestion=_mended(line, line.index("：")))


def _flow_signs(reader: Account, event: Any, node: Any, key: str | None) -> None:
    """Full-width commas and colons that glue the items of a list or mapping in braces together."""
    value = event.value
    field = reader.field(node, key)
    if type(node) is list and _KEY_COLON.match(value):
        wide_colon(reader, event.start_mark, value.index("："), field)
    if "，" not in value:
        return
    glued = _NEXT_KEY.search(value)
    certain = value.isascii() or all(part.strip().isascii() for part in value.split("，")) or glued is not None
    if not certain and (type(node) is dict or "，" not in _IN_BRACKETS.sub("", value)):
        return
    better = re.sub(r" *： *", ": ", value) if glued else value
    reader.say(
        "NV105",
        _shifted(event.start_mark, value.index("，")),
        sign="，",
        half=",",
        suggestion=excerpt(re.sub(r"， *", ", ", better), _SHOWN),
        field=field,
        severity=None if certain else "warning",
    )


def _cut_short(reader: Account, event: Any, node: Any, key: str | None) -> None:
    """A `` #`` that cut a plain text short; a comment after a code, or set off by two spaces, is none."""
    value, mark = event.value, event.end_mark
    cut = _CUT.match(reader.line(mark.line), mark.column)
    if cut is None or not cut[2].strip():
        return
    name = next((part for part in reversed(reader.path(node, key)) if isinstance(part, str)), "")
    if value.isascii() and " " not in value and name not in FREE_TEXT:
        return
    glued = not cut[2][0].isspace()
    if not glued and len(cut[1]) > 1:
        return
    reader.say(
        "NV109",
        _shifted(mark, len(cut[1])),
        lost=excerpt("#" + cut[2]),
        kept=excerpt(value),
        field=reader.field(node, key),
        severity=None if glued else "warning",
    )


def empty(reader: Account, event: Any, node: Any, key: str | None, flow: bool) -> None:
    """A value that is not there: nothing, ``""``, ``~``, ``null``; in braces often a slip in the colon."""
    field = reader.field(node, key and re.split("[:：]", key)[0])
    mark = event.start_mark
    if key is not None and flow and not event.value and not event.style:
        before = reader.line(mark.line)[: mark.column]
        glued = _KEY_GLUED.match(key)
        if "：" in key:
            wide_colon(reader, _shifted(mark, before.rfind("：") - mark.column), 0, field)
            return
        if glued is not None:
            column = before.rfind(key) + glued.end()
            better = excerpt(f"{key[: glued.end()]} {key[glued.end() :]}", _SHOWN)
            reader.say("NV106", _shifted(mark, column - 1 - mark.column), sign=":", suggestion=better, field=field)
            return
    if key == "log" and field == "log" and reader.bare_log:
        how = f"去掉后面的 {event.value or '引号'}，只写 `log:`。"
        reader.say("NV128", mark, what="没有步骤时，`log:` 后面什么也不写。", how=how, field=field)
        return
    what = f"“{excerpt(key)}”这一栏" if key is not None else "单子里的这一项" if type(node) is list else "整个文件"
    if event.value and not event.style:
        what += f"写的是 {event.value}，等于空着"
    elif event.style in ("'", '"'):
        what += "里只有一对空引号" if not event.value else "引号里只有空格"
    else:
        what += "没有写内容"
    reader.say("NV121", mark, what=what, field=field)


def odd_key(reader: Account, event: Any, node: Any) -> None:
    """A key that is empty, glued to its dash, or not ASCII: blanks like spaces, a full-width colon inside."""
    key, mark = event.value, event.start_mark
    field = reader.field(node, key.partition("：")[0].strip(WIDE_SPACES))
    if key.startswith("-"):
        better = excerpt(reader.line(mark.line)[mark.column :].replace("-", "- ", 1), _SHOWN)
        reader.say("NV106", mark, sign="-", suggestion=better, field=field)
    elif not key:
        reader.say("NV127", mark, what="冒号前面没有栏目名", field=field)
    elif "：" in key:
        wide_colon(reader, mark, key.index("："), field)
    elif any(char in WIDE_SPACES for char in key) and key.strip(WIDE_SPACES + " ").isascii():
        better = key.translate(dict.fromkeys(map(ord, WIDE_SPACES), " ")).strip()
        at = next(n for n, char in enumerate(key) if char in WIDE_SPACES)
        reader.say("NV107", _shifted(mark, at), suggestion=f"{better}: …", field=field)


def twice(reader: Account, event: Any, node: Any, key: str) -> None:
    """A key that its mapping already holds."""
    path = reader.path(node, key)
    how = "留下对的那一个，删掉另一个。已经入台账的，请用“更正”（corrected）步骤改。"
    at = field_name((*path[:2], "at"))
    if (
        len(path) == 3
        and path[0] == "log"
        and (key == "at" or any(one.code == "NV112" and one.field == at for one in reader.found))
    ):
        how = "如果这里是新的一步，是它的 `at` 前面漏了“- ”：改成顶格的 `- at: 时间`。否则留下对的那一个，删掉另一个。"
    reader.say("NV112", event.start_mark, key=excerpt(key), first=reader.first_line(path), how=how,
               field=reader.field(node, key))  # fmt: skip


def properties(reader: Account, event: Any, node: Any, key: str | None) -> None:
    """An anchor or a tag before a value."""
    field = reader.field(node, key)
    if event.anchor is not None:
        reader.say("NV113", event.start_mark, sign=f"&{event.anchor}", mark="&", field=field)
    if event.tag is not None:
        tag = event.tag.removeprefix("tag:yaml.org,2002:")
        sign = f"!!{tag}" if tag != event.tag else event.tag
        reader.say("NV114", event.start_mark, sign=excerpt(sign), field=field)


def wide_colon(reader: Account, mark: Any, shift: int, field: str) -> None:
    """A full-width colon, ``shift`` characters after ``mark``, where a half-width one belongs."""
    better = _mended(reader.line(mark.line), mark.column + shift)
    reader.say("NV104", _shifted(mark, shift), suggestion=better, field=field)


def _mended(line: str, column: int) -> str:
    return excerpt(f"{line[:column].strip()}: {line[column + 1 :].strip()}", _SHOWN)


class Mark(NamedTuple):
    """A place in the text, counted from 0 like libyaml's marks."""

    line: int
    column: int


def _shifted(mark: Any, by: int) -> Mark:
    return Mark(mark.line, mark.column + by)
