"""Records that main holds although they have an error: shown as such, on their page and in every list."""

import re

import pytest
from tests.desk.deskclient import TODAY, Office, ledger, new_case

from noveto.checks.run import hold_errors
from noveto.gitio import Repo
from noveto.gitio.onto import Written, commit_onto, move_ref
from noveto.ledger import Ledger

NOTE = "这份记录有错，没有算进网站的任何名单和数，请先改。"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faulty")
    made = Office(ledger(folder / "ledger.git"), folder / "state")
    yield made
    made.close()


def put(office, path, text):
    """Put a text into main past the desk, as somebody with the right to push could before there was a hook."""
    repo, tip = Repo.discover(office.bare), office.desk.main.tip()
    made = commit_onto(repo, tip, [Written(((path, text.encode()),), "改", "a", "a@b", 1_790_000_000)], ("a", "a@b"))[
        -1
    ]
    move_ref(repo, office.desk.main.ref, made, tip)
    office.desk.office.renew(TODAY)


def filed(office):
    clerk = office.browser("rsj-005")
    form = clerk.key("/desk/new")
    clerk.post("/desk/new", form | new_case())
    office.settle()
    return clerk, office.desk.office.find(office.desk.queue.get(form["key"]).record)


def test_the_desk_holds_back_what_the_checker_holds_back(office):
    desk = office.desk.office
    mistakes = [
        (r"window: (\w+)-w\d+", r"window: \1-w99"),
        (r"clerk: (\w+)-\d+", r"clerk: \1-999"),
        (r"facts: (\|\n  )?", r"facts: \1电话 0566-2023456 "),
        (r"\bid: m-\d+", "id: m-9998"),
        (r"name: \S\*\*", "name: 王小明"),
    ]
    before = {}
    for record in desk.open_records():
        text = desk.at(record.path).data.decode()
        if mistakes and re.search(mistakes[0][0], text):
            pattern, wrong = mistakes.pop(0)
            before[record.path] = text
            put(office, record.path, re.sub(pattern, wrong, text, count=1))
    assert not mistakes
    with Ledger.open(office.bare, at=desk.tip) as opened:
        hold_errors(opened, TODAY)
        held = {item.path for item in opened.quarantined}
        sound = {record.path for kind in ("case", "complaint") for record in opened.records(kind)}
    readable = {path: found for path in held | sound if (found := desk.at(path)) is not None}
    assert len(held & set(readable)) == 5
    assert {path for path, found in readable.items() if desk.errors(found)} == held & set(readable)
    for path, text in before.items():
        put(office, path, text)


def test_a_faulty_case_says_so_and_leads_to_the_mend(office):
    clerk, held = filed(office)
    page = clerk.get(f"/desk/case/{held.id}").text
    assert NOTE not in page
    assert "记录有误，未计入" not in clerk.get("/desk/").text
    text = held.data.decode()
    put(office, held.path, text.replace("断缴六个月", "断缴六个月，电话 13812345678", 1))
    page = clerk.get(f"/desk/case/{held.id}").text
    assert NOTE in page
    assert re.search(r'第 \d+ 行：写了手机号 <a href="/guide/errors/index.html#nv601">怎么改（NV601）', page)
    assert 'href="/data/quality.html#quarantine"' in page
    row = next(part for part in clerk.get("/desk/").text.split("<tr>") if held.id in part)
    assert "记录有误，未计入" in row
    clerk.get("/desk/find")
    assert "记录有误，未计入" in clerk.post("/desk/find", {"q": "1111"}).text
    put(office, held.path, text)
    assert NOTE not in clerk.get(f"/desk/case/{held.id}").text
    assert "记录有误，未计入" not in clerk.get("/desk/").text


def test_what_another_record_mends_is_sound_again(office):
    clerk, held = filed(office)
    missing = "rsj-20250102-77"
    put(
        office,
        held.path,
        held.data.decode().replace("log:\n", f"related: [{{id: {missing}, relation: similar}}]\nlog:\n"),
    )
    assert NOTE in clerk.get(f"/desk/case/{held.id}").text
    other = held.data.decode().replace(held.id, missing).replace("2026-10-10T", "2025-01-02T")
    put(office, f"records/cases/rsj/2025-01/{missing}.yml", other)
    assert NOTE not in clerk.get(f"/desk/case/{held.id}").text


def test_a_file_that_cannot_be_read_leads_to_the_mend_too(office):
    clerk, held = filed(office)
    put(office, held.path, held.data.decode().replace("track: general", "track: genral"))
    answer = clerk.get(f"/desk/case/{held.id}")
    assert answer.status_code == 409
    assert "没有算进网站的任何名单和数，请先改" in answer.text
    assert 'href="/data/quality.html#quarantine"' in answer.text
