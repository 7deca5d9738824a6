"""What the loader makes of right and wrong text: values, findings, and the place of every slip."""

import re
import sys

import pytest
from tests.source.texts import RECORD

from noveto.source import Loaded, load
from noveto.source.decode import LIMIT

CHINESE = re.compile("[\u4e00-\u9fff]")


def read(text: str | bytes) -> Loaded:
    return load(text.encode() if isinstance(text, str) else text, file="records/f.yml")


def told(text: str | bytes) -> list[str]:
    """The findings as ``code line:column``; every one with file, message and mend in Chinese."""
    findings = read(text).findings
    for one in findings:
        assert one.file == "records/f.yml"
        assert one.line >= 1
        assert one.column >= 1
        assert CHINESE.search(one.message)
        assert CHINESE.search(one.fix)
        assert "{" not in one.message.replace("“{", "")
    return [f"{one.code} {one.line}:{one.column}" for one in findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: true\nb: false\n", {"a": True, "b": False}),
        ("a: True\nb: yes\nc: No\n", {"a": "True", "b": "yes", "c": "No"}),
        ("a: \"true\"\nb: 'null'\n", {"a": "true", "b": "null"}),
        ("a: 0566\nb: 12e5\nc: 8:30\nd: 1_000\n", {"a": "0566", "b": "12e5", "c": "8:30", "d": "1_000"}),
        ("a: 2026-03-05\nb: 2026-03-05T09:40\n", {"a": "2026-03-05", "b": "2026-03-05T09:40"}),
        ("a: 037641\nb: .inf\nc: 0x1f\n", {"a": "037641", "b": ".inf", "c": "0x1f"}),
        ("true: a\nnull: b\n", {"true": "a", "null": "b"}),
        ("a:\n  b:\n    c: d\n", {"a": {"b": {"c": "d"}}}),
        ("a:\n- b\n- c: d\n  e: f\n", {"a": ["b", {"c": "d", "e": "f"}]}),
        ("a:\n  - b\n  - [c, d]\n", {"a": ["b", ["c", "d"]]}),
        ("a: {b: [c, {d: e}], f: true}\n", {"a": {"b": ["c", {"d": "e"}], "f": True}}),
        ("a: |\n  b\n\n  c\n\n", {"a": "b\n\nc\n"}),
        ("a: |-\n  b\n    c\n", {"a": "b\n  c"}),
        ("a: |2\n    b\n  c\n", {"a": "  b\nc\n"}),
        ("a: >\n  b\n  c\n\n  d\n", {"a": "b c\nd\n"}),
        ("a: b\n  c\n  d\n", {"a": "b c d"}),
        ('a: "b\n  c"\n', {"a": "b c"}),
        ('a: "b\\n\\tc\\"\\u4e2d"\n', {"a": 'b\n\tc"中'}),
        ("a: 'it''s'\n", {"a": "it's"}),
        ("# 注释\na: b # 注释\n\n  # 注释\nc: d\n", {"a": "b", "c": "d"}),
        ("---\na: b\n", {"a": "b"}),
        ('{"a": "b", "c": ["d"]}\n', {"a": "b", "c": ["d"]}),
        ("? a\n: b\n", {"a": "b"}),
        ("a: b", {"a": "b"}),
        ("\ufeffa: b\r\nc: |\r\n  d\r\n  e\r\n", {"a": "b", "c": "d\ne\n"}),
        ("a:\tb\n", {"a": "b"}),
        ("a: 时间：上午，地点：二楼\n", {"a": "时间：上午，地点：二楼"}),
        ("a: 他说“不行”，就走了\n", {"a": "他说“不行”，就走了"}),
        ("a: “一业一证”改革后“不行”\n", {"a": "“一业一证”改革后“不行”"}),
        ("a: [房产证（原件，复印件）, 身份证]\n", {"a": ["房产证（原件，复印件）", "身份证"]}),
        ("a: {text: 条件不明确，需要研究, b: c}\n", {"a": {"text": "条件不明确，需要研究", "b": "c"}}),
        ("a: |\n  　　第一段：有全角空格\n  b：c\n  “全文”\n", {"a": "　　第一段：有全角空格\nb：c\n“全文”\n"}),
        ('a: "见附件 #3"\nb: C#\nc: 甲#3\n', {"a": "见附件 #3", "b": "C#", "c": "甲#3"}),
        ("a: wjw # 卫健委\nb: 2026-03-05 #日期\n", {"a": "wjw", "b": "2026-03-05"}),
        ("name: 张某  # 窗口负责人\n", {"name": "张某"}),
        ("a: b·c\n", {"a": "b·c"}),
        ("a: '+86 |+'\nb: c|+d\n", {"a": "+86 |+", "b": "c|+d"}),
    ],
)
def test_values(text, value):
    loaded = read(text)

    assert loaded.findings == []
    assert loaded.value == value
    assert repr(loaded.value) == repr(value)


