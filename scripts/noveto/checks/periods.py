"""Periods and reviews: objections answered before figures freeze, two people for each verdict (NV315, NV316, NV47x)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from noveto.checks.common import Judged, place
from noveto.findings import Finding, make
from noveto.records.model import Entry, Period, Review


def period_findings(record: Judged) -> Iterator[Finding]:
    """Yield what is wrong with a period or a review; nothing for other kinds."""
    typed = record.typed
    if isinstance(typed, Period):
        yield from _period(record, typed)
    elif isinstance(typed, Review):
        yield from _review(record, typed)


def _period(record: Judged, period: Period) -> Iterator[Finding]:
    objections = {entry.n: entry for entry, _ in period.objections}
    for entry in period.log:
        if entry.step == "objection_answered" and int(entry.data["entry"]) not in objections:
            known = "、".join(map(str, sorted(objections))) or "还没有"
            at = place(record, ("log", entry.n - 1, "entry"))
            yield make("NV315", **at, n=entry.n, value=entry.data["entry"], known=known)
        elif entry.step == "objection" and entry.day > period.objections_until:
            at = place(record, ("log", entry.n - 1, "at"))
            yield make("NV473", **at, n=entry.n, day=entry.day, until=period.objections_until)
    for entry in period.log:
        if entry.step == "frozen":
            yield from _frozen(record, period, entry)


def _frozen(record: Judged, period: Period, entry: Entry) -> Iterator[Finding]:
    at = place(record, ("log", entry.n - 1, "step"))
    open_ = [
        asked.n
        for asked, answer in period.objections
        if asked.at <= entry.at and (answer is None or answer.at > entry.at)
    ]
    if open_:
        yield make("NV470", **at, n=entry.n, open="、".join(map(str, open_)))
    if entry.day <= period.objections_until:
        yield make("NV471", **at, n=entry.n, day=entry.day, until=period.objections_until)
    last = last_day(period.key)
    if date.fromisoformat(entry.data["as_of"]) < last:
        as_of = place(record, ("log", entry.n - 1, "as_of"))
        yield make("NV472", **as_of, n=entry.n, value=entry.data["as_of"], last=last)


def last_day(key: str) -> date:
    """Return the last day of a period by its key: 2026-09, 2026-Q3, 2026."""
    month = 12 if len(key) == 4 else int(key[-1]) * 3 if "Q" in key else int(key[5:])
    following = int(key[:4]) * 12 + month
    return date.fromordinal(date(following // 12, following % 12 + 1, 1).toordinal() - 1)


def _review(record: Judged, review: Review) -> Iterator[Finding]:
    readers: dict[str, str] = {}
    for entry in sorted(review.log, key=lambda entry: entry.at):
        case = entry.data.get("case")
        if case is None:
            continue
        if case not in review.cases:
            yield make("NV316", **place(record, ("log", entry.n - 1, "case")), n=entry.n, value=case)
        elif entry.step == "verdict":
            readers[case] = entry.by
        elif entry.step == "second_read" and readers.get(case) == entry.by:
            yield make("NV474", **place(record, ("log", entry.n - 1, "by")), n=entry.n, value=case, by=entry.by)
