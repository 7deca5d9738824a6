"""Approved redactions: written by the command, accepted and listed by the audit, kept to what may be hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.history.histories import ANSWERED, CASE, OTHER, SUBMITTED, head, usual

from noveto.cli.main import COMMANDS, cli
from noveto.errors import UserError
from noveto.history.redact import redact
from noveto.schema import Schemas
from noveto.source import load


def test_the_command_hides_and_the_audit_accepts(tmp_path: Path) -> None:
    made = usual(tmp_path / "ledger")
    made.git("config", "user.name", "x")
    made.git("config", "user.email", "x@y")
    args = ["redact", "scjgj-20260305-01", "--root", str(made.folder), "--today", "2026-03-10", "--by", "sjj-005",
            "--approver", "scjgj-002", "--reason", "误写了当事人姓名", "--field", "facts=申请人的业态办法里没有列。",
            "--field", "log.3.text", "--field", "applicant.name=李某"]  # fmt: skip
    dates = {f"GIT_{role}_DATE": "2026-03-10T10:00:00+08:00" for role in ("AUTHOR", "COMMITTER")}
    done = CliRunner().invoke(cli, args, env=dates)
    assert done.exit_code == 0, done.output
    text = made.read(CASE)
    assert "facts: 申请人的业态办法里没有列。\n" in text
    assert "text: （已隐去）\n" in text
    assert "applicant: {kind: person, name: 李某}\n" in text
    commit = made.git("rev-parse", "HEAD")
    made.receive(commit, "2026-03-10T23:50", "sjj-005", "hook")
    report = made.audit()
    assert [one.code for one in report.findings if one.severity != "note"] == []
    listed = [one for one in report.findings if one.code == "NV527"]
    assert [one.file for one in listed] == [CASE]
    assert "scjgj-002" in listed[0].message
    assert "误写了当事人姓名" in listed[0].message
    assert report.summary["redactions"] == 1
    # The redacted text is the base from now on: the next edit is judged against it.
    made.replace(CASE, "name: 李某", "name: 赵某")
    made.commit("scjgj-007", "2026-03-11T09:00")
    assert "NV501" in made.codes()


def test_a_clerk_may_not_approve(tmp_path: Path) -> None:
    made = usual(tmp_path / "ledger")
    args = ["redact", "rsj-20260305-01", "--root", str(made.folder), "--today", "2026-03-10", "--by", "sjj-005",
            "--approver", "rsj-005", "--reason", "误写", "--field", "facts"]  # fmt: skip
    done = CliRunner().invoke(cli, args)
    assert isinstance(done.exception, UserError) or done.exit_code == 2
    assert made.git("status", "--porcelain") == ""
    assert OTHER
    assert "redact" in COMMANDS


@pytest.mark.parametrize("name", ["raised", "log.1.at", "log.1.by", "track", "log.9.text", "matter", "nothing"])
def test_what_is_no_personal_data_stays(name: str) -> None:
    data = (head() + SUBMITTED + ANSWERED).encode()
    with pytest.raises(UserError):
        redact(data, CASE, [(name, "x")], Schemas.bundled())


def test_block_texts_are_replaced_whole_and_nothing_else_changes() -> None:
    before = (head() + SUBMITTED + ANSWERED).replace(
        "facts: 现行办法没有列这种业态，窗口当场答不了。\n", "facts: |\n  张三丰来问。\n\n  他说急。\n"
    )
    made = redact(
        before.encode(), CASE, [("facts", "第一行\n第二行"), ("matter.name", "食品，{新}")], Schemas.bundled()
    )
    value = load(made.data, file=CASE).value
    assert isinstance(value, dict)
    assert value["facts"].strip() == "第一行\n第二行"
    assert value["matter"]["name"] == "食品，{新}"
    assert "张三丰" in made.before
    old, new = before.split("\nlog:")[1], made.data.decode().split("\nlog:")[1]
    assert old == new
