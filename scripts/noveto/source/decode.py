"""From the bytes of a file to clean text: encoding, byte order mark, line ends, characters that may not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from noveto.findings import Finding, make

LIMIT = 1 << 20
"""Largest file in bytes (records.md section 2)."""

BOM = b"\xef\xbb\xbf"

ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that no file may hold: controls, invisible line breaks, byte order marks inside the text, blanks without
width and signs that turn the direction of writing (they hide a number from a reader, or show another text)."""

_HIDDEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069]")

USUAL = bytes(set(range(0x20, 0x100)) - {0x7F, 0xC2}) + b"\n"
"""Bytes of which text without tabs, CR, controls and U+0080-U+00BF consists."""

_NO_CONTROL = USUAL + b"\t"
_REPORTED = 20
RETYPE = "删掉这个字符再保存。看不出来的话，把这一行重新打一遍。"
_RESAVE = "用能选换行格式的编辑器（如 Notepad++）改成 Windows（CRLF）或 Unix（LF），再保存一次。内容不用改。"
_NAMES = {
    "\0": "空字符 NUL",
    "\r": "单独的回车符 CR",
    "\x0b": "竖向制表符",
    "\x0c": "换页符",
    "\x1b": "退出符 ESC",
    "\x7f": "删除符 DEL",
    "\x85": "换行符 NEL",
    "\u2028": "行分隔符 U+2028",
    "\u2029": "段落分隔符 U+2029",
    "\ufeff": "字节顺序标记 BOM",
    "\u200b": "零宽空格",
    "\u200c": "零宽字符 U+200C",
    "\u200d": "零宽字符 U+200D",
    "\u2060": "零宽字符 U+2060",
}
_TURNS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def has_rare(data: bytes, text: str) -> bool:
    """Whether a text, in UTF-8 ``data``, holds one of the characters of ``ODD`` that lie above U+00BF.

    The quick searches come first: most texts hold no byte E2, with which the hidden ones begin (and curly quotes).
    """
    if "\ufeff" in text or "\ufffe" in text or "\uffff" in text:
        return True
    return b"\xe2" in data and _HIDDEN.search(text) is not None


def char_name(char: str) -> str:
    """Return the name under which an invisible character is reported."""
    number = f"U+{ord(char):04X}"
    return f"改变文字方向的符号 {number}" if char in _TURNS else _NAMES.get(char, number)


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return line and column (from 1, in characters) of ``offset`` in ``text`` with LF line ends."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def read_text(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text of a file without BOM and with LF line ends, or None and what is wrong with the bytes."""
    if len(data) > LIMIT:
        size = f"{-(-len(data) // 1024)} KB"
        return None, [make("NV119", file=file, line=1, column=1, size=size)]
    if (wide := _wide_encoding(data)) is not None:
        return None, [make("NV103", file=file, line=1, column=1, name=wide)]
    plain = data.removeprefix(BOM).replace(b"\r\n", b"\n")
    try:
        text = plain.decode()
    except UnicodeDecodeError as error:
        good = plain[: error.start].decode()
        line, column = place_of(good, len(good))
        if _looks_like_gbk(plain):
            return None, [make("NV102", file=file, line=line, column=column)]
        return None, [make("NV101", file=file, line=line, column=column, line_no=line, column_no=column)]
    if not plain.translate(None, _NO_CONTROL) and not has_rare(plain, text):
        return text, []
    found = list(_odd_characters(text, file))
    return (None if found else text), found


def _odd_characters(text: str, file: str) -> Iterator[Finding]:
    for count, hit in enumerate(ODD.finditer(text)):
        if count == _REPORTED:
            return
        line, column = place_of(text, hit.start())
        if hit.group() == "\r" and "\n" not in text:  # every line ends so: one word for all of them
            yield make("NV123", file=file, line=line, column=column, name="回车符 CR，整个文件都用它换行", how=_RESAVE)
            return
        yield make("NV123", file=file, line=line, column=column, name=char_name(hit.group()), how=RETYPE)


def _wide_encoding(data: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where the bytes look like it, with a byte order mark or without."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if b"\0" in data:
        half = len(data) // 2
        even, odd = data[::2].count(0), data[1::2].count(0)
        if half >= 4 and max(even, odd) > half // 4 and min(even, odd) <= max(even, odd) // 8:
            return "UTF-16"
    return None


def _looks_like_gbk(data: bytes) -> bool:
    """Whether bytes that are no UTF-8 are Chinese text in GBK (GB 18030) rather than damaged UTF-8."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    high = len(data.translate(None, bytes(range(0x80))))
    as_utf8 = sum(1 for char in data.decode(errors="ignore") if char >= "\u2e80")
    chinese = sum(1 for char in text if "\u4e00" <= char <= "\u9fff" or char in "，。、：；（）“”《》")
    return as_utf8 * 6 < high and chinese * 3 >= high
