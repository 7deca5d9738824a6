"""The four forms of findings, held to golden files, and what each must never do."""

import dataclasses
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.findings import CATALOGUE, Finding, make
from noveto.findings.render import FORMATS, render, summarise, wants_color
from noveto.findings.terminal import in_words, width

GOLDEN = Path(__file__).parent / "golden"
CASE = "records/cases/scjgj/2026-03/scjgj-20260305-01.yml"
FILES = {
    CASE: "\ufeffid: scjgj-20260305-01\r\nclerk：王某\r\ntext: 三家共用后厨，见附件 #3\r\nphone: 电话 13805661234 或 0566-2081234\r\n"
    "applicant: {kind: person, name: 王小明, contact: 13805661234}\r\n".encode(),
    "records/long.yml": ("text: " + "甲乙丙丁" * 60 + " @ " + "戊己庚辛" * 60 + "\n").encode(),
    "records/gbk.yml": "名称: 甲\n".encode("gbk"),
}
TWICE = "留下对的那一个，删掉另一个。已经入台账的，请用“更正”（corrected）步骤改。"
FOUND = [
    make("NV104", file=CASE, line=2, column=6, suggestion="clerk: 王某"),
    make("NV109", file=CASE, line=3, column=18, field="text", lost="#3", kept="三家共用后厨，见附件"),
    Finding(
        "NV601",
        "error",
        CASE,
        4,
        11,
        "phone",
        "像是手机号（138****1234）。",
        "改成“来电号码见登记表”。",
        "guide/errors/#nv601",
    ),
    Finding(
        "NV611", "error", CASE, 5, 33, "applicant.name", "姓名没有遮住（王**）。", "写成 王**。", "guide/errors/#nv611"
    ),
    make("NV112", file=CASE, line=5, column=1, field="applicant", key="applicant", first=1, how=TWICE),
    make("NV111", file="records/long.yml", line=1, column=248, sign="@", suggestion='text: "…"'),
    make("NV102", file="records/gbk.yml", line=1, column=1),
    make(
        "NV112",
        file="records/none.yml",
        line=3,
        column=1,
        field="a",
        key="a",
        first=1,
        how=TWICE,
        severity="breach",
    ),
    make(
        "NV112",
        file="records/none.yml",
        line=9,
        column=1,
        field="a",
        key="a",
        first=7,
        how=TWICE,
        severity="warning",
    ),
    Finding("NV999", "note", "", 0, 0, "", "100%: 一句话,\n两行。", "", "guide/errors/#nv999"),
]
FIELDS = {"code", "severity", "file", "line", "column", "field", "message", "fix", "doc"}
SUMMARY = summarise(FOUND, files=1240)
ENVELOPE = {
    "noveto": "check/1",
    "today": "2026-10-10",
    "calendar": {"known_through": "2026-12-19", "sha256": "0" * 64},
    "rules": {"sha256": "1" * 64},
}


def rendered(fmt: str, **options) -> str:
    return render(FOUND, fmt, summary=SUMMARY, envelope=ENVELOPE, sources=FILES.get, **options)


@pytest.mark.parametrize("fmt", FORMATS)
def test_golden(fmt, golden):
    golden(GOLDEN / f"{fmt}.txt", rendered(fmt))


def test_golden_in_color(golden):
    golden(GOLDEN / "color.txt", rendered("text", color=True))


def test_color_changes_nothing_but_color():
    assert re.sub(r"\x1b\[[0-9;]*m", "", rendered("text", color=True)) == rendered("text")
    assert "\x1b" not in rendered("text")


def test_the_caret_stands_under_the_place():
    lines = rendered("text").split("\n")
    carets = [n for n, line in enumerate(lines) if re.fullmatch(r" +\| +\^|\s+\|\s*\^", line)]
    marked = []
    for n in carets:
        cells = lines[n].index("^")
        source, at = lines[n - 1], 0
        while width(source[:at]) < cells:
            at += 1
        assert width(source[:at]) == cells
        marked.append(source[at])

    assert marked == ["：", "#", "*", "王", "a", "@"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=150), st.data())
