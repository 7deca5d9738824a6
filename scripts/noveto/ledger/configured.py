"""A work tree or a revision with its configuration: what a ledger is judged by, and what it remembers having said."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.ledger.code import code_digest
from noveto.ledger.context import Context
from noveto.ledger.folders import Exported
from noveto.ledger.memo import remember
from noveto.ledger.view import UNREADABLE, View

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.records.registry import Registry
    from noveto.rules import Rules, Steps
    from noveto.schema import Schemas


class Configured(ABC):
    """The part of a Ledger that asks for no records; ``cache`` is the folder of the cache, None to keep nothing."""

    def __init__(self, view: View, cache: Path | None) -> None:
        self.view = view
        self.root = view.root
        self.repo = view.repo
        self._cache = cache
        self._exported: Exported | None = None

    def close(self) -> None:
        """Close files and processes."""
        self.view.close()
        if self._exported:
            self._exported.close()

    @abstractmethod
    def _plain_registry(self, name: str) -> Mapping[str, Any] | None:
        """Return the plain value of a file of the registry, None where there is none that can be used."""

    @cached_property
    def context(self) -> Context:
        """Schemas, rules, steps, calendar and registry, loaded when first asked for."""
        return Context(self.folder, self._plain_registry)

    @cached_property
    def folder(self) -> Path:
        """A folder that holds the ledger's ``schema/``, ``records/calendar`` and ``records/registry``."""
        if not self.at_revision:
            return self.root
        self._exported = Exported(self.view, self._cache)
        return self._exported.folder

    @property
    def at_revision(self) -> bool:
        """Whether this is a revision, not the work tree."""
        return self.view.revision

    @property
    def schemas(self) -> Schemas:
        """The schemas."""
        return self.context.schemas

    @property
    def rules(self) -> Rules:
        """The dated rules. Raises UserError when rules.yml cannot be used."""
        return self.context.rules

    @property
    def steps(self) -> Steps:
        """The state machine of the steps."""
        return self.context.steps

    @property
    def calendar(self) -> Calendar:
        """The working calendar."""
        return self.context.calendar

    @property
    def registry(self) -> Registry:
        """The registry."""
        return self.context.registry

    @property
    def version(self) -> str:
        """The commit looked at, "" without one. Uncommitted edits may lie over it: see ``edited``."""
        return self.view.commit

    @property
    def edited(self) -> bool:
        """Whether the work tree differs from the commit."""
        return bool(self.edited_paths)

    @property
    def edited_paths(self) -> frozenset[str]:
        """The files in which the work tree differs from the commit."""
        return frozenset(file.path for file in self.view.edits())

    @property
    def digest(self) -> str:
        """A hash over all files under ``records/`` as shown, uncommitted edits included."""
        edits = [(file.path, file.mode, file.oid) for file in self.view.edits()]
        return hashlib.sha256(repr((self.view.tree, edits)).encode()).hexdigest()[:24]

    def remember(self, question: str, make: Callable[[], str], meanwhile: Callable[[], None] | None = None) -> str:
        """Return what ``make`` says, or what it said when the same question was last asked of the same ledger.

        ``meanwhile`` is called where Git takes its time to look for changed files: it may load what ``make`` needs.
        ``question`` names the command, its options and its day. Records, registry, calendar, schemas, rules,
        receipts and code are looked after here: when any of them changed, the question is asked anew.
        """
        folder = self.folder / "schema"
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        stated = [(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files]
        code = code_digest("noveto")
        if meanwhile and self.view.waiting:
            meanwhile()
        edits = [(file.path, file.mode, file.oid) for file in self.view.edits()]
        parts = (question, self.view.commit, self.view.tree, edits, self.view.branch, stated, code)
        unread = any(mode == UNREADABLE for _, mode, _ in edits)  # may hold anything by the next time
        cache = None if unread else self._cache
        return remember(cache, hashlib.sha256(repr(parts).encode()).hexdigest()[:40], make)
