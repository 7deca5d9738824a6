"""Steps as data: reading steps.yml, the rules of each day, and what in a log is out of order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from noveto.errors import UserError
from noveto.rules.machine import ANY, Effect, Machine, State, StepDef, data_of, step_of
from noveto.rules.model import RulesError

KINDS = ("case", "complaint", "improvement", "period", "review")
LATER = frozenset({"period", "review"})
"""Kinds that came later: a ledger's older steps.yml need not know them, and follows the package's."""


class OutOfOrder(NamedTuple):
    """A step that may not follow the state it was written in.

    ``n`` counts entries from 1 in order of entry; ``state`` is the state before, ``allowed`` the Chinese
    names of the states it may follow (empty when only its content is at fault), ``why`` a sentence.
    """

    n: int
    step: str
    title: str
    state: State
    allowed: tuple[str, ...]
    why: str


class Version(NamedTuple):
    """The machines in force from one day on, by kind of record."""

    since: date
    cite: str
    machines: Mapping[str, Machine]


@dataclass(frozen=True, slots=True)
class Steps:
    """The dated step rules of a ledger. ``digest`` is the SHA-256 of the file they came from."""

    versions: tuple[Version, ...]
    digest: str = ""

    @classmethod
    def load(cls, path: Path) -> Steps:
        """Read steps.yml. Raises UserError naming file, line and reason when it cannot be used."""
        from noveto.rules.files import read_rules

        value, digest, at = read_rules(path, "steps")
        try:
            return parse_steps(value, digest)
        except RulesError as error:
            raise UserError(f"{path} {at(error.path)}：{error}请改好步骤规则再用。") from error

    def machine(self, kind: str = "case", day: date | None = None) -> Machine:
        """Return the rules for records of ``kind`` on ``day`` (before the first entry: the first; None: newest).

        Raises KeyError for a kind without steps.
        """
        if day is None:
            return self.versions[-1].machines[kind]
        position = bisect_right([version.since for version in self.versions], day)
        return self.versions[max(position - 1, 0)].machines[kind]

    @property
    def steps(self) -> Mapping[str, StepDef]:
        """The steps of cases in force now."""
        return self.machine().steps

    def allowed(self, state: State, kind: str = "case", day: date | None = None) -> list[StepDef]:
        """Return the steps that may follow ``state``."""
        return self.machine(kind, day).allowed(state)

    def may(
        self, role: str | Iterable[str], relation: str, step: str, kind: str = "case", day: date | None = None
    ) -> bool:
        """Whether ``role`` (or one of several) in ``relation`` to the record may write ``step``.

        A deputy acts with the role of the person replaced: pass both roles. False for an unknown step.
        """
        known = self.machine(kind, day).steps.get(step)
        return known is not None and known.may((role,) if isinstance(role, str) else role, relation)

    def state_after(self, previous: State, entry: object, kind: str = "case", day: date | None = None) -> State:
        """Return the state ``entry`` leads to from ``previous``."""
        return self.machine(kind, day).state_after(previous, entry)

    def state(self, log: Iterable[object], kind: str = "case") -> State:
        """Return the state a log (effective, without struck entries) has led to."""
        states = [after for *_, after in self._walk(log, kind)]
        return states[-1] if states else self.machine(kind).initial()

    def violations(
        self, log: Iterable[object], kind: str = "case", unit_name: Callable[[str], str] = str
    ) -> Iterator[OutOfOrder]:
        """Yield the steps of a log that are out of order (a breach, never an error).

        Entries are read in the order of ``at`` (those of the same time in order of entry) and judged by the
        rules of their day; struck ones are passed over. Pass the effective log, so that corrected times count.
        ``unit_name`` gives units their names in ``why`` (by default their ids stand there).
        """
        for n, entry, machine, before, _ in self._walk(log, kind):
            if not machine.fits(before, entry):
                yield _out_of_order(n, entry, machine, before, unit_name)

    def _walk(self, log: Iterable[object], kind: str) -> Iterator[tuple[int, object, Machine, State, State]]:
        entries = [(getattr(entry, "n", n), entry) for n, entry in enumerate(log, 1)]
        gone = struck(entries)
        state = self.machine(kind, _day(_at(entries[0][1]))).initial() if entries else self.machine(kind).initial()
        for n, entry in sorted(entries, key=lambda item: _at(item[1])):
            if n in gone:
                continue
            machine = self.machine(kind, _day(_at(entry)))
            before, state = state, machine.state_after(state, entry)
            yield n, entry, machine, before, state


def struck(entries: Sequence[tuple[int, object]]) -> set[int]:
    """Return the numbers of entries that a later ``struck`` names; a struck strike strikes nothing."""
    gone: set[int] = set()
    for n, entry in reversed(entries):
        if step_of(entry) == "struck" and n not in gone:
            target = str(data_of(entry).get("entry", ""))
            if target.isascii() and target.isdigit() and 1 <= int(target) < n:
                gone.add(int(target))
    return gone


def _at(entry: object) -> str:
    found = entry.get("at", "") if isinstance(entry, Mapping) else getattr(entry, "at", "")
    return found.isoformat(timespec="minutes") if isinstance(found, datetime) else str(found)


def _day(at: str) -> date | None:
    try:
        return date.fromisoformat(at[:10])
    except ValueError:
        return None


def _out_of_order(n: int, entry: object, machine: Machine, state: State, unit_name: Callable[[str], str]) -> OutOfOrder:
    name, data = step_of(entry), data_of(entry)
    step = machine.steps.get(name)
    if step is None:
        return OutOfOrder(n, name, name, state, (), "这类记录没有这一步")
    now = "、".join(machine.words({state.phase, *state.flags}))
    effect = next(effect for effect in step.effects(data) if not effect.fits(state, data))
    if barred := effect.unless & state.names:
        why = f"已经是“{'、'.join(machine.words(barred))}”"
    elif not (ANY in effect.after or effect.after & state.names):
        why = f"要在“{'”或“'.join(machine.words(effect.after))}”以后写，当时是“{now}”"
    else:
        flag, key = next((flag, key) for flag, key in effect.clears.items() if key)
        said = data.get(key)
        given = said if isinstance(said, str) else "这一个"
        why = f"“{machine.flags[flag]}”里没有{f'“{unit_name(given)}”' if key == 'unit' and said else f' {given}'}"
    return OutOfOrder(n, name, step.title, state, tuple(machine.words(effect.after)), why)


# -- reading the file --------------------------------------------------------------------------------------------


def parse_steps(value: Mapping[str, Any], digest: str = "") -> Steps:
    """Build the dated step rules from the plain value of steps.yml (already valid under its schema).

    Each entry replaces the steps it names and keeps the others. Raises RulesError when the first entry is
    incomplete, days do not increase, or a name is used that nothing defines.
    """
    versions: list[Version] = []
    machines: dict[str, Machine] = {}
    for index, entry in enumerate(value["entries"]):
        at: tuple[str | int, ...] = ("entries", index)
        try:
            since = date.fromisoformat(entry["from"])
        except ValueError:
            raise RulesError((*at, "from"), f"没有 {entry['from']} 这一天。") from None
        if versions and since <= versions[-1].since:
            text = f"生效日期 {since} 不晚于上一条的 {versions[-1].since}，请按先后排列。"
            raise RulesError((*at, "from"), text)
        for kind in KINDS:
            if kind in entry:
                machines[kind] = _machine(entry[kind], machines.get(kind), (*at, kind))
            elif kind not in machines and kind in LATER:
                machines[kind] = _shipped(kind)
            elif kind not in machines:
                raise RulesError(at, f"第一条步骤规则没有写全，缺少 {kind}。")
        versions.append(Version(since, entry["cite"], dict(machines)))
    return Steps(tuple(versions), digest)


@lru_cache(maxsize=8)
def _shipped(kind: str) -> Machine:
    """Return the package's own rules for a kind that an older steps.yml does not know."""
    from noveto.resources import resource
    from noveto.rules.files import read_rules

    value, _, _ = read_rules(resource("schema") / "steps.yml", "steps")
    return _machine(value["entries"][0][kind], None, ("entries", 0, kind))