def test_bare_log_is_the_only_empty_value():
    assert read("a: b\nlog:\n").value == {"a": "b", "log": None}
    assert told("a: b\nlog: ~\n") == ["NV128 2:6"]
    assert told("a:\n  log:\n  b: c\n") == ["NV121 2:7"]
    strict = load(b"a: b\nlog:\n", file="f.yml", bare_log=False)
    assert [one.code for one in strict.findings] == ["NV121"]
    assert strict.value is None


SLIPS = {
    # encodings and characters
    "GBK": ("单位: 市场监管局\n".encode("gbk"), ["NV102 1:1"]),
    "GBK after ASCII": ("id: a\nname: 市场监督管理局\n".encode("gb18030"), ["NV102 2:7"]),
    "UTF-16 with mark": ("id: 甲\n".encode("utf-16"), ["NV103 1:1"]),
    "UTF-16 big end": (b"\xfe\xff" + "id: 甲\n".encode("utf-16-be"), ["NV103 1:1"]),
    "UTF-16 without mark": ("id: scjgj-20260305-01\nname: 甲\n".encode("utf-16-le"), ["NV103 1:1"]),
    "UTF-32": ("id: a\n".encode("utf-32"), ["NV103 1:1"]),
    "damaged UTF-8": ("id: a\nname: 市场监督".encode()[:-1] + b"\n", ["NV101 2:10"]),
    "overlong UTF-8": (b"id: a\nb: \xe0\x80\xaf\n", ["NV101 2:4"]),
    "surrogate in UTF-8": (b"b: \xed\xa0\x80\n", ["NV101 1:4"]),
    "NUL": ("id: a\nb: c\0d\n", ["NV123 2:5"]),
    "escape sequence": ("a: \x1b[31mb\n", ["NV123 1:4"]),
    "CR alone": ("a: b\rc: d\n", ["NV123 1:5"]),
    "NEL": ("a: b\x85c: d\n", ["NV123 1:5"]),
    "line separator": ("a: 中\u2028c: d\n", ["NV123 1:5"]),
    "mark inside": ("a: b\n\ufeffc: d\n", ["NV123 2:1"]),
    "blank without width": ("a: 一\u200b般\n", ["NV123 1:5"]),
    "hidden in a number": ("a: 138\u20600000\n", ["NV123 1:7"]),
    "turned direction": ("a: b\nc: 甲\u202e乙\n", ["NV123 2:5"]),
    "carriage returns alone": ("a: b\rc: d\re: f\r", ["NV123 1:5"]),
    "log null": ("a: b\nlog: null\n", ["NV128 2:6"]),
    "step without its dash": ("log:\n- at: a\n  by: b\nat: c\n  by: d\n", ["NV128 4:1"]),
    "several": ("a: \x01\nb: \x02\n", ["NV123 1:4", "NV123 2:4"]),
    "control by escape": ('a: "b\\x00c"\n', ["NV123 1:4"]),
    "size": ("a: " + "b" * LIMIT, ["NV119 1:1"]),
    # full-width signs
    "wide colon": ("id: a\nclerk：王某\nraised: b\n", ["NV104 2:6"]),
    "wide colon in the last line": ("id: a\nclerk：王某\n", ["NV104 2:6"]),
    "wide colon in the first line": ("id：a\nclerk: b\n", ["NV104 1:3"]),
    "wide colon only": ("id：a\n", ["NV104 1:3"]),
    "every colon wide": ("id：a\nunit：b\nlog：\n", ["NV104 1:3", "NV104 2:5", "NV104 3:4"]),
    "wide colon and a blank": ("id: a\nclerk： 王某\nraised: b\n", ["NV104 2:6"]),
    "wide colon before a list": ("id: a\nlog：\n- at: b\n", ["NV104 2:4"]),
    "wide colon before a block": ("id: a\nfacts：|\n  甲\nb: c\n", ["NV104 2:6"]),
    "wide colon in a step": ("log:\n- at: a\n  by：b\n  step: c\n", ["NV104 3:5"]),
    "wide colon in the last step": ("log:\n- at: a\n  by: b\n  step：c\n", ["NV104 4:7"]),
    "wide colon after at": ("log:\n- at：2026-03-05T10:00\n  by: b\n", ["NV104 2:5"]),
    "wide colon after at alone": ("log:\n- at：2026-03-05T10:00\n", ["NV104 2:5"]),
    "wide colon in braces": ("a: {b: c, d：e}\nf: g\n", ["NV104 1:12"]),
    "wide colon first in braces": ("a: {b：c, d: e}\n", ["NV104 1:6"]),
    "wide colon run into the line above": ("a: b\n  clerk：王某\nc: d\n", ["NV104 2:8"]),
    "wide colon, CRLF and BOM": ("\ufeffid: a\r\nclerk：王某\r\nraised: b\r\n", ["NV104 2:6"]),
    "wide colon after Chinese text": ("name: 某某局\nfacts: 甲，乙\nclerk：王某\nraised: b\n", ["NV104 3:6"]),
    "wide comma in braces": ("a: {b: c， d: e}\nf: g\n", ["NV105 1:9"]),
    "wide comma in braces, no blank": ("a: {b: 张某，d: e}\nf: g\n", ["NV105 1:10"]),
    "wide comma and colon in braces": ("a: {b: 张某，d：e}\nf: g\n", ["NV105 1:10"]),
    "wide comma between codes": ("a: [R04，R07]\n", ["NV105 1:8"]),
    "wide braces": ("a: ｛b: c｝\nd: e\n", ["NV105 1:4"]),
    "wide dash": ("log:\n－ at: a\n  by: b\n", ["NV126 2:1"]),
    "wide blank before a key": ("log:\n- at: a\n　　by: b\n", ["NV107 3:1"]),
    "wide blank in an indent": ("log:\n- at: a\n 　by: b\n  step: c\n", ["NV107 3:2"]),
    "hard blank before a key": ("a: b\n\u00a0c: d\n", ["NV107 2:1"]),
    # blanks
    "tab": ("log:\n- at: a\n\tby: b\n", ["NV108 3:1"]),
    "tab after blanks": ("log:\n- at: a\n \tby: b\n  step: c\n", ["NV108 3:2"]),
    "no blank after a colon": ("id: a\nclerk:王某\nraised: b\n", ["NV106 2:6"]),
    "no blank after the last colon": ("id: a\nclerk:王某\n", ["NV106 2:6"]),
    "no blank in braces": ("a: {b:c, d: e}\n", ["NV106 1:6"]),
    "no blank after a dash": ("log:\n-at: a\n  by: b\n", ["NV106 2:1"]),
    "no blank after at": ("log:\n- at:2026-03-05T10:00\n  by: b\n", ["NV106 2:5"]),
    # quotes and signs
    "cut text": ("text: 见附件 #3\n", ["NV109 1:11"]),
    "cut text in a step": ("log:\n- at: a\n  text: 见附件 #3 号\n  by: b\n", ["NV109 3:13"]),
    "cut text in a list": ("items:\n- 附件 #3\n", ["NV109 2:6"]),
    "cut English text": ("text: see #3\n", ["NV109 1:11"]),
    "cut text in brackets": ("a: [甲 #2, 乙]\nb: c\n", ["NV109 1:7"]),
    "Chinese quotes": ("name: “某公司”\n", ["NV110 1:7"]),
    "Chinese quotes around a code": ("log:\n- at: a\n  step: “submitted”\n", ["NV110 3:9"]),
    "Chinese quotes with a colon inside": ("text: “原因: 缺证”\na: b\n", ["NV110 1:7"]),
    "wide quotes": ("count: ＂1＂\n", ["NV110 1:8"]),
    "quotes that end Chinese": ('a: "甲”\nb: c\n', ["NV124 1:6"]),
    "at sign": ("a: @张\n", ["NV111 1:4"]),
    "backtick": ("a: `x`\n", ["NV111 1:4"]),
    "per cent": ("a: %50\n", ["NV111 1:4"]),
    "masked name": ("a: *小明\n", ["NV111 1:4"]),
    "stars": ("contact: ****1111\n", ["NV111 1:10"]),
    "star in front of letters": ("contact: *abc\n", ["NV113 1:10"]),
    "ampersand": ("a: &某\n", ["NV111 1:4"]),
    "exclamation": ("a: !重要\n", ["NV111 1:4"]),
    "greater": ("a: >5天\n", ["NV111 1:4"]),
    "dash in a value": ("a: - b\n", ["NV111 1:4"]),
    "brackets and text": ("a: [某局]研究\nb: c\n", ["NV111 1:4"]),
    "quotes and text": ('a: "甲"乙\nb: c\n', ["NV124 1:6"]),
    "open quote": ('a: "甲\nb: c\n', ["NV124 1:4"]),
    "open single quote": ("a: '甲\nb: c\n", ["NV124 1:4"]),
    "open brace": ("a: {b: c\nd: e\n", ["NV124 1:4"]),
    "open bracket at the end": ("a: [b, c\n", ["NV124 1:4"]),
    "colon in a text": ("text: 原因: 缺证\nb: c\n", ["NV129 1:9"]),
    "backslash": ('a: "C:\\数据"\n', ["NV126 1:7"]),
    # what the ledger does without
    "key twice": ("a: b\nc: d\na: e\n", ["NV112 3:1"]),
    "key twice in a step": ("log:\n- at: a\n  by: b\n  by: c\n", ["NV112 4:3"]),
    "key twice in braces": ("a: {b: c, b: d}\n", ["NV112 1:11"]),
    "anchor and alias": ("a: &x b\nc: *x\n", ["NV113 1:4", "NV113 2:4"]),
    "anchor on a mapping": ("a: &x {b: c}\n", ["NV113 1:4"]),
    "tag": ("a: !!str b\n", ["NV114 1:4"]),
    "own tag": ("a: !b c\n", ["NV114 1:4"]),
    "tag on a list": ("a: !!set [b]\n", ["NV114 1:4"]),
    "merge key": ("a: b\n<<: {c: d}\n", ["NV115 2:1"]),
    "two documents": ("a: b\n---\nc: d\n", ["NV116 2:1"]),
    "document end": ("a: b\n...\n", ["NV117 2:1"]),
    "directive": ("%YAML 1.1\n---\na: b\n", ["NV117 1:1"]),
    "deep brackets": ("a: " + "[" * 40, ["NV118 1:23"]),
    "deep blocks": ("".join("  " * n + "a:\n" for n in range(30)), ["NV118 21:41"]),
    "keep": ("a: |+\n  b\n\n", ["NV122 1:4"]),
    "keep with indent": ("a: |2+\n   b\n", ["NV122 1:4"]),
    "keep folded": ("a: >+\n  b\n", ["NV122 1:4"]),
    "empty": ("", ["NV120 1:1"]),
    "blank": (" \n\n", ["NV120 1:1"]),
    "comments only": ("# a\n", ["NV120 1:1"]),
    "text only": ("某某局\n", ["NV120 1:1"]),
    "list only": ("- a\n", ["NV120 1:1"]),
    "empty braces": ("{}\n", ["NV120 1:1"]),
    "empty values": (
        "a:\nb: null\nc: ~\nd: \"\"\ne: ''\n",
        [f"NV121 {n}:{c}" for n, c in enumerate((3, 4, 4, 4, 4), 1)],
    ),
    "empty item": ("a:\n- b\n-\n", ["NV121 3:2"]),
    "empty block": ("a: |\nb: c\n", ["NV121 1:4"]),
    "blank in quotes": ('a: " "\n', ["NV121 1:4"]),
    "key without value in braces": ("a: {b, c: d}\n", ["NV121 1:6"]),
    "no key": (": a\n", ["NV127 1:1"]),
    "list as key": ("? [a]\n: b\n", ["NV127 1:3"]),
    # indents
    "too deep": ("log:\n- at: a\n  by: b\n   step: c\n", ["NV125 4:4"]),
    "too shallow": ("log:\n- at: a\n by: b\n", ["NV125 3:2"]),
    "text at the margin": ("facts: |\n  甲\n乙乙\nlog:\n", ["NV126 3:1"]),
    "under a value": ("a: b\n  c: d\n", ["NV125 2:3"]),
    "conflict": ("log:\n<<<<<<< HEAD\n- at: a\n=======\n- at: b\n>>>>>>> x\n", ["NV152 2:1"]),
    "end of a conflict": ("a: b\n>>>>>>> x\n", ["NV152 2:1"]),
    # several at once
    "two wide colons": ("a：b\nc: d\ne：f\ng: h\n", ["NV104 1:2", "NV104 3:2"]),
    "wide colon and a key twice": ("a: b\nclerk：c\nd: e\na: f\n", ["NV104 2:6", "NV112 4:1"]),
    "many": (
        "id：a\nunit:b\nname: “c”\ntext: @d\n\twindow: e\nreason: {main: R04，also: [R07]}\nempty:\nid: f\nlog:\n-at: g\n  by: h\n",
        [
            "NV104 1:3",
            "NV106 2:5",
            "NV110 3:7",
            "NV111 4:7",
            "NV108 5:1",
            "NV105 6:19",
            "NV121 7:7",
            "NV112 8:1",
            "NV106 10:1",
        ],
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_every_slip_is_told_at_its_place(name):
    text, expected = SLIPS[name]

    assert told(text) == expected
    assert read(text).value is None


def test_there_are_many_slips():
    assert len(SLIPS) > 90


@pytest.mark.parametrize(
    ("text", "expected"),
    [("name: 张某 # 窗口负责人\n", ["NV109 1:10"]), ("items: [身份证，户口本]\n", ["NV105 1:12"])],
)
def test_what_may_be_meant_is_only_warned_of(text, expected):
    loaded = read(text)

    assert told(text) == expected
    assert [one.severity for one in loaded.findings] == ["warning"]
    assert loaded.value is not None


def test_the_message_of_the_screens_page():
    (found,) = read("a: b\nc: d\ne: f\ng: h\ni: j\nclerk：王某\nk: l\n").findings

    assert (found.line, found.column, found.code) == (6, 6, "NV104")
    assert found.message == "冒号是全角“：”，要用半角“:”，后面空一格。"
    assert found.fix == "改成 `clerk: 王某`。"


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("a: @张\n", '`a: "@张"`'),
        ("clerk:王某\na: b\n", "`clerk: 王某`"),
        ("a: {b: c，d: e}\nf: g\n", "`a: {b: c, d: e}`"),
        ("a: [R04，R07]\n", "`R04, R07`"),
        ("text: 原因: 缺证\nb: c\n", '`text: "原因: 缺证"`'),
        ("-at: a\n-by: b\n", "`- at: a`"),
        ("name: “某公司”\n", '`name: "某公司"`'),
    ],
)
def test_the_mend_is_shown(text, mend):
    assert mend in read(text).findings[0].fix


