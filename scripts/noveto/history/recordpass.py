"""The pass over the records: each one whose versions or receipts changed, against its present content."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from noveto.findings import Finding
from noveto.history import facts
from noveto.history.entries import Came, entry_findings, received_entries
from noveto.history.keep import Kept
from noveto.history.past import Past
from noveto.history.text import is_file, only_grew, text_findings
from noveto.ledger import Version
from noveto.ledger.judge import count_items, items_by_stamp, stamp
from noveto.ledger.places import RECORDS, kind_of
from noveto.ledger.record import Record

if TYPE_CHECKING:
    from noveto.ledger import Ledger

_FEW = 2000
"""Changed paths up to which each is looked up by itself."""

_PATHS = "(SELECT p.id, p.path FROM paths p WHERE p.gen > ? AND p.path LIKE 'records/%')"


class RecordPass:
    """One pass. ``last`` is the place of the line up to which is looked."""

    def __init__(self, ledger: Ledger, past: Past, kept: Kept, last: int) -> None:
        self.ledger = ledger
        self.line = ledger.line
        self.past = past
        self.kept = kept
        self.last = last

    def judge(self) -> None:
        """Judge the records whose versions or receipts changed since the last audit, and keep what is found."""
        gen, now = int(self.kept.get("gen") or 0), self.line.gen
        if gen == now:
            return
        count = self.line.db.execute(f"SELECT count(*) FROM {_PATHS}", (gen,)).fetchone()[0]  # noqa: S608
        present = self._each if count <= _FEW else self._all
        if count > _FEW:
            self.past.load_commits()
        self.kept.put("path", self._judged(gen, present))
        self.kept.set(gen=str(now))

    def _judged(
        self, gen: int, present: Callable[[Iterator[Any]], Iterator[Any]]
    ) -> Iterator[tuple[str, list[Finding]]]:
        for path, versions, now in present(self._versions(gen)):
            yield path, list(self._record(path, versions, now))

    def _versions(self, gen: int) -> Iterator[tuple[str, list[Version]]]:
        """Yield in path order the versions of every record whose versions or receipts changed."""
        rows = self.line.db.execute(
            "SELECT p.path, c.seq, k.oid, c.status, c.mode, c.oid, r.day "  # noqa: S608
            f"FROM {_PATHS} p JOIN changes c ON c.path = p.id "
            "JOIN commits k ON k.seq = c.seq LEFT JOIN receipts r ON r.oid = k.oid WHERE c.seq <= ? "
            "ORDER BY p.path, c.seq",
            (gen, self.last),
        )
        for path, held in groupby(rows, key=lambda row: row[0]):
            if kind_of(path) in RECORDS:
                yield path, [Version(*row[1:]) for row in held]

    def _each(self, found: Iterator[tuple[str, list[Version]]]) -> Iterator[Any]:
        """Look up the present content of a few paths."""
        rights = self.past.rights(self.past.present_era)
        for path, versions in found:
            rows = self.ledger.answers.rows("b.oid, b.stamps, b.ok", "e.path = ?", (path,))
            record = self.ledger.file(path) if rows and rows[0][2] else None
            if record is None or rows[0][0] is None:
                yield path, versions, None
                continue
            plain = facts.facts(record.kind, dict(record.value or {}), rights)
            entries = tuple(facts.EntryFacts(*row) for row in plain[4])
            yield (
                path,
                versions,
                (rows[0][0], bytes(rows[0][1]), facts.Facts(plain[0], plain[1], plain[2], plain[3], entries)),
            )

    def _all(self, found: Iterator[tuple[str, list[Version]]]) -> Iterator[Any]:
        """Join the versions with the present contents and the facts, all three in path order."""
        recipe = facts.recipe(self.ledger.context)
        stamps: Iterator[tuple[str, int, Any]] = self.ledger.answers.pages(
            "records/", "e.path, b.oid, b.stamps", f"b.ok AND e.kind IN {RECORDS}", (),
            lambda row: (row[0], 1, (row[1], row[2])),
        )  # fmt: skip
        derived: Iterator[tuple[str, int, Any]] = ((one.path, 2, one.payload) for one in self.ledger.derived(recipe))
        lines: Iterator[tuple[str, int, Any]] = ((path, 0, versions) for path, versions in found)
        merged = heapq.merge(lines, stamps, derived, key=lambda item: item[:2])
        for path, group in groupby(merged, key=lambda item: item[0]):
            parts: dict[int, Any] = {number: value for _, number, value in group}
            if 0 in parts:
                now = None
                if 1 in parts and 2 in parts:
                    now = (parts[1][0], bytes(parts[1][1]), facts.unpack(parts[2]))
                yield path, parts[0], now

    def _record(
        self, path: str, versions: list[Version], now: tuple[str, bytes, facts.Facts] | None
    ) -> Iterator[Finding]:
        if now is None or not only_grew(versions, now[0], now[1]):
            yield from text_findings(self.past, path, versions)
        if now is None:
            return
        oid, stamps, known = now
        known_items = items_by_stamp(stamps)
        counts = {oid: len(known_items)}
        files = [version for version in versions if version.oid and is_file(version)]
        for version in files:
            if version.oid not in counts:
                items = known_items.get(stamp(version.oid))
                counts[version.oid] = count_items(self.past.content(version.oid)) if items is None else items
        if not files:
            return
        came = received_entries(files, counts, len(known.entries))
        commit = self.past.commit
        held = Came(path, known, commit(files[0].seq), tuple(map(commit, came)), partial(self._read, path))
        yield from entry_findings(self.past, held)

    def _read(self, path: str) -> Record | None:
        return self.ledger.file(path)
