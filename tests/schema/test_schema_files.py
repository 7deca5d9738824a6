"""The schema files themselves: well-formed, complete, in Chinese, usable offline."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from noveto.ledger.places import RECORDS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "schema").glob("*.schema.json"))
MINE = [
    ROOT / "schema" / f"{kind}.schema.json"
    for kind in (
        *RECORDS,
        *("office", "units", "halls", "windows", "staff", "matters", "steps"),
    )
]
CHINESE = re.compile("[\u4e00-\u9fff]")


def parsed(path):
    return json.loads(path.read_text(encoding="utf-8"))


def objects(node, at="#"):
    """Yield every dict of a schema with its place."""
    if isinstance(node, dict):
        yield at, node
        for key, value in node.items():
            yield from objects(value, f"{at}/{key}")
    elif isinstance(node, list):
        for n, value in enumerate(node):
            yield from objects(value, f"{at}/{n}")


def test_every_kind_has_its_schema():
    assert set(MINE) <= set(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_is_valid_under_the_meta_schema(path):
    schema = parsed(path)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_needs_nothing_from_elsewhere(path):
    schema = parsed(path)

    assert schema["$id"].startswith("urn:noveto:")
    for at, node in objects(schema):
        assert node.get("$ref", "#/").startswith("#/"), at
        assert "\\d" not in str(node.get("pattern", "")), f"{at}: \\d also means full-width digits to some validators"


@pytest.mark.parametrize("path", MINE, ids=lambda path: path.name)
def test_every_field_and_code_is_named_and_explained_in_chinese(path):
    schema = parsed(path)
    for at, node in objects(schema):
        if re.search(r"/(if|then|not)(/|$)", at):
            continue
        for name, field in node.get("properties", {}).items() if isinstance(node.get("properties"), dict) else ():
            if field is True or field is False:
                continue
            field = {**(schema["$defs"][field["$ref"].rsplit("/", 1)[1]] if "$ref" in field else {}), **field}
            assert CHINESE.search(field.get("title", "")), f"{at}: {name} has no Chinese title"
            assert CHINESE.search(field.get("description", "")), f"{at}: {name} has no Chinese description"
        for option in node.get("oneOf", ()):
            assert set(option) <= {"const", "title", "description"}, at
            assert CHINESE.search(option["title"]), f"{at}: {option['const']}"


@pytest.mark.parametrize("path", MINE, ids=lambda path: path.name)
def test_objects_are_closed(path):
    """Schemas may only ever be widened, so nothing may slip in unnamed from the start."""
    for at, node in objects(parsed(path)):
        if "properties" not in node or re.search(r"/(if|then)(/|$)", at) or at.endswith("/properties"):
            continue
        if at.endswith("$defs/entry"):
            assert len(node["allOf"]) == len(node["properties"]["step"]["oneOf"])  # closed by its step
        else:
            assert node.get("additionalProperties") is False, at


def test_shared_types_are_the_same_in_every_file():
    seen = {}
    for path in MINE:
        for name, node in parsed(path).get("$defs", {}).items():
            if not name.startswith(("step_", "entry")):
                assert seen.setdefault(name, (path.name, node))[1] == node, f"{name}: {path.name}, {seen[name][0]}"
    for name in ("step_corrected", "step_struck", "step_voided", "step_note", "step_suspended", "step_resumed"):
        versions = [json.dumps(parsed(path)["$defs"][name]) for path in MINE if name in parsed(path).get("$defs", {})]
        assert len(versions) > 1
        assert len(set(versions)) == 1


CONTRACT = {
    "entry.mode": "paper outage migrated",
    "handling": "do_now coordinate guide assist",
    "kind": "enquiry request application",
    "channel": "window guide_desk online hotline complaint transfer",
    "applicant.kind": "person enterprise sole_trader organisation anonymous",
    "track": "general special cross_department",
    "reason.main": "R01 R02 R03 R04 R05 R06 R07 R08 R09 R10 R11 R12 R13 R14 R15 R99",
    "log.step": "submitted veto_proposed window_opinion unit_review consulted consult_answered conferred interim_reply "
    "supplement_notice supplement_received lapsed escalated escalation_result suspended review_extended resumed "
    "reclassified extended explained intervened handed_over confirmed answered delivered filed disputed reopened "
    "withdrawn called_back classified filing_checked corrected struck voided linked note redacted",
    "log.submitted.mode": "written oral meeting collective",
    "log.window_opinion.stance": "agree disagree raise",
    "log.unit_review.decision": "do approve_refusal veto_rejected return raise",
    "log.consult_answered.stance": "agree conditional disagree not_ours",
    "log.supplement_notice.cause": "first new_item not_cured changed",
    "log.escalated.to": "unit_leadership yingshangban superior",
    "log.escalation_result.decision": "do approve_refusal veto_rejected guidance",
    "log.suspended.kind": "study expert",
    "log.reclassified.track": "general special cross_department",
    "log.answered.result": "done refused redirected explained to_petition",
    "log.answered.how": "in_person phone sms post online",
    "log.answered.told_to": "self agent",
    "log.delivered.copy": "applicant bureau window",
    "log.delivered.method": "handed posted electronic refused impossible",
    "log.filed.via": "paper",
    "log.classified.root_cause": "law_gap rule_conflict system data staffing training applicant history",
    "log.note.kind": "contact_attempt urged",
    "log.note.how": "in_person phone sms post online",
}


@pytest.mark.parametrize(("field", "codes"), CONTRACT.items())
def test_codes_of_a_case_are_those_of_the_contract(schemas, field, codes):
    assert [code for code, _ in schemas.options("case", field)] == codes.split()


def test_codes_of_other_records_are_those_of_the_contract(schemas):
    def codes(kind, field):
        return " ".join(code for code, _ in schemas.options(kind, field))

    assert codes("complaint", "kind") == "cannot_get_done vetoed_without_procedure buck_passing attitude other"
    assert codes("complaint", "log.answered.finding") == "upheld partly not_upheld"
    assert {"assigned", "replied", "became_case", "answered", "called_back"} <= set(schemas.steps("complaint"))
    assert {"progress", "done", "effect"} <= set(schemas.steps("improvement"))
    assert codes("units", "units.level") == "city county park"
    assert codes("windows", "windows.kind") == "unit comprehensive guide_desk banbucheng"
    assert codes("staff", "staff.role") == "clerk head leader supervisor analyst admin"
    assert codes("office", "links") == "intranet gateway none"


def test_categories_are_those_of_the_notice(schemas):
    words = (
        "市场准入, 不动产登记, 社会保障, 医疗保障, 户政出入境交管, 住房公积金, 工程建设, 税务, 自然资源规划, 生态环境, 卫生健康, "
        "交通运输, 教育, 民政, 就业人事, 应急管理, 农业农村, 文化旅游, 司法公证, 水电气网, 其他"
    )

    assert [word for _, word in schemas.options("case", "matter.category")] == words.split(", ")
    assert schemas.options("case", "matter.category") == schemas.options("matters", "matters.category")
    assert schemas.word("case", "matter.category", "market_entry") == "市场准入"


def test_another_checker_accepts_schemas_and_records():
    """check-jsonschema reads the YAML with a parser of its own."""
    run = [sys.executable, "-m", "check_jsonschema"]
    valid = ROOT / "tests" / "schema" / "valid"

    subprocess.run([*run, "--check-metaschema", *map(str, MINE)], check=True, capture_output=True)
    for kind in RECORDS:
        files = [str(path) for path in valid.glob(f"{kind}-*.yml")]
        schema = str(ROOT / "schema" / f"{kind}.schema.json")
        subprocess.run([*run, "--schemafile", schema, *files], check=True, capture_output=True)


def test_another_checker_refuses_a_broken_record():
    broken = ROOT / "tests" / "broken" / "case" / "code-misspelt.yml"
    run = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(ROOT / "schema" / "case.schema.json")]

    assert subprocess.run([*run, str(broken)], check=False, capture_output=True).returncode == 1
