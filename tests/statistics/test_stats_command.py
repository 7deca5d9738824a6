"""``noveto stats`` on small ledgers with Git: what is printed, written, recomputed."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from noveto.cli.main import cli
from noveto.ledger import Ledger
from noveto.statistics import INDICATORS, Figures
from noveto.statistics.gather import statistics

TOP = Path(__file__).parents[2]
HOSTILE = ("=1+1", "+86 139", "-2+3", "@SUM(A1)", "http://example.org/x", "'=1", "＝2", "{=1}", '=HYPERLINK("x")')


class Office:
    """A ledger of one unit with a handful of cases."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for part in ("schema", "records/registry", "records/calendar"):
            shutil.copytree(TOP / part, root / part)
        for index, matter in enumerate(HOSTILE, 1):
            self.case(index, matter)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "t")
        self.git("config", "user.email", "t@example.org")

    def git(self, *args: str) -> str:
        done = subprocess.run(["git", *args], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def path(self, index: int) -> Path:
        return self.root / f"records/cases/scjgj/2026-03/scjgj-20260305-{index:02}.yml"

    def case(self, index: int, matter: str) -> None:
        target = self.path(index)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"id: scjgj-20260305-{index:02}\nunit: scjgj\nwindow: scjgj-w03\nclerk: scjgj-007\n"
            "raised: 2026-03-05T09:40\nhandling: guide\nkind: application\nchannel: window\n"
            "applicant: {kind: enterprise, name: 某公司, contact: 138****1111}\n"
            f"matter: {{name: {json.dumps(matter, ensure_ascii=False)}, category: market_entry, unit: scjgj}}\n"
            "track: general\nreason: {main: R04}\nfacts: 事实\n"
            "log:\n- at: 2026-03-05T10:05\n  by: scjgj-007\n  step: submitted\n  to: scjgj-002\n",
            encoding="utf-8",
        )

    def answer(self, index: int, day: str) -> None:
        with self.path(index).open("a", encoding="utf-8") as stream:
            stream.write(f"- at: {day}T10:05\n  by: scjgj-007\n  step: answered\n  result: done\n  how: phone\n"
                         "  told_to: self\n  text: 办好了。\n")  # fmt: skip

    def run(self, *args: str, today: str = "2026-03-31") -> Result:
        return CliRunner().invoke(cli, ["stats", "--root", str(self.root), "--today", today, *args])

    def json(self, *args: str, today: str = "2026-03-31") -> dict[str, Any]:
        done = self.run("--from", "2026-03-01", "--to", "2026-03-31", "--format", "json", *args, today=today)
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.delenv("NOVETO_CACHE", raising=False)
    monkeypatch.delenv("NOVETO_TODAY", raising=False)
    return Office(tmp_path / "ledger")


def figures(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["key"]: item for item in told["total"]["indicators"]}


def test_figures_with_lists_and_definitions(office: Office) -> None:
    office.answer(1, "2026-03-06")
    office.answer(2, "2026-03-20")
    office.commit()
    told = office.json("--lists", "--by", "unit,month")
    found = figures(told)

    assert told["noveto"] == "stats/1"
    assert (found["I1"]["n"], len(found["I1"]["cases"])) == (9, 9)
    assert (found["I7"]["numerator"], found["I7"]["denominator"]) == (1, 9)
    assert found["I7"]["hits"] == ["scjgj-20260305-01"]
    assert [group["key"] for group in told["groups"]] == [{"unit": "scjgj", "month": "2026-03"}]
    assert told["groups"][0]["indicators"] == told["total"]["indicators"]
    assert {item["key"] for item in told["definitions"]} == set(found) == {item.key for item in INDICATORS}
    assert all(item["formula"] for item in told["definitions"])


def test_a_past_commit_gives_what_it_gave(office: Office) -> None:
    first = office.commit()
    before = office.json("--by", "unit")
    office.answer(3, "2026-03-09")
    office.path(4).unlink()
    office.commit()
    office.answer(5, "2026-03-09")  # not committed
    now = office.json("--by", "unit")
    again = office.json("--by", "unit", "--at", first)

    assert figures(now)["I1"]["n"] == 8
    assert figures(now)["I7"]["numerator"] == 2
    assert now["edited"] is True
    assert again == before
    assert again["commit"] == first


def test_the_cache_gives_what_a_full_reading_gives_on_any_day(office: Office) -> None:
    office.answer(1, "2026-03-06")
    office.answer(2, "2026-03-24")
    office.commit()
    for today in (date(2026, 3, 10), date(2026, 3, 24), date(2026, 6, 1)):
        found: list[Figures] = []
        for cache in (True, True, False):
            with Ledger.open(office.root, cache=cache) as ledger:
                found.append(statistics(ledger, date(2026, 3, 1), date(2026, 3, 31), today).total)
        assert found[0] == found[1] == found[2]
        assert found[0].fraction("I7").denominator == {10: 1, 24: 9, 1: 9}[today.day]


