"""Set-up as a push leaves it: schema, rules, registry and calendar must go on carrying the ledger.

Whoever may change them could otherwise lock everybody out with one push, herself included: the next push would be
judged by what she broke.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from noveto.checks.calendar import unusable
from noveto.checks.run import check_ledger
from noveto.errors import UserError
from noveto.findings import Finding, make
from noveto.gitio import Repo
from noveto.history.rights import Rights
from noveto.ledger import Ledger
from noveto.ledger.places import REGISTRY

_SCHEMA = "schema/"


def setup_findings(repo: Repo, old: str, new: str, touched: Collection[str], today: date) -> Iterator[Finding]:
    """Yield what is wrong with the set-up at ``new``, of which the files ``touched`` differ from ``old``.

    A changed schema is tried on every record: one that was right must stay right (schemas are only ever widened).
    The registry keeps its six files and an administrator who can mend it.
    """
    with Ledger.open(repo.folder, at=new, jobs=1) as after:
        if any(path.startswith(_SCHEMA) for path in touched):
            with Ledger.open(repo.folder, at=old, jobs=1) as before:
                known = {_where(one) for one in check_ledger(before, today).findings}
            worse = [one for one in check_ledger(after, today).findings
                     if one.severity == "error" and _where(one) not in known]  # fmt: skip
            if worse:
                yield from worse
                return
        for name in REGISTRY:
            path = f"records/registry/{name}.yml"
            if path in touched and name in after.registry.broken:
                yield make("NV547", file=path)
        rights = Rights(after.registry, after.steps)
        if not any(rights.may_set_up(person, today) for person in after.registry.staff):
            yield make("NV548", file="records/registry/staff.yml", day=today.isoformat())
        try:
            after.calendar  # noqa: B018 - read to see whether it can be
        except UserError as error:
            yield unusable(error)


def _where(finding: Finding) -> tuple[str, str, str]:
    return finding.file, finding.code, finding.field
