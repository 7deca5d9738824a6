"""The figures of the home page and of the units are those of ``noveto stats`` for the same days."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.site.conftest import NOW, TODAY

from noveto.ledger import Ledger
from noveto.site.data import SiteData
from noveto.statistics.gather import statistics


def test_recent_figures_are_those_of_the_statistics(site):
    month, last = TODAY.replace(day=1), date(2026, 10, 1)
    with Ledger.open(site.root) as ledger:
        data = SiteData(ledger, TODAY, NOW)
        for figures, first, end in ((0, month, TODAY), (1, last, month - timedelta(days=1))):
            told = statistics(ledger, first, end, TODAY).total
            assert told.count("I1").n > 20
            assert [data.two_months[figures][key] for key in ("I1", "I4", "I5")] == [
                told[key] for key in ("I1", "I4", "I5")
            ]
        days = statistics(ledger, TODAY - timedelta(days=29), TODAY, TODAY, by=("unit",))
        replied = {group.key[0]: group.figures.fraction("I7") for group in days.groups}
        assert len(data.replied) > 5
        assert data.replied == {unit: figure for unit, figure in replied.items() if figure.denominator}


@pytest.mark.parametrize(
    ("today", "months"),
    [(date(2027, 3, 1), ["2027-01", "2027-02", "2027-03"]), (TODAY, ["2026-10", "2026-11"])],
)
def test_thirty_days_may_touch_three_months(site, today, months):
    """On 1 March the last 30 days begin in January."""
    asked = []
    with Ledger.open(site.root) as ledger:
        data = SiteData(ledger, today, datetime(today.year, today.month, today.day))
        data.months = SimpleNamespace(collector=lambda month: asked.append(month) or SimpleNamespace(slots={}))
        assert dict(data.replied) == {}
    assert asked == months
