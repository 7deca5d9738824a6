"""One period of the statistics: its page for all, for the city and for the counties, and the lists behind its numbers.

The numbers are those of ``noveto stats``; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from noveto.site.countypages import counties, county_file
from noveto.site.listpages import Page
from noveto.site.statscolumns import (
    COLUMNS,
    MAIN_TERMS,
    MOST,
    TERMS,
    TOP,
    place,
    ranked,
    reason_bars,
    reason_counts,
    reason_list,
    short_name,
    shown,
    span_words,
    trend,
)
from noveto.site.statshtml import table
from noveto.site.statslists import Lists
from noveto.site.statsperiodlists import PeriodLists
from noveto.site.statstables import PeriodTables, unit_file
from noveto.site.views import Block, CaseRow, Cell, Figure, Standing, Table
from noveto.site.views import Period as PeriodView
from noveto.statistics import BY_KEY, INDICATORS, Figures, Fraction, Statistics
from noveto.statistics.labels import Labels
from noveto.statistics.lines import line
from noveto.statistics.periods import Period

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


class PeriodPages:
    """Makes the pages of one period."""

    def __init__(self, lists: Lists, labels: Labels, of: Period, found: Statistics, around: Around) -> None:
        self.lists, self.labels, self.of, self.found, self.around = lists, labels, of, found, around
        self.data, self.renderer = lists.data, lists.renderer
        self.most = MOST[of.kind]
        self.tables = PeriodTables(lists, labels, of, found)

    def linked(self) -> list[str]:
        """Return the columns whose number for all units has a list."""
        return self.tables.linked()

    # -- pages ----------------------------------------------------------------------------------------

    def pages(self) -> Iterator[Page]:
        """Yield all pages of the period."""
        key, name = self.of.key, self.of.name
        yield Page(f"stats/{key}.html", "period", f"{name}统计", self.whole)
        yield Page(f"stats/{key}/city.html", "period-list", f"{name} 市本级", self._city())
        yield Page(f"stats/{key}/counties.html", "period-list", f"{name} 县区", self._counties())
        lists = PeriodLists(self.lists, self.labels, self.of, self.found)
        yield from lists.totals()
        for unit, figures in self.tables.units():
            yield lists.group(unit_file(unit), self.labels.of("unit", unit), figures)
        yield lists.group("c-city", "市本级", self.tables.city)
        for county in self._county_names():
            yield lists.group(f"c-{county_file(county)}", county, self.tables.by_county[county])

    def _county_names(self) -> list[str]:
        order = list(counties(self.data))
        found = [county for county in self.tables.by_county if county]
        return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))

    @cached_property
    def whole(self) -> str:
        """The body of the page for all units; links lead from the folder stats/."""
        base = f"{self.of.key}/"
        total = self.tables.row(Cell("合计"), self.found.total, base)
        view = replace(
            self._view("", base, self.found.total),
            figures=tuple(self._top(base)),
            table=self.tables.unit_table(self.tables.units(), base, total),
            late=tuple(self._late()[:LATE_SHOWN]),
            late_total=len(self.found.total.fraction("I7").misses),
            late_url=f"{base}late.html" if 0 < len(self.found.total.fraction("I7").misses) <= self.most else "",
            reasons=reason_counts(self.labels, self._by_reason),
            reasons_total=self.found.total.count("I1").n,
            repeats=tuple(self._repeats()),
            repeats_total=len(self.found.repeats),
            charts={"reasons": self._reason_chart(base)} | self._month_chart(),
            blocks=(*self._standing_blocks(), *self._month_blocks(), self._all(base)),
        )
        return self.renderer.page("period.html", root="../", p=view, table=table)

    def _city(self) -> str:
        total = self.tables.row(Cell("市本级合计"), self.tables.city, "", "c-city")
        view = replace(
            self._view("city", "", self.tables.city),
            table=self.tables.unit_table(self.tables.units(inside=[""]), "", total),
        )
        return self.renderer.page("period.html", root="../../", p=view, table=table)

    def _counties(self) -> str:
        names = self._county_names()
        rows = tuple(
            self.tables.row(
                self.tables.label(county, self.tables.by_county[county], f"c-{county_file(county)}.html"),
                self.tables.by_county[county], "", f"c-{county_file(county)}",
            )
            for county in names
        )  # fmt: skip
        blocks = (
            Block(
                "县区各单位", self.tables.unit_table(self.tables.units(inside=names), ""), empty="这一期县区没有件。"
            ),
        )
        view = replace(
            self._view("counties", "", None),
            table=Table((("县区、园区", False), *self.tables.head[1:]), rows, caption="各县区、园区"),
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
            steps.append((f"‹ {short_name(self.around.earlier)}", f"{up}{self.around.earlier.key}{tail}"))
        if self.around.later:
            steps.append((f"{short_name(self.around.later)} ›", f"{up}{self.around.later.key}{tail}"))
        kinds = [(text, f"{up}{url}" if url else "") for text, url in self.around.others]
        return PeriodView(
            title=f"{self.of.name}统计" + {"city": "：市本级", "counties": "：县区"}.get(scope, ""),
            lead=f"{span_words(self.of)}登记的件",
            as_of=self.around.standing.as_of if self.around.standing else "",
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
            terms=() if scope else TERMS,
            terms_url=f"{here}.html#terms",
            main_terms=MAIN_TERMS,
            held=tuple(item.id for item in self.found.held),
            held_url=f"{up}../data/quality.html",
            capped=self._capped(),
        )  # fmt: skip

    def _standing_blocks(self) -> tuple[Block, ...]:
        return self.around.standing.blocks if self.around.standing else ()

    def _state(self) -> str:
        running, made = len(self.found.total.spread("I10").left_out), self.found.total.count("I1").n
        if self.of.last >= self.found.today:
            return "这一期还没完，数会变"
        return f"还有 {running} 次没有答复，数会随办结补满" if running else _ALL if made else _NONE

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
            cell = self.tables.cell(self.found.total, key, base)
            earlier = self.around.earlier
            before = f"{short_name(earlier)} {self.around.before[key]}" if earlier and key in self.around.before else ""
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

    @cached_property
    def _by_reason(self) -> dict[str, int]:
        return {code: len(refs) for code, refs in self.found.breakdowns.get("reason", {}).items()}

    def _reason_chart(self, base: str) -> str:
        urls = [
            base + place(reason_list(code), count) if count <= self.most else ""
            for code, count in ranked(self._by_reason)
        ]
        return reason_bars(reason_counts(self.labels, self._by_reason), f"{self.of.name}卡在哪里", urls)

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
            if not any(figures[key].n for key, _ in COLUMNS):
                continue
            name = Cell(f"{month.first.month} 月", f"{month.key}.html" if paged else "")
            cells = []
            for key, _ in COLUMNS:
                text = self.tables.cell(figures, key, "").text
                listed = paged and 0 < shown(figures, key).n <= MOST["month"]
                name_of = "I22-hit" if key == "I22" else key
                cells.append(Cell(text, f"{month.key}/{name_of}.html" if listed else ""))
            rows.append((name, *cells))
        table = Table((("月", False), *self.tables.head[1:]), tuple(rows))
        yield Block("各月", table, "最近 24 个月的数可以点开看件；已定稿的月是定稿的数", anchor="months")

    def _month_chart(self) -> dict[str, str]:
        if self.of.kind != "year":
            return {}
        told = [(month, figures) for month, figures, _ in self.around.months]
        return {"months": trend(told, f"{self.of.name}各月登记和提出否决", year=False)}

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
            url = base + place(item.key, figure.n) if 0 < figure.n <= self.most else ""
            left = base + place(f"{item.key}-left", out) if 0 < out <= self.most else ""
            few = item.kind == "fraction" and 0 < figure.n < self.found.small
            said = f"不足 {self.found.small} {item.unit}，不算率" if few else told.share()
            name = Cell(item.name, f"#t-{item.key}")
            rows.append((name, Cell(text, url), Cell(said), Cell(str(told.left_out or ""), left)))
        head = (("指标", False), ("数", True), ("率和可信范围", False), ("没有计入", True))
        text = f"{self.of.name}没有可以算的件，不算比率：{'、'.join(none)}。" if none else ""
        return Block("全部指标", Table(head, tuple(rows)), "点指标看怎么算，点数字看件", anchor="all", text=text)


_ALL, _NONE = "都已答复", "没有登记的件"
