"""``noveto init``, ``new``, ``step`` and ``demo`` from the command line."""

import itertools
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.cli.writing import Desk
from noveto.demo.broken import quarantine_count
from noveto.gitio import Repo
from noveto.source.append import check_append

DAY = "2026-10-10"
NEW = ("new", "--clerk", "rsj-005", "--matter", "m-0301", "--name", "王**", "--contact", "138****1111",
       "--facts", "早年断缴六个月，要求补缴，系统没有入口。", "--raised", "2026-10-10T09:12")  # fmt: skip
CASE = Path("records/cases/rsj/2026-10/rsj-20261010-01.yml")


@pytest.fixture(autouse=True)
def _identity(monkeypatch, tmp_path_factory):
    """Keep the machine's own Git settings out of it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path_factory.mktemp("git") / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.delenv("NOVETO_TODAY", raising=False)


def run(*args: object, code: int = 0):
    result = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh") / "office"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path_factory.mktemp("git") / "none"))
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        run("init", folder)
    return folder


@pytest.fixture
def office(fresh, tmp_path):
    return Path(shutil.copytree(fresh, tmp_path / "office"))


@pytest.fixture
def at_work(office):
    def call(*args: object, code: int = 0):
        return run("--root", office, "--today", DAY, *args, code=code)

    return call


# -- init ----------------------------------------------------------------------------------------------


def test_an_empty_ledger_passes_the_check_at_once(office):
    found = run("--root", office, "--today", DAY, "check", "--fail-on", "note")
    repo = Repo.discover(office)

    assert "查了" in found.stdout
    assert repo.git("status", "--porcelain") == b""
    assert repo.git("log", "--format=%s").decode().strip() == "建立台账"
    assert "管理员先做五件事" in (office / "README.md").read_text("utf-8")


def test_without_git_too(tmp_path):
    run("init", tmp_path / "plain", "--no-git")

    assert not (tmp_path / "plain" / ".git").exists()
    run("--root", tmp_path / "plain", "--today", DAY, "check")


def test_what_is_there_is_not_touched(office):
    result = run("init", office, code=2)

    assert "没有动它" in result.stderr


# -- new -----------------------------------------------------------------------------------------------


def test_a_case_is_written_with_the_date_to_promise(office, at_work):
    result = at_work(*NEW)
    text = (office / CASE).read_text("utf-8")

    assert "已登记 rsj-20261010-01：灵活就业人员补缴养老保险" in result.stdout
    assert "10 月 14 日 周三 下班前（3 个工作日：10-12 至 10-14；10-11 周末不计）" in result.stdout
    assert text.startswith("# yaml-language-server: $schema=../../../../schema/case.schema.json\nid: rsj-20261010-01\n")
    assert text.endswith("\nlog:\n")
    assert re.search(r"ref: [a-z0-9\"]{8}", text)
    at_work("check")


def test_the_next_case_gets_the_next_number(office, at_work):
    at_work(*NEW)
    at_work(*NEW)
    (office / "records/cases/rsj/2026-10/rsj-20261010-07.yml").write_text("broken")
    result = at_work(*NEW)

    assert "rsj-20261010-08" in result.stdout


def test_errors_keep_a_case_out(office, at_work):
    result = at_work("new", "--clerk", "rsj-005", "--matter", "m-0301", "--name", "王小明", "--facts", "见附件，补缴养老保险一事",
                     "--raised", "2026-10-10T09:12", code=1)  # fmt: skip

    assert "NV611" in result.stderr
    assert "没有登记" in result.stderr
    assert not (office / CASE).exists()


def test_breaches_are_written_and_told(office, at_work):
    result = at_work(*NEW)  # R04 without a basis

    assert (office / CASE).exists()
    assert "NV408" in result.stderr


def test_what_is_missing_is_named(at_work):
    result = at_work("new", "--clerk", "rsj-005", "--matter", "m-0301", code=1)

    assert "基本情况" in result.stderr
    assert "--clerk" in at_work("new", code=2).stderr
    assert "人员表" in at_work("new", "--clerk", "rsj-999", code=2).stderr
    assert "事项目录" in at_work("new", "--clerk", "rsj-005", "--matter", "m-9999", code=2).stderr
    assert "不是时间" in at_work("new", "--clerk", "rsj-005", "--raised", "昨天", code=2).stderr


def test_a_trial_run_writes_nothing(office, at_work):
    result = at_work(*NEW, "--dry-run")

    assert result.stdout.startswith("# yaml-language-server")
    assert not (office / CASE).exists()


def test_a_commit_bears_the_clerks_name_and_the_trailers(office, at_work):
    at_work(*NEW, "--commit")
    log = Repo.discover(office).git("log", "-1", "--format=%an <%ae>%n%B").decode()

    assert log.startswith("刘某 <rsj-005@wfj.example.cn>\n登记 rsj-20261010-01：灵活就业人员补缴养老保险\n")
    assert "Case: rsj-20261010-01\nStep: registered" in log


# -- step ----------------------------------------------------------------------------------------------


def test_steps_only_ever_append(office, at_work):
    at_work(*NEW)
    versions = [(office / CASE).read_bytes()]
    for args in (
        ("submitted", "--by", "rsj-005", "--set", "to=rsj-002", "--at", "2026-10-10T09:20"),
        ("unit_review", "--by", "rsj-002", "--recorded-by", "rsj-005", "--mode", "oral", "--set", "decision=do",
         "--text", "按承诺制先办，\\n一个月内补齐。", "--at", "2026-10-10T10:00"),
        ("答复", "--by", "rsj-005", "--set", "result=done", "--set", "how=当面", "--set", "told_to=self",
         "--text", "已补缴。", "--at", "2026-10-10 11:00"),
    ):  # fmt: skip
        at_work("step", "rsj-20261010-01", *args)
        versions.append((office / CASE).read_bytes())

    for old, new in itertools.pairwise(versions):
        assert new.startswith(old)
        assert check_append(old, new, file=str(CASE)) == []
    assert "recorded_by: rsj-005" in versions[2].decode()
    at_work("check")


def test_windows_line_ends_and_missing_ones_are_kept(office, at_work):
    at_work(*NEW)
    path = office / CASE
    path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    at_work(
        "step", "rsj-20261010-01", "submitted", "--by", "rsj-005", "--set", "to=rsj-002", "--at", "2026-10-10T09:20"
    )

    assert path.read_bytes().startswith(before + b"\r\n- at: 2026-10-10T09:20\r\n")


def test_an_error_leaves_the_file_alone(office, at_work):
    at_work(*NEW)
    before = (office / CASE).read_bytes()
    result = at_work("step", "rsj-20261010-01", "submitted", "--by", "rsj-005", "--set", "to=rsj-777",
                     "--at", "2026-10-10T09:20", code=1)  # fmt: skip

    assert "rsj-777" in result.stderr
    assert "没有写入" in result.stderr
    assert (office / CASE).read_bytes() == before


def test_a_refusal_nobody_approved_is_written_and_told(office, at_work):
    at_work(*NEW)
    result = at_work("step", "rsj-20261010-01", "answered", "--by", "rsj-005", "--set", "result=refused",
                     "--set", "how=phone", "--set", "told_to=self", "--text", "不能办", "--at", "2026-10-10T09:30")  # fmt: skip

    assert "NV403" in result.stderr
    assert "NV408" not in result.stderr  # told when the case was registered
    assert "result: refused" in (office / CASE).read_text("utf-8")


def test_the_allowed_steps_are_listed(at_work):
    at_work(*NEW)
    listed = at_work("step", "rsj-20261010-01", "--list").stdout

    assert "veto_proposed" in listed
    assert "to*" in listed
    assert "supplement_received" not in listed


def test_what_cannot_be_is_told_with_a_way_out(office, at_work):
    at_work(*NEW)
    assert "没有编号" in at_work("step", "rsj-20261010-09", "note", code=2).stderr
    assert "还缺 --by" in at_work("step", "rsj-20261010-01", "note", code=2).stderr
    assert "可以写" in at_work("step", "rsj-20261010-01", "vetoed", "--by", "rsj-005", code=2).stderr
    (office / CASE).write_text("id: [")
    assert "noveto check" in at_work("step", "rsj-20261010-01", "note", "--by", "rsj-005", code=2).stderr


def test_steps_are_committed_one_by_one(office, at_work):
    at_work(*NEW, "--commit")
    (office / "stray.txt").write_text("x")
    at_work("step", "rsj-20261010-01", "submitted", "--by", "rsj-002", "--recorded-by", "rsj-005", "--set", "to=rsj-002",
            "--at", "2026-10-10T09:20", "--commit")  # fmt: skip
    repo = Repo.discover(office)
    log = repo.git("log", "-1", "--format=%an%n%B", "--name-only").decode()

    assert log.startswith("刘某\n提交研究 rsj-20261010-01：灵活就业人员补缴养老保险\n")
    assert "Step: submitted" in log
    assert log.rstrip().endswith(str(CASE))
    assert repo.git("status", "--porcelain").decode().strip() == "?? stray.txt"


def test_complaints_and_improvements_take_steps_too(demo_folder, tmp_path):
    office = tmp_path / "copy"
    subprocess.run(["git", "clone", "-q", str(demo_folder), str(office)], check=True)
    complaint = next(office.glob("records/complaints/czdt/*/*.yml"))
    result = run(
        "--root", office, "--today", DAY, "step", complaint.stem, "note", "--by", "zwzx-006", "--text", "已电话回访"
    )

    assert "备注" in result.stdout
    assert complaint.read_text("utf-8").endswith("step: note\n  text: 已电话回访\n")


# -- demo ----------------------------------------------------------------------------------------------


def test_the_demo_command_makes_a_ledger_that_checks(tmp_path):
    folder = tmp_path / "demo"
    result = run("demo", folder, "--cases", 120, "--seed", 2, "--today", DAY)
    checked = run("--root", folder, "--today", DAY, "check", code=1 if quarantine_count(120) else 0)

    assert "办件 120 件" in result.stdout
    assert "错误" not in checked.stdout
    assert "--reset" in run("demo", folder, "--cases", 3, code=2).stderr
    run("demo", folder, "--cases", 3, "--today", DAY, "--reset")
    assert len(list(folder.glob("records/cases/*/*/*.yml"))) == 3


def test_the_demo_of_a_rest_day_and_of_an_unknown_year(tmp_path):
    """On a Sunday, and in a year whose holidays are not known yet, it works all the same."""
    for number, day in enumerate((date(2026, 11, 22), date(2027, 3, 7))):
        run("demo", tmp_path / f"d{number}", "--cases", 60, "--today", day.isoformat())
        run("--root", tmp_path / f"d{number}", "--today", day.isoformat(), "check")


@pytest.mark.parametrize("command", ["new", "step", "init", "demo"])
def test_help_is_chinese_with_examples(command):
    text = run(command, "--help").stdout

    assert "例子：" in text
    assert f"noveto {command} " in text


def test_hidden_characters_of_pasted_text_are_dropped(at_work):
    result = at_work(*NEW, "--set", "remark=窗口\u200b二次\u202e来访", "--dry-run")

    assert "remark: 窗口二次来访" in result.stdout


def test_a_wrong_answer_is_asked_for_again(office, monkeypatch):
    monkeypatch.setattr(Desk, "interactive", True)
    answers = ["rsj-999", "rsj-005", "m-9999", "m-0301", "王**", "早年断缴六个月，要求补缴，系统没有入口。"]

    result = CliRunner().invoke(cli, ["--root", str(office), "--today", DAY, "new"], input="\n".join(answers) + "\n")

    assert result.exit_code == 0, result.output
    assert "“rsj-999”不在人员表" in result.stderr
    assert "“m-9999”不在事项目录" in result.stderr
    assert "已登记 rsj-20261010-01" in result.stdout
