"""A change judged against what main holds: only its files, and append-only (records.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from noveto.errors import UserError
from noveto.findings import Finding, make
from noveto.ledger.judge import judge
from noveto.ledger.places import RECORDS, kind_of
from noveto.source.append import check_append

if TYPE_CHECKING:
    from noveto.gitio import Repo
    from noveto.ledger import Ledger, Version
    from noveto.schema import Schemas

SHARED = ("schema/", "records/registry/", "records/calendar/")
"""Where a change concerns every record."""


class Against:
    """What a ledger changed since the merge base with a revision.

    ``everything`` says that schema, rules, registry or calendar changed, so that every record has to be
    judged anew; ``files`` are the changed paths.
    """

    def __init__(self, ledger: Ledger, rev: str) -> None:
        self._ledger = ledger
        repo = ledger.repo
        if repo is None or not ledger.version:
            raise UserError(f"这里没有 Git 历史，不能和“{rev}”比较。")
        self._repo: Repo = repo
        self._schemas: dict[str, Schemas] = {}
        self.base = self._merge_base(rev)
        self.files = self._changed()
        self.everything = any(path.startswith(SHARED) for path in self.files)

    def _merge_base(self, rev: str) -> str:
        other = None if rev.startswith("-") else self._repo.rev_parse(rev)
        deepen = "这是浅克隆，历史不全，请先执行 git fetch --unshallow。" if self._repo.is_shallow else ""
        if other is None:
            raise UserError(f"找不到版本“{rev}”。{deepen or '请用 git log 或 git branch -a 核对名称。'}")
        base = self._repo.merge_base(other, self._ledger.version)
        if base is None:
            raise UserError(f"“{rev}”和现在的版本没有共同的历史，无法比较。{deepen}")
        return base

    def _changed(self) -> set[str]:
        changed = self._repo.diff_tree(self.base, self._ledger.version, ["records", "schema"])
        files = {change.path for change in changed}
        if not self._ledger.at_revision:
            files |= {file.path for file in self._ledger.view.edits()}
            files |= self._repo.worktree_changes(["schema"])
        return files

    def accepts(self, path: str) -> bool:
        """Return whether findings about ``path`` are this change's matter."""
        return self.everything or path in self.files

    def findings(self) -> Iterator[Finding]:
        """Yield where a changed record is no honest successor of what main holds."""
        for path in sorted(self.files):
            if kind_of(path) not in RECORDS:
                continue
            old = self._last_valid(path)
            if old is None:
                continue
            try:
                new = self._ledger.source(path)
            except UserError:
                yield make("NV509", file=path)
                continue
            yield from check_append(old, new, file=path)

    def _last_valid(self, path: str) -> bytes | None:
        """Return the last version in main that was form-valid when it came; None when there is none."""
        line = self._ledger.line
        end = line.seq_of(self.base)
        versions = [version for version in line.versions(path) if end is None or version.seq <= end]
        for version in reversed(versions):
            if version.oid and version.mode.startswith("100") and (data := self._valid(path, version)) is not None:
                return data
        return None

    def _valid(self, path: str, version: Version) -> bytes | None:
        data = next(content for _, content in self._repo.cat_batch([version.oid]))
        judged, _, _ = judge(data, kind_of(path), self._schemas_of(version.commit))
        return data if judged.ok else None

    def _schemas_of(self, commit: str) -> Schemas:
        """Return the schemas a commit brought, reading each state of ``schema/`` once."""
        from noveto.schema import Schemas

        tree = self._repo.tree_id(commit, "schema") or ""
        if (known := self._schemas.get(tree)) is None:
            entries = [entry for entry in self._repo.ls_tree_at(tree) if entry.path.endswith(".schema.json")]
            contents = self._repo.cat_batch(entry.blob for entry in entries)
            files = {entry.path: data for entry, (_, data) in zip(entries, contents, strict=True)}
            known = self._schemas[tree] = Schemas.from_files(files)
        return known
