"""Small ledgers with receipts, written commit by commit, for the tests of history and hooks."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2]
CHINA = timezone(timedelta(hours=8))
CASE = "records/cases/scjgj/2026-03/scjgj-20260305-01.yml"
OTHER = "records/cases/rsj/2026-03/rsj-20260305-01.yml"

HEAD = """\
id: {unit}-{day}-{nn}
unit: {unit}
window: {unit}-w03
clerk: {clerk}
raised: {raised}
handling: guide
kind: application
channel: window
applicant: {{kind: person, name: 王某}}
matter: {{name: 食品经营许可（新业态）, category: market_entry, unit: {unit}, licensing: false, standardised: false}}
track: general
reason: {{main: R04}}
facts: 现行办法没有列这种业态，窗口当场答不了。
log:
"""


def head(unit: str = "scjgj", clerk: str = "scjgj-007", raised: str = "2026-03-05T09:40", nn: str = "01") -> str:
    day = raised[:10].replace("-", "")
    return HEAD.format(unit=unit, day=day, nn=nn, clerk=clerk, raised=raised)


def step(at: str, by: str, name: str, **fields: str) -> str:
    rest = "".join(f"  {key}: {value}\n" for key, value in fields.items())
    return f"- at: {at}\n  by: {by}\n  step: {name}\n{rest}"


SUBMITTED = step("2026-03-05T10:05", "scjgj-007", "submitted", to="scjgj-002")
REVIEWED = step("2026-03-05T15:00", "scjgj-002", "unit_review", decision="do")
ANSWERED = step(
    "2026-03-06T09:30", "scjgj-007", "answered", result="done", how="in_person", told_to="self", text="已经办好。"
)
CALLED = step("2026-03-09T09:30", "scjgj-007", "called_back", satisfied="true")


class History:
    """A repository being written: a work tree on main, and receipts as a server would have written them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def new(cls, folder: Path) -> History:
        folder.mkdir(parents=True)
        made = cls(folder)
        made.git("init", "-q", "--initial-branch=main")
        for part in ("schema", "records/registry", "records/calendar"):
            shutil.copytree(SOURCE / part, folder / part)
        made.commit("sjj-005", "2026-03-02T08:30", "建台账")
        return made

    def copy(self, folder: Path) -> History:
        shutil.copytree(self.folder, folder)
        return History(folder)

    def git(self, *args: str, env: dict[str, str] | None = None, data: bytes | None = None) -> str:
        done = subprocess.run(
            ["git", "-c", "core.autocrlf=false", "-c", "gc.auto=0", *args], cwd=self.folder, input=data,
            capture_output=True, env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (args, done.stderr.decode())
        return done.stdout.decode().strip()

    def write(self, path: str, text: str | bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def append(self, path: str, text: str) -> None:
        self.write(path, self.read(path) + text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def who(self, person: str, at: str) -> dict[str, str]:
        found = {}
        for role in ("AUTHOR", "COMMITTER"):
            found |= {f"GIT_{role}_NAME": person, f"GIT_{role}_EMAIL": f"{person}@wfj.example.cn",
                      f"GIT_{role}_DATE": f"{at}:00+08:00"}  # fmt: skip
        return found

    def commit(
        self, person: str, at: str, message: str = "改动", *, received: str | None = "", pusher: str = "",
        via: str = "hook",
    ) -> str:  # fmt: skip
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, env=self.who(person, at))
        made = self.git("rev-parse", "HEAD")
        if received is not None:
            self.receive(made, received or at, pusher or person, via)
        return made

    def step(self, path: str, text: str, *, by: str = "", at: str = "", **more: str) -> str:
        lines = text.splitlines()
        at = at or lines[0].removeprefix("- at: ")
        by = by or lines[1].removeprefix("  by: ")
        self.append(path, text)
        return self.commit(by, at, **more)

    # -- receipts -------------------------------------------------------------------------------------

    def receipts(self, month: str) -> bytes:
        try:
            return (self.git("show", f"receipts:{month}.jsonl") + "\n").encode()
        except AssertionError:
            return b""

    def set_receipts(self, month: str, data: bytes) -> None:
        blob = self.git("hash-object", "-w", "--stdin", data=data)
        old = self.git("for-each-ref", "--format=%(objectname)", "refs/heads/receipts")
        listing = self.git("ls-tree", "receipts") if old else ""
        rows = [row for row in listing.splitlines() if not row.endswith(f"\t{month}.jsonl")]
        tree = self.git(
            "mktree", data="".join(f"{row}\n" for row in [*rows, f"100644 blob {blob}\t{month}.jsonl"]).encode()
        )
        env = {f"GIT_{role}_{part}": "bot" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
        made = self.git("commit-tree", tree, *(["-p", old] if old else []), "-m", "receipts", env=env)
        self.git("update-ref", "refs/heads/receipts", made)

    def receive(self, commit: str, at: str, pusher: str, via: str) -> None:
        row = {"commit": commit, "received": f"{at}:30+08:00", "pusher": pusher, "via": via}
        month = at[:7]
        self.set_receipts(month, self.receipts(month) + json.dumps(row).encode() + b"\n")

    def drop_receipts(self) -> None:
        self.git("update-ref", "-d", "refs/heads/receipts")

    # -- asking ---------------------------------------------------------------------------------------

    def audit(self, since: str = "", jobs: int = 1):
        from noveto.history import audit
        from noveto.ledger import Ledger

        with Ledger.open(self.folder, at="main", jobs=jobs) as ledger:
            return audit(ledger, since=since)

    def forget(self) -> None:
        """Have the next audit judge everything again, as after a change of its code."""
        for file in (self.folder / ".git" / "noveto").rglob("audit-*.sqlite"):
            db = sqlite3.connect(file)
            with db:
                db.execute("DELETE FROM told WHERE part <> 'lost'")
                db.execute("DELETE FROM meta WHERE key NOT IN ('key', 'tip', 'seen')")
            db.close()

    def codes(self) -> set[str]:
        return {one.code for one in self.audit().findings if one.severity != "note"}


def usual(folder: Path) -> History:
    """Return an honest ledger: one case answered, one under way, each step a commit with its receipt."""
    made = History.new(folder)
    made.write(CASE, head() + SUBMITTED)
    made.commit("scjgj-007", "2026-03-05T10:06", "登记并提交研究")
    made.write(OTHER, head("rsj", "rsj-005", "2026-03-05T11:00"))
    made.commit("rsj-005", "2026-03-05T11:05", "登记")
    made.step(CASE, REVIEWED)
    made.step(OTHER, step("2026-03-05T16:00", "rsj-005", "submitted", to="rsj-002"))
    made.step(CASE, ANSWERED)
    made.step(CASE, CALLED)
    return made


def later(moment: str, **by: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(**by)).isoformat(timespec="minutes")


def look_at_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have audits pass over nothing at a glance."""
    monkeypatch.setattr(sys.modules["noveto.history.audit"], "needs_look", lambda *_: True)
    monkeypatch.setattr("noveto.history.entries._in_time", lambda *_: False)
    monkeypatch.setattr("noveto.history.recordjudge.growth", lambda *_: [])
