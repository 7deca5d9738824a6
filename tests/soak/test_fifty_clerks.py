"""Fifty clerks for five minutes against the real server: nothing lost, nothing doubled, nobody waits long."""

import os
import statistics
import sys

from tests.desk.clerks import work
from tests.desk.deskclient import ledger
from tests.desk.deskserver import listening

from noveto.gitio.process import run


def test_fifty_clerks_for_five_minutes(tmp_path, capsys):
    seconds = float(os.environ.get("NOVETO_SOAK_SECONDS", "300"))
    bare = ledger(tmp_path / "ledger.git")
    with listening(bare, tmp_path / "state") as address:
        clerks = work(address, 50, seconds, pause=20.0)
    times = sorted(t for one in clerks for t in one.times)
    keys = [key for one in clerks for key in one.keys]
    text = run(["log", "--format=%B", "main"], bare).decode()
    told = (
        f"{len(clerks)} clerks, {len(times)} requests, {len(keys)} acts; median {statistics.median(times):.3f} s, "
        f"95 % {times[int(len(times) * 0.95)]:.3f} s, longest {times[-1]:.3f} s"
    )
    with capsys.disabled():
        sys.stderr.write(f"\n{told}\n")
    assert [one.wrong for one in clerks if one.wrong] == []
    assert [key for key in keys if text.count(f"Act: {key}\n") != 1] == []
    assert statistics.median(times) < 0.3
    assert times[-1] < 3.0
