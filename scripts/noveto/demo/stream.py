"""All records of the demo as one stream of strokes in the order in which they reached the ledger.

Streaming: only records that still have pieces to come are held in memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from noveto.demo import faults, others, showcase
from noveto.demo.birth import case
from noveto.demo.broken import broken_text, quarantine_count
from noveto.demo.life import EVENING, MORNING, Life, Piece, Record
from noveto.demo.options import Options
from noveto.demo.pieces import compile_record
from noveto.demo.world import World
from noveto.records.registry import RegistryMatter

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Stroke:
    """One piece on its way: the record's file grows by ``piece.text``; ``last``: nothing more will come."""

    record: Record
    piece: Piece
    first: bool
    last: bool


class Stream:
    """Makes the strokes of a demo, day by day."""

    def __init__(self, world: World, options: Options, regular: int, scenes: int, taken: Iterable[str] = ()) -> None:
        self.world, self.options = world, options
        self.cal = world.calendar
        self.rng = Random(f"{options.seed}/stream")  # noqa: S311 - a demo, repeatable by its seed
        self.planned = showcase.scenes(self.cal, options.today)[:scenes]
        self.quota = _apportion(self._weights(), regular)
        self.taken = frozenset(taken)
        """Ids of the sample records, which no record of the demo may bear."""
        self.improvements = others.Improvements(world, 1 if regular < 2000 else 3, self.taken)
        self.heap: list[tuple[datetime, int, int, Stroke]] = []
        self.sequence = 0
        self.numbers: dict[tuple[str, date], int] = {}
        count = quarantine_count(options.cases)
        step = max(regular // (count + 1), 1)
        self.broken = {step * (n + 1): n for n in range(count)}
        self.born = 0
        self.recent: dict[str, str] = {}
        self.last: dict[str, str] = {}
        self.latest = ""
        self.faults = self.shown = 0

    def _weights(self) -> list[tuple[date, float]]:
        """Return the days of the history with their weight: working days, week, season, growth, holidays."""
        first, last = self.options.start, self.options.today - _DAY
        days, rested = [], 0
        length = max((last - first).days, 1)
        for offset in range((last - first).days + 1):
            day = first + _DAY * offset
            weight = (1.2, 1.08, 1.0, 0.98, 0.86, 0.7, 0.7)[day.weekday()] * (0.75 + 0.5 * offset / length)
            weight *= (1.05, 0.75, 1.15, 1.05, 1.0, 1.05, 1.05, 1.0, 1.1, 0.95, 1.05, 1.0)[day.month - 1]
            if self.cal.is_workday(day):
                weight *= 1.35 if rested > 3 else 1.0
                rested = 0
            else:
                weight *= 0.03
                rested += 1
            days.append((day, weight))
        return days

    def strokes(self) -> Iterator[Stroke]:
        """Yield every stroke pushed before the horizon, in order of time."""
        horizon = self.options.horizon
        for day, count in self.quota:
            if day.day == 1:
                month = self.improvements.month(day, Random(f"{self.options.seed}/gj/{day}"))  # noqa: S311
                for record in month:
                    self._push(record, self.rng)
            self._scenes(day)
            self._cases(day, count)
            end = datetime.combine(day + _DAY, time())
            while self.heap and self.heap[0][0] < end:
                yield heapq.heappop(self.heap)[3]
        while self.heap and self.heap[0][0] < horizon:
            yield heapq.heappop(self.heap)[3]

    def _number(self, key: str, day: date) -> int:
        number = self.numbers.get((key, day), 0) + 1
        mark = "" if key.endswith("-c") else "-"
        while f"{key}{mark}{day:%Y%m%d}-{number:02d}" in self.taken:
            number += 1
        self.numbers[key, day] = number
        return number

    def _moments(self, day: date, count: int, rng: Random) -> list[datetime]:
        """Return ``count`` moments of the day in order: office hours, a few at night from the network."""
        workday = self.cal.is_workday(day)
        minutes = []
        for _ in range(count):
            minute = MORNING + int(rng.random() ** 1.15 * (EVENING - MORNING - 10))
            if 11 * 60 + 50 < minute < 14 * 60:
                minute = 14 * 60 + (minute - 700) // 3 if rng.random() < 0.5 else minute - 130
            if not workday or rng.random() < 0.015:
                minute = 7 * 60 + int(rng.random() * 900)
            minutes.append(minute)
        return [datetime.combine(day, time(m // 60, m % 60)) for m in sorted(minutes)]

    def _cases(self, day: date, count: int) -> None:
        if not count:
            return
        moments = self._moments(day, count, self.rng)
        if len(self.numbers) > 5000:
            self.numbers = {key: n for key, n in self.numbers.items() if key[1] >= day - _DAY * 40}
        for moment in moments:
            self.born += 1
            rng = Random(f"{self.options.seed}/{self.born}")  # noqa: S311
            place, matter = self.world.pick(rng, day.month)
            road = self._fault(matter)
            record, life = case(self.world, rng, place, matter, moment, self._number(place.unit, day), road=road)
            if self.born in self.broken:
                record.broken = broken_text(record, self.broken[self.born])
            else:
                self._link(life, record)
                self.improvements.note(life, record.id)
                self.recent[f"{place.unit}/{matter.id}"] = self.last[place.unit] = record.id
                self.latest = record.id
            self._push(record, rng)
            if not record.broken:
                self._complaints(life, record, rng)

    def _fault(self, matter: RegistryMatter) -> Callable[[Life], None] | None:
        """Return the next fault's road for every so many cases; one for licences waits for a licence."""
        if self.born % faults.EVERY == 0:
            self.faults += 1
        if self.faults > self.shown:
            road = faults.ROADS[self.shown % len(faults.ROADS)]
            if matter.licensing or road not in faults.LICENSING:
                self.shown += 1
                return road
        return None

    def _link(self, life: Life, record: Record) -> None:
        earlier = self.recent.get(f"{life.place.unit}/{life.matter.id}")
        if earlier and earlier != record.id and life.chance(0.012) and life.acts and not record.late:
            life.now = life.acts[0].at
            life.add("linked", life.clerk, life.soon(60), id=earlier, relation="同类件")

    def _complaints(self, life: Life, record: Record, rng: Random) -> None:
        """Let one case in seventy come out of a complaint, or have one made about it."""
        roll = rng.random()
        if record.head["channel"] == "complaint":
            received = record.moment - timedelta(minutes=30 + int(rng.random() * 40))
            became = True
        elif roll < 0.004 and life.acts:
            received = life.acts[-1].at + timedelta(minutes=40)
            became = False
        else:
            return
        hall = self.world.halls[life.window]
        hall = hall if hall in self.world.reporting else next(iter(self.world.reporting))
        number = self._number(f"{hall}-c", received.date())
        self._push(others.complaint(self.world, life, received, number, record.id, became), rng)

    def _scenes(self, day: date) -> None:
        for scene in [scene for scene in self.planned if scene.raised == day]:
            rng = Random(f"{self.options.seed}/scene/{scene.unit}/{scene.matter}")  # noqa: S311
            place = self.world.places.get(scene.unit)
            matter = self.world.matters.get(scene.matter)
            if place is None or matter is None:
                continue

            def prepare(life: Life, clerk: str = scene.clerk) -> None:
                life.earlier = self.last.get(life.place.unit) or self.latest
                if clerk in life.world.staff:
                    life.clerk = clerk
                    life.window = next(iter(life.world.staff[clerk].windows), life.window)

            moment = datetime.combine(day, time(9, 5 + int(rng.random() * 50)))
            record, life = case(
                self.world, rng, place, matter, moment, self._number(scene.unit, day),
                road=scene.road, reasons=scene.reasons, facts=scene.facts, prepare=prepare, planted=True,
            )  # fmt: skip
            record.by_hook = 0.0
            self._push(record, rng)
            if scene.unit in ("rqgs", "fgw", "wjw", "scjgj"):
                self._open_complaint(life, record, rng)

    def _open_complaint(self, life: Life, record: Record, rng: Random) -> None:
        """Plant complaints that are still open: just received, being looked into, overdue."""
        days = {"rqgs": 7, "fgw": 3, "wjw": 1, "scjgj": 0}[life.place.unit]
        day = showcase.Days(self.cal, self.options.today).ago(max(days, 1))
        received = datetime.combine(day, time(10, 10 + int(rng.random() * 40)))
        if received <= record.moment:
            received = record.moment + timedelta(hours=2)
        if received.date() >= self.options.today:
            return
        hall = next(iter(self.world.reporting))
        number = self._number(f"{hall}-c", received.date())
        stop = {7: 2, 3: 2, 1: 1, 0: 0}[days]
        self._push(others.complaint(self.world, life, received, number, record.id, False, stop), rng)

    def _push(self, record: Record, rng: Random) -> None:
        pieces = compile_record(record, self.cal, rng, self.options.horizon)
        for number, piece in enumerate(pieces):
            self.sequence += 1
            stroke = Stroke(record, piece, number == 0, number == len(pieces) - 1)
            heapq.heappush(self.heap, (piece.moment, self.sequence, number, stroke))


def _apportion(days: list[tuple[date, float]], total: int) -> list[tuple[date, int]]:
    """Share ``total`` among the days by weight, so that the sum is exact."""
    whole = sum(weight for _, weight in days) or 1.0
    shares, run, given = [], 0.0, 0
    for day, weight in days:
        run += weight
        upto = round(total * run / whole)
        shares.append((day, upto - given))
        given = upto
    return shares
