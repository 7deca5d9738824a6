"""Making an accepted act ready for its commit: on top of main as it is now, judged by the checker and the rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from noveto.desk.mainline import Mainline
from noveto.desk.office import Held, Office
from noveto.desk.queue import Act
from noveto.desk.registers import change_registers, new_notice
from noveto.desk.settings import Settings
from noveto.findings import Finding
from noveto.gitio import blob_id
from noveto.ledger.places import kind_of, path_of
from noveto.source.append import append_text
from noveto.writing.draft import next_id
from noveto.writing.message import REGISTERED, commit_message
from noveto.writing.text import entry_text, head_text
from noveto.writing.validate import Ids, added, validate

REASONS = 5
"""How many reasons an author is told at once."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An act made ready for its commit: the record's number and path, its whole text, the message."""

    act: Act
    record: str
    path: str
    data: bytes
    message: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An act that cannot go in as it is: ``conflict`` or ``refused``, and why."""

    act: Act
    state: str
    result: Mapping[str, Any]


class Maker:
    """Makes acts ready. Nothing is written here."""

    def __init__(self, settings: Settings, main: Mainline, office: Office) -> None:
        self.settings = settings
        self.main = main
        self.office = office

    def prepare(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        """Make one act ready on top of ``tip`` and what this round already brings (``overlay``)."""
        make = {"step": self._step, "new": self._new, "register": self._register, "notice": self._notice}
        try:
            return make[act.payload["what"]](act, tip, overlay)
        except ValueError as error:
            return Sent(act, "refused", {"reasons": [str(error)]})

    def _read(self, path: str, tip: str, overlay: Mapping[str, bytes]) -> bytes | None:
        return overlay[path] if path in overlay else self.main.read(f"{tip}:{self.main.repo.prefix}{path}")

    # -- records --------------------------------------------------------------------------------------

    def _step(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        path = path_of(act.record)
        old = self._read(path, tip, overlay) if path else None
        if old is None:
            return Sent(act, "refused", {"reasons": [f"台账里没有 {act.record}。"]})
        seen = blob_id(old, self.main.repo.object_format)
        if seen != act.payload["seen"]:
            return Sent(act, "conflict", {"blob": seen})
        data = append_text(old, "".join(entry_text(entry) for entry in act.payload["entries"]))
        kind = kind_of(path)
        before = self.office.held(path, kind, old)
        if fault := self._fault(act, kind, data, path):
            return Sent(act, "refused", {"reasons": [fault]})
        known = self._judge(old, path, tip, overlay)[0] if before else []
        return self._judged(act, act.record, path, data, tip, overlay, known)

    def _new(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        payload = act.payload
        kind, head = str(payload["kind"]), dict(payload["head"])
        number = str(head["id"])
        folder = path_of(number).rpartition("/")[0]
        taken = self.main.numbers(tip, folder) + [path.rpartition("/")[2][:-4] for path in overlay]
        if number in taken and kind in ("period", "review"):
            return Sent(act, "refused", {"reasons": [f"{number} 已经有了，别人先开始了。请回核对与抽查看看。"]})
        if number in taken:
            prefix, _, _ = number.rpartition("-")
            day = datetime.strptime(prefix[-8:], "%Y%m%d").date()
            number = next_id(taken, prefix[:-9], day) if kind == "case" else _next(taken, prefix)
            head["id"] = number
        data = (head_text(kind, head) + "".join(entry_text(entry) for entry in payload["entries"])).encode()
        path = path_of(number)
        if fault := self._fault(act, kind, data, path):
            return Sent(act, "refused", {"reasons": [fault]})
        return self._judged(act, number, path, data, tip, overlay, [])

    def _fault(self, act: Act, kind: str, data: bytes, path: str) -> str:
        """Return why the act's author may not write it by today's staff list, "" when she may."""
        held: Held | None = self.office.held(path, kind, data)
        if held is None:
            return ""  # the checker will say what is wrong with the form
        rights = self.office.rights
        if act.payload["what"] == "new" and not rights.may_register(kind, held.value, act.staff, self.settings.today):
            return "按人员表，您现在不能替这个单位登记。请找本单位管理员核对。"
        entries = held.value.get("log") or ()
        for n in range(len(entries) - len(act.payload["entries"]) + 1, len(entries) + 1):
            if entries[n - 1].get("recorded_by", entries[n - 1]["by"]) != act.staff:
                return "录入的人和登录的人不是同一个人，没有收。请重新登录再写。"
            if rights.fault(kind, held.value, n):
                return "按人员表，您（或者您代录的人）不能写这一步。请找本单位管理员核对。"
        return ""

    def _judge(self, data: bytes, path: str, tip: str, overlay: Mapping[str, bytes]) -> tuple[list[Finding], bool]:
        ids = Ids(lambda name: name in overlay or name == path or self.office.exists(name, tip))
        found, record = validate(data, path, self.office.context, ids, self.settings.today)
        return found, record is not None

    def _judged(
        self, act: Act, number: str, path: str, data: bytes, tip: str, overlay: Mapping[str, bytes],
        known: list[Finding],
    ) -> Ready | Sent:  # fmt: skip
        found, sound = self._judge(data, path, tip, overlay)
        wrong = [one for one in added(known, found) if one.severity == "error"]
        if wrong or not sound:
            return Sent(act, "refused", {"reasons": told(wrong or found)})
        steps = [(REGISTERED, "登记")] if act.payload["what"] == "new" else []
        machine = self.office.context.steps.machine(kind_of(path), self.settings.today)
        for entry in act.payload["entries"]:
            known_step = machine.steps.get(entry["step"])
            steps.append((entry["step"], known_step.title if known_step else entry["step"]))
        message = commit_message(number, str(act.payload["title"]), steps) + f"Act: {act.key}\n"
        return Ready(act, number, path, data, message)

    # -- registers and calendar ------------------------------------------------------------------------

    def _register(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        payload, table = act.payload, str(act.payload["table"])
        path = f"records/registry/{table}.yml"
        old = self._read(path, tip, overlay)
        if old is None:
            return Sent(act, "refused", {"reasons": [f"台账里没有 {path}。请找管理员。"]})
        rights, today = self.office.rights, self.settings.today
        if not all(rights.may_enter(was, now, act.staff, today) for was, now in payload["changes"]):
            return Sent(act, "refused", {"reasons": ["按人员表，您现在不能改这个单位的登记册。请找系统管理员核对。"]})
        data = change_registers(old, table, payload["changes"])
        if data is None:
            return Sent(act, "conflict", {})
        wrong = self.office.register_errors(path, table, old, data, overlay)
        if wrong:
            return Sent(act, "refused", {"reasons": told(wrong)})
        return Ready(act, act.record, path, data, f"登记册：{payload['title']}\n\nRegister: {table}\nAct: {act.key}\n")

    def _notice(self, act: Act, tip: str, overlay: Mapping[str, bytes]) -> Ready | Sent:
        path, text = str(act.payload["path"]), str(act.payload["text"])
        if not self.office.rights.may_set_up(act.staff, self.settings.today):
            return Sent(act, "refused", {"reasons": ["按人员表，您现在不能改工作日历。请找系统管理员核对。"]})
        if self._read(path, tip, overlay) is not None:
            return Sent(act, "conflict", {})
        wrong = new_notice(self.office.calendar_files(tip), path.rpartition("/")[2], text)
        if wrong:
            return Sent(act, "refused", {"reasons": told(wrong)})
        message = f"工作日历：{act.payload['title']}\n\nAct: {act.key}\n"
        return Ready(act, act.record, path, text.encode(), message)


def told(findings: Sequence[Finding]) -> list[str]:
    """Return findings as the reasons an author reads."""
    return [f"{one.message}{one.fix}（{one.code}）" for one in findings][:REASONS]


def _next(taken: Sequence[str], prefix: str) -> str:
    numbers = [int(name.rpartition("-")[2]) for name in taken if name.rpartition("-")[0] == prefix]
    return f"{prefix}-{max(numbers, default=0) + 1:02d}"
