"""A calendar amendment moves due dates: the digests of one morning say so, and no other."""

import shutil
from datetime import datetime

from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.gitio.write import init


def commit(repo, when, message):
    stamp = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    person = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", message, env={**stamp, **person})


def test_an_amendment_is_told_on_the_next_morning_only(demo_folder, tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    for part in ("records", "schema"):
        shutil.copytree(demo_folder / part, folder / part)
    repo = init(folder)
    commit(repo, "2026-10-08T10:00:00+0800", "All")
    local = folder / "records" / "calendar" / "local.yml"
    storm = "rest:\n- {date: 2026-10-13, name: 台风停工, basis: 市防汛抗旱指挥部令, approver: zwzx-001}\nwork: []\n"
    local.write_text(storm, "utf-8")
    commit(repo, "2026-10-09T15:00:00+0800", "A storm")

    def told(moment):
        day, clock = datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M").split()
        args = ["--root", str(folder), "warn", "--dry-run", "--today", day, "--now", clock, "--channel", "stdout"]
        made = CliRunner().invoke(cli, args, prog_name="noveto")
        assert made.exit_code == 0, made.stderr
        return made.stdout.count("工作日历更新了，我局 ")

    assert told("2026-10-09T08:35") == 0
    assert told("2026-10-10T08:35") > 3
    assert told("2026-10-12T08:35") == 0
