"""``noveto deadlines`` as a user runs it, on cases written by hand; every date below was counted by hand."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli

TOP = Path(__file__).parents[2]
TODAY = "2026-04-08"  # a Wednesday after Qingming (4 to 6 April, Saturday to Monday)
MONDAY = "2026-03-30T09:00"
BY = {"unit_review": "scjgj-002", "suspended": "scjgj-002", "resumed": "scjgj-002", "reclassified": "scjgj-002",
      "extended": "scjgj-002", "voided": "scjgj-002", "consult_answered": "rsj-005"}  # fmt: skip
SUBMITTED = "submitted|to: scjgj-002"
VETO = ("veto_proposed|to: scjgj-002|reason: {main: R03}"
        "|grounds: {text: 不符, basis: [{title: 办法, article: 三, published: true}]}")  # fmt: skip
DONE = "answered|result: done|how: in_person|told_to: self|text: 已办。"
PAPERS = "supplement_notice|items: [执照]|guide_given: true|due_by: 2026-04-30|cause: first"
STUDY = ("suspended|kind: expert|from: 2026-04-01|approver: scjgj-002|reason: 论证|document: {title: 函, number: 1号}"
         "|review_by: 2026-04-11|applicant_told: true")  # fmt: skip
CASES: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "plain": (MONDAY, {}, []),
    "friday": ("2026-04-03T17:00", {}, []),
    "special": (MONDAY, {"track": "special"}, [f"2026-03-30T10:00|{SUBMITTED}"]),
    "consulted": (MONDAY, {"track": "cross_department"}, [
        "2026-03-31T10:00|consulted|units: [rsj, gaj]|question: 问|reply_by: 2026-04-05",
        "2026-04-07T10:00|consult_answered|unit: rsj|stance: agree|basis: 有"]),
    "refused": (MONDAY, {}, [
        f"2026-03-31T10:00|{VETO}", "2026-04-02T09:00|unit_review|decision: approve_refusal",
        f"2026-04-02T15:00|{DONE.replace('done', 'refused')}"]),
    "rejected": (MONDAY, {}, [f"2026-03-30T10:00|{VETO}", "2026-04-07T09:00|unit_review|decision: veto_rejected"]),
    "papers": (MONDAY, {}, [f"2026-03-31T09:00|{PAPERS}", "2026-04-03T09:00|supplement_received|complete: true"]),
    "voided": (MONDAY, {}, [f"2026-03-30T10:00|{SUBMITTED}", "2026-04-07T10:00|voided|reason: 重|approver: scjgj-002"]),
    "stopped": (MONDAY, {}, [f"2026-03-30T10:00|{SUBMITTED}", f"2026-04-01T10:00|{STUDY}"]),
    "resumed": (MONDAY, {}, [
        f"2026-03-30T10:00|{SUBMITTED}", f"2026-04-01T10:00|{STUDY}", "2026-04-07T10:00|resumed|from: 2026-04-07"]),
    "shorter": ("2026-03-23T09:00", {"track": "cross_department"}, [
        f"2026-03-23T10:00|{SUBMITTED}", "2026-04-01T10:00|reclassified|track: general|reason: 易|approver: scjgj-002"]),
    "licence": ("2026-03-10T09:00", {"accepted": "2026-03-09T09:00", "licensing": "true"}, [
        f"2026-03-10T10:00|{SUBMITTED}", f"2026-03-12T10:00|{PAPERS}",
        "2026-03-20T10:00|supplement_received|complete: true"]),
    "deemed": ("2026-03-11T09:00", {"accepted": "2026-03-09T09:00", "licensing": "true"}, [
        f"2026-03-11T10:00|{SUBMITTED}", f"2026-03-18T10:00|{PAPERS}"]),
}  # fmt: skip
COMPLAINT = """id: czdt-c20260330-01
hall: czdt
received: 2026-03-30T09:00
complex: false
channel: window
complainant: {kind: person, name: 王**}
about: {unit: rsj}
kind: buck_passing
facts: 反映推诿的情况。
log:
"""
IDS: dict[str, str] = {"complaint": "czdt-c20260330-01"}


def text_of(name: str, number: int) -> str:
    raised, head, log = CASES[name]
    IDS[name] = f"scjgj-{raised[:10].replace('-', '')}-{number:02d}"
    track = head.get("track", "general")
    lines = [
        f"id: {IDS[name]}", "unit: scjgj", "window: scjgj-w03", "clerk: scjgj-007", f"raised: {raised}",
        *([f"accepted: {head['accepted']}"] if "accepted" in head else []),
        "handling: guide", "kind: application", "channel: window", "applicant: {kind: enterprise, name: 某公司}",
        "matter: {id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, "
        f"licensing: {head.get('licensing', 'false')}}}",
        f"track: {track}", *(["track_reason: 测试"] if track != "general" else []),
        "reason: {main: R05}", "facts: 现行目录没有对应类别。", "log:",
    ]  # fmt: skip
    for entry in log:
        at, step, *fields = entry.split("|")
        lines += [f"- at: {at}", f"  by: {BY.get(step, 'scjgj-007')}", f"  step: {step}", *(f"  {f}" for f in fields)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with Git and a commit, without receipts."""
    root = tmp_path_factory.mktemp("deadlines")
    shutil.copytree(TOP / "schema", root / "schema")
    for part in ("registry", "calendar"):
        shutil.copytree(TOP / "records" / part, root / "records" / part)
    for number, name in enumerate(CASES, 1):
        text = text_of(name, number)
        path = root / "records" / "cases" / "scjgj" / CASES[name][0][:7] / f"{IDS[name]}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    path = root / "records" / "complaints" / "czdt" / "2026-03" / "czdt-c20260330-01.yml"
    path.parent.mkdir(parents=True)
    path.write_text(COMPLAINT)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "cases")
    return root


