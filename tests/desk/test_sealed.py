"""The sealed register: who may read what, what is logged, what is gone after a purge, backup and restore."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from noveto.desk.sealed import Contact, Sealed, mask_contact
from noveto.desk.vaultfile import SealedError, sealed_path
from noveto.gitio.write import init

REF, OTHER = "k7f3q9x2", "m2n4p6q8"


class Clock:
    """A clock the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 10, 9, 12, 30))


@pytest.fixture
def sealed(tmp_path: Path, clock: Clock) -> Sealed:
    return Sealed.open(tmp_path / "state" / "sealed.db", callers=frozenset({"zwzx"}), clock=clock)


def fill(sealed: Sealed) -> None:
    sealed.write(REF, "王小明", "138 0000 1111", "rsj-005", "rsj", "rsj-20261010-01")
    sealed.write(OTHER, "李四光", "13900002222", "gjj-003", "gjj", "gjj-20261010-01")


def everything(path: Path) -> bytes:
    """All bytes the register has on disk, side files too."""
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def test_what_is_written_is_read_by_the_own_unit(sealed: Sealed) -> None:
    fill(sealed)
    assert sealed.read(REF, "rsj-005", "rsj", "print") == Contact(
        REF, "王小明", "138 0000 1111", "rsj-20261010-01", "rsj"
    )


def test_need_to_know(sealed: Sealed) -> None:
    fill(sealed)
    for why in ("print", "contact", "search", "callback"):
        assert sealed.read(REF, "gjj-003", "gjj", why) is None
    assert sealed.read(REF, "zwzx-001", "zwzx", "callback") is not None
    assert sealed.read(REF, "zwzx-001", "zwzx", "print") is None
    assert sealed.read(REF, "nobody", "", "print") is None
    with pytest.raises(ValueError, match="curiosity"):
        sealed.read(REF, "rsj-005", "rsj", "curiosity")


def test_every_look_is_logged_and_shown_to_the_owner(sealed: Sealed, clock: Clock) -> None:
    fill(sealed)
    sealed.read(REF, "rsj-005", "rsj", "print")
    sealed.read(REF, "gjj-003", "gjj", "print")
    sealed.search("王小", "rsj-006", "rsj")
    sealed.search("1111", "rsj-006", "rsj")
    clock.now += timedelta(days=40)
    sealed.read(REF, "zwzx-001", "zwzx", "callback")
    seen = sealed.readings("rsj", date(2026, 10, 10), date(2026, 10, 10))
    assert [(one.by, one.what, one.why, one.found, one.case) for one in seen] == [
        ("rsj-005", "read", "print", 1, "rsj-20261010-01"),
        ("gjj-003", "refused", "print", 0, "rsj-20261010-01"),
        ("rsj-006", "search", "王**", 1, ""),
        ("rsj-006", "search", "尾号 4 位", 1, ""),
    ]
    assert [one.by for one in sealed.readings("rsj", date(2026, 11, 1), date(2026, 11, 30))] == ["zwzx-001"]


def test_the_log_and_representations_hold_no_personal_data(sealed: Sealed) -> None:
    fill(sealed)
    found = sealed.search("王小明", "rsj-005", "rsj")
    with closing(sqlite3.connect(sealed.path)) as db:
        text = repr(db.execute("SELECT * FROM readings").fetchall())
    for secret in ("王小明", "小明", "0000", "1111", "李四光"):
        assert secret not in text + repr(found)


def test_nothing_is_given_when_the_log_cannot_be_written(sealed: Sealed) -> None:
    fill(sealed)
    with closing(sqlite3.connect(sealed.path)) as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON readings BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        db.commit()
    with pytest.raises(SealedError, match="暂时用不了"):
        sealed.read(REF, "rsj-005", "rsj", "print")
    with pytest.raises(SealedError):
        sealed.search("王小明", "rsj-005", "rsj")


def test_search_finds_names_and_last_digits_of_the_own_unit_only(sealed: Sealed) -> None:
    fill(sealed)
    sealed.write("abcdefgh", "王小红", "0566-2090000", "rsj-005", "rsj", "rsj-20261010-02")
    assert {one.name for one in sealed.search("王小", "rsj-005", "rsj")} == {"王小明", "王小红"}
    assert [one.name for one in sealed.search(" 138 0000 1111 ", "rsj-005", "rsj")] == ["王小明"]
    assert [one.name for one in sealed.search("0000", "rsj-005", "rsj")] == ["王小红"]
    assert [one.name for one in sealed.search("１１１１", "rsj-005", "rsj")] == ["王小明"]
    sealed.write("bcdefghi", "赵 四", "１３９１２３４５６７８", "rsj-005", "rsj", "rsj-20261010-03")
    assert [one.name for one in sealed.search("赵四", "rsj-005", "rsj")] == ["赵 四"]
    assert [one.name for one in sealed.search("5678", "rsj-005", "rsj")] == ["赵 四"]
    assert sealed.search("李四", "rsj-005", "rsj") == []
    assert sealed.search("%%", "rsj-005", "rsj") == []
    assert sealed.search("__", "rsj-005", "rsj") == []
    assert sealed.search("' OR 1=1 --", "rsj-005", "rsj") == []


