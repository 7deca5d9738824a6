"""A new case made of what was typed: its head, the steps that come with it, what keeps it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from noveto.checks.names import mask_name
from noveto.desk.fields import Control, read
from noveto.desk.pages.common import Wrong, minute, wrongs
from noveto.desk.sealed import mask_contact
from noveto.desk.web import Ctx
from noveto.findings import Finding
from noveto.schema.fields import Field
from noveto.schema.suggest import half_width
from noveto.source.dump import clean_text
from noveto.writing.draft import WAYS, build_entry, build_head, case_path, next_id
from noveto.writing.text import record_text
from noveto.writing.validate import validate

MORE = ("kind", "channel", "handling", "track", "track_reason", "accepted", "sensitive", "remark")
"""Fields that are filled in by the way and the matter, and can be opened under 更多."""

_STEP = {"departments": "consulted", "papers": "supplement_notice"}
_UNLAWFUL, _UNCLEAR = "R03", "R04"
_NO_BASIS = "“卡在哪里”选了“{}”，请写明哪部法规第几条。查不到明文，就改选“{}”，交单位研究。"
_NO_GROUNDS = "想说“不能办”，请写明依据哪部法规第几条。查不到明文，窗口的意见就选“请单位定”。"
_BLANK = re.compile("(?<=[一-龥]) (?=[一-龥])")
"""A blank between two characters of a name: 王 明 is 王明."""
_NOT_FOUND = ("未查到", "没查到", "查不到", "无", "没有")


def case_fields(ctx: Ctx) -> dict[str, Field]:
    """Return the fields of a case's head by name."""
    return {one.name: one for one in ctx.desk.office.context.schemas.fields("case")}


class _Values:
    """A form given as plain lists."""

    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self.given = given

    def getlist(self, key: Any) -> list[Any]:
        return list(self.given.get(key, ()))


