"""Hostile tries against the desk, one by one; docs/threat-model.md lists them with their results."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from tests.desk.deskclient import HOSTILE, SITE, TODAY, Browser, Office, ledger, new_case

from noveto.cli.main import cli
from noveto.desk.session import COOKIE
from noveto.gitio.process import run


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("hostile") / "ledger.git")


@pytest.fixture(scope="module")
def shared(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One desk for the tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared")
    run(["clone", "-q", "--mirror", "--local", str(first), str(folder / "ledger.git")], folder)
    office = Office(folder / "ledger.git", folder / "state")
    yield office
    office.close()


@pytest.fixture(scope="module")
def signed_in(shared: Office) -> Browser:
    """A clerk who stays signed in."""
    return shared.browser("rsj-005")


@pytest.fixture
def clerk(signed_in: Browser) -> Browser:
    """The same clerk from an address of the test's own, so that one test's speed does not slow another down."""
    return signed_in.moved()


@pytest.fixture
def office(first: Path, tmp_path: Path) -> Iterator[Office]:
    """A desk of the test's own."""
    run(["clone", "-q", "--mirror", "--local", str(first), str(tmp_path / "ledger.git")], tmp_path)
    made = Office(tmp_path / "ledger.git", tmp_path / "state")
    yield made
    made.close()


def register(browser: Browser, **more: str) -> tuple[httpx.Response, dict[str, str]]:
    """Send 登记新件 and return the answer and the form sent."""
    form = browser.key("/desk/new") | new_case(**more)
    return browser.post("/desk/new", form), form


def filed(browser: Browser, **more: str) -> str:
    """Register a case and return its number."""
    answer, _ = register(browser, **more)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"])
    found = re.search(r"已入台账：([a-z0-9-]+)", page.text)
    assert found, page.text
    return found[1]


def harmless(text: str) -> bool:
    """Whether nothing of HOSTILE came through as markup or template."""
    return "<script>alert" not in text and "<img src=x" not in text and "49" not in re.findall(r"lt;(\d+)\$", text)


# -- script in every field ---------------------------------------------------------------------------------


def test_script_in_every_field_stays_text(office: Office, tmp_path: Path) -> None:
    clerk, leader = office.browser("rsj-005"), office.browser("rsj-002")
    texts = dict.fromkeys(("applicant.name", "facts", "grounds.text", "remark", "track_reason"), HOSTILE)
    texts |= {"applicant.kind": "enterprise", "matter.id": "other", "matter.name": HOSTILE, "matter.category": "other"}
    number = filed(clerk, **texts)
    seen = 0
    for browser in (clerk, leader):
        for path in ("/desk/", f"/desk/case/{number}", f"/desk/case/{number}/step/unit_review",
                     f"/desk/case/{number}/step/note", f"/desk/case/{number}/correct", "/desk/find"):  # fmt: skip
            page = browser.get(path)
            assert page.status_code < 500, path
            assert harmless(page.text), path
            seen += "&lt;script&gt;alert(1)" in page.text
    assert seen >= 3
    found = clerk.post("/desk/find", {"q": "<script>"})
    assert harmless(found.text)
    assert number in found.text
    # The site made of it: pages, feeds, drawings.
    run(["clone", "-q", str(office.bare), str(tmp_path / "clone")], tmp_path)
    made = CliRunner().invoke(
        cli,
        [
            "--root",
            str(tmp_path / "clone"),
            "--today",
            "2026-10-10",
            "site",
            "build",
            "--out",
            str(tmp_path / "out"),
            "--jobs",
            "1",
        ],
    )
    assert made.exit_code == 0, made.output
    pages = [page for kind in ("html", "xml", "atom", "svg") for page in (tmp_path / "out").rglob(f"*.{kind}")]
    assert [page for page in pages if not harmless(page.read_text("utf-8"))] == []
    own = next(page for page in pages if page.name == f"{number}.html")
    assert "&lt;script&gt;alert(1)" in own.read_text("utf-8")


def test_script_in_a_refused_form_and_in_addresses(clerk: Browser) -> None:
    answer, _ = register(
        clerk, facts="", **{"applicant.name": HOSTILE, "raised": HOSTILE, "way": HOSTILE, "to": HOSTILE}
    )
    assert answer.status_code == 422
    assert harmless(answer.text)
    for path in (f"/desk/case/{HOSTILE}", f"/desk/{HOSTILE}", f"/desk/sign-in?next={HOSTILE}", f"/desk/act/{HOSTILE}",
                 f"/desk/new?way={HOSTILE}&draft={HOSTILE}", f"/{HOSTILE}"):  # fmt: skip
        page = clerk.get(path)
        assert page.status_code < 500, path
        assert harmless(page.text), path


