"""抽查: each sample with its progress, and a page a sample with what two readers said of every case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from noveto import words
from noveto.site.listpages import Page
from noveto.site.statshtml import table
from noveto.site.statslists import Lists
from noveto.site.views import Block, Cell, Table, TablePage
from noveto.statistics.periods import period
from noveto.statistics.readings import Reading, readings
from noveto.statistics.sampling import METHOD

if TYPE_CHECKING:
    from noveto.records.model import Entry, Review

_HOW = (
    "局里每季度从各单位提出过否决的件里随机抽几件，两个人各看一遍依据站不站得住：第一个人评查，换一个人复核，看法不一样的合议。"
    "两个人都看过的，才算进评窗口的“告知和依据”。"
)

_SEED = (
    "种子用这一期定稿的数据版本，写件的时候谁也不知道，抽的人也挑不了；种子、总体、版本都记在台账里，"
    "谁都可以重抽核对：noveto sample --quarter 2026-q3。"
)


def review_pages(lists: Lists) -> Iterator[Page]:
    """Yield 抽查 and the page of every sample drawn by today; voided ones left out."""
    today = lists.data.today
    found = [
        record.review
        for record in lists.data.ledger.records("review")
        if record.review.drawn <= today and readings(record.review, today)
    ]
    found.sort(key=lambda review: (review.drawn, review.id), reverse=True)
    for review in found:
        yield Page(f"stats/sample/{review.id}.html", "period-list", review.id, _review(lists, review))
    yield Page("stats/sample.html", "sample", "抽查", _index(lists, found))


def _index(lists: Lists, found: list[Review]) -> str:
    rows = []
    for review in found:
        read = readings(review, lists.data.today)
        url = f"sample/{review.id}.html"
        done = sum(one.state == "done" for one in read)
        differing = sum(one.state == "differing" for one in read)
        rows.append((
            Cell(lists.data.voc.unit_short(review.unit), url), Cell(period(review.key).name), Cell(str(review.pool)),
            Cell(str(len(review.cases))), Cell(str(sum(one.verdict is not None for one in read))),
            Cell(str(sum(one.second is not None for one in read))),
            Cell(str(differing)),
            Cell(f"{sum(one.final == 'sound' for one in read)} / {done}" if done else "–"),
        ))  # fmt: skip
    head = (("单位", False), ("期间", False), ("从几件里", True), ("抽到", True), ("已评查", True), ("已复核", True),
            ("看法不一", True), ("站得住", True))  # fmt: skip
    view = TablePage(
        title="抽查",
        lead=_HOW,
        blocks=(
            Block("各单位", Table(head, tuple(rows)), "点单位看每一件怎么评的", anchor="units",
                  empty="还没有抽过。局里运行 noveto sample --quarter 2026-q3 --write，就抽好、记进台账。"),
            Block("怎么抽", Table((), ()), text=f"{METHOD}。{_SEED}", anchor="how"),
        ),
    )  # fmt: skip
    return lists.renderer.page("statsblocks.html", root="../", p=view, table=table)


def _review(lists: Lists, review: Review) -> str:
    data = lists.data
    read = readings(review, data.today)
    differing = [one for one in read if one.state == "differing"]
    rest = [one for one in read if one.state != "differing"]
    head = (("编号", False), ("事项", False), ("评查", False), ("复核", False), ("结论", False))
    version = f"，数据版本 {review.commit[:7]}" if review.commit else ""
    blocks = []
    if differing:
        rows = tuple(_row(lists, one) for one in differing)
        blocks.append(Block("看法不一样，等合议", Table(head, rows), f"{len(differing)} 件", anchor="differing"))
    if rest:
        blocks.append(
            Block("抽到的件", Table(head, tuple(_row(lists, one) for one in rest)), f"{len(rest)} 件", anchor="cases")
        )
    unit, of = data.voc.unit(review.unit), period(review.key)
    day = words.short(review.drawn, today=data.today, cal=data.calendar)
    links = [("全部抽查", "../sample.html"), (f"{of.first.year} 年评窗口", f"../{of.first.year}/windows.html")]
    if data.desk:
        links.insert(0, ("写评查、复核", f"/desk/case/{review.id}"))
    view = TablePage(
        title=f"抽查：{unit}，{of.name}",
        lead=f"{day}由{data.voc.person(review.drawn_by)}从 {review.pool} 件里抽 {len(review.cases)} 件。"
        f"种子 {review.seed}{version}。",
        blocks=tuple(blocks),
        links=tuple(links),
    )
    return lists.renderer.page("statsblocks.html", root="../../", p=view, table=table)


_OPEN = {"waiting": "还没评查", "read": "等复核", "differing": "等合议"}


def _row(lists: Lists, one: Reading) -> tuple[Cell, ...]:
    url = lists.url(one.case)
    final = _word(lists, one.final) if one.final else _OPEN[one.state]
    told = str(one.settled.data["text"]).strip() if one.settled else ""
    return (
        Cell(one.case, f"../../{url}" if url else ""), Cell(lists.data.matter_of(one.case)), _said(lists, one.verdict),
        _said(lists, one.second), Cell(final, small=f"合议：{told}" if told else ""),
    )  # fmt: skip


def _said(lists: Lists, entry: Entry | None) -> Cell:
    if entry is None:
        return Cell("—")
    text = f"{_word(lists, str(entry.data['verdict']))}：{str(entry.data['text']).strip()}"
    return Cell(text, small=lists.data.voc.person(entry.by))


def _word(lists: Lists, verdict: str) -> str:
    return lists.data.ledger.schemas.word("review", "log.verdict.verdict", verdict)
