"""The repository wrapper against real repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from noveto import gitio
from noveto.gitio import GitError, Repo


def git(folder: Path, *args: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=测试", "-c", "user.email=t@example.org", *args],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = gitio.init(tmp_path)
    git(tmp_path, "config", "user.name", "测试")
    git(tmp_path, "config", "user.email", "t@example.org")
    return made


def put(repo: Repo, path: str, text: str) -> None:
    target = repo.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())


def test_a_folder_without_git_is_no_repository(tmp_path: Path) -> None:
    assert Repo.discover(tmp_path) is None


def test_unborn_branch_has_no_head_and_no_trees(repo: Repo) -> None:
    assert repo.rev_parse("HEAD") is None
    assert repo.resolve("HEAD", "HEAD:records") == [None, None]


def test_trees_contents_and_differences(repo: Repo) -> None:
    put(repo, "records/中文 名.yml", "a: 1\n")
    put(repo, "records/b.yml", "b\n")
    one = gitio.commit(repo, ["records"], "one")
    put(repo, "records/b.yml", "b\nc\n")
    (repo.folder / "records/中文 名.yml").unlink()
    put(repo, "schema/x", "x")
    two = gitio.commit(repo, ["records", "schema"], "two")

    assert [entry.path for entry in repo.ls_tree(one, ["records"])] == ["records/b.yml", "records/中文 名.yml"]
    assert repo.show(one, "records/b.yml") == b"b\n"
    assert repo.show(two, "records/中文 名.yml") is None
    changes = {change.path: change for change in repo.diff_tree(one, two, ["records"])}
    assert sorted(changes) == ["records/b.yml", "records/中文 名.yml"]
    assert changes["records/中文 名.yml"].new == ""
    assert changes["records/b.yml"].new == repo.blob_id(b"b\nc\n")
    trees = [repo.tree_id(rev, "records") or "" for rev in (one, two)]
    assert {change.path for change in repo.diff_tree(*trees)} == {"b.yml", "中文 名.yml"}
    assert repo.merge_base(one, two) == one
    assert repo.is_ancestor(one, two)
    assert not repo.is_ancestor(two, one)


def test_the_work_tree_status_sees_every_kind_of_edit(repo: Repo) -> None:
    for name in ("same", "edited", "deleted", "staged"):
        put(repo, f"records/{name}.yml", name)
    gitio.commit(repo, ["records"], "start")
    put(repo, "records/edited.yml", "other")
    (repo.folder / "records/deleted.yml").unlink()
    put(repo, "records/staged.yml", "staged twice")
    git(repo.folder, "add", "records/staged.yml")
    put(repo, "records/new folder/新 件.yml", "new")
    put(repo, "elsewhere.txt", "not asked about")

    changed = repo.worktree_changes(["records"])

    assert changed == {
        "records/edited.yml",
        "records/deleted.yml",
        "records/staged.yml",
        "records/new folder/新 件.yml",
    }


def test_paths_count_from_the_folder_even_below_the_top(repo: Repo) -> None:
    put(repo, "台账/records/a.yml", "a")
    one = gitio.commit(repo, ["台账"], "one")
    put(repo, "台账/records/a.yml", "ab")
    two = gitio.commit(repo, ["台账"], "two")
    put(repo, "台账/records/a.yml", "abc")
    below = Repo.discover(repo.folder / "台账")

    assert below is not None
    assert below.prefix == "台账/"
    assert [entry.path for entry in below.ls_tree(two, ["records"])] == ["records/a.yml"]
    assert [change.path for change in below.diff_tree(one, two, ["records"])] == ["records/a.yml"]
    assert below.worktree_changes(["records"]) == {"records/a.yml"}
    assert below.show(two, "records/a.yml") == b"ab"
    assert [[change.path for change in commit.changes] for commit in below.first_parent_log(two, ["records"])] == [
        ["records/a.yml"],
        ["records/a.yml"],
    ]


def test_many_objects_from_one_process_in_the_order_asked(repo: Repo) -> None:
    blobs = {}
    for number in range(1500):
        data = b"%d\n" % number * (number % 7)
        put(repo, f"records/{number}.yml", data.decode())
        blobs[repo.blob_id(data)] = data
    gitio.commit(repo, ["records"], "many")

    asked = [*blobs, *reversed(blobs)]
    assert list(repo.cat_batch(asked)) == [(oid, blobs[oid]) for oid in asked]
    assert set(repo.pack_order(set(blobs))) == set(blobs)
    with repo.cat_file() as process:
        assert list(process.read(["HEAD:records/5.yml", "HEAD:none", "0" * 40])) == [
            ("HEAD:records/5.yml", b"5\n" * 5),
            ("HEAD:none", None),
            ("0" * 40, None),
        ]
    with pytest.raises(GitError, match="对象不存在"):
        list(repo.cat_batch(["0" * 40]))


def test_the_first_parent_line_takes_a_merge_as_one_commit(repo: Repo) -> None:
    put(repo, "records/a.yml", "a\n")
    gitio.commit(repo, ["records"], "first\n\nTrailer: x")
    git(repo.folder, "checkout", "-q", "-b", "draft")
    put(repo, "records/b.yml", "b\n")
    gitio.commit(repo, ["records"], "draft 1")
    put(repo, "records/b.yml", "b\nb\n")
    gitio.commit(repo, ["records"], "draft 2")
    git(repo.folder, "checkout", "-q", "main")
    put(repo, "records/a.yml", "a\na\n")
    gitio.commit(repo, ["records"], "main goes on")
    git(repo.folder, "merge", "-q", "--no-ff", "-m", "merge", "draft")
    git(repo.folder, "mv", "records/a.yml", "records/改名.yml")
    last = gitio.commit(repo, ["records/a.yml", "records/改名.yml"], "rename", author="王", email="w@example.org")

    line = list(repo.first_parent_log(last, ["records"], bodies=True))

    assert [(commit.body.split("\n")[0], [(c.status, c.path) for c in commit.changes]) for commit in line] == [
        ("first", [("A", "records/a.yml")]),
        ("main goes on", [("M", "records/a.yml")]),
        ("merge", [("A", "records/b.yml")]),
        ("rename", [("D", "records/a.yml"), ("A", "records/改名.yml")]),
    ]
    assert len(line[2].parents) == 2
    assert (line[3].author, line[3].email) == ("王", "w@example.org")
    assert line[3].changes[1].new == repo.blob_id(b"a\na\n")
    assert [commit.id for commit in repo.first_parent_log(last, ["records"], since=line[1].id)] == [
        line[2].id,
        line[3].id,
    ]


@pytest.mark.parametrize("span", [1, 2, 3, 7, 8, 100])
def test_a_long_line_is_read_in_spans_and_comes_out_the_same(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, span: int
) -> None:
    for number in range(3):
        put(repo, "records/a.yml", "a\n" * (number + 1))
        gitio.commit(repo, ["records"], f"main {number}")
        git(repo.folder, "checkout", "-q", "-b", f"draft-{number}", "HEAD")
        put(repo, f"records/{number}.yml", "b\n")
        gitio.commit(repo, ["records"], f"draft {number}")
        git(repo.folder, "checkout", "-q", "main")
    for number in range(3):
        git(repo.folder, "merge", "-q", "--no-ff", "-m", f"merge {number}", f"draft-{number}")
    git(repo.folder, "commit", "-q", "--allow-empty", "-m", "empty")
    whole = list(repo.raw_log("HEAD"))
    git(repo.folder, "repack", "-q", "-a", "-d")

    monkeypatch.setattr("noveto.gitio.repo._LARGE", 0)
    monkeypatch.setattr("noveto.gitio.repo._SPAN", span)

    assert [len(changes) for _, changes in whole] == [1, 1, 1, 1, 1, 1, 0]
    assert list(repo.raw_log(git(repo.folder, "rev-parse", "HEAD"))) == whole


def test_a_log_cut_anywhere_parses_the_same(repo: Repo) -> None:
    import io

    from noveto.gitio.log import _FORMAT, parse_log

    for number in range(5):
        put(repo, f"records/{number}.yml", "x" * number)
        gitio.commit(repo, ["records"], f"c{number}")
    git(repo.folder, "commit", "-q", "--allow-empty", "-m", "empty")
    raw = repo.git("log", "--raw", "-z", "--no-abbrev", "--reverse", _FORMAT, "HEAD")

    whole = list(parse_log(io.BytesIO(raw)))

    assert [len(commit.changes) for commit in whole] == [1, 1, 1, 1, 1, 0]
    for size in (1, 2, 7, 64):
        assert list(parse_log(io.BytesIO(raw), size)) == whole


def test_failures_are_chinese_sentences(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitError, match="找不到所指的版本"):
        list(repo.ls_tree("nowhere"))
    with pytest.raises(GitError, match="找不到所指的版本"):
        list(repo.first_parent_log("nowhere"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match="没有找到 git 命令"):
        repo.git("version")


def test_a_hook_of_another_repository_does_not_mislead(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "records/a.yml", "a")
    head = gitio.commit(repo, ["records"], "one")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent/index")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nonexistent")

    found = Repo.discover(repo.folder)

    assert found is not None
    assert found.rev_parse("HEAD") == head
    assert found.worktree_changes(["records"]) == set()


def test_a_commit_takes_only_the_paths_named(repo: Repo) -> None:
    put(repo, "records/a.yml", "a")
    put(repo, "records/b.yml", "b")
    git(repo.folder, "add", "records/b.yml")

    gitio.commit(repo, ["records/a.yml"], "only a")

    assert [entry.path for entry in repo.ls_tree("HEAD")] == ["records/a.yml"]
    assert repo.worktree_changes(["records"]) == {"records/b.yml"}
    with pytest.raises(GitError):
        gitio.commit(repo, ["records/a.yml"], "nothing to do")


def test_a_bulk_import_makes_a_branch_and_a_broken_one_is_told(repo: Repo) -> None:
    text = "commit refs/heads/receipts\ncommitter 机 <m@example.org> 1700000000 +0800\ndata 1\nx"
    text += "\nM 100644 inline 2026-03.jsonl\ndata 3\n{}\n\n"
    with gitio.fast_import(repo) as bulk:
        bulk.stream.write(text.encode())

    assert repo.show("receipts", "2026-03.jsonl") == b"{}\n"
    with pytest.raises(GitError, match="fast-import"), gitio.fast_import(repo) as bulk:
        bulk.stream.write(b"nonsense\n")


def test_a_bare_repository_and_a_shallow_clone_are_known_as_such(
    repo: Repo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for text in ("a", "b"):
        put(repo, "records/a.yml", text)
        head = gitio.commit(repo, ["records"], text)
    other = tmp_path_factory.mktemp("clones")
    git(other, "clone", "-q", "--bare", str(repo.folder), "bare.git")
    git(other, "clone", "-q", "--depth=1", repo.folder.as_uri(), "shallow")

    bare, shallow = Repo.discover(other / "bare.git"), Repo.discover(other / "shallow")

    assert bare is not None
    assert bare.bare
    assert bare.common_dir == other / "bare.git"
    assert bare.show(head, "records/a.yml") == b"b"
    assert shallow is not None
    assert shallow.is_shallow
    assert not repo.is_shallow


def test_a_git_with_very_much_to_say_stops_nobody(
    repo: Repo, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(repo, "a.yml", "a\n")
    git(repo.folder, "add", "-A")
    git(repo.folder, "commit", "-q", "-m", "x")
    real, folder = shutil.which("git"), tmp_path_factory.mktemp("bin")
    script = folder / "git"
    script.write_text(f'#!/bin/sh\nhead -c 300000 /dev/zero | tr "\\0" x >&2\nexec {real} "$@"\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    assert [change.path for commit in repo.first_parent_log("HEAD") for change in commit.changes] == ["a.yml"]
