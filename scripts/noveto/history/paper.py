"""The receipts branch itself: it only grows, names commits of the line once each, in the order they came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from noveto.findings import Finding, make
from noveto.gitio import Repo
from noveto.history.fit import backwards, runs_back
from noveto.ledger.receipts import parse_receipts

if TYPE_CHECKING:
    from noveto.ledger import Line

_MOST_BYTES = 400_000_000
"""Contents read in one run; of a longer history a sample, always with its newest versions, is compared."""

_MOST_AHEAD = 40
"""Receipts of days to come that are told one by one."""


def branch_findings(line: Line, repo: Repo, tip: str, since: str) -> Iterator[Finding]:
    """Yield where the branch changed, removed or reordered lines after ``since`` ("" for its whole history)."""
    held = {entry.path: entry.blob for entry in repo.ls_tree(since)} if since else {}
    before, changed = dict(held), dict[str, str]()
    steps: list[tuple[str, str, str, str]] = []
    for commit in repo.first_parent_log(tip, since=since or None):
        told: dict[str, Any] = {"commit": commit.id[:10], "line_no": 1}
        newest = max(held, default="")
        if len(commit.parents) > 1:
            yield make("NV524", file=newest, **told, change="这是一个合并提交，合进来的可以盖掉原来的行。")
        for change in commit.changes:
            old = held.pop(change.path, "")
            if not change.new:
                yield make("NV524", file=change.path, **told, change="整个文件被删掉了。")
                continue
            if change.path < newest:
                yield make("NV524", file=change.path, **told, change="已经到了后面的月份，又改了这个月的文件。")
            if old:
                steps.append((change.path, old, change.new, commit.id))
            held[change.path] = changed[change.path] = change.new
    with repo.cat_file() as cat:
        for path, old, now_blob, commit_id in _affordable(repo, steps):
            was, now = (data or b"" for _, data in cat.read([old, now_blob]))
            if not now.startswith(was):
                at, said = _first_change(was, now)
                yield make("NV524", file=path, line=at, commit=commit_id[:10], line_no=at, change=said)
    # What is added goes to the newest month. Where that alone has changed, the months before need no second look.
    usual = bool(since) and set(changed) <= {max(held, default="")}
    seen: dict[str, tuple[str, int]] = {}
    for path in sorted(changed if usual else held):
        if path.endswith(".jsonl") and path in held:
            was_here = before.get(path)
            known = next(data for _, data in repo.cat_batch([was_here])).count(b"\n") if was_here else 0
            yield from _content(line, repo, held, path, seen, known if usual else None)


def _affordable(repo: Repo, steps: list[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the comparisons to make: all, or so few that reading them stays bearable.

    An edit that lasts to the present is also seen when versions in between are passed over.
    """
    chains: dict[str, list[tuple[str, str, str, str]]] = {}
    for step in steps:
        chains.setdefault(step[0], []).append(step)
    for chain in chains.values():
        size = len(next(data for _, data in repo.cat_batch([chain[-1][2]])))
        most = max(int(_MOST_BYTES / max(size, 1) / max(len(chains), 1)), 8)
        if len(chain) <= most:
            yield from chain
            continue
        stride = -(-len(chain) // most)
        picked = [*range(0, len(chain), stride)]
        for one, after in zip(picked, [*picked[1:], len(chain)], strict=True):
            yield (chain[one][0], chain[one][1], chain[after - 1][2], chain[after - 1][3])


def _first_change(was: bytes, now: bytes) -> tuple[int, str]:
    old, new = was.splitlines(), now.splitlines()
    pairs = enumerate(zip(old, new, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(old), len(new)))
    kept = set(new)
    gone = [line for line in old if line not in kept]
    if not gone:
        return at + 1, "行的先后被调换，或者中间插进了新的行。"
    said = gone[0].decode("utf-8", "replace")[:120]
    return at + 1, f"原来有这一行，现在没有了或者被改了：{said}"


def _content(
    line: Line, repo: Repo, held: dict[str, str], path: str, seen: dict[str, tuple[str, int]], known: int | None
) -> Iterator[Finding]:
    """Yield what is wrong with the lines of a month. Those after ``known`` are compared with the months before, which
    are not read again; None where all of them are read, into ``seen``."""
    data = next(content for _, content in repo.cat_batch([held[path]]))
    last: tuple[str, str] | None = None
    for n, row in enumerate(parse_receipts(data), 1):
        if row is None:
            yield make("NV525", file=path, line=n, line_no=n)
            continue
        commit, _, received, _, _ = row
        if known is not None and n > known and commit not in seen:
            other = line.db.execute("SELECT file FROM receipts WHERE oid = ? AND file < ?", (commit, path)).fetchone()
            if other is not None:
                lines = next(content for _, content in repo.cat_batch([held[other[0]]])).splitlines()
                seen[commit] = (other[0], 1 + next(at for at, one in enumerate(lines) if commit.encode() in one))
        if commit in seen:
            yield make("NV533", file=path, line=n, line_no=n, commit=commit[:10],
                       first="{} 第 {} 行".format(*seen[commit]))  # fmt: skip
        seen.setdefault(commit, (path, n))
        if received[:7] != path.removesuffix(".jsonl"):
            yield make("NV525", file=path, line=n, line_no=n)
        if last is not None and runs_back(received, last[1]):
            yield backwards(path, (commit, received), last)
        elif last is None or received > last[1]:
            last = (commit, received)


def future_findings(line: Line, latest: datetime) -> Iterator[Finding]:
    """Yield receipts of days after ``latest`` (China time): nothing can have been received yet."""
    after = (latest + timedelta(days=1)).isoformat(timespec="seconds")
    rows = line.db.execute("SELECT oid, received, file FROM receipts WHERE received > ? ORDER BY received", (after,))
    for oid, received, file in rows.fetchmany(_MOST_AHEAD):
        yield make("NV538", file=file, commit=oid[:10], received=received.replace("T", " "))
