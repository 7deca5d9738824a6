"""Times that cannot be, corrections that cannot be applied."""

from datetime import date, datetime, timedelta

import pytest
from tests.checks.bench import DONE, SUBMITTED, case, codes, judge, record

from noveto.checks import today_findings
from noveto.checks.corrections import correction_findings
from noveto.ledger.judge import judge as judge_form
from noveto.ledger.judge import unpack_findings
from noveto.ledger.record import Record
from noveto.schema import Schemas


def step(at: str, name: str, *lines: str, by: str = "scjgj-007") -> str:
    return f"- at: {at}\n  by: {by}\n  step: {name}\n" + "".join(f"  {line}\n" for line in lines)


SUSPENDED = (
    "kind: study", "approver: scjgj-002", "reason: 要做专题研究。", "document: {title: 请示}", "applicant_told: true",
)  # fmt: skip


def test_future() -> None:
    text = case(SUBMITTED, DONE)
    assert codes(text, today=date(2026, 3, 6)) == []
    found = judge(text, today=date(2026, 3, 5))
    assert [(f.code, f.field, f.severity) for f in found] == [("NV201", "log.2.at", "error")]
    assert "2026-03-06T10:00" in found[0].message
    assert codes(text, today=date(2026, 3, 4)) == ["NV201", "NV201", "NV201"]


def test_future_by_the_minute_when_now_is_known() -> None:
    held = record(case(SUBMITTED))
    at = datetime(2026, 3, 5, 10, 0)
    assert [f.code for f in today_findings(held, [], at.date(), now=at)] == ["NV201"]
    assert today_findings(held, [], at.date(), now=datetime(2026, 3, 5, 10, 5)) == []


def test_accepted_may_be_long_ago_but_not_to_come() -> None:
    assert codes(case(SUBMITTED, DONE, accepted="2014-03-01T09:00")) == []
    assert "NV201" in codes(case(SUBMITTED, DONE, accepted="2026-09-01T09:00"))


def test_too_early_year() -> None:
    text = case(DONE.replace("2026-", "2006-"), id="scjgj-20060305-01", raised="2006-03-05T09:40")
    found = [f for f in judge(text) if f.code == "NV202"]
    assert [f.field for f in found] == ["raised", "log.1.at"]
    assert "NV202" not in codes(case(id="scjgj-20150305-01", raised="2015-03-05T09:40"))


def test_step_before_the_case_was_raised() -> None:
    assert codes(case(SUBMITTED.replace("03-05", "03-04"), DONE)) == ["NV203"]
    assert codes(case(SUBMITTED.replace("T10:05", "T09:35"), DONE)) == ["NV221"]
    late = case(SUBMITTED, DONE, entry="{mode: paper, why: 系统停机}")
    assert codes(late) == []


def test_earlier_supplement_notice_may_be_told() -> None:
    notice = step(
        "2026-03-03T10:00",
        "supplement_notice",
        "items: [平面图]",
        "guide_given: true",
        "due_by: 2026-03-10",
        "cause: first",
    )
    assert "NV203" not in codes(case(notice, SUBMITTED, DONE, accepted="2026-03-02T10:00"))


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-03-06", "2026-03-05", ["NV204"]),
        ("2026-03-06", "2026-03-06", []),
        ("2026-03-06", "2026-03-09", []),
        ("2026-03-05", "2026-03-05", ["NV457"]),  # entered late: it was over before it could count
    ],
)
def test_resumed_before_suspended(since: str, until: str, expected: list[str]) -> None:
    text = case(
        SUBMITTED,
        step("2026-03-06T09:00", "suspended", *SUSPENDED, f"from: {since}", "review_by: 2026-03-27", by="scjgj-002"),
        step("2026-03-06T15:00", "resumed", f"from: {until}", by="scjgj-002"),
        step("2026-03-06T16:00", "interim_reply", "new_date: 2026-03-12", "text: 十二日前答复。"),
        DONE.replace("03-06T10:00", "03-06T17:00"),
    )
    assert codes(text) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        step("2026-03-06T09:00", "consulted", "units: [zjj]", "question: 怎么认定？", "reply_by: 2026-03-05"),
        step("2026-03-06T09:00", "interim_reply", "new_date: 2026-03-05", "text: 晚几天答复。"),
        step("2026-03-06T09:00", "note", "kind: urged", "to: scjgj-002", "promised: 2026-03-05"),
        step(
            "2026-03-06T09:00",
            "supplement_notice",
            "items: [图]",
            "guide_given: true",
            "due_by: 2026-03-05",
            "cause: first",
        ),
    ],
)
def test_promises_lie_ahead(wrong: str) -> None:
    found = [f for f in judge(case(SUBMITTED, wrong)) if f.code == "NV205"]
    assert len(found) == 1
    assert found[0].severity == "error"
    assert found[0].line > 20


def test_review_and_target_dates_lie_ahead() -> None:
    suspended = step(
        "2026-03-06T09:00", "suspended", *SUSPENDED, "from: 2026-03-06", "review_by: 2026-03-05", by="scjgj-002"
    )
    assert "NV205" in codes(case(SUBMITTED, suspended))
    improvement = (
        "id: gj-2026-001\nopened: 2026-03-05\nfrom: [scjgj-20260305-01]\nroot_cause: law_gap\nowner: scjgj\n"
        "measure: 定出办法。\ntarget_date: 2026-03-04\nlog:\n- at: 2026-03-01T09:00\n  by: scjgj-002\n  step: progress\n  text: 起草。\n"
    )
    assert codes(improvement, "improvement", ids={"scjgj-20260305-01"}) == ["NV205", "NV203"]


