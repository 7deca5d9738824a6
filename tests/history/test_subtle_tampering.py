"""Tampering that hides: behind redactions, merges, links, set-up files, receipts, Git's own trapdoors.

Each is found under its code, by an audit that remembers the last one, again, and by one that remembers nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.history.histories import CASE, OTHER, History, head, step, usual

from noveto.findings import Finding
from noveto.history import audit
from noveto.ledger import Ledger

Tamper = Callable[[History], object]
TAMPERINGS: dict[str, tuple[str, Tamper]] = {}
DAY = "2026-03-10T09:00"
STAFF = "records/registry/staff.yml"
NEW = "records/cases/rsj/2026-03/rsj-20260310-{}.yml"
REMEMBERED = {"NV529", "NV536"}
"""What only memory can tell."""


def finds(code: str) -> Callable[[Tamper], Tamper]:
    def add(tamper: Tamper) -> Tamper:
        TAMPERINGS[tamper.__name__] = (code, tamper)
        return tamper

    return add


def clerk(made: History) -> str:
    return made.commit("scjgj-007", DAY)


def called(text: str = "申请人来催") -> str:
    return step("2026-03-10T08:50", "rsj-005", "note", text=text)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> History:
    made = usual(tmp_path_factory.mktemp("honest") / "ledger")
    made.audit()
    return made


def audited(made: History) -> list[Finding]:
    with Ledger.open(made.folder, at="main", jobs=1) as ledger:
        return audit(ledger, latest=datetime(2026, 3, 20)).findings


# -- files that are not what they were ---------------------------------------------------------------------------


def gitlink(made: History) -> None:
    made.git("rm", "-q", "--cached", CASE)
    (made.folder / CASE).unlink()
    made.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{CASE}")
    made.git("commit", "-q", "-m", "x", env=made.who("scjgj-007", DAY))
    made.receive(made.git("rev-parse", "HEAD"), DAY, "scjgj-007", "hook")


@finds("NV512")
def swap_a_record_for_a_submodule(made: History) -> None:
    gitlink(made)


@finds("NV512")
def swap_a_record_for_a_submodule_and_back(made: History) -> None:
    text = made.read(CASE)
    gitlink(made)
    made.git("rm", "-q", "--cached", CASE)
    made.write(CASE, text)
    clerk(made)


@finds("NV512")
def swap_a_record_for_a_link_and_back(made: History) -> None:
    text = made.read(CASE)
    (made.folder / CASE).unlink()
    (made.folder / CASE).symlink_to("x")
    clerk(made)
    (made.folder / CASE).unlink()
    made.write(CASE, text)
    clerk(made)


@finds("NV512")
def make_a_record_a_program(made: History) -> None:
    (made.folder / CASE).chmod(0o755)
    clerk(made)


@finds("NV502")
def edit_under_other_line_ends_and_a_mark(made: History) -> None:
    text = made.read(CASE).replace("result: done", "result: explained")
    made.write(CASE, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    clerk(made)


@finds("NV502")
def edit_and_edit_back(made: History) -> None:
    text = made.read(CASE)
    made.replace(CASE, "result: done", "result: explained")
    clerk(made)
    made.write(CASE, text)
    clerk(made)


@finds("NV510")
def delete_and_put_back_later(made: History) -> None:
    text = made.read(CASE)
    (made.folder / CASE).unlink()
    clerk(made)
    made.write(CASE, text)
    clerk(made)


@finds("NV513")
def use_a_number_again(made: History) -> None:
    (made.folder / CASE).unlink()
    clerk(made)
    made.write(CASE, head(raised="2026-03-05T11:00").replace("食品经营", "药品经营"))
    clerk(made)


@finds("NV502")
def break_a_text_and_mend_it_otherwise(made: History) -> None:
    text = made.read(CASE)
    made.write(CASE, text + "zzz: [\n")
    clerk(made)
    made.write(CASE, text.replace("已经办好", "已经办妥"))
    clerk(made)


@finds("NV502")
def write_in_another_encoding_and_come_back_changed(made: History) -> None:
    text = made.read(CASE)
    made.write(CASE, text.encode("gbk"))
    clerk(made)
    made.write(CASE, text.replace("已经办好", "已经办妥"))
    clerk(made)


@finds("NV526")
def set_main_back(made: History) -> None:
    made.git("reset", "-q", "--hard", "HEAD~2")


@finds("NV526")
def set_main_back_and_go_on(made: History) -> None:
    made.git("reset", "-q", "--hard", "HEAD~1")
    made.step(OTHER, called(), at=DAY)


@finds("NV529")
def set_main_back_where_nothing_is_witnessed(made: History) -> None:
    made.drop_receipts()
    made.git("reset", "-q", "--hard", "HEAD~1")


# -- redactions ----------------------------------------------------------------------------------------------------


def redact(
    made: History, old: str, new: str, *, by: str = "scjgj-002", approver: str = "scjgj-002", reason: str = "误写"
) -> None:
    blob = made.git("rev-parse", f"HEAD:{CASE}")
    made.replace(CASE, old, new)
    made.commit(by, DAY, f"隐去\n\nRedacts: {CASE}\nOld-Blob: {blob}\nApprover: {approver}\nReason: {reason}\n")


BEYOND = {
    "an_answer": ("satisfied: true", "satisfied: false"),
    "a_reason": ("main: R04", "main: R01"),
    "a_way": ("how: in_person", "how: phone"),
    "a_person": ("to: scjgj-002", "to: scjgj-001"),
    "a_kind": ("kind: application", "kind: enquiry"),
    "a_decision": ("decision: do", "decision: return"),
    "a_field_less": ("  satisfied: true\n", ""),
    "a_field_more": ("facts:", "sensitive: true\nfacts:"),
    "an_excuse": ("handling:", "entry: {mode: outage, why: 停机}\nhandling:"),
}
for _name, (_old, _new) in BEYOND.items():
    TAMPERINGS[f"change_{_name}_as_a_redaction"] = ("NV528", lambda made, old=_old, new=_new: redact(made, old, new))


@finds("NV528")
def redact_with_the_leader_s_name_in_the_message(made: History) -> None:
    redact(made, "王某", "某某", by="scjgj-007")


@finds("NV528")
def redact_approved_by_another_unit(made: History) -> None:
    redact(made, "王某", "某某", approver="rsj-002")


@finds("NV528")
def redact_without_a_reason(made: History) -> None:
    redact(made, "王某", "某某", reason="")


# -- people --------------------------------------------------------------------------------------------------------


def row(made: History, person: str, change: Callable[[str], str]) -> None:
    text = made.read(STAFF)
    start = text.index(f"- id: {person}")
    end = text.index("- id:", start + 5)
    made.write(STAFF, text[:start] + change(text[start:end]) + text[end:])


@finds("NV521")
def write_after_leaving(made: History) -> None:
    row(made, "scjgj-007", lambda text: text.rstrip("\n") + "\n  to: 2026-03-08\n")
    made.commit("sjj-005", "2026-03-09T10:00")
    made.step(CASE, step("2026-03-10T08:50", "scjgj-007", "note", text="x"), at=DAY)


@finds("NV521")
def get_the_right_afterwards(made: History) -> None:
    made.step(CASE, step("2026-03-10T08:50", "scjgj-007", "voided", reason="重复", approver="scjgj-007"), at=DAY)
    row(made, "scjgj-007", lambda text: text.replace("role: clerk", "role: leader", 1))
    made.commit("sjj-005", "2026-03-10T10:00")


@finds("NV518")
def let_somebody_else_have_typed_it(made: History) -> None:
    text = step("2026-03-10T08:50", "scjgj-002", "note", recorded_by="scjgj-003", text="x")
    made.step(CASE, text, by="scjgj-007", at=DAY)


@finds("NV521")
def type_for_another_unit(made: History) -> None:
    made.step(
        CASE, step("2026-03-10T08:50", "scjgj-002", "note", recorded_by="rsj-005", text="x"), by="rsj-005", at=DAY
    )


@finds("NV539")
def make_a_limit_longer_for_the_past(made: History) -> None:
    made.replace("schema/rules.yml", "general: {days: 3", "general: {days: 30")
    made.commit("sjj-005", DAY)


@finds("NV539")
def add_a_rule_that_holds_since_last_year(made: History) -> None:
    made.append(
        "schema/rules.yml",
        "- from: 2025-03-01\n  cite: x\n  limits:\n    interim: {days: 9, unit: workdays, cite: x}\n",
    )
    made.commit("sjj-005", DAY)


@finds("NV502")
def narrow_the_schema_and_change_what_it_no_longer_knows(made: History) -> None:
    made.replace("schema/case.schema.json", '"in_person"', '"in_persona"')
    made.commit("sjj-005", DAY)
    made.replace(CASE, "text: 已经办好。", "text: 没有办。")
    clerk(made)


# -- merges --------------------------------------------------------------------------------------------------------


def branch(made: History, name: str = "side") -> None:
    made.git("checkout", "-q", "-b", name, "main")


def begin_merge(made: History, *names: str) -> None:
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "--no-commit", *names, env=made.who("rsj-005", DAY))


@finds("NV502")
def a_merge_that_edits_an_old_step(made: History) -> None:
    branch(made)
    made.step(OTHER, called(), at=DAY, received=None)
    begin_merge(made, "side")
    made.replace(CASE, "已经办好", "已经办妥")
    made.commit("rsj-005", DAY)


@finds("NV530")
def a_merge_that_edits_what_it_brings(made: History) -> None:
    branch(made)
    made.step(OTHER, called(), at=DAY, received=None)
    begin_merge(made, "side")
    made.replace(OTHER, "申请人来催", "申请人道谢")
    made.commit("rsj-005", DAY)


@finds("NV537")
def a_merge_that_rewrites_a_new_record_s_head(made: History) -> None:
    branch(made)
    made.write(NEW.format("01"), head("rsj", "rsj-005", "2026-03-10T08:00"))
    made.commit("rsj-005", DAY, received=None)
    begin_merge(made, "side")
    made.replace(NEW.format("01"), "窗口当场答不了", "窗口当场答了")
    made.commit("rsj-005", DAY)


@finds("NV530")
def an_octopus_that_drops_a_record(made: History) -> None:
    for nn in ("01", "02"):
        branch(made, f"side-{nn}")
        made.write(NEW.format(nn), head("rsj", "rsj-005", "2026-03-10T08:00", nn=nn))
        made.commit("rsj-005", DAY, received=None)
    begin_merge(made, "side-01", "side-02")
    (made.folder / NEW.format("02")).unlink()
    made.commit("rsj-005", DAY)


@finds("NV534")
def let_merges_mix_lines_from_a_folder_below(made: History) -> None:
    made.write("records/cases/.gitattributes", "*.yml merge=union\n")
    made.commit("sjj-005", DAY)


@finds("NV534")
def let_merges_mix_lines_by_a_macro(made: History) -> None:
    made.write(".gitattributes", "[attr]mix merge=union\n*.yml mix\n")
    made.commit("sjj-005", DAY)


# -- receipts ------------------------------------------------------------------------------------------------------


def receipts_commit(made: History, data: bytes, *parents: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", data=data)
    tree = made.git("mktree", data=f"100644 blob {blob}\t2026-03.jsonl\n".encode())
    env = {f"GIT_{role}_{part}": "bot" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    flags = [word for parent in parents for word in ("-p", parent)]
    made.git("update-ref", "refs/heads/receipts", made.git("commit-tree", tree, *flags, "-m", "x", env=env))


@finds("NV524")
def receipts_changed_behind_a_merge(made: History) -> None:
    data = made.receipts("2026-03").replace(b"2026-03-09T09:30", b"2026-03-08T09:30")
    receipts_commit(made, data, made.git("rev-parse", "receipts~3"), made.git("rev-parse", "receipts"))


@finds("NV532")
def a_receipt_older_than_those_before_it(made: History) -> None:
    commit = made.step(OTHER, step("2026-03-06T09:00", "rsj-005", "note", text="x"), at=DAY, received=None)
    made.receive(commit, "2026-03-06T09:01", "rsj-005", "hook")


@finds("NV532")
def a_missing_receipt_filled_in_with_an_old_time(made: History) -> None:
    hidden = made.step(OTHER, called(), at="2026-03-10T09:00", received=None)
    made.step(OTHER, step("2026-03-12T08:50", "rsj-005", "note", text="x"), at="2026-03-12T09:00")
    made.receive(hidden, "2026-03-10T09:00", "rsj-005", "hook")


@finds("NV524")
def a_receipt_put_into_a_month_that_is_over(made: History) -> None:
    made.step(OTHER, step("2026-04-01T08:50", "rsj-005", "note", text="x"), at="2026-04-01T09:00")
    made.receive("2" * 40, "2026-03-30T09:00", "rsj-005", "hook")


@finds("NV538")
def a_receipt_of_a_day_to_come(made: History) -> None:
    commit = made.step(OTHER, called(), at=DAY, received=None)
    made.receive(commit, "2036-03-06T09:01", "rsj-005", "hook")


@finds("NV525")
def a_receipt_in_another_month_s_file(made: History) -> None:
    line = f'{{"commit": "{made.git("rev-parse", "HEAD")}", "received": "2026-03-09T09:40:00+08:00"}}\n'
    made.set_receipts("2026-04", line.encode())


@finds("NV533")
def a_second_receipt_in_the_next_month(made: History) -> None:
    made.receive(made.git("rev-parse", "HEAD~3"), "2026-04-01T09:00", "scjgj-007", "hook")


@finds("NV536")
def receipts_that_are_gone(made: History) -> None:
    made.drop_receipts()


# -- trapdoors of Git ----------------------------------------------------------------------------------------------


@finds("NV502")
def show_the_old_text_by_a_replacement(made: History) -> None:
    good = made.git("rev-parse", f"HEAD:{CASE}")
    made.replace(CASE, "已经办好", "已经办妥")
    clerk(made)
    made.git("replace", made.git("rev-parse", f"HEAD:{CASE}"), good)


@finds("NV502")
def show_another_history_by_a_graft(made: History) -> None:
    made.replace(CASE, "已经办好", "已经办妥")
    clerk(made)
    tip = made.step(OTHER, called(), at=DAY)
    root = made.git("rev-list", "--max-parents=0", "HEAD")
    env = made.who("scjgj-007", "2026-03-05T10:00")
    whole = made.git("commit-tree", made.git("rev-parse", "HEAD~1^{tree}"), "-p", root, "-m", "x", env=env)
    (made.folder / ".git" / "info").mkdir(exist_ok=True)
    (made.folder / ".git" / "info" / "grafts").write_text(f"{tip} {whole}\n")


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(name: str, honest: History, tmp_path: Path) -> None:
    code, tamper = TAMPERINGS[name]
    made = honest.copy(tmp_path / "ledger")
    tamper(made)
    found = audited(made)
    told = [one for one in found if one.code == code]
    assert told, sorted({(one.code, one.message) for one in found})
    assert all(one.message and one.fix for one in told)
    assert audited(made) == found
    shutil.rmtree(made.folder / ".git" / "noveto")
    anew = audited(made)
    assert set(anew) <= set(found)
    assert {one.code for one in anew} == {one.code for one in found} - REMEMBERED


def test_an_older_revision_is_no_alarm_and_leaves_what_is_known(honest: History, tmp_path: Path) -> None:
    made = honest.copy(tmp_path / "ledger")
    assert audited(made) == []
    with Ledger.open(made.folder, at="main~2", jobs=1) as ledger:
        report = audit(ledger)
    assert report.findings == []
    assert report.summary["commits"] == 5
    assert audited(made) == []


def test_there_are_forty_of_them() -> None:
    assert len(TAMPERINGS) >= 40


def test_what_a_new_version_adds_to_the_rules_is_no_change(honest: History, tmp_path: Path) -> None:
    made = honest.copy(tmp_path / "ledger")
    made.replace(
        "schema/rules.yml", "  tolerances:\n", "    new_clock: {days: 9, unit: workdays, cite: x}\n  tolerances:\n"
    )
    made.append(
        "schema/rules.yml",
        "- from: 2026-04-01\n  cite: x\n  limits:\n    interim: {days: 2, unit: workdays, cite: x}\n",
    )
    made.commit("sjj-005", DAY)
    assert [one.code for one in audited(made)] == []


def test_a_record_that_took_the_next_number_in_a_merge_has_lost_nothing(honest: History, tmp_path: Path) -> None:
    made = honest.copy(tmp_path / "ledger")
    branch(made)
    mine = head("rsj", "rsj-005", "2026-03-10T08:00") + step("2026-03-10T08:10", "rsj-005", "submitted", to="rsj-002")
    made.write(NEW.format("01"), mine)
    made.commit("rsj-005", "2026-03-10T08:11", received=None)
    made.git("checkout", "-q", "main")
    made.write(NEW.format("01"), head("rsj", "rsj-005", "2026-03-10T08:05"))
    made.commit("rsj-005", "2026-03-10T08:06")
    made.git("merge", "-q", "--no-ff", "--no-commit", "-s", "ours", "side", env=made.who("rsj-005", DAY))
    made.write(NEW.format("02"), mine.replace("20260310-01", "20260310-02"))
    made.commit("rsj-005", DAY)
    assert [one.code for one in audited(made)] == []
