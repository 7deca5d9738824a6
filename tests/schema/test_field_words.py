"""Titles, help and choices of fields, as pages and forms ask for them."""

import pytest

from noveto.ledger.places import RECORDS
from noveto.schema.fields import Condition


@pytest.mark.parametrize(
    ("kind", "path", "title"),
    [
        ("case", "", "办件"),
        ("case", "track", "类别"),
        ("case", "applicant.kind", "对象类别"),
        ("case", "reason.also", "其他原因"),
        ("case", "documents.title", "名称"),
        ("case", "documents.1.title", "名称"),
        ("case", "log", "过程"),
        ("case", "log.step", "步骤"),
        ("case", "log.by", "谁办的"),
        ("case", "log.veto_proposed", "拟否决报批"),
        ("case", "log.veto_proposed.reason.main", "主要原因"),
        ("case", "log.answered.remedies.court", "法院"),
        ("case", "log.answered.text", "答复内容"),
        ("complaint", "about.unit", "单位"),
        ("improvement", "log.effect.before", "改前件数"),
        ("units", "units.level", "层级"),
        ("staff", "staff.deputies.from", "从哪天起"),
        ("office", "bureau.name", "名称"),
    ],
)
def test_labels(schemas, kind, path, title):
    assert schemas.label(kind, path) == title


@pytest.mark.parametrize("path", ["nothing", "track.x", "log.submitted.stance", "reason.main.x"])
def test_unknown_fields_are_a_key_error(schemas, path):
    with pytest.raises(KeyError):
        schemas.label("case", path)


def test_help_and_options(schemas):
    assert "报批" in schemas.describe("case", "log.veto_proposed")
    assert schemas.options("case", "track") == [
        ("general", "一般事项"),
        ("special", "特殊事项"),
        ("cross_department", "跨部门事项"),
    ]
    assert schemas.options("case", "facts") == []
    assert schemas.word("case", "track", "special") == "特殊事项"
    assert schemas.word("case", "track", "unheard") == "unheard"
    assert [name for name, _ in schemas.options("case", "log.step")] == list(schemas.steps("case"))


def test_steps_have_the_same_title_as_choice_and_as_form(schemas):
    for kind in RECORDS:
        for name, title in schemas.options(kind, "log.step"):
            assert schemas.label(kind, f"log.{name}") == title


def test_fields_of_a_step_in_order(schemas):
    fields = {field.name: field for field in schemas.step_fields("answered")}

    assert list(fields)[:5] == ["at", "by", "result", "how", "told_to"]
    assert list(fields)[-3:] == ["recorded_by", "mode", "documents"] or "text" in list(fields)[-4:]
    assert fields["at"].type == "time"
    assert fields["by"].type == "staff"
    assert fields["result"].type == "choice"
    assert fields["result"].options[0][:2] == ("done", "办成")
    assert fields["text"].required
    assert fields["text"].type == "paragraph"
    assert not fields["redirect"].required
    assert fields["redirect"].type == "group"
    assert [inner.name for inner in fields["redirect"].fields] == ["unit", "window", "how", "phone"]
    assert fields["redirect"].conditions == (Condition("meant", "result", ("redirected",)),)
    assert fields["documents"].type == "list"
    assert fields["documents"].item.fields[0].name == "title"
    assert "step" not in fields


def test_conditions_of_a_note(schemas):
    fields = {field.name: field for field in schemas.step_fields("note")}

    assert Condition("required", "kind", ()) in fields["text"].conditions
    assert Condition("required", "kind", ("urged",)) in fields["to"].conditions
    assert Condition("forbidden", "kind", ("contact_attempt",)) in fields["to"].conditions
    assert Condition("meant", "kind", ("contact_attempt",)) in fields["how"].conditions


def test_fields_of_the_head(schemas):
    fields = {field.name: field for field in schemas.fields("case")}

    assert next(iter(fields)) == "id"
    assert fields["window"].type == "window"
    assert fields["raised"].required
    assert not fields["accepted"].required
    assert Condition("required", "track", ("special", "cross_department")) in fields["track_reason"].conditions
    name = next(inner for inner in fields["applicant"].fields if inner.name == "name")
    assert Condition("forbidden", "kind", ("anonymous",)) in name.conditions
    assert [field.name for field in schemas.fields("case", "matter")][:2] == ["id", "name"]
    assert [field.name for field in schemas.fields("units", "units")][:2] == ["id", "name"]


def test_every_step_of_every_kind_can_be_made_into_a_form(schemas):
    known = {
        *("text", "paragraph", "number", "date", "time", "flag", "choice", "group", "list", "any"),
        *("unit", "hall", "window", "staff", "party", "matter", "case", "complaint", "improvement", "record"),
    }

    def all_of(fields):
        for field in fields:
            yield field
            yield from all_of(field.fields)
            if field.item is not None:
                yield from all_of((field.item,))

    for kind in RECORDS:
        for step in schemas.steps(kind):
            for field in all_of(schemas.step_fields(step, kind)):
                assert field.type in known, (step, field)
                assert field.title
                assert (field.type == "choice") == bool(field.options)
