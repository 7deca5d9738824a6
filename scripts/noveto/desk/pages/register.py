"""登记新件: by situation; judged, confirmed where no script told the same before, sealed, queued."""

from __future__ import annotations

import json

from starlette.responses import Response

from noveto.desk.pages.common import Wrong, accept, key_of, sent_before
from noveto.desk.pages.newcase import NewCase
from noveto.desk.pages.newform import show
from noveto.desk.pages.telling import button
from noveto.desk.pages.telling import live as told_of
from noveto.desk.vaultfile import SealedError
from noveto.desk.web import Ctx, StopError
from noveto.writing.draft import WAYS

_NOT_YOURS = "您的岗位不登记新件。要登记请找窗口人员；您可以在我的待办里审批、回复。"


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
    return show(ctx, given, draft=number)


def create(ctx: Ctx) -> Response:
    """Judge, confirm (without script), keep the name in the sealed register, queue."""
    desk, me = ctx.desk, ctx.person
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form if name not in ("csrf", "sure")}
    if ctx.request.query_params.get("switch"):
        return show(ctx, given, draft=ctx.get("draft"), key=key)
    made = NewCase(ctx, key)
    errors = made.errors()
    if errors:
        return show(ctx, given, errors=errors, status=422, draft=ctx.get("draft"), key=key)
    if not ctx.get("sure"):
        boxes = [("事项", made.matter_name), ("谁来办", f"{made.name}　{made.contact}"), ("基本情况", ctx.get("facts")),
                 ("卡在哪里", made.reason)]  # fmt: skip
        pairs = [(name, value) for name, values in {**given, "key": [key]}.items() for value in values]
        pairs.append(("csrf", ctx.session.csrf if ctx.session else ""))
        return ctx.page("confirm.html", title="登记新件", tab="new", live=told_of(made), boxes=boxes, pairs=pairs,
                        button=button(made))  # fmt: skip
    head = made.head
    if made.name:
        try:
            desk.sealed.write(made.ref, made.name, made.contact, me.id, me.unit, f"暂 {key[:12]}")
        except SealedError as error:
            return show(ctx, given, errors=[Wrong("applicant.name", str(error))], status=422, key=key)
    payload = {
        "what": "new", "kind": "case", "head": head, "entries": made.entries, "title": made.matter_name,
        "said": made.said(),
        **({"sealed": {"ref": made.ref, "unit": me.unit}} if made.name else {}),
    }  # fmt: skip
    return accept(ctx, key, str(head["id"]), payload)


def live(ctx: Ctx) -> Response:
    """Tell, while typing, the date to promise, the sentence to say, what is alike, what may be the same."""
    return Response(json.dumps(told_of(NewCase(ctx, key_of(ctx))), ensure_ascii=False), media_type="application/json")


def _staff(ctx: Ctx) -> None:
    if ctx.person.role not in ("clerk", "head"):
        raise StopError(403, "登记由窗口来做", _NOT_YOURS, ("/desk/", "回我的待办"))
