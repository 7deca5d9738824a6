"""登记册 and 工作日历 on the desk: dated changes by those who may, byte-exact, each a commit of the person's own."""

import re
import time
from html import unescape

import pytest
from tests.desk.deskclient import TODAY, Office, ledger

from noveto.gitio.process import run
from noveto.source import load

ADMIN = "sjj-005"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


@pytest.fixture
def admin(office):
    return office.browser(ADMIN)


def text_of(office, path):
    return run(["show", f"main:{path}"], office.bare).decode()


def staff_of(office, name):
    rows = load(text_of(office, "records/registry/staff.yml").encode(), file="").value["staff"]
    return [row for row in rows if row["id"] == name]


def fields_of(page):
    """Return what a browser would send of a form as it stands."""
    form = page.text.split('class="dk-form"')[1].split("</form>")[0]
    given = {
        n: unescape(v)
        for n, v in re.findall(r'<input type="(?:hidden|text|date)"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)
    }
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        given[name] = chosen[1] if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        given[name] = unescape(inner)
    for tag in re.findall(r"<input type=\"(?:radio|checkbox)\"[^>]*checked[^>]*>", form):
        name, value = re.search(r'name="([^"]+)" value="([^"]*)"', tag).groups()
        given.setdefault(name, [])
        given[name] = [*given[name], value] if isinstance(given[name], list) else given[name]
    return given


def done(browser, answer):
    assert answer.status_code == 303, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))
    until = time.monotonic() + 30
    while "正在入台账" in (page := browser.get(answer.headers["location"])).text and time.monotonic() < until:
        time.sleep(0.1)
    browser.office.settle()
    assert "已入台账" in page.text, re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text))
    return page


def test_only_administrators_see_the_registry(office):
    for staff in ("rsj-005", "rsj-001", "rsj-002", "zwzx-003", "sjj-003"):
        browser = office.browser(staff)
        assert browser.get("/desk/registry").status_code == 403
        assert (
            browser.post("/desk/registry/staff/new", {"name": "假某", "unit": "rsj", "role": "admin"}).status_code
            == 403
        )
        assert browser.get("/desk/calendar").status_code == 403
        assert "/desk/registry" not in browser.get("/desk/").text


def test_a_person_is_added_with_a_first_day_and_nothing_else_changes(office, admin):
    before = text_of(office, "records/registry/staff.yml")
    page = admin.get("/desk/registry/staff/new?unit=rsj")
    given = fields_of(page) | {
        "name": "陈某",
        "role": "clerk",
        "since": "2026-10-12",
        "ext": "8055",
        "windows": "rsj-w01",
    }
    told = done(admin, admin.post("/desk/registry/staff/new", given))
    assert "陈某" in told.text
    after = text_of(office, "records/registry/staff.yml")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    number = re.search(r"- id: (rsj-\d+)", "\n".join(added))[1]
    assert staff_of(office, number) == [
        {"id": number, "name": "陈某", "unit": "rsj", "role": "clerk", "windows": ["rsj-w01"], "ext": "8055",
         "from": "2026-10-12"}
    ]  # fmt: skip
    block = after[after.index(f"- id: {number}\n") :]
    block = block[: block.index("\n- id:", 5) + 1]
    assert after.replace(block, "") == before
    author = run(["log", "-1", "--format=%an|%ae|%cn|%s", "main"], office.bare).decode()
    assert author.startswith(f"韩某|{ADMIN}@")
    assert "办件台" in author
    assert f"陈某（{number}）" in author


def test_moving_on_a_day_keeps_what_was_as_history(office, admin):
    old = staff_of(office, "rsj-005")[0]
    page = admin.get("/desk/registry/staff/rsj-005")
    window = next(w for w in office.desk.office.registry.windows_of["rsj"] if w.id not in old["windows"]).id
    done(
        admin, admin.post("/desk/registry/staff/rsj-005", fields_of(page) | {"since": "2026-10-20", "windows": window})
    )
    was, now = staff_of(office, "rsj-005")
    assert was == old | {"to": "2026-10-19"}
    assert now == old | {"from": "2026-10-20", "windows": [window]}
    assert office.browser("rsj-005").get("/desk/").status_code == 200


def test_a_mistake_is_put_right_in_its_line(office, admin):
    page = admin.get("/desk/registry/staff/rsj-001")
    before = text_of(office, "records/registry/staff.yml")
    done(admin, admin.post("/desk/registry/staff/rsj-001", fields_of(page) | {"how": "fix", "ext": "8123"}))
    after = text_of(office, "records/registry/staff.yml")
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert changed[0][1].strip() == 'ext: "8123"'


def test_who_leaves_is_out_and_the_cases_are_on_a_list(office, admin):
    leaver = next(
        one.case.clerk for one in office.desk.office.open_cases() if one.case.unit == "scjgj" and one.status == "open"
    )
    page = admin.get(f"/desk/registry/staff/{leaver}")
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)[1]
    given = {"key": "z" * 22, "seen": seen, "end": "1", "last": "2026-10-09"}
    told = done(admin, admin.post(f"/desk/registry/staff/{leaver}", given))
    assert f"/desk/handover?from={leaver}" in told.text
    office.settle()
    assert office.desk.person(leaver) is None
    listed = admin.get(f"/desk/handover?from={leaver}")
    assert "已离岗" in listed.text
    assert "窗口负责人：" in listed.text  # the administrator is told who may hand over
    head = next(p.id for p in office.desk.office.registry.staff_of["scjgj"] if p.role == "head")
    browser = office.session(head)
    page = browser.get(f"/desk/handover?from={leaver}")
    names = re.findall(r'name="case" value="([\w-]+)" checked', page.text)
    assert names
    key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
    to = re.findall(r'<option value="(scjgj-\d+)"', page.text)[-1]
    form = {"key": key, "case": names, "to": to, "text": "离岗移交。"}
    answer = browser.post(f"/desk/handover?from={leaver}", form)
    assert answer.status_code == 303
    again = browser.post(f"/desk/handover?from={leaver}", form)
    assert again.status_code in (303, 409)
    office.settle()
    assert [office.desk.queue.get(f"{key}-{n:03d}").state for n in range(len(names))] == ["done"] * len(names), (
        office.desk.queue.get(f"{key}-000")
    )
    log = run(["log", "--format=%B", "main"], office.bare).decode()
    assert sum(log.count(f"Act: {key[:36]}-{n:03d}\n") for n in range(len(names))) == len(names)
    for name in names:
        assert office.desk.office.find(name).value["log"][-1]["to"] == to
    assert "没有在办的件" in browser.get(f"/desk/handover?from={leaver}").text


