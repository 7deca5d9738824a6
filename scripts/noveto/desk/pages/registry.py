"""登记册: who works where from when to when, kept by the unit's administrator; every change is a commit of hers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from noveto.desk.fields import Control, controls, pairs, read
from noveto.desk.pages.common import Wrong, accept, choices_of, flat, key_of, new_key, sent_before, wrongs
from noveto.desk.registers import TABLES, Change, Row, change_registers, changes_of, ended, rows_of
from noveto.desk.todo import cases_of
from noveto.desk.web import Ctx, StopError
from noveto.schema.fields import Field

_WORD = {"staff": "人员", "windows": "窗口", "matters": "事项"}
_DATED = ("staff", "windows")
_BACK = ("/desk/registry", "回登记册")
_CHANGED = "这一条刚被别人改过，没有写进去。您写的都在下面；核对后再交一次。"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list: the row, its words, whether it holds now, how many open cases hang on it."""

    id: str
    name: str
    what: str
    when: str
    now: bool
    cases: int


def may_keep(ctx: Ctx) -> bool:
    """Return whether the person keeps any unit's registers."""
    return bool(ctx.desk.office.rights.kept_units(ctx.person.id, ctx.desk.settings.today))


def page(ctx: Ctx) -> Response:
    """Show windows, staff and matters of one unit."""
    kept = _kept(ctx)
    unit = _unit(ctx, kept)
    registry = ctx.desk.office.registry
    tables = [(table, _WORD[table], _lines(ctx, table, unit)) for table in TABLES]
    units = [(one.id, one.short) for one in registry.units.values() if one.id in kept]
    return ctx.page(
        "registry.html", title="登记册", tab="registry", unit_id=unit, unit_name=registry.unit_name(unit), units=units,
        tables=tables, calendar=ctx.desk.office.rights.may_set_up(ctx.person.id, ctx.desk.settings.today),
    )  # fmt: skip


def form(ctx: Ctx) -> Response:
    """Show the form of a row, or of a new one."""
    kept = _kept(ctx)
    table, row = _row(ctx)
    if row is None:
        given = {"unit": [_unit(ctx, kept)]}
        if table in _DATED:
            given["since"] = [ctx.desk.settings.today.isoformat()]
    else:
        given = pairs(row) | {"how": ["since"], "since": [ctx.desk.settings.today.isoformat()]}
    return _show(ctx, table, row, given)


def write(ctx: Ctx) -> Response:
    """Judge what was typed and queue it."""
    kept = _kept(ctx)
    table, row = _row(ctx)
    key = key_of(ctx)
    if (known := sent_before(ctx, key)) is not None:
        return known
    given = {name: [str(v) for v in ctx.form.getlist(name)] for name in ctx.form}
    errors: list[Wrong] = []
    dated = table in _DATED and not ctx.get("end") and (row is None or ctx.get("how") != "fix")
    since = _day(ctx, "since", errors) if dated else None
    if ctx.get("end"):
        last = _day(ctx, "last", errors)
        changes = ended(row, last) if row is not None and last is not None else []
        what = f"{row['name']}（{row['id']}）用到 {last} 为止" if row is not None else ""
    else:
        typed = {"id": row["id"] if row is not None else _new_id(ctx, table)} | read(_fields(ctx, table), ctx.form)
        if row is None and since is not None:
            typed["from"] = since.isoformat()
        changes = [] if errors else changes_of(row, typed, since=since if row is not None else None)
        what = f"{'改' if row is not None else '加'}{_WORD[table]}{typed.get('name', '')}（{typed['id']}）"
    if not errors and any(not _may(ctx, kept, was, now) for was, now in changes):
        errors.append(
            Wrong("unit", "这个单位的登记册不由您管，或者“管理员”这个职责要由系统管理员来加。请打系统管理员。")
        )
    if not errors and row is not None and ctx.get("seen") != _mark(row):
        return _show(ctx, table, row, given, errors=[Wrong("", _CHANGED)], status=409)
    errors = errors or _errors(ctx, table, changes)
    if errors:
        return _show(ctx, table, row, given, errors=errors, status=422)
    payload = {"what": "register", "table": table, "changes": changes, "title": what, "said": f"{what}，写好了。",
               "who": changes[0][1]["id"]}  # fmt: skip
    return accept(ctx, key, f"登记册·{_WORD[table]}", payload)


