"""登记新件: by situation, seven fields in the usual case; the codes are derived, the date to promise is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from starlette.responses import Response

from noveto import words
from noveto.checks.names import mask_name
from noveto.desk.fields import Control, clean, controls, read
from noveto.desk.pages.common import (
    Wrong,
    accept,
    choices_of,
    flat,
    key_of,
    minute,
    new_key,
    page_of,
    sent_before,
    wrongs,
)
from noveto.desk.sealed import mask_contact
from noveto.desk.todo import builder_of
from noveto.desk.vaultfile import SealedError
from noveto.desk.web import Ctx, StopError
from noveto.findings import Finding
from noveto.records.registry import Person as Staff
from noveto.schema.fields import Field
from noveto.writing.draft import WAYS, build_entry, build_head, case_path, merged, next_id
from noveto.writing.due import due_words
from noveto.writing.text import record_text
from noveto.writing.validate import validate, view_of

_SMALL = {
    "approval": "吃不准、没写明、想说“不能办”",
    "departments": "跨部门，10 个工作日",
    "papers": "一次告知，打补正单",
    "redirect": "不归本窗口",
}
_STEP = {"departments": "consulted", "papers": "supplement_notice"}
_MORE = ("kind", "channel", "handling", "track", "track_reason", "accepted", "sensitive", "remark")
_TWIN_DAYS = 7
_NOT_YOURS = "您的岗位不登记新件。要登记请找窗口人员；您可以在我的待办里审批、回复。"
_NO_GROUNDS = "想说“不能办”，请写明依据哪部法规第几条。查不到明文，窗口的意见就选“请单位定”。"


def new(ctx: Ctx) -> Response:
    """Show the empty form, or one made from a draft."""
    _staff(ctx)
    given: dict[str, list[str]] = {"raised": [f"{ctx.desk.settings.now:%Y-%m-%dT%H:%M}"], "applicant.kind": ["person"]}
    query = ctx.request.query_params
    number = query.get("draft", "")
    if number and (draft := ctx.desk.drafts.load(ctx.person.id, number)):
        given = {name: [str(v) for v in values] for name, values in draft.fields.items()}
    if query.get("way") in WAYS:
        given["way"] = [query["way"]]
    return _show(ctx, given, draft=number)


def create(ctx: Ctx) -> Response:
    """Judge, confirm (without script), keep the name in the sealed register, queue."""
    desk, me = ctx.desk, ctx.person
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form if name not in ("csrf", "sure")}
    if ctx.request.query_params.get("switch"):
        return _show(ctx, given, draft=ctx.get("draft"), key=key)
    made = _Made(ctx, key)
    errors = made.errors()
    if errors:
        return _show(ctx, given, errors=errors, status=422, draft=ctx.get("draft"), key=key)
    if not ctx.get("sure"):
        boxes = [("事项", made.matter_name), ("谁来办", f"{made.name}　{made.contact}"), ("基本情况", ctx.get("facts")),
                 ("卡在哪里", made.reason)]  # fmt: skip
        pairs = [(name, value) for name, values in {**given, "key": [key]}.items() for value in values]
        pairs.append(("csrf", ctx.session.csrf if ctx.session else ""))
        return ctx.page("confirm.html", title="登记新件", tab="new", live=made.live(), boxes=boxes, pairs=pairs,
                        button=made.button)  # fmt: skip
    head = made.head
    if made.name:
        try:
            desk.sealed.write(made.ref, made.name, made.contact, me.id, me.unit, f"暂 {key[:12]}")
        except SealedError as error:
            return _show(ctx, given, errors=[Wrong("applicant.name", str(error))], status=422, key=key)
    payload = {
        "what": "new", "kind": "case", "head": head, "entries": made.entries, "title": made.matter_name,
        "said": made.said(),
        **({"sealed": {"ref": made.ref, "unit": me.unit}} if made.name else {}),
    }  # fmt: skip
    return accept(ctx, key, str(head["id"]), payload)


def live(ctx: Ctx) -> Response:
    """Tell, while typing, the date to promise, the sentence to say, what is alike, what may be the same."""
    return Response(json.dumps(_Made(ctx, key_of(ctx)).live(), ensure_ascii=False), media_type="application/json")


def _staff(ctx: Ctx) -> Staff:
    staff = ctx.desk.office.registry.staff.get(ctx.person.id)
    if staff is None or ctx.person.role not in ("clerk", "head"):
        raise StopError(
            403,
            "登记由窗口来做",
            "您的岗位不登记新件。要登记请找窗口人员；您可以在我的待办里审批、回复。",
            ("/desk/", "回我的待办"),
        )
    return staff


# -- the form --------------------------------------------------------------------------------------------


def _fields(ctx: Ctx) -> dict[str, Field]:
    return {one.name: one for one in ctx.desk.office.context.schemas.fields("case")}


def _show(
    ctx: Ctx, given: dict[str, list[str]], *, errors: Sequence[Wrong] = (), status: int = 200, draft: str = "",
    key: str = "",
) -> Response:  # fmt: skip
    desk, me = ctx.desk, ctx.person
    registry, today = desk.office.registry, desk.settings.today
    choices = choices_of(registry, me.unit, today)
    wrong = {one.at: one.text for one in errors if one.at}
    fields = _fields(ctx)
    way = (given.get("way") or ["approval"])[0]
    way = way if way in WAYS else "approval"
    given.setdefault("raised", [f"{desk.settings.now:%Y-%m-%dT%H:%M}"])
    given.setdefault("to", [_leader(ctx)])
    given.setdefault("reply_by", [_reply_by(ctx).isoformat()])
    given.setdefault("due_by", [desk.office.context.calendar.add_workdays(today, 5).isoformat()])
    given.setdefault("guide_given", ["true"])

    def control(name: str, label: str, widget: str, *, required: bool = False, help: str = "",
                options: Sequence[tuple[str, str]] = (), when: tuple[str, str] = ("", "")) -> Control:  # fmt: skip
        return Control(name, label, widget, required, help, tuple(given.get(name, ())),
                       tuple((code, text, "") for code, text in options), when, wrong.get(name, ""))  # fmt: skip

    kinds = [(code, title) for code, title, _ in _inner(fields["applicant"], "kind").options]
    who = [
        control("applicant.name", "姓名或单位名称", "text"),
        control("applicant.contact", "联系电话", "text"),
        control("applicant.kind", "对象", "select", options=kinds),
        control("raised", "来人时间", "time", required=True),
    ]
    matters = [(m.id, m.name) for m in registry.matters.values() if m.unit == me.unit]
    others = [
        (m.id, f"{m.name}（{registry.unit_name(m.unit)}）") for m in registry.matters.values() if m.unit != me.unit
    ]
    listed = [*matters, ("other", "目录里没有，下面写名称"), *others]
    reasons = [(code, title) for code, title, _ in _inner(fields["reason"], "main").options]
    what = [
        control("matter.id", "事项", "select", required=True, options=listed),
        control("matter.name", "事项名称", "text", required=True, when=("matter.id", "other")),
        control("matter.category", "事项分类", "select", required=True, when=("matter.id", "other"),
                options=[(code, title) for code, title, _ in _inner(fields["matter"], "category").options]),
        control("facts", "基本情况", "area", required=True, help="来人要办什么、卡在哪里。不写姓名、电话和证件号。"),
        control("reason.main", "卡在哪里", "select", required=True, options=reasons),
        control("grounds.text", "依据", "text", help="查到哪条写哪条；没查到写“未查到”。"),
    ]  # fmt: skip
    people, asked = choices["staff"], [one for one in choices["unit"] if one[0] != me.unit]
    parts = [
        ("approval", "4 报给谁", [
            control("veto", "窗口的意见", "radio", options=[("", "请单位定"), ("yes", "拟不能办（报否决）")]),
            control("to", "交给", "select", required=True, options=people)]),
        ("departments", "4 问谁、问什么", [
            control("units", "征询哪些单位", "checks", required=True, options=asked),
            control("question", "问什么", "area", required=True, help="一次问清楚。"),
            control("reply_by", "最迟哪天回复", "date", required=True)]),
        ("papers", "4 缺哪些材料", [
            control("items", "要补的材料（一行一样，一次列全）", "lines", required=True),
            control("due_by", "最迟哪天补", "date", required=True),
            control("guide_given", "已给办事指南", "yesno")]),
        ("redirect", "4 指到哪里", [
            control("redirect.unit", "哪个单位", "select", options=choices["unit"], required=True),
            control("redirect.window", "哪个窗口", "select", options=choices["window"]),
            control("redirect.phone", "电话", "text"),
            control("redirect.how", "怎么去、怎么办", "text", required=True)]),
    ]  # fmt: skip
    # the browser must not insist on controls of the ways that were not chosen: the checker does, for the chosen one
    parts = [(code, told, [replace(one, when=("way", code)) for one in inner]) for code, told, inner in parts]
    more = controls([replace(fields[name], required=False) for name in _MORE], given, choices, wrong)
    made = _Made(ctx, key or new_key(), given)
    shown_more = any(one.at in {c.name for c in flat(more)} for one in errors)
    return ctx.page(
        "new.html", status, title="登记新件", tab="new", wide=True, key=made.key, draft=draft, errors=errors, way=way,
        ways=[(code, one.title, _SMALL[code]) for code, one in WAYS.items()], who=who, what=what, parts=parts,
        more=more, live=made.live() if given.get("facts") else _NOTHING, button=made.button, open_more=shown_more,
        script_only=False,
    )  # fmt: skip


_NOTHING: Mapping[str, Any] = {"date": "", "how": "", "say": "", "alike": (), "twin": "", "twin_url": "", "button": ""}


def _inner(field: Field, name: str) -> Field:
    return next(one for one in field.fields if one.name == name)


def _leader(ctx: Ctx) -> str:
    registry, today = ctx.desk.office.registry, ctx.desk.settings.today
    return next((one.id for one in registry.staff_of.get(ctx.person.unit, ()) if one.role == "leader" and
                 registry.staff.valid(one.id, today)), "")  # fmt: skip


def _reply_by(ctx: Ctx) -> date:
    return ctx.desk.office.context.calendar.add_workdays(ctx.desk.settings.today, 5)


# -- what was typed ----------------------------------------------------------------------------------------


class _Values:
    """A form given as plain lists."""

    def __init__(self, given: Mapping[str, Sequence[str]]) -> None:
        self.given = given

    def getlist(self, key: Any) -> list[Any]:
        return list(self.given.get(key, ()))


class _Made:
    """A new case made of what was typed."""

    def __init__(self, ctx: Ctx, key: str, given: Mapping[str, Sequence[str]] | None = None) -> None:
        self.ctx = ctx
        self.key = key
        self.ref = ctx.desk.ref(key)
        self.form = _Values(
            given if given is not None else {n: [str(v) for v in ctx.form.getlist(n)] for n in ctx.form}
        )
        self.way = self._one("way") if self._one("way") in WAYS else "approval"
        self.kind = self._one("applicant.kind") or "person"
        self.name = "" if self.kind == "anonymous" else " ".join(self._one("applicant.name").split())
        self.contact = "" if self.kind == "anonymous" else " ".join(self._one("applicant.contact").split())
        registry = ctx.desk.office.registry
        self.matter = registry.matters.get(self._one("matter.id"))
        self.matter_name = self.matter.name if self.matter else self._one("matter.name")
        self.raised = minute(self._one("raised")) or ctx.desk.settings.now
        self.veto = self.way == "approval" and self._one("veto") == "yes"
        self.head = self._head()
        self.entries = self._entries()

    def _one(self, name: str) -> str:
        return clean(next((str(v) for v in self.form.getlist(name) if str(v).strip()), ""))

    @property
    def reason(self) -> str:
        """Where it is stuck, in words."""
        schemas = self.ctx.desk.office.context.schemas
        return schemas.word("case", "reason.main", str(self.head["reason"]["main"]))

    def _typed(self) -> dict[str, Any]:
        fields = _fields(self.ctx)
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
        staff = desk.office.registry.staff[me.id]
        typed = self._typed()
        if self.way == "departments" and not typed.get("track_reason"):
            typed["track_reason"] = self._one("question") or "要几个部门一起定"
        folder = case_path(f"{me.unit}-{self.raised:%Y%m%d}-01").rpartition("/")[0]
        number = next_id(desk.main.numbers(desk.office.tip, folder), me.unit, self.raised.date())
        return build_head(desk.office.registry, staff, self.raised, name=number, way=self.way, matter=self.matter,
                          fields=typed, ref=self.ref if self.name else "")  # fmt: skip

    def _entries(self) -> list[dict[str, Any]]:
        """Return the steps that come with the registration: one act where life has one act."""
        me = self.ctx.person
        at = max(self.raised, min(self.ctx.desk.settings.now, self.raised + timedelta(hours=12)))
        data: dict[str, Any] = {}
        if self.way == "approval":
            step = "veto_proposed" if self.veto else "submitted"
            data = {"to": self._one("to")}
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
            where = {k: self._one(f"redirect.{k}") for k in ("unit", "window", "how", "phone")}
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
        if not minute(self._one("raised")):
            found.append(Wrong("raised", f"来人时间要写成 {now:%Y-%m-%d %H:%M}。"))
        elif self.raised > now:
            found.append(Wrong("raised", f"来人时间写的是 {self.raised:%m-%d %H:%M}，比现在（{now:%m-%d %H:%M}）晚。"
                                         "请改成来人到窗口的时间。"))  # fmt: skip
        if self.kind != "anonymous" and not self.name:
            found.append(Wrong("applicant.name", "请写来人的姓名或单位名称；不愿留名的，对象选“匿名”。"))
        if not self.matter_name:
            found.append(Wrong("matter.id", "请选事项；目录里没有的，选“目录里没有”，再写名称。"))
        if not self._one("facts"):
            found.append(Wrong("facts", "请写基本情况：来人要办什么，卡在哪里。一两句话就够。"))
        if not self._one("reason.main"):
            found.append(Wrong("reason.main", "请选卡在哪里。"))
        if self.veto and "grounds" not in self.head:
            found.append(
                Wrong("grounds.text", "想说“不能办”，请写明依据哪部法规第几条。查不到明文，窗口的意见就选“请单位定”。")
            )
        if found:
            return found
        findings, record = self._judged(self.entries)
        wrong = [one for one in findings if one.severity == "error"]
        if not wrong and record is not None:
            if not self.ctx.desk.office.rights.may_register("case", record.value, self.ctx.person.id, now.date()):
                return [Wrong("", "按人员表，您不能替这个单位登记。请找本单位管理员核对。")]
            return []
        names = ("applicant.name", "applicant.contact", "matter.id", "matter.name", "facts", "reason.main", "raised",
                 "grounds.text", "units", "question", "reply_by", "items", "due_by", "to", "redirect.unit",
                 "redirect.window", "redirect.how", *_MORE)  # fmt: skip
        shown = [Control(name, self._label(name), "text", required=False) for name in names]
        return wrongs(wrong, shown, 1) or [Wrong("", "这一件的写法有问题，没有收。请检查各栏。")]

    def _label(self, name: str) -> str:
        schemas = self.ctx.desk.office.context.schemas
        try:
            return schemas.label("case", name)
        except KeyError:
            return name

    # -- telling ---------------------------------------------------------------------------------------

    @property
    def button(self) -> str:
        """The word on the button: it names who gets the case next."""
        registry = self.ctx.desk.office.registry
        if self.way == "approval":
            who = registry.person_name(self._one("to") or _leader(self.ctx))
            return f"登记并报批，交{who}" if self.veto else f"登记并交{who}定"
        return {"departments": "登记并征询", "papers": "登记并一次告知", "redirect": "登记为指路"}[self.way]

    def live(self) -> dict[str, Any]:
        """Return the date to promise, how it is counted, the sentence to say, similar and twin cases."""
        desk = self.ctx.desk
        told: dict[str, Any] = dict(_NOTHING) | {"button": self.button, "alike": self._alike()}
        day, how = self._due()
        if day is not None:
            said = words.promise(day, today=desk.settings.today)
            told |= {"date": said, "how": how, "say": self._say(said)}
        twin = self._twin()
        if twin is not None:
            told |= {"twin": f"{twin[0]}登记过很像的一件（{twin[1]}）。", "twin_url": f"/desk/case/{twin[1]}"}
        return told

    def _due(self) -> tuple[date | None, str]:
        """Return the day of the reply, as the head alone says it (papers to come: as if they came today)."""
        desk = self.ctx.desk
        head = merged(self.head, {"facts": self._one("facts") or "……"})
        head.setdefault("matter", {"name": "……", "category": "other"})
        head["matter"].setdefault("name", "……")
        from noveto.ledger import Record

        try:
            record = Record(case_path(str(head["id"])), "", "case", {**head, "log": []})
            found = view_of(record, desk.office.context, desk.settings.today)
        except (KeyError, ValueError):
            return None, ""
        clock = next((one for one in found.clocks if one.clock == "reply" and one.due), None)
        if clock is None:
            return None, ""
        told = due_words(found, desk.office.context.calendar, desk.settings.today).split("\n")[0]
        return clock.due, told.partition("（")[2].removesuffix("）")

    def _say(self, day: str) -> str:
        sentence = {
            "approval": f"“您这件事我们吃不准，要报局里研究，{day}给您答复。这是回执，上面有电话。”",
            "departments": f"“您这件事要几个部门一起定，{day}给您答复；中间有进展也告诉您。这是回执，上面有电话。”",
            "papers": "“还缺这几样材料，都写在单子上了，补齐再来一次就行，不用取号排队。”",
            "redirect": "“这件事不归这个窗口，我给您写清楚去哪里、找谁、电话多少。”",
        }
        return sentence[self.way]

    def _alike(self) -> list[dict[str, str]]:
        desk = self.ctx.desk
        text = f"{self.matter_name} {self._one('facts')}"
        builder = builder_of(desk.office, desk.settings.today)
        found: list[dict[str, str]] = []
        for name, matter, _ in desk.office.similar(text) if self._one("facts") else ():
            held = desk.office.find(name)
            if held is None:
                continue
            seen = desk.office.view(held, desk.settings.today)
            outcome = builder.result(seen).words if seen.status in ("answered", "closed") else "在办"
            found.append({"id": name, "matter": matter, "outcome": outcome, "url": page_of(held)})
        return found

    def _twin(self) -> tuple[str, str] | None:
        """Return (when, number) of a case of the last days by the same applicant about the same matter."""
        applicant = self.head["applicant"]
        contact, name = applicant.get("contact"), applicant.get("name")
        if not contact or contact == "****" or not self.matter_name:
            return None
        for found in self.ctx.desk.office.open_cases():
            case = found.case
            if case.unit != self.ctx.person.unit or case.matter.name != self.matter_name:
                continue
            other = case.head.get("applicant") or {}
            recent = abs((self.raised - case.raised).days) <= _TWIN_DAYS
            if recent and other.get("contact") == contact and other.get("name") == name:
                return f"{_when(case.raised, self.raised)}", case.id
        return None

    def said(self) -> str:
        """Return the sentence shown after the registration."""
        registry = self.ctx.desk.office.registry
        if self.way == "approval":
            return f"已登记，已交{registry.person_name(self._one('to'))}。"
        return {"departments": "已登记，征询已发出。", "papers": "已登记，已一次告知。", "redirect": "已登记为指路。"}[
            self.way
        ]


def _when(moment: datetime, now: datetime) -> str:
    return f"今天 {moment:%H:%M} " if moment.date() == now.date() else f"{moment:%m-%d %H:%M} "
