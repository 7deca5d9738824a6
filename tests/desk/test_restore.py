"""Ledger and sealed register restored from different nights, on a running desk: nobody is taken for somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk.deskclient import Browser, Office, ledger, new_case

from noveto.gitio.process import run


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(ledger(tmp_path / "ledger.git"), tmp_path / "state")
    yield made
    made.close()


def filed(browser: Browser, name: str, contact: str) -> str:
    form = browser.key("/desk/new") | new_case(**{"applicant.name": name, "applicant.contact": contact})
    page = browser.get(browser.post("/desk/new", form).headers["location"])
    found = re.search(r"已入台账：([a-z0-9-]+)", page.text)
    assert found, page.text
    return found[1]


def found(browser: Browser, text: str) -> list[str]:
    page = browser.post("/desk/find", {"q": text}).text
    return sorted(set(re.findall(r"/desk/case/([a-z0-9-]+)", page)))


def test_both_sides_lost_and_restored_from_different_nights(office: Office, tmp_path: Path) -> None:
    clerk = office.browser("rsj-005")
    one = filed(clerk, "王小明", "13800001111")
    monday_ledger, monday_sealed = tmp_path / "monday.bundle", tmp_path / "monday.db"
    run(["bundle", "create", "-q", str(monday_ledger), "--all"], office.bare)
    office.desk.sealed.backup(monday_sealed)
    two = filed(clerk, "赵六六", "13700003333")
    tuesday_sealed = tmp_path / "tuesday.db"
    office.desk.sealed.backup(tuesday_sealed)
    assert found(clerk, "赵六六") == [two]

    # The register goes back to Monday: who came on Tuesday is not found, and nobody stands in her place.
    office.desk.sealed.restore(monday_sealed)
    assert found(clerk, "赵六六") == []
    assert found(clerk, "3333") == []
    assert found(clerk, "王小明") == [one]
    held = office.desk.office.find(two)
    assert held is not None
    assert office.desk.sealed.read(held.value["applicant"]["ref"], "rsj-005", "rsj", "print", case=two) is None

    # The ledger goes back to Monday, the register is Tuesday's; Tuesday's number is given again, to somebody else.
    office.close()
    restored = tmp_path / "restored.git"
    run(["clone", "-q", "--mirror", str(monday_ledger), str(restored)], tmp_path)
    second = Office(restored, tmp_path / "second")
    try:
        second.desk.sealed.restore(tuesday_sealed)
        clerk = second.browser("rsj-005")
        assert found(clerk, "赵六六") == []
        assert filed(clerk, "孙七七", "13600004444") == two
        assert found(clerk, "孙七七") == [two]
        assert found(clerk, "赵六六") == []
        assert "赵六六" not in clerk.get(f"/desk/case/{two}").text
        held = second.desk.office.find(two)
        assert held is not None
        told = second.desk.sealed.read(held.value["applicant"]["ref"], "rsj-005", "rsj", "print", case=two)
        assert told is not None
        assert told.name == "孙七七"
        assert found(clerk, "王小明") == [one]
        assert run(["for-each-ref", "--format=%(refname)", "refs/heads/receipts"], restored)
    finally:
        second.close()


def test_what_was_accepted_before_the_restore_is_filed_after_it(office: Office, tmp_path: Path) -> None:
    """The queue outlives both sides: an act accepted after the backup reaches the restored ledger, once."""
    clerk = office.browser("rsj-005")
    bundle = tmp_path / "night.bundle"
    run(["bundle", "create", "-q", str(bundle), "--all"], office.bare)
    office.desk.worker.stop()
    form = clerk.key("/desk/new") | new_case()
    sent = clerk.post("/desk/new", form)
    assert sent.status_code == 303
    assert "正在入台账" in clerk.get(sent.headers["location"]).text
    office.close()
    run(["clone", "-q", "--mirror", str(bundle), str(tmp_path / "restored.git")], tmp_path)
    (tmp_path / "state" / "site" / "index.html").unlink()
    (tmp_path / "state" / "site").rmdir()
    again = Office(tmp_path / "restored.git", tmp_path / "state")
    try:
        again.desk.worker.wait(form["key"], 20)
        assert "已入台账" in again.browser("rsj-005").get(sent.headers["location"]).text
        told = run(["log", "--format=%b", "main"], again.bare).decode()
        assert told.count(f"Act: {form['key']}") == 1
        assert found(again.browser("rsj-005"), "王小明") != []
    finally:
        again.close()
