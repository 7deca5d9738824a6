"""steps.yml: who may write what, dated changes, and what is refused."""

import copy
import re
from datetime import date
from pathlib import Path

import pytest

from noveto.errors import UserError
from noveto.ledger.places import RECORDS
from noveto.resources import resource
from noveto.rules import Bodies, RulesError, State, Steps, parse_steps, relations
from noveto.rules.check import check_rules
from noveto.schema import Schemas
from noveto.source import load

SHIPPED = resource("schema/steps.yml")


@pytest.fixture(scope="module")
def steps():
    return Steps.load(SHIPPED)


@pytest.fixture
def value():
    return copy.deepcopy(load(SHIPPED.read_bytes(), file="steps.yml", bare_log=False).value)


def test_every_step_of_the_schemas_has_its_rule_and_the_same_title(steps):
    schemas = Schemas.bundled()
    for kind in RECORDS:
        rules = steps.machine(kind).steps
        assert set(rules) == set(schemas.steps(kind))
        for name, step in rules.items():
            assert step.title == schemas.label(kind, f"log.{name}")
            assert step.cite
            for field, cases in step.when.items():
                assert set(cases) <= {code for code, _ in schemas.options(kind, f"log.{name}.{field}")}
            for mark in (*step.effect.sets.values(), *step.effect.clears.values()):
                if mark:
                    schemas.label(kind, f"log.{name}.{mark}")


def test_every_state_can_be_reached_and_every_flag_be_set(steps):
    for kind in RECORDS:
        machine = steps.machine(kind)
        effects = [
            effect
            for step in machine.steps.values()
            for effect in (step.effect, *(one for cases in step.when.values() for one in cases.values()))
        ]
        assert {machine.start, *(phase for one in effects for phase in one.becomes.values())} == set(machine.phases)
        assert {flag for one in effects for flag in one.sets} == set(machine.flags)


MAY = [
    ("clerk", "own", "submitted", True),
    ("head", "own", "submitted", True),
    ("leader", "own", "submitted", False),
    ("clerk", "own", "window_opinion", False),
    ("head", "own", "window_opinion", True),
    ("clerk", "own", "unit_review", False),
    ("leader", "own", "unit_review", True),
    ("clerk", "recorder", "unit_review", True),
    ("clerk", "recorder", "confirmed", False),
    ("admin", "recorder", "unit_review", False),
    ("leader", "consulted", "unit_review", False),
    ("clerk", "consulted", "consult_answered", True),
    ("clerk", "own", "consult_answered", False),
    ("clerk", "consulted", "answered", False),
    ("supervisor", "centre", "intervened", True),
    ("clerk", "own", "intervened", False),
    ("analyst", "bureau", "classified", True),
    ("analyst", "bureau", "answered", False),
    ("leader", "own", "suspended", True),
    ("clerk", "own", "suspended", False),
    ("leader", "own", "struck", True),
    ("clerk", "own", "voided", False),
    ("clerk", "writer", "corrected", True),
    ("clerk", "own", "corrected", False),
    ("leader", "own", "escalation_result", False),
    ("leader", "own_escalated", "escalation_result", True),
    ("clerk", "own_escalated", "escalation_result", False),
    ("clerk", "yingshangban_escalated", "escalation_result", True),
    ("clerk", "yingshangban", "escalation_result", False),
    ("clerk", "own", "nothing", False),
    ("nobody", "own", "submitted", False),
    ("clerk", "stranger", "submitted", False),
]


@pytest.mark.parametrize(("role", "relation", "step", "may"), MAY)
def test_who_may_write_what(steps, role, relation, step, may):
    assert steps.may(role, relation, step) is may


def test_a_deputy_has_both_roles(steps):
    assert not steps.may("head", "own", "unit_review")
    assert steps.may(("head", "leader"), "own", "unit_review")


def test_a_consulted_unit_can_answer_and_remark_and_nothing_else(steps):
    """screens.md section 10, check 10."""
    everyone = ("clerk", "head", "leader")
    assert {name for name in steps.steps if steps.may(everyone, "consulted", name)} == {"consult_answered"}