def git(root: Path, *args: str, data: bytes | None = None) -> str:
    identity = ("-c", "user.name=测试", "-c", "user.email=t@example.org")
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, input=data)
    return done.stdout.decode().strip()


def run(root: Path, *args: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["--root", str(root), "--today", TODAY, "deadlines", *args])
    assert result.exit_code == code, result.output
    return result.stdout


def clocks(root: Path, *args: str) -> dict[str, dict[str, list[object]]]:
    """Return by case and clock (with its round from the second on, and the unit it concerns) what was computed."""
    told = json.loads(run(root, "--format", "json", *args))
    name_of = {key: name for name, key in IDS.items()}
    found: dict[str, dict[str, list[object]]] = {}
    for case in told["cases"]:
        row = found.setdefault(name_of[case["case"]], {})
        for one in case["clocks"]:
            key = (
                one["clock"] + (f"/{one['round']}" if one["round"] > 1 else "") + (f":{one['of']}" if one["of"] else "")
            )
            row[key] = [one["due"], one["state"], one["days_left"] if one["days_left"] is not None else one["met_on"]]
    return found


EXPECTED = {
    "plain": {"submit": ["2026-03-31", "overdue", -5], "reply": ["2026-04-02", "overdue", -3]},
    "friday": {"submit": ["2026-04-07", "overdue", -1], "reply": ["2026-04-09", "running", 1]},
    "special": {
        "submit": ["2026-03-31", "met", "2026-03-30"],
        "reply": ["2026-04-07", "overdue", -1],
        "interim": ["2026-04-02", "overdue", -3],
    },
    "consulted": {
        "submit": ["2026-03-31", "met", "2026-03-31"],
        "reply": ["2026-04-14", "running", 4],
        "interim": ["2026-04-02", "overdue", -3],
        "consult:rsj": ["2026-04-07", "met", "2026-04-07"],
        "consult:gaj": ["2026-04-07", "overdue", -1],
    },
    "refused": {
        "submit": ["2026-03-31", "met", "2026-03-31"],
        "reply": ["2026-04-02", "met", "2026-04-02"],
        "approval": ["2026-04-02", "met", "2026-04-02"],
        "filing": ["2026-03-31", "unattested", None],
        "deliver": ["2026-04-08", "due_today", 0],
    },
    "rejected": {
        "submit": ["2026-03-31", "met", "2026-03-30"],
        "reply": ["2026-04-02", "overdue", -3],
        "approval": ["2026-04-02", "met_late", "2026-04-07"],
        "filing": ["2026-03-30", "unattested", None],
    },
    "papers": {
        "submit": ["2026-03-31", "met", "2026-03-31"],
        "reply": ["2026-04-02", "met", "2026-03-31"],
        "reply/2": ["2026-04-09", "running", 1],
    },
    "voided": {"submit": ["2026-03-31", "met", "2026-03-30"], "reply": ["2026-04-02", "overdue", -2]},
    "stopped": {
        "submit": ["2026-03-31", "met", "2026-03-30"],
        "reply": [None, "suspended", None],
        "interim": ["2026-04-02", "overdue", -3],
        "review": ["2026-04-13", "running", 3],
    },
    "resumed": {
        "submit": ["2026-03-31", "met", "2026-03-30"],
        "reply": ["2026-04-08", "due_today", 0],
        "interim": ["2026-04-02", "overdue", -3],
        "review": ["2026-04-13", "met", "2026-04-07"],
    },
    "shorter": {
        "submit": ["2026-03-24", "met", "2026-03-23"],
        "reply": ["2026-04-01", "overdue", -4],
        "interim": ["2026-03-26", "overdue", -8],
    },
    "licence": {
        "submit": ["2026-03-11", "met", "2026-03-10"],
        "reply": ["2026-03-13", "met", "2026-03-12"],
        "reply/2": ["2026-03-25", "overdue", -9],
        "licence_notice": ["2026-03-16", "met", "2026-03-12"],
        "licence_decision": ["2026-04-15", "running", 5],
    },
    "deemed": {
        "submit": ["2026-03-12", "met", "2026-03-11"],
        "reply": ["2026-03-16", "met_late", "2026-03-18"],
        "licence_notice": ["2026-03-16", "deemed_accepted", "2026-03-18"],
        "licence_decision": [None, "suspended", None],
    },
    "complaint": {"complaint": ["2026-04-07", "overdue", -1]},
}


