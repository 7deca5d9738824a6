"""An incremental build gives the same files as a full one; deletions are handled; nothing unchanged is written."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.site.conftest import NOW, TODAY, make_demo

from noveto.errors import UserError
from noveto.site.build import build_site
from noveto.site.manifest import NAME, Output


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    }


def git(root: Path, *args: str) -> None:
    subprocess.run(["git", "-C", str(root), *args], check=True, capture_output=True)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> Path:
    return make_demo(tmp_path_factory.mktemp("incremental") / "ledger", 80, seed=11)


@pytest.fixture
def fresh(ledger, tmp_path) -> tuple[Path, Path]:
    root = tmp_path / "ledger"
    shutil.copytree(ledger, root)
    return root, tmp_path / "site"


def cases_of(root: Path) -> list[Path]:
    return sorted((root / "records/cases").rglob("*.yml"))


def test_unchanged_ledger_writes_nothing(fresh):
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and path.name != NAME}
    again = build_site(root, out, today=TODAY, now=NOW)
    assert (again.written, again.removed, again.stamped, again.framed) == (0, 0, 0, False)
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_incremental_equals_full(fresh, tmp_path):
    """A step more, a case less, a person renamed, and a day later: the same files as a build from nothing."""
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    files = cases_of(root)
    gone = files[3]
    gone.unlink()
    changed = next(path for path in files if "step: answered" not in path.read_text(encoding="utf-8") and path != gone)
    text = changed.read_text(encoding="utf-8")
    clerk = text.split("clerk: ")[1].split()[0]
    if "\nlog:" not in text:
        text += "log:\n"
    changed.write_text(
        text + f"- at: 2026-11-23T08:10\n  by: {clerk}\n  step: note\n  text: 来电话催过一次\n", encoding="utf-8"
    )
    git(root, "add", "-A")
    git(root, "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "change")
    later, now = date(2026, 11, 24), datetime(2026, 11, 24, 8, 30)
    step = build_site(root, out, today=later, now=now)
    assert step.removed >= 1
    assert 0 < step.stamped < len(files)
    build_site(root, tmp_path / "whole", today=later, now=now)
    whole, kept = tree(tmp_path / "whole"), tree(out)
    assert sorted(whole) == sorted(kept)
    for name, data in whole.items():
        assert data == kept[name], name
    assert not [name for name in kept if gone.stem in name]


def test_a_commit_that_came_and_went(fresh, tmp_path):
    """A page names the commits of its case: also when its text was on the site before, and not when main was set back."""
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    before = tree(out)
    changed = cases_of(root)[0]
    text = changed.read_text(encoding="utf-8")
    clerk = text.split("clerk: ")[1].split()[0]
    log = "" if "\nlog:" in text else "log:\n"
    changed.write_text(
        f"{text}{log}- at: 2026-11-20T08:10\n  by: {clerk}\n  step: note\n  text: 来电\n", encoding="utf-8"
    )
    build_site(root, out, today=TODAY, now=NOW)
    git(root, "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qam", "change")
    build_site(root, out, today=TODAY, now=NOW)
    build_site(root, tmp_path / "whole", today=TODAY, now=NOW)
    assert tree(tmp_path / "whole") == tree(out)
    git(root, "reset", "-q", "--hard", "HEAD~")
    build_site(root, out, today=TODAY, now=NOW)
    assert tree(out) == before


def test_changed_case_page_shows_the_new_step(fresh):
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    changed = cases_of(root)[0]
    text = changed.read_text(encoding="utf-8")
    clerk = text.split("clerk: ")[1].split()[0]
    log = "" if "\nlog:" in text else "log:\n"
    changed.write_text(
        text + f"{log}- at: 2026-11-23T08:10\n  by: {clerk}\n  step: note\n  text: 来电话催过一次\n", encoding="utf-8"
    )
    done = build_site(root, out, today=TODAY, now=NOW)
    assert done.stamped == 1
    assert [path for path in out.rglob(f"{changed.stem}.html") if "来电话催过一次" in path.read_text(encoding="utf-8")]


def test_registry_change_restamps_every_case(fresh):
    root, out = fresh
    first = build_site(root, out, today=TODAY, now=NOW)
    staff = root / "records/registry/staff.yml"
    staff.write_text(staff.read_text(encoding="utf-8").replace("name: 何某", "name: 何新某", 1), encoding="utf-8")
    again = build_site(root, out, today=TODAY, now=NOW)
    assert again.stamped == first.stamped


def test_full_option_writes_everything(fresh):
    root, out = fresh
    first = build_site(root, out, today=TODAY, now=NOW)
    assert build_site(root, out, today=TODAY, now=NOW, full=True).written == first.written


def test_full_build_removes_what_is_gone(fresh):
    """Also when every page is written anew: a case taken out of the ledger leaves no page behind."""
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    gone = cases_of(root)[4]
    gone.unlink()
    assert build_site(root, out, today=TODAY, now=NOW, full=True).removed >= 1
    assert not list(out.rglob(f"{gone.stem}.html"))


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("facts: |\n", "facts: |\n  来电 13912345678，身份证 110101199003074610\n", "NV601"),
        ("\nwindow: ", "\nwindow: nosuch-w09 # ", "NV302"),
    ],
    ids=["personal data", "reference"],
)
def test_a_case_with_an_error_is_on_no_page(fresh, wrong, right, code):
    """Whatever the error is: shown by file, line and message, never with what it says, and counted nowhere."""
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW)
    path = next(path for path in cases_of(root) if wrong in path.read_text(encoding="utf-8"))
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace(wrong, right, 1), encoding="utf-8")
    broken = build_site(root, out, today=TODAY, now=NOW)
    assert not list(out.rglob(f"{path.stem}.html"))
    files = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    naming = {name for name, data in files.items() if path.stem.encode() in data}
    assert {name for name in naming if name.startswith(("search/", "cases/", "units/"))} == set()
    assert not [name for name, data in files.items() if b"13912345678" in data or b"110101199003074610" in data]
    quality = files["data/quality.html"].decode()
    assert path.relative_to(root).as_posix() in quality
    assert code in quality
    path.write_text(good, encoding="utf-8")
    assert build_site(root, out, today=TODAY, now=NOW).quarantined == broken.quarantined - 1
    assert list(out.rglob(f"{path.stem}.html"))


def test_worker_processes_write_the_same(fresh, tmp_path, monkeypatch):
    root, out = fresh
    build_site(root, out, today=TODAY, now=NOW, jobs=1)
    monkeypatch.setattr("noveto.site.stamping.POOL_FROM", 1)
    build_site(root, tmp_path / "two", today=TODAY, now=NOW, jobs=2)
    assert tree(out) == tree(tmp_path / "two")


def test_quarantined_case_has_no_page_and_comes_back(fresh):
    root, out = fresh
    path = cases_of(root)[5]
    good = path.read_text(encoding="utf-8")
    build_site(root, out, today=TODAY, now=NOW)
    path.write_text(good.replace("unit:", "unit：", 1), encoding="utf-8")
    broken = build_site(root, out, today=TODAY, now=NOW)
    assert broken.quarantined >= 1
    assert not list(out.rglob(f"{path.stem}.html"))
    assert path.stem in (out / "data/quality.html").read_text(encoding="utf-8")
    path.write_text(good, encoding="utf-8")
    build_site(root, out, today=TODAY, now=NOW)
    assert list(out.rglob(f"{path.stem}.html"))


def test_interrupted_build_is_mended_by_the_next(fresh, monkeypatch):
    """A build that stops half-way leaves pages the next one does not trust."""
    root, out = fresh
    monkeypatch.setattr(Output, "finish", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build_site(root, out, today=TODAY, now=NOW)
    monkeypatch.undo()
    assert (out / NAME).is_file()
    victim = next(out.rglob("cases/20*/*/*.html"))
    victim.write_bytes(b"half a page")
    build_site(root, out, today=TODAY, now=NOW)
    assert b"</html>" in victim.read_bytes()


def test_ledger_without_git_builds(fresh):
    root, out = fresh
    shutil.rmtree(root / ".git")
    done = build_site(root, out, today=TODAY, now=NOW)
    assert done.cases > 70
    assert "没有回执" in (out / "data/quality.html").read_text(encoding="utf-8")


def test_foreign_folder_is_not_overwritten(fresh, tmp_path):
    from click.testing import CliRunner

    from noveto.cli.site import command

    root, _ = fresh
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("x")
    result = CliRunner().invoke(command, ["build", "--root", str(root), "--out", str(tmp_path / "mine")])
    assert isinstance(result.exception, UserError)
    assert "--out" in str(result.exception)
    assert (tmp_path / "mine/letter.txt").read_text() == "x"


def test_manifest_never_leaves_its_folder(tmp_path):
    (tmp_path / NAME).write_text("k ../outside\nk /etc/passwd\nk inside.html\n")
    (tmp_path / "inside.html").write_text("x")
    output = Output(tmp_path)
    assert set(output.before) == {"inside.html"}
    output.finish()
    assert output.removed == 1
