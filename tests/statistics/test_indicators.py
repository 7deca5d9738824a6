from datetime import date, datetime

import pytest
from tests.statistics.smallcases import (
    HELD,
    PLACES,
    TODAY,
    calendar,
    complaints,
    facts,
    improvements,
    month,
    result,
    rules,
    veto,
)

from noveto.clocks import compute_complaint
from noveto.records.model import Complaint, Entry
from noveto.statistics import INDICATORS, CaseFacts, ComplaintFacts, Count, Fraction, Ref, Spread, Statistics, collect
from noveto.statistics.derive_others import complaint_facts

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


AUDITED = {"rsj-20260309-01": "partly", "scjgj-20260309-01": "sound", "rsj-20260316-01": "", "rsj-20260316-03": "sound"}
"""Verdicts on drawn cases: one partly, one sound, one not read twice yet, one of a case voided since."""


def made(by: tuple[str, ...] = (), today: date = TODAY) -> Statistics:
    return collect(month(), complaints(), improvements(), HELD, first=FIRST, last=LAST, today=today, by=by,
                   audited=AUDITED, places=PLACES)  # fmt: skip


# Worked out by hand: (hits, misses, left out) of a fraction, the number of a count, the lengths of a spread.
EXPECTED: dict[str, object] = {
    "I1": 12,
    "I2": 2,
    "I3": (2, 10, 0),
    "I4": (1, 1, 0),
    "I5": (7, 1, 0),
    # late: rsj-…02-02 (a day late), 23-01 (answered on day 3, never submitted), voided 16-03; 30-01 ended in time
    "I6": (9, 3, 0),
    # late: 0302-02, scjgj-…09-01 round 1, voided 16-03; left: scjgj-…25-01
    "I7": (12, 3, 1),
    "I8": (1, 1, 0),
    "I9": (11, 4, 1),  # and 0305-01: three calendar days end on Sunday the 8th, rolled to the 9th
    "I10": [1, 2, 2, 3, 3, 3, 4, 5, 9, 10],
    "I10.general": [1, 2, 2, 3, 3, 3, 4, 5],
    "I10.special": [9],
    "I10.cross_department": [10],
    "N5": (1, 9, 0),
    "I11": (1, 1, 0),
    "I12": (1, 1, 0),
    "I13": (1, 2, 0),
    "I14": (1, 1, 0),
    "I14.days": [3, 6],
    "I15": (1, 1, 0),
    "I16": 1,
    "I16.days": [5],
    "I16.past": (1, 0, 0),
    "I17": (1, 0, 0),
    "I18": (2, 1, 2),
    "I18.time": (2, 2, 1),
    "I19": (2, 1, 0),
    "I19.reach": (3, 9, 0),
    "I20": 3,
    "I21": (1, 1, 0),
    "I22": (2, 2, 8),  # rsj-…02-02: Friday's answer came on Tuesday; scjgj-…09-01: the veto two days later
    "X.voided": 1,
    "X.basis": (2, 0, 0),
    "X.audit": (1, 1, 1),
    "X.gap": 1,
    "X.other": (1, 11, 0),
    "X.proxy": (1, 11, 0),
    "X.unreached": 1,
}


@pytest.mark.parametrize("key", [item.key for item in INDICATORS])
def test_every_indicator_of_the_month_worked_out_by_hand(key: str) -> None:
    figure = made().total[key]
    if isinstance(figure, Count):
        assert figure.n == EXPECTED[key]
    elif isinstance(figure, Spread):
        assert sorted(value for _, value in figure.values) == EXPECTED[key]
    else:
        assert (len(figure.hits), len(figure.misses), len(figure.left_out)) == EXPECTED[key]


def test_the_cases_behind_a_number_are_named_with_their_round() -> None:
    reply = made().total.fraction("I7")

    assert reply.misses == (Ref("rsj-20260302-02"), Ref("rsj-20260316-03"), Ref("scjgj-20260309-01"))
    assert Ref("scjgj-20260309-01", 2) in reply.hits
    assert reply.left_out == (Ref("scjgj-20260325-01"),)


def test_medians_percentiles_rates_and_intervals() -> None:
    total = made().total

    assert (total.spread("I10").median, total.spread("I10").ninetieth) == (3.0, 9)
    assert total.spread("I10.special").ninetieth == 9
    assert total.fraction("I7").rate(5) == 12 / 15
    assert total.fraction("I7").interval(5) == pytest.approx((0.548146, 0.929525), abs=1e-6)
    assert total.fraction("I4").rate(5) is None
    assert total.fraction("I4").interval(5) is None


