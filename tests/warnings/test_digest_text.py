"""The digest as screens.md 7.1 draws it: order, words, byte limits, nothing cut, nothing personal."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noveto.warnings import Digest, Item, Mention, gather, plan
from noveto.warnings.digest import digests, rested
from noveto.warnings.handover import combine
from noveto.warnings.items import matter_of
from noveto.warnings.ladder import climb
from noveto.warnings.texts import safe, unmarked

NOW = datetime(2026, 10, 10, 8, 30)
PEOPLE = {name: Mention(f"zrzy-{n:03}", name, f"wx{n}") for n, name in enumerate(["张某", "钱某", "陈某"], 1)}


def item(section="late", n=1, name="不动产更正登记（一证拆两证）", due=date(2026, 10, 9), **more):
    given = {
        "unit": "zrzy", "section": section, "id": f"zrzy-202609{n % 28 + 1:02}-{n:02}", "name": name, "clock": "reply",
        "round": 1, "due": due, "late": 1 if section == "late" else 0, "left": 1 if section == "soon" else 0,
        "where": "单位已定“改为办理”，**还没答复申请人**", "who": "张某（8021）",
        "path": f"cases/2026/09/zrzy-{n:02}.html", "people": (PEOPLE["张某"],),
    }  # fmt: skip
    return Item(**{**given, **more})


def digest(calendar, items, **more):
    given = {
        "unit": "zrzy", "name": "自然资源和规划局", "now": NOW, "items": tuple(items), "running": 9, "rested": "",
        "calendar": calendar, "address": "https://wfj.example.cn", "phone": "8020",
    }  # fmt: skip
    return Digest(**{**given, **more})


DRAWN = """\
# 自然资源和规划局 · 10月10日 周六（调休上班）
<font color="warning">已超期 2</font>　今日到期 0　10月12日（周一）到期 1　请我局回复 1　中止待复核 1

