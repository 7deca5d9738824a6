"""The hooks of a bare repository: a thousand new records in one push, checked and witnessed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bench.ledgers import NOVETO, TODAY, git
from bench.measure import run
from bench.report import Report

RECORDS = 1000
CLERK = "scjgj-007"
DAY = TODAY.isoformat()
CASE = """\
id: scjgj-{day}-{nn}
unit: scjgj
window: scjgj-w03
clerk: scjgj-007
raised: {at}T09:40
handling: guide
kind: application
channel: window
applicant: {{kind: enterprise, name: 某餐饮管理有限公司}}
matter: {{name: 食品经营许可（新业态）, category: market_entry, unit: scjgj, licensing: false, standardised: false}}
track: general
reason: {{main: R04}}
facts: 现行办法没有列这种业态，窗口当场答不了。
log:
- at: {at}T10:05
  by: scjgj-007
  step: submitted
  to: scjgj-002
"""


def push(report: Report) -> None:
    """Push them as their clerk; the same push without hooks shows what Git itself takes."""
    report.head(f"一次推送 {RECORDS} 件，裸仓库的钩子检查并写回执")
    with tempfile.TemporaryDirectory(prefix="noveto-bench-") as made:
        folder = Path(made)
        first, bare, plain, clone = (folder / name for name in ("first", "ledger.git", "plain.git", "clone"))
        run([NOVETO, "init", first, "--author", "bench", "--email", "bench@example.org"], cwd=folder)
        for target in (bare, plain):
            git(folder, "clone", "-q", "--bare", str(first), str(target))
        run([NOVETO, "hook", "install", bare], cwd=folder)
        git(folder, "clone", "-q", str(bare), str(clone))
        for number in range(RECORDS):
            name = f"scjgj-{DAY.replace('-', '')}-{number:04d}"
            path = clone / f"records/cases/scjgj/{DAY[:7]}/{name}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(CASE.format(day=DAY.replace("-", ""), at=DAY, nn=f"{number:04d}"), encoding="utf-8")
        git(clone, "add", "-A")
        email = f"user.email={CLERK}@wfj.example.cn"
        git(clone, "-c", f"user.name={CLERK}", "-c", email, "commit", "-q", "-m", "bench")
        env = {"NOVETO_PUSHER": CLERK, "NOVETO_TODAY": DAY}
        alone = run(["git", "push", "-q", plain, "HEAD:refs/heads/main"], cwd=clone, env={**os.environ, **env})
        cost = run(["git", "push", "-q", "origin", "HEAD:main"], cwd=clone, env={**os.environ, **env})
        witnessed = git(bare, "ls-tree", "--name-only", "refs/heads/receipts")
    report.cost("没有钩子", alone)
    report.cost("有钩子（检查、写回执）", cost, wall=3)
    report.figure("写了回执", "是" if witnessed else "否", "是", reached=bool(witnessed))
