"""A record on the desk: what it is, where it stands, who may write which step, who has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from noveto.clocks.people import people
from noveto.desk.figures import name_of
from noveto.desk.office import Held
from noveto.desk.people import Person
from noveto.desk.todo import builder_of
from noveto.desk.web import Ctx, StopError
from noveto.ledger.places import kind_of, path_of
from noveto.rules.machine import RECORDERS, StepDef
from noveto.schema.fields import Field
from noveto.site.phrases import moment_time
from noveto.words import Said
from noveto.writing.due import due_words

if TYPE_CHECKING:
    from noveto.clocks import CaseView


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines about a record."""

    title: str
    status: Said | None = None
    lead: str = ""
    holder: str = ""


def record_of(ctx: Ctx) -> Held:
    """Return the record of the address. Raises StopError when there is none."""
    name = ctx.request.path_params["id"]
    held = ctx.desk.office.find(name) if len(name) < 80 else None
    if held is None:
        if _broken(ctx, name):
            raise StopError(409, f"{name} 这份记录有错", "这份记录有错，读不出来，没有算进网站的任何名单和数，请先改。"
                            "错在哪一行、怎么改，看数据质量；改文件请找管理员。",
                            ("/data/quality.html#quarantine", "看怎么改"), ("/desk/", "回我的待办"))  # fmt: skip
        raise StopError(404, f"没有编号 {name[:40]} 的件", _largest(ctx, name) + "请核对编号，或者换个办法找。",
                        ("/desk/", "回我的待办"), ("/cases/search.html", "按事项查"),
                        ("/desk/find", "按姓名或电话找件"))  # fmt: skip
    return held


def _broken(ctx: Ctx, name: str) -> bool:
    """Return whether main has a file for a number, that is: one whose form is wrong."""
    path = path_of(name) if len(name) < 80 else ""
    return bool(path) and ctx.desk.office.exists(path)


def _largest(ctx: Ctx, name: str) -> str:
    """Say which number of that unit and day is the largest, as far as the number is one."""
    path = path_of(name) if len(name) < 80 else ""
    if not path or kind_of(path) != "case":
        return ""
    main, tip = ctx.desk.main, ctx.desk.office.tip
    head = name.rpartition("-")[0]
    unit = ctx.desk.office.registry.units.get(head[:-9])
    if unit is None:
        return ""
    taken = [one for one in main.numbers(tip, path.rpartition("/")[0]) if one.rpartition("-")[0] == head]
    day = f"{head[-4:-2]}-{head[-2:]}"
    if not taken:
        return f"{unit.short} {day} 没有登记过件。"
    return f"{unit.short} {day} 最大是 -{max(one.rpartition('-')[2] for one in taken)}。"


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


def sealed_words(ctx: Ctx, held: Held) -> str:
    """Return what stands in place of the words of a record that the person may not read: who may, and whom to ask."""
    if held.kind != "case":
        return "这一件只给经办的人看。"
    unit = ctx.desk.office.registry.units.get(str(held.value["unit"]))
    name, phone = (unit.short, unit.phone) if unit is not None else ("首问单位", "")
    asked = f"请打 {phone}。" if phone else "请问这个单位。"
    return f"标为敏感，只给首问单位（{name}）和正在经办的人看。要了解情况，{asked}"


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
    if step.name in ("objection", "consult_answered"):  # a unit speaks for itself only
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


def _unsealed(found: CaseView) -> CaseView:
    """Return a case as those see it who may read it, marked sensitive or not: the site leaves its words out."""
    return found._replace(case=replace(found.case, sensitive=False)) if found.case.sensitive else found


def moments_of(ctx: Ctx, held: Held) -> Sequence[Any]:
    """Return the process of a record that the person may read, line by line."""
    desk = ctx.desk
    if held.kind == "case":
        builder = builder_of(desk.office, desk.settings.today)
        return builder.moments(held.record, _unsealed(desk.office.view(held, desk.settings.today)))
    machine, year = desk.office.context.steps.machine(held.kind), desk.settings.today.year
    return [
        {"at": moment_time(entry.at, year), "what": machine.steps[entry.step].title if entry.step in machine.steps
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
        found = _unsealed(desk.office.view(held, desk.settings.today))
        return [(box.label, box.text) for box in builder.boxes(held.record, found)]
    return [
        (one.title, _in_words(ctx, one, held.value[one.name]))
        for one in desk.office.context.schemas.fields(held.kind)
        if one.name != "id" and isinstance(held.value.get(one.name), str)
    ]


def _in_words(ctx: Ctx, one: Field, value: str) -> str:
    """Return a value of a record's head as it is read: the word of a code, the name of what an id stands for."""
    registry = ctx.desk.office.registry
    if one.type in ("unit", "party", "staff"):
        return registry.party_name(value)
    if one.type == "hall":
        hall = registry.halls.get(value)
        return hall.name if hall else value
    return next((word for code, word, _ in one.options if code == value), value)


def page_of(held: Held) -> str:
    """Return the address of the record's page on the site."""
    from noveto.site.casebuild import case_path

    if held.kind == "period":
        return f"/stats/{held.record.period.key}.html"
    if held.kind == "review":
        return f"/stats/sample/{held.id}.html"
    return f"/{case_path(held.id)}" if held.kind == "case" else ""
