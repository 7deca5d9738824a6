"""The append-only rule: honest successors pass, every trick is found, and the changed line is told."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.source.texts import RECORD, heads, items

from noveto.source import check_record_form, load
from noveto.source.append import append_text, check_append, normalise
from noveto.source.dump import dump_head, dump_item

OLD = RECORD.encode()
ITEM = "- at: 2026-03-09T09:00\n  by: scjgj-002\n  step: unit_review\n  decision: do\n"
CHINESE = r"[\u4e00-\u9fff]"
BARE = "id: a-1\nunit: a\nlog:\n"
OPEN = "id: a-1\ntext: 甲\nlog:\n- at: 2026-03-05T10:00\n  by: a\n  text: 乙\n"
QUOTED = 'id: a-1\nlog:\n- at: 2026-03-05T10:00\n  text: "乙\n    丙"\n'
BLOCK = "id: a-1\nlog:\n- at: 2026-03-05T10:00\n  text: |\n    乙\n"


def codes(old: str | bytes, new: str | bytes) -> list[str]:
    old, new = (text.encode() if isinstance(text, str) else text for text in (old, new))
    return [finding.code for finding in check_append(old, new, file="f.yml")]


HONEST = {
    "nothing": (RECORD, RECORD),
    "one step": (RECORD, RECORD + ITEM),
    "two steps": (RECORD, RECORD + ITEM + ITEM.replace("-09T", "-10T")),
    "first step of a bare log": (BARE, BARE + ITEM),
    "blank line between": (RECORD, RECORD + "\n" + ITEM),
    "comment between": (RECORD, RECORD + "# 补记\n" + ITEM + "\n  # 再补\n" + ITEM),
    "comment inside a step": (RECORD, RECORD + ITEM + "  # 备注\n  text: 甲\n"),
    "no line end before": (RECORD.rstrip("\n"), RECORD + ITEM),
    "no line end after": (RECORD, (RECORD + ITEM).rstrip("\n")),
    "more line ends at the end": (RECORD, RECORD + ITEM + "\n\n"),
    "line ends trimmed": (RECORD + "\n\n", RECORD + ITEM),
    "a byte order mark came": (RECORD, "\ufeff" + RECORD + ITEM),
    "a byte order mark went": ("\ufeff" + RECORD, RECORD + ITEM),
    "CRLF came": (RECORD, (RECORD + ITEM).replace("\n", "\r\n")),
    "CRLF went": (RECORD.replace("\n", "\r\n"), RECORD + ITEM),
    "a step with a block": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  text: |\n    - at: 甲\n    log:\n\n    乙\n"),
    "a step with quotes over lines": (OPEN, OPEN + '- at: 2026-03-06T10:00\n  text: "甲\n    乙"\n'),
    "a step with nested lists": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  items:\n  - 甲\n  - 乙\n"),
    "after a block": (BLOCK, BLOCK + ITEM),
    "after quotes over lines": (QUOTED, QUOTED + ITEM),
    "the same time twice": (OPEN, OPEN + OPEN[OPEN.index("- at") :]),
    "a comment only": (RECORD, RECORD + "# 完\n"),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_successors_pass(name):
    assert codes(*HONEST[name]) == []


def edit(old: str, new: str, text: str = RECORD) -> tuple[str, str]:
    assert old in text
    return text, text.replace(old, new, 1) + ITEM


def swapped(text: str) -> str:
    """The record with its first two steps in the other order."""
    head, first, second, rest = text.split("- at:", 3)
    return "- at:".join((head, second, first, rest))


TAMPERED = {
    # the head
    "head value": (*edit("clerk: scjgj-007", "clerk: scjgj-008"), "NV501"),
    "head value in braces": (*edit("main: R04", "main: R05"), "NV501"),
    "head key": (*edit("window:", "windo:"), "NV501"),
    "head text": (*edit("没有先例", "有先例"), "NV501"),
    "head block": (*edit("现制饮品岛", "饮品岛"), "NV501"),
    "head key added": (*edit("track:", "remark: 新\ntrack:"), "NV506"),
    "head key removed": (*edit("channel: window\n", ""), "NV505"),
    "head keys swapped": (*edit("unit: scjgj\nwindow: scjgj-w03\n", "window: scjgj-w03\nunit: scjgj\n"), "NV50"),
    "raised made earlier": (*edit("09:40", "08:40"), "NV501"),
    # old steps
    "step value": (*edit("stance: agree", "stance: disagree"), "NV502"),
    "step time": (*edit("at: 2026-03-05T11:30", "at: 2026-03-05T11:00"), "NV502"),
    "step key added": (*edit("  step: submitted\n", "  step: submitted\n  text: 后补\n"), "NV506"),
    "step key removed": (*edit("  reply_by: 2026-03-12\n", ""), "NV505"),
    "step removed": (RECORD, RECORD[: RECORD.index("- at: 2026-03-06")] + ITEM, "NV50"),
    "last step removed": (RECORD, RECORD[: RECORD.index("# 征询")], "NV505"),
    "step put between": (*edit("- at: 2026-03-05T11:30", ITEM + "- at: 2026-03-05T11:30"), "NV506"),
    "step put first": (*edit("log:\n", "log:\n" + ITEM), "NV506"),
    "all steps removed": (RECORD, RECORD[: RECORD.index("- at:")], "NV505"),
    "steps swapped": (RECORD, swapped(RECORD), "NV50"),
    # comments and blanks
    "comment changed": (*edit("# 征询已电话告知", "# 征询已书面告知"), "NV503"),
    "comment removed": (*edit("# 征询已电话告知\n", ""), "NV505"),
    "first comment removed": (RECORD, RECORD.split("\n", 1)[1] + ITEM, "NV505"),
    "trailing blank added": (*edit("track: special\n", "track: special \n"), "NV503"),
    "blank line added": (*edit("track: special\n", "track: special\n\n"), "NV506"),
    "indent of a list changed": (*edit("- {title: 共用后厨协议", "  - {title: 共用后厨协议"), "NV50"),
    "quotes added": (*edit("by: wjw-011", 'by: "wjw-011"'), "NV502"),
    "tab for a blank": (*edit("by: wjw-011", "by:\twjw-011"), "NV50"),
    # additions that are no steps
    "a key after the log": (RECORD, RECORD + "remark: 补一句\n", "NV504"),
    "an old key again after the log": (RECORD, RECORD + "track: general\n", "NV504"),
    "a second log": (RECORD, RECORD + "log:\n" + ITEM, "NV504"),
    "a line that extends a value": (OPEN, OPEN + "    又一句\n", "NV504"),
    "a line that adds a key to the last step": (OPEN, OPEN + "  mode: oral\n", "NV504"),
    "the same, then a step": (OPEN, OPEN + "  mode: oral\n" + ITEM, "NV504"),
    "a line that extends a block": (BLOCK, BLOCK + "    丙\n" + ITEM, "NV504"),
    "a comment that is text of a block": (BLOCK, BLOCK + "    # 丙\n" + ITEM, "NV507"),
    "a blank line and text of a block": (BLOCK, BLOCK + "\n    # 丙\n", "NV507"),
    "an item with a wider dash": (OPEN, OPEN + "-   at: 2026-03-06T10:00\n", "NV504"),
    "an item in braces": (OPEN, OPEN + "- {at: 2026-03-06T10:00, by: a}\n", "NV504"),
    "an item with its time second": (OPEN, OPEN + "- by: a\n  at: 2026-03-06T10:00\n", "NV504"),
    "an indented item": (OPEN, OPEN + "  - at: 2026-03-06T10:00\n", "NV504"),
    "a document end": (OPEN, OPEN + "...\n", "NV504"),
    "a second document": (OPEN, OPEN + "---\n" + ITEM, "NV504"),
    "an anchor": (OPEN, OPEN + "- at: &a 2026-03-06T10:00\n", "NV113"),
    "a merge key": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  <<: {by: b}\n", "NV115"),
    "a step hidden in quotes": (
        OPEN,
        OPEN + '- at: 2026-03-06T10:00\n  text: "甲\n- at: 2026-03-07T10:00\n  by: b"\n',
        "NV508",
    ),
    "a broken step": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  by: [a\n", "NV124"),
    "keep in a block": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  text: |+\n    甲\n\n", "NV122"),
    "CR alone": (OPEN, OPEN.replace("\n", "\r") + ITEM, "NV50"),
    "CR alone in what is new": (OPEN, OPEN + "- at: 2026-03-06T10:00\r  by: a\n", "NV123"),
    "a line separator in what is new": (OPEN, OPEN + "- at: 2026-03-06T10:00\n  text: 甲\u2028  by: a\n", "NV123"),
    "NEL in an old value": (*edit("text: 乙", "text: 乙\u0085", OPEN), "NV503"),
    "a byte order mark inside": (OPEN, OPEN + "\ufeff" + ITEM, "NV504"),
    "bytes that do not decode": (OPEN.encode(), OPEN.encode() + ITEM.encode() + b"\xff\n", "NV504"),
    "all gone": (RECORD, "", "NV50"),
    "another record": (RECORD, OPEN, "NV50"),
    "saved as GBK": (OPEN.encode(), OPEN.encode("gbk") + ITEM.encode(), "NV50"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_every_trick_is_found(name):
    old, new, code = TAMPERED[name]
    found = codes(old, new)

    assert found, "not found"
    assert found[0].startswith(code), found


def test_there_are_many_tricks():
    assert len(TAMPERED) >= 25
    assert len(HONEST) >= 20


def test_the_changed_line_is_told_old_and_new():
    (found,) = check_append(*(text.encode() for text in edit("stance: agree", "stance: disagree")), file="f.yml")

    assert (found.code, found.line, found.field) == ("NV502", 44, "log.3")
    assert "第 3 步" in found.message
    assert "原来是“stance: agree”，现在是“stance: disagree”" in found.message


def test_every_changed_line_is_told():
    new = RECORD.replace("clerk: scjgj-007", "clerk: scjgj-008").replace("to: scjgj-002", "to: scjgj-003") + ITEM

    assert codes(RECORD, new) == ["NV501", "NV502"]


def test_numbers_of_persons_are_not_repeated():
    old = OPEN.replace("乙", "电话 13805661234")
    new = OPEN.replace("乙", "电话 13805669999")
    (found,) = check_append(old.encode(), new.encode(), file="f.yml")

    assert "1234" not in found.message
    assert "9999" not in found.message


def test_a_base_that_is_not_form_valid_is_no_base():
    broken = RECORD.replace("log:", "log：")

    assert codes(broken, RECORD) == []
    assert codes(RECORD.replace("log:", "log: []"), RECORD) == []


def test_huge_files_are_compared_in_little_time():
    body = "".join(f"- at: 2026-03-05T10:00\n  text: 第{n}步\n" for n in range(9000))
    old = BARE + body

    assert codes(old, old.replace("第77步", "第七十七步").replace("第8000步", "八千")) == ["NV502"]


@settings(max_examples=40)
@given(heads, st.lists(items, max_size=3), st.lists(items, min_size=1, max_size=3))
def test_appended_items_are_never_found_fault_with(head, before, after):
    old = (dump_head(head) + "".join(map(dump_item, before))).encode()
    new = old
    for item in after:
        new = append_text(new, dump_item(item))

    assert check_append(old, new, file="f.yml") == []
    assert load(new, file="f.yml").value["log"] == before + after


@settings(max_examples=40)
@given(heads, st.lists(items, min_size=1, max_size=3), items, st.integers(0, 2**32))
def test_any_edit_of_one_byte_in_the_old_part_is_found(head, before, item, seed):
    old = (dump_head(head) + "".join(map(dump_item, before))).encode()
    chance = random.Random(seed)
    at, byte = chance.randrange(len(old)), chance.randrange(256)
    edited = chance.choice(
        (old[:at] + bytes([byte]) + old[at + 1 :], old[:at] + old[at + 1 :], old[:at] + bytes([byte]) + old[at:])
    )
    new = edited + (b"" if edited.endswith(b"\n") else b"\n") + dump_item(item).encode()

    if not normalise(new).startswith(normalise(old)):
        assert check_append(old, new, file="f.yml")


def test_normal_form():
    assert normalise(b"\xef\xbb\xbfa\r\nb") == b"a\nb\n"
    assert normalise(b"a\n\n\n") == b"a\n"
    assert normalise(b"a\rb\n") == b"a\rb\n"


def test_appending_turns_nothing_else():
    assert append_text(OLD, ITEM) == OLD + ITEM.encode()
    assert append_text(OLD.rstrip(b"\n"), ITEM) == OLD + ITEM.encode()
    crlf = b"\xef\xbb\xbf" + OLD.replace(b"\n", b"\r\n")
    assert append_text(crlf, ITEM) == crlf + ITEM.replace("\n", "\r\n").encode()
    assert append_text(OLD + b"\n  \n", ITEM) == OLD + b"\n  \n" + ITEM.encode()


@pytest.mark.parametrize(
    ("old", "item"),
    [
        (RECORD, "  by: a\n"),
        (RECORD, "- by: a\n"),
        (RECORD, "- at: [\n"),
        ("a: b\n", ITEM),
        ("log: []\n", ITEM),
        ("a：b\n", ITEM),
    ],
)
def test_appending_refuses_what_would_not_hold(old, item):
    with pytest.raises(ValueError, match=CHINESE):
        append_text(old.encode(), item)


FORMS = {
    "bare": (BARE, []),
    "steps": (RECORD, []),
    "steps and comments": (RECORD.replace("log:\n", "log:\n# 步骤\n\n"), []),
    "brackets": ("id: a\nlog: []\n", [(2, "log")]),
    "steps in brackets": ("id: a\nlog: [{at: b}]\n", [(2, "log")]),
    "indented": ("id: a\nlog:\n  - at: b\n    by: c\n", [(3, "log.1")]),
    "time second": ("id: a\nlog:\n- at: b\n- by: c\n  at: d\n", [(4, "log.2")]),
    "wide dash": ("id: a\nlog:\n-  at: b\n", [(3, "log.1")]),
    "dash alone": ("id: a\nlog:\n-\n  at: b\n", [(4, "log.1")]),
    "braces": ("id: a\nlog:\n- {at: b}\n", [(3, "log.1")]),
    "text": ("id: a\nlog: b\n", [(2, "log")]),
    "mapping": ("id: a\nlog: {at: b}\n", [(2, "log")]),
    "not last": ("log:\n- at: b\nid: a\n", [(3, "id")]),
    "missing": ("id: a\nunit: b\n", [(2, "log")]),
    "quoted key": ('id: a\nlog:\n- "at": b\n', [(3, "log.1")]),
    "another list has such items": ("list:\n- at: a\nlog:\n-   at: b\n", [(4, "log.1")]),
}


@pytest.mark.parametrize("name", FORMS)
def test_form_of_a_record(name):
    text, expected = FORMS[name]
    found = check_record_form(load(text.encode(), file="f.yml"))

    assert [(one.line, one.field) for one in found] == expected
    assert all(one.code == "NV128" and one.column >= 1 for one in found)
