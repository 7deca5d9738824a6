"""Pasted notices: every wording of 2018 to 2026 gives the days, and contradictions are told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.calendar.sentences import read_notice_text

TEXTS = Path(__file__).parents[1] / "data" / "notices"
HEAD = "国务院办公厅关于2026年部分节假日安排的通知\n"


def read(sentences: str, **kwargs):
    return read_notice_text(HEAD + sentences, **kwargs)


@pytest.mark.parametrize("name", sorted(path.stem for path in TEXTS.glob("*.txt")))
def test_a_pasted_notice_gives_the_days_of_the_facts(name, facts):
    known = {}
    for fact in facts:
        if f"{fact['year']}-a{fact['amendment']}" == name or (fact["amendment"] == 0 and str(fact["year"]) == name):
            break
        known |= fact["off"]
    found = read_notice_text((TEXTS / f"{name}.txt").read_text(), known_off=known)
    # 3 February 2020 is a Monday; the facts list it only because the extended holiday ended on the 2nd
    work = {day: holiday for day, holiday in fact["work"].items() if day != date(2020, 2, 3)}
    assert (found.off, found.work) == (fact["off"], work)
    assert found.problems == []
    assert (found.title, found.year, str(found.issued)) == (fact["title"], fact["year"], fact["issued"])
    assert found.amends is bool(fact["amendment"])


def test_all_eleven_notices_are_tried():
    assert len(list(TEXTS.glob("*.txt"))) == 11


def test_encouragement_to_rest_is_no_holiday_and_is_handed_back():
    found = read_notice_text((TEXTS / "2024.txt").read_text())
    assert date(2024, 2, 9) not in found.off
    assert ["鼓励" in sentence for sentence in found.unused] == [True]


@pytest.mark.parametrize(
    ("sentence", "off", "work"),
    [
        ("元旦：1月1日放假1天，不调休。", ["01-01"], []),
        ("元旦：1月1日（星期四）放假，共1天。", ["01-01"], []),
        ("元旦１月１日－３日放假调休，共３天，１月４日上班。", ["01-01", "01-02", "01-03"], ["01-04"]),
        ("清明节：4月4日—6日放假，共三天", ["04-04", "04-05", "04-06"], []),
        ("清明：4月4日到4月6日休息", ["04-04", "04-05", "04-06"], []),
        ("劳动节假期：5月1日至5日放假调休，共5天；5月9日（周六）补班。", [f"05-0{n}" for n in range(1, 6)], ["05-09"]),
        ("将劳动节放假时间由5月1日调整为5月1日至2日放假。", ["05-01", "05-02"], []),
        ("端午节：6月19日（周五）放假，与周末连休，共3天。", ["06-19"], []),
        ("端午节：6月19日与周末连休。", ["06-19"], []),
        (
            "国庆节：9月20日（星期天）、10月10日上班，10月1日至3日放假。",
            ["10-01", "10-02", "10-03"],
            ["09-20", "10-10"],
        ),
        ("中秋节：9月25日、26日、27日放假。", ["09-25", "09-26", "09-27"], []),
        ("七、国庆节：十月一日至三日放假，共三天。", ["10-01", "10-02", "10-03"], []),
        ("抗战胜利纪念日：9月3日放假1天。", ["09-03"], []),
    ],
)
def test_wordings(sentence, off, work):
    found = read(sentence)
    assert [str(day)[5:] for day in sorted(found.off)] == off
    assert [str(day)[5:] for day in sorted(found.work)] == work
    assert found.problems == []
    assert found.unused == []


def test_holiday_names_are_written_in_full():
    text = "清明：4月5日放假。五一国际劳动节：5月1日放假。中秋和国庆：9月25日放假。"
    assert sorted(read(text).off.values()) == ["中秋节、国庆节", "劳动节", "清明节"]


def test_new_year_reaches_back_into_december():
    found = read("元旦：12月31日至1月2日放假调休。12月27日（周六）上班。")
    assert sorted(found.off) == [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    assert list(found.work) == [date(2025, 12, 27)]


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("元旦：1月1日（周五）放假1天。", "2026-01-01 是周四"),
        ("元旦：1月1日至3日放假，共4天。", "原文写共 4 天，按日期数是 3 天"),
        ("元旦：1月4日（星期六）上班。", "2026-01-04 是周日"),
        ("春节：2月30日放假。", "没有 2 月 30 日"),
        ("春节：17日放假。", "没有写月份"),
        ("春节：2月20日至17日放假。", "前后颠倒"),
        ("元旦：1月1日放假。春节：1月1日放假。", "写了两次"),
        ("元旦：1月1日放假。1月1日上班。", "又写放假又写上班"),
        ("中秋节：9月23日（周三）放假，与周末连休。", "不与周末相连"),
        ("5月1日放假。", "看不出是哪个节日"),
        ("延长春节假期至3月2日。", "没有读到原来的假期"),
        ("请妥善安排好值班。", "没有读到放假的日子"),
    ],
)
def test_contradictions_are_told(sentence, problem):
    assert any(problem in told for told in read(sentence).problems), read(sentence).problems


def test_a_date_without_a_verb_is_handed_back():
    found = read("元旦：1月1日放假。2月9日另行通知。")
    assert found.unused == ["2月9日另行通知"]


def test_the_year_is_asked_for_when_nothing_names_it():
    assert "看不出是哪一年" in read_notice_text("元旦：1月1日放假").problems[0]
    assert list(read_notice_text("元旦：1月1日放假", year=2027).off) == [date(2027, 1, 1)]
    assert read_notice_text("一、元旦：2022年12月31日至2023年1月2日放假，共3天。").year == 2023


def test_extension_starts_after_the_holiday_on_record():
    known = {date(2020, 1, 24) + timedelta(days=n): "春节" for n in range(7)}
    found = read_notice_text("关于延长2020年春节假期的通知\n延长2020年春节假期至2月2日。", known_off=known)
    assert sorted(found.off) == [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)]
    assert found.extends


@given(
    st.text(
        alphabet="0123456789年月日至、，。：（）周一二三四五六放假上班共天春节元旦调休延长与末连\n年2026 ", max_size=80
    )
)
def test_no_text_breaks_the_reader(text):
    found = read_notice_text(text)
    assert found.off or found.problems


@given(st.text(max_size=60))
def test_no_characters_break_the_reader(text):
    assert read_notice_text(text).problems
