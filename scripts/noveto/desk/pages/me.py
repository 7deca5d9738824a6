"""Who is signed in, told to the pages of the site: the corner of their header, and which buttons they show."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from noveto.desk.office import Held
from noveto.desk.pages.common import new_key
from noveto.desk.pages.quick import reminded
from noveto.desk.pages.record import allowed, may_write, writers
from noveto.desk.todo import mine_count, offers_reminder
from noveto.desk.web import Ctx


def me(ctx: Ctx) -> Response:
    """Tell who is signed in; nobody is no error. With ``case`` also what she may do about that record.

    ``urges``: the units whose cases she may urge (督办) from the list; only a supervisor has any.
    """
    told: dict[str, Any] = {"name": "", "place": "", "count": 0, "csrf": ""}
    if ctx.maybe is not None:
        desk, person = ctx.desk, ctx.maybe
        told = {
            "name": person.name,
            "place": desk.post(person),
            "count": mine_count(desk.office, person, desk.settings.today),
            "csrf": ctx.session.csrf if ctx.session else "",
            "urges": _urged_units(ctx),
        }
        name = ctx.request.query_params.get("case", "")
        held = desk.office.find(name) if 0 < len(name) < 80 else None
        if held is not None:
            told |= {"may": _may(ctx, held), "key": new_key()}
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/json")


def _may(ctx: Ctx, held: Held) -> list[str]:
    """Return which buttons of a record's page are for her (step, urge, remind, form, correct): none for a reader."""
    steps = [step for step in allowed(ctx, held) if writers(ctx, held, step)]
    if not steps:
        return []
    own = {step.name for step in steps if may_write(ctx, held, step)}
    found = ["step", "form"]
    if "corrected" in own:
        found.append("correct")
    if "note" in own and ctx.person.role == "supervisor":
        found.append("urge")
    elif held.kind == "case":
        desk = ctx.desk
        today = desk.settings.today
        case = desk.office.view(held, today)
        if "note" in own and not reminded(ctx, held) and offers_reminder(case, ctx.person, desk.office, today):
            found.append("remind")
    return found


def _urged_units(ctx: Ctx) -> list[str]:
    if ctx.person.role != "supervisor":
        return []
    rights = ctx.desk.office.rights
    return [one for one in ctx.desk.office.registry.units if ctx.person.unit in rights.centres("case", {"unit": one})]
