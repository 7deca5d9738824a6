"""Numbers that point at a person: mobile and landline numbers, identity numbers, bank cards.

Works on normalised text (full-width signs already made half-width, see `noveto.checks.personal`). A number is
looked for in *runs*: digit groups that stand beside each other with nothing but spaces, dashes, dots or
brackets between them, so that 138-0000-1111 and 6222 0212 3456 7890 are seen as one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple


class Hit(NamedTuple):
    """A number found at ``start``..``end`` of the text; ``shown`` is what may be repeated of it."""

    kind: str
    start: int
    end: int
    shown: str


class _Group(NamedTuple):
    text: str
    start: int
    end: int


_RUN = re.compile(r"[0-9](?:[ \t\-_·./()]{0,3}[0-9]|(?<=[0-9])[ \t]*\r?\n[ \t]+[0-9])*[Xx]?")
_GROUP = re.compile(r"[0-9]+[Xx]?")
_PHONE_WORD = re.compile(r"(?i)(?:tel|mob|mobile|phone|wx|vx|wechat|no|id|sfz)$")
_LOOKS_LIKE_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")

AREA_CODES = re.compile(
    r"0(?:10|2[0-57-9]"
    r"|3(?:1[0-9]|35|49|5[0-9]|7[0-9]|9[1-8])"
    r"|4(?:1[0-9]|2[1-9]|3[1-9]|40|5[1-9]|6[4-9]|7[0-9]|8[2-3])"
    r"|5(?:1[0-9]|2[37]|3[0-9]|4[36]|5[0-9]|6[1-6]|7[0-9]|80|9[1-9])"
    r"|6(?:3[1-5]|6[0238]|9[12])"
    r"|7(?:01|1[0-9]|2[248]|3[0-9]|4[3-6]|5[0-9]|6[0-9]|7[0-9]|9[0-9])"
    r"|8(?:1[0-9]|2[5-7]|3[0-9]|40|5[1-9]|7[0-9]|8[36-8]|9[1-8])"
    r"|9(?:0[1-9]|1[1-79]|3[0-9]|4[13]|5[1-5]|7[0-7]|9[0-9]))"
)
"""Area codes in use on the mainland."""

_ABROAD = ("0086", "86")
"""The country's number before a telephone number; the area code then loses its 0."""

