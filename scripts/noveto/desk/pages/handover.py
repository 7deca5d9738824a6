"""移交: one case or all open cases of somebody who leaves or goes off duty, in one form; one step a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from noveto.desk.pages.common import Wrong, choices_of, key_of, new_key
from noveto.desk.pages.record import allowed, head_of, may_write
from noveto.desk.todo import builder_of, cases_of
from noveto.desk.web import Ctx, StopError
from noveto.rules.machine import StepDef
from noveto.site.views import CaseRow
from noveto.source.append import append_text
from noveto.source.dump import clean_text
from noveto.writing.draft import build_entry
from noveto.writing.text import entry_text

_STEP = "handed_over"
_NOT_YOURS = "移交由本单位的窗口人员、B 岗或者窗口负责人来做。请找窗口负责人。"


@dataclass(frozen=True, slots=True)
class Open:
    """One case to hand over: its row, and whether the person may write the step."""

    row: CaseRow
    mine: bool


def page(ctx: Ctx) -> Response:
    """List the open cases of ``from`` (the person herself without it), to be handed over together."""
    return _show(ctx, _leaver(ctx))


def write(ctx: Ctx) -> Response:
    """Queue one step a case, under keys made of the form's key: sent again they are the same acts."""
    leaver = _leaver(ctx)
    desk, me = ctx.desk, ctx.person
    key, to, text = key_of(ctx), ctx.get("to"), clean_text(ctx.get("text"))
    names = dict.fromkeys(str(name) for name in ctx.form.getlist("case"))
    staff = {code for code, _ in choices_of(desk.office.registry, _unit(ctx, leaver), desk.settings.today)["staff"]}
    errors: list[Wrong] = []
    if to not in staff or to == leaver:
        errors.append(Wrong("to", "请选交给谁：本单位在岗的另一个人。"))
    if not names:
        errors.append(Wrong("case", "一件也没有勾。请勾上要移交的件。"))
    if errors:
        return _show(ctx, leaver, errors=errors, status=422)
    now = desk.settings.now
    own = {one.case.id for one in cases_of(desk.office, leaver)}
    left: list[str] = []
    for n, name in enumerate(names):
        held = desk.office.find(name) if name in own else None
        fits = held is not None and held.kind == "case" and _STEP in {one.name for one in allowed(ctx, held)}
        if held is None or not fits or not may_write(ctx, held, _step(ctx)):
            left.append(name)
            continue
        entry = build_entry(_STEP, me.id, now, {"from": leaver, "to": to, **({"text": text} if text else {})})
        try:
            append_text(held.data, entry_text(entry))
        except ValueError:
            left.append(name)
            continue
        payload = {"what": "step", "seen": held.blob, "entries": [entry], "title": head_of(ctx, held).title,
                   "name": me.name, "email": me.email, "said": "已移交。"}  # fmt: skip
        desk.queue.accept(f"{key[:36]}-{n:03d}", me.id, held.id, f"{now:%Y-%m-%dT%H:%M}", payload)
    desk.worker.hint()
    if len(names) > len(left):
        desk.worker.wait(f"{key[:36]}-{len(names) - 1:03d}", 1.2)
    if left:
        told = f"{'、'.join(left)} 没有移交：已经办结，或者不由您移交。其余的已经收下。"
        return _show(ctx, leaver, errors=[Wrong("", told)], status=409)
    return RedirectResponse(f"/desk/handover?from={leaver}&done={len(names)}", 303)


# -- parts ---------------------------------------------------------------------------------------------


def _step(ctx: Ctx) -> StepDef:
    return ctx.desk.office.context.steps.machine("case", ctx.desk.settings.today).steps[_STEP]


def _leaver(ctx: Ctx) -> str:
    """Return whose cases it is about: one of the own unit, or of a unit whose registers the person keeps."""
    asked = ctx.request.query_params.get("from", "") or ctx.get("from") or ctx.person.id
    staff = ctx.desk.office.registry.staff.get(asked)
    units = {one.unit for one in ctx.desk.office.rights.capacities(ctx.person.id, ctx.desk.settings.today)}
    kept = ctx.desk.office.rights.kept_units(ctx.person.id, ctx.desk.settings.today)
    if staff is None or staff.unit not in units | kept:
        raise StopError(403, "移交不由您做", _NOT_YOURS, ("/desk/", "回我的待办"))
    return staff.id


def _unit(ctx: Ctx, leaver: str) -> str:
    return ctx.desk.office.registry.staff[leaver].unit


def _show(ctx: Ctx, leaver: str, *, errors: Sequence[Wrong] = (), status: int = 200) -> Response:
    desk = ctx.desk
    registry, today = desk.office.registry, desk.settings.today
    builder = builder_of(desk.office, today)
    found: list[Open] = []
    for view in cases_of(desk.office, leaver):
        held = desk.office.find(view.case.id)
        if held is not None:
            found.append(Open(builder.row(view), may_write(ctx, held, _step(ctx))))
    people = choices_of(registry, _unit(ctx, leaver), today)["staff"]
    mine = any(one.mine for one in found)
    heads = "、".join(p.name + (f"（{p.ext}）" if p.ext else "") for p in registry.staff_of.get(_unit(ctx, leaver), ())
                     if p.role == "head" and registry.staff.valid(p.id, today))  # fmt: skip
    return ctx.page(
        "handover.html", status, title="移交", key=key_of(ctx) if status == 422 else new_key(), leaver=leaver,
        name=registry.person_name(leaver), gone=not registry.staff.valid(leaver, today), found=found, mine=mine,
        people=[one for one in people if one[0] != leaver], errors=errors, chosen=set(ctx.form.getlist("case")),
        to=ctx.get("to"), text=ctx.get("text"), heads=heads, told=_NOT_YOURS,
        done=ctx.request.query_params.get("done", ""), waiting=len(desk.queue.of(ctx.person.id)),
    )  # fmt: skip