def _machine(given: Mapping[str, Any], before: Machine | None, at: tuple[str | int, ...]) -> Machine:
    if before is None:
        missing = [key for key in ("start", "phases", "groups", "steps") if key not in given]
        if missing:
            raise RulesError(at, f"第一条步骤规则没有写全，缺少 {'、'.join(missing)}。")
        if "open" not in given["groups"]:
            raise RulesError((*at, "groups"), "没有写 open（在办的阶段），不知道哪些阶段算在办。")
        before = Machine("", {}, {}, frozenset(), (), frozenset(), {})
    phases = {**before.phases, **given.get("phases", {})}
    flags = {**before.flags, **given.get("flags", {})}
    groups = {"open": before.open, **{name: frozenset(of) for name, of in given.get("groups", {}).items()}}
    reader = _Reader(phases, flags, groups)
    reader.known([given.get("start", before.start)], (*at, "start"), phases)
    for name, of in groups.items():
        reader.known(of, (*at, "groups", name), phases)
    for part in ("headline", "lasting"):
        reader.known(given.get(part, ()), (*at, part), flags)
    steps = {name: reader.step(name, rule, (*at, "steps", name)) for name, rule in given.get("steps", {}).items()}
    return before._replace(
        start=given.get("start", before.start),
        phases=phases,
        flags=flags,
        open=groups["open"],
        headline=tuple(given.get("headline", before.headline)),
        lasting=frozenset(given.get("lasting", before.lasting)),
        steps={**before.steps, **steps},
    )


