"""What a command said is said again only of the very same ledger, and a damaged memory costs only time."""

import os
import shutil
from pathlib import Path

import pytest

from noveto.ledger import Ledger
from noveto.ledger.memo import remember


def test_text_is_made_once_and_again_when_damaged(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "今天\ud800\n"

    assert remember(tmp_path, "key", make) == remember(tmp_path, "key", make) == "今天\ud800\n"
    assert len(made) == 1
    (file,) = (tmp_path / "said").iterdir()
    file.write_bytes(file.read_bytes()[:-2])
    assert remember(tmp_path, "key", make) == "今天\ud800\n"
    assert len(made) == 2
    assert remember(None, "key", make) == "今天\ud800\n"
    assert len(made) == 3


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(50):
        remember(tmp_path, f"key{number}", lambda: "x")
        os.utime(tmp_path / "said" / f"key{number}", (number, number))
    assert len(list((tmp_path / "said").iterdir())) <= 33


@pytest.mark.parametrize("touched", ["records/registry/staff.yml", "schema/rules.yml", "records/calendar/local.yml"])
def test_a_ledger_that_changed_is_asked_anew(
    demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, touched: str
) -> None:
    monkeypatch.setenv("NOVETO_CACHE", str(tmp_path / "cache"))

    root = tmp_path / "ledger"
    shutil.copytree(demo_folder, root)

    def ask(answer: str, question: str = "q") -> str:
        with Ledger.open(root) as ledger:
            return ledger.remember(question, lambda: answer)

    assert ask("first") == "first"
    assert ask("second") == "first"
    assert ask("other", "other question") == "other"
    file = root / touched
    before = file.read_bytes()
    file.write_bytes(before + b"# changed\n")
    assert ask("third") == "third"
    file.write_bytes(before)
    assert ask("fourth") == "first"
