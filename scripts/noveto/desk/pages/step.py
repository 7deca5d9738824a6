"""Writing one step: a form from schema and steps.yml, judged by the checker, queued, put onto main."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from noveto.desk.fields import controls, pairs, read
from noveto.desk.office import Held
from noveto.desk.pages.advice import advice
from noveto.desk.pages.bureau import OWN_UNIT, filled
from noveto.desk.pages.common import Wrong, accept, key_of, minute, sent_before, wrongs
from noveto.desk.pages.record import allowed, head_of, holder_of, look, moments_of, record_of, writers
from noveto.desk.pages.stepform import CHECKED, fields_of, first, name_of_step, show
from noveto.desk.people import Person
from noveto.desk.web import Ctx, StopError
from noveto.rules.machine import StepDef
from noveto.source import load
from noveto.source.append import append_text
from noveto.writing.draft import build_entry
from noveto.writing.text import entry_text
from noveto.writing.validate import added, validate

_NOT_NOW = "这件还没有走到这一步，或者已经走过了。请看这一件现在在哪里。"
_SENTENCE = ("veto_rejected", "raise", "return")


def page(ctx: Ctx) -> Response:
    """Show the form of a step."""
    held = record_of(ctx)
    step, people = _right(ctx, held)
    look(ctx, held)
    given = first(ctx, held, step.name)
    given |= {"at": [f"{ctx.desk.settings.now:%Y-%m-%dT%H:%M}"], "by": [people[0].id]}
    query = ctx.request.query_params
    if step.name == "note" and query.get("kind") == "urged":
        given |= {"kind": ["urged"], "to": [holder_of(ctx, held)]}
    conflict: Sequence[Any] = ()
    if (key := query.get("act", "")) and (act := ctx.desk.queue.get(key)) and act.staff == ctx.person.id:
        given |= pairs(act.payload["entries"][0])
        if act.state == "conflict":
            conflict = _meanwhile(ctx, held, str(act.payload["seen"]))
    if (number := query.get("draft", "")) and (draft := ctx.desk.drafts.load(ctx.person.id, number)):
        given |= {name: [str(v) for v in values] for name, values in draft.fields.items()}
    return show(ctx, held, step, people, given, conflict=conflict, draft=query.get("draft", ""))


def write(ctx: Ctx) -> Response:
    """Judge what was typed, and queue it."""
    held = record_of(ctx)
    desk, me = ctx.desk, ctx.person
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    step, people = _right(ctx, held)
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form}
    fields = fields_of(ctx, held, step.name)
    by = next((one for one in people if one.id == (ctx.get("by") or people[0].id)), None)
    now = desk.settings.now
    at = minute(ctx.get("at")) if ctx.get("at") else now
    errors: list[Wrong] = []
    if by is None:
        errors.append(Wrong("by", "“谁办的”选的人不能写这一步。请重新选。"))
    if at is None:
        errors.append(Wrong("at", f"“时间”写的是“{ctx.get('at')[:30]}”，不是时间。要写成 {now:%Y-%m-%d %H:%M}。"))
    elif at > now:
        errors.append(
            Wrong("at", f"时间写的是 {at:%m-%d %H:%M}，比现在（{now:%m-%d %H:%M}）晚。请改成办这一步的时间。")
        )
    if errors or by is None or at is None:
        return show(ctx, held, step, people, given, errors=errors, status=422)
    mode = ctx.get("mode")
    typed = read(fields, ctx.form)
    if step.name in OWN_UNIT:
        typed = {"unit": me.unit, **{name: value for name, value in typed.items() if name != "unit"}}
    typed = filled(ctx, held, step.name) | typed
    if step.name == "corrected":
        typed = _corrected(held, typed)
    entry = build_entry(step.name, by.id, at, typed, recorded_by=me.id,
                        mode=mode if mode in ("written", "oral", "meeting", "collective") else "")  # fmt: skip
    if step.name == "unit_review" and not typed.get("text") and typed.get("decision") in _SENTENCE:
        told = [Wrong("text", "请写一句话：怎么办、为什么。窗口要照着办、照着答复。")]
        return show(ctx, held, step, people, given, errors=told, status=422)
    if typed.get("decision") == "approve_refusal" and step.name == "unit_review" and not ctx.get(CHECKED):
        told = [Wrong(CHECKED, "同意否决，要先核对窗口写的依据。核对过了，请勾上“已核对”；站不住的，选“不同意否决”。")]
        return show(ctx, held, step, people, given, errors=told, status=422)
    seen = ctx.get("seen")
    if seen != held.blob:
        return show(ctx, held, step, people, given, conflict=_meanwhile(ctx, held, seen), status=409)
    try:
        data = append_text(held.data, entry_text(entry))
    except ValueError as error:
        return show(ctx, held, step, people, given, errors=[Wrong("", str(error))], status=422)
    office, today = desk.office, desk.settings.today
    before, _ = validate(held.data, held.path, office.context, office.ids(), today)
    found, record = validate(data, held.path, office.context, office.ids(), today)
    wrong = [one for one in added(before, found) if one.severity == "error"]
    wrong = wrong or ([one for one in found if one.severity == "error"] if record is None else [])
    if wrong:
        shown = controls(fields, given, {})
        errors = wrongs(wrong, shown, len(held.value.get("log") or ()) + 1)
        return show(ctx, held, step, people, given, errors=errors, status=422)
    if record is not None:
        value = record.value or {}
        if office.rights.fault(held.kind, value, len(value["log"])):
            raise StopError(403, "这一步不由您写", "按人员表，您（或者您代录的人）不能写这一步。请找本单位管理员核对。",
                            (f"/desk/case/{held.id}", "回到这一件"))  # fmt: skip
    breaches = [one for one in added(before, found) if one.severity == "breach"]
    if breaches and not ctx.get("honest"):
        return show(ctx, held, step, people, given, status=422, breaks=advice(ctx, held, breaches))
    said = f"{name_of_step(step, given)}已写好。" + ("照实记了，会标出来。" if breaches else "")
    payload = {"what": "step", "seen": held.blob, "entries": [entry], "title": head_of(ctx, held).title, "said": said}
    return accept(ctx, key, held.id, payload)


# -- parts ---------------------------------------------------------------------------------------------


def _right(ctx: Ctx, held: Held) -> tuple[StepDef, list[Person]]:
    """Return the step of the address and for whom it may be written. Raises StopError."""
    name = ctx.request.path_params["step"]
    back = (f"/desk/case/{held.id}", "回到这一件")
    known = ctx.desk.office.context.steps.machine(held.kind, ctx.desk.settings.today).steps.get(name)
    if known is None:
        raise StopError(404, "没有这一步", "没有这一步。请从这一件的页面选。", back)
    people = writers(ctx, held, known)
    if not people:
        unit = ctx.desk.office.registry.unit_name(str(held.value.get("unit", "")))
        may = [one.title for one in allowed(ctx, held) if one.name != "note" and writers(ctx, held, one)]
        told = f"这件由{unit}首问。" if unit else ""
        told += f"您可以写“{'”“'.join(may[:3])}”，" if may else "您的单位和岗位"
        told += f"不能写“{known.title}”。"
        phone = ctx.desk.office.registry.office.yingshangban.phone
        raise StopError(403, "这一步不由您写", told + (f"有意见请打 {phone}（市营商办）。" if phone else ""), back)
    if known not in allowed(ctx, held):
        raise StopError(
            409, f"现在还不能写“{known.title}”", "这件还没有走到这一步，或者已经走过了。请看这一件现在在哪里。", back
        )
    return known, people


def _corrected(held: Held, typed: dict[str, Any]) -> dict[str, Any]:
    """Put the value in force as ``was``: the writer need not copy it."""
    here: Any = held.record.effective
    parts = str(typed.get("field", "")).split(".")
    for part in parts:
        if isinstance(here, list) and part.isdigit() and 1 <= int(part) <= len(here):
            here = here[int(part) - 1]
        elif isinstance(here, Mapping) and part in here:
            here = here[part]
        else:
            here = None
            break
    if here is None or "field" not in typed:
        return typed
    given = {name: value for name, value in typed.items() if name != "was"}
    now = given.get("now")
    if isinstance(here, bool) and now in ("true", "false", "是", "否"):
        given["now"] = now in ("true", "是")
    return {"field": given.pop("field"), "was": typed.get("was", here), **given}


def _meanwhile(ctx: Ctx, held: Held, seen: str) -> Sequence[Any]:
    """Return the steps written since the version ``seen``."""
    old = ctx.desk.main.read(seen) if len(seen) in (40, 64) and seen.isalnum() else None
    loaded = load(old, file=held.path).value if old is not None else None
    count = len(loaded.get("log") or ()) if isinstance(loaded, dict) and loaded.get("id") == held.id else 0
    lines = [one for one in moments_of(ctx, held) if not getattr(one, "now", False)]
    return lines[count:] or lines[-1:]
