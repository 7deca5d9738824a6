"""Receipts: when the server received each commit, and from that when each log entry arrived.

The branch ``receipts`` holds one ``<yyyy-mm>.jsonl`` a month, a line a commit: {commit, received, pusher, via}.
Git's own dates are never trusted. An entry arrived with the first version on the first-parent line that holds
it; how many entries an old version holds is known from the stamps of the present one (an append-only file's
earlier versions are its prefixes), and only where that fails is the old version read.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from noveto.ledger.judge import count_items, items_by_stamp, stamp
from noveto.ledger.line import Line
from noveto.ledger.store import transaction
from noveto.ledger.versions import Received

CHINA = timezone(timedelta(hours=8))
_READ_AT_ONCE = 4000
_MANY = 1000
"""So many new receipts at once mean a first reading: every path counts as touched."""


Receipt = tuple[str, int, str, str, str]
"""Commit, ordinal of the day in China, time received (China time, ISO), pusher, via."""

# A line as every writer of receipts makes it. A file that holds anything else is read line by line.
_USUAL = re.compile(
    r'^\{"commit": "([0-9a-f]{40,64})", "received": "(([0-9]{4}-[0-9]{2}-[0-9]{2})'
    r'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])\+08:00", "pusher": "([^"\\\x00-\x1f]*)", "via": "([a-z]*)"\}$',
    re.MULTILINE,
)


def parse_receipts(data: bytes) -> Iterator[Receipt | None]:
    """Yield a receipt for each line, None for a line that is none."""
    return iter(_usual(data) or [_parse_receipt(line) for line in data.splitlines() if line.strip()])


def _usual(data: bytes) -> list[Receipt | None]:
    """Return the receipts of a file all of whose lines are as every writer makes them, else none."""
    try:
        text = data.decode()
        rows = _USUAL.findall(text)
        days = {day: date.fromisoformat(day).toordinal() for day in {row[2] for row in rows}}
    except ValueError:
        return []
    whole = text.endswith("\n") and text.count("\n") == len(rows)
    return [(commit, days[day], time, pusher, via) for commit, time, day, pusher, via in rows] if whole else []


def _parse_receipt(line: bytes) -> Receipt | None:
    try:
        row: Mapping[str, Any] = json.loads(line)
        received = datetime.fromisoformat(row["received"])
        if received.tzinfo is not None:
            received = received.astimezone(CHINA).replace(tzinfo=None)
        time = received.isoformat(timespec="seconds")
        return str(row["commit"]), received.toordinal(), time, str(row.get("pusher", "")), str(row.get("via", ""))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def update_receipts(line: Line, tip: str | None) -> bool:
    """Read the receipts as of commit ``tip`` (None: no branch) into the line; return whether there are any.

    Only months whose file changed are read again. Paths whose commits gained, lost or changed a receipt get
    a new generation. Of two receipts for one commit the first in the file holds. ``Line.mended`` changes unless
    receipts were only added.
    """
    db = line.db
    known = dict(db.execute("SELECT name, oid FROM files").fetchall())
    seen = db.execute("SELECT value FROM meta WHERE key = 'receipts'").fetchone()
    if seen is None or seen[0] != (tip or ""):
        there = (
            {entry.path: entry.blob for entry in line.repo.ls_tree(tip) if entry.path.endswith(".jsonl")} if tip else {}
        )
        new = {name: oid for name, oid in there.items() if known.get(name) != oid}
        gone = [name for name in known if name not in there]
        contents = dict(zip(new, (data for _, data in line.repo.cat_batch(new.values())), strict=True)) if new else {}
        with transaction(db):
            touched: list[str] = []
            held = _count(line)
            for name in gone:
                touched += _forget(line, name)
            for name, oid in new.items():
                touched += _replace(line, name, oid, contents[name])
            if not line.mended or _count(line) - held != len(touched):
                db.execute("INSERT OR REPLACE INTO meta VALUES('mended', ?)", (str(time.time_ns()),))
            _touch(line, touched)
            db.execute("INSERT OR REPLACE INTO meta VALUES('receipts', ?)", (tip or "",))
    return db.execute("SELECT 1 FROM receipts LIMIT 1").fetchone() is not None


def _count(line: Line) -> int:
    return int(line.db.execute("SELECT count(*) FROM receipts").fetchone()[0])


def _replace(line: Line, name: str, oid: str, data: bytes) -> list[str]:
    """Put the receipts of one month in; return the commits whose receipt is new, another or gone."""
    db = line.db
    before: dict[str, Receipt] = {
        row[0]: row
        for row in db.execute("SELECT oid, day, received, pusher, via FROM receipts WHERE file = ?", (name,))
    }
    now: dict[str, Receipt] = {}
    broken = 0
    for row in parse_receipts(data):
        if row is None:
            broken += 1
        else:
            now.setdefault(row[0], row)
    changed = [row for commit, row in now.items() if before.get(commit) != row]
    lost = [commit for commit in before if commit not in now]
    db.executemany("DELETE FROM receipts WHERE oid = ?", [(commit,) for commit in lost])
    db.executemany(
        "INSERT INTO receipts(oid, day, received, pusher, via, file) VALUES(?,?,?,?,?,?) "
        "ON CONFLICT(oid) DO UPDATE SET day = excluded.day, received = excluded.received, "
        "pusher = excluded.pusher, via = excluded.via, file = excluded.file WHERE excluded.file <= receipts.file",
        [(*row, name) for row in sorted(changed)],
    )
    db.execute("INSERT OR REPLACE INTO files VALUES(?,?,?)", (name, oid, broken))
    return [*(row[0] for row in changed), *lost]


def _forget(line: Line, name: str) -> list[str]:
    lost = [row[0] for row in line.db.execute("SELECT oid FROM receipts WHERE file = ?", (name,))]
    line.db.execute("DELETE FROM receipts WHERE file = ?", (name,))
    line.db.execute("DELETE FROM files WHERE name = ?", (name,))
    return lost


def _touch(line: Line, commits: list[str]) -> None:
    """Give the paths that these commits changed a new generation."""
    if not commits:
        return
    gen = max(line.gen + 1, 1)
    if len(commits) > _MANY:
        line.db.execute("UPDATE paths SET gen = ?", (gen,))
    else:
        line.db.executemany(
            "UPDATE paths SET gen = ? WHERE id IN "
            "(SELECT c.path FROM commits k JOIN changes c ON c.seq = k.seq WHERE k.oid = ?)",
            [(gen, commit) for commit in commits],
        )
    line.db.execute("INSERT OR REPLACE INTO meta VALUES('gen', ?)", (str(gen),))


_Waiting = tuple[str, list[Received], dict[str, int], str]
"""A path, its versions, how many entries those known so far hold, and the id of the present content."""

Content = tuple[str, bytes]
"""The Git id and the stamps of the content a path now has."""

Came = tuple[tuple[int | None, ...], int | None]
"""Arrival days (ordinals) of the entries of a content, and that of its head; None without a receipt."""


def arrivals(line: Line, since: int, contents: Callable[[str], Content | None]) -> Iterator[tuple[str, Came]]:
    """Yield (path, arrival days) in path order for paths whose versions or receipts changed after ``since``.

    There is one day (an ordinal) for each entry of the present content, that of the receipt of the first
    version holding at least as many, and one for the head, that of the first version; None without a receipt, and
    for what is not committed. Paths for which ``contents`` knows nothing (deleted ones) are left out.
    """
    waiting: list[_Waiting] = []
    unread: set[str] = set()
    for path, versions in line.received(since):
        now = contents(path)
        if now is None:
            continue
        counts = count_versions(versions, *now)
        unread.update(oid for oid, _ in versions if oid and oid not in counts)
        waiting.append((path, versions, counts, now[0]))
        if len(waiting) >= _READ_AT_ONCE:
            yield from _settle(line, waiting, unread)
            waiting, unread = [], set()
    yield from _settle(line, waiting, unread)


def arrivals_among(line: Line, contents: Mapping[str, Content]) -> Iterator[tuple[str, Came]]:
    """Yield the arrival days of some paths (a few hundred at most), given the id and stamps of what each now holds."""
    known = line.arrived(list(contents))
    waiting: list[_Waiting] = []
    unread: set[str] = set()
    for path, now in contents.items():
        versions: list[Received] = [(oid, day) for _, oid, day in known.get(path, ())]
        counts = count_versions(versions, *now)
        unread.update(oid for oid, _ in versions if oid and oid not in counts)
        waiting.append((path, versions, counts, now[0]))
    yield from _settle(line, waiting, unread)


def count_versions(versions: Iterable[Received], oid: str, packed: bytes) -> dict[str, int]:
    """Return how many entries each version holds, as far as the stamps of the present content tell."""
    known = items_by_stamp(packed)
    counts = {oid: len(known)}
    for name, _ in versions:
        if name and name != oid:
            found = known.get(stamp(name))
            if found is not None:
                counts[name] = found
    return counts


def _settle(line: Line, waiting: list[_Waiting], unread: set[str]) -> Iterator[tuple[str, Came]]:
    counted = _count_unread(line, unread)
    for path, versions, counts, now in waiting:
        days: list[int | None] = []
        for name, day in versions:
            held = counts.get(name, -1)
            if held < 0:
                held = counted.get(name, 0)
            if held > len(days):
                days += [day] * (held - len(days))
        total = counts[now]
        begun = next((day for name, day in versions if name), None)
        yield path, (tuple(days if len(days) == total else [*days, *[None] * total][:total]), begun)


def _count_unread(line: Line, oids: set[str]) -> dict[str, int]:
    """Count the entries of contents that are no prefix of the present one, remembering the answer."""
    if not oids:
        return {}
    db = line.db
    counted: dict[str, int] = {}
    names = sorted(oids)
    for at in range(0, len(names), 500):
        some = names[at : at + 500]
        marks = ",".join("?" * len(some))
        counted.update(db.execute(f"SELECT oid, items FROM items WHERE oid IN ({marks})", some).fetchall())
    missing = [oid for oid in names if oid not in counted]
    if missing:
        read = {oid: count_items(data) for oid, data in line.repo.cat_batch(missing)}
        with transaction(db):
            db.executemany("INSERT OR REPLACE INTO items VALUES(?,?)", list(read.items()))
        counted |= read
    return counted


class Arrivals:
    """When each entry of each record arrived. ``present``: whether the ledger has any receipts at all."""

    def __init__(self, present: bool, of: Callable[[str], tuple[date | None, ...]]) -> None:
        self.present = present
        self._of = of

    def of(self, path: str) -> tuple[date | None, ...]:
        """Return for each log entry 1..k of ``path`` the day of the receipt of the first first-parent version
        that holds it, None while that commit has no receipt (or the entry is not committed)."""
        return self._of(path)
