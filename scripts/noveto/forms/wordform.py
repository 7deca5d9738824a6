"""否定报备登记表 and the letters as Word documents, for offices that write into them before they print.

The form has the boxes, widths, heights, sizes and breaks that the press planned for its PDF, so both always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from noveto.forms.press import Plan, printable
from noveto.forms.wordfile import pack, set_font, set_properties

FONT = "仿宋"
MARKS = ("第一联　服务对象", "第二联　市数据资源管理局", "第三联　窗口存档")
_WIDTHS = (12.0, 36.0, 56.0, 26.0, 50.0)
_LABELS = ("承办窗口", "经办人", "被否定对象", "联系方式", "被否定事项名称", "受理日期", "被否定事项的\n基本情况",
           "被否定的\n理由及依据", "窗口负责人\n意见", "所属单位审核\n意见", "提级办理情况", "备注")  # fmt: skip
_NOTE = "注：此表一式三份，一份给服务对象，一份给市数据资源管理局，一份由窗口存档。"
_SIGN = 8.0
"""Height in millimetres of the line with name and day at the bottom of an opinion's box."""


def register_document(
    form: Mapping[str, Any], plan: Plan, *, title: str, day: date, copies: int = 1, marks: bool = False
) -> bytes:
    """Return the register form (the boxes ``form``, laid out as ``plan``) as docx; ``day`` is the document's date."""
    page = _Page(title, day, (210, 297), (14, 12, 15))
    for copy in range(copies):
        page.line("否定报备登记表", 20, bold=True, align="center", height=14, new_page=copy > 0)
        page.ends(
            f"报备单位：{form['unit']}", f"日期：{form['day']}", MARKS[copy] if marks and copy < len(MARKS) else ""
        )
        _table(page, form, plan)
        page.line(_NOTE, 9.5, height=6)
        if plan.rest:
            page.line("否定报备登记表（接续页）", 16, bold=True, align="center", height=12, new_page=True)
            page.ends(f"编号：{form['id']}", f"报备单位：{form['unit']}")
            for name, text in plan.rest:
                page.line(f"{name}（接上页）", 11, bold=True, height=9).paragraph_format.keep_with_next = True
                page.text(text, 11)
    return pack(page.document)


def letter_document(form: Mapping[str, Any], *, title: str, day: date, a5: bool, copies: int = 1) -> bytes:
    """Return a letter (title, blocks, sender and day) as docx, on A5 or A4."""
    size = 10.5 if a5 else 14.0
    page = _Page(title, day, (148, 210) if a5 else (210, 297), (14, 14, 15) if a5 else (30, 24, 26))
    for copy in range(copies):
        page.line(form["title"], 16 if a5 else 22, bold=True, align="center", height=12, new_page=copy > 0)
        if form["number"]:
            page.line(form["number"], size, align="center")
        page.line("", 4, height=2 if a5 else 4)
        for block in form["blocks"]:
            if block["kind"] == "pair":
                page.text(f"{block['label']}\t{block['text']}", size, hanging=5.5)
            elif block["kind"] == "list":
                for n, item in enumerate(block["items"], 1):
                    page.text(f"{n}.\t{item}", size, left=2, hanging=2)
            elif block["kind"] == "big":
                page.boxed(block["text"], size * 1.25)
            else:
                page.text(block["text"], size, first=2 if block["kind"] == "para" else 0)
        page.line("", 4, height=2 if a5 else 8)
        for text in (form["sign"], form["day"]):
            page.line(text, size, align="right")
    return pack(page.document)


