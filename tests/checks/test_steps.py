"""Breaches of the steps' rules: what gives which code, and what honestly gives none."""

import pytest
from tests.checks.bench import APPROVED, DELIVERED, DONE, OPINION, PROPOSED, REFUSED, SUBMITTED, case, codes, judge

from noveto.checks import coverage
from noveto.findings import CATALOGUE

LICENCE = "{id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, licensing: true, standardised: true}"
CROSS = {"track": "cross_department", "track_reason": "要和住建局一起核实房屋用途，三个工作日定不了。"}
REJECTED = APPROVED.replace("approve_refusal", "veto_rejected")
INTERIM = """\
- at: 2026-03-06T09:30
  by: scjgj-007
  step: interim_reply
  new_date: 2026-03-19
  text: 要等住建局核实，三月十九日前答复。
"""


def step(at: str, name: str, *lines: str, by: str = "scjgj-007") -> str:
    return f"- at: {at}\n  by: {by}\n  step: {name}\n" + "".join(f"  {line}\n" for line in lines)


def answered(at: str, result: str, *lines: str) -> str:
    return step(
        at, "answered", f"result: {result}", "how: in_person", "told_to: self", "text: 已经当面告知结果和理由。", *lines
    )


def escalated(at: str, to: str = "yingshangban") -> str:
    return step(at, "escalated", f"to: {to}", "reason: 各方看法不同。", by="scjgj-002")


def test_a_refusal_that_went_through_approval_is_clean() -> None:
    assert codes(case(PROPOSED, OPINION, APPROVED, REFUSED, DELIVERED)) == []


def test_what_was_done_is_clean() -> None:
    assert codes(case(SUBMITTED, DONE)) == []
    assert codes(case(PROPOSED, OPINION, REJECTED, DONE)) == []


def test_a_refusal_approved_above_is_clean() -> None:
    result = step("2026-03-06T09:30", "escalation_result", "decision: approve_refusal", by="ysb-002")
    assert codes(case(PROPOSED, OPINION, escalated("2026-03-06T09:00"), result, REFUSED, DELIVERED)) == []


def test_guidance_from_above_is_no_approval() -> None:
    result = step("2026-03-06T09:30", "escalation_result", "decision: guidance", by="ysb-002")
    assert codes(case(PROPOSED, OPINION, escalated("2026-03-06T09:00"), result, REFUSED, DELIVERED)) == ["NV402"]


def test_return_and_raise_are_no_approval() -> None:
    for decision in ("return", "raise"):
        review = APPROVED.replace("approve_refusal", decision)
        assert codes(case(PROPOSED, OPINION, review, REFUSED, DELIVERED)) == ["NV402"]


def test_an_approval_does_not_outlive_the_answer() -> None:
    again = step("2026-03-09T09:00", "reopened", "reason: 申请人有新材料。") + answered("2026-03-10T09:00", "refused")
    assert codes(case(PROPOSED, OPINION, APPROVED, REFUSED, DELIVERED, again)).count("NV403") == 1


def test_the_approval_must_come_before_the_answer_by_time_not_by_entry() -> None:
    late_typed = case(PROPOSED, OPINION, REFUSED, DELIVERED, APPROVED)
    assert codes(late_typed) == []
    decided_after = APPROVED.replace("2026-03-06T09:00", "2026-03-06T11:00")
    assert "NV402" in codes(case(PROPOSED, OPINION, REFUSED, DELIVERED, decided_after))


def test_nonstandard_matters_may_be_refused_with_approval() -> None:
    matter = "{name: 共享厨房登记, category: market_entry, unit: scjgj, standardised: false}"
    assert codes(case(PROPOSED, OPINION, APPROVED, REFUSED, DELIVERED, matter=matter)) == []
    assert codes(case(PROPOSED, OPINION, REFUSED, DELIVERED, matter=matter)) == ["NV405"]


