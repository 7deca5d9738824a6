"""The worker: takes accepted acts from the queue and puts them onto main, one commit an act, each exactly once.

What happens when the power goes: an act is on disk before its author is told. Before a commit can reach main the
queue has noted main's tip; after a restart main is asked which of those acts it has (each commit names its act).
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from noveto.desk.mainline import Mainline
from noveto.desk.office import Held, Office
from noveto.desk.queue import Act, Queue
from noveto.desk.settings import CHINA, Settings
from noveto.errors import UserError
from noveto.findings import Finding
from noveto.gitio import GitError, blob_id
from noveto.gitio.onto import Written
from noveto.history.receiving import write_receipts
from noveto.ledger.places import kind_of, path_of
from noveto.source import append_text
from noveto.writing.draft import next_id
from noveto.writing.message import REGISTERED, commit_message
from noveto.writing.text import entry_text, head_text
from noveto.writing.validate import added, validate

log = logging.getLogger("noveto.desk")
_IDLE = 0.5
_RETRY = 3.0
_REASONS = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """An act made ready for its commit: the record's number and path, its whole text, the message."""

    act: Act
    record: str
    path: str
    data: bytes
    message: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An act that cannot go in as it is: ``conflict`` or ``refused``, and why."""

    act: Act
    state: str
    result: Mapping[str, Any]


class Worker:
    """One thread that empties the queue.

    ``landed`` is told what each round brought to main; ``numbered`` is told an act's final number before the act
    counts as done, and must bear being told twice.
    """

    def __init__(
        self,
        settings: Settings,
        main: Mainline,
        office: Office,
        queue: Queue,
        *,
        landed: Callable[[Sequence[Ready]], None] = lambda _: None,
        numbered: Callable[[Act, str], None] = lambda *_: None,
    ) -> None:
        self.settings = settings
        self.main = main
        self.office = office
        self.queue = queue
        self.landed = landed
        self.numbered = numbered
        self.trouble = ""
        self._held: IO[str] | None = None
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._done = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="noveto-desk-worker", daemon=True)

    def start(self) -> None:
        """Find out what became of acts begun before the last stop, then work.

        Raises UserError when another desk empties the same queue: both would file what waits.
        """
        self._held = self.queue.path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._held.close()
            self._held = None
            raise UserError(
                f"“{self.queue.path}”正由另一个办件台在用。请先停掉那一个，或者换一个 NOVETO_STATE。"
            ) from None
        self.recover()
        self._thread.start()

    def stop(self) -> None:
        """Finish the round at hand and end."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(20)
        if self._held is not None:
            self._held.close()
            self._held = None
        self.main.close()

    def hint(self) -> None:
        """Say that there is something to do."""
        self._wake.set()

    def wait(self, key: str, seconds: float) -> Act | None:
        """Return an act once it is settled, or as it is after ``seconds``."""
        until = time.monotonic() + seconds
        with self._done:
            while True:
                act = self.queue.get(key)
                left = until - time.monotonic()
                if act is None or act.state not in ("waiting", "working") or left <= 0:
                    return act
                self._done.wait(min(left, 0.25))

    # -- rounds ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                worked = self.round()
                self.trouble = ""
            except (UserError, OSError) as error:
                self.trouble = str(error)
                log.warning("acts wait: %s", error)
                self._stop.wait(_RETRY)
                continue
            except Exception:
                self.trouble = "办件台的后台出了错。"
                log.exception("the worker failed")
                self._stop.wait(_RETRY)
                continue
            if not worked:
                self._wake.wait(_IDLE)
                self._wake.clear()

    def recover(self) -> None:
        """Settle acts that were being committed when the desk stopped."""
        acts = self.queue.working()
        if not acts:
            return
        try:
            self.main.refresh()
        except GitError as error:
            log.warning("main cannot be reached yet: %s", error)
            raise
        got: dict[str, str] = {}
        for base in {act.base for act in acts}:
            got |= self.main.acts_since(base)
        there = [act for act in acts if act.key in got]
        if there:
            self._receipts(there[0].base, self.main.tip())
        found = [(act, {"commit": got[act.key], **self._where(act, got[act.key])}) for act in there]
        for act, result in found:
            self.numbered(act, result["record"])
        self.queue.settle([(act, "done", result) for act, result in found])
        self.queue.put_back([act for act in acts if act.key not in got])

    def _where(self, act: Act, commit: str) -> dict[str, str]:
        """Return the number a recovered act got."""
        if act.payload["what"] == "step":
            return {"record": act.record}
        out = self.main.repo.git("show", "--no-patch", "--format=%(trailers:key=Case,valueonly)", commit, "--")
        return {"record": out.decode().strip().split("\n")[0]}

    def round(self) -> bool:
        """Do what waits; return whether there was anything. Raises GitError when main cannot be reached."""
        acts = self.queue.waiting()
        if not acts:
            return False
        self.main.refresh()
        self.office.renew(self.settings.today)
        tip = self.office.tip
        overlay: dict[str, bytes] = {}
        ready: list[Ready] = []
        sent: list[Sent] = []
        for act in acts:
            made = self.prepare(act, tip, overlay)
            if isinstance(made, Ready):
                overlay[made.path] = made.data
                ready.append(made)
            else:
                sent.append(made)
        if ready:
            self.queue.begin([one.act for one in ready], tip)
            now = int(time.time())
            written = [
                Written(((one.path, one.data),), one.message, one.act.payload["name"], one.act.payload["email"], now)
                for one in ready
            ]
            commits = self.main.put(tip, written)
            if not commits:
                self.queue.put_back([one.act for one in ready])
                ready = []
            else:
                self._receipts(tip, commits[-1])
                if self.main.clone is not None:
                    self._own(tip, commits[-1])
                self.office.renew(self.settings.today)
                for one in ready:
                    self.numbered(one.act, one.record)
                self.queue.settle(
                    [
                        (one.act, "done", {"commit": commit, "record": one.record, "path": one.path})
                        for one, commit in zip(ready, commits, strict=True)
                    ]
                )
        self.queue.settle([(one.act, one.state, one.result) for one in sent])
        with self._done:
            self._done.notify_all()
        if ready:
            self.landed(ready)
        return True

    def _own(self, old: str, new: str) -> None:
        if self.main.clone == self.main.repo.folder:
            try:
                self.main.sync_own(old, new)
            except GitError as error:
                log.warning("the work tree was not brought up to date: %s", error)

    def _receipts(self, old: str, new: str) -> None:
        if self.main.remote:
            return  # the forge's own hook writes them
        try:
            write_receipts(
                self.main.repo, old, new, pusher="desk", via="desk",
                now=lambda: datetime.now(CHINA).replace(tzinfo=None),
            )  # fmt: skip
        except UserError as error:
            log.warning("no receipt yet: %s", error)

    # -- one act --------------------------------------------------------------------------------------

    def prepare(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        """Make one act ready on top of ``tip`` and what this round already brings (``overlay``)."""
        try:
            if act.payload["what"] == "step":
                return self._step(act, tip, overlay)
            return self._new(act, tip, overlay)
        except ValueError as error:
            return Sent(act, "refused", {"reasons": [str(error)]})

    def _step(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        path = path_of(act.record)
        old = overlay.get(path)
        if old is None and path:
            old = self.main.read(f"{tip}:{self.main.repo.prefix}{path}")
        if old is None:
            return Sent(act, "refused", {"reasons": [f"台账里没有 {act.record}。"]})
        if blob_id(old, self.main.repo.object_format) != act.payload["seen"]:
            return Sent(act, "conflict", {"blob": blob_id(old, self.main.repo.object_format)})
        data = append_text(old, "".join(entry_text(entry) for entry in act.payload["entries"]))
        kind = kind_of(path)
        before = self.office.held(path, kind, old)
        if fault := self._fault(act, kind, data, path):
            return Sent(act, "refused", {"reasons": [fault]})
        known = self._judge(old, path, tip, overlay)[0] if before else []
        return self._judged(act, act.record, path, data, tip, overlay, known)

    def _new(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        payload = act.payload
        kind, head = str(payload["kind"]), dict(payload["head"])
        number = str(head["id"])
        folder = path_of(number).rpartition("/")[0]
        taken = self.main.numbers(tip, folder) + [path.rpartition("/")[2][:-4] for path in overlay]
        if number in taken:
            prefix, _, _ = number.rpartition("-")
            day = datetime.strptime(prefix[-8:], "%Y%m%d").date()
            number = next_id(taken, prefix[:-9], day) if kind == "case" else _next(taken, prefix)
            head["id"] = number
        data = (head_text(kind, head) + "".join(entry_text(entry) for entry in payload["entries"])).encode()
        path = path_of(number)
        if fault := self._fault(act, kind, data, path):
            return Sent(act, "refused", {"reasons": [fault]})
        return self._judged(act, number, path, data, tip, overlay, [])

    def _fault(self, act: Act, kind: str, data: bytes, path: str) -> str:
        """Return why the act's author may not write it by today's staff list, "" when she may."""
        held: Held | None = self.office.held(path, kind, data)
        if held is None:
            return ""  # the checker will say what is wrong with the form
        rights = self.office.rights
        if act.payload["what"] == "new" and not rights.may_register(kind, held.value, act.staff, self.settings.today):
            return "按人员表，您现在不能替这个单位登记。请找本单位管理员核对。"
        entries = held.value.get("log") or ()
        for n in range(len(entries) - len(act.payload["entries"]) + 1, len(entries) + 1):
            if entries[n - 1].get("recorded_by", entries[n - 1]["by"]) != act.staff:
                return "录入的人和登录的人不是同一个人，没有收。请重新登录再写。"
            if rights.fault(kind, held.value, n):
                return "按人员表，您（或者您代录的人）不能写这一步。请找本单位管理员核对。"
        return ""

    def _judge(self, data: bytes, path: str, tip: str, overlay: Mapping[str, bytes]) -> tuple[list[Finding], bool]:
        from noveto.writing.validate import Ids

        ids = Ids(lambda name: name in overlay or name == path or self.office.exists(name, tip))
        found, record = validate(data, path, self.office.context, ids, self.settings.today)
        return found, record is not None

    def _judged(
        self, act: Act, number: str, path: str, data: bytes, tip: str, overlay: Mapping[str, bytes],
        known: list[Finding],
    ) -> Ready | Sent:  # fmt: skip
        found, sound = self._judge(data, path, tip, overlay)
        wrong = [one for one in added(known, found) if one.severity == "error"]
        if wrong or not sound:
            reasons = [f"{one.message}{one.fix}（{one.code}）" for one in wrong or found]
            return Sent(act, "refused", {"reasons": reasons[:_REASONS]})
        steps = [(REGISTERED, "登记")] if act.payload["what"] == "new" else []
        machine = self.office.context.steps.machine(kind_of(path), self.settings.today)
        for entry in act.payload["entries"]:
            known_step = machine.steps.get(entry["step"])
            steps.append((entry["step"], known_step.title if known_step else entry["step"]))
        message = commit_message(number, str(act.payload["title"]), steps) + f"Act: {act.key}\n"
        return Ready(replace(act), number, path, data, message)


def _next(taken: Sequence[str], prefix: str) -> str:
    numbers = [int(name.rpartition("-")[2]) for name in taken if name.rpartition("-")[0] == prefix]
    return f"{prefix}-{max(numbers, default=0) + 1:02d}"
