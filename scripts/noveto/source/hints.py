"""What is wrong where the syntax breaks: the true place, and the mend.

A parser blames the line where it stumbles, which for the usual slips (a full-width colon, a missing space) is
the next one. So the lines around the blame are looked at for a slip that has a certain mend. The mended text is
read again by the caller, which tells the next slip, until the text reads or no certain mend is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from noveto.findings import Finding, make
from noveto.findings.excerpt import excerpt
from noveto.source.parser import Trouble
from noveto.source.slips import WIDE_SPACES

_SHOWN = 60
_BACK = 3  # lines with content before the blamed one that are looked at
_KEY = r"[A-Za-z_][A-Za-z0-9_]*"
_WIDE_COLON = re.compile(rf"((?:[ ]*- )*[ ]*[\"']?{_KEY}[\"']?)[ ]*：[ \u3000]*")
_GLUED = re.compile(rf"((?:[ ]*- )*[ ]*{_KEY}):(?=[^\s/\\])")
_GLUED_DASH = re.compile(rf"([ ]*)-(?={_KEY} *[:：])")
_WIDE_DASH = re.compile(r"([ ]*)[－—–‐−][ \u3000]*(?=[A-Za-z_])")
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")  # what Git leaves in a file that two people changed
_INDENT = re.compile(rf"[ \t{WIDE_SPACES}]*")
_VALUE = re.compile(rf"((?:[ ]*- )*[ ]*(?:{_KEY}:[ ]+)?)(\S.*)")
_FLOW_KEY = re.compile(rf"([{{,，]\s*{_KEY})\s*([:：])(\s*)")
_AT_MARGIN = re.compile(rf"{_KEY}: \S")
_IN_STEP = re.compile(rf"  {_KEY}:")
_TWO_ON_A_LINE = re.compile(rf"(\S.*?)[ ,，;；、]+({_KEY}): ")
_HALF_SIGNS = str.maketrans("｛｝［］，：", "{}[],:")
_LEADING = "@`%&*!|>[]{},?-#"


class Hint(NamedTuple):
    """A slip found on a line: its finding, and the line as it should read ("" where no mend is certain).

    ``hides``: the mended line leaves something out that belongs on a line of its own.
    """

    finding: Finding
    line: int
    mended: str = ""
    hides: bool = False


class _Slip(NamedTuple):
    code: str
    column: int  # from 0
    mended: str
    params: dict[str, str]
    hides: bool = False


def explain(text: str, trouble: Trouble, file: str) -> Hint:
    """Return the best account of a broken syntax: a slip near the place, else what the parser says, retold."""
    lines = text.split("\n")
    conflict = next((number for number, line in enumerate(lines, 1) if _CONFLICT.match(line)), 0)
    if conflict:
        return Hint(make("NV152", file=file, line=conflict, column=1), conflict)
    for number in _nearby(lines, trouble):
        slip = next(_slips(lines, number, trouble), None)
        if slip is not None:
            finding = make(
                slip.code, file=file, line=number, column=slip.column + 1, field="", severity=None, **slip.params
            )
            return Hint(finding, number, slip.mended, slip.hides)
    finding = _retell(lines, trouble, file)
    return _realigned(lines, finding) if finding.code == "NV125" else Hint(finding, trouble.line)


def _realigned(lines: list[str], finding: Finding) -> Hint:
    """Return a line that is not aligned with those around it, mended where it is a field.

    The parser blames the first line after a field of a step that stands at the margin: that field is told.
    """
    number = finding.line
    before = number - 1
    while before > 0 and not lines[before - 1].strip():
        before -= 1
    opened = next((n for n, line in enumerate(lines, 1) if line.startswith("log:")), len(lines))
    if opened < before and _AT_MARGIN.match(lines[before - 1]) and _IN_STEP.match(lines[number - 1]):
        found = make("NV125", file=finding.file, line=before, column=1)
        return Hint(found, before, f"  {lines[before - 1]}")
    line = lines[number - 1].lstrip(" ")
    if _AT_MARGIN.match(line):
        return Hint(finding, number, " " * _indent_after(lines[: number - 1]) + line, hides=True)
    return Hint(finding, number)


def wide_colon_lines(text: str, file: str) -> Hint | None:
    """Return the first line whose colon is full-width or lacks its space, for a text that is no mapping at all."""
    for number, line in enumerate(text.split("\n"), 1):
        for slip in _colons(line):
            finding = make(
                slip.code, file=file, line=number, column=slip.column + 1, field="", severity=None, **slip.params
            )
            return Hint(finding, number, slip.mended)
    return None


def _nearby(lines: list[str], trouble: Trouble) -> Iterator[int]:
    """Yield the numbers of the lines to look at, the likeliest first."""
    seen = set()
    if 0 < trouble.context_line <= len(lines) and ("simple key" in trouble.context or "quoted" in trouble.context):
        seen.add(trouble.context_line)
        yield trouble.context_line
    number, left = min(trouble.line, len(lines)), _BACK + 1
    while number > 0 and left:
        line = lines[number - 1].strip()
        if line and not line.startswith("#"):
            left -= 1
            if number not in seen:
                seen.add(number)
                yield number
        number -= 1
    if 0 < trouble.context_line <= len(lines) and trouble.context_line not in seen and "flow" in trouble.context:
        yield trouble.context_line


def _slips(lines: list[str], number: int, trouble: Trouble) -> Iterator[_Slip]:
    """Yield the slips with a certain mend on one line."""
    line = lines[number - 1]
    indent = _INDENT.match(line)
    blank = indent.group() if indent else ""
    if blank.strip(" ") and line.strip():
        at = next(n for n, char in enumerate(blank) if char != " ")
        mended = " " * _indent_after(lines[: number - 1]) + line[len(blank) :]
        if blank[at] == "\t":
            yield _Slip("NV108", at, mended, {})
        else:
            spaces = " " * (len(mended) - len(mended.lstrip(" ")))
            yield _Slip("NV107", at, mended, {"suggestion": spaces + excerpt(mended, _SHOWN)})
    if line.startswith("```"):
        yield _Slip("NV117", 0, "#", {"sign": excerpt(line.rstrip(), _SHOWN)})
    yield from _colons(line)
    dash = _GLUED_DASH.match(line)
    if dash is not None:
        mended = f"{dash[1]}- {line[dash.end() :]}"
        yield _Slip("NV106", len(dash[1]), mended, {"sign": "-", "suggestion": excerpt(mended, _SHOWN)})
    dash = _WIDE_DASH.match(line)
    if dash is not None:
        mended = f"{dash[1]}- {line[dash.end() :]}"
        detail = f"：行首的“{line[len(dash[1])]}”不是半角短横“-”"
        how = f"改成 `{excerpt(mended, _SHOWN)}`。"
        yield _Slip("NV126", len(dash[1]), mended, {"detail": detail, "how": how})
    if line.startswith("at:") and any(before.startswith("log:") for before in lines[: number - 1]):
        mended = f"- {line}"
        params = {"what": "这一步前面少了短横和空格“- ”。", "how": f"改成 `{excerpt(mended, _SHOWN)}`。"}
        yield _Slip("NV128", 0, mended, params)
    found = _VALUE.fullmatch(line)
    if found is not None:
        yield from _value(found[1], found[2], number == trouble.line, trouble)


def _indent_after(lines: list[str]) -> int:
    """Return the column (from 0) at which a key after ``lines`` most likely belongs: under the one before."""
    for line in reversed(lines):
        found = re.match(rf"( *(?:- )*){_KEY}:(.*)", line)
        if found is not None:
            opens = not found[2].strip() or _is_block_header(found[2].strip())
            return len(found[1]) + (2 if opens and "log" not in line else 0)
    return 0


def _colons(line: str) -> Iterator[_Slip]:
    wide = _WIDE_COLON.match(line)
    if wide is not None:
        mended = f"{wide[1]}: {line[wide.end() :]}"
        yield _Slip("NV104", line.index("："), mended, {"suggestion": excerpt(mended, _SHOWN)})
    glued = _GLUED.match(line)
    if glued is not None:
        mended = f"{glued[1]}: {line[glued.end() :]}"
        yield _Slip("NV106", glued.end() - 1, mended, {"sign": ":", "suggestion": excerpt(mended, _SHOWN)})


def _value(head: str, value: str, blamed: bool, trouble: Trouble) -> Iterator[_Slip]:
    """Yield the slips of what stands after ``key: `` or ``- ``."""
    first, last = value[0], value.rstrip()[-1]
    at = len(head)
    if first in "｛［":
        mended = head + value.translate(_HALF_SIGNS).replace(",", ", ").replace(":", ": ").replace("  ", " ")
        params = {"sign": first, "half": "{" if first == "｛" else "[", "suggestion": excerpt(mended, _SHOWN)}
        yield _Slip("NV105", at, mended, params)
    elif first in "{[":
        yield from _flow(head, value)
        if blamed and first == "[" and value.find("]") not in (-1, len(value.rstrip()) - 1):
            yield _quoted("NV111", at, head, value, sign=first)
    elif first in "“”„‟＂" and last in '“”„‟＂"' and len(value) > 1:
        mended = f'{head}"{value.rstrip()[1:-1]}"'
        yield _Slip("NV110", at, mended, {"sign": f"{first}…{last}", "suggestion": excerpt(mended, _SHOWN)})
    elif first in "\"'" and last in "“”‘’＂＇" and value.count(first) == 1:
        mended = head + value.rstrip()[:-1] + first
        what = f"开头是半角引号“{first}”，结尾却是全角引号“{last}”。"
        how = f"结尾也用半角引号：`{excerpt(mended, _SHOWN)}`。"
        yield _Slip("NV124", at + len(value.rstrip()) - 1, mended, {"what": what, "how": how})
    elif first in "\"'" and blamed and value.find(first, 1) not in (-1, len(value.rstrip()) - 1):
        inner = value.rstrip().replace("\\", "")
        other = "'" if first == '"' and "'" not in inner else '"'
        mended = f"{head}{other}{inner if other != first else inner.replace(first, '')}{other}"
        what = f"引号“{first}”已经结束，后面还有文字。"
        how = f"整段文字外面再加一层引号：`{excerpt(mended, _SHOWN)}`；或者里面改用中文引号“”。"
        yield _Slip("NV124", at + value.find(first, 1), mended, {"what": what, "how": how})
    elif first in _LEADING and not _is_block_header(value):
        if first not in "-?#" or (blamed and value[1:2] == " " and head.rstrip().endswith(":")):
            yield _quoted("NV111", at, head, value, sign=first)
    elif blamed and "mapping values" in trouble.problem and ": " in value and head.rstrip().endswith(":"):
        glued = _TWO_ON_A_LINE.match(value)
        slip = _quoted("NV129", at + value.index(": "), head, value)
        if glued is None:
            how = f"改成 `{slip.params['suggestion']}`，或者把里面的冒号改成全角“：”。"
            yield slip._replace(params={"how": how})
            return
        first, second = excerpt((head + glued[1]).strip(), _SHOWN), excerpt(value[glued.start(2) :].strip(), _SHOWN)
        how = (
            f"两栏写在了一行的，分成两行：`{first}` 和 `{second}`。"
            f"如果“{glued[2]}:”是文字的一部分，给整段加半角双引号。"
        )
        yield _Slip("NV129", slip.column, head + glued[1], {"how": how}, hides=True)


def _quoted(code: str, column: int, head: str, value: str, **params: str) -> _Slip:
    plain = value.rstrip().replace("\\", "\\\\").replace('"', '\\"')
    mended = f'{head}"{plain}"'
    return _Slip(code, column, mended, {"suggestion": excerpt(mended, _SHOWN), **params})


def _is_block_header(value: str) -> bool:
    return re.fullmatch(r"[|>][-+0-9]{0,2}\s*(#.*)?", value) is not None


def _flow(head: str, value: str) -> Iterator[_Slip]:
    """Yield the slips inside braces and brackets: full-width signs, a colon without its space."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: '"' * len(found.group()), value)
    for sign, half in (("，", ", "), ("｛", "{"), ("｝", "}"), ("［", "["), ("］", "]")):
        if sign in bare:
            mended = "".join(half if bare[n] == sign else char for n, char in enumerate(value)).replace(",  ", ", ")
            mended = re.sub(r"([{,] *" + _KEY + r") *：[ \u3000]*", r"\1: ", mended)
            params = {"sign": sign, "half": half.strip(), "suggestion": excerpt(head + mended, _SHOWN)}
            yield _Slip("NV105", len(head) + bare.index(sign), head + mended, params)
    for found in _FLOW_KEY.finditer(bare):
        if found[2] == "：" or (not found[3] and bare[found.end() : found.end() + 1] not in ("", "}")):
            mended = head + value[: found.end(1)] + ": " + value[found.end() :]
            params = {"suggestion": excerpt(mended, _SHOWN)}
            code = "NV104" if found[2] == "：" else "NV106"
            yield _Slip(code, len(head) + found.start(2), mended, params | ({"sign": ":"} if code == "NV106" else {}))
    cut = bare.find(" #")
    if cut > 0 and bare.count("[") + bare.count("{") > bare[:cut].count("]") + bare[:cut].count("}"):
        params = {"lost": excerpt(value[cut + 1 :]), "kept": excerpt(value[:cut])}
        yield _Slip("NV109", len(head) + cut + 1, head + value.replace(" #", " ＃"), params)


