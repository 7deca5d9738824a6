"""What the desk says when nothing is there or something is wrong (screens.md 6): the text, and what to do next."""

import re

import pytest
from tests.desk.deskclient import TODAY, Office, ledger, new_case

from noveto.gitio import GitError
from noveto.rules import LimitRule


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


@pytest.fixture
def clerk(office):
    return office.browser("rsj-005")


def said(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))


def file(office, clerk, **more):
    form = clerk.key("/desk/new")
    answer = clerk.post("/desk/new", form | new_case(**more))
    assert answer.status_code == 303, said(answer)
    office.settle()
    return office.desk.queue.get(form["key"]).record


def step(browser, number, name, **fields):
    form = browser.key(f"/desk/case/{number}/step/{name}")
    return browser.post(f"/desk/case/{number}/step/{name}", form | fields)


def last(office, number):
    return office.desk.office.find(number).value["log"][-1]


def test_nothing_to_do(office):
    page = office.browser("sjj-004").get("/desk/")
    assert "现在没有等您办的件。" in said(page)
    staff = next(
        p for p in office.desk.office.registry.staff_of["gjj"]
        if p.role == "clerk" and any(w for w in p.windows)
    )  # fmt: skip
    told = said(office.session(staff.id).get("/desk/"))
    assert "要我动手的" in told


def test_nothing_to_do_names_the_next_case_of_the_window_and_its_holder(office, clerk):
    number = file(office, clerk)
    head = said(office.session("rsj-006").get("/desk/"))
    assert re.search(
        r"本窗口在办 \d+ 件，最早 \d\d-\d\d 周. 到期（在 .+ 手里）。|看看全部在办的件|要我动手的 [1-9]", head
    )
    assert number


def test_no_such_number(office, clerk):
    number = file(office, clerk)
    wrong = clerk.get(f"/desk/case/{number[:-2]}88")
    assert wrong.status_code == 404
    assert f"没有编号 {number[:-2]}88 的件" in said(wrong)
    assert re.search(r"人社局 10-10 最大是 -\d\d。", said(wrong))
    assert "按事项查" in said(wrong)
    assert "人社局 10-09 没有登记过件。" in said(clerk.get("/desk/case/rsj-20261009-77")) or "最大是" in said(
        clerk.get("/desk/case/rsj-20261009-77")
    )


def test_a_time_to_come(clerk):
    answer = clerk.post("/desk/new", clerk.key("/desk/new") | new_case(raised="2026-10-12T09:10"))
    assert answer.status_code == 422
    assert re.search(r"来人时间写的是 10-12 09:10，比现在（10-10 \d\d:\d\d）晚。请改成来人到窗口的时间。", said(answer))


def test_a_reason_in_law_without_the_law(office, clerk):
    before = office.commits()
    answer = clerk.post(
        "/desk/new", clerk.key("/desk/new") | new_case(**{"reason.main": "R03", "grounds.text": "未查到"})
    )
    assert answer.status_code == 422
    assert "“卡在哪里”选了“不符合法定条件”，请写明哪部法规第几条。" in said(answer)
    assert "就改选“法规不明确或空白”，交单位研究。" in said(answer)
    assert office.commits() == before
    assert file(office, clerk, **{"reason.main": "R03", "grounds.text": "《社会保险法》第十二条。"})


def test_a_refusal_without_approval_is_asked_about_and_then_taken_as_it_was(office, clerk):
    number = file(office, clerk)
    fields = {"result": "refused", "how": "in_person", "told_to": "self", "text": "不能办。"}
    answer = step(clerk, number, "answered", **fields)
    assert answer.status_code == 422
    assert "还不能答复“不能办”：这件没有单位审核意见。请先报批（交王主任），今天报批不影响期限。" in said(answer)
    assert f"/desk/case/{number}/step/veto_proposed" in answer.text
    assert "不能办。" in answer.text
    assert last(office, number)["step"] == "submitted"
    assert step(clerk, number, "answered", honest="1", **fields).status_code == 303
    office.settle()
    assert last(office, number)["result"] == "refused"


