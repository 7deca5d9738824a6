"""The tables of one period by unit and county: each number with the list it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from noveto.site.statscolumns import COLUMNS, GROUP_LISTS, MOST, shown
from noveto.site.statslists import Lists, number
from noveto.site.views import Cell, Table
from noveto.statistics import BY_KEY, Count, Figures, Statistics
from noveto.statistics.labels import Labels
from noveto.statistics.order import rank
from noveto.statistics.periods import Period


class PeriodTables:
    """Makes the tables of one period."""

    def __init__(self, lists: Lists, labels: Labels, of: Period, found: Statistics) -> None:
        self.labels, self.found = labels, found
        self.data = lists.data
        self.most = MOST[of.kind]
        self.by_unit = {group.key: group.figures for group in lists.book.groups(found, "county", "unit")}
        self.by_county = {group.key[0]: group.figures for group in lists.book.groups(found, "county")}

    def cell(self, figures: Figures, key: str, base: str, file: str = "") -> Cell:
        """Return a number of a table with its link: to the list of the whole, or to a part of a group's page."""
        figure = shown(figures, key)
        text = str(figure.n) if isinstance(figure, Count) else number(BY_KEY[key], figure, self.found.small)
        if not 0 < figure.n <= self.most:
            return Cell(text)
        name = "I22-hit" if key == "I22" else key
        return Cell(text, f"{base}{file}.html#{key}" if file else f"{base}{name}.html")

    def linked(self) -> list[str]:
        """Return the columns whose number for all units has a list."""
        return [key for key, _ in COLUMNS if self.cell(self.found.total, key, "").url]

    def row(self, label: Cell, figures: Figures, base: str, file: str = "") -> tuple[Cell, ...]:
        """Return a row of a table by unit or county."""
        return (label, *(self.cell(figures, key, base, file) for key, _ in COLUMNS))

    @property
    def head(self) -> tuple[tuple[str, bool], ...]:
        """Head of the tables by unit."""
        return (("单位", False), *((name, True) for _, name in COLUMNS))

    def label(self, name: str, figures: Figures, url: str) -> Cell:
        """Return a group's name, with the guard for few cases."""
        registered = figures.count("I1").n
        small = self.found.small
        return Cell(name, url, small=f"不足 {small} 件" if 0 < registered < small else "")

    def units(self, *, inside: Iterable[str] | None = None) -> list[tuple[str, Figures]]:
        """Units with anything in the period, in the registry's order; unknown ones and none last."""
        listed = rank(self.data.registry, "unit")
        wanted = None if inside is None else set(inside)
        rows = [
            (unit, figures)
            for (county, unit), figures in self.by_unit.items()
            if (wanted is None or county in wanted) and any(figures[key].n for key in GROUP_LISTS)
        ]
        return sorted(rows, key=lambda row: listed(row[0]))

    def unit_table(self, rows: Sequence[tuple[str, Figures]], base: str, total: tuple[Cell, ...] = ()) -> Table:
        """Return the table of some units."""
        made = tuple(
            self.row(
                self.label(self.labels.of("unit", unit), figures, f"{base}{unit_file(unit)}.html"),
                figures, base, unit_file(unit),
            )
            for unit, figures in rows
        )  # fmt: skip
        return Table(self.head, made, total)

    @cached_property
    def city(self) -> Figures:
        """The figures of the city's own units together."""
        return self.by_county.get("", self.found.group("-"))


def unit_file(unit: str) -> str:
    """Return the name of a unit's page; cases without a unit have one too."""
    return unit or "u-none"
