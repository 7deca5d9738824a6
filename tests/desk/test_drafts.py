"""Drafts: by account, encrypted on the disk, gone after seven days."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.desk.drafts import LARGEST, MOST, Drafts
from noveto.desk.vaultfile import SealedError
from noveto.gitio.write import init

KEY = b"0123456789abcdef0123456789abcdef"
FIELDS = {"name": "王小明", "contact": "13800001111", "facts": "2019 年断缴", "ticks": ["a", "b"]}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 10, 10, 9, 5)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def drafts(tmp_path: Path, clock: Clock) -> Drafts:
    return Drafts.open(tmp_path / "drafts.db", KEY, days=lambda: 7, clock=clock)


def test_what_was_typed_comes_back_to_its_account_alone(drafts: Drafts) -> None:
    number = drafts.save("rsj-005", "new", FIELDS)
    held = drafts.load("rsj-005", number)
    assert held is not None
    assert (held.form, dict(held.fields), held.saved) == ("new", FIELDS, datetime(2026, 10, 10, 9, 5))
    assert drafts.load("rsj-006", number) is None
    assert drafts.list("rsj-006") == []
    assert not drafts.drop("rsj-006", number)
    assert drafts.drop("rsj-005", number)
    assert drafts.load("rsj-005", number) is None


def test_saving_again_replaces_only_the_own_draft(drafts: Drafts) -> None:
    number = drafts.save("rsj-005", "new", FIELDS)
    assert drafts.save("rsj-005", "new", {"facts": "改过"}, draft=number) == number
    assert [dict(one.fields) for one in drafts.list("rsj-005")] == [{"facts": "改过"}]
    foreign = drafts.save("rsj-006", "new", {"facts": "抢"}, draft=number)
    assert foreign != number
    assert drafts.save("rsj-005", "new", {}, draft="../../etc/passwd") not in ("../../etc/passwd", number)
    held = drafts.load("rsj-005", number)
    assert held is not None
    assert held.fields == {"facts": "改过"}


def test_nothing_personal_is_readable_on_the_disk(drafts: Drafts) -> None:
    drafts.save("rsj-005", "new", FIELDS)
    data = b"".join(file.read_bytes() for file in drafts.path.parent.glob("drafts.db*"))
    assert "王小明".encode() not in data
    assert b"13800001111" not in data
    assert all(file.stat().st_mode & 0o077 == 0 for file in drafts.path.parent.glob("drafts.db*"))
    assert "王" not in repr(drafts.list("rsj-005"))


def test_seven_days_and_no_longer(drafts: Drafts, clock: Clock) -> None:
    old = drafts.save("rsj-005", "new", FIELDS)
    clock.now += timedelta(days=6, hours=23)
    assert drafts.load("rsj-005", old) is not None
    clock.now += timedelta(hours=2)
    assert drafts.load("rsj-005", old) is None
    assert drafts.list("rsj-005") == []
    assert drafts.sweep() == 1


def test_the_days_are_asked_anew(drafts: Drafts, tmp_path: Path, clock: Clock) -> None:
    days = [7]
    other = Drafts.open(tmp_path / "drafts.db", KEY, days=lambda: days[0], clock=clock)
    number = other.save("rsj-005", "new", FIELDS)
    clock.now += timedelta(days=5)
    assert other.load("rsj-005", number) is not None
    days[0] = 3
    assert other.load("rsj-005", number) is None
    days[0] = 10
    clock.now += timedelta(days=4)
    assert [one.id for one in other.list("rsj-005")] == [number]


def test_saving_sweeps_what_is_old(drafts: Drafts, clock: Clock) -> None:
    drafts.save("rsj-005", "new", FIELDS)
    clock.now += timedelta(days=8)
    drafts.save("gjj-003", "new", {})
    assert drafts.sweep() == 0


def test_another_secret_opens_nothing(drafts: Drafts, tmp_path: Path, clock: Clock) -> None:
    number = drafts.save("rsj-005", "new", FIELDS)
    other = Drafts.open(tmp_path / "drafts.db", b"x" * 32, days=lambda: 7, clock=clock)
    assert other.load("rsj-005", number) is None
    assert other.list("rsj-005") == []


def test_a_row_moved_to_another_account_stays_shut(drafts: Drafts) -> None:
    number = drafts.save("rsj-005", "new", FIELDS)
    with closing(sqlite3.connect(drafts.path)) as db:
        db.execute("UPDATE drafts SET account = 'rsj-006'")
        db.commit()
    assert drafts.load("rsj-006", number) is None


def test_a_damaged_box_is_no_draft(drafts: Drafts) -> None:
    number = drafts.save("rsj-005", "new", FIELDS)
    for box in (b"", b"short", b"\0" * 60):
        with closing(sqlite3.connect(drafts.path)) as db:
            db.execute("UPDATE drafts SET box = ?", (box,))
            db.commit()
        assert drafts.load("rsj-005", number) is None


def test_limits(drafts: Drafts, tmp_path: Path) -> None:
    with pytest.raises(SealedError, match="太长"):
        drafts.save("rsj-005", "new", {"facts": "长" * LARGEST})
    with pytest.raises(SealedError, match="NOVETO_SECRET"):
        Drafts.open(tmp_path / "short.db", b"short", days=lambda: 7)
    for n in range(MOST + 5):
        drafts.save("rsj-005", "new", {"n": str(n)})
    held = drafts.list("rsj-005")
    assert len(held) == MOST
    assert held[0].fields == {"n": str(MOST + 4)}


def test_refused_inside_git(tmp_path: Path) -> None:
    init(tmp_path)
    with pytest.raises(SealedError, match="Git 仓库"):
        Drafts.open(tmp_path / "drafts.db", KEY, days=lambda: 7)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Drafts:
    return Drafts.open(tmp_path_factory.mktemp("drafts") / "drafts.db", KEY, days=lambda: 7)


@given(account=st.text(min_size=1, max_size=12), value=st.text(max_size=60))
def test_any_text_survives(shared: Drafts, account: str, value: str) -> None:
    number = shared.save(account, "new", {"facts": value})
    held = shared.load(account, number)
    assert held is not None
    assert held.fields == {"facts": value}
    shared.drop(account, number)
