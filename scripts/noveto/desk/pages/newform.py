"""The form of 登记新件: the four ways, seven fields in the usual case, the rest filled in and folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from noveto.desk.fields import Control, controls
from noveto.desk.pages.common import Wrong, choices_of, flat, leader_of, new_key, reply_by
from noveto.desk.pages.newcase import MORE, NewCase, case_fields
from noveto.desk.pages.telling import button, live
from noveto.desk.web import Ctx
from noveto.schema.fields import Field
from noveto.writing.draft import WAYS

_SMALL = {
    "approval": "吃不准、没写明、想说“不能办”",
    "departments": "跨部门，10 个工作日",
    "papers": "一次告知，打补正单",
    "redirect": "不归本窗口",
}


def show(
    ctx: Ctx, given: dict[str, list[str]], *, errors: Sequence[Wrong] = (), status: int = 200, draft: str = "",
    key: str = "",
) -> Response:  # fmt: skip
    """Show the form, filled with what is ``given``."""
    desk, me = ctx.desk, ctx.person
    registry, today = desk.office.registry, desk.settings.today
    choices = choices_of(registry, me.unit, today)
    wrong = {one.at: one.text for one in errors if one.at}
    fields = case_fields(ctx)
    way = (given.get("way") or ["approval"])[0]
    way = way if way in WAYS else "approval"
    given.setdefault("raised", [f"{desk.settings.now:%Y-%m-%dT%H:%M}"])
    given.setdefault("to", [leader_of(ctx)])
    given.setdefault("reply_by", [reply_by(ctx, desk.settings.today).isoformat()])
    given.setdefault("due_by", [desk.office.context.calendar.add_workdays(today, 5).isoformat()])
    given.setdefault("guide_given", ["true"])
    given.setdefault("veto", [""])

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
    more = controls([replace(fields[name], required=False) for name in MORE], given, choices, wrong)
    made = NewCase(ctx, key or new_key(), given)
    shown_more = any(one.at in {c.name for c in flat(more)} for one in errors)
    return ctx.page(
        "new.html", status, title="登记新件", tab="new", wide=True, key=made.key, draft=draft, errors=errors, way=way,
        ways=[(code, one.title, _SMALL[code]) for code, one in WAYS.items()], who=who, what=what, parts=parts,
        more=more, live=live(made), button=button(made), open_more=shown_more,
        script_only=False,
    )  # fmt: skip


def _inner(field: Field, name: str) -> Field:
    return next(one for one in field.fields if one.name == name)
