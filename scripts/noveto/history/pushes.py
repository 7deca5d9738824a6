"""What a push is: the refs it moves, who makes it, and whose commits she may bring along."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from noveto.findings import Finding, make
from noveto.gitio import Repo
from noveto.history.rights import Rights
from noveto.ledger.view import BRANCH

if TYPE_CHECKING:
    from noveto.ledger import Context
    from noveto.ledger.record import Record

Validate = Callable[[bytes, str, "Context", Any, date], "tuple[list[Finding], Record | None]"]
"""The checker of one text (noveto.writing.validate.validate)."""

RECEIPTS = f"refs/heads/{BRANCH}"
_PUSHERS = (
    "GITEA_PUSHER_NAME",
    "FORGEJO_PUSHER_NAME",
    "GL_USERNAME",
    "NOVETO_PUSHER",
    "REMOTE_USER",
    "LOGNAME",
    "USER",
)


class Update(NamedTuple):
    """One ref a push wants to move; ids are "" where the ref is made or deleted."""

    old: str
    new: str
    ref: str


@dataclass(slots=True)
class Verdict:
    """What keeps a push out, and what is let through with a notice."""

    refused: list[Finding] = field(default_factory=list)
    noticed: list[Finding] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Who:
    """Who pushes: the account, and which accounts belong to the desk and to the writer of receipts."""

    account: str
    desks: frozenset[str] = frozenset({"desk"})
    bots: frozenset[str] = frozenset({"receipts"})


def pusher_of(env: Mapping[str, str]) -> str:
    """Return the account a push came by: as Gitea, Forgejo, GitLab or a web server name it, else the system's user."""
    return next((env[name] for name in _PUSHERS if env.get(name)), "")


def who_of(repo: Repo, env: Mapping[str, str]) -> Who:
    """Return who pushes; ``git config noveto.desk`` and ``noveto.bot`` of the repository name other accounts."""
    return Who(pusher_of(env), _configured(repo, "noveto.desk", "desk"), _configured(repo, "noveto.bot", "receipts"))


def _configured(repo: Repo, key: str, default: str) -> frozenset[str]:
    from noveto.gitio import GitError

    try:
        return frozenset(repo.git("config", "--get-all", key).decode().split()) or frozenset({default})
    except GitError:
        return frozenset({default})


def read_updates(lines: str) -> list[Update]:
    """Read what Git gives a receive hook on its standard input."""
    found: list[Update] = []
    for line in lines.splitlines():
        parts = line.split(" ", 2)
        if len(parts) == 3:
            old, new, ref = parts
            found.append(Update("" if not old.strip("0") else old, "" if not new.strip("0") else new, ref))
    return found


def main_ref(repo: Repo) -> str:
    """Return the ref of the ledger's branch: the one a bare repository's HEAD points at."""
    from noveto.gitio import GitError

    try:
        return repo.git("symbolic-ref", "HEAD").decode().strip()
    except GitError:
        return "refs/heads/main"


def strangers(
    repo: Repo, tips: list[str], rights: Rights, who: Who, today: date, only: Container[str] | None = None
) -> Iterator[Finding]:
    """Yield commits (``only`` these) new to the repository whose author is another member of staff than the pusher."""
    out = repo.git("log", "--no-merges", "--format=%H%x00%an%x00%ae", *tips, "--not", "--all", "--")
    me = account_of(rights, who.account)
    for line in out.decode("utf-8", "replace").splitlines():
        commit, name, email = line.split("\0")
        author = rights.registry.by_email.get(email.lower()) if only is None or commit in only else None
        if author is not None and author.id != me and not may_bring(rights, me, author.id, today):
            yield make("NV545", commit=commit[:10], author=name, email=email, pusher=who.account or "（不明）")


def account_of(rights: Rights, name: str) -> str:
    """Return whose account ``name`` is; a staff id counts as its own account. "" for nobody's."""
    found = rights.registry.by_account.get(name)
    return found.id if found is not None else name if name in rights.registry.staff else ""


def may_bring(rights: Rights, pusher: str, author: str, day: date) -> bool:
    """Return whether ``pusher`` may push what ``author`` wrote: administrators, and heads and leaders of her unit."""
    units = {one.unit for one in rights.capacities(author, day)}
    return any(
        one.role == "admin" or (one.role in ("head", "leader") and one.unit in units)
        for one in rights.capacities(pusher, day)
    )
