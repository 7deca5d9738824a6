"""``noveto similar``: earlier cases like a described one, their outcome first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import NovetoCommand, Settings, UserError, envelope, pass_settings

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.similar import Hit

_NONE = "以前没有像的。您这件会成为以后的参考，请把“卡在哪里”写具体。\n也可以：换个说法再查，或者问综合导办台{phone}。"


@click.command(
    "similar",
    cls=NovetoCommand,
    formats=("table", "json"),
    help="按文字找以前类似的件：怎么办成的、用了几天、哪些字相同。\n\n"
    "像平常说话一样写就行：noveto similar 断缴补费，社保系统里没有入口。写 - 从标准输入读。",
)
@click.argument("text", nargs=-1, metavar="TEXT…")
@click.option("--case", "case_id", metavar="ID", help="找和这一件类似的（不用再写文字）。")
@click.option("--top", type=click.IntRange(1, 50), default=5, show_default=True, help="最多列几件。")
@pass_settings
def command(settings: Settings, text: tuple[str, ...], case_id: str | None, top: int) -> None:
    """Search and print."""
    from noveto.checks.run import hold_errors
    from noveto.ledger import Ledger
    from noveto.similar import Index
    from noveto.similar.corpus import text_of, text_recipe, texts

    asked = sys.stdin.read() if text == ("-",) else " ".join(text)
    if bool(asked.strip()) == bool(case_id):
        raise UserError("请写一段要找的文字，例如：noveto similar 断缴补费没有入口；或者用 --case 写一个编号。")
    if len(asked) > 5000:
        raise UserError("文字太长（超过 5 000 字）。请只写事项和卡在哪里，一两句话就够。")
    with Ledger.open(settings.root(), progress=settings.steps) as ledger:
        hold_errors(ledger, settings.today, text_recipe())
        if case_id:
            record = ledger.record(case_id)
            if record is None or record.kind != "case":
                raise UserError(f"没有编号 {case_id} 的件。请核对编号，或者直接写一段文字。")
            asked = text_of(record).whole
        last = settings.today.toordinal()
        index = Index.build((item.id, item.whole) for item in texts(ledger) if item.raised <= last)
        hits = index.query(asked, top, exclude=(case_id,) if case_id else ())
        found = [_found(hit, ledger) for hit in hits]
        if settings.format == "json":
            settings.write_json(
                envelope(
                    "similar",
                    settings.today,
                    known_through=ledger.calendar.known_through,
                    calendar_digest=ledger.calendar.digest,
                    rules_digest=ledger.rules.digest,
                    commit=ledger.version or None,
                    searched=len(index),
                    cases=found,
                )
            )
        else:
            settings.write(_table(found, ledger, len(index)))


def _found(hit: Hit, ledger: Ledger) -> dict[str, Any]:
    from noveto import words
    from noveto.site.outcome import answered_entry, outcome_path, result_of

    record = ledger.record(hit.id)
    assert record is not None  # noqa: S101 - the ledger has just named it
    case = record.case
    answered = answered_entry(case)
    result = result_of(case)
    path = outcome_path(case) if answered else ""
    days = ledger.calendar.workdays_between(case.raised.date(), answered.day) if answered else None
    return {
        "id": case.id,
        "score": hit.score,
        "matter": case.matter.name,
        "unit": case.unit,
        "raised": case.raised.date().isoformat(),
        "result": result or None,
        "path": path or None,
        "outcome": words.result_words(result, path) if result else "在办",
        "days": days,
        "shared": list(hit.shared),
    }


def _table(found: list[dict[str, Any]], ledger: Ledger, searched: int) -> str:
    from noveto.cli.text import table

    if not found:
        phone = ledger.registry.office.guide_desk_phone
        return _NONE.format(phone=f" {phone}" if phone else "")
    rows = [["结果", "用时", "编号", "事项", "相同的字"]]
    for item in found:
        days = f"{item['days']} 个工作日" if item["days"] is not None else ""
        rows.append([item["outcome"], days, item["id"], item["matter"], "、".join(item["shared"])])
    done = sum(1 for item in found if item["result"] == "done")
    return f"{table(rows)}\n\n类似的 {len(found)} 件，其中 {done} 件办成（查了 {searched} 件）。"