def test_script_in_a_draft(clerk: Browser) -> None:
    saved = clerk.post(
        "/desk/draft?form=new", {"facts": HOSTILE, "applicant.name": HOSTILE}, headers={"accept": "application/json"}
    )
    number = saved.json()["draft"]
    page = clerk.get(f"/desk/new?draft={number}")
    assert "&lt;script&gt;" in page.text
    assert harmless(page.text)
    assert harmless(clerk.get("/desk/").text)
    clerk.post("/desk/draft/drop", {"draft": number})


def test_the_browser_is_told_to_be_careful(clerk: Browser) -> None:
    for path in ("/desk/", "/desk/new", "/desk/case/nothing", "/desk/nothing"):
        headers = clerk.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    page = clerk.get("/desk/new").text
    assert "<script>" not in page
    assert not re.search(r"\son[a-z]+=", page)
    assert not re.search(r"\sstyle=", page)


# -- paths and ids -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/....//secret.txt", "/%252e%252e/secret.txt",
        "//etc/passwd", "/desk/static/../session.py", "/desk/static/%2e%2e/session.py", "/desk/static/..%2f..%2fsettings.py",
        "/desk/static//etc/passwd", "/index.html%00.txt", "/desk/case/..%2f..%2fsecret", "/desk/case/%2e%2e/correct",
        "/desk/draft/..%2f..%2fdrafts.db", "/desk/act/..%2fqueue.db", "/\\..\\secret.txt", "/sealed.db", "/drafts.db",
    ],
)  # fmt: skip
def test_path_tricks(clerk: Browser, path: str) -> None:
    answer = clerk.get(path)
    assert answer.status_code in (303, 307, 400, 403, 404), answer.status_code
    for secret in ("not for anybody", "root:", "SQLite format", "URLSafeSerializer"):
        assert secret not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "rsj-20261010-99",
        "RSJ-20261010-01",
        "rsj-20261010-01.yml",
        "-",
        "a" * 400,
        "rsj-20261010-01%0aHEAD",
        "%ff%fe",
        "main",
        "HEAD",
        "%00",
    ],
)
def test_forged_ids(clerk: Browser, name: str) -> None:
    for path in (f"/desk/case/{name}", f"/desk/case/{name}/step/note", f"/desk/case/{name}/correct"):
        assert clerk.get(path).status_code in (303, 404), path
    assert clerk.post(f"/desk/case/{name}/step/note", {"text": "x"}).status_code in (303, 404)


def test_a_number_of_ones_own_choosing_is_not_taken(office: Office) -> None:
    number = filed(
        office.browser("rsj-005"), id="gjj-20261010-77", unit="gjj", clerk="gjj-001", ref="aaaaaaaa", log="x"
    )
    assert number.startswith("rsj-20261010-")
    text = run(["show", f"main:records/cases/rsj/2026-10/{number}.yml"], office.bare).decode()
    assert "clerk: rsj-005" in text
    assert "gjj" not in text
    assert "aaaaaaaa" not in text


# -- forms replayed, forged, sent from elsewhere -------------------------------------------------------------


def test_a_form_sent_again_files_once(office: Office) -> None:
    clerk = office.browser("rsj-005")
    before = office.commits()
    answer, form = register(clerk)
    for _ in range(5):
        again = clerk.post("/desk/new", form)
        assert again.headers["location"] == answer.headers["location"]
    other = office.browser("rsj-002")
    stolen = other.post("/desk/new", form | {"csrf": other.csrf})
    assert stolen.status_code in (303, 403, 409, 422)
    assert "王小明" not in other.get(f"/desk/act/{form['key']}").text
    assert office.commits() == before + 1
    assert office.desk.sealed.count() == 1


def test_a_form_without_the_token(shared: Office, clerk: Browser) -> None:
    other = shared.browser("rsj-002")
    before = shared.commits()
    form = clerk.key("/desk/new") | new_case()
    for token in ("", "x", other.csrf, form["csrf"][:-1]):
        assert clerk.post("/desk/new", form | {"csrf": token}).status_code == 403
    assert shared.commits() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://desk.test.evil.example"},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)  # fmt: skip
