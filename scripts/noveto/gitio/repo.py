"""A repository, as far as the ledger asks of it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from noveto.gitio.catfile import CatFile
from noveto.gitio.log import Commit, RawChange, first_parent_log, milestones, raw_log
from noveto.gitio.process import BAD_BYTES, GitError, NotFoundError, run, start
from noveto.gitio.status import Status

_LARGE = 64 << 20
"""Bytes of packs from which the first-parent line is read in spans."""
_SPAN = 25_000
"""Commits of a span."""


class TreeEntry(NamedTuple):
    """One file of a tree. ``mode`` is ``100644``, ``100755``, ``120000`` (link) or ``160000`` (submodule)."""

    path: str
    blob: str
    mode: str


class Changed(NamedTuple):
    """One path that differs between two trees; ids are empty where the side has no such file."""

    path: str
    old: str
    new: str
    mode: str


class Repo:
    """A Git repository and a folder in it, from which all paths are counted.

    ``folder`` may be the top of the work tree, a folder below it (then ``prefix`` is that folder with a
    trailing slash), or a bare repository. Paths given and returned are relative to ``folder``.
    """

    def __init__(
        self, folder: Path, git_dir: Path, common_dir: Path, *, bare: bool, shallow: bool, format: str, prefix: str
    ) -> None:
        self.folder = folder
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.bare = bare
        self.is_shallow = shallow
        self.object_format = format
        self.prefix = prefix

    @classmethod
    def discover(cls, path: Path) -> Repo | None:
        """Return the repository that holds ``path``, or None where there is none.

        Raises GitError when git is missing or refuses to read the repository (its owner is another user), and where
        there is one that is broken.
        """
        args = ["rev-parse", "--absolute-git-dir", "--git-common-dir", "--is-bare-repository",
                "--is-shallow-repository", "--show-object-format", "--show-prefix"]  # fmt: skip
        try:
            out = run(args, path)
        except GitError as error:
            if "not a git repository" not in error.stderr.lower():
                raise
            broken = next((folder / ".git" for folder in (path, *path.parents) if (folder / ".git").exists()), None)
            if broken is None:
                return None
            raise GitError(
                f"{broken} 在，但是 Git 认不出这个仓库，历史和回执都读不了。请从别的副本重新克隆；"
                "只看文件、不要历史的，把 .git 移走。",
                stderr=error.stderr,
            ) from None
        lines = out.decode("utf-8", "surrogateescape").split("\n")
        git_dir, common, bare, shallow, fmt, prefix = lines[:6]
        return cls(
            path,
            Path(git_dir),
            (path / common).resolve(),
            bare=bare == "true",
            shallow=shallow == "true",
            format=fmt,
            prefix=prefix,
        )

    def git(self, *args: str, input: bytes | None = None, env: dict[str, str] | None = None) -> bytes:
        """Run git in the folder and return its output. Raises GitError with a Chinese message."""
        return run(args, self.folder, input=input, env=env)

    # -- naming ---------------------------------------------------------------------------------------

    def rev_parse(self, rev: str) -> str | None:
        """Return the commit id that ``rev`` names, or None where there is none (an unborn branch too)."""
        return self.resolve(f"{rev}^{{commit}}")[0]

    def resolve(self, *names: str) -> list[str | None]:
        """Return the object id for each name (``HEAD``, ``REV:path``…), None where there is none; one process."""
        out = run(
            ["cat-file", "--batch-check=%(objectname)"], self.folder, input="".join(f"{n}\n" for n in names).encode()
        )
        found: list[str | None] = []
        for line in out.decode("utf-8", "surrogateescape").split("\n")[: len(names)]:
            found.append(None if line.endswith((" missing", " ambiguous")) or " " in line else line)
        return found

    def tree_name(self, rev: str, path: str) -> str:
        """Return the ``REV:path`` name of a path counted from the folder."""
        return f"{rev}:{self.prefix}{path}".rstrip("/")

    def tree_id(self, rev: str, path: str) -> str | None:
        """Return the id of the tree (or blob) at ``path`` in ``rev``, None where there is none."""
        return self.resolve(self.tree_name(rev, path))[0]

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the merge base of two commits, None where they share nothing."""
        try:
            return run(["merge-base", one, other], self.folder).decode().strip() or None
        except NotFoundError:
            raise
        except GitError as error:
            if error.stderr:
                raise
            return None

    def is_ancestor(self, one: str, other: str) -> bool:
        """Return whether commit ``one`` is reachable from ``other``."""
        return self.merge_base(one, other) == one

    # -- trees ----------------------------------------------------------------------------------------

    def ls_tree(self, rev: str, paths: Sequence[str] = ()) -> Iterator[TreeEntry]:
        """Yield the files of ``rev`` (a commit) under ``paths``, in path order."""
        cut = len(self.prefix)
        out = run(["ls-tree", "-r", "-z", "--full-tree", rev, *(["--"] if paths else []),
                   *(self.prefix + path for path in paths)], self.folder)  # fmt: skip
        for item in out.split(b"\0"):
            if item:
                head, _, name = item.partition(b"\t")
                mode, _, blob = head.decode("ascii").split(" ")
                yield TreeEntry(name.decode("utf-8", BAD_BYTES)[cut:], blob, mode)

    def ls_tree_at(self, tree: str) -> Iterator[TreeEntry]:
        """Yield the files of a tree given by its id, paths counted from that tree; none for ""."""
        if not tree:
            return
        for item in run(["ls-tree", "-r", "-z", "--full-tree", tree], self.folder).split(b"\0"):
            if item:
                head, _, name = item.partition(b"\t")
                mode, _, blob = head.decode("ascii").split(" ")
                yield TreeEntry(name.decode("utf-8", BAD_BYTES), blob, mode)

    def diff_tree(self, old: str, new: str, paths: Sequence[str] = ()) -> list[Changed]:
        """Return what differs between two commits or two trees, renames as deletion and addition.

        Given commits, ``paths`` limits the answer and paths are counted from the folder; given the ids of
        two trees, paths are counted from those trees.
        """
        out = run(
            ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old, new,
             *(["--"] if paths else []), *paths],
            self.folder,
        )  # fmt: skip
        items = out.split(b"\0")
        cut = len(self.prefix) if paths else 0
        changed: list[Changed] = []
        for head, name in zip(items[0::2], items[1::2], strict=False):
            _, mode, was, now, status = head.decode("ascii").lstrip(":").split(" ")
            path = name.decode("utf-8", BAD_BYTES)[cut:]
            gone = status == "D"
            changed.append(Changed(path, "" if status == "A" else was, "" if gone else now, "" if gone else mode))
        return changed

    def status(self, paths: Sequence[str]) -> Status:
        """Start ``git status`` over ``paths``; see Status."""
        return Status(self.folder, self.prefix, paths)

    def worktree_changes(self, paths: Sequence[str]) -> set[str]:
        """Return the paths under ``paths`` whose work tree file differs from HEAD, untracked ones included."""
        return self.status(paths).result()

    def ignores(self, path: str) -> bool:
        """Return whether Git was told to ignore ``path`` (then it knows nothing of what lies there)."""
        try:
            run(["check-ignore", "-q", "--", path], self.folder, env={"GIT_LITERAL_PATHSPECS": "0"})
        except GitError as error:
            if error.stderr:
                raise
            return False
        return True

    # -- contents -------------------------------------------------------------------------------------

    def cat_batch(self, blobs: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (id, content) for each blob id, in the order given, from one process.

        Raises GitError for an id that does not exist.
        """
        with CatFile(self.folder) as process:
            for name, data in process.read(blobs):
                if data is None:
                    raise NotFoundError(f"Git 对象不存在：{name}。仓库可能不完整。")
                yield name, data

    def cat_file(self) -> CatFile:
        """Start a ``git cat-file --batch`` that can be asked again and again."""
        return CatFile(self.folder)

    def show(self, rev: str, path: str) -> bytes | None:
        """Return the content of ``path`` in ``rev``, None where there is none."""
        with CatFile(self.folder) as process:
            return next(data for _, data in process.read([self.tree_name(rev, path)]))

    def pack_order(self, blobs: set[str]) -> list[str]:
        """Return ``blobs`` in the order in which they lie in the packs: several times cheaper to read so.

        Ids the repository does not list come last.
        """
        process = start(
            ["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"],
            self.folder,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None  # noqa: S101 - for the type checker: start() always makes a pipe
        left = set(blobs)
        ordered: list[str] = []
        with process.stdout as out:
            for line in out:
                oid = line[:-1].decode("ascii")
                if oid in left:
                    left.discard(oid)
                    ordered.append(oid)
        process.wait()
        return ordered + sorted(left)

    def blob_id(self, data: bytes) -> str:
        """Return the id Git would give these bytes as a blob."""
        return blob_id(data, self.object_format)

    # -- history --------------------------------------------------------------------------------------

    def first_parent_log(
        self, tip: str, paths: Sequence[str] = (), *, since: str | None = None, bodies: bool = False
    ) -> Iterator[Commit]:
        """Yield the first-parent line up to ``tip``, oldest first; see noveto.gitio.log."""
        return first_parent_log(self.folder, tip, paths, since=since, bodies=bodies)

    def raw_log(self, tip: str, *, since: str | None = None) -> Iterator[tuple[list[bytes], list[RawChange]]]:
        """Yield the first-parent line unwrapped; see noveto.gitio.log.

        Git keeps every commit of one log in memory, so a long line is read a span at a time.
        """
        marks = milestones(self.folder, tip, _SPAN) if since is None and self._large() else []
        before = since
        for last in dict.fromkeys((*marks, tip)):
            yield from raw_log(self.folder, last, (), since=before)
            before = last

    def _large(self) -> bool:
        """Return whether the packs are so large that the line may be long; cheaper than counting its commits."""
        packs = (self.common_dir / "objects" / "pack").glob("*.pack")
        return sum(pack.stat().st_size for pack in packs) > _LARGE

    @cached_property
    def head(self) -> str | None:
        """The commit checked out, None on an unborn branch."""
        return self.rev_parse("HEAD")


def blob_id(data: bytes, format: str = "sha1") -> str:
    """Return the id Git gives ``data`` as a blob, in a repository of that object format (sha1 or sha256)."""
    name = hashlib.sha256() if format == "sha256" else hashlib.sha1(usedforsecurity=False)
    name.update(b"blob %d\0" % len(data))
    name.update(data)
    return name.hexdigest()
