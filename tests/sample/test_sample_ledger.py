"""The project's own sample ledger: every record right, every case told as an example, the registry complete."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from noveto.checks import record_findings, reference_findings, registry_findings, text_findings
from noveto.clocks import complaint_status, compute_complaint, view
from noveto.ledger import Ledger
from noveto.source import load
from noveto.writing.skeleton import sample_files
from noveto.writing.text import record_text

ROOT = Path(__file__).parents[2]
KINDS = ("case", "complaint", "improvement")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def sample():
    with Ledger.open(ROOT, cache=False, jobs=1) as ledger:
        yield ledger


def records(ledger):
    return [record for kind in KINDS for record in ledger.records(kind)]


def test_nothing_is_wrong_with_any_file(sample):
    ids = {record.id for record in records(sample)}
    errors = [finding for finding in sample.form_findings() if finding.severity == "error"]
    for record in records(sample):
        found = [
            *text_findings(record.data, kind=record.kind, file=record.path),
            *record_findings(record, sample.steps),
            *reference_findings(record, sample.registry, ids),
        ]
        errors += [finding for finding in found if finding.severity in ("error", "warning")]

    assert sample.quarantined == []
    assert errors == []


def test_the_registry_agrees_with_itself(sample):
    files = {
        name: load((ROOT / f"records/registry/{name}.yml").read_bytes(), file=f"records/registry/{name}.yml")
        for name in ("office", "units", "halls", "windows", "staff", "matters")
    }
    found = list(registry_findings(files, sample.registry))

    assert [finding.message for finding in found if finding.severity != "note"] == []


def test_twenty_eight_cases_of_other_cities_are_retold(sample):
    cases = list(sample.records("case"))
    notes = [entry.data["text"] for record in cases for entry in record.case.log if entry.step == "note"]
    sources = [text for text in notes if text.startswith("资料来源：")]

    assert len(cases) == 28
    assert len(sources) == 28
    assert all("假定" in text or "照来源" in text for text in sources)


def test_every_record_says_that_it_is_an_example(sample):
    for record in records(sample):
        assert record.value["remark"] == "示例", record.path


def test_every_kind_and_track_is_there(sample):
    assert {record.case.track for record in sample.records("case")} == {"general", "special", "cross_department"}
    assert sample.count("complaint") >= 3
    assert sample.count("improvement") >= 3
    assert {entry.data["result"] for r in sample.records("case") for entry in r.case.log if entry.step == "answered"} == {
        "done", "refused", "redirected", "to_petition",
    }  # fmt: skip


def test_files_are_canonical_text(sample):
    for record in records(sample):
        assert record.data.decode() == record_text(record.kind, record.value), record.path
        assert record.loaded.plain
        first = record.data.decode().split("\n", 1)[0]
        target = (ROOT / record.path).parent / re.search(r"\$schema=(\S+)$", first)[1]
        assert target.resolve() == ROOT / f"schema/{record.kind}.schema.json"


def test_no_clock_of_an_old_example_is_still_running(sample):
    for record in sample.records("case"):
        seen = view(record.case, sample.rules, sample.calendar, TODAY)
        assert seen.status == "closed", record.id
        assert seen.headline is None, record.id
    for record in sample.records("complaint"):
        rules = sample.rules.for_day(record.complaint.received.date())
        clocks = compute_complaint(record.complaint, rules, sample.calendar, TODAY)
        assert complaint_status(record.complaint, rules, sample.calendar, TODAY) == "closed"
        assert not any(clock.open for clock in clocks)


def test_the_bodies_and_people_the_screens_name_exist(sample):
    registry = sample.registry
    office = registry.office
    staff = registry.staff

    assert {office.bureau.unit, office.centre.unit, office.yingshangban.unit} <= set(registry.units)
    assert staff["rsj-005"].name == "刘某"
    assert staff["rsj-005"].windows == ("rsj-w03",)
    assert staff["rsj-005"].deputies_on(TODAY) == ("rsj-001",)
    assert (staff["rsj-001"].name, staff["rsj-001"].role) == ("何某", "head")
    assert (staff["rsj-002"].name, staff["rsj-002"].ext) == ("王主任", "8001")
    assert (staff["scjgj-007"].name, staff["scjgj-007"].windows) == ("张某", ("scjgj-w03",))
    assert (staff["scjgj-002"].name, staff["scjgj-002"].role) == ("李某", "leader")
    assert registry.matters["m-0123"].name == "食品经营许可（新业态）"
    assert {"supervisor", "analyst", "admin", "clerk", "head", "leader"} == {p.role for p in staff.values()}
    assert {"todo", "open", "month", "assessment", "health", "wayfinding", "complaints"} <= {
        p.home for p in staff.values()
    }
    assert staff["zjj-005"].unit == "zjj"
    assert {window.kind for window in registry.windows.values()} == {
        "unit",
        "comprehensive",
        "guide_desk",
        "banbucheng",
    }


def test_every_unit_at_work_has_clerk_head_and_leader(sample):
    registry = sample.registry
    for unit in registry.units:
        roles = {person.role for person in registry.staff_of.get(unit, ())}
        assert {"clerk", "head", "leader"} <= roles, unit
    for window in registry.windows.values():
        assert any(window.id in person.windows for person in registry.staff.values()), window.id


def test_people_are_fictional_and_numbers_too(sample):
    registry = sample.registry
    for person in registry.staff.values():
        assert re.fullmatch(r".(某|主任|局长)", person.name), person.id
        assert not person.ext or re.fullmatch(r"8[0-9]{3}", person.ext), person.id
    exts = [person.ext for person in registry.staff.values() if person.ext]
    assert len(exts) == len(set(exts))
    phones = [unit.phone for unit in registry.units.values()] + [matter.phone for matter in registry.matters.values()]
    assert all(re.fullmatch(r"0566-000[0-9]{4}", phone) for phone in phones)


def test_the_catalogue_serves_to_show_the_way(sample):
    registry = sample.registry
    categories = {code for code, _ in sample.schemas.options("matters", "matters.category")}
    assert len(registry.matters) >= 100
    assert {matter.category for matter in registry.matters.values()} == categories
    for matter in registry.matters.values():
        assert matter.guide
        assert matter.hours
        assert matter.windows
        assert all(registry.windows[window].unit == matter.unit for window in matter.windows)


def test_the_sample_ships_with_the_package():
    files = sample_files()

    assert len(files) == 36
    assert all(path.endswith(".yml") for path in files)
    assert json.dumps(sorted(files))  # plain texts, so that a wheel can carry them
