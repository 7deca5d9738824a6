"""``noveto sealed``: purge, backup, restore, readings, as an administrator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.desk.sealed import Sealed
from noveto.gitio.write import init


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "state" / "sealed.db"
    monkeypatch.setenv("NOVETO_SEALED", str(path))
    monkeypatch.setenv("NOVETO_TODAY", "2999-01-01")
    return path


def run(*args: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["sealed", *args], standalone_mode=False)
    told = result.output + (str(result.exception) if result.exception else "")
    assert bool(result.exception) == bool(code), told
    return told


def fill(place: Path) -> None:
    Sealed.open(place).write("k7f3q9x2", "王小明", "13800001111", "rsj-005", "rsj", "rsj-20261010-01")


def test_backup_purge_restore(place: Path, tmp_path: Path) -> None:
    fill(place)
    assert "已备份 1 条" in run("backup", str(tmp_path / "copy.db"))
    assert "有 1 条，共 1 条。没有删" in run("purge", "--before", "2998-01-01", "--dry-run")
    place.rename(tmp_path / "lost.db")
    for rest in place.parent.iterdir():
        rest.unlink()
    assert "已恢复 1 条" in run("restore", str(tmp_path / "copy.db"))
    told = run("restore", str(tmp_path / "copy.db"))
    assert "原来的另存在" in told
    assert len(list(place.parent.glob("sealed.db.before-*"))) == 1
    assert "已删掉 2998-01-01 以前写入的 1 条，还有 0 条" in run("purge", "--before", "2998-01-01")
    assert "已恢复 0 条" in run("restore", str(tmp_path / "copy.db"))


def test_readings_are_listed_without_names(place: Path) -> None:
    fill(place)
    Sealed.open(place).read("k7f3q9x2", "rsj-005", "rsj", "print")
    told = run("readings", "--unit", "rsj", "--from", "2020-01-01", "--to", "2998-01-01")
    assert "rsj-005（rsj）  查看  打印  rsj-20261010-01" in told
    assert "共 1 次" in told
    assert "王小明" not in told


def test_what_cannot_be_done_is_told(place: Path, tmp_path: Path) -> None:
    assert "没有密封册" in run("purge", "--before", "2020-01-01", code=2)
    fill(place)
    assert "还没有到" in run("purge", "--before", "3000-01-01", code=2)
    assert "没有" in run("restore", str(tmp_path / "none.db"), code=2)
    init(tmp_path)
    assert "Git 仓库" in run("backup", str(tmp_path / "copy.db"), code=2)


def test_without_a_day_the_rules_say_how_long_entries_are_kept(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(place)
    top = Path(__file__).parents[2]
    told = run("purge", "--dry-run", "--root", str(top))
    assert "2997-01-01 以前写入的有 1 条" in told  # 730 days before the first of 2999
    monkeypatch.chdir(tmp_path)
    assert "还缺 --before" in run("purge", code=2)
    assert "已删掉 2997-01-01 以前写入的 1 条" in run("purge", "--root", str(top))
