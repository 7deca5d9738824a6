"""The demo as a Git repository: main by one fast-import stream, receipts by another."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from noveto.demo.stream import Stroke
from noveto.gitio import Repo, blob_id, fast_import
from noveto.records.registry import Person
from noveto.writing.message import commit_message, redaction_message, shared_message

CHINA = timezone(timedelta(hours=8))
DESK = ("办件台", "desk@wfj.example.cn")
BOT = ("回执", "receipts@wfj.example.cn")


@dataclass(frozen=True, slots=True)
class Received:
    """A receipt in the making: the commit's mark, when it came, who pushed it, which way."""

    mark: int
    moment: datetime
    pusher: str
    via: str


@dataclass(slots=True)
class Group:
    """The acts of one person that share a commit."""

    typist: str
    via: str
    moment: datetime
    strokes: list[Stroke] = field(default_factory=list)


def grouped(strokes: Iterable[Stroke], shared: bool) -> Iterator[Group]:
    """Put strokes into commits: one each, or (``shared``) those of one person on one day.

    Order within a record is kept. The way (desk, hook) of a shared commit is that of its first piece.
    """
    if not shared:
        for stroke in strokes:
            yield Group(stroke.piece.typist, stroke.piece.via, stroke.piece.moment, [stroke])
        return
    day = _Day()
    for stroke in strokes:
        piece = stroke.piece
        alone = piece.act is not None and piece.act.replace is not None  # a redaction has a commit of its own
        if alone or piece.moment.date() != day.date:
            yield from day.close()
            day.date = piece.moment.date()
        if alone:
            yield Group(piece.typist, piece.via, piece.moment, [stroke])
        else:
            day.take(stroke)
    yield from day.close()


class _Day:
    """The groups of one day, on levels: what follows another person's piece of the same record lies higher."""

    def __init__(self) -> None:
        self.date: date | None = None
        self.levels: dict[str, dict[int, Group]] = {}
        self.latest: dict[str, tuple[int, str]] = {}

    def take(self, stroke: Stroke) -> None:
        """Put a stroke into the lowest group of its typist that keeps the order within its record."""
        typist, path = stroke.piece.typist, stroke.record.path
        level, before = self.latest.get(path, (0, typist))
        if before != typist:
            level += 1
        groups = self.levels.setdefault(typist, {})
        level = min((known for known in groups if known >= level), default=level)
        group = groups.setdefault(level, Group(typist, stroke.piece.via, stroke.piece.moment))
        group.strokes.append(stroke)
        group.moment = stroke.piece.moment
        self.latest[path] = (level, typist)

    def close(self) -> Iterator[Group]:
        """Yield the groups level by level and forget them."""
        groups = [(level, group) for levels in self.levels.values() for level, group in levels.items()]
        groups.sort(key=lambda item: (item[0], item[1].moment, item[1].typist))
        self.levels, self.latest = {}, {}
        yield from (group for _, group in groups)


