"""An honest history raises no alarm, whatever looks odd in it; a cached audit says what a fresh one says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.history.histories import OTHER, History, look_at_everything, step, usual
from tests.history.honest import Office, build

from noveto.findings import Finding
from noveto.history import recordpass
from noveto.history.branches import mails_after, tree_of
from noveto.ledger import Ledger

ODD = (
    "late entries", "decisions typed by others", "deputies", "hand-overs", "staff changes", "corrections", "strikes",
    "redactions", "broken drafts", "merges", "merges of two branches", "two sides of a case", "numbers taken",
    "brought by a head", "several at once", "escalations", "suspensions", "complaints",
)  # fmt: skip


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, Office]:
    return build(tmp_path_factory.mktemp("honest") / "ledger", 900, a_day=40)


def told(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.severity != "note"]


def test_no_false_alarm(honest: tuple[History, Office]) -> None:
    made, office = honest
    report = made.audit()
    assert told(report.findings) == []
    assert report.summary["commits"] == report.summary["witnessed"] > 800
    assert report.summary["redactions"] == office.kinds["redactions"]
    assert report.summary["late_entries"] >= office.kinds["late entries"]
    assert [what for what in ODD if not office.kinds.get(what)] == []
    assert office.wide
    with Ledger.open(made.folder, at="main", jobs=1) as ledger:
        assert ledger.count("case") > 200


def test_what_is_passed_over_at_a_glance_has_nothing_to_tell(
    honest: tuple[History, Office], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = honest[0].copy(tmp_path / "ledger")
    made.forget()
    found = made.audit().findings
    made.forget()
    look_at_everything(monkeypatch)
    assert made.audit().findings == found


def test_what_processes_share_out_among_them_comes_to_the_same(
    honest: tuple[History, Office], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = honest[0].copy(tmp_path / "ledger")
    made.forget()
    found = made.audit().findings
    made.forget()
    pools: list[object] = []
    close = recordpass.RecordPass.close

    def closed(self: recordpass.RecordPass) -> None:
        pools.append(self._pool)
        close(self)

    monkeypatch.setattr(recordpass, "_MANY", 20)
    monkeypatch.setattr(recordpass.RecordPass, "close", closed)
    assert made.audit(jobs=2).findings == found
    assert len(found) > 20
    assert pools[0] is not None


def test_an_audit_a_week_says_what_one_audit_says(honest: tuple[History, Office], tmp_path: Path) -> None:
    made = honest[0].copy(tmp_path / "ledger")
    shutil.rmtree(made.folder / ".git" / "noveto", ignore_errors=True)
    line = made.git("rev-list", "--first-parent", "--reverse", "main").split()
    receipts = made.git("rev-list", "--first-parent", "--reverse", "receipts").split()
    assert len(line) == len(receipts)
    for at in (3, 200, 201, 560, len(line) - 1):
        made.git("update-ref", "refs/heads/main", line[at])
        made.git("update-ref", "refs/heads/receipts", receipts[at])
        report = made.audit()
        assert told(report.findings) == []
        assert report.summary["commits"] == report.summary["witnessed"] == at + 1
    shutil.rmtree(made.folder / ".git" / "noveto")
    assert made.audit().findings == report.findings
    since = made.audit(since=line[560]).findings
    assert set(since) < set(report.findings)
    assert made.audit(since=line[-1]).findings == []


def test_without_receipts_nothing_is_judged_by_time(honest: tuple[History, Office], tmp_path: Path) -> None:
    made = honest[0].copy(tmp_path / "ledger")
    shutil.rmtree(made.folder / ".git" / "noveto", ignore_errors=True)
    made.drop_receipts()
    report = made.audit()
    assert not report.witnessed
    assert {one.code for one in report.findings} == {"NV527"}


def test_a_branch_that_was_up_to_date_is_read_without_asking_git_for_it(tmp_path: Path) -> None:
    made = usual(tmp_path / "ledger")
    base = made.git("rev-parse", "HEAD")
    made.git("checkout", "-q", "-b", "side")
    for n in range(3):
        note = step(f"2026-03-10T08:0{n}", "rsj-005", "note", text="x")
        made.step(OTHER, note, at="2026-03-10T08:10", received=None)
    side = made.git("rev-parse", "HEAD")
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "-m", "Merge", "side", env=made.who("rsj-001", "2026-03-10T08:20"))
    made.receive(made.git("rev-parse", "HEAD"), "2026-03-10T08:20", "rsj-001", "hook")
    content = lambda oid: f"{made.git('cat-file', '-p', oid)}\n".encode()  # noqa: E731
    assert mails_after(content, base, side) == {"rsj-005@wfj.example.cn"}
    assert mails_after(content, base, base) == set()
    assert mails_after(content, base, made.git("rev-parse", "HEAD")) is None
    assert tree_of(content, side) == tree_of(content, "HEAD") != tree_of(content, base)
    assert told(made.audit().findings) == []
