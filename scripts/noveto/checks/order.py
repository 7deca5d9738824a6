"""Whether a log is in order, remembered step by step: a ledger takes the same few hundred ways again and again."""

from __future__ import annotations

from collections.abc import Sequence

from noveto.records.model import Entry
from noveto.rules.machine import Machine, State
from noveto.rules.steps import Steps

_MOST = 50_000


class _Ways:
    """What each step does in each state a log has been in, worked out once.

    States are numbered; from a state, a step with the fields that the machine reads leads to another, and
    either was allowed or was not.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._fields = _fields(machine)
        self._numbers: dict[object, int] = {}
        self._states: list[State] = []
        self._known: dict[tuple[object, ...], tuple[bool, int]] = {}
        self._start = self._number(machine.initial())

    @property
    def full(self) -> bool:
        """Whether so many ways are remembered that it is time to start over."""
        return len(self._known) > _MOST

    def orderly(self, events: Sequence[Entry]) -> bool:
        """Whether every step of ``events`` was allowed when it came."""
        known, fields, here = self._known, self._fields, self._start
        for entry in events:
            step = entry.step
            read = fields.get(step)
            if read:
                data = entry.data
                values = [data.get(name) for name in read]
                key: tuple[object, ...] = (
                    here, step, *(tuple(value) if type(value) is list else value for value in values)
                )  # fmt: skip
            else:
                key = (here, step)
            found = known.get(key)
            if found is None:
                found = known[key] = self._walk(here, entry)
            if not found[0]:
                return False
            here = found[1]
        return True

    def _walk(self, here: int, entry: Entry) -> tuple[bool, int]:
        state = self._states[here]
        return self._machine.fits(state, entry), self._number(self._machine.state_after(state, entry))

    def _number(self, state: State) -> int:
        key = (state.phase, frozenset(state.flags.items()))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._states)
            self._states.append(state)
        return number


_ways: dict[tuple[str, str], _Ways] = {}


def orderly(events: Sequence[Entry], steps: Steps, kind: str) -> bool:
    """Whether `steps.violations` would find nothing in ``events`` (the effective log, in order of time).

    The answer depends on the steps and on those of their fields that the state machine reads. Several versions
    of the rules, or rules without a digest, are not remembered.
    """
    if len(steps.versions) != 1 or not steps.digest:
        return next(iter(steps.violations(events, kind)), None) is None
    ways = _ways.get((steps.digest, kind))
    if ways is None or ways.full:
        ways = _ways[steps.digest, kind] = _Ways(steps.machine(kind))
    return ways.orderly(events)


def _fields(machine: Machine) -> dict[str, tuple[str, ...]]:
    """Return, for each step, the fields its state machine reads."""
    found: dict[str, tuple[str, ...]] = {}
    for step in machine.steps.values():
        effects = [step.effect, *(effect for cases in step.when.values() for effect in cases.values())]
        keys = {key for effect in effects for key in (*effect.sets.values(), *effect.clears.values()) if key}
        found[step.name] = tuple(sorted(keys | set(step.when)))
    return found
