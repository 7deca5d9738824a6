"""What main says now, kept in memory: configuration, open cases and who holds them; renewed commit by commit."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.desk.faults import errors_of
from noveto.desk.mainline import Mainline
from noveto.gitio import blob_id
from noveto.history.rights import Rights
from noveto.ledger import Context, Ledger, Record
from noveto.ledger.places import kind_of, path_of
from noveto.source import load
from noveto.writing.validate import Ids, added, view_of

if TYPE_CHECKING:
    from noveto.calendar.files import CalendarFolder
    from noveto.clocks import CaseView
    from noveto.findings import Finding
    from noveto.records.registry import Registry
    from noveto.similar.index import Index

_CONFIG = ("schema", "records/registry", "records/calendar")


@dataclass(frozen=True, slots=True)
class Held:
    """A record as main has it: its text, the text's Git id, its plain value and the record."""

    path: str
    kind: str
    data: bytes
    blob: str
    value: Mapping[str, Any]
    record: Record

    @property
    def id(self) -> str:
        """The record's number."""
        return str(self.value["id"])


class Office:
    """One picture of main for the whole process. Safe between threads; ``renew`` follows main.

    What is shown is replaced whole, never changed in place, so that pages read without waiting for a renewal.
    """

    def __init__(self, main: Mainline) -> None:
        self.main = main
        self.tip = ""
        self._lock = threading.RLock()
        self._config: tuple[str | None, ...] = ()
        self._context: Context | None = None
        self._open: dict[str, Record] = {}
        self._views: dict[str, CaseView] = {}
        self._figures: dict[str, Record] = {}
        self._day: date | None = None
        self._index: Index | None = None
        self._matters: dict[str, str] = {}
        self._errors: dict[str, tuple[Finding, ...]] = {}

    @property
    def context(self) -> Context:
        """The configuration records are judged by."""
        if self._context is None:
            raise RuntimeError("renew() first")
        return self._context

    @property
    def registry(self) -> Registry:
        """The registry."""
        return self.context.registry

    @property
    def rights(self) -> Rights:
        """Who may write what."""
        return Rights(self.context.registry, self.context.steps)

    def glance(self, today: date) -> None:
        """Follow main, unless somebody is at it already: a page is answered from the picture there is."""
        if self._lock.acquire(blocking=not self.tip):
            try:
                self.renew(today)
            finally:
                self._lock.release()

    def renew(self, today: date) -> bool:
        """Follow main; return whether anything changed. Raises UserError when it cannot be read."""
        with self._lock:
            tip = self.main.tip()
            if tip == self.tip and today == self._day:
                return False
            config = tuple(self.main.repo.resolve(*(self.main.repo.tree_name(tip, part) for part in _CONFIG)))
            if config != self._config or today != self._day or not self.tip:
                self._all(tip, config, today)
            else:
                changed = self.main.repo.diff_tree(self.tip, tip, ["records"])
                self._some(tip, [change.path for change in changed], today)
            same = config == self._config  # what has errors may be mended by another record, all else only by set-up
            self._errors = {blob: found for blob, found in self._errors.items() if same and not found}
            self.tip, self._day, self._config = tip, today, config
            return True

    def _all(self, tip: str, config: tuple[str | None, ...], today: date) -> None:
        from noveto.clocks.recipe import open_records

        with Ledger.open(self.main.repo.folder, at=tip) as ledger:
            if config != self._config or self._context is None:
                context = ledger.context
                _ = (context.schemas, context.rules, context.steps, context.calendar, context.registry)
                self._context = context
            records = [Record(r.path, r.blob, r.kind, r.value) for r in open_records(ledger, today)]
            figures = [*ledger.records("period"), *ledger.records("review")]
            kept = {r.path: Record(r.path, r.blob, r.kind, r.value) for r in figures if not _voided(r)}
        views = {r.path: view_of(r, self.context, today) for r in records if r.kind == "case"}
        self._open, self._views, self._figures = {record.path: record for record in records}, views, kept

    def _some(self, tip: str, paths: Iterable[str], today: date) -> None:
        from noveto.clocks.recipe import is_open

        opened, views, figures = dict(self._open), dict(self._views), dict(self._figures)
        for path in paths:
            opened.pop(path, None)
            views.pop(path, None)
            figures.pop(path, None)
            held = self.at(path, tip)
            if held is None:
                continue
            if held.kind == "case":
                found = view_of(held.record, self.context, today)
                if is_open(found.status, found.clocks):
                    opened[path], views[path] = held.record, found
            elif held.kind in ("period", "review") and not _voided(held.record):
                figures[path] = held.record
            elif held.kind == "complaint" and not any(
                entry.step in ("called_back", "withdrawn", "voided") for entry in held.record.complaint.log
            ):
                opened[path] = held.record
        self._open, self._views, self._figures = opened, views, figures

    # -- reading ----------------------------------------------------------------------------------------

    def at(self, path: str, tip: str = "") -> Held | None:
        """Return the form-valid record at a path of main, None where there is none."""
        kind = kind_of(path)
        data = self.main.read(f"{tip or self.tip}:{self.main.repo.prefix}{path}")
        return self.held(path, kind, data) if data is not None else None

    def held(self, path: str, kind: str, data: bytes) -> Held | None:
        """Return a text as a record; None when its form is broken."""
        loaded = load(data, file=path)
        if not isinstance(loaded.value, dict) or not self.context.schemas.is_valid(kind, loaded.value):
            return None
        blob = blob_id(data, self.main.repo.object_format)
        return Held(path, kind, data, blob, loaded.value, Record(path, blob, kind, loaded.value, data=data))

    def find(self, name: str) -> Held | None:
        """Return the record with this number."""
        path = path_of(name)
        return self.at(path) if path else None

    def exists(self, path: str, tip: str = "") -> bool:
        """Return whether main has a file at this path."""
        return self.main.read(f"{tip or self.tip}:{self.main.repo.prefix}{path}") is not None

    def ids(self, tip: str = "") -> Ids:
        """All numbers of main, asked one by one."""
        return Ids(lambda path: self.exists(path, tip))

    def view(self, held: Held, today: date) -> CaseView:
        """Return a case as it stands."""
        known, record = self._views.get(held.path), self._open.get(held.path)
        if known is not None and record is not None and record.blob == held.blob and self._day == today:
            return known
        return view_of(held.record, self.context, today)

    def errors(self, held: Held) -> tuple[Finding, ...]:
        """Return the errors for which a record is held back from lists and figures; () for a sound one."""
        found = self._errors.get(held.blob)
        if found is None:
            found = self._errors[held.blob] = errors_of(held.record, self.context, self.ids())
        return found

    def faulty(self, name: str) -> bool:
        """Return whether the record with this number is held back."""
        known = self._open.get(path_of(name))
        if known is not None and (found := self._errors.get(known.blob)) is not None:
            return bool(found)
        held = self.find(name)
        return held is not None and bool(self.errors(held))

    def open_cases(self) -> list[CaseView]:
        """Return the open cases, as of the day of the last renewal."""
        return list(self._views.values())

    def open_records(self) -> list[Record]:
        """Return the records that are not closed, as they were at the last renewal."""
        return list(self._open.values())

    def open_complaints(self) -> list[Record]:
        """Return the complaints that are not closed."""
        return [record for record in self.open_records() if record.kind == "complaint"]

    def figure_records(self) -> list[Record]:
        """Return the periods and samples, voided ones left out, as they were at the last renewal."""
        return [record for _, record in sorted(self._figures.items())]

    # -- registers and calendar ---------------------------------------------------------------------------

    def register_errors(
        self, path: str, table: str, old: bytes, new: bytes, others: Mapping[str, bytes]
    ) -> list[Finding]:
        """Return the errors a register's new text has that its old one has not.

        Raises ValueError when nobody would be left to keep the registers.
        """
        from noveto.desk.registers import file_errors, keepers

        schemas, registry = self.context.schemas, self.registry
        if table == "staff" and self._day is not None and keepers(old, self._day) and not keepers(new, self._day):
            raise ValueError("这样改了，就没有管理员了，登记册谁也改不了。请先加一位管理员，再停用这一位。")
        return added(
            file_errors(path, table, old, schemas, registry, {}),
            file_errors(path, table, new, schemas, registry, others),
        )

    def calendar_files(self, tip: str = "") -> CalendarFolder:
        """Return the calendar's files as main has them. Raises UserError when one cannot be understood."""
        from noveto.calendar.files import read_files

        names = [
            e.path for e in self.main.repo.ls_tree(tip or self.tip, ["records/calendar/"]) if e.path[-4:] == ".yml"
        ]
        texts = {name: self.main.read(f"{tip or self.tip}:{self.main.repo.prefix}{name}") for name in names}
        return read_files({name.rpartition("/")[2]: text for name, text in texts.items() if text is not None})

    # -- similar ------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Read the texts of all cases once, for similar cases; new ones are seen after the next start."""
        from noveto.similar.corpus import texts
        from noveto.similar.index import Index

        with Ledger.open(self.main.repo.folder, at=self.tip) as ledger:
            found = list(texts(ledger))
        self._matters = {text.id: text.matter for text in found}
        self._index = Index.build((text.id, text.whole) for text in found)

    def similar(self, text: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return up to five cases like ``text``: number, matter, shared words. Empty before ``warm``."""
        index = self._index
        if index is None or len(text.strip()) < 4:
            return []
        return [(hit.id, self._matters.get(hit.id, ""), hit.shared) for hit in index.query(text[:2000], 5, cut=True)]


def _voided(record: Record) -> bool:
    return any(entry.step == "voided" for entry in record.typed.log)
