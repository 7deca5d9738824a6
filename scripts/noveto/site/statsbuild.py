"""Writing the statistics: only the periods something of which has changed are worked out again.

A period's key rests on the facts of its cases, its neighbours and the code; ``.noveto-stats`` in the site keeps the
keys with the numbers other pages show.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from noveto.ledger import code_digest
from noveto.site.cells import safe_cell
from noveto.site.data import SiteData
from noveto.site.listpages import Page
from noveto.site.manifest import Output, digest
from noveto.site.pagewriter import PageWriter
from noveto.site.render import TEMPLATES
from noveto.site.statscolumns import COLUMNS, numbers
from noveto.site.statsissues import issue_pages
from noveto.site.statslists import Lists
from noveto.site.statsoverview import overview_page
from noveto.site.statspages import Around, PeriodPages
from noveto.site.statsperiods import Standings
from noveto.site.statsreviews import review_pages
from noveto.site.statswindows import window_pages
from noveto.statistics import last_month
from noveto.statistics.collector import Collector, merge
from noveto.statistics.figures import Statistics
from noveto.statistics.groups import months_back
from noveto.statistics.labels import Labels
from noveto.statistics.lines import lines
from noveto.statistics.model import Figures
from noveto.statistics.order import in_order
from noveto.statistics.periods import Period, period
from noveto.statistics.xlsx import table_rows, workbook

STATE = ".noveto-stats"
MONTHS = 24
"""So many months, the running one included, have pages of their own."""

LONGEST = 1500
"""The longest list of cases in a period's workbook; it is left out where it were longer. Figures are always whole."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """The periods of one kind that have pages, oldest first."""

    periods: tuple[Period, ...]

    def around(self, of: Period) -> tuple[Period | None, Period | None]:
        at = self.periods.index(of)
        earlier = self.periods[at - 1] if at else None
        return earlier, self.periods[at + 1] if at + 1 < len(self.periods) else None

    def find(self, key: str) -> Period | None:
        return next((item for item in self.periods if item.key == key), None)