def test_other_results_need_no_approval() -> None:
    redirect = "redirect: {unit: zjj, how: 到住建窗口交材料, phone: 0566-2023456}"
    assert codes(case(answered("2026-03-05T10:00", "redirected", redirect))) == []
    assert codes(case(answered("2026-03-05T10:00", "explained"), kind="enquiry")) == []


def test_only_an_enquiry_is_closed_by_an_explanation() -> None:
    """What was applied for and not done is a veto (A9)."""
    for kind in ("application", "request"):
        assert codes(case(answered("2026-03-05T10:00", "explained"), kind=kind)) == ["NV460"]
    petition = ("approver: scjgj-002", "document: {title: 转送函, number: 池市监〔2026〕9号}")
    assert codes(case(answered("2026-03-05T10:00", "to_petition", *petition))) == []


@pytest.mark.parametrize(
    ("redirect", "lacks"),
    [
        ("", "哪个单位"),
        ("redirect: {unit: zjj, how: 到窗口}", "window"),
        ("redirect: {how: 到窗口, phone: 0566-2023456}", "哪个单位"),
        ("redirect: {unit: zjj, phone: 0566-2023456}", "怎么办"),
    ],
)
def test_redirect_says_where_and_how(redirect: str, lacks: str) -> None:
    from tests.checks.bench import judge

    found = judge(case(answered("2026-03-05T10:00", "redirected", *filter(None, [redirect]))))
    assert [one.code for one in found] == ["NV410"]
    assert lacks in found[0].message


def test_basis_for_reasons_that_need_one() -> None:
    grounds = "{text: 不符合第三条, basis: [{title: 某办法, article: 第三条}]}"
    assert codes(case(SUBMITTED, DONE, reason="{main: R03}", grounds=grounds)) == []
    assert codes(case(SUBMITTED, DONE, reason="{main: R04}")) == ["NV408"]
    assert codes(case(PROPOSED, OPINION, REJECTED, DONE, reason="{main: R03}")) == []


def test_reason_refined_by_the_proposal_counts() -> None:
    bare = PROPOSED.replace("main: R07", "main: R04").replace(
        "    basis: [{title: 企业名称登记管理规定, article: 第二十一条, published: true}]\n", ""
    )
    assert codes(case(bare, OPINION, APPROVED, REFUSED, DELIVERED)) == ["NV408"]


NOTICE = ("items: [营业场所证明]", "guide_given: true")


@pytest.mark.parametrize(
    ("cause", "expected"), [("not_cured", []), ("changed", []), ("new_item", ["NV411"]), ("first", ["NV411"])]
)
def test_second_supplement_notice(cause: str, expected: list[str]) -> None:
    text = case(
        step("2026-03-05T10:00", "supplement_notice", *NOTICE, "due_by: 2026-03-12", "cause: first"),
        step("2026-03-09T09:00", "supplement_received", "complete: false"),
        step("2026-03-10T09:00", "supplement_notice", *NOTICE, "due_by: 2026-03-17", f"cause: {cause}"),
        step("2026-03-11T09:00", "supplement_received", "complete: true"),
        answered("2026-03-12T09:00", "done"),
    )
    assert codes(text) == expected


def test_lapsed_on_and_after_the_due_day() -> None:
    notice = step("2026-03-05T10:00", "supplement_notice", *NOTICE, "due_by: 2026-03-12", "cause: first")
    assert codes(case(notice, step("2026-03-13T09:00", "lapsed"))) == []
    assert codes(case(notice, step("2026-03-11T09:00", "lapsed"))) == ["NV424"]


def consulted(units: str = "[zjj]") -> str:
    return step(
        "2026-03-05T10:00", "consulted", f"units: {units}", "question: 能不能作经营场所？", "reply_by: 2026-03-12"
    )


def reply(stance: str = "agree", *more: str) -> str:
    return step(
        "2026-03-06T09:00", "consult_answered", "unit: zjj", f"stance: {stance}", "basis: 可以。", *more, by="zjj-005"
    )