def test_numbers_of_persons_are_not_repeated():
    for text in (
        "phone：13805661234\na: b\n",
        "a: {phone：13805661234}\n",
        "text: 电话 #13805661234\n",
        "a: @138 0566 1234\n",
    ):
        findings = read(text).findings

        assert findings
        assert not any("1234" in one.message + one.fix for one in findings)


def test_fields_are_named():
    text = 'a: {b: [c, ""]}\nlog:\n- at: x\n- at: y\n  at: z\n'

    assert [one.field for one in read(text).findings] == ["a.b.2", "log.2.at"]


def test_places_of_keys_and_values():
    loaded = read(RECORD)

    assert loaded.position([]) == (2, 1)
    assert loaded.position(["id"]) == (2, 5)
    assert loaded.position(["id"], key=True) == (2, 1)
    assert loaded.position(["applicant", "name"]) == (12, 37)
    assert loaded.position(["applicant", "name"], key=True) == (12, 31)
    assert loaded.position(["reason", "also", 0]) == (16, 28)
    assert loaded.position(["log", 1, "units", 1]) == (34, 16)
    assert loaded.position(["log", 2]) == (40, 3)
    assert loaded.position(("log", 2, "stance")) == (44, 11)


def test_the_place_of_what_is_missing_is_its_container():
    loaded = read(RECORD)

    assert loaded.position(["nothing"]) == (2, 1)
    assert loaded.position(["applicant", "phone"]) == (12, 1)
    assert loaded.position(["log", 1, "nothing"]) == (31, 3)
    assert loaded.position(["log", 99]) == (26, 1)


