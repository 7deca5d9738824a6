"""The sealed register: full names and contacts of applicants, outside Git, for those who need them.

A record in Git holds a masked name, a masked contact and a random key (``applicant.ref``); this register holds
what the key stands for. It is one SQLite file on the machine that serves the windows. Every look into it is
logged before anything is given out; only the unit that wrote an entry reads it, and the units named as callers
for a call-back. An entry belongs to one case: a key met with another case gives nothing, so that a register
and a ledger restored from different nights show 未找到 and never somebody else.
Sources: 个人信息保护法 5, 6, 19, 47, 51; design of the desk.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from noveto.checks.names import mask_name
from noveto.desk import backups
from noveto.desk.vaultfile import SealedError, change, china_now, connect, prepare, refuse_git
from noveto.schema.suggest import half_width

PURPOSES = ("print", "callback", "contact", "search")
"""Why somebody may look: printing a form, asking whether it went well, calling the applicant, finding a case."""

_REF = re.compile(r"[a-z0-9]{6,32}")
_DIGITS = re.compile(r"[0-9]+")
_NAMED = "instr(replace(name, ' ', ''), ?1) > 0"
"""A name holds what was asked for, wherever blanks were typed between its characters."""
_LIMIT = 20
_LONGEST = 200

_TROUBLE = "密封册暂时用不了。请稍后再试；一直不行请找管理员看磁盘和权限。"
_TABLES = (
    """
