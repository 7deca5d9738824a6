"""What all tests share: hypothesis without chance or clock, and golden files.

A golden file holds the expected text of an output. After an intended change write them anew with
``NOVETO_BLESS=1 python -m pytest`` and look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("noveto", derandomize=True, deadline=None, database=None)
settings.load_profile("noveto")

Golden = Callable[[Path, str], None]


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Compare a text with its golden file; ``NOVETO_BLESS=1`` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("NOVETO_BLESS"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text

    return compare


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a demo ledger of 600 cases on the morning of 2026-10-10, made once for all workers. Only read it."""
    from datetime import date

    from noveto.demo.generate import make, prepare
    from noveto.demo.options import Options

    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    target = base / "demo-600"
    if not target.exists():
        made = tmp_path_factory.mktemp("made") / "ledger"
        prepare(made, reset=False)
        make(Options(cases=600, seed=5, today=date(2026, 10, 10)), made, bare=False, progress=lambda *_: None)
        with contextlib.suppress(OSError):  # another worker was faster
            made.rename(target)
    return target


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without network, one for a whole run: a process can drive only one."""
    from playwright.sync_api import sync_playwright

    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=args)
        yield chromium
        chromium.close()