class NewCase:
    """A new case made of what was typed. Nothing is written here."""

    def __init__(self, ctx: Ctx, key: str, given: Mapping[str, Sequence[str]] | None = None) -> None:
        self.ctx = ctx
        self.key = key
        self.ref = ctx.desk.ref(key)
        self.form = _Values(
            given if given is not None else {n: [str(v) for v in ctx.form.getlist(n)] for n in ctx.form}
        )
        self.way = self.one("way") if self.one("way") in WAYS else "approval"
        self.kind = self.one("applicant.kind") or "person"
        self.name = "" if self.kind == "anonymous" else _BLANK.sub("", " ".join(self.one("applicant.name").split()))
        contact = " ".join(half_width(self.one("applicant.contact")).split())
        self.contact = "" if self.kind == "anonymous" else contact
        registry = ctx.desk.office.registry
        self.matter = registry.matters.get(self.one("matter.id"))
        self.matter_name = self.matter.name if self.matter else self.one("matter.name")
        self.raised = minute(self.one("raised")) or ctx.desk.settings.now
        self.veto = self.way == "approval" and self.one("veto") == "yes"
        self.head = self._head()
        self.entries = self._entries()

    def one(self, name: str) -> str:
        """Return the only or first value of a control, cleaned."""
        return clean_text(next((str(v) for v in self.form.getlist(name) if str(v).strip()), ""))

    @property
    def reason(self) -> str:
        """Where it is stuck, in words."""
        schemas = self.ctx.desk.office.context.schemas
        return schemas.word("case", "reason.main", str(self.head["reason"]["main"]))

    def _typed(self) -> dict[str, Any]:
        fields = case_fields(self.ctx)
        names = ("accepted", "handling", "kind", "channel", "matter", "track", "track_reason", "reason", "facts",
                 "grounds", "documents", "sensitive", "remark")  # fmt: skip
        typed = read([fields[name] for name in names], self.form)
        if self.matter is not None:
            typed.pop("matter", None)
        elif "matter" in typed:
            typed["matter"] = {k: v for k, v in typed["matter"].items() if k != "id"} | {"standardised": False}
        if typed.get("grounds") and not typed["grounds"].get("text"):
            typed.pop("grounds")
        applicant: dict[str, Any] = {"kind": self.kind}
        if self.name:
            masked = mask_name(self.name) if self.kind in ("person", "sole_trader") else self.name
            applicant["name"] = masked
        if self.contact:
            applicant["contact"] = mask_contact(self.contact)
        return typed | {"applicant": applicant}

    def _head(self) -> dict[str, Any]:
        desk, me = self.ctx.desk, self.ctx.person
        staff = desk.office.registry.staff.on(me.id, desk.settings.today)
        if staff is None:
            raise PermissionError
        typed = self._typed()
        if self.way == "departments" and not typed.get("track_reason"):
            typed["track_reason"] = self.one("question") or "要几个部门一起定"
        number = next_id((), me.unit, self.raised.date())  # the worker gives the final one, on main as it then is
        return build_head(desk.office.registry, staff, self.raised, name=number, way=self.way, matter=self.matter,
                          fields=typed, ref=self.ref if self.name else "")  # fmt: skip

    def _entries(self) -> list[dict[str, Any]]:
        """Return the steps that come with the registration: one act where life has one act."""
        me = self.ctx.person
        at = max(self.raised, min(self.ctx.desk.settings.now, self.raised + timedelta(hours=12)))
        data: dict[str, Any] = {}
        if self.way == "approval":
            step = "veto_proposed" if self.veto else "submitted"
            data = {"to": self.one("to")}
            if self.veto:
                data |= {"reason": self.head["reason"], "grounds": self.head.get("grounds", {})}
        elif self.way in _STEP:
            step = _STEP[self.way]
            data = read(self.ctx.desk.office.context.schemas.step_fields(step), self.form)
            data = {k: v for k, v in data.items() if k in ("units", "question", "reply_by", "items", "due_by",
                                                           "guide_given")}  # fmt: skip
            if step == "supplement_notice":
                data["cause"] = "first"
        else:
            step = "answered"
            where = {k: self.one(f"redirect.{k}") for k in ("unit", "window", "how", "phone")}
            unit = self.ctx.desk.office.registry.unit_name(where["unit"]) if where["unit"] else ""
            data = {"result": "redirected", "how": "in_person", "told_to": "self",
                    "redirect": {k: v for k, v in where.items() if v},
                    "text": f"请到{unit}办。{where['how']}".strip()}  # fmt: skip
        return [build_entry(step, me.id, at, {k: v for k, v in data.items() if v not in ("", [], {})})]

    # -- judging ---------------------------------------------------------------------------------------

    def _judged(self, entries: Sequence[Mapping[str, Any]]) -> tuple[list[Finding], Any]:
        desk = self.ctx.desk
        try:
            data = record_text("case", {**self.head, "log": entries}).encode()
        except ValueError:
            return [], None
        office = desk.office
        return validate(data, case_path(str(self.head["id"])), office.context, office.ids(), desk.settings.today)

    def errors(self) -> list[Wrong]:
        """Return what keeps the case out, in the checker's words, at the controls."""
        found: list[Wrong] = []
        now = self.ctx.desk.settings.now
        if not minute(self.one("raised")):
            found.append(Wrong("raised", f"来人时间要写成 {now:%Y-%m-%d %H:%M}。"))
        elif self.raised > now:
            found.append(Wrong("raised", f"来人时间写的是 {self.raised:%m-%d %H:%M}，比现在（{now:%m-%d %H:%M}）晚。"
                                         "请改成来人到窗口的时间。"))  # fmt: skip
        if self.kind != "anonymous" and not self.name:
            found.append(Wrong("applicant.name", "请写来人的姓名或单位名称；不愿留名的，对象选“匿名”。"))
        if not self.matter_name:
            found.append(Wrong("matter.id", "请选事项；目录里没有的，选“目录里没有”，再写名称。"))
        if not self.one("facts"):
            found.append(Wrong("facts", "请写基本情况：来人要办什么，卡在哪里。一两句话就够。"))
        if not self.one("reason.main"):
            found.append(Wrong("reason.main", "请选卡在哪里。"))
        if self.veto and "grounds" not in self.head:
            found.append(Wrong("grounds.text", _NO_GROUNDS))
        elif (
            self.way == "approval"
            and self.one("reason.main") == _UNLAWFUL
            and self.one("grounds.text").rstrip("。") in ("", *_NOT_FOUND)
        ):
            word = self.ctx.desk.office.context.schemas.word
            told = _NO_BASIS.format(*(word("case", "reason.main", code) for code in (_UNLAWFUL, _UNCLEAR)))
            found.append(Wrong("grounds.text", told))
        findings, record = self._judged(self.entries)
        wrong = [one for one in findings if one.severity == "error"]
        if found:  # what else a field left empty makes wrong is not told; a number typed where none belongs is
            known = {one.at for one in found}
            personal = self._at_controls([one for one in wrong if one.code.startswith("NV60")])
            return [*found, *(one for one in personal if one.at not in known)]
        if not wrong and record is not None:
            if not self.ctx.desk.office.rights.may_register("case", record.value, self.ctx.person.id, now.date()):
                return [Wrong("", "按人员表，您不能替这个单位登记。请找本单位管理员核对。")]
            return []
        return self._at_controls(wrong) or [Wrong("", "这一件的写法有问题，没有收。请检查各栏。")]

    def _at_controls(self, wrong: Sequence[Finding]) -> list[Wrong]:
        names = ("applicant.name", "applicant.contact", "matter.id", "matter.name", "facts", "reason.main", "raised",
                 "grounds.text", "units", "question", "reply_by", "items", "due_by", "to", "redirect.unit",
                 "redirect.window", "redirect.how", *MORE)  # fmt: skip
        return wrongs(wrong, [Control(name, self._label(name), "text", required=False) for name in names], 1)

    def _grounded(self) -> bool:
        return self.one("grounds.text").rstrip("。") not in ("", *_NOT_FOUND)

    def _label(self, name: str) -> str:
        schemas = self.ctx.desk.office.context.schemas
        try:
            return schemas.label("case", name)
        except KeyError:
            return name

    def said(self) -> str:
        """Return the sentence shown after the registration."""
        registry = self.ctx.desk.office.registry
        if self.way == "approval":
            return f"已登记，已交{registry.person_name(self.one('to'))}。"
        return {"departments": "已登记，征询已发出。", "papers": "已登记，已一次告知。", "redirect": "已登记为指路。"}[
            self.way
        ]
