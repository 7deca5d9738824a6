"""Which files a ledger shows: a tree of Git, and over it what the work tree has not committed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from noveto.errors import UserError
from noveto.gitio import BAD_BYTES, GitError, Repo, Status, blob_id
from noveto.ledger.places import kind_of
from noveto.ledger.reader import on_disk, read_plain

LINK, FOLDER, UNREADABLE, GONE, PLAIN = "120000", "160000", "unreadable", "gone", "100644"
"""Modes: a symbolic link, another repository, a file we may not read, a deleted file, a plain file."""


BRANCH = "receipts"
"""The branch that holds the receipts."""

_RECEIPTS = (f"refs/remotes/origin/{BRANCH}^{{commit}}", f"refs/heads/{BRANCH}^{{commit}}")


class File(NamedTuple):
    """One file under ``records/``: its path, kind, mode and the Git id of its content ("" where unread)."""

    path: str
    kind: str
    mode: str
    oid: str


class View:
    """The files of a ledger: ``tree`` (id of ``records/`` in Git, "" for none), and edits over it.

    ``commit`` is the commit the tree belongs to, "" without one; ``branch`` that of the receipts (of the branch fetched
    from the server where there is one, else of the local one), None for none. For the work tree, ``edits`` waits for
    ``git status``, which runs while everything else goes on. A ``revision`` has no edits; ``newest`` says that
    it shows what HEAD shows.
    """

    def __init__(
        self, root: Path, repo: Repo | None, commit: str, tree: str, status: Status | None, *,
        branch: str | None = None, revision: bool = False, newest: bool = True,
    ) -> None:  # fmt: skip
        self.root = root
        self.revision = revision
        self.newest = newest
        self.repo = repo
        self.commit = commit
        self.tree = tree
        self.branch = branch
        self._status = status
        self._edits: list[File] | None = None

    @classmethod
    def of_work_tree(cls, root: Path) -> View:
        """Look at the files as they lie in ``root``, committed or not."""
        repo = Repo.discover(root)
        if repo is None or repo.bare:
            return cls(root, None, "", "", None)
        status = repo.status(["records"])
        try:
            commit, tree, *branches = repo.resolve("HEAD^{commit}", repo.tree_name("HEAD", "records"), *_RECEIPTS)
            if tree is None and repo.ignores("records"):
                status.cancel()
                return cls(root, None, "", "", None)
        except GitError:
            status.cancel()
            raise
        return cls(root, repo, commit or "", tree or "", status, branch=_first(branches) if commit else None)

    @classmethod
    def of_revision(cls, root: Path, rev: str) -> View:
        """Look at the files of a revision. Raises UserError where there is no Git or no such revision."""
        repo = Repo.discover(root)
        if repo is None:
            raise UserError(
                "这里没有 Git 仓库，没有历史可以看。请先 git init 并提交，或者进入有历史的那一份台账。"
                if rev == "HEAD"
                else f"这里没有 Git 仓库，不能用 --at {rev} 看以前的版本。"
            )
        commit = None if rev.startswith("-") else repo.rev_parse(rev)
        if commit is None:
            hint = (
                "这是浅克隆，以前的版本不全；请先执行 git fetch --unshallow。"
                if repo.is_shallow
                else "请用 git log 核对版本号。"
            )
            if rev == "HEAD":
                raise UserError("这个仓库里还没有提交，没有历史可以看。请先提交一次。")
            raise UserError(f"找不到版本“{rev}”。{hint}")
        names = (repo.tree_name(commit, "records"), repo.tree_name("HEAD", "records"), *_RECEIPTS)
        tree, newest, *branches = repo.resolve(*names)
        return cls(root, repo, commit, tree or "", None, branch=_first(branches), revision=True, newest=tree == newest)

    @property
    def laid_out(self) -> Path | None:
        """The folder in which most contents lie as files, cheaper to read there than from Git; None for none."""
        there = not self.revision or (self.newest and self.repo is not None and not self.repo.bare)
        return self.root if there else None

    def edits(self) -> list[File]:
        """Return the files whose work tree state differs from the tree (all files where there is no Git)."""
        if self._edits is None:
            if self.repo is None:
                names = [] if self.revision else sorted(_walk(self.root, "records"))
            elif self._status is not None:
                names = sorted(self._status.result())
            else:
                names = []
            format = self.repo.object_format if self.repo else "sha1"
            self._edits = [file for name in names if (file := _look(self.root, name, format)) is not None]
        return self._edits

    @property
    def waiting(self) -> bool:
        """Whether ``edits`` would have to wait for ``git status``."""
        return self._edits is None and self._status is not None and self._status.running

    def close(self) -> None:
        """Stop waiting for ``git status``."""
        if self._edits is None and self._status is not None:
            self._status.cancel()

    def tree_files(self) -> Iterator[File]:
        """Yield the files of the tree."""
        if self.repo is None or not self.tree:
            return
        for entry in self.repo.ls_tree(self.commit, ["records"]):
            if kind := kind_of(entry.path):
                yield file_of(entry.path, kind, entry.mode, entry.blob)

    def tree_changes(self, since: str) -> Iterator[tuple[str, File | None]]:
        """Yield (path, file or None when deleted) for what differs from the tree ``since``. Raises GitError."""
        if self.repo is None:
            return
        for change in self.repo.diff_tree(since, self.tree):
            path = f"records/{change.path}"
            kind = kind_of(path)
            yield path, file_of(path, kind, change.mode, change.new) if change.new and kind else None


def file_of(path: str, kind: str, mode: str, oid: str) -> File:
    """Return a file of a tree; links and other repositories have no content to read."""
    plain = mode.startswith("100")
    return File(path, kind, PLAIN if plain else mode, oid if plain else "")


def _first(found: list[str | None]) -> str | None:
    return next(filter(None, found), None)


def _walk(root: Path, folder: str) -> Iterator[str]:
    """Yield the names of files below a folder, and of a folder that may not be read."""
    try:
        entries = list(os.scandir(Path(on_disk(root, folder))))
    except FileNotFoundError:
        return
    except OSError:
        yield folder
        return
    for entry in entries:
        name = f"{folder}/{os.fsencode(entry.name).decode('utf-8', BAD_BYTES)}"
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, name)
        else:
            yield name


def _look(root: Path, path: str, format: str) -> File | None:
    """Return what lies at ``path``, None for a file that may lie there unread."""
    kind = kind_of(path)
    if not kind:
        return None
    full = on_disk(root, path)
    try:
        mode = os.lstat(full).st_mode
    except FileNotFoundError:
        return File(path, kind, GONE, "")
    except OSError:
        return File(path, kind, UNREADABLE, "")
    if stat.S_ISLNK(mode):
        return File(path, kind, LINK, "")
    if not stat.S_ISREG(mode):
        return File(path, "stray", FOLDER if os.access(full, os.R_OK | os.X_OK) else UNREADABLE, "")
    try:
        return File(path, kind, PLAIN, blob_id(read_plain(full), format))
    except OSError:
        return File(path, kind, UNREADABLE, "")
