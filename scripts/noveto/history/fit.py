"""Whether the receipts and the line fit each other: times that go back, gaps, receipts for commits that are not on it.

What was counted up to the last receipt is kept, so that a line and receipts that only grew are read from there.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from noveto.findings import Finding, make

if TYPE_CHECKING:
    from noveto.gitio import Repo
    from noveto.ledger import Line

TOGETHER = 120
"""Seconds by which the receipts of pushes that come at once may lie in another order than their commits."""

_ASKED = 40
"""Strange receipts whose commit is looked for one by one."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What was counted up to the last commit with a receipt: its place and id, the newest receipt (commit, time),
    commits with a receipt, commits that never got one between others that did (how many, the first), receipts for
    commits off the line; and the last time a receipt was other than added, which makes all of it worthless."""

    seq: int = 0
    commit: str = ""
    newest: str = ""
    at: str = ""
    known: int = 0
    gap: int = 0
    first_gap: str = ""
    strange: int = 0
    mended: str = ""

    def pack(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self))

    @classmethod
    def unpack(cls, text: str) -> Fit | None:
        """Read what ``pack`` wrote, None for ""."""
        return cls(**json.loads(text)) if text else None


def fit_line(line: Line, before: Fit | None, told: list[Finding]) -> tuple[Fit, list[Finding]]:
    """Count on from ``before``, where that still holds, else anew; return also the times that go back.

    ``told`` are those found when ``before`` was counted.
    """
    total = int(line.db.execute("SELECT count(*) FROM receipts").fetchone()[0])
    if before is not None and before.mended == line.mended and line.seq_of(before.commit) == before.seq:
        now, found = _count(line, before)
        now = replace(now, strange=_count_strange(line) if before.strange else 0)
        if now.known + now.strange == total:  # else a receipt came late, or one is strange that was not
            return now, [*told, *found]
    now, found = _count(line, Fit(mended=line.mended))
    return replace(now, strange=total - now.known), found


def _count(line: Line, fit: Fit) -> tuple[Fit, list[Finding]]:
    found: list[Finding] = []
    seq, commit, newest, at, known, gap, first_gap = (
        fit.seq, fit.commit, fit.newest, fit.at, fit.known, fit.gap, fit.first_gap,
    )  # fmt: skip
    waiting, first_waiting = 0, ""
    for number, oid, received, file in line.db.execute(
        "SELECT k.seq, k.oid, r.received, r.file FROM commits k LEFT JOIN receipts r ON r.oid = k.oid "
        "WHERE k.seq > ? ORDER BY k.seq",
        (fit.seq,),
    ):
        if received is None:
            if known:
                waiting += 1
                first_waiting = first_waiting or oid
            continue
        seq, commit = number, oid
        known += 1
        if waiting:
            gap, first_gap = gap + waiting, first_gap or first_waiting
            waiting, first_waiting = 0, ""
        if received > at:
            newest, at = oid, received
        elif runs_back(received, at):
            found.append(backwards(file, (oid, received), (newest, at)))
    return replace(
        fit, seq=seq, commit=commit, newest=newest, at=at, known=known, gap=gap, first_gap=first_gap
    ), found  # fmt: skip


def _count_strange(line: Line) -> int:
    query = "SELECT count(*) FROM receipts r LEFT JOIN commits k ON k.oid = r.oid WHERE k.oid IS NULL"
    return int(line.db.execute(query).fetchone()[0])


def runs_back(received: str, before: str) -> bool:
    """Return whether a receipt's time lies so long before that of an earlier one that no push at once explains it."""
    if received >= before:
        return False
    return (datetime.fromisoformat(before) - datetime.fromisoformat(received)).total_seconds() > TOGETHER


def backwards(file: str, one: tuple[str, str], before: tuple[str, str]) -> Finding:
    """Tell that a receipt (commit, time) lies before an earlier one."""
    return make("NV532", file=file, commit=one[0][:10], received=one[1].replace("T", " "), before=before[0][:10],
                at=before[1].replace("T", " "))  # fmt: skip


def fit_findings(line: Line, fit: Fit, repo: Repo, tip: str, later: Container[str]) -> Iterator[Finding]:
    """Yield what was counted: gaps, and receipts for commits that are not on the line.

    ``later`` are the commits of main that came after ``tip``.
    """
    if fit.gap:
        yield make("NV531", count=fit.gap, commit=fit.first_gap[:10])
    if fit.strange:
        strange = line.db.execute(
            "SELECT r.oid, r.received, r.pusher, r.file FROM receipts r LEFT JOIN commits k ON k.oid = r.oid "
            "WHERE k.oid IS NULL ORDER BY r.received"
        ).fetchall()
        yield from _strange(repo, tip, strange, later)


def count_witnessed(line: Line, last: int) -> int:
    """Return how many commits up to place ``last`` of the line have a receipt."""
    query = "SELECT count(*) FROM commits k JOIN receipts r ON r.oid = k.oid WHERE k.seq <= ?"
    return int(line.db.execute(query, (last,)).fetchone()[0])


def _strange(repo: Repo, tip: str, rows: list[tuple[str, str, str, str]], later: Container[str]) -> Iterator[Finding]:
    """Sort receipts for commits off the line: another branch took the line over, history was rewritten, or nothing
    of the kind exists here."""
    known = dict(zip([row[0] for row in rows], repo.resolve(*(f"{row[0]}^{{commit}}" for row in rows)), strict=True))
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    asked, kind = 0, ""
    for row in rows:
        oid = row[0]
        if known[oid] is None:
            kind = "missing"
        elif oid in later:
            continue  # main has moved on since the revision looked at
        elif asked >= _ASKED and kind in ("aside", "rewritten"):
            pass  # as the one before: asking Git about each of thousands would take minutes
        elif repo.is_ancestor(oid, tip):
            kind = "aside"
        else:
            kind = "rewritten"
        asked += 1
        groups.setdefault(kind, []).append(row)
    for kind, found in groups.items():
        first = found[0]
        yield make("NV526", file=first[3], count=len(found), commit=first[0][:10],
                   received=first[1].replace("T", " "), pusher=first[2] or "（没有写）", why=_WHY[kind])  # fmt: skip


_WHY = {
    "aside": "主线换了走向：有人先拉取再推送，原来的主线成了旁支（合并提交的第一父提交不对）",
    "rewritten": "历史被改写：收到过的提交不在现在的历史里（强推）",
    "missing": "仓库里没有这个提交：历史被改写，或者回执是编造的（如果只是主线没有取全，先执行 git fetch）",
}
