"""``python -m bench.history FOLDER``: the audit of a ledger, cold and after 50 more commits, and a file-by-file walk.

FOLDER is a ledger with its history (``noveto demo FOLDER --cases 100000``); it is not changed: a local clone is
measured. Targets: 100,000 cases and commits cold in 30 s, 50 more commits in 0.5 s.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import run

MORE = 50
WALKED = 20


def main() -> int:
    """Measure and print."""
    source = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        root, cache = Path(made) / "ledger", Path(made) / "cache"
        subprocess.run(["git", "clone", "-q", "--local", str(source), str(root)], check=True)
        subprocess.run(["git", "update-ref", "-d", "refs/remotes/origin/main"], cwd=root, check=True)
        commits = int(_git(root, "rev-list", "--first-parent", "--count", "HEAD"))
        files = [path for path in _git(root, "ls-files", "records/cases").split("\n") if path]
        print(f"{len(files)} 件，{commits} 个提交")  # noqa: T201 - a report
        noveto = [Path(sys.executable).parent / "noveto", "--root", root, "audit", "--quiet", "--output", made + "/out"]
        env = {"NOVETO_CACHE": str(cache)}
        cold = run(noveto, cwd=root, env=env, ok=(0, 1))
        print(f"noveto audit 冷启动：{cold.wall:.2f} 秒，CPU {cold.cpu:.2f} 秒")  # noqa: T201 - a report
        cost = run(noveto, cwd=root, env=env, ok=(0, 1))
        print(f"noveto audit 没有变化：{cost.wall:.2f} 秒，CPU {cost.cpu:.2f} 秒")  # noqa: T201 - a report
        _grow(root, files[:: max(len(files) // MORE, 1)][:MORE])
        cost = run(noveto, cwd=root, env=env, ok=(0, 1))
        print(f"noveto audit 又有 {MORE} 个提交：{cost.wall:.2f} 秒，CPU {cost.cpu:.2f} 秒")  # noqa: T201 - a report
        one = _walk(root, files[:: max(len(files) // WALKED, 1)][:WALKED])
        print(  # noqa: T201 - a report
            f"GitPython 逐个文件走历史：每个 {one * 1000:.0f} 毫秒，全部 {len(files)} 个约 {one * len(files):.0f} 秒，"
            f"是 noveto audit 冷启动的 {one * len(files) / cold.wall:.0f} 倍"
        )
    return 0


def _git(root: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=root, capture_output=True, check=True).stdout.decode().strip()


def _grow(root: Path, files: list[str]) -> None:
    """Append a step to each file, one commit each, without touching the work tree."""
    tip, stream = _git(root, "rev-parse", "HEAD"), []
    for n, path in enumerate(files):
        data = subprocess.run(["git", "show", f"{tip}:{path}"], cwd=root, capture_output=True, check=True).stdout
        data += b"- at: 2026-10-10T08:31\n  by: sjj-003\n  step: note\n  text: bench\n"
        base = f"from {tip}\n" if n == 0 else ""
        stream.append(f"commit refs/heads/main\nauthor b <sjj-003@wfj.example.cn> {1760000000 + n} +0800\n"
                      f"committer b <sjj-003@wfj.example.cn> {1760000000 + n} +0800\ndata 5\nbench\n{base}"
                      f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")  # fmt: skip
    subprocess.run(["git", "fast-import", "--quiet", "--force"], cwd=root, input=b"".join(stream), check=True)


def _walk(root: Path, files: list[str]) -> float:
    """Return the seconds GitPython takes for the history of one file."""
    import git

    repo = git.Repo(root)
    began = time.monotonic()
    for path in files:
        for commit in repo.iter_commits("HEAD", paths=path, first_parent=True):
            (commit.tree / path).data_stream.read()
    return (time.monotonic() - began) / len(files)


if __name__ == "__main__":
    sys.exit(main())
