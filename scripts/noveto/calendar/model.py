"""The working calendar: which days are working days, and how sure we are of it.

The unit of calendar data is the State Council NOTICE, not the year: a notice may set days of the December
before its year, and notices are amended in mid-year. For a date named by several notices the newest
``issued`` wins; every date named by none follows Monday to Friday. A local rest or working day, decided by
an office with a basis and an approver, stands above the notices.

A day is *known* when the notice that may name it is there: the one of its year, or for 20 to 31 December the
one of the next year. Unknown days follow weekends and statutory holidays only; every limit that passes one is
provisional and says why. Nothing here raises for an unknown year, and nothing answers silently.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import accumulate, compress
from pathlib import Path
from types import MappingProxyType

from noveto.calendar.files import CalendarFolder, read_folder
from noveto.calendar.notice import FIRST_DAY, LAST_DAY, CalendarRangeError, LocalDay, Notice, notice_year
from noveto.calendar.statutory import fixed_days

_BASE = FIRST_DAY.toordinal()
_SIZE = LAST_DAY.toordinal() - _BASE + 1
_EMPTY: Mapping[date, str] = MappingProxyType({})

WEEKEND = "周末"


class Calendar:
    """Working days from 1950 to 2199, answered from precomputed tables (immutable, safe to share)."""

    __slots__ = (
        "_count",
        "_flags",
        "_local",
        "_makeup",
        "_reason",
        "_unknown",
        "_workdays",
        "digest",
        "known_at",
        "known_through",
        "notices",
        "statutory",
        "years",
    )

    def __init__(
        self,
        notices: Iterable[Notice],
        local: Iterable[LocalDay] = (),
        statutory: Mapping[date, str] = _EMPTY,
        known_at: date | None = None,
    ) -> None:
        self.known_at = known_at
        self.notices = tuple(
            sorted(
                (n for n in notices if known_at is None or n.issued <= known_at),
                key=lambda n: (n.issued, n.year, n.amendment),
            )
        )
        """The notices in force, in the order they were issued."""
        self._local = tuple(d for d in local if known_at is None or d.issued is None or d.issued <= known_at)
        self.statutory = dict(sorted(statutory.items()))
        self.years = frozenset(n.year for n in self.notices if n.amendment == 0)
        """Years whose yearly notice is there."""
        self.known_through = date(max(self.years), 12, 19) if self.years else date.min
        """Last day no future notice is expected to change; ``date.min`` without any notice."""
        self._reason: dict[int, str] = {}
        self._makeup: dict[int, str] = {}
        self._build()
        self.digest = self._digest()
        """sha256 (hex) over everything that decides a date; the same days give the same digest."""

    @classmethod
    def load(cls, folder: Path, known_at: date | None = None) -> Calendar:
        """Read ``records/calendar``; with ``known_at`` only what had been issued by that day.

        Raises CalendarFileError (a UserError) naming file and line when a file cannot be understood.
        """
        return cls.from_folder(read_folder(folder), known_at)

    @classmethod
    def from_folder(cls, folder: CalendarFolder, known_at: date | None = None) -> Calendar:
        """Build a calendar from files already read (those of another Git revision); the same files give the same."""
        return _of_folder(folder, known_at)

    @classmethod
    def from_notices(
        cls,
        notices: Iterable[Notice],
        local: Iterable[LocalDay] = (),
        statutory: Mapping[date, str] = _EMPTY,
        known_at: date | None = None,
    ) -> Calendar:
        """Build a calendar from values in memory."""
        return cls(notices, local, statutory, known_at)

    def __reduce__(self) -> tuple[object, ...]:
        return Calendar, (self.notices, self._local, self.statutory, self.known_at)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def _build(self) -> None:
        week = bytes(1 if (_BASE + i - 1) % 7 < 5 else 0 for i in range(7))
        flags = bytearray((week * (_SIZE // 7 + 1))[:_SIZE])
        unknown = bytearray(b"\x01" * _SIZE)
        for year in self.years:
            first, end = date(year - 1, 12, 20).toordinal() - _BASE, date(year, 12, 20).toordinal() - _BASE
            unknown[first:end] = bytes(end - first)
        for day, name in self._statutory_days():
            index = day.toordinal() - _BASE
            if 0 <= index < _SIZE and unknown[index]:
                flags[index] = 0
                self._reason[index] = name
        for notice in self.notices:
            self._apply(flags, notice.off, notice.work)
        for local in self._local:
            named = {local.day: local.name}
            self._apply(flags, _EMPTY if local.work else named, named if local.work else _EMPTY)
        self._flags = bytes(flags)
        self._count = array("I", accumulate(flags))
        self._workdays = array("I", compress(range(_SIZE), flags))
        self._unknown = bytes(unknown)

    def _apply(self, flags: bytearray, off: Mapping[date, str], work: Mapping[date, str]) -> None:
        for day, name in off.items():
            index = _index(day)
            flags[index] = 0
            self._reason[index] = name
            self._makeup.pop(index, None)
        for day, name in work.items():
            index = _index(day)
            flags[index] = 1
            self._reason.pop(index, None)
            if day.weekday() >= 5:
                self._makeup[index] = name

    def _statutory_days(self) -> Iterable[tuple[date, str]]:
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            if year not in self.years:
                yield from fixed_days(year, self.known_at).items()
        yield from self.statutory.items()

    def _digest(self) -> str:
        value = {
            "notices": [
                [n.year, n.amendment, n.issued.isoformat(), _plain(n.off), _plain(n.work)] for n in self.notices
            ],
            "local": [[d.day.isoformat(), d.name, d.work] for d in self._local],
            "statutory": _plain(self.statutory),
        }
        return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def is_workday(self, day: date) -> bool:
        """Say whether ``day`` is a working day. Raises CalendarRangeError outside 1950 to 2199."""
        return bool(self._flags[_index(day)])

    def reason(self, day: date) -> str:
        """Return why ``day`` is a rest day (周末, 春节, …); empty for a working day."""
        index = _index(day)
        return "" if self._flags[index] else self._reason.get(index, WEEKEND)

    def makeup(self, day: date) -> str:
        """Return the holiday a weekend day is worked for (调休上班); empty for every other day."""
        return self._makeup.get(_index(day), "")

    def is_known(self, day: date) -> bool:
        """Say whether the notice that may name ``day`` is there."""
        return notice_year(day) in self.years

    def passes_unknown(self, start: date, due: date) -> bool:
        """Say whether a limit from ``start`` (not counted) to ``due`` passes a day that is not known."""
        a, b = _index(start), _index(due)
        return bool(self._unknown[b]) or self._unknown.find(1, a + 1, b) >= 0

    def next_workday(self, day: date) -> date:
        """Return ``day`` itself if it is a working day, else the next one (民法典 203)."""
        index = _index(day)
        position = self._count[index] - self._flags[index]
        return _day(self._workdays, position)

    def previous_workday(self, day: date) -> date:
        """Return ``day`` itself if it is a working day, else the last one before it."""
        position = self._count[_index(day)] - 1
        if position < 0:
            raise CalendarRangeError
        return _day(self._workdays, position)

    def add_workdays(self, day: date, n: int) -> date:
        """Return the ``n``-th working day after ``day`` (not counted); ``n`` = 0: ``day``, rolled forward."""
        if n <= 0:
            return self.next_workday(day)
        return _day(self._workdays, self._count[_index(day)] + n - 1)

    def workdays_between(self, after: date, upto: date) -> int:
        """Count the working days after ``after`` up to and including ``upto``; 0 when ``upto`` is not later."""
        a, b = _index(after), _index(upto)
        return self._count[b] - self._count[a] if b > a else 0


@lru_cache(maxsize=8)
def _of_folder(folder: CalendarFolder, known_at: date | None) -> Calendar:
    return Calendar(folder.notices, folder.local, folder.statutory, known_at)


def _index(day: date) -> int:
    index = day.toordinal() - _BASE
    if 0 <= index < _SIZE:
        return index
    raise CalendarRangeError


def _day(workdays: array[int], position: int) -> date:
    try:
        return date.fromordinal(workdays[position] + _BASE)
    except IndexError:
        raise CalendarRangeError from None


def _plain(days: Mapping[date, str]) -> list[list[str]]:
    return [[day.isoformat(), name] for day, name in sorted(days.items())]
