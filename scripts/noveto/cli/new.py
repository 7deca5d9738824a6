"""``noveto new``: register a new case from the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import NovetoCommand, Settings, pass_settings

if TYPE_CHECKING:
    from noveto.records.registry import RegistryMatter

WAYS = ("approval", "departments", "papers", "redirect")
_HELP = """登记新件。写好以后显示编号、文件和答应来人的日期。

先选打算怎么办（--way）：approval 要报批（默认），departments 要别的部门一起定，papers 缺材料，
redirect 指路；类别、怎么办、来意等按它和事项填好，要改用 --set。写之前先检查：有错误不写，有违规照写并提示。

\b
例子：
  noveto new --clerk rsj-005 --matter m-0301 --name 王** --reason R04 \\
    --facts "2019 年断缴六个月，要求补缴，系统没有入口。" \\
    --set grounds.text=未查到补缴该时段的规定
  noveto new --clerk gjj-004 --matter m-0602 --way departments --name 李** \\
    --set track_reason=楼栋号要几家一起认定 --facts "……" --commit
  noveto new                     （在终端里逐项问）
"""


@click.command("new", cls=NovetoCommand, help=_HELP)
@click.option("--clerk", metavar="ID", help="经办人的编号，例如 rsj-005。")
@click.option("--matter", metavar="ID", help="事项编号，例如 m-0301；目录里没有的，用 --set matter.name=… 写。")
@click.option("--facts", metavar="TEXT", help="基本情况：来人要办什么，卡在哪里。不写姓名、电话和证件号。")
@click.option("--way", type=click.Choice(WAYS), default="approval", show_default=True, help="打算怎么办。")
@click.option("--reason", metavar="CODE", help="卡在哪里：R01 到 R15、R99，或者写中文。")
@click.option("--name", metavar="TEXT", help="来人姓名或单位名称；个人只留姓，例如 王**。")
@click.option("--contact", metavar="TEXT", help="联系方式，遮住中间，例如 138****1111。")
@click.option("--raised", metavar="TIME", help="发生时间，例如 2026-03-05T09:40；不写是现在。")
@click.option(
    "--set",
    "given",
    metavar="KEY=VALUE",
    multiple=True,
    help="写一栏，可以写多次，例如 channel=online。",
)
@click.option("--commit", is_flag=True, help="写好以后提交到 Git，提交人是经办人。")
@click.option("--dry-run", is_flag=True, help="只显示要写的内容，不写。")
@pass_settings
def command(
    settings: Settings,
    clerk: str | None,
    matter: str | None,
    facts: str | None,
    way: str,
    reason: str | None,
    name: str | None,
    contact: str | None,
    raised: str | None,
    given: tuple[str, ...],
    commit: bool,
    dry_run: bool,
) -> int:
    """Build the head, judge it, write it."""
    from noveto.cli.writing import Desk, RefusedError, title_of
    from noveto.errors import UserError
    from noveto.writing.draft import build_head, case_path, new_ref, next_id
    from noveto.writing.fields import parse_settings
    from noveto.writing.message import REGISTERED, commit_message
    from noveto.writing.prompt import ask_for
    from noveto.writing.text import head_text

    desk = Desk.open(settings)
    fields = [field for field in desk.context.schemas.fields("case") if field.name != "log"]
    short = {"facts": facts, "reason.main": reason, "applicant.name": name, "applicant.contact": contact}
    typed = parse_settings([*(f"{key}={text}" for key, text in short.items() if text), *given], fields)
    matters = desk.context.registry.matters

    def known_matter(name: str) -> RegistryMatter | None:
        if name and name not in matters:
            raise UserError(f"--matter 写的“{name}”不在事项目录里。请核对编号，或改用 --set matter.name=… 等。")
        return matters.get(name)

    person = desk.who(clerk, "--clerk", "经办人编号（例如 rsj-005）")
    if matter is None and desk.interactive and "matter" not in typed:
        known = desk.ask_until("事项编号（例如 m-0301；目录里没有就直接回车）", known_matter, optional=True)
    else:
        known = known_matter(matter or "")
    at = desk.moment(raised, "--raised")
    folder = (desk.root / case_path(f"{person.unit}-{at:%Y%m%d}-01")).parent
    existing = [path.stem for path in folder.glob("*.yml")] if folder.is_dir() else []
    number = next_id(existing, person.unit, at.date())
    head: dict[str, Any] = build_head(
        desk.context.registry, person, at, name=number, way=way, matter=known, fields=typed, ref=new_ref()
    )
    if desk.interactive:
        ask_for(head, fields, desk.ask, desk.say)
        head = build_head(desk.context.registry, person, at, name=number, way=way, matter=known, fields=head)
    try:
        data = head_text("case", head).encode()
    except ValueError as error:
        raise UserError(str(error)) from None
    path = case_path(number)
    try:
        findings, record = desk.judge(data, path)
    except RefusedError:
        settings.note("没有登记：先改好上面的错误。")
        return 1
    if dry_run:
        settings.write(data)
        return 0
    desk.write(path, data, new=True)
    lines = [f"已登记 {number}：{title_of(head)}", f"文件 {path}", desk.due_line(record)]
    if commit:
        message = commit_message(number, title_of(head), [(REGISTERED, "登记")])
        lines.append(f"已提交 {desk.commit(path, message, person)}")
    settings.write("\n".join(line for line in lines if line))
    desk.tell(findings, data)
    return 0
