"""From a record to paper: one call for the desk, the command line and whoever else prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from noveto.clocks import Arrivals, view
from noveto.forms import letters, sheet
from noveto.forms.material import PERSONS, Contacts, Material
from noveto.forms.press import Press
from noveto.forms.wordform import letter_document, register_document

if TYPE_CHECKING:
    from noveto.ledger import Ledger, Record

Kind = Literal["register", "receipt", "supplement", "answer"]
Suffix = Literal["pdf", "docx"]

TITLES: dict[str, str] = {
    "register": "否定报备登记表",
    "receipt": "回执",
    "supplement": "一次性告知书",
    "answer": "答复",
    "blank": "否定报备登记表（空白）",
}
COPIES = {"register": 3, "receipt": 1, "supplement": 2, "answer": 2}
"""Copies of each kind by default: the form's three, two of what is handed out and kept."""

_FILL: Mapping[str, Callable[[Material], dict[str, Any]]] = {
    "register": sheet.register,
    "receipt": letters.receipt,
    "supplement": letters.supplement,
    "answer": letters.answer,
}
_BLANK_DAY = date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished document (PDF or docx) and what whoever prints it has to be told first (Chinese sentences).

    ``lacking`` are the characters no font had: printed as □, and told in ``notes``.
    """

    data: bytes
    notes: tuple[str, ...] = ()
    lacking: str = ""


def material(ledger: Ledger, record: Record, today: date, *, contacts: Contacts | None = None) -> Material:
    """Gather what the forms of ``record`` (a case) need.

    The full name of a person is asked of ``contacts`` only here, so that one printing is one logged reading.
    """
    found = view(record.case, ledger.rules, ledger.calendar, today, arrivals=Arrivals(record.receipts, record.arrivals))
    given = Material(
        found, ledger.registry, ledger.schemas, ledger.calendar, today,
        corrections=len(record.effective.corrections), arrivals=record.arrivals,
    )  # fmt: skip
    who = record.case.applicant
    full = contacts(who.ref, record.case.id) if contacts is not None and who.ref else None
    if full is not None:
        return replace(given, name=full[0], contact=full[1])
    return replace(given, masked=who.kind in PERSONS)


def render(
    kind: Kind,
    given: Material,
    press: Press,
    *,
    suffix: Suffix = "pdf",
    copies: int | None = None,
    marks: bool = False,
) -> Paper:
    """Make one document of a case as PDF/A-2b, or as a Word document (``suffix`` "docx") with the same content.

    ``copies`` None is the kind's usual number, of a Word document one; ``marks`` prints 第一联 … on the form's
    copies (the annex has none). The same record, day and fonts give the same bytes. Raises UserError where the
    case has no such document.
    """
    form = _FILL[kind](given)
    case = given.case
    day = max([case.raised.date(), *(entry.day for entry in case.log)])
    title = f"{TITLES[kind]} {case.id}"
    if suffix == "docx":
        if kind == "register":
            plan = press.plan(form)
            data = register_document(form, plan, title=title, day=day, copies=copies or 1, marks=marks)
        else:
            data = letter_document(form, title=title, day=day, a5=kind == "receipt", copies=copies or 1)
        return Paper(data, notes(kind, given))
    printed = press.typeset(
        "register" if kind == "register" else "letter",
        [form],
        title=title,
        day=day,
        copies=COPIES[kind] if copies is None else copies,
        marks=marks,
        paper="a5" if kind == "receipt" else "a4",
    )
    return Paper(printed.pdf, notes(kind, given, printed.lacking), printed.lacking)


def blank(press: Press, *, suffix: Suffix = "pdf", copies: int = 1) -> bytes:
    """Make the form without values."""
    form, title = sheet.blank(), TITLES["blank"]
    if suffix == "docx":
        return register_document(form, press.plan(form), title=title, day=_BLANK_DAY, copies=copies)
    return press.typeset("register", [form], title=title, day=_BLANK_DAY, copies=copies).pdf


def notes(kind: str, given: Material, lacking: str = "") -> tuple[str, ...]:
    """Return what has to be known before a document of ``given`` is printed."""
    found = []
    if given.masked and kind != "receipt":
        found.append(f"密封册里取不到全名和联系方式，印的是“{given.case.applicant.name}”，请用笔补上。")
    if kind == "register" and given.last("veto_proposed") is None:
        found.append("这一件没有拟否决报批，日期空着；要报备，请先记“拟否决报批”。")
    if kind == "answer" and letters.lacks_remedies(given):
        found.append("行政许可答复“不能办”，救济途径没有记全，空着的地方请用笔填上，并补记。")
    if lacking:
        found.append(f"这些字本机的字体里没有，印成了 □：{lacking}")
    return tuple(found)
