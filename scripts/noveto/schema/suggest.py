"""What the writer probably meant: the nearest code or key, and a value put into the right shape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import SequenceMatcher

_FULL = {0xFF01 + n: chr(0x21 + n) for n in range(94)} | {ord("　"): " ", ord("—"): "-", ord("–"): "-"}

_NUMERALS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def half_width(text: str) -> str:
    """Return ``text`` with full-width digits, letters, dashes, colons, slashes and blanks made half-width."""
    return text.translate(_FULL)


def nearest(word: str, choices: Iterable[tuple[str, str]]) -> str | None:
    """Return the code among ``choices`` (code, Chinese title) that ``word`` was probably meant to be.

    The title typed instead of the code counts (also shortened: 一般 for 一般事项), as do capitals, blanks or
    hyphens for underscores, full-width letters, a lost zero (R4), and slips of a letter or two.
    """
    pairs = list(choices)
    said = word.strip()
    plain = _plain(said)
    if not plain:
        return None
    for code, title in pairs:
        if plain in (_plain(code), _plain(title)):
            return code
    if (zero := re.fullmatch(r"([a-z])([0-9])", plain)) is not None:
        padded = f"{zero[1]}0{zero[2]}"
        return next((code for code, _ in pairs if _plain(code) == padded), None)
    if not said.isascii():
        titles = [(code, _plain(title)) for code, title in pairs]
        pairs = [(code, title) for code, title in titles if _negated(title) == _negated(plain)]  # 不同意 is not 同意
        within = [code for code, title in titles if plain in title] or [code for code, title in pairs if title in plain]
        if within:
            return within[0] if len(plain) > 1 and len(within) == 1 else None  # 同意: of what? Never guess that
    scored = [(max(_alike(plain, _plain(code)), _alike(plain, _plain(title))), code) for code, title in pairs]
    best = max(scored, default=(0.0, ""))
    return best[1] if best[0] >= (0.8 if said.isascii() else 0.6) else None


def _negated(text: str) -> int:
    return sum(text.count(word) for word in "不没未非无")


def _plain(text: str) -> str:
    return re.sub(r"[\s_·、，,“”\"'（）()-]", "", half_width(text)).lower()


def _alike(a: str, b: str) -> float:
    if len(a) == len(b) > 3:
        apart = [n for n in range(len(a)) if a[n] != b[n]]
        if len(apart) == 2 and apart[1] == apart[0] + 1 and a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]:
            return 0.9  # two letters changed places: unti for unit
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


_DATE = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?|([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])"
)
_CLOCK = re.compile(
    r"(上午|下午|晚上|中午)?\s*([0-9]{1,2})\s*[:点时]\s*([0-9]{1,2})?(?::[0-9]{1,2})?\s*([AaPp][Mm](?![A-Za-z]))?"
)
_ENGLISH = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3})[a-z]*[- ]([0-9]{4}|[0-9]{2})(?![0-9])")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_SERIAL = re.compile(r"([3-7][0-9]{4})(\.[0-9]+)?")
"""A day as Excel stores it: days since 30 December 1899, the time as a part of a day; those of 1982 to 2119."""


def as_date(text: str) -> str | None:
    """Return the date meant by ``text`` as YYYY-MM-DD, or None when no date can be read in it."""
    found = _DATE.match(_excel(half_width(text).strip()))
    if found is None:
        return None
    year, month, day = [part for part in found.groups() if part]
    return f"{year}-{int(month):02}-{int(day):02}"


def as_time(text: str) -> str | None:
    """Return the time meant by ``text`` as YYYY-MM-DDTHH:MM, or None when date or clock is missing."""
    plain = _excel(half_width(text).strip())
    day = _DATE.match(plain)
    clock = _CLOCK.match(plain[day.end() :].lstrip(" Tt,，")) if day else None
    if clock is None:
        return None
    hour, minute, half = int(clock[2]), int(clock[3] or 0), (clock[4] or "").lower()
    if (clock[1] in ("下午", "晚上") or half == "pm") and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return f"{as_date(plain)}T{hour:02}:{minute:02}"


def _excel(text: str) -> str:
    """Return a date as spreadsheets write it (46331.40278, 5-Nov-26 9:40) in figures; any other text as it is."""
    if (found := _SERIAL.fullmatch(text)) is not None:
        moment = datetime(1899, 12, 30) + timedelta(minutes=round(float(text) * 24 * 60))
        return f"{moment:%Y-%m-%dT%H:%M}" if found[2] else f"{moment:%Y-%m-%d}"
    if (found := _ENGLISH.match(text)) is not None and (month := _MONTHS.get(found[2].lower())):
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        return f"{year}-{month}-{found[1]}{text[found.end() :]}"
    return text


def as_count(text: str) -> str | None:
    """Return the whole number meant by ``text`` (３, 03, 3人, 三), or None."""
    plain = half_width(text).strip()
    if found := re.fullmatch(r"0*([0-9]{1,9})\s*[人个名位件步日天项次]?", plain):
        return found[1]
    if found := re.fullmatch(r"第?([一两二三四五六七八九])?(十)?([一二三四五六七八九])?[人个名位件步日天项次]?", plain):
        tens, ten, ones = found.groups()
        if ten:
            return str(_NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0))
        return str(_NUMERALS[tens]) if tens and not ones else None
    return None


def as_id(text: str, pattern: str) -> str | None:
    """Return ``text`` as an id that matches ``pattern``: half-width, lower case, hyphens, two-digit number."""
    plain = re.sub(r"\s+", "", half_width(text)).lower().replace("_", "-").removesuffix(".yml")
    split = re.sub(r"-(c?)([0-9]{4})-([0-9]{2})-([0-9]{2})-", r"-\1\2\3\4-", plain)
    for candidate in (plain, split):
        padded = re.sub(r"-([0-9]{1,2})$", r"-0\1", candidate)
        for shaped in (candidate, padded):
            if re.fullmatch(pattern.strip("^$"), shaped):
                return shaped
    return None


def as_flag(text: str) -> bool | None:
    """Return the yes or no meant by ``text`` (是, 否, yes, "true", 1 …), or None."""
    plain = half_width(text).strip().strip("\"'“”").lower()
    if plain in ("true", "yes", "y", "on", "1", "是", "对", "有", "已", "真", "t"):
        return True
    if plain in ("false", "no", "n", "off", "0", "否", "不", "不是", "没有", "无", "未", "假", "f"):
        return False
    return None
