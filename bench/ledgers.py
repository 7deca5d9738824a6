"""The ledgers that are measured, made once, and the ways to run our command on them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from bench.measure import Cost, run

TODAY = date(2026, 11, 22)
BIN = Path(sys.executable).parent
NOVETO = BIN / "noveto"


def demo(folder: Path, cases: int) -> Path:
    """Return a demo ledger of that many cases, made once."""
    root = folder / f"ledger-{cases}"
    done = folder / f"ledger-{cases}.done"
    if not done.exists():
        shutil.rmtree(root, ignore_errors=True)
        run([NOVETO, "demo", root, "--cases", str(cases), "--seed", "1", "--today", str(TODAY), "--quiet"], cwd=folder)
        done.touch()
    return root


def noveto(root: Path, *args: str, cache: Path | None = None, watch: bool = False) -> Cost:
    """Run a command of ours on a ledger, on a fixed day; ``cache`` None: on a cache of its own, so a cold run."""
    with tempfile.TemporaryDirectory(prefix="noveto-bench-cache-") as fresh:
        env = {"NOVETO_CACHE": str(cache or fresh), "NOVETO_TODAY": str(TODAY)}
        return run([NOVETO, "--root", root, *args], cwd=root, env=env, watch=watch, ok=(0, 1))


@contextmanager
def appended(root: Path, *, committed: bool, live: bool = False) -> Iterator[None]:
    """Append a note to twenty cases of a ledger, ``live`` ones or from all its years, and put everything back at the
    end."""
    files = _live(root) if live else sorted((root / "records/cases").rglob("*.yml"))
    chosen = files[:: max(len(files) // 20, 1)][:20]
    before = {path: path.read_bytes() for path in chosen}
    head = git(root, "rev-parse", "HEAD")
    at = f"{TODAY - timedelta(days=1)}T16:00"
    try:
        for path, data in before.items():
            clerk = next(
                line.split()[1] for line in data.decode(errors="replace").splitlines() if line.startswith("clerk:")
            )
            path.write_bytes(data + f"- at: {at}\n  by: {clerk}\n  step: note\n  text: 测速\n".encode())
        if committed:
            git(root, "commit", "-q", "-m", "bench", "--", *(str(path) for path in chosen))
        yield
    finally:
        if committed:
            git(root, "reset", "-q", "--soft", head)
            git(root, "reset", "-q", "--", *(str(path) for path in chosen))
        for path, data in before.items():
            path.write_bytes(data)


def _live(root: Path) -> list[Path]:
    from noveto.clocks.recipe import open_records
    from noveto.ledger import Ledger

    with Ledger.open(root) as ledger:
        return sorted(root / record.path for record in open_records(ledger, TODAY) if record.kind == "case")


def git(root: Path, *args: str) -> str:
    """Run git in a ledger, return what it printed."""
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "1"}
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True, env=env)
    return done.stdout.strip()
