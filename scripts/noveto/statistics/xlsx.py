"""The workbook: figures, lists and formulas in words; no cell is ever a formula or a link. Deterministic bytes."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from noveto.statistics.assessment import FORMULA, TITLES, Score
from noveto.statistics.catalogue import ATTRIBUTION, BY_KEY, GUARDS, INDICATORS
from noveto.statistics.figures import Statistics
from noveto.statistics.groups import DIMENSIONS
from noveto.statistics.labels import Labels
from noveto.statistics.lines import TOTAL, Line, rounded
from noveto.statistics.model import Fraction, Ref, Spread

if TYPE_CHECKING:
    from xlsxwriter import Workbook

LONGEST = 100_000
"""The most rows of the list of cases; a longer one is for another tool."""

SHORT = 200
"""The most repeats and gaps of a workbook without the list of cases."""

CELL = 32_000
"""The most characters of a cell (Excel allows 32,767)."""

HEAD = (
    "代码", "指标", "分子或件数", "分母", "未计入", "率", "可信下限", "可信上限", "中位（工作日）", "九成（工作日）",
    "记录有误未计",
)  # fmt: skip


def workbook(
    found: Statistics, shown: Iterable[Line], labels: Labels, scores: Sequence[Score] = (), *, lists: bool = True,
    title: str = "", cases: bool = True, settled: bool = False, wide: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """Return the bytes of an .xlsx: the same for the same figures, whenever it is made.

    ``lists=False`` (for publication) leaves out everything that names a record, ``cases=False`` the list of all
    cases and what comes after the first ``SHORT`` repeats and gaps. ``wide`` adds a sheet with one row a group and
    these figures. ``settled`` says that nothing in it can change by itself: the day and what changes with it (effects
    of improvements) are left out.
    """
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    day = found.last if settled else found.today
    book.set_properties({"title": title, "created": datetime.combine(day, datetime.min.time())})
    _figures(book, found, shown, labels)
    if wide:
        _wide(book, found, labels, wide)
    if lists:
        if scores:
            _scores(book, found, labels, scores)
        _repeats(book, found, labels, None if cases else SHORT)
        if not settled:
            _effects(book, found, labels)
        _gaps(book, found, labels, None if cases else SHORT)
        if cases:
            _lists(book, found)
    _terms(book, found, scores, "" if settled else f"，状态看到 {found.today}")
    book.close()
    return stream.getvalue()


def _sheet(
    book: Workbook,
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    widths: Sequence[int],
    *,
    shares: Collection[int] = (),
) -> None:
    sheet = book.add_worksheet(name)
    top = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    share = book.add_format({"num_format": "0.0%", "valign": "top"})
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, top)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _cell(sheet, last, column, value, share if column in shares else plain)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(last, 1), len(head) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _cell(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value)[:CELL], style)


def _names(found: Statistics, labels: Labels, key: Sequence[str]) -> list[str]:
    if not key:
        return [TOTAL, *[""] * (len(found.by) - 1)] if found.by else []
    return [labels.of(name, value) for name, value in zip(found.by, key, strict=True)]


def table_rows(found: Statistics, shown: Iterable[Line], labels: Labels) -> tuple[list[str], list[list[object]]]:
    """Return head and rows of the long table: one row a group and figure (csv and the first sheet)."""
    head = [DIMENSIONS[name] for name in found.by] + list(HEAD)
    rows: list[list[object]] = []
    for item in shown:
        rates = map(rounded, (item.rate, item.low, item.high))
        numbers: list[object] = [item.numerator, item.denominator, item.left_out, *rates,
                                 item.median, item.ninetieth, item.quarantined]  # fmt: skip
        if item.hidden:
            numbers[0 if item.numerator is None else 1] = "不公开"
        rows.append([*_names(found, labels, item.key), item.indicator.key, item.indicator.name, *numbers])
    return head, rows


def _figures(book: Workbook, found: Statistics, shown: Iterable[Line], labels: Labels) -> None:
    head, rows = table_rows(found, shown, labels)
    first = len(found.by) + 5
    _sheet(
        book,
        "指标",
        head,
        rows,
        [18] * len(found.by) + [8, 24, 11, 8, 8, 9, 9, 9, 10, 10, 11],
        shares=range(first, first + 3),
    )


def _wide(book: Workbook, found: Statistics, labels: Labels, keys: Sequence[str]) -> None:
    head = [DIMENSIONS[name] for name in found.by]
    for key in keys:
        item = BY_KEY[key]
        head += [f"{item.name}：中位（工作日）"] if item.kind == "spread" else [item.name]
        head += [f"{item.name}：总数"] if item.kind == "fraction" else []
    rows: list[list[object]] = []
    for name, figures in [*((group.key, group.figures) for group in found.groups), ((), found.total)]:
        row: list[object] = list(_names(found, labels, name))
        for key in keys:
            figure = figures[key]
            if isinstance(figure, Fraction):
                row += [figure.numerator, figure.denominator]
            else:
                row.append(figure.median if isinstance(figure, Spread) else figure.n)
        rows.append(row)
    _sheet(book, "各单位", head, rows, [24, *[11] * (len(head) - 1)])


def _lists(book: Workbook, found: Statistics) -> None:
    rows: list[tuple[object, ...]] = []
    for item in INDICATORS:
        figure = found.total[item.key]
        if isinstance(figure, Fraction):
            parts = (("计入", figure.hits), ("分母里其余的", figure.misses), ("未计入比率", figure.left_out))
        elif isinstance(figure, Spread):
            rows += [(item.key, item.name, f"{days} 个工作日", *_ref(ref)) for ref, days in figure.values]
            parts = (("未计入", figure.left_out), ("", ()), ("", ()))
        else:
            parts = (("计入", figure.refs), ("", ()), ("", ()))
        rows += [(item.key, item.name, words, *_ref(ref)) for words, refs in parts for ref in refs]
    rows += [("", "记录有误未计", "", item.id, "", item.unit) for item in found.held]
    if len(rows) > LONGEST:
        rows = [
            *rows[:LONGEST],
            ("", f"名单共 {len(rows)} 行，这里只列前 {LONGEST} 行。请缩短时间再导出。", "", "", "", ""),
        ]
    _sheet(book, "名单", ("代码", "指标", "怎么算的", "编号", "第几轮", "被征询单位"), rows, [8, 24, 18, 24, 8, 14])


def _ref(ref: Ref) -> tuple[object, ...]:
    return ref.id, ref.round, ref.of


def _ids(refs: Iterable[Ref]) -> str:
    return "、".join(ref.id for ref in refs)


def _day(number: int) -> str:
    return date.fromordinal(number).isoformat() if number else ""


def _repeats(book: Workbook, found: Statistics, labels: Labels, most: int | None) -> None:
    rows = [
        (item.matter_name, labels.of("reason", item.reason), len(item.refs), _ids(item.refs),
         "、".join(item.improvements) or "还没立项")
        for item in found.repeats[:most]
    ]  # fmt: skip
    _sheet(book, "反复出现", ("事项", "卡在哪里", "12 个月内件数", "编号", "改进项"), rows, [30, 24, 10, 60, 20])


def _effects(book: Workbook, found: Statistics, labels: Labels) -> None:
    rows = [
        (one.item.id, _day(one.item.opened), labels.of("cause", one.item.cause), one.item.measure,
         _day(one.item.target), _day(one.item.done), one.days or None,
         None if one.before is None else len(one.before), None if one.after is None else len(one.after),
         one.item.before if one.item.before >= 0 else None, one.item.after if one.item.after >= 0 else None)
        for one in found.effects
    ]  # fmt: skip
    head = ("改进项", "立项", "根本原因", "措施", "期限", "完成", "前后各看几天", "改前件数", "改后件数", "写明的改前",
            "写明的改后")  # fmt: skip
    _sheet(book, "改进项", head, rows, [14, 11, 12, 50, 11, 11, 9, 9, 9, 9, 9])


def _gaps(book: Workbook, found: Statistics, labels: Labels, most: int | None) -> None:
    rows = [
        (gap.matter_name, len(gap.refs), "、".join(labels.of("unit", unit) for unit in gap.units), _ids(gap.refs))
        for gap in found.gaps[:most]
    ]
    _sheet(book, "法规空白清单", ("事项", "件数", "单位", "编号"), rows, [30, 8, 30, 60])


def _scores(book: Workbook, found: Statistics, labels: Labels, scores: Sequence[Score]) -> None:
    rows: list[tuple[object, ...]] = []
    for score in scores:
        name = " ".join(_names(found, labels, score.key))
        said = "不足 5 件，只列件" if score.score is None else f"{score.score:.1f}"
        rows.append((name, score.registered, said, score.rank, "", "", "", ""))
        rows += [
            (name, "", "", "", TITLES[lost.part], BY_KEY[lost.figure].name, f"-{lost.points:.2f}", _ids(lost.refs))
            for lost in score.lost
        ]
    head = ("", "登记", "得分", "名次", "部分", "指标", "扣分", "扣在哪些件")
    _sheet(book, "评窗口", head, rows, [24, 8, 16, 8, 12, 24, 9, 60])


def _terms(book: Workbook, found: Statistics, scores: Sequence[Score], seen: str) -> None:
    rows = [(item.key, item.name, item.unit, item.formula, item.day, item.cite) for item in INDICATORS]
    rows += [("", "期间", "", f"{found.first} 至 {found.last}{seen}", "", "")]
    rows += [("", "算在哪一期", "", ATTRIBUTION, "", ""), ("", "件数少时", "", GUARDS, "", "")]
    if scores:
        rows.append(("", "评窗口", "", FORMULA, "", ""))
    _sheet(book, "口径说明", ("代码", "指标", "单位", "怎么算", "按哪一天归期", "依据"), rows, [10, 24, 8, 80, 18, 20])
