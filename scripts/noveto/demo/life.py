"""One record's life: its head, its acts in order, and the working time they take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from noveto.demo.world import Place, World
from noveto.records.registry import RegistryMatter

MORNING, NOON, AFTERNOON, EVENING = 8 * 60 + 30, 11 * 60 + 55, 14 * 60, 17 * 60 + 25
_DAY = timedelta(days=1)


@dataclass(slots=True, eq=False)
class Act:
    """One step as it will be written. ``late``: working days it was typed after ``at``.

    ``replace`` is an old and a new text: an approved redaction changes what was written before.
    """

    at: datetime
    by: str
    step: str
    fields: dict[str, Any]
    late: int = 0
    replace: tuple[str, str] | None = None

    def entry(self) -> dict[str, Any]:
        """Return the step in the order in which its fields are written."""
        return {"at": f"{self.at:%Y-%m-%dT%H:%M}", "by": self.by, "step": self.step, **self.fields}

    @property
    def typist(self) -> str:
        """Who wrote it into the ledger."""
        return str(self.fields.get("recorded_by") or self.by)


@dataclass(slots=True)
class Piece:
    """What reaches the ledger in one stroke: the text of a head or of steps, with who pushed it and when."""

    moment: datetime
    typist: str
    via: str
    text: str
    steps: tuple[str, ...]
    act: Act | None = None


@dataclass(slots=True, eq=False)
class Record:
    """A record of any kind, on its way into the ledger piece by piece.

    ``broken`` is a head text with a form error to be written instead (the record stays quarantined).
    """

    kind: str
    id: str
    path: str
    title: str
    head: dict[str, Any]
    by: str
    moment: datetime
    by_hook: float
    acts: list[Act] = field(default_factory=list)
    late: int = 0
    broken: str = ""


class Life:
    """A case being lived: paths call ``add`` step by step, time only moves forward."""

    def __init__(self, world: World, rng: Random, place: Place, matter: RegistryMatter, raised: datetime) -> None:
        self.world, self.rng, self.place, self.matter = world, rng, place, matter
        self.cal = world.calendar
        self.say_year = raised.year
        self.window = world.window(rng, place, matter)
        self.clerk = place.clerk(rng, self.window)
        self.raised = raised
        self.start = raised.date()
        self.now = raised
        self.track = "general"
        self.acts: list[Act] = []
        self.late = 0
        self.ended = False
        self.reasons: tuple[str, ...] = ()
        self.refused = False
        self.vetoed = False
        self.punctual = rng.random() < place.on_time
        self.accepted: datetime | None = None
        self.earlier = ""
        """Id of an earlier case of the unit, if there is one."""
        self.anonymous = rng.random() < 0.012

    # -- words ----------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        """Return True in ``share`` of the cases."""
        return self.rng.random() < share

    def say(self, *keys: str) -> str:
        """Return a sentence, preferring one written for the case's main reason."""
        code = self.reasons[0]
        return self.world.corpus.say(self.rng, *(f"{key}.{code}" for key in keys), *keys, year=self.say_year)

    # -- time -----------------------------------------------------------------------------------------

    def day(self, n: int, start: date | None = None) -> date:
        """Return the ``n``-th working day of the running round (0: its first day, moved off rest days)."""
        return self.cal.add_workdays(start or self.start, n)

    def on(self, day: date) -> datetime:
        """Return a moment of office hours on ``day``, later than anything so far (else soon after it)."""
        first = MORNING
        if day <= self.now.date():
            day = self.now.date()
            first = self.now.hour * 60 + self.now.minute + 2
            if not self.cal.is_workday(day) or first > EVENING - 10:
                day, first = self.cal.add_workdays(day, 1), MORNING
        minute = first + int(self.rng.random() * (EVENING - first))
        if NOON < minute < AFTERNOON:
            minute = NOON - int(self.rng.random() * 20) if first < NOON - 20 else AFTERNOON + (minute - NOON) // 4
        moment = datetime.combine(day, time(minute // 60, minute % 60))
        return moment if moment > self.now else self.now + timedelta(minutes=2)

    def soon(self, minutes: int) -> datetime:
        """Return a moment up to ``minutes`` later, moved into office hours."""
        moment = self.now + timedelta(minutes=1 + int(self.rng.random() * minutes))
        if NOON < moment.hour * 60 + moment.minute < AFTERNOON and minutes > 60:
            moment += timedelta(minutes=AFTERNOON - NOON)
        if self.cal.is_workday(moment.date()) and moment.hour * 60 + moment.minute <= EVENING + 30:
            return moment
        return self.on(self.cal.add_workdays(self.now.date(), 1))

    def limit(self, days: dict[str, int] | None = None) -> int:
        """Return the length of the running round's reply limit in working days."""
        return (days or {"general": 3, "special": 5, "cross_department": 10})[self.track]

    def reply_day(self) -> int:
        """Return the working day of the round on which the answer will be given: mostly inside the limit."""
        limit, rng = self.limit(), self.rng
        if self.punctual:
            return min(limit, int(limit * rng.random() ** 0.65 + 0.75))
        return limit + 1 + int(rng.random() ** 2.2 * 7)

    def between(self, last: int, share: float) -> int:
        """Return a working day of the round between what has been and ``last``, about ``share`` of the way."""
        used = self.cal.workdays_between(self.start, self.now.date())
        return max(used, min(last, used + round((last - used) * share * (0.6 + 0.8 * self.rng.random()))))

    # -- steps ----------------------------------------------------------------------------------------

    def add(self, step: str, by: str, at: datetime, /, **fields: Any) -> Act:
        """Append a step; fields that are None or empty are left out. Moves the time."""
        act = Act(at, by, step, {key: value for key, value in fields.items() if value not in (None, "", [])})
        self.acts.append(act)
        self.now = max(self.now, at)
        return act

    def head(self) -> str:
        """Return the head of the window."""
        return self.place.head

    def own(self) -> str:
        """Return who does the clerk's acts today: mostly herself, now and then the head (B 岗)."""
        return self.place.head if self.rng.random() < 0.04 else self.clerk

    def renew(self) -> None:
        """Begin a new round at the last act's day."""
        self.start = self.now.date()
        self.punctual = self.rng.random() < self.place.on_time

    # -- head -----------------------------------------------------------------------------------------

    def applicant(self) -> dict[str, Any]:
        """Return a masked, fictional applicant."""
        rng = self.rng
        firms = self.matter.category in _FIRMS
        if self.anonymous:
            return {"kind": "anonymous"}
        kind = rng.choices(_KINDS, cum_weights=_FIRM_SHARES if firms else _PERSON_SHARES)[0]
        corpus = self.world.corpus
        if kind in ("person", "sole_trader"):
            name = corpus.slot(rng, "surnames") + ("**" if rng.random() < 0.7 else "*")
        else:
            name = corpus.slot(rng, "firms_named" if kind == "enterprise" else "orgs_named")
        value = {
            "kind": kind,
            "name": name,
            "contact": f"1{_SECOND[int(rng.random() * 5)]}{int(rng.random() * 10)}****{int(rng.random() * 10000):04d}",
            "ref": "".join(rng.choices(_REF, k=8)),
        }
        if rng.random() < 0.02:
            value["count"] = str(2 + int(rng.random() * 30))
        return value


_FIRMS = frozenset(
    {"market_entry", "construction", "tax", "environment", "emergency", "transport", "natural_resources"}
)
_KINDS = ("person", "enterprise", "sole_trader", "organisation")
_FIRM_SHARES = (0.22, 0.68, 0.96, 1.0)
_PERSON_SHARES = (0.84, 0.92, 0.95, 1.0)
_SECOND = "35789"
_REF = "abcdefghjkmnpqrstuvwxyz23456789"
