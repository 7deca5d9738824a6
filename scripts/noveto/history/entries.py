"""The entries of a record against what the server witnessed: times, writers, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from noveto.checks.common import step_words
from noveto.findings import Finding, make
from noveto.history.facts import EntryFacts, Facts
from noveto.history.past import Past
from noveto.history.pushed import Pushed, day_of
from noveto.history.rights import BUREAU_ONLY
from noveto.ledger.places import owner_of

if TYPE_CHECKING:
    from noveto.ledger import Change
    from noveto.ledger.record import Record
    from noveto.records.model import Case

SKEW = timedelta(minutes=5)
"""How far a clerk's clock may run ahead of the server's before a time counts as impossible."""

Read = Callable[[], "Record | None"]


@dataclass(frozen=True, slots=True)
class Came:
    """A record's present content and how it came: its facts, and for its head and each entry the commit."""

    path: str
    kind: str
    facts: Facts
    head: Pushed
    entries: tuple[Pushed, ...]
    read: Read


def entry_findings(past: Past, came: Came) -> Iterator[Finding]:
    """Yield what is to say of the head's and the entries' times, writers and rights."""
    yield from _head(past, came)
    for n, (entry, commit) in enumerate(zip(came.facts.entries, came.entries, strict=False), 1):
        if _in_time(past, entry.at, commit) and not entry.fault and entry.by == entry.typist in past.trusted(commit):
            continue  # as nearly all are: nothing of what follows could be said of it
        first = commit.seq == came.head.seq
        late = entry.late_first if first else entry.late
        yield from _time(past, came, n, entry.at, commit, late)
        yield from _writer(past, came, n, entry, commit)
    if came.facts.reclassified:
        yield from _reclassified(past, came)


def _head(past: Past, came: Came) -> Iterator[Finding]:
    kind, owner = came.kind, owner_of(came.path)
    allowed = past.writers(came.head)
    if (
        (owner or kind in BUREAU_ONLY)
        and allowed
        and came.head.parent_ids
        and not past.may_register(kind, owner, allowed, came.head)
    ):
        people, why = "、".join(sorted(allowed)), _FOREIGN_HEAD if owner else _NOT_THE_BUREAU
        yield make("NV521", **_place(came.path, 0), what="登记", by=people, typist=people, why=why,
                   commit=came.head.short)  # fmt: skip
    if came.facts.begun and not _in_time(past, came.facts.begun, came.head):
        yield from _time(past, came, 0, came.facts.begun, came.head, came.facts.late)


def _in_time(past: Past, at: str, commit: Pushed) -> bool:
    """Return whether a stated time (or a whole day) plainly fits the receipt: neither after it, nor so long before it
    that working days have to be counted."""
    return commit.day is None or _earliest(commit.day, past.least_grace) <= at <= commit.moment


@lru_cache(maxsize=4096)
def _earliest(day: int, grace: int) -> str:
    return date.fromordinal(max(day - grace, 1)).isoformat()


def _time(past: Past, came: Came, n: int, at: str, commit: Pushed, reason: str) -> Iterator[Finding]:
    """Compare a stated time (or a whole day) with the receipt. Without one nothing is judged."""
    received = commit.received
    if received is None:
        return
    stated = datetime.fromisoformat(at)
    if stated > received + SKEW:
        yield make("NV515", **_place(came.path, n), what=_what(came, n), at=_moment(at), received=_moment_of(received),
                   commit=commit.short)  # fmt: skip
        return
    if received.toordinal() - stated.toordinal() <= past.least_grace:
        return
    days = past.workdays(stated.date(), received.date())
    if days > past.grace(stated.date()):
        code = "NV517" if reason else "NV516"
        yield make(code, **_place(came.path, n), what=_what(came, n), at=_moment(at), received=_moment_of(received),
                   days=days, reason=reason, commit=commit.short)  # fmt: skip


