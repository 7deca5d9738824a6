"""Hand-over notices from the desk: at once, by the office's channels, never twice, also not by ``noveto warn``."""

from datetime import datetime
from pathlib import Path

from click.testing import CliRunner
from tests.desk.test_desk_worker import TODAY, new_case, worker_of

from noveto.cli.main import cli
from noveto.desk.notices import Notices, send_now
from noveto.gitio import Repo
from noveto.gitio.onto import Written, commit_onto, move_ref
from noveto.gitio.process import run

WARN = "warn:\n  channels:\n  - kind: file\n    name: 存档\n    path: {}\n"


def office_with(bare: Path, extra: str) -> str:
    """Add a section to office.yml on main."""
    repo = Repo.discover(bare)
    tip = repo.rev_parse("main")
    text = run(["show", "main:records/registry/office.yml"], bare).decode().split("warn:")[0]
    files = (("records/registry/office.yml", (text + extra).encode()),)
    made = commit_onto(repo, tip, [Written(files, "渠道", "a", "a@b", 1_790_000_000)], ("a", "a@b"))[-1]
    assert move_ref(repo, "refs/heads/main", made, tip)
    return made


def test_who_is_handed_a_case_is_told_once_and_no_digest_goes_out(bare, tmp_path):
    told = tmp_path / "told"
    office_with(bare, WARN.format(told))
    worker = worker_of(bare, tmp_path)
    who, fresh = new_case(worker.office, "请局里定。", "rsj")
    entry = {"at": "2026-10-10T08:40", "by": who, "step": "submitted", "to": "rsj-002"}
    worker.queue.accept("notice-key-01", who, fresh["head"]["id"], "2026-10-10T08:40", fresh | {"entries": [entry]})
    while worker.round():
        pass
    number = worker.queue.get("notice-key-01").record
    clone = tmp_path / "clone"
    run(["clone", "-q", str(bare), str(clone)], tmp_path)
    tip, now = worker.main.tip(), datetime(2026, 10, 10, 8, 45)
    assert send_now(bare, tip, clone, now) == []
    first = told_of(told)
    assert any(number in text and "请您研究" in text for text in first.values())
    assert all(name.startswith("handover") for name in first)
    assert send_now(bare, tip, clone, datetime(2026, 10, 10, 9, 0)) == []
    assert told_of(told) == first
    for path in told.glob("*.txt"):
        path.unlink()
    clock = ["--today", TODAY.isoformat(), "--now", "09:05", "--no-forge"]
    ran = CliRunner().invoke(cli, ["--root", str(clone), "warn", *clock])
    later = told_of(told)
    assert later, ran.output  # the morning's digests, which are the command's own
    assert not [name for name, text in later.items() if name.startswith("handover") and number in text]


def told_of(folder: Path) -> dict[str, str]:
    """Return the messages that lie in the channel's folder."""
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.txt")}


def test_outside_office_hours_and_without_channels_nothing_is_sent(bare, tmp_path):
    told = tmp_path / "told"
    made = office_with(bare, WARN.format(told))
    assert send_now(bare, made, bare, datetime(2026, 10, 10, 19, 0)) == []
    assert not told.exists()
    worker = worker_of(bare, tmp_path)
    notices = Notices(worker.settings, worker.main)
    assert notices._wanted(worker.main.tip())
    assert not notices._wanted(office_with(bare, ""))


def test_a_channel_that_is_not_set_up_is_named_and_stops_no_other(bare, tmp_path):
    told = tmp_path / "told"
    extra = WARN.format(told) + "  - kind: wecom\n    name: 群\n    secret: NOVETO_NOT_SET\n"
    made = office_with(bare, extra)
    wrong = send_now(bare, made, bare, datetime(2026, 10, 10, 9, 0))
    assert any("NOVETO_NOT_SET" in one for one in wrong)
    assert told.exists()


def test_who_decided_is_told_what_was_typed_for_her_until_she_speaks(bare, tmp_path):
    told = tmp_path / "told"
    office_with(bare, WARN.format(told))
    worker = worker_of(bare, tmp_path)
    who, fresh = new_case(worker.office, "领导电话里定了。", "rsj")
    log = [
        {"at": "2026-10-10T08:40", "by": who, "step": "submitted", "to": "rsj-002"},
        {"at": "2026-10-10T08:42", "by": "rsj-002", "recorded_by": who, "mode": "oral", "step": "unit_review",
         "decision": "do", "text": "先办。"},
    ]  # fmt: skip
    worker.queue.accept("typed-key-001", who, fresh["head"]["id"], "2026-10-10T08:42", fresh | {"entries": log})
    while worker.round():
        pass
    number = worker.queue.get("typed-key-001").record
    clone = tmp_path / "clone"
    run(["clone", "-q", str(bare), str(clone)], tmp_path)
    assert send_now(bare, worker.main.tip(), clone, datetime(2026, 10, 10, 8, 50)) == []
    mine = [text for text in told_of(told).values() if number in text and "代您录了“所属单位审核意见”" in text]
    assert len(mine) == 1
    assert "先办。" in mine[0]
    assert "不是我的意思" in mine[0]
    held = worker.office.find(number)
    entry = {"at": "2026-10-10T08:55", "by": "rsj-002", "step": "confirmed"}
    payload = {"what": "step", "seen": held.blob, "title": "补签", "name": "王主任", "email": "rsj-002@wfj.example.cn"}
    worker.queue.accept("typed-key-002", "rsj-002", number, "2026-10-10T08:55", payload | {"entries": [entry]})
    while worker.round():
        pass
    from noveto.ledger import Ledger
    from noveto.warnings.model import Basis
    from noveto.warnings.teller import handed_by

    with Ledger.open(bare, at=worker.main.tip(), jobs=1) as ledger:
        left = list(handed_by(ledger.record(number), Basis.of(ledger), datetime(2026, 10, 10, 9, 0)))
    assert "typed" not in {one.kind for one in left}
