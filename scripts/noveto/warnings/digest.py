"""The morning digest of a unit (screens.md 7.1): numbers first, then at most ten lines, within a byte limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from noveto import words
from noveto.calendar import Calendar
from noveto.warnings.items import SECTIONS, Item, Section
from noveto.warnings.model import MARKDOWN_LIMIT, TEXT_LIMIT, Basis, Mention, Message
from noveto.warnings.texts import coloured, day, fit, link, ring_up, safe, unmarked

LINES = 10
"""Items shown over all sections; the rest is counted."""

_Labels = tuple[tuple[Section, str], ...]
_SHAPES: Mapping[Section, str] = {"late": "▲", "today": "◆", "soon": "◷", "asked": "◇", "review": "‖", "mark": "◇"}


@dataclass(frozen=True, slots=True)
class Digest:
    """What one unit is told in the morning of ``now``'s day.

    ``items`` are in the order of the digest; ``running`` is the number of the unit's running cases, ``rested`` a
    line about the days off that have just passed (empty where there were none), ``extra`` further lines that
    are told once (a changed calendar).
    """

    unit: str
    name: str
    now: datetime
    items: tuple[Item, ...]
    running: int
    rested: str
    calendar: Calendar
    address: str = ""
    phone: str = ""
    extra: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        """The day of the digest."""
        return self.now.date()

    @property
    def key(self) -> str:
        """One digest a unit and day."""
        return f"digest/{self.unit}/{self.today}"

    def of(self, section: Section) -> tuple[Item, ...]:
        """Return the items of a section."""
        return tuple(item for item in self.items if item.section == section)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Those mentioned: holders (and heads) of what is overdue or due today, each once."""
        chosen = (item for item in self.items if item.section in ("late", "today"))
        return tuple(dict.fromkeys(mention for item in chosen for mention in item.people))

    @property
    def subject(self) -> str:
        """Subject line of the mail: 自然资源和规划局：超期 2，10-12 到期 1（10-10 周六班）."""
        soon = words.short(self._next, today=self.today, weekday=False)
        due: _Labels = (("late", "超期"), ("today", "今日到期"), ("soon", f"{soon} 到期"))
        rest: _Labels = (("asked", "请回复"), ("review", "待复核"), ("mark", "该催"))
        told = self._counted(due) or self._counted(rest) or "请看"
        return f"{safe(self.name)}：{told}（{words.short(self.today, today=self.today, cal=self.calendar)}）"

    def markdown(self, limit: int = MARKDOWN_LIMIT) -> str:
        """Write the digest as a WeCom robot's markdown of at most ``limit`` bytes."""
        return fit(self._write, limit, min(LINES, len(self.items)))

    def plain(self, limit: int = TEXT_LIMIT) -> str:
        """Write the digest as plain text of at most ``limit`` bytes."""
        return fit(lambda most, width: unmarked(self._write(most, width)), limit, min(LINES, len(self.items)))

    def data(self) -> dict[str, Any]:
        """Return the digest for programs: everything, without a limit."""
        return {
            "unit": self.unit,
            "name": self.name,
            "date": self.today.isoformat(),
            "counts": {section: len(self.of(section)) for section in SECTIONS},
            "items": [
                {
                    "section": item.section, "case": item.id, "matter": item.name, "clock": item.clock,
                    "due": item.due.isoformat(), "days_late": item.late, "days_left": item.left,
                    "owed": item.owed, "where": item.where.replace("**", ""), "who": item.who,
                }
                for item in self.items
            ],
        }  # fmt: skip

    def message(self) -> Message:
        """Return it as a message to the unit."""
        return Message(
            self.key, "digest", self.unit, self.subject, self.markdown, self.plain, self.data(), self.mentions
        )

    def _counted(self, labels: _Labels) -> str:
        return "，".join(f"{label} {len(found)}" for section, label in labels if (found := self.of(section)))

    @property
    def _next(self) -> date:
        return self.calendar.add_workdays(self.today, 1)

    def _write(self, most: int, width: int) -> str:
        lines = [f"# {safe(self.name)} · {self._heading()}", self._counts()]
        lines += [coloured(text, "comment") for text in (self.rested, *self.extra) if text]
        shown = self.items[:most]
        for section in SECTIONS:
            found = [item for item in shown if item.section == section]
            if found:
                lines += ["", f"**{_SHAPES[section]} {self._title(section)}**"]
                for item in found:
                    lines += [
                        f"{link(item.id, self.address, item.path)} {safe(item.name, width)}",
                        f"> {self._second(item)}",
                    ]
        lines += ["", self._rest(len(self.items) - len(shown)), coloured(self._foot(), "comment")]
        return "\n".join(lines)

    def _heading(self) -> str:
        told = words.message(self.today, self.calendar)
        return told.replace("（", " ", 1).replace(" 调休上班）", "（调休上班）").removesuffix("）") + (
            "）" if "调休上班" in told else ""
        )

    def _counts(self) -> str:
        late = f"已超期 {len(self.of('late'))}"
        told = [
            coloured(late) if self.of("late") else late,
            f"今日到期 {len(self.of('today'))}",
            f"{self._soon()}到期 {len(self.of('soon'))}",
        ]
        told += [
            f"{label} {len(found)}"
            for section, label in (("asked", "请我局回复"), ("review", "中止待复核"), ("mark", "该催了"))
            if (found := self.of(section))  # type: ignore[arg-type]  # the pairs name sections
        ]
        return "　".join(told)

    def _soon(self) -> str:
        return words.message(self._next, self.calendar)

    def _title(self, section: Section) -> str:
        return {
            "late": "已超期",
            "today": "今日到期",
            "soon": f"{self._soon()}到期",
            "asked": "别的单位请我局回复",
            "review": "中止待复核",
            "mark": "该催了（内控，不计超期）",
        }[section]

    def _second(self, item: Item) -> str:
        """The line under an item: what is owed, where it is, who."""
        more = "（暂定）" if item.provisional else ""
        if item.section == "late":
            said = [f"{_over(item)}，{item.promise(self.today)}"]
        elif item.section == "today":
            said = [f"**今天下班前**{item.owed}"]
        elif item.section == "soon":
            far = f"{day(item.due, self.today)}前" if item.left > 1 else ""
            said = [f"{far}{item.owed}{more}"]
        elif item.section == "asked":
            said = [self._asked(item)]
        elif item.section == "review":
            said = [self._review(item)]
        else:
            said = [f"{words.mark(self.calendar, item.due, self.today).words}：{item.owed}"]
        where = item.where if item.section in ("late", "today", "soon", "asked", "mark") else ""
        return "｜".join(part for part in (*said, where, safe(item.who)) if part)

    def _asked(self, item: Item) -> str:
        nth = f"（第 {item.nth} 个工作日）" if item.nth else ""
        if item.late:
            return coloured(f"该回复了，迟 {item.late} 个工作日")
        if item.due <= self.today:
            return f"**今天前回复**{nth}"
        return f"{words.message(item.due, self.calendar)}前回复{nth}"

    def _review(self, item: Item) -> str:
        if item.late:
            return f"{coloured(f'复核已过 {item.late} 个工作日')}，请定是否恢复计时"
        if item.due <= self.today:
            return "**今天复核**是否恢复计时"
        return f"{words.message(item.due, self.calendar)}复核是否恢复计时"

    def _rest(self, left: int) -> str:
        running = f"（在办 {self.running} 件）" if self.running else ""
        words = f"打开我局清单{running}"
        if self.address:
            opened = link(words, self.address, f"units/{self.unit}.html")
            return f"其余 {left} 件，{opened}" if left else opened
        ring = f"要看清单，请打{ring_up(self.phone)}" if self.phone else "要看清单，请用政务外网电脑打开系统"
        return f"其余 {left} 件。{ring}{running}。" if left else f"{ring}{running}。"

    def _foot(self) -> str:
        until = f"数据截至 {self.now:%H:%M}。"
        if not self.address:
            return until
        ring = f"，或打{ring_up(self.phone)}" if self.phone else ""
        return f"{until}手机打不开链接时，请用政务外网电脑查看{ring}。"


