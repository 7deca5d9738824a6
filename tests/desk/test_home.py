"""我的待办: one-tap acts, 已读, 代录 put before the decider, complaints with time and holder, where sign-in leads."""

import re

import pytest
from tests.desk.deskclient import Office, ledger, new_case

from noveto.desk.office import Office as Cases
from noveto.desk.seen import Seen
from noveto.desk.vaultfile import china_now


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


@pytest.fixture
def number(office):
    """File a case of the demonstration's clerk that lies with the leader."""
    clerk = office.browser("rsj-005")
    form = clerk.key("/desk/new")
    raised = office.desk.settings.now.isoformat(timespec="minutes")  # the step that comes with it is of the same hour
    clerk.post("/desk/new", form | new_case(veto="yes", raised=raised))
    office.settle()
    return office.desk.queue.get(form["key"]).record


def tap(browser, number, what, **more):
    page = browser.get("/desk/")
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    answer = browser.post(f"/desk/case/{number}/quick/{what}", {"key": key[1] if key else "t" * 22, **more})
    browser.office.settle()
    return answer


def last(office, number):
    return office.desk.office.find(number).value["log"][-1]


def row(page, number):
    return next(part for part in page.text.split("<tr>") if number in part)


def test_reminding_once_a_day_names_who_has_the_case(office, number):
    clerk = office.browser("rsj-005")
    assert "提醒一次" in row(clerk.get("/desk/"), number)
    assert tap(clerk, number, "remind").status_code == 303
    step = last(office, number)
    assert (step["kind"], step["to"], step["by"]) == ("urged", "rsj-002", "rsj-005")
    again = tap(clerk, number, "remind")
    assert again.status_code == 409
    assert "今天提醒过了" in again.text
    assert tap(office.browser("zjj-005"), number, "remind").status_code == 403
    assert tap(clerk, number, "nonsense").status_code == 404


def test_whether_it_was_opened_is_shown_to_who_waits(office, number):
    clerk, leader = office.browser("rsj-005"), office.browser("rsj-002")
    assert "还没打开" in row(clerk.get("/desk/"), number)
    clerk.get(f"/desk/case/{number}")
    assert "还没打开" in row(clerk.get("/desk/"), number)
    leader.get(f"/desk/case/{number}/step/unit_review")
    assert re.search(r"王主任 \d\d:\d\d 已读", row(clerk.get("/desk/"), number))


def test_the_centre_sees_what_was_not_opened_since_yesterday(tmp_path):
    made = Seen.open(tmp_path / "seen.db", china_now())
    made.note("rsj-1", 2, "rsj-002", china_now())
    made.note("rsj-1", 2, "rsj-002", china_now())
    assert [(one.n, one.staff) for one in made.of(["rsj-1", "rsj-2"])["rsj-1"]] == [(2, "rsj-002")]
    assert Seen.open(tmp_path / "seen.db", china_now()).begun == made.begun


def test_what_was_handed_over_before_the_desk_kept_looks_is_not_called_unread(office):
    page = office.browser("zwzx-003").get("/desk/")
    assert "昨天以前交过去" not in page.text


def proxy(office, number):
    """Let the clerk type the leader's decision."""
    clerk = office.browser("rsj-005")
    form = clerk.key(f"/desk/case/{number}/step/unit_review")
    given = {"by": "rsj-002", "decision": "veto_rejected", "text": "先办。", "mode": "oral"}
    assert clerk.post(f"/desk/case/{number}/step/unit_review", form | given).status_code == 303
    office.settle()
    assert last(office, number)["recorded_by"] == "rsj-005"
    return len(office.desk.office.find(number).value["log"])


def test_who_decided_signs_what_was_typed_for_her_in_one_tap(office, number):
    n = proxy(office, number)
    leader = office.browser("rsj-002")
    assert "刘某" in leader.get("/desk/").text
    assert "替您代录了" in leader.get("/desk/").text
    assert tap(leader, number, "confirm", n=str(n)).status_code == 303
    assert last(office, number)["step"] == "confirmed"
    assert number not in leader.get("/desk/").text.split("要我动手的")[0]


def test_who_decided_otherwise_says_so_in_one_tap(office, number):
    n = proxy(office, number)
    leader = office.browser("rsj-002")
    assert tap(office.browser("rsj-001"), number, "deny", n=str(n)).status_code == 409  # not typed in her name
    assert tap(leader, number, "deny", n="99").status_code == 409
    assert tap(leader, number, "deny", n=str(n)).status_code == 303
    assert "本人没有这样定" in last(office, number)["text"]
    assert last(office, number)["by"] == "rsj-002"
    assert "本人没有这样定" in office.browser("rsj-005").get(f"/desk/case/{number}").text


