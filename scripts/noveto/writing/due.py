"""The date to promise, and how it came about, in one line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from noveto.words import promise

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import CaseView

CLOCKS = {
    "submit": "提交研究",
    "reply": "答复申请人",
    "interim": "阶段答复",
    "approval": "批复",
    "filing": "报备",
    "deliver": "送达申请人",
    "review": "复核中止",
    "licence_notice": "一次告知",
    "licence_decision": "作出许可决定",
    "licence_delivery": "送达许可决定",
    "complaint": "答复反映人",
}
_SHOWN = 12


def due_words(view: CaseView, calendar: Calendar, today: date) -> str:
    """Say what is due when, and which days were counted and skipped; "" when no binding clock runs."""
    clocks = [clock for clock in view.clocks if clock.binding and clock.open and clock.due is not None]
    reply = next((clock for clock in clocks if clock.clock == "reply"), None)
    first = reply or view.headline
    if first is None:
        return ""
    what = CLOCKS.get(first.clock, first.clock)
    if first.due is None:
        return f"{what}：中止期间不计时。"
    told = first.derivation(calendar, view.rules.since)
    counted = [date.fromisoformat(day) for day in told["counted"]]
    days = f"{len(counted)} 个工作日：" + "、".join(_days(counted)) if counted else "按写明的日期"
    skipped: dict[str, list[date]] = {}
    for row in told["skipped"]:
        skipped.setdefault(row["why"], []).append(date.fromisoformat(row["date"]))
    passed = "；".join(f"{'、'.join(_days(rest))} {why}不计" for why, rest in skipped.items())
    tail = "（暂定，下一年放假通知未录入）" if first.provisional else ""
    line = f"{what}：{promise(first.due, today=today)}{tail}（{days}{f'；{passed}' if passed else ''}）"
    sooner = [c for c in clocks if c.due is not None and c.due < first.due]
    for clock in sorted(sooner, key=lambda clock: clock.due or date.max):
        line += f"\n{CLOCKS.get(clock.clock, clock.clock)}：{promise(clock.due or today, today=today)}"
    return line


def _days(days: list[date]) -> list[str]:
    """Say days in a row as one range; a long list is cut."""
    ranges: list[list[date]] = []
    for day in days:
        if ranges and (day - ranges[-1][-1]).days == 1:
            ranges[-1][1:] = [day]
        else:
            ranges.append([day])
    words = [f"{r[0]:%m-%d}" if len(r) == 1 else f"{r[0]:%m-%d} 至 {r[1]:%m-%d}" for r in ranges]
    return [*words[:_SHOWN], "…"] if len(words) > _SHOWN else words
