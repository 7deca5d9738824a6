"""What a case page shows, in plain values: its clocks, boxes, process and similar cases.

Named tuples, because they are made by the hundred thousand.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from noveto.words import Said


class ClockLine(NamedTuple):
    """One clock in the table of a case page."""

    name: str
    limit: str
    due: date | None
    status: Said
    cite: str
    cite_url: str = ""
    note: str = ""
    bar: tuple[int, int] | None = None
    binding: bool = True
    provisional: bool = False
    derivation: str = ""


class Moment(NamedTuple):
    """One line of the process: time, what happened, who; ``said`` is quoted below, ``tags`` are grey labels."""

    at: str
    what: str
    who: str = ""
    said: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    now: bool = False
    struck: bool = False


class Box(NamedTuple):
    """One box of the form: ``was`` and ``why`` tell a correction; ``wide`` boxes take a whole line."""

    label: str
    text: str
    wide: bool = False
    was: str = ""
    why: str = ""


class Similar(NamedTuple):
    """A similar case: outcome first, then what it was and which characters it shares."""

    id: str
    url: str
    outcome: Said
    matter: str
    lesson: str
    days: int | None
    shared: tuple[str, ...]


class Action(NamedTuple):
    """A button that leads to the desk: shown to those whom the desk lets do what ``may`` names (step, form, …)."""

    may: str
    text: str
    url: str


def desk_actions(case_id: str) -> tuple[Action, ...]:
    """Return the buttons of a case's page that lead to the desk; which of them a reader sees, the desk says."""
    base = f"/desk/case/{case_id}"
    return (
        Action("step", "办下一步", base),
        Action("urge", "督办", f"{base}/step/note?kind=urged"),
        Action("form", "打印登记表", f"{base}/form"),
        Action("correct", "更正", f"{base}/correct"),
    )


class CaseView(NamedTuple):
    """One case page, top to bottom. ``similar`` is None where similar cases were not looked for."""

    id: str
    matter: str
    status: Said
    lead: str
    holder: str
    clocks: tuple[ClockLine, ...]
    boxes: tuple[Box, ...]
    moments: tuple[Moment, ...]
    tags: tuple[str, ...] = ()
    similar: tuple[Similar, ...] | None = None
    similar_done: int = 0
    history: tuple[str, ...] = ()
    guides: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    plain: bool = False
