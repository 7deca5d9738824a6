"""What was sent is remembered: nothing twice, nothing lost, on one machine and on fresh clones."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner
from tests.warnings.year import Recorder

from noveto.cli.main import cli
from noveto.errors import UserError
from noveto.gitio import Repo
from noveto.gitio.write import init
from noveto.warnings import plan
from noveto.warnings.outbox import Outbox
from noveto.warnings.state import BranchState, FileState, read_lines

NOW = datetime(2026, 10, 10, 8, 35)


def deliver(state, world, channel=None):
    basis, records = world
    channel = channel or Recorder()
    box = Outbox(state, sleep=lambda _: None)
    done = box.deliver(channel, box.due(channel, plan(records, basis, NOW), basis), NOW)
    return channel, done


def test_the_same_day_twice_sends_nothing_new(world, tmp_path):
    with FileState(tmp_path / "sent.jsonl") as state:
        first, _ = deliver(state, world)
    with FileState(tmp_path / "sent.jsonl") as state:
        second, _ = deliver(state, world)

    assert len(first.messages) > 20
    assert second.messages == []


class Dying(Recorder):
    """Falls over, as a machine does, in the middle of its work: before or after the message went out."""

    def __init__(self, after, inside):
        super().__init__()
        self.after, self.inside = after, inside

    def send(self, message):
        if len(self.messages) == self.after:
            if not self.inside:
                super().send(message)
            raise KeyboardInterrupt
        super().send(message)


@pytest.mark.parametrize("after", [0, 1, 7])
def test_after_a_crash_the_rest_is_sent(world, tmp_path, after):
    with FileState(tmp_path / "other.jsonl") as state:
        whole, _ = deliver(state, world)
    dying = Dying(after, inside=True)
    with FileState(tmp_path / "sent.jsonl") as state, pytest.raises(KeyboardInterrupt):
        deliver(state, world, dying)
    with FileState(tmp_path / "sent.jsonl") as state:
        rest, _ = deliver(state, world)

    keys = [key for channel in (dying, rest) for one in channel.messages for key in one.keys]
    assert sorted(keys) == sorted(key for one in whole.messages for key in one.keys)


def test_a_line_cut_short_by_a_crash_spoils_nothing(world, tmp_path):
    path = tmp_path / "sent.jsonl"
    with FileState(path) as state:
        state.add("a", ["one", "two"], NOW)
    path.write_bytes(path.read_bytes()[:-9])
    with FileState(path) as state:
        assert state.when("a", "one") == "2026-10-10T08:35"
        assert not state.when("a", "two")
        state.add("a", ["three"], NOW)

    assert set(read_lines(path.read_bytes())) == {("a", "one"), ("a", "three")}


@pytest.fixture
def server(tmp_path):
    (tmp_path / "server").mkdir()
    bare = init(tmp_path / "server", bare=True)
    first = clone(bare, tmp_path / "first")
    (first.folder / "a").write_text("a")
    first.git("add", "a")
    first.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "a")
    first.git("push", "-q", "origin", "HEAD:main")
    return bare


def clone(bare, folder):
    bare.git("clone", "-q", str(bare.common_dir), str(folder))
    return Repo.discover(folder)


def test_fresh_clones_know_what_was_sent(server, tmp_path):
    BranchState(clone(server, tmp_path / "one")).add("群", ["digest/a", "digest/b"], NOW)
    BranchState(clone(server, tmp_path / "two")).add("群", ["digest/c"], datetime(2026, 11, 1, 8, 35))
    third = BranchState(clone(server, tmp_path / "three"))

    assert [bool(third.when("群", f"digest/{n}")) for n in "abcd"] == [True, True, True, False]
    assert not third.when("邮件", "digest/a")
    assert [entry.path for entry in server.ls_tree("warnings")] == ["2026-10.jsonl", "2026-11.jsonl"]
    rows = [json.loads(line) for line in server.show("warnings", "2026-10.jsonl").splitlines()]
    assert rows[0] == {"at": "2026-10-10T08:35", "channel": "群", "key": "digest/a"}


def test_two_runs_at_once_lose_no_line(server, tmp_path):
    one, two = (BranchState(clone(server, tmp_path / name)) for name in ("one", "two"))
    one.add("群", ["digest/a"], NOW)
    two.add("群", ["digest/b"], NOW)
    one.add("群", ["digest/c"], NOW)

    last = BranchState(clone(server, tmp_path / "three"))
    assert all(last.when("群", f"digest/{n}") for n in "abc")


def test_a_server_that_takes_no_push_stops_the_run(server, tmp_path):
    made = clone(server, tmp_path / "one")
    hook = server.common_dir / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(UserError, match="推不上 warnings 分支"):
        BranchState(made).add("群", ["digest/a"], NOW)


def run(folder, *args, env=None):
    made = CliRunner().invoke(cli, ["--root", str(folder), "warn", *args], env=env or {}, prog_name="noveto")
    return made.exit_code, made.stdout, made.stderr


@pytest.fixture
def office(demo_folder, tmp_path):
    """Return a way to write the office's settings: the demo ledger's records under another office.yml."""
    import shutil

    folder = tmp_path / "ledger"
    folder.mkdir()
    shutil.copytree(demo_folder / "records", folder / "records")
    shutil.copytree(demo_folder / "schema", folder / "schema")

    def write(text):
        path = folder / "records" / "registry" / "office.yml"
        path.write_text(path.read_text("utf-8") + text, "utf-8")
        return folder

    return write


DAY = ("--today", "2026-10-10")


def test_on_the_screen_once(office, tmp_path):
    folder, state = office(""), ("--state", str(tmp_path / "sent.jsonl"))
    code, out, _ = run(folder, *DAY, *state)
    again = run(folder, *DAY, *state)

    assert code == 0
    assert "10月10日 周六（调休上班）" in out
    assert again[:2] == (0, "")
    assert "没有要发的新消息" in again[2]


def test_into_a_folder_and_one_dead_channel_stops_nothing(office, tmp_path):
    folder = office(
        "warn:\n  channels:\n  - {kind: wecom, url: http://127.0.0.1:9, secret: WECOM_KEY}\n"
        "  - {kind: file, path: out, units: [zrzy]}\n"
    )
    state = ("--state", str(tmp_path / "sent.jsonl"))
    code, _, told = run(folder, *DAY, *state, "--no-forge")
    assert code == 2
    assert "渠道“wecom”" in told
    assert "环境变量 WECOM_KEY 没有设置" in told
    files = sorted(path.name for path in (folder / "out").iterdir())
    assert "digest-zrzy-2026-10-10.txt" in files
    assert not [name for name in files if name.startswith("digest-") and "zrzy" not in name]


def test_dry_run_shows_payloads_without_secrets_and_remembers_nothing(office, tmp_path):
    folder = office(
        "warn:\n  channels:\n  - {kind: dingtalk, secret: DING_KEY, sign: DING_SIGN}\n"
        "  forge: {kind: gitea, url: http://127.0.0.1:9, repo: sjj/ledger, secret: FORGE}\n"
    )
    env = {"DING_KEY": "topsecret1", "DING_SIGN": "topsecret2", "FORGE": "topsecret3"}
    code, out, _ = run(folder, *DAY, "--dry-run", "--state", str(tmp_path / "sent.jsonl"), env=env)

    assert code == 0
    assert "POST https://oapi.dingtalk.com/robot/send?access_token=***&timestamp=***&sign=***" in out
    assert "—— 督办单 · " in out
    assert "topsecret" not in out
    assert not (tmp_path / "sent.jsonl").exists()


def test_explain_gives_a_reason_for_every_running_case(office):
    code, out, _ = run(office(""), *DAY, "--explain", "--format", "json")
    rows = json.loads(out)["explained"]

    assert code == 0
    assert {row["announced"] for row in rows} == {True, False}
    assert all(row["why"] for row in rows)


def test_rest_day_and_night_say_so(office):
    folder = office("")
    assert "2026-10-12 上班时一并发" in run(folder, "--today", "2026-10-11")[2]
    assert "不在 08:00 到 18:00 之间" in run(folder, *DAY, "--now", "19:30")[2]


@pytest.mark.parametrize(
    ("day", "code", "said"),
    [
        ("2026-10-30", 0, ""),
        ("2026-11-02", 0, "提示：日历只到"),
        ("2026-12-18", 0, "提示"),
        ("2026-12-21", 1, "错误：日历只到"),
    ],
)
def test_next_year_s_notice_is_missed_in_time(office, tmp_path, day, code, said):
    """A note from 1 November, a failure from 20 December: the warnings go out all the same."""
    found, out, told = run(office(""), "--today", day, "--state", str(tmp_path / "sent.jsonl"))

    assert found == code
    assert said in told
    assert out


NOTICE = (
    "关于2027年部分节假日安排的通知\n元旦：1月1日至3日放假，共3天。春节：2月5日至11日放假调休，共7天。1月31日（周日）上班。"
    "清明节：4月3日至5日放假，共3天。劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。端午节：6月9日放假。"
    "中秋节：9月15日放假。国庆节：10月1日至7日放假调休，共7天。9月26日（周日）、10月9日（周六）上班。\n2026年11月20日\n"
)


def test_the_alarm_ends_with_the_notice_and_never_stops_a_check(office, tmp_path):
    """On the day of the alarm ``warn`` and ``calendar check`` fail, ``check`` says what it said the day before."""
    folder, state = office(""), ("--state", str(tmp_path / "sent.jsonl"))

    def asked(day, *args, data=None):
        given = ["--root", str(folder), "--today", day, *args]
        made = CliRunner().invoke(cli, given, input=data, prog_name="noveto")
        return made.exit_code, made.stdout + made.stderr

    before = asked("2026-12-19", "check", "--quiet", str(folder / "records" / "calendar"))
    assert before[0] == 0
    for day, code in (("2026-12-19", 0), ("2026-12-20", 1), ("2026-12-21", 1), ("2027-01-08", 1)):
        assert asked(day, "warn", *state)[0] == code, day
        assert asked(day, "calendar", "check")[0] == code, day
        assert asked(day, "check", "--quiet", str(folder / "records" / "calendar"))[0] == 0, day
    assert asked("2026-12-21", "calendar", "add", data=NOTICE)[0] == 0
    for day in ("2026-12-20", "2026-12-21", "2027-01-08"):
        code, said = asked(day, "warn", *state)
        assert (code, "放假通知" in said) == (0, False), day
        assert asked(day, "calendar", "check")[0] == 0, day


def test_no_channel_by_that_name(office):
    code, _, told = run(office(""), *DAY, "--channel", "微信")
    assert code == 2
    assert "没有叫“微信”的渠道。office.yml 里有：stdout" in told


def test_broken_settings_are_an_error_not_silence(office):
    code, out, told = run(office("warn:\n  channels:\n  - {kind: wechat}\n"), *DAY)

    assert (code, out) == (2, "")
    assert "office.yml 没有或者写得不对" in told
