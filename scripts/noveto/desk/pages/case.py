"""One record on the desk: what it is, where it stands, which steps the person may write."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from noveto.desk.faults import faults
from noveto.desk.pages.record import (
    allowed,
    boxes_of,
    head_of,
    look,
    may_read,
    may_write,
    moments_of,
    page_of,
    record_of,
    sealed_words,
    writers,
)
from noveto.desk.todo import next_of
from noveto.desk.web import Ctx

_RARE = ("corrected", "struck", "voided", "redacted", "linked", "note", "handed_over", "classified", "filing_checked",
         "confirmed", "extended", "reclassified", "suspended", "filed", "intervened", "called_back")  # fmt: skip

_URGE = "note?kind=urged"


def page(ctx: Ctx) -> Response:
    """Show a record."""
    held = record_of(ctx)
    look(ctx, held)
    desk = ctx.desk
    steps = [step for step in allowed(ctx, held) if writers(ctx, held, step)]
    own = {step.name for step in steps if may_write(ctx, held, step)}
    likely = ""
    if held.kind == "case":
        likely = next_of(desk.office.view(held, desk.settings.today))[0]
    steps.sort(key=lambda step: step.name != likely)
    usual = [step for step in steps if step.name in own and (step.name == likely or step.name not in _RARE)][:6]
    titles = {step.name: step.title for step in steps}
    readable = may_read(ctx, held)
    wrong = faults(desk.office.errors(held))  # the site has no page of a record that is held back
    head = head_of(ctx, held)
    first = [(step.name, titles[step.name]) for step in usual]
    if "note" in own and ctx.person.role == "supervisor":
        first.insert(0, (_URGE, "督办"))
    return ctx.page(
        "case.html", title=held.id, id=held.id, head=head, steps=steps,
        first=first,
        main=first[0][0] if first and (held.kind != "case" or first[0][0] in (likely, _URGE)) else "",
        others=[(step.name, titles[step.name]) for step in steps if step not in usual],
        boxes=boxes_of(ctx, held) if readable else [("内容", sealed_words(ctx, held))],
        moments=moments_of(ctx, held) if readable else (), page="" if wrong else page_of(held),
        printable=held.kind == "case", faults=wrong,
        ended=head.status is not None and head.status.level in ("done", "void"),
        why="它由别的单位首问，或者已经办结。" if not steps else "",
    )  # fmt: skip


def do(ctx: Ctx) -> Response:
    """Go to the step that comes next: the link of a message."""
    held = record_of(ctx)
    if held.kind == "case":
        step, _ = next_of(ctx.desk.office.view(held, ctx.desk.settings.today))
        if step and any(one.name == step and writers(ctx, held, one) for one in allowed(ctx, held)):
            return RedirectResponse(f"/desk/case/{held.id}/step/{step}", 303)
    return RedirectResponse(f"/desk/case/{held.id}", 303)


def correct(ctx: Ctx) -> Response:
    """Go to the correction of a record."""
    return RedirectResponse(f"/desk/case/{record_of(ctx).id}/step/corrected", 303)
