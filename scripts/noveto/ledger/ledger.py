"""The ledger: a work tree or any revision, as records, with everything worked out at most once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.errors import UserError
from noveto.ledger.answers import Answers
from noveto.ledger.arriving import EVERY, at_paths
from noveto.ledger.code import code_digest
from noveto.ledger.configured import Configured
from noveto.ledger.folders import cache_folder
from noveto.ledger.judge import JUDGES, unpack_findings, unpack_value
from noveto.ledger.line import Line
from noveto.ledger.places import RECORDS, id_of, path_of
from noveto.ledger.quarantine import quarantined
from noveto.ledger.reader import Reader
from noveto.ledger.receipts import Arrivals
from noveto.ledger.recipe import Derived, Recipe, unpack_begun, unpack_days
from noveto.ledger.record import Quarantined, Record
from noveto.ledger.sync import Progress
from noveto.ledger.view import View
from noveto.ledger.workers import Companion, default_jobs

if TYPE_CHECKING:
    from noveto.findings import Finding

_FOLDER = {kind: f"records/{kind}s/" for kind in RECORDS}

_RECORD = "e.path, b.oid, e.kind, v.data, e.arr"
"""What is read of a record (columns of the cache)."""


class Ledger(Configured):
    """Open one with ``Ledger.open``; use as a context manager or call ``close``.

    Nothing is read until something is asked. Records come in path order, one page at a time; results of
    recipes come from the cache. One Ledger belongs to one thread at a time; any number of processes may
    work on the same ledger at once.
    """

    def __init__(self, view: View, cache: Path | None, *, jobs: int, progress: Progress | None) -> None:
        super().__init__(view, cache)
        self.jobs = jobs
        self.progress = progress
        self._opened: Answers | None = None
        self._reader: Reader | None = None
        self._held: dict[str, list[Finding]] = {}

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        at: str | None = None,
        cache: bool = True,
        jobs: int | None = None,
        progress: Progress | None = None,
    ) -> Ledger:
        """Open the ledger in ``root``: its work tree, or with ``at`` any revision of its repository.

        ``cache=False`` keeps nothing. ``jobs`` is the number of worker processes of a cold run. Raises
        UserError when there is no such revision or Git refuses.
        """
        view = View.of_work_tree(root) if at is None else View.of_revision(root, at)
        return cls(view, cache_folder(view.repo) if cache else None, jobs=jobs or default_jobs(), progress=progress)

    def again(self) -> Ledger:
        """Return the same ledger for another thread or process, with files and connections of its own; what is on
        hold stays so."""
        other = Ledger(self.view, self._cache, jobs=self.jobs, progress=None)
        other._held = self._held
        return other

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close files and processes. The ledger must not be used afterwards."""
        super().close()
        if self._opened:
            self._opened.close()
        if self._reader:
            self._reader.close()

    # -- records --------------------------------------------------------------------------------------

    def cases(self, *, arrivals: bool = False) -> Iterator[Record]:
        """Yield every form-valid case, in path order."""
        return self.records("case", arrivals=arrivals)

    def records(self, kind: str, *, arrivals: bool = False) -> Iterator[Record]:
        """Yield every form-valid file of ``kind``, in path order; with ``arrivals`` they know theirs."""
        receipts = arrivals and self.receipts
        folder, build = _FOLDER.get(kind, "records/"), partial(self._record, receipts=receipts)
        whose = EVERY if receipts else None
        found = self.answers.pages(folder, _RECORD, "b.ok AND e.kind = ?", (kind,), build, arrivals=whose)
        return (record for record in found if record.path not in self._held)

    def _record(self, row: tuple[Any, ...], *, receipts: bool = False) -> Record:
        path, oid, kind, packed, arr = row
        return Record(path, oid, kind, unpack_value(packed, kind), read=partial(self._read, path, oid),
                      arrivals=unpack_days(arr) if receipts else (), receipts=receipts,
                      begun=unpack_begun(arr) if receipts else None)  # fmt: skip

    def record(self, name: str) -> Record | None:
        """Return the record with this id, None when there is none or it is not form-valid."""
        path = self.path(name)
        return self.file(path) if path else None

    def file(self, path: str) -> Record | None:
        """Return the form-valid file at ``path`` (relative to the ledger's folder), None when there is none."""
        return next(iter(self.files([path])), None)

    def files(self, paths: Sequence[str], *, arrivals: bool = False) -> list[Record]:
        """Return the form-valid files among ``paths`` (a few hundred at most), in path order, asked for at once."""
        receipts = arrivals and self.receipts
        where, build = f"b.ok AND e.path IN ({','.join('?' * len(paths))})", partial(self._record, receipts=receipts)
        found = self.answers.build(_RECORD, where, list(paths), build, arrivals=at_paths(paths) if receipts else None)
        return sorted((record for record in found if record.path not in self._held), key=lambda record: record.path)

    def path(self, name: str) -> str | None:
        """Return the path of the record with this id, quarantined ones included; None when there is none."""
        place = path_of(name)
        if place and self.answers.rows("e.path", "e.path = ?", (place,)):
            return place
        return next((found for found in self.misplaced() if id_of(found) == name), None)

    def exists(self, name: str) -> bool:
        """Return whether a record with this id is there, be it quarantined."""
        return self.path(name) is not None

    def existing(self, names: Iterable[str]) -> set[str]:
        """Return those of ``names`` that are ids of records, quarantined ones included."""
        places = {place: name for name in set(names) if (place := path_of(name))}
        found: set[str] = set()
        paths = list(places)
        for at in range(0, len(paths), 500):
            some = paths[at : at + 500]
            rows = self.answers.rows("e.path", f"e.path IN ({','.join('?' * len(some))})", some)
            found.update(places[row[0]] for row in rows)
        missing = set(places.values()) - found
        return found | (missing & {id_of(path) for path in self.misplaced()} if missing else set())

    def paths(self) -> Iterator[str]:
        """Yield the path of every file under ``records/``, whatever it holds, in path order."""
        return self.answers.pages("records/", "e.path", "1", (), lambda row: str(row[0]))

    def count_files(self) -> int:
        """Return the number of files under ``records/``, whatever they hold."""
        return int(sum(row[0] for row in self.answers.rows("count(*)", "1")))

    def count(self, *kinds: str) -> int:
        """Return the number of form-valid files of these kinds."""
        marks = ",".join("?" * len(kinds))
        return int(sum(row[0] for row in self.answers.rows("count(*)", f"b.ok AND e.kind IN ({marks})", kinds)))

    def count_records(self) -> int:
        """Return the number of form-valid records of any kind: what ``count`` says of all kinds, but at once, for what
        does not count is few files and found by index."""
        records = ",".join(f"'{kind}'" for kind in RECORDS)
        set_up = " OR ".join(
            f"e.path BETWEEN 'records/{name}/' AND 'records/{name}0'" for name in ("registry", "calendar")
        )
        others = (f"({set_up}) AND NOT e.odd", f"e.odd AND (b.ok AND e.kind IN ({records})) IS NOT TRUE")
        left_out = sum(row[0] for where in others for row in self.answers.rows("count(*)", where))
        return self.count_files() - int(left_out)

    @cached_property
    def quarantined(self) -> list[Quarantined]:
        """The records that may not count, in path order: those whose form is broken, and those on hold."""

        return quarantined(self.answers, self._held)

    def hold(self, errors: Iterable[Finding]) -> None:
        """Quarantine the records that ``errors`` are about, as if their form were broken.

        What the text alone does not decide (references, personal data) is judged by the checks, which stand
        above this floor: see noveto.checks.run.hold_errors. A later call replaces an earlier one.
        """
        held: dict[str, list[Finding]] = {}
        for finding in errors:
            held.setdefault(finding.file, []).append(finding)
        self._held = held
        self.__dict__.pop("quarantined", None)

    def misplaced(self) -> list[str]:
        """Return the paths of form-valid records that do not lie where they belong."""
        return sorted(row[0] for row in self.answers.rows("e.path", "e.odd AND b.place <> '' AND b.place <> e.path"))

    def form_findings(self) -> Iterator[Finding]:
        """Yield the findings of form of every file: text, schema, and how it lies, in path order."""

        from noveto.ledger.lying import lying_findings

        def build(row: tuple[Any, ...]) -> tuple[str, list[Finding]]:
            path, kind, mode, packed = row
            found = list(lying_findings(path, kind, mode))
            return path, found + (unpack_findings(packed, path) if packed is not None else [])

        found = self.answers.build("e.path, e.kind, e.mode, b.findings", "e.odd", (), build)
        for _, findings in sorted(found, key=lambda item: item[0]):
            yield from findings

    def source(self, path: str) -> bytes:
        """Return the bytes of a file of the ledger. Raises UserError when there is none."""
        rows = self.answers.rows("b.oid", "e.path = ?", (path,))
        if not rows or rows[0][0] is None:
            raise UserError(f"台账里没有文件 {path}。")
        return self._read(path, rows[0][0])

    # -- derived --------------------------------------------------------------------------------------

    def prepare(
        self, *recipes: Recipe, history: bool = False, companion: Callable[[], Companion] | None = None
    ) -> list[str]:
        """Work out recipes for every record. Naming several at once lets a cold run read every file once, and
        saying that the ``history`` is asked for next lets it read that beside the files. A ``companion`` sees the
        records read for recipes; return the paths of those it has dealt with."""
        return self.answers.prepare(recipes, history=history, companion=companion)

    def live(self, recipe: Recipe, today: date) -> Iterator[Derived]:
        """Yield the results that matter on ``today``: live ones, and settled ones until their last day."""
        return self._free(self.answers.results(recipe, today.toordinal()))

    def derived(self, recipe: Recipe, after: str = "") -> Iterator[Derived]:
        """Yield every result of a recipe about the paths behind ``after``, in path order."""
        return self._free(self.answers.results(recipe, -1, after))

    def settled(self, recipe: Recipe, today: date) -> Iterator[Derived]:
        """Yield the results that no longer change on ``today`` and have something to say (a payload)."""
        return self._free(self.answers.settled(recipe, today.toordinal()))

    def some(self, recipes: Sequence[Recipe], paths: Sequence[str]) -> list[list[Derived]]:
        """Return what recipes say of some files, a list for each recipe in path order; where it is not kept, it is
        worked out for these files alone."""
        return self.answers.some(recipes, paths)

    def _free(self, found: Iterator[Derived]) -> Iterator[Derived]:
        """Leave out results about records on hold."""
        return (one for one in found if one.path not in self._held) if self._held else found

    # -- history --------------------------------------------------------------------------------------

    @property
    def receipts(self) -> bool:
        """Whether the ledger has any receipts at all."""
        return self.answers.receipts

    @property
    def line_known(self) -> bool:
        """Whether the first-parent line has been read before, and asking for it takes no long time."""
        return self._cache is not None and Line.place(self._cache).exists()

    @property
    def line(self) -> Line:
        """The first-parent line behind this view, read up to its commit. Raises UserError without history."""
        return self.answers.line

    @cached_property
    def arrivals(self) -> Arrivals:
        """When each entry of each record arrived."""
        return Arrivals(self.receipts, self._arrivals_of)

    def _arrivals_of(self, path: str) -> tuple[date | None, ...]:
        if not self.receipts:
            return ()
        rows = self.answers.rows("e.arr", "e.path = ?", (path,), arrivals=at_paths([path]))
        return unpack_days(rows[0][0]) if rows else ()

    @cached_property
    def answers(self) -> Answers:
        """The cache behind this ledger."""
        key = hashlib.sha256(f"{self.schemas.digest} {code_digest(*JUDGES)}".encode()).hexdigest()[:20]
        self._opened = Answers(self.view, self._cache, key, self.context, self.jobs, self.progress)
        return self._opened

    def _plain_registry(self, name: str) -> Mapping[str, Any] | None:
        found = self.file(f"records/registry/{name}.yml")
        return found.value if found else None

    # -- bytes ----------------------------------------------------------------------------------------

    def _read(self, path: str, oid: str) -> bytes:
        if self._reader is None:
            format = self.repo.object_format if self.repo else "sha1"
            self._reader = Reader(
                None if self.at_revision else self.root, self.repo.folder if self.repo else None, format
            )
        return self._reader.read(path, oid)
