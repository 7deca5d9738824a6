"""The queue and the worker: nothing accepted is lost, nothing is filed twice, nobody is overwritten."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from noveto.desk.mainline import Mainline
from noveto.desk.office import Office
from noveto.desk.queue import Queue
from noveto.desk.settings import Settings
from noveto.desk.worker import Worker
from noveto.gitio.process import run

TODAY = date(2026, 10, 10)


def settings_of(bare, state):
    return Settings(root=bare, state=state, sealed=state / "sealed.db", secret=b"x" * 40, day=TODAY)


def worker_of(bare, state):
    settings = settings_of(bare, state)
    main = Mainline.of(bare)
    office = Office(main)
    office.renew(TODAY)
    made = Worker(settings, main, office, Queue.open(state / "queue.db"))
    OPENED.append(made)
    return made


OPENED = []


@pytest.fixture(autouse=True)
def _closed():
    yield
    while OPENED:
        OPENED.pop().stop()


def note(office, name, text):
    held = office.find(name)
    staff = office.registry.staff[held.value["clerk"]]
    return staff.id, {
        "what": "step", "seen": held.blob, "title": held.value["matter"]["name"], "name": staff.name,
        "email": staff.emails[0],
        "entries": [{"at": "2026-10-10T08:00", "by": staff.id, "step": "note", "text": text}],
    }  # fmt: skip


def new_case(office, text, unit="scjgj"):
    staff = next(p for p in office.registry.staff_of[unit] if p.role == "clerk")
    matter = next(m for m in office.registry.matters.values() if m.unit == unit)
    from noveto.writing.draft import build_head

    head = build_head(
        office.registry, staff, datetime(2026, 10, 10, 8, 30), name=f"{unit}-20261010-01", matter=matter, ref="abcdef12",
        fields={"facts": text, "applicant": {"name": "王**"}, "reason": {"main": "R04"}},
    )  # fmt: skip
    return staff.id, {"what": "new", "kind": "case", "head": head, "entries": [], "title": matter.name,
                      "name": staff.name, "email": staff.emails[0]}  # fmt: skip


def log_of(bare):
    return run(["log", "--format=%B", "main"], bare).decode()


def test_a_step_and_a_new_case_reach_main_with_receipts(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    office, queue = worker.office, worker.queue
    name = office.open_cases()[0].case.id
    before = office.find(name).data
    staff, payload = note(office, name, "已电话说明。")
    queue.accept("k" * 20, staff, name, "2026-10-10T08:00", payload)
    who, fresh = new_case(office, "要求补办。")
    for key in ("n1" * 10, "n2" * 10):
        queue.accept(key, who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    while worker.round():
        pass
    assert office.find(name).data.startswith(before)
    assert "已电话说明。" in office.find(name).data.decode()
    first, second = queue.get("n1" * 10), queue.get("n2" * 10)
    assert (first.state, second.state) == ("done", "done")
    assert first.record != second.record
    assert office.find(second.record).value["id"] == second.record
    receipts = run(["show", "receipts:" + run(["ls-tree", "--name-only", "receipts"], bare).decode().split()[-1]], bare)
    assert all(act.result["commit"].encode() in receipts for act in (first, second, queue.get("k" * 20)))
    author = run(["log", "-1", "--format=%an|%cn", second.result["commit"]], bare).decode().strip()
    assert author == f"{fresh['name']}|办件台"


def test_the_same_key_files_once_and_is_nobody_elses(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    who, fresh = new_case(worker.office, "同一张表交了三次。")
    for _ in range(3):
        worker.queue.accept("same-key-0001", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    while worker.round():
        pass
    assert log_of(bare).count("Act: same-key-0001") == 1
    with pytest.raises(PermissionError):
        worker.queue.accept("same-key-0001", "rsj-001", "x", "2026-10-10T08:30", fresh)


def test_what_somebody_else_wrote_meanwhile_is_a_conflict(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    name = worker.office.open_cases()[0].case.id
    staff, one = note(worker.office, name, "第一个人写的。")
    _, two = note(worker.office, name, "第二个人写的。")
    worker.queue.accept("first-key", staff, name, "2026-10-10T08:00", one)
    worker.queue.accept("second-key", staff, name, "2026-10-10T08:00", two)
    while worker.round():
        pass
    assert worker.queue.get("first-key").state == "done"
    second = worker.queue.get("second-key")
    assert second.state == "conflict"
    assert second.result["blob"] == worker.office.find(name).blob
    assert second.payload["entries"][0]["text"] == "第二个人写的。"


def test_others_cases_and_others_names_are_refused(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    view = next(v for v in worker.office.open_cases() if v.case.unit != "scjgj")
    _, payload = note(worker.office, view.case.id, "不该写进去。")
    worker.queue.accept("forged-name", "scjgj-007", view.case.id, "2026-10-10T08:00", payload)
    stranger = {**payload, "entries": [{**payload["entries"][0], "by": "scjgj-007", "step": "answered"}]}
    worker.queue.accept("foreign-unit", "scjgj-007", view.case.id, "2026-10-10T08:00", stranger)
    before = worker.main.tip()
    while worker.round():
        pass
    assert worker.queue.get("forged-name").state == "refused"
    assert worker.queue.get("foreign-unit").state == "refused"
    assert worker.main.tip() == before


def test_a_stop_between_commit_and_note_is_found_out(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    who, fresh = new_case(worker.office, "断电前一刻。")
    act = worker.queue.accept("power-cut-1", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    other = worker.queue.accept("power-cut-2", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    tip = worker.main.tip()
    ready = worker.maker.prepare(act, tip, {})
    from noveto.gitio.onto import Written

    worker.queue.begin([act, other], tip)
    worker.main.put(tip, [Written(((ready.path, ready.data),), ready.message, "a", "a@b", 1_790_000_000)])
    again = worker_of(bare, tmp_path)  # as after a restart
    again.recover()
    while again.round():
        pass
    assert again.queue.get("power-cut-1").state == again.queue.get("power-cut-2").state == "done"
    text = log_of(bare)
    assert text.count("Act: power-cut-1") == text.count("Act: power-cut-2") == 1


CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from test_desk_worker import worker_of
worker = worker_of(Path({bare!r}), Path({state!r}))
print("at work", flush=True)
worker.start()
import time
while True:
    time.sleep(1)
"""


