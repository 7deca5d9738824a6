"""Records whose versions or receipts changed, each judged against its present content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from noveto.findings import Finding
from noveto.history import facts
from noveto.history.entries import Came, entry_findings, received_entries
from noveto.history.past import Past
from noveto.history.text import growth, is_file, text_findings
from noveto.ledger.judge import count_items, items_by_stamp, stamp
from noveto.ledger.places import RECORDS, kind_of
from noveto.ledger.record import Record

if TYPE_CHECKING:
    from noveto.ledger import Change, Ledger

Held = TypeVar("Held")


class Present(NamedTuple):
    """The content a record has now: its Git id, the stamps of its earlier versions, and its facts."""

    oid: str
    stamps: bytes
    facts: facts.Facts


Versions = Iterator[tuple[str, "list[Change]"]]
"""Paths in order, with their versions."""

Joined = Iterator[tuple[str, "list[Change]", Present | None]]
"""The same, with the content each path has now; None for none that is form-valid."""


Judged = Iterator[tuple[str, list[Finding]]]
"""Paths in order, with what is to say of them."""


EVERYWHERE = ("records/", "records0")
"""The paths between which all records lie."""


class RecordJudge:
    """Judges records. ``last`` is the place of the line up to which is looked."""

    def __init__(self, ledger: Ledger, past: Past, last: int) -> None:
        self.ledger = ledger
        self.line = ledger.line
        self.past = past
        self.last = last

    def few(self, since: int) -> Judged:
        """Judge the records that changed after a generation of the line, looking each up by itself."""
        return self._judged(self._each(_records(self.line.changed(since, self.last))))

    def many(self, since: int, after: str, upto: str) -> Judged:
        """Judge those of them behind the path ``after`` and up to ``upto``, reading all contents there."""
        return self._judged(self._all(_records(self.line.changed_within(after, upto, since, self.last)), after))

    def _judged(self, joined: Joined) -> Judged:
        for path, versions, now in joined:
            yield path, list(self._record(path, versions, now))

    def _each(self, found: Versions) -> Joined:
        """Look up the present content of a few paths."""
        rights = self.past.eras.rights(self.past.eras.present)
        for path, versions in found:
            rows = self.ledger.answers.rows("b.oid, b.stamps, b.ok", "e.path = ?", (path,))
            record = self.ledger.file(path) if rows and rows[0][2] else None
            if record is None or rows[0][0] is None:
                yield path, versions, None
                continue
            known = facts.build(facts.facts(record.kind, dict(record.value or {}), rights))
            yield path, versions, Present(rows[0][0], bytes(rows[0][1]), known)

    def _all(self, found: Versions, after: str) -> Joined:
        """Join the versions with the present contents and the facts, all three in path order."""
        recipe = facts.recipe(self.ledger.context)
        stamps = _among(
            self.ledger.answers.pages(
                "records/", "e.path, b.oid, b.stamps", f"b.ok AND e.kind IN {RECORDS}", (),
                lambda row: (row[0], (row[1], bytes(row[2]))), after=after,
            )
        )  # fmt: skip
        derived = _among((one.path, one.payload) for one in self.ledger.derived(recipe, after))
        for path, versions in found:
            content, payload = stamps(path), derived(path)
            known = None if content is None or payload is None else Present(*content, facts.unpack(payload))
            yield path, versions, known

    def _record(self, path: str, versions: list[Change], now: Present | None) -> Iterator[Finding]:
        counts = growth(versions, now.oid, now.stamps) if now else []
        if not counts:
            yield from text_findings(self.past, path, versions)
        if now is None:
            return
        if not counts:
            versions = [version for version in versions if version.oid and is_file(version)]
            counts = self._count(versions, now)
        if not versions:
            return
        commit = self.past.commit
        came = received_entries(versions, counts, len(now.facts.entries))
        held = Came(
            path, kind_of(path), now.facts, commit(versions[0].seq), tuple(map(commit, came)), partial(self._read, path)
        )
        yield from entry_findings(self.past, held)

    def _count(self, versions: list[Change], now: Present) -> list[int]:
        """Return how many log entries each version held, reading those that the present content does not begin with."""
        known = items_by_stamp(now.stamps)
        counts = {now.oid: len(known)}
        for version in versions:
            if version.oid not in counts:
                items = known.get(stamp(version.oid))
                counts[version.oid] = count_items(self.past.content(version.oid)) if items is None else items
        return [counts[version.oid] for version in versions]

    def _read(self, path: str) -> Record | None:
        return self.ledger.file(path)


def _records(found: Versions) -> Versions:
    return ((path, versions) for path, versions in found if kind_of(path) in RECORDS)


def _among(rows: Iterator[tuple[str, Held]]) -> Callable[[str], Held | None]:
    """Return what finds a path's value among rows in path order, when asked for paths in that order too."""
    here = next(rows, None)

    def find(path: str) -> Held | None:
        nonlocal here
        while here is not None and here[0] < path:
            here = next(rows, None)
        return here[1] if here is not None and here[0] == path else None

    return find
