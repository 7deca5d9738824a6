"""The whole of 2026: every morning and afternoon of a ledger of 2,000 cases over two years (some minutes)."""

from datetime import date

import pytest
from tests.warnings.year import simulate

from noveto.demo.generate import make, prepare
from noveto.demo.options import Options
from noveto.ledger import Ledger


@pytest.mark.timeout(1800)
def test_every_day_of_the_year(tmp_path):
    folder = tmp_path / "ledger"
    prepare(folder, reset=False)
    make(Options(cases=2000, seed=1, today=date(2026, 11, 22)), folder, bare=False, progress=lambda *_: None)
    with Ledger.open(folder) as ledger:
        seen = simulate(ledger, date(2026, 1, 1), date(2026, 12, 31))
    print(dict(seen))  # noqa: T201 - what a long run is read for

    assert seen["working days"] + seen["rest days"] == 365
    assert seen["first warnings"] > 200
    assert seen["closed issues"] > 100