def test_kill_9_again_and_again_loses_and_doubles_nothing(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    code = CHILD.format(paths=[str(Path(__file__).parent)], bare=str(bare), state=str(tmp_path))
    keys = []
    who, fresh = new_case(worker.office, "一再断电。")

    def work(seconds):
        """Let a process work that long from its first act on (or until nothing waits), then kill it."""
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout.readline() == b"at work\n"
        until = time.monotonic() + seconds
        while time.monotonic() < until and worker.queue.length():
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()

    for seconds in (0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3):  # before the commits, amid them, amid the receipts, after
        for _ in range(4):
            keys.append(f"kill-key-{len(keys):03d}")
            worker.queue.accept(keys[-1], who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
        work(seconds)
    work(120)
    text = log_of(bare)
    assert [text.count(f"Act: {key}\n") for key in keys] == [1] * len(keys)
    records = {worker.queue.get(key).record for key in keys}
    assert len(records) == len(keys)


def test_a_desk_and_pushers_at_once_lose_nothing(bare, tmp_path):
    worker = worker_of(bare, tmp_path)
    clone = tmp_path / "clone"
    run(["clone", "-q", str(bare), str(clone)], tmp_path)
    script = """
set -e
cd "$1"; git config user.email a@b; git config user.name a
for n in 1 2 3 4 5 6; do
  echo $n > note-$n.txt; git add .; git commit -qm "pushed $n"
  until git pull -q --rebase && git push -q; do :; done
done
"""
    pusher = subprocess.Popen(["bash", "-c", script, "x", str(clone)], stderr=subprocess.DEVNULL)
    who, fresh = new_case(worker.office, "同时有人推送。")
    for n in range(12):
        worker.queue.accept(f"busy-key-{n:03d}", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
        worker.round()
    assert pusher.wait(60) == 0
    while worker.round():
        pass
    text = log_of(bare)
    assert sum(text.count(f"pushed {n}\n") for n in range(1, 7)) == 6
    assert sum(text.count(f"Act: busy-key-{n:03d}\n") for n in range(12)) == 12


def test_one_queue_is_emptied_by_one_desk(bare, tmp_path):
    from noveto.errors import UserError

    first, second = worker_of(bare, tmp_path), worker_of(bare, tmp_path)
    first.start()
    with pytest.raises(UserError, match="另一个办件台"):
        second.start()
    first.stop()


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("queue", "begin"),
        ("main", "put"),
        ("worker", "_receipts"),
        ("office", "renew"),
        ("worker", "numbered"),
        ("queue", "settle"),
    ],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_act_survives_a_fault_at_any_point_without_a_restart(bare, tmp_path, monkeypatch, what, name, after):
    worker = worker_of(bare, tmp_path)
    target = {"queue": worker.queue, "main": worker.main, "worker": worker, "office": worker.office}[what]
    real, cut = getattr(target, name), [True]

    def faulty(*args, **rest):
        if cut and (name != "renew" or worker._unsure):
            cut.clear()
            if after:
                real(*args, **rest)
            raise OSError("no space left")
        return real(*args, **rest)

    monkeypatch.setattr(target, name, faulty)
    who, fresh = new_case(worker.office, "中途出错。")
    keys = [f"fault-key-{n:03d}" for n in range(3)]
    for key in keys:
        worker.queue.accept(key, who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    with pytest.raises(OSError, match="no space"):
        worker.round()
    while worker.round():
        pass
    text = log_of(bare)
    assert [text.count(f"Act: {key}\n") for key in keys] == [1, 1, 1]
    acts = [worker.queue.get(key) for key in keys]
    assert {act.state for act in acts} == {"done"}
    assert len({act.record for act in acts}) == 3


def test_what_a_hook_turns_down_comes_back_alone(bare, tmp_path):
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\nread old new ref\nif git log -p "$old..$new" | grep -q 坏话; then echo "这一件不能收。"; exit 1; fi\n'
    )
    hook.chmod(0o755)
    worker = worker_of_clone(bare, tmp_path)
    who, fresh = new_case(worker.office, "好好的一件。")
    for n in range(5):
        facts = "坏话。" if n == 2 else f"好好的第 {n} 件。"
        payload = fresh | {"head": fresh["head"] | {"facts": facts}}
        worker.queue.accept(f"hooked-key-{n}", who, fresh["head"]["id"], "2026-10-10T08:30", payload)
    while worker.round():
        pass
    acts = [worker.queue.get(f"hooked-key-{n}") for n in range(5)]
    assert [act.state for act in acts] == ["done", "done", "refused", "done", "done"]
    assert acts[2].result["reasons"] == ["这一件不能收。"]
    assert "坏话" not in run(["log", "-p", "main"], bare).decode()


def worker_of_clone(bare, folder):
    """Return the worker of a desk whose ledger is a clone of a forge's."""
    from noveto.gitio import Repo

    clone = folder / "clone"
    run(["clone", "-q", str(bare), str(clone)], folder)
    main = Mainline(Repo.discover(clone), "origin", None)
    office = Office(main)
    office.renew(TODAY)
    worker = Worker(settings_of(clone, folder), main, office, Queue.open(folder / "queue.db"))
    OPENED.append(worker)
    return worker


def test_a_forge_that_is_away_keeps_acts_waiting_and_gets_them_later(bare, tmp_path):
    from noveto.errors import UserError

    worker = worker_of_clone(bare, tmp_path)
    main, office = worker.main, worker.office
    who, fresh = new_case(office, "网络断了。")
    worker.queue.accept("away-key-001", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    gone = bare.rename(tmp_path / "gone.git")
    with pytest.raises(UserError):
        worker.round()
    real = main.refresh
    main.refresh = lambda: None  # the network goes between looking and pushing
    with pytest.raises(UserError):
        worker.round()
    main.refresh = real
    gone.rename(bare)
    while worker.round():
        pass
    assert worker.queue.get("away-key-001").state == "done"
    assert log_of(bare).count("Act: away-key-001") == 1


def test_a_desk_starts_while_the_forge_is_away(bare, tmp_path):
    worker = worker_of_clone(bare, tmp_path)
    main, office = worker.main, worker.office
    who, fresh = new_case(office, "没有网络的早上。")
    act = worker.queue.accept("morning-key-1", who, fresh["head"]["id"], "2026-10-10T08:30", fresh)
    worker.queue.begin([act], main.tip())  # the power went while it was being committed
    gone = bare.rename(tmp_path / "gone.git")
    worker.start()
    later = worker.queue.accept("morning-key-2", who, fresh["head"]["id"], "2026-10-10T08:31", fresh)
    worker.hint()
    assert worker.wait(later.key, 1.5).state == "waiting"
    assert worker.trouble
    gone.rename(bare)
    until = time.monotonic() + 30
    while worker.queue.length() and time.monotonic() < until:
        time.sleep(0.1)
    text = log_of(bare)
    assert [text.count(f"Act: morning-key-{n}\n") for n in (1, 2)] == [1, 1]
