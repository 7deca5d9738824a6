"""A value that is not allowed where it stands: what may stand there, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from noveto.schema.dates import DATE_PATTERN, TIME_PATTERN
from noveto.schema.keys import listed, named
from noveto.schema.places import Path, Place
from noveto.schema.problems import Wrong
from noveto.schema.show import shorten, show
from noveto.schema.suggest import as_count, as_date, as_flag, as_id, as_time, nearest
from noveto.schema.tree import TYPE, Node, options

Verdict = tuple[str, Path, dict[str, Any]]
"""Code, path below the value where the mistake stands (mostly empty), parameters of the sentences."""

_TYPES = {
    "object": "几项内容（每项一行，往里空两格）",
    "array": "一个列表（每项一行，以“- ”开头）",
    "string": "文字",
    "boolean": "true 或 false",
    "integer": "整数",
    "number": "数字",
}
_DIGITS = re.compile(r"\^[(|)\[\]0-9{},-]+\$")  # a pattern that allows digits alone
_CLASS = re.compile(r"\[[0-9-]+\](?:\{([0-9]+)(?:,([0-9]+))?\})?")  # one digit, or so many
_FEW, _MANY = 8, 21  # up to so many codes are told with their titles; up to so many at all


def judge_value(here: Place, wrong: Wrong, value: object) -> Verdict:
    """Return the verdict on ``value``, which breaks the keyword ``wrong.keyword`` of its schema."""
    if options(here.node) and wrong.keyword in ("oneOf", "enum", "const", "type"):
        return _choice(here, value)
    return _JUDGES.get(wrong.keyword, _other)(here, wrong, value)


def _choice(here: Place, value: object) -> Verdict:
    codes = options(here.node)
    if not isinstance(value, str):
        return "NV136", (), _kind(here, "一个代码", value, f"可以写的有：{_codes(codes)}。只写一个，写在冒号后面。")
    meant = nearest(value, codes)
    if meant and value != value.strip() == meant:
        hint = f"前后有看不见的空格，可能是粘贴带进来的：删掉，只留 {meant}。"
    else:
        hint = f"您是不是要写 {meant}（{dict(codes)[meant]}）？" if meant else _choose(codes)
    params: dict[str, Any] = {"value": show(value), "allowed": _codes(codes), "hint": hint}
    if len(here.path) == 3 and here.path[0] == "log" and here.path[2] == "step":
        return "NV134", (), {**params, "n": int(here.path[1]) + 1}
    return "NV133", (), {**params, "name": here.name()}


def _codes(codes: list[tuple[str, str]]) -> str:
    if len(codes) <= _FEW:
        return listed(codes)
    if len(codes) <= _MANY:
        return "、".join(code for code, _ in codes)
    return f"{listed(codes[:3])}等 {len(codes)} 种"


def _choose(codes: list[tuple[str, str]]) -> str:
    return "请从上面选一个写上。" if len(codes) <= _FEW else f"请选一个写上：{listed(codes)}。"


def _kind(here: Place, expected: str, value: object, hint: str) -> dict[str, Any]:
    return {"name": here.name(), "expected": expected, "actual": _actual(value), "hint": hint}


def _actual(value: object) -> str:
    if value is None:
        return "空的"
    if isinstance(value, bool):
        return f"“{show(value)}”"
    if isinstance(value, Mapping):
        return "下面分了几项"
    if isinstance(value, list):
        return "一个列表"
    return f"“{show(value)}”"


def _type(here: Place, wrong: Wrong, value: object) -> Verdict:
    types = [wrong.expected] if isinstance(wrong.expected, str) else list(wrong.expected)
    types = [name for name in types if name != "null"] or ["string"]
    if types == ["boolean"]:
        return _flag(here, value)
    if "integer" in types and "array" not in types:
        return _count(here, wrong, value)
    expected = _TYPES["string"] if "string" in types else _TYPES.get(types[0], types[0])
    return "NV136", (), _kind(here, expected, value, _reshape(here, types, value))


def _reshape(here: Place, types: list[str], value: object) -> str:
    key = show(here.path[-1]) if here.path else ""
    if here.path and isinstance(here.path[-1], int) and "object" in types:
        return f"请在“- ”后面分行写：{'、'.join(named(here.node))}，从第二行起往里空两格。"
    if "string" in types and here.path and isinstance(here.path[-1], int):
        return "请在“- ”后面写一行文字，不分项。"
    if "string" in types:
        if isinstance(value, bool):
            return f'如果就是这个词，请加半角双引号：{key}: "{show(value)}"。'
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return f"只写一个，不要方括号和短横：{key}: {show(value[0])}"
        return f"请写成一行文字：{key}: …；写不下的，用“{key}: |”，下面每行往里空两格。"
    if here.path == ("log",):
        return "请一步一项，每步以“- at:”开头，顶格写；还没有步骤的，“log:”后面留空。"
    if "array" in types:
        if isinstance(value, str):
            items = value.strip("【】〔〕［］[] ").replace("，", "、").replace(",", "、")
            parts = [part.strip() for part in items.split("、")]
            return f"请写成：{key}: [{', '.join(shorten(show(part), 40) for part in parts)}]（半角方括号和逗号）。"
        return f"请在“{key}:”下面一项一行，每行以“- ”开头。"
    if not here.path:
        return "文件最外层要一项一行，写成“名字: 内容”，请照着样例写。"
    return f"请在“{key}:”下面分行写：{'、'.join(named(here.node))}，每行往里空两格。"


def _flag(here: Place, value: object) -> Verdict:
    meant = as_flag(value) if isinstance(value, str) else None
    word = "true" if meant else "false"
    key = show(here.path[-1]) if here.path else ""
    hint = f"请写成“{key}: {word}”，不加引号。" if meant is not None else "请写 true 或 false，不加引号。"
    return "NV137", (), {"name": here.name(), "actual": _actual(value), "hint": hint}


def _count(here: Place, wrong: Wrong, value: object) -> Verdict:
    node, pattern = _number_of(here.node)
    least = node.get("minimum", 0)
    shortest, longest = _digits(pattern)
    meant = as_count(value) if isinstance(value, str) else None
    fits = meant is not None and int(meant) >= least and (not longest or shortest <= len(meant) <= longest)
    hint = f"请写成 {meant}。" if fits else "请只写半角数字，如 1、2、10。"
    if shortest == longest > 1:
        limits = f"{longest} 位数字"
        hint = hint if fits else f"请写 {longest} 位半角数字，如 {here.node.get('examples', ['2026'])[0]}。"
    else:
        too_long = bool(meant) and 0 < longest < len(str(meant))
        highest = f"，不大于 {node['maximum']}" if "maximum" in node else f"，最多 {longest} 位" if too_long else ""
        limits = f"不小于 {least}{highest}"
    return "NV142", (), {"name": here.name(), "value": show(value), "range": limits, "hint": hint}


def _number_of(node: Node) -> tuple[Node, str]:
    """Return the part of a number's schema that holds its bounds, and the pattern of its text ("" for none)."""
    parts = [node, *node.get("anyOf", ())]
    pattern = next((str(part["pattern"]) for part in parts if "pattern" in part), "")
    return next((part for part in parts if "minimum" in part), node), pattern


