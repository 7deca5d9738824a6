"""The clocks as a recipe of the ledger: which records still matter, decided once per content.

A case that has ended and none of whose clocks is open at the end of the last day it names stays that way for ever: only
an act, that is a new content, can change it. One that awaits the applicant's papers may have no clock at all, and is
open all the same. Everything that depends on today is computed when asked.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from noveto.clocks.builder import Arrivals, last_day
from noveto.clocks.engine import clocks_of, compute_complaint
from noveto.clocks.model import Clock
from noveto.clocks.stage import status
from noveto.clocks.timeline import timeline
from noveto.clocks.view import CaseView, view, view_of_clocks
from noveto.ledger.code import code_digest
from noveto.ledger.recipe import ALWAYS, Recipe
from noveto.ledger.record import Record
from noveto.records.model import Case, begun

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.ledger import Context, Ledger
    from noveto.rules import Rules

_FEW = 500
CODE = ("noveto.clocks", "noveto.calendar", "noveto.records", "noveto.rules")
_LAST: list[tuple[tuple[Any, ...], _Last]] = []
"""What was asked last of the last day of a case, and what was said."""


def open_recipe(context: Context) -> Recipe:
    """Return the recipe that tells open cases and complaints from settled ones."""
    key = f"{code_digest(*CODE)}-{context.rules.digest}-{context.calendar.digest}"
    return Recipe("open", key, "noveto.clocks.recipe:settled", ("case", "complaint"), arrivals="veto")


def settled(record: Record, context: Context) -> tuple[bytes, bool, int]:
    """Return (what is needed to compute an open record's clocks, whether it is open, its last day)."""
    if record.kind == "complaint":
        complaint = record.complaint
        last = last_named(record)
        rules = context.rules.for_day(complaint.received.date())
        called = any(entry.step == "called_back" for entry in complaint.log)
        live = any(clock.open for clock in compute_complaint(complaint, rules, context.calendar, last))
        if not live and not called:
            last = max(last, last_day(context.calendar, last, rules.limits["complaint_call_back"]))
        return _pack(record, live=live), live, ALWAYS if live else last.toordinal()
    found = _last(record, context.rules, context.calendar)
    live = is_open(status(found.line), found.clocks)
    return _pack(record, live=live), live, ALWAYS if live else found.line.today.toordinal()


def is_open(status: str, clocks: Iterable[Clock]) -> bool:
    """Whether a case of that status goes on: until it has ended and none of its clocks runs any more."""
    return status in ("open", "suspended") or any(clock.open for clock in clocks)


def last_named(record: Record) -> date:
    """Return the last day that a record names: by its anchors, its steps, its receipts, or as the day on which a
    suspension or its end begins. Nothing about its clocks begins by itself after that day."""
    typed = record.typed
    days = [begun(typed).date(), *[entry.day for entry in typed.log], *filter(None, record.arrivals)]
    if isinstance(typed, Case) and typed.accepted is not None:
        days.append(typed.accepted.date())
    if record.kind in ("case", "complaint"):
        named = [entry.data.get("from") for entry in typed.log if entry.step in ("suspended", "resumed")]
        days += [date.fromisoformat(day) for day in named if day]
    return max(days)


def last_view(record: Record, rules: Rules, calendar: Calendar) -> tuple[CaseView, date]:
    """Return a case as of the last day it names, and that day.

    Several recipes start from it: asked again for the same record, it is not computed again.
    """
    found = _last(record, rules, calendar)
    return found.view, found.line.today


class _Last:
    """A case as of the last day it names."""

    def __init__(self, record: Record, rules: Rules, calendar: Calendar) -> None:
        case, arrivals = record.case, Arrivals(record.receipts, record.arrivals)
        self.calendar = calendar
        self.rules = rules.for_day(case.raised.date())
        self.line = timeline(case, last_named(record))
        self.clocks = clocks_of(self.line, self.rules, calendar, arrivals)

    @cached_property
    def view(self) -> CaseView:
        return view_of_clocks(self.line, self.rules, self.calendar, self.clocks)


def _last(record: Record, rules: Rules, calendar: Calendar) -> _Last:
    key = (record, record.arrivals, record.receipts, rules, calendar)
    if _LAST and all(one is other for one, other in zip(_LAST[0][0], key, strict=True)):
        return _LAST[0][1]
    found = _Last(record, rules, calendar)
    _LAST[:] = [(key, found)]
    return found


def _pack(record: Record, *, live: bool) -> bytes:
    days = tuple(day.toordinal() if day else 0 for day in (record.begun, *record.arrivals))
    return marshal.dumps((dict(record.value or {}), days, record.receipts)) if live else b""


def open_records(ledger: Ledger, today: date) -> Iterator[Record]:
    """Yield the cases and complaints that may be open on ``today``, with their arrivals."""
    settled_later: list[str] = []
    for found in ledger.live(open_recipe(ledger.context), today):
        if found.payload:
            value, days, receipts = marshal.loads(found.payload)  # noqa: S302 - written by this program
            begun, *known = (date.fromordinal(day) if day else None for day in days)
            yield Record(
                found.path, found.blob, found.kind, value, arrivals=tuple(known), begun=begun, receipts=receipts
            )
        else:
            settled_later.append(found.path)
    for at in range(0, len(settled_later), _FEW):
        yield from ledger.files(settled_later[at : at + _FEW], arrivals=True)


def view_of(record: Record, ledger: Ledger, today: date, rules: Rules | None = None) -> CaseView:
    """Compute the view of a case of ``ledger`` on ``today``, under its own rules or (what-if) under others."""
    staff = ledger.registry.staff
    return view(
        record.case,
        rules or ledger.rules,
        ledger.calendar,
        today,
        arrivals=Arrivals(record.receipts, record.arrivals),
        role_of=lambda key: staff[key].role if key in staff else "",
    )