def test_places_do_not_depend_on_when_they_are_read_nor_on_mark_and_line_ends():
    windows = RECORD.replace("\n", "\r\n").encode("utf-8-sig")
    for path in (["id"], ["log", 0, "by"], ["grounds", "basis", 0, "article"]):
        assert load(windows, file="f.yml", marks=True).position(path) == read(RECORD).position(path)


def test_places_are_known_up_to_a_fault():
    assert read("a: b\nc: d\ne: [\n").position(["c"]) == (2, 4)


@pytest.fixture
def without_libyaml(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)


@pytest.mark.usefixtures("without_libyaml")
def test_without_libyaml_the_values_are_the_same():
    texts = [
        RECORD,
        RECORD.replace("unit: scjgj\n", "unit: scjgj # 注释\n"),
        "a: >\n  b\n  c\nd: 'e'\n",
        '{"a": "b"}\n',
    ]
    for text in texts:
        commented = text + "# 注释 #\n"  # away from the quick way

        assert read(commented).findings == []
        assert read(commented).value == read(text).value


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize("name", [name for name in SLIPS if not name.startswith("tab")])
def test_without_libyaml_the_slips_are_the_same(name):
    text, expected = SLIPS[name]

    assert {one.split()[0] for one in told(text)} == {one.split()[0] for one in expected}


