"""问题与改进: what comes again and again, what was done about it and whether it helped, where the law is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from noveto import words
from noveto.site import charts
from noveto.site.listpages import Page
from noveto.site.statscolumns import reason_counts
from noveto.site.statshtml import list_page, table
from noveto.site.statslists import Lists
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.statistics import Effect, Ref
from noveto.statistics.labels import CAUSES, Labels

SHOWN = 60
"""The most repeats and gaps a page shows."""

MOST = 300
"""The longest list behind one of them."""


def issue_pages(lists: Lists, labels: Labels, first: date, last: date) -> Iterator[Page]:
    """Yield 问题与改进 over the days ``first`` to ``last`` and the lists behind its numbers."""
    made = _Issues(lists, labels, first, last)
    yield from made.list_pages()
    yield made.page()


class _Issues:
    def __init__(self, lists: Lists, labels: Labels, first: date, last: date) -> None:
        self.lists, self.labels, self.first, self.last = lists, labels, first, last
        book = lists.book
        self.repeats = book.repeats_between(first, last)
        self.gaps = book.gaps(first, last)
        self.counts = book.reasons(first, last)
        self.effects = book.effects

    # -- lists ----------------------------------------------------------------------------------------

    def list_pages(self) -> Iterator[Page]:
        """Yield the lists: one page for repeats, gaps and effects, one a reason."""
        crumbs = (("统计", "../month.html"), ("问题与改进", "../improvements.html"))
        span = f"{self.first.isoformat()} 至 {self.last.isoformat()} 登记的件。"
        repeats = [
            self.lists.refs(f"r{at}", f"{item.matter_name}，{self.labels.of('reason', item.reason)}", item.refs)
            for at, item in enumerate(self.repeats[:SHOWN], 1)
            if len(item.refs) <= MOST
        ]
        gaps = [
            self.lists.refs(f"g{at}", gap.matter_name, gap.refs)
            for at, gap in enumerate(self.gaps[:SHOWN], 1)
            if len(gap.refs) <= MOST
        ]
        effects = [
            self.lists.refs(
                f"{side}-{item.item.id}", f"{item.item.id} 改{'前' if side == 'b' else '后'} {item.days} 天", refs
            )
            for item in self.effects
            for side, refs in (("b", item.before or ()), ("a", item.after or ()))
            if 0 < len(refs) <= MOST
        ]
        for name, title, found in (
            ("repeats", "同一件事一年内三次以上", repeats),
            ("gaps", "法规空白清单的件", gaps),
            ("effects", "改进前后的件", effects),
        ):
            if found:
                lead = span if name != "effects" else "同一事项、同一原因的件，改前改后看同样多天。"
                path = f"stats/issues/{name}.html"
                yield list_page(self.lists, path, title, title, found, crumbs=crumbs, lead=lead)
        by_reason: dict[str, list[Ref]] = {}
        for head in self.lists.book.between(self.first, self.last):
            if self.counts[head.reason] <= MOST:
                by_reason.setdefault(head.reason, []).append(Ref(head.id))
        for code, refs in sorted(by_reason.items()):
            title = f"卡在哪里：{self.labels.of('reason', code)}"
            listed = [self.lists.refs("r", title, refs)]
            path = f"stats/issues/{code}.html"
            yield list_page(self.lists, path, title, f"{title} {len(refs)} 件", listed, crumbs=crumbs, lead=span)

    # -- page -----------------------------------------------------------------------------------------

    def page(self) -> Page:
        """Return the page."""
        total = sum(self.counts.values())
        rows = reason_counts(self.labels, self.counts)
        chart = charts.pareto(rows, title="近一年卡在哪里，按多少排", width=1060) if rows else ""
        opened = sum(1 for item in self.repeats if item.improvements)
        view = TablePage(
            title="问题与改进",
            lead=f"近 12 个月（{self.first.isoformat()} 至 {self.last.isoformat()}）登记的 {total} 件。",
            blocks=(
                Block("卡在哪里，按多少排", self._reasons(), f"{total} 件；线是累计占比", anchor="reasons", chart=chart,
                      fold="看表格，点数字看件", empty="近 12 个月没有登记的件。"),
                Block("同一件事一年内三次以上", self._repeats(),
                      f"{len(self.repeats)} 样，{opened} 样已立改进项" + _more(len(self.repeats)), anchor="repeats",
                      empty="没有反复出现的事。"),
                Block("改进项和效果", self._effects(), "改前、改后看同样多天，最多一年", anchor="done",
                      text="同一事项、同一原因，改前、改后各有几件。件数少，只能当线索看。",
                      empty="还没有改进项。"),
                Block("法规空白清单", self._gaps(), f"{len(self.gaps)} 个事项" + _more(len(self.gaps)), anchor="gaps",
                      text="原因选了“法规不明确或空白”，或者根本原因认定为法规空白的件，供报送有权机关研究。",
                      empty="近 12 个月没有法规不明确或空白的件。"),
            ),
        )  # fmt: skip
        body = self.lists.renderer.page("statsblocks.html", root="../", p=view, table=table)
        return Page("stats/improvements.html", "improvements", "问题与改进", body)

    def _reasons(self) -> Table:
        total, running = sum(self.counts.values()), 0
        rows = []
        for code, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            running += count
            url = f"issues/{code}.html" if count <= MOST else ""
            share = f"{running * 100 / total:.0f} %"
            rows.append((Cell(self.labels.of("reason", code)), Cell(str(count), url), Cell(share)))
        return Table((("卡在哪里", False), ("件", True), ("累计占", True)), tuple(rows))

    def _repeats(self) -> Table:
        rows = []
        for at, item in enumerate(self.repeats[:SHOWN], 1):
            url = f"issues/repeats.html#r{at}" if len(item.refs) <= MOST else ""
            name = item.improvements[0] if item.improvements else ""
            then = Cell(f"已立改进项 {name}", f"../{self.lists.url(name)}") if name else Cell("还没立改进项")
            matter = self.lists.data.registry.matters.get(item.matter)
            to = f"../matters/{item.matter}.html" if matter else ""
            rows.append((Cell(item.matter_name, to), Cell(self.labels.of("reason", item.reason)),
                         Cell(str(len(item.refs)), url), then))  # fmt: skip
        return Table((("事项", False), ("卡在哪里", False), ("次数", True), ("改进", False)), tuple(rows))

    def _effects(self) -> Table:
        head = (("改进项", False), ("措施", False), ("谁负责", False), ("期限", False), ("进展", False),
                ("改前", True), ("改后", True), ("写明的效果", False))  # fmt: skip
        shown = sorted(self.effects, key=lambda item: (-item.item.opened, item.item.id))
        return Table(head, tuple(self._effect(item) for item in shown))

    def _effect(self, effect: Effect) -> tuple[Cell, ...]:
        item, data = effect.item, self.lists.data
        late = effect.late_on(data.today)
        if item.done:
            said = words.outcome("已改" + ("，过了期限" if late else ""), good=not late)
        else:
            said = words.mark(data.calendar, date.fromordinal(item.target), data.today)
        stated = f"{item.before} → {item.after}" if item.before >= 0 and item.after >= 0 else "—"
        return (
            Cell(item.id, f"../{self.lists.url(item.id)}", css="d"),
            Cell(item.measure, small=CAUSES.get(item.cause, item.cause)),
            Cell(data.voc.party(item.owner)),
            Cell(words.short(date.fromordinal(item.target), today=data.today, cal=data.calendar), css="d"),
            Cell("", said=said),
            self._side("b", effect.before, item.id, effect.days),
            self._side("a", effect.after, item.id, effect.days),
            Cell(stated),
        )

    def _side(self, side: str, refs: tuple[Ref, ...] | None, name: str, days: int) -> Cell:
        if refs is None:
            return Cell("—")
        url = f"issues/effects.html#{side}-{name}" if 0 < len(refs) <= MOST else ""
        return Cell(str(len(refs)), url, small=f"件（{days} 天）")

    def _gaps(self) -> Table:
        rows = []
        for at, gap in enumerate(self.gaps[:SHOWN], 1):
            url = f"issues/gaps.html#g{at}" if len(gap.refs) <= MOST else ""
            units = "、".join(self.lists.data.voc.unit_short(unit) for unit in gap.units)
            to = f"../matters/{gap.matter}.html" if gap.matter in self.lists.data.registry.matters else ""
            rows.append((Cell(gap.matter_name, to), Cell(units), Cell(str(len(gap.refs)), url)))
        return Table((("事项", False), ("单位", False), ("件", True)), tuple(rows))


def _more(count: int) -> str:
    return f"，下面是最多的 {SHOWN} 样" if count > SHOWN else ""
