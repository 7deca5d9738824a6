"""A bare demo repository and its clone, side by side, as an office has them."""

from __future__ import annotations

import shutil
from pathlib import Path

from noveto.demo.generate import MARK, made_here
from noveto.errors import UserError
from noveto.gitio import Repo
from noveto.gitio.process import run

BARE, CLONE = "ledger.git", "ledger"


def prepare_pair(folder: Path, *, reset: bool) -> Path:
    """Make room for the pair in ``folder`` and return the place of the bare repository.

    Raises UserError rather than touch anything but a pair that this command made.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"“{folder}”是文件，这里要写文件夹。")
    there = [path for path in (folder / BARE, folder / CLONE) if path.exists()]
    if there:
        if not all(made_here(path) for path in there):
            raise UserError(f"文件夹“{folder}”里的 {BARE}、{CLONE} 不是演示台账，没有动它们。请换一个文件夹。")
        if not reset:
            raise UserError(f"“{folder}”里已有一个演示台账。要重做请加 --reset，原来的会删掉。")
        for path in there:
            shutil.rmtree(path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / BARE


def clone(bare: Path, folder: Path) -> None:
    """Clone the bare repository into ``folder``, marked as a demo too. Raises GitError."""
    run(["clone", "-q", "--local", str(bare.resolve()), str(folder.resolve())], bare.parent)
    repo = Repo.discover(folder)
    if repo is not None:
        repo.git("config", MARK, "true")