_LANDLINE = re.compile(rf"(?:0086|86)?{AREA_CODES.pattern}[2-9][0-9]{{6,7}}")
_MOBILE = re.compile(r"(?:0086|086|86|0)?(1[3-9][0-9]{9})")
_LOCAL = re.compile(r"电话[号码是为:（( \t]{0,4}([2-9][0-9]{6,7}|[2-9][0-9]{2,3}-[0-9]{4})(?![0-9\-])")
_OLD_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
)
_PROVINCES = _OLD_PROVINCES | {71, 81, 82, 83, 91}
_LIKELY = re.compile(
    rf"{_MOBILE.pattern}|{_LANDLINE.pattern}|(?:0086|86)[1-9][0-9]{{8,10}}|[1-9][0-9]{{5}}(?:19|20)[0-9]{{2}}[01][0-9][0-3][0-9]{{4}}[0-9Xx]"
    r"|[1-6][0-9]{7}[01][0-9][0-3][0-9]{4}|[2-69][0-9]{14,18}"
)
"""Digits worth a closer look."""
_NATURAL = frozenset(
    {(3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 4, 2, 2), (3, 2, 2, 4), (3, 2, 2, 2, 2)}
)
_NOT_A_PHONE = re.compile(
    r"\.[0-9]{2}(?![0-9])"
    r"|[ \t]?(?:万?(?:[美欧日港]|人民币)?元(?![月旦宵])|万?[亩吨]|份|[平立]方(?:[千分厘毫微]?米|公里)|[㎡㎥]|k?m[²³]"
    r"|公[里顷斤]|千[米克瓦]|[厘分毫微]米|毫[升克]|字节|号文)"
)
_CALL_WORD = re.compile(r"(?:电话|手机|微信|联系方式|热线|拨打|致电|打|机主)(?:号码?)?[是为:(+ \t]{0,3}$")
"""A number right behind such a word is a telephone number, whatever stands behind it."""
_OTHER_NUMBER = re.compile(r"(?:注册号|执照|许可证|流水|订单|工单|单号|编号|文号|案号|回执)[^\n。；;]{0,8}$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def numbers(text: str) -> list[Hit]:
    """Return every number of a person in ``text``, none overlapping another."""
    runs = [run for run in _RUN.finditer(text) if run.end() - run.start() >= _SHORTEST]
    found = [hit for run in runs for hit in _in_run(text, run)]
    taken = {place for hit in found for place in range(hit.start, hit.end)}
    for local in _LOCAL.finditer(text):
        start, end = local.span(1)
        if start in taken or _LOOKS_LIKE_DAY.fullmatch(local.group(1)) or _NOT_A_PHONE.match(text, end):
            continue
        found.append(Hit("landline", start, end, _mask(local.group(1), 2, 2)))
    return found


_SHORTEST = 11
"""Digits of the shortest number that is looked for in runs."""

_MOST_GROUPS = 11
"""Groups one number is written in at most: a mobile number digit by digit."""


def _in_run(text: str, run: re.Match[str]) -> Iterator[Hit]:
    groups = [_Group(m.group(), m.start(), m.end()) for m in _GROUP.finditer(text, run.start(), run.end())]
    if sum(len(group.text) for group in groups) < _SHORTEST:
        return
    position = 0
    while position < len(groups):
        found = _from(text, groups, position)
        if found is None:
            position += 1
        else:
            hit, position = found
            yield hit


def _from(text: str, groups: list[_Group], position: int) -> tuple[Hit, int] | None:
    """Find a number that begins with group ``position``; the longest reading wins."""
    joined, options = "", []
    for last in range(position, min(position + _MOST_GROUPS, len(groups))):
        joined += groups[last].text
        if len(joined) > 19:
            break
        if len(joined) >= _SHORTEST:
            options.append((last, joined))
    for last, digits in reversed(options):
        kind = _kind(text, groups[position : last + 1], digits)
        if kind is not None:
            first, end = groups[position].start, groups[last].end
            return Hit(kind, first, end, _shown(kind, digits)), last + 1
    return None


def _kind(text: str, groups: list[_Group], digits: str) -> str | None:
    if not _LIKELY.fullmatch(digits):
        return None
    separators = [text[a.end : b.start] for a, b in pairwise(groups)]
    length = len(digits)
    if digits[-1] in "Xx":
        return "identity" if length == 18 and _plain(separators) and is_identity(digits) else None
    if _glued(text, groups[0].start, groups[-1].end):
        return "identity" if length == 18 and len(groups) == 1 and is_identity(digits) else None
    if length == 18 and _plain(separators) and is_identity(digits):
        return "identity"
    if length == 15 and len(groups) == 1 and is_old_identity(digits) and not _numbered(text, groups[0].start):
        return "old_identity"
    if 15 <= length <= 19 and _plain(separators) and is_card(digits):
        return "card"
    if 11 <= length <= 15 and _MOBILE.fullmatch(digits) and _mobile_groups(groups, separators):
        return None if _measured(text, groups[0].start, groups[-1].end) else "mobile"
    if groups[0].text in _ABROAD and len(groups) > 1 and not groups[1].text.startswith("0"):
        digits = f"0{digits.removeprefix(groups[0].text)}"
    if 10 <= len(digits) <= 16 and _LANDLINE.fullmatch(digits) and _landline_groups(groups, separators):
        return "landline"
    return None


def _glued(text: str, start: int, end: int) -> bool:
    """Whether letters stand directly beside the digits, as in an order number (but not after tel, wx, …)."""
    after = text[end : end + 1]
    if after.isascii() and after.isalpha():
        return True
    before = text[start - 1 : start] if start else ""
    return before.isascii() and before.isalpha() and not _PHONE_WORD.search(text[max(0, start - 7) : start])


def _measured(text: str, start: int, end: int) -> bool:
    """Whether the digits are an amount: a unit or decimals stand behind them, and no 电话 before them."""
    return _NOT_A_PHONE.match(text, end) is not None and not _CALL_WORD.search(text[max(0, start - 10) : start])


def _numbered(text: str, start: int) -> bool:
    return bool(_OTHER_NUMBER.search(text[max(0, start - 14) : start]))


def _plain(separators: list[str]) -> bool:
    """Whether the groups are held together by single spaces, dashes or a line break only."""
    return all(len(s.strip(" \t\r\n")) <= 1 and not s.strip(" \t\r\n-") for s in separators)


def _mobile_groups(groups: list[_Group], separators: list[str]) -> bool:
    """Whether the digits are grouped as people group a mobile number, and are not a date or decimals."""
    if groups[0].text in (*_ABROAD, "086", "0"):
        groups, separators = groups[1:], separators[1:]
    sizes = tuple(len(group.text) for group in groups)
    if len(sizes) == 1:
        return True
    if len(groups[0].text) > 3 and groups[0].text.startswith(("86", "0086")):
        sizes = (sizes[0] - (4 if groups[0].text.startswith("0086") else 2), *sizes[1:])
    kinds = {_separator(separator) for separator in separators}
    if len(kinds - {"\n"}) > 1 or "" in kinds or _dated(groups):
        return False
    if kinds & {".", "\n"}:
        return sizes in ((3, 4, 4), (3, 8), (7, 4))
    if "/" in kinds:
        return sizes == (3, 4, 4)
    if groups[0].text.startswith("19") and sizes[0] == 4:
        return False
    return sizes in _NATURAL or sizes == (1,) * 11


def _separator(text: str) -> str:
    core = text.strip(" \t")
    if "\n" in core:
        return "\n"
    return {"": " ", "-": "-", "--": "-", ".": ".", "·": "·", ")": ")", "_": "-", "/": "/"}.get(core, "")


def _dated(groups: list[_Group]) -> bool:
    """Whether a year stands among the groups: 2026-03 or a pair of years, as in a table."""
    years = [len(group.text) == 4 and group.text[:2] in ("19", "20") for group in groups]
    return any(years[at] and (len(groups[at + 1].text) <= 2 or years[at + 1]) for at in range(len(groups) - 1))


def _landline_groups(groups: list[_Group], separators: list[str]) -> bool:
    texts = [group.text for group in groups]
    if texts[0] in _ABROAD:
        texts, separators = texts[1:], separators[1:]
        texts[0] = texts[0] if texts[0].startswith("0") else f"0{texts[0]}"
    if any(_separator(s) not in (" ", "-", ")") and s.strip(" \t)-(") for s in separators):
        return False
    if len(texts) == 1:
        return True
    rest = "".join(texts[1:])
    return bool(AREA_CODES.fullmatch(texts[0])) and len(texts) <= 4 and not _LOOKS_LIKE_DAY.fullmatch(rest)


def is_identity(number: str) -> bool:
    """Whether an 18-character identity number holds: area, date of birth and check character (GB 11643)."""
    if len(number) != 18 or int(number[:2]) not in _PROVINCES or not _born(number[6:14]):
        return False
    return _CHECK[sum(w * int(d) for w, d in zip(_WEIGHTS, number, strict=False)) % 11] == number[17].upper()


def is_old_identity(number: str) -> bool:
    """Whether 15 digits may be an identity number of before 1999: area, date of birth 19yymmdd."""
    if int(number[:2]) not in _OLD_PROVINCES or number[2:4] == "00" or number[4:6] == "00":
        return False
    return _born("19" + number[6:12]) and not _registration(number)


def _born(day: str) -> bool:
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2099


def _registration(number: str) -> bool:
    """Whether 15 digits are an old business registration number (GB/T 17710, MOD 11,10)."""
    product = 10
    for digit in number[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(number[14])) % 10 == 1


_ISSUERS = re.compile(
    r"62[0-9]{14,17}|4[0-9]{15}|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|35(?:2[89]|[3-8][0-9])[0-9]{12}|9558[0-9]{12,15}|60(?:11|1382|1428|3[0-9])[0-9]{10,15}|940[0-9]{13,16}"
)


def is_card(number: str) -> bool:
    """Whether 15 to 19 digits may be a bank card: an issuer's prefix with its length, and Luhn's check."""
    if not 15 <= len(number) <= 19 or not _ISSUERS.fullmatch(number):
        return False
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _shown(kind: str, digits: str) -> str:
    if kind == "mobile":
        return _mask(digits[-11:], 3, 4)
    if kind == "landline":
        area = AREA_CODES.match(digits.removeprefix("0086").removeprefix("86"))
        return f"{area.group() if area else digits[:3]}****{digits[-3:]}"
    if kind == "card":
        return _mask(digits, 4, 4)
    return _mask(digits, 3, 2)


def _mask(text: str, head: int, tail: int) -> str:
    """Keep the first ``head`` and last ``tail`` characters, four stars or more between."""
    return text[:head] + "*" * max(4, len(text) - head - tail) + text[-tail:]
