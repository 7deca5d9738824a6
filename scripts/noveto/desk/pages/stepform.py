"""The form of one step: from schema and steps.yml, filled with what is likely, with what has to be known beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from noveto.desk.fields import Control, controls, pairs
from noveto.desk.office import Held
from noveto.desk.pages.advice import Advice
from noveto.desk.pages.bureau import FILLED, OWN_UNIT, known, picked
from noveto.desk.pages.common import Wrong, choices_of, key_of, leader_of, minute, new_key, reply_by
from noveto.desk.pages.record import head_of, page_of
from noveto.desk.people import Person
from noveto.desk.todo import builder_of
from noveto.desk.web import Ctx
from noveto.rules.machine import StepDef
from noveto.schema.fields import Field
from noveto.warnings.whereabouts import clerk_of

_COMMON = ("at", "by", "recorded_by", "mode")
_TO_LEADER = ("submitted", "veto_proposed")
_WITH_FACTS = ("unit_review", "window_opinion", "consult_answered", "escalation_result", "answered", "classified")
_AFTERWARDS = {
    "unit_review": "确定后：{clerk}马上收到，接着办、答复申请人。",
    "window_opinion": "提交后：交单位领导审核。",
    "consult_answered": "回复后：{clerk}马上收到。",
}
_FIRST = {"unit_review": "veto_rejected", "window_opinion": "disagree"}
"""The choice that stands first where a step offers several: the mechanism asks for a way before it asks for a no."""
_PRINTED = ("unit_review", "window_opinion")
CHECKED = "basis_checked"
"""The box that whoever approves a refusal ticks: the basis has been looked up."""


def fields_of(ctx: Ctx, held: Held, step: str) -> list[Field]:
    """Return the step's own fields; time, writer and form are asked apart, the answering unit is not asked."""
    found = ctx.desk.office.context.schemas.step_fields(step, held.kind)
    hidden = (*_COMMON, *FILLED.get(step, ()), *(("unit",) if step in OWN_UNIT else ()))
    return [one for one in found if one.name not in hidden]


def show(
    ctx: Ctx, held: Held, step: StepDef, people: Sequence[Person], given: Mapping[str, Sequence[str]], *,
    errors: Sequence[Wrong] = (), conflict: Sequence[Any] = (), status: int = 200, draft: str = "",
    breaks: Sequence[Advice] = (),
) -> Response:  # fmt: skip
    """Show the form, filled with what is ``given``: errors at their controls, what others wrote meanwhile, breaches."""
    desk, me = ctx.desk, ctx.person
    choices = choices_of(desk.office.registry, me.unit if step.name in OWN_UNIT else
                         str(held.value.get("unit", me.unit)), desk.settings.today)  # fmt: skip
    wrong = {one.at: one.text for one in errors if one.at}
    fields = fields_of(ctx, held, step.name)
    shown = controls([one for one in fields if one.name != "documents"], given, choices, wrong)
    shown = tuple(picked(ctx, held, step.name, replace(one, options=_fitting(ctx, held, step, one))) for one in shown)
    if step.name in _PRINTED:
        told = "意见（会印在登记表上）"
        shown = tuple(replace(one, label=told, help="") if one.name == "text" else one for one in shown)
    if step.name == "unit_review":
        shown = (*shown, Control(CHECKED, "依据", "checks", required=False, values=tuple(given.get(CHECKED, ())),
                                 options=(("yes", "窗口写的依据已核对", ""),), when=("decision", "approve_refusal"),
                                 error=wrong.get(CHECKED, "")))  # fmt: skip
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
    name = name_of_step(step, given)
    fixed = () if len(names) > 1 or people[0].id != me.id else (("by", people[0].id),)
    return ctx.page(
        "step.html", status, title=f"{name} {held.id}", id=held.id, step=step.name,
        word="请您审批" if step.name == "unit_review" else name,
        head=head_of(ctx, held), key=new_key() if status in (200, 409) else key_of(ctx), seen=held.blob,
        draft=draft or (ctx.get("draft") if ctx.form else ""), errors=errors, conflict=conflict, breaks=breaks,
        late=_late(conflict),
        controls=shown, fixed=fixed,
        common=[*common, *rest], open_more=people[0].id != me.id or any(e.at in ("at", "by") for e in errors),
        submit=_button(step, given), afterwards=_AFTERWARDS.get(step.name, "").format(clerk=_clerk(ctx, held)),
        alike=_alike(ctx, held) if step.name in ("unit_review", "window_opinion") else ("", ()),
        facts=_facts(ctx, held) if step.name in _WITH_FACTS else known(ctx, held, step.name),
    )  # fmt: skip


def _alike(ctx: Ctx, held: Held) -> tuple[str, list[tuple[str, str, str]]]:
    """Return how many similar cases ended well, and each as (words, number, address); for who decides."""
    desk = ctx.desk
    builder = builder_of(desk.office, desk.settings.today)
    text = f"{held.value['matter']['name']} {held.value.get('facts', '')}"
    found: list[tuple[str, str, str]] = []
    good = 0
    for name, matter, _ in desk.office.similar(text):
        other = desk.office.find(name) if name != held.id else None
        seen = desk.office.view(other, desk.settings.today) if other is not None else None
        if other is not None and seen is not None and seen.status in ("answered", "closed"):
            result = builder.result(seen)
            good += result.char == "✓"
            found.append((f"{result.char} {result.words} {matter}", name, page_of(other)))
    return (f"以前怎么办的：{len(found)} 件里 {good} 件办成" if found else ""), found


