"""Writing one step: a form from schema and steps.yml, judged by the checker, queued, put onto main."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from noveto.desk.fields import Control, controls, pairs, read
from noveto.desk.office import Held
from noveto.desk.pages.bureau import FILLED, OWN_UNIT, filled, picked
from noveto.desk.pages.common import (
    Wrong,
    accept,
    allowed,
    choices_of,
    head_of,
    holder_of,
    key_of,
    look,
    minute,
    moments_of,
    new_key,
    record_of,
    sent_before,
    writers,
    wrongs,
)
from noveto.desk.people import Person
from noveto.desk.web import Ctx, StopError
from noveto.rules.machine import StepDef
from noveto.schema.fields import Field
from noveto.source import append_text, load
from noveto.writing.draft import build_entry
from noveto.writing.text import entry_text
from noveto.writing.validate import added, validate

_NOT_NOW = "这件还没有走到这一步，或者已经走过了。请看这一件现在在哪里。"
_SENTENCE = ("veto_rejected", "raise", "return")
_COMMON = ("at", "by", "recorded_by", "mode")
_TO_LEADER = ("submitted", "veto_proposed")


def page(ctx: Ctx) -> Response:
    """Show the form of a step."""
    held = record_of(ctx)
    step, people = _right(ctx, held)
    look(ctx, held)
    given = _first(ctx, held, step.name)
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
    return _show(ctx, held, step, people, given, conflict=conflict, draft=query.get("draft", ""))


def write(ctx: Ctx) -> Response:
    """Judge what was typed, and queue it."""
    held = record_of(ctx)
    desk, me = ctx.desk, ctx.person
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    step, people = _right(ctx, held)
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form}
    fields = _fields(ctx, held, step.name)
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
        return _show(ctx, held, step, people, given, errors=errors, status=422)
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
        return _show(ctx, held, step, people, given, errors=told, status=422)
    seen = ctx.get("seen")
    if seen != held.blob:
        return _show(ctx, held, step, people, given, conflict=_meanwhile(ctx, held, seen), status=409)
    try:
        data = append_text(held.data, entry_text(entry))
    except ValueError as error:
        return _show(ctx, held, step, people, given, errors=[Wrong("", str(error))], status=422)
    office, today = desk.office, desk.settings.today
    before, _ = validate(held.data, held.path, office.context, office.ids(), today)
    found, record = validate(data, held.path, office.context, office.ids(), today)
    wrong = [one for one in added(before, found) if one.severity == "error"]
    wrong = wrong or ([one for one in found if one.severity == "error"] if record is None else [])
    if wrong:
        shown = controls(fields, given, {})
        errors = wrongs(wrong, shown, len(held.value.get("log") or ()) + 1)
        return _show(ctx, held, step, people, given, errors=errors, status=422)
    if record is not None:
        value = record.value or {}
        if office.rights.fault(held.kind, value, len(value["log"])):
            raise StopError(403, "这一步不由您写", "按人员表，您（或者您代录的人）不能写这一步。请找本单位管理员核对。",
                            (f"/desk/case/{held.id}", "回到这一件"))  # fmt: skip
    breaches = [one for one in added(before, found) if one.severity == "breach"]
    said = f"{step.title}已写好。" + "".join(f"注意：{one.message}" for one in breaches[:3])
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
        told = f"这件由{unit}首问，您的单位和岗位不能写“{known.title}”。" if unit else f"您不能写“{known.title}”。"
        phone = ctx.desk.office.registry.office.yingshangban.phone
        raise StopError(403, "这一步不由您写", told + (f"有意见请打 {phone}（市营商办）。" if phone else ""), back)
    if known not in allowed(ctx, held):
        raise StopError(
            409, f"现在还不能写“{known.title}”", "这件还没有走到这一步，或者已经走过了。请看这一件现在在哪里。", back
        )
    return known, people


def _fields(ctx: Ctx, held: Held, step: str) -> list[Field]:
    found = ctx.desk.office.context.schemas.step_fields(step, held.kind)
    hidden = (*_COMMON, *FILLED.get(step, ()), *(("unit",) if step in OWN_UNIT else ()))
    return [one for one in found if one.name not in hidden]


def _show(
    ctx: Ctx, held: Held, step: StepDef, people: Sequence[Person], given: Mapping[str, Sequence[str]], *,
    errors: Sequence[Wrong] = (), conflict: Sequence[Any] = (), status: int = 200, draft: str = "",
) -> Response:  # fmt: skip
    desk, me = ctx.desk, ctx.person
    choices = choices_of(desk.office.registry, me.unit if step.name in OWN_UNIT else
                         str(held.value.get("unit", me.unit)), desk.settings.today)  # fmt: skip
    wrong = {one.at: one.text for one in errors if one.at}
    fields = _fields(ctx, held, step.name)
    shown = controls([one for one in fields if one.name != "documents"], given, choices, wrong)
    shown = tuple(picked(ctx, held, step.name, replace(one, options=_fitting(ctx, held, step, one))) for one in shown)
    rest = controls([one for one in fields if one.name == "documents"], given, choices, wrong)
    names = tuple((one.id, f"{one.name}{'（本人）' if one.id == me.id else '（代录）'}", "") for one in people)
    common: list[Control] = [Control("at", "时间", "time", required=False, values=tuple(given.get("at", ())),
                                     error=wrong.get("at", ""))]  # fmt: skip
    if len(names) > 1 or people[0].id != me.id:
        by = tuple(given.get("by", ()))
        told = "别人口头或在纸上定的，选那个人，就是代录。"
        common.append(
            Control("by", "谁办的", "select", required=True, help=told, values=by, options=names,
                    error=wrong.get("by", ""))
        )  # fmt: skip
    modes = tuple((code, title, "") for code, title in desk.office.context.schemas.options("case", "log.mode"))
    common.append(Control("mode", "形式", "select", required=False, values=tuple(given.get("mode", ())), options=modes))
    fixed = () if len(names) > 1 or people[0].id != me.id else (("by", people[0].id),)
    return ctx.page(
        "step.html", status, title=f"{step.title} {held.id}", id=held.id, step=step.name, word=_title(step),
        head=head_of(ctx, held), key=new_key() if status in (200, 409) else key_of(ctx), seen=held.blob,
        draft=draft or (ctx.get("draft") if ctx.form else ""), errors=errors, conflict=conflict,
        controls=shown, fixed=fixed,
        common=[*common, *rest], open_more=people[0].id != me.id or any(e.at in ("at", "by") for e in errors),
        submit=_button(step), facts=_facts(held) if step.name in _WITH_FACTS else (),
    )  # fmt: skip


_WITH_FACTS = ("unit_review", "window_opinion", "consult_answered", "escalation_result", "answered", "classified")


def _facts(held: Held) -> list[tuple[str, str]]:
    """Return what has to be known to decide: facts, the window's reason, opinions, the question."""
    value = held.value
    found = [("基本情况", str(value.get("facts", "")).strip())]
    grounds = value.get("grounds") or {}
    for entry in value.get("log") or ():
        if entry["step"] == "veto_proposed":
            grounds = entry.get("grounds") or grounds
        elif entry["step"] == "window_opinion" and entry.get("text"):
            found.append(("窗口负责人", str(entry["text"])))
        elif entry["step"] == "consulted":
            found.append(("征询", f"{entry['question']}（{entry['reply_by'][5:]} 前回复）"))
        elif entry["step"] == "consult_answered":
            basis = entry.get("basis", "")
            found.append(("回复", basis if isinstance(basis, str) else "；".join(map(str, basis))))
    if isinstance(grounds, Mapping) and grounds.get("text"):
        found.insert(1, ("窗口理由", str(grounds["text"]).strip()))
    return found


