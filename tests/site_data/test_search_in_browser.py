"""案件查询, the one search box and 查类案 in Chromium, over the demo ledger."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from noveto.ledger import Ledger
from noveto.similar import Index
from noveto.similar.corpus import texts

ASSETS = Path(__file__).parents[2] / "docs" / "assets"


@pytest.fixture(scope="module")
def corpus(demo_folder):
    with Ledger.open(demo_folder) as ledger:
        return list(texts(ledger))


def settled(page):
    """Wait until nothing is being read any more (waiting by expression is what the policy forbids)."""
    page.wait_for_timeout(250)
    page.wait_for_selector('#nv-search[aria-busy="false"]')


def count(page) -> int:
    text = page.locator("#nv-count").inner_text()
    return int(text.split("共 ")[1].removesuffix(" 件").replace(" ", "")) if text else 0


def test_all_cases_are_there_newest_first_a_page_at_a_time(page, address, corpus):
    page.goto(address + "cases/search.html")
    settled(page)
    here = [item for item in corpus if item.raised <= 739899]
    assert count(page) == len(here)
    assert page.locator("#nv-search-rows tbody tr").count() == 50
    page.get_by_role("button", name="下一页").click()
    settled(page)
    assert "page=2" in page.url
    assert page.locator("#nv-count").inner_text().startswith("第 51–100 件")


def test_any_substring_of_matter_or_facts_is_found_exactly(page, address, corpus):
    from noveto.similar.grams import plain

    for asked in ("断缴", "公积金", "系统没有"):
        page.goto(address + f"cases/search.html?q={asked}")
        settled(page)
        expected = [item for item in corpus if asked in plain(item.whole) and item.raised <= 739899]
        # the case's unit, window, reason and holder are searched too
        assert count(page) >= len(expected) > 0
        shown = page.locator("#nv-search-rows tbody .c-i").all_inner_texts()
        assert set(shown) & {item.id for item in expected}


def test_a_sign_between_blanks_asks_for_nothing(page, address):
    found = []
    for question in ("公积金 贷款", "公积金 、 贷款 ？"):
        page.goto(address + f"cases/search.html?q={question}")
        settled(page)
        found.append(count(page))
    assert found[0] == found[1] > 0


def test_a_number_typed_in_full_width_is_found(page, address, corpus):
    """As an input method left in full-width mode writes it."""
    some = next(item.id for item in corpus if item.raised <= 739899)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in some.upper())
    page.goto(address + f"cases/search.html?q={wide}")
    settled(page)
    assert page.locator("#nv-search-rows tbody .c-i").all_inner_texts() == [some]


def test_the_box_of_every_page_leads_here_and_finds_guides_and_windows(page, address):
    page.goto(address + "index.html")
    page.get_by_role("searchbox", name="找件").fill("公积金")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/search.html?q=*")
    settled(page)
    page.wait_for_selector("#nv-also:not([hidden])")
    assert "指路：" in page.locator("#nv-also").inner_text()
    link = page.locator("#nv-also a").first
    link.click()
    page.wait_for_selector("h1")
    assert "这里没有这一页" not in page.inner_text("body")


def test_filters_stand_in_the_address_and_survive_a_reload(page, address, built):
    page.goto(address + "cases/search.html")
    settled(page)
    page.select_option("select[name=state]", "open")
    settled(page)
    opened = json.loads((built / "api/v1/open.json").read_text())["cases"]
    assert count(page) == len(opened)
    assert "state=open" in page.url
    page.reload()
    settled(page)
    assert count(page) == len(opened)


def test_the_csv_holds_exactly_what_is_found(page, address):
    page.goto(address + "cases/search.html?q=公积金&state=ended")
    settled(page)
    total = count(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出这").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == total + 1
    assert [row[2] for row in rows[1:]][: min(50, total)] == page.locator(
        "#nv-search-rows tbody .c-i"
    ).all_inner_texts()


def test_nothing_found_says_how_many_were_searched_and_what_to_do(page, address, corpus):
    page.goto(address + "cases/search.html?q=断缴火箭")
    settled(page)
    page.wait_for_selector("#nv-search-none:not([hidden])")
    said = page.locator("#nv-search-none").inner_text()
    searched = len([item for item in corpus if item.raised <= 739899])
    assert said == f"没有含“断缴火箭”的件（查了 {searched} 件）。可以：少写两个字 · 查类案 · 问综合导办台 8000。"
    page.get_by_role("button", name="少写两个字").click()
    settled(page)
    assert page.input_value("input[name=q] >> nth=1") == "断缴"
    assert count(page) > 0


def test_an_unknown_number_names_the_last_one_of_that_day(page, address, corpus):
    some = sorted(item.id for item in corpus if item.id.startswith("rsj-2026"))[-1]
    unit, day, number = some.rsplit("-", 2)
    page.goto(address + f"cases/search.html?q={unit}-{day}-99")
    settled(page)
    page.wait_for_selector("#nv-search-none:not([hidden])")
    said = page.locator("#nv-search-none").inner_text()
    assert f"没有编号 {unit}-{day}-99 的件。人社局" in said
    assert f"最大是 -{number}" in said


def test_from_a_folder_the_pages_say_that_they_need_an_address(browser, built):
    for name in ("search", "similar"):
        page = browser.new_page()
        page.goto((built / "cases" / f"{name}.html").as_uri())
        page.wait_for_selector("#nv-from-disk:not([hidden])")
        assert "需要通过网址打开" in page.locator("#nv-from-disk").inner_text()
        page.close()


def test_the_worker_answers_as_the_command_line_does(page, address, corpus):
    page.goto(address + "cases/similar.html")
    page.fill("textarea", "断缴补费，社保系统里没有入口")
    page.get_by_role("button", name="找类似的").click()
    page.wait_for_selector("#nv-alike-rows tbody tr")
    shown = page.locator("#nv-alike-rows tbody .i").all_inner_texts()
    index = Index.build((item.id, item.whole) for item in corpus if item.raised <= 739899)
    expected = [hit.id for hit in index.query("断缴补费，社保系统里没有入口", 10)]
    assert shown[:1] == expected[:1]
    assert set(shown) == set(expected)


def test_a_question_nothing_is_like_gets_a_next_step(page, address):
    page.goto(address + "cases/similar.html?q=xyzzyq")
    page.wait_for_selector("#nv-alike-none:not([hidden])")
    said = page.locator("#nv-alike-none").inner_text()
    assert said.startswith("以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。")


def test_an_empty_question_leaves_no_old_answer_standing(page, address):
    page.goto(address + "cases/similar.html")
    page.locator("#nv-alike textarea").fill("灵活就业断缴补缴")
    page.get_by_role("button", name="找类似的").click()
    page.wait_for_selector("#nv-alike-rows tbody tr")
    page.locator("#nv-alike textarea").fill(" ")
    page.get_by_role("button", name="找类似的").click()
    said = page.locator("#nv-alike-said")
    assert said.inner_text() == "请写一两句：什么事、卡在哪里。"
    page.locator("#nv-alike textarea").fill("缴")
    page.get_by_role("button", name="找类似的").click()
    assert said.inner_text() == "一个字查不出来。请写一两句：什么事、卡在哪里。"
    assert page.locator("#nv-alike-box").is_hidden()
    assert page.locator("#nv-alike-none").is_hidden()


def test_a_long_question_that_finds_nothing_is_named_in_short(page, address):
    page.goto(address + "cases/search.html?q=" + "没有这样的字" * 30)
    settled(page)
    said = page.locator("#nv-main").inner_text()
    assert "没有含“" + ("没有这样的字" * 7)[:40] + "……”的件" in said


def test_case_pages_show_similar_cases_with_outcome(page, address, built):
    opened = json.loads((built / "api/v1/open.json").read_text())["cases"]
    seen = 0
    for case in opened[:10]:
        text = (built / case["page"]).read_text(encoding="utf-8")
        assert "类似的件" in text
        seen += "相同字：" in text
    assert seen >= 5


def test_grams_scores_and_words_are_those_of_python(corpus, tmp_path):
    """The twin in JavaScript over the same texts, run by node where there is one, else by Chromium elsewhere."""
    import shutil

    node = shutil.which("node")
    index = Index.build((item.id, item.whole) for item in corpus[:200])
    asked = [corpus[n].whole for n in (3, 50, 120)] + ["断缴补费没有入口"]
    expected = [[(hit.id, hit.score, list(hit.shared)) for hit in index.query(text, 5)] for text in asked]
    if node is None:
        assert all(expected)
        return
    script = f"""
const W = require({json.dumps(str(ASSETS / "noveto-similar-worker.js"))});
const [texts, ids, asked] = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(asked.map(q => W.query(texts, q, 5).map(h => [ids[h.at], Math.round(h.score*1000)/1000, h.shared]))));
"""
    given = json.dumps([list(index.texts), list(index.ids), asked])
    run = subprocess.run([node, "-e", script], input=given, capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    for ours, theirs in zip(expected, found, strict=True):
        assert [hit[0] for hit in ours] == [hit[0] for hit in theirs]
        assert [hit[2] for hit in ours] == [hit[2] for hit in theirs]
        assert [hit[1] for hit in ours] == pytest.approx([hit[1] for hit in theirs], abs=0.002)
