"""Who was staff at each place of the line: the registries that held there, and the rights under them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from noveto.history.rights import Rights
from noveto.records.registry import FILES, Registry, build_registry

if TYPE_CHECKING:
    from noveto.ledger import Ledger


class Eras:
    """The registries of a ledger's line, each read at most once.

    An era is named by the place of the commit that brought its registry. ``commit`` gives the id of the commit at a
    place.
    """

    def __init__(self, ledger: Ledger, commit: Callable[[int], str]) -> None:
        self.ledger = ledger
        repo = ledger.repo
        assert repo is not None  # noqa: S101 - a line has a repository
        self._repo, self._commit = repo, commit
        self._rights: dict[int, Rights] = {}
        self._differ: dict[int, frozenset[str] | None] = {}

    @cached_property
    def _places(self) -> list[int]:
        """The places of the line at which the registry or the steps changed, in order."""
        names = [*(f"records/registry/{name}.yml" for name in FILES), "schema/steps.yml"]
        return sorted({version.seq for name in names for version in self.ledger.line.versions(name)})

    def of(self, seq: int) -> int:
        """Return the place that brought the registry which held before ``seq``; the first one for what came with it."""
        at = bisect_left(self._places, seq) - 1
        return self._places[max(at, 0)] if self._places else 0

    @property
    def present(self) -> int:
        """The place that brought the present registry, 0 where there never was one."""
        return self._places[-1] if self._places else 0

    def rights(self, era: int) -> Rights:
        """Return the rights under the registry of an era, with the steps as they stand (they are dated)."""
        if era not in self._rights:
            registry = self.ledger.registry if era == self.present else self._registry(self._commit(era))
            self._rights[era] = Rights(registry, self.ledger.steps)
        return self._rights[era]

    def _registry(self, commit: str) -> Registry:
        from noveto.source import load

        values = {}
        for name in FILES:
            data = self._repo.show(commit, f"records/registry/{name}.yml")
            loaded = load(data, file="") if data is not None else None
            good = loaded is not None and isinstance(loaded.value, dict)
            values[name] = loaded.value if good and loaded is not None else None
        try:
            return build_registry(values, commit)
        except (KeyError, TypeError, ValueError, AttributeError):
            return self.ledger.registry  # not form-valid: quarantined then as now

    def judged_anew(self, era: int) -> frozenset[str] | None:
        """Return the people whose rights may have been others in that era than they are now; None for everybody."""
        if era not in self._differ:
            self._differ[era] = _differ(self.rights(era).registry, self.ledger.registry)
        return self._differ[era]

    def person(self, seq: int, email: str) -> str:
        """Return the id of the member of staff who commits with an address, as the registry held before ``seq``.

        Who is only in the present registry counts too: addresses are added when somebody is found to lack one.
        """
        mail = email.lower()
        for registry in (self.rights(self.of(seq)).registry, self.ledger.registry):
            if (found := registry.by_email.get(mail)) is not None:
                return found.id
        return ""

    def account(self, seq: int, name: str) -> str:
        """Return the id of the member of staff with a login name (or id) before ``seq``, "" for nobody."""
        for registry in (self.rights(self.of(seq)).registry, self.ledger.registry):
            if (found := registry.by_account.get(name)) is not None:
                return found.id
            if name in registry.staff:
                return name
        return ""


def _differ(one: Registry, other: Registry) -> frozenset[str] | None:
    if one is other:
        return frozenset()
    if one.office != other.office or {key: one.units.history(key) for key in one.units} != {
        key: other.units.history(key) for key in other.units
    }:
        return None
    found: set[str] = set()
    for key in {*one.staff, *other.staff}:
        was, now = one.staff.history(key), other.staff.history(key)
        if was != now:
            found.add(key)
            found.update(deputy.id for person in (*was, *now) for deputy in person.deputies)
    return frozenset(found)
