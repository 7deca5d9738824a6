"""Printing: the register form, the receipt, the notice of missing papers, the answer; and where the copies went."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.responses import RedirectResponse, Response

from noveto.desk.office import Held
from noveto.desk.pages.common import accept, key_of, new_key
from noveto.desk.pages.record import allowed, head_of, may_read, may_write, record_of
from noveto.desk.web import Ctx, StopError
from noveto.writing.draft import build_entry

if TYPE_CHECKING:
    from noveto.forms import Contacts, Kind, Material, Press, Suffix

_TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
COPIES = ("applicant", "bureau", "window")
"""The three copies of the form, as the annex hands them out."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One document that can be printed, and what has to be known first."""

    kind: str
    title: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the three copies: whose, and what was recorded of it ("" while nothing was)."""

    code: str
    words: str
    gone: str


def page(ctx: Ctx) -> Response:
    """Offer what can be printed of a case, with what is missing on it; with ``as`` print it."""
    held = _case(ctx)
    from noveto.forms import TITLES, notes

    steps = {entry["step"] for entry in held.value.get("log") or ()}
    kinds = ["register", "receipt", *(["supplement"] if "supplement_notice" in steps else []),
             *(["answer"] if "answered" in steps else [])]  # fmt: skip
    query = ctx.request.query_params
    wanted, suffix = query.get("kind", "register"), query.get("as", "")
    if suffix:
        if wanted not in kinds or suffix not in _TYPES:
            raise StopError(404, "没有这份文书", "这一件还没有走到这一步。", (f"/desk/case/{held.id}", "回到这一件"))
        return _print(ctx, held, cast("Kind", wanted), cast("Suffix", suffix))
    own = held.value.get("unit") == ctx.person.unit
    kinds.sort(key=lambda kind: kind != wanted)
    with _material(ctx, held) as given:
        who = given.case.applicant
        if own and who.ref and ctx.desk.sealed.holds(who.ref, ctx.person.unit, held.id):
            given = replace(given, masked=False)
        offers = [Offer(kind, TITLES[kind], notes(kind, given)) for kind in kinds]
        veto = given.last("veto_proposed")
        arrived = given.arrivals[veto.n - 1] if veto is not None and veto.n <= len(given.arrivals) else None
    return ctx.page(
        "print.html",
        title=f"打印 {held.id}",
        id=held.id,
        head=head_of(ctx, held),
        own=own,
        offers=offers,
        copies=_copies(ctx, held) if _may_deliver(ctx, held) else (),
        arrived=f"{arrived:%m-%d}" if arrived else "",
        methods=ctx.desk.office.context.schemas.options("case", "log.delivered.method"),
        key=new_key(),
        seen=held.blob,
    )


def deliver(ctx: Ctx) -> Response:
    """Record where the copies went: one step a copy, all in one act."""
    held = _case(ctx)
    key, back = key_of(ctx), (f"/desk/case/{held.id}/form", "回到打印")
    known = ctx.desk.queue.get(key)
    if known is not None and known.staff == ctx.person.id:
        return RedirectResponse(f"/desk/act/{key}", 303)
    if not _may_deliver(ctx, held):
        raise StopError(403, "送达不由您记", "答复以后，由本单位的窗口人员或者负责人记送达。", back)
    open_ = [one.code for one in _copies(ctx, held) if not one.gone]
    methods = {code for code, _ in ctx.desk.office.context.schemas.options("case", "log.delivered.method")}
    entries = []
    for code in open_:
        if not ctx.get(code):
            continue
        method = ctx.get(f"{code}.method") or "handed"
        if method not in methods:
            raise StopError(422, "送达方式不对", "请从列出的几种里选。", back)
        entries.append(build_entry("delivered", ctx.person.id, ctx.desk.settings.now, {"copy": code, "method": method},
                                   recorded_by=ctx.person.id))  # fmt: skip
    if not entries:
        raise StopError(422, "还没有勾", "给出去了哪一份，就在哪一份前面打勾，再点“记下”。", back)
    payload = {"what": "step", "seen": ctx.get("seen"), "entries": entries, "title": head_of(ctx, held).title,
               "said": f"已记下 {len(entries)} 份的去向。"}  # fmt: skip
    return accept(ctx, key, held.id, payload)


# -- parts ---------------------------------------------------------------------------------------------


def _case(ctx: Ctx) -> Held:
    held = record_of(ctx)
    if held.kind != "case":
        raise StopError(404, "这一件没有登记表", "只有办件打印登记表。", (f"/desk/case/{held.id}", "回到这一件"))
    if not may_read(ctx, held):
        raise PermissionError
    return held


def _may_deliver(ctx: Ctx, held: Held) -> bool:
    """Return whether copies may be recorded now: the case is answered, a veto was filed, and she may write it."""
    log = held.value.get("log") or ()
    step = next((one for one in allowed(ctx, held) if one.name == "delivered"), None)
    steps = {entry["step"] for entry in log}
    return step is not None and "veto_proposed" in steps and may_write(ctx, held, step)


def _copies(ctx: Ctx, held: Held) -> list[Copy]:
    """Return the three copies with what was recorded of each since the last veto request."""
    schemas = ctx.desk.office.context.schemas
    gone: dict[str, str] = {}
    for entry in sorted(held.record.typed.log, key=lambda one: one.at):
        if entry.step == "veto_proposed":
            gone = {}
        elif entry.step == "delivered":
            method = schemas.word("case", "log.delivered.method", str(entry.data["method"]))
            gone[str(entry.data["copy"])] = f"{entry.at:%m-%d} {method}"
    return [Copy(code, schemas.word("case", "log.delivered.copy", code), gone.get(code, "")) for code in COPIES]


@contextmanager
def _material(ctx: Ctx, held: Held, contacts: Contacts | None = None) -> Iterator[Material]:
    """Give what the forms of a case are filled from. Raises StopError while main does not have it yet."""
    from noveto.forms import material
    from noveto.ledger import Ledger

    desk = ctx.desk
    with Ledger.open(desk.main.repo.folder, at=desk.office.tip) as ledger:
        record = next(iter(ledger.files([held.path], arrivals=True)), None)
        if record is None:
            told = "这一件正在入台账，请过几秒再打印。"
            raise StopError(404, "还不能打印", told, (f"/desk/case/{held.id}", "回到这一件"))
        yield material(ledger, record, desk.settings.today, contacts=contacts)


def _print(ctx: Ctx, held: Held, kind: Kind, suffix: Suffix) -> Response:
    """Print; the full name is read from the sealed register, logged, by the own unit only."""
    from noveto.forms import render

    desk, me = ctx.desk, ctx.person

    def contacts(ref: str, case: str) -> tuple[str, str] | None:
        found = desk.sealed.read(ref, me.id, me.unit, "print", case=case)
        return (found.name, found.contact) if found is not None else None

    with _material(ctx, held, contacts) as given:
        paper = render(kind, given, _press(desk.settings.root), suffix=suffix)
    if paper.lacking and "anyway" not in ctx.request.query_params:
        told = "本机的字体里没有这些字，PDF 里会印成 □，要用笔补上：" + "　".join(paper.lacking)
        address = f"/desk/case/{held.id}/form?kind={kind}&as="
        raise StopError(409, "有的字印不出来", told, (f"{address}pdf&anyway=1", "照样打印，用笔补上"),
                        (f"{address}docx", "改用 Word 文件打"))  # fmt: skip
    return Response(paper.data, media_type=_TYPES[suffix], headers={
        "Content-Disposition": f'{"inline" if suffix == "pdf" else "attachment"}; filename="{held.id}-{kind}.{suffix}"',
    })  # fmt: skip


@lru_cache(maxsize=1)
def _press(root: Path) -> Press:
    """Return the press: fonts are looked for once."""
    from noveto.forms import Press

    return Press([root / "fonts"])
