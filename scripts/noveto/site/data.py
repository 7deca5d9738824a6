"""Everything a build knows, read once: open cases as of today, one row of facts for every case, names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from noveto import words
from noveto.clocks import Arrivals, CaseView, view
from noveto.clocks.recipe import open_records
from noveto.ledger import Shelf
from noveto.ledger.folders import cache_folder
from noveto.ledger.runs import last_run
from noveto.similar.corpus import Text, texts
from noveto.site.casebuild import CaseBuilder, case_path
from noveto.site.facts import Facts, all_facts, facts_of, facts_recipe
from noveto.site.manifest import digest
from noveto.site.opencases import OpenCase, row_tags, urgency
from noveto.site.outcome import settled_words
from noveto.site.views import Built, CaseRow, Holder
from noveto.site.vocabulary import Vocabulary
from noveto.statistics import Figures, Fraction, Ref
from noveto.statistics.book import Book
from noveto.statistics.collector import Collector, merge
from noveto.statistics.model import Ordered, as_they_come
from noveto.statistics.months import Months, Stand

if TYPE_CHECKING:
    from noveto.ledger import Ledger, Record


_AT_ONCE = 10_000
"""Of so many cases the words are read at once."""


class SiteData:
    """What one build shows. ``now`` is China time; ``today`` the day everything is judged by."""

    def __init__(self, ledger: Ledger, today: date, now: datetime, *, desk: bool = False) -> None:
        self.ledger = ledger
        self.today = today
        self.now = now
        self.desk = desk
        self.calendar = ledger.calendar
        self.rules = ledger.rules
        self.registry = ledger.registry
        self.voc = Vocabulary(ledger.registry, ledger.schemas, today)
        self.builder = CaseBuilder(self.voc, self.calendar, self.rules, today, desk=desk)

    def read(self) -> None:
        """Read now what is else read when first asked for, so that a forked process has it too."""
        for name in ("facts", "rows", "complaints", "stands"):
            getattr(self, name)

    def cache(self, name: str) -> Path | None:
        """Return where the site keeps something beside the ledger's cache; None where nothing is kept."""
        base = cache_folder(self.ledger.repo)
        return base / f"site-{name}" if base else None

    def shelf(self, name: str) -> Shelf:
        """Return where the site keeps answers of a kind."""
        return Shelf(self.cache(name))

    def over(self, ledger: Ledger) -> SiteData:
        """Return the same data on another connection to the ledger, for another process."""
        other = copy(self)
        other.ledger = ledger
        return other

    @cached_property
    def built(self) -> Built:
        """What every page says about itself."""
        office = self.registry.office
        checked = last_run(self.ledger.repo, self.ledger.root, "check")
        return Built(
            at=self.now,
            today=self.today,
            calendar=self.calendar,
            known_through=self.calendar.known_through,
            version=self.ledger.version[:7],
            rules=f"规则 {self.rules.current.since.isoformat()} 版",
            checked=checked.at.isoformat(timespec="minutes") if checked else "",
            help_phone=office.help_phone,
            sample="示例" in office.name,
        )

    # -- cases ----------------------------------------------------------------------------------------

    @cached_property
    def open_records(self) -> tuple[Record, ...]:
        """Every record something of which may still change by itself: their pages are made anew each day."""
        return tuple(open_records(self.ledger, self.today))

    @cached_property
    def open_cases(self) -> tuple[OpenCase, ...]:
        """Cases with a binding clock still open and those that await papers without one, the latest first, then by
        registration."""
        found: list[OpenCase] = []
        for record in self.open_records:
            if record.kind != "case" or record.case.raised.date() > self.today:
                continue
            seen = self.compute(record, self.today)
            if seen.headline is None and seen.status != "open":
                continue
            tags = row_tags(record)
            found.append(OpenCase(record, seen, self.builder.row(seen, tags=tags)))
        return tuple(sorted(found, key=urgency))

    @cached_property
    def complaints(self) -> tuple[Record, ...]:
        """The complaints received until today."""
        found = self.ledger.records("complaint")
        return tuple(record for record in found if record.complaint.received.date() <= self.today)

    def compute(self, record: Record, today: date) -> CaseView:
        """Compute a case for a day."""
        return view(
            record.case,
            self.rules,
            self.calendar,
            today,
            arrivals=Arrivals(record.receipts, record.arrivals),
            role_of=self.voc.role_of,
        )

    @cached_property
    def late_before(self) -> int:
        """How many cases were late at the end of the previous working day."""
        before = self.calendar.previous_workday(self.today - timedelta(days=1))
        count = 0
        for record in open_records(self.ledger, before):
            if record.kind == "case" and record.case.raised.date() <= before:
                head = self.compute(record, before).headline
                count += head is not None and head.state == "overdue"
        return count

    @cached_property
    def facts(self) -> dict[str, tuple[str, str, Facts]]:
        """Path, content and row of every case by id; rows of open cases are those of today."""
        found = {row.id: (path, blob, row) for path, blob, row in all_facts(self.ledger)}
        for case in self.open_cases:
            name = case.found.case.id
            if name in found:
                path, blob, kept = found[name]
                now = facts_of(case.found, case.record, self.ledger.context)
                # what came when does not depend on the day, and an open record may not know it
                now = now._replace(entered_late=kept.entered_late, arrived=kept.arrived)
                found[name] = (path, blob, now)
        return found

    def texts(self, rows: Sequence[Facts]) -> Iterator[Text]:
        """Yield the words of some cases in their order, for search and similar cases."""
        for at in range(0, len(rows), _AT_ONCE):
            some = rows[at : at + _AT_ONCE]
            found = {text.id: text for text in texts(self.ledger, [self.facts[row.id][0] for row in some])}
            yield from (found[row.id] for row in some)

    def matter_of(self, name: str) -> str:
        """The matter of a case as others may read it: without the applicant's name."""
        return self.facts[name][2].matter if name in self.facts else ""

    @cached_property
    def rows(self) -> tuple[Facts, ...]:
        """The rows of facts, newest registration first."""
        return tuple(sorted((row for _, _, row in self.facts.values()), key=lambda row: (-row.raised, row.id)))

    @cached_property
    def rows_of_unit(self) -> dict[str, list[Facts]]:
        """Rows by unit."""
        found: dict[str, list[Facts]] = defaultdict(list)
        for row in self.rows:
            found[row.unit].append(row)
        return found

    @cached_property
    def open_of_unit(self) -> dict[str, list[OpenCase]]:
        """Open cases by first-asked unit."""
        found: dict[str, list[OpenCase]] = defaultdict(list)
        for case in self.open_cases:
            found[case.row.unit].append(case)
        return found

    @cached_property
    def asked_of_unit(self) -> dict[str, list[OpenCase]]:
        """Open cases in which a unit still owes an answer to somebody else's question."""
        found: dict[str, list[OpenCase]] = defaultdict(list)
        for case in self.open_cases:
            for holder in case.found.stage.holders:
                if holder.kind == "unit":
                    found[holder.id].append(case)
        return found

    def key_of(self, rows: Iterable[Facts]) -> str:
        """Return a short key of what a list of these cases shows on this day."""
        stands = self.stands
        text = " ".join([self._facts_key, *(stands[row.id] for row in rows)])
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    @cached_property
    def stands(self) -> dict[str, str]:
        """What stands for each case in keys: its content and what came when, whether it waits for its commit, and
        while it is open, the day and how it stands on it."""
        edited = self.ledger.edited_paths
        found = {
            name: f"{blob[:24]}{row.arrived:x}{'~' if path in edited else ''}"
            for name, (path, blob, row) in self.facts.items()
        }
        for record in self.open_records:
            if record.id in found:
                found[record.id] += f".{self.today}"
        for name, shown in self._open_rows.items():
            if name in found:
                found[name] += digest(repr(shown).encode())
        return found

    @cached_property
    def _facts_key(self) -> str:
        """What rows depend on besides that."""
        return facts_recipe(self.ledger.context).key

    def fact_row(self, row: Facts) -> CaseRow:
        """Return a settled or open case as a row of a list, from its facts."""
        opened = self._open_rows.get(row.id)
        if opened is not None:
            return opened
        said, stage = settled_words(row.result, row.path, row.late)
        return CaseRow(
            id=row.id,
            url=case_path(row.id),
            status=said,
            due=date.fromordinal(row.due) if row.due else None,
            matter=row.matter,
            track=words.TRACKS.get(row.track, row.track),
            stage=stage,
            holders=() if row.result else (Holder("申请人"),),
            unit=row.unit,
            hall=self.voc.hall_of(row.window),
            county=self.voc.county_of(row.unit),
            raised=row.day,
        )

    @cached_property
    def _open_rows(self) -> dict[str, CaseRow]:
        return {case.row.id: case.row for case in self.open_cases}

    # -- figures --------------------------------------------------------------------------------------

    def raised_between(self, first: date, last: date) -> list[Facts]:
        """Rows of the cases raised from ``first`` to ``last``, both included."""
        a, b = first.toordinal(), last.toordinal()
        return [row for row in self.rows if a <= row.raised <= b]

    @cached_property
    def months(self) -> Months:
        """What the records of each month contribute to figures."""
        stands = self.stands
        cases = (Stand(name, path, row.raised, stands[name]) for name, (path, _, row) in self.facts.items())
        return Months(self.ledger, self.today, cases, self.shelf("statistics"))

    @cached_property
    def book(self) -> Book:
        """The facts behind all figures: those of the site are the same as those of ``noveto stats``."""
        return Book(self.months)

    @cached_property
    def _recent(self) -> dict[str, Collector]:
        """What the records of this month, of the last, and of the months of the last 30 days contribute, by month."""
        days = (self.today, self.today.replace(day=1) - timedelta(days=1), self.today - timedelta(days=29))
        return {month: self.months.collector(month) for month in sorted({f"{day:%Y-%m}" for day in days})}

    @cached_property
    def two_months(self) -> tuple[Figures, Figures]:
        """The figures of this month until today, and of the last."""
        last = self.today.replace(day=1) - timedelta(days=1)
        now, before = (self._recent[f"{day:%Y-%m}"] for day in (self.today, last))
        return merge(now.slots.values()).figures(), merge(before.slots.values()).figures()

    @cached_property
    def replied(self) -> Mapping[str, Fraction]:
        """按时答复 of each unit's cases of the last 30 days; a unit without any is missing."""
        since = self.today.toordinal() - 29
        found: dict[str, list[list[Ref]]] = defaultdict(lambda: [[], [], []])
        for month in self._recent.values():
            for (_, unit, _), slots in month.slots.items():
                figure = slots.figures().fraction("I7")
                for into, refs in zip(found[unit], (figure.hits, figure.misses, figure.left_out), strict=True):
                    into += [ref for ref in as_they_come(refs) if self.facts[ref.id][2].raised >= since]
        figures = {unit: Fraction(*map(Ordered, three)) for unit, three in found.items()}
        return {unit: figure for unit, figure in figures.items() if figure.denominator}

    def rows_of(self, refs: Iterable[Ref]) -> list[Facts]:
        """Return the rows of what a figure counts: a case once for each of its rounds counted."""
        return [self.facts[ref.id][2] for ref in refs if ref.id in self.facts]