def test_the_caret_stands_under_any_place_of_any_line(line, data):
    column = data.draw(st.integers(1, len(line)))
    finding = make("NV108", file="f.yml", line=2, column=column)
    out = render([finding], "text", sources=lambda _: f"a\n{line}\n".encode(), color=False).split("\n")
    if line.strip():
        assert out[1].index("|") == out[2].index("|")
        assert width(out[2]) - 1 <= width(out[1])
        assert width(out[1]) <= 120


def test_no_number_or_name_is_echoed():
    out = rendered("text")

    assert "1234" not in re.sub(r"138\*\*\*\*1234", "", out)
    assert "小明" not in out
    assert "2081234" not in out
    assert "scjgj-20260305-01" in out


def test_json_is_the_contract():
    answer = json.loads(rendered("json"))

    assert list(answer) == ["noveto", "today", "calendar", "rules", "findings", "summary"]
    assert set(answer["findings"][0]) == FIELDS
    assert answer["findings"] == [dataclasses.asdict(one) for one in FOUND]
    assert (
        answer["summary"].items()
        >= {
            "files": 1240,
            "errors": 7,
            "breaches": 1,
            "warnings": 1,
            "quarantined": 3,
        }.items()
    )
    assert "冒号" in rendered("json")


def test_github_commands_are_one_line_each_and_escaped():
    lines = rendered("github").split("\n")

    assert len(lines) == len(FOUND) + 1
    assert all(re.match(r"::(error|warning|notice) [^:]*::", line) for line in lines[:-1])
    assert lines[-2] == "::notice title=说明 NV999::100%25: 一句话,%0A两行。"
    tricky = dataclasses.replace(FOUND[0], file="a,b:c%.yml", message="x::y")
    assert render([tricky], "github").startswith("::error file=a%2Cb%3Ac%25.yml,line=2,col=6,title=错误 NV104::x::y%0A")


def fingerprints(findings) -> list[str]:
    return [one["fingerprint"] for one in json.loads(render(findings, "gitlab"))]


def test_gitlab_fingerprints_are_unique_and_do_not_know_lines():
    moved = [
        dataclasses.replace(one, line=one.line + 7, message=re.sub("第 [0-9]+ 行", "第 99 行", one.message))
        for one in FOUND
    ]

    assert len(set(fingerprints(FOUND))) == len(FOUND)
    assert fingerprints(moved) == fingerprints(FOUND)
    assert len(set(fingerprints([FOUND[0]] * 5))) == 5


def test_gitlab_report_has_the_shape_that_gitlab_reads():
    for one in json.loads(rendered("gitlab")):
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["location"]["lines"]["begin"] >= 1


def test_nothing_to_say():
    clean = summarise([], files=28)

    assert render([], "text", summary=clean) == "查了 28 个文件，没有问题。\n"
    assert render([], "text") == ""
    assert render([], "github") == ""
    assert json.loads(render([], "gitlab")) == []


def test_closing_line_in_words():
    assert in_words(SUMMARY) == (
        "查了 1 240 个文件：错误 7 处（改好才能入台账），违规 1 处（照收，已标出、计入统计），提醒 1 处（请看一眼），"
        "说明 1 处。有错误的记录 3 件，暂不计入统计。"
    )


def test_without_sources_only_words_are_shown():
    assert " | " not in render(FOUND, "text")


def test_an_unknown_form_is_an_error():
    with pytest.raises(KeyError):
        render([], "yaml")


def test_color_is_for_terminals_without_no_color(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_color(Terminal())
    assert not wants_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color(Terminal())


def test_catalogue_codes_are_unique_and_complete():
    for code, rule in CATALOGUE.items():
        assert rule.code == code
        assert re.fullmatch("NV[1-9][0-9]{2}", code)
        assert rule.doc == f"guide/errors/#{code.lower()}"
        for words in (rule.title, rule.message, rule.fix):
            assert re.search("[\u4e00-\u9fff{]", words), code
        assert not re.search(r"\{\w+\}", rule.title + rule.explain), code
