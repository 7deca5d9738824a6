"""The printing page: what is missing is told first, Word files, characters without a glyph, where the copies went."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from tests.desk.deskclient import TODAY, Browser, Office, ledger

from noveto.gitio.process import run


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("printing")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


def filed(clerk: Browser, **more: str) -> str:
    """File a case that asks for approval, and return its number."""
    page = clerk.get("/desk/new").text
    fields = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page))
    raised = re.search(r'name="raised"[^>]*value="([^"]+)"', page)
    matter = re.search(r'<option value="(m-[0-9]+)"', page)
    assert raised
    assert matter
    fields |= {"way": "approval", "applicant.name": "欧阳小明", "applicant.contact": "13800001111",
               "applicant.kind": "person", "raised": raised[1], "matter.id": matter[1], "facts": "要求补缴断缴的六个月。",
               "reason.main": "R06", "to": "rsj-002", "sure": "1"}  # fmt: skip
    answer = clerk.post("/desk/new", fields | more)
    assert answer.status_code == 303, answer.text
    clerk.office.settle()
    found = re.search(r"([a-z]+-[0-9]{8}-[0-9]{2})", clerk.get(answer.headers["location"]).text)
    assert found
    return found[1]


def step(browser: Browser, number: str, name: str, **fields: str) -> None:
    page = browser.get(f"/desk/case/{number}/step/{name}").text
    hidden = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page))
    answer = browser.post(f"/desk/case/{number}/step/{name}", hidden | fields)
    assert answer.status_code == 303, answer.text
    browser.office.settle()


def text_of(office: Office, number: str) -> str:
    return run(["show", f"main:records/cases/rsj/{number[4:8]}-{number[8:10]}/{number}.yml"], office.bare).decode()


def test_what_is_missing_is_told_before_printing(office: Office) -> None:
    clerk = office.browser("rsj-005")
    number = filed(clerk)
    assert "密封册里取不到" not in clerk.get(f"/desk/case/{number}/form").text
    assert "密封册里取不到" in office.browser("zjj-005").get(f"/desk/case/{number}/form").text
    assert [one.by for one in office.desk.sealed.readings("rsj", TODAY, TODAY.replace(year=2999))
            if one.case == number] == []  # fmt: skip
    office.desk.sealed.purge(TODAY.replace(year=2999))
    assert "请用笔补上" in clerk.get(f"/desk/case/{number}/form").text


def test_the_word_file_has_the_full_name_for_the_own_unit_alone(office: Office) -> None:
    clerk = office.browser("rsj-005")
    number = filed(clerk)
    told = {}
    for staff in ("rsj-005", "zjj-005"):
        made = office.browser(staff).get(f"/desk/case/{number}/form?kind=register&as=docx")
        assert made.headers["content-disposition"] == f'attachment; filename="{number}-register.docx"'
        told[staff] = Document(io.BytesIO(made.content)).tables[0].cell(1, 2).text
    assert told == {"rsj-005": "欧阳小明", "zjj-005": "欧阳**"}
    assert clerk.get(f"/desk/case/{number}/form?kind=register&as=exe").status_code == 404


def test_characters_no_font_has_are_told_before_they_are_printed(office: Office) -> None:
    clerk = office.browser("rsj-005")
    number = filed(clerk, facts="要求补缴😀断缴的六个月。")
    page = clerk.get(f"/desk/case/{number}/form?kind=register&as=pdf")
    assert page.status_code == 409
    assert "😀" in page.text
    link = f"/desk/case/{number}/form?kind=register&amp;as=pdf&amp;anyway=1"
    assert link in page.text
    assert clerk.get(link.replace("&amp;", "&")).content.startswith(b"%PDF")


def test_the_three_copies_are_recorded_in_one_act(office: Office) -> None:
    clerk, leader = office.browser("rsj-005"), office.browser("rsj-002")
    number = filed(clerk, veto="yes", **{"grounds.text": "系统没有入口。"})
    step(leader, number, "unit_review", decision="approve_refusal", text="同意。", basis_checked="yes")
    step(clerk, number, "answered", result="refused", how="in_person", told_to="self", text="不能补缴。", honest="1")
    page = clerk.get(f"/desk/case/{number}/form").text
    assert "登记表三份都给出去了吗" in page
    assert "系统已报备" in page
    fields = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page))
    assert clerk.post(f"/desk/case/{number}/copies", fields).status_code == 422
    other = office.browser("zjj-005")
    other.get(f"/desk/case/{number}")
    assert "三份都给出去了吗" not in other.get(f"/desk/case/{number}/form").text
    assert other.post(f"/desk/case/{number}/copies", {"applicant": "1", "key": "a" * 20}).status_code == 403
    ticked = {"applicant": "1", "applicant.method": "posted", "window": "1"}
    before = office.commits()
    assert clerk.post(f"/desk/case/{number}/copies", fields | ticked | {"applicant.method": "eaten"}).status_code == 422
    answer = clerk.post(f"/desk/case/{number}/copies", fields | ticked)
    assert answer.status_code == 303
    office.settle()
    assert clerk.post(f"/desk/case/{number}/copies", fields | ticked).headers["location"] == answer.headers["location"]
    office.settle()
    assert office.commits() == before + 1
    text = text_of(office, number)
    assert re.findall(r"copy: (\w+)\n +method: (\w+)", text) == [("applicant", "posted"), ("window", "handed")]
    page = clerk.get(f"/desk/case/{number}/form").text
    assert re.search(r"✓ 服务对象：[0-9-]+ 邮寄", page)
    assert page.count('type="checkbox"') == 1


def test_paths_in_the_address_print_nothing(office: Office, tmp_path: Path) -> None:
    clerk = office.browser("rsj-005")
    for name in ("..%2f..%2fetc%2fpasswd", "rsj-20261010-01%2f..%2f..", "HEAD", "main:records"):
        assert clerk.get(f"/desk/case/{name}/form?kind=register&as=pdf").status_code == 404
    number = filed(clerk)
    for kind in ("../register", "blank", "register.typ", ""):
        assert clerk.get(f"/desk/case/{number}/form", params={"kind": kind, "as": "pdf"}).status_code == 404
