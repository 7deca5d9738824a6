"""核对与抽查: open a month's figures, draw samples; and what the forms of their steps offer and fill in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from noveto.desk.fields import Control
from noveto.desk.figures import READERS, figure_duties, name_of
from noveto.desk.office import Held
from noveto.desk.pages.common import WAIT, key_of, new_key, sent_before
from noveto.desk.web import Ctx, StopError
from noveto.ledger import Ledger, Record
from noveto.ledger.places import path_of
from noveto.similar.corpus import text_of
from noveto.statistics.frozen import frozen_fields
from noveto.statistics.periods import Period, period
from noveto.statistics.readings import readings
from noveto.statistics.sampling import METHOD, draw, pools
from noveto.writing.periods import period_head, review_head

OWN_UNIT = ("consult_answered", "objection")
"""Steps that speak for the writer's own unit: it is not asked for."""

FILLED = {"frozen": ("as_of", "commit", "calendar", "known_through", "rules", "figures")}
"""Fields the program fills in."""

_SHOWN = 60


def filled(ctx: Ctx, held: Held, step: str) -> dict[str, Any]:
    """Return the fields of a step that the program fills in: of 定稿 the figures as of yesterday, from main."""
    if step != "frozen":
        return {}
    desk = ctx.desk
    with Ledger.open(desk.main.repo.folder, at=desk.office.tip) as ledger:
        return frozen_fields(ledger, held.record.period.key, desk.settings.today - timedelta(days=1))


def picked(ctx: Ctx, held: Held, step: str, control: Control) -> Control:
    """Return a control with what may be chosen now: open objections, drawn cases that wait for this reader."""
    if step == "objection_answered" and control.name == "entry":
        options = tuple(
            (str(asked.n), f"第 {asked.n} 步 {_unit(ctx, str(asked.data['unit']))}：{_cut(asked.data['text'])}"
             + ("（已答复）" if answer else ""), "")
            for asked, answer in sorted(held.record.period.objections, key=lambda pair: pair[1] is not None)
        )  # fmt: skip
    elif held.kind == "review" and control.name == "case":
        options = tuple((name, name, "") for name in _readable(ctx, held, step))
    else:
        return control
    first = (options[0][0],) if options and not control.value else control.values
    return replace(control, widget="select", options=options, values=first)


def known(ctx: Ctx, held: Held, step: str) -> list[tuple[str, str]]:
    """Return what has to be known before freezing or reading: what the figures rest on, each case's grounds."""
    if step == "frozen":
        asked = held.record.period.objections
        waiting = sum(answer is None for _, answer in asked)
        as_of = ctx.desk.settings.today - timedelta(days=1)
        return [
            ("数据截至", f"{as_of}（昨天），台账版本 {ctx.desk.office.tip[:10]}。数由程序算、由程序写。"),
            ("异议", f"{len(asked)} 条" + (f"，{waiting} 条还没答复" if waiting else "，都答复了" if asked else "")),
            ("定稿以后", "数不再变。以后有更正的，列在“定稿后更正”里。"),
        ]
    if held.kind != "review" or step not in ("verdict", "second_read", "settled"):
        return []
    found = [(name, ctx.desk.office.find(name)) for name in _readable(ctx, held, step)]
    said = [(name, _grounds(one)) for name, one in found if one is not None]
    if step != "settled":
        return said
    read = {one.case: one for one in readings(held.record.review)}
    name_of_person = ctx.desk.office.registry.person_name
    return [
        (name, " ".join([text, *(f"{name_of_person(entry.by)}：{entry.data['text']}"
                                 for entry in (read[name].verdict, read[name].second) if entry is not None)]))
        for name, text in said
    ]  # fmt: skip


def _grounds(held: Held) -> str:
    """Return matter, facts, reason and basis of a veto as last filed; of a sensitive case the matter only."""
    text = text_of(held.record)
    filed: Any = next((e.data["grounds"] for e in reversed(held.record.case.log) if e.step == "veto_proposed"), {})
    laws = "、".join(f"{one['title']}{one.get('article', '')}" for one in filed.get("basis") or ())
    if not text.facts:
        return f"{text.matter}（敏感，到那一件里看）"
    return f"{text.matter}。{text.facts.strip()} 理由：{text.grounds.strip()} 依据：{laws or '没有写'}"


def _readable(ctx: Ctx, held: Held, step: str) -> list[str]:
    read = readings(held.record.review)
    if step == "second_read":
        return [one.case for one in read if one.state == "read" and one.verdict and one.verdict.by != ctx.person.id]
    wanted = {"verdict": ("waiting", "read"), "settled": ("differing",)}[step]
    return [one.case for one in sorted(read, key=lambda one: one.state != "waiting") if one.state in wanted]


def _unit(ctx: Ctx, key: str) -> str:
    known = ctx.desk.office.registry.units.get(key)
    return known.short if known else key


def _cut(text: object) -> str:
    return str(text).strip().replace("\n", " ")[:_SHOWN]


# -- the page -----------------------------------------------------------------------------------------


def may_count(ctx: Ctx) -> bool:
    """Return whether the person opens periods and draws samples: the bureau's analysts and leaders."""
    posts = ctx.desk.office.rights.capacities(ctx.person.id, ctx.desk.settings.today)
    return any(one.unit == ctx.desk.office.rights.bodies.bureau and one.role in READERS for one in posts)


