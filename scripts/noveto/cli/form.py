"""``noveto form``: print the documents of cases, as PDF or Word files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, pass_settings, write_file
from noveto.errors import reason

if TYPE_CHECKING:
    from noveto.forms import Kind, Suffix
    from noveto.ledger import Ledger, Record


@click.command(
    "form",
    cls=NovetoCommand,
    formats=("pdf", "docx"),
    help="打印一件或几件的文书，存成 PDF（PDF/A，可以存档）；要在 Word 里改了再打的，加 --format docx。\n\n"
    "例：noveto form rsj-20261010-01 打三份登记表；noveto form --kind blank 打空白表。"
    "一件一个文件，不写 --output 就存成“编号-种类.pdf”（或 .docx）；写 --output - 送到标准输出；"
    "编号写了几个的，--output 写文件夹。",
)
@click.argument("case_ids", metavar="[ID…]", nargs=-1)
@click.option(
    "--kind",
    type=click.Choice(["register", "receipt", "supplement", "answer", "blank"]),
    default="register",
    show_default=True,
    help="register 登记表，receipt 回执，supplement 一次性告知书，answer 答复，blank 空白登记表。",
)
@click.option(
    "--copies",
    type=click.IntRange(1, 20),
    help="几份；不写，登记表 3 份，告知书和答复 2 份，其他 1 份；Word 文件 1 份。",
)
@click.option("--marks", is_flag=True, help="在登记表上印第一联、第二联、第三联。")
@pass_settings
def command(settings: Settings, case_ids: tuple[str, ...], kind: str, copies: int | None, marks: bool) -> None:
    """Render and write one document a case."""
    from noveto.forms import Press, blank, material, render
    from noveto.ledger import Ledger

    if (kind == "blank") == bool(case_ids):
        raise UserError(
            "空白表不用写编号。" if case_ids else "请写要打印哪一件的编号，例如：noveto form rsj-20261010-01。"
        )
    suffix = cast("Suffix", settings.format)
    if not case_ids:
        root = settings.find_root()
        press = Press([root / "fonts"] if root else [])
        _write(settings, blank(press, suffix=suffix, copies=copies or 1), f"noveto-blank.{suffix}")
        return
    if len(case_ids) > 1 and settings.output == "-":
        raise UserError("几件不能都送到标准输出。请用 --output 写一个文件夹。")
    folder = _folder(settings) if len(case_ids) > 1 else None
    with Ledger.open(settings.root(), progress=settings.steps) as ledger:
        records = _records(ledger, case_ids)
        press = Press([settings.root() / "fonts"])
        for n, record in enumerate(records, 1):
            given = material(ledger, record, settings.today)
            paper = render(cast("Kind", kind), given, press, suffix=suffix, copies=copies, marks=marks)
            for note in paper.notes:
                settings.note(note if folder is None else f"{record.id}：{note}")
            name = f"{record.id}-{kind}.{suffix}"
            if folder is None:
                _write(settings, paper.data, name)
            else:
                settings.steps("打印", n, len(records))
                write_file(folder / name, paper.data)


def _folder(settings: Settings) -> Path:
    """Return the folder for several files, made where it is not there yet."""
    folder = Path(settings.output or ".")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"“{folder}”用不了：{reason(error)}。--output 要写一个文件夹。") from error
    return folder


def _records(ledger: Ledger, case_ids: tuple[str, ...]) -> list[Record]:
    """Return the cases of the ids, in their order. Raises UserError naming every id that is none."""
    paths = {name: ledger.path(name) for name in dict.fromkeys(case_ids)}
    there = [path for path in paths.values() if path]
    found: dict[str, Record] = {}
    for start in range(0, len(there), 200):
        found |= {
            one.path: one for one in ledger.files(there[start : start + 200], arrivals=True) if one.kind == "case"
        }
    missing = [name for name, path in paths.items() if path not in found]
    if missing:
        raise UserError(
            f"没有编号 {'、'.join(missing[:10])} 的件。请核对编号；文件有错误的，先运行 noveto check 改好。"
        )
    return [found[path] for path in paths.values() if path]


def _write(settings: Settings, data: bytes, name: str) -> None:
    if settings.output is None:
        settings.output = name
    elif settings.output == "-" and sys.stdout.isatty():
        raise UserError("文件不能显示在终端里。请去掉 --output -，或者接上 > 文件名。")
    settings.write(data)