def test_a_second_notice_of_missing_papers(office, clerk):
    number = file(office, clerk, way="papers", items="身份证\n申请表\n承诺书", due_by="2026-10-20", guide_given="true")
    assert step(clerk, number, "supplement_received", complete="true").status_code == 303
    office.settle()
    answer = step(clerk, number, "supplement_notice", items="户口本", due_by="2026-10-21", guide_given="true",
                  cause="new_item", text="又发现要补。")  # fmt: skip
    assert answer.status_code == 422
    assert "10-10 已经一次告知过 3 样材料。再要材料算第二次告知，会计入月报。" in said(answer)
    assert "也可以先收下、后补（容缺）" in said(answer)
    assert "照实记" in said(answer)


def test_another_units_case(office, clerk):
    number = file(office, clerk, way="departments", units="zjj", question="楼栋号以哪份为准？", reply_by="2026-10-16")
    other = office.browser("zjj-005").get(f"/desk/case/{number}/step/answered")
    assert other.status_code == 403
    assert "您可以写“征询回复”，不能写“答复”。有意见请打 8200（市营商办）。" in said(other)
    stranger = office.browser("zwzx-003").get(f"/desk/case/{number}/step/answered")
    assert "人力资源和社会保障局首问。" in said(stranger)


def test_somebody_was_faster(office, clerk):
    number = file(office, clerk)
    mine = clerk.key(f"/desk/case/{number}/step/note")
    head = office.browser("rsj-001")
    assert step(head, number, "explained", text="已当面说明。").status_code == 303
    office.settle()
    late = clerk.post(f"/desk/case/{number}/step/note", mine | {"text": "我写的备注。"})
    assert late.status_code == 409, said(late)
    assert re.search(
        r"您写的时候，[^。]*何某[^。]* \d\d:\d\d 加了“负责人解释：已当面说明。”。您写的都在下面，没有丢。", said(late)
    )
    assert "我写的备注。" in late.text
    assert "接着提交" in late.text


def test_a_number_in_free_text(clerk):
    answer = clerk.post("/desk/new", clerk.key("/desk/new") | new_case(facts="电话 13800001111 找他。"))
    assert answer.status_code == 422
    told = said(answer).split("1 这件事打算")[0]
    assert "138****1111" in told
    assert "13800001111" not in told


def test_the_ledger_is_away(office, clerk, monkeypatch):
    def away():
        raise GitError("台账连不上。")

    monkeypatch.setattr(office.desk.main, "refresh", away)
    form = clerk.key("/desk/new")
    answer = clerk.post("/desk/new", form | new_case(facts="网络断了的一件。"))
    page = clerk.get(answer.headers["location"])
    assert "已收下，正在入台账" in said(page)
    assert "不用再交一次" in said(page)
    assert re.search(r"网络通了自动入台账。等了 \d+ 分钟；超过 30 分钟请打 8100。", said(page))
    assert re.search(r"时间按 \d\d:\d\d 算", said(page))
    assert "已入台账" not in said(page)
    monkeypatch.undo()
    office.settle()
    assert "已入台账" in said(clerk.get(answer.headers["location"]))


def test_a_screen_left_alone(office):
    told = said(office.browser().get("/desk/sign-in?locked=idle"))
    assert "10 分钟没动，为保护来人信息已锁屏。写的都存好了，登录后接着写。" in told
    assert "分钟没动" not in said(office.browser().get("/desk/sign-in?locked=1"))


def test_nothing_alike_and_nobody_by_that_name(office, clerk):
    form = clerk.key("/desk/new")
    facts = "鸬鹚养殖池塘边界桩漂移，渔政与水利各执一词，罕见得很。"
    told = clerk.post(
        "/desk/api/new", form | new_case(facts=facts, **{"matter.id": "other", "matter.name": "鸬鹚"})
    ).json()
    if not told["alike"]:
        assert told["none"] == "以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。"
    none = clerk.post("/desk/find", {"q": "诸葛孔明"})
    assert "本单位没有找到。可以：" in said(none)


def test_the_same_case_again_is_noticed_while_typing_and_without_script(office, clerk):
    facts = {"facts": "同一件事来了两次。", "applicant.name": "司马小红", "applicant.contact": "13912340000"}
    number = file(office, clerk, **facts)
    told = clerk.post("/desk/api/new", clerk.key("/desk/new") | new_case(**facts)).json()
    assert re.fullmatch(rf"今天 \d\d:\d\d 刘某登记过很像的一件（{number}，同一电话）。", told["twin"])
    assert told["twin_url"] == f"/desk/case/{number}"
    page = clerk.post("/desk/new", clerk.key("/desk/new") | new_case(sure="", **facts))
    assert "是同一件，去看" in said(page)
    assert "10 月 14 日 周三 下班前" in said(page)


