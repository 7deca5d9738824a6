"""Telling at once who has just been given something: in a process of its own, so that no page waits for a message."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from noveto.desk.beside import Beside, BesideError
from noveto.desk.mainline import Mainline
from noveto.desk.ready import Ready
from noveto.desk.settings import Settings
from noveto.gitio import GitError
from noveto.source import load
from noveto.warnings.atonce import configured

log = logging.getLogger("noveto.desk")
_EVERY = 60.0
"""Seconds between two looks for what somebody else has pushed, and for what may be sent now that it is eight."""

_TOGETHER = 10.0
"""Seconds to wait for more after an act: several to one person become one message."""


class Notices:
    """Sends hand-over notices while the desk runs, where the office has set channels."""

    def __init__(self, settings: Settings, main: Mainline) -> None:
        self.settings = settings
        self.main = main
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="noveto-desk-notices", daemon=True)
        self._sender = Beside(send_now)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what was not sent is sent after the next start or by ``noveto warn``."""
        self._stop.set()
        self._wake.set()
        self._sender.stop()

    def landed(self, _: Sequence[Ready]) -> None:
        """Take note that acts have reached main."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._wake.wait(_EVERY):
                self._wake.clear()
                self._stop.wait(_TOGETHER)
            try:
                tip = self.main.tip()
                if tip and not self._stop.is_set() and self._wanted(tip):
                    self._send(tip)
            except GitError as error:
                log.warning("no notices were sent: %s", error)

    def _wanted(self, tip: str) -> bool:
        """Return whether the office has set channels: else no process is started for nothing."""
        office = self.main.read(f"{tip}:{self.main.repo.prefix}records/registry/office.yml")
        return configured(load(office, file="", bare_log=False).value if office is not None else None)

    def _send(self, tip: str) -> None:
        try:
            wrong = self._sender.ask(self.main.repo.folder, tip, self.settings.root, self.settings.now)
        except BesideError as error:
            wrong = [] if self._stop.is_set() else [str(error)]
        for one in wrong:
            log.warning("a notice was not sent: %s", one)


def send_now(folder: Path, tip: str, root: Path, now: datetime) -> list[str]:
    """Send what is due at ``tip`` and return what went wrong.

    ``folder`` holds main's objects; what has been sent is remembered in ``root``, the desk's clone.
    """
    from noveto.gitio import Repo
    from noveto.ledger import Ledger
    from noveto.warnings.atonce import send_handed

    here = Repo.discover(root)
    if here is None:
        return []
    with Ledger.open(folder, at=tip, jobs=1) as ledger:
        return [f"{one.channel}: {why}" for one in send_handed(ledger, here, now) for _, why in one.failed]