def test_a_form_from_another_site(shared: Office, clerk: Browser, headers: dict[str, str]) -> None:
    before = shared.commits()
    form = clerk.key("/desk/new") | new_case()
    assert clerk.post("/desk/new", form, headers=headers).status_code == 403
    assert clerk.post("/desk/sign-out", {}, headers=headers).status_code == 403
    assert shared.commits() == before


def test_reading_changes_nothing(clerk: Browser) -> None:
    for path in ("/desk/sign-out", "/desk/lock", "/desk/draft", "/desk/draft/drop", "/desk/api/new"):
        assert clerk.get(path).status_code in (404, 405), path
    assert clerk.get("/desk/find").status_code == 200


# -- other people's cases and data ------------------------------------------------------------------------------


def test_other_units_cases(office: Office) -> None:
    number = filed(office.browser("rsj-005"))
    before = office.commits()
    foreign, head = office.browser("zjj-005"), office.browser("rsj-001")
    for step in ("answered", "unit_review", "corrected", "voided", "handed_over", "consult_answered", "struck"):
        page = foreign.get(f"/desk/case/{number}/step/{step}")
        assert page.status_code in (403, 404, 409), step
        sent = foreign.post(f"/desk/case/{number}/step/{step}", {"text": "x", "result": "done", "how": "phone"})
        assert sent.status_code in (403, 404, 409), step
    sent = head.post(f"/desk/case/{number}/step/unit_review", {"decision": "do", "text": "x", "by": "zjj-002"})
    assert sent.status_code in (403, 409, 422)
    assert office.commits() == before


def test_writing_in_anothers_name(office: Office) -> None:
    clerk = office.browser("rsj-005")
    number = filed(clerk)
    before = office.commits()
    for by in ("rsj-002", "zjj-005", "nobody", HOSTILE):
        form = clerk.key(f"/desk/case/{number}/step/note")
        sent = clerk.post(f"/desk/case/{number}/step/note", form | {"text": "冒名", "by": by, "recorded_by": "rsj-002"})
        if sent.status_code == 303:  # 代录 is allowed for her own unit: then she herself is named as the one who typed
            page = clerk.get(sent.headers["location"])
            assert by == "rsj-002", page.text
    made = run(["log", "--format=%ae", f"-{office.commits() - before or 1}", "main"], office.bare).decode().split()
    assert set(made) <= {office.desk.office.registry.staff["rsj-005"].emails[0]}
    text = run(["show", f"main:records/cases/rsj/2026-10/{number}.yml"], office.bare).decode()
    for entry in re.split(r"\n(?=- at)", text.partition("\nlog:")[2]):
        assert "by: rsj-005" in entry or "recorded_by: rsj-005" in entry or not entry.strip()


def test_full_names_stay_in_the_own_unit(office: Office) -> None:
    clerk = office.browser("rsj-005")
    number = filed(clerk)
    assert "王小明" in clerk.post("/desk/find", {"q": "王小明"}).text
    for staff in ("zjj-005", "zwzx-003", "sjj-003", "sjj-005"):
        other = office.browser(staff)
        assert "王小明" not in other.post("/desk/find", {"q": "王小"}).text.replace('value="王小', "")
        assert number not in other.post("/desk/find", {"q": "1111"}).text
        for path in (f"/desk/case/{number}", f"/desk/case/{number}/form", "/desk/"):
            page = other.get(path)
            assert page.status_code != 500
            assert "王小明" not in page.text
            assert "13800001111" not in page.text
    assert [one.by for one in office.desk.sealed.readings("rsj", TODAY, TODAY.replace(year=2999))].count("rsj-005") >= 1


def test_printing_gives_full_names_to_the_own_unit_alone(office: Office) -> None:
    number = filed(office.browser("rsj-005"))
    for staff in ("rsj-005", "zjj-005", "sjj-005"):
        printed = office.browser(staff).get(f"/desk/case/{number}/form?kind=register&as=pdf")
        assert printed.content.startswith(b"%PDF"), printed.text
    looks = office.desk.sealed.readings("rsj", TODAY, TODAY.replace(year=2999))
    assert [(one.by, one.what) for one in looks if one.why == "print"] == [
        ("rsj-005", "read"), ("zjj-005", "refused"), ("sjj-005", "refused"),
    ]  # fmt: skip