def test_whoever_approves_a_refusal_has_looked_at_the_basis(office, clerk):
    number = file(office, clerk, veto="yes", **{"grounds.text": "办法第三条。"})
    leader = office.browser("rsj-002")
    fields = {"decision": "approve_refusal", "text": "同意。"}
    answer = step(leader, number, "unit_review", **fields)
    assert answer.status_code == 422
    assert "要先核对窗口写的依据" in said(answer)
    assert step(leader, number, "unit_review", basis_checked="yes", **fields).status_code == 303
    office.settle()
    assert "basis_checked" not in last(office, number)


@pytest.mark.parametrize(
    ("way", "day", "how"),
    [
        ("approval", "10 月 14 日 周三 下班前", "3 个工作日：10-12 至 10-14；10-11 周末不计"),
        ("papers", "补齐那天起 3 个工作日", "补齐以前不计时。今天就补齐的话，是 10 月 14 日 周三 下班前。"),
        ("redirect", "当场答复", "登记的同时就办结，不用再约日期。"),
    ],
)
def test_a_day_is_promised_only_where_one_is_owed(clerk, way, day, how):
    told = clerk.post("/desk/api/new", clerk.key("/desk/new") | new_case(way=way)).json()
    assert (told["date"], told["how"]) == (day, how)


def test_days_to_answer_a_consultation_and_to_keep_a_draft_are_those_of_the_rules(office, clerk, monkeypatch):
    number = file(office, clerk)

    def proposed(page):
        return re.search(r'name="reply_by"[^>]*value="([^"]+)"', clerk.get(page).text).group(1)

    pages = ("/desk/new?way=departments", f"/desk/case/{number}/step/consulted")
    assert [proposed(page) for page in pages] == ["2026-10-16", "2026-10-16"]
    rules = office.desk.office.context.rules.for_day(TODAY)
    monkeypatch.setitem(rules.limits, "consult", LimitRule(3, False, "x"))
    monkeypatch.setitem(rules.retention, "draft_days", 4)
    assert [proposed(page) for page in pages] == ["2026-10-14", "2026-10-14"]
    monkeypatch.setitem(rules.limits, "consult", LimitRule(0, False, "x"))
    assert [proposed(page) for page in pages] == ["2026-10-12", "2026-10-12"], "tomorrow at the earliest"
    assert "草稿存 4 天" in said(clerk.get("/desk/draft/nothing-there"))


def test_what_a_form_is_told_speaks_of_its_fields_and_not_of_a_file(office, clerk):
    number = file(office, clerk)
    answer = step(clerk, number, "veto_proposed", to="rsj-002", **{"reason.main": "R04", "grounds.text": "没有规定。"})
    assert answer.status_code == 422
    assert "没有写依据。请写明是哪部法规第几条" in said(answer)
    assert "grounds.basis）" not in answer.text
    assert re.search(r"<details[^>]* open><summary>依据", answer.text)
    assert answer.text.index(">报批</button>") < answer.text.index(">照实记</button>")
    page = "/desk/complaint"
    fields = {"complainant.kind": "anonymous", "about.unit": "rsj", "kind": "attitude", "complex": "false", "hall": "czdt",
              "channel": "window", "facts": "打 13900002222 没人接。", "received": "2026-10-10T00:00"}  # fmt: skip
    centre = office.browser("zwzx-003")
    told = centre.post(page, centre.key(page) | fields)
    assert told.status_code == 422
    assert '<a href="#f-facts">“反映内容”里像是手机号（139****2222）' in told.text
    assert "true 或 false" not in told.text


def test_a_law_is_called_unpublished_only_where_that_was_said(office, clerk):
    number = file(office, clerk)
    law = {"grounds.text": "没有规定。", "grounds.basis.0.title": "社会保险法", "grounds.basis.0.article": "第六十条"}
    answer = step(clerk, number, "veto_proposed", to="rsj-002", **{"reason.main": "R04"}, **law)
    assert answer.status_code == 303
    office.settle()
    assert "《社会保险法》第六十条" in clerk.get(f"/desk/case/{number}").text
    assert "没有公开" not in clerk.get(f"/desk/case/{number}").text
