"""Five clerks for a few seconds; the long version stands in tests/soak."""

from tests.desk.clerks import work
from tests.desk.deskclient import ledger
from tests.desk.deskserver import listening

from noveto.gitio.process import run


def test_five_clerks_at_once_lose_and_double_nothing(tmp_path):
    bare = ledger(tmp_path / "ledger.git")
    with listening(bare, tmp_path / "state") as address:
        clerks = work(address, 5, 6, pause=0.2)
    assert [one.wrong for one in clerks] == [[]] * 5
    keys = [key for one in clerks for key in one.keys]
    assert len(keys) > 10
    text = run(["log", "--format=%B", "main"], bare).decode()
    assert [key for key in keys if text.count(f"Act: {key}\n") != 1] == []
    months = run(["ls-tree", "--name-only", "receipts"], bare).decode().split()
    receipts = run(["cat-file", "-p", f"receipts:{months[-1]}"], bare).decode()
    assert receipts.count('"via": "desk"') >= len(keys)
