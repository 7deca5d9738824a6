"""The worker: takes accepted acts from the queue and puts them onto main, one commit an act, each exactly once.

What happens when the power goes: an act is on disk before its author is told. Before a commit can reach main the
queue has noted main's tip; after a restart main is asked which of those acts it has (each commit names its act).
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import IO

from noveto.desk.mainline import Mainline, RefusedError
from noveto.desk.office import Office
from noveto.desk.queue import Act, Queue
from noveto.desk.ready import Maker, Ready, Sent
from noveto.desk.settings import CHINA, Settings
from noveto.errors import UserError
from noveto.gitio import GitError
from noveto.gitio.onto import Written
from noveto.history.receiving import write_receipts

log = logging.getLogger("noveto.desk")
_IDLE = 0.5
_RETRY = 3.0


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
        self.maker = Maker(settings, main, office)
        self.trouble = ""
        self._unsure = False
        self._one_by_one = 0
        self._held: IO[str] | None = None
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._done = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="noveto-desk-worker", daemon=True)

    def claim(self) -> None:
        """Take the queue. Raises UserError when another desk empties it: both would file what waits."""
        if self._held is not None:
            return
        self._held = self.queue.path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._held.close()
            self._held = None
            raise UserError(
                f"“{self.queue.path}”正由另一个办件台在用。请先停掉那一个，或者换一个 NOVETO_STATE。"
            ) from None

    def start(self) -> None:
        """Work, beginning with what became of acts begun before the last stop. Raises UserError like ``claim``.

        Where main cannot be reached the desk starts all the same: acts are taken and wait.
        """
        self.claim()
        self._unsure = True
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
        if act.payload["what"] != "new":
            return {"record": act.record}
        out = self.main.repo.git("show", "--no-patch", "--format=%(trailers:key=Case,valueonly)", commit, "--")
        return {"record": out.decode().strip().split("\n")[0]}

    def round(self) -> bool:
        """Do what waits; return whether there was anything. Raises GitError when main cannot be reached."""
        if self._unsure:
            self.recover()
            self._unsure = False
        acts = self.queue.waiting(1) if self._one_by_one else self.queue.waiting()
        if not acts:
            return False
        self._one_by_one = max(0, self._one_by_one - 1)
        self.main.refresh()
        self.office.renew(self.settings.today)
        tip = self.office.tip
        overlay: dict[str, bytes] = {}
        ready: list[Ready] = []
        sent: list[Sent] = []
        for act in acts:
            made = self.maker.prepare(act, tip, overlay)
            if isinstance(made, Ready):
                overlay[made.path] = made.data
                ready.append(made)
            else:
                sent.append(made)
        landed: list[Ready] = []
        if ready:
            self._unsure = True  # until the queue says what became of them, whatever happens meanwhile
            try:
                landed = self._land(ready, tip)
            except RefusedError as error:
                sent += self._refused(ready, str(error))
            self._unsure = False
        self.queue.settle([(one.act, one.state, one.result) for one in sent])
        with self._done:
            self._done.notify_all()
        self.office.renew(self.settings.today)
        if landed:
            self.landed(landed)
        return True

    def _land(self, ready: Sequence[Ready], tip: str) -> list[Ready]:
        """Put acts onto main and note it; return them, none when somebody else was faster."""
        self.queue.begin([one.act for one in ready], tip)
        now = int(time.time())
        written = [
            Written(((one.path, one.data),), one.message, one.act.payload["name"], one.act.payload["email"], now)
            for one in ready
        ]
        commits = self.main.put(tip, written)
        if not commits:
            self.queue.put_back([one.act for one in ready])
            return []
        self._receipts(tip, commits[-1])
        if self.main.clone is not None:
            self._own(tip, commits[-1])
        if not any(one.act.payload["what"] in ("register", "notice") for one in ready):
            self.office.renew(self.settings.today)  # quick; after a new configuration everything is judged anew
        for one in ready:
            self.numbered(one.act, one.record)
        self.queue.settle(
            [
                (one.act, "done", {"commit": commit, "record": one.record, "path": one.path})
                for one, commit in zip(ready, commits, strict=True)
            ]
        )
        return list(ready)

    def _refused(self, ready: Sequence[Ready], why: str) -> list[Sent]:
        """Return the act a hook turned down; of several together the one is not known: they go again singly."""
        if len(ready) == 1:
            return [Sent(ready[0].act, "refused", {"reasons": [why]})]
        self.queue.put_back([one.act for one in ready])
        self._one_by_one = len(ready)
        return []

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
