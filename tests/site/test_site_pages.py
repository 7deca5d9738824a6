"""The built site as files: links, policy, privacy, sizes, and numbers that equal the lists behind them."""

from __future__ import annotations

import gzip
import posixpath
import re
from urllib.parse import unquote, urlsplit

import pytest
from tests.site.html_reading import Page

from noveto.ledger import Ledger
from noveto.resources import resource

WEEKDAY = re.compile(r"^(\d{4}-)?\d{2}-\d{2} 周[一二三四五六日]班?(（暂定）)?$")


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Page]:
    return {path: Page(site.read(path)) for path in site.pages()}


def target(page: str, link: str) -> tuple[str, str]:
    parts = urlsplit(link)
    path = unquote(parts.path)
    if not path:
        return page, unquote(parts.fragment)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return joined, unquote(parts.fragment)


def test_every_link_resolves(site, pages):
    files = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*") if path.is_file()}
    ids = {path: set(page.ids) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        if path == "404.html":
            continue
        for link in (*page.links, *page.assets):
            if urlsplit(link).scheme in ("http", "https"):
                continue
            where, anchor = target(path, link)
            if where not in files or (anchor and where in ids and anchor not in ids[where]):
                broken.append((path, link))
    assert broken[:10] == []


def test_nothing_is_asked_of_another_host(pages):
    for path, page in pages.items():
        assert not [asset for asset in page.assets if "//" in asset], path
        outside = {urlsplit(link).netloc for link in page.links if urlsplit(link).netloc}
        assert outside <= {"www.gov.cn", "wfj.example.cn"}, path  # the source of a notice; the office's own address


def test_policy_on_every_page_and_nothing_inline(site, pages):
    for path, page in pages.items():
        text = site.read(path)
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
        assert policy, path
        assert "unsafe" not in policy[1], path
        assert not page.inline_styles, path
        assert not page.inline_handlers, path
        assert text.count("@@") == 0, path


def test_no_applicant_in_any_file(site):
    """No applicant's full name on the case's page or any list, no telephone, identity number or key anywhere."""
    from noveto.site.casebuild import case_path
    from noveto.site.complaintlinks import complaint_path

    named = 0
    refs = set()
    with Ledger.open(site.root) as ledger:
        for record in ledger.cases():
            applicant = record.case.applicant
            refs.add(applicant.ref)
            if applicant.name and "*" not in applicant.name:
                named += 1
                assert applicant.name not in site.read(case_path(record.id)), record.id
        for record in ledger.records("complaint"):
            complainant = (record.value or {})["complainant"]
            refs.add(complainant.get("ref", ""))
            if complainant.get("name") and "*" not in complainant["name"]:
                named += 1
                assert complainant["name"] not in site.read(complaint_path(record.id)), record.id
    assert named > 100
    refs.discard("")
    number = re.compile(r"(?<![\d-])1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
    key = re.compile(r"(?<![a-z0-9])[a-z0-9]{8}(?![a-z0-9])")
    guides = "".join(file.read_text() for file in resource("docs/guide").rglob("*.md"))  # their made-up examples
    lists = re.compile("某[一-龥]{2,12}(公司|合作社|委员会|学校|协会)")
    for path in site.folder.rglob("*"):
        if path.suffix not in (".html", ".js", ".json", ".csv", ".ics", ".xml", ".txt") or "javascripts" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert not number.search(text), path
        assert refs.isdisjoint(key.findall(text)), path
        name = path.relative_to(site.folder).as_posix()
        if not name.startswith(("cases/20", "complaints/20", "guide/")):
            named_here = {found[0] for found in lists.finditer(text)}
            assert all(one in guides for one in named_here), path


def test_sizes_keep_their_budgets(site):
    cases = [path for path in site.pages() if path.startswith("cases/20")]
    assert len(cases) > 1900
    for path in cases:
        data = (site.folder / path).read_bytes()
        assert len(data) <= 20_000, path
    biggest = max(cases, key=lambda path: (site.folder / path).stat().st_size)
    assert len(gzip.compress((site.folder / biggest).read_bytes())) <= 6_000
    assert (site.folder / "index.html").stat().st_size <= 60_000
    average = sum((site.folder / path).stat().st_size for path in cases) / len(cases)
    assert average <= 16_000


def count_rows(pages, where: str) -> int:
    return len(pages[where].case_rows())


def test_every_number_on_the_home_page_equals_its_list(site, pages):
    text = site.read("index.html")
    cells = re.findall(
        r'<a href="([^"]+)"(?: data-dues="[^"]*" data-count="[a-z]+")?>(?:<span[^>]*>)?([\d /]+)(?:</span>)?</a>', text
    )
    assert len(cells) > 20
    for link, number in cells:
        where, _ = target("index.html", link)
        if where.startswith("units/") and where.count("/") == 1:
            listed = [row for table in pages[where].tables if table and table[0][0] == "时限状态" for row in table[1:]]
            asked = text_between(site.read(where), "别的单位请我局回复", "</section>")
            listed = listed[: len(listed) - asked.count("<tr data-id")]
            assert len(listed) == int(number), link
            continue
        whole = int(number.split("/")[-1])
        assert count_rows(pages, where) == whole, link
    figures = re.findall(
        r'<a href="(cases/[^"]+)" class="nv-fig[^"]*">\s*<span>[^<]+</span><b[^>]*>(?:<span[^>]*>)?([\d /]+)', text
    )
    assert len(figures) == 5
    for link, number in figures:
        assert count_rows(pages, link) == int(number.split("/")[-1]), link
    total = re.search(r"全部在办 (\d+) 件", text)
    assert count_rows(pages, "cases/open.html") == int(total[1])


def text_between(text: str, start: str, end: str) -> str:
    if start not in text:
        return ""
    return text.split(start, 1)[1].split(end, 1)[0].split("<h2", 1)[0]


@pytest.mark.parametrize("page", ["index.html", "mine.html", "units/index.html"])
def test_counts_of_units_lead_to_the_table_with_as_many_rows(site, page):
    """Not to a page that holds another list too: what is open, and what others ask, each have their anchor."""
    tables = {"nv-rows": 0, "nv-asked": 0}
    for link, number in re.findall(r'<a href="([^"]+#nv-[a-z]+)"[^>]*>(\d+)</a>', site.read(page)):
        where, anchor = target(page, link)
        table = text_between(site.read(where), f'id="{anchor}"', "</table>")
        assert table.count("<tr data-id=") == int(number), link
        tables[anchor] += 1
    assert tables["nv-rows"] > 10
    assert page != "mine.html" or tables["nv-asked"] > 0


def test_chips_carry_the_counts_of_their_pages(site, pages):
    text = site.read("cases/open.html")
    chips = re.findall(r'<a href="\.\./(cases/[^"]+)" data-key="([a-z]+)".*?<b>(\d+)</b></a>', text)
    assert [key for _, key, _ in chips] == ["all", "late", "today", "next", "mark", "stop", "prov"]
    for link, _, number in chips:
        assert count_rows(pages, link) == int(number), link


def test_no_row_without_holder_and_no_date_without_weekday(pages):
    seen = 0
    for path, page in pages.items():
        for row in page.case_rows():
            seen += 1
            due, stage, holder = row[1], row[-2], row[-1]
            assert due in ("不计时", "—") or WEEKDAY.match(due), (path, row)
            assert holder.strip() not in ("",), (path, row)
            assert holder.strip() != "—" or stage.strip(), (path, row)
    assert seen > 100


def test_open_rows_come_by_lateness(pages):
    rows = pages["cases/open.html"].case_rows()
    order = {"已超": 0, "已过": 0, "今日": 1, "剩 ": 2, "中止": 3, "等申": 3, "不计": 3}
    ranks = [order[row[0].strip()[:2]] for row in rows]
    assert ranks == sorted(ranks)


def test_quarantined_records_are_named_and_not_counted(site, pages):
    with Ledger.open(site.root) as ledger:
        held = ledger.quarantined
        assert held
        words = pages["data/quality.html"].words
        for item in held:
            assert item.path in words
            assert not (site.folder / f"cases/{item.id}.html").exists()
        assert f"{len(held)} 个文件" in words


def test_catalogue_has_an_anchor_for_every_code(site, pages):
    from noveto.findings.catalogue import CATALOGUE

    ids = set(pages["guide/errors/index.html"].ids)
    assert {code.lower() for code in CATALOGUE} <= ids
    assert not re.search(r"<dd>[^<]*\{[a-z_]+\}", site.read("guide/errors/index.html"))


def test_every_unit_window_hall_and_matter_has_its_page(site):
    with Ledger.open(site.root) as ledger:
        reg = ledger.registry
        for folder, table in (
            ("units", reg.units),
            ("units/w", reg.windows),
            ("units/h", reg.halls),
            ("matters", reg.matters),
        ):
            for key in table:
                assert (site.folder / folder / f"{key}.html").is_file(), key


def test_guides_say_three_things_first(pages):
    for name in ("clerk", "head", "leader", "centre"):
        page = pages[f"guide/{name}.html"]
        assert page.words.count("通知") >= 1, name


def test_every_clock_of_the_contract_has_its_rule_on_the_page(pages):
    from noveto.site.vocabulary import RULE_ANCHORS

    ids = set(pages["guide/time/rules.html"].ids)
    assert set(RULE_ANCHORS.values()) <= ids
