"""The desk's pages without a script: sign in, duties, register, step, conflict, drafts, limits."""

import re
import time
from html import unescape

import httpx
import pytest
from tests.desk.deskclient import ledger
from tests.desk.deskserver import listening

from noveto.gitio.process import run


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    bare = ledger(folder / "ledger.git")
    with listening(bare, folder / "state") as address:
        yield address, bare


@pytest.fixture(scope="module")
def bare(served):
    return served[1]


@pytest.fixture
def app(served):
    opened = []
    yield served[0], opened
    for one in opened:
        one.close()


class Patient(httpx.Client):
    """A browser that looks again while an act is on its way to main, as the page itself does."""

    def post(self, *args, **kwargs):
        answer = super().post(*args, **kwargs)
        until = time.monotonic() + 60
        while "正在入台账" in answer.text and "/desk/act/" in answer.url.path and time.monotonic() < until:
            time.sleep(0.1)
            answer = self.get(answer.url.path)
        return answer


def client(app, staff="rsj-005"):
    found = Patient(base_url=app[0], follow_redirects=True, timeout=20)
    app[1].append(found)
    if staff:
        assert found.post("/desk/sign-in", data={"staff": staff}).status_code == 200
    return found


def hidden(text):
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', text)}


def filled(page, **more):
    raised = re.search(r'name="raised"[^>]*value="([^"]+)"', page.text).group(1)
    matter = re.search(r'<option value="(m-[0-9]+)"', page.text).group(1)
    given = {
        "way": "approval", "applicant.name": "欧阳小明", "applicant.contact": "13800001111", "applicant.kind": "person",
        "raised": raised, "matter.id": matter, "facts": "要求补缴断缴的六个月。", "reason.main": "R04", "to": "rsj-002",
    }  # fmt: skip
    return hidden(page.text) | given | more


def file_case(one, **more):
    answer = one.post("/desk/new", data=filled(one.get("/desk/new"), sure="1", **more))
    assert answer.status_code == 200, answer.text[-800:]
    return re.search(r"已入台账：([\w-]+)", answer.text).group(1)


def test_nobody_gets_in_without_signing_in(app):
    stranger = client(app, staff="")
    for path in ("/desk/", "/desk/new", "/desk/find", "/desk/case/rsj-20261010-01", "/desk/act/abcdefgh"):
        answer = stranger.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in?next=")


def test_registering_takes_a_confirmation_and_keeps_the_name_out_of_git(app, bare):
    one = client(app)
    data = filled(one.get("/desk/new"))
    sure = one.post("/desk/new", data=data)
    assert "看一遍再登记" in sure.text
    assert "10 月 14 日 周三 下班前" in sure.text
    done = one.post("/desk/new", data=hidden(sure.text))
    assert "已入台账" in done.text
    assert "王主任" in done.text
    number = re.search(r"已入台账：([\w-]+)", done.text).group(1)
    text = run(["show", f"main:records/cases/rsj/2026-10/{number}.yml"], bare).decode()
    assert "欧阳**" in text
    assert "138****1111" in text
    assert "小明" not in run(["log", "-p", "main"], bare).decode()
    found = one.post("/desk/find", data={"csrf": hidden(one.get("/desk/find").text)["csrf"], "q": "小明"})
    assert number in found.text
    other = client(app, "zjj-005")
    nothing = other.post("/desk/find", data={"csrf": hidden(other.get("/desk/find").text)["csrf"], "q": "小明"})
    assert number not in nothing.text


def test_the_same_form_sent_twice_files_once(app, bare):
    one = client(app)
    data = filled(one.get("/desk/new"), sure="1", facts="只登记一次。")
    first, second = one.post("/desk/new", data=data), one.post("/desk/new", data=data)
    assert first.url == second.url
    assert run(["log", "--format=%B", "main"], bare).decode().count(f"Act: {data['key']}\n") == 1


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(app):
    one = client(app)
    data = filled(one.get("/desk/new"), sure="1", facts="打 13912345678 找他。")
    answer = one.post("/desk/new", data=data)
    assert answer.status_code == 422
    assert "还不能交" in answer.text
    assert "#f-facts" in answer.text
    assert "13912345678 找他" in answer.text  # her own text, in her own form