def test_an_empty_file_is_told_what_its_kind_begins_with():
    record, other = (load(b"", file="x.yml", bare_log=record).findings[0] for record in (True, False))
    assert "id: " in record.fix
    assert "id: " not in other.fix
    assert "noveto init" in other.fix


def test_a_step_without_its_dash_is_told_as_one():
    missing = load(b"log:\n- at: a\n  by: b\n  text: x\n  at: c\n  by: d\n", file="x").findings
    assert ["漏了“- ”" in one.fix for one in missing] == [True, True]
    twice = load(b"log:\n- at: a\n  by: b\n  by: d\n", file="x").findings
    assert ["漏了“- ”" in one.fix for one in twice] == [False]


def test_a_fence_pasted_from_a_page_is_to_be_deleted():
    found = load(b"```yaml\nid: a\n```\n", file="x").findings
    assert [(one.code, one.line) for one in found] == [("NV117", 1), ("NV117", 3)]
    assert "“```yaml”" in found[0].message


@pytest.mark.parametrize("sign", ["+", "+ "])
def test_a_copied_diff_is_told_once_as_one(sign: str):
    head = "diff --git a/f.yml b/f.yml\nnew file mode 100644\n--- /dev/null\n+++ b/f.yml\n@@ -0,0 +1,29 @@\n"
    copied = "".join(f"{sign}{line}\n" for line in f"# 表样\n{RECORD}".splitlines())
    for text, line in ((copied, 1), (head + copied, 6)):
        assert told(text) == [f"NV153 {line}:1"]
        found = read(text)
        assert found.value is None
        assert found.mended is not None
        assert found.mended.value == read(RECORD).value
        assert f"“{sign}”" in found.findings[0].fix


def test_what_else_is_wrong_in_a_copied_diff_is_told_too():
    assert told("+id: a\n+unit：b\n+log:\n") == ["NV153 1:1", "NV104 2:5"]


def test_a_plus_that_is_no_diff_is_left_alone():
    assert "NV153" not in "".join(told("id: a\n+unit: b\n"))
    assert "NV153" not in "".join(told("+ 一段文字\n+ 又一段\n"))
    assert told("facts: |\n  +1 分\n  +2 分\nlog:\n") == []
