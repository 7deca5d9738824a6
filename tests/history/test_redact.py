"""Approved redactions: written by the command, accepted and listed by the audit, kept to what may be hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.history.histories import ANSWERED, CASE, OTHER, SUBMITTED, head, usual

from noveto.cli.main import COMMANDS, cli
from noveto.errors import UserError
from noveto.history.redact import redact
from noveto.history.redactions import beyond_redaction
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


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("case", {"facts": "张三来问"}, {"facts": "来人问"}, ""),
        ("case", {"applicant": {"name": "张三", "contact": "1"}}, {"applicant": {"name": "某某"}}, ""),
        ("case", {"documents": [{"title": "张三的证"}]}, {"documents": [{"title": "某证"}]}, ""),
        ("case", {"documents": [{"title": "a"}]}, {"documents": []}, "改了“documents”"),
        ("case", {"sensitive": True}, {"sensitive": False}, "改了“sensitive”"),
        ("case", {"remark": "张三"}, {"remark": {"x": "y"}}, "改了“remark”"),
        ("case", {"log": [{"step": "note", "text": "张三"}]}, {"log": [{"step": "note", "text": "某"}, {"step": "note"}]}, ""),
        ("case", {"log": [{"step": "note", "text": "张三"}]}, {"log": []}, "少了步骤"),
        ("case", {"log": [{"step": "consulted", "question": "张三"}]}, {"log": [{"step": "note", "question": "张三"}]}, "第 1 步的“step”"),
        (
            "case", {"log": [{"step": "corrected", "field": "applicant.name", "now": "张三"}]},
            {"log": [{"step": "corrected", "field": "applicant.name", "now": "某某"}]}, "",
        ),
        (
            "case", {"raised": "x", "log": [{"step": "corrected", "field": "raised", "now": "2026-03-05T09:40"}]},
            {"raised": "x", "log": [{"step": "corrected", "field": "raised", "now": "2026-03-05T10:40"}]}, "第 1 步的“now”",
        ),
        (
            "case", {"log": [{"step": "corrected", "field": "facts", "now": "a"}]},
            {"log": [{"step": "corrected", "field": "remark", "now": "a"}]}, "第 1 步的“field”",
        ),
        ("period", {"log": [{"step": "frozen", "figures": "- I1 3"}]}, {"log": [{"step": "frozen", "figures": "- I1 4"}]}, "“figures”"),
        ("period", {"log": [{"step": "frozen", "rules": "a" * 64}]}, {"log": [{"step": "frozen", "rules": "b" * 64}]}, "“rules”"),
        ("review", {"seed": "1"}, {"seed": "2"}, "改了“seed”"),
    ],
)  # fmt: skip
def test_only_free_text_may_go(kind: str, old: dict[str, object], new: dict[str, object], said: str) -> None:
    found = beyond_redaction(Schemas.bundled(), kind, old, new)
    assert said in found
    assert bool(found) == bool(said)


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
