"""Forms as Word documents: the same boxes, sizes and breaks as the PDF, text that stays text, the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm
from tests.forms.formcase import BOXES, changed, read

from noveto.errors import UserError
from noveto.forms import Material, Press, blank, render

LABELS = [box for box in BOXES if box != "此表一式三份"]


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def words(document: Any) -> str:
    """Return everything a document says; a merged cell once."""
    cells = {cell._tc: cell.text for table in document.tables for row in table.rows for cell in row.cells}
    return re.sub(r"\s", "", "".join([*(paragraph.text for paragraph in document.paragraphs), *cells.values()]))


def test_the_form_has_the_annex_as_its_table(given: Material, press: Press) -> None:
    document = opened(render("register", given, press, suffix="docx").data)
    (table,) = document.tables
    assert [round(column.width / Mm(1)) for column in table.columns] == [12, 36, 56, 26, 50]
    heights = [row.height / Mm(1) for row in table.rows]
    assert [round(height) for height in heights] == [11, 11, 11, 50, 50, 20, 8, 20, 8, 22, 16]
    said = words(document)
    places = [said.find(label) for label in LABELS]
    assert -1 not in places
    assert said.count("被否定事项基本情况") == 1
    for text in ("报备单位：人力资源和社会保障局", "日期：2026年10月10日", "社保3号窗口", "刘某", "王**", "138****1111",
                 "《社会保险法》第十二条", "不同意否决，改为办理。可以办。", "王主任2026年10月10日", "编号rsj-20261010-01"):  # fmt: skip
        assert text in said
    section = document.sections[0]
    assert [round(side / Mm(1)) for side in (section.page_width, section.page_height, section.left_margin)] == [
        210,
        297,
        15,
    ]
    fonts = {run.font.name for row in table.rows for cell in row.cells for p in cell.paragraphs for run in p.runs}
    assert fonts == {"仿宋"}


@pytest.mark.parametrize("times", [1, 36, 90])
def test_it_breaks_off_where_the_pdf_does(given: Material, press: Press, tmp_path: Path, times: int) -> None:
    facts = "".join(f"第{n}句：申请人于二〇一九年三月来办理，要求补缴。" for n in range(times))
    long = changed(given, facts=facts)
    document = opened(render("register", long, press, suffix="docx").data)
    printed = re.sub(r"\s", "", read(render("register", long, press, copies=1).data, tmp_path))
    box = document.tables[0].cell(3, 2)
    assert re.sub(r"\s", "", box.text) in printed
    sizes = {run.font.size.pt for paragraph in box.paragraphs for run in paragraph.runs}
    assert sizes == {11.0} if times == 1 else sizes < {9.0, 9.5, 10.0, 10.5}
    rest = [p.text for p in document.paragraphs if "句：" in p.text]
    assert bool(rest) == (times == 90) == ("……（接续页）" in box.text)
    assert box.text.removesuffix("……（接续页）") + "".join(rest) == facts
    assert ("接续页1" in words(document)) == (times == 90)


def test_markup_of_word_and_control_signs_are_only_text(given: Material, press: Press) -> None:
    odd = "<w:p><w:r/></w:p> <b>粗</b> &amp; &#20013; ]]> {{ x }} { MERGEFIELD a } \x07\x0b\u202e\ufffe\ud800#set *甲*"
    document = opened(render("register", changed(given, facts=odd), press, suffix="docx").data)
    kept = "<w:p><w:r/></w:p> <b>粗</b> &amp; &#20013; ]]> {{ x }} { MERGEFIELD a } #set *甲*"
    assert document.tables[0].cell(3, 2).text == kept
    assert len(document.tables[0].rows) == 11


def test_the_same_bytes_and_as_many_copies_as_asked(given: Material, press: Press) -> None:
    one = render("register", given, press, suffix="docx").data
    assert render("register", given, Press(), suffix="docx").data == one
    with zipfile.ZipFile(io.BytesIO(one)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(".." not in name and not name.startswith("/") for name in packed.namelist())
    three = opened(render("register", given, press, suffix="docx", copies=3, marks=True).data)
    assert len(three.tables) == 3
    assert all(mark in words(three) for mark in ("第一联", "第二联", "第三联"))
    assert "第一联" not in words(opened(one))


def test_letters_say_what_the_pdf_says(given: Material, press: Press, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="一次性告知"):
        render("supplement", given, press, suffix="docx")
    notice = {"at": "2026-10-12T10:00", "by": "rsj-005", "step": "supplement_notice", "items": ["身份证复印件", "缴费证明"],
              "guide_given": True, "due_by": "2026-10-30", "cause": "first"}  # fmt: skip
    for kind, case in (("receipt", given), ("supplement", changed(given, notice))):
        made = words(opened(render(kind, case, press, suffix="docx").data))  # type: ignore[arg-type]
        printed = re.sub(r"\s", "", read(render(kind, case, press, copies=1).data, tmp_path))  # type: ignore[arg-type]
        assert sorted(made) == sorted(printed)


def test_the_blank_form_for_handwriting(press: Press) -> None:
    document = opened(blank(press, suffix="docx"))
    said = words(document)
    for text in (*LABELS, "被否定事项基本情况", "报备单位：", "日期：年月日"):
        assert text in said
    assert document.tables[0].cell(3, 2).text == ""