def _writer(past: Past, came: Came, n: int, entry: EntryFacts, commit: Pushed) -> Iterator[Finding]:
    era = past.eras.of(commit.seq)
    fault = entry.fault
    if era != past.eras.present:
        people = past.eras.judged_anew(era)
        if (people is None or fault or entry.by in people or entry.typist in people) and (held := came.read()):
            fault = past.eras.rights(era).fault(held.kind, held.value or {}, n)
    if fault:
        yield make("NV521", **_place(came.path, n), what=_what(came, n), by=entry.by, typist=entry.typist,
                   why=_FAULTS[fault], commit=commit.short)  # fmt: skip
    if fault == "unknown":
        return
    allowed = past.writers(commit)
    if allowed and entry.typist not in allowed and not _moved_in(past, came, commit, allowed):
        yield make("NV518", **_place(came.path, n), what=_what(came, n), by=entry.typist,
                   author="、".join(sorted(allowed)), commit=commit.short)  # fmt: skip


def _moved_in(past: Past, came: Came, commit: Pushed, writers: frozenset[str]) -> bool:
    """Return whether an administrator brought the record from the old ledger, whole, with its steps (migrated)."""
    if commit.seq != came.head.seq or not (came.facts.migrated or came.kind == "improvement"):
        return False
    rights = past.eras.rights(past.eras.of(commit.seq))
    return any(rights.may_set_up(person, day_of(commit)) for person in writers)


def _reclassified(past: Past, came: Came) -> Iterator[Finding]:
    """Judge reclassifications by the day they were received: stated in time, received after the old limit."""
    from noveto.clocks import late_reclassifications

    record = came.read()
    if record is None or came.kind != "case":
        return
    stated: Case = record.case
    calendar, rules = past.ledger.calendar, past.ledger.rules.for_day(stated.raised.date())
    seen = {
        n: commit.received
        for n, commit in enumerate(came.entries, 1)
        if commit.received is not None and came.facts.entries[n - 1].step == "reclassified"
    }
    log = tuple(replace(entry, at=max(entry.at, seen[entry.n])) if entry.n in seen else entry for entry in stated.log)
    last = max([stated.raised, *(entry.at for entry in log)]).date()
    late = set(late_reclassifications(replace(stated, log=log), rules, calendar, last))
    for n in sorted(late - set(late_reclassifications(stated, rules, calendar, last))):
        yield make("NV523", **_place(came.path, n), n=n, at=_moment(came.facts.entries[n - 1].at),
                   received=_moment_of(seen[n]) if n in seen else "", commit=came.entries[n - 1].short)  # fmt: skip


def received_entries(versions: Sequence[Change], counts: Sequence[int], total: int) -> list[int]:
    """Return for entries 1..``total`` the place of the first version that held (``counts``) at least as many."""
    found: list[int] = []
    for version, held in zip(versions, counts, strict=True):
        if held > len(found):
            found += [version.seq] * (held - len(found))
    return found[:total]


def _place(path: str, n: int) -> dict[str, Any]:
    return {"file": path, "field": f"log.{n}" if n else ""}


def _what(came: Came, n: int) -> str:
    return step_words(came.kind, n, came.facts.entries[n - 1].step) if n else "登记"


def _moment(at: str) -> str:
    return at.replace("T", " ")


def _moment_of(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


_FOREIGN_HEAD = "只有本单位、政务服务中心或者管理员可以登记这一件"
_NOT_THE_BUREAU = "只有市数据资源管理局的分析人员和领导可以立核对期、抽查"
_FAULTS = {
    "unknown": "人员名册里没有这个人",
    "left": "那一天他不在岗（还没到岗，或者已经离岗）",
    "foreign": "他的单位和这一件没有可以写这一步的关系",
    "role": "他的单位可以写这一步，但他的职责不可以",
    "typist": "录入的人不能替他代录这一步",
}

__all__ = ["SKEW", "Came", "entry_findings", "received_entries"]
