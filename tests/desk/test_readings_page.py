"""谁看过全名和电话: the head's page of looks into the sealed register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk.deskclient import HOSTILE, Office, ledger

from noveto.desk.vaultfile import china_now


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(ledger(tmp_path / "ledger.git"), tmp_path / "state")
    yield made
    made.close()


def test_the_head_sees_who_looked_and_nobody_else_does(office: Office) -> None:
    sealed = office.desk.sealed
    sealed.write("k7f3q9x2", "王小明", "13800001111", "rsj-005", "rsj", "rsj-20261010-01")
    sealed.read("k7f3q9x2", "rsj-005", "rsj", "print")
    sealed.read("k7f3q9x2", "zjj-005", "zjj", "print")
    clerk, head, foreign = office.browser("rsj-005"), office.browser("rsj-001"), office.browser("zjj-005")
    clerk.post("/desk/find", {"q": "王小"})
    clerk.post("/desk/find", {"q": HOSTILE})
    month = f"/desk/readings?month={china_now():%Y-%m}"
    page = head.get(month).text
    assert "共 4 次：刘某 3 次、赵某 1 次。" in page
    assert "（住建局）" in page
    assert "打印（没有给看）" in page
    assert "找件：王**，1 条" in page
    assert "王小明" not in page
    assert "<script>alert" not in page
    assert '<a href="/desk/readings">' in head.get("/desk/find").text
    for other in (clerk, foreign):
        assert other.get(month).status_code == 403
        assert "/desk/readings" not in other.get("/desk/find").text
    for odd in ("2026-13", "x", "", "2026-1", "9999-12", "2000-01"):
        assert head.get(f"/desk/readings?month={odd}").status_code == 200
