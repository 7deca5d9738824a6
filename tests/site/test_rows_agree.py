"""A settled case says the same in a list, which is made from its facts, as on its own page."""

from tests.site.conftest import NOW, TODAY

from noveto.ledger import Ledger
from noveto.site.data import SiteData


def test_rows_from_facts_say_what_the_page_says(site):
    with Ledger.open(site.root) as ledger:
        data = SiteData(ledger, TODAY, NOW)
        opened = {case.row.id for case in data.open_cases}
        settled = {row.id: row for row in data.rows if row.id not in opened and row.raised <= TODAY.toordinal()}
        for record in ledger.records("case"):
            if record.id in settled:
                listed, shown = data.fact_row(settled[record.id]), data.builder.row(data.compute(record, TODAY))
                if "late" in listed.status.css:  # lists tell how late it was, the page tells the result first
                    continue
                assert (listed.status.words, listed.stage, [who.org for who in listed.holders]) == (
                    shown.status.words,
                    shown.stage,
                    [who.org for who in shown.holders],
                ), record.id
        assert any(case.row.stage == "等申请人补正" for case in data.open_cases)


def test_a_page_says_by_when_consulted_units_answer(site):
    with Ledger.open(site.root) as ledger:
        data = SiteData(ledger, TODAY, NOW)
        asked = [case for case in data.open_cases if case.found.stage.code == "consulting"]
        assert asked
        for case in asked:
            held = data.builder.page(case.record, case.found).holder
            assert held.count(" 回复") in (1, len(case.found.stage.holders)), held
