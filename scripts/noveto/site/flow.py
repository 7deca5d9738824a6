"""Flow charts of the guides, drawn offline as SVG, each with the same content as a list of sentences.

A chart is a column of steps; a step may have a branch to its right, which ends there or leads back to the next
step. That is all our procedures need, and it stays legible on a phone. `python -m noveto.site.flow` writes the
snippets the guides include; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

Kind = Literal["box", "ask", "end", "hard"]

_WIDE, _GAP, _LINE, _PAD, _DROP = 196, 58, 20, 9, 30


@dataclass(frozen=True, slots=True)
class Branch:
    """What happens when a question is answered the other way: label of the arrow, text, and where it ends."""

    label: str
    text: str
    kind: Kind = "end"
    back: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: text (line breaks allowed), kind, the label of the arrow down, and an optional branch."""

    text: str
    kind: Kind = "box"
    down: str = ""
    branch: Branch | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A chart: file name, title, and its steps from top to bottom."""

    name: str
    title: str
    steps: tuple[Step, ...]


FLOWS: tuple[Flow, ...] = (
    Flow(
        "desk",
        "来人说了一件事，窗口怎么办",
        (
            Step("来人提出咨询、诉求或申请", "box"),
            Step("归本窗口办吗？", "ask", "归", Branch("不归", "指路：说清去哪里、\n怎么办、电话多少")),
            Step("材料齐、填得对吗？", "ask", "齐", Branch("缺", "一次告知全部要补的，\n给办事指南", "box", back=True)),
            Step("当场能办吗？", "ask", "不能", Branch("能", "当场办结")),
            Step("登记，给来人回执"),
            Step("1 个工作日内\n提交单位领导研究"),
            Step("要别的部门一起定吗？", "ask", "不要", Branch("要", "征询有关部门，\n10 个工作日内答复")),
            Step("3 个工作日内答复\n（特殊事项 5 个）", "end"),
        ),
    ),
    Flow(
        "veto",
        "想说“不能办”，先报批、同时报备",
        (
            Step("窗口拟否决：\n写明理由和依据", "hard"),
            Step("报批给单位领导，\n同一天报备市数据资源管理局"),
            Step("窗口负责人写意见"),
            Step("单位领导同意否决吗？", "ask", "同意", Branch("不同意", "改为办理，\n限期内办完并答复")),
            Step("书面答复“不能办”：\n理由、依据、不服找谁", "hard"),
            Step("登记表三份：申请人、\n市数据资源管理局、窗口", "end"),
        ),
    ),
    Flow(
        "cross",
        "要别的部门一起定",
        (
            Step("首问单位登记，\n写清要问的问题"),
            Step("征询有关部门\n（请在第 5 个工作日前回）"),
            Step("第 3 个工作日前\n给申请人阶段答复"),
            Step(
                "各部门意见一致吗？",
                "ask",
                "一致",
                Branch("不一致", "第 7 个工作日前提级，\n报市营商办", "box", back=True),
            ),
            Step("首问单位汇总，\n10 个工作日内答复", "end"),
        ),
    ),
    Flow(
        "complaint",
        "“办不成事”反映窗口",
        (
            Step("来人反映：事办不成，\n或者窗口直接说了“不行”"),
            Step("登记，问清哪个窗口、哪件事"),
            Step("当场协调得了吗？", "ask", "协调不了", Branch("协调好了", "当场答复，做好记录")),
            Step("转给有关单位，盯着办"),
            Step("5 个工作日内答复\n（复杂的 10 个）"),
            Step("回访：满意不满意", "end"),
        ),
    ),
)


def svg(flow: Flow) -> str:
    """Draw a chart; colours come from the stylesheet by class."""
    heights = [max(_height(step.text), _height(step.branch.text) if step.branch else 0) for step in flow.steps]
    parts: list[str] = []
    y = 1.0
    for index, (step, high) in enumerate(zip(flow.steps, heights, strict=True)):
        own = _height(step.text)
        top = y + (high - own) / 2
        parts.append(_node(1, top, own, step.text, step.kind))
        middle = _WIDE / 2 + 1
        last = index == len(flow.steps) - 1
        if not last:
            following = flow.steps[index + 1]
            below = y + high + _DROP + (heights[index + 1] - _height(following.text)) / 2
            parts.append(_arrow([(middle, top + own), (middle, below)]))
            if step.down:
                parts.append(_label(middle - 9, top + own + _DROP / 2 + 5, step.down, anchor="end"))
        if step.branch is not None:
            tall = _height(step.branch.text)
            side = y + (high - tall) / 2
            parts.append(_node(_WIDE + _GAP, side, tall, step.branch.text, step.branch.kind))
            parts.append(_arrow([(_WIDE + 1, y + high / 2), (_WIDE + _GAP, y + high / 2)]))
            parts.append(_label(_WIDE + _GAP / 2 - 2, y + high / 2 - 7, step.branch.label, anchor="middle"))
            if step.branch.back and not last:
                level = y + high + _DROP * 0.45
                beyond = _WIDE + _GAP + _WIDE / 2
                parts.append(_arrow([(beyond, side + tall), (beyond, level), (middle + 1, level)]))
        y += high + _DROP
    width, height = 2 * _WIDE + _GAP + 1, y - _DROP + 2
    return (
        f'<svg class="nv-flow" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(flow.title)}">{"".join(parts)}</svg>'
    )


def sentences(flow: Flow) -> list[str]:
    """Return the same chart as sentences."""
    told: list[str] = []
    for step in flow.steps:
        text = step.text.replace("\n", "")
        if step.branch is None:
            told.append(f"{text}。")
        else:
            back = "，然后接着往下" if step.branch.back else "，到此结束" if step.branch.kind == "end" else ""
            branch = step.branch.text.replace("\n", "")
            told.append(f"{text}{step.branch.label}：{branch}{back}。{step.down}：往下。")
    return told


def snippet(flow: Flow) -> str:
    """Return chart and text as one piece of HTML for a guide."""
    items = "".join(f"<li>{escape(text)}</li>" for text in sentences(flow))
    return (
        f'<figure class="nv-figure">{svg(flow)}'
        f'<details class="nv-why"><summary>用文字说</summary><ol class="nv-plain">{items}</ol></details></figure>\n'
    )


def write(folder: Path) -> None:
    """Write all snippets into ``folder`` (docs/snippets)."""
    folder.mkdir(parents=True, exist_ok=True)
    for flow in FLOWS:
        (folder / f"flow-{flow.name}.html").write_text(snippet(flow), encoding="utf-8")


def _height(text: str) -> float:
    return (text.count("\n") + 1) * _LINE + 2 * _PAD


def _node(x: float, y: float, high: float, text: str, kind: Kind) -> str:
    radius = {"box": 4, "ask": 16, "end": 18, "hard": 4}[kind]
    lines = text.split("\n")
    words = "".join(
        f'<text x="{x + _WIDE / 2:g}" y="{y + _PAD + 15 + index * _LINE:g}" text-anchor="middle">{escape(line)}</text>'
        for index, line in enumerate(lines)
    )
    wide = _WIDE - 1
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{wide}" height="{high:g}" rx="{radius}"/>{words}'


def _arrow(points: list[tuple[float, float]]) -> str:
    (x0, _), (x1, y1) = points[-2:]
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    if x0 == x1:
        tip = f"M{x1:g} {y1:g}l-4.5 -8h9z"
    else:
        way = -8 if x1 > x0 else 8
        tip = f"M{x1:g} {y1:g}l{way} -4.5v9z"
    return f'<path class="arrow" d="{path}"/><path class="tip" d="{tip}"/>'


def _label(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text class="lab" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[3] / "docs/snippets")
