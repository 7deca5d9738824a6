"""Similar cases: grams, scores, shared words, the cut, and the command."""

import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from noveto.cli.main import cli
from noveto.ledger import Ledger, Record
from noveto.similar import Index
from noveto.similar.corpus import text_of, texts
from noveto.similar.grams import grams, plain
from noveto.similar.index import K1, B
from noveto.similar.shared import shared_words

DOCS = [
    ("a", "灵活就业人员补缴养老保险：系统切换断缴，要求补缴"),
    ("b", "不动产更正登记：一证拆两证"),
    ("c", "灵活就业人员缴存登记：材料原件已核对"),
    ("d", "异地就医备案：系统没有入口"),
]


def test_text_is_folded_and_cut_into_characters_and_pairs():
    assert plain("ＡＢ１２，断缴 6个月！") == "ab12 断缴 6 个月".replace("6 ", "6")
    assert grams("断缴6个月") == ["断", "缴", "断缴", "6", "个", "月", "个月"]
    assert grams("断 缴") == ["断", "缴"]


def test_the_score_is_bm25():
    index = Index.build(DOCS)
    hit = index.query("断缴", floor=0)[0]
    assert hit.id == "a"
    text = index.texts[0]
    norm = K1 * (1 - B + B * len(text) / index.average)
    expected = 0.0
    for gram in ("断", "缴", "断缴"):
        df = sum(gram in other for other in index.texts)
        tf = text.count(gram)
        expected += math.log(1 + (4 - df + 0.5) / (df + 0.5)) * tf * (K1 + 1) / (tf + norm)
    assert hit.score == pytest.approx(expected, abs=0.001)


def test_nothing_is_found_where_nothing_is_shared():
    assert Index.build(DOCS).query("火箭") == []
    assert Index.build([]).query("断缴") == []
    assert Index.build(DOCS).query("，。！") == []


def test_ids_can_be_left_out():
    found = Index.build(DOCS).query(DOCS[0][1], exclude=("a",))
    assert found
    assert "a" not in [hit.id for hit in found]


def test_shared_words_are_the_longest_common_ones_without_particles():
    assert shared_words("系统里没有入口的", "系统没有入口", lambda _: 1.0) == ("入口", "系统")
    assert shared_words("我的", "我的", lambda _: 1.0) == ()
    # a phrase may begin and end with one: it is part of the word there
    assert shared_words("不动产登记（有房无房证明）", "查不动产登记，有房无房证明", lambda _: 1.0) == (
        "有房无房证明",
        "不动产登记",
    )
    assert shared_words("查的不动产登记", "问的不动产登记", lambda _: 1.0) == ("动产登记",)


@given(
    st.lists(st.text("断缴补费系统入口材料一二三", max_size=12), max_size=12), st.text("断缴补费系统入口", max_size=8)
)
def test_every_shared_word_stands_in_both_texts(docs, asked):
    index = Index.build((str(n), text) for n, text in enumerate(docs))
    for hit in index.query(asked, floor=0):
        for word in hit.shared:
            assert word in asked
            assert word in docs[int(hit.id)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("池州某人力资源有限公司", "申请人要求补缴，王**同意"), ("王**", "池州某人力资源有限公司要求补缴，王**同意")],
)
def test_a_full_name_does_not_reach_the_words(name, shown):
    value = {
        "id": "rsj-20260302-01", "unit": "rsj", "window": "rsj-w01", "clerk": "rsj-005", "raised": "2026-03-02T09:40",
        "handling": "guide", "kind": "application", "channel": "window", "applicant": {"kind": "enterprise", "name": name},
        "matter": {"name": "补缴", "category": "social_security", "unit": "rsj", "licensing": False, "standardised": False},
        "track": "general", "reason": {"main": "R04"}, "facts": "池州某人力资源有限公司要求补缴，王**同意",
    }  # fmt: skip
    record = Record("records/cases/rsj/2026-03/rsj-20260302-01.yml", "", "case", value)
    assert text_of(record).facts == shown


def test_the_cut_finds_what_the_exact_search_finds(demo_folder):
    with Ledger.open(demo_folder) as ledger:
        words = list(texts(ledger))
    index = Index.build((item.id, item.whole) for item in words)
    same = total = 0
    for item in words[::20]:
        exact = {hit.id for hit in index.query(item.whole, exclude=(item.id,))}
        quick = {hit.id for hit in index.query(item.whole, exclude=(item.id,), cut=True)}
        same += len(exact & quick)
        total += len(exact)
    assert same >= 0.97 * total


def test_the_command_says_outcome_first_and_what_is_shared(demo_folder):
    run = CliRunner().invoke(
        cli, ["--root", str(demo_folder), "--today", "2026-10-10", "--format", "json", "similar", "断缴补费没有入口"]
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["noveto"] == "similar/1"
    assert told["searched"] > 500
    first = told["cases"][0]
    assert first["matter"] == "灵活就业人员补缴养老保险"
    assert "断缴" in "".join(first["shared"])
    table = CliRunner().invoke(
        cli, ["--root", str(demo_folder), "--today", "2026-10-10", "similar", "断缴补费没有入口"]
    )
    assert table.output.startswith("结果")
    assert first["id"] in table.output


def test_without_a_like_case_the_command_says_what_to_do(demo_folder):
    run = CliRunner().invoke(cli, ["--root", str(demo_folder), "--today", "2026-10-10", "similar", "xyzzy"])
    assert run.exit_code == 0
    assert "以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。" in run.output


def test_an_empty_question_is_a_usage_error(demo_folder):
    run = CliRunner().invoke(cli, ["--root", str(demo_folder), "similar", "  "])
    assert run.exit_code != 0