def test_every_clock_is_the_one_counted_by_hand(ledger: Path) -> None:
    assert clocks(ledger, "--all") == EXPECTED


def test_without_git_the_same(ledger: Path, tmp_path: Path) -> None:
    shutil.copytree(ledger, tmp_path / "plain", ignore=shutil.ignore_patterns(".git"))
    assert clocks(tmp_path / "plain", "--all") == EXPECTED


def test_only_what_runs_unless_asked(ledger: Path) -> None:
    open_ = clocks(ledger)
    assert open_["rejected"] == {"reply": EXPECTED["rejected"]["reply"]}
    assert "voided" not in open_


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("due_today", {"refused", "resumed"}),
        ("suspended", {"stopped", "deemed"}),
        ("deemed_accepted", {"deemed"}),
        ("met_late", {"rejected", "deemed"}),
        ("unattested", {"refused", "rejected"}),
    ],
)
def test_a_state_is_found_whether_it_still_runs_or_not(ledger: Path, state: str, names: set[str]) -> None:
    assert set(clocks(ledger, "--state", state)) == names


def test_the_table_shows_the_clock_that_was_asked_for(ledger: Path) -> None:
    (line,) = [row for row in run(ledger, "--state", "overdue").splitlines() if IDS["special"] in row]
    assert "已超期 3 个工作日" in line
    (line,) = [row for row in run(ledger, "--state", "met_late").splitlines() if IDS["rejected"] in row]
    assert "04-02" in line


def test_units_and_csv(ledger: Path) -> None:
    assert set(clocks(ledger, "--all", "--unit", "scjgj")) == set(EXPECTED) - {"complaint"}
    rows = list(csv.DictReader(io.StringIO(run(ledger, "--all", "--format", "csv"))))
    assert len(rows) == sum(map(len, EXPECTED.values()))
    assert {"case": IDS["plain"], "clock": "reply", "due": "2026-04-02", "days_left": "-3"}.items() <= next(
        row for row in rows if row["case"] == IDS["plain"] and row["clock"] == "reply"
    ).items()


