"""When the daily commands last ran: noted by them, told on 运行状态; where nothing can be noted nothing breaks."""

import json
import re
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from tests.desk.deskclient import ledger

from noveto.cli.main import cli
from noveto.gitio import Repo
from noveto.gitio.process import run
from noveto.ledger import Ledger
from noveto.ledger.runs import Run, last_run, note_run
from noveto.site.build import build_site
from noveto.site.signs import run_signs

DAY = "2026-10-10"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    monkeypatch.delenv("NOVETO_CACHE", raising=False)
    monkeypatch.setenv("NOVETO_TODAY", DAY)
    bare = ledger(tmp_path / "ledger.git")
    run(["clone", "-q", str(bare), str(tmp_path / "clone")], tmp_path)
    return tmp_path / "clone"


def call(clone, *args):
    return CliRunner().invoke(cli, ["--root", str(clone), *args])


def signs(clone, day=DAY):
    with Ledger.open(clone) as opened:
        told = run_signs(opened.repo, clone, opened.calendar, date.fromisoformat(day))
        return {sign.what: (sign.well, sign.now, sign.do) for sign in told}


def test_what_never_ran_is_told(clone):
    told = signs(clone)
    assert list(told) == ["检查", "查历史", "提醒"]
    for command, (well, now, do) in zip(("check", "audit", "warn"), told.values(), strict=True):
        assert (well, now) == (False, "没有运行过的记录")
        assert f"noveto {command}" in do


def test_a_check_of_everything_is_noted_with_its_result(clone):
    assert call(clone, "check").exit_code == 0
    well, now, do = signs(clone)["检查"]
    assert (well, do) == (True, "不用管。")
    assert re.fullmatch(r"10-10 \d\d:\d\d 查过，没有错误，违规 \d+ 处", now)
    next((clone / "records/cases").rglob("*.yml")).write_text("id: [", "utf-8")
    assert call(clone, "check").exit_code == 1
    well, now, do = signs(clone)["检查"]
    assert not well
    assert re.fullmatch(r"10-10 \d\d:\d\d 查过，错误 1 处，违规 \d+ 处", now)
    assert "noveto check" in do
    assert signs(clone, "2026-10-12")["检查"][1] == now  # Monday after a Saturday that was worked
    assert signs(clone, "2026-10-13")["检查"][:2] == (False, f"{now[:11]} 以后没有运行")


def test_a_check_of_a_part_or_of_another_day_is_none(clone):
    for args in (("check", "records/registry"), ("check", "--against", "HEAD"), ("check", "--today", "2026-10-09")):
        call(clone, *args)
    call(clone, "audit", "--since", "HEAD")
    call(clone, "warn", "--dry-run")
    call(clone, "warn", "--channel", "stdout", "--now", "09:00")
    assert {well for well, _, _ in signs(clone).values()} == {False}
    assert {now for _, now, _ in signs(clone).values()} == {"没有运行过的记录"}


def test_audit_and_warnings_are_noted(clone):
    assert call(clone, "audit").exit_code in (0, 1)
    assert call(clone, "warn", "--now", "08:40").exit_code == 0
    told = signs(clone)
    assert re.fullmatch(r"10-10 \d\d:\d\d 查过 \d+ 个提交，(没有错误|错误 \d+ 处)", told["查历史"][1])
    assert re.fullmatch(r"10-10 \d\d:\d\d 运行过，都发成了", told["提醒"][1])
    assert told["提醒"][::2] == (True, "不用管。")


def test_the_page_and_the_foot_tell_the_last_check(clone, tmp_path):
    note_run(Repo.discover(clone), clone, "check", Run(datetime(2026, 10, 10, 8, 35), True, "查过，没有错误"))
    build_site(clone, tmp_path / "site", today=date(2026, 10, 10), now=datetime(2026, 10, 10, 9), jobs=1)
    page = (tmp_path / "site/data/status.html").read_text("utf-8")
    assert "10-10 08:35 查过，没有错误" in page
    built = (tmp_path / "site/assets/noveto-built.js").read_text("utf-8")
    assert '"checked":"2026-10-10T08:35"' in built


def test_damaged_or_unwritable_notes_are_as_none(clone, monkeypatch):
    repo = Repo.discover(clone)
    note_run(repo, clone, "check", Run(datetime(2026, 10, 10, 8, 35), True, "好"))
    place = next((repo.common_dir / "noveto/runs").iterdir())
    for text in ("", "[]", "{", '{"at": 1}', json.dumps({"at": "x", "well": 1, "said": ""}), "\udcff"):
        place.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert last_run(repo, clone, "check") is None
    monkeypatch.setenv("NOVETO_CACHE", "/proc/nowhere")
    note_run(repo, clone, "check", Run(datetime(2026, 10, 10), True, ""))
    assert last_run(repo, clone, "check") is None


def test_ledgers_that_share_a_cache_do_not_share_runs(clone, tmp_path, monkeypatch):
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "cache"))
    note_run(Repo.discover(clone), clone, "check", Run(datetime(2026, 10, 10), True, "好"))
    assert last_run(Repo.discover(tmp_path / "ledger.git"), tmp_path / "ledger.git", "check") is None
    assert last_run(Repo.discover(clone), clone, "check") is not None
