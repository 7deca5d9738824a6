"""The press: sets data in a template with typst, as PDF/A-2b, the same bytes for the same data."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from noveto.errors import UserError
from noveto.forms.fonts import find_fonts

_TEMPLATES = Path(__file__).parent / "templates"
_LACKING = re.compile(r"the text `\"((?:[^`\\]|\\.|`(?! could))*)\"` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_LONG_WORD = re.compile(r"([!-~\u00a1-\u024f\u0370-\u052f]{20})(?=[!-~\u00a1-\u024f\u0370-\u052f])")
_NEVER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF, and the characters no font had (printed as □)."""

    pdf: bytes
    lacking: str = ""


class Press:
    """A typst compiler with its fonts, found once and used for every form (finding them takes 0.3 s).

    May be shared between threads: one form is set at a time. Raises UserError when no Chinese font is there.
    """

    def __init__(self, folders: Sequence[Path] = (), *, system: bool = True) -> None:
        import typst

        fonts, self.families = find_fonts(folders, system=system)
        self._compiler = typst.Compiler(font_paths=fonts)
        self._lock = threading.Lock()

    def typeset(
        self,
        template: str,
        forms: Sequence[Mapping[str, Any]],
        *,
        title: str,
        day: date,
        copies: int = 1,
        marks: bool = False,
        paper: str = "a4",
    ) -> Printed:
        """Set ``forms`` in ``template`` (its name without suffix), each ``copies`` times, in one file.

        ``day`` is the document's date, which PDF/A asks for: a day of the record, never the clock's, so that
        the same record gives the same bytes. Raises UserError when the text cannot be set.
        """
        import typst

        source = (_TEMPLATES / f"{template}.typ").read_bytes()
        data: dict[str, Any] = {
            "fonts": self.families,
            "title": title,
            "date": [day.year, day.month, day.day],
            "copies": copies,
            "marks": marks,
            "paper": paper,
            "forms": [_printable(form) for form in forms],
        }
        lacking = ""
        for _ in range(_TRIES):
            given = {"data": json.dumps(data, ensure_ascii=False)}
            try:
                with self._lock:
                    made = self._compiler.compile(input=source, format="pdf", sys_inputs=given, pdf_standards="a-2b")
            except typst.TypstError as error:
                found = "".join(
                    mark for mark in _unshown(f"{error.message}\n{error.diagnostic}") if mark not in lacking
                )
                if not found:
                    raise UserError(f"排版没有成功：{error.message}。请把这句话交给管理员。") from error
                lacking += found
                table = {ord(mark): "□" for mark in found}
                data["forms"] = [_each(form, lambda text, table=table: text.translate(table)) for form in data["forms"]]
                continue
            assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
            return Printed(made, lacking)
        raise UserError("这一件里有太多字是本机字体没有的，没有生成。请在台账的 fonts 文件夹里放一种字更全的字体。")


def _printable(form: Mapping[str, Any]) -> Any:
    """Take out what paper has no sign for; let over-long words (addresses of pages) break."""
    return _each(form, lambda text: _LONG_WORD.sub("\\1\u200b", _NEVER.sub("", text.replace("\t", "　"))))


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value


def _unshown(message: str) -> str:
    """Read from typst's message which characters no font has."""
    marks: list[str] = []
    for found in _LACKING.finditer(message):
        text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], found[1])
        marks += [mark for mark in text if mark not in "□\u200b" and mark not in marks]
    return "".join(marks)