def test_full_names_never_reach_git(office: Office) -> None:
    filed(office.browser("rsj-005"))
    objects = run(
        ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"], office.bare
    ).decode()
    blobs = [line.split()[0] for line in objects.splitlines() if line.endswith("blob")]
    content = run(["cat-file", "--batch"], office.bare, input="\n".join(blobs).encode())
    assert "王小明".encode() not in content
    assert b"13800001111" not in content
    assert "王**".encode() in content
    for file in (office.settings.state / "queue.db", office.settings.state / "queue.db-wal"):
        if file.exists():
            assert "王小明".encode() not in file.read_bytes()


def test_numbers_typed_into_free_text_are_refused_and_not_echoed_in_the_message(shared: Office) -> None:
    before = shared.commits()
    answer, _ = register(shared.browser("rsj-005"), facts="来电 13912345678，身份证 11010519491231002X。")
    assert answer.status_code == 422
    errors = re.sub(r"<textarea.*?</textarea>", "", answer.text, flags=re.S)
    assert "13912345678" not in errors
    assert "11010519491231002X" not in errors
    # told at once with what else is wrong
    answer, _ = register(
        shared.browser("rsj-005"), facts="来电 13912345678。", **{"applicant.name": "", "matter.id": ""}
    )
    assert answer.status_code == 422
    for told in ("请写来人的姓名或单位名称", "请选事项", "手机号"):
        assert told in re.sub(r"<textarea.*?</textarea>", "", answer.text, flags=re.S)
    assert shared.commits() == before


def test_who_left_is_out_at_once(office: Office, tmp_path: Path) -> None:
    """staff.yml changes on main: the session of somebody who left is worth nothing from then on."""
    leader = office.browser("rsj-002")
    assert leader.get("/desk/").status_code == 200
    change_staff(office, tmp_path, "rsj-002", "to: 2026-10-09")
    assert leader.get("/desk/").status_code == 303
    fresh = office.browser()
    fresh.get("/desk/sign-in")
    assert fresh.post("/desk/sign-in", {"staff": "rsj-002"}).status_code == 403


def test_a_role_taken_away_is_gone_at_once(office: Office, tmp_path: Path) -> None:
    number = filed(office.browser("rsj-005"))
    leader = office.browser("rsj-002")
    form = leader.key(f"/desk/case/{number}/step/unit_review")
    change_staff(office, tmp_path, "rsj-002", "role: clerk")
    before = office.commits()
    sent = leader.post(f"/desk/case/{number}/step/unit_review", form | {"decision": "do", "text": "x", "by": "rsj-002"})
    assert sent.status_code in (403, 422)
    assert office.commits() == before


def change_staff(office: Office, folder: Path, staff: str, line: str) -> None:
    """Change one line of one person on main, as an administrator would."""
    clone = folder / "admin"
    run(["clone", "-q", str(office.bare), str(clone)], folder)
    path = clone / "records" / "registry" / "staff.yml"
    lines = path.read_text("utf-8").split("\n")
    at = lines.index(f"- id: {staff}")
    key = line.partition(":")[0]
    end = next(n for n in range(at + 1, len(lines)) if lines[n].startswith("- ") or not lines[n])
    old = next((n for n in range(at + 1, end) if lines[n].startswith(f"  {key}:")), None)
    if old is None:
        lines.insert(end, f"  {line}")
    else:
        lines[old] = f"  {line}"
    path.write_text("\n".join(lines), "utf-8")
    for args in (
        ["add", "-A"],
        ["-c", "user.name=管理员", "-c", "user.email=a@b.cn", "commit", "-q", "-m", "人员"],
        ["push", "-q"],
    ):
        run(args, clone)


# -- odd bodies ------------------------------------------------------------------------------------------