def test_the_path_of_a_veto_turned_down(app, bare):
    clerk, leader = client(app), client(app, "rsj-002")
    number = file_case(clerk, veto="yes", **{"grounds.text": "办法没有列这种情形。"})
    assert number in leader.get("/desk/").text
    opinion = client(app, "rsj-001").get(f"/desk/case/{number}/step/window_opinion").text
    assert opinion.index('value="disagree"') < opinion.index('value="agree"')
    page = leader.get(f"/desk/case/{number}/do")
    assert "请您审批" in page.text
    assert page.text.index('value="veto_rejected"') < page.text.index(
        'value="approve_refusal"'
    )  # a way comes before a no
    assert "社保 3 号窗口 刘某 · 一般事项" in page.text
    assert re.search("窗口为什么想否决</span> [^<]+：办法没有列这种情形。", page.text)
    bare_word = leader.post(str(page.url.path), data=hidden(page.text) | {"decision": "veto_rejected"})
    assert bare_word.status_code == 422
    done = leader.post(str(page.url.path), data=hidden(page.text) | {"decision": "veto_rejected", "text": "先办。"})
    assert "已入台账" in done.text
    page = clerk.get(f"/desk/case/{number}/do")
    answer = {"result": "done", "how": "phone", "told_to": "self", "text": "已补缴。"}
    assert "已入台账" in clerk.post(str(page.url.path), data=hidden(page.text) | answer).text
    text = run(["show", f"main:records/cases/rsj/2026-10/{number}.yml"], bare).decode()
    assert [line.split()[-1] for line in text.splitlines() if line.strip().startswith("step:")] == [
        "veto_proposed", "unit_review", "answered",
    ]  # fmt: skip


def test_somebody_else_was_faster_is_told_and_the_text_is_kept(app):
    clerk, leader = client(app), client(app, "rsj-002")
    number = file_case(clerk)
    mine = clerk.get(f"/desk/case/{number}/step/note")
    theirs = leader.get(f"/desk/case/{number}/step/unit_review")
    leader.post(theirs.url.path, data=hidden(theirs.text) | {"decision": "do", "text": "先办。"})
    late = clerk.post(mine.url.path, data=hidden(mine.text) | {"text": "我写的备注。"})
    assert late.status_code == 409
    assert "先办。" in late.text
    assert "我写的备注。" in late.text
    again = clerk.post(mine.url.path, data=hidden(late.text) | {"text": "我写的备注。"})
    assert "已入台账" in again.text


def test_who_has_no_right_is_told_whom_to_call(app):
    number = file_case(client(app))
    stranger = client(app, "zjj-005")
    answer = stranger.get(f"/desk/case/{number}/step/answered")
    assert answer.status_code == 403
    assert "8200" in answer.text
    page = stranger.get("/desk/find")
    forged = {"csrf": hidden(page.text)["csrf"], "key": "k" * 22, "result": "done", "by": "rsj-005", "text": "冒充。"}
    assert stranger.post(f"/desk/case/{number}/step/answered", data=forged).status_code == 403
    assert stranger.get("/desk/new").status_code == 200  # a clerk, but of another unit
    assert client(app, "sjj-003").get("/desk/new").status_code == 403


