"""Printing: a thousand register forms as PDF/A, three copies each."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from bench.ledgers import TODAY
from bench.report import Report

FORMS = 1000


def papers(report: Report, root: Path) -> None:
    """Set the register form of a thousand cases, one file each, as the desk does: one press for the process."""
    from noveto.forms import Press, material, render
    from noveto.ledger import Ledger

    report.head(f"登记表，{FORMS} 件，各三份，PDF/A")
    with tempfile.TemporaryDirectory(prefix="noveto-bench-cache-") as cache:
        os.environ["NOVETO_CACHE"] = cache
        with Ledger.open(root) as ledger:
            records = list(ledger.records("case"))
            given = [material(ledger, record, TODAY) for record in records]
        began = time.monotonic()
        press = Press()
        size = sum(len(render("register", one, press).data) for one in given)
        wall = time.monotonic() - began
    thousand = wall / len(given) * FORMS
    report.figure(
        f"{len(given)} 件",
        f"用时 {wall:.1f} 秒（{FORMS} 件合 {thousand:.1f} 秒），每份 {size / len(given) / 1024:.0f} KB",
        "≤ 60 秒",
        reached=thousand <= 60,
    )