def test_cross_department_answered_after_consulting_is_clean() -> None:
    assert codes(case(consulted(), reply(), INTERIM, DONE, **CROSS)) == []


def test_escalation_frees_from_open_consults() -> None:
    assert codes(case(consulted(), escalated("2026-03-06T09:00"), INTERIM, DONE, **CROSS)) == []
    assert codes(case(consulted(), INTERIM, DONE, **CROSS)) == ["NV418"]


def test_consensus_reached_later_is_clean() -> None:
    split = step(
        "2026-03-06T09:10", "conferred", "units: [zjj]", "consensus: false", "minutes: 看法不同。", by="scjgj-002"
    )
    agreed = step(
        "2026-03-06T09:40", "conferred", "units: [zjj]", "consensus: true", "minutes: 已经一致。", by="scjgj-002"
    )
    assert codes(case(consulted(), reply("disagree"), split, INTERIM, DONE, **CROSS)) == ["NV422"]
    assert codes(case(consulted(), reply("disagree"), split, INTERIM, agreed, DONE, **CROSS)) == []
    assert (
        codes(case(consulted(), reply("disagree"), split, INTERIM, escalated("2026-03-06T09:45"), DONE, **CROSS)) == []
    )


def test_suspension_lists_what_is_missing() -> None:
    from tests.checks.bench import judge

    bare = step("2026-03-06T09:00", "suspended", "kind: study", "from: 2026-03-06", by="scjgj-002")
    interim = INTERIM.replace("2026-03-06T09:30", "2026-03-09T09:30")
    found = judge(case(SUBMITTED, bare, interim))
    assert [one.code for one in found] == ["NV413"]
    for word in ("批准人", "原因", "文件", "复核日期", "告知申请人"):
        assert word in found[0].message


def test_suspension_dated_back_is_a_note() -> None:
    whole = (
        "kind: study", "from: 2026-03-05", "approver: scjgj-002", "reason: 要研究。", "document: {title: 请示}",
        "review_by: 2026-03-27", "applicant_told: true",
    )  # fmt: skip
    interim = INTERIM.replace("2026-03-06T09:30", "2026-03-09T09:30")
    assert codes(case(SUBMITTED, step("2026-03-06T09:00", "suspended", *whole, by="scjgj-002"), interim)) == ["NV457"]


def test_superior_answers_with_a_document() -> None:
    result = ("decision: do", "document: {title: 省局复函, number: 皖市监函〔2026〕3号}")
    for more in (result, ("decision: do", "documents: [{title: 电话记录}]")):
        text = case(
            SUBMITTED,
            escalated("2026-03-06T09:00", "superior"),
            step("2026-03-06T09:30", "escalation_result", *more, by="scjgj-002"),
            DONE,
        )
        assert codes(text) == []


def test_refused_licence_with_its_papers_is_clean() -> None:
    papers = (
        "document: {type: 不予许可决定书, number: 池市监不许〔2026〕1号, date: 2026-03-06}",
        "remedies: {body: 池州市人民政府, days: 60, court: 池州市贵池区人民法院}",
    )
    refused = REFUSED + "".join(f"  {line}\n" for line in papers)
    text = case(
        PROPOSED, OPINION, APPROVED, refused, DELIVERED, kind="application", matter=LICENCE, accepted="2026-03-05T09:30"
    )
    assert codes(text) == []
    enquiry = case(PROPOSED, OPINION, APPROVED, REFUSED, DELIVERED, kind="enquiry", matter=LICENCE)
    assert codes(enquiry) == []


