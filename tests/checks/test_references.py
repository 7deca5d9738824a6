"""References: to the registry on the day, to other records, and inside the registry."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from tests.checks.bench import DONE, SUBMITTED, case, codes, judge, record, registry

from noveto.checks import reference_findings, registry_findings
from noveto.findings import Finding
from noveto.records.registry import Table, build_registry


def one(text: str, kind: str = "case", **more: object) -> Finding:
    found = [finding for finding in judge(text, kind, **more) if finding.code.startswith("NV3")]  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found[0]


def test_known_references_are_clean() -> None:
    assert codes(case(SUBMITTED, DONE)) == []


@pytest.mark.parametrize(
    ("text", "code", "field", "hint"),
    [
        (case(SUBMITTED, DONE, window="scjgj-w3"), "NV302", "window", "scjgj-w03"),
        (case(SUBMITTED, DONE, clerk="scjgj-7"), "NV303", "clerk", "scjgj-007"),
        (case(SUBMITTED.replace("to: scjgj-002", "to: scjg-002"), DONE), "NV303", "log.1.to", "scjgj-002"),
        (case(SUBMITTED.replace("to: scjgj-002", "to: scjgj-902"), DONE), "NV303", "log.1.to", "scjgj-002"),
        (case(SUBMITTED.replace("by: scjgj-007", "by: nobody-at-all"), DONE), "NV303", "log.1.by", "登记册"),
        (
            case(SUBMITTED, DONE, matter="{id: m-105, name: 企业名称争议处理, category: market_entry}"),
            "NV304",
            "matter.id",
            "m-0105",
        ),
        (
            case(SUBMITTED, DONE, matter="{name: 别的事项名称, category: other, unit: zjjj}"),
            "NV301",
            "matter.unit",
            "zjj",
        ),
        (case(SUBMITTED, DONE, related="[{id: scjgj-20260304-1}]"), "NV306", "related.1.id", "案件查询"),
    ],
)
def test_unknown_references(text: str, code: str, field: str, hint: str) -> None:
    found = one(text)
    assert (found.code, found.field, found.severity) == (code, field, "error")
    assert hint in found.fix
    assert found.line > 0


def test_names_the_step_and_field_in_words() -> None:
    found = one(case(SUBMITTED.replace("to: scjgj-002", "to: scjgj-902"), DONE))
    assert found.message.startswith("第 1 步“提交研究”的“")
    assert "scjgj-902" in found.message


def test_related_records() -> None:
    text = case(SUBMITTED, DONE, related="[{id: gjj-20260303-01}]")
    assert codes(text, ids={"gjj-20260303-01"}) == []
    assert "gjj-20260303-02" in one(text, ids={"gjj-20260303-02"}).fix
    held = record(text)
    assert reference_findings(held, registry(), None) == []


def test_staff_who_left_and_who_came() -> None:
    left = next(p for p in registry().staff.items_in_order if p.ends and p.unit == "rsj")
    text = case(SUBMITTED.replace("by: scjgj-007", f"by: {left.id}"), DONE)
    found = one(text)
    assert found.code == "NV310"
    assert str(left.ends) in found.message
    assert left.name in found.message
    early = left._replace(begins=date(2026, 3, 9), ends=None)
    table = Table(tuple(early if p is left else p for p in registry().staff.items_in_order))
    late = reference_findings(record(text), replace(registry(), staff=table), {"x"})
    assert [f.code for f in late] == ["NV310"]


def test_cases_of_who_left_are_handed_over_afterwards_and_to_somebody_who_is_there() -> None:
    left = next(p for p in registry().staff.items_in_order if p.ends and p.unit == "rsj")
    step = "- at: 2026-03-05T10:05\n  by: rsj-001\n  step: handed_over\n  from: {}\n  to: {}\n"

    def found(giver: str, taker: str) -> list[str]:  # but for the warning that the taker is of another unit
        return [code for code in codes(case(step.format(giver, taker), DONE)) if code != "NV312"]

    assert found(left.id, "rsj-005") == []
    assert found("rsj-005", left.id) == ["NV310"]
    assert found("rsj-999", "rsj-005") == ["NV303"]


def test_unit_that_was_renamed_names_its_successor() -> None:
    old = next(unit for unit in registry().units.items_in_order if unit.ends and unit.successor)
    redirect = f"  redirect: {{unit: {old.id}, how: 到窗口办理, phone: 0566-2023456}}\n"
    text = case(SUBMITTED, DONE.replace("result: done", "result: redirected") + redirect)
    found = one(text)
    assert found.code == "NV308"
    assert old.successor in found.fix


def test_window_not_in_use() -> None:
    windows = tuple(
        w._replace(ends=date(2026, 3, 1)) if w.id == "scjgj-w03" else w for w in registry().windows.items_in_order
    )
    found = reference_findings(record(case(SUBMITTED, DONE)), replace(registry(), windows=Table(windows)), set())
    assert [f.code for f in found] == ["NV309"]


def test_window_of_another_unit() -> None:
    found = one(case(SUBMITTED, DONE, window="rsj-w01"))
    assert found.code == "NV311"
    assert "scjgj-w01" in found.fix
    comprehensive = next(w.id for w in registry().windows.values() if w.kind == "comprehensive")
    assert codes(case(SUBMITTED, DONE, window=comprehensive)) == []
    redirect = "  redirect: {unit: zjj, window: rsj-w01, how: 到窗口办理}\n"
    text = case(SUBMITTED, DONE.replace("result: done", "result: redirected") + redirect)
    assert one(text).field == "log.2.redirect.window"


def test_clerk_of_another_unit_is_a_warning() -> None:
    found = one(case(SUBMITTED, DONE, clerk="rsj-005"))
    assert (found.code, found.severity) == ("NV312", "warning")
    assert found.message.startswith("“经办人”（clerk）写的是“rsj-005”")


@pytest.mark.parametrize("step", ["submitted", "handed_over"])
def test_a_case_given_to_somebody_of_another_unit_is_a_warning(step: str) -> None:
    given = SUBMITTED.replace("scjgj-002", "rsj-002")
    if step == "handed_over":
        given = SUBMITTED + SUBMITTED.replace("step: submitted", "step: handed_over\n  from: scjgj-007").replace(
            "scjgj-002", "rsj-005"
        )
    found = one(case(given))
    assert (found.code, found.field.rpartition(".")[2]) == ("NV312", "to")
    assert "不在" in found.message


def test_licence_not_marked_is_a_warning() -> None:
    matter = "{id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj}"
    assert one(case(SUBMITTED, DONE, matter=matter, kind="application")).code == "NV314"
    assert codes(case(SUBMITTED, DONE, matter=matter, kind="enquiry")) == []


def test_broken_registry_file_is_not_held_against_records() -> None:
    text = case(SUBMITTED, DONE, clerk="nobody-1", matter="{id: m-9999, name: 没有的事项, category: other}")
    broken = replace(registry(), staff=Table(), matters=Table(), broken=frozenset({"staff", "matters"}))
    assert reference_findings(record(text), broken, set()) == []


def test_reference_mended_by_a_correction() -> None:
    mend = (
        "- at: 2026-03-06T12:00\n  by: scjgj-007\n  step: corrected\n  field: log.1.to\n  was: scjgj-902\n"
        "  now: {}\n  why: 写错一位\n"
    )
    wrong = SUBMITTED.replace("scjgj-002", "scjgj-902")
    assert codes(case(wrong, DONE, mend.format("scjgj-002"))) == []
    text = case(wrong, DONE, mend.format("scjgj-903"))
    found = one(text)
    assert found.field == "log.1.to"
    assert "now: scjgj-903" in text.splitlines()[found.line - 1]


COMPLAINT = """\
id: czdt-c20260305-01
hall: {hall}
received: 2026-03-05T09:40
complex: false
channel: window
complainant: {{kind: person, name: 李**, contact: 139****2222}}
about: {about}
kind: buck_passing
facts: 申请人说两个窗口互相推，跑了三趟都没有人登记。
log:
- at: 2026-03-05T10:00
  by: zwzx-003
  step: assigned
  to: {to}
