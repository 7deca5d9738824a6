"""Printing: the register form, the receipt, the notice of missing papers, the answer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.responses import Response

from noveto.desk.office import Held
from noveto.desk.pages.common import head_of, may_read, record_of
from noveto.desk.web import Ctx, StopError

if TYPE_CHECKING:
    from noveto.forms import Kind, Press

_ANSWERED = "answered"
_NOTICE = "supplement_notice"


def page(ctx: Ctx) -> Response:
    """Offer what can be printed of a case; with ``pdf`` print it."""
    held = record_of(ctx)
    if held.kind != "case":
        raise StopError(404, "这一件没有登记表", "只有办件打印登记表。", (f"/desk/case/{held.id}", "回到这一件"))
    if not may_read(ctx, held):
        raise PermissionError
    from noveto.forms import TITLES

    steps = {entry["step"] for entry in held.value.get("log") or ()}
    kinds = ["register", "receipt", *(["supplement"] if _NOTICE in steps else []),
             *(["answer"] if _ANSWERED in steps else [])]  # fmt: skip
    wanted = ctx.request.query_params.get("kind", "register")
    if "pdf" in ctx.request.query_params:
        if wanted not in kinds:
            raise StopError(404, "没有这份文书", "这一件还没有走到这一步。", (f"/desk/case/{held.id}", "回到这一件"))
        return _print(ctx, held, cast("Kind", wanted))
    own = held.value.get("unit") == ctx.person.unit
    kinds.sort(key=lambda kind: kind != wanted)
    return ctx.page(
        "print.html", title=f"打印 {held.id}", id=held.id, head=head_of(ctx, held), own=own,
        kinds=[(kind, TITLES[kind]) for kind in kinds],
    )  # fmt: skip


def _print(ctx: Ctx, held: Held, kind: Kind) -> Response:
    """Print; the full name is read from the sealed register, logged, by the own unit only."""
    from noveto.forms import material, render
    from noveto.ledger import Ledger

    desk, me = ctx.desk, ctx.person

    def contacts(ref: str, case: str) -> tuple[str, str] | None:
        found = desk.sealed.read(ref, me.id, me.unit, "print", case=case)
        return (found.name, found.contact) if found is not None else None

    with Ledger.open(desk.main.repo.folder, at=desk.office.tip) as ledger:
        record = next(iter(ledger.files([held.path], arrivals=True)), None)
        if record is None:
            told = "这一件正在入台账，请过几秒再打印。"
            raise StopError(404, "还不能打印", told, (f"/desk/case/{held.id}", "回到这一件"))
        given = material(ledger, record, desk.settings.today, contacts=contacts)
        paper = render(kind, given, _press(desk.settings.root))
    return Response(paper.data, media_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{held.id}-{kind}.pdf"',
    })  # fmt: skip


@lru_cache(maxsize=1)
def _press(root: Path) -> Press:
    """Return the press: fonts are looked for once."""
    from noveto.forms import Press

    return Press([root / "fonts"])
