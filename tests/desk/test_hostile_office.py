"""Tries from inside the office and from the next site: registers, hand-overs, one-tap acts, names of hosts, cookies."""

import re
from dataclasses import replace

import pytest
from starlette.responses import Response
from tests.desk.deskclient import HOSTILE, TODAY, Office, ledger, new_case

from noveto.desk.session import COOKIE, Sessions
from noveto.gitio.process import run
from noveto.source import load


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


def file(office, **more):
    clerk = office.browser("rsj-005").moved()
    form = clerk.key("/desk/new")
    assert clerk.post("/desk/new", form | new_case(**more)).status_code == 303
    office.settle()
    return office.desk.queue.get(form["key"]).record


def plain(answer):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))


@pytest.mark.parametrize(
    "host", ["evil.example", "desk.test.evil.example", "evil.example:80", "127.0.0.1.evil.example", ""]
)
def test_a_foreign_name_that_points_here_gets_nothing(office, host):
    browser = office.browser("rsj-005")
    for path in ("/desk/", "/desk/sign-in", "/desk/me"):
        answer = browser.get(path, headers={"host": host})
        assert answer.status_code == 421, answer.text
        assert "不在这个网址" in answer.text
    rebound = {"host": host, "origin": f"http://{host}"}
    assert browser.post("/desk/sign-in", {"staff": "rsj-002"}, headers=rebound).status_code == 421
    assert browser.get("/desk/", headers={"host": "127.0.0.1:8000"}).status_code == 200


def test_with_tls_no_neighbouring_site_can_plant_a_session(office):
    sessions = Sessions(replace(office.settings, secure_cookies=True))
    answer = Response()
    sessions.start(answer, "rsj-005")
    told = answer.headers["set-cookie"]
    assert told.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in told
    assert "Path=/" in told
    assert "Domain" not in told


def test_marks_that_turn_text_around_are_taken_out_of_names(office):
    number = file(office, **{"applicant.name": "王\u202e明\u200b小", "facts": "隐形\u2066字符\u200b。"})
    clerk = office.browser("rsj-005").moved()
    assert "王明小" in clerk.post("/desk/find", {"q": "王明小"}).text
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", clerk.get(f"/desk/case/{number}").text)


def test_script_in_every_field_of_the_registers(office):
    admin = office.browser("sjj-005").moved()
    form = {"name": HOSTILE, "unit": "rsj", "role": "clerk", "ext": HOSTILE, "account": "hostile-1", "remark": HOSTILE,
            "since": "2026-10-10", "deputies.0.id": HOSTILE, "key": "s" * 22}  # fmt: skip
    refused = admin.post("/desk/registry/staff/new", form)
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    del form["deputies.0.id"]
    assert admin.post("/desk/registry/staff/new", form).status_code == 303
    office.settle()
    for path in ("/desk/registry?unit=rsj", "/desk/registry/staff/rsj-001", "/desk/new", "/desk/act/" + "s" * 22):
        page = office.browser("sjj-005" if "registry" in path or "act" in path else "rsj-005").moved().get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


@pytest.mark.parametrize(
    "change",
    [
        {"name": "甲\n- id: rsj-666\n  name: 乙\n  unit: rsj\n  role: admin"},
        {"ext": "1}\n- {id: rsj-666, name: 乙, unit: rsj, role: admin"},
        {"remark": "x\nstaff:\n- id: rsj-666\n  role: admin"},
        {"emails": "a@b.cn\n# \n- id: rsj-666"},
        {"id": "rsj-666"},
        {"from": "1999-01-01", "to": "2999-01-01"},
    ],
)
def test_text_that_looks_like_another_row_stays_in_its_field(office, change):
    admin = office.browser("sjj-005").moved()
    before = load(run(["show", "main:records/registry/staff.yml"], office.bare), file="").value["staff"]
    form = {"name": "陈某", "unit": "rsj", "role": "clerk", "since": "2026-10-10"} | change
    admin.post("/desk/registry/staff/new", form)
    office.settle()
    after = load(run(["show", "main:records/registry/staff.yml"], office.bare), file="").value["staff"]
    assert len(after) <= len(before) + 1
    assert "rsj-666" not in {row["id"] for row in after}
    added = [row for row in after if row not in before]
    assert all(row["role"] == "clerk" and row.get("from") == "2026-10-10" for row in added)