# -- corrections ---------------------------------------------------------------------------------------------------


def mend(field: str, *lines: str, at: str = "2026-03-06T12:00") -> str:
    return step(at, "corrected", f"field: {field}", *lines, "why: 写错了")


MATTER = "was: 企业名称争议处理"


def test_right_corrections_are_clean() -> None:
    assert codes(case(SUBMITTED, DONE, mend("matter.name", MATTER, "now: 企业字号争议处理"))) == []
    assert codes(case(SUBMITTED, DONE, mend("remark", "now: 补写备注"))) == []
    twice = mend("matter.name", MATTER, "now: 字号争议"), mend("matter.name", "was: 字号争议", "now: 企业字号争议处理")
    assert codes(case(SUBMITTED, DONE, *twice)) == []
    assert (
        codes(
            case(SUBMITTED, DONE, mend("log.2.text", "was: 已经按研究意见办理完毕，当面告知。", "now: 已经办理完毕。"))
        )
        == []
    )


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (mend("matters.name", "now: 甲"), "NV170", "log.3.field"),
        (mend("log.9.text", "now: 甲"), "NV170", "log.3.field"),
        (mend("matter.name", "was: 别的名称", "now: 甲"), "NV172", "log.3.was"),
        (mend("matter.name", "now: 甲"), "NV172", "log.3.field"),
        (mend("remark", "was: 原来没有", "now: 甲"), "NV172", "log.3.was"),
        (step("2026-03-06T12:00", "struck", "entry: 3", "why: 记错件", "approver: scjgj-002", by="scjgj-002"), "NV173", "log.3.entry"),
        (step("2026-03-06T12:00", "struck", "entry: 8", "why: 记错件", "approver: scjgj-002", by="scjgj-002"), "NV173", "log.3.entry"),
    ],
)  # fmt: skip
def test_wrong_corrections(wrong: str, code: str, field: str) -> None:
    found = judge(case(SUBMITTED, DONE, wrong))
    assert [(f.code, f.field, f.severity) for f in found] == [(code, field, "error")]
    assert found[0].line >= 30
    assert found[0].fix


def test_corrections_are_not_corrected() -> None:
    first = mend("matter.name", MATTER, "now: 字号争议")
    found = judge(case(SUBMITTED, DONE, first, mend("log.3.now", "was: 字号争议", "now: 企业字号争议")))
    assert [f.code for f in found] == ["NV175"]


def test_fixed_fields_are_named_even_where_a_schema_lets_them_through() -> None:
    held = record(case(SUBMITTED, DONE))
    value = {
        **held.value,
        "log": [*held.value["log"], {"at": "2026-03-06T12:00", "by": "scjgj-007", "step": "corrected"}],
    }
    for field, word in (("track", "改类"), ("unit", "永远不变"), ("log.1.by", "划销")):
        value["log"][2] |= {"field": field, "was": "x", "now": "y", "why": "写错了"}
        loose = Record("x.yml", "", "case", value, loaded=held.loaded)
        found = list(correction_findings(loose))
        assert [f.code for f in found] == ["NV171"]
        assert word in found[0].message


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (mend("matter.nmae", "now: 企业字号争议"), "matter.nmae"),
        (mend("raised", "was: 2026-03-05T09:40", "now: 昨天", "approver: scjgj-002"), "raised"),
        (mend("applicant.kind", "was: enterprise", "now: company"), "applicant.kind"),
    ],
)
def test_what_is_corrected_must_keep_its_form(wrong: str, name: str) -> None:
    data = case(SUBMITTED, DONE, wrong).encode()
    judged, value, _ = judge_form(data, "case", Schemas.bundled())
    assert not judged.ok
    assert value is None
    found = unpack_findings(judged.findings or b"", "x.yml")
    assert [f.field for f in found] == [name]
    assert "now:" in data.decode().splitlines()[found[0].line - 1]


@pytest.mark.parametrize(
    ("name", "key", "most", "more"),
    [
        ("consulted", "reply_by", 30, ("units: [zjj]", "question: 怎么认定？")),
        ("interim_reply", "new_date", 60, ("text: 晚几天答复。",)),
        ("supplement_notice", "due_by", 183, ("items: [平面图]", "guide_given: true", "cause: first")),
        ("suspended", "review_by", 90, (*SUSPENDED, "from: 2026-03-06")),
        ("review_extended", "review_by", 90, ("approver: scjgj-002",)),
        ("resumed", "from", 30, ()),
        ("note", "promised", 30, ("kind: urged", "to: scjgj-002")),
    ],
)
def test_a_day_named_far_ahead_is_probably_mistyped(name: str, key: str, most: int, more: tuple[str, ...]) -> None:
    day = date(2026, 3, 6)

    def told(ahead: int) -> list[str]:
        text = case(SUBMITTED, step(f"{day}T09:00", name, f"{key}: {day + timedelta(ahead)}", *more))
        return [found.field for found in judge(text) if found.code == "NV222"]

    assert told(most) == []
    assert told(most + 1) == [f"log.2.{key}"]


def test_a_day_named_far_ahead_is_told_whole() -> None:
    asked = step("2026-03-06T09:00", "consulted", "units: [zjj]", "question: 怎么认定？", "reply_by: 2027-03-12")
    found = next(found for found in judge(case(SUBMITTED, asked)) if found.code == "NV222")
    assert found.severity == "warning"
    assert found.message == (
        "第 2 步“征询”的“最迟哪天回复”（reply_by）写的是 2027-03-12，离写这一步的那天（2026-03-06）有 371 天。"
        "跨部门的件连征询带答复一共 10 个工作日，多半是年份或者月份写错了。"
    )
