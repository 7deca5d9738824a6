"""评窗口: the table of a year with every lost point opened down to the cases it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from noveto.site.listpages import Page
from noveto.site.statshtml import list_page, table
from noveto.site.statslists import Listed, Lists
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.statistics import BY_KEY, Group, Score, Statistics, assess
from noveto.statistics.assessment import FORMULA, INVERTED, PARTS, TITLES, Lost
from noveto.statistics.labels import Labels
from noveto.statistics.order import in_order
from noveto.statistics.periods import Period

KINDS = (("window", "按窗口"), ("unit", "按单位"))
MOST = 1000
"""The longest list of registered cases on a window's page; what cost points is always listed."""


def window_pages(
    lists: Lists, labels: Labels, of: Period, found: Statistics, years: Sequence[Period], *, main: bool
) -> Iterator[Page]:
    """Yield 评窗口 of a year and a page for each window and unit; ``main`` puts it into the navigation as well."""
    made = _Windows(lists, labels, of, found, years)
    if main:
        yield Page("stats/windows.html", "windows", f"评窗口：{of.name}", made.table("", "../"))
    yield Page(f"stats/{of.key}/windows.html", "period-list", f"评窗口：{of.name}", made.table("../", "../../"))
    yield from made.details()


class _Windows:
    def __init__(
        self, lists: Lists, labels: Labels, of: Period, found: Statistics, years: Sequence[Period]
    ) -> None:  # fmt: skip
        self.lists, self.labels, self.of, self.found, self.years = lists, labels, of, found, years
        self.weights = lists.book.rules.for_day(of.last).assessment
        self.groups: dict[str, list[Group]] = {}
        self.scores: dict[str, list[Score]] = {}
        for kind, _ in KINDS:
            held = in_order(lists.book.groups(found, kind), (kind,), lists.data.registry)
            named = [group for group in held if group.key != ("",)]
            self.groups[kind] = named
            self.scores[kind] = list(assess(named, self.weights, found.small))

    def file(self, kind: str, key: str) -> str:
        return f"{'w' if kind == 'window' else 'wu'}-{key}"

    def name(self, kind: str, key: str) -> str:
        if kind == "unit":
            return self.labels.of("unit", key)
        window = self.lists.data.registry.windows.get(key)
        unit = self.lists.data.voc.unit_short(window.unit) if window else ""
        name = self.labels.of("window", key)
        return name if name.startswith(unit) else f"{unit} {name}"

    def table(self, up: str, root: str) -> str:
        """Return the body of the page; ``up`` leads to the folder stats/."""
        blocks = []
        for kind, title in KINDS:
            judged = [score for score in self.scores[kind] if score.score is not None]
            few = [score for score in self.scores[kind] if score.score is None and score.registered]
            small = self.found.small
            blocks.append(
                Block(
                    title,
                    Table(_HEAD, tuple(self._row(kind, score, up) for score in sorted(judged, key=_ranked))),
                    f"登记满 {small} 件的 {len(judged)} 个；点得分看扣在哪些件",
                    anchor=kind,
                    empty=f"这一年没有登记满 {small} 件的，不打分、不排名。",
                )
            )
            if few:
                rows = tuple(self._few(kind, score, up) for score in few)
                blocks.append(
                    Block(
                        f"{title}：不足 {small} 件的",
                        Table((("名称", False), ("登记", True)), rows, narrow=True),
                        f"{len(few)} 个，只列件，不打分、不排名",
                    )
                )
        blocks.append(Block("怎么算", Table((("部分", False), ("权重", True), ("看哪几项", False)), self._weights()),
                            "权重写在规则文件里，由市数据资源管理局定", FORMULA))  # fmt: skip
        page = TablePage(
            title=f"评窗口：{self.of.name}",
            lead=f"{self.of.name} 1 月 1 日{'起' if self.of.last >= self.found.today else '至 12 月 31 日'}登记的件。"
            "每扣一分都能点到件；对分数有异议，请打市数据资源管理局。",
            blocks=tuple(blocks),
            links=tuple((f"{year.name}评窗口", f"{up}{year.key}/windows.html") for year in reversed(self.years)),
        )
        return self.lists.renderer.page("statsblocks.html", root=root, p=page, table=table)

    def _row(self, kind: str, score: Score, up: str) -> tuple[Cell, ...]:
        key = score.key[0]
        url = f"{up}{self.of.key}/{self.file(kind, key)}.html"
        reached = {part.part: f"{part.reached:.1f} / {part.possible:.1f}" for part in score.parts}
        lost = {item.part for item in score.lost}
        parts = tuple(
            Cell(reached.get(part, "–"), f"{url}#{_first(score, part)}" if part in lost else "") for part in TITLES
        )
        registered = Cell(str(score.registered), f"{url}#I1" if score.registered <= MOST else "")
        return (
            Cell(self.name(kind, key), url),
            Cell(str(score.rank)),
            registered,
            Cell(f"{score.score:.1f}", url),
            *parts,
        )

    def _few(self, kind: str, score: Score, up: str) -> tuple[Cell, ...]:
        url = f"{up}{self.of.key}/{self.file(kind, score.key[0])}.html"
        return (Cell(self.name(kind, score.key[0]), url), Cell(str(score.registered), f"{url}#I1"))

    def _weights(self) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            (
                Cell(TITLES[part]),
                Cell(str(self.weights.get(part, 0))),
                Cell("、".join(BY_KEY[name].name + ("（越少越好）" if name in INVERTED else "") for name in names)),
            )
            for part, names in PARTS.items()
        )

    def details(self) -> Iterator[Page]:
        """Yield a page for each window and unit with anything registered: lost points first, then all its cases."""
        for kind, _ in KINDS:
            figures = {group.key: group.figures for group in self.groups[kind]}
            for score in self.scores[kind]:
                if not score.registered:
                    continue
                lists = [self._lost(item) for item in score.lost]
                if score.registered <= MOST:
                    lists.append(self.lists.of("I1", figures[score.key]["I1"], self.found.small))
                title = f"{self.name(kind, score.key[0])}：{self.of.name}评窗口"
                crumbs = (("统计", "../month.html"), (f"评窗口：{self.of.name}", "windows.html"))
                path = f"stats/{self.of.key}/{self.file(kind, score.key[0])}.html"
                yield list_page(self.lists, path, title, title, lists, crumbs=crumbs, lead=self._lead(score))

    def _lost(self, item: Lost) -> Listed:
        title = f"{TITLES[item.part]}：{BY_KEY[item.figure].name}，扣 {item.points:.2f} 分"
        each = f"每{BY_KEY[item.figure].unit} {item.points / len(item.refs):.2f} 分"
        return self.lists.refs(_anchor(item), title, item.refs, each, BY_KEY[item.figure].unit)

    def _lead(self, score: Score) -> str:
        if score.score is None:
            return f"登记 {score.registered} 件，不足 {self.found.small} 件，只列件，不打分、不排名。"
        parts = "，".join(f"{TITLES[part.part]} {part.reached:.1f} / {part.possible:.1f}" for part in score.parts)
        lost = "没有扣分" if not score.lost else f"扣 {100 - score.score:.2f} 分"
        return f"{score.score:.1f} 分，第 {score.rank} 名，{lost}。{parts}。没有数可算的项不参加计算。"


_HEAD = (
    ("名称", False), ("名次", True), ("登记", True), ("得分", True),
    *((title, True) for title in TITLES.values()),
)  # fmt: skip


def _ranked(score: Score) -> int:
    return score.rank or 0


def _anchor(item: Lost) -> str:
    return f"{item.part}-{item.figure}".replace(".", "-")


def _first(score: Score, part: str) -> str:
    """The anchor of the first list of a part that cost points."""
    return _anchor(next(item for item in score.lost if item.part == part))
