"""An honest ledger of any length: people at work for months, with everything that looks odd and is not.

Written as one stream for ``git fast-import``, so that 20,000 commits take seconds. What is odd: late entries with
their reasons, decisions typed by others, deputies, hand-overs, people who come, go and change posts, corrections and
strikes, approved redactions, web editors that write a BOM and CRLF, comments between steps, broken drafts mended
later, a widened schema, records moved in from an older ledger, merges of one and two branches, merges of two sides of
one case, a number taken in the meantime, commits brought by a head, by the desk or by CI, receipts written later.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.history.histories import CHINA, SOURCE, History, head, step

from noveto.calendar import Calendar

UNITS = ("scjgj", "rsj", "zrzy", "gaj", "zjj")
CLERKS = {unit: [f"{unit}-{n:03}" for n in range(3, 7)] for unit in UNITS}
STAFF = "records/registry/staff.yml"
SCHEMA = "schema/case.schema.json"
REDACTION = "隐去个人信息\n\nRedacts: {path}\nOld-Blob: {blob}\nApprover: {boss}\nReason: 误写了姓名\n"


@dataclass
class Commit:
    """One commit of the stream. ``received`` is None on a branch."""

    mark: int
    person: str
    at: datetime
    files: dict[str, bytes]
    message: str
    parents: list[int]
    received: datetime | None = None
    pusher: str = ""
    via: str = "hook"


@dataclass
class Case:
    """A record under way: its text with LF, who has it, what has happened."""

    path: str
    unit: str
    clerk: str
    text: str
    stage: str = "new"
    name: str = "王某"
    asked: str = ""
    since: str = ""
    """The time of its last step."""


@dataclass
class Office:
    """The people at work, and the stream they leave behind."""

    seed: int
    random: random.Random = field(init=False)
    calendar: Calendar = field(init=False)
    commits: list[Commit] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    open: list[Case] = field(default_factory=list)
    done: list[Case] = field(default_factory=list)
    clerks: dict[str, list[str]] = field(default_factory=lambda: {unit: list(held) for unit, held in CLERKS.items()})
    taken: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    serial: int = 0
    tip: int = 0
    wide: bool = False

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.calendar = Calendar.load(SOURCE / "records" / "calendar")
        for part in ("schema", "records/registry", "records/calendar"):
            for file in sorted((SOURCE / part).rglob("*")):
                if file.is_file():
                    self.files[file.relative_to(SOURCE).as_posix()] = file.read_bytes()

    # -- commits ---------------------------------------------------------------------------------------------------

    def commit(
        self, person: str, at: datetime, files: dict[str, bytes], message: str = "改动", *, parents: list[int] | None = None,
        branch: bool = False, received: datetime | None = None, pusher: str = "", via: str = "",
    ) -> int:  # fmt: skip
        mark = len(self.commits) + 1
        made = Commit(
            mark, person, at, dict(files), message, [self.tip] if parents is None and self.tip else parents or []
        )
        if not branch:
            made.received = received or at + timedelta(seconds=self.random.randint(1, 50))
            made.via = via or self.random.choice(("hook", "hook", "hook", "desk", "ci"))
            made.pusher = pusher or {"desk": "desk"}.get(made.via, person)
            self.files.update(files)
            self.tip = mark
        self.commits.append(made)
        return mark

    def write(self, case: Case, added: str) -> bytes:
        """Append to a case and return its bytes as some editor leaves them."""
        case.since = max([case.since, *re.findall(r"^- at: (\S+)", added, re.MULTILINE)])
        if self.random.random() < 0.05:
            added = "\n# 下面一步是当天补的\n" + added
        case.text += added
        data = case.text.encode()
        if self.random.random() < 0.06:
            data = (b"\xef\xbb\xbf" if self.random.random() < 0.5 else b"") + data.replace(b"\n", b"\r\n")
        return data

    def count(self, what: str) -> None:
        self.kinds[what] = self.kinds.get(what, 0) + 1

    # -- cases -----------------------------------------------------------------------------------------------------

    def number(self, unit: str, raised: datetime) -> str:
        key = f"{unit}-{raised:%Y%m%d}"
        self.taken[key] = self.taken.get(key, 0) + 1
        return f"{self.taken[key]:02}"

    def new_case(self, at: datetime, unit: str = "") -> tuple[Case, str]:
        """Return a case and the text of its head: raised now, or some days ago on paper."""
        unit = unit or self.random.choice(UNITS)
        clerk = self.random.choice(self.clerks[unit])
        late = self.random.random() < 0.06
        raised = self.back(at, 4) if late else at - timedelta(minutes=3)
        nn = self.number(unit, raised)
        text = head(unit, clerk, raised.isoformat(timespec="minutes"), nn)
        if late:
            self.count("late entries")
            text = text.replace("handling:", "entry: {mode: outage, why: 系统停机}\nhandling:")
        if self.wide:
            text = text.replace("log:\n", "memo: 窗口自己记的\nlog:\n")
        path = f"records/cases/{unit}/{raised:%Y-%m}/{unit}-{raised:%Y%m%d}-{nn}.yml"
        return Case(path, unit, clerk, text, since=raised.isoformat(timespec="minutes")), text

    def back(self, at: datetime, days: int) -> datetime:
        day = at.date()
        for _ in range(days):
            day = self.calendar.previous_workday(day - timedelta(days=1))
        return datetime.combine(day, at.time())

    def register(self, at: datetime) -> None:
        case, _ = self.new_case(at)
        if self.random.random() < 0.03:
            self.count("broken drafts")
            broken = case.text.replace("track: general\n", "")
            self.commit(case.clerk, at - timedelta(minutes=1), {case.path: broken.encode()})
        data = self.write(case, "")
        self.commit(case.clerk, at, {case.path: data}, "登记")
        self.open.append(case)

    def advance(self, case: Case, at: datetime) -> tuple[str, str]:
        """Return who commits and the step that comes next in the life of a case."""
        unit, clerk, now = case.unit, case.clerk, at.isoformat(timespec="minutes")
        boss = f"{unit}-002"
        if case.stage == "new":
            case.stage = "submitted"
            return clerk, step(now, clerk, "submitted", to=boss)
        if case.stage == "submitted":
            roll = self.random.random()
            if roll < 0.2:
                case.stage, case.asked = "asked", self.random.choice([one for one in UNITS if one != unit])
                return clerk, step(now, clerk, "consulted", units=f"[{case.asked}]", question="能不能办？",
                                   reply_by=self.calendar.add_workdays(at.date(), 5).isoformat())  # fmt: skip
            if roll < 0.24:
                self.count("escalations")
                case.stage = "raised"
                return boss, step(now, boss, "escalated", to="yingshangban", reason="几家意见不一")
            if roll < 0.28:
                self.count("suspensions")
                case.stage = "stopped"
                return boss, step(now, boss, "suspended", kind="expert", approver=boss, applicant_told="true",
                                  document="{title: 论证的通知, number: 池论〔2025〕1号}", reason="要专家论证",
                                  review_by=self.calendar.add_workdays(at.date(), 20).isoformat(),
                                  **{"from": at.date().isoformat()})  # fmt: skip
            case.stage = "decided"
            if roll < 0.35:
                self.count("decisions typed by others")
                then = max(self.back(at, 3).isoformat(timespec="minutes"), case.since)
                return clerk, step(then, boss, "unit_review", decision="do", mode="oral", recorded_by=clerk)
            if roll < 0.45:
                self.count("deputies")
                return f"{unit}-001", step(now, f"{unit}-001", "unit_review", decision="do")
            return boss, step(now, boss, "unit_review", decision="do")
        if case.stage == "raised":
            case.stage = "decided"
            return "ysb-003", step(now, "ysb-003", "escalation_result", decision="do", text="由首问单位办。")
        if case.stage == "stopped":
            case.stage = "decided"
            return boss, step(now, boss, "resumed", **{"from": at.date().isoformat()})
        if case.stage == "asked":
            case.stage = "decided"
            other = self.random.choice(self.clerks[case.asked])
            return other, step(
                now, other, "consult_answered", unit=case.asked, stance="agree", basis="按现行规定可以办。"
            )
        case.stage = "answered"
        return clerk, step(now, clerk, "answered", result="done", how="in_person", told_to="self", text="已经办好。")

    def go_on(self, at: datetime) -> None:
        if not self.open:
            return self.register(at)
        case = self.random.choice(self.open)
        person, text = self.advance(case, at)
        data = {case.path: self.write(case, text)}
        if case.stage == "answered":
            self.open.remove(case)
            self.done.append(case)
        if self.random.random() < 0.05 and person.startswith(case.unit) and person[-3:] not in ("001", "002"):
            self.count("brought by a head")
            self.commit(person, at, data, pusher=f"{case.unit}-001", via="hook")
        else:
            self.commit(person, at, data)
        return None

    def several(self, at: datetime) -> None:
        """One person's acts on several records in one commit."""
        unit = self.random.choice(UNITS)
        mine = [case for case in self.open if case.unit == unit][:3]
        text = step(at.isoformat(timespec="minutes"), f"{unit}-001", "note", text="周五逐件看过")
        if mine:
            self.count("several at once")
            self.commit(f"{unit}-001", at, {case.path: self.write(case, text) for case in mine})

    def mend(self, at: datetime) -> None:
        """A correction, or a strike, of what stands."""
        if not self.open:
            return
        case = self.random.choice(self.open)
        now = at.isoformat(timespec="minutes")
        if self.random.random() < 0.5 and "- at:" in case.text:
            self.count("strikes")
            boss = f"{case.unit}-002"
            wrong = step(now, case.clerk, "note", text="记错了件")
            self.commit(case.clerk, at, {case.path: self.write(case, wrong)})
            n = case.text.count("- at:")
            struck = step(now, boss, "struck", entry=f'"{n}"', why="记错了件", approver=boss)
            self.commit(boss, at + timedelta(minutes=1), {case.path: self.write(case, struck)})
            return
        self.count("corrections")
        text = step(
            now,
            case.clerk,
            "corrected",
            field="matter.name",
            was="食品经营许可（新业态）",
            now="食品经营许可",
            why="名称写错",
        )
        if "field: matter.name" not in case.text:
            self.commit(case.clerk, at, {case.path: self.write(case, text)})

    def others(self, at: datetime) -> None:
        """A complaint from its reception to the call-back, and an improvement, by those whose work it is."""
        unit = self.random.choice(UNITS)
        self.serial += 1
        name = f"czdt-c{at:%Y%m%d}-{self.serial % 100:02}"
        path = f"records/complaints/czdt/{at:%Y-%m}/{name}.yml"
        if path in self.files:
            return
        text = (
            f"id: {name}\nhall: czdt\nreceived: {at.isoformat(timespec='minutes')}\ncomplex: false\nchannel: window\n"
            f"complainant: {{kind: person, name: 王**}}\nabout: {{unit: {unit}}}\nkind: cannot_get_done\nfacts: 反映没有人管。\nlog:\n"
        )
        clerk = self.clerks[unit][0]
        acts = [
            ("zwzx-006", "assigned", {"to": unit}), (clerk, "replied", {"text": "已经联系。"}),
            ("zwzx-006", "answered", {"finding": "partly", "how": "phone", "told_to": "self", "text": "已经办了。"}),
            ("zwzx-003", "called_back", {"satisfied": "true"}),
        ]  # fmt: skip
        self.commit("zwzx-006", at + timedelta(minutes=1), {path: text.encode()})
        for n, (person, what, fields) in enumerate(acts, 2):
            now = at + timedelta(minutes=n)
            text += step(now.isoformat(timespec="minutes"), person, what, **fields)
            self.commit(person, now, {path: text.encode()})
        if self.open:
            case = self.random.choice(self.open)
            note = step(at.isoformat(timespec="minutes"), "zwzx-003", "intervened", text="请抓紧")
            self.commit("zwzx-003", at + timedelta(minutes=7), {case.path: self.write(case, note)})
        self.count("complaints")
        path = f"records/improvements/{at.year}/gj-{at.year}-{self.serial:03}.yml"
        if not self.done:
            return
        case_id = Path(self.done[-1].path).stem
        text = (
            f"id: gj-{at.year}-{self.serial:03}\nopened: {at.date().isoformat()}\nfrom: [{case_id}]\nroot_cause: data\n"
            f"owner: {unit}\nmeasure: 改规程。\ntarget_date: {(at + timedelta(days=90)).date().isoformat()}\nlog:\n"
        )
        self.commit("sjj-003", at + timedelta(minutes=8), {path: text.encode()})
        text += step((at + timedelta(minutes=9)).isoformat(timespec="minutes"), "sjj-003", "progress", text="在改。")
        self.commit("sjj-003", at + timedelta(minutes=9), {path: text.encode()})

    def hide(self, at: datetime) -> None:
        """An approved redaction of a name."""
        held = [case for case in self.done if case.name in case.text]
        if not held:
            return
        case = self.random.choice(held)
        boss = f"{case.unit}-002"
        old = self.files[case.path]
        blob = hashlib.sha1(b"blob %d\0" % len(old) + old).hexdigest()  # noqa: S324 - Git's own
        case.text, case.name = case.text.replace(f"name: {case.name}", "name: 某某"), "某某某"
        text = step(
            at.isoformat(timespec="minutes"),
            boss,
            "redacted",
            field="applicant.name",
            reason="误写了姓名",
            approver=boss,
        )
        message = REDACTION.format(path=case.path, blob=blob, boss=boss)
        self.count("redactions")
        self.commit(boss, at, {case.path: self.write(case, text)}, message)

    # -- merges ----------------------------------------------------------------------------------------------------

    def merge(self, at: datetime) -> None:
        """A branch of a few commits, merged; sometimes two at once, or one case grown on both sides."""
        base, many = self.tip, self.random.random() < 0.15
        sides: list[int] = []
        brought: dict[str, bytes] = {}
        opened: list[Case] = []
        for _ in range(2 if many else 1):
            tip = base
            for n in range(self.random.randint(1, 3)):
                case, _ = self.new_case(at)
                text = step(at.isoformat(timespec="minutes"), case.clerk, "submitted", to=f"{case.unit}-002")
                case.stage = "submitted"
                data = {case.path: self.write(case, text)}
                tip = self.commit(case.clerk, at + timedelta(seconds=n), data, parents=[tip], branch=True)
                brought |= data
                opened.append(case)
            sides.append(tip)
        self.go_on(at + timedelta(minutes=2))
        self.count("merges of two branches" if many else "merges")
        self.commit("sjj-005", at + timedelta(minutes=5), brought, "Merge", parents=[self.tip, *sides])
        self.open += opened

    def both_sides(self, at: datetime) -> None:
        """A note on a branch and a step on main for one case; the merge keeps main's, then the branch's."""
        if not self.open:
            return
        case, base = self.random.choice(self.open), self.tip
        now = at.isoformat(timespec="minutes")
        note = step(now, case.clerk, "note", text="申请人来问过")
        side = self.commit(case.clerk, at, {case.path: (case.text + note).encode()}, parents=[base], branch=True)
        mine = step(now, f"{case.unit}-001", "note", text="负责人看过")
        self.commit(f"{case.unit}-001", at + timedelta(minutes=1), {case.path: self.write(case, mine)})
        self.count("two sides of a case")
        merged = self.write(case, note)
        self.commit(case.clerk, at + timedelta(minutes=3), {case.path: merged}, "Merge", parents=[self.tip, side])

    def taken_number(self, at: datetime) -> None:
        """Two people took one number; who merges later takes the next."""
        unit = self.random.choice(UNITS)
        raised = at - timedelta(minutes=3)
        mine, theirs = self.clerks[unit][0], self.clerks[unit][1]
        nn = self.number(unit, raised)
        place = f"records/cases/{unit}/{raised:%Y-%m}/{unit}-{raised:%Y%m%d}-"
        text = head(unit, mine, raised.isoformat(timespec="minutes"), nn)
        text += step(at.isoformat(timespec="minutes"), mine, "submitted", to=f"{unit}-002")
        side = self.commit(mine, at, {f"{place}{nn}.yml": text.encode()}, parents=[self.tip], branch=True)
        case = Case(f"{place}{nn}.yml", unit, theirs, head(unit, theirs, raised.isoformat(timespec="minutes"), nn),
                    since=raised.isoformat(timespec="minutes"))  # fmt: skip
        self.commit(theirs, at + timedelta(minutes=1), {case.path: case.text.encode()})
        following = self.number(unit, raised)
        new = text.replace(f"{raised:%Y%m%d}-{nn}", f"{raised:%Y%m%d}-{following}").encode()
        self.count("numbers taken")
        self.commit(
            mine, at + timedelta(minutes=2), {f"{place}{following}.yml": new}, "Merge", parents=[self.tip, side]
        )
        self.open.append(case)

    # -- the set-up ------------------------------------------------------------------------------------------------

    def staff(self, at: datetime) -> None:
        """Somebody new comes and somebody leaves, who hands over first."""
        unit = self.random.choice(UNITS)
        held = self.clerks[unit]
        if len(held) < 2:
            return
        leaver, heir = held[0], held[1]
        new = f"{unit}-{500 + self.kinds.get('staff changes', 0):03}"
        for case in [one for one in self.open if one.clerk == leaver]:
            text = step(at.isoformat(timespec="minutes"), leaver, "handed_over", **{"from": leaver, "to": heir})
            self.count("hand-overs")
            self.commit(leaver, at, {case.path: self.write(case, text)})
            case.clerk = heir
        text = self.files[STAFF].decode()
        start = text.index(f"- id: {leaver}\n")
        end = text.find("\n- id:", start)
        row = text[start : end if end > 0 else len(text)].rstrip("\n")
        row += f"\n  to: {at.date().isoformat()}"
        rest = text[end:] if end > 0 else "\n"
        came = (
            f"- id: {new}\n  name: 新某\n  unit: {unit}\n  role: clerk\n  windows: [{unit}-w01]\n  account: {new}\n"
            f"  emails: [{new}@wfj.example.cn]\n  ext: 8000\n  home: todo\n  from: {at.date().isoformat()}\n"
        )
        whole = (text[:start] + row + rest).rstrip("\n") + "\n" + came
        self.count("staff changes")
        self.commit("sjj-005", at + timedelta(minutes=2), {STAFF: whole.encode()}, "人员变动")
        self.clerks[unit] = [*held[1:], new]

    def widen(self, at: datetime) -> None:
        value = json.loads(self.files[SCHEMA])
        value["properties"]["memo"] = {"$ref": "#/$defs/line", "title": "备忘", "description": "可以不写。"}
        order = [key for key in value["properties"] if key != "log"]
        value["properties"] = {key: value["properties"][key] for key in [*order, "log"]}
        self.commit(
            "sjj-005", at, {SCHEMA: json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"}, "格式加一栏"
        )
        self.wide = True

    def move_in(self, at: datetime) -> None:
        """An administrator brings the records of the years before."""
        found: dict[str, bytes] = {}
        for n in range(20):
            raised = datetime(2024, 3, 4 + n, 9, 0)
            unit = self.random.choice(UNITS)
            text = head(unit, CLERKS[unit][0], raised.isoformat(timespec="minutes"))
            text = text.replace("handling:", "entry: {mode: migrated, why: 旧台账}\nhandling:")
            text += step(f"2024-03-{4 + n:02}T10:00", CLERKS[unit][0], "submitted", to=f"{unit}-002")
            text += step(f"2024-03-{5 + n:02}T10:00", f"{unit}-002", "unit_review", decision="do")
            found[f"records/cases/{unit}/2024-03/{unit}-{raised:%Y%m%d}-01.yml"] = text.encode()
        self.commit("sjj-005", at, found, "旧台账迁入")

    # -- days ------------------------------------------------------------------------------------------------------

    def work(self, commits: int, start: date, a_day: int) -> None:
        """Work until there are as many commits on main and its branches."""
        at = datetime.combine(start, datetime.min.time()).replace(hour=8, minute=30)
        self.commit("sjj-005", at, self.files, "建台账", via="hook")
        self.move_in(at + timedelta(minutes=30))
        day = start
        acts = [self.register, self.go_on, self.several, self.mend, self.hide, self.others, self.merge, self.both_sides,
                self.taken_number, self.staff]  # fmt: skip
        weights = [20, 90, 3, 4, 1, 1, 3, 2, 1, 0.4]
        while len(self.commits) < commits:
            day = self.calendar.next_workday(day + timedelta(days=1))
            if not self.wide and len(self.commits) > commits // 3:
                self.widen(datetime.combine(day, at.time()))
            for n in range(a_day):
                now = datetime.combine(day, at.time()) + timedelta(seconds=int(30_000 * (n + 1) / (a_day + 1)))
                self.random.choices(acts, weights)[0](now.replace(second=0))

    # -- writing ---------------------------------------------------------------------------------------------------

    def ordered(self) -> list[Commit]:
        """Return the commits of main in order. What is pushed within minutes may have been received out of turn."""
        by_mark = {one.mark: one for one in self.commits}
        line = [by_mark[self.tip]]
        while line[-1].parents:
            line.append(by_mark[line[-1].parents[0]])
        line.reverse()
        for before, one in pairwise(line):
            assert one.received is not None
            assert before.received is not None
            one.received = max(one.received, before.received)
        for n in range(40, len(line), 97):  # a hook that did not run: the next one wrote the receipt too
            line[n].received, line[n].pusher, line[n].via = line[n + 1 if n + 1 < len(line) else n].received, "", "hook"
        return line

    def save(self, folder: Path, *, receipts_a_day: bool) -> History:
        folder.mkdir(parents=True)
        made = History(folder)
        made.git("init", "-q", "--initial-branch=main")
        feed(made, self.commits, self.tip)
        ids = made.git("rev-list", "--first-parent", "--reverse", "main").split()
        write_receipts(made, list(zip(ids, self.ordered(), strict=True)), together=receipts_a_day)
        return made


def feed(made: History, commits: list[Commit], tip: int) -> None:
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=made.folder, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for one in commits:
            ref = "refs/heads/main" if one.received is not None else "refs/heads/side"
            who = f"{one.person} <{one.person}@wfj.example.cn> {int(one.at.replace(tzinfo=CHINA).timestamp())} +0800"
            message = one.message.encode()
            lines = [f"commit {ref}", f"mark :{one.mark}", f"author {who}", f"committer {who}", f"data {len(message)}"]
            out = "\n".join(lines).encode() + b"\n" + message + b"\n"
            for n, parent in enumerate(one.parents):
                out += f"{'merge' if n else 'from'} :{parent}\n".encode()
            for path, data in one.files.items():
                out += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
            process.stdin.write(out + b"\n")
        process.stdin.write(f"reset refs/heads/main\nfrom :{tip}\n\n".encode())
    assert process.returncode == 0
    made.git("update-ref", "-d", "refs/heads/side")


def write_receipts(made: History, line: list[tuple[str, Commit]], *, together: bool) -> None:
    """Write the branch as the hooks did: a commit a push, or (for long histories) a commit a day."""
    months: dict[str, bytearray] = {}
    with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=made.folder, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for n, (commit, one) in enumerate(line):
            assert one.received is not None
            row = {"commit": commit, "received": f"{one.received.isoformat(timespec='seconds')}+08:00",
                   "pusher": one.pusher, "via": one.via}  # fmt: skip
            month = months.setdefault(f"{one.received:%Y-%m}", bytearray())
            month += json.dumps(row, ensure_ascii=False).encode() + b"\n"
            following = line[n + 1][1].received if n + 1 < len(line) else None
            if together and following is not None and following.date() == one.received.date():
                continue
            name = f"{one.received:%Y-%m}.jsonl"
            who = f"bot <receipts@localhost> {int(one.received.replace(tzinfo=CHINA).timestamp())} +0800"
            process.stdin.write(
                f"commit refs/heads/receipts\ncommitter {who}\ndata 1\nr\nM 100644 inline {name}\ndata {len(month)}\n".encode()
                + bytes(month) + b"\n"
            )  # fmt: skip
    assert process.returncode == 0


def build(
    folder: Path, commits: int, *, seed: int = 1, a_day: int = 45, receipts_a_day: bool = False
) -> tuple[History, Office]:
    """Write an honest ledger and return it with the office that wrote it (``kinds`` says how often what happened)."""
    if folder.exists():
        shutil.rmtree(folder)
    office = Office(seed)
    office.work(commits, date(2025, 1, 2), a_day)
    return office.save(folder, receipts_a_day=receipts_a_day), office
