"""The site follows the ledger: what is built beside the desk starts no processes, and what failed is tried again."""

import json
import threading
import time
from datetime import date, datetime

import pytest
from tests.desk.deskclient import Office, ledger

from noveto.desk import serve
from noveto.desk.beside import Beside, BesideError
from noveto.desk.health import signs
from noveto.desk.settings import Settings
from noveto.gitio.process import run
from noveto.ledger import workers

TODAY, NOW = date(2026, 10, 10), datetime(2026, 10, 10, 8, 30)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keeper")
    run(["clone", "-q", str(ledger(folder / "ledger.git")), str(folder / "clone")], folder)
    return folder / "clone"


def build_much(*what):
    """Build, with as much to work out as makes the command line start workers."""
    workers.POOL_FROM = 1
    serve._build(*what)
    return workers.default_jobs()


def test_a_build_beside_with_much_to_work_out_starts_no_processes(clone, tmp_path, monkeypatch):
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "cache"))  # nothing is known yet, as after a change of registers
    beside = Beside(build_much)
    try:
        assert beside.ask(clone, tmp_path / "site", TODAY, NOW) == 1
    finally:
        beside.stop()
    assert (tmp_path / "site/index.html").is_file()


class Failing:
    """A builder that fails so many times."""

    def __init__(self, times):
        self.left, self.asked = times, 0

    def ask(self, *_):
        self.asked += 1
        if self.left:
            self.left -= 1
            raise BesideError("its process ended")

    def stop(self):
        pass


def test_a_build_that_failed_is_tried_again_and_one_that_worked_is_not(clone, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "_AGAIN", 0.01)
    monkeypatch.setattr(serve, "_LOOK_EVERY", 0.01)
    settings = Settings(root=clone, state=tmp_path, sealed=tmp_path / "s.db", secret=b"x" * 40, day=TODAY)
    keeper = serve.SiteKeeper(settings, tmp_path / "site")
    keeper._builder.stop()
    keeper._builder = builder = Failing(2)
    looked = threading.Semaphore(0)
    keeper.start(looked.release)
    until = time.monotonic() + 20
    while builder.asked < 3 and time.monotonic() < until:
        time.sleep(0.01)
    for _ in range(5):  # it goes on looking, and finds nothing new
        looked.acquire(timeout=20)
    keeper.stop()
    keeper._thread.join(20)
    assert builder.asked == 3


def test_a_site_that_lags_behind_is_told(tmp_path):
    office = Office(ledger(tmp_path / "ledger.git"), tmp_path / "state")
    script = office.settings.site / "assets/noveto-built.js"
    script.parent.mkdir()

    def told(version):
        built = {"at": "2026-10-09T17:30", "version": version}
        script.write_text(f"window.NOVETO_BUILT={json.dumps(built)};\n", "utf-8")
        return [(sign.well, sign.now) for sign in signs(office.desk) if sign.what == "网站"]

    try:
        assert told(office.desk.main.tip()[:7]) == []
        assert told("0000000") == [(False, "10-09 17:30 以后没有更新")]
        script.write_text("window.NOVETO_BUILT = null;\n", "utf-8")
        assert not [sign for sign in signs(office.desk) if sign.what == "网站"]
    finally:
        office.close()
