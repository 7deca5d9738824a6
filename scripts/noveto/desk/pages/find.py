"""按姓名或电话找件, and drafts."""

from __future__ import annotations

import json
import re

from starlette.responses import RedirectResponse, Response

from noveto.desk.todo import builder_of
from noveto.desk.vaultfile import SealedError
from noveto.desk.web import Ctx, StopError

_FORM = re.compile(r"new|complaint|step:[a-z0-9-]{3,60}:[a-z_]{3,30}")
_NOT_KEPT = {"csrf", "key", "seen", "draft", "sure", "save", "honest"}


def page(ctx: Ctx) -> Response:
    """Show the search."""
    return ctx.page("find.html", title="按姓名或电话找件", tab="find", hits=None, wrong="")


def search(ctx: Ctx) -> Response:
    """Search the sealed register, own unit only; the look is logged before anything is shown."""
    desk, me = ctx.desk, ctx.person
    try:
        found = desk.sealed.search(ctx.get("q"), me.id, me.unit)
    except SealedError as error:
        return ctx.page("find.html", 422, title="按姓名或电话找件", tab="find", hits=None, wrong=str(error))
    builder = builder_of(desk.office, desk.settings.today)
    hits = []
    for one in found:
        held = desk.office.find(one.case)
        if held is None or (held.value.get("applicant") or {}).get("ref") != one.ref:
            continue  # an entry whose record main does not have (yet) points at nobody
        seen = desk.office.view(held, desk.settings.today)
        hits.append({"id": held.id, "name": one.name, "contact": one.contact, "matter": seen.case.matter.name,
                     "faulty": bool(desk.office.errors(held)),
                     "now": f"{builder.status(seen).words} · {builder.stage(seen)}"})  # fmt: skip
    return ctx.page("find.html", title="按姓名或电话找件", tab="find", hits=hits, wrong="")


def save_draft(ctx: Ctx) -> Response:
    """Keep an unfinished form, by account, on the server."""
    form = ctx.request.query_params.get("form", "")
    if not _FORM.fullmatch(form):
        raise StopError(400, "没有存上", "这张表不能存草稿。", ("/desk/", "回我的待办"))
    fields = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form if name not in _NOT_KEPT}
    number = ctx.desk.drafts.save(ctx.person.id, form, fields, draft=ctx.get("draft"))
    if "json" in ctx.request.headers.get("accept", ""):
        return Response(json.dumps({"draft": number}), media_type="application/json")
    return RedirectResponse("/desk/", 303)


def open_draft(ctx: Ctx) -> Response:
    """Go on with a draft."""
    draft = ctx.desk.drafts.load(ctx.person.id, ctx.request.path_params["number"])
    if draft is None:
        raise StopError(
            404, "草稿不在了", f"草稿存 {ctx.desk.draft_days} 天；也可能已经交上去了。", ("/desk/", "回我的待办")
        )
    kind, _, rest = draft.form.partition(":")
    if kind == "step":
        record, _, step = rest.partition(":")
        return RedirectResponse(f"/desk/case/{record}/step/{step}?draft={draft.id}", 303)
    return RedirectResponse(f"/desk/{kind}?draft={draft.id}", 303)


def drop_draft(ctx: Ctx) -> Response:
    """Delete a draft."""
    ctx.desk.drafts.drop(ctx.person.id, ctx.get("draft"))
    return RedirectResponse("/desk/", 303)
