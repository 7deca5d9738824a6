"""登记投诉反映: four questions, asked by the service centre; the record is sealed from the unit it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from noveto.checks.names import mask_name
from noveto.desk.fields import Control, controls, pairs, read
from noveto.desk.pages.common import Wrong, accept, choices_of, key_of, minute, new_key, sent_before, wrongs
from noveto.desk.sealed import mask_contact
from noveto.desk.vaultfile import SealedError
from noveto.desk.web import Ctx
from noveto.ledger.places import path_of
from noveto.schema.fields import Field
from noveto.writing.text import record_text
from noveto.writing.validate import validate

_ASKED = ("complainant", "about", "kind", "facts", "complex", "channel", "received")
_MASKED = ("person", "sole_trader", "")


def may_complain(ctx: Ctx) -> bool:
    """Return whether the person takes complaints in: staff of a service centre."""
    if ctx.person.role not in ("clerk", "head", "supervisor"):
        return False
    return bool(_halls(ctx))


def page(ctx: Ctx) -> Response:
    """Show the empty form."""
    _right(ctx)
    given = {"received": [f"{ctx.desk.settings.now:%Y-%m-%dT%H:%M}"], "complex": ["false"], "channel": ["window"],
             "complainant.kind": ["person"]}  # fmt: skip
    number = ctx.request.query_params.get("draft", "")
    if number and (draft := ctx.desk.drafts.load(ctx.person.id, number)):
        given = {name: [str(v) for v in values] for name, values in draft.fields.items()}
    return _show(ctx, given, draft=number)


def create(ctx: Ctx) -> Response:
    """Judge and queue."""
    _right(ctx)
    desk, me = ctx.desk, ctx.person
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form}
    typed = read(_fields(ctx), ctx.form)
    who: dict[str, Any] = dict(typed.get("complainant", {}))
    name, contact = str(who.get("name", "")), str(who.get("contact", ""))
    if name:
        who["name"] = mask_name(name) if who.get("kind", "") in _MASKED else name
        who["ref"] = desk.ref(key)
    if contact:
        who["contact"] = mask_contact(contact)
    received = minute(str(typed.get("received", ""))) or desk.settings.now
    halls = _halls(ctx)
    hall = ctx.get("hall") if ctx.get("hall") in halls else halls[0]
    head = {"id": f"{hall}-c{received:%Y%m%d}-01", "hall": hall} | typed | {"complainant": who or {"kind": "anonymous"}}
    head["received"] = f"{received:%Y-%m-%dT%H:%M}"
    order = [field.name for field in desk.office.context.schemas.fields("complaint")]
    head = {key: head[key] for key in order if key in head}
    if received > desk.settings.now:
        return _show(ctx, given, errors=[Wrong("received", "收到时间比现在晚。请改成收到反映的时间。")], status=422)
    errors = _errors(ctx, head)
    if errors:
        return _show(ctx, given, errors=errors, status=422)
    if name:
        try:
            desk.sealed.write(desk.ref(key), name, contact, me.id, me.unit, f"暂 {key[:12]}")
        except SealedError as error:
            return _show(ctx, given, errors=[Wrong("complainant.name", str(error))], status=422)
    payload = {
        "what": "new", "kind": "complaint", "head": head, "entries": [], "title": str(head["facts"])[:40],
        "said": "已登记。请交办给被反映的单位，或者直接答复。",
        **({"sealed": {"ref": desk.ref(key), "unit": me.unit}} if name else {}),
    }  # fmt: skip
    return accept(ctx, key, str(head["id"]), payload)


def _right(ctx: Ctx) -> None:
    if not may_complain(ctx):
        raise PermissionError


def _halls(ctx: Ctx) -> list[str]:
    """Return the halls whose complaints this person's unit takes, the hall of her own window first."""
    registry, rights = ctx.desk.office.registry, ctx.desk.office.rights
    own = {registry.windows[key].hall for key in ctx.person.windows if key in registry.windows}
    found = [key for key in registry.halls if ctx.person.unit in rights.centres("complaint", {"hall": key})]
    return sorted(found, key=lambda key: key not in own)


def _fields(ctx: Ctx) -> list[Field]:
    known = {one.name: one for one in ctx.desk.office.context.schemas.fields("complaint")}
    who = known["complainant"]
    told = {"name": "写全名；公开记录自动写成 王**。", "contact": "写全号；公开记录自动写成 138****1111。"}
    kept = tuple(replace(one, description=told.get(one.name, "")) for one in who.fields if one.name in ("kind", *told))
    return [replace(who, fields=kept) if name == "complainant" else known[name] for name in _ASKED]


def _errors(ctx: Ctx, head: Mapping[str, Any]) -> list[Wrong]:
    office, today = ctx.desk.office, ctx.desk.settings.today
    try:
        data = record_text("complaint", {**head, "log": []}).encode()
    except ValueError as error:
        return [Wrong("", str(error))]
    findings, record = validate(data, path_of(str(head["id"])), office.context, office.ids(), today)
    wrong = [one for one in findings if one.severity == "error"]
    if not wrong and record is not None:
        return []
    return wrongs(wrong, controls(_fields(ctx), pairs(head), {})) or [Wrong("", "写法有问题，没有收。请检查各栏。")]


def _show(
    ctx: Ctx, given: Mapping[str, Sequence[str]], *, errors: Sequence[Wrong] = (), status: int = 200, draft: str = ""
) -> Response:
    registry, halls = ctx.desk.office.registry, _halls(ctx)
    choices = choices_of(registry, ctx.person.unit, ctx.desk.settings.today)
    wrong = {one.at: one.text for one in errors if one.at}
    shown = list(controls(_fields(ctx), given, choices, wrong))
    if len(halls) > 1:
        names = tuple((key, registry.halls[key].name, "") for key in halls)
        shown.append(Control("hall", "大厅", "select", required=True, values=(halls[0],), options=names))
    return ctx.page(
        "complaint.html", status, title="登记投诉反映", key=new_key() if status == 200 else key_of(ctx),
        draft=draft or ctx.get("draft"), controls=shown, errors=errors,
    )  # fmt: skip
