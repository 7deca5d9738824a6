"""A case that awaits the applicant's papers has no clock and goes on all the same: lists and counts hold it."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path

from click.testing import CliRunner
from tests.checks.bench import SUBMITTED, case

from noveto.cli.main import cli
from noveto.site.build import build_site

ROOT = Path(__file__).resolve().parents[2]
NOTICE = """\
- at: 2026-03-05T14:00
  by: scjgj-007
  step: supplement_notice
  items: [平面图]
  guide_given: true
  due_by: 2026-03-20
  cause: first
"""


def office(tmp_path: Path) -> Path:
    root = tmp_path / "ledger"
    for part in ("records/registry", "records/calendar", "schema"):
        shutil.copytree(ROOT / part, root / part)
    folder = root / "records/cases/scjgj/2026-03"
    folder.mkdir(parents=True)
    (folder / "scjgj-20260305-01.yml").write_text(case(SUBMITTED, NOTICE), "utf-8")
    return root


def test_it_stands_in_the_lists_of_what_goes_on_with_its_count(tmp_path: Path) -> None:
    root, out = office(tmp_path), tmp_path / "out"
    build_site(root, out, today=date(2026, 3, 11), now=datetime(2026, 3, 11, 8, 30), jobs=1)
    for page in ("cases/open.html", "units/scjgj.html"):
        text = (out / page).read_text("utf-8")
        assert "scjgj-20260305-01" in text
        assert "等申请人补正" in text
    assert "全部在办 1 件" in (out / "index.html").read_text("utf-8")
    for chip in ("late", "today", "next", "stop"):
        assert "scjgj-20260305-01" not in (out / f"cases/open/{chip}.html").read_text("utf-8")


def test_deadlines_lists_open_clocks_and_it_has_none(tmp_path: Path) -> None:
    given = ["--root", str(office(tmp_path)), "--today", "2026-03-11", "deadlines", "--format", "json"]
    assert json.loads(CliRunner().invoke(cli, given).stdout)["cases"] == []
