"""What the writer probably meant."""

import pytest

from noveto.schema.suggest import as_count, as_date, as_flag, as_id, as_time, nearest

TRACKS = [("general", "一般事项"), ("special", "特殊事项"), ("cross_department", "跨部门事项")]
DECISIONS = [
    ("do", "同意办理"),
    ("approve_refusal", "同意否决"),
    ("veto_rejected", "不同意否决·改为办理"),
    ("raise", "提级"),
]
REASONS = [("R01", "材料不齐或不规范"), ("R04", "法规不明确或空白"), ("R14", "服务态度、推诿")]


@pytest.mark.parametrize(
    ("word", "choices", "meant"),
    [
        ("genral", TRACKS, "general"),
        ("GENERAL", TRACKS, "general"),
        (" general ", TRACKS, "general"),
        ("ｇｅｎｅｒａｌ", TRACKS, "general"),
        ("cross-department", TRACKS, "cross_department"),
        ("crossdepartment", TRACKS, "cross_department"),
        ("一般事项", TRACKS, "general"),
        ("一般", TRACKS, "general"),
        ("跨部门", TRACKS, "cross_department"),
        ("general（一般事项）", TRACKS, "general"),
        ("事项", TRACKS, None),
        ("urgent", TRACKS, None),
        ("", TRACKS, None),
        ("。", TRACKS, None),
        ("同意", DECISIONS, None),
        ("同意否决", DECISIONS, "approve_refusal"),
        ("不同意否决", DECISIONS, "veto_rejected"),
        ("R4", REASONS, "R04"),
        ("r04", REASONS, "R04"),
        ("R02", REASONS, None),
        ("推诿", REASONS, "R14"),
        ("不同意报否决", [("agree", "同意报否决"), ("disagree", "建议不否决")], None),
        ("材料不齐全或不规范", REASONS, "R01"),
    ],
)
def test_nearest(word, choices, meant):
    assert nearest(word, choices) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026/3/5", "2026-03-05"),
        ("2026.3.5", "2026-03-05"),
        ("2026年3月5日", "2026-03-05"),
        ("2026 年 3 月 5 日", "2026-03-05"),
        ("20260305", "2026-03-05"),
        ("２０２６－０３－０５", "2026-03-05"),
        ("2026-03-05T09:40", "2026-03-05"),
        ("46331", "2026-11-05"),
        ("5-Nov-26", "2026-11-05"),
        ("05 November 2026", "2026-11-05"),
        ("10000", None),
        ("3月5日", None),
        ("昨天", None),
    ],
)
def test_dates(text, meant):
    assert as_date(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-05 9:40", "2026-03-05T09:40"),
        ("2026-03-05T9:5", "2026-03-05T09:05"),
        ("2026/3/5 09:40:30", "2026-03-05T09:40"),
        ("2026-03-05T09:40:00+08:00", "2026-03-05T09:40"),
        ("2026年3月5日 下午3点20分", "2026-03-05T15:20"),
        ("2026年3月5日上午9时", "2026-03-05T09:00"),
        ("２０２６-０３-０５T０９：４０", "2026-03-05T09:40"),
        ("46331.40278", "2026-11-05T09:40"),
        ("5-Nov-26 9:40 PM", "2026-11-05T21:40"),
        ("2026/3/5 12:05 AM", "2026-03-05T00:05"),
        ("46331", None),
        ("2026-03-05", None),
        ("9:40", None),
    ],
)
def test_times(text, meant):
    assert as_time(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            ("3", "3"),
            ("003", "3"),
            ("３", "3"),
            ("3人", "3"),
            ("三", "3"),
            ("第二步", "2"),
            ("十", "10"),
            ("十五", "15"),
        ),
        *(("六十日", "60"), ("二十一", "21"), ("许多", None), ("", None), ("一二", None), ("3.5", None), ("-1", None)),
    ],
)
def test_counts(text, meant):
    assert as_count(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("是", True), ("否", False), ("TRUE", True), ('"false"', False), ("yes", True), ("没有", False), ("也许", None)],
)
def test_flags(text, meant):
    assert as_flag(text) is meant


def test_ids():
    case = "^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*-[0-9]{8}-[0-9]{2,4}$"

    assert as_id("SCJGJ-20260305-1", case) == "scjgj-20260305-01"
    assert as_id("scjgj_20260305_01.yml", case) == "scjgj-20260305-01"
    assert as_id("scjgj-2026-03-05-01", case) == "scjgj-20260305-01"
    assert as_id("市场监管局第一件", case) is None
