"""A case's clocks as the page shows them: state in words, one line each, and how the due date came about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from noveto import words
from noveto.clocks import review_day
from noveto.site import caseviews
from noveto.site.counting import derivation_text
from noveto.site.vocabulary import CLOCKS, RULE_ANCHORS, Vocabulary
from noveto.words import Said

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.clocks import CaseView, Clock

_UP = "../../../"


class ClockTeller:
    """Tells clocks as of one day, for one build."""

    def __init__(self, voc: Vocabulary, calendar: Calendar, today: date) -> None:
        self.voc = voc
        self.calendar = calendar
        self.today = today
        self._told: dict[tuple[Any, ...], str] = {}

    def status(self, clock: Clock, found: CaseView) -> Said:
        """Return a clock's state in words."""
        if clock.clock == "review" and clock.open:
            return words.suspended(self.calendar, clock.due, self.today)
        return words.state(
            self.calendar,
            clock.state,
            due=clock.due,
            today=self.today,
            met_on=clock.met_on,
            days_late=clock.days_late,
            binding=clock.binding,
            review=review_day(found.clocks),
            ended=clock.ended is not None,
            provisional=clock.provisional,
            waiting=clock.waits_for_papers,
        )

    def lines(self, found: CaseView) -> tuple[caseviews.ClockLine, ...]:
        """Binding clocks first, internal marks below; the latest round of each on top of earlier ones."""
        order = sorted(found.clocks, key=lambda clock: (not clock.binding, clock.round))
        return tuple(self._line(clock, found) for clock in order)

    def _line(self, clock: Clock, found: CaseView) -> caseviews.ClockLine:
        name = CLOCKS[clock.clock]
        if clock.clock in ("reply", "approval"):
            name += f"（{words.TRACKS.get(found.track, found.track)}）"
        if clock.of:
            name += f"（{self.voc.unit_short(clock.of)}）"
        if clock.round > 1:
            name += f" 第 {clock.round} 轮"
        notes = []
        if clock.due_calendar is not None and clock.due_calendar != clock.due:
            notes.append(f"自然日口径 {words.short(clock.due_calendar, today=self.today, weekday=False)}")
        if clock.clock == "filing" and clock.state == "met":
            notes.append("有回执")
        return caseviews.ClockLine(
            name=name,
            limit=_limit_words(clock),
            due=clock.due if clock.state != "suspended" else None,
            status=self.status(clock, found),
            cite=clock.cite,
            cite_url=f"{_UP}guide/time/rules.html#{RULE_ANCHORS[clock.clock]}",
            note="；".join(notes),
            bar=self._bar(clock),
            binding=clock.binding,
            provisional=clock.provisional,
            derivation=self.derivation(clock, found) if _worth_telling(clock, found) else "",
        )

    def _bar(self, clock: Clock) -> tuple[int, int] | None:
        """How far a running reply clock is, in working days; only where it fits on a line."""
        basis = clock.basis
        if clock.clock != "reply" or not clock.open or basis.days is None or basis.calendar_days or clock.due is None:
            return None
        left = self.calendar.workdays_between(self.today, clock.due)
        return (basis.days - left, basis.days) if self.today <= clock.due and left <= basis.days else None

    def derivation(self, clock: Clock, found: CaseView) -> str:
        """How the due date came about; texts of limits without pauses are kept, many cases share them."""
        word = {"filing": "报批", "deliver": "答复", "licence_delivery": "答复"}.get(clock.clock, "登记")
        word = "这一轮开始" if clock.round > 1 and word == "登记" else word
        key = (clock.basis, clock.due, word)
        text = self._told.get(key)
        if text is None:
            told = clock.derivation(self.calendar, found.rules.since)
            text = derivation_text(told, self.calendar, self.today, start_word=word)
            if len(self._told) < 50_000:
                self._told[key] = text
        return text


def _limit_words(clock: Clock) -> str:
    basis = clock.basis
    if basis.days is None:
        return "约定日期"
    unit = "自然日" if basis.calendar_days else "个工作日"
    if basis.days == 0:
        return "当天"
    return f"第 {basis.days} {unit}" if not clock.binding else f"{basis.days} {unit}"


def _worth_telling(clock: Clock, found: CaseView) -> bool:
    """The derivation is told for what runs, and for the reply of every round."""
    return clock.open or clock.clock == "reply"
