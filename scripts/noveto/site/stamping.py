"""Stamping case pages: by the hundred thousand, in worker processes, each with its own view of the ledger."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from noveto.ledger import Ledger
from noveto.site import views
from noveto.site.casebuild import CaseBuilder, case_path
from noveto.site.casepage import case_body, without_name
from noveto.site.manifest import write_file
from noveto.site.render import Renderer, escaped
from noveto.site.shell import Shell
from noveto.site.vocabulary import Vocabulary

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
    similar: Mapping[str, tuple[views.Similar, ...]] = field(default_factory=dict)


class Stamper:
    """Writes case pages of one ledger."""

    def __init__(self, job: Job, ledger: Ledger | None = None) -> None:
        self.job = job
        self.ledger = ledger or Ledger.open(job.root)
        self.voc = Vocabulary(self.ledger.registry, self.ledger.schemas, job.today)
        self.builder = CaseBuilder(self.voc, self.ledger.calendar, self.ledger.rules, job.today, desk=job.desk)
        self.renderer = Renderer(job.built)
        self.foot = self.renderer.foot()
        self.receipts = self.ledger.receipts

    def page(self, path: str) -> bytes | None:
        """Return the page of the record at ``path``, None when it is not there any more."""
        record = self.ledger.file(path)
        if record is None:
            return None
        record.receipts = self.receipts
        record.arrivals = self.ledger.arrivals.of(path)
        view = self.builder.page(record, similar=self.job.similar.get(path), history=self._history(path))
        body = without_name(case_body(view, self.renderer), record.case.applicant.name)
        return self.job.shell.stamp(title=f"{escaped(view.matter)} {view.id}", body=body, foot=self.foot)

    def _history(self, path: str) -> tuple[str, ...]:
        """How the file reached the ledger: one line a day, with its versions; none where there is no Git."""
        if self.ledger.repo is None or not self.ledger.version:
            return ()
        days: dict[str, list[str]] = {}
        for version in self.ledger.line.versions(path):
            day = f"{date.fromordinal(version.received).isoformat()} 入台账" if version.received else "没有回执"
            days.setdefault(day, []).append(version.commit[:7])
        return tuple(f"{day} {len(commits)} 次：{'、'.join(commits)}" for day, commits in days.items())

    def write(self, path: str, *, replace: bool) -> str:
        """Write the page of a record; return its path in the site, "" when the record is gone."""
        data = self.page(path)
        if data is None:
            return ""
        name = case_path(Path(path).stem)
        target = self.job.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(str(target), data, replace=replace)
        return name


def stamp_cases(
    job: Job, ledger: Ledger, paths: Sequence[tuple[str, bool]], progress: Callable[[int], None], *, jobs: int = 0
) -> int:
    """Write the pages of the records at ``paths`` (with: replace an existing file); return how many."""
    done = 0
    for count in _run(job, ledger, paths, jobs or _cores()):
        done += count
        progress(done)
    return done


def _run(job: Job, ledger: Ledger, paths: Sequence[tuple[str, bool]], jobs: int) -> Iterator[int]:
    chunks = [paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK)]
    if jobs <= 1 or len(paths) < POOL_FROM:
        stamper = Stamper(job, ledger)
        for chunk in chunks:
            yield _stamp(stamper, chunk)
        return
    alone = threading.active_count() == 1 and sys.platform == "linux"
    context = multiprocessing.get_context("fork" if alone else "spawn")
    with context.Pool(jobs, _start, (job,)) as pool:
        yield from pool.imap_unordered(_work, chunks)


def _stamp(stamper: Stamper, chunk: Sequence[tuple[str, bool]]) -> int:
    return sum(1 for path, replace in chunk if stamper.write(path, replace=replace))


_stamper: Stamper | None = None


def _start(job: Job) -> None:
    global _stamper
    _stamper = Stamper(job)


def _work(chunk: Sequence[tuple[str, bool]]) -> int:
    assert _stamper is not None  # noqa: S101 - the pool's initializer made it
    return _stamp(_stamper, chunk)


def _cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 4))