def test_ten_megabytes(shared: Office) -> None:
    clerk = shared.browser("rsj-005")
    body = b"csrf=" + clerk.csrf.encode() + b"&facts=" + b"a" * (10 << 20)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert clerk.send("POST", "/desk/new", content=body, headers=form).status_code == 413

    async def pieces():  # type: ignore[no-untyped-def]
        for _ in range(160):
            yield b"a" * (64 << 10)

    assert clerk.send("POST", "/desk/new", content=pieces(), headers=form).status_code == 413
    assert clerk.send("POST", "/desk/draft?form=new", content=body, headers=form).status_code == 413
    assert clerk.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"csrf=TOKEN&facts=%ff%fe%00%80&sure=1", "application/x-www-form-urlencoded"),
        (b"csrf=TOKEN&facts=\xff\xfe\x00\x80&sure=1", "application/x-www-form-urlencoded"),
        (b"csrf=TOKEN&facts=%ed%a0%80%ed%b0%80&applicant.name=%ed%a0%80&sure=1", "application/x-www-form-urlencoded"),
        (b"csrf=TOKEN&" + b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
        (b"csrf=TOKEN&matter.id=&matter=1&matter.name.x.y=2&applicant=%5B%5D&grounds.basis.9999999.title=a", "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nTOKEN\r\n--x\r\nContent-Disposition: form-data; '
         b'name="facts"; filename="../../a"\r\n\r\nx\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b'{"csrf": "TOKEN", "facts": "x"}', "application/json"),
        (b"\x00" * 100, "text/plain"),
        (b"", ""),
    ],
    ids=["percent", "raw", "surrogates", "many fields", "odd names", "file", "broken parts", "no boundary", "json", "nul", "empty"],
)  # fmt: skip
def test_broken_bodies(shared: Office, clerk: Browser, body: bytes, kind: str) -> None:
    before = shared.commits()
    for path in ("/desk/new", "/desk/api/new", "/desk/find", "/desk/draft/drop"):
        answer = clerk.send(
            "POST", path, content=body.replace(b"TOKEN", clerk.csrf.encode()), headers={"Content-Type": kind}
        )
        assert answer.status_code < 500, path
    assert shared.commits() == before
    assert clerk.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "sign",
    [
        "\x00",
        "\x1b[31m",
        "\u2028",
        "\u202e",
        "\ufeff",
        "\x85",
        "\x7f",
        "\r\n---\r\n",
        "\n- at: 2026-10-10T00:00\n  by: rsj-002\n  step: answered\n",
    ],
)
def test_odd_signs_cannot_break_out_of_their_field(shared: Office, clerk: Browser, sign: str) -> None:
    """Text that looks like another step stays text."""
    answer, _ = register(clerk, facts=f"前{sign}后", **{"grounds.text": f"未查到{sign}后"})
    assert answer.status_code in (303, 422), answer.status_code
    if answer.status_code == 303:
        page = clerk.get(answer.headers["location"])
        number = re.search(r"已入台账：([a-z0-9-]+)", page.text)
        assert number, page.text
        held = shared.desk.office.find(number[1])
        assert held is not None
        assert [entry["step"] for entry in held.value["log"]] == ["submitted"]


def test_many_forms_at_once_are_slowed_down(shared: Office) -> None:
    clerk = shared.browser("rsj-005")
    told = [clerk.post("/desk/find", {"q": "x"}).status_code for _ in range(70)]
    assert 429 in told
    assert "etc" not in clerk.post("/desk/find", {"q": "x"}).text
    assert shared.browser("rsj-002").post("/desk/find", {"q": "x"}).status_code == 422  # nobody else is slowed down


# -- sessions -------------------------------------------------------------------------------------------


def test_after_another_sits_down_nothing_of_the_former_is_left(office: Office) -> None:
    clerk = office.browser("rsj-005")
    draft = clerk.post(
        "/desk/draft?form=new",
        {"facts": "上一位写的", "applicant.name": "王小明"},
        headers={"accept": "application/json"},
    ).json()["draft"]
    kept = clerk.cookies.get(COOKIE)
    assert clerk.get("/desk/").headers["cache-control"] == "no-store"
    left = clerk.post("/desk/sign-out", {})
    assert "storage" in left.headers["clear-site-data"]
    assert not clerk.cookies.get(COOKIE)
    assert clerk.get("/desk/").status_code == 303
    clerk.sign_in("rsj-001")
    assert clerk.get(f"/desk/draft/{draft}").status_code == 404
    assert "上一位写的" not in clerk.get(f"/desk/new?draft={draft}").text
    assert draft not in clerk.get("/desk/").text
    clerk.cookies.set(COOKIE, str(kept), domain="desk.test")
    assert clerk.get("/desk/").status_code == 303, "the former session must be over"


def test_the_session_is_new_at_each_sign_in(shared: Office) -> None:
    victim = shared.browser()
    attacker = shared.browser("zjj-005")
    victim.cookies.set(COOKIE, str(attacker.cookies.get(COOKIE)), domain="desk.test")
    victim.get("/desk/find")
    assert victim.post("/desk/sign-in", {"staff": "rsj-005"}).status_code == 303
    mine = [cookie.value for cookie in victim.cookies.jar if cookie.name == COOKIE]
    assert attacker.cookies.get(COOKIE) not in mine[-1:]
    assert attacker.get("/desk/").status_code == 303, "the session that was planted is over"


