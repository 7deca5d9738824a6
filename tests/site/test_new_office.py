"""The site of an office that has just begun: no case yet, and no link that leads nowhere."""

import re
from datetime import date, datetime

from click.testing import CliRunner

from noveto.cli.main import cli
from noveto.site.build import build_site


def test_every_link_of_an_empty_ledger_resolves(tmp_path):
    ledger, out = tmp_path / "ledger", tmp_path / "site"
    assert CliRunner().invoke(cli, ["init", str(ledger), "--no-git"]).exit_code == 0
    build_site(ledger, out, today=date(2026, 10, 10), now=datetime(2026, 10, 10, 8, 30), jobs=1)
    missing = set()
    for page in out.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", link) and page.name != "404.html":
                target = (page.parent / link).resolve()
                if not target.is_file():
                    missing.add((page.relative_to(out).as_posix(), link))
    assert missing == set()
    month, home = (out / "stats/month.html").read_text("utf-8"), (out / "index.html").read_text("utf-8")
    assert "没有登记的件" in month
    assert "都已答复" not in month
    assert "各单位都没有在办的件" in home
    assert "不打分、不排名" in (out / "stats/windows.html").read_text("utf-8")