def test_what_if_rules_change_the_figures_and_nothing_else(office: Office, tmp_path: Path) -> None:
    office.answer(1, "2026-03-12")
    office.commit()
    text = (office.root / "schema" / "rules.yml").read_text(encoding="utf-8")
    other = tmp_path / "other.yml"
    other.write_text(text.replace("general: {days: 3, unit: workdays, cite: 通知三（三）}",
                                  "general: {days: 5, unit: workdays, cite: 通知三（三）}"), encoding="utf-8")  # fmt: skip

    assert other.read_text(encoding="utf-8") != text
    assert figures(office.json())["I7"]["numerator"] == 0
    assert figures(office.json("--rules", str(other)))["I7"]["numerator"] == 1
    assert figures(office.json())["I7"]["numerator"] == 0


def test_quarantined_records_are_counted_beside(office: Office) -> None:
    office.path(9).write_text("id: x\n", encoding="utf-8")
    office.commit()
    told = office.json("--by", "unit")

    assert told["quarantined"] == ["scjgj-20260305-09"]
    assert told["groups"][0]["quarantined"] == 1
    assert figures(told)["I1"]["n"] == 8
    assert "有 1 件记录有误" in office.run("--from", "2026-03-01").output


def test_csv_neutralises_formulas_and_opens_in_excel(office: Office, tmp_path: Path) -> None:
    office.commit()
    target = tmp_path / "x.csv"
    registry = office.root / "records/registry/windows.yml"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(
        text + "- {id: scjgj-w99, name: '=1+1', hall: czdt, unit: scjgj, kind: unit}\n", encoding="utf-8"
    )
    case = office.path(2).read_text(encoding="utf-8")
    office.path(2).write_text(case.replace("scjgj-w03", "scjgj-w99"), encoding="utf-8")
    done = office.run("--from", "2026-03-01", "--by", "window", "--format", "csv", "--output", str(target))
    data = target.read_bytes()

    assert done.exit_code == 0
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 1 + 3 * len(INDICATORS)
    assert {row[0] for row in rows} >= {"'=1+1", "合计"}
    assert all(not cell.startswith(("=", "+", "@", "\t", "\r")) for row in rows for cell in row)


def sheets(data: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xml")}  # noqa: S314


def test_the_workbook_holds_texts_only_and_is_the_same_every_time(office: Office, tmp_path: Path) -> None:
    for index in range(1, 4):
        office.case(20 + index, HOSTILE[0])
    office.commit()
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        done = office.run(
            "--from", "2026-03-01", "--by", "window", "--format", "xlsx", "--output", str(tmp_path / name)
        )
        assert done.exit_code == 0, done.output
        made.append((tmp_path / name).read_bytes())

    assert made[0] == made[1]
    parts = sheets(made[0])
    tags = {element.tag.rpartition("}")[2] for part in parts.values() for element in part.iter()}
    assert not tags & {"f", "hyperlink", "hyperlinks"}
    assert {"pane", "autoFilter"} <= tags
    texts = {element.text for element in parts["xl/sharedStrings.xml"].iter() if element.text}
    assert {*HOSTILE, "scjgj-20260305-01"} <= texts
    names = [sheet.get("name") for sheet in parts["xl/workbook.xml"].iter() if sheet.tag.endswith("}sheet")]
    assert names == ["指标", "评窗口", "反复出现", "改进项", "法规空白清单", "名单", "口径说明"]


def test_publication_names_no_case_and_shows_no_small_cell(office: Office, tmp_path: Path) -> None:
    office.answer(1, "2026-03-06")
    office.commit()
    told = office.json("--publish", "--by", "unit")
    target = tmp_path / "p.xlsx"
    done = office.run("--from", "2026-03-01", "--publish", "--format", "xlsx", "--output", str(target))

    assert "scjgj-2026" not in json.dumps(told)
    assert "quarantined" not in told
    reply = figures(told)["I7"]
    assert (reply["numerator"], reply["denominator"], reply["rate"], reply["hidden"]) == (None, 9, None, True)
    assert done.exit_code == 0
    assert not any("scjgj-2026" in (e.text or "") for part in sheets(target.read_bytes()).values() for e in part.iter())
    assert office.run("--publish", "--lists").exit_code == 2


def test_the_table_puts_counts_first_and_says_why_there_is_no_rate(office: Office) -> None:
    office.answer(1, "2026-03-06")
    office.commit()
    text = office.run("--from", "2026-03-01", "--to", "2026-03-31", "--by", "unit").output

    assert "2026-03-01 至 2026-03-31 登记的件，状态看到 2026-03-31。" in text
    assert "1 / 9" in text
    assert "11 %（可信范围 2 % 至 43 %）" in text
    assert "市场监督管理局" in text
    assert "评窗口" in text


def test_the_default_is_the_last_complete_month(office: Office) -> None:
    office.commit()
    assert "2026-03-01 至 2026-03-31" in office.run(today="2026-04-10").output
    assert office.run("--from", "2026-04-01", "--to", "2026-03-01").exit_code == 2
    wrong = office.run("--by", "colour")
    assert (wrong.exit_code, "不能按“colour”分组" in wrong.output) == (2, True)


def test_terms_explain_every_indicator() -> None:
    done = CliRunner().invoke(cli, ["stats", "--terms"])

    assert done.exit_code == 0
    assert all(item.name in done.output and item.formula in done.output for item in INDICATORS)