def _fitting(ctx: Ctx, held: Held, step: StepDef, control: Control) -> tuple[tuple[str, str, str], ...]:
    """Return the choices that may be made now: no veto is turned down where none was proposed."""
    cases = step.when.get(control.name)
    if not cases:
        return control.options
    state = ctx.desk.office.context.steps.state(held.record.typed.log, held.kind)
    return tuple(one for one in control.options if one[0] not in cases or cases[one[0]].fits(state, {}))


def _title(step: StepDef) -> str:
    return "请您审批" if step.name == "unit_review" else step.title


def _button(step: StepDef) -> str:
    words = {"unit_review": "确定并交回窗口", "answered": "提交答复", "consult_answered": "回复", "submitted": "交上去",
             "veto_proposed": "报批", "delivered": "记下"}  # fmt: skip
    return words.get(step.name, f"提交：{step.title}")


def _first(ctx: Ctx, held: Held, step: str) -> dict[str, list[str]]:
    """Return what a form is filled with at first."""
    registry, today = ctx.desk.office.registry, ctx.desk.settings.today
    value, calendar = held.value, ctx.desk.office.context.calendar
    unit = str(value.get("unit", ctx.person.unit))
    leader = next((p.id for p in registry.staff_of.get(unit, ()) if p.role == "leader" and
                   registry.staff.valid(p.id, today)), "")  # fmt: skip
    given: dict[str, list[str]] = {}
    if step in _TO_LEADER:
        given["to"] = [leader]
    if step == "veto_proposed":
        given |= pairs({key: value[key] for key in ("reason", "grounds") if key in value})
    if step == "consulted":
        raised = minute(str(value.get("raised", "")))
        proposed = calendar.add_workdays(raised.date(), 5) if raised else today
        given["reply_by"] = [max(proposed, calendar.add_workdays(today, 1)).isoformat()]
    if step == "supplement_notice":
        before = any(entry["step"] == step for entry in value.get("log") or ())
        given |= {"guide_given": ["true"], "due_by": [calendar.add_workdays(today, 5).isoformat()],
                  "cause": ["not_cured" if before else "first"]}  # fmt: skip
    if step == "answered":
        given |= {"how": ["in_person"], "told_to": ["self"]}
    if step == "delivered":
        given |= {"copy": ["applicant"], "method": ["handed"]}
    if step == "handed_over":
        given["from"] = [str(value.get("clerk", ctx.person.id))]
    if step in ("struck", "voided", "suspended", "review_extended", "reclassified", "extended", "redacted"):
        given["approver"] = [leader]
    if step in ("suspended", "resumed"):
        given["from"] = [today.isoformat()]
    if step == "filed":
        given["via"] = ["paper"]
    return given


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