def test_a_unit_administrator_keeps_her_own_unit_and_makes_no_administrators(office, admin):
    page = admin.get("/desk/registry/staff/new?unit=zjj")
    told = done(
        admin,
        admin.post(
            "/desk/registry/staff/new", fields_of(page) | {"name": "管某", "role": "admin", "account": "zjj-adm"}
        ),
    )
    number = re.search(r"（(zjj-\d+)）", told.text)[1]
    from noveto.history.rights import Rights

    office.desk.office.renew(TODAY)
    rights: Rights = office.desk.office.rights
    assert rights.kept_units(number, TODAY) == {"zjj"} | {
        u.id for u in office.desk.office.registry.units.values() if u.parent == "zjj"
    }
    assert rights.may_enter(None, {"unit": "zjj", "role": "clerk"}, number, TODAY)
    assert not rights.may_enter(None, {"unit": "rsj", "role": "clerk"}, number, TODAY)
    assert not rights.may_enter(None, {"unit": "zjj", "role": "admin"}, number, TODAY)
    assert not rights.may_enter({"unit": "rsj", "role": "clerk"}, {"unit": "zjj", "role": "clerk"}, number, TODAY)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "姓名"),
        ({"windows": "no-such-window"}, "no-such-window"),
        ({"emails": "不是邮箱"}, "邮箱"),
        ({"account": "rsj-002"}, "王主任"),
        ({"since": "明天"}, "日期写的是"),
        ({"unit": "nowhere"}, "不由您管"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(office, admin, change, told):
    before = office.commits()
    page = admin.get("/desk/registry/staff/new?unit=rsj")
    given = fields_of(page) | {"name": "陈某", "role": "clerk", "since": "2026-10-12"} | change
    answer = admin.post("/desk/registry/staff/new", given)
    assert answer.status_code == 422
    assert told in answer.text
    assert office.commits() == before


def test_a_row_changed_meanwhile_is_a_conflict_and_other_rows_are_not(office, admin):
    mine, other = admin.get("/desk/registry/staff/rsj-002"), admin.get("/desk/registry/staff/zjj-005")
    done(admin, admin.post("/desk/registry/staff/rsj-002", fields_of(mine) | {"how": "fix", "ext": "8222"}))
    late = admin.post("/desk/registry/staff/rsj-002", fields_of(mine) | {"how": "fix", "ext": "8333", "key": "l" * 22})
    assert late.status_code == 409
    assert "8333" in late.text
    done(admin, admin.post("/desk/registry/staff/zjj-005", fields_of(other) | {"how": "fix", "ext": "8444"}))
    assert staff_of(office, "rsj-002")[0]["ext"] == "8222"


def test_windows_and_matters_too(office, admin):
    page = admin.get("/desk/registry/windows/new?unit=rsj")
    given = fields_of(page) | {"name": "社保 9 号窗口", "hall": "czdt", "kind": "unit", "since": "2026-10-12"}
    done(admin, admin.post("/desk/registry/windows/new", given))
    assert "社保 9 号窗口" in admin.get("/desk/registry?unit=rsj").text
    page = admin.get("/desk/registry/matters/m-0301")
    done(admin, admin.post("/desk/registry/matters/m-0301", fields_of(page) | {"hours": "工作日 8:30-17:00"}))
    assert "工作日 8:30-17:00" in text_of(office, "records/registry/matters.yml")
    assert admin.get("/desk/registry/units/rsj").status_code == 404
    assert admin.get("/desk/registry/staff/..%2Foffice").status_code == 404


NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月4日
"""


def test_a_notice_is_pasted_looked_at_and_confirmed(office, admin):
    page = admin.get("/desk/calendar")
    wrong = admin.post("/desk/calendar", fields_of(page) | {"text": "明年放假。"})
    assert wrong.status_code == 422
    assert "明年放假。" in wrong.text
    off = NOTICE.replace("5月8日（周六）", "5月8日（周日）")
    assert admin.post("/desk/calendar", fields_of(page) | {"text": off}).status_code == 422
    seen = admin.post("/desk/calendar", fields_of(page) | {"text": NOTICE})
    assert seen.status_code == 200, seen.text
    assert "到期日要变的" in seen.text
    assert "2027-02-05" in seen.text
    before = office.commits()
    given = fields_of(seen)
    assert given["sure"] == "1"
    assert office.commits() == before
    done(admin, admin.post("/desk/calendar", given))
    assert "2027-02-05" in text_of(office, "records/calendar/2027.yml")
    office.settle()
    assert office.desk.office.context.calendar.known_through.isoformat() == "2027-12-19"
    again = admin.post("/desk/calendar", fields_of(admin.get("/desk/calendar")) | {"text": NOTICE})
    assert "已经录入了" in again.text
