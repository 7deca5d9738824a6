"""Every way of dressing up a history that we could think of is found, under the code that names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.history.histories import (
    ANSWERED,
    CASE,
    HEAD,
    OTHER,
    REVIEWED,
    SUBMITTED,
    History,
    head,
    look_at_everything,
    step,
    usual,
)

from noveto.errors import UserError

Tamper = Callable[[History], object]
TAMPERINGS: dict[str, tuple[str, Tamper]] = {}
DAY = "2026-03-10T09:00"
STAFF = "records/registry/staff.yml"


def finds(code: str) -> Callable[[Tamper], Tamper]:
    def add(tamper: Tamper) -> Tamper:
        TAMPERINGS[tamper.__name__] = (code, tamper)
        return tamper

    return add


def clerk(made: History, message: str = "改动", **more: str) -> str:
    return made.commit("scjgj-007", DAY, message, **more)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> History:
    made = usual(tmp_path_factory.mktemp("honest") / "ledger")
    made.audit()  # the tip is known from here on, as in an office that audits every day
    return made


@finds("NV502")
def edit_a_closed_case(made: History) -> None:
    made.replace(CASE, "result: done", "result: explained")
    clerk(made)


@finds("NV504")
def extend_an_old_text_by_indented_lines(made: History) -> None:
    made.append(CASE, "  remark: 其实第二天才办\n")
    clerk(made)


@finds("NV504")
def add_a_key_after_the_log(made: History) -> None:
    made.append(CASE, "sensitive: true\n")
    clerk(made)


@finds("NV516")
def back_date_a_step(made: History) -> None:
    made.step(
        OTHER,
        step("2026-03-06T09:00", "rsj-005", "answered", result="done", how="phone", told_to="self", text="已办。"),
        at=DAY,
    )


@finds("NV515")
def date_a_step_ahead(made: History) -> None:
    made.step(OTHER, step("2026-03-12T09:00", "rsj-005", "note", text="先写上"), at=DAY)


@finds("NV526")
def force_push(made: History) -> None:
    made.git("reset", "-q", "--hard", "HEAD~1")
    clerk(made)


@finds("NV529")
def force_push_and_drop_the_receipts(made: History) -> None:
    made.git("reset", "-q", "--hard", "HEAD~2")
    made.drop_receipts()
    made.commit("scjgj-007", DAY, received=None)


@finds("NV526")
def pull_then_push(made: History) -> None:
    made.git("checkout", "-q", "-b", "mine", "HEAD~2")
    made.write("records/cases/scjgj/2026-03/scjgj-20260306-01.yml", head(raised="2026-03-06T09:00"))
    made.commit("scjgj-007", "2026-03-06T09:05", received=None)
    made.git("merge", "-q", "--no-ff", "-m", "Merge", "main", env=made.who("scjgj-007", DAY))
    made.git("branch", "-f", "main", "mine")
    made.git("checkout", "-q", "main")


@finds("NV506")
def swap_two_steps(made: History) -> None:
    made.write(CASE, head() + REVIEWED + SUBMITTED + made.read(CASE).split(REVIEWED)[1])
    clerk(made)


@finds("NV501")
def change_the_head(made: History) -> None:
    made.replace(CASE, "raised: 2026-03-05T09:40", "raised: 2026-03-05T16:40")
    clerk(made)


@finds("NV510")
def delete_a_case(made: History) -> None:
    (made.folder / OTHER).unlink()
    clerk(made)


@finds("NV513")
def delete_and_add_another_under_the_number(made: History) -> None:
    text = made.read(CASE)
    (made.folder / CASE).unlink()
    clerk(made)
    made.write(CASE, text.replace("现行办法没有列这种业态", "申请人没有带材料"))
    clerk(made)


@finds("NV511")
def move_to_another_folder(made: History) -> None:
    new = "records/cases/scjgj/2026-04/scjgj-20260305-01.yml"
    (made.folder / new).parent.mkdir(parents=True)
    (made.folder / CASE).rename(made.folder / new)
    clerk(made)


@finds("NV514")
def renumber(made: History) -> None:
    new = CASE.replace("0305-01", "0306-01")
    (made.folder / CASE).rename(made.folder / new)
    made.replace(new, "id: scjgj-20260305-01", "id: scjgj-20260306-01")
    made.replace(new, "raised: 2026-03-05", "raised: 2026-03-06")
    clerk(made)


@finds("NV516")
def fake_author_dates(made: History) -> None:
    made.append(OTHER, step("2026-03-06T09:00", "rsj-005", "note", text="当天就打过电话"))
    made.commit("rsj-005", "2026-03-06T09:01", received=DAY)


@finds("NV519")
def fake_the_author(made: History) -> None:
    made.step(OTHER, step("2026-03-10T08:50", "rsj-005", "note", text="已经回访"), at=DAY, pusher="scjgj-007")


@finds("NV518")
def write_in_anothers_name(made: History) -> None:
    made.step(
        CASE,
        step("2026-03-10T08:50", "scjgj-002", "voided", reason="重复", approver="scjgj-002"),
        by="scjgj-007",
        at=DAY,
    )


@finds("NV524")
def edit_the_receipts(made: History) -> None:
    made.set_receipts("2026-03", made.receipts("2026-03").replace(b"2026-03-09T09:30", b"2026-03-08T09:30"))


@finds("NV524")
def remove_a_receipt(made: History) -> None:
    rows = made.receipts("2026-03").splitlines(keepends=True)
    made.set_receipts("2026-03", b"".join(rows[:2] + rows[3:]))


@finds("NV524")
def reorder_the_receipts(made: History) -> None:
    rows = made.receipts("2026-03").splitlines(keepends=True)
    made.set_receipts("2026-03", b"".join([rows[1], rows[0], *rows[2:]]))


@finds("NV526")
def a_receipt_for_a_commit_to_come(made: History) -> None:
    made.receive("1" * 40, "2026-03-09T10:00", "scjgj-007", "hook")


@finds("NV533")
def a_second_receipt_for_a_commit(made: History) -> None:
    made.receive(made.git("rev-parse", "HEAD~2"), "2026-03-09T10:00", "scjgj-007", "hook")


@finds("NV536")
def receipts_written_anew(made: History) -> None:
    rows = made.receipts("2026-03").replace(b"2026-03-09T09:30", b"2026-03-08T09:30")
    made.drop_receipts()
    made.set_receipts("2026-03", rows)


@finds("NV521")
def another_units_step(made: History) -> None:
    made.step(CASE, step("2026-03-10T08:50", "rsj-005", "note", text="替他们记一笔"), at=DAY)


@finds("NV521")
def another_units_case(made: History) -> None:
    made.write("records/cases/rsj/2026-03/rsj-20260310-01.yml", head("rsj", "rsj-005", "2026-03-10T08:00"))
    clerk(made)


@finds("NV521")
def a_clerk_decides_as_leader(made: History) -> None:
    made.step(
        CASE, step("2026-03-10T08:50", "scjgj-007", "struck", entry='"1"', why="写错", approver="scjgj-002"), at=DAY
    )


@finds("NV522")
def make_oneself_leader_and_use_it(made: History) -> None:
    text = made.read(STAFF)
    start = text.index("- id: scjgj-007")
    made.write(STAFF, text[:start] + text[start:].replace("role: clerk", "role: leader", 1))
    clerk(made)


@finds("NV521")
def change_staff_and_use_it_in_one_commit(made: History) -> None:
    text = made.read(STAFF)
    start = text.index("- id: scjgj-007")
    made.write(STAFF, text[:start] + text[start:].replace("role: clerk", "role: leader", 1))
    made.step(CASE, step("2026-03-10T08:50", "scjgj-007", "voided", reason="重复", approver="scjgj-007"), at=DAY)


@finds("NV522")
def widen_the_limits(made: History) -> None:
    made.write("schema/rules.yml", made.read("schema/rules.yml") + "# x\n")
    clerk(made)


@finds("NV530")
def a_merge_that_drops_a_step(made: History) -> None:
    made.git("checkout", "-q", "-b", "side")
    made.step(OTHER, step("2026-03-10T08:50", "rsj-005", "note", text="申请人来催"), at=DAY, received=None)
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge", "side", env=made.who("rsj-005", DAY))
    made.receive(made.git("rev-parse", "HEAD"), DAY, "rsj-005", "hook")


@finds("NV505")
def a_merge_that_drops_a_step_of_main(made: History) -> None:
    made.git("checkout", "-q", "-b", "side", "HEAD~1")
    made.write("records/cases/rsj/2026-03/rsj-20260310-01.yml", head("rsj", "rsj-005", "2026-03-10T08:00"))
    made.commit("rsj-005", DAY, received=None)
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "--no-commit", "side", env=made.who("rsj-005", DAY))
    made.write(CASE, made.read(CASE).split("- at: 2026-03-09")[0])
    made.commit("rsj-005", DAY)


@finds("NV512")
def swap_a_record_for_a_link(made: History) -> None:
    (made.folder / CASE).unlink()
    (made.folder / CASE).symlink_to("../../../../README.md")
    clerk(made)


@finds("NV523")
def reclassify_after_the_limit_with_an_old_date(made: History) -> None:
    made.step(OTHER, step("2026-03-09T10:00", "rsj-002", "reclassified", track="special", reason="要论证", approver="rsj-002",
                          mode="oral"), at="2026-03-13T10:00")  # fmt: skip


@finds("NV528")
def remove_text_as_if_it_were_approved(made: History) -> None:
    made.replace(CASE, "窗口当场答不了", "某某当场答不了")
    clerk(made, f"隐去\n\nRedacts: {CASE}\nOld-Blob: {'0' * 40}\nApprover: scjgj-007\nReason: 写错\n")


@finds("NV528")
def a_redaction_that_moves_a_time(made: History) -> None:
    blob = made.git("rev-parse", f"HEAD:{CASE}")
    made.replace(CASE, "2026-03-06T09:30", "2026-03-05T17:30")
    made.commit("scjgj-002", DAY, f"隐去\n\nRedacts: {CASE}\nOld-Blob: {blob}\nApprover: scjgj-002\nReason: 姓名\n")


@finds("NV534")
def let_merges_mix_lines(made: History) -> None:
    made.write(".gitattributes", "*.yml merge=union\n")
    made.commit("sjj-005", DAY)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(name: str, honest: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, tamper = TAMPERINGS[name]
    made = honest.copy(tmp_path / "ledger")
    tamper(made)
    found = made.audit().findings
    told = [one for one in found if one.code == code]
    assert told, sorted({(one.code, one.message) for one in found})
    assert all(one.message and one.fix for one in told)
    # A second run, which looks at nothing anew, says the same; so does one that remembers nothing but the line.
    again = list(made.audit().findings)
    assert again == found
    # What is passed over at a glance has nothing to tell.
    made.forget()
    look_at_everything(monkeypatch)
    assert made.audit().findings == found


def test_the_list_is_long_enough_and_the_texts_are_what_they_seem() -> None:
    assert len(TAMPERINGS) >= 25
    assert HEAD.endswith("log:\n")
    assert ANSWERED.startswith("- at:")


def test_an_honest_history_gives_no_alarm(honest: History) -> None:
    report = honest.audit()
    assert report.findings == []
    assert report.witnessed
    assert report.summary["commits"] == report.summary["witnessed"] == 7


def test_a_calendar_that_cannot_be_used_is_told_by_every_audit(honest: History, tmp_path: Path) -> None:
    made = honest.copy(tmp_path / "ledger")
    made.audit()
    made.replace("records/calendar/2026.yml", "year: 2026", "year: 来年")
    made.commit("sjj-005", DAY)
    for _ in range(2):
        with pytest.raises(UserError, match="2026"):
            made.audit()
