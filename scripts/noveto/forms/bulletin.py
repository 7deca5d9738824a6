"""通报初稿: the month's document, drafted from the statistics; every number carries the formula it came from.

Sizes and margins are those of GB/T 9704-2012 (title 二号, text 三号, 28 lines' height); the layout of screens.md 4.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from noveto.forms.press import printable
from noveto.forms.wordfile import pack, set_font, set_properties
from noveto.statistics import BY_KEY, Ref, Statistics
from noveto.statistics.lines import lines
from noveto.statistics.order import rank

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.statistics.labels import Labels

TITLE, HEAD, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
COLUMNS = {"I1": "登记", "I2": "提出否决", "I4": "改为办理", "I6": "按时提交研究", "I7": "按时答复", "I10": "用时中位",
           "I22": "补录"}  # fmt: skip
WIDTHS = (37, *[17] * len(COLUMNS))
"""Widths of the table's columns in millimetres: together the width of the text."""

LATE_SHOWN, REPEATS_SHOWN = 30, 10


class _Paper:
    """A Word document with the fonts and sizes of an official paper."""

    def __init__(self, source: str, written: datetime) -> None:
        from docx import Document
        from docx.shared import Mm

        self.document = Document()
        self.source = source
        self.written = written
        self._notes: dict[int, Any] = {}
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        self._numbered()
        set_properties(self.document, "通报初稿", written)

    def paragraph(
        self,
        *parts: str | tuple[str, str],
        font: str = BODY,
        size: float = 16,
        center: bool = False,
        indent: bool = True,
    ) -> None:
        """Add a paragraph; a part (text, formula) is a number that carries its formula as a comment."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        made = self.document.add_paragraph()
        layout = made.paragraph_format
        layout.line_spacing, layout.space_after = Pt(size + 12), Pt(0)
        if center:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif indent:
            layout.first_line_indent = Pt(2 * size)
        self._write(made, parts, font, size)

    def signed(self, *lines: str) -> None:
        """Add who signs and the day, at the right, four characters from the edge."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        for line in ("", *filter(None, lines)):
            made = self.document.add_paragraph()
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            layout = made.paragraph_format
            layout.line_spacing, layout.space_after, layout.right_indent = Pt(28), Pt(0), Pt(64)
            self._write(made, [line], BODY, 16)

    def _numbered(self) -> None:
        """Number the pages: — 1 —, 四号 宋体, odd ones at the right, even ones at the left, one character in."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        section = self.document.sections[0]
        section.footer_distance = Mm(28)
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, right in ((section.footer, True), (section.even_page_footer, False)):
            made = footer.paragraphs[0]
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
            made.paragraph_format.right_indent = made.paragraph_format.left_indent = Pt(14)
            self._write(made, ["— "], "宋体", 14)
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            number = made.add_run("1")
            set_font(number, "宋体", 14)
            field.append(number._element)
            made._p.append(field)
            self._write(made, [" —"], "宋体", 14)

    def table(self, rows: Sequence[Sequence[str | tuple[str, str]]]) -> None:
        """Add a table, its first row the heading."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.shared import Mm

        made = self.document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
        made.autofit = False
        for column, width in zip(made.columns, WIDTHS, strict=True):
            column.width = Mm(width)
        for number, (line, row) in enumerate(zip(made.rows, rows, strict=True)):
            layout = line._tr.get_or_add_trPr()
            layout.append(OxmlElement("w:cantSplit"))
            if not number:
                layout.append(OxmlElement("w:tblHeader"))
            for at, (cell, part) in enumerate(zip(line.cells, row, strict=True)):
                cell.width = Mm(WIDTHS[at])
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Mm(0)
                if at:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                self._write(paragraph, [part], BODY if number else HEAD, 10.5 if number else 9)

    def _write(self, paragraph: Any, parts: Iterable[str | tuple[str, str]], font: str, size: float) -> None:

        for part in parts:
            text, formula = part if isinstance(part, tuple) else (part, "")
            run = paragraph.add_run(printable(text))
            set_font(run, font, size)
            if formula:
                self._note(run, [*formula.split("\n"), self.source])

    def _note(self, run: Any, lines: Sequence[str]) -> None:
        """Add a comment to a run: after the first one with so many lines a copy of that, for there are hundreds."""
        from docx.oxml.ns import qn

        pattern = self._notes.get(len(lines))
        if pattern is None:
            note = self.document.add_comment(run, "\n".join(lines), author="台账", initials="台")
            note._comment_elm.set(qn("w:date"), self.written.strftime("%Y-%m-%dT%H:%M:%SZ"))
            self._notes[len(lines)] = note._comment_elm
            return
        comments = pattern.getparent()
        made = deepcopy(pattern)
        made.set(qn("w:id"), str(len(comments)))
        for text, line in zip(made.iter(qn("w:t")), lines, strict=True):
            text.text = line
        comments.append(made)
        run.mark_comment_range(run, len(comments) - 1)

    def data(self) -> bytes:
        """Return the file; the same figures always give the same bytes."""
        return pack(self.document)


