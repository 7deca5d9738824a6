"""Pieces of what is told of a step: times, grounds, papers, directions, values as they stand in a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from noveto.site.vocabulary import Vocabulary


def moment_time(at: datetime, year: int) -> str:
    """09-23 10:12, with the year in front when it is not the reader's."""
    text = at.isoformat(" ", "minutes")
    return text[5:] if at.year == year else text


def grounds_text(grounds: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Grounds as lines: the text, then each legal basis with article, marked when it is said not to be published."""
    if not grounds:
        return ()
    found = [*given(grounds.get("text"))]
    for item in grounds.get("basis", ()):
        article = item.get("article", "")
        published = "" if item.get("published", True) else "（没有公开）"
        title = str(item.get("title", "")).strip("《》")
        found.append(f"《{title}》{article}{published}")
    return tuple(found)


def field_label(voc: Vocabulary, kind: str, field: str) -> str:
    """The title of a corrected field: 事项名称, or 第 2 步的 答复时间."""
    parts = field.split(".")
    if parts[0] == "log" and len(parts) >= 3:
        try:
            return f"第 {parts[1]} 步的{voc.schemas.label(kind, f'log.{parts[2]}')}"
        except KeyError:
            return f"第 {parts[1]} 步的 {parts[2]}"
    try:
        return voc.schemas.label(kind, field)
    except KeyError:
        return field


def show_value(value: object) -> str:
    """A value as text: lists joined, mappings by their values, nothing as （空）."""
    if value is None:
        return "（空）"
    if isinstance(value, Mapping):
        return "，".join(show_value(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return "、".join(show_value(item) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value).strip().replace("T", " ") if _is_time(value) else str(value).strip()


def _is_time(value: object) -> bool:
    text = str(value)
    return len(text) == 16 and text[10] == "T" and text[:4].isdigit()


def given(text: object) -> tuple[str, ...]:
    """A text that may be absent, as lines."""
    return (str(text).strip(),) if text else ()


def document(item: Mapping[str, Any]) -> str:
    """A paper by title and number."""
    number = item.get("number")
    return f"{item.get('title', '')}（{number}）" if number else str(item.get("title", ""))


def papers(document: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The written decision of a step: title, number and day."""
    if not document:
        return ()
    title = document.get("title") or document.get("type") or "文书"
    number = document.get("number")
    dated = document.get("date")
    return (f"文书：{title}" + (f" {number}" if number else "") + (f"，{dated}" if dated else ""),)


def redirect(redirect: Mapping[str, Any] | None, voc: Vocabulary) -> tuple[str, ...]:
    """Where somebody was shown to: unit, window, how, telephone."""
    if not redirect:
        return ()
    parts = [
        voc.unit(str(redirect["unit"])) if redirect.get("unit") else "",
        voc.window(str(redirect["window"])) if redirect.get("window") else "",
        str(redirect.get("how", "")),
        str(redirect.get("phone", "")),
    ]
    return ("指路：" + "，".join(part for part in parts if part),)
