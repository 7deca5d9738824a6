"""What several pages share: how a record is told, what may be chosen, findings as errors at a field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import RedirectResponse, Response

from noveto import words
from noveto.clocks.people import people
from noveto.desk.fields import Control
from noveto.desk.figures import name_of
from noveto.desk.office import Held
from noveto.desk.people import Person
from noveto.desk.todo import builder_of
from noveto.desk.web import Ctx, StopError
from noveto.findings import Finding
from noveto.records.registry import Registry
from noveto.rules.machine import RECORDERS, StepDef
from noveto.words import Said
from noveto.writing.due import due_words

WAIT = 1.2
"""Seconds a page waits for main before it says 正在入台账."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One error of a form: the control it belongs to ("" for none), what is wrong, the code."""

    at: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines about a record."""

    title: str
    status: Said | None = None
    lead: str = ""
    holder: str = ""


def new_key() -> str:
    """Return the key of a fresh form: it files once, however often it is sent."""
    return secrets.token_urlsafe(16)


def key_of(ctx: Ctx) -> str:
    """Return the form's key, a new one for anything odd."""
    key = ctx.get("key")
    return key if _KEY.fullmatch(key) else new_key()


def sent_before(ctx: Ctx, key: str) -> Response | None:
    """Return the way to what became of a form that was sent before, None for a fresh one."""
    known = ctx.desk.queue.get(key)
    return RedirectResponse(f"/desk/act/{key}", 303) if known is not None and known.staff == ctx.person.id else None


def accept(ctx: Ctx, key: str, record: str, payload: Mapping[str, Any]) -> Response:
    """Keep an act, wait a moment for main, drop its draft, and lead to what became of it."""
    desk, me = ctx.desk, ctx.person
    whole = {**payload, "name": me.name, "email": me.email}
    desk.queue.accept(key, me.id, record, f"{desk.settings.now:%Y-%m-%dT%H:%M}", whole)
    desk.worker.hint()
    if ctx.get("draft"):
        desk.drafts.drop(me.id, ctx.get("draft"))
    desk.worker.wait(key, WAIT)
    return RedirectResponse(f"/desk/act/{key}", 303)


def record_of(ctx: Ctx) -> Held:
    """Return the record of the address. Raises StopError when there is none."""
    name = ctx.request.path_params["id"]
    held = ctx.desk.office.find(name) if len(name) < 80 else None
    if held is None:
        raise StopError(404, f"没有编号 {name[:40]} 的件", "请核对编号；也可能这一件记录有误，先要由管理员改好。",
                        ("/desk/", "回我的待办"), ("/desk/find", "按姓名或电话找件"))  # fmt: skip
    return held


def look(ctx: Ctx, held: Held) -> None:
    """Note that the signed-in person has opened the record as it stands."""
    ctx.desk.seen.note(held.id, len(held.value.get("log") or ()), ctx.person.id, ctx.desk.settings.now)


def head_of(ctx: Ctx, held: Held) -> Head:
    """Return status, owed, holder of a record."""
    desk = ctx.desk
    if held.kind != "case":
        if not may_read(ctx, held):
            return Head("投诉反映" if held.kind == "complaint" else held.id)
        if held.kind in ("period", "review"):
            return Head(name_of(held.record, desk.office))
        facts = str(held.value.get("facts") or held.value.get("measure") or "")
        return Head(facts.split("\n")[0][:40])
    builder = builder_of(desk.office, desk.settings.today)
    found = desk.office.view(held, desk.settings.today)
    holders = "、".join(" ".join(part for part in (one.org, one.name, one.ext, one.note) if part)
                        for one in builder.holders(found))  # fmt: skip
    return Head(found.case.matter.name, builder.status(found), builder.lead(found), f"{builder.stage(found)}，{holders}"
                if holders else builder.stage(found))  # fmt: skip


def holder_of(ctx: Ctx, held: Held) -> str:
    """Return the person or unit that has a case in hand: whom to urge."""
    if held.kind != "case":
        return ""
    registry, today = ctx.desk.office.registry, ctx.desk.settings.today
    found = ctx.desk.office.view(held, today)
    staff = next((one.staff for one in people(found, registry, today) if one.staff in registry.staff), "")
    holder = next(iter(found.stage.holders), None)
    return staff or (holder.id if holder is not None and holder.kind == "unit" else str(held.value["unit"]))


