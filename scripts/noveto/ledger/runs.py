"""When the commands of every day last ran on a ledger here, and how it went: noted beside its cache.

Nothing is worked out from this; it is told to whoever looks after the system. Where it was deleted, the next run
notes it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from noveto.gitio import Repo
from noveto.ledger.folders import cache_folder


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: China time, whether it went well, and its result in a few words."""

    at: datetime
    well: bool
    said: str


def note_run(repo: Repo | None, root: Path, command: str, run: Run) -> None:
    """Note the last run of a command on the ledger in ``root``; where nothing can be written nothing is noted."""
    place = _place(repo, root, command)
    if place is None:
        return
    value = {"at": run.at.isoformat(timespec="minutes"), "well": run.well, "said": run.said}
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".run-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(value, stream, ensure_ascii=False)
        Path(name).replace(place)


def last_run(repo: Repo | None, root: Path, command: str) -> Run | None:
    """Return the last run that was noted, None where none is known."""
    place = _place(repo, root, command)
    try:
        value = json.loads(place.read_bytes()) if place is not None else {}
        return Run(datetime.fromisoformat(value["at"]), bool(value["well"]), str(value["said"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _place(repo: Repo | None, root: Path, command: str) -> Path | None:
    """Return the file of a command; a cache folder may serve several ledgers."""
    folder = cache_folder(repo)
    mark = hashlib.sha256(str((repo.common_dir if repo else root).resolve()).encode()).hexdigest()[:12]
    return folder / "runs" / f"{command}-{mark}.json" if folder else None
