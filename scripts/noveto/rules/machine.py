"""The state machine of one kind of record: which step may follow which state, and who may write it.

A state is one phase (待报批, 待答复, 已答复 …) and any number of flags (中止计时, 征询中 …) that come and go on
their own. It is derived from the log by a pure function and never stored. Steps are plain values, a mapping
with ``step`` or an object with ``.step`` and ``.data``, so that this floor needs no records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

ANY = "all"
"""Word for every state in ``after``."""

Flags = Mapping[str, frozenset[str]]


class State(NamedTuple):
    """Where a record stands: its phase, and its flags with what they remember.

    A flag remembers ids (the units that have not answered, the body a case was escalated to) or nothing.
    ``name`` is the phase or flag to speak of, ``title`` its Chinese name.
    """

    phase: str
    flags: Flags = {}  # noqa: RUF012 - never changed
    name: str = ""
    title: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The phase and all flags: what ``after`` and ``unless`` of a step are compared with."""
        return frozenset((self.phase, *self.flags))

    def remembered(self, flag: str) -> frozenset[str]:
        """The ids a flag remembers; empty when the flag is not set or remembers nothing."""
        return self.flags.get(flag, frozenset())


class Effect(NamedTuple):
    """Conditions and results of a step, or of one value of one of its fields.

    ``becomes`` maps the phase before to the phase after, with the key ``all`` for any phase. ``sets`` and
    ``clears`` map a flag to the field whose content it remembers, or to an empty text.
    """

    after: frozenset[str] = frozenset({ANY})
    unless: frozenset[str] = frozenset()
    becomes: Mapping[str, str] = {}
    sets: Mapping[str, str] = {}
    clears: Mapping[str, str] = {}

    def fits(self, state: State, data: Mapping[str, Any]) -> bool:
        """Whether a step with this effect may be written in ``state``."""
        names = state.names
        if self.unless & names or not (ANY in self.after or self.after & names):
            return False
        return all(_ids(data.get(key)) <= state.remembered(flag) for flag, key in self.clears.items() if key)


class StepDef(NamedTuple):
    """One step: ``after`` and ``unless`` say when it may be written, ``who`` by whom.

    ``who`` maps a relation to the record (own, consulted, centre …) to the roles that may write the step;
    ``recorder`` tells whether someone else may type it for them (代录). ``when`` maps a field and its value to
    a further effect.
    """

    name: str
    title: str
    cite: str
    effect: Effect
    who: Mapping[str, frozenset[str]]
    recorder: bool = True
    when: Mapping[str, Mapping[str, Effect]] = {}

    @property
    def after(self) -> frozenset[str]:
        """Phases and flags one of which must be present."""
        return self.effect.after

    @property
    def unless(self) -> frozenset[str]:
        """Phases and flags none of which may be present."""
        return self.effect.unless

    def effects(self, data: Mapping[str, Any]) -> list[Effect]:
        """The step's effect and those of its values, in that order."""
        found = [self.effect]
        for key, cases in self.when.items():
            value = data.get(key)
            if isinstance(value, str) and value in cases:
                found.append(cases[value])
        return found

    def may(self, roles: Iterable[str], relation: str) -> bool:
        """Whether someone with one of ``roles`` who stands in ``relation`` to the record may write this step.

        ``relation`` may also be ``recorder``: whether a colleague of whoever decided may type it for them.
        """
        if relation == "recorder":
            return self.recorder and bool(RECORDERS & frozenset(roles))
        return bool(self.who.get(relation, frozenset()) & frozenset(roles))


RECORDERS = frozenset({"clerk", "head", "leader", "supervisor", "analyst"})
"""Roles that may type what another person of their unit decided (代录)."""


class Machine(NamedTuple):
    """The steps of one kind of record in force on one day."""

    start: str
    phases: Mapping[str, str]
    flags: Mapping[str, str]
    open: frozenset[str]
    headline: tuple[str, ...]
    lasting: frozenset[str]
    steps: Mapping[str, StepDef]

    def initial(self) -> State:
        """The state of a record that was just registered."""
        return self._named(self.start, {})

    def fits(self, state: State, entry: object) -> bool:
        """Whether ``entry`` may be written in ``state``; steps the machine does not know may never."""
        step = self.steps.get(step_of(entry))
        data = data_of(entry)
        return step is not None and all(effect.fits(state, data) for effect in step.effects(data))

    def allowed(self, state: State) -> list[StepDef]:
        """The steps that may be written in ``state``, in the order of the file (their fields not yet known)."""
        return [step for step in self.steps.values() if step.effect.fits(state, {})]

    def state_after(self, previous: State, entry: object) -> State:
        """The state ``entry`` leads to, whether or not it was allowed: a breach still happened."""
        step = self.steps.get(step_of(entry))
        if step is None:
            return previous
        data = data_of(entry)
        phase, flags = previous.phase, dict(previous.flags)
        for effect in step.effects(data):
            phase = effect.becomes.get(previous.phase, effect.becomes.get(ANY, phase))
            for flag, key in effect.clears.items():
                left = flags.pop(flag, frozenset()) - (_ids(data.get(key)) if key else frozenset())
                if key and left:
                    flags[flag] = left
            for flag, key in effect.sets.items():
                flags[flag] = flags.get(flag, frozenset()) | _ids(data.get(key) if key else None)
        if phase not in self.open:
            flags = {flag: held for flag, held in flags.items() if flag in self.lasting}
        return self._named(phase, flags)

    def words(self, names: Iterable[str]) -> list[str]:
        """Chinese names of phases and flags, in the order of the file."""
        wanted = set(names)
        return [title for name, title in (*self.phases.items(), *self.flags.items()) if name in wanted]

    def _named(self, phase: str, flags: Flags) -> State:
        name = phase
        if phase in self.open:
            name = next((flag for flag in self.headline if flag in flags), phase)
        return State(phase, flags, name, self.phases.get(name) or self.flags.get(name, name))


def step_of(entry: object) -> str:
    """The step's name, of a mapping or an object with ``.step``."""
    found = entry.get("step") if isinstance(entry, Mapping) else getattr(entry, "step", "")
    return found if isinstance(found, str) else ""


def data_of(entry: object) -> Mapping[str, Any]:
    """The step's fields, of a mapping or an object with ``.data``."""
    found = entry if isinstance(entry, Mapping) else getattr(entry, "data", {})
    return found if isinstance(found, Mapping) else {}


def _ids(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return (
        frozenset(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else frozenset()
    )
