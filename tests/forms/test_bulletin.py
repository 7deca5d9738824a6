"""The draft of the month's bulletin: the numbers of `noveto stats`, each with its formula, no applicant, same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from noveto.cli.main import cli
from noveto.ledger import Ledger


def run(root: Path, *args: str, code: int = 0) -> bytes:
    result = CliRunner().invoke(cli, ["--root", str(root), "--today", "2026-10-10", "--quiet", *args])
    assert result.exit_code == code, result.stderr
    return result.stdout_bytes if code == 0 else result.stderr_bytes


@pytest.fixture(scope="module")
def draft(demo_folder: Path) -> bytes:
    return run(demo_folder, "bulletin", "--month", "2026-09", "--output", "-")


def test_numbers_are_those_of_stats(demo_folder: Path, draft: bytes) -> None:
    told = json.loads(run(demo_folder, "stats", "--from", "2026-09-01", "--to", "2026-09-30", "--format", "json"))
    figures = {one["key"]: one for one in told["total"]["indicators"]}
    paper = Document(io.BytesIO(draft))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    replied = figures["I7"]
    assert f"登记 {figures['I1']['n']} 件，其中提出否决 {figures['I2']['n']} 件" in text
    assert f"按时答复 {replied['numerator']} / {replied['denominator']}" in text
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert sum(int(row[1]) for row in rows[1:-1]) == int(rows[-1][1]) == figures["I1"]["n"]


def test_every_number_carries_its_formula_and_how_to_check_it(draft: bytes) -> None:
    notes = [note.text for note in Document(io.BytesIO(draft)).comments]
    assert len(notes) > 50
    assert all("核对：noveto stats --from 2026-09-01 --to 2026-09-30" in note for note in notes)
    assert any(note.startswith("I7 按时答复：") for note in notes)


def test_no_applicant_is_named_and_the_bytes_are_the_same(demo_folder: Path, draft: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(draft)) as whole:
        text = "".join(whole.read(name).decode() for name in whole.namelist() if name.endswith(".xml"))
    with Ledger.open(demo_folder) as ledger:
        names = {record.case.applicant.name for record in ledger.cases()} - {None, ""}
    assert len(names) > 20
    assert not [name for name in names if name in text]
    assert run(demo_folder, "bulletin", "--month", "2026-09", "--output", "-") == draft


@pytest.mark.parametrize(("month", "said"), [("2026-13", "写得不对"), ("2030-01", "还没有到")])
def test_a_month_that_cannot_be(demo_folder: Path, month: str, said: str) -> None:
    assert said in run(demo_folder, "bulletin", "--month", month, code=2).decode()


def test_sizes_are_those_of_official_papers(draft: bytes) -> None:
    paper = Document(io.BytesIO(draft))
    page = paper.sections[0]
    edges = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26]
    title, *_ = paper.paragraphs
    text = next(one for one in paper.paragraphs if "全市窗口登记" in one.text)
    assert (title.runs[0].font.size.pt, title.runs[0].font.name) == (22, "方正小标宋简体")
    assert (text.runs[0].font.size.pt, text.runs[0].font.name) == (16, "仿宋_GB2312")
    assert text.paragraph_format.line_spacing.pt == 28
    assert text.paragraph_format.first_line_indent.pt == 32
    assert "PAGE" in page.footer._element.xml
    rows = paper.tables[0].rows
    assert "w:tblHeader" in rows[0]._tr.xml
    assert round(sum(cell.width.mm for cell in rows[0].cells)) == 210 - 28 - 26
