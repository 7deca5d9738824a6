"""Pushes into a real bare repository with the real hooks: what is kept out, what is let in, what is witnessed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.history.histories import CASE, OTHER, head, step
from tests.hooks.clerk import DAY, NOTE, Clerk, receipts


def test_an_honest_step_is_taken_and_witnessed(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    clerk.append(CASE, NOTE)
    made = clerk.commit("scjgj-007", DAY, received=None)
    assert clerk.push()[0]
    row = receipts(bare)[-1]
    assert (row["commit"], row["pusher"], row["via"]) == (made, "scjgj-007", "hook")
    assert row["received"].endswith("+08:00")
    before = len(receipts(bare))
    old = clerk.git("rev-parse", "HEAD~1")
    again = f"{old} {made} refs/heads/main\n".encode()
    subprocess.run([str(bare / "hooks" / "post-receive")], cwd=bare, input=again, check=True, capture_output=True)
    assert len(receipts(bare)) == before  # running it twice writes nothing twice


def edit_head(made: Clerk) -> None:
    made.replace(CASE, "track: general", "track: special")


def edit_step(made: Clerk) -> None:
    made.replace(CASE, "text: 已经办好。", "text: 没有办好。")


def broken_form(made: Clerk) -> None:
    made.append(CASE, "- at: 2026-03-10T08:50\n  by: scjgj-007\n  step: nonsense\n")


def deletion(made: Clerk) -> None:
    (made.folder / OTHER).unlink()


def renaming(made: Clerk) -> None:
    (made.folder / CASE).rename((made.folder / CASE).with_name("scjgj-20260305-02.yml"))


def foreign_step(made: Clerk) -> None:
    made.append(CASE, step("2026-03-10T08:50", "rsj-005", "note", text="替别人写"))


def foreign_case(made: Clerk) -> None:
    made.write("records/cases/rsj/2026-03/rsj-20260310-01.yml", head("rsj", "rsj-005", "2026-03-10T08:00"))


def leaders_step(made: Clerk) -> None:
    made.append(CASE, step("2026-03-10T08:50", "scjgj-007", "voided", reason="重复", approver="scjgj-002"))


def staff(made: Clerk) -> None:
    text = made.read("records/registry/staff.yml")
    start = text.index("- id: scjgj-007")
    made.write("records/registry/staff.yml", text[:start] + text[start:].replace("role: clerk", "role: leader", 1))


def staff_used_at_once(made: Clerk) -> None:
    staff(made)
    leaders_step(made)


def rules(made: Clerk) -> None:
    made.append("schema/rules.yml", "# 改\n")


def union(made: Clerk) -> None:
    made.write(".gitattributes", "*.yml merge=union\n")


def link(made: Clerk) -> None:
    (made.folder / "records/cases/scjgj/2026-03/scjgj-20260310-09.yml").symlink_to("/etc/passwd")


def personal_number(made: Clerk) -> None:
    made.append(CASE, step("2026-03-10T08:50", "scjgj-007", "note", text="联系电话 13955512345"))


def unknown_person(made: Clerk) -> None:
    made.append(CASE, step("2026-03-10T08:50", "scjgj-907", "note", text="某人"))


REFUSED: list[tuple[Callable[[Clerk], None], str]] = [
    (edit_head, "NV501"), (edit_step, "NV502"), (broken_form, "NV1"), (deletion, "NV509"), (renaming, "NV509"),
    (foreign_step, "NV521"), (foreign_case, "NV521"), (leaders_step, "NV521"), (staff, "NV522"),
    (staff_used_at_once, "NV521"), (rules, "NV522"), (union, "NV534"), (link, "NV544"), (personal_number, "NV6"),
    (unknown_person, "NV521"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), REFUSED, ids=[change.__name__ for change, _ in REFUSED])
def test_what_is_kept_out(change: Callable[[Clerk], None], code: str, office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    before = clerk.git("ls-remote", str(bare))
    change(clerk)
    clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push()
    assert not taken
    assert code in said, said
    assert "怎么改" in said
    assert clerk.git("ls-remote", str(bare)) == before


def test_a_breach_is_let_through_with_a_notice(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.append(
        OTHER,
        step("2026-03-10T08:50", "rsj-005", "answered", result="refused", how="phone", told_to="self", text="办不了。"),
    )
    clerk.commit("rsj-005", DAY, received=None)
    taken, said = clerk.push(by="rsj-005")
    assert taken, said
    assert "违规" in said
    assert "rsj-20260305-01.yml" in said


def test_history_may_not_be_rewritten(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.git("reset", "-q", "--hard", "HEAD~1")
    clerk.append(CASE, NOTE)
    clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push("--force", "origin", "main")
    assert not taken
    assert "NV540" in said
    taken, said = clerk.push("origin", ":main")
    assert not taken


def test_pulling_and_pushing_may_not_push_the_line_aside(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.git("branch", "theirs", "main")
    clerk.git("reset", "-q", "--hard", "HEAD~1")
    clerk.append(OTHER, step("2026-03-10T08:40", "rsj-005", "note", text="申请人来催"))
    clerk.commit("rsj-005", DAY, received=None)
    clerk.git("merge", "-q", "-m", "Merge", "theirs", env=clerk.who("rsj-005", DAY))
    taken, said = clerk.push(by="rsj-005")
    assert not taken
    assert "NV541" in said
    assert "rebase" in said


def test_the_receipts_are_the_servers_alone(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.git("fetch", "-q", "origin", "receipts:receipts")
    clerk.receive("1" * 40, "2026-03-10T10:00", "scjgj-007", "hook")
    taken, said = clerk.push("origin", "receipts")
    assert not taken
    assert "NV542" in said
    assert clerk.push("origin", "receipts", by="receipts")[0]


def test_authors_are_the_pushers(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.append(OTHER, step("2026-03-10T08:50", "rsj-005", "note", text="已回电话"))
    clerk.commit("rsj-005", DAY, received=None)
    taken, said = clerk.push(by="scjgj-007")
    assert not taken
    assert "NV518" in said
    taken, said = clerk.push("origin", "main:refs/heads/other", by="scjgj-007")
    assert not taken
    assert "NV545" in said
    taken, said = clerk.push(by="nobody")
    assert not taken
    assert "NV543" in said
    assert clerk.push(by="desk")[0]  # the desk vouches for the author it signed in


def test_an_empty_commit_in_anothers_name(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.git("commit", "-q", "--allow-empty", "-m", "同意", env=clerk.who("scjgj-002", DAY))
    taken, said = clerk.push(by="scjgj-007")
    assert not taken
    assert "NV545" in said
    assert clerk.push(by="scjgj-002")[0]


def test_a_merge_of_a_colleagues_branch(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    clerk.git("checkout", "-q", "-b", "work")
    clerk.append(CASE, NOTE)
    clerk.commit("scjgj-007", DAY, received=None)
    assert clerk.push("origin", "work")[0]
    clerk.git("checkout", "-q", "main")
    clerk.git("merge", "-q", "--no-ff", "-m", "Merge", "work", env=clerk.who("scjgj-001", DAY))
    taken, said = clerk.push(by="scjgj-001")
    assert taken, said
    assert receipts(bare)[-1]["commit"] == clerk.git("rev-parse", "HEAD")


def test_admins_change_the_registry(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    staff(clerk)
    clerk.commit("sjj-005", DAY, received=None)
    assert clerk.push(by="sjj-005")[0]


@pytest.mark.parametrize("name", ["FORGEJO_PUSHER_NAME", "GL_USERNAME", "REMOTE_USER"])
def test_the_pusher_is_found_as_each_server_names_it(name: str) -> None:
    from noveto.history.pushes import pusher_of

    assert pusher_of({name: "scjgj-007", "USER": "git"}) == "scjgj-007"


def test_concurrent_pushes_lose_no_receipt(office: tuple[Clerk, Path], tmp_path: Path) -> None:
    _, bare = office
    clerks = []
    for n in range(3):
        subprocess.run(["git", "clone", "-q", str(bare), str(tmp_path / f"c{n}")], check=True)
        clerks.append(Clerk(tmp_path / f"c{n}"))

    def work(number: int) -> list[str]:
        clerk, made = clerks[number], []
        for k in range(1):
            nn = f"{number}{k}"
            path = f"records/cases/scjgj/2026-03/scjgj-20260310-{nn}.yml"
            clerk.write(
                path,
                head(raised="2026-03-10T08:10", nn=nn)
                + step("2026-03-10T08:50", "scjgj-007", "submitted", to="scjgj-002"),
            )
            clerk.commit("scjgj-007", DAY, received=None)
            for _ in range(40):
                if clerk.push()[0]:
                    break
                clerk.git("fetch", "-q")
                clerk.git("rebase", "-q", "origin/main", env=clerk.who("scjgj-007", DAY))
            made.append(clerk.git("rev-parse", "HEAD"))
        return made

    with ThreadPoolExecutor(3) as pool:
        made = [one for found in pool.map(work, range(3)) for one in found]
    rows = [row["commit"] for row in receipts(bare)]
    assert set(made) <= set(rows)
    assert len(rows) == len(set(rows))
    line = subprocess.run(["git", "rev-list", "--first-parent", "main"], cwd=bare, capture_output=True, check=True)
    assert set(line.stdout.decode().split()) == set(rows)


def test_a_thousand_records_in_one_push(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    for n in range(1000):
        nn = f"{n:04d}"
        path = f"records/cases/scjgj/2026-03/scjgj-20260310-{nn}.yml"
        clerk.write(
            path,
            head(raised="2026-03-10T08:10", nn=nn) + step("2026-03-10T08:50", "scjgj-007", "submitted", to="scjgj-002"),
        )
    made = clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push()  # how long it takes: make bench
    assert taken, said
    assert receipts(bare)[-1]["commit"] == made