def test_consultations_are_charged_to_the_consulted_unit() -> None:
    found = made(("unit",))

    assert found.group("gaj").fraction("I14").misses == (Ref("scjgj-20260302-02", 1, "gaj"),)
    assert found.group("zrzy").fraction("I14").hits == (Ref("scjgj-20260302-02", 1, "zrzy"),)
    assert found.group("scjgj").fraction("I14").denominator == 0
    assert found.group("gaj").count("I1").n == 0
    assert made(("county",)).group("贵池区").fraction("I14").denominator == 1


def test_groups_by_place_track_reason_and_time() -> None:
    assert made(("unit",)).group("rsj").count("I1").n == 8
    assert made(("window",)).group("rsj-w02").count("I1").refs == (Ref("rsj-20260309-01"),)
    assert made(("hall",)).group("gcdt").fraction("I4").numerator == 1
    assert made(("hall",)).group("czdt").fraction("I18").denominator == 3
    assert made(("track",)).group("cross_department").fraction("I15").denominator == 2
    assert made(("reason",)).group("R04").count("I2").n == 1  # the veto refined the reason
    assert [group.key for group in made(("month", "unit")).groups][:1] == [("2026-03", "gaj")]
    assert made(("quarter",)).group("2026-Q1").count("I1").n == 12
    assert made(("year",)).group("2026").count("I1").n == 12


def test_quarantined_records_stand_beside_the_number() -> None:
    assert {group.key[0]: group.quarantined for group in made(("unit",)).groups} == {
        "gaj": 0, "rsj": 1, "scjgj": 0, "zrzy": 0,
    }  # fmt: skip
    assert {group.quarantined for group in made(("window",)).groups} == {None}
    assert [item.id for item in made().held] == ["rsj-20260304-01"]


def test_breakdowns_paths_and_rule_changes() -> None:
    found = made().breakdowns

    assert {code: len(refs) for code, refs in found["result"].items()} == {
        "done": 7, "explained": 2, "lapsed": 1, "refused": 1, "withdrawn": 1,
    }  # fmt: skip
    assert {code: len(refs) for code, refs in found["path"].items()} == {
        "directly": 4, "escalation": 1, "supplement": 1, "veto_rejected": 1,
    }  # fmt: skip


def test_path_after_a_changed_rule_needs_the_change_before_the_answer() -> None:
    paths = made().breakdowns["path"]

    assert "rule_changed" not in paths  # the item was done on the 6th, its case answered on the 4th
    again = collect(
        month(), (), [improvements()[0]._replace(cases=("rsj-20260305-01",))], first=FIRST, last=LAST, today=TODAY
    )
    assert again.breakdowns["path"]["rule_changed"] == (Ref("rsj-20260305-01"),)


def test_repeats_find_their_improvement_and_effects_compare_equal_spans() -> None:
    found = made()

    (repeat,) = found.repeats
    assert (repeat.matter, repeat.reason, len(repeat.refs), repeat.improvements) == ("m-1", "R01", 3, ("gj-2026-001",))
    done, still = found.effects
    assert (done.days, len(done.before or ()), len(done.after or ())) == (25, 3, 0)
    assert (done.item.before, done.item.after) == (4, 1)
    assert (still.before, still.after, still.late_on(TODAY)) == (None, None, True)
    assert [(gap.matter_name, gap.units) for gap in found.gaps] == [("事项 rsj-20260309-01", ("rsj",))]


def test_repeats_look_back_twelve_months_and_no_further() -> None:
    def at(name: str, day: str) -> CaseFacts:
        return facts(name, day, matter="m-9", reason="R06")

    near = [
        at("rsj-20250401-01", "2025-04-01"),
        at("rsj-20250901-01", "2025-09-01"),
        at("rsj-20260303-01", "2026-03-03"),
    ]
    far = [at("rsj-20250331-01", "2025-03-31"), *near[1:]]
    assert len(collect(near, first=FIRST, last=LAST, today=TODAY).repeats) == 1
    assert collect(far, first=FIRST, last=LAST, today=TODAY).repeats == ()
    assert collect(near, first=date(2024, 1, 1), last=LAST, today=TODAY).total.count("I20").n == 3
    old = facts("rsj-20240401-01", "2024-04-01", matter="m-9", reason="R06")
    assert collect([old, *near], first=date(2024, 1, 1), last=LAST, today=TODAY).total.count("I20").n == 3
    # three times, but none in the period: no news
    assert collect(near, first=date(2026, 3, 10), last=LAST, today=TODAY).repeats == ()


def test_other_as_a_reason_warns_above_ten_percent_only_with_enough_cases() -> None:
    many = [facts(f"rsj-20260302-{n:02}", "2026-03-02", reason="R99" if n < 2 else "R01") for n in range(11)]

    assert collect(many, first=FIRST, last=LAST, today=TODAY).other_share
    assert not made().other_share  # 1 / 12
    assert not collect(many[:2], first=FIRST, last=LAST, today=TODAY).other_share


