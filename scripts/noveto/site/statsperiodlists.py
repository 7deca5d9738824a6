"""The lists behind the numbers of one period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noveto.site.listpages import Page
from noveto.site.statscolumns import GROUP_LISTS, MOST, OTHERS, place, reason_list, shown
from noveto.site.statshtml import list_page
from noveto.site.statslists import Listed, Lists
from noveto.statistics import INDICATORS, Figures, Fraction, Spread, Statistics
from noveto.statistics.labels import Labels
from noveto.statistics.periods import Period

_LIST_LEAD = "点编号看这一件。数怎么算，见统计页最后的口径说明。"
_LEFT = "还没到期又没有办结的、中止的、没有回执不能证明的，不进比率，列在这里。"


class PeriodLists:
    """Makes the pages of lists of one period."""

    def __init__(self, lists: Lists, labels: Labels, of: Period, found: Statistics) -> None:
        self.lists, self.labels, self.of, self.found = lists, labels, of, found
        self.data = lists.data
        self.most = MOST[of.kind]

    def _crumbs(self) -> tuple[tuple[str, str], ...]:
        return (("统计", "../month.html"), (f"{self.of.name}统计", f"../{self.of.key}.html"))

    def _list_page(self, file: str, title: str, listed: Listed) -> Page:
        path, name = f"stats/{self.of.key}/{file}.html", f"{self.of.name} {title}"
        return self._page(path, name, f"{title}：{listed.number}", [listed])

    def _page(
        self, path: str, name: str, title: str, listed: Sequence[Listed], *, lead: str = _LIST_LEAD,
        links: Sequence[tuple[str, str]] = (),
    ) -> Page:  # fmt: skip
        return list_page(self.lists, path, name, title, listed, crumbs=self._crumbs(), lead=lead, links=links)

    def totals(self) -> Iterator[Page]:
        """Yield the lists behind the numbers of the whole."""
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
        entered = shown(total, "I22")
        if 0 < entered.n <= self.most:
            made.append(("I22-hit", "补录", self.lists.of("I22", entered, small)))
        late = total.fraction("I7").misses
        if 0 < len(late) <= self.most:
            made.append(("late", "没按时答复的", self.lists.refs("late", "没按时答复的", late, unit="次")))
        for code, refs in self.found.breakdowns.get("reason", {}).items():
            if len(refs) <= self.most:
                title = f"卡在哪里：{self.labels.of('reason', code)}"
                made.append((reason_list(code), title, self.lists.refs(reason_list(code), title, refs)))
        shared = []
        for name, title, listed in made:
            if place(name, listed.rows) == f"{name}.html":
                yield self._list_page(name, title, listed)
            else:
                shared.append(listed)
        if shared:
            title = f"{self.of.name}：其他指标的件"
            yield self._page(f"stats/{self.of.key}/{OTHERS}.html", title, title, shared)

    def group(self, file: str, name: str, figures: Figures) -> Page:
        """Return the page of a unit or county: a list for each of its numbers."""
        parts = [(key, shown(figures, key)) for key in GROUP_LISTS]
        lists = [self.lists.of(key, figure, self.found.small) for key, figure in parts if 0 < figure.n <= self.most]
        title = f"{name}：{self.of.name}"
        registered = figures.count("I1").n
        guard = f"登记 {registered} 件，不足 {self.found.small} 件，只列件，不排名、不算率。"
        lead = guard if registered < self.found.small else _LIST_LEAD
        links = [("这一期各单位", f"../{self.of.key}.html")]
        if file in self.data.registry.units:
            links.append(("这个单位现在在办的件", f"../../units/{file}.html"))
        return self._page(f"stats/{self.of.key}/{file}.html", title, title, lists, lead=lead, links=links)
