"""Charts as plain SVG: bars, lines, Pareto, sparkline.

Colours come from the stylesheet by class, so day, night and paper agree; every mark has a native tooltip; all text
is escaped; a table with the same numbers stands behind each chart (``with_table``). No script is involved.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

_CHAR = 13.0
"""Width of a Chinese character at the charts' font size, in user units."""

_GAP = 12.0
"""What stays free between two labels side by side."""

_LINES = 5
"""How many lines a label under a column has at most."""


def bars(rows: Sequence[tuple[str, int]], *, title: str, unit: str = "件", width: int = 560, rest: bool = False) -> str:
    """Horizontal bars with the number at the end, in the given order. Values are counts, 0 or more.

    With ``rest`` the last row is what remains of many: its bar is pale, it competes with none above.
    """
    if not rows:
        return ""
    label = min(max(_length(name) for name, _ in rows) * _CHAR + 12, width * 0.45)
    most = max(value for _, value in rows) or 1
    room = width - label - 52
    step = 26
    height = step * len(rows) + 4
    parts: list[str] = []
    for index, (name, value) in enumerate(rows):
        y = index * step + 2
        long = room * value / most
        css = "bar2" if rest and index == len(rows) - 1 else "bar"
        parts.append(
            f"<g><title>{escape(name)}：{value} {escape(unit)}</title>"
            f'<text x="{label - 8:.0f}" y="{y + 16}" text-anchor="end">{escape(_cut(name, label))}</text>'
            f'<rect class="{css}" x="{label:.0f}" y="{y + 4}" width="{max(long, 1):.1f}" height="16" rx="1"/>'
            f'<text x="{label + long + 7:.1f}" y="{y + 16}">{value}</text></g>'
        )
    return _svg(width, height, title, parts)


