"""The remembered verdict on a log's order is the state machine's own, whatever is asked before."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.checks.bench import steps

from noveto.checks import order
from noveto.checks.order import orderly
from noveto.records.model import Entry
from noveto.rules.steps import Steps

STEPS = st.sampled_from(
    [
        ("submitted", {"to": "a-002"}),
        ("veto_proposed", {"to": "a-002"}),
        *(
            ("unit_review", {"decision": word})
            for word in ("do", "approve_refusal", "veto_rejected", "return", "raise")
        ),
        ("consulted", {"units": ["b"]}),
        ("consulted", {"units": ["b", "c"]}),
        ("consult_answered", {"unit": "b"}),
        ("consult_answered", {"unit": "c"}),
        ("escalated", {"to": "yingshangban"}),
        ("escalation_result", {"decision": "approve_refusal"}),
        ("supplement_notice", {"cause": "first"}),
        ("supplement_received", {"complete": True}),
        ("lapsed", {}),
        ("suspended", {"kind": "study"}),
        ("resumed", {}),
        ("answered", {"result": "refused"}),
        ("disputed", {}),
        ("reopened", {}),
        ("note", {"text": "x"}),
        ("voided", {}),
    ]
)


def log(parts: list[tuple[str, dict[str, object]]]) -> tuple[Entry, ...]:
    start = datetime(2026, 3, 5, 9, 0)
    return tuple(Entry(n, start + timedelta(hours=n), "a-001", name, data) for n, (name, data) in enumerate(parts, 1))


@given(st.lists(STEPS, max_size=7))
def test_remembered_verdict_is_the_machine_s(parts: list[tuple[str, dict[str, object]]]) -> None:
    events = log(parts)
    right = not list(steps().violations(events, "case"))
    assert orderly(events, steps(), "case") == right
    assert orderly(events, steps(), "case") == right


def test_rules_that_change_by_day_are_asked_every_time() -> None:
    versions = (*steps().versions, steps().versions[0])
    dated = Steps(versions, "another digest")
    order._ways.clear()
    assert orderly(log([("submitted", {"to": "a-002"})]), dated, "case")
    assert not order._ways
