"""The configuration of a ledger, loaded when first asked for: schemas, rules, steps, calendar, registry."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from noveto.records.registry import FILES, Registry, build_registry

if TYPE_CHECKING:
    from noveto.calendar import Calendar
    from noveto.rules import Rules, Steps
    from noveto.schema import Schemas

Plain = Callable[[str], Mapping[str, Any] | None]

_SHARED = ("schemas", "rules", "steps", "calendar", "registry_digest", "calendar_digest")


class Context:
    """What records are judged by.

    ``folder`` holds ``schema/``, ``records/calendar`` and ``records/registry``: the ledger's own folder, or a
    copy of these of another revision. Raises UserError on first use of a part that cannot be used.
    ``params`` is the running recipe's own parameter.
    """

    def __init__(self, folder: Path, plain: Plain | None = None) -> None:
        self.folder = folder
        self.params = ""
        self._plain = plain or self._read_plain

    def apart(self) -> Context:
        """Return a context with all that is loaded here but the registry, which it reads from its files."""
        other = Context(self.folder)
        other.__dict__.update((name, self.__dict__[name]) for name in _SHARED if name in self.__dict__)
        return other

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas of the ledger."""
        from noveto.schema import Schemas

        return Schemas.load(self.folder / "schema")

    @cached_property
    def rules(self) -> Rules:
        """The dated rules."""
        from noveto.rules import Rules

        return Rules.load(self.folder / "schema" / "rules.yml")

    @cached_property
    def steps(self) -> Steps:
        """The state machine of the steps."""
        from noveto.rules import Steps

        return Steps.load(self.folder / "schema" / "steps.yml")

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar."""
        from noveto.calendar import Calendar

        return Calendar.load(self.folder / "records" / "calendar")

    @cached_property
    def registry(self) -> Registry:
        """The registry; a missing or broken file leaves its table empty and is named in ``broken``."""
        return build_registry({name: self._plain(name) for name in FILES}, self.registry_digest)

    @cached_property
    def registry_digest(self) -> str:
        """A hash over the registry's files as they lie in ``folder``."""
        folder = self.folder / "records" / "registry"
        return _digest(folder / f"{name}.yml" for name in FILES)

    @cached_property
    def rules_digest(self) -> str:
        """A hash over rules.yml as it lies in ``folder``, whether or not it can be used."""
        return _digest([self.folder / "schema" / "rules.yml"])

    @cached_property
    def calendar_digest(self) -> str:
        """A hash over the calendar's files as they lie in ``folder``: cheaper to have than the calendar."""
        return _digest(sorted((self.folder / "records" / "calendar").glob("*")))

    def _read_plain(self, name: str) -> Mapping[str, Any] | None:
        """Read one registry file; None when it is missing or not form-valid."""
        from noveto.source import load

        try:
            data = (self.folder / "records" / "registry" / f"{name}.yml").read_bytes()
        except OSError:
            return None
        loaded = load(data, file="")
        if any(found.severity == "error" for found in loaded.findings) or not isinstance(loaded.value, dict):
            return None
        return None if self.schemas.check(name, loaded.value, loaded, "") else loaded.value


def _digest(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        try:
            data = file.read_bytes()
        except OSError:
            data = b""
        found.update(b"%s %d\0" % (os.fsencode(file.name), len(data)))
        found.update(data)
    return found.hexdigest()[:24]
