"""未接通: an answer sent in writing after vain attempts on two days is marked so in the process."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.site.test_clock_lines import case
from tests.statistics.smallcases import calendar

from noveto.ledger.record import Record
from noveto.records.registry import build_registry
from noveto.site.caseprocess import case_process


def tried(day: str) -> dict[str, object]:
    return {"at": f"{day}T10:00", "by": "rsj-005", "step": "note", "kind": "contact_attempt", "how": "phone"}


def answered(day: str, how: str) -> dict[str, object]:
    return {"at": f"{day}T11:00", "by": "rsj-005", "step": "answered", "result": "explained", "how": how}


@pytest.mark.parametrize(
    ("log", "marked"),
    [
        ([tried("2026-02-25"), tried("2026-02-26"), answered("2026-02-26", "sms")], True),
        ([tried("2026-02-25"), tried("2026-02-25"), answered("2026-02-26", "sms")], False),  # on one day only
        ([tried("2026-02-25"), tried("2026-02-26"), answered("2026-02-26", "phone")], False),  # reached after all
        ([tried("2026-02-25"), tried("2026-03-02"), answered("2026-03-02", "post")], False),  # after the due day
    ],
)
def test_an_answer_after_vain_attempts_is_marked(log: list[dict[str, object]], marked: bool) -> None:
    found = case("2026-02-24", *log)
    said = SimpleNamespace(full_person=str, person=str, registry=build_registry({}))
    teller = SimpleNamespace(voc=said, tell=lambda entry, **more: (entry.step, more["tags"]))
    record = Record("", "", "case", {"log": log})
    lines = list(case_process(teller, calendar(), record, found, 2026))  # type: ignore[arg-type]
    assert lines[-1] == ("answered", ("未接通",) if marked else ())
