"""``noveto period``: look a month's figures over, freeze them, and prove later that they are the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import DATE, NovetoCommand, NovetoGroup, Settings, UserError, envelope, pass_settings
from noveto.cli.spans import bureau_person, chosen, put, span_options

if TYPE_CHECKING:
    from noveto.ledger import Ledger, Record


@click.group(
    "period",
    cls=NovetoGroup,
    help="核对和定稿：一个月（季度、年）的数先请各单位核对、提异议，再定稿；定稿的数不再变，随时可以重算核对。\n\n"
    "提异议和答复用 noveto step 编号 异议、noveto step 编号 异议答复，或者在办件台写。",
)
def command() -> None:
    """Hold the three commands."""


@command.command(
    "open",
    cls=NovetoCommand,
    help="开始核对一个月（季度、年）的数：立一条核对期记录。\n\n"
    "例：noveto period open --month 2026-09 --by sjj-003 --until 2026-10-14 --freeze-on 2026-10-15",
)
@span_options
@click.option("--by", metavar="ID", help="谁办的：局里的分析人员或领导。")
@click.option("--until", type=DATE, help="各单位提异议到哪天；不写是 5 个工作日。")
@click.option("--freeze-on", type=DATE, help="打算哪天定稿；不写是提异议的下一个工作日。")
@click.option("--commit", is_flag=True, help="写好以后提交到 Git。")
@pass_settings
def open_(
    settings: Settings, month: str | None, quarter: str | None, year: str | None, by: str | None, until: date | None,
    freeze_on: date | None, commit: bool,
) -> int:  # fmt: skip
    """Write the record."""
    from noveto.cli.writing import Desk, RefusedError
    from noveto.ledger.places import path_of
    from noveto.writing.message import REGISTERED, commit_message
    from noveto.writing.periods import period_head
    from noveto.writing.text import head_text

    desk = Desk.open(settings)
    of = chosen(settings.today, month, quarter, year)
    person = bureau_person(desk, by)
    if of.last >= settings.today:
        raise UserError(f"{of.name}还没过完，{of.last} 以后再核对。")
    head = period_head(of.key, settings.today, desk.context.calendar, until=until, freeze_on=freeze_on)
    path = path_of(head["id"])
    message = commit_message(head["id"], f"{of.name}的数", [(REGISTERED, "开始核对")])
    try:
        done = put(desk, path, head_text("period", head).encode(), person, message, new=True, commit=commit)
    except RefusedError:
        settings.note("没有写：先改好上面的错误。")
        return 1
    settings.write(f"{of.name}开始核对，编号 {head['id']}，{done}\n"
                   f"各单位 {head['objections_until']} 前提异议，{head['freeze_on']} 定稿。")  # fmt: skip
    return 0


@command.command(
    "freeze",
    cls=NovetoCommand,
    help="定稿：按台账现在的版本、截至昨天的情况把数定下来，写进核对期记录。以后不再变。\n\n"
    "例：noveto period freeze --month 2026-09 --by sjj-003 --commit",
)
@span_options
@click.option("--by", metavar="ID", help="谁办的：局里的分析人员或领导。")
@click.option("--commit", is_flag=True, help="写好以后提交到 Git。")
@pass_settings
def freeze(
    settings: Settings, month: str | None, quarter: str | None, year: str | None, by: str | None, commit: bool
) -> int:  # fmt: skip
    """Work out the figures and append the step."""
    from noveto.cli.writing import Desk, RefusedError
    from noveto.ledger import Ledger
    from noveto.ledger.places import path_of
    from noveto.source.append import append_text
    from noveto.statistics.frozen import frozen_fields
    from noveto.writing.draft import build_entry
    from noveto.writing.message import commit_message
    from noveto.writing.text import entry_text

    desk = Desk.open(settings)
    of = chosen(settings.today, month, quarter, year)
    person = bureau_person(desk, by)
    name = f"qj-{of.key.lower()}"
    with Ledger.open(desk.root, progress=settings.steps) as ledger:
        record = ledger.record(name)
        if record is None:
            raise UserError(f"{of.name}还没有开始核对。请先运行 noveto period open。")
        if record.period.frozen is not None:
            raise UserError(f"{of.name}已经定稿，定稿的数不再变。以后的更正会列在“定稿后更正”里。")
        if ledger.edited:
            raise UserError("台账里有没提交的改动，定稿要用已经入台账的版本。请先提交或者撤掉改动。")
        fields = frozen_fields(ledger, of.key, settings.today - timedelta(days=1))
    entry = build_entry("frozen", person.id, settings.now, fields)
    path = path_of(name)
    data = append_text((desk.root / path).read_bytes(), entry_text(entry))
    message = commit_message(name, f"{of.name}的数", [("frozen", "定稿")])
    try:
        done = put(desk, path, data, person, message, new=False, commit=commit)
    except RefusedError:
        settings.note("没有写：先改好上面的错误。")
        return 1
    version = f"数据版本 {str(fields['commit'])[:10]}，" if "commit" in fields else ""
    settings.write(f"{of.name}已定稿，{version}数据截至 {fields['as_of']}，{done}\n"
                   f"随时可以核对：noveto period verify {name}")  # fmt: skip
    return 0


@command.command(
    "verify",
    cls=NovetoCommand,
    formats=("text", "json"),
    help="核对定稿的数：从记下的数据版本重算，和定稿时写的逐字比；再列出定稿后更正。不写编号，核对全部。\n\n"
    "一样的退出码是 0，不一样的是 1，这里没有那个版本、没法核对的是 2。",
)
@click.argument("names", metavar="[ID…]", nargs=-1)
@pass_settings
def verify(settings: Settings, names: tuple[str, ...]) -> int:
    """Rebuild and compare."""
    from noveto.ledger import Ledger

    with Ledger.open(settings.root(), progress=settings.steps) as ledger:
        known = {record.id: record for record in ledger.records("period")}
        missing = [name for name in names if name not in known]
        if missing:
            raise UserError(f"没有核对期 {missing[0]}。有：{'、'.join(known) or '还没有'}。")
        told = [_verified(ledger, known[name]) for name in names or known if known[name].period.frozen]
        waiting = [name for name in names if known[name].period.frozen is None]
        if settings.format == "json":
            settings.write_json(envelope(
                "period", settings.today, known_through=ledger.calendar.known_through,
                calendar_digest=ledger.calendar.digest, rules_digest=ledger.rules.digest, periods=told,
            ))  # fmt: skip
        else:
            lines = [f"{name} 还在核对，没有定稿。" for name in waiting]
            lines += [line for one in told for line in _words(one)]
            settings.write("\n".join(lines) or "还没有定稿的期。")
    if any(one["same"] is False for one in told):
        return 1
    return 2 if any(one["same"] is None and one["commit"] for one in told) else 0  # its version is not here


def _verified(ledger: Ledger, record: Record) -> dict[str, Any]:
    from noveto.ledger import Ledger as Opened
    from noveto.statistics.frozen import differing, figures_of, since
    from noveto.statistics.periods import period

    found = record.period
    entry = found.frozen
    assert entry is not None  # noqa: S101 - asked for frozen ones only
    data, of = entry.data, period(found.key)
    commit = str(data.get("commit", ""))
    same: bool | None = None
    differs: list[tuple[str, str, str, str]] = []
    why = "" if commit else "定稿时台账没有用 Git，没有记版本"
    if commit and (ledger.repo is None or ledger.repo.rev_parse(f"{commit}^{{commit}}") is None):
        why, commit = f"这里没有版本 {commit[:10]}，换一份完整的台账再核对", ""
    if commit:
        with Opened.open(ledger.root, at=commit) as then:
            made = figures_of(then, of, date.fromisoformat(data["as_of"]))
        same = made.rstrip("\n") == str(data["figures"]).rstrip("\n")
        differs = differing(str(data["figures"]), made)
    return {
        "id": record.id,
        "frozen": entry.at.date(),
        "as_of": data["as_of"],
        "commit": data.get("commit"),
        "same": same,
        "why": why,
        "differs": [{"of": who, "key": key, "frozen": old, "rebuilt": new} for who, key, old, new in differs],
        "corrected_since": [
            {"id": item.id, "steps": list(item.steps), "figures": {key: list(n) for key, n in item.moved.items()}}
            for item in since(ledger, found)
        ],
    }  # fmt: skip


def _words(told: dict[str, Any]) -> list[str]:
    from noveto.statistics.catalogue import BY_KEY

    version = f"，数据版本 {told['commit'][:10]}" if told["commit"] else ""
    head = f"{told['id']} {told['frozen']:%Y-%m-%d} 定稿，数据截至 {told['as_of']}{version}："
    if told["same"] is None:
        return [f"{head}没法核对，{told['why']}。"]
    lines = [head + ("重算一样，逐字相同。" if told["same"] else f"重算不一样，{len(told['differs'])} 个数不同：")]
    for row in told["differs"]:
        who = "合计" if row["of"] == "-" else row["of"]
        lines.append(f"  {who} {row['key']}：定稿 {row['frozen'] or '没有'}，重算 {row['rebuilt'] or '没有'}")
    if told["corrected_since"]:
        lines.append(f"  定稿后更正 {len(told['corrected_since'])} 条：")
        lines += [
            f"    {item['id']}：{'、'.join(BY_KEY[key].name for key in item['figures'])}"
            for item in told["corrected_since"]
        ]
    return lines
