"""A bare demonstration ledger of 60 cases, made once, cloned for each test."""

from datetime import date

import pytest

from noveto.demo.generate import make
from noveto.demo.options import Options
from noveto.gitio.process import run

TODAY = date(2026, 10, 10)


@pytest.fixture(scope="session")
def desk_ledger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "ledger.git"
    folder.mkdir()
    make(Options(cases=60, seed=5, today=TODAY, months=3), folder, bare=True, progress=lambda *_: None)
    return folder


@pytest.fixture
def bare(desk_ledger, tmp_path):
    target = tmp_path / "ledger.git"
    run(["clone", "-q", "--mirror", "--local", str(desk_ledger), str(target)], tmp_path)
    return target
