"""What held at each place of the line: who may have written, which schemas judged; what commits say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from noveto.errors import UserError
from noveto.gitio import CatFile, NotFoundError
from noveto.history.branches import mails_after
from noveto.history.eras import Eras
from noveto.history.pushed import Pushed, day_of

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.rules import Rules
    from noveto.schema import Schemas

_GRACE = 1
"""Working days after which an entry is 补录 where the rules cannot be read."""


class Past:
    """Answers about earlier states of a ledger's line, each read at most once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.line = ledger.line
        repo = ledger.repo
        assert repo is not None  # noqa: S101 - a line has a repository
        self.repo = repo
        self._commits: dict[int, Pushed] = {}
        self.eras = Eras(ledger, lambda seq: self.commit(seq).id)
        self._schemas: dict[str, Schemas] = {}
        self._authors: dict[str, frozenset[str]] = {}
        self._writers: dict[int, frozenset[str]] = {}
        self._alone: dict[tuple[int, str, str], frozenset[str]] = {}
        self._trusted: dict[int, frozenset[str]] = {}
        self._groups: dict[frozenset[str], frozenset[str]] = {}
        self._names: dict[str, str] = {}
        self._workdays: dict[tuple[date, date], int] = {}
        self._registrars: dict[tuple[str, str, frozenset[str], int, date], bool] = {}
        self._first_case: int | None = None
        self._cat: CatFile | None = None

    # -- commits --------------------------------------------------------------------------------------

    def commit(self, seq: int) -> Pushed:
        """Return the commit at a place of the line."""
        found = self._commits.get(seq)
        if found is None:
            found = self._commits[seq] = next(self._read("WHERE k.seq = ?", (seq,)))
        return found

    def load_commits(self) -> None:
        """Read all commits at once: cheaper than one by one when all are asked for."""
        self._commits.update((one.seq, one) for one in self._read("", ()))

    def commits(self, after: int) -> Iterator[Pushed]:
        """Yield the commits after a place of the line, in order, and keep none of them."""
        return self._read("WHERE k.seq > ? ORDER BY k.seq", (after,))

    def _read(self, where: str, values: tuple[int, ...]) -> Iterator[Pushed]:
        rows = self.line.db.execute(
            "SELECT k.seq, k.oid, k.parents, k.author, k.email, k.time, r.day, coalesce(r.received, ''), "  # noqa: S608
            "coalesce(r.pusher, ''), coalesce(r.via, '') "
            f"FROM commits k LEFT JOIN receipts r ON r.oid = k.oid AND {int(self.ledger.receipts)} {where}",
            values,
        )
        once = self._names.setdefault  # a few hundred people, hundreds of thousands of commits
        for seq, oid, parents, author, email, when, day, moment, pusher, via in rows:
            yield Pushed(
                seq, oid, parents, once(author, author), once(email, email), when, day, moment, once(pusher, pusher),
                once(via, via),
            )  # fmt: skip

    # -- who may have written ------------------------------------------------------------------------

    def writers(self, commit: Pushed) -> frozenset[str]:
        """Return who may have written what a commit brought: its author, of a merge also those of its branch.

        The author of a commit that came straight to the server (via hook) must be its pusher; only administrators
        and the heads and leaders of the same unit may bring a colleague's commit. Empty: nobody known.
        """
        if alone := self.alone(commit):
            return alone
        found = self._writers.get(commit.seq)
        if found is None:
            found = self._writers[commit.seq] = self._find_writers(commit)
        return found

    def _find_writers(self, commit: Pushed) -> frozenset[str]:
        author = self.eras.person(commit.seq, commit.email)
        pusher = self.eras.account(commit.seq, commit.pusher) if commit.via == "hook" else ""
        if commit.merge:
            return self.side_authors(commit) | ({pusher} if pusher else frozenset())
        if not pusher:
            return frozenset()
        return frozenset({author, pusher}) if self.may_bring(commit, author, pusher) else frozenset({pusher})

    def alone(self, commit: Pushed) -> frozenset[str]:
        """Return the author of a commit who answers for it alone (no merge, pushed by nobody else); nobody for any
        other commit and for a stranger's."""
        if commit.merge:
            return frozenset()
        key = (self.eras.of(commit.seq), commit.email, commit.pusher if commit.via == "hook" else "")
        found = self._alone.get(key)
        if found is None:
            author = self.eras.person(commit.seq, commit.email)
            pusher = self.eras.account(commit.seq, key[2]) if key[2] else ""
            found = self._alone[key] = frozenset({author} if author and pusher in ("", author) else ())
        return found

    def trusted(self, commit: Pushed) -> frozenset[str]:
        """Return those who may have written what a commit brought and whose rights then were those they have now."""
        found = self._trusted.get(commit.seq)
        if found is None:
            anew = self.eras.judged_anew(self.eras.of(commit.seq))
            people = frozenset[str]() if anew is None else self.writers(commit) - anew
            found = self._trusted[commit.seq] = self._groups.setdefault(people, people)
        return found

    def may_bring(self, commit: Pushed, author: str, pusher: str) -> bool:
        """Return whether ``pusher`` may bring a commit written by ``author``."""
        day = day_of(commit)
        rights = self.eras.rights(self.eras.of(commit.seq))
        mine = rights.capacities(pusher, day)
        units = {one.unit for one in rights.capacities(author, day)}
        return any(one.role == "admin" or (one.role in ("head", "leader") and one.unit in units) for one in mine)

    def may_register(self, kind: str, owner: str, people: frozenset[str], commit: Pushed) -> bool:
        """Return whether one of ``people`` may file a record of a unit (a complaint of a hall) in a commit."""
        era, day = self.eras.of(commit.seq), day_of(commit)
        key = (kind, owner, people, era, day)
        if key not in self._registrars:
            rights = self.eras.rights(era)
            value = {"unit" if kind == "case" else "hall": owner}
            self._registrars[key] = any(rights.may_register(kind, value, one, day) for one in people)
        return self._registrars[key]

    def workdays(self, start: date, end: date) -> int:
        """Return the working days after ``start`` up to and including ``end``."""
        key = (start, end)
        if key not in self._workdays:
            self._workdays[key] = self.ledger.calendar.workdays_between(start, end)
        return self._workdays[key]

    def grace(self, day: date) -> int:
        """Return the working days between a step of ``day`` and its receipt up to which it is not called 补录."""
        return self._rules.for_day(day).tolerances["late_entry"] if self._rules else _GRACE

    @cached_property
    def least_grace(self) -> int:
        """The least that ``grace`` is on any day."""
        return min(item.tolerances["late_entry"] for item in self._rules.sets) if self._rules else _GRACE

    @cached_property
    def _rules(self) -> Rules | None:
        """The ledger's rules; None while they cannot be used, which must not keep history from being looked at."""
        try:
            return self.ledger.rules
        except UserError:
            return None

    # -- merges and schemas ---------------------------------------------------------------------------

    def side_authors(self, commit: Pushed) -> frozenset[str]:
        """Return the ids of the staff who wrote the commits a merge brought, its own author included."""
        if commit.id not in self._authors:
            mails = (
                mails_after(self.content, commit.parents[0], commit.parents[1]) if len(commit.parents) == 2 else None
            )
            if mails is None:
                out = self.repo.git("log", "--format=%ae", "-z", *commit.parents[1:], f"^{commit.parents[0]}", "--")
                mails = {mail.strip().decode("utf-8", "replace") for mail in out.split(b"\0")}
            mails.add(commit.email)
            people = {self.eras.person(commit.seq, mail) for mail in mails if mail}
            self._authors[commit.id] = frozenset(people - {""})
        return self._authors[commit.id]

    def schemas(self, commit: str) -> Schemas:
        """Return the schemas a commit brought."""
        from noveto.schema import Schemas

        tree = self.repo.tree_id(commit, "schema") or ""
        if tree not in self._schemas:
            entries = [entry for entry in self.repo.ls_tree_at(tree) if entry.path.endswith(".schema.json")]
            contents = self.repo.cat_batch(entry.blob for entry in entries)
            self._schemas[tree] = Schemas.from_files(
                {entry.path: data for entry, (_, data) in zip(entries, contents, strict=True)}
            )
        return self._schemas[tree]

    def content(self, oid: str) -> bytes:
        """Return the content of a blob, or of a commit."""
        if self._cat is None:
            self._cat = self.repo.cat_file()
        data = next(data for _, data in self._cat.read([oid]))
        if data is None:
            raise NotFoundError(f"Git 对象不存在：{oid}。仓库可能不完整，请执行 git fsck 检查。")
        return data

    def has_cases(self, seq: int) -> bool:
        """Return whether the line held a case before a place."""
        if self._first_case is None:
            row = self.line.db.execute(
                "SELECT min(c.seq) FROM changes c JOIN paths p ON p.id = c.path WHERE p.path LIKE 'records/cases/%'"
            ).fetchone()
            self._first_case = row[0] or 0
        return 0 < self._first_case < seq

    def added_by(self, seq: int) -> list[tuple[str, str]]:
        """Return the paths a commit added, with their blobs."""
        return list(
            self.line.db.execute(
                "SELECT p.path, c.oid FROM changes c JOIN paths p ON p.id = c.path WHERE c.seq = ? AND c.status = 'A'",
                (seq,),
            )
        )

    def close(self) -> None:
        """End the git process."""
        if self._cat is not None:
            self._cat.close()
            self._cat = None

    def message(self, commit: str) -> str:
        """Return a commit's whole message."""
        data = self.repo.git("log", "-1", "--format=%B", commit, "--")
        return data.decode("utf-8", "replace")
