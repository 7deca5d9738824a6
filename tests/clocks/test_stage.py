from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from noveto.clocks import Holder, Stage, stage, status, timeline
from noveto.records.model import Case

ROLES = {"rsj-001": "clerk", "rsj-002": "leader", "rsj-003": "head", "rsj-009": "clerk"}
VETO = ("2026-03-05", "veto_proposed", {"to": "rsj-002", "reason": {"main": "R03"}})
CLERK = (Holder("staff", "rsj-001"),)


@pytest.fixture
def read(build_case: Callable[..., Case]) -> Callable[..., tuple[str, Stage]]:
    def reader(*log: tuple[Any, ...], today: str = "2026-03-20") -> tuple[str, Stage]:
        line = timeline(build_case("2026-03-05", *log), date.fromisoformat(today))
        return status(line), stage(line, lambda staff: ROLES.get(staff, "clerk"))

    return reader


Read = Callable[..., tuple[str, Stage]]


@pytest.mark.parametrize(
    ("log", "state", "words", "holders"),
    [
        ([], "open", "待报批", CLERK),
        ([("2026-03-05", "submitted", {"to": "rsj-003"})], "open", "负责人意见", (Holder("staff", "rsj-003"),)),
        ([VETO], "open", "单位审核", (Holder("staff", "rsj-002"),)),
        ([("2026-03-05", "submitted", {"to": "rsj-003"}), ("2026-03-06", "window_opinion", {"stance": "agree"})],
         "open", "单位审核", (Holder("role", "leader"),)),
        ([VETO, ("2026-03-06", "unit_review", {"decision": "approve_refusal"})], "open", "待答复（同意否决）", CLERK),
        ([VETO, ("2026-03-06", "unit_review", {"decision": "veto_rejected"})], "open", "待办理并答复（改为办理）", CLERK),
        ([VETO, ("2026-03-06", "unit_review", {"decision": "raise"})], "open", "待提级", (Holder("staff", "rsj-002"),)),
        ([("2026-03-05", "consulted", {"units": ["zjj", "bdc"]}), ("2026-03-06", "consult_answered", {"unit": "bdc", "stance": "agree"})],
         "open", "征询中 1/2 已回", (Holder("unit", "zjj"),)),
        ([("2026-03-05", "consulted", {"units": ["zjj"]}), ("2026-03-06", "consult_answered", {"unit": "zjj", "stance": "agree"})],
         "open", "待汇总", CLERK),
        ([("2026-03-05", "consulted", {"units": ["zjj", "bdc"]}), ("2026-03-06", "consult_answered", {"unit": "zjj", "stance": "disagree"}), ("2026-03-06", "consult_answered", {"unit": "bdc", "stance": "agree"})],
         "open", "意见不一，待提级", (Holder("role", "leader"),)),
        ([("2026-03-05", "consulted", {"units": ["zjj"]}), VETO, ("2026-03-06", "consult_answered", {"unit": "zjj", "stance": "agree"})],
         "open", "单位审核", (Holder("staff", "rsj-002"),)),
        ([("2026-03-06", "supplement_notice", {})], "open", "等申请人补正", (Holder("applicant"),)),
        ([VETO, ("2026-03-06", "supplement_notice", {}), ("2026-03-09", "supplement_received", {"complete": True})],
         "open", "单位审核", (Holder("staff", "rsj-002"),)),
        ([VETO, ("2026-03-06", "escalated", {"to": "yingshangban"})], "open", "提级会商", (Holder("body", "yingshangban"),)),
        ([VETO, ("2026-03-06", "escalated", {"to": "yingshangban"}), ("2026-03-09", "escalation_result", {"decision": "do"})],
         "open", "待答复", CLERK),
        ([VETO, ("2026-03-06", "suspended", {"kind": "expert", "from": "2026-03-06"})], "suspended", "专家论证（中止）", CLERK),
        ([VETO, ("2026-03-06", "suspended", {"kind": "expert", "from": "2026-03-06"}), ("2026-03-16", "resumed", {"from": "2026-03-16"})],
         "open", "单位审核", (Holder("staff", "rsj-002"),)),
        ([VETO, ("2026-03-06", "answered", {"result": "refused"})], "answered", "待送达", CLERK),
        ([VETO, ("2026-03-06", "answered", {"result": "refused"}), ("2026-03-06T11:00", "delivered", {"copy": "applicant"})],
         "closed", "已答复", (Holder("none"),)),
        ([("2026-03-06", "answered", {"result": "done"})], "closed", "已答复", (Holder("none"),)),
        ([("2026-03-06", "answered", {"result": "done"}), ("2026-03-09", "disputed", {"reason": "不服"})], "open", "重新办理", CLERK),
        ([("2026-03-06", "withdrawn", {"proof": "书面"})], "closed", "申请人撤回", (Holder("none"),)),
        ([("2026-03-06", "voided", {"reason": "重复"})], "closed", "作废", (Holder("none"),)),
        ([("2026-03-06", "handed_over", {"from": "rsj-001", "to": "rsj-009"})], "open", "待报批", (Holder("staff", "rsj-009"),)),
        ([VETO, ("2026-03-06", "note", {}), ("2026-03-06", "interim_reply", {})], "open", "单位审核", (Holder("staff", "rsj-002"),)),
    ],
)  # fmt: skip
def test_stage_and_holder(read: Read, log: list[Any], state: str, words: str, holders: tuple[Holder, ...]) -> None:
    found, where = read(*log)

    assert (found, where.words, where.holders) == (state, words, holders)


def test_a_later_today_does_not_see_the_future(read: Read) -> None:
    assert read(("2026-03-09", "answered", {"result": "done"}), today="2026-03-06")[0] == "open"


def test_raised_time_orders_rounds_not_the_date_alone(build_case: Callable[..., Case]) -> None:
    case = build_case("2026-03-05T09:00", ("2026-03-05T08:00", "supplement_received", {"complete": True}))

    assert len(timeline(case, date(2026, 3, 5)).rounds) == 1
    assert case.raised == datetime(2026, 3, 5, 9)