def pareto(rows: Sequence[tuple[str, int]], *, title: str, width: int = 720, height: int = 316) -> str:
    """Columns by size, largest first, with the running share as a line (按多少排，累计占多少).

    Rows with 0 are left out; the share axis always runs from 0 to 100 %.
    """
    ranked = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    if not ranked:
        return ""
    total = sum(value for _, value in ranked)
    left, right, top, bottom = 40.0, 46.0, 16.0, 86.0
    wide, high = width - left - right, height - top - bottom
    most = _round_up(ranked[0][1])
    step = wide / len(ranked)
    parts = _grid(left, top, wide, high, most)
    points: list[tuple[float, float]] = []
    numbers: list[str] = []
    running = 0
    for index, (name, value) in enumerate(ranked):
        running += value
        share = running / total
        x = left + index * step
        tall = high * value / most
        points.append((x + step / 2, top + high * (1 - share)))
        parts.append(
            f"<g><title>{escape(name)}：{value} 件，累计 {share:.0%}</title>"
            f'<rect class="bar" x="{x + step * 0.15:.1f}" y="{top + high - tall:.1f}" width="{step * 0.7:.1f}" '
            f'height="{tall:.1f}"/>'
            f"{_wrapped(name, x + step / 2, top + high + 17, step)}</g>"
        )
        at = f'x="{x + step / 2:.1f}" y="{top + high - tall - 4:.1f}"'
        numbers.append(f'<text class="halo" {at} text-anchor="middle">{value}</text>')
    parts.append(_polyline(points, "line2"))
    parts += [f'<circle class="dot2" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    parts += numbers  # over the line, which may cross them
    for share in (0, 50, 100):
        y = top + high * (1 - share / 100)
        parts.append(f'<text class="soft" x="{width - right + 6:.0f}" y="{y + 4:.1f}">{share} %</text>')
    return _svg(width, height, title, parts)


def lines(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    *,
    title: str,
    unit: str = "件",
    width: int = 720,
    height: int = 260,
) -> str:
    """One or two lines over periods; None leaves a gap (no figure is not zero). The axis starts at 0."""
    values = [value for _, row in series for value in row if value is not None]
    if not labels or not values:
        return ""
    left, right, top, bottom = 40.0, 16.0, 34.0, 30.0
    wide, high = width - left - right, height - top - bottom
    most = _round_up(max(values))
    step = wide / max(len(labels) - 1, 1)
    parts = _grid(left, top, wide, high, most)
    every = max(1, math.ceil(len(labels) * 52 / wide))
    for index, name in enumerate(labels):
        if (len(labels) - 1 - index) % every == 0:
            parts.append(
                f'<text class="soft" x="{left + index * step:.1f}" y="{height - 9}" text-anchor="middle">'
                f"{escape(name)}</text>"
            )
    legend = left
    for number, (name, row) in enumerate(series[:2]):
        css, dot = ("line", "dot") if number == 0 else ("line2", "dot2")
        parts.append(
            f'<path class="{css}" d="M{legend:.0f} 13h22"/><text x="{legend + 28:.0f}" y="18">{escape(name)}</text>'
        )
        legend += 48 + _length(name) * _CHAR
        run: list[tuple[float, float]] = []
        for index, value in enumerate(row):
            if value is None:
                parts.append(_polyline(run, css))
                run = []
                continue
            x, y = left + index * step, top + high * (1 - value / most)
            run.append((x, y))
            parts.append(
                f'<circle class="{dot}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(labels[index])} '
                f"{escape(name)}：{value:g} {escape(unit)}</title></circle>"
            )
        parts.append(_polyline(run, css))
    return _svg(width, height, title, parts)


def sparkline(values: Sequence[float | None], *, title: str, width: int = 96, height: int = 22) -> str:
    """A small line inside a table row; its last point is marked. Empty when there is nothing to draw."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    most = max(known) or 1
    step = (width - 8) / (len(values) - 1)
    points = [
        (4 + index * step, height - 4 - (height - 8) * value / most)
        for index, value in enumerate(values)
        if value is not None
    ]
    end = points[-1]
    return _svg(
        width,
        height,
        title,
        [_polyline(points, "line"), f'<circle class="dot" cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="2.5"/>'],
        fixed=True,
    )


def with_table(
    svg: str, head: Sequence[str], rows: Sequence[Sequence[object]], *, name: str = "看表格", urls: Sequence[str] = ()
) -> str:
    """Put the table with the same numbers behind a chart; ``urls``: where the numbers of each row lead, "" nowhere."""

    def number(value: object, url: str) -> str:
        text = escape(str(value))
        return f'<td class="n">{f"<a href={chr(34)}{escape(url)}{chr(34)}>{text}</a>" if url else text}</td>'

    cells = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>' + "".join(number(value, url) for value in row[1:]) + "</tr>"
        for row, url in zip(rows, urls or [""] * len(rows), strict=True)
    )
    titles = "".join(
        f'<th scope="col"{"" if index == 0 else chr(32) + "class=" + chr(34) + "n" + chr(34)}>{escape(text)}</th>'
        for index, text in enumerate(head)
    )
    return (
        f'{svg}<details class="nv-why"><summary>{escape(name)}</summary><div class="nv-scroll free">'
        f'<table class="nv"><thead><tr>{titles}</tr></thead><tbody>{cells}</tbody></table></div></details>'
    )


# -- pieces ----------------------------------------------------------------------------------------------------


def _svg(width: float, height: float, title: str, parts: Sequence[str], *, fixed: bool = False) -> str:
    size = f'width="{width:g}" height="{height:g}"'
    css = "nv-chart nv-spark" if fixed else "nv-chart"
    return (
        f'<svg class="{css}" viewBox="0 0 {width:g} {height:g}" {size} role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _grid(left: float, top: float, wide: float, high: float, most: float) -> list[str]:
    parts: list[str] = []
    for quarter in (0.0, 0.5, 1.0):
        y = top + high * (1 - quarter)
        css = "axis" if quarter == 0 else "grid"
        parts.append(f'<path class="{css}" d="M{left:.1f} {y:.1f}h{wide:.1f}"/>')
        parts.append(
            f'<text class="soft" x="{left - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">{most * quarter:g}</text>'
        )
    return parts


def _polyline(points: Sequence[tuple[float, float]], css: str) -> str:
    if len(points) < 2:
        return ""
    return f'<path class="{css}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + '"/>'


def _round_up(value: float) -> float:
    """The next even round number, so that half of it is round as well."""
    if value <= 2:
        return 2
    power = 10.0 ** math.floor(math.log10(value))
    for low, high in pairwise((1, 2, 4, 6, 8, 10)):
        if low * power < value <= high * power:
            return high * power
    return value if value == power and power >= 2 else 2 * power


def _length(text: str) -> float:
    """Width of a text in Chinese characters: Latin letters and digits take about half of one."""
    return sum(0.55 if char.isascii() else 1.0 for char in text)


def _cut(text: str, room: float) -> str:
    if _length(text) * _CHAR + 12 <= room + 1:
        return text
    cut = text
    while cut and _length(cut) * _CHAR + 26 > room:
        cut = cut[:-1]
    return cut + "…"


def _wrapped(text: str, x: float, y: float, room: float) -> str:
    """A label of up to five centred lines under a column, clear of its neighbours; the rest is in the tooltip."""
    per = max(int((room - _GAP) / _CHAR), 2)
    rows = [row for part in re.findall("[^、，]+[、，]?", text) for row in _even(part, per)]
    if len(rows) > _LINES:
        rows = [*rows[: _LINES - 1], rows[_LINES - 1][: per - 1] + "…"]
    return "".join(
        f'<text class="soft" x="{x:.1f}" y="{y + 15 * index:.1f}" text-anchor="middle">{escape(row)}</text>'
        for index, row in enumerate(rows)
    )


def _even(part: str, per: int) -> list[str]:
    """Cut a part of a label into lines of at most ``per`` characters, all about as long; what closes it hangs over."""
    bare = part.rstrip("、，")
    count = -(-len(bare) // per)
    ends = [-(-len(bare) * (index + 1) // count) for index in range(count)]
    rows = [bare[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [*rows[:-1], rows[-1] + part[len(bare) :]]