# -- parts ---------------------------------------------------------------------------------------------


def _kept(ctx: Ctx) -> frozenset[str]:
    kept = ctx.desk.office.rights.kept_units(ctx.person.id, ctx.desk.settings.today)
    if not kept:
        raise StopError(403, "登记册由管理员来改", "要加人、调岗、停用窗口，请找本单位管理员；没有的，打系统管理员。",
                        ("/desk/", "回我的待办"))  # fmt: skip
    return kept


def _unit(ctx: Ctx, kept: frozenset[str]) -> str:
    asked = ctx.request.query_params.get("unit", "") or ctx.get("unit")
    return asked if asked in kept else ctx.person.unit if ctx.person.unit in kept else min(kept)


def _row(ctx: Ctx) -> tuple[str, Row | None]:
    """Return table and row of the address (None: a new one); of an id with a history the newest row."""
    table, name = ctx.request.path_params["table"], ctx.request.path_params["id"]
    if table not in TABLES:
        raise StopError(404, "没有这本登记册", "能在这里改的是人员、窗口、事项。", _BACK)
    if name == "new":
        return table, None
    found = [row for row in _rows(ctx, table) if row["id"] == name]
    if not found:
        raise StopError(404, f"没有编号 {name[:40]} 的{_WORD[table]}", "请核对编号，或从登记册里选。", _BACK)
    row = max(found, key=lambda one: str(one.get("from", "")))
    if row["unit"] not in ctx.desk.office.rights.kept_units(ctx.person.id, ctx.desk.settings.today):
        raise StopError(403, "这一条不由您管", "它是别的单位的。请找那个单位的管理员。", _BACK)
    return table, row


def _rows(ctx: Ctx, table: str) -> list[Row]:
    return rows_of(_text(ctx, table), table)


def _text(ctx: Ctx, table: str) -> bytes:
    main = ctx.desk.main
    return main.read(f"{ctx.desk.office.tip}:{main.repo.prefix}records/registry/{table}.yml") or b""


def _fields(ctx: Ctx, table: str) -> list[Field]:
    found = ctx.desk.office.context.schemas.fields(table, table)
    return [one for one in found if one.name not in ("id", "from", "to")]


def _may(ctx: Ctx, kept: frozenset[str], was: Row | None, now: Row) -> bool:
    return now.get("unit") in kept and ctx.desk.office.rights.may_enter(
        was, now, ctx.person.id, ctx.desk.settings.today
    )


def _errors(ctx: Ctx, table: str, changes: Sequence[Change]) -> list[Wrong]:
    """Return what the checker says of the register with these changes, at the controls."""
    old = _text(ctx, table)
    path = f"records/registry/{table}.yml"
    try:
        new = change_registers(old, table, changes)
        if new is None:
            return [Wrong("", _CHANGED)]
        found = ctx.desk.office.register_errors(path, table, old, new, {})
    except ValueError as error:
        return [Wrong("", str(error))]
    return wrongs(found, [*flat(controls(_fields(ctx, table), {}, {}))])


def _day(ctx: Ctx, name: str, errors: list[Wrong]) -> date | None:
    try:
        return date.fromisoformat(ctx.get(name))
    except ValueError:
        errors.append(Wrong(name, f"日期写的是“{ctx.get(name)[:20]}”，要写成 {ctx.desk.settings.today}。"))
        return None


def _new_id(ctx: Ctx, table: str) -> str:
    """Return the next free number: rsj-012, rsj-w04, m-0309."""
    head = {"staff": f"{ctx.get('unit')}-", "windows": f"{ctx.get('unit')}-w", "matters": "m-"}[table]
    width = {"staff": 3, "windows": 2, "matters": 4}[table]
    taken = [row["id"][len(head) :] for row in _rows(ctx, table) if row["id"].startswith(head)]
    number = max((int(one) for one in taken if one.isascii() and one.isdigit()), default=0) + 1
    return f"{head}{number:0{width}d}"


