"""A demo ledger as a whole: repeatable, complete, true to form, with receipts for every commit."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.checks import record_findings, reference_findings, text_findings
from noveto.cli.main import cli
from noveto.clocks import stage, status, timeline, view
from noveto.clocks.recipe import view_of
from noveto.demo.broken import quarantine_count
from noveto.demo.generate import make, prepare, step_titles
from noveto.demo.options import Options
from noveto.gitio import Repo
from noveto.ledger import Ledger
from noveto.ledger.places import RECORDS
from noveto.rules.relations import Bodies, relations
from noveto.statistics.frozen import figures_of, since
from noveto.statistics.periods import period
from noveto.statistics.readings import readings

TODAY = date(2026, 10, 10)  # a Saturday that is worked


def made(folder: Path, options: Options, *, bare: bool = False) -> Repo:
    prepare(folder, reset=False)
    make(options, folder, bare=bare, progress=lambda done, total: None)
    repo = Repo.discover(folder)
    assert repo is not None
    return repo


@pytest.fixture(scope="module")
def demo(demo_folder: Path) -> Iterator[Ledger]:
    with Ledger.open(demo_folder) as ledger:
        yield ledger


def test_the_same_options_give_the_same_commits(tmp_path):
    options = Options(cases=120, seed=3, today=TODAY)
    one = made(tmp_path / "one", options, bare=True)
    two = made(tmp_path / "two", options, bare=True)
    other = made(tmp_path / "other", Options(cases=120, seed=4, today=TODAY), bare=True)
    tips = [repo.resolve("refs/heads/main", "refs/heads/receipts") for repo in (one, two, other)]

    assert tips[0] == tips[1]
    assert None not in tips[0]
    assert tips[2][0] != tips[0][0]


def test_shared_commits_bring_the_same_files(tmp_path, monkeypatch):
    options = Options(cases=150, seed=8, today=TODAY)
    apart = made(tmp_path / "apart", options, bare=True)
    monkeypatch.setattr(Options, "ONE_BY_ONE", 10)
    together = made(tmp_path / "together", options, bare=True)
    count = [int(repo.git("rev-list", "--count", "main")) for repo in (apart, together)]

    for part in ("cases", "complaints", "improvements"):  # frozen figures name their commit
        assert apart.tree_id("main", f"records/{part}") == together.tree_id("main", f"records/{part}")
    assert count[1] < count[0]


def test_there_are_exactly_so_many_cases(demo):
    files = list((demo.root / "records/cases").rglob("*.yml"))

    assert len(files) == 600
    assert demo.count("complaint") > 5
    assert demo.count("improvement") > 3


def test_only_the_broken_ones_are_quarantined_and_nothing_else_is_an_error(demo):
    ids = {record.id for kind in RECORDS for record in demo.records(kind)}
    ids |= {held.id for held in demo.quarantined}
    errors, breaches = [], Counter()
    for kind in RECORDS:
        for record in demo.records(kind):
            found = [
                *text_findings(record.data, kind=kind, file=record.path),
                *record_findings(record, demo.steps),
                *reference_findings(record, demo.registry, ids),
            ]
            errors += [finding for finding in found if finding.severity == "error"]
            breaches.update(finding.code for finding in found if finding.severity == "breach")

    assert len(demo.quarantined) == quarantine_count(600) == 2
    assert errors == []
    assert len(breaches) >= 10


def test_every_step_of_every_kind_happens(demo):
    seen = {(kind, entry.step) for kind in RECORDS for record in demo.records(kind) for entry in record.typed.log}
    seen |= {("case", entry["step"]) for record in demo.records("case") for entry in record.value["log"] or ()}
    wanted = {("case", step) for step in demo.schemas.steps("case")}
    wanted |= {("complaint", step) for step in ("assigned", "replied", "became_case", "answered", "called_back")}
    wanted |= {("improvement", step) for step in ("progress", "done", "effect")}

    assert wanted <= seen


def test_every_track_channel_reason_and_applicant_happens(demo):
    heads = [record.value for record in demo.records("case")]
    options = demo.schemas.options
    for path, values in {
        "track": {head["track"] for head in heads},
        "kind": {head["kind"] for head in heads},
        "handling": {head["handling"] for head in heads},
        "channel": {head["channel"] for head in heads},
        "applicant.kind": {head["applicant"]["kind"] for head in heads},
    }.items():
        assert {code for code, _ in options("case", path)} == values, path
    reasons = {head["reason"]["main"] for head in heads}
    assert {f"R{n:02d}" for n in range(1, 14)} <= reasons


def test_the_last_days_hold_every_stage_status_and_state(demo):
    stages, statuses, states = set(), set(), set()
    for record in demo.records("case", arrivals=True):
        seen = view(record.case, demo.rules, demo.calendar, TODAY, role_of=lambda s: demo.registry.staff[s].role)
        stages.add(seen.stage.code)
        statuses.add(seen.status)
        states.update(clock.state for clock in seen.clocks)

    assert statuses == {"open", "suspended", "answered", "closed"}
    assert {"running", "due_today", "overdue", "met", "met_late", "suspended", "deemed_accepted",
            "not_applicable"} <= states  # fmt: skip
    assert {"registered", "window_head", "unit_review", "to_do", "to_refuse", "returned", "to_escalate", "no_consensus",
            "to_conclude", "escalated", "suspended", "waiting_applicant", "consulting", "to_deliver", "answered",
            "reopened", "withdrawn", "lapsed", "voided"} <= stages  # fmt: skip


@pytest.mark.parametrize("seed", [5, 73])
@pytest.mark.parametrize("today", [TODAY, date(2026, 3, 2), date(2026, 11, 22)])
def test_a_small_demo_holds_every_state_too(tmp_path, seed, today):
    made(tmp_path, Options(cases=60, seed=seed, today=today))
    with Ledger.open(tmp_path, cache=False) as ledger:
        seen = [view_of(record, ledger, today) for record in ledger.records("case", arrivals=True)]
        rest_day = not ledger.calendar.is_workday(today)

    wanted = {"running", "overdue", "met", "met_late", "suspended", "deemed_accepted", "not_applicable"}
    if not rest_day:  # a last day that is a rest day moves to the next working day
        wanted.add("due_today")
    assert {clock.state for one in seen for clock in one.clocks} == wanted
    assert {one.status for one in seen} == {"open", "suspended", "answered", "closed"}


def test_answers_are_mostly_in_time(demo):
    states = Counter(
        clock.state
        for record in demo.records("case", arrivals=True)
        for clock in view(record.case, demo.rules, demo.calendar, TODAY).clocks
        if clock.clock == "reply"
    )
    late = states["met_late"] + states["overdue"]

    assert 0.75 <= states["met"] / (states["met"] + late) <= 0.95


def test_nothing_comes_after_the_morning_of_today(demo):
    last = max(entry.at for record in demo.records("case") for entry in record.typed.log)

    assert datetime(2026, 10, 8) < last < Options(cases=1, seed=1, today=TODAY).horizon


def test_most_acts_happen_in_office_hours_on_working_days(demo):
    moments = [entry.at for record in demo.records("case") for entry in record.typed.log]
    inside = [at for at in moments if demo.calendar.is_workday(at.date()) and 8 <= at.hour < 18]

    assert len(inside) / len(moments) > 0.98


def test_every_commit_has_a_receipt_in_order(demo):
    repo = demo.repo
    commits = repo.git("rev-list", "--reverse", "--first-parent", "main").decode().split()
    rows = []
    for entry in repo.ls_tree("receipts"):
        assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}\.jsonl", entry.path)
        lines = [json.loads(line) for line in repo.show("receipts", entry.path).splitlines()]
        assert all(
            line["received"].startswith(entry.path[:7]) and line["received"].endswith("+08:00") for line in lines
        )
        rows += lines

    assert [row["commit"] for row in rows] == commits
    assert [row["received"] for row in rows] == sorted(row["received"] for row in rows)
    assert {row["via"] for row in rows} == {"desk", "hook", "ci"}


def test_commits_name_author_case_and_steps(demo):
    log = demo.repo.git("log", "--format=%an%x00%ae%x00%cn%x00%B%x01", "main").decode()
    bodies = [row.strip("\n").split("\0") for row in log.split("\1") if row.strip()]
    authors = {row[1] for row in bodies}
    registered = [row for row in bodies if row[3].startswith("登记") and "Case: " in row[3]]

    assert len(authors) > 80
    assert authors <= {mail for person in demo.registry.staff.values() for mail in person.emails}
    assert len(registered) > 300
    assert all("Step: registered" in row[3] for row in registered)
    assert any(row[2] == "办件台" for row in bodies)


def test_texts_lie_in_the_subset_that_is_read_fast(demo):
    slow = [record.path for record in demo.records("case") if not record.loaded.plain]

    assert slow == []


def test_facts_vary(demo):
    facts = [record.case.facts for record in demo.records("case")]

    assert len(set(facts)) > 0.97 * len(facts)
    assert len({record.case.matter.id for record in demo.records("case")}) > 100


def test_it_holds_the_sample_cases(demo):
    known = {path.name for path in Path("records/cases").rglob("*.yml")}
    here = {path.name for path in (demo.root / "records/cases").rglob("*.yml")}

    assert known
    assert known <= here


def test_a_redaction_is_a_commit_with_its_trailers(demo):
    log = demo.repo.git("log", "--format=%B%x01", "--grep=^Redacts: ", "main").decode()
    bodies = [body for body in log.split("\1") if body.strip()]
    path = re.search(r"^Redacts: (.+)$", bodies[0], re.MULTILINE)[1]
    old = re.search(r"^Old-Blob: ([0-9a-f]{40})$", bodies[0], re.MULTILINE)[1]

    assert len(bodies) == 1
    assert "张三" not in (demo.root / path).read_text("utf-8")
    assert "张三" in next(iter(demo.repo.cat_batch([old])))[1].decode()


def test_the_history_stands_the_audit(demo_folder):
    result = CliRunner().invoke(cli, ["--root", str(demo_folder), "--today", "2026-10-10", "audit", "--format", "json"])
    told = json.loads(result.stdout)["summary"]

    assert (told["errors"], told["unwitnessed"], told["redactions"]) == (0, 0, 1)
    assert told["late_entries"] > 0


def test_late_entries_and_corrections_are_there(demo):
    modes = Counter(record.case.entry_mode for record in demo.records("case"))
    corrected = [record for record in demo.records("case") if record.effective.corrections]

    assert modes["paper"] + modes["outage"] >= 2
    assert corrected
    assert not [problem for record in demo.records("case") for problem in record.effective.problems]


def test_step_titles_are_those_of_the_schemas(demo):
    titles = step_titles()

    assert titles["registered"] == "登记"
    assert titles["veto_proposed"] == demo.schemas.word("case", "log.step", "veto_proposed")


def test_status_needs_no_clock_of_its_own(demo):
    """The stage table and the status agree about who has finished."""
    for record in demo.records("case"):
        line = timeline(record.case, TODAY)
        if status(line) == "closed":
            assert stage(line, lambda _: "").code in ("answered", "withdrawn", "lapsed", "voided")


def test_everybody_had_the_right_to_write_what_she_wrote(demo):
    office = demo.registry.office
    bodies = Bodies(office.bureau.unit, office.centre.unit, office.yingshangban.unit)
    wrong = []
    for record in demo.records("case"):
        state = demo.steps.machine("case").initial()
        for entry in sorted(record.case.log, key=lambda entry: entry.at):
            person = demo.registry.staff[entry.by]
            roles = {person.role, "clerk"} if person.role == "head" else {person.role}
            own = record.case.unit
            held = relations(person.unit, own=own, state=state, bodies=bodies, writer=own)
            if not any(demo.steps.may(roles, relation, entry.step) for relation in held):
                wrong.append((record.id, entry.n, entry.by, entry.step))
            state = demo.steps.state_after(state, entry)

    assert wrong == []


def test_frozen_months_are_those_of_their_commit_and_every_state_is_there(demo: Ledger) -> None:
    periods = {record.id: record.period for record in demo.records("period")}
    frozen = [one for one in periods.values() if one.frozen]
    assert [len(frozen), len(periods)] == [2, 3]
    for one in frozen:
        data = one.frozen.data
        with Ledger.open(demo.root, at=data["commit"]) as then:
            made = figures_of(then, period(one.key), date.fromisoformat(data["as_of"]))
        assert made.strip() == data["figures"].strip()
    assert sum(len(since(demo, one)) for one in frozen) >= 1
    (running,) = (one for one in periods.values() if not one.frozen)
    assert [answer is None for _, answer in running.objections] == [False, True]
    states = {one.state for record in demo.records("review") for one in readings(record.review)}
    assert {"done", "waiting"} <= states