def test_a_decision_after_the_answer_decides_nothing_and_return_leaves_it_open() -> None:
    late = facts("rsj-20260302-09", "2026-03-02", veto("2026-03-03"), result("2026-03-04", "refused"),
                 ("2026-03-05", "unit_review", {"decision": "approve_refusal"}))  # fmt: skip
    back = facts("rsj-20260302-10", "2026-03-02", veto("2026-03-03"),
                 ("2026-03-04", "unit_review", {"decision": "return"}))  # fmt: skip
    done = facts("rsj-20260302-11", "2026-03-02", veto("2026-03-03"),
                 ("2026-03-04", "escalated", {"to": "yingshangban"}),
                 ("2026-03-05", "escalation_result", {"decision": "do"}))  # fmt: skip
    found = collect([late, back, done], first=FIRST, last=LAST, today=TODAY).total.fraction("I4")

    assert (found.hits, found.misses) == ((Ref("rsj-20260302-11"),), ())
    assert found.left_out == (Ref("rsj-20260302-09"), Ref("rsj-20260302-10"))


def test_a_late_registration_is_a_late_entry_even_where_its_steps_came_in_time() -> None:
    done = result("2026-03-11", "done")
    late = facts("aa-20260302-01", "2026-03-02", done, begun="2026-03-06", came=("2026-03-11",))
    soon = facts("aa-20260302-02", "2026-03-02", done, begun="2026-03-03", came=("2026-03-11",))
    alone = facts("aa-20260302-03", "2026-03-02", begun="2026-03-06")
    assert [(item.late, item.attested) for item in (late, soon, alone)] == [(1, 2), (0, 2), (1, 1)]


def test_the_form_lacks_what_is_not_there() -> None:
    bare = facts("rsj-20260302-09", "2026-03-02", veto("2026-03-03"), result("2026-03-04", "refused"),
                 ("2026-03-05", "delivered", {"copy": "applicant"}), ("2026-03-05", "filed", {"via": "paper"}),
                 ("2026-03-09", "filing_checked", {"complete": False}))  # fmt: skip

    assert bare.forms[0].missing == ("window_opinion", "unit_review", "copy_window", "checked")


def test_a_case_raised_after_today_is_not_there_yet() -> None:
    found = made(today=date(2026, 3, 24))

    assert found.total.count("I1").n == 10
    assert found.total.fraction("I3").denominator == 10


def test_a_period_that_ends_before_it_begins_and_unknown_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="早于"):
        collect([], first=LAST, last=FIRST, today=TODAY)
    with pytest.raises(ValueError, match="不能按"):
        collect([], first=FIRST, last=LAST, today=TODAY, by=("colour",))


def test_fraction_of_nothing() -> None:
    empty = made(("unit",)).group("nowhere")

    assert empty.fraction("I7") == Fraction()
    assert empty.spread("I10").median is None
    assert empty.fraction("I7").interval(0) is None


def test_a_second_answer_in_one_round_changes_no_result():
    refused, done = result("2026-03-05", "refused"), result("2026-03-06", "done")
    again = ("2026-03-05", "reopened", {"reason": "再看"})
    assert [one.result for one in facts("rsj-20260304-01", "2026-03-04", refused, done).outcomes] == ["refused"]
    reopened = facts("rsj-20260304-01", "2026-03-04", refused, again, done)
    assert [(one.round, one.result) for one in reopened.outcomes] == [(1, "refused"), (2, "done")]


def test_an_answer_that_follows_a_notice_without_any_papers_has_its_length() -> None:
    notice = ("2026-03-04", "supplement_notice", {"items": ["图纸"], "due_by": "2026-03-20", "cause": "first"})
    papers = ("2026-03-10", "supplement_received", {"complete": True})
    plain = facts("rsj-20260303-01", "2026-03-03", notice, result("2026-03-18", "refused"))
    round_two = facts("rsj-20260303-02", "2026-03-03", notice, papers, result("2026-03-12", "done"))
    waiting = facts("rsj-20260303-03", "2026-03-03", notice)
    total = collect([plain, round_two, waiting], first=FIRST, last=LAST, today=TODAY).total

    assert list(total.spread("I10").values) == [(Ref("rsj-20260303-01"), 11), (Ref("rsj-20260303-02", 2), 2)]
    assert total.fraction("N5").misses == (Ref("rsj-20260303-01"), Ref("rsj-20260303-02", 2))
    assert total.spread("I10").left_out == ()
    assert total.fraction("I7").denominator == 4


