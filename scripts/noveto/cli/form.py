"""``noveto form``: print the documents of a case, as PDF or Word files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, pass_settings

if TYPE_CHECKING:
    from noveto.forms import Kind, Suffix


@click.command(
    "form",
    cls=NovetoCommand,
    formats=("pdf", "docx"),
    help="打印一件的文书，存成 PDF（PDF/A，可以存档）；要在 Word 里改了再打的，加 --format docx。\n\n"
    "例：noveto form rsj-20261010-01 打三份登记表；noveto form --kind blank 打空白表。"
    "不写 --output 就存成“编号-种类.pdf”（或 .docx）；写 --output - 送到标准输出。",
)
@click.argument("case_id", metavar="ID", required=False)
@click.option(
    "--kind",
    type=click.Choice(["register", "receipt", "supplement", "answer", "blank"]),
    default="register",
    show_default=True,
    help="register 登记表，receipt 回执，supplement 一次性告知书，answer 答复，blank 空白登记表。",
)
@click.option(
    "--copies", type=click.IntRange(1, 20), help="几份；不写，登记表 3 份，告知书和答复 2 份，其他和 Word 文件 1 份。"
)
@click.option("--marks", is_flag=True, help="在登记表上印第一联、第二联、第三联。")
@pass_settings
def command(settings: Settings, case_id: str | None, kind: str, copies: int | None, marks: bool) -> None:
    """Render and write one document."""
    from noveto.forms import Press, blank, material, render
    from noveto.ledger import Ledger

    if (kind == "blank") == (case_id is not None):
        raise UserError(
            "空白表不用写编号。" if case_id else "请写要打印哪一件的编号，例如：noveto form rsj-20261010-01。"
        )
    suffix = cast("Suffix", settings.format)
    if case_id is None:
        root = settings.find_root()
        data = blank(Press([root / "fonts"] if root else []), suffix=suffix, copies=copies or 1)
    else:
        with Ledger.open(settings.root(), progress=settings.steps) as ledger:
            path = ledger.path(case_id)
            record = next(iter(ledger.files([path], arrivals=True)), None) if path else None
            if record is None or record.kind != "case":
                raise UserError(f"没有编号 {case_id} 的件。请核对编号；文件有错误的，先运行 noveto check 改好。")
            given = material(ledger, record, settings.today)
            press = Press([settings.root() / "fonts"])
            paper = render(cast("Kind", kind), given, press, suffix=suffix, copies=copies, marks=marks)
        for note in paper.notes:
            settings.note(note)
        data = paper.data
    if settings.output is None:
        settings.output = f"{case_id or 'noveto'}-{kind}.{suffix}"
    elif settings.output == "-" and sys.stdout.isatty():
        raise UserError("文件不能显示在终端里。请去掉 --output -，或者接上 > 文件名。")
    settings.write(data)