**▲ 已超期**
[zrzy-20260929-02](https://wfj.example.cn/cases/2026/09/zrzy-20260929-02.html) 不动产更正登记（一证拆两证）
> <font color="warning">超 1 个工作日</font>，应 10月9日答复｜单位已定“改为办理”，**还没答复申请人**｜张某（8021）
[zrzy-20260918-01](https://wfj.example.cn/cases/2026/09/zrzy-20260918-01.html) 历史遗留住宅小区首次登记
> <font color="warning">超 1 个工作日</font>，应 10月9日答复｜在 **市营商办**，首问仍是我局｜钱某

**◷ 10月12日（周一）到期**
[zrzy-20261008-03](https://wfj.example.cn/cases/2026/10/zrzy-20261008-03.html) 宅基地转让登记
> 答复申请人｜在 **窗口负责人意见**｜陈某

**◇ 别的单位请我局回复**
[zjj-20260928-01](https://wfj.example.cn/cases/2026/09/zjj-20260928-01.html) 加装电梯占用绿地（住建局来问）
> **今天前回复**（第 5 个工作日）｜吴某

**‖ 中止待复核**
[zrzy-20260908-01](https://wfj.example.cn/cases/2026/09/zrzy-20260908-01.html) 采矿权边界专家论证
> 10月12日（周一）复核是否恢复计时｜孙某

[打开我局清单（在办 9 件）](https://wfj.example.cn/units/zrzy.html)
<font color="comment">数据截至 08:30。手机打不开链接时，请用政务外网电脑查看，或打内线 8020。</font>"""


@pytest.fixture(scope="module")
def drawn(calendar):
    monday = date(2026, 10, 12)
    return digest(calendar, [
        item(id="zrzy-20260929-02", path="cases/2026/09/zrzy-20260929-02.html"),
        item(id="zrzy-20260918-01", path="cases/2026/09/zrzy-20260918-01.html", name="历史遗留住宅小区首次登记",
             where="在 **市营商办**，首问仍是我局", who="钱某", people=(PEOPLE["钱某"],)),
        item("soon", id="zrzy-20261008-03", path="cases/2026/10/zrzy-20261008-03.html", name="宅基地转让登记",
             due=monday, where="在 **窗口负责人意见**", who="陈某", people=()),
        item("asked", id="zjj-20260928-01", path="cases/2026/09/zjj-20260928-01.html", due=date(2026, 10, 10),
             name="加装电梯占用绿地（住建局来问）", where="", who="吴某", clock="consult", people=(), nth=5),
        item("review", id="zrzy-20260908-01", path="cases/2026/09/zrzy-20260908-01.html", name="采矿权边界专家论证",
             due=monday, clock="review", who="孙某", people=()),
    ])  # fmt: skip


def test_is_the_drawn_one(drawn):
    assert drawn.markdown() == DRAWN
    assert drawn.subject == "自然资源和规划局：超期 2，10-12 到期 1（10-10 周六班）"


def test_mentions_only_overdue_and_due_today(drawn):
    assert [mention.name for mention in drawn.mentions] == ["张某", "钱某"]


def test_plain_twin_has_no_markup(drawn):
    text = drawn.plain()

    assert not re.search(r"[*<>]|\]\(", text)
    assert "zrzy-20260929-02 不动产更正登记（一证拆两证）\n超 1 个工作日，应 10月9日答复" in text
    assert text == unmarked(drawn.markdown())


@pytest.mark.parametrize("count", [1, 10, 200])
def test_one_ten_and_two_hundred_items_fit(calendar, count):
    sections = ["late", "today", "soon", "asked", "review"]
    items = [item(sections[min(n * 5 // count, 4)], n, "规划许可变更" * 8) for n in range(count)]
    made = digest(calendar, items)
    text = made.markdown()

    assert len(text.encode()) <= 4096
    assert len(made.plain().encode()) <= 2048
    shown = len(re.findall(r"^\[zrzy-", text, re.M))
    assert shown == min(count, 10)
    assert (f"其余 {count - 10} 件，[打开我局清单" in text) == (count > 10)


@given(
    st.lists(st.tuples(st.sampled_from(["late", "today", "soon", "asked", "review", "mark"]), st.text(max_size=200)),
             min_size=1, max_size=40),
    st.text(max_size=80),
)  # fmt: skip
def test_any_names_fit_whole_and_unbroken(calendar, found, who):
    """Whatever a matter is called: within the limits, no character cut, no markup or mention smuggled in."""
    items = [item(section, n, name, who=who) for n, (section, name) in enumerate(found)]
    made = digest(calendar, items)
    for text, limit in ((made.markdown(), 4096), (made.plain(), 2048)):
        assert len(text.encode()) <= limit
        assert text.encode().decode() == text
        shown = sum(text.count(one.id) > 0 for one in items)
        left = re.search(r"其余 (\d+) 件", text)
        assert shown + int(left.group(1) if left else 0) == len(items)
    assert "<@" not in made.markdown()


def test_free_text_cannot_become_markup():
    assert safe("[点我](http://x) <@all> **x**\n# y") == "［点我］(http://x) ＜＠all＞ ＊＊x＊＊ ＃ y"


def test_without_links_the_extension_takes_their_place(calendar):
    text = digest(calendar, [item()], address="").markdown()

    assert "http" not in text
    assert "要看清单，请打内线 8020（在办 9 件）。" in text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 10, 8), "10月1日至7日放假不计，期限已顺延。"),
        (date(2026, 10, 9), ""),
        (date(2026, 10, 12), "10月11日休息不计，这几天的提醒一并在此。"),
        (date(2026, 11, 23), "11月21日至22日休息不计，这几天的提醒一并在此。"),
        (date(2026, 1, 5), ""),  # 4 January, a Sunday, is worked
    ],
)
def test_says_which_days_off_have_passed(calendar, day, said):
    assert rested(calendar, day) == said


def test_a_whole_office_names_no_applicant(world, morning):
    """Not one name or number of an applicant in anything that would be sent on the sample day."""
    basis, records = world
    made = plan(records, basis, morning)
    names = {record.case.applicant.name for record in records if record.kind == "case"}
    names |= {record.case.applicant.contact for record in records if record.kind == "case"}
    texts = [one.markdown() + one.plain() for one in made.digests] + [
        one.markdown(4096) + one.plain(2048)
        for one in (*combine(made.handed, basis, morning), *climb(made.rungs, basis, morning))
    ]

    assert len(made.digests) > 5
    for text in texts:
        assert not re.search(r"1\d{2}\*{4}\d{4}|\*\*[，。]?某|王\*\*", text)
        assert not [name for name in names if len(name) > 2 and name in text]


def test_a_request_to_approve_says_what_similar_cases_came_to_and_opens_the_form(world, morning):
    basis, records = world
    handed = plan(records, basis, morning).handed
    (one, *_) = [item for item in handed if item.kind == "approve"]
    (at_desk,) = combine([one], replace(basis, desk=True, alike=lambda record: f"类似 3 件 {record.case.id}"), morning)
    told = at_desk.markdown(4096).splitlines()

    assert re.fullmatch(r"类似 [1-5] 件，其中 [0-5] 件办成了", one.alike())
    assert [line for line in told if line.startswith("类似")] == [one.alike()]
    assert f"[去审批（约 1 分钟）](https://wfj.example.cn/desk/case/{one.id}/do)" in told
    assert f"去审批（约 1 分钟）：https://wfj.example.cn/desk/case/{one.id}/do" in at_desk.plain(2048)
    (on_site,) = combine([one], basis, morning)
    assert f"[打开这一件](https://wfj.example.cn/cases/{one.id[-11:-7]}" in on_site.markdown(4096)


def test_an_applicant_named_in_the_matter_is_left_out(world):
    found = next(record for record in world[1] if record.kind == "case")
    firm = replace(found.case.applicant, name="池州某某食品有限公司")
    case = replace(found.case, applicant=firm, matter=replace(found.case.matter, name="池州某某食品有限公司的许可"))
    assert matter_of(case) == "申请人的许可"
    assert matter_of(found.case) == found.case.matter.name


def test_a_number_that_can_be_rung_from_outside_is_no_extension(calendar):
    assert "或打内线 8020。" in digest(calendar, [item()]).markdown()
    assert "或打电话 0566-0008020。" in digest(calendar, [item()], phone="0566-0008020").markdown()


def test_a_name_is_never_cut_within_a_character():
    """What belongs together stays together: an accent, a skin tone."""
    assert safe("ab́cd", 3) == "a…"
    assert safe("甲👍🏽乙丙", 3) == "甲…"


def test_every_line_says_who(world, morning):
    basis, records = world
    for item in gather(records, basis, morning).items:
        assert item.who, item


def test_no_digest_for_a_unit_with_nothing_to_say(world, morning):
    basis, records = world
    found = gather(records, basis, morning)
    told = {made.unit for made in digests(found.items, found.open, basis, morning)}

    assert told == {item.unit for item in found.items}
    assert set(found.open) - told, "some unit has open cases and nothing due"


def test_rest_days_are_quiet_and_the_next_working_day_covers_them(world):
    basis, records = world
    quiet = plan(records, basis, datetime(2026, 10, 3, 8, 35))
    after = plan(records, basis, datetime(2026, 10, 8, 8, 35))

    assert not quiet.digests
    assert not quiet.handed
    assert "2026-10-08 上班时一并发" in quiet.quiet
    assert all("10月1日至7日放假不计" in made.markdown() for made in after.digests)


def test_night_is_quiet(world):
    basis, records = world
    assert plan(records, basis, datetime(2026, 10, 9, 22, 0)).quiet
    early = plan(records, basis, datetime(2026, 10, 9, 8, 10))
    assert not early.digests
    assert early.handed


def test_a_case_is_told_once(world, morning):
    """One line a case and unit, in its most pressing section."""
    basis, records = world
    found = gather(records, basis, morning).items
    own = [(item.unit, item.id) for item in found]

    assert len(own) == len(set(own))
