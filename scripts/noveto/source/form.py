"""The form of a record that grows by appending: ``log:`` last, every step starting ``- at:`` in column 1."""

from __future__ import annotations

from noveto.findings import Finding, make
from noveto.source.loader import Loaded

_AT = "- at:"
_STEPS = "每一步都顶格写 `- at: 时间`，接在 `log:` 下面，其他栏目前面空两格。"


def check_record_form(loaded: Loaded) -> list[Finding]:
    """Return the form errors (NV128) of a record; [] for a file that did not load.

    The log is the last key; it is bare, or holds block items that each start ``- at:`` in column 1. ``log: []``,
    a log in brackets and an indented log are errors (records.md section 2).
    """
    value = loaded.value
    if not isinstance(value, dict) or loaded.text is None:
        return []
    if "log" not in value:
        line = loaded.text.rstrip("\n").count("\n") + 1
        return [_say(loaded, line, 1, "文件最后缺少 `log:` 这一行。", "在文件末尾另起一行，顶格写 `log:`。")]
    found = []
    last = next(reversed(value))
    if last != "log":
        line, column = loaded.position([last], key=True)
        what = f"“{last}”写在了 `log:` 后面，`log:` 必须是最后一栏。"
        found.append(_say(loaded, line, column, what, "把这一栏移到 `log:` 前面。", last))
    log = value["log"]
    if log is None:
        return found
    if not isinstance(log, list):
        line, column = loaded.position(["log"])
        return [*found, _say(loaded, line, column, "`log:` 下面应当是一步一步的单子。", _STEPS, "log")]
    if loaded.plain and loaded.text.count("\n" + _AT) == len(log) > 0:
        return found  # in the plain subset a line that starts so is an item of a list at the margin, and only there
    return [*found, *_check_items(loaded, log)]


def _check_items(loaded: Loaded, log: list[object]) -> list[Finding]:
    places = loaded.places
    line, column = places.find(["log"])
    if ("log",) in places.flow:
        if log:
            return [_say(loaded, line, column, "步骤写在了方括号里，后面没法再追加。", _STEPS, "log")]
        how = "去掉后面的方括号，只写 `log:`。"
        return [_say(loaded, line, column, "没有步骤时，`log:` 后面不写方括号。", how, "log")]
    lines = (loaded.text or "").split("\n")
    for number in range(len(log)):
        line, column = places.find(["log", number])
        field = f"log.{number + 1}"
        if column == 3 and lines[line - 1].startswith(_AT):
            continue
        if column > 3 and not lines[line - 1].startswith("-"):
            what = f"第 {number + 1} 步前面有空格，没有顶格。"
        else:
            what = f"第 {number + 1} 步没有以 `- at:` 开头。"
        return [_say(loaded, line, 1, what, _STEPS, field)]
    return []


def _say(loaded: Loaded, line: int, column: int, what: str, how: str, field: str = "log") -> Finding:
    return make("NV128", file=loaded.file, line=line, column=column, field=field, what=what, how=how)
