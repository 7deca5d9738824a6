"""What all tests share: hypothesis without chance or clock, and golden files.

A golden file holds the expected text of an output. After an intended change write them anew with
``NOVETO_BLESS=1 python -m pytest`` and look at the difference before you commit it.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

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
