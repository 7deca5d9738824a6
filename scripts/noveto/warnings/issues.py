"""Standing issues (督办单): one for each overdue case, found again by a hidden marker, closed when it is not overdue.

Nothing is remembered here: what the forge holds is compared with what it should hold, so a run that was broken off
is completed by the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from noveto.warnings.forges import Forge, ForgeError, Issue
from noveto.warnings.items import Late
from noveto.warnings.ladder import NAMES, Level, level, title
from noveto.warnings.model import Basis
from noveto.warnings.texts import case_path, day, safe

_MARKER = re.compile(r"<!-- noveto:case=([a-z0-9-]+) level=([a-z]+) -->")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The issue a case should have."""

    case: str
    level: Level
    title: str
    body: str
    comment: str
    told: str
    """The hidden mark of the comment, by which it is known again."""


@dataclass(slots=True)
class Synced:
    """What a run did on the forge, and what it could not do."""

    opened: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def wanted(found: Iterable[Late], basis: Basis, now: datetime) -> Iterator[Wanted]:
    """Yield the issue each overdue case should have on the day of ``now``. No applicant is named."""
    today = now.date()
    rules = basis.rules.for_day(today)
    for late in found:
        item = late.item
        reached = level(item.late, rules)
        unit = basis.unit_name(late.unit, today)
        window = basis.registry.windows.on(late.window, today)
        address = f"{basis.address}/{case_path(item.id)}" if basis.address else ""
        lines = [
            f"<!-- noveto:case={item.id} level={reached} -->",
            f"**{title(item)}**",
            "",
            f"- 编号：{f'[{item.id}]({address})' if address else item.id}",
            f"- 事项：{safe(item.name)}",
            f"- 承办：{safe(unit)}" + (f" {safe(window.name)}" if window else ""),
            f"- 期限：{item.promise(today)}",
            f"- 现在：{item.where or '中止中'}，{safe(item.who)}",
            f"- 已提醒到：{NAMES[reached]}",
            "",
            "这张督办单由系统维护：内容每个工作日更新，办好以后自动关闭，不用手工改。",
        ]
        mark = f"<!-- noveto:level={reached} due={item.due} -->"
        yield Wanted(
            item.id, reached, f"{safe(basis.unit_short(late.unit, today))} {item.id} {safe(item.name, 40)}",
            "\n".join(lines), f"{mark}\n{day(today, today)}起转{NAMES[reached]}：{title(item)}。", mark,
        )  # fmt: skip


def sync(forge: Forge, issues: Iterable[Wanted]) -> Synced:
    """Bring the forge into line. Raises ForgeError when its issues cannot even be listed.

    A call that fails is named in ``failed`` and the rest goes on, except where the token is no longer taken.
    """
    done = Synced()
    listed: dict[str, Issue] = {}
    twice: list[Issue] = []
    for issue in sorted(forge.listed(), key=lambda issue: issue.number):
        if (name := case_of(issue)) and listed.setdefault(name, issue) is not issue:
            twice.append(issue)
    want = {one.case: one for one in issues}
    work: list[tuple[str, Wanted | Issue]] = [*want.items()]
    work += [(name, issue) for name, issue in listed.items() if name not in want]
    work += [(case_of(issue), issue) for issue in twice]  # two runs at once opened one each: the older one stays
    for name, one in work:
        try:
            if isinstance(one, Issue):
                _close(forge, one, done)
            elif name in listed:
                _keep(forge, listed[name], one, done)
            else:
                _open(forge, one, done)
        except ForgeError as error:
            done.failed.append((name, str(error)))
            if "401" in str(error) or "403" in str(error):
                return done
    return done


def case_of(issue: Issue) -> str:
    """Return the case an issue stands for by its marker, "" for an issue that is none of ours."""
    found = _MARKER.match(issue.body.lstrip("\ufeff \r\n"))
    return found.group(1) if found else ""


def _open(forge: Forge, one: Wanted, done: Synced) -> None:
    """Reopen the case's former issue, else open one; where the answer was lost, look before trying again."""
    former = next((issue for issue in forge.search(one.case) if case_of(issue) == one.case), None)
    if former is not None:
        forge.mark(former)  # without the label it would be found by nobody, and never closed
        _comment(forge, former, one)
        forge.edit(former, title=one.title, body=one.body, open=True)
        done.opened.append(one.case)
        return
    try:
        forge.create(one.title, one.body)
    except ForgeError as error:
        if not error.unsure:
            raise
        if not any(case_of(issue) == one.case for issue in forge.listed()):
            forge.create(one.title, one.body)
    done.opened.append(one.case)


def _keep(forge: Forge, issue: Issue, one: Wanted, done: Synced) -> None:
    before = _MARKER.match(issue.body.lstrip("\ufeff \r\n"))
    if before is None or before.group(2) != one.level:
        _comment(forge, issue, one)  # before the body says so: a run broken off in between makes up for it
        done.raised.append(one.case)
    if _plain(issue.body) != _plain(one.body) or issue.title != one.title:
        forge.edit(issue, title=one.title, body=one.body, open=True)
        done.edited.append(one.case)


def _comment(forge: Forge, issue: Issue, one: Wanted) -> None:
    """Say the new level, once: a comment that is already there is not written again."""
    for _ in range(2):
        if any(one.told in text for text in forge.comments(issue)):
            return
        try:
            forge.comment(issue, one.comment)
        except ForgeError as error:
            if not error.unsure:
                raise
        else:
            return
    raise ForgeError("督办单的说明没有写上")


def _close(forge: Forge, issue: Issue, done: Synced) -> None:
    forge.edit(issue, title=issue.title, body=issue.body, open=False)
    done.closed.append(case_of(issue))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