def _digits(pattern: str) -> tuple[int, int]:
    """Return how many digits a pattern of digit classes asks for, least and most; (0, 0) for another pattern."""
    if not pattern or _CLASS.sub("", pattern) != "^$":
        return 0, 0
    ends = [(int(least or 1), int(most or least or 1)) for least, most in _CLASS.findall(pattern)]
    return sum(least for least, _ in ends), sum(most for _, most in ends)


def _pattern(here: Place, wrong: Wrong, value: object) -> Verdict:
    text, pattern = str(value), str(wrong.expected)
    name = str(here.node.get(TYPE, ""))
    params: dict[str, Any] = {"name": here.name(), "value": show(value)}
    if pattern == "\\S":
        return "NV143", (), {**params, "key": show(here.path[-1]) if isinstance(here.path[-1], str) else "- "}
    if pattern == DATE_PATTERN:
        return "NV138", (), {**params, "hint": _shaped(as_date(text), "年、月、日都要写，不写几点，如 2026-03-05。")}
    if pattern == TIME_PATTERN:
        only_day = as_date(text)
        otherwise = "日期和几点几分都要写，如 2026-03-05T09:40。"
        if only_day:
            otherwise = f"还要写几点几分，如 {only_day}T09:40。"
        return "NV139", (), {**params, "hint": _shaped(as_time(text), otherwise)}
    if name.startswith("count") or _DIGITS.fullmatch(pattern):
        return _count(here, wrong, value)
    if name.endswith("_id"):
        return "NV141", (), {**params, "example": _example(here), "hint": _id_hint(name, text, pattern)}
    hint = f"正确的写法如 {_example(here)}。" if here.node.get("examples") else str(here.node.get("description", ""))
    return "NV149", (), {**params, "why": "写法不对", "hint": hint}


