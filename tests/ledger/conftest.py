"""Small ledgers to read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
UNIT, OTHER = "scjgj", "rsj"


class Small:
    """A ledger in a folder, with Git under it unless told otherwise."""

    def __init__(self, root: Path, *, with_git: bool = True) -> None:
        self.root = root
        shutil.copytree(TOP / "schema", root / "schema")
        for part in ("registry", "calendar"):
            shutil.copytree(TOP / "records" / part, root / "records" / part)
        if with_git:
            self.git("init", "-q", "-b", "main")
            self.git("config", "user.name", "测试")
            self.git("config", "user.email", "t@example.org")
            self.commit("start")

    def git(self, *args: str) -> str:
        done = subprocess.run(["git", *args], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def put(self, path: str, text: str | bytes) -> str:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        return path

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def append(self, path: str, text: str) -> None:
        self.put(path, self.read(path) + text)

    def commit(self, message: str = "change", *, all: bool = True) -> str:
        if all:
            self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def receipt(self, *lines: tuple[str, str]) -> None:
        """Append receipts (commit, received) on the branch, each to the file of its month."""
        contents: dict[str, str] = {}
        for commit, received in lines:
            name = f"{received[:7]}.jsonl"
            if name not in contents:
                old = subprocess.run(["git", "show", f"receipts:{name}"], cwd=self.root, capture_output=True, text=True)
                contents[name] = old.stdout if old.returncode == 0 else ""
            contents[name] += f'{{"commit": "{commit}", "received": "{received}", "pusher": "wang", "via": "hook"}}\n'
        stream = "commit refs/heads/receipts\ncommitter 机 <m@example.org> 1700000000 +0800\ndata 0\n"
        known = subprocess.run(
            ["git", "rev-parse", "-q", "--verify", "refs/heads/receipts"], cwd=self.root, capture_output=True
        )
        if known.returncode == 0:
            stream += "from refs/heads/receipts^0\n"
        for name, text in contents.items():
            stream += f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n"
        subprocess.run(["git", "fast-import", "--quiet"], cwd=self.root, input=stream.encode(), check=True)


def case_text(name: str, log: str = "", *, facts: str = "现行目录没有对应类别。", clerk: str = "scjgj-007") -> str:
    unit, day, _ = name.rsplit("-", 2)
    raised = f"{day[:4]}-{day[4:6]}-{day[6:]}T09:40"
    return f"""id: {name}
unit: {unit}
window: scjgj-w03
clerk: {clerk}
raised: {raised}
handling: guide
kind: application
channel: window
applicant: {{kind: enterprise, name: 某餐饮管理有限公司, contact: 138****1111}}
matter: {{id: m-0123, name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, licensing: true, standardised: false}}
track: general
reason: {{main: R04}}
facts: {facts}
log:
{log}"""


def submitted(at: str = "2026-03-05T10:05") -> str:
    return f"- at: {at}\n  by: scjgj-007\n  step: submitted\n  to: scjgj-002\n"


def proposed(at: str = "2026-03-05T11:00") -> str:
    return (
        f"- at: {at}\n  by: scjgj-007\n  step: veto_proposed\n  to: scjgj-002\n  reason: {{main: R03}}\n"
        "  grounds: {text: 不符合条件, basis: [{title: 办法, article: 第七条}]}\n"
    )


def answered(at: str = "2026-03-09T10:05") -> str:
    return f"- at: {at}\n  by: scjgj-007\n  step: answered\n  result: done\n  how: phone\n  told_to: self\n  text: 办好了。\n"


def path_of(name: str) -> str:
    unit, day, _ = name.rsplit("-", 2)
    return f"records/cases/{unit}/{day[:4]}-{day[4:6]}/{name}.yml"


class Texts:
    case = staticmethod(case_text)
    path = staticmethod(path_of)
    submitted = staticmethod(submitted)
    proposed = staticmethod(proposed)
    answered = staticmethod(answered)


@pytest.fixture
def texts() -> type[Texts]:
    return Texts


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A ledger without cases, committed."""
    return Small(tmp_path / "ledger")


@pytest.fixture
def make_small(tmp_path: Path) -> Callable[..., Small]:
    """Make a ledger in a new folder: ``make_small("name", with_git=False)``."""
    return lambda name, with_git=True: Small(tmp_path / name, with_git=with_git)


@pytest.fixture(autouse=True)
def recipes_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers import ``recipes_under_test``."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.delenv("NOVETO_CACHE", raising=False)