class _Reader(NamedTuple):
    """Reads steps against the phases, flags and groups that may be named."""

    phases: Mapping[str, str]
    flags: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]

    def known(self, names: Iterable[str], at: tuple[str | int, ...], among: Iterable[str]) -> None:
        """Raise RulesError for a name that is not defined."""
        defined = set(among)
        for name in names:
            if name not in defined:
                raise RulesError(at, f"“{name}”没有定义，可以写的有：{'、'.join(sorted(defined))}。")

    def step(self, name: str, rule: Mapping[str, Any], at: tuple[str | int, ...]) -> StepDef:
        """Read one step."""
        when = {
            key: {value: self.effect(effect, (*at, "when", key, value)) for value, effect in cases.items()}
            for key, cases in rule.get("when", {}).items()
        }
        who = {
            relation: frozenset(roles) | ({"head"} if "clerk" in roles else set())
            for relation, roles in rule["who"].items()
        }
        effect = self.effect(rule, at)
        return StepDef(name, rule["title"], rule["cite"], effect, who, rule.get("recorder", True), when)

    def effect(self, rule: Mapping[str, Any], at: tuple[str | int, ...]) -> Effect:
        """Read conditions and results."""
        becomes = rule.get("becomes", {})
        becomes = {ANY: becomes} if isinstance(becomes, str) else becomes
        self.known(sorted({*becomes, *becomes.values()} - {ANY}), (*at, "becomes"), self.phases)
        for part in ("sets", "clears"):
            self.known(rule.get(part, {}), (*at, part), self.flags)
        return Effect(
            after=self._states(rule.get("after", [ANY]), (*at, "after")),
            unless=self._states(rule.get("unless", []), (*at, "unless")),
            becomes=becomes,
            sets=_marks(rule.get("sets", {})),
            clears=_marks(rule.get("clears", {})),
        )

    def _states(self, names: Sequence[str], at: tuple[str | int, ...]) -> frozenset[str]:
        self.known(names, at, {*self.phases, *self.flags, *self.groups, ANY})
        return frozenset(one for name in names for one in self.groups.get(name, (name,)))


def _marks(given: Mapping[str, Any]) -> dict[str, str]:
    return {flag: key if isinstance(key, str) else "" for flag, key in given.items()}