def test_order_by_time() -> None:
    assert codes(case(SUBMITTED, DONE, DONE.replace("T10:00", "T11:00"))) == ["NV401"]
    assert codes(case(SUBMITTED, DONE, step("2026-03-09T09:00", "note", "text: 电话回访没有人接。"))) == []
    stranger = step(
        "2026-03-05T11:00", "consult_answered", "unit: zrzy", "stance: agree", "basis: 可以。", by="zrzy-002"
    )
    asked = case(consulted(), stranger, reply(), INTERIM, DONE, **CROSS)
    assert codes(asked) == ["NV401"]
    (found,) = judge(asked)
    assert "里没有“池州市自然资源和规划局”" in found.message
    (unknown,) = (one for one in judge(asked.replace("unit: zrzy", "unit: nobody")) if one.code == "NV401")
    assert "里没有“nobody”" in unknown.message


def test_a_struck_step_breaks_nothing() -> None:
    strike = step("2026-03-06T09:00", "struck", "entry: 2", "why: 记错了件。", "approver: scjgj-002", by="scjgj-002")
    wrong = step("2026-03-05T11:00", "resumed", "from: 2026-03-05", by="scjgj-002")
    assert codes(case(SUBMITTED, wrong, strike, DONE)) == []


def test_slips() -> None:
    assert codes(case(SUBMITTED, DONE, facts="办不了")) == ["NV453"]
    assert codes(case(SUBMITTED, DONE, reason="{main: R99}")) == ["NV450"]
    special = {"track": "special", "track_reason": "情况特殊"}
    assert codes(case(SUBMITTED, INTERIM, DONE, **special)) == ["NV454"]
    assert codes(case(SUBMITTED, SUBMITTED, DONE)) == ["NV455"]
    assert codes(case(consulted(), reply("not_ours"), INTERIM, DONE, **CROSS)) == ["NV456"]
    assert codes(case(consulted(), reply("not_ours", "to: zrzy"), INTERIM, DONE, **CROSS)) == []
    extended = step(
        "2026-03-06T09:00",
        "extended",
        "until: 2026-03-20",
        "approver: scjgj-002",
        "applicant_told: true",
        by="scjgj-002",
    )
    assert codes(case(SUBMITTED, extended, DONE)) == ["NV458"]


def test_details_of_another_result() -> None:
    text = DONE + "  redirect: {unit: zjj, how: 到住建窗口交材料, phone: 0566-2023456}\n"
    assert codes(case(SUBMITTED, text)) == ["NV459"]


def test_not_cured_must_agree_with_what_was_brought() -> None:
    text = case(
        step("2026-03-05T10:00", "supplement_notice", *NOTICE, "due_by: 2026-03-12", "cause: first"),
        step("2026-03-09T09:00", "supplement_received", "complete: true"),
        step("2026-03-10T09:00", "supplement_notice", *NOTICE, "due_by: 2026-03-17", "cause: not_cured"),
        step("2026-03-11T09:00", "supplement_received", "complete: true"),
        answered("2026-03-12T09:00", "done"),
    )
    assert codes(text) == ["NV452"]


def test_form_with_empty_boxes_is_a_note() -> None:
    assert codes(case(PROPOSED, APPROVED, REFUSED, DELIVERED)) == ["NV451"]
    only_applicant = step("2026-03-06T10:01", "delivered", "copy: applicant", "method: handed")
    assert codes(case(PROPOSED, OPINION, APPROVED, REFUSED, only_applicant)) == ["NV451"]


RULES = [
    "N0",
    "N1",
    "N2",
    "N3.1a",
    "N3.1b",
    "N3.2a",
    "N3.2b",
    "N3.3a",
    "N3.3b",
    "N3.3c",
    "N3.3d",
    "N3.3e",
    "N3.3f",
    "N3.3g",
    "N3.3h",
    "N3.3i",
    "N4.1",
    "N4.2a",
    "N4.2b",
    "N4.2c",
    "N4.2d",
    "N4.2e",
    "N4.2f",
    "N4.3a",
    "N4.3b",
    "N4.3c",
    "N5",
    "N5.4",
    "F1",
    "F2",
]


