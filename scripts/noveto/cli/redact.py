"""``noveto redact``: remove personal data that was written by mistake, as approved, in a commit the audit accepts."""

from __future__ import annotations

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings

_HELP = """经批准隐去误写的个人信息：只改写明的几栏，末尾追加“隐去个人信息”一步，并提交。

改好以后，核对历史（noveto audit）按新的文本算，并把这次隐去列出来备查。日期、编号、步骤、办理结果不能隐去。
提交只改现在的文本；旧文本还在 Git 的历史里，要彻底清除，请管理员另行办理。

\b
例子：
  noveto redact rsj-20260305-01 --field facts=申请人带的材料不全 \\
    --approver rsj-002 --by sjj-005 --reason 误写了当事人姓名
  noveto redact rsj-20260305-01 --field log.2.text --approver rsj-002 \\
    --by sjj-005 --reason 误写了手机号
"""

HIDDEN = "（已隐去）"


@click.command("redact", cls=NovetoCommand, help=_HELP)
@click.argument("record", metavar="ID")
@click.option("--field", "given", metavar="FIELD[=TEXT]", multiple=True, required=True,
              help="哪一栏，改成什么；不写改成什么的，改成“（已隐去）”。可以写多次。")  # fmt: skip
@click.option("--approver", metavar="ID", required=True, help="谁批准的：人员编号。")
@click.option("--reason", metavar="TEXT", required=True, help="为什么隐去。不要在这里再写一遍个人信息。")
@click.option("--by", metavar="ID", required=True, help="谁办的：人员编号。")
@click.option("--dry-run", is_flag=True, help="只显示改好的文本，不写、不提交。")
@pass_settings
def command(
    settings: Settings, record: str, given: tuple[str, ...], approver: str, reason: str, by: str, dry_run: bool
) -> int:
    """Redact, append the step, commit with the trailers."""
    from noveto.cli.writing import Desk, RefusedError
    from noveto.errors import UserError
    from noveto.gitio import Repo
    from noveto.history.redact import check_approver, redact
    from noveto.history.rights import Rights
    from noveto.ledger.places import kind_of, path_of
    from noveto.source import load
    from noveto.source.append import normalise
    from noveto.writing.draft import build_entry
    from noveto.writing.message import redaction_message
    from noveto.writing.text import entry_text

    desk = Desk.open(settings)
    path = path_of(record)
    if not path or not (desk.root / path).is_file():
        raise UserError(f"没有编号 {record} 的件。请核对编号。")
    repo = Repo.discover(desk.root)
    if repo is None:
        raise UserError("这里不是 Git 仓库。没有历史就不用隐去，直接改文件即可。")
    old = (desk.root / path).read_bytes()
    held = repo.show("HEAD", path)
    if held is None or normalise(held) != normalise(old):
        raise UserError("这一件还有没提交的改动。请先提交或者撤回，再隐去。")
    value = load(normalise(old), file=path).value
    if not isinstance(value, dict):
        raise UserError(f"{record} 的格式有错。请先运行 noveto check {path}，改好再来。")
    person, boss = desk.person(by, "--by"), desk.person(approver, "--approver")
    rights = Rights(desk.context.registry, desk.context.steps)
    kind = kind_of(path)
    check_approver(rights, kind, value, boss.id, settings.today)
    fields = [(name.strip(), text if sign else HIDDEN) for name, sign, text in (one.partition("=") for one in given)]
    now = settings.now
    entry = build_entry("redacted", person.id, now, {"field": "、".join(name for name, _ in fields), "reason": reason,
                                                     "approver": boss.id})  # fmt: skip
    grown = {**value, "log": [*(value.get("log") or ()), entry]}
    if rights.fault(kind, grown, len(grown["log"])):
        raise UserError(f"{person.id} 没有办理隐去的权限。要由单位领导、单位管理员或者市局管理员来办。")
    made = redact(held, path, fields, desk.context.schemas, note=entry_text(entry))
    if dry_run:
        settings.write(made.data)
        return 0
    try:
        desk.judge(made.data, path)
    except RefusedError:
        settings.note("没有写入：先改好上面的错误。")
        return 1
    desk.write(path, made.data, new=False)
    message = redaction_message(record, path, repo.blob_id(held), boss.id, reason)
    settings.write(
        f"已隐去 {record} 的 {'、'.join(name for name, _ in fields)}，已提交 {desk.commit(path, message, person)}"
    )
    settings.note("旧文本还在 Git 的历史里；要彻底清除，请管理员另行办理。")
    return 0
