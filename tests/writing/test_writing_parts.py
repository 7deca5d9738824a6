"""Writing without a terminal: heads, numbers, fields, text, verdicts, dates."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.demo.generate import load_registry
from noveto.errors import UserError
from noveto.ledger import Context
from noveto.ledger.places import path_of
from noveto.schema import Schemas
from noveto.source import load
from noveto.source.append import append_text
from noveto.writing.draft import HEAD, WAYS, build_entry, build_head, case_path, merged, new_ref, next_id
from noveto.writing.due import due_words
from noveto.writing.fields import lacking, parse_settings
from noveto.writing.message import commit_message, redaction_message, shared_message
from noveto.writing.prompt import ask_for
from noveto.writing.skeleton import ledger_files
from noveto.writing.text import entry_text, head_text, record_text
from noveto.writing.validate import Ids, added, validate, view_of

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 10, 10)
SCHEMAS = Schemas.bundled()
FIELDS = [field for field in SCHEMAS.fields("case") if field.name != "log"]


@pytest.fixture(scope="module")
def registry():
    return load_registry()


@pytest.fixture(scope="module")
def context():
    return Context(ROOT)


def head_of(registry, **fields):
    given = merged({"applicant": {"name": "王**"}, "facts": "早年断缴六个月，要求补缴。"}, fields)
    return build_head(
        registry, registry.staff["rsj-005"], datetime(2026, 10, 10, 9, 12), name="rsj-20261010-01",
        matter=registry.matters["m-0301"], fields=given, ref="k7f3q9x2",
    )  # fmt: skip


# -- numbers -------------------------------------------------------------------------------------------


@given(st.sets(st.integers(1, 300), max_size=40), st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_the_next_number_follows_the_highest(taken, day):
    ids = [f"rsj-{day:%Y%m%d}-{n:02d}" for n in taken]
    others = [f"zjj-{day:%Y%m%d}-77", f"rsj-{day + timedelta(1):%Y%m%d}-88", f"rsj-{day:%Y%m%d}-xx"]
    found = next_id([*ids, *others], "rsj", day)

    assert int(found.rsplit("-", 1)[1]) == max(taken, default=0) + 1
    assert found not in ids
    assert case_path(found) == path_of(found)


def test_ten_thousand_cases_a_day_are_too_many():
    with pytest.raises(ValueError, match="用完"):
        next_id(["rsj-20261010-9999"], "rsj", TODAY)


def test_the_key_of_the_sealed_register_says_nothing():
    assert new_ref(Random(1)) == new_ref(Random(1))
    assert len({new_ref() for _ in range(50)}) == 50


# -- heads ---------------------------------------------------------------------------------------------


def test_a_head_is_complete_and_in_order(registry):
    head = head_of(registry, grounds={"text": "未查到规定", "basis": [{"title": "《社会保险法》"}]})

    assert [key for key in HEAD if key in head] == list(head)
    assert head["window"] == "rsj-w03"
    assert head["matter"]["category"] == "social_security"
    assert head["applicant"] == {"kind": "person", "name": "王**", "ref": "k7f3q9x2"}
    assert SCHEMAS.is_valid("case", {**head, "log": None})


@pytest.mark.parametrize("way", WAYS)
def test_the_way_gives_the_codes_and_what_is_typed_wins(registry, way):
    clerk, at = registry.staff["rsj-005"], datetime(2026, 10, 10, 9, 12)
    head = build_head(registry, clerk, at, name="rsj-20261010-01", way=way, fields={"channel": "hotline"})

    assert (head["handling"], head["kind"], head["track"]) == (WAYS[way].handling, WAYS[way].kind, WAYS[way].track)
    assert head["channel"] == "hotline"
    assert "matter" not in head


def test_anonymous_applicants_get_no_key(registry):
    head = build_head(
        registry, registry.staff["rsj-005"], datetime(2026, 10, 10, 9, 12), name="x", ref="abc",
        fields={"applicant": {"kind": "anonymous"}},
    )  # fmt: skip

    assert head["applicant"] == {"kind": "anonymous"}


# -- typed fields --------------------------------------------------------------------------------------


def test_settings_are_read_by_the_schema():
    fields = SCHEMAS.step_fields("consulted")
    value = parse_settings(["units=zjj，bdc", "question=以哪份为准？", "reply_by=2026-10-08"], fields)

    assert value == {"units": ["zjj", "bdc"], "question": "以哪份为准？", "reply_by": "2026-10-08"}


def test_lists_of_sentences_are_given_one_by_one():
    fields = SCHEMAS.step_fields("supplement_notice")
    value = parse_settings(["items=身份证复印件，两份", "items=授权委托书", "guide_given=是", "cause=first"], fields)

    assert value == {"items": ["身份证复印件，两份", "授权委托书"], "guide_given": True, "cause": "first"}


def test_codes_may_be_given_in_chinese_and_groups_by_dots():
    value = parse_settings(["reason.main=法规不明确或空白", "applicant.kind=企业", "matter.licensing=否"], FIELDS)

    assert value == {"reason": {"main": "R04"}, "applicant": {"kind": "enterprise"}, "matter": {"licensing": False}}


def test_groups_in_a_list_are_written_as_in_a_record():
    value = parse_settings(["documents=[{title: 身份证复印件}, {title: 委托书, number: 三号}]"], FIELDS)

    assert value == {"documents": [{"title": "身份证复印件"}, {"title": "委托书", "number": "三号"}]}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("track", "要写成 栏目=内容"),
        ("trak=general", "没有“trak”这一栏"),
        ("track=urgent", "general（一般事项）"),
        ("track=", "是空的"),
        ("matter.licensing=maybe", "只能写 true"),
        ("facts.text=x", "没有下一层"),
        ("applicant=王**", "请分开写：applicant.kind"),
        ("documents=身份证", "一项一项的"),
        ("documents=[{title: x", "读不懂"),
    ],
)
def test_a_wrong_setting_says_what_is_allowed(setting, message):
    with pytest.raises(UserError, match=message.replace("[", r"\[")):
        parse_settings([setting], FIELDS)


def test_missing_fields_follow_the_schema_and_its_conditions():
    names = {field.name for field in lacking({"track": "special"}, FIELDS)}

    assert {"applicant", "matter", "facts", "track_reason"} <= names
    assert "track_reason" not in {field.name for field in lacking({"track": "general"}, FIELDS)}


def test_questions_are_asked_until_the_answer_fits():
    said, asked = [], []
    answers = iter(["9", "2", "张三未遮住也收", "在办"])
    value = {"decision": "do"}

    def ask(question):
        asked.append(question)
        return next(answers)

    fields = [field for field in FIELDS if field.name in ("track", "facts")]
    ask_for(value, fields, ask, said.append)

    assert value == {"decision": "do", "track": "special", "facts": "张三未遮住也收"}
    assert len(asked) == 3
    assert any("一般事项" in line for line in said)
    assert any("只能从这些里选" in line for line in said)


# -- text ----------------------------------------------------------------------------------------------


def test_text_reads_back_and_grows_at_its_end(registry):
    head = head_of(registry)
    text = head_text("case", head)
    entry = build_entry("submitted", "rsj-005", datetime(2026, 10, 10, 9, 20), {"to": "rsj-002"}, recorded_by="rsj-001")
    grown = append_text(text.encode(), entry_text(entry))
    loaded = load(grown, file="x.yml")

    assert loaded.plain
    assert loaded.value == {**head, "facts": head["facts"] + "\n", "log": [entry]}
    assert grown.startswith(text.encode())
    assert entry["recorded_by"] == "rsj-001"
    assert record_text("case", loaded.value).encode() == grown


def test_who_types_for_herself_is_not_named_twice():
    entry = build_entry(
        "note", "rsj-005", datetime(2026, 10, 10, 9, 20), {"text": "好"}, recorded_by="rsj-005", mode="oral"
    )

    assert entry == {"at": "2026-10-10T09:20", "by": "rsj-005", "step": "note", "mode": "oral", "text": "好"}


# -- verdicts ------------------------------------------------------------------------------------------


def ids_of(*names):
    known = {path_of(name) for name in names}
    return Ids(lambda path: path in known)


def test_the_checkers_verdict_comes_before_writing(registry, context):
    path = case_path("rsj-20261010-01")
    good = head_text("case", head_of(registry, grounds={"text": "未查到", "basis": [{"title": "《社会保险法》"}]}))
    bad = head_text("case", head_of(registry, facts="电话 13912345678 请回。", window="rsj-w99"))
    found, record = validate(good.encode(), path, context, ids_of(), TODAY)
    wrong, _ = validate(bad.encode(), path, context, ids_of(), TODAY)

    assert [finding.code for finding in found if finding.severity == "error"] == []
    assert record is not None
    assert {"NV601", "NV302"} <= {finding.code for finding in wrong}


def test_a_text_that_is_no_record_has_no_verdict_but_its_errors(context):
    found, record = validate(b"id: [\n", case_path("rsj-20261010-01"), context, ids_of(), TODAY)

    assert record is None
    assert any(finding.severity == "error" for finding in found)


def test_only_what_is_new_is_told(registry, context):
    path = case_path("rsj-20261010-01")
    old = head_text("case", head_of(registry)).encode()
    refusal = build_entry("answered", "rsj-005", datetime(2026, 10, 10, 9, 40),
                          {"result": "refused", "how": "phone", "told_to": "self", "text": "不能办。"})  # fmt: skip
    new = append_text(old, entry_text(refusal))
    before, _ = validate(old, path, context, ids_of(), TODAY)
    after, _ = validate(new, path, context, ids_of(), TODAY)

    assert "NV408" in {finding.code for finding in before}
    fresh = {finding.code for finding in added(before, after)}
    assert "NV403" in fresh
    assert "NV408" not in fresh


def test_a_reference_to_another_record_is_looked_up(registry, context):
    path = case_path("rsj-20261010-01")
    link = build_entry("linked", "rsj-005", datetime(2026, 10, 10, 9, 40), {"id": "rsj-20261009-01"})
    data = append_text(head_text("case", head_of(registry)).encode(), entry_text(link))
    without, _ = validate(data, path, context, ids_of(), TODAY)
    there, _ = validate(data, path, context, ids_of("rsj-20261009-01"), TODAY)

    assert any(finding.code.startswith("NV3") for finding in without)
    assert not any(finding.code.startswith("NV3") for finding in there)


def test_the_date_to_promise_is_told_with_its_days(registry, context):
    path = case_path("rsj-20261010-01")
    _, record = validate(head_text("case", head_of(registry)).encode(), path, context, ids_of(), TODAY)
    words = due_words(view_of(record, context, TODAY), context.calendar, TODAY).splitlines()

    assert words[0] == "答复申请人：10 月 14 日 周三 下班前（3 个工作日：10-12 至 10-14；10-11 周末不计）"
    assert words[1] == "提交研究：10 月 12 日 周一 下班前"


# -- messages and files --------------------------------------------------------------------------------


def test_commit_messages_have_one_form():
    assert commit_message("rsj-20261010-01", "补缴", [("registered", "登记"), ("submitted", "提交研究")]) == (
        "登记并提交研究 rsj-20261010-01：补缴\n\nCase: rsj-20261010-01\nStep: registered\nStep: submitted\n"
    )
    assert shared_message("刘某", ["a", "b"], 5) == "刘某：2 件 5 步\n\nCase: a\nCase: b\n"
    assert "Old-Blob: abc\n" in redaction_message("a", "records/a.yml", "abc", "rsj-002", "误写姓名")


def test_an_empty_ledger_has_all_it_needs():
    files = ledger_files()

    assert {"README.md", ".gitattributes", ".gitignore", "schema/rules.yml", "schema/case.schema.json",
            "records/calendar/2026.yml", "records/registry/staff.yml"} <= set(files)  # fmt: skip
    assert b"merge=union" not in b"".join(
        line for line in files[".gitattributes"].splitlines() if not line.startswith(b"#")
    )
    assert not any(path.startswith("records/cases/") and path.endswith(".yml") for path in files)
