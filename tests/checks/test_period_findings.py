"""Periods and reviews: what is refused, what is a breach."""

from datetime import date
from pathlib import Path

import pytest
from tests.checks.bench import codes, judge

from noveto.checks.periods import last_day

VALID = Path(__file__).parents[1] / "schema" / "valid"
TODAY = date(2026, 11, 2)
IDS = {"rsj-20260908-03", "scjgj-20260911-02", "scjgj-20260714-01"}
PERIOD = "records/periods/2026/qj-2026-09.yml"
REVIEW = "records/reviews/2026/cc-2026-q3-scjgj.yml"


def text(kind, *changes):
    found = (VALID / f"{kind}-every-step.yml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in found
        found = found.replace(old, new)
    return found


def period(*changes):
    return codes(text("period", *changes), "period", ids=IDS, today=TODAY, path=PERIOD)


def review(*changes):
    return codes(text("review", *changes), "review", ids=IDS, today=TODAY, path=REVIEW)


def test_an_orderly_period_and_review_have_nothing_to_say():
    assert period() == []
    assert review() == []


def test_objections_are_answered_before_the_figures_freeze():
    assert period(('entry: "3"', 'entry: "1"')) == ["NV470"]
    late = ("at: 2026-10-14T15:00", "at: 2026-10-15T15:00")
    assert period(late) == ["NV470"], "an answer that came after the freezing"


def test_the_day_of_objections_is_kept():
    assert period(("objections_until: 2026-10-14", "objections_until: 2026-10-15")) == ["NV471"]
    assert period(("objections_until: 2026-10-14", "objections_until: 2026-10-12")) == ["NV473"]
    assert period(("objections_until: 2026-10-14", "objections_until: 2026-09-14")) == ["NV205", "NV473", "NV473"]


def test_a_period_is_over_before_it_freezes():
    assert period(("as_of: 2026-10-14", "as_of: 2026-09-29")) == ["NV472"]
    assert period(("as_of: 2026-10-14", "as_of: 2026-09-30")) == []


@pytest.mark.parametrize("number", ["2", "9"])
def test_an_answer_names_an_objection(number):
    assert "NV315" in period(('entry: "3"', f'entry: "{number}"'))


def test_figures_freeze_once():
    again = text("period").replace(
        "step: note\n  text: 已印发。", "step: voided\n  reason: 不要了。\n  approver: sjj-002"
    )
    assert codes(again, "period", ids=IDS, today=TODAY, path=PERIOD) == ["NV401"]


def test_an_objection_names_a_unit_and_a_case_that_exist():
    assert period(("case: rsj-20260908-03", "case: rsj-20260908-99")) == ["NV306"]
    assert period(("  unit: rsj\n  text", "  unit: nobody\n  text")) == ["NV301"]


def test_the_second_reader_is_another_person():
    assert review(("  by: sjj-003\n  step: second_read\n  case: scjgj-20260911-02",
                   "  by: sjj-004\n  step: second_read\n  case: scjgj-20260911-02")) == ["NV474"]  # fmt: skip


def test_nothing_is_read_a_second_time_before_the_first():
    assert review(("at: 2026-10-22T10:00", "at: 2026-10-20T10:00")) == ["NV401"]


def test_only_drawn_cases_are_judged():
    found = judge(text("review", ("  case: scjgj-20260911-02\n  verdict: sound\n  text: 条文",
                                "  case: scjgj-20260912-02\n  verdict: sound\n  text: 条文")),
                "review", ids=IDS, today=TODAY, path=REVIEW)  # fmt: skip
    assert [one.code for one in found] == ["NV316", "NV401"]
    assert "scjgj-20260912-02" in found[0].message


def test_ids_agree_with_unit_file_and_folder():
    assert review(("unit: scjgj", "unit: rsj")) == ["NV321"]
    assert codes(text("review"), "review", ids=IDS, today=TODAY, path=REVIEW.replace("q3", "q2")) == ["NV320"]
    assert codes(text("period"), "period", ids=IDS, today=TODAY, path=PERIOD.replace("/2026/", "/2025/")) == ["NV323"]


@pytest.mark.parametrize(
    ("key", "last"),
    [("2026-09", date(2026, 9, 30)), ("2024-02", date(2024, 2, 29)), ("2026-12", date(2026, 12, 31)),
     ("2026-Q1", date(2026, 3, 31)), ("2026-Q4", date(2026, 12, 31)), ("2026", date(2026, 12, 31))],
)  # fmt: skip
def test_last_day_of_a_period(key, last):
    assert last_day(key) == last