def test_complaints_and_improvements(steps):
    assert steps.may("clerk", "accused", "replied", "complaint")
    assert not steps.may("clerk", "accused", "answered", "complaint")
    assert steps.may("supervisor", "centre", "answered", "complaint")
    assert steps.may("analyst", "bureau", "effect", "improvement")
    assert not steps.may("leader", "owner", "effect", "improvement")


BODIES = Bodies(bureau="sjj", centre="zwzx", yingshangban="ysb")


def test_relations_of_a_unit_to_a_case():
    state = State("gathered", {"consulting": frozenset({"zjj"}), "escalated": frozenset({"yingshangban"})})

    def of(unit, **more):
        return relations(unit, own="scjgj", state=state, bodies=BODIES, **more)

    assert of("scjgj") == {"own"}
    assert of("zjj") == {"consulted"}
    assert of("wjw") == frozenset()
    assert of("ysb") == {"yingshangban", "yingshangban_escalated"}
    assert of("zwzx") == {"centre"}
    assert of("sjj", writer="sjj") == {"bureau", "writer"}
    assert of("") == frozenset()
    raised = State("submitted", {"escalated": frozenset({"superior"})})
    assert relations("scjgj", own="scjgj", state=raised, bodies=BODIES) == {"own", "own_escalated"}
    assert relations("ysb", own="scjgj", state=raised, bodies=BODIES) == {"yingshangban"}
    assert relations("rsj", own="", state=raised, bodies=BODIES, accused=["rsj"], owner="rsj") == {"accused", "owner"}


def test_a_dated_change_binds_steps_from_its_day_on(value):
    change = {
        "title": "答复",
        "cite": "会议纪要",
        "after": ["decided"],
        "becomes": "answered",
        "who": {"own": ["head"]},
    }
    value["entries"].append({"from": "2026-07-01", "cite": "会议纪要", "case": {"steps": {"answered": change}}})
    steps = parse_steps(value)

    def wrong(day):
        return [one.step for one in steps.violations([{"at": f"{day}T09:00", "step": "answered"}])]

    assert wrong("2026-06-30") == []
    assert wrong("2026-07-01") == ["answered"]
    assert steps.may("clerk", "own", "answered", day=date(2026, 6, 30))
    assert not steps.may("clerk", "own", "answered")
    assert steps.may("clerk", "own", "submitted")
    assert steps.may("clerk", "own", "submitted", day=date(1999, 1, 1))


def test_digest_is_that_of_the_file(steps):
    import hashlib

    assert steps.digest == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def broken(value, change):
    change(value["entries"][0]["case"])
    with pytest.raises(RulesError) as caught:
        parse_steps(value)
    return ".".join(map(str, caught.value.path)), str(caught.value)


@pytest.mark.parametrize(
    ("change", "path", "word"),
    [
        (lambda case: case.update(start="begun"), "entries.0.case.start", "begun"),
        (lambda case: case["groups"]["open"].append("asleep"), "entries.0.case.groups.open", "asleep"),
        (lambda case: case["headline"].append("loud"), "entries.0.case.headline", "loud"),
        (lambda case: case["lasting"].append("loud"), "entries.0.case.lasting", "loud"),
        (
            lambda case: case["steps"]["answered"].update(after=["opened"]),
            "entries.0.case.steps.answered.after",
            "opened",
        ),
        (
            lambda case: case["steps"]["answered"].update(becomes="open"),
            "entries.0.case.steps.answered.becomes",
            "open",
        ),
        (lambda case: case["steps"]["answered"].update(sets={"x": True}), "entries.0.case.steps.answered.sets", "x"),
        (lambda case: case.pop("phases"), "entries.0.case", "phases"),
        (lambda case: case["groups"].pop("open"), "entries.0.case.groups", "open"),
        (
            lambda case: case["steps"]["unit_review"]["when"]["decision"]["do"].update(unless=["y"]),
            "entries.0.case.steps.unit_review.when.decision.do.unless",
            "y",
        ),
    ],
)
def test_names_that_nothing_defines_are_refused(value, change, path, word):
    where, why = broken(value, change)

    assert where == path
    assert word in why


def test_days_must_increase_and_exist(value):
    entry = {"from": "1999-01-01", "cite": "会议纪要"}
    value["entries"].append(entry)
    with pytest.raises(RulesError, match="先后"):
        parse_steps(value)
    entry["from"] = "2026-02-30"
    with pytest.raises(RulesError, match="2026-02-30"):
        parse_steps(value)


