"""Every number of the statistics equals what the command line prints, and the list behind it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from click.testing import CliRunner
from tests.site.conftest import NOW, TODAY, make_demo

from noveto.cli.main import cli
from noveto.site.build import build_site
from noveto.site.statscolumns import COLUMNS, TOP
from noveto.statistics import INDICATORS, last_month

FIRST, LAST = last_month(TODAY)
MONTH = f"{FIRST:%Y-%m}"
NUMBER = re.compile(r"^\d+( / \d+)?$|^[\d.]+ 日$|^中位 .*（(\d+) 次）$")


def stats(site, *more: str) -> dict[str, object]:
    args = ["stats", "--root", str(site.root), "--today", TODAY.isoformat(), "--format", "json", *more]
    result = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def of_month(site, *more: str) -> dict[str, object]:
    return stats(site, "--from", FIRST.isoformat(), "--to", LAST.isoformat(), *more)


def said(entry: dict, *, late_only: bool = True) -> str:
    """An indicator of the command line as a table shows it."""
    if entry["kind"] == "count":
        return str(entry["n"])
    if entry["kind"] == "spread":
        return "–" if entry["median"] is None else f"{entry['median']:g} 日"
    if entry["key"] == "I22" and late_only:
        return str(entry["numerator"])
    return f"{entry['numerator']} / {entry['denominator']}" if entry["denominator"] else "–"


def rows_of_table(html: str, heading: str) -> dict[str, list[str]]:
    """Texts of the rows of the table after a heading, by their first cell."""
    part = re.split(rf"<h2[^>]*>{heading}", html, maxsplit=1)[1]
    table = part.split("<table", 1)[1].split("</table>", 1)[0]
    rows: dict[str, list[str]] = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        rows[unescape(cells[0])] = [unescape(cell) for cell in cells[1:]]
    return rows


def listed(site, page: str, link: str) -> tuple[int, str]:
    """How many rows the list has that a link leads to, and its path."""
    split = urlsplit(urljoin(page, unescape(link)))
    text = site.read(split.path)
    if split.fragment:
        text = text.split(f'<section id="{split.fragment}">', 1)[1].split("</section>", 1)[0]
    return text.count("<tr data-id="), split.path


# -- 月报 ------------------------------------------------------------------------------------------------------


def test_month_opens_with_the_last_complete_one(site):
    page = site.read("stats/month.html")
    assert f"{FIRST.year} 年 {FIRST.month} 月统计" in page
    body = re.compile(r'<div id="nv-main".*</article>|<div id="nv-main".*', re.DOTALL)
    assert (
        body.search(page)[0].split("<footer")[0] == body.search(site.read(f"stats/{MONTH}.html"))[0].split("<footer")[0]
    )
    for step in (f"{FIRST:%Y}-{FIRST.month - 1:02d}.html", f"{TODAY:%Y-%m}.html"):
        assert f'href="{step}"' in page


def test_figures_on_top_equal_the_command_line(site):
    page = site.read("stats/month.html")
    told = {entry["key"]: entry for entry in of_month(site)["total"]["indicators"]}
    figures = re.findall(r'class="nv-fig[^"]*">\s*<span>([^<]+)</span><b>([^<]+)</b>', page)
    assert [value.strip() for _, value in figures] == [said(told[key]) for key in TOP]


def test_units_equal_the_command_line(site):
    rows = rows_of_table(site.read("stats/month.html"), "各单位")
    told = of_month(site, "--by", "unit")
    names = {unit.id: unit.name for unit in registry(site).units.values()}
    checked = 0
    for group in told["groups"]:
        entries = {entry["key"]: entry for entry in group["indicators"]}
        wanted = [said(entries[key]) for key, _ in COLUMNS]
        name = names.get(group["key"]["unit"], "（不分单位）")
        few = 0 < entries["I1"]["n"] < told["small_number"]
        shown = rows.get(name + (f" 不足 {told['small_number']} 件" if few else ""))
        if shown is None:
            assert set(wanted) <= {"0", "–"}, name
            continue
        assert shown == wanted, name
        checked += 1
    assert checked >= 10
    total = {entry["key"]: entry for entry in told["total"]["indicators"]}
    assert rows["合计"] == [said(total[key]) for key, _ in COLUMNS]


def registry(site):
    from noveto.ledger import Ledger

    with Ledger.open(site.root) as ledger:
        return ledger.registry


@pytest.mark.parametrize("key", [MONTH, f"{TODAY:%Y-%m}", f"{TODAY.year}-Q3", f"{TODAY.year}"])
def test_all_indicators_equal_the_command_line(site, key):
    from noveto.statistics.periods import period

    of = period(key)
    told = stats(site, "--from", of.first.isoformat(), "--to", of.last.isoformat())
    entries = {entry["key"]: entry for entry in told["total"]["indicators"]}
    rows = rows_of_table(site.read(f"stats/{key}.html"), "全部指标")
    assert len(rows) > 25
    for item in INDICATORS:
        entry = entries[item.key]
        if item.name not in rows:
            assert not entry.get("n", entry.get("denominator")), item.key
            continue
        number, rate, left = rows[item.name]
        if entry["kind"] == "spread":
            assert number == (
                f"中位 {entry['median']:g} 日，九成 {entry['ninetieth']} 日内（{entry['n']} 次）" if entry["n"] else "–"
            )
        else:
            assert number == (
                said(entry, late_only=False) if entry["kind"] == "count" or entry["denominator"] else "0 / 0"
            )
        assert left == str(entry.get("left_out") or "")
        assert ("可信范围" in rate) == (entry.get("rate") is not None), item.key
    assert told["breakdowns"]["reason"]
    reasons = rows_of_table(site.read(f"stats/{key}.html"), "卡在哪里")
    assert sorted(int(count) for (count,) in list(reasons.values())[1:]) == sorted(
        told["breakdowns"]["reason"].values()
    )


def test_every_number_leads_to_as_many_rows(site):
    """On every page of the statistics: a number with a link, and the list it leads to."""
    checked = 0
    pages = [path for path in site.pages() if path.startswith("stats/")]
    assert len(pages) > 300
    for path in pages:
        for link, text in re.findall(r'<a href="([^"#]+(?:#[^"]+)?)">([^<]+)</a>', site.read(path)):
            found = NUMBER.match(unescape(text).strip())
            where = urlsplit(urljoin(path, unescape(link))).path
            if not found or not where.startswith("stats/"):
                continue
            rows, at = listed(site, path, link)
            if text.endswith(" 日"):
                assert rows > 0, (path, link)
            else:
                whole = found[2] or text.split("/")[-1]
                assert rows == int(whole), (path, link, text, at)
            checked += 1
    assert checked > 3000


def test_fractions_list_both_sides(site):
    """38 / 44: a table with 38 rows and one with the other six."""
    told = {entry["key"]: entry for entry in of_month(site)["total"]["indicators"]}
    page = site.read(f"stats/{MONTH}/I7.html")
    hit, miss = page.split("<h2>按时 ", 1)[1], page.split("<h2>没按时 ", 1)[1].split("<h2>", 1)[0]
    assert hit.count("<tr data-id=") == told["I7"]["numerator"]
    assert miss.count("<tr data-id=") == told["I7"]["denominator"] - told["I7"]["numerator"]


def test_few_cases_are_only_listed(site):
    """Below five: no rate, no rank, and the page says so."""
    pages = [path for path in site.pages() if path.startswith(f"stats/{MONTH}/") and "c-" not in path]
    few = [path for path in pages if "不足 5 件，只列件，不排名、不算率" in site.read(path)]
    assert few
    registered = [int(found[1]) for path in few if (found := re.search(r"登记 (\d+) 件，不足 5 件", site.read(path)))]
    assert all(number < 5 for number in registered)


def test_a_county_is_two_clicks_from_home(site):
    home = site.read("index.html")
    assert 'href="stats/month.html"' in home
    assert f'href="{MONTH}/counties.html"' in site.read("stats/month.html")
    rows = rows_of_table(site.read(f"stats/{MONTH}/counties.html"), "各县区、园区")
    at = [key for key, _ in COLUMNS].index("I7")
    shown = {name.split(" 不足")[0]: cells[at] for name, cells in rows.items()}
    for group in of_month(site, "--by", "county")["groups"]:
        county = group["key"]["county"]
        entries = {entry["key"]: entry for entry in group["indicators"]}
        if county:
            assert shown[county] == said(entries["I7"])
        else:
            city = rows_of_table(site.read(f"stats/{MONTH}/city.html"), "各单位")["市本级合计"]
            assert city == [said(entries[key]) for key, _ in COLUMNS]


def test_both_readings_of_the_three_days(site):
    told = {entry["key"]: entry for entry in of_month(site)["total"]["indicators"]}
    text = site.read("stats/month.html")
    assert f"按工作日算是 {said(told['I7'])}，按自然日算（末日遇休息日顺延）是 {said(told['I9'])}" in text


def test_downloads_equal_the_command_line(site):
    import csv
    import io

    text = (site.folder / f"stats/{MONTH}/{MONTH}.csv").read_bytes().decode("utf-8-sig")
    shown = list(csv.reader(io.StringIO(text)))
    args = ["stats", "--root", str(site.root), "--today", TODAY.isoformat(), "--format", "csv", "--by", "unit"]
    args += ["--from", FIRST.isoformat(), "--to", LAST.isoformat()]
    whole = list(csv.reader(io.StringIO(CliRunner().invoke(cli, args).output)))
    assert shown[0] == whole[0]
    assert [row for row in shown if row[0] == "合计"] == [row for row in whole if row[0] == "合计"]
    assert {tuple(row) for row in shown} <= {tuple(row) for row in whole}
    listed = [unit.name for unit in registry(site).units.values()]
    for rows in (shown, whole):  # the official list, on the command line and in the file alike
        units = [row[0] for row in rows[1:] if row[0] in listed]
        assert units == sorted(units, key=listed.index)
    missing = [row for row in whole if row not in shown]
    assert all(set(row[3:6]) <= {"", "0"} for row in missing)
    assert (site.folder / f"stats/{MONTH}/{MONTH}.xlsx").read_bytes()[:2] == b"PK"


def test_every_formula_is_told(site):
    text = site.read("stats/month.html")
    for item in INDICATORS:
        assert f'id="t-{item.key}"' in text


# -- other pages -----------------------------------------------------------------------------------------------


def test_windows_equal_the_command_line(site):
    year = TODAY.year
    told = stats(site, "--from", f"{year}-01-01", "--to", f"{year}-12-31", "--by", "window")["assessment"]
    text = site.read("stats/windows.html")
    judged = [score for score in told if score["score"] is not None]
    assert len(judged) > 10
    part = text.split('id="window"', 1)[1].split('id="unit"', 1)[0]
    for score in judged:
        page = f"stats/{year}/w-{score['key']['window']}.html"
        row = next(
            row
            for row in re.findall(r"<tr>.*?</tr>", part, re.DOTALL)
            if f'href="{year}/w-{score["key"]["window"]}.html"' in row
        )
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        assert cells[:3] == [str(score["rank"]), str(score["registered"]), f"{score['score']:.1f}"]
        body = site.read(page)
        for lost in score["lost"]:
            rows, _ = listed(site, page, f"#{lost['part']}-{lost['key']}".replace(".", "-"))
            assert rows == len(lost["cases"])
            assert f"扣 {lost['points']:.2f} 分" in body


def test_problems_equal_the_command_line(site):
    text = site.read("stats/improvements.html")
    first = re.search(r"近 12 个月（(\S+) 至", text)[1]
    told = stats(site, "--from", first, "--to", TODAY.isoformat())
    total = next(entry["n"] for entry in told["total"]["indicators"] if entry["key"] == "I1")
    assert f"登记的 {total} 件" in text
    assert f"{len(told['repeats'])} 样" in text
    assert f"{len(told['law_gaps'])} 个事项" in text
    reasons = rows_of_table(text, "卡在哪里，按多少排")
    assert sum(int(cells[0]) for cells in list(reasons.values())[1:]) == total
    shown = rows_of_table(text, "改进项和效果")
    for item in told["improvements"]:
        before, after = shown[item["id"]][4:6]
        assert before.split(" ")[0] == ("—" if item["before"] is None else str(item["before"]))
        assert after.split(" ")[0] == ("—" if item["after"] is None else str(item["after"]))


def test_home_and_units_show_the_same_figures(site):
    first = date.fromordinal(TODAY.toordinal() - 29)
    told = stats(site, "--from", first.isoformat(), "--to", TODAY.isoformat(), "--by", "unit")
    home, checked = site.read("index.html"), 0
    for group in told["groups"]:
        unit = group["key"]["unit"]
        entry = next(entry for entry in group["indicators"] if entry["key"] == "I7")
        if unit and entry["denominator"]:
            link = re.search(rf'<a href="units/{unit}/replied.html">([^<]+)</a>', home)
            assert link[1] == said(entry), unit
            assert said(entry) in site.read(f"units/{unit}.html")
            checked += 1
    assert checked > 5
    month = stats(site, "--from", TODAY.replace(day=1).isoformat(), "--to", TODAY.isoformat())
    entries = {entry["key"]: entry for entry in month["total"]["indicators"]}
    for file, key in (("month", "I1"), ("decided", "I4"), ("ended", "I5")):
        shown = re.search(
            rf'<a href="cases/lists/{file}.html" class="nv-fig[^"]*">\s*<span>[^<]+</span><b[^>]*>([^<]+)', home
        )
        assert shown[1].strip() == said(entries[key])


# -- building --------------------------------------------------------------------------------------------------


def test_only_what_changed_is_worked_out_again(tmp_path):
    root, out = make_demo(tmp_path / "ledger", 60, seed=3), tmp_path / "out"
    build_site(root, out, today=TODAY, now=NOW)
    before = {path: path.stat().st_mtime_ns for path in (out / "stats").rglob("*") if path.is_file()}
    case = next(path for path in sorted((root / "records/cases").rglob("*.yml")) if "-202603" in path.name)
    text = case.read_text(encoding="utf-8")
    clerk = text.split("clerk: ")[1].split()[0]
    case.write_text(text + f"- at: 2026-11-20T08:10\n  by: {clerk}\n  step: note\n  text: 补记一笔\n", encoding="utf-8")
    build_site(root, out, today=TODAY, now=datetime(2026, 11, 23, 9, 30))
    after = {path: path.stat().st_mtime_ns for path in (out / "stats").rglob("*") if path.is_file()}
    assert before.keys() == after.keys()
    touched = {path.relative_to(out / "stats").as_posix() for path in before if before[path] != after[path]}
    assert not [path for path in touched if path.startswith(("2025", "2026-0", "2026-1")) and "2026-03" not in path]
    shutil.rmtree(out)
    build_site(root, out, today=TODAY, now=datetime(2026, 11, 23, 9, 30))
    assert {path for path in (out / "stats").rglob("*") if path.is_file()} == after.keys()


def test_lists_of_periods_stand_before_their_charts(site):
    page = site.read("stats/periods.html")
    assert page.index('id="months"') < page.index('id="trend"') < page.index('<svg class="nv-chart')


def test_numbers_of_reasons_lead_to_their_cases(site):
    page = f"stats/{MONTH}.html"
    table = site.read(page).split('<th scope="col">卡在哪里</th>', 1)[1].split("</table>", 1)[0]
    links = re.findall(r'<td class="n"><a href="([^"]+)">(\d+)</a></td>', table)
    assert len(links) == table.count('<td class="n">') > 5
    for link, told in links:
        assert listed(site, page, link)[0] == int(told), link


def test_lists_say_who_has_an_open_case(site):
    first, long = site.read(f"stats/{TODAY:%Y-%m}/I2.html"), site.read(f"stats/{TODAY.year}-Q4/I1.html")
    assert '<th scope="col">现在怎么样</th><th scope="col">在谁手里</th>' in first
    rows = [row for row in re.findall(r"<tr data-id=.*?</tr>", first, re.DOTALL) if "data-due=" in row]
    assert rows
    assert all('<td class="h">' in row for row in rows)
    assert long.count("<tr data-id=") > 100
    running = [row for row in re.findall(r"<tr data-id=.*?</tr>", long, re.DOTALL) if "data-due=" in row]
    assert running
    assert all(re.search(r"在 .+ 手里", row) for row in running)