def test_a_form_without_token_or_from_elsewhere_is_refused(app):
    one = client(app)
    data = filled(one.get("/desk/new"), sure="1")
    assert one.post("/desk/new", data=data | {"csrf": "wrong"}).status_code == 403
    assert one.post("/desk/new", data=data, headers={"origin": "https://evil.example"}).status_code == 403
    assert one.post("/desk/new", data=data, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_too_much_is_refused_before_it_is_read(app):
    one = client(app)
    answer = one.post(
        "/desk/new", content=b"x" * 300_000, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert "写得太长" in answer.text


def test_too_fast_is_refused_for_a_while(app):
    one = client(app)
    answers = (one.post("/desk/find", data={"q": "x"}).status_code for _ in range(400))
    assert next((code for code in answers if code == 429), None) == 429


def test_a_draft_is_kept_by_account_and_dropped_when_filed(app):
    one = client(app)
    data = filled(one.get("/desk/new"), facts="写到一半。")
    assert "草稿 1" in one.post("/desk/draft?form=new", data=data).text
    assert "草稿" not in client(app, "rsj-001").get("/desk/").text
    number = re.search(r'href="/desk/draft/([\w-]+)"', one.get("/desk/").text).group(1)
    page = one.get(f"/desk/draft/{number}")
    assert "写到一半。" in page.text
    assert client(app, "rsj-001").get(f"/desk/draft/{number}").status_code == 404
    one.post("/desk/new", data=data | hidden(page.text) | {"sure": "1"})
    assert "草稿" not in one.get("/desk/").text


def test_signing_out_ends_the_session_for_good(app):
    one = client(app)
    cookie = one.cookies["noveto_desk"]
    csrf = hidden(one.get("/desk/find").text)["csrf"]
    one.post("/desk/sign-out", data={"csrf": csrf})
    one.cookies.set("noveto_desk", cookie)
    assert one.get("/desk/", follow_redirects=False).status_code == 303


def test_every_page_forbids_inline_script_and_framing(app):
    one = client(app)
    for path in ("/desk/", "/desk/new", "/desk/find", "/desk/sign-in", "/desk/nothing-here"):
        answer = one.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert not re.search(r"<script(?![^>]*src=)|style=|\son\w+=", answer.text)


def test_script_in_every_field_comes_back_as_text(app):
    one = client(app)
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    number = file_case(one, facts=evil, **{"grounds.text": evil})
    for path in (f"/desk/case/{number}", "/desk/", f"/desk/case/{number}/step/answered"):
        assert "<script>alert" not in one.get(path).text
        assert "<img src=x" not in one.get(path).text


def test_the_form_is_printed_with_the_full_name_for_the_own_unit_only(app):
    one = client(app)
    number = file_case(one)
    assert "登记表" in one.get(f"/desk/case/{number}/form").text
    own = one.get(f"/desk/case/{number}/form?kind=receipt&as=pdf")
    assert own.headers["content-type"] == "application/pdf"
    assert own.content.startswith(b"%PDF")
    assert one.get(f"/desk/case/{number}/form?kind=answer&as=pdf").status_code == 404


def test_a_complaint_is_taken_in_by_the_centre_and_nobody_else(app, bare):
    centre = client(app, "zwzx-003")
    page = centre.get("/desk/complaint")
    given = {
        "complainant.kind": "person", "complainant.name": "赵四方", "complainant.contact": "13800003333",
        "about.unit": "rsj", "kind": "buck_passing", "facts": "跑了三趟没有结果。", "complex": "false",
        "channel": "window", "received": re.search(r'name="received"[^>]*value="([^"]+)"', page.text).group(1),
    }  # fmt: skip
    done = centre.post("/desk/complaint", data=hidden(page.text) | given)
    number = re.search(r"已入台账：([\w-]+)", done.text).group(1)
    text = run(["show", f"main:records/complaints/{number.rsplit('-c')[0]}/2026-10/{number}.yml"], bare).decode()
    assert "赵**" in text
    assert "四方" not in text
    assert number in centre.get("/desk/").text
    assert client(app, "rsj-005").get("/desk/complaint").status_code == 403
    assert "跑了三趟" not in client(app, "rsj-005").get(f"/desk/case/{number}").text