def test_the_first_entry_must_be_complete(value):
    del value["entries"][0]["complaint"]
    with pytest.raises(RulesError, match="complaint"):
        parse_steps(value)


@pytest.mark.parametrize(
    ("old", "new", "line_of", "word"),
    [
        ("start: registered", "start: begun", "start: begun", "begun"),
        (
            "after: [live]\n        who: {own: [head]}",
            "after: [alive]\n        who: {own: [head]}",
            "after: [alive]",
            "alive",
        ),
        ("who: {own: [head]}", "who: {own: [boss]}", "who: {own: [boss]}", "boss"),
        ("title: 答复", "titel: 答复", "titel: 答复", "titel"),
        ("entries:\n", "entries：\n", "entries：", "冒号"),
        ("- from: 2000-01-01", "- from: 2000-1-1", "- from: 2000-1-1", "2000-01-01"),
    ],
)
def test_a_broken_file_is_refused_with_file_line_and_reason(tmp_path, old, new, line_of, word):
    text = SHIPPED.read_text(encoding="utf-8").replace(old, new, 1)
    path = tmp_path / "steps.yml"
    path.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if line_of in row and not row.startswith("#"))

    with pytest.raises(UserError) as caught:
        Steps.load(path)
    message = str(caught.value)
    assert str(path) in message
    assert int(re.search(r"第 (\d+) 行", message)[1]) == line
    assert word in message


def test_what_the_schema_cannot_say_is_a_finding_of_the_check():
    text = SHIPPED.read_text(encoding="utf-8").replace("start: registered", "start: begun", 1)
    loaded = load(text.encode(), file="schema/steps.yml", bare_log=False)

    (found,) = check_rules("steps", loaded.value, loaded, "schema/steps.yml")
    assert (found.code, found.severity, found.field) == ("NV160", "error", "entries.1.case.start")
    assert text.splitlines()[found.line - 1].strip() == "start: begun"
    assert "begun" in found.message
    right = load(SHIPPED.read_bytes(), file="schema/steps.yml", bare_log=False)
    assert check_rules("steps", right.value, right, "schema/steps.yml") == []


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=re.escape(str(tmp_path / "steps.yml"))):
        Steps.load(Path(tmp_path / "steps.yml"))


def test_rules_and_schemas_name_the_same_steps():
    text = SHIPPED.read_text(encoding="utf-8").replace(
        "      submitted:\n        title", "      submited:\n        title", 1
    )
    loaded = load(text.encode(), file="schema/steps.yml", bare_log=False)
    (found,) = check_rules("steps", loaded.value, loaded, "schema/steps.yml")
    assert text.splitlines()[found.line - 1].strip() == "submited:"
    assert "submitted" in found.message

    value = load(SHIPPED.read_bytes(), file="schema/steps.yml", bare_log=False).value
    del value["entries"][0]["complaint"]["steps"]["replied"]
    (found,) = check_rules("steps", value, load(SHIPPED.read_bytes(), file="x", bare_log=False), "schema/steps.yml")
    assert "replied（单位回复）" in found.message


def test_an_older_file_follows_the_package_for_kinds_it_does_not_know(value, steps):
    for kind in ("period", "review"):
        del value["entries"][0][kind]

    old = parse_steps(value)

    assert old.machine("period").steps == steps.machine("period").steps
    assert old.may("analyst", "bureau", "frozen", "period")
    assert check_rules("steps", value, load(b"a: b\n", file="x"), file="x") == []


def test_a_unit_objects_and_the_bureau_answers_and_freezes(steps):
    assert steps.may("head", "objector", "objection", "period")
    assert steps.may("leader", "objector", "objection", "period")
    assert not steps.may("analyst", "bureau", "objection", "period")
    assert not steps.may("leader", "objector", "objection_answered", "period")
    assert not steps.may("leader", "objector", "frozen", "period")
    assert not steps.may("clerk", "recorder", "frozen", "period")
    assert relations("rsj", own="", state=State("checking"), bodies=Bodies(bureau="sjj"), objector="rsj") == {
        "objector"
    }