def test_asking_again_wipes_out_no_decision() -> None:
    turned_down = ("2026-03-04", "unit_review", {"decision": "veto_rejected"})
    again = veto("2026-03-05")
    approved = ("2026-03-06", "unit_review", {"decision": "approve_refusal"})
    asked = facts("rsj-20260303-01", "2026-03-03", veto("2026-03-03"), turned_down, again,
                  result("2026-03-06", "refused"))  # fmt: skip
    last = facts("rsj-20260303-02", "2026-03-03", veto("2026-03-03"), turned_down, again, approved)

    assert [item.vetoes[0].decision for item in (asked, last)] == ["rejected", "approved"]


def test_what_was_decided_before_the_papers_came_is_on_the_form() -> None:
    log = (
        veto("2026-03-03"),
        ("2026-03-03", "window_opinion", {"stance": "agree"}),
        ("2026-03-04", "unit_review", {"decision": "approve_refusal"}),
        ("2026-03-04", "supplement_notice", {"items": ["图纸"], "due_by": "2026-03-20", "cause": "first"}),
        ("2026-03-06", "supplement_received", {"complete": True}),
        result("2026-03-09", "refused"),
        *(("2026-03-10", "delivered", {"copy": copy}) for copy in ("applicant", "bureau", "window")),
    )
    found = facts("rsj-20260303-01", "2026-03-03", *log)
    disputed = facts(
        "rsj-20260303-01", "2026-03-03", *log[:4], ("2026-03-06", "disputed", {"reason": "不认可"}), *log[5:]
    )

    assert [form.missing for form in found.forms] == [()]
    assert disputed.forms[0].missing == ("window_opinion", "unit_review")


def test_a_call_back_is_a_share_of_what_was_answered() -> None:
    called = ("2026-03-06", "called_back", {"satisfied": "true"})
    withdrawn = facts("rsj-20260303-01", "2026-03-03", ("2026-03-05", "withdrawn", {"proof": "书面"}), called)
    answered = facts("rsj-20260303-02", "2026-03-03", result("2026-03-05", "done"))
    total = collect([withdrawn, answered], first=FIRST, last=LAST, today=TODAY).total

    assert total.fraction("I19").hits == (Ref("rsj-20260303-01"),)
    assert (total.fraction("I19.reach").numerator, total.fraction("I19.reach").denominator) == (0, 1)


def complaint(*log: tuple[str, str, dict[str, str]]) -> ComplaintFacts:
    entries = tuple(
        Entry(n, datetime.fromisoformat(f"{at}T10:00"), "zwzx-003", step, more)
        for n, (at, step, more) in enumerate(log, 1)
    )
    made = Complaint("czdt-c20260302-09", "czdt", datetime(2026, 3, 2, 9), False, "window", "other", "事实",
                     {"unit": "rsj"}, entries, {})  # fmt: skip
    state = compute_complaint(made, rules().for_day(FIRST), calendar(), TODAY)[0].state
    found = complaint_facts(made, state, TODAY)
    assert found is not None
    return found


def test_a_voided_complaint_keeps_the_limit_it_missed_and_nothing_else() -> None:
    voided = ("2026-03-20", "voided", {"reason": "重复"})
    late = complaint(("2026-03-19", "answered", {"finding": "upheld", "text": "属实"}), voided)
    overdue = complaint(voided)
    early = complaint(("2026-03-03", "voided", {"reason": "重复"}))
    found = collect([], [late, overdue, early], first=FIRST, last=LAST, today=TODAY)

    assert (found.total.fraction("I18.time").numerator, found.total.fraction("I18.time").denominator) == (0, 2)
    assert found.total.fraction("I18").n == 0
    assert found.total.fraction("I18").left_out == ()
    assert "complaint" not in found.breakdowns
    assert "finding" not in found.breakdowns
    assert collect([], [early], first=FIRST, last=LAST, today=TODAY, by=("unit",)).groups == ()


def test_the_steps_of_a_complaint_count_in_order_of_time() -> None:
    found = complaint(
        ("2026-03-10", "called_back", {"satisfied": "true"}),
        ("2026-03-05", "answered", {"finding": "upheld", "text": "属实"}),
        ("2026-03-09", "called_back", {"satisfied": "false"}),  # entered late
        ("2026-03-11", "answered", {"finding": "not_upheld", "text": "不属实"}),
    )
    withdrawn = complaint(
        ("2026-03-05", "withdrawn", {"proof": "书面"}), ("2026-03-06", "called_back", {"satisfied": "true"})
    )
    total = collect([], [withdrawn], first=FIRST, last=LAST, today=TODAY).total

    assert (found.finding, found.called_back) == ("upheld", "yes")
    assert (total.fraction("I19").numerator, total.fraction("I19.reach").denominator) == (1, 0)