def _shaped(meant: str | None, otherwise: str) -> str:
    return f"请改成 {meant}。" if meant else otherwise


def _example(here: Place) -> str:
    return str(next(iter(here.node.get("examples", ())), "…"))


_REGISTERS = {
    "unit_id": "单位编号在 records/registry/units.yml 里查。",
    "hall_id": "大厅编号在 records/registry/halls.yml 里查。",
    "window_id": "窗口编号在 records/registry/windows.yml 里查。",
    "staff_id": "请写人的编号，不写姓名；编号在 records/registry/staff.yml 里查。",
    "party_id": "请写人或单位的编号，不写名称；编号在 records/registry/staff.yml、units.yml 里查。",
    "matter_id": "事项编号在 records/registry/matters.yml 里查；目录里没有的，这一项不写。",
    "case_id": "办件编号是 单位-八位日期-顺序号，顺序号至少两位。",
    "complaint_id": "编号是 大厅-c八位日期-顺序号，顺序号至少两位。",
    "improvement_id": "编号是 gj-四位年份-三位顺序号。",
    "period_id": "编号是 qj-年份-月份，如 qj-2026-09；季度写 qj-2026-q3，全年写 qj-2026。",
    "review_id": "编号是 cc-期间-单位，如 cc-2026-q3-scjgj。",
}


def _id_hint(name: str, text: str, pattern: str) -> str:
    meant = as_id(text, pattern)
    return f"请改成 {meant}。" if meant else _REGISTERS.get(name, "请写那一件的编号，和它的文件名相同（不带 .yml）。")


def _few(here: Place, wrong: Wrong, value: object) -> Verdict:
    key = show(here.path[-1]) if here.path else ""
    hint = f"请在下面加上，一项一行，以“- ”开头；没有的话，把“{key}:”整个删掉。"
    if here.path == ("log",):
        hint = "还没有步骤的，写成“log:”，冒号后面留空，不写 []。"
    return "NV144", (), {"name": here.name(), "n": wrong.expected, "hint": hint}


def _twice(here: Place, _wrong: Wrong, value: object) -> Verdict:
    items = value if isinstance(value, list) else []
    second = next((n for n, item in enumerate(items) if item in items[:n]), 0)
    return "NV145", (second,), {"name": here.name(), "value": show(items[second]) if items else ""}


def _nothing(here: Place, _wrong: Wrong, _value: object) -> Verdict:
    key = show(here.path[-1]) if here.path else ""
    return "NV151", (), {"name": here.name(), "allowed": "、".join(named(here.node)), "key": key}


_NOT_CORRECTABLE = {
    "track": "改类别请加一步 reclassified（改类）。",
    "step": "步骤名错了，请用 struck（划销）划掉那一步，再写一步对的。",
    "by": "谁办的写错了，请用 struck（划销）划掉那一步，再写一步对的。",
    "id": "编号不能改；整件登记错了，请加一步 voided（作废）。",
    "unit": "首问责任单位不能改；整件登记错了，请加一步 voided（作废）。",
}


def _forbidden(here: Place, wrong: Wrong, value: object) -> Verdict:
    last = str(value).rsplit(".", 1)[-1]
    hint = _NOT_CORRECTABLE.get(last, "请写到具体的一项，如 log.2.text（第 2 步的说明）。")
    return "NV148", (), {"name": here.name(), "value": show(value), "hint": hint}


def _other(here: Place, wrong: Wrong, value: object) -> Verdict:
    bounds = {
        "maximum": "不能大于 {}",
        "exclusiveMinimum": "要大于 {}",
        "exclusiveMaximum": "要小于 {}",
        "minLength": "至少 {} 个字",
        "maxLength": "最多 {} 个字",
        "maxItems": "最多 {} 项",
        "const": "只能写 {}",
        "enum": "只能从 {} 里选",
    }
    expected = "、".join(map(show, wrong.expected)) if isinstance(wrong.expected, list) else show(wrong.expected)
    why = bounds.get(wrong.keyword, "写法不对").format(expected)
    hint = str(here.node.get("description", "")) or "对照样例改。"
    return "NV149", (), {"name": here.name(), "value": show(value), "why": why, "hint": hint}


_JUDGES: dict[str, Callable[[Place, Wrong, object], Verdict]] = {
    "type": _type,
    "pattern": _pattern,
    "minimum": _count,
    "minItems": _few,
    "uniqueItems": _twice,
    "minProperties": _nothing,
    "not": _forbidden,
}
