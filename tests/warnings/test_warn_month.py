"""A month of mornings, with a long holiday and two make-up workdays, held against an independent computation."""

from datetime import date

from tests.warnings.year import simulate

from noveto.ledger import Ledger


def test_every_day_of_a_month(demo_folder):
    with Ledger.open(demo_folder) as ledger:
        seen = simulate(ledger, date(2026, 9, 10), date(2026, 10, 12))

    assert (seen["working days"], seen["rest days"]) == (19, 14)
    for what in ("late", "today", "soon", "asked", "review", "leader", "centre", "handovers", "closed issues"):
        assert seen[what] > 0, what
