"""Findings for people: place, sentence, the line of the file with a caret under the place, the mend."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from noveto.findings.excerpt import mask_numbers
from noveto.findings.model import Finding

WORDS = {"error": "错误", "breach": "违规", "warning": "提醒", "note": "说明"}
"""What the severities are called."""

_COLORS = {"error": "\x1b[1;31m", "breach": "\x1b[1;35m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD, _GREY, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_BROADEST = 100  # cells of a source line that are shown
_BEFORE = 60  # cells shown before the place where a line is longer
_DIGIT = re.compile(r"[0-9０-９]")
_ENDS_TOKEN = frozenset(" \t,，;；。、}])）】\"'“”\u3000")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_NAME_CODES = ("NV61", "NV62")  # findings about names: their extent is not in the finding


def text(
    findings: Sequence[Finding],
    *,
    summary: Mapping[str, int] | None,
    sources: Callable[[str], bytes | None] | None,
    color: bool,
) -> str:
    """Return the text form of findings, and the closing line where there is a summary."""
    personal: defaultdict[tuple[str, int], list[Finding]] = defaultdict(list)
    for one in findings:
        if one.code.startswith("NV6"):
            personal[one.file, one.line].append(one)
    lines = _Lines(sources)
    out = []
    for one in findings:
        out.append(_headline(one, color))
        source = lines.line(one.file, one.line)
        if source is not None:
            out.extend(_shown(one, _masked(source, personal[one.file, one.line]), color))
        if one.fix:
            out.append(f"  怎么改：{one.fix}")
        out.append("")
    if summary is not None:
        out.append(in_words(summary))
    elif out:
        out.pop()
    return "".join(line + "\n" for line in out)


def in_words(summary: Mapping[str, int]) -> str:
    """Return the closing line: what was looked at, what was found, what becomes of it."""
    start = f"查了 {_number(summary['files'])} 个文件"
    parts = []
    for key, word, note in (
        ("errors", "错误", "改好才能入台账"),
        ("breaches", "违规", "照收，已标出、计入统计"),
        ("warnings", "提醒", "请看一眼"),
        ("notes", "说明", ""),
    ):
        count = summary.get(key, 0)
        if count:
            parts.append(f"{word} {_number(count)} 处" + (f"（{note}）" if note else ""))
    if not parts:
        return f"{start}，没有问题。"
    line = f"{start}：{'，'.join(parts)}。"
    if summary.get("quarantined"):
        line += f"有错误的记录 {_number(summary['quarantined'])} 件，暂不计入统计。"
    return line


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def width(shown: str) -> int:
    """Return the number of terminal cells that ``shown`` takes: two for a wide character, none for a mark."""
    return sum(map(_cells, shown))


def _cells(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1


class _Lines:
    """The lines of the files that findings name; the file used last is kept."""

    def __init__(self, sources: Callable[[str], bytes | None] | None) -> None:
        self._sources = sources
        self._file = ""
        self._lines: list[str] = []

    def line(self, file: str, number: int) -> str | None:
        """Return a line by its number from 1; None where there is none or it cannot be read."""
        if self._sources is None or not file or number < 1:
            return None
        if file != self._file:
            try:
                data = (self._sources(file) or b"").decode("utf-8-sig")
            except UnicodeDecodeError:
                data = ""
            self._file, self._lines = file, data.replace("\r\n", "\n").split("\n")
        if number > len(self._lines) or not self._lines[number - 1].strip():
            return None
        return self._lines[number - 1]


def _headline(one: Finding, color: bool) -> str:
    place = one.file + (f":{one.line}:{one.column}" if one.line else "")
    if not color:
        return f"{place} {WORDS[one.severity]} {one.code} {one.message}".lstrip()
    word = f"{_COLORS[one.severity]}{WORDS[one.severity]}{_OFF}"
    shown = f"{_BOLD}{place}{_OFF} " if place else ""
    return f"{shown}{word} {_GREY}{one.code}{_OFF} {one.message}"


def _masked(line: str, personal: Sequence[Finding]) -> str:
    """Return a line of a file with what may be personal starred; its length stays the same."""
    if not personal:
        return mask_numbers(line)
    line = _DIGIT.sub("*", line)
    for one in personal:
        start = end = max(one.column - 1, 0)
        while end < len(line) and line[end] not in _ENDS_TOKEN:
            end += 1
        if end > start:
            line = line[: start + 1] + "*" * (end - start - 1) + line[end:]
        if one.code.startswith(_NAME_CODES):
            line = line[:start] + _CHINESE.sub(lambda name: name[0][0] + "*" * (len(name[0]) - 1), line[start:])
    return line


def _shown(one: Finding, line: str, color: bool) -> Iterator[str]:
    """Yield the line of the file and the caret under the place."""
    line = "".join(char if char.isprintable() or char == "\u3000" else " " if char == "\t" else "?" for char in line)
    at = min(max(one.column - 1, 0), len(line))
    start, end = 0, len(line)
    if width(line) > _BROADEST:
        start = at
        while start and width(line[start - 1 : at]) <= _BEFORE:
            start -= 1
        end = start
        while end < len(line) and width(line[start : end + 1]) <= _BROADEST:
            end += 1
    before, after = ("... " if start else ""), (" ..." if end < len(line) else "")
    margin = f"{one.line:>5} | "
    caret = " " * (len(before) + width(line[start:at])) + "^"
    rule = " " * (len(margin) - 2) + "| "
    if color:
        yield f"{_GREY}{margin}{_OFF}{before}{line[start:end]}{after}"
        yield f"{_GREY}{rule}{_OFF}{_COLORS[one.severity]}{caret}{_OFF}"
    else:
        yield f"{margin}{before}{line[start:end]}{after}"
        yield f"{rule}{caret}"
