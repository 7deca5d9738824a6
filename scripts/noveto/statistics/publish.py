"""Figures for publication: cells under 5 are suppressed, so that nobody can be recognised (notice.md, privacy).

Only figures that cannot be worked out from each other are published, without lists. A suppressed cell must not
follow from the total and its neighbours: where the hidden cells of a column are fewer than two, or together under 5,
the smallest visible ones are hidden too, and where that is not enough, the total. Zeros are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from noveto.statistics.catalogue import BY_KEY
from noveto.statistics.figures import Statistics
from noveto.statistics.lines import Line, line
from noveto.statistics.model import Figure, Fraction

PUBLISHED = ("I3", "I4", "I5", "I7", "I8", "I10", "I12", "I18", "I19")
"""Registered and vetoes come as the fraction I3; I1 and I2 would only repeat its cells."""

LEAST = 5
"""The smallest count that may be published."""


def published(found: Statistics) -> Iterator[Line]:
    """Yield the lines of every group and of the total (last) with what may not be shown hidden."""
    figures = [group.figures for group in found.groups]
    keys = [group.key for group in found.groups]
    for key in PUBLISHED:
        column: list[Figure] = [item[key] for item in figures]
        shown = _column(column, found.total[key])
        for at, (numbers, split) in enumerate(shown):
            whole = at == len(column)
            made = line(() if whole else keys[at], BY_KEY[key], found.total[key] if whole else column[at], LEAST, None)
            yield _masked(made, numbers, split)


def _masked(made: Line, hide_n: bool, hide_split: bool) -> Line:
    made = replace(made, left_out=None)
    if hide_n:
        return replace(made, numerator=None, denominator=None, rate=None, low=None, high=None, median=None,
                       ninetieth=None, hidden=True)  # fmt: skip
    if hide_split:
        return replace(made, numerator=None, rate=None, low=None, high=None, hidden=True)
    return made


def _column(rows: Sequence[Figure], total: Figure) -> list[tuple[bool, bool]]:
    """Say for each row, and last for the total, whether its n and whether its numerator must be hidden."""
    numbers = suppress([[row.n] for row in rows], [total.n])
    if not isinstance(total, Fraction):
        return [(hidden, False) for hidden in numbers]
    parts = [[row.numerator, row.denominator - row.numerator] for row in rows if isinstance(row, Fraction)]
    splits = suppress(parts, [total.numerator, total.denominator - total.numerator], numbers)
    return list(zip(numbers, splits, strict=True))


def suppress(rows: Sequence[Sequence[int]], total: Sequence[int], already: Sequence[bool] = ()) -> list[bool]:
    """Say which rows (and last, whether the total) must be hidden.

    Each row holds cells that are shown or hidden together; ``total`` holds their sums; ``already`` hides some from the
    start. No hidden cell follows from the others, nor does a sum of hidden ones under 5.
    """
    hidden = [_small(row) for row in [*rows, total]]
    for at, before in enumerate(already):
        hidden[at] = hidden[at] or before
    if not rows:
        return hidden
    while not hidden[-1] and not _safe([row for row, gone in zip(rows, hidden, strict=False) if gone]):
        left = [(sum(row), at) for at, row in enumerate(rows) if not hidden[at] and any(row)]
        hidden[min(left)[1] if left else -1] = True
    return hidden


def _small(cells: Sequence[int]) -> bool:
    return any(0 < cell < LEAST for cell in cells)


def _safe(hidden: Sequence[Sequence[int]]) -> bool:
    filled = [row for row in hidden if any(row)]
    return not filled or (len(filled) >= 2 and not _small(list(map(sum, zip(*filled, strict=True)))))
