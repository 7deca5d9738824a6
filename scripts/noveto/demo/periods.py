"""The demo's figures: a month being looked over, two frozen ones, a correction since, and samples read by two people.

The figures of the frozen months are worked out from the demo's own history, as an office does it: it is written up to
the morning of freezing, read, and then goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from noveto.demo.options import Options
from noveto.demo.world import World
from noveto.ledger import Ledger
from noveto.ledger.places import path_of
from noveto.statistics.frozen import frozen_fields
from noveto.statistics.periods import Period, period
from noveto.statistics.sampling import draw, pools
from noveto.writing.message import REGISTERED
from noveto.writing.periods import period_head, review_head
from noveto.writing.text import entry_text, head_text

MOST = 3000
"""Larger demos go without: they are for measuring, and their history is not read while it is made."""

DRAWN = 2
_TEXTS = {"sound": "条文找得对，写到了款，和事实对得上。", "partly": "大的方向对，条文少写了一款。",
          "unsound": "引用的办法已经废止，应当用新的。"}  # fmt: skip

_OBJECTIONS = (
    ("rsj", "I7", "有一件当天已经电话答复，补录晚了，不应当算超期。", "upheld", "核对了通话记录，当天确实答复了。"),
    ("zjj", "I1", "登记数比窗口的本子少一件。", "not_upheld", "少的一件是上个月最后一天登记的，算在上个月。"),
)
"""Unit, figure, what it says; what the bureau finds and answers."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A piece of a record that grows beside the stream: when, who, which record, its new text, the steps in it."""

    moment: datetime
    by: str
    id: str
    title: str
    text: str
    steps: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the record lies."""
        return path_of(self.id)


class Figures:
    """What is written about the figures: ``before`` the morning of freezing, and ``after`` it, once main is read."""

    def __init__(self, world: World, options: Options) -> None:
        self.world, self.cal, self.today = world, world.calendar, options.today
        self.horizon = options.horizon
        self.analyst, self.assessor = world.analysts[0], world.analysts[min(1, len(world.analysts) - 1)]
        running = period(f"{options.today:%Y-%m}")
        self.open = running.before
        self.frozen = (self.open.before, self.open.before.before)
        self.freezing = datetime.combine(self._day(self.open.first, 8), time(8, 40))

    def _day(self, first: date, n: int) -> date:
        """Return the ``n``-th working day from ``first`` on (1: the first)."""
        return self.cal.add_workdays(first - timedelta(days=1), n)

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute))

    def _new(self, of: Period, opened: date, until: date | None = None) -> Extra:
        head = period_head(of.key, opened, self.cal, until=until)
        moment = self._at(opened, 9, 10)
        return Extra(moment, self.analyst, str(head["id"]), f"{of.name}的数", head_text("period", head), (REGISTERED,))

    def _step(self, of: Period, moment: datetime, by: str, step: str, **fields: Any) -> Extra:
        entry = {"at": f"{moment:%Y-%m-%dT%H:%M}", "by": by, "step": step, **fields}
        return Extra(moment, by, f"qj-{of.key.lower()}", f"{of.name}的数", entry_text(entry), (step,))

    def _objections(self, of: Period, days: tuple[date, date], *, answered: int) -> Iterator[Extra]:
        """Two units object on two days; the first ``answered`` get their answer the afternoon after."""
        for n, (day, (unit, figure, text, finding, answer)) in enumerate(zip(days, _OBJECTIONS, strict=True)):
            said = {"unit": unit, "figure": figure, "text": text}
            yield self._step(of, self._at(day, 9, 30 + n), f"{unit}-001", "objection", **said)
            if n < answered:
                told = {"entry": str(n * 2 + 1), "finding": finding, "text": answer}
                told |= {"correction": "请人社局更正那一件的答复时间。"} if finding == "upheld" else {}
                yield self._step(of, self._at(day, 15, 20 + n), self.analyst, "objection_answered", **told)

    def before(self) -> list[Extra]:
        """Return what comes before the freezing: two months opened, one of them objected to."""
        newer, older = self.frozen
        found = [self._new(older, self._day(newer.first, 1)), self._new(newer, self._day(self.open.first, 1))]
        days = (self._day(self.open.first, 3), self._day(self.open.first, 4))
        found += self._objections(newer, days, answered=2)
        return sorted(found, key=lambda one: one.moment)

    def after(self, ledger: Ledger) -> list[Extra]:
        """Return what comes at the freezing and after it, from main as it is that morning."""
        found: list[Extra] = []
        as_of = self.freezing.date() - timedelta(days=1)
        for n, of in enumerate(reversed(self.frozen)):
            moment = self.freezing + timedelta(minutes=5 * n)
            found.append(self._step(of, moment, self.analyst, "frozen", **frozen_fields(ledger, of.key, as_of)))
        found += self._samples(ledger, self.frozen[0])
        found += self._correction(ledger, self.frozen[0])
        opened = self._day(period(f"{self.today:%Y-%m}").first, 1)
        until = max(self.cal.add_workdays(opened, 5), self.cal.add_workdays(self.today, 2))
        found.append(self._new(self.open, opened, until))
        day = self.cal.add_workdays(opened, 1)
        found += self._objections(self.open, (day, day), answered=1)
        return sorted((one for one in found if one.moment < self.horizon), key=lambda one: one.moment)

    def _samples(self, ledger: Ledger, of: Period) -> Iterator[Extra]:
        day, seed = self.cal.add_workdays(self.freezing.date(), 1), ledger.version[:12]
        verdicts = ("sound", "sound", "unsound", "sound", "partly", "sound")
        for n, (unit, names) in enumerate(pools(ledger, of.first, of.last, self.freezing.date()).items()):
            drawn = draw(seed, names, DRAWN)
            head = review_head(of.key, unit, day, self.assessor, seed=seed, size=DRAWN, pool=len(names),
                               commit=ledger.version, cases=drawn)  # fmt: skip
            name, title = str(head["id"]), f"{of.name}抽查"
            text = head_text("review", head)
            yield Extra(self._at(day, 10, n), self.assessor, name, title, text, (REGISTERED,))
            for k, case in enumerate(drawn):
                verdict = verdicts[(n + k) % len(verdicts)]
                second = "sound" if (n + k) % len(verdicts) == 4 else verdict
                readers = ((self.assessor, "verdict", verdict, 1), (self.analyst, "second_read", second, 2))
                for by, step, said, later in readers[: 0 if n % 5 == 3 else 1 if n % 5 == 2 else 2]:
                    moment = self._at(self.cal.add_workdays(day, later), 9 + k, n % 60)
                    entry = {"at": f"{moment:%Y-%m-%dT%H:%M}", "by": by, "step": step, "case": case, "verdict": said,
                             "text": _TEXTS[said]}  # fmt: skip
                    yield Extra(moment, by, name, title, entry_text(entry), (step,))

    def _correction(self, ledger: Ledger, of: Period) -> Iterator[Extra]:
        """A case of the frozen month that was answered in time and is over: its answer came a day later, in truth."""
        day = self.cal.add_workdays(self.freezing.date(), 3)
        for record in ledger.cases():
            case = record.case
            last = case.log[-1] if case.log else None
            if (
                case.unit not in self.world.places
                or not of.first <= case.raised.date() <= of.last
                or last is None
                or last.step != "answered"
            ):
                continue
            if last.day + timedelta(days=20) > self.freezing.date() or case.entry_mode or record.effective.corrections:
                continue
            moment, now = self._at(day, 16, 10), self.cal.add_workdays(last.day, 1)
            leader = self.world.places[case.unit].leader
            entry = {
                "at": f"{moment:%Y-%m-%dT%H:%M}", "by": last.by, "step": "corrected", "field": f"log.{last.n}.at",
                "was": f"{last.at:%Y-%m-%dT%H:%M}", "now": f"{now}T{last.at:%H:%M}", "why": "日期看错了一天",
                "approver": leader,
            }  # fmt: skip
            yield Extra(moment, last.by, case.id, case.matter.name, entry_text(entry), ("corrected",))
            return
