"""Frozen figures: the numbers of a period as text, the same from the same commit; what was corrected since.

A period freezes as it stood at the end of one day, in one commit (docs/decisions/0015).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from noveto.ledger import Ledger, Record
from noveto.source import load
from noveto.statistics.catalogue import INDICATORS
from noveto.statistics.figures import Statistics
from noveto.statistics.gather import case_on, complaint_on, statistics
from noveto.statistics.model import Count, Figures, Fraction, Spread
from noveto.statistics.observe import Observation, of_case, of_complaint
from noveto.statistics.periods import Period, period

if TYPE_CHECKING:
    from noveto.records.model import Period as PeriodRecord

TOTAL = "-"
"""Stands for the total where lines name a unit or a window."""


def lines_of(name: str, figures: Figures) -> Iterator[str]:
    """Yield one line a figure that has anything: ``rsj I7 8/10``, then what is left out, if any; lengths as number,
    median and 90th percentile in working days."""
    for item in INDICATORS:
        figure = figures[item.key]
        left = 0 if isinstance(figure, Count) else len(figure.left_out)
        if not figure.n and not left:
            continue
        if isinstance(figure, Fraction):
            told = f"{figure.numerator}/{figure.denominator}"
        elif isinstance(figure, Spread):
            told = f"{figure.n} {figure.median:g} {figure.ninetieth}" if figure.n else "0 0 0"
        else:
            told = str(figure.n)
        yield f"{name} {item.key} {told}" + (f" {left}" if left else "")


def figures_text(*parts: Statistics) -> str:
    """Return the text of statistics grouped by unit or window: the total of the first, then each group."""
    found = list(lines_of(TOTAL, parts[0].total)) or [f"{TOTAL} I1 0"]
    for part in parts:
        for group in part.groups:
            if group.key != ("",):
                found += lines_of(group.key[0], group.figures)
    return "\n".join(found) + "\n"


def figures_of(ledger: Ledger, of: Period, as_of: date) -> str:
    """Return the figures of a period as they stood at the end of ``as_of``; of a year by window too (评窗口)."""
    dimensions = ("unit", "window") if of.kind == "year" else ("unit",)
    return figures_text(*(statistics(ledger, of.first, of.last, as_of, by=(name,)) for name in dimensions))


def frozen_fields(ledger: Ledger, key: str, as_of: date) -> dict[str, Any]:
    """Return the fields of the step that freezes a period; ``commit`` is left out of a ledger without Git."""
    known = {"commit": ledger.version} if ledger.version else {}
    return {
        "as_of": as_of.isoformat(),
        **known,
        "calendar": ledger.calendar.digest,
        "known_through": ledger.calendar.known_through.isoformat(),
        "rules": ledger.rules.digest,
        "figures": figures_of(ledger, period(key), as_of),
    }


def numbers(text: str) -> dict[tuple[str, str], str]:
    """Return the numbers of a figures text by unit (or window, or ``-``) and key."""
    rows = (line.split(" ", 2) for line in text.splitlines() if line.count(" ") >= 2)
    return {(name, key): number for name, key, number in rows}


def differing(one: str, other: str) -> list[tuple[str, str, str, str]]:
    """Return what two figures texts say differently: unit, key, the one number, the other ("" for none)."""
    mine, theirs = numbers(one), numbers(other)
    keys = sorted({*mine, *theirs})
    return [(*key, mine.get(key, ""), theirs.get(key, "")) for key in keys if mine.get(key) != theirs.get(key)]


# -- since ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Since:
    """A record that now says something else about the frozen day: which figures it moves, and the steps added.

    ``moved`` holds for each figure how many hits, misses and left out came or went.
    """

    id: str
    moved: Mapping[str, tuple[int, int, int]]
    steps: tuple[str, ...]


def since(ledger: Ledger, record: PeriodRecord) -> tuple[Since, ...]:
    """Return 定稿后更正: the records of a frozen period whose figures on the frozen day are different by now.

    Nothing in a ledger without Git, or whose frozen commit is not there.
    """
    frozen = record.frozen
    commit = str(frozen.data.get("commit", "")) if frozen else ""
    repo = ledger.repo
    if frozen is None or repo is None or not commit or not ledger.version or not repo.rev_parse(f"{commit}^{{commit}}"):
        return ()
    as_of, months = date.fromisoformat(frozen.data["as_of"]), set(period(record.key).months)
    found = []
    for change in repo.diff_tree(commit, ledger.version, ["records/cases", "records/complaints"]):
        parts = change.path.split("/")
        if len(parts) == 5 and parts[3] in months:
            old = repo.show(commit, change.path)
            moved = _moved(ledger, change.path, old, as_of)
            if moved is not None:
                found.append(moved)
    return tuple(sorted(found, key=lambda item: item.id))


def _moved(ledger: Ledger, path: str, old: bytes | None, as_of: date) -> Since | None:
    now = next(iter(ledger.files([path], arrivals=True)), None)
    before = _as_it_was(old, path, now)
    one, two = Counter(_seen(ledger, before, as_of)), Counter(_seen(ledger, now, as_of))
    moved: dict[str, list[int]] = {}
    for sign, gone in ((-1, one - two), (1, two - one)):
        for (key, slot, *_), times in gone.items():
            moved.setdefault(key, [0, 0, 0])[slot] += sign * times
    if not moved:
        return None
    log = (now.value or {}).get("log") or () if now else ()
    start = len((before.value or {}).get("log") or ()) if before else 0
    name = path.rpartition("/")[2].removesuffix(".yml")
    return Since(name, {key: (a, b, c) for key, (a, b, c) in moved.items()}, tuple(e["step"] for e in log[start:]))


def _as_it_was(data: bytes | None, path: str, now: Record | None) -> Record | None:
    if data is None:
        return None
    value = load(data, file=path).value
    kind = "case" if path.startswith("records/cases/") else "complaint"
    if not isinstance(value, dict):
        return None
    length = len(value.get("log") or ())
    arrivals = now.arrivals[:length] if now else ()
    return Record(path, "", kind, value, data=data, arrivals=arrivals, receipts=bool(now and now.receipts))


def _seen(ledger: Ledger, record: Record | None, as_of: date) -> Sequence[Observation]:
    if record is None:
        return ()
    if record.kind == "complaint":
        complaint = complaint_on(ledger, record, as_of)
        return of_complaint(complaint) if complaint else ()
    return of_case(case_on(ledger, record, as_of)) if record.case.raised.date() <= as_of else ()


def after(number: str, moved: tuple[int, int, int]) -> str:
    """Return a frozen number with what has moved since: 38/44 and one late answer more is 38/45."""
    first, *rest = number.split(" ") if number else ["0"]
    hit, miss, left = moved
    if "/" in first:
        top, bottom = map(int, first.split("/"))
        out = (int(rest[0]) if rest else 0) + left
        return f"{top + hit}/{bottom + hit + miss}" + (f" {out}" if out else "")
    return str(int(first) + hit) if not rest else ""
