"""Main as the desk sees it: reading its tip, and putting commits there without overwriting anybody."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from noveto.errors import UserError
from noveto.gitio import CatFile, GitError, Repo
from noveto.gitio.onto import Written, commit_onto, move_ref
from noveto.history.pushes import main_ref

COMMITTER = ("办件台", "desk@localhost")
Answer = TypeVar("Answer")
_TRAILER = re.compile(r"^Act: ([A-Za-z0-9_-]{8,64})$", re.MULTILINE)


class RefusedError(GitError):
    """The forge took the commits' objects and said no; the message is what its hook said."""


class Mainline:
    """The branch all acts end up on.

    ``repo`` holds the objects. With ``remote`` main is that of a forge, reached by push and fetch; without, it is
    a branch of ``repo`` itself. ``clone`` is a work tree to be brought up to date afterwards, None without one.
    """

    def __init__(self, repo: Repo, remote: str, clone: Path | None) -> None:
        self.repo = repo
        self.remote = remote
        self.clone = clone
        self.ref = main_ref(repo)
        self._cat: CatFile | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, root: Path) -> Mainline:
        """Find main for a ledger's folder: a bare repository beside it (its origin), a forge, or its own branch.

        Raises UserError when the folder is in no Git repository.
        """
        repo = Repo.discover(root)
        if repo is None:
            raise UserError(f"“{root}”不在 Git 仓库里，办件台没有地方提交。请先 git init 并提交一次。")
        if repo.bare:
            return cls(repo, "", None)
        try:
            url = repo.git("config", "--get", "remote.origin.url").decode().strip()
        except GitError:
            return cls(repo, "", root)
        place = Path(url.removeprefix("file://"))
        if place.is_dir() and (origin := Repo.discover(place)) is not None:
            if not origin.bare:
                raise UserError(f"上游“{place}”不是裸仓库，不能往里提交。请用 git clone --bare 做一个。")
            return cls(origin, "", root)
        return cls(repo, "origin", root)

    @property
    def desk_ref(self) -> str:
        """The local name of main."""
        return f"refs/remotes/{self.remote}/{self.ref.rpartition('/')[2]}" if self.remote else self.ref

    def refresh(self) -> None:
        """Fetch main from the forge, where there is one. Raises GitError when it cannot be reached."""
        if self.remote:
            self.repo.git("fetch", "-q", self.remote, f"+{self.ref}:{self.desk_ref}")

    def try_push(self, env: dict[str, str]) -> None:
        """Ask the forge whether this desk may push, without pushing anything. Raises GitError when it may not."""
        try:
            self.repo.git("push", "-q", "--dry-run", self.remote, f"{self.desk_ref}:{self.ref}", env=env)
        except GitError as error:
            if "[rejected]" not in error.stderr:  # main has moved on: it let the desk in all the same
                raise

    def tip(self) -> str:
        """Return the newest known commit of main, "" when there is none yet."""
        return self._ask(lambda cat: cat.id_of(f"{self.desk_ref}^{{commit}}"))

    def read(self, name: str) -> bytes | None:
        """Return an object by its name (``COMMIT:path``), None where there is none."""
        if "\n" in name or len(name) > 400:
            return None
        return self._ask(lambda cat: next(data for _, data in cat.read([name])))

    def _ask(self, question: Callable[[CatFile], Answer]) -> Answer:
        """Ask the one process that reads objects, once more when it has ended: starting one costs every page."""
        with self._lock:
            try:
                return question(self._reader())
            except GitError:
                self._reader().close()
                self._cat = None
                return question(self._reader())

    def _reader(self) -> CatFile:
        if self._cat is None:
            self._cat = self.repo.cat_file()
        return self._cat

    def close(self) -> None:
        """End the process that reads objects."""
        with self._lock:
            if self._cat is not None:
                self._cat.close()
                self._cat = None

    def numbers(self, tip: str, folder: str) -> list[str]:
        """Return the ids of the records in a folder of ``tip``."""
        out = self.repo.git("ls-tree", "--name-only", "-z", f"{tip}:{self.repo.prefix}{folder}") if (
            self.repo.resolve(f"{tip}:{self.repo.prefix}{folder}")[0]
        ) else b""  # fmt: skip
        return [name.decode().removesuffix(".yml") for name in out.split(b"\0") if name]

    def put(self, base: str, commits: Sequence[Written]) -> list[str]:
        """Put a chain of commits onto main if it still is at ``base``; return their ids, none when it had moved.

        Raises RefusedError when the forge's hook turns them down, GitError when main cannot be reached.
        """
        made = commit_onto(self.repo, base, commits, COMMITTER)
        if not self.remote:
            return made if move_ref(self.repo, self.ref, made[-1], base) else []
        try:
            self.repo.git("push", "-q", self.remote, f"{made[-1]}:{self.ref}")
        except GitError as error:
            self.refresh()
            if self.tip() == base:
                if "remote rejected" in error.stderr:
                    raise RefusedError(_told(error.stderr), stderr=error.stderr) from None
                raise
            return made if self.repo.is_ancestor(made[-1], self.tip()) else []
        self.repo.git("update-ref", self.desk_ref, made[-1])
        return made

    def acts_since(self, base: str) -> dict[str, str]:
        """Return the acts that main has got since ``base``: commit by key."""
        known = base and self.repo.rev_parse(base) is not None  # not after main was restored from an older backup
        span = f"{base}..{self.tip()}" if known else self.tip()
        out = self.repo.git("log", "--format=%H%n%B%x00", span, "--").decode("utf-8", "replace")
        found: dict[str, str] = {}
        for part in out.split("\0"):
            commit, _, body = part.strip().partition("\n")
            for key in _TRAILER.findall(body):
                found[key] = commit
        return found

    def update_clone(self) -> None:
        """Bring the work tree up to main, leaving alone what somebody has changed in it."""
        if self.clone is None:
            return
        here = Repo.discover(self.clone)
        if here is None:
            return
        if here.common_dir == self.repo.common_dir and not self.remote:
            return  # the caller moved its own branch; see sync_own
        here.git("fetch", "-q", "origin")
        here.git("merge", "-q", "--ff-only", f"origin/{self.ref.rpartition('/')[2]}")

    def sync_own(self, old: str, new: str) -> None:
        """Where main is checked out in this very repository: carry its new commits into index and work tree."""
        if self.clone is not None and not self.remote and not self.repo.bare:
            self.repo.git("read-tree", "-m", "-u", old or "HEAD", new)


def made_at(root: Path) -> str:
    """Return when a repository was made, "" where there is none: what tells a demonstration from one made anew.

    Its first commit does not: the same seed makes the same commits.
    """
    repo = Repo.discover(root)
    if repo is None:
        return ""
    born = [one for one in (repo.common_dir / "description", repo.common_dir / "HEAD") if one.is_file()]
    return str(born[0].stat().st_mtime_ns) if born else ""


def _told(stderr: str) -> str:
    """Return what a hook said, without the server's own lines."""
    lines = [line.removeprefix("remote:").strip() for line in stderr.splitlines() if line.startswith("remote:")]
    return "".join(line for line in lines if line)[:600] or "代码平台没有收，没有说原因。请找系统管理员看平台的日志。"