def _facts(ctx: Ctx, held: Held) -> list[tuple[str, str]]:
    """Return what has to be known to decide or answer: whose case, facts, the window's reason, opinions, decisions,
    the question; as they stand after corrections and strikes."""
    value, struck = held.record.effective.value, held.record.effective.struck
    registry, schemas = ctx.desk.office.registry, ctx.desk.office.context.schemas
    found = [("基本情况", str(value.get("facts", "")).strip())]
    reason, grounds, vetoed = value.get("reason") or {}, value.get("grounds") or {}, False
    for n, entry in enumerate(value.get("log") or (), 1):
        if n in struck:
            continue
        if entry["step"] == "veto_proposed":
            reason, grounds, vetoed = entry.get("reason") or reason, entry.get("grounds") or grounds, True
        elif entry["step"] == "window_opinion":
            stance = schemas.word("case", "log.window_opinion.stance", str(entry.get("stance", "")))
            found.append((f"窗口负责人 {registry.person_name(str(entry['by']))}", _said(stance, entry)))
        elif entry["step"] in _DECIDES:
            decision = schemas.word("case", f"log.{entry['step']}.decision", str(entry["decision"]))
            who = f"{_DECIDES[entry['step']]} {registry.person_name(str(entry['by']))}"
            found.append((who, _said(decision, entry)))
        elif entry["step"] == "consulted":
            found.append(("征询", f"{entry['question']}（{entry['reply_by'][5:]} 前回复）"))
        elif entry["step"] == "consult_answered":
            stance = schemas.word("case", "log.consult_answered.stance", str(entry["stance"]))
            basis = entry.get("basis", "")
            told = (
                stance,
                str(entry.get("text", "")).strip(),
                basis if isinstance(basis, str) else "；".join(map(str, basis)),
            )
            unit = registry.unit_name(str(entry.get("unit", "")))
            found.append((f"{unit}回复", "：".join(part for part in told if part)))
    why = schemas.word("case", "reason.main", str(reason["main"])) if reason.get("main") else ""
    if isinstance(grounds, Mapping) and grounds.get("text"):
        why = "：".join(part for part in (why, str(grounds["text"]).strip()) if part)
    if why:
        found.insert(1, ("窗口为什么想否决" if vetoed else "卡在哪里", why))
    if held.kind != "case":
        return found
    window = registry.windows.get(str(value["window"]))
    track = schemas.word("case", "track", str(value["track"]))
    whose = " · ".join(part for part in (f"{window.name if window else ''} {_clerk(ctx, held)}".strip(), track) if part)
    return [("窗口", whose), *found]


_DECIDES = {"unit_review": "单位审核", "escalation_result": "提级结果"}


def _said(word: str, entry: Mapping[str, Any]) -> str:
    return "：".join(part for part in (word, str(entry.get("text", "")).strip()) if part)


def _clerk(ctx: Ctx, held: Held) -> str:
    if held.kind != "case":
        return ""
    return ctx.desk.office.registry.person_name(clerk_of(ctx.desk.office.view(held, ctx.desk.settings.today)))


def _fitting(ctx: Ctx, held: Held, step: StepDef, control: Control) -> tuple[tuple[str, str, str], ...]:
    """Return the choices that may be made now: no veto is turned down where none was proposed."""
    found = control.options
    if cases := step.when.get(control.name):
        state = ctx.desk.office.context.steps.state(held.record.typed.log, held.kind)
        found = tuple(one for one in found if one[0] not in cases or cases[one[0]].fits(state, {}))
    return tuple(sorted(found, key=lambda one: one[0] != _FIRST.get(step.name)))


def name_of_step(step: StepDef, given: Mapping[str, Sequence[str]]) -> str:
    """Return what a step is called: a note that urges is 督办."""
    urges = step.name == "note" and list(given.get("kind", ())) == ["urged"]
    return "督办" if urges else step.title


def _button(step: StepDef, given: Mapping[str, Sequence[str]]) -> str:
    said = {"unit_review": "确定并交回窗口", "answered": "提交答复", "consult_answered": "回复", "submitted": "交上去",
             "veto_proposed": "报批", "delivered": "记下"}  # fmt: skip
    name = name_of_step(step, given)
    return "保存督办" if name == "督办" else said.get(step.name, f"提交：{name}")


def first(ctx: Ctx, held: Held, step: str) -> dict[str, list[str]]:
    """Return what a form is filled with at first."""
    today = ctx.desk.settings.today
    value, calendar = held.value, ctx.desk.office.context.calendar
    unit = str(value.get("unit", ctx.person.unit))
    leader = leader_of(ctx, unit)
    given: dict[str, list[str]] = {}
    if step in _TO_LEADER:
        given["to"] = [leader]
    if step == "veto_proposed":
        given |= pairs({key: value[key] for key in ("reason", "grounds") if key in value})
    if step == "consulted":
        raised = minute(str(value.get("raised", "")))
        given["reply_by"] = [reply_by(ctx, raised.date() if raised else today).isoformat()]
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


def _late(conflict: Sequence[Any]) -> str:
    """Say who was faster, and with what."""
    if not conflict:
        return ""
    last = conflict[-1]
    said = "；".join(str(one) for one in last.said)[:60]
    return f"您写的时候，{last.who} {last.at[-5:]} 加了“{last.what}{f'：{said}' if said else ''}”。"
