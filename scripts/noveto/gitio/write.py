"""Writing to Git: a commit of some files, and a bulk import."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from noveto.gitio.process import GitError, failure, start
from noveto.gitio.repo import Repo


def init(folder: Path, *, bare: bool = False, branch: str = "main") -> Repo:
    """Make an empty repository in ``folder`` (which must exist) and return it. Raises GitError."""
    from noveto.gitio.process import run

    run(["init", "-q", f"--initial-branch={branch}", *(["--bare"] if bare else [])], folder)
    repo = Repo.discover(folder)
    if repo is None:
        raise GitError(f"无法在 {folder} 建立 Git 仓库。")
    return repo


def commit(repo: Repo, paths: Sequence[str], message: str, *, author: str = "", email: str = "") -> str:
    """Commit the present work tree state of ``paths`` (added, changed or deleted) and return the commit id.

    Only these paths enter the commit; whatever else is staged stays staged. ``author`` and ``email``
    override the configured identity. Raises GitError, for example when nothing changed or no identity is
    configured.
    """
    identity: dict[str, str] = {}
    if author:
        identity |= {"GIT_AUTHOR_NAME": author, "GIT_COMMITTER_NAME": author}
    if email:
        identity |= {"GIT_AUTHOR_EMAIL": email, "GIT_COMMITTER_EMAIL": email}
    here = [path for path in paths if (repo.folder / path).exists() or (repo.folder / path).is_symlink()]
    gone = [path for path in paths if path not in here]
    if here:
        repo.git("add", "--all", "--", *here)
    if gone:
        repo.git("rm", "-r", "-q", "--cached", "--ignore-unmatch", "--", *gone)
    try:
        repo.git("commit", "-q", "-m", message, "--only", "--", *paths, env=identity)
    except GitError as error:
        if "Please tell me who you are" in error.stderr or "unable to auto-detect email" in error.stderr:
            raise GitError(
                '还没有设置提交人。请先执行：git config user.name "姓名"；git config user.email "邮箱"',
                stderr=error.stderr,
            ) from error
        raise
    found = repo.rev_parse("HEAD")
    if found is None:
        raise GitError("提交之后找不到 HEAD。")
    return found


class FastImport:
    """A running ``git fast-import``; write the stream to ``.stream``, leave the block to finish.

    Raises GitError on leaving the block when git refused the stream.
    """

    def __init__(self, folder: Path, *args: str) -> None:
        self._folder = folder
        self._args = ["fast-import", "--quiet", *args]
        self._process = start(self._args, folder, stdin=subprocess.PIPE)
        if self._process.stdin is None:
            raise GitError("无法写入 git fast-import。")
        self.stream: IO[bytes] = self._process.stdin

    def __enter__(self) -> FastImport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        try:
            self.stream.close()
        except OSError:
            process.kill()
        err = process.stderr.read() if process.stderr else b""
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        if process.wait() != 0 and kind is None:
            raise failure(self._args, err, self._folder)


def fast_import(repo: Repo, *args: str) -> FastImport:
    """Start ``git fast-import`` in the repository; use as a context manager."""
    return FastImport(repo.folder, *args)