def due_lines(ctx: Ctx, held: Held) -> list[str]:
    """Return what is due when."""
    desk = ctx.desk
    found = desk.office.view(held, desk.settings.today)
    return due_words(found, desk.office.context.calendar, desk.settings.today).split("\n")


def may_read(ctx: Ctx, held: Held) -> bool:
    """Return whether the person may see facts and log of a sensitive record or a complaint against her unit."""
    person, rights = ctx.person, ctx.desk.office.rights
    if held.kind == "complaint":
        units = {one.unit for one in rights.capacities(person.id, ctx.desk.settings.today)}
        asked = {str(entry.get("to", "")) for entry in held.value.get("log") or () if entry["step"] == "assigned"}
        return bool(units & (rights.centres("complaint", held.value) | {rights.bodies.bureau} | asked)) or (
            person.id in asked
        )
    if held.kind != "case" or not held.value.get("sensitive"):
        return True
    return any(may_write(ctx, held, step) for step in allowed(ctx, held) if step.name != "note")


def allowed(ctx: Ctx, held: Held) -> list[StepDef]:
    """Return the steps that may follow, whoever writes them; consults still open let only their units answer."""
    steps = ctx.desk.office.context.steps
    state = steps.state(held.record.typed.log, held.kind)
    found = []
    for step in steps.allowed(state, held.kind, ctx.desk.settings.today):
        asked = state.remembered("consulting")
        if step.name == "consult_answered" and asked and ctx.person.unit not in asked:
            continue
        if held.kind == "case" and step.name == "consult_answered" and not asked:
            continue
        found.append(step)
    return found


def may_write(ctx: Ctx, held: Held, step: StepDef, by: str = "") -> bool:
    """Return whether ``by`` (the signed-in person) may write the step, typed by the signed-in person."""
    me = ctx.person.id
    now = ctx.desk.settings.now
    entry: dict[str, Any] = {"at": f"{now:%Y-%m-%dT%H:%M}", "by": by or me, "step": step.name}
    if by and by != me:
        entry["recorded_by"] = me
    if step.name == "corrected":
        entry["field"] = "facts"
    if step.name == "objection":
        entry["unit"] = ctx.person.unit
    grown = {**held.value, "log": [*(held.value.get("log") or ()), entry]}
    return ctx.desk.office.rights.fault(held.kind, grown, len(grown["log"])) == ""


def writers(ctx: Ctx, held: Held, step: StepDef) -> list[Person]:
    """Return for whom the signed-in person may write the step: herself first, then those she may type for (代录)."""
    registry, today, me = ctx.desk.office.registry, ctx.desk.settings.today, ctx.person
    found: list[Person] = []
    if may_write(ctx, held, step):
        found.append(me)
    if step.recorder and me.role in RECORDERS:
        for other in registry.staff_of.get(me.unit, ()):
            if other.id != me.id and registry.staff.valid(other.id, today) and may_write(ctx, held, step, other.id):
                found.append(Person(other.id, other.name, other.unit, other.role))
    return found


def moments_of(ctx: Ctx, held: Held) -> Sequence[Any]:
    """Return the process of a record, line by line."""
    desk = ctx.desk
    if held.kind == "case":
        builder = builder_of(desk.office, desk.settings.today)
        return builder.moments(held.record, desk.office.view(held, desk.settings.today))
    machine = desk.office.context.steps.machine(held.kind)
    return [
        {"at": entry.at.strftime("%m-%d %H:%M"), "what": machine.steps[entry.step].title if entry.step in machine.steps
         else entry.step, "who": desk.office.registry.person_name(entry.by), "tags": (),
         "said": [said for key in _SAID if entry.data.get(key) and (said := _said(ctx, held, entry.step, key,
                                                                                    entry.data[key]))]}
        for entry in held.record.typed.log
    ]  # fmt: skip


_SAID = ("unit", "entry", "case", "figure", "verdict", "text", "finding", "correction", "to", "as_of")


