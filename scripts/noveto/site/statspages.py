"""One period of the statistics: its page for all, for the city and for the counties, and the lists behind its numbers.

The numbers are those of ``noveto stats``; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from noveto.site import charts
from noveto.site.listpages import Page
from noveto.site.placepages import counties, county_file
from noveto.site.statshtml import list_page, table
from noveto.site.statslists import Listed, Lists, number
from noveto.site.views import Block, CaseRow, Cell, Figure, Standing, Table
from noveto.site.views import Period as PeriodView
from noveto.statistics import BY_KEY, INDICATORS, Count, Figures, Fraction, Spread, Statistics
from noveto.statistics.catalogue import ATTRIBUTION, GUARDS
from noveto.statistics.labels import Labels
from noveto.statistics.lines import line
from noveto.statistics.model import Figure as AnyFigure
from noveto.statistics.periods import Period

COLUMNS = (
    ("I1", "登记"),
    ("I2", "提出否决"),
    ("I4", "改为办理"),
    ("I5", "办成"),
    ("I6", "按时报批"),
    ("I7", "按时答复"),
    ("I9", "自然日口径"),
    ("I10", "用时中位"),
    ("I22", "补录"),
)
"""Columns of the tables by unit; the small heading of 按时答复 counts working days."""

GROUP_LISTS = (*(key for key, _ in COLUMNS), "I8", "I11", "I12", "I14", "I15")
"""Lists of a unit's or county's page of a period."""

TOP = ("I1", "I2", "I4", "I7", "I15")
"""Figures on top of a period's page."""

OWN = 40
"""Lists longer than this get a page of their own, as do those of the columns and the top; the others share one."""

OTHERS = "others"
MOST = {"month": 1000, "quarter": 300, "year": 300}
"""The longest list that gets a page. A longer one is reached through the units or, of quarters and years, months."""

LATE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Around:
    """What a period's page says about others.

    ``earlier`` and ``later`` are the neighbours that have a page, ``before`` the numbers of the earlier one,
    ``months`` those of its months with a page (key, figures), ``others`` links to quarter and year or the last month.
    ``standing`` tells whether it is looked over or frozen, ``bulletin`` whether the bulletin's draft lies beside it.
    """

    earlier: Period | None
    later: Period | None
    before: Mapping[str, str]
    others: tuple[tuple[str, str], ...]
    months: tuple[tuple[Period, Figures, bool], ...] = ()
    standing: Standing | None = None
    bulletin: bool = False


def numbers(figures: Figures, small: int) -> dict[str, str]:
    """Return the figures of the columns and of the top as they are read."""
    keys = dict.fromkeys((*TOP, *(key for key, _ in COLUMNS)))
    return {key: number(BY_KEY[key], figures[key], small) for key in keys}


