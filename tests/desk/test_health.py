"""运行状态: what only the running desk knows, told to whoever is signed in, and added to the page of the site."""

import json
import shutil
from collections import namedtuple
from datetime import datetime, timedelta

import pytest
from tests.desk.deskclient import TODAY, Office, ledger
from tests.desk.deskserver import listening

from noveto.desk.health import signs
from noveto.gitio.process import run
from noveto.site.build import build_site


@pytest.fixture
def office(tmp_path):
    made = Office(ledger(tmp_path / "ledger.git"), tmp_path / "state")
    yield made
    made.close()


def told(office):
    return {sign.what: (sign.well, sign.now, sign.do) for sign in signs(office.desk)}


def test_the_queue_is_well_until_something_waits_too_long(office):
    assert told(office)["办件台排队"] == (True, "没有排队的", "不用管。")
    office.desk.worker.stop()
    now = office.desk.settings.now
    office.desk.queue.accept("k" * 22, "rsj-005", "x", (now - timedelta(minutes=5)).isoformat(), {"what": "step"})
    assert told(office)["办件台排队"][:2] == (True, "1 条正在入台账")
    office.desk.queue.accept("j" * 22, "rsj-005", "x", (now - timedelta(minutes=45)).isoformat(), {"what": "step"})
    office.desk.worker.trouble = "连不上代码平台。"
    well, stands, do = told(office)["办件台排队"]
    assert (well, stands) == (False, "2 条没有入台账，最早的等了 45 分钟")
    assert do == "写的都没有丢，通了自动入台账。原因：连不上代码平台。请查仓库或者代码平台通不通。"


def test_the_backup_of_the_sealed_register_has_an_age(office, tmp_path, monkeypatch):
    register = office.desk.sealed
    assert told(office)["密封册备份"][:2] == (False, "没有备份过")
    for day, well in ((7, False), (9, True), (10, True)):  # the 9th is the working day before
        monkeypatch.setattr(register, "_clock", lambda day=day: datetime(2026, 10, day, 2, 30))
        register.backup(tmp_path / f"{day}.db")
        assert told(office)["密封册备份"][0] is well
        assert f"10-{day:02d} 02:30" in told(office)["密封册备份"][1]
    register.restore(tmp_path / "7.db")  # a copy does not know of itself, nor of later ones; the register still does
    assert "10-10 02:30" in told(office)["密封册备份"][1]


def test_a_full_disk_is_told(office, monkeypatch):
    assert told(office)["磁盘"][0] in (True, False)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100 << 30, 99 << 30, 1 << 29))
    assert told(office)["磁盘"][:2] == (False, "只剩 0.5 GB")


def test_only_those_who_are_signed_in_are_told(office):
    assert json.loads(office.browser().get("/desk/health").text) == []
    rows = json.loads(office.browser("sjj-005").get("/desk/health").text)
    assert [row["what"] for row in rows] == [
        "检查", "查历史", "提醒", "办件台排队", "密封册备份", "磁盘", "证书", "令牌",
    ]  # fmt: skip
    assert all(row["now"] and row["do"] for row in rows)


def test_the_page_shows_them(browser, tmp_path):
    bare, out = ledger(tmp_path / "ledger.git"), tmp_path / "site"
    run(["clone", "-q", str(bare), str(tmp_path / "clone")], tmp_path)
    build_site(tmp_path / "clone", out, today=TODAY, now=datetime(2026, 10, 10, 8, 30), desk=True, jobs=1)
    with listening(bare, tmp_path / "state", site=out) as address:
        for width, height in ((1366, 620), (390, 844)):
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            page, heard = context.new_page(), []
            page.on("console", lambda message, heard=heard: heard.append(message.text))
            page.goto(f"{address}/data/status.html")
            assert page.locator("th:has-text('办件台排队')").count() == 0
            page.goto(f"{address}/desk/sign-in")
            page.click('button[value="sjj-005"]')
            page.wait_for_url(lambda url: "status.html" in url)
            page.locator("tr:has-text('密封册备份')").wait_for()
            assert "没有排队的" in page.inner_text("tr:has-text('办件台排队')")
            assert "没有备份过" in page.inner_text("tr:has-text('密封册备份')")
            assert "不用" in page.inner_text("tr:has-text('令牌')")
            assert page.locator("th:text-is('检查')").count() == 1  # the line of the build, brought up to date
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert heard == []
            context.close()
