"""A whole demo ledger: from options to a repository on disk."""

from __future__ import annotations

import json
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from noveto.calendar import Calendar
from noveto.demo.broken import quarantine_count
from noveto.demo.gitwrite import Group, Received, Writer, grouped, import_main, import_receipts
from noveto.demo.options import Options
from noveto.demo.periods import MOST, Extra, Figures
from noveto.demo.showcase import scenes
from noveto.demo.stream import Stream, Stroke
from noveto.demo.world import World
from noveto.errors import UserError
from noveto.gitio import Repo, init
from noveto.ledger import Ledger
from noveto.ledger.places import RECORDS
from noveto.records.registry import FILES, Registry, build_registry
from noveto.resources import resource
from noveto.writing.message import REGISTERED, commit_message
from noveto.writing.skeleton import ledger_files, sample_files

MARK = "noveto.demo"
"""Git setting that says a repository was made by this command and may be made anew."""

_LAST_AT = re.compile(rb"^- at: ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.MULTILINE)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: numbers of case files, other records, commits, and deliberately broken files."""

    cases: int
    others: int
    commits: int
    broken: int


def load_registry() -> Registry:
    """Read the registry that ships with the package."""
    from noveto.source.loader import load

    values: dict[str, Any] = {}
    for name in FILES:
        path = resource(f"records/registry/{name}.yml")
        values[name] = load(path.read_bytes(), file=path.name).value
    return build_registry(values)


def step_titles() -> dict[str, str]:
    """Return the Chinese title of every step of every kind of record, and of the registration."""
    titles: dict[str, str] = {}
    for kind in reversed(RECORDS):
        schema = json.loads(resource(f"schema/{kind}.schema.json").read_bytes())
        options = schema["$defs"]["entry"]["properties"]["step"]["oneOf"]
        titles |= {option["const"]: option["title"] for option in options}
    return titles | {REGISTERED: "登记"}


def prepare(folder: Path, *, reset: bool) -> None:
    """Make ``folder`` an empty folder; raises UserError rather than touch what this command did not make."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"“{folder}”是文件，这里要写文件夹。")
    if folder.is_dir() and any(folder.iterdir()):
        if not made_here(folder):
            raise UserError(f"文件夹“{folder}”里已有东西，没有动它。请换一个空文件夹。")
        if not reset:
            raise UserError(f"“{folder}”里已有一个演示台账。要重做请加 --reset，原来的会删掉。")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def made_here(folder: Path) -> bool:
    """Say whether the repository in ``folder`` carries this command's mark."""
    for config in (folder / ".git" / "config", folder / "config"):
        if config.is_file() and "[noveto]" in config.read_text("utf-8", "replace"):
            return "demo = true" in config.read_text("utf-8", "replace")
    return False


def make(options: Options, folder: Path, *, bare: bool, progress: Progress) -> Made:
    """Write the demo ledger into the empty ``folder``; see Options for what is the same every time.

    Raises UserError or GitError when Git or the disk refuses.
    """
    calendar = Calendar.load(resource("records/calendar"))
    world = World(load_registry(), calendar)
    samples = _samples(options)
    planned = min(len(scenes(calendar, options.today)), options.cases // 3)
    regular = options.cases - planned - sum(path.startswith("records/cases/") for _, path, _ in samples)
    taken = (path.rsplit("/", 1)[-1].removesuffix(".yml") for _, path, _ in samples)
    stream = Stream(world, options, regular, planned, taken)
    repo = init(folder, bare=bare)
    repo.git("config", MARK, "true")
    counted = {"case": 0, "other": 0}
    groups = grouped(_watched(stream, options, counted, progress), options.shared)
    writing = _Writing(world, samples, groups)
    figures = Figures(world, options) if options.cases <= MOST else None
    if figures is None or figures.frozen[-1].first < options.start:
        received = import_main(repo, lambda write: writing.begin(write, options, [], None))
    else:
        begun = import_main(repo, lambda write: writing.begin(write, options, figures.before(), figures.freezing))
        import_receipts(repo, begun)
        with Ledger.open(folder, at="main", cache=False) as ledger:
            later = figures.after(ledger)
        repo.git("update-ref", "-d", "refs/heads/receipts")
        received = begun + import_main(repo, lambda write: writing.go_on(write, later, repo))
    import_receipts(repo, received)
    if not bare:
        repo.git("-c", "checkout.workers=2", "-c", "core.fsync=none", "checkout", "-q", "-f", "main")
    cases = sum(path.startswith("records/cases/") for _, path, _ in samples)
    others = counted["other"] + len(samples) - cases + writing.begun
    return Made(counted["case"] + cases, others, len(received),
                quarantine_count(options.cases))  # fmt: skip


class _Writing:
    """Writes main in one stream or two: the stream's groups, the sample records and what lies beside, by time."""

    def __init__(self, world: World, samples: list[tuple[datetime, str, bytes]], groups: Iterator[Group]) -> None:
        self.world, self.groups = world, groups
        self.samples = deque(samples)
        self.held: Group | None = None
        self.writer = Writer(lambda _: None, world.registry.staff, step_titles())
        self.texts: dict[str, bytes] = {}
        self.begun = 0

    def begin(
        self, write: Callable[[bytes], object], options: Options, extras: list[Extra], until: datetime | None
    ) -> list[Received]:
        """Write the founding commit and everything before ``until`` (None: to the end)."""
        self.writer.write = write
        return [_founded(self.writer, options, self.world), *self._all(extras, until)]

    def go_on(self, write: Callable[[bytes], object], extras: list[Extra], repo: Repo) -> list[Received]:
        """Write the rest on top of main."""
        self.writer.resume(write)
        for extra in extras:
            if extra.path not in self.texts and REGISTERED not in extra.steps:
                self.texts[extra.path] = repo.show("main", extra.path) or b""
        return list(self._all(extras, None))

    def _all(self, extras: list[Extra], until: datetime | None) -> Iterator[Received]:
        beside = deque(extras)
        for group in self.groups if self.held is None else chain([self.held], self.groups):
            if until is not None and group.moment >= until:
                self.held = group
                yield from self._before(until, beside)
                return
            yield from self._before(group.moment, beside)
            yield self.writer.group(group)
        yield from self._before(datetime.max, beside)

    def _before(self, moment: datetime, beside: deque[Extra]) -> Iterator[Received]:
        while self.samples and self.samples[0][0] <= moment:
            yield _sampled(self.writer, self.world, *self.samples.popleft())
        while beside and beside[0].moment <= moment:
            yield self._extra(beside.popleft())

    def _extra(self, extra: Extra) -> Received:
        writer, path = self.writer, extra.path
        self.begun += REGISTERED in extra.steps
        known = writer.texts.get(path) or self.texts.get(path, b"")
        text = self.texts[path] = known + extra.text.encode()
        if path in writer.texts:
            writer.texts[path] = text
        author = writer.identity(extra.by)
        named = [(step, writer.titles.get(step, step)) for step in extra.steps]
        mark = writer.commit(extra.moment, author, author, commit_message(extra.id, extra.title, named), {path: text})
        return Received(mark, writer.last, extra.by, "hook")


def _watched(stream: Stream, options: Options, counted: dict[str, int], progress: Progress) -> Iterator[Stroke]:
    for stroke in stream.strokes():
        if stroke.first:
            counted["case" if stroke.record.kind == "case" else "other"] += 1
            if counted["case"] % 500 == 0:
                progress(counted["case"], options.cases)
        yield stroke


def _samples(options: Options) -> list[tuple[datetime, str, bytes]]:
    """Return the sample records that lie before the horizon, each with the moment it is brought in."""
    found = []
    opening = datetime.combine(options.start, time(8, 5))
    for path, data in sample_files().items():
        days = _LAST_AT.findall(data)
        last = max((day.decode() for day in days), default="1970-01-01")
        moment = max(opening, datetime.fromisoformat(last) + timedelta(days=1, hours=9))
        if moment < options.horizon:
            found.append((moment, path, data))
    found.sort(key=lambda item: (item[0], item[1]))
    return found if options.cases >= 3 * len(found) else []


def _founded(writer: Writer, options: Options, world: World) -> Received:
    files = ledger_files()
    files = {path: data for path, data in files.items() if not path.endswith("/.gitkeep")}
    admin = writer.identity(world.admins[0])
    mark = writer.commit(
        datetime.combine(options.start, time(8, 0)), admin, admin, "建立台账：登记册、日历、规则\n", files
    )
    return Received(mark, writer.last, world.admins[0], "hook")


def _sampled(writer: Writer, world: World, moment: datetime, path: str, data: bytes) -> Received:
    admin = writer.identity(world.admins[0])
    name = path.rsplit("/", 1)[-1].removesuffix(".yml")
    mark = writer.commit(moment, admin, admin, f"迁入示例 {name}\n\nCase: {name}\n", {path: data})
    return Received(mark, writer.last, world.admins[0], "hook")
