"""The commits of the line one by one: who changed the set-up, who the author is, what a merge dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from noveto.findings import Finding, make
from noveto.history.past import Past, Pushed, day_of
from noveto.ledger.places import RECORDS, kind_of

_AHEAD = timedelta(days=1)
_SET_UP = ("schema/", "records/registry/", "records/calendar/")


def commit_findings(past: Past, commit: Pushed, paths: list[str]) -> Iterator[Finding]:
    """Yield what is to say of one commit that changed ``paths`` against its first parent."""
    where: dict[str, Any] = {"commit": commit.short, "day": day_of(commit).isoformat(), "author": commit.author}
    writers = past.writers(commit)
    if paths and commit.parents and not writers:
        yield make("NV520", **where, email=commit.email)
    yield from _pushed(past, commit, where, paths)
    shared = [path for path in paths if path.startswith(_SET_UP)]
    if shared and commit.parents and past.era(commit.seq) < commit.seq:
        rights = past.rights(past.era(commit.seq))
        day = day_of(commit)
        # A merge is answered for by who made it, not by the authors of the branch.
        person = past.person(commit.seq, commit.email)
        pusher = past.account(commit.seq, commit.pusher) if commit.via == "hook" else ""
        if not any(rights.may_set_up(one, day) for one in (person, pusher) if one):
            yield make("NV522", file=shared[0], **where, files="、".join(shared[:5]), count=len(shared))
    if commit.merge:
        yield from _dropped(past, commit, where)


def _pushed(past: Past, commit: Pushed, where: dict[str, Any], paths: list[str]) -> Iterator[Finding]:
    if commit.received is None:
        return
    if commit.via == "hook" and paths and not commit.merge:
        author = past.person(commit.seq, commit.email)
        pusher = past.account(commit.seq, commit.pusher)
        if author and pusher and author != pusher and not past.may_bring(commit, author, pusher):
            yield make("NV519", **where, written=author, pusher=pusher)
    claimed = day_of(commit._replace(received=None))
    if claimed > (commit.received + _AHEAD).date():
        yield make("NV535", **where, claimed=claimed.isoformat())


def _dropped(past: Past, commit: Pushed, where: dict[str, Any]) -> Iterator[Finding]:
    """Find steps that a merged branch had and the merge has not."""
    repo = past.repo
    for side in commit.parents[1:]:
        base = repo.merge_base(commit.parents[0], side)
        if base is None:
            continue
        brought = {change.path: change for change in repo.diff_tree(base, side, ["records"])}
        kept = {change.path: change.new for change in repo.diff_tree(side, commit.id, ["records"])}
        for path, change in brought.items():
            if kind_of(path) not in RECORDS or path not in kept or not change.new:
                continue
            before = set(_items(past.content(change.old))) if change.old else set()
            after = set(_items(past.content(kept[path]))) if kept[path] else set()
            lost = [item for item in _items(past.content(change.new)) if item not in before and item not in after]
            if lost or not kept[path]:
                yield make("NV530", file=path, **where, count=max(len(lost), 1), side=side[:10])


def _items(data: bytes) -> list[bytes]:
    """Return the text of each log entry."""
    return [item.strip() for item in data.replace(b"\r\n", b"\n").split(b"\n- at:")[1:]]
