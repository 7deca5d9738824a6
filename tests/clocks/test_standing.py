"""代岗: a step written by the deputy of the one whose it is; never one that she may write in her own post."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from tests.clocks.conftest import _build

from noveto.clocks import stand_ins
from noveto.records.model import Entry
from noveto.records.registry import build_registry

STAFF = build_registry(
    {
        "staff": {
            "staff": [
                {"id": "u-01", "name": "经办", "unit": "rsj", "role": "clerk", "deputies": [{"id": "u-02"}]},
                {"id": "u-02", "name": "同事", "unit": "rsj", "role": "clerk"},
                {"id": "u-03", "name": "窗口负责人", "unit": "rsj", "role": "head", "deputies": [{"id": "u-02"}]},
                {
                    "id": "u-04",
                    "name": "领导",
                    "unit": "rsj",
                    "role": "leader",
                    "deputies": [{"id": "u-03"}, {"id": "u-05", "from": "2026-03-06", "to": "2026-03-10"}],
                },
                {"id": "u-05", "name": "副职", "unit": "rsj", "role": "leader"},
                {"id": "u-06", "name": "别人", "unit": "rsj", "role": "clerk"},
            ]
        }
    }
)


def stood(*log: tuple[str, str, str, dict[str, Any]]) -> dict[int, str]:
    entries = tuple(
        Entry(n, datetime.fromisoformat(f"{at}T10:00"), by, step, data) for n, (at, by, step, data) in enumerate(log, 1)
    )
    return dict(stand_ins(replace(_build("2026-03-05"), clerk="u-01", log=entries), STAFF))


TO_LEADER = ("2026-03-05", "u-01", "submitted", {"to": "u-04"})


@pytest.mark.parametrize(
    ("by", "tagged"), [("u-01", {}), ("u-02", {1: "u-01"}), ("u-03", {}), ("u-06", {})], ids=lambda item: str(item)
)
def test_the_clerks_own_steps(by: str, tagged: dict[int, str]) -> None:
    assert stood(("2026-03-06", by, "answered", {"result": "done"})) == tagged


def test_what_is_everybodys_to_write_is_never_tagged() -> None:
    for step in ("note", "linked", "corrected", "called_back", "consult_answered", "intervened"):
        assert stood(("2026-03-06", "u-02", step, {})) == {}


def test_who_took_the_case_over_stands_in_for_nobody() -> None:
    over = ("2026-03-05", "u-03", "handed_over", {"from": "u-01", "to": "u-02"})
    assert stood(over, ("2026-03-06", "u-02", "answered", {})) == {}


def test_a_head_decides_for_the_leader() -> None:
    review = ("2026-03-05", "u-03", "unit_review", {"decision": "do"})
    assert stood(TO_LEADER, review) == {2: "u-04"}
    assert stood(review) == {1: "u-04"}  # whoever it was handed to
    assert stood(TO_LEADER, ("2026-03-05", "u-03", "window_opinion", {"stance": "agree"})) == {}
    assert stood(TO_LEADER, ("2026-03-05", "u-02", "window_opinion", {"stance": "agree"})) == {2: "u-03"}


def test_another_leader_stands_in_only_for_whom_it_was_given_to_and_only_then() -> None:
    for day, tagged in (("2026-03-05", {}), ("2026-03-06", {2: "u-04"}), ("2026-03-11", {})):
        assert stood(TO_LEADER, (day, "u-05", "unit_review", {"decision": "do"})) == tagged
    assert stood(("2026-03-06", "u-05", "unit_review", {"decision": "do"})) == {}
