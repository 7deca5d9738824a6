"""Stamping case pages: by the hundred thousand, in worker processes, each with its own view of the ledger."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from noveto.calm import calm_child
from noveto.ledger import Ledger, Record
from noveto.ledger.versions import Arrived
from noveto.site import caseviews, views
from noveto.site.casebuild import CaseBuilder, case_path
from noveto.site.casepage import case_body, without_name
from noveto.site.manifest import write_file
from noveto.site.render import Renderer, escaped
from noveto.site.shell import Shell
from noveto.site.vocabulary import Vocabulary

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from noveto.clocks import CaseView

POOL_FROM = 1500
"""From this number of pages on a second process is worth its start."""

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to stamp pages."""

    root: Path
    out: Path
    today: date
    built: views.Built
    shell: Shell
    desk: bool
    similar: Mapping[str, tuple[caseviews.Similar, ...]] = field(default_factory=dict)
    complaints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids of complaints by case."""


class Stamper:
    """Writes case pages of one ledger."""

    def __init__(self, job: Job, ledger: Ledger | None = None) -> None:
        self.job = job
        self.ledger = ledger or Ledger.open(job.root)
        self.voc = Vocabulary(self.ledger.registry, self.ledger.schemas, job.today)
        self.builder = CaseBuilder(self.voc, self.ledger.calendar, self.ledger.rules, job.today, desk=job.desk)
        self.renderer = Renderer(job.built)
        self.foot = self.renderer.foot()
        self._folders: set[str] = set()

    def write(self, wanted: Sequence[tuple[str, bool]]) -> int:
        """Write the pages of records (path, whether a page is there already); return how many were there to write."""
        replace = dict(wanted)
        records = self.ledger.files(list(replace), arrivals=True)
        history = self.history([record.path for record in records])
        for record in records:
            data = self.page(record, history.get(record.path, ()))
            self.put(case_path(record.id), data, replace=replace[record.path])
        return len(records)

    def page(self, record: Record, history: Sequence[str] = (), found: CaseView | None = None) -> bytes:
        """Return the page of a case; ``found`` is what its clocks say today, where that is known."""
        similar, complaints = self.job.similar.get(record.path), self.job.complaints.get(record.id, ())
        view = self.builder.page(record, found, similar=similar, history=history, complaints=complaints)
        body = without_name(case_body(view, self.renderer), record.case.applicant.name)
        return self.job.shell.stamp(title=f"{escaped(view.matter)} {view.id}", body=body, foot=self.foot)

    def put(self, name: str, page: bytes, *, replace: bool) -> None:
        """Write a page; with ``replace`` there may be one already."""
        folder = os.path.dirname(name)  # noqa: PTH120 - a hundred thousand times, on plain strings
        if folder not in self._folders:
            (self.job.out / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        write_file(f"{self.job.out}/{name}", page, replace=replace)

    def history(self, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """How each file reached the ledger: one line a day, with its versions; none where there is no Git."""
        if self.ledger.repo is None or not self.ledger.version:
            return {}
        found = self.ledger.line.arrived(paths, upto=self.ledger.version)
        return {path: _days(arrived) for path, arrived in found.items()}


def _days(arrived: Sequence[Arrived]) -> tuple[str, ...]:
    days: dict[int | None, list[str]] = {}
    for commit, _, day in arrived:
        days.setdefault(day, []).append(commit[:7])
    return tuple(
        f"{f'{date.fromordinal(day)} 入台账' if day else '没有回执'} {len(commits)} 次：{'、'.join(commits)}"
        for day, commits in days.items()
    )


class Stamping:
    """Writes the pages of the records at ``paths`` (with: replace an existing file), in worker processes where there
    are many. These begin at once; where there are none (``pooled``), ``finish`` does the work."""

    def __init__(self, job: Job, ledger: Ledger, paths: Sequence[tuple[str, bool]], *, jobs: int) -> None:
        self.total = len(paths)
        chunks = [paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK)]
        self._pool: Pool | None = None
        if jobs > 1 and len(paths) >= POOL_FROM:
            # Spawned, not forked: a copy of what the build has read would take more memory than it saves time.
            self._pool = multiprocessing.get_context("spawn").Pool(jobs, _start, (job,))
            self._counts: Iterator[int] = self._pool.imap_unordered(_work, chunks)
            self._pool.close()  # workers end when nothing is left to do, and their memory is free for the lists
        else:
            stamper = Stamper(job, ledger)
            self._counts = map(stamper.write, chunks)

    @property
    def pooled(self) -> bool:
        """Whether worker processes do it."""
        return self._pool is not None

    def __enter__(self) -> Stamping:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool.join()

    def finish(self, progress: Callable[[int], None]) -> None:
        """Wait until every page is written; asked again, there is nothing to wait for."""
        done = 0
        for count in self._counts:
            done += count
            progress(done)


_stamper: Stamper | None = None


def _start(job: Job) -> None:
    global _stamper
    calm_child()
    _stamper = Stamper(job)


def _work(chunk: Sequence[tuple[str, bool]]) -> int:
    assert _stamper is not None  # noqa: S101 - the pool's initializer made it
    return _stamper.write(chunk)
