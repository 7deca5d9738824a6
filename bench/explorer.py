"""案件查询 and 查类案 at 100,000 cases in Chromium.

A small site is built and its shards are multiplied in a copy, spread over six years. Targets of the design: rows
in 2 s, a keystroke or filter in 300 ms, 200 MB.
"""

from __future__ import annotations

import functools
import json
import random
import shutil
import statistics
import tempfile
import threading
import time
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.ledgers import noveto
from bench.report import Report

TOTAL = 100_000
EPOCH = 719_163
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-precise-memory-info")
# From the event to the frame after the rows were drawn; the page waits 120 ms for more keys, that is included.
_DRAWN = """([css, value]) => new Promise(done => {
  const field = document.querySelector(css), began = performance.now();
  field.value = value;
  const watch = new MutationObserver(() => { watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0)); });
  watch.observe(document.querySelector("#nv-search-rows tbody"), {childList: true});
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""


def multiply(site: Path, out: Path, total: int = TOTAL) -> None:
    """Copy the search pages of ``site`` to ``out`` with ``total`` cases made from its own, over six years."""
    for name in ("assets", "search"):
        shutil.copytree(site / name, out / name)
    (out / "cases").mkdir()
    for name in ("search", "similar"):
        shutil.copy(site / f"cases/{name}.html", out / "cases")
    index = json.loads((site / "search/index.json").read_text(encoding="utf-8"))
    most = max(index["years"], key=lambda year: year["n"])
    rows = json.loads((site / most["rows"]).read_text(encoding="utf-8"))
    texts = json.loads((site / most["words"]).read_text(encoding="utf-8"))["words"]
    chance = random.Random(1)  # noqa: S311 - made-up cases
    last = date.fromisoformat(index["today"])
    index["years"] = []
    for back in range(6):
        count = total // 6 + (total % 6 if back == 5 else 0)
        picked = [chance.randrange(rows["n"]) for _ in range(count)]
        made: dict[str, Any] = {name: [rows[name][at] for at in picked] for name in rows if name not in ("n", "of")}
        newest = (last if back == 0 else date(last.year - back, 12, 31)).toordinal()
        span = last.timetuple().tm_yday if back == 0 else 365
        days = [newest - place * span // count for place in range(count)]
        made["raised"] = [day - EPOCH for day in days]
        made["id"] = [
            f"{rows['id'][at].rsplit('-', 2)[0]}-{date.fromordinal(day):%Y%m%d}-{place % 90 + 10}"
            for place, (at, day) in enumerate(zip(picked, days, strict=True))
        ]
        words = [f"{texts[at]} 来人{chance.randrange(5000)}号材料 {chance.choice(texts)[-40:]}" for at in picked]
        year = {"year": last.year - back, "n": count}
        for name, content in (
            ("rows", {"n": count, "of": rows["of"], **made}),
            ("words", {"n": count, "words": words}),
        ):
            year[name] = f"search/{name}-{last.year - back}-many.json"
            (out / str(year[name])).write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
        index["years"].append(year)
    index["total"] = total
    (out / "search/index.json").write_text(json.dumps(index, ensure_ascii=False))


def explorer(report: Report, root: Path) -> None:
    """Build the site of a ledger, and measure in Chromium, from this machine over http."""
    from playwright.sync_api import sync_playwright

    report.head(f"案件查询和查类案，{TOTAL} 件，Chromium")
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        built = Path(made) / "built"
        noveto(root, "site", "build", "--out", str(built), "--quiet")
        multiply(built, Path(made) / "site")
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=f"{made}/site"))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/cases/"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
            _search(report, browser.new_page(viewport={"width": 1366, "height": 620}), base)
            _alike(report, browser.new_page(), base)
            browser.close()
        server.shutdown()
        server.server_close()


def _search(report: Report, page: Any, base: str) -> None:
    began = time.monotonic()
    page.goto(base + "search.html")
    page.wait_for_selector("#nv-search-rows tbody tr")
    _seconds(report, "打开到看见各行", time.monotonic() - began, 2.0)
    began = time.monotonic()
    page.fill("#nv-search input[name=q]", "断")
    page.wait_for_timeout(200)
    page.wait_for_selector('#nv-search[aria-busy="false"]', timeout=60_000)
    _seconds(report, "第一次按键，读完全部年份", time.monotonic() - began)
    fields = {
        "input[name=q]": ("断缴", "公积金 系统", "断缴火箭", "公", ""),
        "select[name=state]": ("open", "ended", ""),
        "select[name=sort]": ("used", "due", ""),
    }
    for name, asked in fields.items():
        times: dict[str, list[float]] = {value: [] for value in asked}
        for _ in range(3):
            for value in asked:
                times[value].append(page.evaluate(_DRAWN, [f"#nv-search {name}", value]))
                page.wait_for_selector('#nv-search[aria-busy="false"]', timeout=60_000)
                page.wait_for_timeout(100)
        worst = max(statistics.median(found) for found in times.values())
        _seconds(report, f"最慢的 {name}，三次取中", worst / 1000, 0.3)
    memory = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    report.figure("网页占用的内存", f"{memory:.0f} MB", "≤ 200 MB", reached=memory <= 200)


def _alike(report: Report, page: Any, base: str) -> None:
    began = time.monotonic()
    page.goto(base + "similar.html?q=断缴补费，社保系统里没有入口")
    page.wait_for_selector("#nv-alike-rows tbody tr", timeout=60_000)
    took = int(page.evaluate("document.documentElement.dataset.took"))
    _seconds(report, "查类案，打开到有结果", time.monotonic() - began)
    _seconds(report, "查类案，其中查找", took / 1000)


def _seconds(report: Report, name: str, value: float, goal: float | None = None) -> None:
    told = f"≤ {goal:g} 秒" if goal is not None else ""
    report.figure(name, f"{value:.2f} 秒", told, reached=goal is None or value <= goal)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""
