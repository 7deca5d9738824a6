"""The whole check of a ledger: form, references, personal data, breaches, deadlines, in one list of findings."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from noveto.checks import reference_findings, registry_findings
from noveto.checks.calendar import FOLDER, contradictions, unusable
from noveto.checks.ids import id_findings
from noveto.checks.recipes import Recipes, findings_on, named, open_record, recipes, references_of
from noveto.clocks.recipe import open_records
from noveto.errors import UserError, reason
from noveto.findings import Finding, make
from noveto.ledger.judge import unpack_findings
from noveto.ledger.places import RECORDS, REGISTRY, kind_of
from noveto.schema import SchemaFileError

if TYPE_CHECKING:
    from noveto.ledger import Derived, Ledger
    from noveto.ledger.recipe import Recipe
    from noveto.ledger.record import Record

_FEW = 500
RULES = ("rules", "steps")
_REGISTRY = {
    "units": "记录里写的单位没有核对",
    "halls": "记录里写的大厅没有核对",
    "windows": "记录里写的窗口没有核对",
    "staff": "记录里写的人员没有核对",
    "matters": "记录里写的事项没有核对",
    "office": "本市的名称、牵头单位和网站地址都不知道",
}
"""What is not known without a file of the registry."""


class Outcome(NamedTuple):
    """What a check found, in order of file, line and column, and how many files it looked at."""

    findings: list[Finding]
    files: int

    def summary(self) -> dict[str, int]:
        """Return the counts of the contract; ``quarantined`` are the records that have an error."""
        counts = dict.fromkeys(("error", "breach", "warning", "note"), 0)
        for finding in self.findings:
            counts[finding.severity] += 1
        broken = {one.file for one in self.findings if one.severity == "error" and kind_of(one.file) in RECORDS}
        return {
            "files": self.files,
            "errors": counts["error"],
            "breaches": counts["breach"],
            "warnings": counts["warning"],
            "notes": counts["note"],
            "quarantined": len(broken),
        }


def check_ledger(
    ledger: Ledger, today: date, *, only: Callable[[str], bool] | None = None, extra: Iterable[Finding] = ()
) -> Outcome:
    """Check everything in a ledger; with ``only`` keep what concerns the files it accepts.

    ``extra`` findings (of the change as such) come in their places. ``today`` is the day deadlines are judged
    by. One broken file, rules file or calendar never keeps the rest from being checked.
    """
    check = _Check(ledger, today)
    found = [*extra, *(finding for finding in check.findings() if only is None or only(finding.file))]
    found.sort(key=lambda one: (one.file, one.line, one.column, one.code, one.field))
    return Outcome(list(dict.fromkeys(found)), _count(ledger, only) if check.usable else 0)


def hold_errors(ledger: Ledger, today: date, *others: Recipe, history: bool = False) -> None:
    """Quarantine the records of a ledger that have an error beyond their form: references, personal data, place.

    Every output calls it first, so that such a record is shown by file, line and message only and counted
    nowhere (contract, section 3). Errors of the day (a time that has not come) hold nothing: seen from an
    earlier day, every later step would be one. What the output asks for next (``others``) is worked out in the
    same reading of the files; ``history`` says that it asks for arrivals next (see Ledger.prepare). Raises UserError
    when the steps cannot be read.
    """
    ledger.hold(())  # what was on hold is judged anew
    made = recipes(ledger.context, clocks=False)
    ledger.prepare(*(recipe for recipe in made if recipe is not None), *others, history=history)
    check = _Check(ledger, today)
    found = chain(check.kept(made), check.misplaced(), check.references(made))  # never all at once
    ledger.hold(one for one in found if _holds(one))


def hold_open(ledger: Ledger, today: date) -> list[Record]:
    """Do what ``hold_errors`` does among the open records alone, and return those that have no error.

    An output that shows only them need not wait until all records are judged. Raises UserError when the steps cannot
    be read.
    """
    ledger.hold(())
    records = list(open_records(ledger, today))
    made = recipes(ledger.context, clocks=False)
    wanted = [recipe for recipe in made if recipe is not None]
    paths = {record.path for record in records}
    said = dict(zip(wanted, ledger.some(wanted, sorted(paths)), strict=True))
    check = _Check(ledger, today, lambda recipe: said[recipe])
    found = [*check.kept(made), *check.misplaced(paths), *check.references(made)]
    errors = [one for one in found if _holds(one)]
    ledger.hold(errors)
    held = {one.file for one in errors}
    return [record for record in records if record.path not in held]


def _holds(finding: Finding) -> bool:
    return finding.severity == "error" and kind_of(finding.file) in RECORDS


def _count(ledger: Ledger, only: Callable[[str], bool] | None) -> int:
    rules = [f"schema/{name}.yml" for name in RULES]
    return len(rules) + ledger.count_files() if only is None else sum(map(only, (*rules, *ledger.paths())))


class _Check:
    """One run: first the configuration, then with what of it can be used, the records.

    ``said`` tells what a recipe said of the records judged; of all records where it is not given.
    """

    def __init__(self, ledger: Ledger, today: date, said: Callable[[Recipe], Iterable[Derived]] | None = None) -> None:
        self.ledger = ledger
        self.today = today
        self.said = said or (lambda recipe: ledger.settled(recipe, today))
        self.usable = True
        """Whether the schemas could be read, without which no file can be judged."""

    def findings(self) -> Iterator[Finding]:
        broken = list(self._schemas())
        yield from broken
        if broken:
            self.usable = False
            return
        rules = {kind: list(self._rules(kind)) for kind in RULES}
        for found in rules.values():
            yield from found
        usable = {kind: not any(finding.severity == "error" for finding in found) for kind, found in rules.items()}
        broken_calendar = self._calendar()
        calendar = broken_calendar is None
        made = recipes(self.ledger.context, steps=usable["steps"], clocks=usable["rules"] and calendar)
        self.ledger.prepare(*(recipe for recipe in made if recipe is not None))
        told = False
        for finding in self.ledger.form_findings():
            told = told or (broken_calendar is not None and finding.file == broken_calendar.file)
            yield finding
        if broken_calendar is None:
            yield from contradictions(self.ledger.folder / FOLDER)
        elif not told:
            yield broken_calendar
        yield from self.kept(made)
        yield from self.misplaced()
        yield from self.references(made)
        yield from self.registers()
        if made.late is not None:
            yield from self._late(made)

    # -- configuration --------------------------------------------------------------------------------

    def _calendar(self) -> Finding | None:
        """Return why the calendar cannot be used, None when it can."""
        try:
            self.ledger.calendar  # noqa: B018 - read to see whether it can be
        except UserError as error:
            return unusable(error)
        return None

    def _schemas(self) -> Iterator[Finding]:
        """Find schema files that cannot be used at all."""
        for kind in self.ledger.schemas.kinds:
            try:
                self.ledger.schemas.schema(kind)
            except UserError as error:
                line, column = error.place if isinstance(error, SchemaFileError) else (0, 0)
                yield make("NV906", file=f"schema/{kind}.schema.json", line=line, column=column, problem=str(error),
                           mend="可以用安装包里的同名文件换掉它。")  # fmt: skip

    def _rules(self, kind: str) -> Iterator[Finding]:
        """Judge rules.yml or steps.yml: text, schema, and what the schema cannot say."""
        from noveto.rules.check import check_rules
        from noveto.source import load

        file = f"schema/{kind}.yml"
        try:
            data = (self.ledger.folder / file).read_bytes()
        except OSError as error:
            yield make("NV906", file=file, problem=f"读不了这个文件：{reason(error)}。",
                       mend="从安装包里取同名文件放回去，或者检查权限。")  # fmt: skip
            return
        loaded = load(data, file=file, bare_log=False)
        found = list(loaded.findings)
        if not any(finding.severity == "error" for finding in found):
            found += self.ledger.schemas.check(kind, loaded.value, loaded, file)
        if not any(finding.severity == "error" for finding in found):
            found += check_rules(kind, loaded.value, loaded, file, self.ledger.schemas)
        yield from found

    # -- records --------------------------------------------------------------------------------------

    def kept(self, made: Recipes) -> Iterator[Finding]:
        """Yield what the content of a record decides: its text, its steps."""
        for recipe in (made.text, made.record):
            if recipe is not None:
                for found in self.said(recipe):
                    yield from named(unpack_findings(found.payload, found.path), self._unit)

    def misplaced(self, among: Container[str] | None = None) -> Iterator[Finding]:
        """Yield what is wrong about where a record lies."""
        for path in self.ledger.misplaced():
            record = self.ledger.file(path) if among is None or path in among else None
            if record is not None:
                yield from id_findings(record)

    def references(self, made: Recipes) -> Iterator[Finding]:
        """Yield references that lead nowhere."""
        registry = self.ledger.registry
        naming: dict[str, list[str]] = {}
        for found in self.said(made.references):
            findings, keys = references_of(found.payload, found.path)
            yield from findings
            if keys:
                naming[found.path] = keys
        there = self.ledger.existing(key for keys in naming.values() for key in keys)
        for path, keys in naming.items():
            if not there.issuperset(keys) and (record := self.ledger.file(path)) is not None:
                known = reference_findings(record, registry, None)
                all_found = reference_findings(record, registry, _Ids(self.ledger, there))
                yield from (finding for finding in all_found if finding not in known)

    def registers(self) -> Iterator[Finding]:
        """Yield what is wrong inside the registry."""
        registry = self.ledger.registry
        for name, what in _REGISTRY.items():
            path = f"records/registry/{name}.yml"
            if name in registry.broken and not (self.ledger.folder / path).exists():
                yield make("NV907", file=path, name=name, what=what)
        files = {name: file for name in REGISTRY if (file := self.ledger.file(f"records/registry/{name}.yml"))}
        yield from registry_findings(files, registry)

    def _late(self, made: Recipes) -> Iterator[Finding]:
        assert made.late is not None  # noqa: S101 - asked before
        settled_later: list[str] = []
        for found in self.ledger.settled(made.late, self.today):
            yield from named(unpack_findings(found.payload, found.path), self._unit)
        for found in self.ledger.live(made.late, self.today):
            if found.live:
                read = partial(self.ledger.source, found.path)
                record = open_record(found.payload, found.path, found.blob, found.kind, read)
                yield from named(findings_on(record, self.ledger.context, self.today), self._unit)
            else:
                settled_later.append(found.path)
        for at in range(0, len(settled_later), _FEW):
            for record in self.ledger.files(settled_later[at : at + _FEW], arrivals=True):
                yield from named(findings_on(record, self.ledger.context, self.today), self._unit)

    def _unit(self, key: str) -> str:
        return self.ledger.registry.unit_name(key)


class _Ids:
    """The ids of a ledger: those known to be there first, then asked one by one."""

    def __init__(self, ledger: Ledger, there: set[str]) -> None:
        self._ledger = ledger
        self._there = there

    def __contains__(self, key: object) -> bool:
        return key in self._there or self._ledger.exists(str(key))
