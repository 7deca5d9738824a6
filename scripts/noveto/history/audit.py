"""The audit: the whole first-parent line, or what came since the last one, against its receipts and its rules."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from noveto.errors import UserError
from noveto.findings import Finding, make
from noveto.history import facts
from noveto.history.commits import SET_UP, commit_findings, needs_look, union_line
from noveto.history.fit import Fit, count_witnessed, fit_findings, fit_line
from noveto.history.keep import Kept
from noveto.history.paper import branch_findings, future_findings
from noveto.history.past import Past
from noveto.history.pushed import Pushed
from noveto.history.recordpass import RecordPass
from noveto.ledger.code import code_digest

if TYPE_CHECKING:
    from noveto.ledger import Ledger

_CODE = ("noveto.history", "noveto.findings", "noveto.records", "noveto.rules", "noveto.source", "noveto.calendar",
         "noveto.ledger", "noveto.clocks", "noveto.schema")  # fmt: skip

_WAITING = 5000
"""Commits without a receipt that are judged again when they may have got one: the newest."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found, most grave things of a place first, and what it looked at.

    ``summary`` counts commits, records, findings by severity, and how much the receipts witness.
    """

    findings: list[Finding]
    summary: dict[str, int]
    witnessed: bool
    tip: str


def audit(ledger: Ledger, *, since: str = "", latest: datetime | None = None) -> Report:
    """Audit the line behind ``ledger`` (opened at a revision).

    ``since`` (a commit) limits what is told to what came after it, and must itself still be on the line. ``latest``
    (China time) is the present moment: nothing can have been received after it. Raises UserError where there is no
    history, in a shallow clone, for an unknown ``since``, and for steps or a calendar that cannot be used.
    """
    repo = ledger.repo
    if repo is None or not ledger.version:
        raise UserError("这里没有 Git 历史（不是 Git 仓库，或者还没有提交），没有历史可以核对。")
    if repo.is_shallow:
        raise UserError("这是浅克隆，历史不全，不能核对。请先执行 git fetch --unshallow（或者重新完整克隆）。")
    if not ledger.line_known:  # a first audit: line and contents are read beside each other
        ledger.prepare(facts.recipe(ledger.context), history=True)
    return _Audit(ledger, since, latest).run()


class _Audit:
    """One run."""

    def __init__(self, ledger: Ledger, since: str, latest: datetime | None) -> None:
        self.ledger = ledger
        self.latest = latest
        self.line = ledger.line
        self.witnessed = ledger.receipts
        self.past = Past(ledger)
        self.tip = ledger.version
        # Where main stands: as the server had it, not a branch of one's own that may still change.
        names = ("refs/remotes/origin/main^{commit}", "refs/heads/main^{commit}", "HEAD^{commit}")
        self.main = next(filter(None, self.past.repo.resolve(*names)), self.tip)
        if self.main == self.tip:
            self.line.end_at(self.tip)  # it may have been longer
        self.last = self.line.seq_of(self.tip) or 0
        self.whole = self.line.tip == self.tip
        key = f"{code_digest(*_CODE)}-{ledger.steps.digest}-{ledger.registry.digest}-{ledger.context.calendar_digest}"
        key += f"-{ledger.context.rules_digest}"
        key += "" if self.witnessed else "-unwitnessed"
        self.kept = Kept(self.line.store.path.parent if self.whole and self.line.store.path else None, key)
        self.since = since

    def run(self) -> Report:
        """Bring the kept findings up to the tip, and tell them."""
        records: RecordPass | None = None
        try:
            if not self.kept.get("seq"):
                self.ledger.calendar  # noqa: B018 - told at once, and by every audit, where it cannot be used
            after = self._since()
            self._breaks()
            records = RecordPass(self.ledger, self.past, self.kept, self.last)
            records.begin()
            self._commits()
            self._receipts()
            records.finish()
            found = self._told(after)
            return Report(found, self._summary(found), self.witnessed, self.tip)
        finally:
            if records is not None:
                records.close()
            self.kept.close()
            self.past.close()

    # -- the line itself ------------------------------------------------------------------------------

    def _since(self) -> int:
        if not self.since:
            return 0
        repo = self.past.repo
        commit = None if self.since.startswith("-") else repo.rev_parse(self.since)
        if commit is None:
            raise UserError(f"找不到版本“{self.since}”。请用 git log 核对；版本已经不在仓库里，多半是历史被改写过。")
        seq = self.line.seq_of(commit)
        if seq is None or seq > self.last:
            self.kept.note_break(commit, self.tip)
            return 0
        return seq

    def _breaks(self) -> None:
        """Notice that the tip of the last audit has left the line."""
        before = self.kept.get("tip")
        if before and before != self.tip and self.line.seq_of(before) is None:
            if before not in self._later:
                self.kept.note_break(before, self.tip)
            self.kept.set(gen="0", seq="0")
            for part in ("path", "commit"):
                self.kept.clear(part)
        for old, _ in self.kept.breaks():
            if self.line.seq_of(old) is not None:
                self.kept.heal(old)

    # -- commits and receipts -------------------------------------------------------------------------

    def _commits(self) -> None:
        done = int(self.kept.get("seq") or 0)
        if done and self.kept.get("line") != self.past.commit(min(done, self.last)).id:
            done = 0
            self.kept.clear("commit")
        # Commits that got their receipt since were judged without it.
        waiting = [int(seq) for seq in self.kept.get("waiting").split()] if done else []
        again = [self.past.commit(seq) for seq in sorted(waiting) if seq <= min(done, self.last)]
        fresh = (one for one in self.past.commits(done) if one.seq <= self.last)
        lacking: deque[int] = deque(maxlen=_WAITING)
        self.kept.put("commit", self._each_commit(chain(again, fresh), lacking))
        waiting = list(lacking) if self.witnessed else []
        self.kept.set(seq=str(self.last), line=self.past.commit(self.last).id, waiting=" ".join(map(str, waiting)))
        self._note_tip()

    @cached_property
    def _later(self) -> frozenset[str]:
        """The commits of main that came after the revision looked at."""
        repo = self.past.repo
        if self.main == self.tip or not repo.is_ancestor(self.tip, self.main):
            return frozenset()
        return frozenset(repo.git("rev-list", self.main, f"^{self.tip}", "--").decode().split())

    def _note_tip(self) -> None:
        seq = self.line.seq_of(self.main)
        if seq is not None and seq <= self.last:
            self.kept.set(tip=self.main)

    def _each_commit(self, commits: Iterable[Pushed], lacking: deque[int]) -> Iterator[tuple[str, list[Finding]]]:
        """Judge commits; those ``lacking`` a receipt are noted."""
        ask = self.line.db.execute
        shared = {
            row[0]
            for folder in SET_UP
            for row in ask(
                "SELECT c.seq FROM paths p JOIN changes c ON c.path = p.id WHERE p.path BETWEEN ? AND ?",
                (folder, f"{folder[:-1]}0"),
            )
        }
        for commit in commits:
            if commit.day is None:
                lacking.append(commit.seq)
            found: list[Finding] = []
            if commit.seq in shared or needs_look(self.past, commit):
                rows = ask(
                    "SELECT p.path FROM changes c JOIN paths p ON p.id = c.path WHERE c.seq = ? ORDER BY c.path",
                    (commit.seq,),
                )
                found += commit_findings(self.past, commit, [row[0] for row in rows])
            yield commit.id, found

    def _receipts(self) -> None:
        repo = self.past.repo
        tip = self.ledger.view.branch or ""
        before, seen = self.kept.get("receipts"), self.kept.get("seen")
        if seen and seen != tip and not (tip and repo.rev_parse(seen) is not None and repo.is_ancestor(seen, tip)):
            # Another history of receipts, or none: tell it, and look at all of the new one.
            gone = tip[:10] or "（没有了）"
            self.kept.put("lost", [(seen, [make("NV536", old=seen[:10], new=gone)])])
            before = ""
        if tip and tip != before:
            kept = self.kept.part("receipts") if before else []
            found = [*kept, *branch_findings(self.line, repo, tip, before)]
            self.kept.put("receipts", [("branch", list(dict.fromkeys(found)))])
            self.kept.set(receipts=tip, seen=tip)
        mark = f"{self.tip} {tip} {self.main}"
        if self.witnessed and self.kept.get("fit") != mark:
            back = [one for one in self.kept.part("fit") if one.code == "NV532"]
            fit, back = fit_line(self.line, Fit.unpack(self.kept.get("counted")), back)
            others = fit_findings(self.line, fit, repo, self.tip, self._later)
            self.kept.put("fit", [("line", [*back, *others])])
            known = fit.known if self.whole else count_witnessed(self.line, self.last)
            self.kept.set(fit=mark, counted=fit.pack(), witnessed=str(known))

    # -- telling --------------------------------------------------------------------------------------

    def _told(self, after: int) -> list[Finding]:
        found: list[Finding] = []
        recent = {one.short for one in self.past.commits(after)} if after else set()
        touched = self._touched(after) if after else set()
        for part, place, finding in self.kept.findings():
            if after and part == "commit" and place[:10] not in recent:
                continue
            if after and part == "path" and (place not in touched or not _mentions(finding, recent)):
                continue
            found.append(finding)
        found += self._broken()
        found += self._mixing()
        if self.witnessed and self.latest is not None:
            found += future_findings(self.line, self.latest)
        found.sort(key=lambda one: (one.file, one.line, one.code, one.field, one.message))
        return list(dict.fromkeys(found))

    def _mixing(self) -> Iterator[Finding]:
        """Find the .gitattributes files that let merges mix lines, wherever they lie."""
        below = self.line.db.execute("SELECT path FROM paths WHERE path LIKE '%/.gitattributes' ORDER BY path")
        for path in (".gitattributes", *(row[0] for row in below)):
            if line := union_line(self.past.repo.show(self.tip, path) or b""):
                yield make("NV534", file=path, line=line)

    def _touched(self, after: int) -> set[str]:
        rows = self.line.db.execute(
            "SELECT DISTINCT p.path FROM changes c JOIN paths p ON p.id = c.path WHERE c.seq > ?", (after,)
        )
        return {row[0] for row in rows}

    def _broken(self) -> Iterator[Finding]:
        repo = self.past.repo
        for old, _ in self.kept.breaks():
            here = repo.rev_parse(old)
            if here is None:
                how = "它已经不在仓库里：历史被改写（强推）"
            elif repo.is_ancestor(old, self.tip):
                how = "它成了旁支：有人先拉取再推送，主线换了走向"
            else:
                how = "它不在现在的历史里：历史被改写（强推）"
            yield make("NV529", commit=old[:10], how=how)

    def _summary(self, found: list[Finding]) -> dict[str, int]:
        counts = Counter(one.severity for one in found)
        codes = Counter(one.code for one in found)
        with_receipt = int(self.kept.get("witnessed")) if self.witnessed else 0
        return {
            "commits": self.last,
            "records": self.ledger.count_records(),
            "witnessed": with_receipt,
            "unwitnessed": self.last - with_receipt,
            "errors": counts["error"],
            "breaches": counts["breach"],
            "warnings": counts["warning"],
            "notes": counts["note"],
            "late_entries": codes["NV516"] + codes["NV517"],
            "redactions": codes["NV527"],
        }


def _mentions(finding: Finding, commits: set[str]) -> bool:
    return any(commit in finding.message for commit in commits) if len(commits) <= 500 else True
