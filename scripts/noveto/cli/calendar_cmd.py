"""``noveto calendar check`` and ``noveto calendar add``: the working calendar's upkeep."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import DATE, NovetoCommand, NovetoGroup, Settings, UserError, envelope, pass_settings
from noveto.errors import reason

if TYPE_CHECKING:
    from noveto.calendar import Calendar, Notice
    from noveto.calendar.files import CalendarFolder
    from noveto.calendar.plausibility import Problem
    from noveto.calendar.sentences import Reading
    from noveto.findings import Finding

FOLDER = Path("records", "calendar")
SEVERITIES = {"error": "差错", "breach": "违反", "warning": "提醒", "note": "提示"}


@click.group("calendar", cls=NovetoGroup, help="检查或录入放假通知（工作日历）。")
def command() -> None:
    """Hold the two commands."""


@command.command(
    "check",
    cls=NovetoCommand,
    formats=("text", "json"),
    help="检查录入的放假通知：调休日是不是周末、法定节日有没有漏、天数对不对、下一年通知录入没有。\n\n"
    "有差错时退出码为 1。下一年的通知，从 11 月 1 日起提示，从 12 月 20 日起算差错。",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    help="达到这一级就算不通过：error 差错（默认）、warning 提醒、note 提示。",
)
@pass_settings
def check(settings: Settings, fail_on: str) -> int:
    """Check the calendar; 1 when a finding reaches ``fail_on``."""
    from noveto.calendar import Calendar
    from noveto.calendar.plausibility import check_folder, check_next_year
    from noveto.checks.calendar import calendar_findings
    from noveto.findings import RANK

    today = settings.today
    folder, problems, count = _read(settings.root() / FOLDER)
    calendar = Calendar.from_folder(folder)
    problems += [*check_folder(folder), *check_next_year(calendar, today)]
    findings = calendar_findings(problems)
    summary = {name: sum(f.severity == key for f in findings) for key, name in _COUNTS.items()}
    if settings.format == "json":
        settings.write_json(
            _envelope("calendar-check", settings, calendar)
            | {"findings": [f.as_dict() for f in findings], "summary": {"files": count, **summary}}
        )
    else:
        known = f"已知到 {calendar.known_through}" if calendar.years else "还没有放假通知"
        verdict = f"差错 {summary['errors']}，提醒 {summary['warnings']}，提示 {summary['notes']}"
        settings.write("".join(_blocks(findings)) + f"工作日历{known}；检查了 {count} 个文件：{verdict}。")
    return int(any(RANK[f.severity] >= RANK[fail_on] for f in findings))


_COUNTS = {"error": "errors", "breach": "breaches", "warning": "warnings", "note": "notes"}


def _read(path: Path) -> tuple[CalendarFolder, list[Problem], int]:
    """Read what can be read; a file that cannot be understood becomes a problem of its own."""
    from noveto.calendar.files import CalendarFileError, CalendarFolder, read_file
    from noveto.calendar.plausibility import Problem

    if not path.is_dir():
        raise UserError(f"台账里没有 {FOLDER} 文件夹。用 noveto init 建的台账会带上它。")
    files, problems = [], []
    paths = sorted(p for p in path.iterdir() if p.suffix in (".yml", ".yaml") and not p.name.startswith("."))
    for file in paths:
        try:
            files.append(read_file(file.name, file.read_bytes()))
        except CalendarFileError as error:
            problems.append(Problem("NV280", file.name, error.line, error.column, params={"problem": error.problem}))
    return CalendarFolder(tuple(files)), problems, len(paths)


def _blocks(findings: Iterable[Finding]) -> Iterator[str]:
    for f in findings:
        place = f"{f.file}:{f.line}:{f.column}" if f.line else f.file
        yield f"{place}  {SEVERITIES[f.severity]} {f.code}\n  {f.message}\n  改法：{f.fix}\n\n"


def _envelope(name: str, settings: Settings, calendar: Calendar) -> dict[str, Any]:
    from noveto.cli.due import rules_digest

    return envelope(
        name,
        settings.today,
        known_through=calendar.known_through,
        calendar_digest=calendar.digest,
        rules_digest=rules_digest(settings.root() / "schema"),
    )


@command.command(
    "add",
    cls=NovetoCommand,
    formats=("text", "json"),
    help="把国务院放假通知的正文变成日历文件。\n\n"
    "从 FILE 读；不写 FILE 就从键盘读：粘贴后按 Ctrl-D。先列出读懂的每一天供核对，再写成 "
    "records/calendar/年份.yml；调整通知写成 年份-a1.yml。已有的文件不覆盖。"
    "原文的星期、“共几天”与日期对不上，或者录入后日历不合情理，都不写文件，退出码为 1。",
)
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--year", type=click.IntRange(1950, 2199), help="通知安排的年份；正文里看得出就不用写。")
@click.option("--amendment", type=click.IntRange(0, 99), help="第几次调整，年度通知是 0；看得出就不用写。")
@click.option("--issued", type=DATE, help="发文日期；正文末尾有落款就不用写。")
@click.option("--title", metavar="TEXT", help="通知标题；正文里有就不用写。")
@click.option("--paper", metavar="URL", help="通知原文的网址或文号。")
@click.option("--exception", metavar="TEXT", help="放假与调休天数不相等时，写明通知里的原因。")
@click.option("--dry-run", is_flag=True, help="只列出读懂的内容和将要写的文件，不写。")
@pass_settings
def add(
    settings: Settings,
    file: str | None,
    year: int | None,
    amendment: int | None,
    issued: date | None,
    title: str | None,
    paper: str | None,
    exception: str | None,
    dry_run: bool,
) -> int:
    """Turn pasted sentences into a notice file for review; 1 when the text contradicts itself."""
    from noveto.calendar import Calendar
    from noveto.calendar.adding import changed_days, complete, new_problems, with_file
    from noveto.calendar.files import notice_text, read_folder
    from noveto.calendar.sentences import read_notice_text
    from noveto.checks.calendar import calendar_findings

    path = settings.root() / FOLDER
    folder = read_folder(path)
    known_off = {day: name for notice in folder.notices for day, name in notice.off.items()}
    reading = read_notice_text(_pasted(settings, file), year=year, known_off=known_off)
    if reading.year and (issued or reading.issued) is None:
        raise UserError("正文里没有找到发文日期。请连落款一起粘贴，或用 --issued 2026-11-04 写明。")
    notice = complete(reading, folder, amendment, issued, title, paper or "", exception or "")
    target = path / notice.file_name
    if target.exists():
        raise UserError(
            f"{FOLDER / target.name} 已经有了，不覆盖。如果这是调整通知，请加 --amendment；如果要重录，请先删去旧文件。"
        )
    text = notice_text(notice)
    findings = calendar_findings(new_problems(folder, notice.file_name, text))
    wrong = reading.problems or any(f.severity == "error" for f in findings)
    written = not (wrong or dry_run)
    changes = [
        {"date": day.isoformat(), "before": before, "after": after}
        for day, before, after in changed_days(
            Calendar.from_folder(folder), Calendar.from_folder(with_file(folder, notice.file_name, text)), notice
        )
    ]
    if settings.format == "json":
        settings.write_json(
            _envelope("calendar-add", settings, Calendar.from_folder(folder))
            | _as_dict(reading, notice)
            | {"findings": [f.as_dict() for f in findings], "changes": changes}
            | {"file": str(FOLDER / target.name), "written": written}
        )
    else:
        settings.write(_review(reading, notice, findings, changes, text if dry_run else ""))
    if wrong:
        settings.note("有对不上的地方，没有写文件。请核对原文后再试。")
        return 1
    if written:
        _write_new(target, text)
        settings.note(f"已写入 {FOLDER / target.name}。请对照通知原文逐条核对，然后提交。")
    return 0


def _pasted(settings: Settings, file: str | None) -> str:
    if file in (None, "-"):
        if sys.stdin.isatty():
            settings.note("请粘贴通知正文（连标题和落款日期），然后按回车、Ctrl-D。")
        data = sys.stdin.buffer.read()
    else:
        try:
            data = Path(str(file)).read_bytes()
        except OSError as error:
            raise UserError(f"读不了“{file}”：{reason(error)}。") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("看不懂这段文字的编码。请另存为 UTF-8 的纯文本再试。")


def _as_dict(reading: Reading, notice: Notice) -> dict[str, Any]:
    return {
        "year": notice.year,
        "amendment": notice.amendment,
        "title": notice.title,
        "issued": notice.issued.isoformat(),
        "off": [{"date": day.isoformat(), "name": name} for day, name in sorted(notice.off.items())],
        "work": [{"date": day.isoformat(), "name": name} for day, name in sorted(notice.work.items())],
        "problems": reading.problems,
        "unused": reading.unused,
    }


def _review(reading: Reading, notice: Notice, findings: list[Finding], changes: list[dict[str, str]], text: str) -> str:
    from noveto.calendar.adding import runs

    kind = f"第 {notice.amendment} 次调整" if notice.amendment else "年度通知"
    lines = [notice.title, f"{notice.year} 年，{kind}，{notice.issued} 发布", ""]
    for name in dict.fromkeys(s.holiday for s in reading.sentences):
        lines.append(name)
        for word, days in (("放假", notice.off), ("上班", notice.work)):
            lines += [f"  {word} {run}" for run in runs(sorted(d for d, n in days.items() if n == name))]
    weekdays = sum(day.weekday() < 5 for day in notice.off)
    lines += ["", f"共放假 {len(notice.off)} 天（其中平日 {weekdays} 天），调休上班 {len(notice.work)} 天。"]
    if changes:
        lines += ["", "与现有日历相比，这些日子变了："]
        lines += [f"  {c['date']}  {c['before']} → {c['after']}" for c in changes]
    if reading.unused:
        lines += ["", "这些句子里有日期，但没有采用，请看一看："]
        lines += [f"  {sentence}" for sentence in reading.unused]
    if reading.problems:
        lines += ["", "对不上的地方："]
        lines += [f"  {problem}" for problem in reading.problems]
    elif findings:
        lines += ["", "录入后日历会有这些问题：", "".join(_blocks(findings)).rstrip()]
    if text:
        lines += ["", f"将写入 {FOLDER / notice.file_name}：", "", text]
    return "\n".join(lines)


def _write_new(path: Path, text: str) -> None:
    """Create a file; never overwrites, not even one that appeared a moment ago."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise UserError(f"{path.name} 已经有了，不覆盖。") from None
    except OSError as error:
        raise UserError(f"写不了“{path}”：{reason(error)}。请检查权限。") from error
