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
_NEVER = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff\ufffe\uffff]"
)
_BREAK = "\u200b"
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF, and the characters no font had (printed as □)."""

    pdf: bytes
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a form fills its page.

    ``size`` of the type in points, ``heights`` of the nine rows in millimetres, ``texts`` of the twelve boxes as
    far as they fit, and ``rest``: (name of the box, what goes on the continuation page).
    """

    size: float
    heights: tuple[float, ...]
    texts: tuple[str, ...]
    rest: tuple[tuple[str, str], ...]


class Press:
    """A typst compiler with its fonts, found once and used for every form (finding them takes 0.3 s).

    May be shared between threads: one form is set at a time. Raises UserError when no Chinese font is there.
    """

    def __init__(self, folders: Sequence[Path] = (), *, system: bool = True) -> None:
        import typst

        self._fonts, self.families = find_fonts(folders, system=system)
        self._compiler = typst.Compiler(font_paths=self._fonts)
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
        data = self._data(forms, title, day, copies, marks, paper)
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

    def plan(self, form: Mapping[str, Any]) -> Plan:
        """Return how the register form fills its page: one layout for the PDF and the Word document."""
        import typst

        source = (_TEMPLATES / "register.typ").read_bytes()
        given = {"data": json.dumps(self._data([form], "", date.min, 1, False, "a4"), ensure_ascii=False)}
        found = typst.query(source, "<plan>", field="value", one=True, font_paths=self._fonts, sys_inputs=given)
        told = json.loads(found)
        texts = tuple(text.replace(_BREAK, "") for text in told["texts"])
        rest = tuple((name, text.replace(_BREAK, "")) for name, text in told["rest"])
        return Plan(float(told["size"]), tuple(map(float, told["heights"])), texts, rest)

    def _data(
        self, forms: Sequence[Mapping[str, Any]], title: str, day: date, copies: int, marks: bool, paper: str
    ) -> dict[str, Any]:
        return {
            "fonts": self.families,
            "title": title,
            "date": [day.year, day.month, day.day],
            "copies": copies,
            "marks": marks,
            "paper": paper,
            "forms": [_printable(form) for form in forms],
        }


def printable(text: str) -> str:
    """Take out what paper has no sign for."""
    return _NEVER.sub("", text.replace("\t", "　"))


def _printable(form: Mapping[str, Any]) -> Any:
    """Take out what paper has no sign for; let over-long words (addresses of pages) break."""
    return _each(form, lambda text: _LONG_WORD.sub(f"\\1{_BREAK}", printable(text)))


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
        marks += [mark for mark in text if mark not in f"□{_BREAK}" and mark not in marks]
    return "".join(marks)
