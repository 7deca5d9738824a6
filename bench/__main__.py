"""``python -m bench``: measure, print, and exit with 1 when a target was missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.explorer import explorer
from bench.history import history
from bench.ledgers import demo
from bench.papers import papers
from bench.push import push
from bench.records import records
from bench.report import Report
from bench.site import site

SECTIONS = ("records", "site", "explorer", "history", "papers", "push")
SMALL = 1000


def main() -> int:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="测速，与同类工具同场比较。")
    parser.add_argument("--only", default=",".join(SECTIONS), help="只测这几项，逗号隔开；不写就全测")
    parser.add_argument("--sizes", default="1000,10000,100000", help="演示台账的件数，逗号隔开")
    parser.add_argument("--rounds", type=int, default=3, help="与同类工具各比几轮；0 是不比，只测自己")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "noveto-bench", help="放台账的地方，下次再用"
    )
    given = parser.parse_args()
    wanted, folder = given.only.split(","), given.folder
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"没有这一项：{'、'.join(sorted(unknown))}。可以写：{'、'.join(SECTIONS)}。")
    sizes = [int(size) for size in given.sizes.split(",") if size]
    large = [size for size in sizes if size >= 10_000]
    folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    report.machine()
    if "records" in wanted:
        records(report, folder, sizes, given.rounds)
    if "site" in wanted:
        site(report, folder, large, given.rounds)
    if "explorer" in wanted:
        explorer(report, demo(folder, SMALL))
    if "history" in wanted:
        for size in large:
            history(report, demo(folder, size), size)
    if "papers" in wanted:
        papers(report, demo(folder, SMALL))
    if "push" in wanted:
        push(report)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