def _retell(lines: list[str], trouble: Trouble, file: str) -> Finding:
    """Return the parser's own complaint in Chinese, at the most useful of its places."""
    problem, context = trouble.problem, trouble.context
    line, column = max(trouble.line, 1), max(trouble.column, 1)
    while line > 1 and (line > len(lines) or not lines[line - 1].strip()):  # past the end: the last line with text
        line -= 1
        column = len(lines[line - 1]) + 1
    shown = lines[line - 1]
    from_line, from_column = trouble.context_line or line, trouble.context_column or column
    opening = lines[min(from_line, len(lines)) - 1][from_column - 1 : from_column]

    def here(code: str, **params: Any) -> Finding:
        return make(code, file=file, line=line, column=column, **params)

    def there(code: str, **params: Any) -> Finding:
        return make(code, file=file, line=from_line, column=from_column, **params)

    if "quoted" in context and ("unexpected end" in problem or "document indicator" in problem):
        what = f"从这里开始的引号“{opening}”一直没有结束。"
        return there("NV124", what=what, how="在这段文字末尾加上同样的半角引号；或者去掉开头的引号。")
    if "escape" in problem or "hexdec" in problem or "escape" in context:
        detail = "：双引号里的反斜杠“\\”有特殊含义"
        return here("NV126", detail=detail, how="外面的双引号改成半角单引号，或者把“\\”写成“\\\\”。")
    if "tab" in problem or ("cannot start any token" in problem and shown[column - 1 : column] == "\t"):
        return here("NV108")
    if "depth" in problem or "nesting" in problem:
        return here("NV118", limit=20)
    if "directive" in problem or "directive" in context or "incompatible" in problem:
        return here("NV117", sign="%")
    if "tag" in context:
        return here("NV114", sign="!")
    if "cannot start any token" in problem:
        return here("NV111", sign=shown[column - 1 : column], suggestion=excerpt(f'"{shown[column - 1 :]}"', _SHOWN))
    if "flow" in context:
        what = f"从这里开始的括号“{opening}”没有配对，或者里面少了逗号。"
        return there("NV124", what=what, how="检查括号是否成对，各项之间是不是“半角逗号加空格”。")
    if re.match(r"\s*(- )*:", shown):
        return here("NV127", what="冒号前面没有栏目名")
    if "simple key" in context:
        detail = "：不是“栏目: 内容”的样子"
        return there("NV126", detail=detail, how="如果是上一栏的正文，前面空两格；如果是新的一栏，写成“栏目: 内容”。")
    if "mapping values" in problem or "block sequence entries" in problem or "block" in context:
        column = len(shown) - len(shown.lstrip()) + 1
        return here("NV125")
    how = "检查这一行和上一行的冒号、引号、括号和缩进；拿不准，就给整段内容加半角双引号。"
    return here("NV126", detail="", how=how)