class StatisticsSite:
    """Writes all pages of 统计 for one build."""

    def __init__(self, data: SiteData, writer: PageWriter, shells: str) -> None:
        cases = [record for record in data.open_records if record.kind == "case"]
        self.data, self.output, self.put = data, writer.output, writer.put
        self.book = data.book
        self.running = {f"{record.case.raised:%Y-%m}" for record in cases} | {f"{data.today:%Y-%m}"}
        self.labels = Labels(data.registry, data.ledger.schemas)
        self.lists = Lists(data, writer.renderer, self.book)
        self.standings = Standings(data, self.lists)
        self.state: dict[str, dict[str, Any]] = {}
        self.before = _read(self.output)
        self.written = [path for path in self.output.before if path.startswith("stats/")]
        self.base = digest(" ".join(self._base(f"{shells} {writer.renderer.foot()}")).encode())
        self.default = period(f"{last_month(data.today)[0]:%Y-%m}")
        self.months, self.quarters, self.years = self._chains()
        self.year = self._assessed_year()
        self._told = f"{data.today} {data.ledger.version} {data.ledger.digest}"
        """What a bulletin that is not frozen tells besides the figures: the day, and what is going on."""

    def _base(self, shells: str) -> Iterator[str]:
        data = self.data
        yield from (shells, code_digest("noveto.site", "noveto.words", "noveto.statistics"), data.registry.digest)
        yield from (data.ledger.schemas.digest, data.rules.digest, data.calendar.digest, str(data.today.year))
        for name in ("period.html", "statsblocks.html", "macros.html"):
            yield digest((TEMPLATES / name).read_bytes())

    def _chains(self) -> tuple[_Chain, _Chain, _Chain]:
        today = self.data.today.replace(day=1)
        since = months_back(today, MONTHS - 1)
        kept = [of for of in self.book.periods("month") if since <= of.first <= today]
        wanted = {of.key: of for of in (*kept, self.default, period(f"{today:%Y-%m}"))}
        quarters = [of for of in self.book.periods("quarter") if of.first <= today]
        years = {of.key: of for of in self.book.periods("year") if of.first <= today}
        years.setdefault(str(today.year), period(str(today.year)))  # 评窗口 is there before the first case is
        chains = (_Chain(tuple(found[key] for key in sorted(found))) for found in (wanted, years))
        months, whole = chains
        return months, _Chain(tuple(quarters)), whole

    def _assessed_year(self) -> Period | None:
        """The year 评窗口 opens with: the running one from April on, else the last."""
        year = self.data.today.year - (self.data.today.month < 4)
        return self.years.find(str(year)) or (self.years.periods[-1] if self.years.periods else None)

    # -- writing --------------------------------------------------------------------------------------

    def write(self, progress: Callable[[str, int, int], None] = lambda *_: None) -> None:
        """Write everything."""
        keys = {of.first.year for chain in (self.months, self.quarters, self.years) for of in chain.periods}
        for number, year in enumerate(sorted(keys), 1):
            progress("算统计", number, len(keys))
            parts: dict[str, Collector] = {}
            for chain in (self.months, self.quarters, self.years):
                for of in chain.periods:
                    if of.first.year == year:
                        self._period(chain, of, parts)
            self.lists.forget()
            self.data.months.drop(month for month in self.book.months if month.startswith(f"{year}-"))
        for page in self._single_pages():
            self.put(page)
        self.output.put(STATE, json.dumps(self.state, ensure_ascii=False, sort_keys=True, indent=0).encode())

    def _period(self, chain: _Chain, of: Period, parts: dict[str, Collector]) -> None:
        earlier, later = chain.around(of)
        told = self.state.get(earlier.key, {}).get("shown", {}) if earlier else {}
        others = self._others(of)
        running = not self.running.isdisjoint(of.months)
        paged = [key for key in of.months if self.months.find(key)]
        over = of.last >= self.data.today
        known = (self.base, self.book.key(of), str(earlier), str(later), repr(sorted(told.items())),
                 repr(others), str(over), str(paged), str(running), str(of == self.year),
                 str(of == self.default), self.standings.key(of))  # fmt: skip
        key = digest(" ".join(known).encode())
        mine = (f"stats/{of.key}/", f"stats/{of.key}.html")
        bulletin = of == self.default or (of.kind == "month" and of.key in self.standings.records)
        telling = self._told if bulletin and self.standings.frozen(of) is None else ""
        old = self.before.get(of.key, {})
        if old.get("key") == key and mine[1] in self.output.before:
            self.state[of.key] = old
            for path in self.written:
                if path.startswith(mine):
                    self.output.keep(path)
            if of == self.default:
                self.output.keep("stats/month.html")
            if of == self.year:
                self.output.keep("stats/windows.html")
            if telling != old.get("bulletin"):
                self._bulletin(of, self._figures(of, parts))
                self.state[of.key] = old | {"bulletin": telling}
            return
        now, frozen = self._figures(of, parts), self.standings.statistics(of)
        found = frozen or now
        units = self.book.grouped(found, "county", "unit")  # most of what follows is put together from these
        months = tuple((period(month), self._month(month, parts), month in paged) for month in of.months)
        around = Around(earlier, later, told, others, months if of.kind != "month" else (),
                        self.standings.standing(of, units), bulletin)  # fmt: skip
        pages = PeriodPages(self.lists, self.labels, of, units, around)
        for page in pages.pages():
            self.put(page)
        if of == self.default:
            self.put(Page("stats/month.html", "month", f"月报：{of.name}", pages.whole))
        if of.kind == "year":
            for page in window_pages(self.lists, self.labels, of, found, self.years.periods, main=of == self.year):
                self.put(page)
        self._downloads(of, units, settled=not running or frozen is not None)
        if bulletin:
            self._bulletin(of, units)
        total = found.total
        chart = [total.count("I1").n, total.count("I2").n, total.fraction("I7").numerator,
                 total.fraction("I7").denominator]  # fmt: skip
        self.state[of.key] = {"key": key, "shown": numbers(total, found.small), "chart": chart,
                              "late": str(len(total.fraction("I22").hits)), "linked": pages.linked(),
                              "bulletin": telling}  # fmt: skip

    def _figures(self, of: Period, parts: dict[str, Collector]) -> Statistics:
        """The figures of a period, added up from its months."""
        for month in of.months:
            if month not in parts:
                parts[month] = self.book.month(month)
        return self.book.statistics(of, [parts[month] for month in of.months])

    def _month(self, key: str, parts: Mapping[str, Collector]) -> Figures:
        """The figures of a month as its own page has them: frozen ones of a frozen month."""
        frozen = self.standings.statistics(period(key))
        return frozen.total if frozen else merge(parts[key].slots.values()).figures()

    def _others(self, of: Period) -> tuple[tuple[str, str], ...]:
        """Links to the other kinds: the last month, this quarter, this year; "" for the kind one is on."""
        quarter = f"{of.first.year:04d}-Q{(of.first.month + 2) // 3}"
        if of.kind == "year":
            inside = [item for item in self.quarters.periods if item.first.year == of.first.year]
            quarter = inside[-1].key if inside else ""
        month = next((item for item in reversed(self.months.periods) if of.first <= item.first <= of.last), None)
        found = [("月", f"{month.key}.html" if month else "month.html"), ("季", f"{quarter}.html"),
                 ("年", f"{of.first.year:04d}.html")]  # fmt: skip
        at = {"month": 0, "quarter": 1, "year": 2}[of.kind]
        known = {item.key for chain in (self.quarters, self.years) for item in chain.periods}
        kept = [
            (text, "" if place == at else url)
            for place, (text, url) in enumerate(found)
            if place == 0 or place == at or url.removesuffix(".html") in known
        ]
        return (*kept, ("全部期间", "periods.html"))

    def _downloads(self, of: Period, found: Statistics, *, settled: bool) -> None:
        """Write the figures by unit as csv (lines with nothing to count left out) and a workbook."""
        told = self.book.grouped(found, "unit")
        told = replace(told, groups=in_order(told.groups, told.by, self.data.registry))
        shown = list(lines(told, filled=True))
        head, rows = table_rows(told, shown, self.labels)
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows([safe_cell(value) for value in row] for row in rows)
        self.output.put(f"stats/{of.key}/{of.key}.csv", ("\ufeff" + stream.getvalue()).encode())
        total = [item for item in shown if not item.key]
        listed = sum(item.denominator or item.numerator or 0 for item in total)
        book = workbook(
            told, total, self.labels, title=f"窗口无否决权统计 {of.first} 至 {of.last}", cases=listed <= LONGEST,
            settled=settled, wide=[key for key, _ in COLUMNS],
        )  # fmt: skip
        self.output.put(f"stats/{of.key}/{of.key}.xlsx", book)

    def _bulletin(self, of: Period, found: Statistics) -> None:
        """Write 通报初稿, of a frozen month with its frozen numbers."""
        from noveto.forms.bulletin import bulletin

        told = self.book.grouped(found, "unit")
        frozen = self.standings.frozen(of)
        commit = str(frozen.frozen.data.get("commit", "")) if frozen and frozen.frozen else ""
        data = bulletin(told, self.data.ledger, self.labels, version=commit or self.data.ledger.version,
                        frozen=frozen is not None)  # fmt: skip
        self.output.put(f"stats/{of.key}/{of.key}.docx", data)

    def _single_pages(self) -> Iterator[Page]:
        yield overview_page(self.lists, self.state, self.months.periods, self.quarters.periods, self.years.periods)
        first = months_back(self.data.today, 12) + timedelta(days=1)
        yield from issue_pages(self.lists, self.labels, first, self.data.today)
        yield from review_pages(self.lists)


def _read(output: Output) -> Mapping[str, dict[str, Any]]:
    if STATE not in output.before:
        return {}
    try:
        found = json.loads((output.folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_statistics(
    data: SiteData, writer: PageWriter, shells: str, progress: Callable[[str, int, int], None] = lambda *_: None
) -> None:
    """Write all pages of 统计; ``shells`` is a digest of the shells they are stamped into."""
    StatisticsSite(data, writer, shells).write(progress)
