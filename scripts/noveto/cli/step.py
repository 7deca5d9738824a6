"""``noveto step``: append one step to a record from the terminal."""

from __future__ import annotations

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings

_HELP = """给一件补记一步：提交研究、征询、答复、送达等。只在文件末尾追加，前面一个字不动。

ID 是编号（办件、反映、改进项都可以），STEP 是步骤名，写英文名或者中文名都行。
写之前先检查：有错误不写；违规（晚了、程序不全）照写，并提示。

\b
例子：
  noveto step rsj-20261010-01 submitted --by rsj-005 --set to=rsj-002
  noveto step rsj-20261010-01 unit_review --by rsj-002 --recorded-by rsj-005 \\
    --mode oral --set decision=do --text "按承诺制先办。"
  noveto step gjj-20260923-01 consulted --by gjj-004 --set units=zjj,bdc \\
    --set question=楼栋号以哪份为准？ --set reply_by=2026-10-08
  noveto step rsj-20261010-01 答复 --by rsj-005 --set result=done \\
    --set how=in_person --set told_to=self --text "已补缴。" --commit
  noveto step rsj-20261010-01 --list           （看现在能写哪些步骤）
"""


@click.command("step", cls=NovetoCommand, help=_HELP)
@click.argument("record", metavar="ID")
@click.argument("step", metavar="[STEP]", required=False)
@click.option("--by", metavar="ID", help="谁办的：人员编号，例如 rsj-005。")
@click.option("--at", "moment", metavar="TIME", help="什么时候，例如 2026-03-05T10:05；不写是现在。")
@click.option("--text", metavar="TEXT", help="说明。")
@click.option("--recorded-by", metavar="ID", help="别人代录时，录入人的编号。")
@click.option(
    "--mode", type=click.Choice(("written", "oral", "meeting", "collective")), help="书面、口头、会议还是集体研究。"
)
@click.option("--set", "given", metavar="KEY=VALUE", multiple=True, help="写一栏，可以写多次，例如 to=rsj-002。")
@click.option("--list", "listing", is_flag=True, help="只列出现在可以写的步骤和各步要填的栏目。")
@click.option("--commit", is_flag=True, help="写好以后提交到 Git，提交人是录入的人。")
@click.option("--dry-run", is_flag=True, help="只显示要追加的内容，不写。")
@pass_settings
def command(
    settings: Settings,
    record: str,
    step: str | None,
    by: str | None,
    moment: str | None,
    text: str | None,
    recorded_by: str | None,
    mode: str | None,
    given: tuple[str, ...],
    listing: bool,
    commit: bool,
    dry_run: bool,
) -> int:
    """Build the step, judge the grown text, append it."""
    from noveto.cli.writing import Desk, RefusedError, title_of
    from noveto.errors import UserError
    from noveto.ledger.places import kind_of, path_of
    from noveto.source.append import append_text
    from noveto.writing.draft import build_entry
    from noveto.writing.fields import parse_settings
    from noveto.writing.message import commit_message
    from noveto.writing.prompt import ask_for
    from noveto.writing.text import entry_text
    from noveto.writing.validate import validate

    desk = Desk.open(settings)
    path = path_of(record)
    if not path or not (desk.root / path).is_file():
        raise UserError(f"没有编号 {record} 的件。请核对编号；它应当在 {path or 'records/cases/…'}。")
    kind = kind_of(path)
    old = (desk.root / path).read_bytes()
    before, held = validate(old, path, desk.context, desk.ids, settings.today)
    if held is None:
        raise UserError(f"{record} 的格式有错，追加不了。请先运行 noveto check {path}，改好再来。")
    state = desk.context.steps.state(held.typed.log, kind)
    allowed = desk.context.steps.allowed(state, kind, settings.today)
    if listing or step is None:
        settings.write(_list(desk, kind, [known.name for known in allowed]))
        return 0
    schemas = desk.context.schemas
    titles = dict(schemas.options(kind, "log.step"))
    name = step if step in titles else next((code for code, title in titles.items() if title == step), "")
    if not name:
        raise UserError(
            f"没有“{step}”这一步。可以写：{'、'.join(f'{code} {title}' for code, title in titles.items())}。"
        )
    person = desk.who(by, "--by", "谁办的（人员编号）")
    typist = desk.person(recorded_by, "--recorded-by") if recorded_by else person
    at = desk.moment(moment, "--at")
    fields = [f for f in schemas.step_fields(name, kind) if f.name not in ("at", "by", "recorded_by", "mode")]
    typed = parse_settings([*([f"text={text}"] if text else []), *given], fields)
    if desk.interactive:
        ask_for(typed, fields, desk.ask, desk.say)
    ordered = {field.name: typed[field.name] for field in fields if field.name in typed}
    entry = build_entry(name, person.id, at, ordered, recorded_by=typist.id, mode=mode or "")
    try:
        item = entry_text(entry)
        data = append_text(old, item)
    except ValueError as error:
        raise UserError(str(error)) from None
    try:
        findings, grown = desk.judge(data, path, before)
    except RefusedError:
        settings.note("没有写入：先改好上面的错误。")
        return 1
    if dry_run:
        settings.write(item)
        return 0
    desk.write(path, data, new=False)
    lines = [f"已写入 {record}：{titles[name]}"]
    if kind == "case":
        lines.append(desk.due_line(grown))
    if commit:
        message = commit_message(record, title_of(dict(held.value or {})), [(name, titles[name])])
        lines.append(f"已提交 {desk.commit(path, message, typist)}")
    settings.write("\n".join(line for line in lines if line))
    desk.tell(findings, data)
    return 0


def _list(desk: object, kind: str, names: list[str]) -> str:
    from noveto.cli.text import table
    from noveto.cli.writing import Desk

    assert isinstance(desk, Desk)  # noqa: S101 - for the type checker
    schemas = desk.context.schemas
    titles = dict(schemas.options(kind, "log.step"))
    common = {"at", "by", "recorded_by", "mode", "documents"}
    rows = [["步骤", "名称", "栏目（* 必填）"]]
    for name in names:
        fields = [f for f in schemas.step_fields(name, kind) if f.name not in common]
        told = "、".join(f"{field.name}{'*' if field.required else ''} {field.title}" for field in fields)
        rows.append([name, titles.get(name, name), told])
    return table(rows)
