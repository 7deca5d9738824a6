"""``noveto check`` as a user runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli

TOP = Path(__file__).parents[2]
TODAY = "2026-11-22"
NAME = "scjgj-20260305-01"
PATH = f"records/cases/scjgj/2026-03/{NAME}.yml"
CASE = """id: scjgj-20260305-01
unit: scjgj
window: scjgj-w03
clerk: scjgj-007
raised: 2026-03-05T09:40
handling: guide
kind: application
channel: window
applicant: {kind: enterprise, name: 某餐饮管理有限公司, contact: 138****1111}
matter: {id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, licensing: true}
track: general
reason: {main: R01}
facts: 现行目录没有对应类别。
log:
- at: 2026-03-05T10:05
  by: scjgj-007
  step: submitted
  to: scjgj-002
- at: 2026-03-06T10:05
  by: scjgj-007
  step: answered
  result: done
  how: phone
  told_to: self
  text: 办好了。
"""
LATE = CASE.replace("2026-03-06T10:05", "2026-03-26T10:05")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    root = tmp_path / "ledger"
    shutil.copytree(TOP / "schema", root / "schema")
    for part in ("registry", "calendar"):
        shutil.copytree(TOP / "records" / part, root / "records" / part)
    git(root, "init", "-q", "-b", "main")
    put(root, PATH, CASE)
    commit(root)
    return root


def git(root: Path, *args: str) -> str:
    identity = ("-c", "user.name=测试", "-c", "user.email=t@example.org")
    return subprocess.run(
        ["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(root: Path) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x", "--allow-empty")
    return git(root, "rev-parse", "HEAD")


def put(root: Path, path: str, text: str | bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def run(root: Path, *args: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["--root", str(root), "--today", TODAY, "check", *args])
    assert result.exit_code == code, result.output
    return result.stdout if code < 2 else result.stderr


def findings(root: Path, *args: str, code: int = 0) -> list[dict[str, object]]:
    return json.loads(run(root, *args, "--format", "json", code=code))["findings"]


def test_a_clean_ledger(ledger: Path) -> None:
    told = json.loads(run(ledger, "--format", "json"))

    assert told["noveto"] == "check/1"
    assert told["today"] == TODAY
    assert told["calendar"]["known_through"] == "2026-12-19"
    assert len(told["rules"]["sha256"]) == 64
    assert told["findings"] == []
    assert told["summary"] | {"files": 0} == {
        "files": 0, "errors": 0, "breaches": 0, "warnings": 0, "notes": 0, "quarantined": 0,
    }  # fmt: skip
    assert told["summary"]["files"] > 20
    assert "1 个文件" in run(ledger, PATH)


def test_an_error_shows_line_column_value_and_mend_and_leaves_the_rest_checked(ledger: Path) -> None:
    put(ledger, PATH, CASE.replace("track: general", "track: genral"))
    put(ledger, PATH.replace("-01.yml", "-02.yml"), LATE.replace(NAME, f"{NAME[:-2]}02"))
    put(ledger, PATH.replace("-01.yml", "-03.yml"), b"\xc4\xe3\xba\xc3")

    found = findings(ledger, code=1)
    text = run(ledger, code=1)

    track = next(one for one in found if one["field"] == "track")
    assert (track["file"], track["line"], track["column"], track["severity"]) == (PATH, 11, 8, "error")
    assert "general" in str(track["fix"])
    assert f"{PATH}:11:8" in text
    assert "track: genral" in text
    assert {one["severity"] for one in found if one["file"] == PATH.replace("-01.yml", "-02.yml")} == {"breach"}
    assert any(one["file"].endswith("-03.yml") and one["severity"] == "error" for one in found)


def test_a_breach_is_accepted_and_fails_only_when_asked(ledger: Path) -> None:
    put(ledger, PATH, LATE)

    assert {one["code"] for one in findings(ledger)} >= {"NV232"}
    assert findings(ledger, "--fail-on", "breach", code=1) == findings(ledger, "--fail-on", "error")


def test_a_deadline_is_missed_from_the_day_after_it_on(ledger: Path) -> None:
    put(ledger, PATH, CASE.partition("- at: 2026-03-06")[0])
    codes = {}
    for today in ("2026-03-10", "2026-03-11"):
        result = CliRunner().invoke(cli, ["--root", str(ledger), "check", "--today", today, "--format", "json"])
        codes[today] = {one["code"] for one in json.loads(result.stdout)["findings"]}

    assert "NV232" not in codes["2026-03-10"]
    assert "NV232" in codes["2026-03-11"]


def test_times_to_come_are_errors_on_that_day_only(ledger: Path) -> None:
    early = CliRunner().invoke(cli, ["--root", str(ledger), "check", "--today", "2026-03-05", "--format", "json"])

    assert early.exit_code == 1
    assert {one["code"] for one in json.loads(early.stdout)["findings"]} == {"NV201"}
    run(ledger)


def test_references_are_judged_by_the_registry_and_the_other_records(ledger: Path) -> None:
    put(
        ledger,
        PATH,
        CASE.replace("clerk: scjgj-007", "clerk: scjgj-999").replace(
            "log:", "related:\n- {id: scjgj-20260305-77}\nlog:"
        ),
    )
    assert {one["code"] for one in findings(ledger, code=1)} == {"NV303", "NV306"}

    broken = PATH.replace("-01.yml", "-77.yml")
    put(ledger, broken, "not a record")
    assert "NV306" not in {one["code"] for one in findings(ledger, code=1) if one["file"] == PATH}

    put(ledger, "records/registry/staff.yml", "staff: 无")
    assert not {"NV303", "NV306"} & {one["code"] for one in findings(ledger, code=1) if one["file"] == PATH}


def test_a_renamed_unit_is_named_anew_without_judging_again(ledger: Path) -> None:
    put(ledger, PATH, CASE.replace("track: general", "track: cross_department\ntrack_reason: 涉及人社").replace(
        "  step: submitted\n  to: scjgj-002\n", "  step: consulted\n  units: [rsj]\n  question: 可以吗\n  reply_by: 2026-03-20\n"))  # fmt: skip
    before = json.dumps(findings(ledger), ensure_ascii=False)
    units = ledger / "records/registry/units.yml"
    units.write_text(units.read_text().replace("人力资源和社会保障局", "人社新局"))
    after = json.dumps(findings(ledger), ensure_ascii=False)

    assert "人力资源和社会保障局" in before
    assert "人社新局" in after
    assert "人力资源和社会保障局" not in after
    assert "\x02" not in after


def test_personal_numbers_are_found_wherever_they_stand(ledger: Path) -> None:
    put(ledger, PATH, CASE.replace("办好了。", "电话13912345678。"))
    put(ledger, "records/cases/scjgj/2026-03/broken.yml", "a: [13912345678\n")
    put(ledger, "records/cases/notes.txt", "13912345678")

    found = [one for one in findings(ledger, code=1) if one["code"] == "NV601"]

    assert sorted(str(one["file"]).rpartition("/")[2] for one in found) == ["broken.yml", "notes.txt", f"{NAME}.yml"]
    assert "13912345678" not in json.dumps(found)


def test_only_what_lies_under_the_given_paths(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(ledger, PATH, LATE)
    put(ledger, "records/cases/rsj/2026-03/stray.txt", "x")

    assert {one["file"] for one in findings(ledger, str(ledger / "records/cases/scjgj"))} == {PATH}
    assert {one["file"] for one in findings(ledger, str(ledger / PATH))} == {PATH}
    assert len(findings(ledger, str(ledger), code=1)) == len(findings(ledger, code=1))
    assert "没有" in run(ledger, str(ledger / "records/none.yml"), code=2)
    assert "不在台账" in run(ledger, str(TOP / "README.md"), code=2)
    monkeypatch.chdir(ledger.parent)
    result = CliRunner().invoke(cli, ["check", "--today", TODAY, str(ledger / "records/cases/rsj")])
    assert result.exit_code == 1


def test_a_broken_rules_file_is_told_and_the_records_are_checked_all_the_same(ledger: Path) -> None:
    put(ledger, PATH, LATE.replace("- {", "- {").replace("R01", "R44"))
    rules = ledger / "schema/rules.yml"
    rules.write_text(rules.read_text().replace("submit: ", "submitt: ", 1))
    (ledger / "schema/steps.yml").unlink()

    found = findings(ledger, code=1)

    assert {"schema/rules.yml", "schema/steps.yml", PATH} <= {str(one["file"]) for one in found}
    assert all(one["line"] for one in found if one["file"] == "schema/rules.yml")


def test_a_broken_schema_or_calendar_is_told(ledger: Path) -> None:
    calendar = ledger / "records/calendar/2026.yml"
    good = calendar.read_text()
    calendar.write_text(good.replace("year: 2026", "year: 二〇二六"))
    assert any(one["file"] == "records/calendar/2026.yml" for one in findings(ledger, code=1))
    calendar.write_text(good)
    (ledger / "schema/case.schema.json").write_text("{")
    found = findings(ledger, code=1)
    assert [one["code"] for one in found] == ["NV906"]
    assert found[0]["file"] == "schema/case.schema.json"
    assert (found[0]["line"], found[0]["column"]) == (1, 2)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place"),
    [
        ("2026.yml", "date: 2026-01-04", "date: 2026-01-05", "NV287", (42, 10)),
        ("2026.yml", "date: 2026-01-02", "date: 2026-01-01", "NV285", (9, 10)),
        ("2026.yml", "date: 2026-01-02", "date: 2024-01-02", "NV284", (9, 10)),
        ("2026.yml", "year: 2026", "year: 2025", "NV281", (2, 7)),
        ("2026.yml", "year: 2026", "year: 2026\nyear: 2026", "NV112", (3, 1)),
    ],
)
def test_a_calendar_that_contradicts_itself_is_told(
    ledger: Path, file: str, old: str, new: str, code: str, place: tuple[int, int]
) -> None:
    calendar = ledger / "records/calendar" / file
    text = calendar.read_text()
    assert old in text
    calendar.write_text(text.replace(old, new, 1))
    found = [one for one in findings(ledger, code=1) if one["code"] == code]
    assert [(one["line"], one["column"]) for one in found] == [place]


def test_a_missing_registry_file_is_told_and_not_held_against_records(ledger: Path) -> None:
    (ledger / "records/registry/staff.yml").unlink()
    found = findings(ledger)
    assert [(one["code"], one["severity"], one["file"]) for one in found] == [
        ("NV907", "warning", "records/registry/staff.yml")
    ]


def test_what_the_system_says_is_told_in_chinese(ledger: Path) -> None:
    (ledger / "schema/rules.yml").unlink()
    (told,) = findings(ledger, code=1)
    assert "没有这个文件" in str(told["message"])
    assert "没有这个文件" in run(ledger, "--output", str(ledger / "none" / "x"), code=2)


class TestAgainst:
    """``--against``: a change, judged against what main holds."""

    def change(self, ledger: Path) -> None:
        git(ledger, "checkout", "-q", "-b", "change")

    def test_appending_is_fine_and_other_files_stay_out(self, ledger: Path) -> None:
        put(ledger, PATH.replace("-01.yml", "-02.yml"), "not a record")
        commit(ledger)
        self.change(ledger)
        put(ledger, PATH, CASE + "- at: 2026-03-07T10:05\n  by: scjgj-007\n  step: called_back\n  satisfied: true\n")
        assert findings(ledger, "--against", "main") == []
        commit(ledger)
        assert findings(ledger, "--against", "main") == []
        assert findings(ledger, code=1)

    def test_what_stands_may_not_be_changed(self, ledger: Path) -> None:
        self.change(ledger)
        put(ledger, PATH, CASE.replace("办好了。", "没办好。"))
        commit(ledger)
        found = findings(ledger, "--against", "main", code=1)
        assert [(one["code"], one["line"]) for one in found] == [("NV502", 25)]
        assert findings(ledger) == []

    def test_a_record_may_not_disappear(self, ledger: Path) -> None:
        self.change(ledger)
        git(ledger, "mv", PATH, PATH.replace("-01.yml", "-05.yml"))
        commit(ledger)
        codes = {(one["code"], one["file"]) for one in findings(ledger, "--against", "main", code=1)}
        assert ("NV509", PATH) in codes

    def test_the_last_form_valid_version_is_the_base(self, ledger: Path) -> None:
        put(ledger, PATH, CASE + "坏了\n")
        commit(ledger)
        self.change(ledger)
        put(ledger, PATH, CASE)
        commit(ledger)
        assert findings(ledger, "--against", "main") == []

        put(ledger, PATH, CASE.replace("guide", "assist"))
        assert [one["code"] for one in findings(ledger, "--against", "main", code=1)] == ["NV501"]

    def test_form_valid_is_judged_by_the_schema_of_its_commit(self, ledger: Path) -> None:
        # A version that was valid when it came stays the base, although a later schema would refuse it.
        schema = ledger / "schema/case.schema.json"
        before = schema.read_text()
        schema.write_text(before.replace('"const": "guide"', '"const": "guided"'))
        put(ledger, PATH, CASE.replace("guide", "guided"))
        commit(ledger)
        schema.write_text(before)
        commit(ledger)
        self.change(ledger)
        put(ledger, PATH, CASE)
        commit(ledger)
        assert "NV501" in {one["code"] for one in findings(ledger, "--against", "main", code=1)}

    def test_a_changed_registry_has_everything_judged(self, ledger: Path) -> None:
        put(ledger, PATH.replace("-01.yml", "-02.yml"), "not a record")
        commit(ledger)
        self.change(ledger)
        office = ledger / "records/registry/office.yml"
        office.write_text(office.read_text() + "remark: 改\n")
        commit(ledger)
        assert {one["file"] for one in findings(ledger, "--against", "main", code=1)} == {
            PATH.replace("-01.yml", "-02.yml")
        }

    def test_only_the_change_since_the_merge_base_counts(self, ledger: Path) -> None:
        self.change(ledger)
        git(ledger, "checkout", "-q", "main")
        put(ledger, PATH, CASE + "- at: 2026-03-07T10:05\n  by: scjgj-007\n  step: called_back\n  satisfied: true\n")
        commit(ledger)
        git(ledger, "checkout", "-q", "change")
        put(ledger, PATH.replace("-01.yml", "-02.yml"), CASE.replace(NAME, f"{NAME[:-2]}02"))
        commit(ledger)
        assert findings(ledger, "--against", "main") == []

    def test_revisions_that_cannot_be_compared(self, ledger: Path, tmp_path: Path) -> None:
        assert "找不到版本" in run(ledger, "--against", "nowhere", code=2)
        assert "找不到版本" in run(ledger, "--against", "--all", code=2)
        git(ledger, "checkout", "-q", "--orphan", "alone")
        put(ledger, "README.md", "another beginning")
        commit(ledger)
        assert "没有共同的历史" in run(ledger, "--against", "main", code=2)
        shutil.rmtree(ledger / ".git")
        assert "没有 Git 历史" in run(ledger, "--against", "main", code=2)


def test_a_ledger_without_git_is_checked_the_same(ledger: Path) -> None:
    put(ledger, PATH, LATE)
    with_git = findings(ledger)
    shutil.rmtree(ledger / ".git")

    assert findings(ledger) == with_git
    assert with_git


def test_forge_formats(ledger: Path) -> None:
    put(ledger, PATH, LATE)

    assert run(ledger, "--format", "github").startswith("::")
    assert isinstance(json.loads(run(ledger, "--format", "gitlab")), list)