@pytest.mark.parametrize("text", ["", "王", "111", " 1 1 1 ", "   ", "王" * 300])
def test_too_little_to_search_for(sealed: Sealed, text: str) -> None:
    with pytest.raises(SealedError, match="两个字"):
        sealed.search(text, "rsj-005", "rsj")


def test_at_most_twenty_are_found(sealed: Sealed) -> None:
    for n in range(30):
        sealed.write(f"ref{n:05}", "王小明", f"1380000{n:04}", "rsj-005", "rsj", f"rsj-20261010-{n:02}")
    assert len(sealed.search("王小明", "rsj-005", "rsj")) == 20


def test_writing_twice_is_once_and_a_key_never_changes_hands(sealed: Sealed) -> None:
    fill(sealed)
    sealed.write(REF, "王小明", "138 0000 1111", "rsj-005", "rsj", "rsj-20261010-01")
    with pytest.raises(SealedError, match="另一个人"):
        sealed.write(REF, "赵六", "13700003333", "rsj-005", "rsj", "rsj-20261010-01")
    with pytest.raises(SealedError):
        sealed.write(REF, "王小明", "138 0000 1111", "gjj-003", "gjj", "gjj-20261010-01")
    assert sealed.count() == 2


@pytest.mark.parametrize("ref", ["", "../etc", "K7F3Q9X2", "a" * 40, "k7f3'--", "k7f3\n"])
def test_keys_have_one_shape(sealed: Sealed, ref: str) -> None:
    with pytest.raises(SealedError):
        sealed.write(ref, "王小明", "13800001111", "rsj-005", "rsj", "rsj-20261010-01")
    assert sealed.read(ref, "rsj-005", "rsj", "print") is None


def test_the_final_number_replaces_the_provisional_one(sealed: Sealed) -> None:
    fill(sealed)
    assert sealed.assign(REF, "rsj-20261010-02", "rsj-005", "rsj")
    assert not sealed.assign(REF, "gjj-20261010-09", "gjj-003", "gjj")
    assert sealed.read(REF, "rsj-005", "rsj", "print", case="rsj-20261010-02") is not None
    assert sealed.read(REF, "rsj-005", "rsj", "print", case="rsj-20261010-01") is None


def test_only_the_owner_reads_the_files(sealed: Sealed) -> None:
    fill(sealed)
    for file in sealed.path.parent.glob("sealed.db*"):
        assert file.stat().st_mode & 0o077 == 0
    assert sealed.path.parent.stat().st_mode & 0o077 == 0


