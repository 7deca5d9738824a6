"""Deadlines missed: one code a clock, wherever the clock stands, dated to the day after the due day."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.bench import DONE, OPINION, PROPOSED, SUBMITTED, case, judge, record

from noveto.checks.late import CODES, late_findings
from noveto.clocks import Arrivals
from noveto.findings import CATALOGUE


@dataclass(frozen=True)
class Clock:
    clock: str
    state: str = "overdue"
    round: int = 1
    of: str = ""
    start: date | None = date(2026, 3, 5)
    due: date | None = date(2026, 3, 10)
    met_on: date | None = None
    ended: date | None = None
    days_late: int = 2
    provisional: bool = False


HELD = record(case(SUBMITTED))
TODAY = date(2026, 3, 12)


@pytest.mark.parametrize("name", sorted(CODES))
def test_every_clock_has_its_code(name: str) -> None:
    found = list(late_findings(HELD, [Clock(name, of="zjj")]))
    assert [f.code for f in found] == [CODES[name]]
    assert "3 月 10 日" in found[0].message
    assert found[0].line == 5
    expected = "note" if name in ("consult", "escalate") else "breach"
    assert found[0].severity == expected


@pytest.mark.parametrize("state", ["running", "due_today", "met", "suspended", "not_applicable", "unattested"])
def test_what_is_not_late_is_not_told(state: str) -> None:
    assert list(late_findings(HELD, [Clock("reply", state)])) == []


def test_breach_is_dated_to_the_first_day_after_the_due_day_whenever_the_check_runs() -> None:
    text = case(SUBMITTED)
    for today in (date(2026, 3, 11), date(2026, 6, 30), date(2026, 11, 20)):
        found = next(f for f in judge(text, today=today) if f.code == "NV232")
        assert "2026 年 3 月 10 日 周二 下班前" in found.message
        assert "从 2026-03-11 起算超期" in found.message


def test_a_day_missed_that_is_provisional_is_marked() -> None:
    said = [next(late_findings(HELD, [Clock("reply", provisional=given)])).message for given in (True, False)]
    assert [("周二 下班前（暂定）" in text, "暂定" in text) for text in said] == [(True, True), (False, False)]


def test_words_for_done_frozen_and_holiday() -> None:
    met = Clock("reply", "met_late", met_on=date(2026, 3, 12))
    assert "3 月 12 日 周四 才办，迟 2 个工作日" in next(late_findings(HELD, [met])).message
    frozen = Clock("reply", ended=date(2026, 3, 12))
    assert "终止时已超期 2 个工作日" in next(late_findings(HELD, [frozen])).message
    assert "不用再办" in next(late_findings(HELD, [frozen])).fix
    for clock in (Clock("reply", days_late=0), Clock("reply", "met_late", met_on=date(2026, 3, 12), days_late=0)):
        message = next(late_findings(HELD, [clock])).message
        assert "假期" in message
        assert "0 个工作日" not in message


def test_filing_one_day_late_is_a_warning_more_a_breach() -> None:
    levels = [next(late_findings(HELD, [Clock("filing", days_late=n)])).severity for n in (0, 1, 2, 3)]
    assert levels == ["warning", "warning", "breach", "breach"]
    assert next(late_findings(HELD, [Clock("filing", days_late=2)], filing_warning=2)).severity == "warning"


def test_filing_by_receipts() -> None:
    text = case(PROPOSED, OPINION, DONE.replace("03-06", "03-05").replace("T10:00", "T16:00"))
    late = Arrivals(True, (date(2026, 3, 6),) * 3)
    assert [(f.code, f.severity, f.field) for f in judge(text, arrivals=late)] == [("NV235", "warning", "log.1.at")]
    assert judge(text, arrivals=Arrivals(True, (date(2026, 3, 5),) * 3)) == []
    assert judge(text) == []


def test_review_looked_at_late_is_a_warning() -> None:
    assert next(late_findings(HELD, [Clock("review", "met_late", met_on=TODAY)])).severity == "warning"


def test_consult_names_the_unit_that_owes_the_answer() -> None:
    consulted = (
        "- at: 2026-03-05T10:00\n  by: scjgj-007\n  step: consulted\n  units: [zjj]\n"
        "  question: 怎么认定？\n  reply_by: 2026-03-09\n"
    )
    cross = {"track": "cross_department", "track_reason": "要和住建局一起核实，三日定不了。"}
    found = [f for f in judge(case(consulted, **cross), today=date(2026, 3, 10)) if f.code == "NV242"]
    assert [(f.severity, f.field) for f in found] == [("note", "log.1.at")]
    assert "住房和城乡建设局" in found[0].message


def test_no_consensus_not_escalated_is_a_reminder() -> None:
    split = (
        "- at: 2026-03-06T10:00\n  by: scjgj-002\n  step: conferred\n  units: [zjj]\n"
        "  consensus: false\n  minutes: 看法不同。\n"
    )
    cross = {"track": "cross_department", "track_reason": "要和住建局一起核实，三日定不了。"}
    found = {f.code: f for f in judge(case(SUBMITTED, split, **cross), today=date(2026, 3, 18))}
    assert found["NV243"].severity == "note"
    assert found["NV243"].field == "log.2.at"


@given(
    st.sampled_from(sorted(CODES)),
    st.integers(0, 400),
    st.integers(1, 5),
    st.sampled_from(["open", "met", "ended"]),
    st.booleans(),
)
def test_any_clock_gives_one_complete_sentence(name: str, late: int, number: int, how: str, started: bool) -> None:
    clock = Clock(
        name,
        "met_late" if how == "met" else "overdue",
        round=number,
        start=date(2026, 3, 5) if started else None,
        met_on=TODAY if how == "met" else None,
        ended=TODAY if how == "ended" else None,
        days_late=late,
    )
    found = list(late_findings(HELD, [clock]))
    assert len(found) == 1
    assert "{" not in found[0].message + found[0].fix
    assert found[0].code in CATALOGUE


def test_an_extension_reaches_ten_working_days_and_no_further() -> None:
    def told(until: str, at: str = "2026-03-20T09:00") -> list[str]:
        extended = f"- at: {at}\n  by: scjgj-002\n  step: extended\n  until: {until}\n  approver: scjgj-002\n"
        licence = "{name: 食品经营许可, category: market_entry, unit: scjgj, licensing: true}"
        text = case(SUBMITTED, f"{extended}  applicant_told: true\n", accepted="2026-03-05T09:00", matter=licence)
        return [f.message for f in judge(text, today=date(2026, 6, 1)) if f.code == "NV464"]

    assert told("2026-04-17") == []  # 30 working days after 5 March
    assert told("2026-04-20") == ["第 2 步延期写到 2026-04-20，许可决定的期限只算到 2026-04-17。"]
    assert told("2026-04-10", at="2026-04-07T09:00")  # too late: the limit was 2 April


def test_an_interim_reply_moves_no_limit() -> None:
    def told(promised: str, *before: str, today: str = "2026-03-06") -> list[str]:
        interim = (
            f"- at: 2026-03-06T09:00\n  by: scjgj-007\n  step: interim_reply\n  new_date: {promised}\n  text: 要等。\n"
        )
        text = case(SUBMITTED, *before, interim)
        return [f.message for f in judge(text, today=date.fromisoformat(today)) if f.code == "NV465"]

    assert told("2026-03-10") == []  # the third working day after 5 March
    assert told("2026-03-11") == [
        "第 2 步阶段答复约到 2026-03-11，这一件的答复期限是 2026-03-10，到那时才答复就超期了。"
    ]
    assert told("2026-03-20", today="2026-03-11") == []  # missed already, and told as that
    head = "- at: 2026-03-05T15:00\n  by: scjgj-002\n"
    longer = f"{head}  step: reclassified\n  track: special\n  reason: 要集体研究。\n  approver: scjgj-002\n"
    assert told("2026-03-12", longer) == []
    assert told("2026-03-13", longer)
    stopped = f"{head}  step: suspended\n  kind: study\n  from: 2026-03-05\n"
    assert told("2026-04-01", stopped) == []
    assert told("2026-04-01", DONE) == []
