"""Whether a log is in order, remembered by its shape: most cases of a ledger go one of a few hundred ways."""

from __future__ import annotations

from collections.abc import Sequence

from noveto.records.model import Entry
from noveto.rules.steps import Steps

_MOST = 20_000
_known: dict[tuple[object, ...], bool] = {}
_read: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}


def orderly(events: Sequence[Entry], steps: Steps, kind: str) -> bool:
    """Whether `steps.violations` would find nothing in ``events`` (the effective log, in order of time).

    The answer depends on the steps and on those of their fields that the state machine reads, so logs of
    the same shape are judged once. Several versions of the rules, or rules without a digest, are not
    remembered.
    """
    if len(steps.versions) != 1 or not steps.digest:
        return next(iter(steps.violations(events, kind)), None) is None
    fields = _read.get((steps.digest, kind))
    if fields is None:
        fields = _read[steps.digest, kind] = _fields(steps, kind)
    shape: list[object] = [steps.digest, kind]
    for entry in events:
        shape.append(entry.step)
        for field in fields.get(entry.step, ()):
            value = entry.data.get(field)
            shape.append(tuple(value) if isinstance(value, list) else value)
    key = tuple(shape)
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[key] = next(iter(steps.violations(events, kind)), None) is None
    return found


def _fields(steps: Steps, kind: str) -> dict[str, tuple[str, ...]]:
    """Return, for each step, the fields its state machine reads."""
    found: dict[str, tuple[str, ...]] = {}
    for step in steps.machine(kind).steps.values():
        effects = [step.effect, *(effect for cases in step.when.values() for effect in cases.values())]
        keys = {key for effect in effects for key in (*effect.sets.values(), *effect.clears.values()) if key}
        found[step.name] = tuple(sorted(keys | set(step.when)))
    return found
