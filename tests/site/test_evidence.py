"""The evidence of a unit: opens without this program, checks itself, names no applicant, same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.ledger import Ledger


def run(root: Path, *args: str, code: int = 0) -> bytes:
    result = CliRunner().invoke(cli, ["--root", str(root), "--today", "2026-10-10", "--quiet", *args])
    assert result.exit_code == code, result.stderr
    return result.stdout_bytes if code == 0 else result.stderr_bytes


@pytest.fixture(scope="module")
def unit(demo_folder: Path) -> str:
    """The unit with the most cases of the demo."""
    with Ledger.open(demo_folder) as ledger:
        units = [record.case.unit for record in ledger.cases()]
    return max(set(units), key=units.count)


@pytest.fixture(scope="module")
def package(demo_folder: Path, unit: str) -> bytes:
    return run(demo_folder, "evidence", "--unit", unit, "--year", "2026", "--output", "-")


@pytest.fixture(scope="module")
def files(package: bytes, unit: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        return {name.removeprefix(f"{unit}-2026/"): whole.read(name) for name in whole.namelist()}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_file_has_its_checksum_and_the_page_needs_nothing_else(files: dict[str, bytes]) -> None:
    sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    page = files["index.html"].decode()
    assert set(re.findall(r'(?:href|src)="([^"]+)"', page)) <= set(files)
    assert "<script" not in page
    assert "http" not in page


def test_figures_and_cases_are_those_of_stats(demo_folder: Path, unit: str, files: dict[str, bytes]) -> None:
    told = json.loads(run(demo_folder, "stats", "--from", "2026-01-01", "--to", "2026-12-31", "--by", "unit",
                          "--format", "json"))  # fmt: skip
    (group,) = (one for one in told["groups"] if one["key"]["unit"] == unit)
    figures = {one["key"]: one for one in group["indicators"]}
    mine = {row["代码"]: row for row in rows(files["figures.csv"])}
    assert mine["I1"]["分子或件数"] == str(figures["I1"]["n"])
    assert mine["I7"]["分母"] == str(figures["I7"]["denominator"])
    cases = rows(files["cases.csv"])
    assert sum(row["结果"] != "作废" for row in cases) == figures["I1"]["n"]
    (score,) = (one for one in told["assessment"] if one["key"]["unit"] == unit)
    if score["score"] is not None:
        assert f"{score['score']:.1f} 分，第 {score['rank']} 名" in files["index.html"].decode()


def test_no_applicant_is_named_and_the_bytes_are_the_same(
    demo_folder: Path, unit: str, files: dict[str, bytes], package: bytes
) -> None:
    text = "".join(data.decode("utf-8", "replace") for name, data in files.items() if not name.endswith(".xlsx"))
    with zipfile.ZipFile(io.BytesIO(files["figures.xlsx"])) as book:
        text += "".join(book.read(name).decode() for name in book.namelist())
    with Ledger.open(demo_folder) as ledger:
        people = [record.case.applicant for record in ledger.cases() if record.case.unit == unit]
    assert not [one.name for one in people if one.name and one.kind != "anonymous" and one.name in text]
    assert not [one.contact for one in people if one.contact and one.contact in text]
    assert run(demo_folder, "evidence", "--unit", unit, "--year", "2026", "--output", "-") == package


def test_a_unit_that_is_not_there(demo_folder: Path) -> None:
    assert "不在单位表里" in run(demo_folder, "evidence", "--unit", "nobody", "--year", "2026", code=2).decode()
