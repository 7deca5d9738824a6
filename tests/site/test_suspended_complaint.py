"""A complaint whose clock stands still says when it is looked at again, on its page and in the list."""

import shutil
from datetime import date, datetime
from pathlib import Path

from noveto.site.build import build_site

ROOT = Path(__file__).resolve().parents[2]
HONEST = ROOT / "tests/honest/complaint/suspended-past-review.yml"


def pages(tmp_path: Path, today: date) -> tuple[str, str]:
    root, out = tmp_path / "ledger", tmp_path / f"out-{today}"
    if not root.is_dir():
        for part in ("records/registry", "records/calendar", "schema"):
            shutil.copytree(ROOT / part, root / part)
        (root / "records/complaints/czdt/2026-03").mkdir(parents=True)
        shutil.copy(HONEST, root / "records/complaints/czdt/2026-03/czdt-c20260305-02.yml")
    build_site(root, out, today=today, now=datetime(today.year, today.month, today.day, 8, 30), jobs=1)
    one = out / "complaints/2026/03/czdt-c20260305-02.html"
    return one.read_text("utf-8"), (out / "complaints/index.html").read_text("utf-8")


def test_the_day_it_is_looked_at_again_is_told(tmp_path: Path) -> None:
    for page in pages(tmp_path, date(2026, 3, 17)):
        assert "中止，03-20 复核" in page
        assert "没有写复核日期" not in page
    for page in pages(tmp_path, date(2026, 3, 25)):
        assert "中止，复核已过 3 个工作日" in page