def test_complaints_say_how_long_is_left_and_in_whose_hands(office):
    page = office.browser("zwzx-003").get("/desk/").text.split("<h2>投诉与反映")[1]
    rows = page.split("<tr>")[2:]
    assert rows
    for one in rows:
        assert "nv-st" in one
        assert re.search("待交办|待答复|待回访|等 ", one)
    assert "交办" in page


@pytest.mark.parametrize(
    ("staff", "where"),
    [("rsj-005", "/desk/"), ("zwzx-003", "/cases/open.html?hall=czdt"), ("sjj-003", "/stats/month.html"),
     ("sjj-004", "/stats/windows.html"), ("sjj-005", "/data/status.html")],
)  # fmt: skip
def test_sign_in_leads_to_each_persons_home(office, staff, where):
    browser = office.browser()
    browser.get("/desk/sign-in")
    answer = browser.post("/desk/sign-in", {"staff": staff, "next": "/desk/"})
    assert answer.headers.get("location") == where, answer.text
    asked = office.browser().post("/desk/sign-in", {"staff": staff, "next": "/desk/find"})
    assert asked.headers["location"] == "/desk/find"


def test_a_sensitive_case_is_read_on_the_desk_by_those_who_deal_with_it_and_by_nobody_else(office):
    clerk = office.browser("rsj-005")
    form = clerk.key("/desk/new")
    words = {"facts": "只给经办的人看的情况。", "sensitive": "true"}
    assert clerk.post("/desk/new", form | new_case(**words)).status_code == 303
    office.settle()
    number = office.desk.queue.get(form["key"]).record

    def read_by(staff):
        return "只给经办的人看的情况。" in office.session(staff).get(f"/desk/case/{number}").text

    own, others = ("rsj-005", "rsj-002", "rsj-001", "rsj-007"), ("zjj-005", "scjgj-003")
    assert [staff for staff in (*own, *others) if read_by(staff)] == list(own)
    told = office.session("zjj-005").get(f"/desk/case/{number}").text
    assert "只给首问单位（人社局）和正在经办的人看" in told
    assert re.search(r"请打 [0-9]|请问这个单位", told)
    form = clerk.key(f"/desk/case/{number}/step/answered")
    fields = {"result": "done", "how": "in_person", "told_to": "self", "text": "已经补缴，当面告知。", "sure": "1"}
    assert clerk.post(f"/desk/case/{number}/step/answered", form | fields).status_code == 303
    office.settle()
    assert [staff for staff in (*own, *others) if read_by(staff)] == list(own)  # also when it is closed


def test_what_a_deputy_wrote_in_the_leaders_place_is_tagged(office, number):
    deputy = office.browser("rsj-001")  # the window's head, 王主任's B 岗
    form = deputy.key(f"/desk/case/{number}/step/unit_review")
    fields = {"decision": "veto_rejected", "text": "按局里口径补缴。", "sure": "1"}
    assert deputy.post(f"/desk/case/{number}/step/unit_review", form | fields).status_code == 303
    office.settle()
    page = office.browser("rsj-005").get(f"/desk/case/{number}").text
    assert page.count("代岗：替王主任") == 1


def file_merely(office, **head):
    """Put a case into main that is registered and nothing more, as one who writes the file does; return its id."""
    clerk = office.browser("rsj-005")
    form = clerk.key("/desk/new")
    assert clerk.post("/desk/new", form | new_case(**head)).status_code == 303
    office.settle()
    number = office.desk.queue.get(form["key"]).record
    take_back(office, number)
    return number


def take_back(office, number):
    """Strike the last step of a case."""
    leader = office.browser("rsj-002")
    entry = len(office.desk.office.find(number).value["log"])
    path = f"/desk/case/{number}/step/struck"
    given = {"entry": str(entry), "why": "记错件了。", "approver": "rsj-002"}
    assert leader.post(path, leader.key(path) | given).status_code == 303
    office.settle()


def button(page, number):
    return re.search(rf'href="/desk/case/{number}/step/([a-z_]+)">([^<]+)<', row(page, number)).groups()


def test_what_is_merely_registered_goes_up_for_study_and_across_departments_to_the_others(office):
    clerk = office.browser("rsj-005")
    number = file_merely(office)
    assert button(clerk.get("/desk/"), number) == ("submitted", "提交研究")
    assert clerk.get(f"/desk/case/{number}/do").headers["location"].endswith("/step/submitted")
    others = {"units": "zjj", "question": "楼栋号以哪份为准？", "reply_by": "2026-10-16"}
    number = file_merely(office, way="departments", **others)
    assert button(clerk.get("/desk/"), number) == ("consulted", "征询")


