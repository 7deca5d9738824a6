"""One finding for each real mistake, at its place, with a mend (the broken files hold the wording)."""

import pytest

from noveto.schema import Schemas
from noveto.source import load


def told(schemas, value, nowhere, kind="case"):
    return [(one.code, one.field) for one in schemas.check(kind, value, nowhere, "a.yml")]


def test_a_valid_record_has_no_findings(schemas, records, nowhere):
    for kind, value in records:
        assert schemas.check(kind, value, nowhere, "a.yml") == []


def test_a_misspelt_required_key_is_one_mistake(schemas, case, nowhere):
    case["trackk"] = case.pop("track")

    assert told(schemas, case, nowhere) == [("NV131", "trackk")]


def test_each_of_several_mistakes_is_told_once(schemas, case, nowhere):
    del case["facts"]
    case["kind"] = "请求"
    case["applicant"]["kind"] = "人"
    case["log"][0]["how"] = "微信"

    assert sorted(told(schemas, case, nowhere)) == [
        ("NV130", "facts"),
        ("NV133", "applicant.kind"),
        ("NV133", "kind"),
        ("NV133", "log.1.how"),
    ]


def test_an_unknown_step_does_not_blame_its_fields(schemas, case, nowhere):
    case["log"][0]["step"] = "回答"

    assert told(schemas, case, nowhere) == [("NV134", "log.1.step")]


def test_conditions_are_named_in_words(schemas, case, nowhere):
    del case["track_reason"]

    (found,) = schemas.check("case", case, nowhere, "a.yml")
    assert found.code == "NV147"
    assert "“类别”写的是 special（特殊事项）" in found.message
    assert "类别理由" in found.message


def test_general_matters_need_no_reason(schemas, case, nowhere):
    del case["track_reason"]
    case["track"] = "general"

    assert told(schemas, case, nowhere) == []


@pytest.mark.parametrize("kind", ["person", "enterprise", "sole_trader", "organisation"])
def test_whoever_is_not_anonymous_has_a_name(schemas, case, nowhere, kind):
    case["applicant"] = {"kind": kind}

    assert told(schemas, case, nowhere) == [("NV147", "applicant.name")]


def test_a_blank_text_is_refused(schemas, case, nowhere):
    case["facts"] = " \n　"

    assert told(schemas, case, nowhere) == [("NV143", "facts")]


def test_a_line_feed_at_the_end_of_a_date_is_refused(schemas, case, nowhere):
    """Python's `$` would let it pass, other validators would not."""
    case["raised"] += "\n"

    assert told(schemas, case, nowhere) == [("NV139", "raised")]


def test_only_dependent_facts_may_be_left_out(schemas, case, nowhere):
    """Their absence is an honest breach, which must be accepted (records.md section 3)."""
    base = {"at": "2026-10-12T09:00", "by": "rsj-002"}
    case["log"] = [
        base | {"step": "suspended", "kind": "study", "from": "2026-10-12"},
        base | {"step": "reclassified", "track": "general", "reason": "不用征询"},
        base | {"step": "extended", "until": "2026-11-20"},
        base | {"step": "supplement_notice", "items": ["身份证"], "due_by": "2026-10-20", "cause": "first"},
        base | {"step": "answered", "result": "refused", "how": "phone", "told_to": "self", "text": "不能办"},
        base | {"step": "answered", "result": "redirected", "how": "phone", "told_to": "self", "text": "去别处"},
        base | {"step": "answered", "result": "to_petition", "how": "phone", "told_to": "self", "text": "转信访"},
    ]

    assert told(schemas, case, nowhere) == []


@pytest.mark.parametrize("field", ["id", "unit", "track", "log.1.by", "log.1.step"])
def test_what_cannot_be_corrected(schemas, case, nowhere, field):
    case["log"].append(
        {"at": "2026-10-12T09:00", "by": "rsj-002", "step": "corrected", "field": field, "now": "x", "why": "错"}
    )

    assert told(schemas, case, nowhere) == [("NV148", "log.2.field")]


@pytest.mark.parametrize(
    ("field", "needs"), [("raised", True), ("accepted", True), ("log.1.at", True), ("facts", False)]
)
def test_correcting_a_time_needs_an_approver(schemas, case, nowhere, field, needs):
    case["log"].append(
        {"at": "2026-10-12T09:00", "by": "rsj-002", "step": "corrected", "field": field, "now": "x", "why": "错"}
    )

    assert told(schemas, case, nowhere) == ([("NV147", "log.2.approver")] if needs else [])


def test_numbers_of_persons_are_never_echoed(schemas, case, nowhere):
    for number in ("13812345678", "138 1234 5678", "34170219800101123X", "6222021234567890123", "0566-1234567"):
        case["clerk"] = f"张某 {number}"
        case["track"] = number
        case[f"电话{number}"] = "x"
        for one in schemas.check("case", case, nowhere, "a.yml"):
            assert number not in one.message + one.fix + one.field
            assert number[-6:] not in one.message + one.fix + one.field
        del case[f"电话{number}"]


def test_places_are_those_of_the_text(schemas):
    text = "units:\n- id: a\n  name: 甲局\n  level: 市\n- id: a\n  name: 乙局\n  levle: city\n"
    loaded = load(text.encode(), file="units.yml")

    found = schemas.check("units", loaded.value, loaded, "units.yml")
    assert [(one.line, one.column, one.code) for one in found] == [(4, 10, "NV133"), (7, 3, "NV131"), (5, 7, "NV150")]


def test_a_broken_schema_file_is_named(tmp_path):
    from noveto.errors import UserError

    (tmp_path / "case.schema.json").write_text("{", encoding="utf-8")

    with pytest.raises(UserError, match=r"case\.schema\.json"):
        Schemas.load(tmp_path).check("case", {}, None, "a.yml")


def test_a_ledger_may_widen_its_own_schema(tmp_path, schemas, case, nowhere):
    import json

    wider = json.loads(json.dumps(schemas.schema("case")))
    wider["properties"]["weather"] = {"type": "string", "title": "天气", "description": "那天的天气。"}
    (tmp_path / "case.schema.json").write_text(json.dumps(wider), encoding="utf-8")
    own = Schemas.load(tmp_path)
    case["weather"] = "晴"

    assert own.digest != schemas.digest
    assert own.check("case", case, nowhere, "a.yml") == []
    assert own.label("case", "weather") == "天气"
    assert own.label("units", "units.level") == "层级"
    assert told(schemas, case, nowhere) == [("NV132", "weather")]
    assert Schemas.load(tmp_path).digest == own.digest


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ("to: 2024-10-31", "from: 2024-11-01", True),
        ("to: 2024-10-31", "from: 2024-10-31", False),
        ("from: 2024-11-01", "to: 2024-10-31", True),
        ("from: 2019-01-01", "from: 2024-11-01", False),
    ],
)
def test_one_id_may_have_a_dated_history(schemas, first, second, fits):
    text = (
        f"units:\n- {{id: sjj, name: 旧名, level: city, {first}}}\n- {{id: sjj, name: 新名, level: city, {second}}}\n"
    )
    loaded = load(text.encode(), file="units.yml")

    found = schemas.check("units", loaded.value, loaded, "units.yml")
    assert [one.code for one in found] == ([] if fits else ["NV150"])


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", " "])
def test_a_code_with_unseen_blanks_is_told_of_them(schemas, case, nowhere, blank):
    case["kind"] = f"request{blank}"

    (found,) = schemas.check("case", case, nowhere, "a.yml")
    assert (found.code, found.fix) == ("NV133", "前后有看不见的空格，可能是粘贴带进来的：删掉，只留 request。")
