"""How git is started: one environment, one way to fail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from noveto.errors import UserError, reason

_DROPPED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_COMMON_DIR")
_QUARANTINE = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")

# Settings of the user that would change what plumbing prints. The rest of the user's configuration stays:
# safe.directory, credentials and identity live there.
FIXED = (
    "-c", "core.quotepath=false",
    "-c", "color.ui=false",
    "-c", "log.showSignature=false",
    "-c", "core.commitGraph=true",
    "-c", "diff.noprefix=false",
    "-c", "advice.graftFileDeprecated=false",
    "-c", "core.packedGitWindowSize=4m",  # a pass over the whole history maps the pack piece by piece
    "-c", "core.packedGitLimit=16m",  # and keeps few trees, so that memory stays flat however large the ledger is
    "-c", "core.deltaBaseCacheLimit=16m",
)  # fmt: skip

BAD_BYTES = "backslashreplace"
r"""How bytes of a path that are no UTF-8 are read: as text (\xff), which can be shown and kept; no record has one."""


class GitError(UserError):
    """Git could not do what was asked. The message is Chinese and meant for the user."""

    def __init__(self, message: str, *, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


class NotFoundError(GitError):
    """A revision, path or object does not exist."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment git runs in.

    Variables by which an outer git (a hook, an alias) points at another repository are dropped, except
    that inside a pre-receive hook the quarantined objects stay visible. Replacement objects and grafts are
    ignored: they would let a repository show another history than the one that was received.
    """
    env = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    if "GIT_QUARANTINE_PATH" not in env:
        for key in _QUARANTINE:
            env.pop(key, None)
    env.update(
        LC_ALL="C",
        GIT_OPTIONAL_LOCKS="0",
        GIT_TERMINAL_PROMPT="0",
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_GRAFT_FILE=os.devnull,
        GIT_PAGER="cat",
        GIT_LITERAL_PATHSPECS="1",
    )
    if extra:
        env.update(extra)
    return env


def failure(args: Sequence[str], stderr: bytes, cwd: Path | None = None) -> GitError:
    """Turn what git printed on failure into a GitError that says what to do, in Chinese."""
    text = stderr.decode("utf-8", "replace").strip()
    name = args[0] if args else ""
    if "dubious ownership" in text:
        return GitError(
            f"Git 拒绝读取 {cwd}：目录的所有者不是当前用户。请执行 git config --global --add safe.directory {cwd}",
            stderr=text,
        )
    if any(
        sign in text
        for sign in ("unknown revision", "bad revision", "Not a valid object name", "Needed a single revision",
                     "does not exist in", "bad object", "Invalid object name", "exists on disk, but not in")
    ):  # fmt: skip
        return NotFoundError(f"Git 里找不到所指的版本或文件：{text.splitlines()[0]}", stderr=text)
    if "index.lock" in text or "Unable to create" in text:
        return GitError("另一个 Git 操作正在进行，请稍候再试。", stderr=text)
    if any(sign in text for sign in _DAMAGE):
        return GitError(
            f"Git 仓库 {cwd} 的文件坏了：{text.splitlines()[0]}。请先 git fsck 看坏了哪些；多半要从别的副本重新克隆。",
            stderr=text,
        )
    return GitError(f"git {name} 执行失败：{text or '没有说明原因'}", stderr=text)


_DAMAGE = ("index file", "bad index", "corrupt", "missing blob", "missing tree", "unable to read",
           "could not read tree", "bad tree object", "failed to read object", "inflate:")  # fmt: skip
"""What git says of a repository whose files are damaged."""


def missing_git() -> GitError:
    """Return the error for a machine without git."""
    return GitError("没有找到 git 命令，请先安装（Debian：apt install git）。")


def start(
    args: Sequence[str],
    cwd: Path,
    *,
    stdin: int | None = subprocess.DEVNULL,
    stderr: int | None = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``git ARGS`` in ``cwd`` and return the process; its stdout is a pipe.

    Raises GitError where git is not installed or ``cwd`` cannot be entered.
    """
    try:
        return subprocess.Popen(
            ["git", *FIXED, *args],
            cwd=cwd,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(env),
        )
    except FileNotFoundError as error:
        if not cwd.is_dir():
            raise GitError(f"目录不存在：{cwd}") from error
        raise missing_git() from error
    except OSError as error:
        raise GitError(f"无法启动 git：{reason(error)}") from error


def run(
    args: Sequence[str],
    cwd: Path,
    *,
    input: bytes | None = None,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """Run ``git ARGS`` in ``cwd`` and return its standard output.

    Raises GitError (NotFoundError for an unknown revision or object) when git fails.
    """
    process = start(args, cwd, stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL, env=env)
    out, err = process.communicate(input)
    if process.returncode != 0:
        raise failure(args, err, cwd)
    return out
