"""Acts of one tap: 提醒一次, and what a decider says to a step that somebody else has typed for her (代录)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from noveto.desk.office import Held
from noveto.desk.pages.common import accept, key_of, sent_before
from noveto.desk.pages.record import allowed, head_of, holder_of, may_write, record_of
from noveto.desk.web import Ctx, StopError
from noveto.source.append import append_text
from noveto.writing.draft import build_entry
from noveto.writing.text import entry_text

_DONE = {
    "remind": "已提醒。",
    "confirm": "已补签。",
    "deny": "已记下您的意见，经办人看得到。那一步要划掉，由领导在这一件里点“划销”。",
}


def write(ctx: Ctx) -> Response:
    """Queue the step that one tap stands for. Raises StopError when it may not be written now."""
    held = record_of(ctx)
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    what = ctx.request.path_params["what"]
    back = (f"/desk/case/{held.id}", "看这一件")
    if what not in _DONE or held.kind != "case":
        raise StopError(404, "没有这一步", "没有这一步。请从这一件的页面选。", back)
    step, fields = _remind(ctx, held) if what == "remind" else _typed(ctx, held, what, back)
    defined = next((one for one in allowed(ctx, held) if one.name == step), None)
    if defined is None or not may_write(ctx, held, defined):
        raise StopError(403, "这一步不由您写", "这一件现在不由您写这一步。请看它在谁手里。", back)
    if what == "remind" and reminded(ctx, held):
        told = "这一件今天已经有人提醒过了。急的话直接打电话，号码在“在谁手里”后面。"
        raise StopError(409, "今天提醒过了", told, back)
    entry = build_entry(step, ctx.person.id, ctx.desk.settings.now, fields)
    try:
        append_text(held.data, entry_text(entry))
    except ValueError as error:
        raise StopError(409, "没有收", str(error), back) from error
    payload = {"what": "step", "seen": held.blob, "entries": [entry], "title": head_of(ctx, held).title,
               "said": _DONE[what]}  # fmt: skip
    return accept(ctx, key, held.id, payload)


def reminded(ctx: Ctx, held: Held) -> bool:
    """Return whether anybody has urged the case today: a second reminder would only be noise."""
    today = ctx.desk.settings.today.isoformat()
    return any(
        entry["step"] == "note" and entry.get("kind") == "urged" and entry["at"].startswith(today)
        for entry in held.value.get("log") or ()
    )


def _remind(ctx: Ctx, held: Held) -> tuple[str, dict[str, Any]]:
    return "note", {"kind": "urged", "to": holder_of(ctx, held), "text": "请抓紧办。"}


def _typed(ctx: Ctx, held: Held, what: str, back: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    log = held.value.get("log") or ()
    number = ctx.get("n")
    entry = log[int(number) - 1] if number.isascii() and number.isdigit() and 1 <= int(number) <= len(log) else None
    if entry is None or entry["by"] != ctx.person.id or entry.get("recorded_by", ctx.person.id) == ctx.person.id:
        raise StopError(409, "这一步不是替您代录的", "请从我的待办里点。", back)
    machine = ctx.desk.office.context.steps.machine("case", ctx.desk.settings.today).steps
    title = machine[entry["step"]].title if entry["step"] in machine else entry["step"]
    if what == "deny":
        return "note", {"text": f"第 {number} 步“{title}”是代录的，本人没有这样定。"}
    if "confirmed" in {one.name for one in allowed(ctx, held) if may_write(ctx, held, one)}:
        return "confirmed", {"text": f"第 {number} 步“{title}”是本人的意思。"}
    return "note", {"text": f"第 {number} 步“{title}”是代录的，是本人的意思。"}
