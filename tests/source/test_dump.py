"""What the tools write reads back as it was, in our loader and in every other."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.source.texts import heads, items, nasty_text

from noveto.source import load
from noveto.source.append import append_text
from noveto.source.decode import ODD
from noveto.source.dump import clean_text, dump_document, dump_head, dump_item

CHINESE = r"[\u4e00-\u9fff]"


@given(heads)
def test_a_head_reads_back(head):
    text = dump_head(head)
    loaded = load(text.encode(), file="f.yml")

    assert loaded.findings == []
    assert loaded.value == {**head, "log": None}
    assert list(loaded.value) == [*head, "log"]


@settings(max_examples=40)
@given(heads, st.lists(items, min_size=1, max_size=4))
def test_a_whole_record_reads_back(head, steps):
    data = dump_head(head).encode()
    for step in steps:
        data = append_text(data, dump_item(step))
    loaded = load(data, file="f.yml")

    assert loaded.findings == []
    assert loaded.value == {**head, "log": steps}


@given(heads)
def test_other_yaml_tools_read_the_same_strings(head):
    def same(ours, theirs):
        if isinstance(ours, dict):
            assert list(ours) == list(theirs)
            return all(same(ours[key], theirs[key]) for key in ours)
        if isinstance(ours, list):
            return len(ours) == len(theirs) and all(map(same, ours, theirs))
        return type(ours) is type(theirs) and ours == theirs

    text = dump_document(head)
    if "2026-" not in text:  # dates stand plain by contract, and YAML 1.1 makes dates of them
        assert same(head, yaml.safe_load(text))


@given(st.text(min_size=1, max_size=20))
def test_any_text_reads_back_or_is_refused_in_chinese(text):
    document = {"text": text, "list": [text], "map": {"a": [text, {"b": text}]}}
    if ODD.search(text) or not text.strip():
        with pytest.raises(ValueError, match=CHINESE):
            dump_document(document)
    else:
        assert load(dump_document(document).encode(), file="f.yml").value == document


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("食品经营许可（新业态）", "食品经营许可（新业态）"),
        ("2026-03-05T09:40", "2026-03-05T09:40"),
        ("138****1111", "138****1111"),
        ("1", '"1"'),
        ("0566", '"0566"'),
        ("12:30", '"12:30"'),
        ("true", '"true"'),
        ("No", '"No"'),
        ("null", '"null"'),
        ("原因: 缺证", '"原因: 缺证"'),
        ("见附件 #3", '"见附件 #3"'),
        ("“不行”", '"“不行”"'),
        ("结尾:", '"结尾:"'),
        (" 前后空格 ", '" 前后空格 "'),
        ("-1", '"-1"'),
        ("@张", '"@张"'),
        ('他说"不行"', '他说"不行"'),
        ('"不行"', "'\"不行\"'"),
        ('"it\'s"', '"\\"it\'s\\""'),
        ("a\\b: c", '"a\\\\b: c"'),
        ("制\t表", '"制\\t表"'),
        ("甲\n\n", '"甲\\n\\n"'),
    ],
)
def test_scalars_are_quoted_only_where_they_must_be(text, written):
    assert dump_document({"text": text}) == f"text: {written}\n"


def test_texts_of_several_lines_become_blocks():
    assert dump_document({"facts": "甲\n\n乙\n"}) == "facts: |\n  甲\n\n  乙\n"
    assert dump_document({"facts": "甲\n乙"}) == "facts: |-\n  甲\n  乙\n"
    assert dump_document({"facts": "  甲\n乙\n"}) == "facts: |2\n    甲\n  乙\n"
    assert dump_item({"at": "2026-03-05T10:00", "text": "# 甲\n- at: 乙\n"}) == (
        "- at: 2026-03-05T10:00\n  text: |\n    # 甲\n    - at: 乙\n"
    )


def test_short_mappings_stand_on_one_line_and_long_ones_in_a_block():
    short = {"main": "R04", "also": ["R07"]}
    long = {"title": "甲" * 80, "number": "乙" * 60}

    assert dump_document({"reason": short}) == "reason: {main: R04, also: [R07]}\n"
    assert dump_document({"documents": [long]}) == f"documents:\n- title: {'甲' * 80}\n  number: {'乙' * 60}\n"
    assert dump_document({"a": {"b": "x, y"}}) == "a:\n  b: x, y\n"  # a quoted text does not hide in braces


def test_what_the_tools_write_takes_the_quick_way():
    head = {"id": "a-1", "applicant": {"kind": "person", "count": "1"}, "facts": "甲，乙：丙\n丁\n", "flag": True}

    assert load(dump_head(head).encode(), file="f.yml").plain


@pytest.mark.parametrize(
    "bad",
    [
        {"a": ""},
        {"a": "  "},
        {"a": []},
        {"a": {}},
        {"a": None},
        {"a": 1},
        {"a": "x\x00"},
        {"a": "x\u2028y"},
        {"a": "x\ry"},
        {"a": "\ud800"},
        {"a": {"b": [""]}},
        {"中": "x"},
        {"a b": "x"},
        {"<<": "x"},
        {1: "x"},
    ],
    ids=repr,
)
def test_what_a_record_cannot_hold_is_refused(bad):
    with pytest.raises(ValueError, match=CHINESE):
        dump_document(bad)
    with pytest.raises(ValueError, match=CHINESE):
        dump_item({"at": "2026-03-05T10:00", **bad})


def test_log_and_missing_time_are_refused():
    with pytest.raises(ValueError, match="log"):
        dump_head({"id": "a", "log": "x"})
    with pytest.raises(ValueError, match="时间"):
        dump_item({"by": "a"})
    with pytest.raises(ValueError, match="时间"):
        dump_item({"at": "昨天"})
    with pytest.raises(ValueError, match="没有内容"):
        dump_document({})


@given(st.one_of(st.text(max_size=30), nasty_text))
def test_cleaned_text_can_be_written(text):
    cleaned = clean_text(text)

    assert cleaned == clean_text(cleaned)
    if cleaned:
        assert load(dump_document({"text": cleaned}).encode(), file="f.yml").value == {"text": cleaned}


def test_cleaning_keeps_the_words():
    assert clean_text(" 甲\r\n乙\r丙\u2028丁\x00\t戊 \n\n") == "甲\n乙\n丙\n丁 戊"
