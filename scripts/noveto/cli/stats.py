"""``noveto stats``: the indicators of the monthly report, in total and by groups."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from noveto.cli.common import DATE, NovetoCommand, Settings, envelope, pass_settings
from noveto.errors import UserError

if TYPE_CHECKING:
    from noveto.ledger import Ledger
    from noveto.rules import Rules
    from noveto.statistics import Score, Statistics
    from noveto.statistics.labels import Labels
    from noveto.statistics.lines import Line

ASSESSED = ("window", "unit", "county", "hall")


@click.command(
    "stats",
    cls=NovetoCommand,
    formats=("table", "json", "csv", "xlsx"),
    help="统计指标：登记、否决、办成、按时、报备、告知、反映、改进等。先看件数，再看比率。\n\n"
    "不写日期，统计上一个完整的月。可以按 unit（单位）、window（窗口）、hall（大厅）、county（县区）、track（类别）、"
    "reason（卡在哪里）、category（事项类别）、month、quarter、year 分组，几个用逗号隔开。\n\n"
    "每个数怎么算：noveto stats --terms。",
)
@click.option("--from", "first", type=DATE, help="从哪天登记的件算起。")
@click.option("--to", "last", type=DATE, help="算到哪天登记的件。")
@click.option("--by", default="", metavar="UNIT,MONTH,…", help="按什么分组，几个用逗号隔开。")
@click.option("--at", "rev", metavar="COMMIT", help="用台账的某个版本（提交号、标签）重算。")
@click.option("--rules", "rules_file", type=click.Path(exists=True, dir_okay=False), help="试算：改用这份规则文件。")
@click.option("--lists", is_flag=True, help="json 里每个数后面列出是哪些件。")
@click.option("--publish", is_flag=True, help="对外公开用：不足 5 件的格子不显示，也不列件。")
@click.option("--terms", is_flag=True, help="只看口径说明：每个数怎么算。")
@pass_settings
def command(
    settings: Settings,
    first: date | None,
    last: date | None,
    by: str,
    rev: str | None,
    rules_file: str | None,
    lists: bool,
    publish: bool,
    terms: bool,
) -> None:
    """Compute and print."""
    from noveto.ledger import Ledger
    from noveto.rules import Rules
    from noveto.statistics.gather import statistics
    from noveto.statistics.labels import Labels
    from noveto.statistics.lines import lines
    from noveto.statistics.publish import published

    if terms:
        settings.write(_terms())
        return
    if publish and lists:
        raise UserError("对外公开的数（--publish）不能带名单（--lists）。请去掉一个。")
    if settings.format == "xlsx" and settings.output in (None, "-") and sys.stdout.isatty():
        raise UserError("xlsx 要写进文件。请加 --output 文件名.xlsx。")
    start, end = _period(settings.today, first, last)
    wanted = tuple(name for name in by.replace("，", ",").replace(" ", "").split(",") if name)
    with Ledger.open(settings.root(), at=rev, progress=settings.steps) as ledger:
        chosen = Path(rules_file).resolve() if rules_file else None
        try:
            found = statistics(ledger, start, end, settings.today, by=wanted, rules_file=chosen)
        except ValueError as error:
            raise UserError(str(error)) from error
        rules = Rules.load(chosen) if chosen else ledger.rules
        labels = Labels(ledger.registry, ledger.schemas)
        shown = list(published(found) if publish else lines(found))
        scores = [] if publish else _scores(found, rules)
        if settings.format == "json":
            settings.write_json(_json(found, shown, scores, ledger, rules, lists=lists, publish=publish))
        elif settings.format == "csv":
            from noveto.statistics.xlsx import table_rows

            settings.write_csv(*table_rows(found, shown, labels))
        elif settings.format == "xlsx":
            from noveto.statistics.xlsx import workbook

            title = f"窗口无否决权统计 {start} 至 {end}"
            settings.write(workbook(found, shown, labels, scores, lists=not publish, title=title))
        else:
            settings.write(_table(found, shown, scores, labels, publish=publish))


def _period(today: date, first: date | None, last: date | None) -> tuple[date, date]:
    from noveto.statistics import last_month

    if first is None and last is None:
        return last_month(today)
    start, end = first or date(1990, 1, 1), last or today
    if end < start:
        raise UserError(f"结束日期 {end} 早于开始日期 {start}。请核对 --from 和 --to。")
    return start, end


def _scores(found: Statistics, rules: Rules) -> Sequence[Score]:
    from noveto.statistics import assess

    if len(found.by) != 1 or found.by[0] not in ASSESSED:
        return ()
    named = [group for group in found.groups if group.key != ("",)]
    return assess(named, rules.for_day(found.last).assessment, found.small)


def _terms() -> str:
    from noveto.statistics.assessment import FORMULA
    from noveto.statistics.catalogue import ATTRIBUTION, GUARDS, INDICATORS

    parts = [f"{item.key} {item.name}（{item.unit}）\n  {item.formula}" + (f"（{item.cite}）" if item.cite else "")
             for item in INDICATORS]  # fmt: skip
    return "\n".join([*parts, "", f"算在哪一期：{ATTRIBUTION}", f"件数少时：{GUARDS}", f"评窗口：{FORMULA}"])


# -- json ------------------------------------------------------------------------------------------------------


def _json(
    found: Statistics, shown: Sequence[Line], scores: Sequence[Score], ledger: Ledger, rules: Rules, *, lists: bool,
    publish: bool,
) -> dict[str, Any]:  # fmt: skip
    from noveto.statistics.catalogue import INDICATORS

    by_key: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for line in shown:
        by_key.setdefault(line.key, []).append(line.as_dict())
    if lists:
        for key, entries in by_key.items():
            figures = found.group(*key) if key else found.total
            for entry in entries:
                entry.update(_refs(figures[entry["key"]]))
    groups = [
        {
            "key": dict(zip(found.by, group.key, strict=True)),
            "quarantined": None if publish else group.quarantined,
            "indicators": by_key.get(group.key, []),
        }
        for group in found.groups
    ]
    told: dict[str, Any] = {
        "from": found.first,
        "to": found.last,
        "by": list(found.by),
        "commit": ledger.version or None,
        "edited": ledger.edited,
        "small_number": found.small,
        "publication": publish,
        "total": {"indicators": by_key.get((), [])},
        "groups": groups,
    }
    if not publish:
        told |= {
            "quarantined": [item.id for item in found.held],
            "breakdowns": {name: {code: len(refs) for code, refs in rows.items()}
                           for name, rows in found.breakdowns.items()},
            "reason_other_too_often": found.other_share,
            "repeats": [
                {"matter": item.matter, "name": item.matter_name, "reason": item.reason,
                 "cases": [ref.id for ref in item.refs], "improvements": list(item.improvements)}
                for item in found.repeats
            ],
            "improvements": [_effect(item) for item in found.effects],
            "law_gaps": [
                {"matter": gap.matter, "name": gap.matter_name, "units": list(gap.units),
                 "cases": [ref.id for ref in gap.refs]}
                for gap in found.gaps
            ],
            "assessment": [_score(item, found.by) for item in scores],
        }  # fmt: skip
    told["definitions"] = [
        {"key": item.key, "code": item.code, "name": item.name, "unit": item.unit, "formula": item.formula,
         "day": item.day, "cite": item.cite}
        for item in INDICATORS
    ]  # fmt: skip
    return envelope(
        "stats",
        found.today,
        known_through=ledger.calendar.known_through,
        calendar_digest=ledger.calendar.digest,
        rules_digest=rules.digest,
        **told,
    )


def _refs(figure: Any) -> dict[str, Any]:
    from noveto.statistics import Count, Fraction

    def plain(refs: Any) -> list[str]:
        return [_name(ref) for ref in refs]

    if isinstance(figure, Fraction):
        return {"hits": plain(figure.hits), "misses": plain(figure.misses), "left": plain(figure.left_out)}
    if isinstance(figure, Count):
        return {"cases": plain(figure.refs)}
    return {"cases": [[_name(ref), days] for ref, days in figure.values], "left": plain(figure.left_out)}


def _name(ref: Any) -> str:
    """Return a reference as text: the id, then where needed the round and the consulted unit."""
    name = f"{ref.id}#{ref.round}" if ref.round > 1 else str(ref.id)
    return f"{name}@{ref.of}" if ref.of else name


def _effect(item: Any) -> dict[str, Any]:
    return {
        "id": item.item.id,
        "opened": date.fromordinal(item.item.opened),
        "done": date.fromordinal(item.item.done) if item.item.done else None,
        "root_cause": item.item.cause,
        "days": item.days,
        "before": None if item.before is None else len(item.before),
        "after": None if item.after is None else len(item.after),
        "stated_before": item.item.before if item.item.before >= 0 else None,
        "stated_after": item.item.after if item.item.after >= 0 else None,
    }


def _score(item: Score, by: Sequence[str]) -> dict[str, Any]:
    return {
        "key": dict(zip(by, item.key, strict=True)),
        "registered": item.registered,
        "score": None if item.score is None else round(item.score, 4),
        "rank": item.rank,
        "parts": [
            {"part": part.part, "weight": part.weight, "reached": round(part.reached, 4),
             "possible": round(part.possible, 4)}
            for part in item.parts
        ],
        "lost": [
            {"part": lost.part, "key": lost.figure, "points": round(lost.points, 4),
             "cases": [_name(ref) for ref in lost.refs]}
            for lost in item.lost
        ],
    }  # fmt: skip


# -- table -----------------------------------------------------------------------------------------------------

_COLUMNS = (("登记", "I1"), ("提出否决", "I2"), ("改为办理", "I4"), ("办成", "I5"), ("按时报批", "I8"),
            ("按时答复", "I7"), ("用时中位", "I10"), ("补录", "I22"))  # fmt: skip
_PUBLIC = (("提出否决 / 登记", "I3"), ("改为办理", "I4"), ("办成", "I5"), ("按时报批", "I8"), ("按时答复", "I7"),
           ("用时中位", "I10"))  # fmt: skip


def _table(
    found: Statistics, shown: Sequence[Line], scores: Sequence[Score], labels: Labels, *, publish: bool
) -> str:  # fmt: skip
    from noveto.cli.text import table

    text = [
        f"{found.first} 至 {found.last} 登记的件，状态看到 {found.today}。未到期又未办结的不进比率。",
        "",
    ]
    if found.by:
        text += [table(_grouped(found, shown, labels, publish=publish)).rstrip("\n"), ""]
    rows = [["代码", "指标", "数", "率（95 % 可信范围）", "未计入"]]
    rows += [
        [line.indicator.key, line.indicator.name, line.text(), line.share(), str(line.left_out or "")]
        for line in shown
        if not line.key
    ]
    text += [table(rows).rstrip("\n")]
    if scores:
        text += ["", "评窗口（不足 5 件的只列件）：", table(_ranked(found, scores, labels)).rstrip("\n")]
    if not publish:
        text += _notes(found, labels)
    text += [
        "",
        "每个数怎么算：noveto stats --terms。是哪些件：noveto stats --format json --lists，或者 --format xlsx。",
    ]
    return "\n".join(text)


def _grouped(found: Statistics, shown: Sequence[Line], labels: Labels, *, publish: bool) -> list[list[str]]:
    from noveto.statistics import DIMENSIONS

    columns = _PUBLIC if publish else _COLUMNS
    cells = {(line.key, line.indicator.key): line for line in shown}
    rows = [
        [*(DIMENSIONS[name] for name in found.by), *(name for name, _ in columns), *([] if publish else ["有误未计"])]
    ]
    for key, held in [*((group.key, group.quarantined) for group in found.groups), ((), len(found.held))]:
        names = [labels.of(name, value) for name, value in zip(found.by, key, strict=False)]
        names = names or ["合计", *[""] * (len(found.by) - 1)]
        registered = cells[key, "I3"].denominator
        if key and not publish and registered is not None and 0 < registered < found.small:
            names[-1] += f"（不足 {found.small} 件）"
        last = [] if publish else ["" if held is None else str(held or "")]
        rows.append([*names, *(_short(cells[key, code]) for _, code in columns), *last])
    return rows


def _short(line: Line) -> str:
    if line.indicator.kind == "spread":
        return "不公开" if line.hidden else "–" if line.median is None else f"{line.median:g} 日"
    if line.hidden:
        return "不公开" if line.denominator is None else f"– / {line.denominator}"
    if line.indicator.key == "I22":
        return str(line.numerator)
    return line.text()


def _ranked(found: Statistics, scores: Sequence[Score], labels: Labels) -> list[list[str]]:
    from noveto.statistics.assessment import TITLES

    rows = [["名次", "", "登记", "得分", *(TITLES.values())]]
    order = sorted(scores, key=lambda item: (item.rank or len(scores) + 1, item.key))
    for item in order:
        reached = {part.part: f"{part.reached:.1f} / {part.possible:.1f}" for part in item.parts}
        rows.append([
            str(item.rank or "–"), labels.of(found.by[0], item.key[0]), str(item.registered),
            "–" if item.score is None else f"{item.score:.1f}", *(reached.get(part, "–") for part in TITLES),
        ])  # fmt: skip
    return rows


def _notes(found: Statistics, labels: Labels) -> list[str]:
    text = []
    if found.held:
        text.append(f"有 {len(found.held)} 件记录有误，没有计入：{'、'.join(item.id for item in found.held[:5])}"
                    f"{' 等' if len(found.held) > 5 else ''}。运行 noveto check 看原因。")  # fmt: skip
    if found.other_share:
        other = found.total.fraction("X.other")
        text.append(f"主要原因写“其他”的有 {other.numerator} / {other.denominator}，超过了限度，请管理员补充原因代码。")
    for item in found.repeats[:10]:
        then = f"已立改进项 {'、'.join(item.improvements)}" if item.improvements else "还没立改进项"
        text.append(f"反复出现：{item.matter_name}（{labels.of('reason', item.reason)}）{len(item.refs)} 件 → {then}")
    return ["", *text] if text else []
