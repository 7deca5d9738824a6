"""The effective record: what a case says after its corrections and strikes.

As in a paper register nothing is erased: a `corrected` step names a field, its old and its new value, a
`struck` step names a step that was typed into the wrong case. Stated figures are computed from the
effective record, witnessed ones never are.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple

FIXED_HEAD = frozenset({"id", "unit", "track", "log"})
"""Head fields no correction may touch (records.md section 4): a wrong track is reclassified."""

FIXED_ENTRY = frozenset({"step", "by"})
"""Entry fields no correction may touch: a step typed wrongly is struck."""


_CHANGING = frozenset({"corrected", "struck"})


class Correction(NamedTuple):
    """One applied correction: entry ``n`` of the log changed ``field`` from ``was`` (None: absent) to ``now``."""

    n: int
    field: str
    was: Any
    now: Any
    why: str


class Problem(NamedTuple):
    """A correction or strike that cannot be applied. ``kind``: field, fixed, was, entry."""

    n: int
    kind: str
    field: str
    said: Any = None
    found: Any = None


class Effective(NamedTuple):
    """The effective plain value, the entry numbers left out (struck), and what was done or could not be."""

    value: Mapping[str, Any]
    struck: frozenset[int] = frozenset()
    corrections: tuple[Correction, ...] = ()
    problems: tuple[Problem, ...] = ()


def effective(value: Mapping[str, Any]) -> Effective:
    """Apply the corrections and strikes of a form-valid record.

    The value itself is returned untouched where there is nothing to apply. Entries keep their numbers (from
    1, in order of entry): struck ones stay in ``log`` and are named in ``struck``.
    """
    log = value.get("log") or ()
    if _CHANGING.isdisjoint([entry["step"] for entry in log]):
        return Effective(value)
    struck, problems = _struck(log)
    corrections: list[Correction] = []
    changed = copy.deepcopy(dict(value))
    for n, entry in enumerate(log, 1):
        if entry["step"] != "corrected" or n in struck:
            continue
        outcome = _apply(changed, n, entry)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            corrections.append(outcome)
    return Effective(changed, frozenset(struck), tuple(corrections), tuple(problems))


def _struck(log: Any) -> tuple[set[int], list[Problem]]:
    """Read strikes from the last to the first, so that a strike of a strike revives its target."""
    struck: set[int] = set()
    problems: list[Problem] = []
    for n in range(len(log), 0, -1):
        entry = log[n - 1]
        if entry["step"] != "struck" or n in struck:
            continue
        target = int(entry["entry"])
        if 1 <= target < n:
            struck.add(target)
        else:
            problems.append(Problem(n, "entry", "entry", target, n - 1))
    return struck, problems


def _apply(value: dict[str, Any], n: int, entry: Mapping[str, Any]) -> Correction | Problem:
    name = str(entry["field"])
    found = _locate(value, n, name)
    if isinstance(found, Problem):
        return found
    holder, key = found
    before = holder.get(key)
    said = entry.get("was")
    if plain(said) != plain(before):
        return Problem(n, "was", name, said, before)
    holder[key] = entry["now"]
    return Correction(n, name, before, entry["now"], str(entry["why"]))


def _locate(value: dict[str, Any], n: int, name: str) -> tuple[dict[str, Any], str] | Problem:
    """Find the mapping and key a field path names: `matter.name`, or `log.<n>.<key>` with n from 1."""
    parts = name.split(".")
    here: Any = value
    if parts[0] == "log":
        if len(parts) < 3 or not parts[1].isascii() or not parts[1].isdigit() or not 1 <= int(parts[1]) < n:
            return Problem(n, "field", name)
        if parts[2] in FIXED_ENTRY:
            return Problem(n, "fixed", name)
        here = value["log"][int(parts[1]) - 1]
        parts = parts[2:]
    elif parts[0] in FIXED_HEAD:
        return Problem(n, "fixed", name)
    for part in parts[:-1]:
        if isinstance(here, list) and part.isascii() and part.isdigit() and 1 <= int(part) <= len(here):
            here = here[int(part) - 1]
        elif isinstance(here, dict) and part in here:
            here = here[part]
        else:
            return Problem(n, "field", name)
    if not isinstance(here, dict) or not parts[-1]:
        return Problem(n, "field", name)
    return here, parts[-1]


def plain(value: Any) -> Any:
    """Return a value as corrections compare it: trailing line breaks of a block text do not count."""
    return value.rstrip("\n") if isinstance(value, str) else value
