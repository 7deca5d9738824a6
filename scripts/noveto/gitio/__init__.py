"""The only package that starts git."""

from noveto.gitio.catfile import CatFile
from noveto.gitio.log import Change, Commit
from noveto.gitio.process import BAD_BYTES, GitError, NotFoundError
from noveto.gitio.repo import Changed, Repo, TreeEntry, blob_id
from noveto.gitio.status import Status
from noveto.gitio.write import FastImport, commit, fast_import, init

__all__ = [
    "BAD_BYTES",
    "CatFile",
    "Change",
    "Changed",
    "Commit",
    "FastImport",
    "GitError",
    "NotFoundError",
    "Repo",
    "Status",
    "TreeEntry",
    "blob_id",
    "commit",
    "fast_import",
    "init",
]
