"""Folders of a ledger: where its cache lies, and the configuration of a revision as files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from noveto.gitio import Repo
from noveto.ledger.view import View

_CONFIGURATION = ("schema", "records/calendar", "records/registry")


def cache_folder(repo: Repo | None) -> Path | None:
    """Return where the cache lies: NOVETO_CACHE, else beside the repository's objects.

    None without Git, and where nothing may be written: a ledger that can only be read is read all the same.
    """
    given = os.environ.get("NOVETO_CACHE", "").strip()
    folder = Path(given) if given else repo.common_dir / "noveto" if repo else None
    return folder if folder is not None and _may_write(folder) else None


def _may_write(folder: Path) -> bool:
    """Return whether files can be made in a folder that is there or would have to be made."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


class Exported:
    """The configuration of a revision, written to a folder once and kept in the cache (None: until ``close``)."""

    def __init__(self, view: View, cache: Path | None) -> None:
        assert view.repo is not None  # noqa: S101 - a revision has a repository
        self._temporary = tempfile.TemporaryDirectory(prefix="noveto-") if cache is None else None
        base = cache / "folders" if cache is not None else Path(self._temporary.name if self._temporary else "")
        parts = view.repo.resolve(*(view.repo.tree_name(view.commit, part) for part in _CONFIGURATION))
        self.folder = base / hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
        if not self.folder.is_dir():
            _export(view.repo, view.commit, base, self.folder)

    def close(self) -> None:
        """Delete what is not kept."""
        if self._temporary:
            self._temporary.cleanup()


def _export(repo: Repo, commit: str, base: Path, target: Path) -> None:
    entries = [entry for entry in repo.ls_tree(commit, _CONFIGURATION) if entry.mode.startswith("100")]
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=base) as made:
        for entry, (_, data) in zip(entries, repo.cat_batch(entry.blob for entry in entries), strict=True):
            file = Path(made) / "x" / entry.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        for part in _CONFIGURATION:
            (Path(made) / "x" / part).mkdir(parents=True, exist_ok=True)
        try:
            (Path(made) / "x").rename(target)
        except OSError:
            if not target.is_dir():  # else another process was faster
                raise