def _mark(row: Row) -> str:
    """Return what stands for a row as it was seen."""
    import hashlib
    import json

    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


def _show(
    ctx: Ctx, table: str, row: Row | None, given: Mapping[str, Sequence[str]], *, errors: Sequence[Wrong] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    registry, today = ctx.desk.office.registry, ctx.desk.settings.today
    kept = ctx.desk.office.rights.kept_units(ctx.person.id, today)
    unit = (given.get("unit") or [ctx.person.unit])[0]
    choices = choices_of(registry, unit, today)
    choices["unit"] = [one for one in choices["unit"] if one[0] in kept]
    choices["window"] = [
        (w.id, w.name) for w in registry.windows_of.get(unit, ()) if registry.windows.valid(w.id, today)
    ]
    choices["hall"] = [(one.id, one.name) for one in registry.halls.values()]
    wrong = {one.at: one.text for one in errors if one.at}
    shown = controls(_fields(ctx, table), given, choices, wrong)
    dated = table in _DATED

    def day(name: str, label: str, told: str) -> Control:
        value = given.get(name) or [today.isoformat()]
        return Control(name, label, "date", required=False, help=told, values=tuple(value), error=wrong.get(name, ""))

    since = day(
        "since",
        "从哪天起",
        "从这一天起按下面写的算；以前的留着，老的件不受影响。" if row is not None else "从这一天起算。",
    )
    name = str(row["name"]) if row is not None else f"加{_WORD[table]}"
    return ctx.page(
        "registry_row.html", status, title=name, tab="registry", table=table, word=_WORD[table], row=row, name=name,
        key=key_of(ctx) if status == 422 else new_key(), seen=_mark(row) if row is not None else "", controls=shown,
        errors=errors, since=since if dated else None, how=(given.get("how") or ["since"])[0],
        last=day("last", "最后一天", "这一天还算在岗，第二天起不能登录、不能写件。") if dated and row is not None
        and not row.get("to") else None,
        unit_id=unit,
        history=[_when(one) for one in _rows(ctx, table) if row is not None and one["id"] == row["id"]],
        cases=len(cases_of(ctx.desk.office, str(row["id"]))) if row is not None and table == "staff" else 0,
    )  # fmt: skip


def _lines(ctx: Ctx, table: str, unit: str) -> list[Line]:
    """Return the rows of a unit, those in force first; of an id with a history the newest."""
    today = ctx.desk.settings.today
    newest: dict[str, Row] = {}
    for row in sorted(_rows(ctx, table), key=lambda one: str(one.get("from", ""))):
        newest[row["id"]] = row
    found = [_line(ctx, table, row, today) for row in newest.values() if row.get("unit") == unit]
    return sorted(found, key=lambda line: (not line.now, line.id))


def _line(ctx: Ctx, table: str, row: Row, today: date) -> Line:
    schemas, registry = ctx.desk.office.context.schemas, ctx.desk.office.registry
    if table == "staff":
        names = [registry.windows[w].name for w in row.get("windows", ()) if w in registry.windows]
        parts = [schemas.word("staff", "staff.role", row["role"]), *names]
        parts += [f"内线 {row['ext']}"] if row.get("ext") else []
    elif table == "windows":
        parts = [schemas.word("windows", "windows.kind", row["kind"]), str(row.get("phone", ""))]
    else:
        parts = [schemas.word("matters", "matters.category", row["category"])]
    now = str(row.get("from", "")) <= today.isoformat() <= str(row.get("to", "9999"))
    cases = len(cases_of(ctx.desk.office, str(row["id"]))) if table == "staff" else 0
    return Line(row["id"], row["name"], " · ".join(part for part in parts if part), _when(row), now, cases)


def _when(row: Row) -> str:
    """Say from when to when a row holds."""
    begins, ends = row.get("from"), row.get("to")
    told = [f"{begins} 起" if begins else "", f"到 {ends}" if ends else ""]
    return " ".join(part for part in told if part) or "一直"