def test_what_was_sent_back_goes_up_as_it_went(office, number):
    clerk, leader = office.browser("rsj-005"), office.browser("rsj-002")
    path = f"/desk/case/{number}/step/unit_review"
    returned = {"decision": "return", "text": "请补依据。"}
    assert leader.post(path, leader.key(path) | returned).status_code == 303
    office.settle()
    assert button(clerk.get("/desk/"), number) == ("veto_proposed", "补充后再报")


def test_a_case_that_awaits_papers_stays_in_its_clerks_sight(office):
    clerk = office.browser("rsj-005")
    form = clerk.key("/desk/new")
    papers = new_case(way="papers", items="身份证", due_by="2026-10-20", guide_given="true")
    assert clerk.post("/desk/new", form | papers).status_code == 303
    office.settle()
    number = office.desk.queue.get(form["key"]).record
    watched = clerk.get("/desk/").text.split("我要盯的")[1]
    assert "等申请人补正" in next(part for part in watched.split("<tr>") if number in part)
    anew = Cases(office.desk.main)
    anew.renew(office.desk.settings.today)
    assert number in [one.case.id for one in anew.open_cases()]


def test_days_in_the_boxes_of_a_case_do_not_break(office, number):
    page = office.browser("rsj-005").get(f"/desk/case/{number}").text
    assert re.search(r'<dt>受理日期</dt><dd><span class="nv-nb">\d{4}-\d\d-\d\d</span></dd>', page)


def test_who_answers_reads_what_was_decided_and_how(office, number):
    clerk, leader = office.browser("rsj-005"), office.browser("rsj-002")
    path = f"/desk/case/{number}/step/unit_review"
    decided = {"decision": "veto_rejected", "text": "先办，一个月内补核查。"}
    assert leader.post(path, leader.key(path) | decided).status_code == 303
    office.settle()
    facts = clerk.get(f"/desk/case/{number}/step/answered").text.split('class="dk-facts"')[1].split("</section>")[0]
    assert "单位审核 王主任" in facts
    assert "不同意否决·改为办理：先办，一个月内补核查。" in facts
    take_back(office, number)
    assert "单位审核" not in clerk.get(f"/desk/case/{number}/step/answered").text.split("<form")[0]


def test_what_a_window_has_open_counts_the_cases_without_a_day_too(office):
    stopped = [one.case.id for one in office.desk.office.open_cases()
               if one.case.window == "gjj-w02" and (one.headline is None or one.headline.due is None)]  # fmt: skip
    assert stopped
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", office.session("gjj-004").get("/desk/").text))
    count = sum(one.case.window == "gjj-w02" for one in office.desk.office.open_cases())
    assert f"本窗口在办 {count} 件，最早 10-14 周三 到期（在 住建局" in text


def test_who_has_no_case_but_other_duties_is_told_so(office):
    text = re.sub("<[^>]+>", "", office.browser("zwzx-003").get("/desk/").text)
    assert re.search(r"现在没有等您办的件。下面投诉与反映里有 \d+ 条要您办。", text)
    assert "下面核对与抽查里有 1 项要您办。" in office.browser("sjj-004").get("/desk/").text


def test_a_complaint_is_told_in_words(office):
    number = office.desk.office.open_complaints()[0].id
    page = office.browser("zwzx-003").get(f"/desk/case/{number}").text
    boxes = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page))
    assert boxes["大厅"] == "池州市政务服务大厅"
    assert not [text for text in boxes.values() if re.fullmatch("[a-z_]+", text)]


def test_what_lies_with_another_is_not_urged_upon_the_clerk(office, number):
    clerk, leader = (office.browser(one).get(f"/desk/case/{number}").text for one in ("rsj-005", "rsj-002"))
    assert 'class="nv-btn first"' not in clerk.split("登记内容")[0]
    assert re.search(r'class="nv-btn first" href="/desk/case/[^"]+/step/unit_review"', leader)


def test_a_draft_says_which_step_it_is_for(office, number):
    clerk = office.browser("rsj-005")
    path = f"/desk/case/{number}/step/interim_reply"
    saved = clerk.post(f"/desk/draft?form=step:{number}:interim_reply", clerk.key(path) | {"text": "再等两天。"})
    assert saved.status_code == 303
    assert f"未写完：阶段答复 {number} 再等两天。" in clerk.get("/desk/").text
