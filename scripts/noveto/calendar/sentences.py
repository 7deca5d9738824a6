"""Reading the sentences of a State Council notice: pasted text in, days out, for a person to review.

Understood are the wordings of the notices of 2018 to 2026 and near variants: ranges with or without month and
year, weekdays and lunar days in brackets, 放假调休, 放假1天, 与周末连休, 不调休, two holidays together, days of the
December before, amendments that move or extend a holiday. What the text says about itself (weekdays, 共n天)
is checked against the calendar. A sentence with a date that was not used is handed back, never dropped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from noveto.calendar.frame import HEADING, HOLIDAYS, MARKER, NUMBER, YEAR, number, take_apart
from noveto.calendar.notice import say

_WEEKDAYS = "一二三四五六日"
_DATE = (
    rf"(?:(?P<year>{YEAR})年)?(?:(?P<month>{NUMBER})月(?:份)?)?(?P<day>{NUMBER})日"
    r"(?P<note>\([^()]*\)|(?:周|星期|礼拜)[一二三四五六日天])?"
)
_TOKEN = re.compile(
    rf"{_DATE}|(?P<alone>不调休)|(?P<weekend>[与和]周末连休)|(?P<to>至|到|[—–―~-]+)"
    r"|(?P<resume>起(?:正常|恢复|照常)?(?:上班|工作))|(?P<off>放假|补休|补假|休假|休息|调休)|(?P<work>上班|补班)"
    rf"|(?P<total>{NUMBER})天|(?P<instead>调整为|改为)"
)
_OTHER_HEADING = re.compile(r"(?P<name>[^:,()0-9]{2,30}(?:节|日)):")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_ADVICE = re.compile("鼓励|建议|倡导|带薪年休假")
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Sentence:
    """One sentence and what was understood from it."""

    holiday: str
    text: str
    off: list[date] = field(default_factory=list)
    work: list[date] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What a pasted notice says. ``problems`` are contradictions found in it; with any, nothing is written.

    ``amends``: it changes an earlier notice; ``extends``: it lengthens a holiday without make-up days.
    """

    title: str = ""
    year: int = 0
    issued: date | None = None
    amends: bool = False
    extends: bool = False
    sentences: list[Sentence] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def off(self) -> dict[date, str]:
        """Rest days with their holiday."""
        return {day: s.holiday for s in self.sentences for day in s.off}

    @property
    def work(self) -> dict[date, str]:
        """Make-up workdays with their holiday."""
        return {day: s.holiday for s in self.sentences for day in s.work}


def read_notice_text(text: str, *, year: int | None = None, known_off: Mapping[date, str] | None = None) -> Reading:
    """Understand the pasted text of a notice.

    ``year`` overrides the year the text names. ``known_off`` are the rest days already on record; a notice
    that extends a holiday (延长春节假期) starts from them. Never raises for any text.
    """
    frame = take_apart(text)
    reading = Reading(frame.title, year or frame.year, frame.issued)
    reading.amends = bool(re.search("调整|延长", frame.title or frame.body[:200]))
    if not reading.year:
        reading.problems.append("看不出是哪一年的放假通知。请连标题一起粘贴，或用 --year 写明年份。")
        return reading
    parser = _Parser(reading, known_off or {})
    for sentence in frame.sentences:
        parser.read(sentence)
    for name, days in (("放假", _repeated(reading, "off")), ("上班", _repeated(reading, "work"))):
        reading.problems += [f"{say(day)}{name}写了两次。" for day in days]
    reading.problems += [f"{say(day)}又写放假又写上班。" for day in sorted(reading.off.keys() & reading.work.keys())]
    if not reading.off and not reading.problems:
        reading.problems.append("没有读到放假的日子。请粘贴通知正文里“一、元旦：1月1日……放假”这样的句子。")
    return reading


def _repeated(reading: Reading, kind: str) -> list[date]:
    days: list[date] = sorted(day for s in reading.sentences for day in getattr(s, kind))
    return sorted({a for a, b in itertools.pairwise(days) if a == b})


