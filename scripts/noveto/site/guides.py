"""Pieces of the guides that are generated: the catalogue of codes, the working calendar, coverage of procedures.

A guide marks the place with an HTML comment; without generation (``mkdocs build`` alone) a hint stands there.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from noveto import words

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.findings.catalogue import Rule
    from noveto.records.registry import Registry

PLACE = re.compile(r"<!-- noveto:(?P<name>[a-z]+) -->")

SEVERITY = {
    "error": ("错误", "进不了台账，改好再交；不计入统计，单列在“数据质量”。"),
    "breach": ("违规", "照样入台账，标出来，计入统计。"),
    "warning": ("提醒", "不改也能交，不计入统计。"),
    "note": ("说明", "只是建议。"),
}

GROUPS = {
    "NV1": ("文件和格式", "form"),
    "NV2": ("时间", "time"),
    "NV3": ("引用和登记册", "references"),
    "NV4": ("步骤和结果", "steps"),
    "NV5": ("历史", "history"),
    "NV6": ("个人信息", "personal"),
    "NV9": ("环境和设置", "environment"),
}

_SAMPLES: Mapping[str, str] = {
    "line_no": "6",
    "column_no": "6",
    "line": "6",
    "suggestion": "clerk: scjgj-007",
    "sign": "：",
    "half": ":",
    "day": "2026-10-10",
    "year": "2027",
    "n": "2",
    "limit": "1 MiB",
    "size": "2 MiB",
}
"""What stands in a message of the catalogue for a value that only a real case has; others are shown as ××."""

_OWN_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "NV105": {"sign": "，", "half": ",", "suggestion": "items: [授权委托书, 身份证明]"},
    "NV106": {"sign": ":"},
    "NV110": {"sign": "“…”", "suggestion": 'text: "已补缴"'},
    "NV111": {"sign": "@", "suggestion": 'text: "@窗口，已电话告知"'},
    "NV112": {"how": "留下对的那一个，删掉另一个。已经入台账的，请用“更正”（corrected）步骤改。"},
    "NV113": {"sign": "&a", "mark": "&"},
    "NV114": {"sign": "!!str"},
    "NV117": {"sign": "..."},
    "NV122": {"sign": "|+", "plain": "|"},
    "NV153": {"sign": "+"},
}
"""Samples of messages that are about another sign than a full-width colon."""


def fill(text: str, parts: Mapping[str, str]) -> str:
    """Replace the marked places of a guide; places without a part keep a hint."""
    return PLACE.sub(lambda match: parts.get(match["name"], HINT), text)


HINT = '!!! note "这里要生成"\n    运行 `noveto site build`（或 `make site`）以后，这里是完整的内容。'


def generated(docs: Path, parts: Mapping[str, str]) -> dict[str, str]:
    """Return the guides that hold marked places, filled in, by their path under ``docs``."""
    pages: dict[str, str] = {}
    for path in sorted((docs / "guide").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if PLACE.search(text):
            pages[path.relative_to(docs).as_posix()] = fill(text, parts)
    return pages


def catalogue_page(rules: Iterable[Rule]) -> str:
    """Return the catalogue: one entry a code with an example, its mend, its article and how it is counted."""
    parts: list[str] = []
    group = ""
    for rule in sorted(rules, key=lambda item: item.code):
        if rule.code[:3] != group:
            group = rule.code[:3]
            title, anchor = GROUPS.get(group, ("其他", "other"))
            parts.append(f"### {title}（{group}xx） {{#{anchor}}}\n")
        parts.append(_entry(rule))
    return "\n".join(parts)


def _entry(rule: Rule) -> str:
    name, counted = SEVERITY[rule.severity]
    rows = [
        ("例子", escape(sample(rule.message, rule.code))),
        ("怎么改", _code(escape(sample(rule.fix, rule.code)))),
        ("说明", _code(escape(rule.explain))),
        ("依据", escape(rule.cite)),
        ("怎么计", counted),
    ]
    lines = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in rows if text)
    code = rule.code.lower()
    return (
        f'<section class="nv-code" id="{code}"><h4><a href="#{code}">{rule.code}</a> {escape(rule.title)} '
        f'<span class="nv-tag">{name}</span></h4><dl>{lines}</dl></section>\n'
    )


def sample(template: str, code: str = "") -> str:
    """Fill the message template of a code with sample values, so that the reader sees a sentence and not braces."""
    known = {**_SAMPLES, **_OWN_SAMPLES.get(code, {})}
    names = {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}
    return template.format_map({name: _Sample(known.get(name, "××")) for name in names})


class _Sample(str):
    """A sample value that survives any format a template may ask for."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


