"""The internal site: pages a CPU second beside mkdocs-material, full builds, rebuilds, sizes.

Both sides of the comparison get the same finished content of the same cases and write the same number of pages:
mkdocs-material as Markdown files outside the navigation with the site's own settings, ours stamped into the shell.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bench.ledgers import NOVETO, TODAY, appended, demo
from bench.measure import Cost, run
from bench.report import Report

PAGES = 1000
SHORT = 5
"""So often is the short side of the comparison measured each round; the middle one counts."""
CASE_BYTES = 16_384
_DAY = {"NOVETO_TODAY": str(TODAY)}


def site(report: Report, folder: Path, sizes: list[int], rounds: int) -> None:
    """Print the section of the site; ``rounds`` 0 leaves the comparison out."""
    if rounds:
        against_material(report, demo(folder, PAGES), rounds)
    for size in sizes:
        by_size(report, demo(folder, size), size)


def against_material(report: Report, root: Path, rounds: int) -> None:
    """Stamp the pages of a ledger, and let mkdocs-material render the same content, in turns."""
    report.head(f"办件页与 mkdocs-material，同样的 {PAGES} 页，轮流各 {rounds} 次")
    ours: list[Cost] = []
    whole: list[Cost] = []
    theirs: list[Cost] = []
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        work = _Work(root, Path(made))
        for _ in range(rounds):
            theirs.append(work.rendered(PAGES))
            whole.append(work.stamped(views_too=True))
            ours += [work.stamped(views_too=False) for _ in range(SHORT)]
        empty = work.rendered(0)
    peer, own, all_in = map(_middle, (theirs, ours, whole))
    peer_speed = PAGES / (peer.cpu - empty.cpu)
    speed = PAGES / own.cpu
    report.figure("mkdocs-material（不算启动）", f"每 CPU 秒 {peer_speed:.0f} 页")
    report.figure("盖印（同样的内容）", f"每 CPU 秒 {speed:.0f} 页")
    report.figure("盖印，连读记录、算期限", f"每 CPU 秒 {PAGES / all_in.cpu:.0f} 页")
    report.figure(
        "盖印与 mkdocs-material 之比", f"{speed / peer_speed:.0f} 倍", "≥ 30 倍", reached=speed >= 30 * peer_speed
    )


def _middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]


class _Work:
    """The same thousand cases for both sides: the views, and their finished content."""

    def __init__(self, root: Path, made: Path) -> None:
        from noveto.ledger import Ledger
        from noveto.site import build, stamping
        from noveto.site.casepage import case_body
        from noveto.site.data import SiteData
        from noveto.site.framecache import Shells, site_frame

        self.made, self.times = made, 0
        os.environ["NOVETO_CACHE"] = str(made / "cache")
        build.build_site(root, made / "site", today=TODAY, now=datetime(TODAY.year, TODAY.month, TODAY.day, 8, 30))
        ledger = Ledger.open(root)
        data = SiteData(ledger, TODAY, datetime(TODAY.year, TODAY.month, TODAY.day, 8, 30))
        with site_frame(data, lambda *_: None) as (frame, _):
            shell = Shells(frame)["case"]
        self.stamper = stamping.Stamper(stamping.Job(root, made / "out", TODAY, data.built, shell, desk=False), ledger)
        self.paths = [(path, False) for path, _, _ in data.facts.values()][:PAGES]
        records = ledger.files([path for path, _ in self.paths], arrivals=True)
        views = [self.stamper.builder.page(record) for record in records]
        self.bodies = [(view.id, case_body(view, self.stamper.renderer)) for view in views]

    def stamped(self, *, views_too: bool) -> Cost:
        """Write the pages: from the records, or from the finished content."""
        from noveto.site.manifest import write_file

        self.times += 1  # a fresh folder each time, as for the other side
        out = self.made / f"out-{self.times}"
        self.stamper.job = replace(self.stamper.job, out=out)
        self.stamper._folders.clear()
        began, cpu = time.monotonic(), time.process_time()
        if views_too:
            self.stamper.write(self.paths)
        else:
            out.mkdir()
            for name, body in self.bodies:
                page = self.stamper.job.shell.stamp(title=name, body=body, foot=self.stamper.foot)
                write_file(f"{out}/{name}.html", page, replace=False)
        return Cost(time.monotonic() - began, time.process_time() - cpu)

    def rendered(self, pages: int) -> Cost:
        """Render as many pages with mkdocs-material, in a process of its own."""
        import yaml

        from noveto.resources import resource
        from noveto.site import frame

        work = self.made / f"peer-{pages}"
        shutil.rmtree(work, ignore_errors=True)
        (work / "docs").mkdir(parents=True)
        theme = Path(frame.__file__).parent / "theme"
        changes = {"nav": [{"首页": "index.md"}], "not_in_nav": "*.md", "site_dir": str(work / "site")}
        settings = frame.frame_settings(resource("mkdocs.yml"), theme, work, **changes)
        settings["extra"]["help_phone"] = "8100"
        (work / "mkdocs.yml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
        shutil.copytree(resource("docs") / "assets", work / "docs/assets")
        (work / "docs/index.md").write_text("# 首页\n", encoding="utf-8")
        for name, body in self.bodies[:pages]:
            text = f"---\ntitle: {name}\ndata_page: case\n---\n\n<div>{body}</div>\n"
            (work / f"docs/{name}.md").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", work / "mkdocs.yml"]
        return run(command, cwd=work, env=frame.ENGINE_NOTICES)


def by_size(report: Report, root: Path, size: int) -> None:
    """Build in full, again unchanged, and after twenty changed cases; then look at what was written."""
    report.head(f"{size:,} 件：noveto site build，带类案")
    large = size >= 100_000
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        cache, out = Path(made) / "cache", Path(made) / "site"
        # The ledger's own cost is measured by bench itself; here it is read once before the clock runs.
        _noveto(root, cache, "check")
        full = _build(root, cache, out, watch=True)
        report.cost("全部生成", full, wall=60 if large else None, memory=1000)
        report.cost("没有改动再生成", _build(root, cache, out))
        with appended(root, committed=True, live=True):
            report.cost("改了 20 件在办的再生成", _build(root, cache, out), wall=5)
        _build(root, cache, out)
        with appended(root, committed=True):
            report.cost("改了散在各年各月的 20 件再生成", _build(root, cache, out), wall=5)
        pages = [entry.stat().st_size for entry in out.glob("cases/2*/*/*.html")]
        report.figure("每件网页", f"{sum(pages) / len(pages) / 1024:.1f} KB，共 {len(pages):,} 页",
                      "≤ 16 KB", reached=sum(pages) <= CASE_BYTES * len(pages))  # fmt: skip
        whole = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        report.figure("整个网站，摊到每件", f"{whole / size / 1024:.1f} KB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    report.figure("至今最大的一个进程", f"{peak:.0f} MB")


def _build(root: Path, cache: Path, out: Path, *, watch: bool = False) -> Cost:
    return _noveto(root, cache, "site", "build", "--out", str(out), "--quiet", watch=watch)


def _noveto(root: Path, cache: Path, *args: str, watch: bool = False) -> Cost:
    return run(
        [NOVETO, "--root", root, *args], cwd=root, env={**_DAY, "NOVETO_CACHE": str(cache)}, watch=watch, ok=(0, 1)
    )