class _Parser:
    """Reads sentence by sentence; remembers the holiday of the current item."""

    def __init__(self, reading: Reading, known_off: Mapping[date, str]) -> None:
        self.reading, self.known_off = reading, known_off
        named = re.search(HOLIDAYS, reading.title)
        self.holiday = _canonical(named.group()) if named else ""
        self.previous: date | None = None

    def read(self, text: str) -> None:
        """Understand one sentence; hand it back when it has dates that were not used."""
        marker = MARKER.match(text)
        text = text[marker.end() :] if marker else text
        heading = HEADING.match(text) or _OTHER_HEADING.match(text)
        first = re.search(_DATE, text)
        if heading is not None:
            self.holiday = _canonical(heading["name"])
        elif first is not None:
            mentioned = re.findall(HOLIDAYS, text[: first.start()])
            self.holiday = _canonical(mentioned[-1]) if mentioned else self.holiday
        rest = text[heading.end() :] if heading is not None else text
        if first is None or not re.search(_DATE, rest):
            return
        if _ADVICE.search(rest):
            self.reading.unused.append(text)
            return
        sentence = Sentence(self.holiday, text)
        self.previous = None
        if not self._tokens(rest, sentence):
            self.reading.unused.append(text)
        if sentence.off or sentence.work:
            if not self.holiday:
                self.reading.problems.append(f"看不出是哪个节日：“{text}”。请在前面写上节日名称和冒号。")
            self.reading.sentences.append(sentence)

    def _tokens(self, text: str, sentence: Sentence) -> bool:
        """Walk through the sentence; returns whether every date was used."""
        pending: list[date] = []
        group: list[date] = []
        from_day: date | None = None
        extending = "延长" in text
        for token in _TOKEN.finditer(text):
            kind = token.lastgroup if token["day"] is None else "day"
            if kind == "day":
                day = self._day(token, from_day)
                if day is None:
                    return True  # reported
                if from_day is not None:
                    pending += _span(from_day + _DAY, day) if from_day <= day else self._backwards(from_day, day)
                    from_day = None
                elif extending and not pending and text[: token.start()].endswith("至"):
                    sentence.off += self._extension(day)
                    extending = False
                else:
                    pending.append(day)
            elif kind == "to":
                from_day = pending[-1] if pending else None
            elif kind == "instead":
                pending = []
            elif kind in ("off", "weekend") and pending:
                group, pending = pending, []
                sentence.off += group
            elif kind == "work" and pending:
                sentence.work += pending
                pending = []
            elif kind == "resume" and pending:
                self._resumed(pending.pop(), sentence)
            elif kind == "total" and group:
                self._check_total(number(token["total"]), group, text)
            if kind == "weekend":
                self._check_weekend(group)
        return not pending

    def _day(self, token: re.Match[str], from_day: date | None) -> date | None:
        """Complete a date by what was said before it, and check the weekday written beside it."""
        known = from_day or self.previous
        day = number(token["day"])
        if token["month"] is None and known is None:
            self._problem(f"“{token.group()}”没有写月份。")
            return None
        month = number(token["month"]) if token["month"] else known.month if known else 0
        if token["year"]:
            year = number(token["year"])
        elif from_day is not None:
            year = from_day.year + (month < from_day.month)
        elif token["month"] is None and known is not None:
            year = known.year
        else:
            year = self.reading.year - (month == 12 and "元旦" in self.holiday)
        try:
            found = date(year, month, day)
        except ValueError:
            self._problem(f"{year} 年没有 {month} 月 {day} 日这一天（原文“{token.group()}”）。")
            return None
        self.previous = found
        said = _WEEKDAY.search(token["note"] or "")
        if said and _WEEKDAYS.index(said[1].replace("天", "日")) != found.weekday():
            self._problem(f"原文写“{token.group()}”，但 {found} 是周{_WEEKDAYS[found.weekday()]}。")
        return found

    def _extension(self, last: date) -> list[date]:
        self.reading.extends = True
        before = [day for day, name in self.known_off.items() if self.holiday in name and day < last]
        if not before or (last - max(before)).days > 31:
            self._problem(f"要把{self.holiday or '假期'}延长到 {last}，但没有读到原来的假期。请先录入当年的年度通知。")
            return []
        return _span(max(before) + _DAY, last)

    def _resumed(self, day: date, sentence: Sentence) -> None:
        last = max(sentence.off, default=None)
        if last is not None and day - last != _DAY and not 0 < (day - last).days <= 3:
            self._problem(f"原文写 {say(day)} 起上班，与假期最后一天 {say(last)} 接不上。")

    def _check_total(self, total: int, group: list[date], text: str) -> None:
        joined = "连休" in text and total == len(_weekend_run(group))
        if total != len(group) and not joined:
            self._problem(f"{self.holiday}：原文写共 {total} 天，按日期数是 {len(group)} 天（{_ends(group)}）。")

    def _check_weekend(self, group: list[date]) -> None:
        if group and len(_weekend_run(group)) == len(group):
            self._problem(f"{self.holiday}：原文写与周末连休，但 {_ends(group)} 不与周末相连。")

    def _backwards(self, first: date, last: date) -> list[date]:
        self._problem(f"{self.holiday}：“{first} 至 {last}”前后颠倒了。")
        return []

    def _problem(self, text: str) -> None:
        self.reading.problems.append(text)


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(min((last - first).days + 1, 60))]


def _ends(group: list[date]) -> str:
    return say(group[0]) if len(group) == 1 else f"{say(group[0])}至{say(group[-1])}"


def _weekend_run(group: list[date]) -> list[date]:
    """Return the days of a group with the weekend days that touch it."""
    days = set(group)
    for step, edge in ((-_DAY, min(group)), (_DAY, max(group))):
        day = edge + step
        while day.weekday() >= 5:
            days.add(day)
            day += step
    return sorted(days)


def _canonical(name: str) -> str:
    """Write a holiday's name in full: 清明 → 清明节, 五一劳动节 → 劳动节, several joined by 、."""
    parts = re.split("、|和|与|及|暨", name) if re.fullmatch(HOLIDAYS, name) else [name]
    full = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节"}
    return "、".join(full.get(part, "劳动节" if part.endswith("劳动节") else part) for part in parts)