def page(ctx: Ctx) -> Response:
    """Show what may be opened, what waits, and which samples may be drawn."""
    _right(ctx)
    return _show(ctx)


def write(ctx: Ctx) -> Response:
    """Open a period, or draw the samples of one."""
    _right(ctx)
    key = key_of(ctx)
    if (before := sent_before(ctx, key)) is not None:
        return before
    wanted = ctx.get("period")
    heads: list[dict[str, Any]]
    if wanted in {of.key for of in _to_open(ctx)}:
        heads = [period_head(wanted, ctx.desk.settings.today, ctx.desk.office.context.calendar)]
        kind, title = "period", f"{period(wanted).name}的数"
    elif wanted in {of.key for of in _to_draw(ctx)}:
        size = ctx.get("size")
        number = int(size) if size.isascii() and size.isdigit() and 1 <= int(size) <= 100 else 5
        heads, kind, title = _drawn(ctx, period(wanted), number), "review", f"{period(wanted).name}抽查"
        if not heads:
            return _show(ctx, f"{period(wanted).name}没有提出过否决的件，不用抽。", 422)
    else:
        return _show(ctx, "这一期现在不能开始，或者别人已经开始了。请看下面的表。", 409)
    desk, me = ctx.desk, ctx.person
    for at, head in enumerate(heads):
        payload = {"what": "new", "kind": kind, "head": head, "entries": [], "title": title, "name": me.name,
                   "email": me.email, "said": "已记进台账。"}  # fmt: skip
        mine = key if at == len(heads) - 1 else f"{key[:30]}-{at}"
        desk.queue.accept(mine, me.id, str(head["id"]), f"{desk.settings.now:%Y-%m-%dT%H:%M}", payload)
    desk.worker.hint()
    desk.worker.wait(key, WAIT)
    return RedirectResponse(f"/desk/act/{key}", 303)


def _show(ctx: Ctx, wrong: str = "", status: int = 200) -> Response:
    office, today = ctx.desk.office, ctx.desk.settings.today
    records = sorted(office.figure_records(), key=lambda record: record.id, reverse=True)
    lines = [(record.id, name_of(record, office), _stands(record, today)) for record in records]
    return ctx.page(
        "figures.html", status, title="核对与抽查", keys=(new_key(), new_key()), wrong=wrong,
        duties=figure_duties(office, ctx.person, today),
        opening=[(of.key, of.name) for of in _to_open(ctx)], drawing=[(of.key, of.name) for of in _to_draw(ctx)],
        lines=lines, method=METHOD,
    )  # fmt: skip


def _stands(record: Record, today: date) -> str:
    if record.kind == "period":
        frozen = record.period.frozen
        return f"{frozen.day} 定稿" if frozen else f"核对中，打算 {record.period.freeze_on} 定稿"
    read = readings(record.review, today)
    return f"抽 {len(read)} 件，已有结论 {sum(one.state == 'done' for one in read)} 件"


def _right(ctx: Ctx) -> None:
    if not may_count(ctx):
        raise StopError(403, "核对和抽查由局里办", "开始核对、定稿、抽样由市数据资源管理局的分析人员和领导办。"
                        "您单位的数不对，可以在我的待办里提异议。", ("/desk/", "回我的待办"))  # fmt: skip


def _to_open(ctx: Ctx) -> Sequence[Period]:
    """The last three complete months, the last quarter and the last year that are not being looked over yet."""
    today = ctx.desk.settings.today
    of = period(f"{today:%Y-%m}")
    months = [of := of.before for _ in range(3)]
    quarter = period(f"{today.year}-Q{(today.month + 2) // 3}").before
    known = {record.id for record in ctx.desk.office.figure_records()}
    return [one for one in (*months, quarter, period(str(today.year - 1))) if f"qj-{one.key.lower()}" not in known]


def _to_draw(ctx: Ctx) -> Sequence[Period]:
    """The frozen periods of which no sample was drawn yet."""
    records = ctx.desk.office.figure_records()
    drawn = {record.review.key for record in records if record.kind == "review"}
    frozen = [r.period.key for r in records if r.kind == "period" and r.period.frozen is not None]
    return [period(key) for key in sorted(frozen, reverse=True) if key not in drawn]


def _drawn(ctx: Ctx, of: Period, size: int) -> list[dict[str, Any]]:
    desk, today = ctx.desk, ctx.desk.settings.today
    held = desk.office.find(f"qj-{of.key.lower()}")
    frozen = held.record.period.frozen if held else None
    seed = str(frozen.data.get("commit", ""))[:12] if frozen else ""
    if not seed:
        return []
    with Ledger.open(desk.main.repo.folder, at=desk.office.tip) as ledger:
        found = pools(ledger, of.first, of.last, today)
        return [
            review_head(of.key, unit, today, ctx.person.id, seed=seed, size=size, pool=len(names),
                        commit=ledger.version, cases=draw(seed, names, size))
            for unit, names in found.items() if not desk.office.exists(path_of(f"cc-{of.key.lower()}-{unit}"))
        ]  # fmt: skip
