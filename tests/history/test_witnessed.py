"""Figures by receipts, and what another calendar or other rules would change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.history.histories import OTHER, History, step, usual

from noveto.history.changed import Basis, changed_states, moved_due_dates
from noveto.history.witnessed import witnessed_clocks
from noveto.ledger import Ledger

TODAY = date(2026, 3, 20)


@pytest.fixture(scope="module")
def backdated(tmp_path_factory: pytest.TempPathFactory) -> History:
    made = usual(tmp_path_factory.mktemp("w") / "ledger")
    answer = step("2026-03-09T17:00", "rsj-005", "answered", result="done", how="phone", told_to="self", text="已办。")
    made.step(OTHER, answer, at="2026-03-12T10:00")
    return made


def test_a_back_dated_answer_is_in_time_as_stated_and_late_as_witnessed(backdated: History) -> None:
    from noveto.clocks import Arrivals, compute

    with Ledger.open(backdated.folder, jobs=1) as ledger:
        records = {one.id: one for one in ledger.cases(arrivals=True)}
        late, fine = records["rsj-20260305-01"], records["scjgj-20260305-01"]
        stated = compute(late.case, ledger.rules.for_day(date(2026, 3, 5)), ledger.calendar, TODAY,
                         Arrivals(late.receipts, late.arrivals))  # fmt: skip
        assert [(one.state, one.met_on) for one in stated if one.clock == "reply"] == [("met", date(2026, 3, 9))]
        seen = witnessed_clocks(late, ledger.rules, ledger.calendar, TODAY)
        assert seen is not None
        assert [(one.state, one.met_on) for one in seen if one.clock == "reply"] == [("met_late", date(2026, 3, 12))]
        same = witnessed_clocks(fine, ledger.rules, ledger.calendar, TODAY)
        assert same is not None
        assert [one.state for one in same if one.clock == "reply"] == ["met"]


def test_correcting_the_time_mends_the_stated_figure_only(backdated: History, tmp_path: Path) -> None:
    made = backdated.copy(tmp_path / "ledger")
    made.step(OTHER, step("2026-03-12T10:30", "rsj-005", "corrected", field="log.2.at", was="2026-03-09T17:00",
                          now="2026-03-06T17:00", why="记错", approver="rsj-002"))  # fmt: skip
    with Ledger.open(made.folder, jobs=1) as ledger:
        record = next(one for one in ledger.cases(arrivals=True) if one.id == "rsj-20260305-01")
        assert record.case.log[1].at.date() == date(2026, 3, 6)
        seen = witnessed_clocks(record, ledger.rules, ledger.calendar, TODAY)
        assert seen is not None
        assert [one.met_on for one in seen if one.clock == "reply"] == [date(2026, 3, 12)]


def test_without_receipts_nothing_is_witnessed(backdated: History, tmp_path: Path) -> None:
    made = backdated.copy(tmp_path / "ledger")
    made.drop_receipts()
    with Ledger.open(made.folder, jobs=1) as ledger:
        record = next(ledger.cases(arrivals=True))
        assert witnessed_clocks(record, ledger.rules, ledger.calendar, TODAY) is None
    report = made.audit()
    assert not report.witnessed
    assert {one.code for one in report.findings} <= {"NV536"}  # no times judged; but the branch was there before


def test_a_day_more_off_moves_the_due_days_of_open_cases(tmp_path: Path) -> None:
    made = usual(tmp_path / "ledger")
    with Ledger.open(made.folder, jobs=1) as ledger:
        now = Basis(ledger.calendar, ledger.rules)
        text = (made.folder / "records/calendar/2026.yml").read_text("utf-8")
        assert text
        records = list(ledger.cases(arrivals=True))
        assert list(moved_due_dates(records, now, now, date(2026, 3, 6))) == []
        off = _with_day_off(ledger, date(2026, 3, 9))
        moved = [
            one
            for one in moved_due_dates(records, now, Basis(off, ledger.rules), date(2026, 3, 6))
            if one.clock == "reply"
        ]
        assert [(one.case, one.due_before, one.due_after) for one in moved] == [
            ("rsj-20260305-01", date(2026, 3, 10), date(2026, 3, 11))
        ]
        states = [
            one
            for one in changed_states(records, now, Basis(off, ledger.rules), date(2026, 3, 11))
            if one.clock == "reply"
        ]
        assert [(one.state_before, one.state_after) for one in states] == [("overdue", "due_today")]


def _with_day_off(ledger: Ledger, day: date):  # a calendar as an amendment would make it
    from noveto.calendar import Calendar

    notices = [
        one._replace(off={**one.off, day: "临时放假"}) if one.year == day.year else one
        for one in ledger.calendar.notices
    ]
    return Calendar.from_notices(notices)


def test_how_late_an_entry_may_come_stands_in_the_rules(backdated: History, tmp_path: Path) -> None:
    def late(made: History) -> list[str]:
        return [one.message for one in made.audit().findings if one.code == "NV516" and one.file == OTHER]

    assert len(late(backdated)) == 1
    assert late(backdated)[0].startswith("第 2 步“答复”写的是 2026-03-09 17:00")
    made = backdated.copy(tmp_path / "ledger")
    made.replace("schema/rules.yml", "late_entry: 1 ", "late_entry: 3 ")
    made.commit("sjj-005", "2026-03-13T09:00", "三个工作日以内不算补录")
    assert late(made) == []
