"""``python -m bench``: measure, print, and exit with 1 when a target was missed."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from bench.measure import Cost, median, repeat, run
from bench.report import Report

TODAY = date(2026, 11, 22)
BIN = Path(sys.executable).parent
NOVETO = BIN / "noveto"
PEER_FILES = 1000
SCRIPT_FILES = 300


def main() -> int:
    """Run the sections asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="测速，与同类工具同场比较。")
    parser.add_argument("--sizes", default="1000,10000,100000", help="演示台账的件数，逗号隔开")
    parser.add_argument("--rounds", type=int, default=3, help="与同类工具各比几轮")
    parser.add_argument("--no-peers", action="store_true", help="不比同类工具，只测自己")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "noveto-bench", help="放台账的地方"
    )
    given = parser.parse_args()
    report = Report()
    report.machine()
    given.folder.mkdir(parents=True, exist_ok=True)
    if not given.no_peers:
        against_peer(report, demo(given.folder, PEER_FILES), given.rounds)
        against_script(report, demo(given.folder, SCRIPT_FILES))
    by_size(report, given.folder, [int(size) for size in given.sizes.split(",") if size])
    small(report, demo(given.folder, PEER_FILES))
    from bench.site import site  # which takes its ledgers from here

    site(report, given.folder, [int(size) for size in given.sizes.split(",") if int(size or 0) >= 10_000],
         0 if given.no_peers else given.rounds)  # fmt: skip
    return report.end()


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


def against_peer(report: Report, root: Path, rounds: int) -> None:
    """Compare with check-jsonschema on the same files and schema, in turns."""
    report.head(f"noveto check 与 check-jsonschema，同样的 {PEER_FILES} 个文件和格式说明，轮流各 {rounds} 次")
    files = sorted((root / "records/cases").rglob("*.yml"))[:PEER_FILES]
    peer_command = [BIN / "check-jsonschema", "--schemafile", root / "schema/case.schema.json", *files]
    peers, ours = [], []
    for _ in range(rounds):
        peers.append(run(peer_command, cwd=root, ok=(0, 1)))
        ours.append(noveto(root, "check", "--format", "json"))
    peer, own = median(peers), median(ours)
    report.cost("check-jsonschema（只查格式）", peer)
    report.cost("noveto check（全部检查，冷启动）", own)
    ratio = peer.cpu / own.cpu
    report.figure("CPU 之比", f"{ratio:.1f} 倍", "≥ 25 倍", reached=ratio >= 25)


def against_script(report: Report, root: Path) -> None:
    """Compare with the obvious script."""
    report.head(f"noveto check 与常见写法（PyYAML、jsonschema、GitPython 逐个文件），{SCRIPT_FILES} 个文件")
    script = run([sys.executable, "-m", "bench.obvious", root], cwd=Path(__file__).parents[1])
    own = repeat(3, lambda: noveto(root, "check", "--format", "json"))
    report.cost("常见写法", script)
    report.cost("noveto check（冷启动）", own)
    report.figure("CPU 之比", f"{script.cpu / own.cpu:.0f} 倍")


def by_size(report: Report, folder: Path, sizes: list[int]) -> None:
    """Cold, unchanged, and twenty changed files, for each size; and how the cost grows."""
    cold: dict[int, Cost] = {}
    for size in sizes:
        root = demo(folder, size)
        report.head(f"{size:,} 件：noveto deadlines（读取、核对格式、算全部期限）")
        large = size >= 100_000
        cold[size] = noveto(root, "deadlines", watch=True)
        report.cost("冷启动", cold[size], wall=30 if large else None, memory=400)
        with tempfile.TemporaryDirectory(prefix="noveto-bench-cache-") as kept:
            cache = Path(kept)
            noveto(root, "deadlines", cache=cache)
            report.cost("没有改动再算", repeat(5, lambda: noveto(root, "deadlines", cache=cache)), wall=0.5)  # noqa: B023
            report.cost("改了 20 个文件（未提交）", changed(root, cache, committed=False), wall=1)
            report.cost("改了 20 个文件（已提交）", changed(root, cache, committed=True), wall=1)
    for one, other in pairwise(sizes):
        growth = cold[other].cpu / cold[one].cpu / (other / one)
        report.figure(
            f"{one:,} → {other:,} 件，每件的 CPU", f"{growth:.2f} 倍", "≤ 1.3 倍（线性）" if one >= 10_000 else "",
            reached=growth <= 1.3,
        )  # fmt: skip


def changed(root: Path, cache: Path, *, committed: bool) -> Cost:
    """Append a note to twenty cases, measure, and put everything back."""
    with appended(root, committed=committed):
        return noveto(root, "deadlines", cache=cache)


@contextmanager
def appended(root: Path, *, committed: bool) -> Iterator[None]:
    """Append a note to twenty cases of a ledger, and put everything back at the end."""
    files = sorted((root / "records/cases").rglob("*.yml"))
    chosen = files[:: max(len(files) // 20, 1)][:20]
    before = {path: path.read_bytes() for path in chosen}
    head = _git(root, "rev-parse", "HEAD")
    at = f"{TODAY - timedelta(days=1)}T16:00"
    try:
        for path, data in before.items():
            clerk = next(
                line.split()[1] for line in data.decode(errors="replace").splitlines() if line.startswith("clerk:")
            )
            path.write_bytes(data + f"- at: {at}\n  by: {clerk}\n  step: note\n  text: 测速\n".encode())
        if committed:
            _git(root, "commit", "-q", "-m", "bench", "--", *(str(path) for path in chosen))
        yield
    finally:
        if committed:
            _git(root, "reset", "-q", "--soft", head)
            _git(root, "reset", "-q", "--", *(str(path) for path in chosen))
        for path, data in before.items():
            path.write_bytes(data)


def _git(root: Path, *args: str) -> str:
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    env = {**os.environ, "GIT_OPTIONAL_LOCKS": "1"}
    done = subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True, env=env)
    return done.stdout.strip()


def small(report: Report, root: Path) -> None:
    """What one waits for all day."""
    report.head("日常")
    help_cost = repeat(5, lambda: noveto(root, "--help"))
    report.figure("noveto --help", f"CPU {help_cost.cpu:.2f} 秒", "≤ 0.15 秒", reached=help_cost.cpu <= 0.15)
    with tempfile.TemporaryDirectory(prefix="noveto-bench-cache-") as kept:
        cache = Path(kept)
        noveto(root, "check", cache=cache)
        report.cost(f"noveto check，{PEER_FILES:,} 件，没有改动", repeat(3, lambda: noveto(root, "check", cache=cache)))


if __name__ == "__main__":
    sys.exit(main())