def test_the_last_administrator_cannot_shut_the_door_behind_her(office):
    admin = office.browser("sjj-005").moved()
    page = admin.get("/desk/registry/staff/sjj-005")
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    for form in ({"end": "1", "last": "2026-10-10"}, {"how": "fix", "name": "韩某", "unit": "sjj", "role": "clerk"}):
        answer = admin.post("/desk/registry/staff/sjj-005", {"seen": seen, **form})
        assert answer.status_code == 422
        assert "就没有管理员了" in plain(answer)
    assert office.desk.office.rights.may_set_up("sjj-005", TODAY)


def test_cases_of_others_are_not_handed_over_under_a_colleagues_name(office):
    foreign = next(one.case.id for one in office.desk.office.open_cases() if one.case.unit != "rsj")
    mine = file(office)
    head = office.browser("rsj-001").moved()
    assert head.get("/desk/handover?from=zjj-005").status_code == 403
    form = {"from": "rsj-003", "to": "rsj-005", "case": [foreign, mine, "../../x", "rsj-20261010-99"], "key": "h" * 22}
    before = office.commits()
    answer = head.post("/desk/handover?from=rsj-003", form)
    assert answer.status_code == 409
    office.settle()
    assert office.commits() == before
    stranger = office.browser("zjj-005").moved()
    assert stranger.post("/desk/handover?from=rsj-005", form | {"from": "rsj-005"}).status_code == 403
    wrong = head.post("/desk/handover?from=rsj-005", form | {"from": "rsj-005", "to": "zjj-005", "case": mine})
    assert wrong.status_code == 422


def test_an_act_of_one_tap_needs_the_token_and_a_right(office):
    number = file(office)
    clerk = office.browser("rsj-005").moved()
    before = office.commits()
    path = f"/desk/case/{number}/quick/remind"
    assert clerk.post(path, {"csrf": "wrong"}).status_code == 403
    assert clerk.get(path).status_code in (404, 405)
    assert clerk.post(path, {}, headers={"origin": "https://evil.example"}).status_code == 403
    assert office.browser("sjj-005").moved().post(path, {}).status_code == 403
    assert office.browser("zjj-005").moved().post(f"/desk/case/{number}/quick/deny", {"n": "1"}).status_code == 409
    office.settle()
    assert office.commits() == before


def test_a_breach_can_be_written_down_but_not_slipped_past(office):
    number = file(office)
    clerk = office.browser("rsj-005").moved()
    form = clerk.key(f"/desk/case/{number}/step/answered")
    fields = {"result": "refused", "how": "phone", "told_to": "self", "text": "不能办。", "honest": "1"}
    assert clerk.post(f"/desk/case/{number}/step/answered", form | fields | {"text": ""}).status_code == 422
    assert clerk.post(f"/desk/case/{number}/step/answered", form | fields | {"by": "rsj-002"}).status_code in (403, 422)
    told = clerk.post(f"/desk/case/{number}/step/answered", form | fields | {"text": "电话 13800001111"})
    assert told.status_code == 422
    assert office.desk.office.find(number).value["log"][-1]["step"] == "submitted"


def test_methods_nobody_offers(office):
    browser = office.browser("rsj-005").moved()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        for path in ("/desk/", "/desk/new", "/desk/registry"):
            answer = browser.send(method, path)
            assert answer.status_code in (404, 405), (method, path)


def test_a_calendar_nobody_issued(office):
    admin = office.browser("sjj-005").moved()
    before = office.commits()
    for text in (
        "",
        HOSTILE,
        "2027年1月1日放假。" * 400,
        "\x00\ud800".encode("utf-8", "replace").decode(),
        "二〇二七年",
    ):
        answer = admin.post("/desk/calendar", {"text": text, "sure": "1", "issued": "2026-11-04"})
        assert answer.status_code in (422, 400), text[:20]
        assert "<script>alert" not in answer.text
    office.settle()
    assert office.commits() == before