def test_a_dated_rule_leaves_earlier_cases_alone(ledger: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(
        (ledger / "schema" / "rules.yml").read_text()
        + "- from: 2026-04-01\n  cite: 测试〔2026〕1号\n  limits:\n    reply: {general: {days: 2, cite: 测试〔2026〕1号}}\n"
        "    complaint: {days: 1, cite: 测试〔2026〕1号}\n"
    )
    told = {
        case["case"]: case
        for case in json.loads(run(ledger, "--all", "--format", "json", "--rules", str(rules)))["cases"]
    }

    def of(name: str) -> dict[str, object]:
        one = next(one for one in told[IDS[name]]["clocks"] if one["clock"] in ("reply", "complaint"))
        return {"due": one["due"], "cite": one["cite"], **one["derivation"]["rule"]}

    new = {"cite": "测试〔2026〕1号", "since": "2026-04-01"}
    assert of("friday") == {"due": "2026-04-08", **new}
    assert of("plain") == {"due": "2026-04-02", "cite": "通知三（三）", "since": "2000-01-01"}
    assert of("complaint") == {"due": "2026-04-07", "cite": "通知四（一）", "since": "2000-01-01"}

    table = run(ledger, "--rules", str(rules))
    assert IDS["friday"] in table
    assert "个期限状态有变" in table
    assert IDS["plain"] not in table

    rules.write_text("entries:\n- from: 2026-01-01\n  limits: {submit: {days: x}}\n")
    result = CliRunner().invoke(cli, ["--root", str(ledger), "deadlines", "--rules", str(rules)])
    assert result.exit_code == 2
    assert f"{rules} 第 2 行" in result.stderr


def test_a_changed_calendar_names_the_dates_that_move(ledger: Path, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(ledger), str(root))
    before = git(root, "rev-parse", "HEAD")
    assert "没有一件的到期日因此改变" in run(root, "--changed-since", before)
    open_now = json.loads(run(root, "--format", "json"))["cases"]
    case, clock = next(
        (case["case"], clock) for case in open_now for clock in case["clocks"] if clock["due"] and clock["of"] is None
    )
    local = root / "records" / "calendar" / "local.yml"
    closed = f"rest:\n- date: {clock['due']}\n  name: 防汛停止办公\n  basis: 指挥部令第1号\n  approver: zwzx-001\n"
    local.write_text(local.read_text().replace("rest: []\n", closed))
    moved = json.loads(run(root, "--changed-since", before, "--format", "json"))["changed"]
    one = next(one for one in moved if (one["case"], one["clock"]) == (case, clock["clock"]))
    assert one["due_before"] == clock["due"] < one["due_after"]
    assert case in run(root, "--changed-since", before)
    wrong = CliRunner().invoke(cli, ["--root", str(root), "deadlines", "--changed-since", "nowhere"])
    assert wrong.exit_code == 2
    assert "找不到版本“nowhere”" in wrong.stderr


def test_receipts_date_the_filing(ledger: Path, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(ledger), str(root))
    commit = git(root, "rev-parse", "HEAD")

    def receive(*commits: str) -> None:
        lines = [
            json.dumps({"commit": one, "received": "2026-03-31T23:59:00+08:00", "pusher": "bot", "via": "hook"})
            for one in commits
        ]
        blob = git(root, "hash-object", "-w", "--stdin", data=("\n".join(lines) + "\n").encode())
        tree = git(root, "mktree", data=f"100644 blob {blob}\t2026-03.jsonl\n".encode())
        git(root, "update-ref", "refs/heads/receipts", git(root, "commit-tree", tree, "-m", "receipts"))

    receive("0" * 40)
    assert clocks(root, "--all")["rejected"]["filing"] == ["2026-03-30", "overdue", -6]
    receive("0" * 40, commit)
    found = clocks(root, "--all")
    assert found["rejected"]["filing"] == ["2026-03-30", "met_late", "2026-03-31"]
    assert found["refused"]["filing"] == ["2026-03-31", "met", "2026-03-31"]


def test_a_revision_shows_what_was_there(ledger: Path, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(ledger), str(root))
    path = root / "records" / "cases" / "scjgj" / "2026-03" / f"{IDS['plain']}.yml"
    step = DONE.replace("|", "\n  ")
    path.write_text(f"{path.read_text()}- at: 2026-04-01T09:00\n  by: scjgj-007\n  step: {step}\n")
    git(root, "commit", "-q", "-am", "answer")
    assert "plain" not in clocks(root)
    assert clocks(root, "--at", "HEAD~1")["plain"] == EXPECTED["plain"]


def test_the_count_tells_cases_complaints_and_held_records_apart(demo_folder):
    import re

    from click.testing import CliRunner

    from noveto.cli.main import cli

    told = CliRunner().invoke(cli, ["--root", str(demo_folder), "--today", "2026-10-10", "deadlines"]).output
    found = re.search(r"共 (\d+) 件：办件 (\d+)，投诉与反映 (\d+)，记录有误 (\d+)。", told)
    assert found, told[-200:]
    whole, *parts = map(int, found.groups())
    assert whole == sum(parts)