CREATE TABLE IF NOT EXISTS entries (
  ref TEXT PRIMARY KEY, name TEXT NOT NULL, contact TEXT NOT NULL, digits TEXT NOT NULL, unit TEXT NOT NULL,
  record TEXT NOT NULL, by TEXT NOT NULL, written TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS entries_unit ON entries (unit);
CREATE INDEX IF NOT EXISTS entries_written ON entries (written);
CREATE TABLE IF NOT EXISTS readings (
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, unit TEXT NOT NULL, owner TEXT NOT NULL,
  what TEXT NOT NULL, ref TEXT NOT NULL, record TEXT NOT NULL, why TEXT NOT NULL, found INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS readings_owner ON readings (owner, at);
CREATE TABLE IF NOT EXISTS purges (before TEXT PRIMARY KEY, at TEXT NOT NULL, entries INTEGER NOT NULL) STRICT;
"""
    + backups.TABLES
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who an entry stands for: full name and telephone as given, the case it belongs to, its unit."""

    ref: str
    name: str
    contact: str
    case: str
    unit: str

    def __repr__(self) -> str:
        """Show no personal data: representations end up in logs."""
        return f"Contact({self.ref}, {self.case})"


@dataclass(frozen=True, slots=True)
class Reading:
    """One look into the register. ``owner`` is the unit whose entries were looked at; ``found`` how many came out."""

    at: datetime
    by: str
    unit: str
    owner: str
    what: str
    ref: str
    case: str
    why: str
    found: int


class Sealed:
    """An open register; safe to share between threads, and between processes on one machine."""

    def __init__(self, path: Path, callers: frozenset[str], clock: Callable[[], datetime]) -> None:
        self.path = path
        self._callers = callers
        self._clock = clock

    @classmethod
    def open(
        cls, path: Path, *, callers: frozenset[str] = frozenset(), clock: Callable[[], datetime] = china_now
    ) -> Sealed:
        """Open the register in the file ``path``, making it where there is none.

        ``callers`` are the units that may read other units' entries for a call-back (the service centre).
        Raises SealedError when the file lies inside a Git repository, is no register, or cannot be used.
        """
        refuse_git(path)
        prepare(path, _TABLES, backups.APPLICATION)
        return cls(path, callers, clock)

    def write(self, ref: str, name: str, contact: str, by: str, unit: str, case: str) -> None:
        """Keep who ``ref`` stands for. Writing the same again changes nothing.

        ``case`` may still be a provisional number; ``assign`` gives the final one. Raises SealedError for a key
        that already stands for somebody else, or for fields that are empty or longer than 200 characters.
        """
        if not _REF.fullmatch(ref):
            raise SealedError("密封册的编号不对：要用系统给的随机编号。")
        if not unit or not case or max(map(len, (name, contact, by, unit, case))) > _LONGEST:
            raise SealedError("姓名和联系电话不能超过 200 个字，单位和编号不能空着。请改短后再交。")
        now = self._now()
        with change(self.path, _TROUBLE) as db:
            old = db.execute("SELECT name, contact, unit FROM entries WHERE ref = ?", (ref,)).fetchone()
            if old is None:
                digits = _digits(contact)
                row = (ref, name, contact, digits, unit, case, by, now)
                db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
                _log(db, now, by, unit, unit, "write", ref, case, "", 1)
            elif tuple(old) != (name, contact, unit):
                raise SealedError("密封册里这个编号已经是另一个人的，没有写入。请刷新页面再登记一次。")

    def assign(self, ref: str, case: str, by: str, unit: str) -> bool:
        """Give an entry of ``unit`` its final case number; False where the unit has no such entry."""
        now = self._now()
        with change(self.path, _TROUBLE) as db:
            done = db.execute("UPDATE entries SET record = ? WHERE ref = ? AND unit = ?", (case, ref, unit)).rowcount
            _log(db, now, by, unit, unit, "assign", ref, case, "", done)
        return bool(done)

    def read(self, ref: str, by: str, unit: str, why: str, *, case: str = "") -> Contact | None:
        """Return who ``ref`` stands for, to a reader of the owning unit (for a call-back: of a caller).

        With ``case`` given, the entry must belong to that very case. None for an unknown key, another case and
        a reader without the right alike; each is logged. Raises ValueError for a purpose not in PURPOSES.
        """
        if why not in PURPOSES:
            raise ValueError(f"unknown purpose {why}")
        with change(self.path, _TROUBLE) as db:
            row = db.execute("SELECT ref, name, contact, record, unit FROM entries WHERE ref = ?", (ref,)).fetchone()
            entry = Contact(*row) if row else None
            entitled = entry is not None and (
                (bool(unit) and entry.unit == unit) or (why == "callback" and unit in self._callers)
            )
            fits = entry is not None and case in ("", entry.case)
            given = entry if entitled and fits else None
            owner = entry.unit if entry else unit
            what = "read" if given or entry is None else "refused"
            _log(db, self._now(), by, unit, owner, what, ref[:32], case or (entry.case if entry else ""), why,
                 int(given is not None))  # fmt: skip
        return given

    def holds(self, ref: str, unit: str, case: str) -> bool:
        """Return whether ``unit`` could read who ``ref`` stands for in ``case``.

        Nothing is shown, so nothing is logged.
        """
        with closing(connect(self.path)) as db:
            row = db.execute("SELECT 1 FROM entries WHERE ref = ? AND unit = ? AND record = ?", (ref, unit, case))
            return row.fetchone() is not None

    def search(self, text: str, by: str, unit: str) -> list[Contact]:
        """Return the unit's entries whose name holds ``text``, or whose number ends in it; newest first, at most 20.

        At least two characters of the name or the last four digits. The log keeps what was asked in masked form.
        Raises SealedError when too little is given.
        """
        wanted = re.sub(r"\s+", "", text)
        digits = _digits(wanted)
        by_number = bool(digits) and not re.sub(r"[0-9+\-()（）]", "", half_width(wanted))
        if (by_number and len(digits) < 4) or len(wanted) < 2 or len(wanted) > _LONGEST or not unit:
            raise SealedError("请写姓名的至少两个字，或者电话的最后四位数字。")
        asked = f"尾号 {len(digits)} 位" if by_number else mask_name(wanted)
        test, value = ("substr(digits, -length(?1)) = ?1", digits) if by_number else (_NAMED, wanted)
        with change(self.path, _TROUBLE) as db:
            rows = db.execute(
                f"SELECT ref, name, contact, record, unit FROM entries WHERE unit = ?2 AND {test}"  # noqa: S608
                " ORDER BY written DESC, ref LIMIT ?3",
                (value, unit, _LIMIT),
            ).fetchall()
            _log(db, self._now(), by, unit, unit, "search", "", "", asked, len(rows))
        return [Contact(*row) for row in rows]

    def readings(self, owner: str, since: date, until: date) -> list[Reading]:
        """Return the looks at entries of the unit ``owner`` from ``since`` to ``until`` (both included), oldest first.

        Writing is no look and is left out; refused looks are in. This is what a head is shown each month.
        """
        with closing(connect(self.path)) as db:
            rows = db.execute(
                "SELECT at, by, unit, owner, what, ref, record, why, found FROM readings WHERE owner = ?"
                " AND substr(at, 1, 10) BETWEEN ? AND ? AND what IN ('read', 'refused', 'search') ORDER BY n",
                (owner, since.isoformat(), until.isoformat()),
            ).fetchall()
        return [Reading(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]

    def count(self, before: date | None = None) -> int:
        """Return how many entries there are, or how many were written before a day."""
        with closing(connect(self.path)) as db:
            day = before.isoformat() if before else "9999"
            return int(db.execute("SELECT count(*) FROM entries WHERE written < ?", (day,)).fetchone()[0])

    def purge(self, before: date) -> int:
        """Delete every entry written before the day, for good, and return how many there were.

        Deleted content is overwritten in the file. The day is remembered, so that a backup restored later does
        not bring the deleted back. The log of readings stays; it holds no names.
        """
        with change(self.path, _TROUBLE) as db:
            done = db.execute("DELETE FROM entries WHERE written < ?", (before.isoformat(),)).rowcount
            db.execute("INSERT OR REPLACE INTO purges VALUES (?, ?, ?)", (before.isoformat(), self._now(), done))
        with closing(connect(self.path)) as db:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(done)

    def backup(self, target: Path) -> int:
        """Copy the register to a new file, remember when, and return its entries. Raises SealedError as `copy` does."""
        done = backups.copy(self.path, target)
        with change(self.path, _TROUBLE) as db:
            db.execute("INSERT OR REPLACE INTO backups VALUES (?, ?)", (self._now(), done))
        return done

    def backed_up(self) -> datetime | None:
        """Return when the last backup was taken, None where none is known."""
        at = backups.last_taken(self.path)
        return datetime.fromisoformat(at) if at else None

    def restore(self, source: Path) -> int:
        """Put a backup in this register's place and return its entries.

        What was deleted by date stays deleted. Raises SealedError when ``source`` is damaged or no register: then
        nothing is changed.
        """
        backups.verify(source)
        last = backups.put_back(self.path, source, _TABLES)
        if last:
            self.purge(date.fromisoformat(last))
        return self.count()

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def _digits(contact: str) -> str:
    """Return the digits of a number, those typed full-width (１３８) too."""
    return "".join(_DIGITS.findall(half_width(contact)))


def mask_contact(contact: str) -> str:
    """Return a telephone number as a public record shows it: 138****1111; anything too short to hide in: ****."""
    digits = _digits(contact)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"


def _log(
    db: sqlite3.Connection,
    at: str,
    by: str,
    unit: str,
    owner: str,
    what: str,
    ref: str,
    case: str,
    why: str,
    found: int,
) -> None:
    db.execute(
        "INSERT INTO readings (at, by, unit, owner, what, ref, record, why, found) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (at, by, unit, owner, what, ref, case, why, found),
    )
