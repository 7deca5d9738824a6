"""Which clocks come out differently by another calendar or other rules: ``deadlines --changed-since``, ``--rules``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.cli.text import table

if TYPE_CHECKING:
    from noveto.history.changed import Shift
    from noveto.ledger import Ledger
    from noveto.rules import Rules

COLUMNS = (
    "case", "unit", "window", "clock", "round", "of", "binding", "due_before", "due_after", "state_before",
    "state_after",
)  # fmt: skip
STATES = {
    "": "没有这个期限", "running": "在期限内", "due_today": "今日到期", "overdue": "已超期", "met": "按时",
    "met_late": "迟办", "suspended": "中止", "deemed_accepted": "视为受理", "unattested": "无回执",
    "not_applicable": "不适用",
}  # fmt: skip


def since(ledger: Ledger, rev: str, today: date) -> list[Shift]:
    """Return the open clocks whose due day was another by the calendar and rules of revision ``rev``.

    The cases are today's; only what dates are computed by is taken from ``rev``. Raises UserError when there is
    no such revision.
    """
    from noveto.history.changed import Basis, moved_due_dates
    from noveto.ledger import Ledger

    with Ledger.open(ledger.root, at=rev) as former:
        before = Basis(former.calendar, former.rules)
    after = Basis(ledger.calendar, ledger.rules)
    return list(moved_due_dates(ledger.records("case", arrivals=True), before, after, today))


def under(ledger: Ledger, rules: Rules, today: date) -> list[Shift]:
    """Return the clocks of all history whose state would be another under ``rules``."""
    from noveto.history.changed import Basis, changed_states

    before, after = Basis(ledger.calendar, ledger.rules), Basis(ledger.calendar, rules)
    return list(changed_states(ledger.records("case", arrivals=True), before, after, today))


def chosen(shifts: Iterable[Shift], unit: str | None, state: str | None) -> list[Shift]:
    """Return the shifts of a unit and of clocks that are in ``state`` now (None: all)."""
    return [one for one in shifts if unit in (None, one.unit) and state in (None, one.state_after)]


def plain(shift: Shift) -> dict[str, Any]:
    """Return a shift as JSON says it: missing days and units are null."""
    found = {name: getattr(shift, name) for name in COLUMNS}
    return {name: (value if isinstance(value, (bool, int)) else value or None) for name, value in found.items()}


def told(shifts: Sequence[Shift], what: str) -> str:
    """Return a table of shifts, ``what`` has changed said below it."""
    from noveto.site.vocabulary import CLOCKS

    if not shifts:
        return f"没有一件的{what}因此改变。"
    lines = [["编号", "期限", "原到期日", "现到期日", "原状态", "现状态"]]
    for one in shifts:
        name = CLOCKS.get(one.clock, one.clock) + (f"（{one.of}）" if one.of else "")
        name += f"，第 {one.round} 次" if one.round > 1 else ""
        lines.append([
            one.case, name, _day(one.due_before), _day(one.due_after), STATES[one.state_before], STATES[one.state_after]
        ])  # fmt: skip
    cases = len({one.case for one in shifts})
    return f"{table(lines)}\n\n{cases} 件的 {len(shifts)} 个期限{what}有变。"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "不计时"
