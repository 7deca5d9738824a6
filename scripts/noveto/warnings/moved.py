"""A calendar that has changed since the last morning: each unit is told once how many of its dates have moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

from noveto.calendar import Calendar
from noveto.history.changed import Basis as Version
from noveto.history.changed import moved_due_dates
from noveto.ledger import Ledger
from noveto.ledger.record import Record
from noveto.warnings.hours import DIGEST
from noveto.warnings.model import Basis

_CHINA = timezone(timedelta(hours=8))


def calendar_before(ledger: Ledger, now: datetime) -> Calendar | None:
    """Return the calendar as the last working morning's digests knew it, None when it is the same or unknown.

    A change belongs to the first morning after its commit, so it is announced on one day only.
    """
    repo, tip = ledger.repo, ledger.version
    if repo is None or not tip:
        return None
    today = now.date()
    last = ledger.calendar.previous_workday(today - timedelta(days=1))
    since, until = (_stamp(day) for day in (last, today))
    found = repo.git("log", "--first-parent", "-n", "50", "--format=%H %ct", tip, "--", "records/calendar").decode()
    commits = [line.split() for line in found.splitlines()]
    recent = [commit for commit, moment in commits if since < int(moment) <= until]
    if not recent or repo.rev_parse(f"{recent[-1]}^1") is None:
        return None
    with Ledger.open(ledger.root, at=f"{recent[-1]}^1") as former:
        calendar = former.calendar
    return None if calendar.digest == ledger.calendar.digest else calendar


def moved_lines(
    records: Iterable[Record], basis: Basis, before: Calendar, today: date
) -> Mapping[str, tuple[str, ...]]:
    """Return the line for each unit with a binding due date that has moved."""
    cases: dict[str, set[str]] = {}
    old, new = Version(before, basis.rules), Version(basis.calendar, basis.rules)
    for shift in moved_due_dates(records, old, new, today):
        if shift.binding:
            cases.setdefault(shift.unit, set()).add(shift.case)
    return {
        unit: (f"工作日历更新了，我局 {len(found)} 件的到期日有变，以清单和案件页为准。",)
        for unit, found in cases.items()
    }


def _stamp(day: date) -> float:
    return datetime.combine(day, DIGEST, _CHINA).timestamp()
