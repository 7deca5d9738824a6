"""Printed forms: boxes and order of the annex, fitting and continuing, odd texts, same bytes, missing fonts."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.forms.formcase import BOXES, changed, read

from noveto.errors import UserError
from noveto.forms import Material, Press, blank, render
from noveto.forms.press import _unshown


def pages(pdf: bytes, tmp_path: Path) -> int:
    return read(pdf, tmp_path).count("\f")


def test_form_has_the_boxes_of_the_annex_in_order(given: Material, press: Press, tmp_path: Path) -> None:
    paper = render("register", given, press, copies=1)
    text = re.sub(r"\s", "", read(paper.data, tmp_path, "-layout"))
    places = [text.find(box) for box in BOXES]
    assert -1 not in places
    assert places == sorted(places)
    said = ("人力资源和社会保障局", "社保3号窗口", "刘某", "王**", "138****1111", "2026年10月10日", "法规不明确或空白",
            "《社会保险法》第十二条", "不同意否决，改为办理。可以办。", "王主任", "编号rsj-20261010-01")  # fmt: skip
    for words in said:
        assert words in text
    assert any("王**" in note for note in paper.notes)


def test_full_name_is_printed_when_the_sealed_register_gives_it(given: Material, press: Press, tmp_path: Path) -> None:
    full = replace(given, name="王某某", contact="见密封册", masked=False)
    paper = render("register", full, press, copies=1)
    assert "王某某" in read(paper.data, tmp_path)
    assert "王**" not in read(paper.data, tmp_path)
    assert paper.notes == ()


def test_three_copies_one_page_each_and_the_same_bytes(given: Material, press: Press, tmp_path: Path) -> None:
    first = render("register", given, press).data
    assert pages(first, tmp_path) == 3
    assert render("register", given, Press()).data == first
    assert b"pdfaid" in first
    (tmp_path / "f.pdf").write_bytes(first)
    fonts = subprocess.run(["pdffonts", str(tmp_path / "f.pdf")], capture_output=True, check=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(re.search(r"\byes\s+yes\s+yes\b", row) for row in rows)  # embedded, subset, with Unicode


@pytest.mark.parametrize(("times", "count"), [(1, 1), (20, 1), (36, 1), (90, 2)])
def test_text_shrinks_then_goes_on(given: Material, press: Press, tmp_path: Path, times: int, count: int) -> None:
    facts = "".join(f"第{n}句：申请人于二〇一九年三月来办理，要求补缴。" for n in range(times))
    paper = render("register", changed(given, facts=facts), press, copies=1)
    text = re.sub(r"\s", "", read(paper.data, tmp_path))
    assert pages(paper.data, tmp_path) == count
    assert [n for n in range(times) if f"第{n}句" not in text] == []
    assert ("接续页1" in text) == (count > 1)
    assert ("被否定事项的基本情况（接上页）" in text) == (count > 1)


def test_hostile_and_odd_text_is_only_text(given: Material, press: Press, tmp_path: Path) -> None:
    odd = (
        '#panic("x") #read("/etc/passwd") *粗* _斜_ `码` $x$ @ref <l> \\ // [x] "引"\n= 标题\n- 列 甲\n'
        + "a" * 300
        + "😀\x07\ue000"
    )
    paper = render("register", changed(given, facts=odd), press, copies=1)
    text = re.sub(r"\s", "", read(paper.data, tmp_path))
    for words in ('#panic("x")', '#read("/etc/passwd")', "*粗*", "_斜_", "$x$", "=标题", "-列"):
        assert words in text
    assert pages(paper.data, tmp_path) == 1
    assert any("□" in note and "\ue000" in note for note in paper.notes)


def test_turned_down_and_done_stands_in_the_remark(given: Material, press: Press, tmp_path: Path) -> None:
    done = {"at": "2026-10-12T10:00", "by": "rsj-005", "step": "answered", "result": "done", "how": "phone",
            "told_to": "self", "text": "补缴已办成。"}  # fmt: skip
    made = replace(changed(given, done), corrections=2)
    text = re.sub(r"\s", "", read(render("register", made, press, copies=1).data, tmp_path))
    assert "编号rsj-20261010-01；单位不同意否决，已于10月12日办成；更正2处" in text
    assert "补缴已办成。" in read(render("answer", made, press, copies=1).data, tmp_path)


def test_refused_licence_without_remedies_leaves_lines_and_says_so(
    given: Material, press: Press, tmp_path: Path
) -> None:
    no = {"at": "2026-10-12T10:00", "by": "rsj-005", "step": "answered", "result": "refused", "how": "in_person",
          "told_to": "self", "text": "不能办。"}  # fmt: skip
    matter = {"name": "某许可", "category": "social_security", "licensing": True}
    paper = render("answer", changed(given, no, matter=matter), press, copies=1)
    text = re.sub(r"\s", "", read(paper.data, tmp_path))
    assert "不予许可决定书" in text
    assert "申请行政复议" in text
    assert any("救济途径" in note for note in paper.notes)
    full = {**no, "remedies": {"body": "市人民政府", "days": "60", "court": "六个月内向贵池区人民法院起诉"}}
    paper = render("answer", changed(given, full, matter=matter), press, copies=1)
    text = re.sub(r"\s", "", read(paper.data, tmp_path))
    assert "60日内向市人民政府申请行政复议" in text
    assert not any("救济途径" in note for note in paper.notes)


def test_supplement_notice_lists_everything_receipt_promises(given: Material, press: Press, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="一次性告知"):
        render("supplement", given, press)
    notice = {"at": "2026-10-12T10:00", "by": "rsj-005", "step": "supplement_notice", "items": ["身份证复印件", "缴费证明"],
              "guide_given": True, "due_by": "2026-10-30", "cause": "first"}  # fmt: skip
    text = re.sub(r"\s", "", read(render("supplement", changed(given, notice), press, copies=1).data, tmp_path))
    assert "1.身份证复印件" in text
    assert "2.缴费证明" in text
    assert "2026年10月30日" in text
    receipt = render("receipt", given, press).data
    text = re.sub(r"\s", "", read(receipt, tmp_path))
    assert "2026年10月14日（周三）下班前" in text
    assert "0566-1000" in text
    info = subprocess.run(["pdfinfo", str(tmp_path / "x.pdf")], capture_output=True, check=True).stdout.decode()
    assert "419.528 x 595.276" in info  # A5


def test_blank_form_is_one_page_without_values(press: Press, tmp_path: Path) -> None:
    made = blank(press)
    assert pages(made, tmp_path) == 1
    assert "接续页" not in read(made, tmp_path)
    assert "无" not in read(made, tmp_path)


def test_no_chinese_font_is_an_error_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="apt install"):
        Press([tmp_path], system=False)


def test_characters_without_a_glyph_are_read_from_the_message() -> None:
    assert _unshown(r'PDF/A-2b error: the text `"\u{e000}"` could not be displayed with font `"X"`') == "\ue000"


def test_a_receipt_names_a_telephone_that_works_from_outside(given: Material) -> None:
    """The administrator's extension (8100) is no help to an applicant; the complaint window of her hall is."""
    from noveto.forms.letters import receipt
    from noveto.records.registry import build_registry

    def told(windows: list[dict[str, str]]) -> str:
        own = {"id": "rsj-w03", "name": "社保 3 号窗口", "hall": "h", "unit": "rsj", "kind": "unit"}
        registry = build_registry({"windows": {"windows": [own, *windows]}, "office": {"help": {"phone": "8100"}}})
        return next(
            block["text"]
            for block in receipt(replace(given, registry=registry))["blocks"]
            if block["kind"] == "plain" and "办得不顺" in block["text"]
        )

    there = {"id": "a-w09", "name": "反映窗口", "unit": "zwzx", "kind": "banbucheng"}
    assert told([]) == "办得不顺，请到“办不成事”反映窗口。"
    assert told([{**there, "hall": "g", "phone": "0566-1"}]) == "办得不顺，请到“办不成事”反映窗口，或打 0566-1。"
    both = [{**there, "hall": "g", "phone": "0566-1"}, {**there, "id": "h-w09", "hall": "h", "phone": "0566-2"}]
    assert told(both) == "办得不顺，请到“办不成事”反映窗口，或打 0566-2。"
    assert "0566-1" in told([both[0], {**both[1], "to": "2020-01-01"}])
