"""Personal data in the text of a record: it must never enter Git, which cannot forget.

The whole text of a file is looked at, comments and all (个人信息保护法; notice.md, 'Personal data'). Clean files
are passed by a gate of a few byte translations; only a file that the gate holds back is decoded and read.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from noveto.checks.accounts import accounts
from noveto.checks.digits import Hit, numbers
from noveto.checks.papers import passports, plates
from noveto.checks.place import key, key_path
from noveto.findings import Finding, make

REGISTRY = frozenset({"units", "halls", "windows", "staff", "matters", "office"})
"""Record kinds that hold office numbers: a landline there is nobody's private number."""

MOST = 50
LARGEST = 1 << 20
"""Bytes looked at: the loader refuses larger files anyway."""

CODES = {
    "mobile": "NV601",
    "landline": "NV602",
    "identity": "NV603",
    "old_identity": "NV604",
    "passport": "NV605",
    "plate": "NV606",
    "card": "NV607",
    "account": "NV608",
    "mail": "NV609",
}

# The gate, part one: digits (half- and full-width) become "0", what may stand between them disappears, all
# else becomes a space. Every number of eleven digits or more then shows as eleven "0" in a row. UTF-8's
# continuation bytes 0x90-0x99 are digits here too (full-width ones end so): a false alarm costs only time.
_DIGITS = bytes(0x30 if 0x30 <= b <= 0x39 or 0x90 <= b <= 0x99 else 0x20 for b in range(256))
_BETWEEN = b" \t\r\n-.()+_/\xef\xbc\xe2\x80\xe3\xc2\x81\x82\x83\x88\x89\x8a\x8b\x8c\x8d\xa0\xb7"
_ELEVEN = b"0" * 11
# Part two: "c" for the end of a Chinese character, "U" for a Latin letter, "d" for a digit. A plate shows
# as "cU", a passport as a letter with seven digits.
_SHAPES = bytes(
    0x63 if 0x80 <= b <= 0xBF else 0x64 if 0x30 <= b <= 0x39 else 0x55 if chr(b).isalpha() and b < 0x80 else 0x20
    for b in range(256)
)
_INSIDE = b" \xc2\xb7"
_FULL_WIDTH_LETTER = re.compile(rb"\xef\xbc[\xa0-\xba]|\xef\xbd[\x81-\x9a]")  # and the sign of an address
_TELEPHONE = re.compile(
    "电话(?:号|码|是|为|：|（|　|\u00a0|[:( \t]){0,5}(?:[2-9]|２|３|４|５|６|７|８|９)".encode()
)  # a short number is told from other numbers by the word before it
_NAMED = re.compile("微信|台胞证|大陆通行证".encode())
"""Words before a number or a name that nothing but its word makes personal."""

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF |= dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u200b"), ord(" "))
_HALF |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣－ー"), ord("-"))
_HALF |= dict.fromkeys(map(ord, "•‧∙⋅・．"), ord("·"))
_HALF[ord("．")] = ord(".")


def text_findings(data: bytes, *, kind: str, file: str) -> list[Finding]:
    """Return an NV60x error for every personal number in ``data``, the bytes of a file under records/.

    ``kind`` is the record kind (case, complaint, …, staff): office numbers of the registry and of a case's
    ``redirect.phone`` are not personal, ``external.number`` and ``documents.number`` are no bank cards.
    Lines and columns count from 1, in characters. Messages never repeat a number in full. At most ``MOST`` are
    reported for one file: whoever pastes a whole list mends it as a whole.
    """
    data = data[:LARGEST]
    if _clean(data):
        return []
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    hits = personal_numbers(text)
    if not hits:
        return []
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    found: list[Finding] = []
    for hit in sorted(hits, key=lambda hit: hit.start):
        if len(found) == MOST:
            break
        if kind in REGISTRY and _of_office(hit, text):
            continue
        path = key_path(text, hit.start)
        if _allowed(hit.kind, path):
            continue
        line = bisect_right(starts, hit.start)
        column = hit.start - starts[line - 1] + 1
        found.append(make(CODES[hit.kind], file=file, line=line, column=column, field=".".join(path), line_no=line,
                          value=hit.shown))  # fmt: skip
    return found


def personal_numbers(text: str) -> list[Hit]:
    """Return every personal number in ``text``, whether or not it may stand where it stands."""
    plain = text.translate(_HALF)
    found = numbers(plain)
    taken = {place for hit in found for place in range(hit.start, hit.end)}
    for hit in accounts(plain):  # a telephone number after 微信号 is a telephone number
        places = range(hit.start, hit.end)
        if taken.isdisjoint(places):
            found.append(hit)
            taken.update(places)
    return [*found, *plates(plain), *passports(plain)]


def _clean(data: bytes) -> bool:
    """Whether a file certainly holds no personal number (about 10 microseconds for 2 KB)."""
    if _ELEVEN in data.translate(_DIGITS, _BETWEEN):
        return False
    shapes = data.translate(_SHAPES, _INSIDE)
    if b"cU" in shapes or b"Uddddddd" in shapes or b"@" in data:
        return False
    if (b"Q" in data and b"QQ" in data) or (b"q" in data and b"qq" in data):  # one byte is found faster than two
        return False
    return not (_TELEPHONE.search(data) or _NAMED.search(data) or _FULL_WIDTH_LETTER.search(data))


def _of_office(hit: Hit, text: str) -> bool:
    """Whether a number in a register is an office's; it holds hundreds, so that the way to each is not looked for."""
    return hit.kind in ("landline", "account", "mail") or (hit.kind == "mobile" and key(text, hit.start) == "phone")


def _allowed(what: str, path: tuple[str, ...]) -> bool:
    """Whether a number may stand where it stands in a record: office numbers, and numbers of documents."""
    if what in ("landline", "mobile"):
        return path[-2:] == ("redirect", "phone")
    if what in ("account", "mail"):
        return path[-2:-1] == ("redirect",)
    if what == "card" and path[-1:] == ("number",):
        return path[0] in ("log", "external", "documents") and path[-2] in ("external", "documents", "document")
    return False