def test_every_rule_of_the_notice_is_covered_or_needs_nothing() -> None:
    assert sorted(coverage.COVERED | coverage.NEEDS_NONE) == sorted(RULES)
    assert not coverage.COVERED.keys() & coverage.NEEDS_NONE.keys()
    for codes_of_rule in coverage.COVERED.values():
        assert codes_of_rule
        assert all(code in CATALOGUE for code in codes_of_rule)


def test_what_replaces_a_voided_case_keeps_its_day() -> None:
    def told(other: str) -> bool:
        more = ("reason: 重复登记", "approver: scjgj-002", f"replaced_by: {other}")
        return "NV461" in codes(case(SUBMITTED, step("2026-03-05T17:00", "voided", *more, by="scjgj-002")))

    others = ("scjgj-20260304-01", "scjgj-20260305-09", "scjgj-20260306-01")
    assert [told(other) for other in others] == [False, False, True]


def test_another_record_is_not_this_one() -> None:
    own = "scjgj-20260305-01"
    told = codes(case(SUBMITTED, step("2026-03-05T12:00", "linked", f"id: {own}", "relation: 同一件"), DONE))
    assert told == ["NV462"]


def test_a_unit_does_not_consult_itself() -> None:
    asked = step("2026-03-05T11:00", "consulted", "units: [zjj, scjgj]", "question: 能不能办", "reply_by: 2026-03-12")
    assert "NV463" in codes(case(asked, **CROSS))
    assert "NV463" not in codes(case(consulted(), **CROSS))
    alone = step("2026-03-05T11:00", "consulted", "units: [scjgj]", "question: 能不能办", "reply_by: 2026-03-12")
    assert "NV421" in codes(case(alone, DONE, **CROSS))  # asking itself is no consultation
    assert "NV421" not in codes(case(asked, DONE, **CROSS))


def test_a_reclassification_changes_the_track() -> None:
    def changed(at: str, track: str) -> str:
        more = (f"track: {track}", "reason: 要集体研究。", "approver: scjgj-002")
        return step(at, "reclassified", *more, by="scjgj-002")

    special, again = changed("2026-03-05T11:00", "special"), changed("2026-03-05T12:00", "special")
    assert "NV466" not in codes(case(SUBMITTED, special, INTERIM, DONE))
    found = [one for one in judge(case(SUBMITTED, special, again, INTERIM, DONE)) if one.code == "NV466"]
    assert [(one.field, one.severity) for one in found] == [("log.3.track", "warning")]
    assert codes(case(SUBMITTED, changed("2026-03-05T11:00", "general"), DONE)) == ["NV466"]


def test_a_case_is_handed_over_to_somebody_else() -> None:
    def given(to: str) -> list[str]:
        return codes(case(SUBMITTED, step("2026-03-05T11:00", "handed_over", "from: scjgj-007", f"to: {to}"), DONE))

    assert given("scjgj-002") == []
    assert given("scjgj-007") == ["NV467"]


def test_a_correction_changes_something() -> None:
    def corrected(now: str) -> list[str]:
        more = ("field: matter.name", "was: 企业名称争议处理", f"now: {now}", "why: 写漏了。")
        return codes(case(SUBMITTED, step("2026-03-05T11:00", "corrected", *more), DONE))

    assert corrected("企业名称争议裁决") == []
    assert corrected("企业名称争议处理") == ["NV468"]


def test_a_step_is_struck_once() -> None:
    def strike(at: str, entry: int) -> str:
        return step(at, "struck", f"entry: {entry}", "why: 记错件了。", "approver: scjgj-002", by="scjgj-002")

    note = step("2026-03-05T10:30", "note", "text: 另一件的事。")
    once, twice = strike("2026-03-05T11:00", 2), strike("2026-03-05T12:00", 2)
    assert "NV469" not in codes(case(SUBMITTED, note, once, DONE))
    assert "NV469" in codes(case(SUBMITTED, note, once, twice, DONE))
    revived = strike("2026-03-05T11:30", 3)  # the first strike is struck itself: this one is the first that counts
    assert "NV469" not in codes(case(SUBMITTED, note, once, revived, twice, DONE))