class PeriodPages:
    """Makes the pages of one period."""

    def __init__(self, lists: Lists, labels: Labels, of: Period, found: Statistics, around: Around) -> None:
        self.lists, self.labels, self.of, self.found, self.around = lists, labels, of, found, around
        self.data, self.renderer, self.book = lists.data, lists.renderer, lists.book
        self.most = MOST[of.kind]
        self.by_unit = {group.key: group.figures for group in self.book.groups(found, "county", "unit")}
        self.by_county = {group.key[0]: group.figures for group in self.book.groups(found, "county")}

    # -- numbers and links ----------------------------------------------------------------------------

    def shown(self, figures: Figures, key: str) -> AnyFigure:
        """Return what a column shows: of late entries only those entered late."""
        return Count(figures.fraction(key).hits) if key == "I22" else figures[key]

    def cell(self, figures: Figures, key: str, base: str, file: str = "") -> Cell:
        """Return a number of a table with its link: to the list of the whole, or to a part of a group's page."""
        shown = self.shown(figures, key)
        text = str(shown.n) if isinstance(shown, Count) else number(BY_KEY[key], shown, self.found.small)
        if not 0 < shown.n <= self.most:
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

    # -- groups ---------------------------------------------------------------------------------------

    def units(self, *, inside: Iterable[str] | None = None) -> list[tuple[str, Figures]]:
        """Units with anything in the period, in the registry's order; unknown ones and none last."""
        order = {unit: at for at, unit in enumerate(self.data.registry.units)}
        wanted = None if inside is None else set(inside)
        rows = [
            (unit, figures)
            for (county, unit), figures in self.by_unit.items()
            if (wanted is None or county in wanted) and any(_any(figures, key) for key in GROUP_LISTS)
        ]
        return sorted(rows, key=lambda row: (order.get(row[0], len(order)), row[0] == "", row[0]))

    def unit_table(self, rows: Sequence[tuple[str, Figures]], base: str, total: tuple[Cell, ...] = ()) -> Table:
        """Return the table of some units."""
        made = tuple(
            self.row(
                self.label(self.labels.of("unit", unit), figures, f"{base}{_unit_file(unit)}.html"),
                figures, base, _unit_file(unit),
            )
            for unit, figures in rows
        )  # fmt: skip
        return Table(self.head, made, total)

    @cached_property
    def city(self) -> Figures:
        """The figures of the city's own units together."""
        return self.by_county.get("", self.found.group("-"))

    # -- pages ----------------------------------------------------------------------------------------

    def pages(self) -> Iterator[Page]:
        """Yield all pages of the period."""
        key, name = self.of.key, self.of.name
        yield Page(f"stats/{key}.html", "period", f"{name}统计", self.whole())
        yield Page(f"stats/{key}/city.html", "period-list", f"{name} 市本级", self._city())
        yield Page(f"stats/{key}/counties.html", "period-list", f"{name} 县区", self._counties())
        yield from self._total_lists()
        for unit, figures in self.units():
            yield self._group_page(_unit_file(unit), self.labels.of("unit", unit), figures)
        yield self._group_page("c-city", "市本级", self.city)
        for county in self._county_names():
            yield self._group_page(f"c-{county_file(county)}", county, self.by_county[county])

    def _county_names(self) -> list[str]:
        order = list(counties(self.data))
        found = [county for county in self.by_county if county]
        return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))

    def whole(self) -> str:
        """Return the body of the page for all units; links lead from the folder stats/."""
        base = f"{self.of.key}/"
        total = self.row(Cell("合计"), self.found.total, base)
        view = replace(
            self._view("", base, self.found.total),
            figures=tuple(self._top(base)),
            table=self.unit_table(self.units(), base, total),
            late=tuple(self._late()[:LATE_SHOWN]),
            late_total=len(self.found.total.fraction("I7").misses),
            late_url=f"{base}late.html" if 0 < len(self.found.total.fraction("I7").misses) <= self.most else "",
            reasons=self._reasons(),
            reasons_total=self.found.total.count("I1").n,
            repeats=tuple(self._repeats()),
            repeats_total=len(self.found.repeats),
            charts={"reasons": self._reason_chart()} | self._month_chart(),
            blocks=(*self._standing_blocks(), *self._month_blocks(), self._all(base)),
        )
        return self.renderer.page("period.html", root="../", p=view, table=table)

    def _city(self) -> str:
        total = self.row(Cell("市本级合计"), self.city, "", "c-city")
        view = replace(self._view("city", "", self.city), table=self.unit_table(self.units(inside=[""]), "", total))
        return self.renderer.page("period.html", root="../../", p=view, table=table)

    def _counties(self) -> str:
        names = self._county_names()
        rows = tuple(
            self.row(
                self.label(county, self.by_county[county], f"c-{county_file(county)}.html"),
                self.by_county[county], "", f"c-{county_file(county)}",
            )
            for county in names
        )  # fmt: skip
        blocks = (Block("县区各单位", self.unit_table(self.units(inside=names), ""), empty="这一期县区没有件。"),)
        view = replace(
            self._view("counties", "", None),
            table=Table((("县区、园区", False), *self.head[1:]), rows, caption="各县区、园区"),
            blocks=blocks,
        )
        return self.renderer.page("period.html", root="../../", p=view, table=table)

    def _view(self, scope: str, base: str, figures: Figures | None) -> PeriodView:
        """Return what the pages of all scopes share."""
        up = "" if scope == "" else "../"
        here = f"{up}{self.of.key}"
        scopes = [("", "全部", f"{here}.html"), ("city", "市本级", f"{here}/city.html"),
                  ("counties", "县区", f"{here}/counties.html")]  # fmt: skip
        steps: list[tuple[str, str]] = []
        tail = {"": ".html", "city": "/city.html", "counties": "/counties.html"}[scope]
        if self.around.earlier:
            steps.append((f"‹ {_short(self.around.earlier)}", f"{up}{self.around.earlier.key}{tail}"))
        if self.around.later:
            steps.append((f"{_short(self.around.later)} ›", f"{up}{self.around.later.key}{tail}"))
        kinds = [(text, f"{up}{url}" if url else "") for text, url in self.around.others]
        return PeriodView(
            title=f"{self.of.name}统计" + {"city": "：市本级", "counties": "：县区"}.get(scope, ""),
            lead=f"{_span(self.of)}登记的件。还没到期、又没有办结的不进比率。",
            state=self._state(),
            standing=self.around.standing,
            standing_url=f"{here}.html" if scope else "",
            figures=(),
            table=Table((), ()),
            note=self._note(figures, base) if figures is not None else "",
            late=(),
            reasons=(),
            reasons_total=0,
            links=(*steps, *kinds),
            scopes=tuple((text, "" if name == scope else url) for name, text, url in scopes),
            downloads=(*((("通报初稿 docx", f"{base}{self.of.key}.docx"),) if self.around.bulletin else ()),
                       (f"{self.of.name}.xlsx", f"{base}{self.of.key}.xlsx"),
                       (f"{self.of.name}.csv", f"{base}{self.of.key}.csv")),
            terms=() if scope else _TERMS,
            terms_url=f"{here}.html#terms",
            main_terms=_MAIN_TERMS,
            held=tuple(item.id for item in self.found.held),
            held_url=f"{up}../data/quality.html",
            capped=self._capped(),
        )  # fmt: skip

    def _standing_blocks(self) -> tuple[Block, ...]:
        return self.around.standing.blocks if self.around.standing else ()

    def _state(self) -> str:
        running = len(self.found.total.spread("I10").left_out)
        if self.of.last >= self.found.today:
            return "这一期还没完，数会变"
        return f"还有 {running} 次没有答复，数会随办结补满" if running else "都已答复"

    def _capped(self) -> str:
        if self.found.total.count("I1").n <= self.most:
            return ""
        if self.of.kind == "month":
            return f"件数超过 {self.most} 的数不列网页清单：点各单位的数，或者用 xlsx。"
        return f"件数超过 {self.most} 的数不列网页清单：点下面各月的数，或者用 xlsx。"

    def _note(self, figures: Figures, base: str) -> str:
        reply = line((), BY_KEY["I7"], figures["I7"], self.found.small, None)
        other = figures.fraction("I9")
        if not reply.denominator:
            return "这一期没有该答复的件，不算比率。"
        share = f" = {reply.share()}" if reply.share() else f"（不足 {self.found.small} 次，不算率）"
        left = f"；{reply.left_out} 次还没到期或中止，没有计入" if reply.left_out else ""
        return (
            f"按时答复 {reply.text()}{share}{left}。一般事项的 3 日，通知没有写明是不是工作日："
            f"按工作日算是 {reply.text()}，按自然日算（末日遇休息日顺延）是 {other.numerator} / {other.denominator}。"
        )

    def _top(self, base: str) -> Iterator[Figure]:
        names = {"I15": "提级会商", "I4": "不同意否决·改为办理"}
        for key in TOP:
            cell = self.cell(self.found.total, key, base)
            earlier = self.around.earlier
            before = f"{_short(earlier)} {self.around.before[key]}" if earlier and key in self.around.before else ""
            share = ""
            figure = self.found.total[key]
            if isinstance(figure, Fraction) and key == "I7":
                share = line((), BY_KEY[key], figure, self.found.small, None).share().split("（")[0]
            yield Figure(
                names.get(key, BY_KEY[key].name), cell.text, "，".join(filter(None, (share, before))), cell.url
            )

    def _late(self) -> list[CaseRow]:
        rows: list[CaseRow] = []
        for ref in self.found.total.fraction("I7").misses[:LATE_SHOWN]:
            found = self.data.facts.get(ref.id)
            if found is not None:
                rows.append(self.data.fact_row(found[2]))
        return rows

    def _reasons(self) -> tuple[tuple[str, int], ...]:
        found = self.found.breakdowns.get("reason", {})
        return reason_counts(self.labels, {code: len(refs) for code, refs in found.items()})

    def _reason_chart(self) -> str:
        return reason_bars(self._reasons(), f"{self.of.name}卡在哪里")

    def _repeats(self) -> Iterator[tuple[str, str, str]]:
        for item in self.found.repeats[:6]:
            text = f"{item.matter_name}，{self.labels.of('reason', item.reason)}（{len(item.refs)} 次）"
            if item.improvements:
                name = item.improvements[0]
                yield text, f"已立改进项 {name}", self.lists.url(name)
            else:
                yield text, "还没立改进项", ""

    # -- months of a quarter or year ------------------------------------------------------------------

    def _month_blocks(self) -> Iterator[Block]:
        if self.of.kind == "month":
            return
        rows = []
        for month, figures, paged in self.around.months:
            if not any(_any(figures, key) for key, _ in COLUMNS):
                continue
            name = Cell(f"{month.first.month} 月", f"{month.key}.html" if paged else "")
            cells = []
            for key, _ in COLUMNS:
                text = self.cell(figures, key, "").text
                listed = paged and 0 < self.shown(figures, key).n <= MOST["month"]
                name_of = "I22-hit" if key == "I22" else key
                cells.append(Cell(text, f"{month.key}/{name_of}.html" if listed else ""))
            rows.append((name, *cells))
        table = Table((("月", False), *self.head[1:]), tuple(rows))
        yield Block("各月", table, "最近 24 个月的数可以点开看件", anchor="months")

    def _month_chart(self) -> dict[str, str]:
        if self.of.kind != "year":
            return {}
        shown = [(month, figures) for month, figures, _ in self.around.months]
        return {"months": trend(shown, f"{self.of.name}各月登记和提出否决", year=False)}

    # -- all figures ----------------------------------------------------------------------------------

    def _all(self, base: str) -> Block:
        rows, none = [], []
        for item in INDICATORS:
            figure = self.found.total[item.key]
            told = line((), item, figure, self.found.small, None)
            if not figure.n and not told.left_out:
                if item.kind != "count":
                    none.append(item.name)
                continue
            text = "0" if item.kind == "count" and not told.numerator else told.text()
            out = told.left_out or 0
            url = base + self.place(item.key, figure.n) if 0 < figure.n <= self.most else ""
            left = base + self.place(f"{item.key}-left", out) if 0 < out <= self.most else ""
            few = item.kind == "fraction" and 0 < figure.n < self.found.small
            said = f"不足 {self.found.small} {item.unit}，不算率" if few else told.share()
            name = Cell(item.name, f"#t-{item.key}")
            rows.append((name, Cell(text, url), Cell(said), Cell(str(told.left_out or ""), left)))
        head = (("指标", False), ("数", True), ("率和可信范围", False), ("没有计入", True))
        text = f"{self.of.name}没有可以算的件，不算比率：{'、'.join(none)}。" if none else ""
        return Block("全部指标", Table(head, tuple(rows)), "点指标看怎么算，点数字看件", anchor="all", text=text)

    # -- lists ----------------------------------------------------------------------------------------

    def _crumbs(self) -> tuple[tuple[str, str], ...]:
        return (("统计", "../month.html"), (f"{self.of.name}统计", f"../{self.of.key}.html"))

    def _list_page(self, file: str, title: str, listed: Listed) -> Page:
        body = list_page(f"{title}：{listed.number}", [listed], crumbs=self._crumbs(), lead=_LIST_LEAD)
        return Page(f"stats/{self.of.key}/{file}.html", "period-list", f"{self.of.name} {title}", body)

    def place(self, name: str, rows: int) -> str:
        """Return where a list of the whole stands: a page of its own, or a part of the page they share."""
        own = rows > OWN or name in (*TOP, *(key for key, _ in COLUMNS), "I22-hit", "late")
        return f"{name}.html" if own else f"{OTHERS}.html#{name}"

    def _total_lists(self) -> Iterator[Page]:
        total, small = self.found.total, self.found.small
        made: list[tuple[str, str, Listed]] = []
        for item in INDICATORS:
            figure = total[item.key]
            if 0 < figure.n <= self.most:
                made.append((item.key, item.name, self.lists.of(item.key, figure, small)))
            left = () if not isinstance(figure, Fraction | Spread) else figure.left_out
            if 0 < len(left) <= self.most:
                title, name = f"{item.name}，没有计入的", f"{item.key}-left"
                made.append((name, title, self.lists.refs(name, title, left, _LEFT, item.unit)))
        entered = self.shown(total, "I22")
        if 0 < entered.n <= self.most:
            made.append(("I22-hit", "补录", self.lists.of("I22", entered, small)))
        late = total.fraction("I7").misses
        if 0 < len(late) <= self.most:
            made.append(("late", "没按时答复的", self.lists.refs("late", "没按时答复的", late, unit="次")))
        shared = []
        for name, title, listed in made:
            if self.place(name, listed.rows) == f"{name}.html":
                yield self._list_page(name, title, listed)
            else:
                shared.append(listed)
        if shared:
            title = f"{self.of.name}：其他指标的件"
            body = list_page(title, shared, crumbs=self._crumbs(), lead=_LIST_LEAD)
            yield Page(f"stats/{self.of.key}/{OTHERS}.html", "period-list", title, body)

    def _group_page(self, file: str, name: str, figures: Figures) -> Page:
        shown = [(key, self.shown(figures, key)) for key in GROUP_LISTS]
        lists = [self.lists.of(key, figure, self.found.small) for key, figure in shown if 0 < figure.n <= self.most]
        title = f"{name}：{self.of.name}"
        registered = figures.count("I1").n
        guard = f"登记 {registered} 件，不足 {self.found.small} 件，只列件，不排名、不算率。"
        lead = guard if registered < self.found.small else _LIST_LEAD
        links = [("这一期各单位", f"../{self.of.key}.html")]
        if file in self.data.registry.units:
            links.append(("这个单位现在在办的件", f"../../units/{file}.html"))
        body = list_page(title, lists, crumbs=self._crumbs(), lead=lead, links=links)
        return Page(f"stats/{self.of.key}/{file}.html", "period-list", title, body)


