"""Every code of these groups is produced by some test, and every entry of the catalogue is fit to be read."""

import re
from pathlib import Path

import pytest

from noveto.findings import CATALOGUE

TESTS = Path(__file__).parents[1]
MINE = sorted(
    code
    for code in CATALOGUE
    if (code < "NV280" and code >= "NV200") or code[:3] in ("NV3", "NV4", "NV6") or "NV170" <= code <= "NV179"
)
BY_TABLE = {"NV242", "NV243"} | {
    f"NV{n}" for n in range(231, 242)
}  # test_late produces each clock's code from the table


def test_every_code_is_produced_by_a_test() -> None:
    sources = [*(TESTS / "checks").glob("test_*.py"), *(TESTS / "honest").rglob("*.findings.txt")]
    sources += (TESTS / "ledger").rglob("test_*.py")
    named = set(
        re.findall(r"NV\d{3}", "".join(path.read_text("utf-8") for path in sources if path.name != Path(__file__).name))
    )
    assert set(MINE) - named - BY_TABLE == set()


@pytest.mark.parametrize("code", MINE)
def test_entry_is_complete(code: str) -> None:
    rule = CATALOGUE[code]
    assert rule.code == code
    assert rule.title
    assert rule.message.rstrip().endswith(("。", "？", "}"))
    assert rule.fix.rstrip().endswith(("。", "？", "}"))
    assert rule.explain.endswith("。")
    for text in (rule.title, rule.message, rule.fix, rule.explain):
        assert not re.search(r"非法|无效|失败|veto(?!_)", text)


def test_severities_by_group() -> None:
    for code in MINE:
        severity = CATALOGUE[code].severity
        if code.startswith(("NV17", "NV6")):
            assert severity == "error"
        elif code.startswith("NV4"):
            assert severity != "error"
