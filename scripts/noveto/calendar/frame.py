"""The frame of a pasted notice: its title, its date of issue, its body split into sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_DIGITS = "〇一二三四五六七八九"
NUMBER = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
YEAR = "[0-9]{4}|[〇零一二三四五六七八九]{4}"
_HOLIDAY = "元旦|春节|清明节?|五一(?:国际)?劳动节|劳动节|端午节?|中秋节?|国庆节?"
HOLIDAYS = rf"(?:{_HOLIDAY})(?:(?:、|和|与|及|暨)(?:{_HOLIDAY}))*"
HEADING = re.compile(rf"(?:(?:{YEAR})年)?(?P<name>{HOLIDAYS})(?:假期|放假|节日)?(?:时间|安排)*(?::|(?=[0-9]))")
MARKER = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十0-9]{1,3}\)|[0-9]{1,2}[、.](?![0-9]))")
_TITLE = re.compile(r"(?:国务院办公厅|国务院)?关于[^。:]{4,40}?通知")
_SIGNED = re.compile(
    rf"(?:国务院办公厅|国务院)?(?P<year>{YEAR})年(?P<month>{NUMBER})月(?P<day>{NUMBER})日(?:印发|发布)?[。]?"
)
_STATED = re.compile(rf"(?:成文|印发|发文|发布)日期:?(?P<year>{YEAR})年(?P<month>{NUMBER})月(?P<day>{NUMBER})日")


@dataclass(frozen=True, slots=True)
class Frame:
    """A pasted notice taken apart; ``year`` is 0 and ``issued`` None where the text does not say."""

    title: str
    year: int
    issued: date | None
    body: str

    @property
    def sentences(self) -> list[str]:
        """The sentences, split at full stops, semicolons, numbered items and holiday headings."""
        marked = re.sub(rf"(?<=[。;:.])(?={MARKER.pattern}|{HOLIDAYS}:)", "\n", self.body)
        return [part for part in re.split(r"[。;\n]+|\.(?![0-9])", marked) if part]


def number(text: str) -> int:
    """Read an ASCII or Chinese number up to 99, or a year written digit by digit."""
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_DIGITS.index(tens) if tens else 1) + (_DIGITS.index(ones) if ones else 0)
    return int("".join(str(_DIGITS.index(digit)) for digit in text))


def take_apart(text: str) -> Frame:
    """Find title, year and date of issue; the rest is the body, half-width, without spaces."""
    plain = unicodedata.normalize("NFKC", text).replace("零", "〇")
    title, signed, body = "", None, ""
    stated: dict[str, date] = {}
    for line in filter(None, ("".join(line.split()) for line in plain.splitlines())):
        named = {m.group()[:2]: day for m in _STATED.finditer(line) if (day := _date_of(m)) is not None}
        stated.update(named)
        last = _SIGNED.fullmatch(line)
        found = _TITLE.search(line)
        if last is not None:
            signed = _date_of(last) or signed
        elif found and not title and len(line) - len(found.group()) < 20:
            title = found.group()
            body += "\n"
        elif not named:
            body += "\n" if MARKER.match(line) or HEADING.match(line) else ""
            body += line + ("\n" if line[-1] in "。;:" else "")
    if not title and (found := _TITLE.search(body[:200])):
        title = found.group()
    issued = stated.get("成文") or signed or next(iter(stated.values()), None)
    return Frame(title, _year_of(title + "\n" + body), issued, body)


def _date_of(match: re.Match[str]) -> date | None:
    try:
        return date(number(match["year"]), number(match["month"]), number(match["day"]))
    except ValueError:
        return None


def _year_of(text: str) -> int:
    named = re.search(r"([0-9]{4})年(?![0-9]{1,2}月)", text)
    if named:
        return int(named[1])
    return max((int(year) for year in re.findall(r"([0-9]{4})年[0-9]{1,2}月", text)), default=0)
