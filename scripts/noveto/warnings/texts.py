"""Small pieces of text: dates and clocks in a message's words, markdown that cannot be broken, byte limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date

OWED = {
    "submit": "提交研究",
    "reply": "答复申请人",
    "interim": "阶段答复",
    "approval": "单位审核",
    "filing": "报备",
    "deliver": "送达申请人",
    "review": "复核是否恢复计时",
    "consult": "回复征询",
    "escalate": "提级",
    "licence_notice": "一次性告知",
    "licence_decision": "作出许可决定",
    "licence_delivery": "送达许可证件",
    "complaint": "答复反映人",
}
"""What each clock asks for, in a few words."""

_UNSAFE = str.maketrans({
    "[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "｀", "@": "＠", "#": "＃", "|": "｜", "\\": "＼",
    "\n": " ", "\r": " ", "\t": " ", "\u2028": " ", "\u2029": " ",
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_TAG = re.compile(r"</?font[^>]*>")


def size(text: str) -> int:
    """Return the length in UTF-8 bytes, as the services count."""
    return len(text.encode("utf-8", "surrogatepass"))


def safe(text: str, most: int = 0) -> str:
    """Return free text so that no client reads it as markup or as a mention; at most ``most`` characters (0: all)."""
    clean = " ".join(_CONTROL.sub(" ", text.translate(_UNSAFE)).split())
    if not most or len(clean) <= most:
        return clean
    end = most - 1
    while end > 0 and (unicodedata.category(clean[end])[0] == "M" or clean[end] in _TONES):
        end -= 1  # what belongs to the character before goes with it
    return clean[:end] + "…"


def day(value: date, today: date) -> str:
    """10月9日, with the year when it is not this one."""
    year = f"{value.year}年" if value.year != today.year else ""
    return f"{year}{value.month}月{value.day}日"


def ring_up(phone: str) -> str:
    """内线 8020; 电话 0566-0008020 for a number that can be rung from outside."""
    return f"{'内线' if len(phone) <= 5 else '电话'} {phone}"


def coloured(words: str, colour: str = "warning") -> str:
    """Wrap words in one of the three colours a WeCom robot knows: info, comment, warning."""
    return f'<font color="{colour}">{words}</font>'


def link(words: str, address: str, path: str) -> str:
    """Return a markdown link, or the words alone where messages carry no links."""
    return f"[{words}]({address}/{path})" if address else words


def untagged(markdown: str) -> str:
    """Return markdown without the colour tags, for services that do not know them."""
    return _TAG.sub("", markdown)


def unmarked(markdown: str) -> str:
    """Return the markdown of a message as plain text: no tags, links as their words, no stars, quotes or hashes."""
    text = _LINK.sub(_bare, untagged(markdown)).replace("**", "")
    return "\n".join(re.sub(r"^(?:#+|>) ", "", line) for line in text.split("\n"))


def _bare(found: re.Match[str]) -> str:
    """A link as text: its words; where these say 打开 or 去, the address too."""
    return f"{found[1]}：{found[2]}" if found[1].startswith(("打开", "去")) else found[1]


def case_path(name: str) -> str:
    """Return the site's page of a case or complaint, from the day in its number."""
    stamp = name.rsplit("-", 2)[1]
    if stamp.startswith("c"):
        return f"complaints/{stamp[1:5]}/{stamp[5:7]}/{name}.html"
    return f"cases/{stamp[:4]}/{stamp[4:6]}/{name}.html"


def fit(write: Callable[[int, int], str], limit: int, most: int, names: Iterable[int] = (24, 16, 10)) -> str:
    """Return the fullest ``write(items, characters of a name)`` that fits ``limit`` bytes.

    Names are shortened first, then items are left out, one after the other; what is left out is counted by
    ``write`` itself. Raises ValueError when even no item at all does not fit.
    """
    widths = tuple(names)
    for width in widths:
        if size(text := write(most, width)) <= limit:
            return text
    for items in range(most - 1, -1, -1):
        if size(text := write(items, widths[-1])) <= limit:
            return text
    raise ValueError(f"the frame alone is longer than {limit} bytes")