class _Page:
    """A document of one section, and the kinds of lines it is made of. Millimetres, points and ems."""

    def __init__(self, title: str, day: date, paper: tuple[float, float], margins: tuple[float, float, float]) -> None:
        from docx import Document
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        self.document = Document()
        self.width = paper[0] - 2 * margins[2]
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(paper[0]), Mm(paper[1])
        section.top_margin, section.bottom_margin = Mm(margins[0]), Mm(margins[1])
        section.left_margin = section.right_margin = Mm(margins[2])
        section.header_distance = section.footer_distance = Mm(6)
        set_properties(self.document, title, datetime(day.year, day.month, day.day))
        normal = self.document.styles["Normal"]
        normal.paragraph_format.space_after = Pt(0)
        for language in self.document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        # No space of Word's own between Chinese and Latin letters: the PDF has none, and lines break alike.
        spacing = normal.element.get_or_add_pPr().find(qn("w:spacing"))
        for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
            off = OxmlElement(name)
            off.set(qn("w:val"), "0")
            spacing.addprevious(off)

    def line(
        self, text: str, size: float, *, bold: bool = False, align: str = "", height: float = 0, new_page: bool = False
    ) -> Any:
        """Add a line of a fixed height in millimetres (0: that of its type)."""
        from docx.shared import Mm, Pt

        made = self.document.add_paragraph()
        layout = made.paragraph_format
        layout.line_spacing = Mm(height) if height else Pt(size * 1.7)
        layout.page_break_before = new_page or None
        _align(made, align)
        write(made, text, size, bold=bold)
        return made

    def ends(self, left: str, right: str, middle: str = "") -> None:
        """Add a line with a text at each end, and a small mark between them."""
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Mm

        made = self.line(left, 11, height=9)
        made.paragraph_format.tab_stops.add_tab_stop(Mm(self.width / 2), WD_TAB_ALIGNMENT.CENTER)
        made.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        made.add_run("\t")
        write(made, middle, 9)
        made.add_run("\t")
        write(made, right, 11)

    def text(self, text: str, size: float, *, first: float = 0, left: float = 0, hanging: float = 0) -> None:
        """Add running text; indents are in ems."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        label, tab, text = text.partition("\t") if hanging else ("", "", text)
        for n, part in enumerate(text.split("\n")):
            made = self.document.add_paragraph()
            layout = made.paragraph_format
            layout.line_spacing, layout.space_after = Pt(size * 1.7), Pt(size * 0.3)
            layout.left_indent = Pt((left + hanging) * size) if left + hanging else None
            made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            if tab and not n:
                layout.first_line_indent = Pt(-hanging * size)
                layout.tab_stops.add_tab_stop(Pt((left + hanging) * size))
                write(made, label, size)
                made.add_run("\t")
            elif first:
                layout.first_line_indent = Pt(first * size)
            write(made, part, size)

    def boxed(self, text: str, size: float) -> None:
        """Add a line in a frame."""
        made = self.document.add_table(rows=1, cols=1, style="Table Grid")
        write(made.cell(0, 0).paragraphs[0], text, size, bold=True)
        self.line("", 5)


def _table(page: _Page, form: Mapping[str, Any], plan: Plan) -> None:
    """Add the table: an opinion's row is two rows without a line between, the second for name and day."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    heights = list(plan.heights)
    split = [part for height in heights[5:7] for part in (height - _SIGN, _SIGN)]
    heights = [*heights[:5], *split, *heights[7:]]
    table = page.document.add_table(rows=len(heights), cols=len(_WIDTHS), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    _ruled(table)
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Mm(width)
    for row, height in zip(table.rows, heights, strict=True):
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Mm(width)
    texts, size, cells = plan.texts, plan.size, table._cells  # python-docx finds every cell anew at each asking

    def at(row: int, column: int) -> Any:
        return cells[row * len(_WIDTHS) + column]

    def merged(top: int, left: int, bottom: int, right: int) -> Any:
        return at(top, left).merge(at(bottom, right))

    _label(merged(0, 0, 0, 1), _LABELS[0])
    _filled(at(0, 2), texts[0], size, middle=True)
    _label(at(0, 3), _LABELS[1])
    _filled(at(0, 4), texts[1], size, middle=True)
    _label(merged(1, 0, 4, 0), "\n".join("被否定事项基本情况"))
    for row, n in ((1, 2), (2, 4)):
        _label(at(row, 1), _LABELS[n])
        _filled(at(row, 2), texts[n], size, middle=True)
        _label(at(row, 3), _LABELS[n + 1])
        _filled(at(row, 4), texts[n + 1], size, middle=True)
    for row, n in ((3, 6), (4, 7)):
        _label(at(row, 1), _LABELS[n])
        _filled(merged(row, 2, row, 4), texts[n], size)
    for row, n, said in ((5, 8, form["head"]), (7, 9, form["leader"])):
        _label(merged(row, 0, row + 1, 1), _LABELS[n])
        _signed(merged(row, 2, row, 4), merged(row + 1, 2, row + 1, 4), texts[n], size, said)
    for row, n in ((9, 10), (10, 11)):
        _label(merged(row, 0, row, 1), _LABELS[n])
        _filled(merged(row, 2, row, 4), texts[n], size)


def _label(cell: Any, text: str) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.shared import Pt

    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    made = cell.paragraphs[0]
    made.paragraph_format.line_spacing = Pt(16)
    _align(made, "center")
    write(made, text, 11)


def _filled(cell: Any, text: str, size: float, *, middle: bool = False) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER if middle else WD_ALIGN_VERTICAL.TOP
    for n, part in enumerate(text.split("\n")):
        made = cell.add_paragraph() if n else cell.paragraphs[0]
        made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        made.paragraph_format.line_spacing = Pt(size * 1.3)
        write(made, part, size)


def _signed(top: Any, bottom: Any, text: str, size: float, said: Mapping[str, str]) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL

    _edge(top, "bottom")
    _edge(bottom, "top")
    _filled(top, text, size)
    bottom.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    _align(bottom.paragraphs[0], "right")
    write(bottom.paragraphs[0], "　　".join(part for part in (said["by"], said["day"]) if part), 11)


def _edge(cell: Any, side: str) -> None:
    """Take the line at one side of a cell away."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    edges = OxmlElement("w:tcBorders")
    edge = OxmlElement(f"w:{side}")
    edge.set(qn("w:val"), "nil")
    edges.append(edge)
    cell._element.get_or_add_tcPr().append(edges)


def _ruled(table: Any) -> None:
    """Give the table lines of 0.35 mm, and every cell 1.5 mm at its sides and 0.8 mm above and below."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    lines, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), "8")
        lines.append(line)
    for side, width in (("top", 0.8), ("left", 1.5), ("bottom", 0.8), ("right", 1.5)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(width / 25.4 * 1440)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = table._element.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(lines)
    layout.addnext(margins)


def _align(paragraph: Any, where: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if where:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if where == "center" else WD_ALIGN_PARAGRAPH.RIGHT


def write(paragraph: Any, text: str, size: float, *, bold: bool = False) -> None:
    """Add text to a paragraph; a line break stays one."""
    set_font(paragraph.add_run(printable(text)), FONT, size, bold=bold)