- at: 2026-03-06T10:00
  by: zwzx-003
  step: became_case
  id: {case}
- at: 2026-03-06T11:00
  by: zwzx-003
  step: answered
  finding: upheld
  text: 属实，已经登记办理。
"""


def complaint(
    hall: str = "czdt",
    about: str = "{unit: scjgj, window: scjgj-w03}",
    to: str = "scjgj",
    made: str = "scjgj-20260306-01",
) -> str:
    return COMPLAINT.format(hall=hall, about=about, to=to, case=made)


def test_complaints() -> None:
    ids = {"scjgj-20260306-01"}
    assert codes(complaint(), "complaint", ids=ids) == []
    assert codes(complaint(to="scjgj-002"), "complaint", ids=ids) == []
    assert codes(complaint(), "complaint") == ["NV306"]
    assert codes(complaint(about="{unit: rsj, window: scjgj-w03}"), "complaint", ids=ids) == ["NV311"]
    assert codes(complaint(about="{case: scjgj-20260306-09}"), "complaint", ids=ids) == ["NV306"]
    assert codes(complaint(to="nobody"), "complaint", ids=ids) == ["NV303"]
    no_units = replace(registry(), units=Table(), broken=frozenset({"units"}))
    assert reference_findings(record(complaint(), "complaint"), no_units, ids) == []  # a unit, or nobody knows
    text = complaint(hall="czda").replace("id: czdt-", "id: czda-", 1)
    found = one(text, "complaint", ids=ids)
    assert (found.code, found.field) == ("NV305", "hall")
    assert "czdt" in found.fix


IMPROVEMENT = """\
id: gj-2026-001
opened: 2026-03-05
from: [scjgj-20260305-01, scjgj-20260305-02]
root_cause: law_gap
owner: scjgj
measure: 请局里定出共享厨房的登记办法。
target_date: 2026-06-30
log:
"""


def test_improvements() -> None:
    assert codes(IMPROVEMENT, "improvement", ids={"scjgj-20260305-01", "scjgj-20260305-02"}) == []
    found = one(IMPROVEMENT, "improvement", ids={"scjgj-20260305-01"})
    assert (found.code, found.field) == ("NV306", "from.2")
    assert (
        codes(
            IMPROVEMENT.replace("owner: scjgj", "owner: scjgj-002"),
            "improvement",
            ids={"scjgj-20260305-01", "scjgj-20260305-02"},
        )
        == []
    )


# -- ids ---------------------------------------------------------------------------------------------------------

GOOD = "records/cases/scjgj/2026-03/scjgj-20260305-01.yml"


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        (GOOD, {}, []),
        ("upload.yml", {}, ["NV320"]),
        ("scjgj-20260305-01.yml", {}, []),
        ("records/cases/scjgj/2026-04/scjgj-20260305-01.yml", {}, ["NV323"]),
        ("records/cases/rsj/2026-03/scjgj-20260305-01.yml", {}, ["NV323"]),
        ("records/cases/scjgj/2026-03/scjgj-20260305-02.yml", {}, ["NV320"]),
        ("records/cases/rsj/2026-03/scjgj-20260305-01.yml", {"unit": "rsj", "window": "rsj-w01", "clerk": "rsj-005"}, ["NV321", "NV312"]),
        ("records/cases/scjgj/2026-03/scjgj-20260306-01.yml", {"id": "scjgj-20260306-01"}, ["NV322"]),
        ("records/cases/scjgj/2026-02/scjgj-20260228-01.yml", {"id": "scjgj-20260228-01"}, ["NV322"]),  # not NV323 too
        (GOOD, {"unit": "scjgx"}, ["NV321", "NV301"]),  # nor that the clerk is not of an unknown unit
    ],
)  # fmt: skip
def test_id_agrees_with_file_unit_day_and_folder(path: str, head: dict[str, str], expected: list[str]) -> None:
    assert codes(case(SUBMITTED, DONE, **head), path=path) == expected


def test_id_is_not_derived_again_after_a_correction() -> None:
    mend = (
        "- at: 2026-03-06T12:00\n  by: scjgj-007\n  step: corrected\n  field: raised\n  was: 2026-03-05T09:40\n"
        "  now: 2026-03-04T16:40\n  why: 写错日期\n  approver: scjgj-002\n"
    )
    assert "NV322" not in codes(case(SUBMITTED, DONE, mend), path=GOOD)


def test_a_complainant_need_not_say_what_kind_he_is() -> None:
    text = complaint().replace("kind: person, ", "", 1)
    assert "complainant: {name" in text
    assert codes(text, "complaint", ids={"scjgj-20260306-01", "scjgj-20260305-01"}) == []


def test_ids_of_complaints_and_improvements() -> None:
    ids = {"scjgj-20260306-01", "scjgj-20260305-01", "scjgj-20260305-02"}
    assert codes(complaint(), "complaint", ids=ids, path="records/complaints/czdt/2026-03/czdt-c20260305-01.yml") == []
    assert codes(IMPROVEMENT, "improvement", ids=ids, path="records/improvements/2026/gj-2026-001.yml") == []
    assert codes(IMPROVEMENT, "improvement", ids=ids, path="records/improvements/2025/gj-2026-001.yml") == ["NV323"]


# -- the registry itself -------------------------------------------------------------------------------------------

UNITS = [{"id": "a", "name": "甲局", "level": "city"}, {"id": "b", "name": "乙局", "level": "city"}]
HALLS = [{"id": "h", "name": "大厅"}]
WINDOWS = [{"id": "a-w01", "name": "甲窗", "hall": "h", "unit": "a", "kind": "unit"}]
STAFF = [{"id": "a-001", "name": "张某", "unit": "a", "role": "clerk"}]
MATTERS = [{"id": "m-0001", "name": "事项", "category": "other", "unit": "a"}]
OFFICE = {"name": "台账", "city": "某市", "bureau": {"unit": "a", "name": "甲局"}}


def registered(**more: object) -> list[Finding]:
    values = {"units": UNITS, "halls": HALLS, "windows": WINDOWS, "staff": STAFF, "matters": MATTERS}
    plain = {name: {name: more.get(name, rows)} for name, rows in values.items()} | {
        "office": more.get("office", OFFICE)
    }
    files = {
        name: SimpleNamespace(
            path=f"records/registry/{name}.yml", value=value, position=lambda path, key=False: (len(path), 1)
        )
        for name, value in plain.items()
    }
    return list(registry_findings(files, build_registry(plain)))  # type: ignore[arg-type]


def test_sample_registry_is_sound() -> None:
    assert registered() == []


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"windows": [{**WINDOWS[0], "hall": "x"}]}, "NV305", "windows.1.hall"),
        ({"windows": [{**WINDOWS[0], "unit": "x"}]}, "NV301", "windows.1.unit"),
        ({"staff": [{**STAFF[0], "windows": ["a-w01", "a-w02"]}]}, "NV302", "staff.1.windows.2"),
        ({"staff": [{**STAFF[0], "deputies": [{"id": "a-009"}]}]}, "NV303", "staff.1.deputies.1.id"),
        (
            {"staff": [{**STAFF[0], "deputies": [{"id": "a-001", "from": "2026-03-02", "to": "2026-03-01"}]}]},
            "NV331",
            "staff.1.deputies.1.to",
        ),
        ({"matters": [{**MATTERS[0], "windows": ["x"]}]}, "NV302", "matters.1.windows.1"),
        ({"units": [{**UNITS[0], "deputies": ["x"]}]}, "NV303", "units.1.deputies.1"),
        ({"units": [UNITS[0], {**UNITS[1], "parent": "x"}]}, "NV301", "units.2.parent"),
        ({"units": [{**UNITS[0], "from": "2026-03-02", "to": "2026-03-01"}]}, "NV331", "units.1.to"),
        ({"units": [{**UNITS[0], "parent": "b"}, {**UNITS[1], "parent": "a"}]}, "NV332", "units.1.parent"),
        ({"units": [{**UNITS[0], "successor": "a"}]}, "NV332", "units.1.successor"),
        ({"office": {**OFFICE, "centre": {"unit": "x", "name": "中心"}}}, "NV301", "centre.unit"),
    ],
)
def test_registry_against_itself(more: dict[str, object], code: str, field: str) -> None:
    found = registered(**more)
    assert [(f.code, f.field, f.severity) for f in found] == [(code, field, "error")]
    assert found[0].fix


def test_two_persons_do_not_share_an_account_or_an_address() -> None:
    first = {**STAFF[0], "account": "zhang", "emails": ["z@example.cn"]}
    other = {"id": "a-777", "name": "李某", "unit": STAFF[0]["unit"], "role": "clerk"}

    found = registered(staff=[first, {**other, "account": "Zhang", "emails": ["l@example.cn", "Z@example.cn"]}])
    assert [(one.code, one.field) for one in found] == [
        ("NV333", "staff.2.account"),
        ("NV333", "staff.2.emails.2"),
    ]
    assert STAFF[0]["id"] in found[0].message

    dated = {**first, "to": "2026-03-31"}
    assert registered(staff=[dated, {**other, "account": "zhang", "from": "2026-04-01"}]) == []
    assert registered(staff=[dated, {**first, "from": "2026-04-01"}]) == []