def bulletin(
    found: Statistics, ledger: Ledger, labels: Labels, *, version: str | None = None, frozen: bool = False
) -> bytes:
    """Return the draft of the month's bulletin as docx; ``found`` is grouped by unit, for one month.

    ``version`` is the commit the figures are of (by default the ledger's), ``frozen`` whether they are final. No
    applicant is named. Raises ValueError when ``found`` is grouped otherwise.
    """
    if found.by != ("unit",):
        raise ValueError("the bulletin needs figures by unit")
    month = f"{found.first.year} 年 {found.first.month} 月"
    commit = ledger.version if version is None else version
    told = f"，数据版本 {commit[:10]}" if commit else ""
    at = f" --at {commit[:10]}" if frozen and commit else ""
    command = f"noveto stats --from {found.first} --to {found.last} --by unit --today {found.today}{at}"
    site = ledger.registry.office.site_url.rstrip("/")
    paper = _Paper(f"核对：{command}{told}", datetime(found.today.year, found.today.month, found.today.day))
    lined = {(line.key, line.indicator.key): line for line in lines(found, filled=True)}

    def number(key: str, unit: tuple[str, ...] = ()) -> tuple[str, str]:
        line, item = lined.get((unit, key)), BY_KEY[key]
        formula = f"{item.code} {item.name}：{item.formula}" + (f"（{item.cite}）" if item.cite else "")
        if site and line is not None and (line.numerator or line.denominator):
            page = f"{unit[0]}.html#{key}" if unit else f"{'I22-hit' if key == 'I22' else key}.html"
            formula += f"\n看件：{site}/stats/{found.first:%Y-%m}/{page}"
        nothing = {"count": "0", "fraction": "–", "spread": "–"}[item.kind]
        if line is None or (item.kind == "fraction" and not line.denominator):
            return nothing, formula
        return line.text(), formula

    def narrow(key: str, unit: tuple[str, ...] = ()) -> tuple[str, str]:
        line, (text, formula) = lined.get((unit, key)), number(key, unit)
        short = f"{line.median:g} 日" if line is not None and line.median is not None else text.replace(" / ", "/")
        return short, formula

    paper.paragraph(f"关于 {month}“窗口无否决权”", font=TITLE, size=22, center=True)
    paper.paragraph("办理情况的通报（初稿）", font=TITLE, size=22, center=True)
    final = "已定稿，" if frozen else ""
    paper.paragraph(f"（{final}数据截至 {found.today.isoformat()}{told}）", size=12, center=True)
    paper.paragraph("各县区、园区，市直各有关单位：", indent=False)
    paper.paragraph("一、总体情况", font=HEAD)
    share = lined[(), "I7"].share() if ((), "I7") in lined else ""
    paper.paragraph(
        f"{month}全市窗口登记 ", number("I1"), " 件，其中提出否决 ", number("I2"), " 件，已定下的否决中改为办理 ",
        number("I4"), "；按时提交研究 ", number("I6"), "，按时答复 ", number("I7"), f"，{share}；" if share else "；",
        "答复用时 ", number("I10"), "；提级会商 ", number("I15"), "（跨部门件）；补录 ", number("I22"),
        "。未到期又未办结的不进比率。",
    )  # fmt: skip
    if found.held:
        paper.paragraph(f"另有 {len(found.held)} 件记录有误，没有计入。")
    paper.paragraph("二、各单位情况", font=HEAD)
    rows: list[list[str | tuple[str, str]]] = [["单位", *COLUMNS.values()]]
    keys = [group.key for group in found.groups if any((group.key, name) in lined for name in COLUMNS)]
    listed = rank(ledger.registry, "unit")
    keys.sort(key=lambda key: listed(key[0]))
    rows += [[labels.of("unit", key[0]), *(narrow(name, key) for name in COLUMNS)] for key in keys if key != ("",)]
    rows.append(["合计", *(narrow(name) for name in COLUMNS)])
    paper.table(rows)
    paper.paragraph("单位按登记册次序，不是排名；不足 5 件的只列数，不算比率；每个数的算法见批注。", size=12)
    paper.paragraph("三、未按时办理的件", font=HEAD)
    late = _late(found)
    for name in late[:LATE_SHOWN]:
        paper.paragraph(_told(ledger, name))
    if len(late) > LATE_SHOWN:
        paper.paragraph(f"其余 {len(late) - LATE_SHOWN} 件见网站。")
    if not late:
        paper.paragraph("没有。")
    paper.paragraph("四、反复出现的问题", font=HEAD)
    formula = BY_KEY["I20"].formula
    for item in found.repeats[:REPEATS_SHOWN]:
        opened = "已立改进项 " + "、".join(item.improvements) if item.improvements else "还没有立改进项"
        reason = labels.of("reason", item.reason)
        paper.paragraph(f"{item.matter_name}（{reason}）：", (f"{len(item.refs)} 件", formula), f"，{opened}。")
    if len(found.repeats) > REPEATS_SHOWN:
        paper.paragraph(f"其余 {len(found.repeats) - REPEATS_SHOWN} 项见网站。")
    if not found.repeats:
        paper.paragraph("没有同一事项同一原因满 3 件的。")
    paper.paragraph("五、下一步", font=HEAD)
    for effect in found.effects:
        if not effect.item.done:
            until = date.fromordinal(effect.item.target)
            owner = ledger.registry.party_name(effect.item.owner)
            measure = effect.item.measure.strip().rstrip("。")
            paper.paragraph(
                f"{measure}（{effect.item.id}，{owner}，{until.year} 年 {until.month} 月 {until.day} 日前）。"
            )
    paper.paragraph("（请在这里补充工作要求。）")
    paper.signed(ledger.registry.office.bureau.name, f"{found.today.year} 年　月　日")
    return paper.data()


def _late(found: Statistics) -> list[str]:
    """Return the cases answered late or not at all, each once."""
    refs: Iterable[Ref] = found.total.fraction("I7").misses
    return sorted({ref.id for ref in refs})


def _told(ledger: Ledger, name: str) -> str:
    """Return a case in one line: number, unit, matter; no applicant."""
    from noveto.similar.corpus import text_of

    record = ledger.record(name)
    if record is None or record.kind != "case":
        return name
    return f"{name}　{ledger.registry.unit_name(record.case.unit)}　{text_of(record).matter}"
