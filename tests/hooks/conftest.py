"""A ledger behind its hooks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.history.histories import History, usual
from tests.hooks.clerk import Clerk, install


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, History]:
    """Return a bare repository with the hooks, and a clone of it."""
    folder = tmp_path_factory.mktemp("served")
    made = usual(folder / "first")
    bare = folder / "ledger.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(made.folder), str(bare)], check=True)
    install(bare)
    return bare, made


@pytest.fixture
def office(served: tuple[Path, History], tmp_path: Path) -> tuple[Clerk, Path]:
    """Return a clone and its own copy of the bare repository."""
    bare = tmp_path / "ledger.git"
    subprocess.run(["cp", "-r", str(served[0]), str(bare)], check=True)
    subprocess.run(["git", "clone", "-q", str(bare), str(tmp_path / "clone")], check=True)
    return Clerk(tmp_path / "clone"), bare
