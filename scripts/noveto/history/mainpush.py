"""The commits a push brings to main: each change by the rights of its writer, each text as it ends up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from noveto.checks.common import step_words
from noveto.findings import Finding, make
from noveto.gitio import CatFile, Commit, NotFoundError, Repo
from noveto.history.commits import union_line
from noveto.history.pushes import Update, Validate, Verdict, Who, account_of, may_bring, strangers
from noveto.history.redactions import beyond_redaction, redactions
from noveto.history.rights import Rights
from noveto.history.setup import setup_findings
from noveto.ledger import Ledger
from noveto.ledger.judge import judge, unpack_findings
from noveto.ledger.places import RECORDS, REGISTRY, id_of, kind_of
from noveto.source import load
from noveto.source.append import check_append


class MainPush:
    """The commits one push brings to main."""

    def __init__(
        self, repo: Repo, ledger: Ledger, cat: CatFile, update: Update, who: Who, validate: Validate, today: date,
        verdict: Verdict,
    ) -> None:  # fmt: skip
        self.repo = repo
        self.ledger = ledger
        self.cat = cat
        self.update = update
        self.who = who
        self.validate = validate
        self.today = today
        self.verdict = verdict
        self.rights = Rights(ledger.registry, ledger.steps)
        self.me = account_of(self.rights, who.account)
        self.desk = who.account in who.desks
        self.texts: dict[str, bytes | None] = {}
        self.blobs: dict[str, bytes] = {}

    def refuse(self, *found: Finding) -> None:
        """Keep the push out."""
        self.verdict.refused += found

    def check(self, commits: list[Commit]) -> None:
        """Judge commit by commit, then the texts as they end up."""
        if self.update.old and "staff" in self.ledger.registry.broken:
            self.refuse(make("NV549"))
            return
        if not self.desk and not self.me and self.update.old:
            self.refuse(make("NV543", pusher=self.who.account or "（不明）"))
            return
        wanted = [change.new for commit in commits for change in commit.changes if change.new
                  and change.mode.startswith("100") and kind_of(change.path)]  # fmt: skip
        self.blobs = {oid: data for oid, data in self.cat.read(dict.fromkeys(wanted)) if data is not None}
        merges = [parent for commit in commits for parent in commit.parents[1:]]
        if merges and self.update.old and not self.desk:
            self.refuse(*strangers(self.repo, merges, self.rights, self.who, self.today))
        # A commit that touches no record is judged by no step's rights; its author is a claim all the same.
        idle = {commit.id for commit in commits if not any(_counts(change.path) for change in commit.changes)}
        if idle and self.update.old and not self.desk:
            self.refuse(*strangers(self.repo, [self.update.new], self.rights, self.who, self.today, idle))
        before: dict[str, bytes | None] = {}
        for commit in commits:
            for change in commit.changes:
                attributes = change.path.rpartition("/")[2] == ".gitattributes"
                if attributes and change.new and (line := union_line(self.content(change.new))):
                    self.refuse(make("NV534", file=change.path, line=line))
                if _counts(change.path):
                    before.setdefault(change.path, self.content(change.old) if change.old else None)
                    self._change(commit, change.path, change.mode, change.old, change.new)
        touched = [path for path in before if kind_of(path) not in RECORDS]
        if touched and self.update.old and not self.verdict.refused:
            self.refuse(*setup_findings(self.repo, self.update.old, self.update.new, touched, self.today))
        for path, old in before.items():
            if kind_of(path) in RECORDS and (text := self.texts.get(path)) is not None:
                self._final(path, old, text)

    def content(self, oid: str) -> bytes:
        """Return the content of a blob."""
        if oid not in self.blobs:
            data = next(data for _, data in self.cat.read([oid]))
            if data is None:
                raise NotFoundError(f"Git 对象不存在：{oid}")
            self.blobs[oid] = data
        return self.blobs[oid]

    # -- one commit -----------------------------------------------------------------------------------

    def _change(self, commit: Commit, path: str, mode: str, old: str, new: str) -> None:
        kind = kind_of(path)
        if new and not mode.startswith("100"):
            self.refuse(make("NV544", file=path, mode=mode))
            return
        if kind not in RECORDS:
            self._set_up(commit, path, kind, new)
            return
        if not new:
            self.refuse(make("NV509", file=path))
            self.texts[path] = None
            return
        data = self.content(new)
        base = self.texts.get(path) if path in self.texts else self._base(path, old)
        judged, value, _ = judge(data, kind, self.ledger.schemas, self.repo.object_format)
        if not judged.ok:
            self.refuse(*(one for one in unpack_findings(judged.findings or b"", path) if one.severity == "error"))
        broken = [] if base is None else [one for one in check_append(base, data, file=path) if _history(one)]
        if broken and base is not None and not (judged.ok and self._redacted(commit, path, base, value)):
            self.refuse(*broken)
        self.texts[path] = data
        if judged.ok:
            known = load(base, file=path).value if base is not None else None
            self._writers(commit, path, kind, value, known if isinstance(known, dict) else None)

    def _base(self, path: str, old: str) -> bytes | None:
        """Return the last form-valid version in main."""
        if not old:
            return None
        kind = kind_of(path)
        data = self.content(old)
        if judge(data, kind, self.ledger.schemas, self.repo.object_format)[0].ok:
            return data
        for commit in reversed(list(self.repo.first_parent_log(self.update.old, [path]))):
            for change in commit.changes:
                if change.new and judge(self.content(change.new), kind, self.ledger.schemas)[0].ok:
                    return self.content(change.new)
        return None

    def _redacted(self, commit: Commit, path: str, base: bytes, new: Mapping[str, Any]) -> bool:
        """Return whether the commit is an approved redaction of this text, made by somebody who may make one."""
        kind, value = kind_of(path), load(base, file=path).value
        said = next((one for one in redactions(commit.body) if one.path == path), None)
        if said is None or said.lacks() or not isinstance(value, dict) or said.old_blob != self.repo.blob_id(base):
            return False
        allowed = self._allowed(commit)
        return (
            self._redacts(kind, value, (said.approver,))
            and (not allowed or self._redacts(kind, value, allowed))
            and beyond_redaction(self.ledger.schemas, kind, value, new) == ""
        )

    def _redacts(self, kind: str, value: Mapping[str, Any], people: Iterable[str]) -> bool:
        return any(self.rights.may_approve_redaction(kind, value, one, self.today) for one in people)

    def _allowed(self, commit: Commit) -> frozenset[str]:
        """Return who may have written what the commit brings; empty when nobody is known (then anybody may)."""
        if len(commit.parents) > 1:
            out = self.repo.git("log", "--format=%ae", *commit.parents[1:], f"^{commit.parents[0]}", "--").decode()
            mails = {*out.split(), commit.email}
            found = {self._person(mail) for mail in mails}
            return frozenset(found | {self.me}) - {""}
        author = self._person(commit.email)
        if self.desk:
            return frozenset({author} - {""})
        if author and author != self.me and may_bring(self.rights, self.me, author, self.today):
            return frozenset({author, self.me})
        return frozenset({self.me} - {""})

    def _person(self, mail: str) -> str:
        found = self.rights.registry.by_email.get(mail.lower())
        return found.id if found is not None else ""

    def _writers(
        self, commit: Commit, path: str, kind: str, value: Mapping[str, Any], known: Mapping[str, Any] | None
    ) -> None:
        if not self.update.old:
            return  # the first push founds the ledger: there is no staff list before it
        allowed = self._allowed(commit)
        moved = kind == "improvement" or (value.get("entry") or {}).get("mode") == "migrated"
        admin = any(self.rights.may_set_up(one, self.today) for one in allowed)
        if known is None:
            if not any(self.rights.may_register(kind, value, one, self.today) for one in allowed):
                self.refuse(self._no_right(path, 0, "", "、".join(sorted(allowed)), commit, _FOREIGN_HEAD))
            if moved and admin:
                return
        start = len((known or {}).get("log") or ())
        for n, entry in enumerate((value.get("log") or ())[start:], start + 1):
            fault = self.rights.fault(kind, value, n)
            typist = str(entry.get("recorded_by", entry["by"]))
            if fault:
                self.refuse(self._no_right(path, n, entry["step"], typist, commit, _FAULTS[fault], str(entry["by"])))
            elif typist not in allowed:
                self.refuse(make("NV518", file=path, line=_line(self.texts[path] or b"", n), column=1, field=f"log.{n}",
                                 what=step_words(kind, n, entry["step"]), by=typist,
                                 author="、".join(sorted(allowed)) or "不明", commit=commit.id[:10]))  # fmt: skip

    def _no_right(self, path: str, n: int, step: str, typist: str, commit: Commit, why: str, by: str = "") -> Finding:
        line = _line(self.texts[path] or b"", n) if n else 1
        what = step_words(kind_of(path), n, step) if n else "登记"
        return make("NV521", file=path, line=line, column=1, field=f"log.{n}" if n else "", by=by or typist,
                    what=what, typist=typist, why=why, commit=commit.id[:10])  # fmt: skip

    # -- set-up ---------------------------------------------------------------------------------------

    def _set_up(self, commit: Commit, path: str, kind: str, new: str) -> None:
        if self.update.old:
            people = [self._person(commit.email)] if self.desk else [self.me]
            if not any(self.rights.may_set_up(one, self.today) for one in people if one):
                self.refuse(make("NV522", file=path, commit=commit.id[:10], day=self.today.isoformat(),
                                 author=commit.author, files=path, count=1))  # fmt: skip
        if new and (kind in REGISTRY or kind in ("calendar", "local", "statutory", "stray")):
            judged, _, _ = judge(self.content(new), kind, self.ledger.schemas, self.repo.object_format)
            self.refuse(*(one for one in unpack_findings(judged.findings, path) if one.severity == "error")
                        if judged.findings else ())  # fmt: skip
        elif new and path in ("schema/rules.yml", "schema/steps.yml"):
            from noveto.rules.check import check_rules

            name = id_of(path)
            loaded = load(self.content(new), file=path, bare_log=False)
            found = [*loaded.findings]
            if not _errors(found):
                found += self.ledger.schemas.check(name, loaded.value, loaded, path)
            if not _errors(found):
                found += check_rules(name, loaded.value, loaded, path, self.ledger.schemas)
            self.refuse(*(one for one in found if one.severity == "error"))

    # -- the text as it ends up -----------------------------------------------------------------------

    @cached_property
    def _ids(self) -> _Ids:
        return _Ids(self.cat, self.update.new)

    def _final(self, path: str, old: bytes | None, text: bytes) -> None:
        found, record = self.validate(text, path, self.ledger.context, self._ids, self.today)
        heavy = [one for one in found if one.severity in ("error", "breach")]
        if not heavy:
            return
        if old is not None:
            known = {_unplaced(one) for one in self.validate(old, path, self.ledger.context, self._ids, self.today)[0]}
            heavy = [one for one in heavy if _unplaced(one) not in known]
        errors = [one for one in heavy if one.severity == "error" and record is not None]
        told = set(self.verdict.refused)
        self.refuse(*(one for one in errors if one not in told))
        self.verdict.noticed += [one for one in heavy if one.severity == "breach"]
        if heavy:
            self.verdict.texts[path] = text


class _Ids:
    """The ids of the tree being pushed, asked one by one."""

    def __init__(self, cat: CatFile, tip: str) -> None:
        self._cat = cat
        self._tip = tip
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        from noveto.ledger.places import path_of

        path = path_of(str(name))
        if path and path not in self._known:
            self._known[path] = next(data for _, data in self._cat.read([f"{self._tip}:{path}"])) is not None
        return bool(path) and self._known[path]


def _counts(path: str) -> bool:
    return path.startswith("schema/") or bool(kind_of(path))


def _history(finding: Finding) -> bool:
    return finding.code.startswith("NV50")


def _errors(found: list[Finding]) -> bool:
    return any(one.severity == "error" for one in found)


def _unplaced(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.field, finding.message


def _line(data: bytes, n: int) -> int:
    """Return the line on which entry ``n`` (from 1) of a text begins."""
    at = -1
    for _ in range(n):
        at = data.find(b"\n- at:", at + 1)
    return data.count(b"\n", 0, at + 1) + 1 if at >= 0 else 0


_FOREIGN_HEAD = "只有本单位、政务服务中心或者管理员可以登记这一件"
_FAULTS = {
    "unknown": "人员名册里没有这个人",
    "left": "那一天他不在岗（还没到岗，或者已经离岗）",
    "foreign": "他的单位和这一件没有可以写这一步的关系",
    "role": "他的单位可以写这一步，但他的职责不可以",
    "typist": "录入的人不能替他代录这一步",
}
