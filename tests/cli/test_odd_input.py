"""What people type by mistake, and machines that lack something: a Chinese sentence, the right exit code."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.errors import reason

ROOT = Path(__file__).parents[2]


def call(*args, **kwargs):
    done = CliRunner().invoke(cli, args, **kwargs)
    assert "Traceback" not in done.output
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("due", "2026-02-20", "-3"), "“-3”是负数，这里不能用。"),
        (("due", "2026-02-30", "3"), "“2026-02-30”这一天不存在。"),
        (("due", "2026-02-20", "999999999999"), "只能算 1950 年到 2199 年之间的日期。"),
        (("demo", "x", "--cases", "0"), "0 超出范围，要写 1 到 5000000 之间的整数。"),
        (("check", "--fail-on", "x"), "可以写：“error”、“breach”、“warning”、“note”。"),
        (("--root", "/etc", "check"), "“/etc”不是台账"),
        (("site", "build", "--output", "/etc"), "“/etc”里已经有别的东西"),
    ],
)
def test_slips_are_told_in_words(args, said):
    code, text = call(*args, env={"NOVETO_TODAY": "2026-10-10"})
    assert (code, said in text) == (2, True), text


@pytest.fixture
def bare_folder(tmp_path):
    for name in ("records", "schema"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def test_an_audit_without_history_says_that_there_is_none(bare_folder):
    code, text = call("--root", str(bare_folder), "audit")
    assert (code, "这里没有 Git 仓库，没有历史可以看" in text) == (2, True), text
    subprocess.run(["git", "init", "-q"], cwd=bare_folder, check=True)
    code, text = call("--root", str(bare_folder), "audit")
    assert (code, "还没有提交" in text) == (2, True), text


def test_frozen_figures_that_cannot_be_rebuilt_here_are_not_called_well(demo_folder, tmp_path):
    import shutil

    target = tmp_path / "copy"
    shutil.copytree(demo_folder, target, ignore=shutil.ignore_patterns(".git"))
    code, text = call("--root", str(target), "period", "verify")
    assert (code, "没法核对" in text) == (2, True), text


def test_the_site_goes_where_output_says(bare_folder, tmp_path):
    out = tmp_path / "there"
    code, _ = call("--root", str(bare_folder), "--today", "2026-10-10", "site", "build", "--output", str(out))
    assert code == 0
    assert (out / "index.html").is_file()
    assert not (bare_folder / "site").exists()


def test_closed_outputs_are_no_error():
    command = f"{Path(sys.executable).with_name('noveto')} due 2026-09-28 5"
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        shell = ["sh", "-c", f"{command} {closed}"]
        done = subprocess.run(shell, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_is_no_more_is_named(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code, text = call("due", "2026-02-20", "3")
    assert (code, "已经被删掉了" in text) == (2, True), text


def test_a_moment_that_cannot_be_is_told_from_what_is_none(demo_folder):
    some = sorted((demo_folder / "records/cases/rsj").rglob("*.yml"))[-1].stem

    def said(at):
        args = ("step", some, "note", "--by", "rsj-002", "--text", "x", "--at", at, "--dry-run")
        return call("--root", str(demo_folder), "--today", "2026-10-10", *args)

    assert "“2026-02-30T10:00”这一天或者这个钟点不存在。请核对。" in said("2026-02-30T10:00")[1]
    assert "“明天”不是时间。要写成 2026-03-05T09:40。" in said("明天")[1]


def test_a_full_disk_while_a_folder_is_copied_is_told_in_words() -> None:
    why = "[Errno 28] No space left on device: '/a/b.png' -> '/c/b.png'"
    assert reason(shutil.Error([("/a/b.png", "/c/b.png", why)])) == "磁盘满了"
    assert reason(OSError(errno.EFBIG, "File too large")) == "文件大过了允许的大小"
