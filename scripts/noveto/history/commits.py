"""The commits of the line one by one: who changed the set-up, who the author is, what a merge dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from noveto.findings import Finding, make
from noveto.history.branches import tree_of
from noveto.history.past import Past
from noveto.history.pushed import Pushed, day_of
from noveto.ledger.judge import judge
from noveto.ledger.places import RECORDS, kind_of
from noveto.source import load
from noveto.source.append import normalise

_AHEAD = 1
"""Days by which the clock of who commits may run ahead."""

_RULES = frozenset({"schema/rules.yml", "schema/steps.yml"})
_WORDS = frozenset({"cite", "note", "title"})
SET_UP = ("schema/", "records/registry/", "records/calendar/")
"""What everything else is judged by."""


def needs_look(past: Past, commit: Pushed) -> bool:
    """Return whether there may be something to say of a commit that leaves the set-up alone: not if it is none to start
    a ledger and no merge, its author is known and answers for it alone, and its date fits its receipt."""
    return not commit.parent_ids or not past.alone(commit) or _dated_ahead(commit)


def commit_findings(past: Past, commit: Pushed, paths: list[str]) -> Iterator[Finding]:
    """Yield what is to say of one commit that changed ``paths`` against its first parent."""
    where: dict[str, Any] = {"commit": commit.short, "day": day_of(commit).isoformat(), "author": commit.author}
    writers = past.writers(commit)
    if paths and commit.parents and not writers:
        yield make("NV520", **where, email=commit.email)
    yield from _pushed(past, commit, where, paths)
    shared = [path for path in paths if path.startswith(SET_UP)]
    if shared and commit.parents and past.eras.of(commit.seq) < commit.seq:
        rights = past.eras.rights(past.eras.of(commit.seq))
        day = day_of(commit)
        # A merge is answered for by who made it, not by the authors of the branch.
        person = past.eras.person(commit.seq, commit.email)
        pusher = past.eras.account(commit.seq, commit.pusher) if commit.via == "hook" else ""
        if not any(rights.may_set_up(one, day) for one in (person, pusher) if one):
            yield make("NV522", file=shared[0], **where, files="、".join(shared[:5]), count=len(shared))
    if commit.parents:
        yield from _backdated(past, commit, paths, where)
    if commit.merge:
        yield from _dropped(past, commit, where)


def _pushed(past: Past, commit: Pushed, where: dict[str, Any], paths: list[str]) -> Iterator[Finding]:
    if commit.day is None:
        return
    if commit.via == "hook" and paths and not commit.merge:
        author = past.eras.person(commit.seq, commit.email)
        pusher = past.eras.account(commit.seq, commit.pusher)
        if author and pusher and author != pusher and not past.may_bring(commit, author, pusher):
            yield make("NV519", **where, written=author, pusher=pusher)
    if _dated_ahead(commit):
        yield make("NV535", **where, claimed=date.fromordinal(commit.claimed).isoformat())


def _dated_ahead(commit: Pushed) -> bool:
    """Return whether a commit claims a day that lay ahead when it was received."""
    return commit.day is not None and commit.claimed > commit.day + _AHEAD


def _dropped(past: Past, commit: Pushed, where: dict[str, Any]) -> Iterator[Finding]:
    """Find steps that a merged branch had and the merge has not, and new records whose head the merge rewrote."""
    repo = past.repo
    added = dict(past.added_by(commit.seq))
    for side in commit.parents[1:]:
        if tree_of(past.content, side) == tree_of(past.content, commit.id):
            continue  # a branch that was up to date: all of it is there
        base = repo.merge_base(commit.parents[0], side)
        if base is None:
            continue
        brought = {change.path: change for change in repo.diff_tree(base, side, ["records"])}
        kept = {change.path: change.new for change in repo.diff_tree(side, commit.id, ["records"])}
        for path, change in brought.items():
            kind = kind_of(path)
            if kind not in RECORDS or path not in kept or not change.new:
                continue
            before = set(_items(past.content(change.old))) if change.old else set()
            after = set(_items(past.content(kept[path]))) if kept[path] else set()
            if not change.old and path not in added:  # the number was taken: the record has moved to the next one
                for other in (other for other in added if kind_of(other) == kind):
                    after.update(_items(past.content(added[other])))
            brought_text = past.content(change.new)
            lost = [item for item in _items(brought_text) if item not in before and item not in after]
            if lost or not kept[path]:
                yield make("NV530", file=path, **where, count=max(len(lost), 1), side=side[:10])
            elif (
                path in added
                and _head(brought_text) != _head(past.content(added[path]))
                and judge(brought_text, kind, past.schemas(side), repo.object_format)[0].ok
            ):
                yield make("NV537", file=path, **where, side=side[:10])


def _items(data: bytes) -> list[bytes]:
    """Return the text of each log entry."""
    return [item.strip() for item in normalise(data).split(b"\n- at:")[1:]]


def _head(data: bytes) -> bytes:
    """Return the text before the log."""
    return normalise(data).partition(b"\nlog:")[0]


def _backdated(past: Past, commit: Pushed, paths: list[str], where: dict[str, Any]) -> Iterator[Finding]:
    """Find rules that were in force already and have been changed: cases would be judged by others than they knew.

    A ledger without cases is still being set up.
    """
    for path in set(paths) & _RULES:
        if not past.has_cases(commit.seq):
            return
        was, now = (_in_force(past, revision, path, day_of(commit)) for revision in (commit.parents[0], commit.id))
        for since in sorted({*was, *now}):
            if since not in was or _loses(was[since], now.get(since)):
                yield make("NV539", file=path, **where, since=since)
                break


def _in_force(past: Past, revision: str, path: str, day: date) -> dict[str, Any]:
    """Return the entries of a rules file that began before ``day``, by their first day; of a broken file none."""
    loaded = load(past.repo.show(revision, path) or b"", file=path, bare_log=False).value
    entries = loaded.get("entries") if isinstance(loaded, dict) else None
    found = entries if isinstance(entries, list) else []
    return {str(one["from"]): one for one in found if isinstance(one, dict) and str(one.get("from")) < day.isoformat()}


def _loses(was: Any, now: Any) -> bool:
    """Return whether something that was said is gone or said otherwise; what a newer version adds is no change."""
    if isinstance(was, dict) and isinstance(now, dict):
        return any(_loses(value, now.get(key)) for key, value in was.items() if key not in _WORDS)
    return bool(was != now)


def union_line(data: bytes) -> int:
    """Return the line of a .gitattributes file that sets merge=union, 0 where none does."""
    for n, line in enumerate(data.split(b"\n"), 1):
        words = line.strip().split()
        if words and not words[0].startswith(b"#") and b"merge=union" in words[1:]:
            return n
    return 0
