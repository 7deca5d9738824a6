"""The command line as such: options before and after, help, Chinese errors, exit codes, output."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from noveto.cli.chinese import Formatter
from noveto.cli.common import NovetoCommand, NovetoGroup, Settings, UserError, pass_settings
from noveto.cli.main import COMMANDS, cli
from noveto.cli.text import pad, table, width, wrap

NOVETO = [str(Path(sys.executable).with_name("noveto"))]


def run(*args: str, **kwargs):
    return CliRunner().invoke(cli, args, **kwargs)


@pytest.fixture
def try_out(monkeypatch):
    """Add a command ``try`` that shows what reaches it."""

    @click.command("try", cls=NovetoCommand, formats=("text", "json"), help="试一试。")
    @click.option("--fail", default="")
    @pass_settings
    def command(settings: Settings, fail: str) -> int:
        if fail == "user":
            raise UserError("台账里没有这个单位。请核对编号。")
        if fail == "bug":
            raise KeyError("x")
        if fail == "io":
            raise PermissionError(13, "Permission denied", "/a/b")
        if fail == "findings":
            return 1
        settings.note("一句提示")
        settings.write_json({"today": settings.today, "format": settings.format, "output": settings.output})
        return 0

    def get_command(self, ctx, name):
        return command if name == "try" else original(self, ctx, name)

    original = type(cli).get_command
    monkeypatch.setattr(type(cli), "get_command", get_command)


def test_help_names_every_command_that_exists_in_chinese():
    result = run("--help")
    assert result.exit_code == 0
    for name in ("due", "calendar"):
        assert re.search(rf"^  {name} +[一-鿿]", result.output, re.MULTILINE)
    assert "Usage" not in result.output
    assert "Options" not in result.output


def test_every_line_of_the_table_has_a_chinese_text():
    assert all(re.search("[一-鿿]", text) for _, text in COMMANDS.values())
    assert {"check", "due", "deadlines", "audit", "warn", "stats", "site", "form", "similar", "desk", "hook"} <= set(
        COMMANDS
    )
    assert {"new", "step", "redact", "calendar", "demo", "init"} <= set(COMMANDS)


def every_command(group: click.Group, path: tuple[str, ...] = ()):
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def test_every_command_and_option_is_explained_in_chinese():
    for path, command in every_command(cli):
        assert re.search("[一-鿿]", command.help or ""), path
        for param in command.params:
            if isinstance(param, click.Option) and not param.hidden:
                assert re.search("[一-鿿]", param.help or ""), (path, param.name)
        assert run(*path, "--help").exit_code == 0


def test_a_line_break_in_a_help_text_is_a_space_beside_a_foreign_word_only():
    formatter = Formatter(width=80)
    formatter.write_text("写在 office.yml 的\nwarn 一节，\n每天\n一次。\nGit 的\n“main”。")
    assert formatter.getvalue() == "写在 office.yml 的 warn 一节，每天一次。Git 的“main”。\n"


def test_help_fits_eighty_columns():
    for path, _ in every_command(cli):
        for line in run(*path, "--help").output.splitlines():
            assert width(line) <= 80, line


def test_global_options_stand_before_or_after(try_out):
    for args in (
        ["--today", "2026-01-02", "--format", "json", "--quiet", "try"],
        ["try", "--today", "2026-01-02", "--format", "json", "--quiet"],
        ["--quiet", "try", "--format", "json", "--today", "2026-01-02"],
    ):
        result = run(*args)
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout) == {"today": "2026-01-02", "format": "json", "output": None}
        assert result.stderr == ""


def test_the_later_place_wins(try_out):
    result = run("--today", "2026-01-02", "try", "--today", "2026-01-03")
    assert json.loads(result.stdout)["today"] == "2026-01-03"


def test_notes_go_to_stderr(try_out):
    result = run("try")
    assert result.stderr == "一句提示\n"
    assert json.loads(result.stdout)["format"] == "text"


def test_today_comes_from_the_environment_then_from_china(try_out, monkeypatch):
    assert json.loads(run("try", env={"NOVETO_TODAY": "2026-05-06"}).stdout)["today"] == "2026-05-06"
    given = run("try", "--today", "2026-05-07", env={"NOVETO_TODAY": "2026-05-06"})
    assert json.loads(given.stdout)["today"] == "2026-05-07"
    wrong = run("try", env={"NOVETO_TODAY": "6.5.2026"})
    assert wrong.exit_code == 2
    assert "NOVETO_TODAY" in wrong.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "命令"),
        (["nothing"], "没有“nothing”这个命令"),
        (["deadlnes"], "您是不是要写 deadlines？"),
        (["--nothing"], "没有“--nothing”这个选项"),
        (["try", "--nothing"], "没有“--nothing”这个选项"),
        (["try", "extra"], "多写了参数：extra"),
        (["try", "--today"], "后面要写一个值"),
        (["try", "--today", "5.6.2026"], "不是日期"),
        (["try", "--today", "2026-02-30"], "这一天不存在"),
        (["try", "--today", "２０２６-01-01"], "不是日期"),
        (["try", "--format", "xml"], "“text”、“json”"),
        (["--format", "xml", "try"], "可以写：text、json"),
        (["try", "--fail", "user"], "错误：台账里没有这个单位"),
        (["try", "--fail", "bug"], "程序内部错误（KeyError"),
        (["try", "--fail", "io"], "“/a/b”"),
        (["try", "--output", "/nonexistent/folder/x"], "写不了文件"),
        (["due"], "还缺参数 “START”。"),
        (["due", "2026-01-01", "x"], "要写整数"),
        (["due", "2026-01-01", "1", "--root", "/nonexistent"], "不是文件夹"),
    ],
)
def test_mistakes_end_with_2_and_a_chinese_sentence(try_out, args, says):
    result = run(*args)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    for english in ("Traceback", "Error", "Usage", "Invalid", "Missing", "Try '"):
        assert english not in result.stderr.replace("KeyError", "")


def test_findings_end_with_1(try_out):
    assert run("try", "--fail", "findings").exit_code == 1


def test_debug_shows_the_traceback(try_out):
    with pytest.raises(KeyError):
        run("try", "--fail", "bug", env={"NOVETO_DEBUG": "1"}, catch_exceptions=False)


def test_output_is_written_whole_and_atomically(try_out, tmp_path):
    target = tmp_path / "结果.json"
    target.write_text("old")
    result = run("try", "--output", str(target))
    assert result.stdout == ""
    assert str(target) in result.stderr
    assert json.loads(target.read_text(encoding="utf-8"))["output"] == str(target)
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_without_a_ledger_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("calendar", "check")
    assert result.exit_code == 2
    assert "--root" in result.stderr


def test_the_ledger_is_found_from_below(tmp_path):
    deep = tmp_path / "records" / "cases" / "x"
    deep.mkdir(parents=True)
    (tmp_path / "schema").mkdir()
    settings = Settings()
    settings.root_option = str(tmp_path)
    assert settings.root() == tmp_path.resolve()
    settings.root_option = None
    before = Path.cwd()
    os.chdir(deep)
    try:
        assert settings.root() == tmp_path.resolve()
    finally:
        os.chdir(before)


def test_csv_is_never_a_formula(tmp_path):
    settings = Settings()
    settings.output = str(tmp_path / "a.csv")
    settings.quiet = True
    settings.write_csv(("甲", "乙"), [("=1+1", -3), ("@x", None), ("断,缴", True), ("-", "＝A1")])
    assert (tmp_path / "a.csv").read_bytes().decode("utf-8-sig") == (
        "甲,乙\n'=1+1,-3\n'@x,\n\"断,缴\",true\n'-,'＝A1\n"
    )
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_groups_take_global_options_too():
    @click.group("g", cls=NovetoGroup, help="组")
    def group() -> None: ...

    @group.command("c", cls=NovetoCommand, formats=("json",), help="令")
    @pass_settings
    def command(settings: Settings) -> None:
        settings.write(settings.today.isoformat())

    assert CliRunner().invoke(group, ["--today", "2026-01-02", "c"]).stdout == "2026-01-02\n"


# -- text ----------------------------------------------------------------------------------------------------


def test_width_and_padding():
    assert [width(text) for text in ("ab", "调休", "第 1 日", "“”")] == [2, 4, 7, 2]
    assert pad("调休", 6) == "调休  "
    assert pad("调休上班", 6) == "调休上班"


def test_wrapping_keeps_marks_off_the_start_of_a_line():
    lines = wrap("国庆节，调休上班。noveto due 2026-09-23", 10)
    assert all(width(line) <= 12 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
    assert "".join(lines).replace(" ", "") == "国庆节，调休上班。novetodue2026-09-23"
    assert wrap("", 10) == [""]


def test_table_aligns_by_columns():
    assert table([("日期", "说明"), ("2026-10-01", "国庆节")]) == "日期        说明\n2026-10-01  国庆节\n"
    assert table([]) == ""


# -- as a process --------------------------------------------------------------------------------------------


def process(*args: str, **kwargs):
    return subprocess.run([*NOVETO, *args], capture_output=True, timeout=60, check=False, **kwargs)


def test_the_real_command_speaks_utf8_whatever_the_locale(tmp_path):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "gbk"}
    result = process("due", "2026-09-23", "10", "--format", "json", cwd=tmp_path, env=env)
    assert result.returncode == 0
    assert json.loads(result.stdout.decode("utf-8"))["skipped"][0] == {"date": "2026-09-25", "why": "中秋节"}
    assert process("due", env=env).stderr.decode("utf-8").startswith("用法：")


def test_a_reader_that_goes_away_is_no_error_message():
    shell = f"'{NOVETO[0]}' due 2026-01-01 5000 | head -n 1"
    result = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert result.stderr == b""


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['noveto', '--help']\n"
        "from noveto.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'yaml', 'json', 'jsonschema', 'git', 'jinja2', 'mkdocs', 'sqlite3', 'typst'} & sys.modules.keys()),"
        " file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert result.stderr.decode() == "[]\n"
    assert "用法：noveto" in result.stdout.decode()


def test_help_is_quick():
    def cpu() -> float:
        before = os.times()
        process("--help")
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(cpu() for _ in range(3)) < 0.15


def test_output_to_what_is_no_file_leaves_it_what_it_is(try_out, tmp_path):
    link = tmp_path / "away"
    link.symlink_to(os.devnull)
    assert run("try", "--output", str(link)).exit_code == 0
    assert link.is_symlink()
    assert Path(os.devnull).is_char_device()
    target = tmp_path / "real.txt"
    target.write_text("old", encoding="utf-8")
    other = tmp_path / "link.txt"
    other.symlink_to(target)
    assert run("try", "--output", str(other)).exit_code == 0
    assert other.is_symlink()
    assert target.read_text(encoding="utf-8") != "old"
