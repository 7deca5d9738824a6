"""Lists behind the numbers of the statistics: as many rows as the number says, what went wrong first.

Rows are put together from short texts made once a record, and only for a page that has to be written: a year's pages
can have many thousands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from noveto.site.casebuild import case_path
from noveto.site.complaintlinks import complaint_path
from noveto.site.data import SiteData
from noveto.site.improvementpages import improvement_path
from noveto.site.render import Renderer, badge, escaped, holders
from noveto.statistics import BY_KEY, Count, Figure, Fraction, Indicator, Ref, Spread
from noveto.statistics.book import Book
from noveto.statistics.lines import line
from noveto.words import Said

FULL = 100
"""Lists up to this length show how each record stands and who has it; longer ones say so of open cases only."""

SIDES: Mapping[str, tuple[str, str]] = {
    "I3": ("提出过否决", "没有提出否决"),
    "I4": ("改为办理", "同意否决"),
    "I5": ("办成", "不能办"),
    "I12": ("一次告知", "告知了两次以上"),
    "I15": ("提级过", "没有提级"),
    "I17": ("填全、送达都有", "不全"),
    "I18": ("属实、部分属实", "不属实"),
    "I19": ("满意", "不满意"),
    "I19.reach": ("回访到的", "没有回访到的"),
    "I21": ("已完成", "没有完成"),
    "I22": ("补录", "没有补录"),
    "N5": ("用时不到一半", "用时超过一半"),
    "X.audit": ("站得住", "部分站得住、站不住"),
    "X.basis": ("写了依据", "没写依据"),
    "X.other": ("写“其他”", "写明了原因"),
    "X.proxy": ("有代录", "没有代录"),
}
"""What counts as hit and as miss, where it is not 按时 and 没按时."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a list: its heading, what it lists, and working days for each where they are told."""

    title: str
    refs: Sequence[Ref]
    values: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One number with its list: ``anchor`` on the page, the number and its rate in words, the tables."""

    anchor: str
    title: str
    number: str
    note: str
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows the tables have together."""
        return sum(len(part.refs) for part in self.parts)


class _Texts(NamedTuple):
    """A row of a record in parts: its begin to the matter, the cell of unit and window, the cells of how it stands
    and who has it; ``still`` says both beside the matter, of what somebody has to act on."""

    start: str
    unit: str
    stands: str
    still: str