def test_refused_inside_git(tmp_path: Path) -> None:
    work, bare = tmp_path / "work", tmp_path / "bare.git"
    for folder in (work, bare):
        folder.mkdir()
        init(folder, bare=folder is bare)
    (work / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(work / "deep")
    for place in (
        work / "s.db",
        work / "deep" / "er" / "s.db",
        work / ".git" / "s.db",
        bare / "s.db",
        tmp_path / "link" / "s.db",
    ):
        with pytest.raises(SealedError, match="Git 仓库"):
            Sealed.open(place)
        assert not place.exists()


def test_a_linked_work_tree_counts_as_git(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /somewhere/else\n", "utf-8")
    with pytest.raises(SealedError, match="Git 仓库"):
        Sealed.open(tmp_path / "sub" / "sealed.db")


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "other.db"
    with closing(sqlite3.connect(place)) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(SealedError, match="别的程序"):
        Sealed.open(place)
    (tmp_path / "text.db").write_text("这不是数据库" * 200, "utf-8")
    with pytest.raises(SealedError, match="损坏"):
        Sealed.open(tmp_path / "text.db")


def test_where_it_lies() -> None:
    assert sealed_path({"NOVETO_SEALED": "/var/lib/noveto/sealed.db"}) == Path("/var/lib/noveto/sealed.db")
    assert sealed_path({"XDG_STATE_HOME": "/x"}) == Path("/x/noveto/sealed.db")
    assert sealed_path({"XDG_STATE_HOME": "relative"}) == Path.home() / ".local/state/noveto/sealed.db"


def test_purged_is_gone_from_the_disk(sealed: Sealed, clock: Clock) -> None:
    fill(sealed)
    clock.now = datetime(2026, 11, 1, 9, 0)
    sealed.write("newentry", "赵六六", "13700003333", "rsj-005", "rsj", "rsj-20261101-01")
    assert "王小明".encode() in everything(sealed.path)
    assert sealed.purge(date(2026, 11, 1)) == 2
    assert sealed.count() == 1
    left = everything(sealed.path)
    assert not any(secret.encode() in left for secret in ("王小明", "1380000", "李四光", "1390000"))
    assert sealed.read("newentry", "rsj-005", "rsj", "print") is not None


def test_backup_and_restore(sealed: Sealed, tmp_path: Path) -> None:
    fill(sealed)
    kept = tmp_path / "backup" / "sealed-1010.db"
    assert sealed.backup(kept) == 2
    assert kept.stat().st_mode & 0o077 == 0
    assert not list(kept.parent.glob("*-wal"))
    sealed.write("newentry", "赵六六", "13700003333", "rsj-005", "rsj", "rsj-20261010-02")
    with pytest.raises(SealedError, match="已经有了"):
        sealed.backup(kept)
    assert sealed.restore(kept) == 2
    assert sealed.read(REF, "rsj-005", "rsj", "print") is not None
    assert sealed.read("newentry", "rsj-005", "rsj", "print") is None
    fresh = Sealed.open(tmp_path / "new machine" / "sealed.db")
    assert fresh.restore(kept) == 2


def test_a_backup_never_lands_in_git(sealed: Sealed, tmp_path: Path) -> None:
    (tmp_path / "repo").mkdir()
    init(tmp_path / "repo")
    with pytest.raises(SealedError, match="Git 仓库"):
        sealed.backup(tmp_path / "repo" / "sealed.db")


def test_a_restored_backup_does_not_bring_the_purged_back(sealed: Sealed, tmp_path: Path) -> None:
    fill(sealed)
    sealed.backup(tmp_path / "old.db")
    sealed.purge(date(2026, 10, 11))
    assert sealed.restore(tmp_path / "old.db") == 0
    assert "王小明".encode() not in everything(sealed.path)


def test_damaged_backups_change_nothing(sealed: Sealed, tmp_path: Path) -> None:
    fill(sealed)
    sealed.backup(tmp_path / "good.db")
    data = (tmp_path / "good.db").read_bytes()
    (tmp_path / "half.db").write_bytes(data[: len(data) // 2])
    (tmp_path / "noise.db").write_bytes(os.urandom(4096))
    (tmp_path / "empty.db").write_bytes(b"")
    (tmp_path / "torn.db").write_bytes(data[:4096] + b"\xff" * 4096 + data[8192:])
    for name in ("half.db", "noise.db", "empty.db", "torn.db", "none.db"):
        with pytest.raises(SealedError):
            sealed.restore(tmp_path / name)
    assert sealed.count() == 2


def test_losing_either_side_mixes_up_nobody(sealed: Sealed, tmp_path: Path, clock: Clock) -> None:
    """The register of Monday beside the ledger of Tuesday, and the other way round."""
    fill(sealed)
    sealed.backup(tmp_path / "monday.db")
    # Tuesday: a case is filed under the next number. The register is then restored from Monday.
    clock.now += timedelta(days=1)
    sealed.write("tuesday1", "赵六六", "13700003333", "rsj-005", "rsj", "rsj-20261011-01")
    sealed.restore(tmp_path / "monday.db")
    assert sealed.read("tuesday1", "rsj-005", "rsj", "print", case="rsj-20261011-01") is None
    # The ledger is restored from Monday instead: the number is given again, to somebody else with another key.
    sealed.write("tuesday1", "赵六六", "13700003333", "rsj-005", "rsj", "rsj-20261011-01")
    sealed.write("tuesday2", "孙七七", "13600004444", "rsj-005", "rsj", "rsj-20261011-01")
    again = sealed.read("tuesday2", "rsj-005", "rsj", "print", case="rsj-20261011-01")
    assert again is not None
    assert again.name == "孙七七"
    # A key that a record quotes for another case than the register knows gives nobody.
    assert sealed.read(REF, "rsj-005", "rsj", "print", case="rsj-20261011-01") is None


def write_many(path: str, who: int) -> None:
    sealed = Sealed.open(Path(path))
    for n in range(25):
        sealed.write(f"ref{who}x{n:04}", f"王{who}{n}", f"138{who:04}{n:04}", "rsj-005", "rsj", f"rsj-20261010-{n:02}")


def test_two_processes_at_once(tmp_path: Path) -> None:
    place = tmp_path / "sealed.db"
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=write_many, args=(str(place), who)) for who in range(2)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    assert [process.exitcode for process in running] == [0, 0]
    assert Sealed.open(place).count() == 50


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("138 0000 1111", "138****1111"),
        ("0566-2091234", "056****1234"),
        ("１３８ ００００ １１１１", "138****1111"),
        ("12345", "****"),
        ("", "****"),
    ],
)
def test_masked_contacts(given: str, shown: str) -> None:
    assert mask_contact(given) == shown
