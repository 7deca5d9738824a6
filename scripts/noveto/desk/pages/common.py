"""What several pages share: how a record is told, what may be chosen, findings as errors at a field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.responses import RedirectResponse, Response

from noveto import words
from noveto.clocks.builder import last_day
from noveto.desk.fields import Control
from noveto.desk.web import Ctx
from noveto.findings import Finding
from noveto.ledger.places import kind_of, path_of
from noveto.records.registry import Registry

WAIT = 1.2
"""Seconds a page waits for main before it says 正在入台账."""

_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
_LINE = re.compile(r"^第 \d+ 行(?=像)")
_KEYS = re.compile(r"（[a-z][a-z_]*(\.[a-z0-9_]+)*）")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One error of a form: the control it belongs to ("" for none), what is wrong, the code."""

    at: str
    text: str
    code: str = ""


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


# -- choices -------------------------------------------------------------------------------------------


def choices_of(registry: Registry, unit: str, today: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what ids may be chosen, with words: units, the unit's staff (with their extensions) and windows."""
    units = [(one.id, one.short) for one in registry.units.values() if registry.units.valid(one.id, today)]
    roles = {"head": "负责人", "leader": "领导", "clerk": "窗口"}
    staff = [
        (one.id, f"{one.name}（{' '.join(part for part in (roles.get(one.role), one.ext or one.id) if part)}）")
        for one in sorted(registry.staff_of.get(unit, ()), key=lambda p: ("leader", "head").index(p.role) if p.role in
                          ("leader", "head") else 9)
        if registry.staff.valid(one.id, today)
    ]  # fmt: skip
    windows = [(one.id, one.name) for one in registry.windows.values() if registry.windows.valid(one.id, today)]
    return {"unit": units, "staff": staff, "window": windows, "party": [*units, *staff]}


def leader_of(ctx: Ctx, unit: str = "") -> str:
    """Return who leads a unit today (the person's own without ``unit``), "" where nobody does."""
    registry, today = ctx.desk.office.registry, ctx.desk.settings.today
    people = registry.staff_of.get(unit or ctx.person.unit, ())
    return next((one.id for one in people if one.role == "leader" and registry.staff.valid(one.id, today)), "")


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
        label = next((c.label for c in flat(shown) if at and c.name == at), "")
        found.append(Wrong(at, for_form(f"{one.message}{one.fix}", label), one.code))
    return found


def for_form(text: str, label: str = "") -> str:
    """Return what a finding says as somebody reads it who fills in a form and sees no file: no line, no names of keys.

    ``label`` is that of the control where it is.
    """
    return _KEYS.sub("", _LINE.sub(f"“{label}”里" if label else "", text))


def draft_rows(ctx: Ctx) -> list[dict[str, Any]]:
    """Return the person's drafts, with their titles and addresses."""
    rows = []
    for draft in ctx.desk.drafts.list(ctx.person.id):
        kind, _, rest = draft.form.partition(":")
        url = f"/desk/draft/{draft.id}"
        first = str((draft.fields.get("facts") or draft.fields.get("text") or [""])[0])[:20]
        title = f"{_DRAFTS.get(kind) or _step_drafted(ctx, rest)} {first}"
        rows.append({"id": draft.id, "saved": draft.saved, "title": title.strip(), "url": url})
    return rows


_DRAFTS = {"new": "登记新件", "complaint": "登记投诉反映"}


def _step_drafted(ctx: Ctx, rest: str) -> str:
    """Return which step of which record a draft is for: 拟否决报批 rsj-20261010-01."""
    number, _, step = rest.partition(":")
    known = ctx.desk.office.context.steps.machine(kind_of(path_of(number)) or "case").steps.get(step)
    return f"{known.title} {number}" if known else number


def minute(text: str) -> datetime | None:
    """Read a typed time, None when it is none."""
    try:
        return datetime.strptime(text.strip().replace(" ", "T")[:16], "%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def reply_by(ctx: Ctx, raised: date) -> date:
    """Return the day a consulted unit is proposed to answer by: rules.yml's limit from the day the case was raised,
    tomorrow at the earliest."""
    context, today = ctx.desk.office.context, ctx.desk.settings.today
    proposed = last_day(context.calendar, raised, context.rules.for_day(raised).limits["consult"])
    return max(proposed, context.calendar.add_workdays(today, 1))


def short_day(ctx: Ctx, day: Any) -> str:
    """Return a day as sentences have it."""
    return words.sentence(day, today=ctx.desk.settings.today)