@pytest.mark.parametrize(
    "cookie", ["", "x", "WyJhIiwicnNqLTAwMiIsImIiLDEsMV0.x", "é", "a" * 5000, '["sid","rsj-002","csrf",0,0]']
)
def test_sessions_of_ones_own_making(shared: Office, cookie: str) -> None:
    answer = shared.browser().get("/desk/", headers={"cookie": f"{COOKIE}={cookie}".encode()})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


def test_a_session_changed_by_one_sign(shared: Office) -> None:
    good = str(shared.browser("rsj-005").cookies.get(COOKIE))
    for at in range(0, len(good), 7):
        bad = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        assert shared.browser().get("/desk/", headers={"cookie": f"{COOKIE}={bad}"}).status_code == 303


def test_a_browser_left_alone_is_locked(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = shared.browser("rsj-005")
    now = time.time()
    monkeypatch.setattr("noveto.desk.session.time.time", lambda: now + 601)
    assert clerk.get("/desk/").status_code == 303
    assert clerk.post("/desk/find", {"q": "王小"}).status_code == 303


def test_the_cookie_is_guarded(shared: Office) -> None:
    browser = shared.browser()
    told = browser.post("/desk/sign-in", {"staff": "rsj-005"}).headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=lax" in told


def test_no_demonstration_in_production(first: Path, tmp_path: Path) -> None:
    office = Office(first, tmp_path / "state", demo=False)
    try:
        browser = office.browser()
        assert "rsj-005" not in browser.get("/desk/sign-in").text
        assert browser.post("/desk/sign-in", {"staff": "rsj-005"}).status_code == 403
        for path in ("/desk/", "/desk/new", "/desk/find", "/desk/case/x", "/desk/act/x", "/desk/draft/x"):
            answer = browser.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/desk/sign-in")
    finally:
        office.close()


def test_sign_in_leads_nowhere_else(shared: Office) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = shared.browser().post("/desk/sign-in", {"staff": "rsj-005", "next": target})
        assert answer.status_code == 303
        assert not answer.headers["location"].startswith(("http", "//", "/\\", "javascript"))
        assert answer.headers["location"].startswith("/")
    answer = shared.browser().get("/desk/", headers={"host": "evil.example"})
    assert "evil.example" not in answer.text + str(answer.headers)


# -- the proxy's header on the whole desk -------------------------------------------------------------------


def test_a_trusted_proxy_signs_in_and_a_stranger_does_not(first: Path, tmp_path: Path) -> None:
    env = {"NOVETO_PROXY_HEADER": "X-Remote-User", "NOVETO_PROXY_PEERS": "10.1.0.1"}
    office = Office(first, tmp_path / "state", demo=False, env=env)
    try:
        through = office.browser(peer="10.1.0.1")
        assert through.get("/desk/signin/proxy", headers={"X-Remote-User": "rsj-005"}).status_code == 303
        assert through.get("/desk/").status_code == 200
        direct = office.browser(peer="10.1.0.2")
        forged = {"X-Remote-User": "rsj-002", "X-Forwarded-For": "10.1.0.1"}
        assert direct.get("/desk/signin/proxy", headers=forged).status_code == 403
        assert direct.get("/desk/", headers=forged).status_code == 303
        unknown = office.browser(peer="10.1.0.1").get("/desk/signin/proxy", headers={"X-Remote-User": "nobody"})
        assert unknown.status_code == 403
        assert "人员表" in unknown.text
        # Somebody else signs in at the portal, in the same browser: the former person's session is not hers.
        assert through.get("/desk/", headers={"X-Remote-User": "zjj-005"}).status_code == 303
        assert through.get("/desk/", headers={"X-Remote-User": "rsj-005"}).status_code == 200
    finally:
        office.close()


def test_every_address_of_the_desk_asks_who_is_there(shared: Office) -> None:
    """A page added later is looked at too."""
    from starlette.routing import Route

    open_to_all = {"/desk", "/desk/sign-in", "/desk/sign-out", "/desk/lock", "/desk/me", "/desk/health"}
    stranger = shared.browser()
    for route in shared.app.routes:
        if not isinstance(route, Route) or route.path in open_to_all or route.path.startswith("/desk/static/"):
            continue
        if route.path.startswith("/desk"):
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                answer = stranger.send(method, path)
                assert answer.status_code in (303, 401, 403), f"{method} {path}: {answer.status_code}"
    assert SITE.startswith("http")