class Writer:
    """Writes commits of main into a fast-import stream, keeping the text of unfinished records."""

    def __init__(
        self, write: Callable[[bytes], object], people: Mapping[str, Person], titles: Mapping[str, str]
    ) -> None:
        self.write = write
        self.people = people
        self.titles = titles
        self.mark = 0
        self.last = datetime.min
        self.texts: dict[str, bytes] = {}
        self.before = b""
        self.onto = ""

    def commit(self, moment: datetime, author: tuple[str, str], committer: tuple[str, str], message: str,
               files: Mapping[str, bytes], written: datetime | None = None) -> int:  # fmt: skip
        """Write one commit and return its mark. Times never go back along the line."""
        moment = max(moment, self.last)
        self.last = moment
        self.mark += 1
        out = [
            b"commit refs/heads/main\nmark :%d\n" % self.mark,
            f"author {author[0]} <{author[1]}> {_stamp(min(written or moment, moment))}\n"
            f"committer {committer[0]} <{committer[1]}> {_stamp(moment)}\n".encode(),
            _data(message.encode()),
        ]
        if self.onto:
            out.append(f"from {self.onto}\n".encode())
            self.onto = ""
        for path, data in files.items():
            out.append(f"M 100644 inline {path}\n".encode())
            out.append(_data(data))
        out.append(b"\n")
        self.write(b"".join(out))
        return self.mark

    def resume(self, write: Callable[[bytes], object]) -> None:
        """Go on in another stream, on top of what main has by now."""
        self.write, self.onto = write, "refs/heads/main^0"

    def group(self, group: Group) -> Received:
        """Write the commit of a group."""
        files: dict[str, bytes] = {}
        steps = 0
        for stroke in group.strokes:
            path = stroke.record.path
            old = self.texts.pop(path, b"") if not stroke.first else b""
            text = _grown(old, stroke)
            steps += len(stroke.piece.steps)
            files[path] = text
            if not stroke.last:
                self.texts[path] = text
            self.before = old
        author = self.identity(group.typist)
        committer = DESK if group.via == "desk" else author
        mark = self.commit(group.moment, author, committer, self._message(group, author[0], steps), files,
                           group.strokes[0].piece.moment)  # fmt: skip
        pusher = "desk" if group.via == "desk" else group.typist
        return Received(mark, self.last, pusher, group.via)

    def _message(self, group: Group, name: str, steps: int) -> str:
        records = list(dict.fromkeys(stroke.record.id for stroke in group.strokes))
        if len(records) > 1:
            return shared_message(name, records, steps)
        act = group.strokes[0].piece.act
        if act is not None and act.replace:
            path = group.strokes[0].record.path
            approver, reason = str(act.fields["approver"]), str(act.fields["reason"])
            return redaction_message(records[0], path, blob_id(self.before), approver, reason)
        named = [(step, self.titles.get(step, step)) for stroke in group.strokes for step in stroke.piece.steps]
        return commit_message(records[0], group.strokes[0].record.title, named)

    def identity(self, staff: str) -> tuple[str, str]:
        """Return the name and address a member of staff commits with."""
        person = self.people.get(staff)
        if person is None:
            return (staff, f"{staff}@wfj.example.cn")
        return (person.name, person.emails[0] if person.emails else f"{staff}@wfj.example.cn")


def _grown(old: bytes, stroke: Stroke) -> bytes:
    act = stroke.piece.act
    if act is not None and act.replace:
        before, after = act.replace
        old = old.replace(before.encode(), after.encode())
    return old + stroke.piece.text.encode()


def _stamp(moment: datetime) -> str:
    return f"{int(moment.replace(tzinfo=CHINA).timestamp())} +0800"


def _data(data: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(data), data)


def import_main(
    repo: Repo, produce: Callable[[Callable[[bytes], object]], list[Received]]
) -> list[tuple[str, Received]]:
    """Run a fast-import of main; ``produce`` writes the stream. Returns (commit id, receipt) in order."""
    with tempfile.TemporaryDirectory(prefix="noveto-") as folder:
        marks = Path(folder) / "marks"
        with fast_import(repo, "--date-format=raw", f"--export-marks={marks}", "--depth=20") as process:
            received = produce(process.stream.write)
        ids: dict[int, str] = {}
        with marks.open(encoding="ascii") as lines:
            for line in lines:
                mark, _, oid = line.strip().partition(" ")
                ids[int(mark[1:])] = oid
    return [(ids[item.mark], item) for item in received]


def import_receipts(repo: Repo, received: list[tuple[str, Received]]) -> None:
    """Write the branch ``receipts``: one line a commit of main, one commit a day."""
    with fast_import(repo, "--date-format=raw") as process:
        month, body = "", b""
        for at, (oid, item) in enumerate(received):
            if f"{item.moment:%Y-%m}" != month:
                month, body = f"{item.moment:%Y-%m}", b""
            line = {
                "commit": oid,
                "received": item.moment.replace(tzinfo=CHINA).isoformat(timespec="seconds"),
                "pusher": item.pusher,
                "via": item.via,
            }
            body += json.dumps(line, ensure_ascii=False).encode() + b"\n"
            following = received[at + 1][1].moment.date() if at + 1 < len(received) else None
            if following != item.moment.date():
                stamp = _stamp(item.moment + timedelta(seconds=1))
                process.stream.write(
                    f"commit refs/heads/receipts\nauthor {BOT[0]} <{BOT[1]}> {stamp}\n"
                    f"committer {BOT[0]} <{BOT[1]}> {stamp}\n".encode()
                    + _data(f"回执 {item.moment:%Y-%m-%d}".encode())
                    + f"M 100644 inline {month}.jsonl\n".encode()
                    + _data(body)
                    + b"\n"
                )
