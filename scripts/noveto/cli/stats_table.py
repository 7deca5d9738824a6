"""``noveto stats`` as text on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from noveto.cli.text import table
from noveto.statistics import DIMENSIONS, Score, Statistics
from noveto.statistics.assessment import TITLES
from noveto.statistics.labels import Labels
from noveto.statistics.lines import Line

_COLUMNS = (("登记", "I1"), ("提出否决", "I2"), ("改为办理", "I4"), ("办成", "I5"), ("按时提交研究", "I6"),
            ("按时答复", "I7"), ("用时中位", "I10"), ("补录", "I22"))  # fmt: skip
_PUBLIC = (("提出否决 / 登记", "I3"), ("改为办理", "I4"), ("办成", "I5"), ("按时提交研究", "I6"), ("按时答复", "I7"),
           ("用时中位", "I10"))  # fmt: skip


def as_table(
    found: Statistics, shown: Sequence[Line], scores: Sequence[Score], labels: Labels, *, publish: bool
) -> str:
    """Return the figures as text: groups where asked for, every indicator, the assessment, what to look at."""
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
    return "–" if line.denominator == 0 else line.text()  # as on the site's pages


def _ranked(found: Statistics, scores: Sequence[Score], labels: Labels) -> list[list[str]]:
    rows = [["名次", "", "登记", "得分", *(TITLES.values())]]
    for item in sorted(scores, key=lambda item: item.rank or len(scores) + 1):
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
