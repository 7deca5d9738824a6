"""The quick reader answers only what libyaml answers too, and is worth having."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.source.texts import RECORD, heads, items, mutated, nasty_text

from noveto.source import load, subset
from noveto.source.decode import ODD
from noveto.source.dump import dump_head, dump_item
from noveto.source.events import Reader

PIECES = (
    *(
        "a: ",
        "b:",
        "log:",
        "- ",
        "- at: ",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "  ",
        " ",
        "x",
        "y z",
        "中文",
        "“甲”",
        "1",
        "#",
        " # c",
    ),
    *("{", "}", "[", "]", ", ", ",", ": ", ":", "|", "|-", ">", "'", '"', '"q"', "'s'", "\\", "true", "null", "~"),
    *("{a: b, c: d}", "[a, b]", "{a: [b, {c: d}]}", "{a: {b: c}}", "---\n", "...\n", "? ", "- - ", "&a ", "*a", "!t "),
    *(
        "&",
        "%",
        "@",
        "`",
        "-",
        "?",
        "<<: ",
        "，",
        "：",
        "\u3000",
        "\u00a0",
        "=",
        "+",
        "a: |\n  t\n  u\n",
        "a: |\n    t\n  u\n",
    ),
)
ODD_TEXTS = (
    *("", "a: b", "a:\n", "- a\n", "a: b # c\n", "a: b \n", "a:  b\n", "a: b: c\n", "a: 'b\n", "a: ''\n", "a: null\n"),
    *("a: ~\n", "a: b\na: c\n", "a: {b: c, b: d}\n", "a: {}\n", "a: []\n", "log: []\n", "a: &b c\n", "a: >\n  b\n"),
    *("a: |+\n  b\n", "a: |2\n   b\n", "a: b\n  c\n", "--- \na: b\n", "a: b\n...\n", "? a\n: b\n", "a: [b，c]\n"),
    *("a: “b”\n", "a:\n  b: c\n d: e\n", "a: |\n  b\n c: d\n", "a: {b:c}\n", "a: {b: c,d: e}\n", '"a": b\n', "中: b\n"),
    *(
        "a: {b: c\n",
        "a: [b, ]\n",
        "a: {b: c}}\n",
        "a: {b: [c}]\n",
        "a: b\n- c\n",
        "a:\n- b\nc\n",
        "a: - b\n",
        "log:\nb: c\n",
    ),
)


def reference(text: str):
    """The value and findings of the reference reader alone."""
    reader = Reader(text, "f.yml")
    reader.read()
    return reader.value, reader.found, reader.trouble


def agree(text: str) -> bool:
    """Check that the quick reader gives up or equals the reference; True where it answered."""
    if "\t" in text or ODD.search(text):
        return False  # such text never reaches it
    quick = subset.read(text)
    if quick is None:
        return False
    value, found, trouble = reference(text)
    assert (found, trouble) == ([], None), text
    assert quick == value, text
    assert repr(quick) == repr(value), text  # the same order and types too
    return True


def test_it_reads_everything_that_the_contract_shows():
    value = subset.read(RECORD)

    assert value is not None
    assert value["applicant"]["count"] == "1"
    assert value["matter"]["licensing"] is True
    assert value["grounds"]["basis"][0]["published"] is True
    assert value["reason"] == {"main": "R04", "also": ["R07"]}
    assert value["facts"].endswith("受理。\n")
    assert value["log"][1]["question"] == "一、排污是否符合要求；\n二、卫生条件是否符合要求。"
    assert [entry["step"] for entry in value["log"]] == ["submitted", "consulted", "consult_answered"]
    assert agree(RECORD)


def test_it_equals_libyaml_on_mutated_records():
    answered = sum(agree(mutated(RECORD, seed, changes=1 + seed % 3)) for seed in range(6000))

    assert answered > 1000  # else the comparison would say little


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
def test_it_equals_libyaml_on_texts_made_of_syntax(text):
    agree(text)
    agree(text + "\n")


@settings(max_examples=40)
@given(heads, st.lists(items, max_size=3))
def test_it_equals_libyaml_on_what_the_tools_write(head, steps):
    agree(dump_head(head) + "".join(map(dump_item, steps)))


@given(nasty_text, st.sampled_from(("a: {}\n", "- {}\n", "a: [{}]\n", "a: {{b: {}}}\n", "a:\n- {}\n", "a: |\n  {}\n")))
def test_it_equals_libyaml_on_any_scalar_in_any_place(text, place):
    agree(place.format(text))


def test_odd_texts_are_left_to_the_reference():
    for text in ODD_TEXTS:
        assert subset.read(text) is None, text


def test_files_the_tools_write_take_the_quick_way():
    loaded = load(RECORD.encode(), file="f.yml")

    assert loaded.plain
    assert loaded.findings == []
    assert load(RECORD.replace("\n", "\r\n").encode("utf-8-sig"), file="f.yml").plain


def test_it_is_at_least_twice_as_fast_as_the_reference():
    texts = [
        RECORD.replace("2026-03-05", f"2026-03-{day:02}").replace("某餐饮", f"某{day}") for day in range(1, 29)
    ] * 6

    def seconds(read):
        best = 9.0
        for _ in range(5):
            start = time.process_time()
            for text in texts:
                read(text)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(subset.read) * 2 < seconds(reference)