def _said(ctx: Ctx, held: Held, step: str, key: str, value: object) -> str:
    """Return one field of a step in words: the text as it is, the others with their labels."""
    if key == "text":
        return str(value)
    schemas = ctx.desk.office.context.schemas
    try:
        told = schemas.word(held.kind, f"log.{step}.{key}", str(value))
        label = schemas.label(held.kind, f"log.{step}.{key}")
    except KeyError:
        return str(value)
    named = ctx.desk.office.registry.unit_name(told) if key in ("unit", "to") else told
    return f"{label}：{named}"


def boxes_of(ctx: Ctx, held: Held) -> list[tuple[str, str]]:
    """Return the head of a record as labelled texts."""
    desk = ctx.desk
    if held.kind == "case":
        builder = builder_of(desk.office, desk.settings.today)
        found = desk.office.view(held, desk.settings.today)
        return [(box.label, box.text) for box in builder.boxes(held.record, found)]
    schemas = desk.office.context.schemas
    return [
        (schemas.label(held.kind, key), str(value))
        for key, value in held.value.items()
        if isinstance(value, str) and key not in ("id",)
    ]


def page_of(held: Held) -> str:
    """Return the address of the record's page on the site."""
    from noveto.site.casebuild import case_path

    if held.kind == "period":
        return f"/stats/{held.record.period.key}.html"
    if held.kind == "review":
        return f"/stats/sample/{held.id}.html"
    return f"/{case_path(held.id)}" if held.kind == "case" else ""


# -- choices -------------------------------------------------------------------------------------------


def choices_of(registry: Registry, unit: str, today: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what ids may be chosen, with words: units, the unit's staff and windows."""
    units = [(one.id, one.short) for one in registry.units.values() if registry.units.valid(one.id, today)]
    roles = {"head": "负责人", "leader": "领导", "clerk": "窗口"}
    staff = [
        (one.id, f"{one.name}（{roles.get(one.role, '')} {one.id}）".replace("（ ", "（"))
        for one in sorted(registry.staff_of.get(unit, ()), key=lambda p: ("leader", "head").index(p.role) if p.role in
                          ("leader", "head") else 9)
        if registry.staff.valid(one.id, today)
    ]  # fmt: skip
    windows = [(one.id, one.name) for one in registry.windows.values() if registry.windows.valid(one.id, today)]
    return {"unit": units, "staff": staff, "window": windows, "party": [*units, *staff]}


def flat(found: Iterable[Control]) -> Iterable[Control]:
    """Yield controls and those inside them."""
    for one in found:
        yield one
        yield from flat(one.inner)


def wrongs(findings: Sequence[Finding], shown: Sequence[Control], entry: int = 0) -> list[Wrong]:
    """Return findings as errors of a form: at the control whose name or label the finding's field ends in."""
    found: list[Wrong] = []
    for one in findings:
        field = one.field
        if entry and field.startswith(f"log.{entry}."):
            field = field.removeprefix(f"log.{entry}.")
        at = next((c.name for c in flat(shown) if c.widget != "group" and field and (c.name == field or field.endswith(
            f".{c.name}") or c.label == field)), "")  # fmt: skip
        found.append(Wrong(at, f"{one.message}{one.fix}", one.code))
    return found


def draft_rows(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the person's drafts, with their titles and addresses."""
    rows = []
    for draft in ctx.desk.drafts.list(ctx.person.id):
        kind, _, rest = draft.form.partition(":")
        url = f"/desk/draft/{draft.id}"
        first = str((draft.fields.get("facts") or draft.fields.get("text") or [""])[0])[:20]
        title = f"登记新件 {first}" if kind == "new" else f"{rest.partition(':')[0]} {first}"
        rows.append({"id": draft.id, "saved": draft.saved, "title": title.strip(), "url": url})
    return rows


def minute(text: str) -> datetime | None:
    """Read a typed time, None when it is none."""
    try:
        return datetime.strptime(text.strip().replace(" ", "T")[:16], "%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def short_day(ctx: Ctx, day: Any) -> str:
    """Return a day as sentences have it."""
    return words.sentence(day, today=ctx.desk.settings.today)