class Lists:
    """Makes lists for one build."""

    def __init__(self, data: SiteData, renderer: Renderer, book: Book) -> None:
        self.data = data
        self.renderer = renderer
        self.book = book
        self._rows: dict[str, _Texts] = {}

    @cached_property
    def _complaints(self) -> Mapping[str, str]:
        return {item.id: item.unit for item in self.book.complaints}

    @cached_property
    def _improvements(self) -> Mapping[str, tuple[str, str]]:
        return {item.id: (item.owner, item.measure) for item in self.book.improvements}

    # -- rows -----------------------------------------------------------------------------------------

    def url(self, name: str) -> str:
        """Return the path of a record's page, "" for one that has none."""
        if name in self.data.facts:
            return case_path(name)
        if name in self._complaints:
            return complaint_path(name)
        return improvement_path(name) if name in self._improvements else ""

    def forget(self) -> None:
        """Forget the cells put together so far: the records of another year follow."""
        self._rows.clear()

    def _texts(self, name: str) -> _Texts:
        """Return what the rows of a record are put together from."""
        made = self._rows.get(name)
        if made is None:
            made = self._rows[name] = self._made(name)
        return made

    def _made(self, name: str) -> _Texts:
        voc, url = self.data.voc, self.url(name)
        found = self.data.facts.get(name)
        said: Said | None = None
        held = ""
        if found is not None:
            row = self.data.fact_row(found[2])
            matter, who, said = row.matter, voc.unit_short(row.unit), row.status
            stage = row.stage if row.stage != "已答复" else ""
            held = str(holders(row)) if row.holders else ""
            who = " ".join(part for part in (who, voc.window(found[2].window)) if part) or "—"
        elif name in self._complaints:
            matter, who, stage = "反映", voc.unit_short(self._complaints[name]) or "—", ""
        elif name in self._improvements:
            owner, matter = self._improvements[name]
            who, stage = voc.party(owner), ""
        else:
            matter, who, stage = "不在台账里", "—", ""
        link = f'<a href="../../{url}">{escaped(name)}</a>' if url else escaped(name)
        status = (str(badge(said)) if said else "") + (
            f' <span class="nv-soft">{escaped(stage)}</span>' if stage else ""
        )
        return _Texts(
            start=f'<tr data-id="{escaped(name)}"><td class="i">{link}</td><td>{escaped(matter)}',
            unit=f"<td>{escaped(who)}</td>",
            stands=f"<td>{status or '—'}</td>" + (f'<td class="h">{held}</td>' if held else "<td>—</td>"),
            still=f' {status} <span class="nv-soft">在 {held} 手里</span>' if held else "",
        )

    def table(self, part: Part) -> tuple[tuple[str, ...], list[str]]:
        """Return head and rows of a table as HTML, with a column of working days where they are told."""
        refs, values = part.refs, part.values
        short = len(refs) > FULL
        head = ("编号", "事项", "首问单位、窗口") + (() if short else ("现在怎么样", "在谁手里"))
        rows = []
        for at, ref in enumerate(refs):
            texts = self._texts(ref.id)
            more = f' <span class="nv-tag">第 {ref.round} 次</span>' if ref.round > 1 else ""
            if ref.of:
                more += f' <span class="nv-tag">征询 {escaped(self.data.voc.unit_short(ref.of))}</span>'
            days = f'<td class="n" data-l="{head[-1]}">{values[at]} 日</td>' if values else ""
            still, stands = (texts.still, "") if short else ("", texts.stands)
            rows.append(f"{texts.start}{more}{still}</td>{texts.unit}{stands}{days}</tr>")
        return (*head, "用时（工作日）") if values else head, rows

    def stand(self, part: Part) -> str:
        """Return what stands in keys for everything the rows of a table show."""
        known = self.data.stands.get
        rows = [f"{known(ref.id) or self._other(ref.id)}.{ref.round}{ref.of}" for ref in part.refs]
        return f"{' '.join(rows)} {part.values}"

    def _other(self, name: str) -> str:
        return f"{name}{self._complaints.get(name, '')}{self._improvements.get(name, '')}"

    # -- numbers --------------------------------------------------------------------------------------

    def of(self, key: str, figure: Figure, small: int, *, anchor: str = "") -> Listed:
        """Return the list of one figure: what went wrong first."""
        item = BY_KEY[key]
        told = line((), item, figure, small, None)
        number = str(figure.n) if isinstance(figure, Count) else told.text()
        parts: list[Part] = []
        if isinstance(figure, Count):
            parts.append(Part("", figure.refs))
        elif isinstance(figure, Spread):
            longest = sorted(figure.values, key=lambda pair: (-pair[1], pair[0]))
            parts.append(Part("", [ref for ref, _ in longest], [days for _, days in longest]))
        else:
            hit, miss = SIDES.get(key, ("按时", "没按时"))
            sides = [(hit, figure.hits), (miss, figure.misses)]
            if item.good > 0:
                sides.reverse()
            parts += [Part(f"{name} {len(refs)} {item.unit}", refs) for name, refs in sides if refs]
        return Listed(anchor or key, item.name, number, told.share(), tuple(parts))

    def refs(self, anchor: str, title: str, refs: Sequence[Ref], note: str = "", unit: str = "件") -> Listed:
        """Return a plain list."""
        return Listed(anchor, title, f"{len(refs)} {unit}", note, (Part("", refs),))


def number(item: Indicator, figure: Figure, small: int) -> str:
    """Return a figure as tables show it: 46, 38 / 44, 2 日; of late entries the count only."""
    if isinstance(figure, Spread):
        return "–" if figure.median is None else f"{figure.median:g} 日"
    if isinstance(figure, Fraction):
        return f"{figure.numerator} / {figure.denominator}" if figure.denominator else "–"
    return line((), item, figure, small, None).text()
