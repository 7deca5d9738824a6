"""A clone that pushes as somebody, into a bare repository with the hooks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.history.histories import History, step

TODAY = "2026-03-10"
DAY = "2026-03-10T09:00"
NOTE = step("2026-03-10T08:50", "scjgj-007", "note", text="申请人来电，已说明")


def install(bare: Path) -> None:
    code = "from noveto.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", code, "hook", "install", str(bare)], check=True, capture_output=True)


class Clerk(History):
    """A clone that pushes as somebody."""

    def push(self, *what: str, by: str = "scjgj-007", env: dict[str, str] | None = None) -> tuple[bool, str]:
        done = subprocess.run(
            ["git", "push", *(what or ("origin", "main"))], cwd=self.folder, capture_output=True, check=False,
            env={**os.environ, "NOVETO_TODAY": TODAY, "GITEA_PUSHER_NAME": by, **(env or {})},
        )  # fmt: skip
        return done.returncode == 0, done.stderr.decode()


def receipts(bare: Path) -> list[dict[str, str]]:
    show = subprocess.run(["git", "ls-tree", "--name-only", "receipts"], cwd=bare, capture_output=True, check=True)
    rows = []
    for name in show.stdout.decode().split():
        text = subprocess.run(["git", "show", f"receipts:{name}"], cwd=bare, capture_output=True, check=True).stdout
        rows += [json.loads(line) for line in text.splitlines()]
    return rows
