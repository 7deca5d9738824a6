"""Writing receipts: when the server received each commit of main, and by whom it was pushed.

Any number of hooks may write at once: the branch is moved by compare-and-swap, and whoever loses reads and writes
again. A commit never gets a second receipt.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import datetime

from noveto.errors import UserError
from noveto.gitio import GitError, Repo
from noveto.ledger.view import BRANCH

_REF = f"refs/heads/{BRANCH}"
_TRIES = 200
_PATIENCE = 3.0
"""Seconds a hook waits for the hook of the push before its own to write first."""

_BOT = {
    "GIT_AUTHOR_NAME": "回执", "GIT_AUTHOR_EMAIL": "receipts@localhost",
    "GIT_COMMITTER_NAME": "回执", "GIT_COMMITTER_EMAIL": "receipts@localhost",
}  # fmt: skip


def write_receipts(
    repo: Repo,
    old: str,
    new: str,
    *,
    pusher: str,
    via: str,
    now: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Write a receipt for every first-parent commit up to ``new`` that has none; return how many were written.

    ``old`` is main before the push ("" for a new branch). Earlier commits without a receipt (a hook that did not run)
    get one without a pusher, unless the ledger has no receipts at all: then only what the push brought is witnessed.
    ``now`` gives China time. Raises UserError when the branch cannot be moved.
    """
    waited = 0.0
    for attempt in range(_TRIES):
        tip = repo.rev_parse(_REF) or ""
        known, months = _known(repo, tip)
        mine = _line(repo, new, old)
        todo = _missing(repo, new, known) if known else mine
        own = set(mine)
        if any(commit not in own for commit in todo) and waited < _PATIENCE:
            sleep(0.1)
            waited += 0.1
            continue
        if not todo:
            return 0
        moment = now()
        rows = [(commit, pusher if commit in own else "") for commit in todo]
        if _append(repo, tip, months, rows, via, moment):
            return len(todo)
        sleep(random.uniform(0.01, 0.05) * min(attempt + 1, 10))  # noqa: S311 - no secret
    raise UserError("回执没有写成：receipts 分支一直在变。请再运行一次 noveto hook post-receive。")


def _line(repo: Repo, new: str, old: str) -> list[str]:
    out = repo.git("rev-list", "--first-parent", "--reverse", new, *([f"^{old}"] if old else []), "--")
    return out.decode().split()


def _missing(repo: Repo, new: str, known: set[str]) -> list[str]:
    """Return the commits from the newest one back to the last that has a receipt, oldest first."""
    found: list[str] = []
    for size in (200, 5000, 10_000_000):
        found = []
        for commit in repo.git("rev-list", "--first-parent", f"--max-count={size}", new, "--").decode().split():
            if commit in known:
                return found[::-1]
            found.append(commit)
        if len(found) < size:
            break
    return found[::-1]


def _known(repo: Repo, tip: str) -> tuple[set[str], dict[str, str]]:
    """Return the commits with receipts in the two newest months, and the blob of each month."""
    if not tip:
        return set(), {}
    months = {entry.path: entry.blob for entry in repo.ls_tree(tip)}
    newest = sorted(name for name in months if name.endswith(".jsonl"))[-2:]
    known: set[str] = set()
    for _, data in repo.cat_batch(months[name] for name in newest):
        for line in data.splitlines():
            try:
                known.add(str(json.loads(line)["commit"]))
            except (ValueError, KeyError, TypeError):
                continue
    return known, months


def _append(
    repo: Repo, tip: str, months: dict[str, str], rows: list[tuple[str, str]], via: str, moment: datetime
) -> bool:
    """Append lines to the month's file and move the branch; False when another hook was faster."""
    name = f"{moment:%Y-%m}.jsonl"
    before = next((data for _, data in repo.cat_batch([months[name]])), b"") if name in months else b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    received = f"{moment.isoformat(timespec='seconds')}+08:00"
    lines = [
        json.dumps({"commit": commit, "received": received, "pusher": pusher, "via": via}, ensure_ascii=False)
        for commit, pusher in rows
    ]
    data = before + "".join(f"{line}\n" for line in lines).encode()
    blob = repo.git("hash-object", "-w", "--stdin", input=data).decode().strip()
    listing = "".join(f"100644 blob {oid}\t{path}\n" for path, oid in sorted({**months, name: blob}.items()))
    tree = repo.git("mktree", "--missing", input=listing.encode()).decode().strip()
    commit = repo.git("commit-tree", tree, *(["-p", tip] if tip else []), "-m", f"回执 {moment:%Y-%m-%d}", env=_BOT)
    zero = "0" * len(blob)
    try:
        repo.git("update-ref", _REF, commit.decode().strip(), tip or zero)
    except GitError:
        return False
    return True