def _over(item: Item) -> str:
    return coloured(f"超 {item.late} 个工作日")


def digests(
    items: Sequence[Item], running: Mapping[str, int], basis: Basis, now: datetime, also: Iterable[str] = ()
) -> Iterator[Digest]:
    """Yield the digest of each unit that has something to be told, and of those in ``also``, by the registry."""
    grouped: dict[str, list[Item]] = {unit: [] for unit in also}
    for item in items:
        grouped.setdefault(item.unit, []).append(item)
    known = [unit for unit in basis.registry.units if unit in grouped]
    today = now.date()
    for unit in [*known, *sorted(grouped.keys() - set(known))]:
        yield Digest(
            unit, basis.unit_name(unit, today), now, tuple(grouped[unit]), running.get(unit, 0),
            rested(basis.calendar, today), basis.calendar, basis.address, basis.unit_phone(unit, today),
        )  # fmt: skip


def rested(calendar: Calendar, today: date) -> str:
    """Say which days off have just passed and were not counted: 10月1日至7日放假不计，期限已顺延.

    Empty when yesterday was a working day.
    """
    first = today - timedelta(days=1)
    if calendar.is_workday(first):
        return ""
    last = first
    while not calendar.is_workday(first - timedelta(days=1)):
        first -= timedelta(days=1)
    holiday = any(calendar.reason(date.fromordinal(n)) != "周末" for n in range(first.toordinal(), today.toordinal()))
    if first == last:
        span = day(first, today)
    elif (first.year, first.month) == (last.year, last.month):
        span = f"{day(first, today)}至{last.day}日"
    else:
        span = f"{day(first, today)}至{day(last, today)}"
    return f"{span}放假不计，期限已顺延。" if holiday else f"{span}休息不计，这几天的提醒一并在此。"
