"""The files for other programs: valid by their own schemas, masked, stable, folded, never executed."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.ledger import Ledger
from noveto.similar.grams import plain
from noveto.site.cells import safe_cell
from noveto.site.feeds import fold, ical_text


def load(built, path):
    return json.loads((built / "api/v1" / path).read_text(encoding="utf-8"))


def test_every_file_is_valid_by_its_published_schema(built):
    index = load(built, "index.json")
    jsonschema.validate(index, load(built, "index.schema.json"))
    jsonschema.validate(load(built, "quarantined.json"), load(built, "quarantined.schema.json"))
    for name in ("open", "calendar", "rules"):
        jsonschema.Draft202012Validator.check_schema(load(built, f"{name}.schema.json"))
        jsonschema.validate(load(built, f"{name}.json"), load(built, f"{name}.schema.json"))
    told = {path.name for path in (built / "api/v1").glob("*.json") if not path.name.endswith(".schema.json")}
    assert told == {"index.json", "quarantined.json", "open.json", "calendar.json", "rules.json"}  # none without schema
    month_schema, unit_schema = load(built, "cases.schema.json"), load(built, "unit.schema.json")
    for schema in (month_schema, unit_schema):
        jsonschema.Draft202012Validator.check_schema(schema)
    for month in index["months"]:
        found = load(built, month["file"])
        jsonschema.validate(found, month_schema)
        assert len(found["cases"]) == month["count"]
        assert all(case["raised"].startswith(month["month"]) for case in found["cases"])
        assert all((built / case["page"]).is_file() for case in found["cases"])
    for unit in index["units"]:
        jsonschema.validate(load(built, unit["file"]), unit_schema)


def test_months_and_shards_hold_every_case_of_the_ledger(built, demo_folder):
    with Ledger.open(demo_folder) as ledger:
        there = {record.case.id for record in ledger.cases() if record.case.raised.date() <= date(2026, 10, 10)}
    index = load(built, "index.json")
    told = {case["id"] for month in index["months"] for case in load(built, month["file"])["cases"]}
    assert told == there
    shards = json.loads((built / "search/index.json").read_text())
    found: list[str] = []
    for year in shards["years"]:
        rows = json.loads((built / year["rows"]).read_text())
        texts = json.loads((built / year["words"]).read_text())
        assert rows["n"] == texts["n"] == len(rows["id"]) == len(texts["words"]) == year["n"]
        for name, table in rows["of"].items():
            assert max(rows[name]) == len(table) - 1
        found += rows["id"]
    assert sorted(found) == sorted(there)
    assert shards["total"] == len(there)


def test_no_applicant_is_in_any_data_file(built, demo_folder):
    """No contact or key of anybody anywhere; no full name of an applicant in what is told of the case.

    A made-up enterprise of the demo may be an applicant here and be spoken of there, so names are looked for
    in the words of their own case.
    """
    anywhere: set[str] = set()
    names: dict[str, str] = {}
    hidden: dict[str, str] = {}
    with Ledger.open(demo_folder) as ledger:
        for record in ledger.cases():
            case = record.case
            anywhere |= {text for text in (case.applicant.contact, case.applicant.ref) if len(text) >= 6}
            if len(case.applicant.name) >= 2 and "*" not in case.applicant.name:
                names[case.id] = case.applicant.name
            if case.sensitive:
                hidden[case.id] = case.facts.strip()[:12]
    assert len(anywhere) > 300
    assert len(names) > 50
    files = [path for folder in ("api", "search") for path in (built / folder).rglob("*") if path.is_file()]
    assert len(files) > 80
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert [secret for secret in anywhere if secret in text] == [], path
        assert [name for name, facts in hidden.items() if facts and facts in text] == [], path
    for year in json.loads((built / "search/index.json").read_text())["years"]:
        rows = json.loads((built / year["rows"]).read_text())
        words = json.loads((built / year["words"]).read_text())["words"]
        for at, key in enumerate(rows["id"]):
            if key in names:
                assert plain(names[key]) not in words[at], key
    for month in load(built, "index.json")["months"]:
        for case in load(built, month["file"])["cases"]:
            assert case["id"] not in names or names[case["id"]] not in json.dumps(case, ensure_ascii=False)


def test_what_is_quarantined_is_told_by_file_line_and_message_only(built):
    for item in load(built, "quarantined.json")["files"]:
        assert set(item) == {"file", "findings"}
        assert all(set(found) == {"line", "code", "message"} for found in item["findings"])


def test_a_table_is_never_executed(built):
    year = load(built, "index.json")["years"][0]
    raw = (built / "api/v1" / year["file"]).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][:2] == ["编号", "首问单位编号"]
    assert len(rows) == year["count"] + 1
    assert [safe_cell(text) for text in ("=1+1", "-2", "@x", "\t=1", "断缴")] == [
        "'=1+1",
        "'-2",
        "'@x",
        "'\t=1",
        "断缴",
    ]
    assert (safe_cell(None), safe_cell(True), safe_cell(3)) == ("", "是", "3")


def test_the_feed_is_atom_with_stable_ids(built):
    ns = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring((built / "api/v1/feed.xml").read_bytes())  # noqa: S314 - our own file
    entries = root.findall("a:entry", ns)
    assert entries
    ids = [entry.findtext("a:id", namespaces=ns) for entry in entries]
    assert len(set(ids)) == len(ids)
    times = [entry.findtext("a:updated", namespaces=ns) for entry in entries]
    assert times == sorted(times, reverse=True)
    assert root.findtext("a:updated", namespaces=ns) == times[0]
    assert {entry.find("a:category", ns).get("term") for entry in entries} <= {"overdue", "due", "veto"}


def test_calendars_are_read_by_another_library_and_hold_the_open_due_days(built):
    import icalendar

    due = {case["id"]: case["due"] for case in load(built, "open.json")["cases"] if case["due"]}
    found = {}
    uids: list[str] = []
    for path in sorted((built / "api/v1/ics").glob("*.ics")):
        raw = path.read_bytes()
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        for event in icalendar.Calendar.from_ical(raw).walk("VEVENT"):
            uids.append(str(event["UID"]))
            name = str(event["UID"]).removesuffix("@noveto").rsplit("-", 1)[0]
            found[name] = event["DTSTART"].dt.isoformat()
            stamp = event["DTSTAMP"].dt
            assert stamp.utcoffset().total_seconds() == 0
            assert stamp.date() <= date(2026, 10, 10)
    assert found == due
    assert len(set(uids)) == len(uids)


@given(st.text(max_size=200))
def test_folding_never_cuts_a_character_and_loses_nothing(text):
    line = "SUMMARY:" + ical_text(text.encode("utf-8", "ignore").decode())
    folded = fold(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))


@pytest.mark.parametrize("path", ["search/index.json", "api/v1/index.json"])
def test_files_that_change_with_every_build_are_the_small_ones(built, path):
    assert (built / path).stat().st_size < 40_000


def test_a_second_build_writes_no_data_file_anew(built, demo_folder):
    from datetime import datetime

    from noveto.site.build import build_site

    shards = sorted((built / "search").glob("rows-*")) + sorted((built / "api/v1/cases").rglob("*.json"))
    before = {path: path.stat().st_mtime_ns for path in shards}
    build_site(demo_folder, built, today=date(2026, 10, 10), now=datetime(2026, 10, 10, 8, 30), jobs=1)
    assert {path: path.stat().st_mtime_ns for path in shards} == before


def test_the_schemas_of_records_are_published_for_editors(built, demo_folder):
    listed = (built / "data/downloads.html").read_text("utf-8")
    wanted = {path.name: path.read_bytes() for path in (demo_folder / "schema").glob("*.schema.json")}
    assert len(wanted) >= 16
    assert {path.name: path.read_bytes() for path in (built / "schema").iterdir()} == wanted
    assert all(f'href="../schema/{name}"' in listed for name in wanted)
    assert "# yaml-language-server: $schema=https://wfj.example.cn/schema/case.schema.json" in listed
