"""Many at once: worker processes, two programs on one cache, caches that are locked, damaged or not writable."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from noveto.ledger import Ledger, Recipe, workers
from noveto.ledger.arriving import EVERY
from noveto.ledger.judge import DamagedError
from noveto.ledger.recipe import unpack_days

DAY = date(2026, 3, 9)


def fill(small, texts, count: int) -> None:
    for number in range(1, count + 1):
        name = f"scjgj-20260305-{number:03d}"
        small.put(texts.path(name), texts.case(name, texts.submitted() + (texts.answered() if number % 2 else "")))


def outline(ledger: Ledger) -> list[bytes]:
    recipe = Recipe("outline", "1", "recipes_under_test:outline", arrivals="all")
    assert len(list(ledger.live(recipe, date(2026, 3, 10)))) == ledger.count("case") // 2
    return [found.payload for found in ledger.derived(recipe)]


@pytest.mark.parametrize("other_threads", [False, True])
@pytest.mark.parametrize("at", [None, "HEAD"])
def test_workers_say_what_one_process_says(small, texts, monkeypatch, other_threads: bool, at: str | None) -> None:
    fill(small, texts, 30)
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    with Ledger.open(small.root, at=at, cache=False) as ledger:
        alone = outline(ledger)
    monkeypatch.setattr(workers, "POOL_FROM", 1)
    monkeypatch.setattr(workers, "CHUNK", 7)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)  # with another thread, workers are started afresh, not forked
    if other_threads:
        thread.start()
    try:
        with Ledger.open(small.root, at=at, cache=False, jobs=2) as ledger:
            together = outline(ledger)
    finally:
        done.set()
        if other_threads:
            thread.join()

    assert len(alone) == 30
    assert together == alone


def test_what_a_recipe_raises_reaches_the_caller(small, texts, monkeypatch) -> None:
    fill(small, texts, 3)
    recipe = Recipe("failing", "1", "recipes_under_test:failing")
    for pool_from in (1000, 1):
        monkeypatch.setattr(workers, "POOL_FROM", pool_from)
        with (
            Ledger.open(small.root, cache=False, jobs=2) as ledger,
            pytest.raises(RuntimeError, match="scjgj-20260305"),
        ):
            ledger.prepare(recipe)


def test_two_programs_at_once_agree(small, texts) -> None:
    fill(small, texts, 40)
    small.commit()
    code = (
        "import sys; from pathlib import Path; from noveto.ledger import Ledger\n"
        "for _ in range(3):\n"
        "    with Ledger.open(Path(sys.argv[1]), at=sys.argv[2] or None) as ledger:\n"
        "        assert sum(len(r.case.log) for r in ledger.cases()) == 60, 'cases'\n"
        "        assert ledger.exists('scjgj-20260305-007')\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(small.root), at], stderr=subprocess.PIPE, text=True)
        for at in ("", "", "HEAD", "HEAD")
    ]
    for process in running:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said


def test_a_snapshot_moved_by_another_is_moved_back(small, texts) -> None:
    fill(small, texts, 4)
    first = small.commit()
    with Ledger.open(small.root) as mine:
        pages = mine.cases()
        seen = [next(pages).id]
        small.git("checkout", "-q", "-b", "other")
        fill(small, texts, 9)
        small.commit()
        with Ledger.open(small.root) as theirs:
            assert theirs.count("case") == 9
        assert mine.version == first
        assert mine.count("case") == 4
        seen += [record.id for record in pages]
    assert len(seen) == 4


def test_the_cache_lies_beside_the_objects_of_every_work_tree(small, texts, tmp_path) -> None:
    fill(small, texts, 2)
    small.commit()
    small.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))

    with Ledger.open(tmp_path / "second") as ledger:
        assert ledger.count("case") == 2
        assert ledger.answers.store.path.parent == small.root / ".git" / "noveto"


def test_the_cache_can_be_put_elsewhere(small, texts, tmp_path, monkeypatch) -> None:
    fill(small, texts, 2)
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "elsewhere"))

    with Ledger.open(small.root) as ledger:
        assert ledger.count("case") == 2
    assert list((tmp_path / "elsewhere").glob("ledger-*.sqlite"))
    assert not (small.root / ".git" / "noveto").exists()


def test_a_cache_that_cannot_be_written_is_done_without(small, texts, tmp_path, monkeypatch) -> None:
    fill(small, texts, 2)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "file"))

    with Ledger.open(small.root) as ledger:
        assert ledger.count("case") == 2
        assert not ledger.answers.store.kept


def test_bytes_changed_in_the_cache_change_no_answer(small, texts) -> None:
    fill(small, texts, 20)
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    with Ledger.open(small.root) as ledger:
        before = outline(ledger)
        files = [ledger.answers.store.path, ledger.line.store.path]
    for chance in map(random.Random, range(6)):
        for file in files:
            data = bytearray(file.read_bytes())
            for _ in range(4):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            file.write_bytes(data)
        with Ledger.open(small.root) as ledger:
            assert outline(ledger) == before


def test_a_cache_that_nobody_touched_is_believed(small, texts) -> None:
    fill(small, texts, 3)
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    made = set()
    for _ in range(3):
        with Ledger.open(small.root) as ledger, Ledger.open(small.root) as other:
            assert outline(ledger) == outline(other)
        made.add(ledger.answers.store.path.stat().st_ino)
    assert len(made) == 1


def test_damage_met_on_the_way_loses_no_arrival(small, texts) -> None:
    fill(small, texts, 4)
    small.receipt((small.commit(), "2026-03-05T10:00:00+08:00"))
    damage = [DamagedError()]

    def convert(row: tuple[str]) -> str:
        if damage:
            raise damage.pop()
        return row[0]

    with Ledger.open(small.root) as ledger:
        assert ledger.receipts
        found = ledger.answers.build("e.arr", "e.kind = 'case'", (), convert, arrivals=EVERY)
    assert [len(unpack_days(days)) for days in found] == [2, 1, 2, 1]
    assert all(day is not None for days in found for day in unpack_days(days))


def test_a_damaged_cache_in_use_by_another_is_left_alone(small, texts) -> None:
    fill(small, texts, 2)
    with Ledger.open(small.root) as first:
        assert first.count("case") == 2
        path = first.answers.store.path
        assert path is not None
        with path.open("r+b") as stream:
            stream.write(b"damaged" * 300)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        with Ledger.open(small.root) as second:
            assert second.count("case") == 2
            assert not second.answers.store.kept
    with Ledger.open(small.root) as third:
        assert third.count("case") == 2
        assert third.answers.store.kept


def test_caches_of_old_code_are_swept_away(small, texts) -> None:
    folder = small.root / ".git" / "noveto"
    folder.mkdir()
    for number in range(6):
        (folder / f"ledger-1-{number:020d}.sqlite").write_bytes(b"old")
        os.utime(folder / f"ledger-1-{number:020d}.sqlite", (number, number))

    with Ledger.open(small.root) as ledger:
        ledger.count("case")

    assert len(list(folder.glob("ledger-*.sqlite"))) == 3


def test_contents_nothing_shows_any_more_are_dropped(small, texts, monkeypatch) -> None:
    from noveto.ledger import sync

    monkeypatch.setattr(sync, "SPARE", 5)
    fill(small, texts, 6)
    for turn in range(4):
        for number in range(1, 7):
            small.append(texts.path(f"scjgj-20260305-{number:03d}"), texts.submitted(f"2026-03-05T11:0{turn}"))
        small.commit()
        with Ledger.open(small.root) as ledger:
            assert ledger.count("case") == 6
            held = ledger.answers.store.db.execute("SELECT count(*) FROM blob").fetchone()[0]
            shown = ledger.count_files()
    assert held <= 2 * shown + 5


def test_a_file_we_may_not_read_is_a_finding(small, texts, monkeypatch) -> None:
    fill(small, texts, 2)
    small.commit()
    fill(small, texts, 3)
    from noveto.ledger import view

    real = view.read_plain

    def refuse(name: str) -> bytes:
        if name.endswith("-003.yml"):
            raise PermissionError(13, "Permission denied", name)
        return real(name)

    monkeypatch.setattr(view, "read_plain", refuse)
    with Ledger.open(small.root) as ledger:
        assert [(f.code, f.file[-7:]) for f in ledger.form_findings()] == [("NV901", "003.yml")]
        assert ledger.count("case") == 2


def test_a_folder_we_may_not_read_is_a_finding(make_small, texts, monkeypatch) -> None:
    small = make_small("plain", with_git=False)
    fill(small, texts, 2)
    from noveto.ledger import view

    real = os.scandir

    def refuse(name: Path) -> object:
        if name.name == "scjgj":
            raise PermissionError(13, "Permission denied", str(name))
        return real(name)

    monkeypatch.setattr(view.os, "scandir", refuse)
    monkeypatch.setattr(view.os, "access", lambda name, mode: not str(name).endswith("scjgj"))
    with Ledger.open(small.root) as ledger:
        assert [(f.code, f.file) for f in ledger.form_findings()] == [("NV901", "records/cases/scjgj")]
        assert ledger.count("case") == 0
