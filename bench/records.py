"""Reading, checking and computing: beside check-jsonschema, beside the obvious script, and by size."""

from __future__ import annotations

import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from bench.ledgers import BIN, appended, demo, noveto
from bench.measure import Cost, median, repeat, run
from bench.report import Report

PEER_FILES = 1000
SCRIPT_FILES = 300


def records(report: Report, folder: Path, sizes: list[int], rounds: int) -> None:
    """Print the section; ``rounds`` 0 leaves the comparisons out."""
    if rounds:
        against_peer(report, demo(folder, PEER_FILES), rounds)
        against_script(report, demo(folder, SCRIPT_FILES))
    by_size(report, folder, sizes)
    small(report, demo(folder, PEER_FILES))


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


def small(report: Report, root: Path) -> None:
    """What one waits for all day."""
    report.head("日常")
    help_cost = repeat(5, lambda: noveto(root, "--help"))
    report.figure("noveto --help", f"CPU {help_cost.cpu:.2f} 秒", "≤ 0.15 秒", reached=help_cost.cpu <= 0.15)
    with tempfile.TemporaryDirectory(prefix="noveto-bench-cache-") as kept:
        cache = Path(kept)
        noveto(root, "check", cache=cache)
        report.cost(f"noveto check，{PEER_FILES:,} 件，没有改动", repeat(3, lambda: noveto(root, "check", cache=cache)))
