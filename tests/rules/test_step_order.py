"""The order of steps: what may follow what, by the shipped steps.yml (records.md section 4, screens.md 3.3)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noveto.resources import resource
from noveto.rules import Steps
from noveto.schema import Schemas


@pytest.fixture(scope="module")
def steps():
    return Steps.load(resource("schema/steps.yml"))


@dataclass(frozen=True)
class Entry:
    """An entry as the records package has it."""

    n: int
    at: datetime
    step: str
    data: dict[str, Any] = field(default_factory=dict)


def log(*names):
    """Build a log: names of steps, or (name, fields)."""
    found = []
    for n, name in enumerate(names):
        step, data = (name, {}) if isinstance(name, str) else name
        found.append({"at": f"2026-03-05T{n // 60:02}:{n % 60:02}", "by": "scjgj-007", "step": step, **data})
    return found


def wrong(steps, *names, kind="case"):
    return [(one.n, one.step) for one in steps.violations(log(*names), kind)]


DO = ("unit_review", {"decision": "do"})
APPROVE = ("unit_review", {"decision": "approve_refusal"})
REJECT = ("unit_review", {"decision": "veto_rejected"})
RETURN = ("unit_review", {"decision": "return"})
RAISE = ("unit_review", {"decision": "raise"})
ASK = ("consulted", {"units": ["zjj", "zrzy"]})
ZJJ = ("consult_answered", {"unit": "zjj"})
ZRZY = ("consult_answered", {"unit": "zrzy"})
UP = ("escalated", {"to": "yingshangban"})
SETTLED = ("escalation_result", {"decision": "veto_rejected"})
GUIDED = ("escalation_result", {"decision": "guidance"})

HONEST = [
    ["answered"],
    ["submitted", DO, "answered", "called_back"],
    ["submitted", RETURN, "submitted", DO, "answered"],
    ["veto_proposed", "window_opinion", APPROVE, "answered", "delivered", "delivered", "delivered"],
    ["veto_proposed", "window_opinion", REJECT, "answered"],
    ["veto_proposed", RETURN, "veto_proposed", APPROVE, "answered"],
    ["veto_proposed", "filed", "filing_checked", REJECT, "supplement_notice", "supplement_received", "answered"],
    ["submitted", DO, "veto_proposed", APPROVE, "answered"],
    [ASK, ZJJ, ZRZY, DO, "answered"],
    [ASK, ZJJ, "interim_reply", ZRZY, "submitted", DO, "answered"],
    [ASK, ZJJ, "conferred", UP, SETTLED, "answered"],
    ["veto_proposed", RAISE, UP, GUIDED, REJECT, "answered"],
    [ASK, "answered", ZJJ, ZRZY],
    ["supplement_notice", "supplement_received", "submitted", DO, "answered"],
    ["supplement_notice", "lapsed", "reopened", "answered"],
    ["supplement_notice", "disputed", "reopened", "veto_proposed", REJECT, "answered"],
    ["submitted", "suspended", "interim_reply", "review_extended", "resumed", DO, "answered"],
    ["submitted", "suspended", DO, "answered"],
    ["submitted", "suspended", "resumed", "suspended", "answered"],
    ["submitted", "reclassified", "extended", "explained", "intervened", "handed_over", DO, "confirmed", "answered"],
    ["answered", "disputed", "reopened", "submitted", DO, "answered", "called_back"],
    ["answered", "reopened", "withdrawn"],
    ["withdrawn", "note", "corrected", "linked"],
    ["answered", "voided", "note", "corrected", "redacted"],
    ["note", "linked", "corrected", "struck", "classified", "submitted"],
]


@pytest.mark.parametrize("names", HONEST, ids=lambda names: "-".join(n if isinstance(n, str) else n[0] for n in names))
def test_honest_courses_are_in_order(steps, names):
    assert wrong(steps, *names) == []


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["unit_review"], [(1, "unit_review")]),
        (["submitted", APPROVE], [(2, "unit_review")]),
        (["submitted", REJECT], [(2, "unit_review")]),
        (["veto_proposed", DO], [(2, "unit_review")]),
        (["veto_proposed", APPROVE, REJECT], [(3, "unit_review")]),
        (["veto_proposed", RETURN, APPROVE], [(3, "unit_review")]),
        (["window_opinion"], [(1, "window_opinion")]),
        ([ZJJ], [(1, "consult_answered")]),
        ([ASK, ZJJ, ZJJ], [(3, "consult_answered")]),
        ([ASK, ("consult_answered", {"unit": "wjw"})], [(2, "consult_answered")]),
        (["supplement_received"], [(1, "supplement_received")]),
        (["supplement_notice", "supplement_received", "supplement_received"], [(3, "supplement_received")]),
        (["lapsed"], [(1, "lapsed")]),
        ([SETTLED], [(1, "escalation_result")]),
        (["resumed"], [(1, "resumed")]),
        (["submitted", "suspended", "suspended"], [(3, "suspended")]),
        (["submitted", "suspended", "answered", "resumed"], [(4, "resumed")]),
        (["review_extended"], [(1, "review_extended")]),
        (["answered", "answered"], [(2, "answered")]),
        (["answered", "submitted"], [(2, "submitted")]),
        (["answered", "withdrawn"], [(2, "withdrawn")]),
        (["withdrawn", "answered"], [(2, "answered")]),
        (["called_back"], [(1, "called_back")]),
        (["disputed"], [(1, "disputed")]),
        (["reopened"], [(1, "reopened")]),
        (["filed"], [(1, "filed")]),
        (["delivered"], [(1, "delivered")]),
        (["voided", "answered"], [(2, "answered")]),
        (["voided", "voided"], [(2, "voided")]),
        (["thinking"], [(1, "thinking")]),
    ],
)
def test_broken_order_is_told_once_and_the_course_goes_on(steps, names, found):
    assert wrong(steps, *names) == found


def test_other_records(steps):
    complaint = ["assigned", "replied", "became_case", "suspended", "resumed", "answered", "called_back"]
    assert wrong(steps, *complaint, kind="complaint") == []
    assert wrong(steps, "replied", kind="complaint") == [(1, "replied")]
    assert wrong(steps, "answered", "answered", kind="complaint") == [(2, "answered")]
    assert wrong(steps, "progress", "done", "effect", kind="improvement") == []
    assert wrong(steps, "effect", kind="improvement") == [(1, "effect")]


def test_steps_are_read_by_time_and_struck_ones_not_at_all(steps):
    entries = log("submitted", DO, "answered")
    swapped = [entries[0], entries[2], entries[1]]
    assert list(steps.violations(swapped)) == []

    struck = [*log("resumed"), {"at": "2026-03-05T08:00", "step": "struck", "entry": "1"}]
    assert list(steps.violations(struck)) == []
    revived = [*struck, {"at": "2026-03-05T09:00", "step": "struck", "entry": "2"}]
    assert [one.n for one in steps.violations(revived)] == [1]


def test_entries_may_be_objects(steps):
    at = datetime(2026, 3, 5, 9, 0)
    entries = [Entry(4, at, "submitted"), Entry(5, at, "unit_review", {"decision": "veto_rejected"})]

    (found,) = steps.violations(entries)
    assert (found.n, found.title, found.state.name) == (5, "所属单位审核意见", "submitted")
    assert found.allowed == ("否决待定",)
    assert "否决待定" in found.why


@pytest.mark.parametrize(
    ("names", "name", "title"),
    [
        ([], "registered", "待报批"),
        (["submitted"], "submitted", "研究审核中"),
        (["veto_proposed", APPROVE], "decided", "待答复"),
        ([ASK, ZJJ], "consulting", "征询中"),
        ([ASK, ZJJ, ZRZY], "gathered", "待汇总"),
        ([ASK, "supplement_notice"], "waiting_applicant", "等申请人补正"),
        ([ASK, "supplement_notice", UP], "escalated", "提级会商"),
        ([ASK, UP, "suspended"], "suspended", "中止计时"),
        ([ASK, UP, "suspended", "answered"], "answered", "已答复"),
        (["supplement_notice", "supplement_received"], "registered", "待报批"),
        (["submitted", "suspended", "resumed"], "submitted", "研究审核中"),
        (["withdrawn"], "closed", "已终止"),
        (["answered", "disputed"], "disputed", "申请人有异议"),
        (["answered", "disputed", "reopened"], "registered", "待报批"),
        (["voided"], "voided", "已作废"),
    ],
)
def test_states_follow_the_precedence_of_the_contract(steps, names, name, title):
    state = steps.state(log(*names))

    assert (state.name, state.title) == (name, title)


def test_state_remembers_whom_it_waits_for(steps):
    state = steps.state(log(ASK, ZJJ))
    assert state.remembered("consulting") == {"zrzy"}
    assert state.remembered("escalated") == frozenset()
    assert steps.state(log(ASK, UP)).remembered("escalated") == {"yingshangban"}


def test_allowed_agrees_with_violations(steps):
    """A step offered for a state is in order there, one not offered is not."""
    for names in HONEST:
        state = steps.state(log(*names))
        offered = {step.name for step in steps.allowed(state)}
        for name in steps.steps:
            if name not in ("unit_review", "escalation_result", "consult_answered", "struck"):
                breaks = (len(names) + 1, name) in wrong(steps, *names, name)
                assert breaks == (name not in offered), (names, name)


STEP_NAMES = sorted(Schemas.bundled().steps("case"))


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(STEP_NAMES),
            st.fixed_dictionaries(
                {},
                optional={
                    "decision": st.sampled_from(
                        ["do", "approve_refusal", "veto_rejected", "return", "raise", "guidance", "?"]
                    ),
                    "units": st.lists(st.sampled_from(["zjj", "zrzy"]), max_size=2) | st.just("zjj"),
                    "unit": st.sampled_from(["zjj", "zrzy"]) | st.just([]),
                    "to": st.sampled_from(["superior", "yingshangban"]),
                    "entry": st.sampled_from(["1", "2", "x", "99"]),
                },
            ),
        ),
        max_size=12,
    )
)
def test_any_course_can_be_read(steps, course):
    entries = log(*course)
    found = list(steps.violations(entries))
    state = steps.state(entries)

    assert all(1 <= one.n <= len(entries) and one.why for one in found)
    assert state.phase in steps.machine().phases
    assert set(state.flags) <= set(steps.machine().flags)
    assert state.title
