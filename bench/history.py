"""The audit of a ledger's history: cold, unchanged, after fifty more commits, and beside a file-by-file walk."""

from __future__ import annotations

import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

from bench.ledgers import NOVETO, TODAY, git
from bench.measure import Cost, repeat, run
from bench.report import Report

MORE = 50
WALKED = 20


def history(report: Report, source: Path, size: int) -> None:
    """Measure on a local clone of a demo ledger."""
    report.head(f"{size:,} 件：noveto audit")
    large = size >= 100_000
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        root, cache, out = Path(made) / "ledger", Path(made) / "cache", Path(made) / "out"
        git(source, "clone", "-q", "--local", str(source), str(root))
        git(root, "update-ref", "-d", "refs/remotes/origin/main")
        git(root, "update-ref", "refs/heads/receipts", "refs/remotes/origin/receipts")
        files = [path for path in git(root, "ls-files", "records/cases").split("\n") if path]
        report.figure("主线", f"{git(root, 'rev-list', '--first-parent', '--count', 'HEAD')} 个提交")

        def audit() -> Cost:
            env = {"NOVETO_CACHE": str(cache), "NOVETO_TODAY": str(TODAY)}
            return run([NOVETO, "--root", root, "audit", "--output", out], cwd=root, env=env, ok=(0, 1))

        cold = audit()
        report.cost("冷启动", cold, wall=30 if large else None)
        report.cost("没有改动", repeat(3, audit))
        _grow(root, files[:: max(len(files) // MORE, 1)][:MORE])
        report.cost(f"又有 {MORE} 个提交", audit(), wall=0.5)
        one = _walk(root, files[:: max(len(files) // WALKED, 1)][:WALKED])
    whole = one * len(files)
    report.figure(
        "GitPython 逐个文件走历史",
        f"每个 {one * 1000:.0f} 毫秒，{len(files):,} 个约 {whole:,.0f} 秒，是冷启动的 {whole / cold.wall:.0f} 倍",
    )


def _grow(root: Path, files: list[str]) -> None:
    """Append a step to each file, one commit each, without touching the work tree."""
    tip, stream = git(root, "rev-parse", "HEAD"), []
    at = f"{TODAY}T08:31"
    seconds = int(datetime.fromisoformat(f"{at}:30+08:00").timestamp())
    for n, path in enumerate(files):
        data = subprocess.run(["git", "show", f"{tip}:{path}"], cwd=root, capture_output=True, check=True).stdout
        data += f"- at: {at}\n  by: sjj-003\n  step: note\n  text: bench\n".encode()
        base = f"from {tip}\n" if n == 0 else ""
        stream.append(f"commit refs/heads/main\nauthor b <sjj-003@wfj.example.cn> {seconds + n} +0800\n"
                      f"committer b <sjj-003@wfj.example.cn> {seconds + n} +0800\ndata 5\nbench\n{base}"
                      f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")  # fmt: skip
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=root, input=b"".join(stream), check=True)


def _walk(root: Path, files: list[str]) -> float:
    """Return the seconds GitPython takes for the history of one file."""
    import git as gitpython

    repo = gitpython.Repo(root)
    began = time.monotonic()
    for path in files:
        for commit in repo.iter_commits("HEAD", paths=path, first_parent=True):
            (commit.tree / path).data_stream.read()
    return (time.monotonic() - began) / len(files)
