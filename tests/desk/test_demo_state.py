"""A demonstration made anew starts over: what the desk kept for the former one is gone."""

import shutil
import time

from noveto.desk.mainline import made_at
from noveto.desk.settings import demo_state
from noveto.gitio.process import run


def test_what_was_kept_for_another_ledger_in_the_same_place_is_deleted(tmp_path):
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    root = tmp_path / "ledger"
    one = demo_state(root, "a" * 40, env)
    (one / "queue.db").write_text("kept", "utf-8")
    assert demo_state(root, "a" * 40, env) == one
    assert (one / "queue.db").is_file()
    assert demo_state(root, "b" * 40, env) == one
    assert not (one / "queue.db").exists()
    assert one.stat().st_mode & 0o077 == 0


def test_a_ledger_made_anew_is_another_even_where_its_commits_are_the_same(tmp_path):
    root = tmp_path / "ledger"
    run(["init", "-q", str(root)], tmp_path)
    one = made_at(root)
    assert one
    run(
        ["-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"], root
    )
    assert made_at(root) == one
    shutil.rmtree(root)
    time.sleep(0.02)
    run(["init", "-q", str(root)], tmp_path)
    assert made_at(root) != one
    assert made_at(tmp_path) == ""
