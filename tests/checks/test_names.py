"""Names and contacts: what counts as masked, and what is said when it is not."""

from typing import Any

import pytest

from noveto.checks.common import nowhere
from noveto.checks.names import is_masked_contact, is_masked_person, is_masked_trader, name_findings


@pytest.mark.parametrize(
    "name",
    ["王**", "王*", "欧阳**", "欧阳*", "王某", "王某某", "王女士", "王先生", "王＊＊", "王××", "王**、李**", "王**等3人", "王**（法定代表人）",
     "阿**·**", "J***", "***", "王**和李*", "(王**)"],
)  # fmt: skip
def test_masked_person(name: str) -> None:
    assert is_masked_person(name) == (name != "(王**)")


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "王明",
        "王*明",
        "王小*",
        "欧阳小明",
        "王**、李小红",
        "王**（王小明之父）",
        "John",
        "J. Smith",
        "王",
        "申请人",
        "王**明",
    ],
)
def test_unmasked_person(name: str) -> None:
    assert not is_masked_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "某餐馆",
        "某餐馆(王**)",
        "某餐馆（经营者：王**）",
        "王**",
        "贵池区某小吃店",
        "某理发店（个体工商户）",
        "某餐馆（总店）",
        "贵池区王**水果店",
    ],
)
def test_masked_trader(name: str) -> None:
    assert is_masked_trader(name)


@pytest.mark.parametrize(
    "name", ["王小明水果店", "某餐馆(王小明)", "某餐馆（经营者：段誉）", "贵池区老街小吃店", "某餐馆（欧阳锋）"]
)
def test_unmasked_trader(name: str) -> None:
    assert not is_masked_trader(name)


@pytest.mark.parametrize(
    "contact",
    [
        "138****1111",
        "0566****123",
        "138＊＊＊＊1111",
        "138xxxx1111",
        "无",
        "未留",
        "见密封册",
        "zh***@qq.com",
        "微信 wan***",
    ],
)
def test_masked_contact(contact: str) -> None:
    assert is_masked_contact(contact)


@pytest.mark.parametrize(
    "contact",
    ["13800001111", "2023456", "0566-2023456", "138**0001111", "zhang@qq.com", "微信 wanghao88", "138000011***"],
)
def test_unmasked_contact(contact: str) -> None:
    assert not is_masked_contact(contact)


def record(**party: str) -> dict[str, Any]:
    return {"applicant": party, "log": None}


def found(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.code, f.field) for f in name_findings(value, file="x.yml", locate=nowhere)]


def test_codes_by_kind_of_applicant() -> None:
    assert found(record(kind="person", name="王小明")) == [("NV611", "applicant.name")]
    mends = {
        name: next(name_findings(record(kind="person", name=name), file="x.yml", locate=nowhere)).fix
        for name in ("欧阳娜娜", "Ｗ**", "匿名")
    }
    assert "写成 欧阳**" in mends["欧阳娜娜"]
    assert "写成 W**" in mends["Ｗ**"]
    assert "anonymous（匿名）" in mends["匿名"]
    assert found(record(kind="sole_trader", name="王小明水果店")) == [("NV612", "applicant.name")]
    assert found(record(kind="enterprise", name="池州市王小明食品有限公司", contact="微信 wanghao88")) == [
        ("NV613", "applicant.contact")
    ]
    assert found(record(kind="organisation", name="某村民委员会", contact="0566****123")) == []
    assert found(record(kind="anonymous")) == []


def test_complainant_is_masked_too() -> None:
    value = {"complainant": {"kind": "person", "name": "李小红", "contact": "138****1111"}, "log": None}
    assert found(value) == [("NV611", "complainant.name")]
    del value["complainant"]["kind"]  # taken for a person
    assert found(value) == [("NV611", "complainant.name")]


def test_a_name_inside_a_correction_stands_in_the_file_too() -> None:
    entry = {"step": "corrected", "field": "applicant.name", "was": "王**", "now": "王小明"}
    assert found({**record(kind="person", name="王**"), "log": [entry]}) == [("NV611", "log.1.now")]
    whole = {
        "step": "corrected",
        "field": "applicant",
        "now": {"kind": "person", "name": "李小红", "contact": "2023456"},
    }
    assert found({**record(kind="person", name="王**"), "log": [whole]}) == [
        ("NV611", "log.1.now.name"),
        ("NV613", "log.1.now.contact"),
    ]


def test_a_number_in_full_is_told_once() -> None:
    assert found(record(kind="enterprise", name="某公司", contact="13800001111")) == []  # NV601 of the text
    assert found(record(kind="enterprise", name="某公司", contact="2023456")) == [("NV613", "applicant.contact")]


def test_messages_do_not_repeat_the_name() -> None:
    for finding in name_findings(
        record(kind="person", name="欧阳小明", contact="13800001111"), file="", locate=nowhere
    ):
        assert "小明" not in finding.message + finding.fix
        assert "13800001111" not in finding.message + finding.fix
        assert finding.severity == "error"
        assert finding.fix
