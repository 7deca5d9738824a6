from typing import Any

import pytest

from noveto.records.effective import effective

HEAD: dict[str, Any] = {"id": "rsj-20260305-01", "track": "general", "matter": {"name": "旧名", "category": "other"}}


def entry(step: str, **fields: Any) -> dict[str, Any]:
    return {"at": "2026-03-05T10:00", "by": "rsj-001", "step": step, **fields}


def corrected(field: str, now: str, **more: Any) -> dict[str, Any]:
    return entry("corrected", field=field, now=now, why="写漏", **more)


def test_nothing_to_apply_returns_the_record_itself() -> None:
    value = {**HEAD, "log": [entry("note", text="看过")]}

    assert effective(value).value is value


def test_corrections_chain_on_the_effective_value() -> None:
    log = [corrected("matter.name", "新名", was="旧名"), corrected("matter.name", "最新", was="新名")]

    found = effective({**HEAD, "log": log})

    assert found.value["matter"]["name"] == "最新"
    assert [(c.n, c.was, c.now) for c in found.corrections] == [(1, "旧名", "新名"), (2, "新名", "最新")]
    assert HEAD["matter"]["name"] == "旧名"


def test_a_log_field_is_corrected_by_its_number_and_an_absent_one_is_added() -> None:
    log = [entry("submitted", to="rsj-002"), corrected("log.1.at", "2026-03-05T09:00", was="2026-03-05T10:00"),
           corrected("remark", "补记")]  # fmt: skip

    found = effective({**HEAD, "log": log})

    assert found.value["log"][0]["at"] == "2026-03-05T09:00"
    assert found.value["remark"] == "补记"
    assert not found.problems


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (corrected("matter.name", "x", was="错的旧值"), "was"),
        (corrected("matter.name", "x"), "was"),
        (corrected("track", "special", was="general"), "fixed"),
        (corrected("log.1.by", "rsj-009", was="rsj-001"), "fixed"),
        (corrected("log.9.text", "x"), "field"),
        (corrected("log.2.why", "x"), "field"),
        (corrected("nowhere.name", "x"), "field"),
        (entry("struck", entry="7", why="错件", approver="rsj-002"), "entry"),
    ],
)
def test_what_cannot_be_applied_is_told_and_changes_nothing(change: dict[str, Any], kind: str) -> None:
    value = {**HEAD, "log": [entry("note", text="看过"), change]}

    found = effective(value)

    assert [problem.kind for problem in found.problems] == [kind]
    assert found.value == value


def test_a_strike_of_a_strike_revives_the_entry() -> None:
    log = [entry("note", text="一"), entry("struck", entry="1", why="x", approver="a"),
           entry("struck", entry="2", why="y", approver="a")]  # fmt: skip

    assert effective({**HEAD, "log": log}).struck == {2}
    assert effective({**HEAD, "log": log[:2]}).struck == {1}


def test_a_struck_correction_is_not_applied() -> None:
    log = [corrected("matter.name", "新名", was="旧名"), entry("struck", entry="1", why="x", approver="a")]

    assert effective({**HEAD, "log": log}).value["matter"]["name"] == "旧名"
