"""``noveto form``: one file a case, several at once, Word files, what is missing is told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from noveto.cli.main import cli


@pytest.fixture
def ids(demo_folder: Path) -> list[str]:
    return sorted(path.stem for path in (demo_folder / "records/cases/rsj").rglob("*.yml"))[:3]


def form(root: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["--root", str(root), "--today", "2026-10-10", "form", *args])


def test_one_case_becomes_one_file(demo_folder: Path, ids: list[str], tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    assert form(demo_folder, ids[0], "--output", str(out)).exit_code == 0
    first = out.read_bytes()
    assert first.startswith(b"%PDF-1.7")
    assert form(demo_folder, ids[0], "--output", str(out)).exit_code == 0
    assert out.read_bytes() == first
    made = tmp_path / "a.docx"
    assert form(demo_folder, ids[0], "--format", "docx", "--output", str(made)).exit_code == 0
    assert "word/document.xml" in zipfile.ZipFile(made).namelist()


def test_several_cases_become_files_in_a_folder(demo_folder: Path, ids: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "paper" / "2026"
    done = form(demo_folder, *ids, "--kind", "receipt", "--output", str(folder))
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}-receipt.pdf" for name in ids]
    assert form(demo_folder, *ids, "--output", "-").exit_code == 2


def test_the_blank_form_and_its_name(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert form(demo_folder, "--kind", "blank").exit_code == 0
    assert form(demo_folder, "--kind", "blank", "--format", "docx").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["noveto-blank.docx", "noveto-blank.pdf"]
    assert "不用写编号" in form(demo_folder, "--kind", "blank", "rsj-20261010-01").output


@pytest.mark.parametrize("name", ["rsj-20261010-99", "../../etc/passwd", "rsj-20261010-01/..", "", "HEAD:x", "a\nb"])
def test_numbers_that_are_none(demo_folder: Path, tmp_path: Path, name: str, ids: list[str]) -> None:
    done = form(demo_folder, ids[0], name, "--output", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "没有编号" in done.output
    assert "Traceback" not in done.output
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_number_the_command_says_how(demo_folder: Path) -> None:
    done = form(demo_folder)
    assert done.exit_code == 2
    assert "例如" in done.output
