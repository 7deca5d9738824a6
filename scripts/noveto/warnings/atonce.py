"""Hand-over notices at once: what the desk sends within a minute of an act, by the channels `noveto warn` uses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.errors import UserError
from noveto.warnings.config import WarnSettings, read_settings
from noveto.warnings.model import Basis
from noveto.warnings.outbox import Delivery, Outbox
from noveto.warnings.planning import plan
from noveto.warnings.state import BranchState, FileState, Sent

if TYPE_CHECKING:
    from noveto.gitio import Repo
    from noveto.ledger import Ledger

STATE = "noveto-warnings.jsonl"
"""What has been sent, beside the clone's own files in its Git directory."""


@contextlib.contextmanager
def sent_of(repo: Repo, wanted: WarnSettings, file: Path | None = None) -> Iterator[Sent]:
    """Open what remembers the messages sent from ``repo``: the branch, ``file``, or the file beside the clone."""
    if file is None and wanted.state == "branch":
        yield BranchState(repo)
        return
    with FileState(file or repo.common_dir / STATE) as state:
        yield state


def configured(office: Any) -> bool:
    """Return whether the plain value of office.yml sets any channel; without one the desk sends nothing."""
    warn = office.get("warn") if isinstance(office, dict) else None
    return bool(isinstance(warn, dict) and warn.get("channels"))


def send_handed(ledger: Ledger, repo: Repo, now: datetime) -> list[Delivery]:
    """Send the hand-over notices that are due at ``now`` and have not been sent; digests and ladder are left alone.

    ``repo`` is the clone whose memory of sent messages counts. Outside office hours nothing is sent: the first run
    in them makes up for it. A channel that is not set up rightly is a failure of its own.
    """
    from noveto.clocks.recipe import open_records
    from noveto.warnings.channels import open_channel

    office = ledger.file("records/registry/office.yml")
    if office is None or not configured(office.value):
        return []
    wanted = read_settings(office.value)
    basis = Basis.of(ledger, desk=True)
    made = replace(plan(list(open_records(ledger, now.date())), basis, now), digests=(), rungs=())
    done: list[Delivery] = []
    if made.quiet or not made.handed:
        return done
    with sent_of(repo, wanted) as sent:
        box = Outbox(sent)
        for setting in wanted.channels:
            if setting.kind == "stdout":
                continue  # the desk has no screen of its own
            try:
                channel = open_channel(setting, basis, now, root=repo.folder, write=lambda _: None)
            except UserError as error:
                done.append(Delivery(setting.name, failed=[("", str(error))]))
                continue
            done.append(box.deliver(channel, box.due(channel, made, basis), now))
    return done
