"""Append-only text: the rule that a record only ever grows at its end (records.md section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from noveto.findings import Finding, make
from noveto.findings.excerpt import excerpt
from noveto.source.decode import BOM
from noveto.source.form import check_record_form
from noveto.source.loader import Loaded, load

_REPORTED = 20
_COMPARED = 4000  # lines; beyond, only the first change is told
_NEITHER = re.compile(r"[ \t]*(#.*)?")  # blank or comment


def normalise(data: bytes) -> bytes:
    """Return the bytes as they are compared: without BOM, CRLF as LF, ending in exactly one LF."""
    return data.removeprefix(BOM).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def check_append(
    old: bytes, new: bytes, *, file: str, before: Loaded | None = None, after: Loaded | None = None
) -> list[Finding]:
    """Return what is wrong with ``new`` as the successor of ``old``, both versions of one record.

    The new text must be the old text, or the old text plus items that each start ``- at:`` in column 1 (blank and
    comment lines may stand between), and what is read from it must hold the old head and the old log items
    unchanged. ``old`` is the last form-valid version; where it is not form-valid there is no base, and only the
    form of ``new`` is judged. Findings: NV501-NV508 with the line that changed, old and new; NV1xx where the new
    text does not read. ``before`` and ``after`` spare a reading where ``load(normalise(…))`` is at hand.
    """
    was, now = normalise(old), normalise(new)
    if was == now:
        return []
    before = before or load(was, file=file)
    after = after or load(now, file=file)
    broken = [finding for finding in [*after.findings, *check_record_form(after)] if finding.severity == "error"]
    if _errors(before) or check_record_form(before):
        return broken
    if not now.startswith(was):
        told = list(_changes(before, now.decode(errors="replace"), file))
        return told if told else broken
    tail = now[len(was) :].decode(errors="replace").split("\n")
    first = was.count(b"\n") + 1
    told = list(_check_tail(tail, first, file))
    if told or broken:
        return [*told, *broken]
    return _check_values(before.value, after, tail, file)


def append_text(old: bytes, item: str) -> bytes:
    """Return ``old`` with the text of one or more steps (of ``dump_item``) appended, byte for byte.

    A missing last line end is added; CRLF files get CRLF; nothing else is touched. Raises ValueError when the
    result would not be an honest successor of ``old``, as when ``old`` is no valid record.
    """
    if not item.startswith("- at:"):
        raise ValueError("追加的内容要从 `- at:` 开始。")
    end = b"\r\n" if b"\r\n" in old else b"\n"
    added = (item if item.endswith("\n") else item + "\n").encode().replace(b"\n", end)
    new = old + (b"" if old.endswith(b"\n") else end) + added
    base = load(normalise(old), file="")
    found = [*base.findings, *check_record_form(base), *check_append(old, new, file="")]
    wrong = next((finding for finding in found if finding.severity == "error"), None)
    if wrong is not None:
        raise ValueError(f"没有追加：第 {wrong.line} 行，{wrong.message}{wrong.fix}")
    return new


def _errors(loaded: Loaded) -> bool:
    return any(finding.severity == "error" for finding in loaded.findings)


def _check_tail(tail: list[str], first: int, file: str) -> Iterator[Finding]:
    """Yield a finding for every appended line at the margin that starts no step."""
    in_item = False
    for number, line in enumerate(tail, first):
        if line.startswith("- at:"):
            in_item = True
        elif _NEITHER.fullmatch(line) or (in_item and line.startswith(" ")):
            continue
        else:
            change = f"写的是“{excerpt(line)}”。"
            yield make("NV504", file=file, line=number, column=1, field="log", line_no=number, change=change)
            return


def _check_values(before: dict[str, Any], after: Loaded, tail: list[str], file: str) -> list[Finding]:
    """Compare what is read: an indented line can extend an old value although the old text stands unchanged."""
    value = after.value
    old_log, new_log = before["log"] or [], value["log"] or []
    for key, was in before.items():
        if key != "log" and value.get(key) != was:
            line, column = after.position([key])
            return [make("NV507", file=file, line=line, column=column, field=key, what=f"“{key}”")]
    for number, was in enumerate(old_log):
        if number >= len(new_log) or new_log[number] != was:
            line, column = after.position(["log", number])
            what = f"第 {number + 1} 步"
            return [make("NV507", file=file, line=line, column=column, field=f"log.{number + 1}", what=what)]
    if list(value) != list(before):
        line, column = after.position([next(reversed(value))], key=True)
        return [make("NV504", file=file, line=line, column=column, line_no=line, change="多了新的栏目。")]
    shown, read = sum(line.startswith("- at:") for line in tail), len(new_log) - len(old_log)
    if shown != read:
        line, column = after.position(["log", len(old_log)])
        return [make("NV508", file=file, line=line, column=column, field="log", shown=shown, read=read)]
    return []


def _changes(before: Loaded, now: str, file: str) -> Iterator[Finding]:
    """Yield a finding for every line of the old text that was changed, deleted or pushed apart."""
    old_lines, new_lines = (before.text or "").split("\n")[:-1], now.split("\n")[:-1]
    head_end = next((n for n, line in enumerate(old_lines) if line.startswith("log:")), len(old_lines))
    told = 0
    for old_start, old_end, new_start, new_end in _differences(old_lines, new_lines):
        pairs = max(old_end - old_start, new_end - new_start)
        if old_end == len(old_lines):  # lines beyond the old end are appended, which is no change
            pairs = old_end - old_start
        for n in range(pairs):
            if told == _REPORTED:
                return
            told += 1
            was = old_lines[old_start + n] if old_start + n < old_end else None
            became = new_lines[new_start + n] if new_start + n < new_end else None
            yield _change(old_lines, head_end, old_start + n, new_start + n, was, became, file)


def _change(
    old_lines: list[str], head_end: int, old_at: int, new_at: int, was: str | None, became: str | None, file: str
) -> Finding:
    step = sum(line.startswith("- at:") for line in old_lines[head_end : old_at + 1])
    field = f"log.{step}" if step else ""
    line = new_at + 1
    if was is None:
        code, change = "NV506", f"写的是“{excerpt(became or '')}”。"
    elif became is None:
        code, line, change = "NV505", old_at + 1, f"原来写的是“{excerpt(was)}”。"
    else:
        change = f"原来是“{excerpt(was)}”，现在是“{excerpt(became)}”。"
        if excerpt(was, 999) == excerpt(became, 999):
            change = f"改动的是空格或看不见的字符，或者是遮住的数字：“{excerpt(was)}”。"
        if _NEITHER.fullmatch(was) or " ".join(was.split()) == " ".join(became.split()):
            code = "NV503"
        else:
            code = "NV502" if step else "NV501"
    return make(code, file=file, line=line, column=1, field=field, line_no=line, step=step, change=change)


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the stretches in which two texts differ: from, to in the old lines, from, to in the new ones."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    if len(old) + len(new) - 2 * start > _COMPARED:
        yield start, min(start + 1, len(old)), start, min(start + 1, len(new))
        return
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, old[start:], new[start:], autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield start + old_start, start + old_end, start + new_start, start + new_end
