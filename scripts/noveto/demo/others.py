"""Complaints at the 办不成事 windows, and the improvements the bureau draws from repeated cases."""

from __future__ import annotations

from collections import deque
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from noveto.demo.life import Act, Life, Record
from noveto.demo.world import World

_DAY = timedelta(days=1)
KINDS = ("cannot_get_done", "vetoed_without_procedure", "buck_passing", "attitude", "other")
_KIND_SHARES = (0.45, 0.62, 0.8, 0.92, 1.0)
HALL_LIMITS = {False: 5, True: 10}


class _Talk(Life):
    """A complaint's story: office hours and words of a life, without a matter's road."""

    def __init__(self, world: World, life: Life, received: datetime) -> None:
        self.world, self.rng, self.place, self.matter = world, life.rng, life.place, life.matter
        self.cal = world.calendar
        self.say_year = received.year
        self.reasons = life.reasons
        self.start, self.now, self.raised = received.date(), received, received
        self.acts = []
        self.anonymous = self.rng.random() < 0.15


def complaint(
    world: World, life: Life, received: datetime, number: int, case: str, became: bool, stop: int = 9
) -> Record:
    """Live a complaint about the unit of ``life``.

    ``case`` is the id of the case it is about, or that came out of it (``became``); ``stop`` cuts the
    story after so many steps.
    """
    rng = life.rng
    hall = world.halls[life.window]
    if hall not in world.reporting:
        hall = next(iter(world.reporting))
    window, people = world.reporting[hall]
    by = people[0] if people else life.place.head
    talk = _Talk(world, life, received)
    kind = "cannot_get_done" if became else rng.choices(KINDS, cum_weights=_KIND_SHARES)[0]
    difficult = talk.chance(0.2)
    about: dict[str, Any] = {"unit": life.place.unit, "window": life.window}
    if case and not became:
        about["case"] = case
    complainant = talk.applicant()
    name = f"{hall}-c{received:%Y%m%d}-{number:02d}"
    head: dict[str, Any] = {
        "id": name,
        "hall": hall,
        "received": f"{received:%Y-%m-%dT%H:%M}",
        "complex": difficult,
        "channel": "window" if talk.chance(0.8) else "hotline",
        "complainant": complainant,
        "about": about,
        "kind": kind,
        "facts": talk.say(f"complaint.{kind}") + "涉及事项：" + life.matter.name + "。",
    }
    talk.add("assigned", by, talk.soon(120), to=life.place.unit if talk.chance(0.8) else life.place.head)
    if became:
        talk.add("became_case", by, talk.soon(60), id=case)
    if talk.chance(0.9):
        talk.add(
            "replied", life.place.head, talk.on(talk.day(1 + int(rng.random() * 3))), text=talk.say("complaint_replied")
        )
    late = 0 if talk.chance(0.9) else 1 + int(rng.random() * 4)
    last = HALL_LIMITS[difficult] + late if late else 2 + int(rng.random() * (HALL_LIMITS[difficult] - 1))
    finding = rng.choices(("upheld", "partly", "not_upheld"), cum_weights=(0.35, 0.65, 1.0))[0]
    told = {} if talk.anonymous else {"how": "phone", "told_to": "self"}
    talk.add(
        "answered", by, talk.on(talk.day(last)), finding=finding, text=talk.say(f"complaint_answered.{finding}"), **told
    )
    if talk.chance(0.6) and not talk.anonymous:
        happy = talk.chance(0.8)
        talk.add("called_back", by, talk.on(talk.day(last + 1 + int(rng.random() * 8))), satisfied=happy,
                 text=talk.say(f"called_back.{'true' if happy else 'false'}"))  # fmt: skip
    path = f"records/complaints/{hall}/{received:%Y-%m}/{name}.yml"
    return Record("complaint", name, path, f"{window.name}反映", head, by, received, 0.0, talk.acts[:stop])


class Improvements:
    """Counts repeats, and opens improvements from them in the first days of a month."""

    def __init__(self, world: World, a_month: int, taken: frozenset[str] = frozenset()) -> None:
        self.world = world
        self.a_month = a_month
        self.taken = taken
        self.seen: dict[tuple[str, str], deque[tuple[date, str]]] = {}
        self.open: set[tuple[str, str]] = set()
        self.year, self.number = 0, 0

    def note(self, life: Life, case: str) -> None:
        """Remember a case under its matter and main reason (the last eight of each)."""
        key = (life.matter.id, life.reasons[0])
        self.seen.setdefault(key, deque(maxlen=8)).append((life.start, case))

    def month(self, first: date, rng: Random) -> list[Record]:
        """Return the improvements opened in the month that begins on ``first``."""
        day = self.world.calendar.add_workdays(first, 4)
        ripe = [
            (len(found), key)
            for key, found in self.seen.items()
            if key not in self.open and len(found) >= 3 and (day - found[-3][0]).days <= 365
        ]
        ripe.sort(key=lambda item: (-item[0], item[1]))
        return [self._live(key, day, rng) for _, key in ripe[: self.a_month]]

    def _live(self, key: tuple[str, str], day: date, rng: Random) -> Record:
        self.open.add(key)
        if day.year != self.year:
            self.year, self.number = day.year, 0
        self.number += 1
        while f"gj-{day.year}-{self.number:03d}" in self.taken:
            self.number += 1
        name = f"gj-{day.year}-{self.number:03d}"
        cal, corpus = self.world.calendar, self.world.corpus
        matter = self.world.matters[key[0]]
        cases = [case for _, case in list(self.seen[key])[-5:]]
        analyst = rng.choice(self.world.analysts)
        opened = datetime(day.year, day.month, day.day, 9 + int(rng.random() * 7), int(rng.random() * 60))
        target = cal.add_workdays(day, 30 + int(rng.random() * 60))
        measure, begun, finished = corpus.say(rng, "improvement").split("｜")
        head: dict[str, Any] = {
            "id": name,
            "opened": f"{day:%Y-%m-%d}",
            "from": cases,
            "root_cause": rng.choice(self.world.causes[key[1]]),
            "owner": matter.unit,
            "measure": measure,
            "target_date": f"{target:%Y-%m-%d}",
        }
        acts: list[Act] = []

        def add(step: str, days: int, **fields: Any) -> None:
            at = datetime.combine(cal.add_workdays(day, days), opened.time())
            acts.append(Act(at, analyst, step, fields))

        add("progress", 10 + int(rng.random() * 10), text=begun)
        if rng.random() < 0.8:
            done = 25 + int(rng.random() * 60)
            before = len(self.seen[key])
            add("done", done, text=finished)
            add("effect", done + 60, before=str(before), after=str(int(before * rng.random() * 0.7)),
                text=corpus.say(rng, "improvement_effect"))  # fmt: skip
        path = f"records/improvements/{day.year}/{name}.yml"
        return Record("improvement", name, path, matter.name, head, analyst, opened, 0.0, acts)