_LIST_LEAD = "点编号看这一件。数怎么算，见统计页最后的口径说明。"
_LEFT = "还没到期又没有办结的、中止的、没有回执不能证明的，不进比率，列在这里。"


def _any(figures: Figures, key: str) -> bool:
    return bool(figures[key].n)


def _unit_file(unit: str) -> str:
    return unit or "u-none"


def _short(of: Period) -> str:
    return {"month": f"{of.first.month} 月", "quarter": f"{of.first.year} 年 {of.key[-1]} 季度"}.get(of.kind, of.name)


def _span(of: Period) -> str:
    first, last = of.first, of.last
    tail = f"{last.day} 日" if of.kind == "month" else f"{last.month} 月 {last.day} 日"
    return f"{first.month} 月 {first.day} 日至 {tail}"


def reason_counts(labels: Labels, counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return reasons in words with their counts, most frequent first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((labels.of("reason", code), count) for code, count in ranked)


def reason_bars(rows: Sequence[tuple[str, int]], title: str, shown: int = 8) -> str:
    """Return the bars of the most frequent reasons, the table of all behind them."""
    if not rows:
        return ""
    rest = sum(count for _, count in rows[shown:])
    head = [*rows[:shown], (f"其余 {len(rows) - shown} 类", rest)] if rest else list(rows)
    return charts.with_table(charts.bars(head, title=title), ("卡在哪里", "件"), rows)


def trend(months: Sequence[tuple[Period, Figures]], title: str, *, year: bool = True) -> str:
    """Return registrations and vetoes by month as two lines with their table."""
    labels = [f"{of.first.year % 100}-{of.first.month:02d}" if year else f"{of.first.month} 月" for of, _ in months]
    made = [figures.count("I1").n for _, figures in months]
    vetoes = [figures.count("I2").n for _, figures in months]
    svg = charts.lines(labels, (("登记", made), ("提出否决", vetoes)), title=title)
    return charts.with_table(svg, ("月", "登记", "提出否决"), list(zip(labels, made, vetoes, strict=True)))


_TERMS = (
    *((f"{item.name}（{item.key}）", item.formula + (f"（{item.cite}）" if item.cite else ""), f"t-{item.key}")
      for item in INDICATORS),
    ("算在哪一期", ATTRIBUTION, "t-period"),
    ("件数少的时候", GUARDS, "t-small"),
)  # fmt: skip
_MAIN_TERMS = frozenset(
    (*(f"t-{key}" for key in dict.fromkeys((*TOP, *(key for key, _ in COLUMNS)))), "t-period", "t-small")
)