def _code(text: str) -> str:
    """Turn `backquoted` pieces into code (the text is escaped already)."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def calendar_page(cal: Calendar, today: date) -> str:
    """Return the working calendar in words: every notice, newest first, with its holidays and make-up days."""
    parts = [
        f"已录入到 {max(cal.years)} 年，管到 **{words.paper(cal.known_through)}**。"
        if cal.years
        else "还没有录入任何通知。"
    ]
    for notice in sorted(cal.notices, key=lambda item: (item.year, item.amendment), reverse=True):
        changed = f"（第 {notice.amendment} 次调整）" if notice.amendment else ""
        parts.append(f"\n## {notice.year} 年{changed} {{#y{notice.year}-{notice.amendment}}}\n")
        source = f"，[原文]({notice.paper})" if notice.paper.startswith("http") else ""
        parts.append(f"{notice.title}，{words.paper(notice.issued)}发布{source}。\n")
        parts.append("| 节日 | 放假 | 调休上班 |")
        parts.append("|---|---|---|")
        names = dict.fromkeys([*notice.off.values(), *notice.work.values()])
        for name in names:
            off = [day for day, label in sorted(notice.off.items()) if label == name]
            work = [day for day, label in sorted(notice.work.items()) if label == name]
            shown = "、".join(_day(day, notice.year) for day in work) or "—"
            parts.append(f"| {name} | {_run(off, notice.year)} | {shown} |")
    return "\n".join(parts)


def _run(days: list[date], year: int) -> str:
    """Days as ranges: 10-01 周四 至 10-07 周三，共 7 天."""
    if not days:
        return "—"
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    texts = [_day(run[0], year) if len(run) == 1 else f"{_day(run[0], year)} 至 {_day(run[-1], year)}" for run in runs]
    return "、".join(texts) + f"，共 {len(days)} 天"


def _day(day: date, year: int) -> str:
    """10-01 周四, which never breaks over two lines."""
    return f'<span class="nv-nb">{words.short(day, today=date(year, 1, 1))}</span>'


def coverage(registry: Registry, today: date) -> str:
    """Return which units have handed in their own procedure (四(二)), and which have not."""
    units = [unit for unit in registry.units.values() if unit.ends is None or unit.ends >= today]
    done = [unit for unit in units if unit.procedure]
    parts = [f"## 报了没有 {{#coverage}}\n\n{len(units)} 个单位，报了 **{len(done)}** 个。\n"]
    parts.append("| 单位 | 细则 | 快速请示 |")
    parts.append("|---|---|---|")
    for unit in units:
        link = f'<a id="{unit.id}"></a>{escape(unit.name)}'
        told = (
            _procedure(unit.procedure)
            if unit.procedure
            else f"{escape(unit.short)}还没有报来本单位细则（通知四（二））。先按全市通用流程办。"
            '<a href="#default">看通用流程</a> <a href="#how">怎么报细则</a>'
        )
        parts.append(f"| {link} | {told} | {escape(unit.channel) or '—'} |")
    return "\n".join(parts)


def _procedure(text: str) -> str:
    """Where a unit's procedure stands: a link where it is an address, else what the registry says."""
    shown = escape(text)
    return f'<a href="{shown}">{shown}</a>' if text.startswith(("http://", "https://")) else shown
