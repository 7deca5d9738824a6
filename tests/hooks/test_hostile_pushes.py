"""Pushes that want to lock the ledger, speak for others, or hide: odd trees, set-up, refs, surroundings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.history.histories import CASE, OTHER, head, step
from tests.hooks.clerk import DAY, NOTE, Clerk, receipts

STAFF, CASES = "records/registry/staff.yml", "schema/case.schema.json"
NEW = "records/cases/scjgj/2026-03/scjgj-20260310-01.yml"


def narrowed(made: Clerk) -> None:
    schema = json.loads(made.read(CASES))
    schema["properties"]["channel"] = {"title": "来的渠道", "const": "hotline"}
    made.write(CASES, json.dumps(schema, ensure_ascii=False))


def gone(path: str) -> Callable[[Clerk], None]:
    return lambda made: (made.folder / path).unlink()


def written(path: str, text: str) -> Callable[[Clerk], None]:
    return lambda made: made.write(path, text)


LOCKING: list[tuple[str, Callable[[Clerk], None], str]] = [
    ("schema no JSON", written(CASES, "{"), "NV906"),
    ("schema no schema", written(CASES, "[]"), "NV906"),
    ("schema narrowed", narrowed, "NV1"),
    ("steps gone", gone("schema/steps.yml"), "NV906"),
    ("staff gone", gone(STAFF), "NV547"),
    ("staff empty", written(STAFF, "staff: []\n"), "NV548"),
    (
        "no administrator",
        lambda made: made.write(STAFF, made.read(STAFF).replace("role: admin", "role: clerk")),
        "NV548",
    ),
]


@pytest.mark.parametrize(("change", "code"), [row[1:] for row in LOCKING], ids=[row[0] for row in LOCKING])
def test_set_up_that_would_lock_everybody_out(
    change: Callable[[Clerk], None], code: str, office: tuple[Clerk, Path]
) -> None:
    clerk, _ = office
    change(clerk)
    clerk.commit("sjj-005", DAY, received=None)
    taken, said = clerk.push(by="sjj-005")
    assert not taken
    assert code in said, said
    assert "怎么改" in said


def test_a_schema_may_be_widened(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    schema = json.loads(clerk.read(CASES))
    schema["properties"]["colour"] = {"title": "颜色", "description": "另加的一栏。", "type": "string"}
    clerk.write(CASES, json.dumps(schema, ensure_ascii=False, indent=2))
    clerk.commit("sjj-005", DAY, received=None)
    taken, said = clerk.push(by="sjj-005")
    assert taken, said


def test_a_consulted_unit_answers_for_itself_and_nothing_else(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    asked = step(
        "2026-03-10T08:20", "scjgj-007", "consulted", units="[rsj, zjj]", question="可以吗", reply_by="2026-03-17"
    )
    clerk.write(NEW, head(raised="2026-03-10T08:10", nn="01").replace("20260305", "20260310") + asked)
    clerk.commit("scjgj-007", DAY, received=None)
    assert clerk.push()[0]
    at = "2026-03-10T08:30"
    for more in (
        step(at, "rsj-005", "consult_answered", unit="zjj", stance="agree", basis="同意"),
        step(at, "rsj-005", "note", text="看到了"),
        step(at, "rsj-005", "answered", result="done", how="phone", told_to="self", text="办好了。"),
        step(at, "rsj-002", "unit_review", decision="do", text="办。"),
    ):
        clerk.append(NEW, more)
        clerk.commit("rsj-005", DAY, received=None)
        taken, said = clerk.push(by="rsj-005")
        assert not taken
        assert "NV521" in said, said
        clerk.git("reset", "-q", "--hard", "origin/main")
    clerk.append(NEW, step(at, "rsj-005", "consult_answered", unit="rsj", stance="agree", basis="同意"))
    clerk.commit("rsj-005", DAY, received=None)
    taken, said = clerk.push(by="rsj-005")
    assert taken, said


def submodule(made: Clerk) -> None:
    made.git("update-index", "--add", "--cacheinfo", f"160000,{made.git('rev-parse', 'HEAD')},parts")


def folder_for_file(made: Clerk) -> None:
    (made.folder / CASE).unlink()
    made.write(f"{CASE}/x.yml", "a: 1\n")


def union_below(made: Clerk) -> None:
    made.write("records/cases/.gitattributes", "*.yml merge=union\n")


ODD: list[tuple[Callable[[Clerk], None], str]] = [
    (submodule, "NV544"),
    (folder_for_file, "NV509"),
    (union_below, "NV534"),
    (written("records/cases/scjgj/2026-03/a\nb.yml", "x: 1\n"), "NV522"),
    (lambda made: made.append(CASE, f"{NOTE}# {'x' * 3_000_000}\n"), "NV119"),
    (lambda made: made.write(NEW, "id: 甲\n".encode("gbk")), "NV102"),
]


@pytest.mark.parametrize(("change", "code"), ODD, ids=["submodule", "folder", "union", "newline", "large", "gbk"])
def test_odd_trees(change: Callable[[Clerk], None], code: str, office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    change(clerk)
    if change is not submodule:
        clerk.git("add", "-A")
    clerk.git("commit", "-q", "-m", "改动", env=clerk.who("scjgj-007", DAY))
    taken, said = clerk.push()
    assert not taken
    assert code in said, said


def test_a_file_may_be_executable(office: tuple[Clerk, Path]) -> None:
    clerk, _ = office
    clerk.append(CASE, NOTE)
    (clerk.folder / CASE).chmod(0o755)
    clerk.commit("scjgj-007", DAY, received=None)
    assert clerk.push()[0]


def test_nothing_may_be_shown_in_anothers_place(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    blob = clerk.git("rev-parse", f"HEAD:{CASE}")
    other = clerk.git("hash-object", "-w", "--stdin", data=b"id: x\n")
    clerk.git("replace", blob, other)
    taken, said = clerk.push("origin", f"refs/replace/{blob}")
    assert not taken
    assert "NV546" in said
    shown = subprocess.run(["git", "cat-file", "-p", f"main:{CASE}"], cwd=bare, capture_output=True, check=True).stdout
    assert shown.decode() == clerk.read(CASE)
    assert clerk.push("origin", "HEAD:refs/heads/draft")[0]
    clerk.git("tag", "marked")
    assert clerk.push("origin", "marked")[0]


def test_drafts_may_be_broken_and_dropped_but_not_the_receipts(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    clerk.append(CASE, "broken: [\n")
    clerk.commit("scjgj-007", DAY, received=None)
    before = receipts(bare)
    assert clerk.push("origin", "HEAD:refs/heads/draft")[0]
    assert not clerk.push("origin", "HEAD:refs/heads/second", "HEAD:refs/heads/main")[0]
    assert clerk.push("origin", ":draft")[0]
    assert not clerk.push("origin", ":receipts")[0]
    assert receipts(bare) == before


def test_the_servers_surroundings_change_nothing(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    for name in ("yaml.py", "noveto.py", "json.py"):
        (bare / name).write_text("raise SystemExit('taken from the folder')\n", "utf-8")
    cache = bare / "noveto"
    cache.mkdir()
    clerk.append(CASE, NOTE)
    clerk.commit("scjgj-007", DAY, received=None)
    odd = {
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONPATH": str(bare),
        "HOME": "/none",
    }
    taken, said = clerk.push(env=odd)
    assert taken, said
    assert "已收到" in said
    for file in cache.rglob("*.sqlite"):
        file.write_bytes(b"not a database")
    clerk.replace(CASE, "track: general", "track: special")
    clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push(env=odd)
    assert not taken
    assert "怎么改" in said


def test_a_broken_staff_list_is_named_as_the_cause(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    hook = bare / "hooks" / "pre-receive"
    text = hook.read_text("utf-8")
    hook.unlink()
    clerk.append(STAFF, "x: [\n")
    clerk.commit("sjj-005", DAY, received=None)
    assert clerk.push(by="sjj-005")[0]
    hook.write_text(text, "utf-8")
    hook.chmod(0o755)
    clerk.append(CASE, NOTE)
    clerk.commit("scjgj-007", DAY, received=None)
    taken, said = clerk.push()
    assert not taken
    assert "NV549" in said


def test_a_broken_record_in_main_stops_nobody_and_can_be_mended(office: tuple[Clerk, Path]) -> None:
    clerk, bare = office
    hook = bare / "hooks" / "pre-receive"
    text = hook.read_text("utf-8")
    hook.unlink()
    good = clerk.read(OTHER)
    clerk.append(OTHER, "- at: nonsense\n")
    clerk.commit("rsj-005", DAY, received=None)
    assert clerk.push(by="rsj-005")[0]
    hook.write_text(text, "utf-8")
    hook.chmod(0o755)
    clerk.append(CASE, NOTE)
    clerk.commit("scjgj-007", DAY, received=None)
    assert clerk.push()[0]
    clerk.write(OTHER, good)
    clerk.commit("rsj-005", DAY, received=None)
    taken, said = clerk.push(by="rsj-005")
    assert taken, said
